"""Drives many cases through the real verbs: one step of each in a group, so that they share commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from data.casework import receive_lead
from data.db import Record
from data.events import verify
from data.models import Case
from policy.errors import Refusal
from tests.data import cases as c
from tests.data import small
from tests.data.machine_life import Life, Move
from tests.data.machine_people import county_under, settle
from tests.data.machine_record import check_cases, check_once_fined


class Stage:
    """A record with its cast and two leads, with and without a photograph."""

    def __init__(self, record: Record, folder: Path, profile: str) -> None:
        self.record = record
        self.cast = settle(record, profile)
        desk = c.cast(record)["dispatcher"]
        self.lead = c.lead_with_evidence(record, folder, {"dispatcher": desk})
        lon, lat = small.middle(0)
        facts: dict[str, Any] = {
            "source": "public_report",
            "summary": "占道经营",
            "item_code": "A1",
            "lon": lon,
            "lat": lat,
        }
        self.bare = record.write(desk, receive_lead, **facts).number
        self.seen: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.cases = self.tries = 0
        self.fault: Exception | None = None

    @contextmanager
    def first_fault(self) -> Iterator[None]:
        """Keep the first fault of what is done inside; after one, nothing more is told."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001  # raised again by whoever runs the machine
            self.fault = self.fault or fault

    def follow(self, profile: str) -> None:
        """Go on as if the rules of another plan held here."""
        self.cast = replace(self.cast, county=county_under(self.record.county(), profile))

    def life(self, rng: Random, careful: float = 0.94) -> Life:
        """A case that is yet to begin."""
        return Life(rng, self.cast, self.lead, self.bare, careful)

    def submit(self, move: Move) -> Any:
        """Put a move before the record; gives its future."""
        return self.record.submit(move.actor, move.verb, county=self.cast.county, now=move.now, **move.facts)

    def settle(self, life: Life, move: Move, future: Any) -> bool:
        """What became of a move: taken, or refused in words; anything else is a fault."""
        refusal = future.exception()
        if isinstance(refusal, Refusal):
            self.told(refusal)
            life.refused += 1
            return False
        result = future.result()
        assert not move.wrong, f"taken, but wrong: {move.facts}"
        life.took(result)
        if life.case is not None and not isinstance(result, Case):
            with self.record.read() as session:
                life.read(session.scalars(select(Case).where(Case.id == life.case.id)).one())
        return True

    def told(self, refusal: Refusal) -> None:
        """A refusal is said in both languages, of the rules and never of the machinery."""
        self.refusals.update([refusal.code, *(reason.code for reason in refusal.reasons)])
        for lang in ("zh", "en"):
            assert refusal.sentence(lang)
            assert "{" not in refusal.sentence(lang), refusal.sentence(lang)
        assert refusal.code not in NEVER, refusal.sentence()

    def stride(self, lives: list[Life]) -> None:
        """One move of every life, in one group."""
        moves = [(life, life.move()) for life in lives]
        futures = [self.submit(move) for _, move in moves]
        for (life, move), future in zip(moves, futures, strict=True):
            self.settle(life, move, future)

    def check(self, lives: list[Life]) -> Counter[str]:
        """Everything that has to hold of these cases; gives how often each verb was taken, each state reached."""
        ids = [life.case.id for life in lives if life.case is not None]
        with self.record.read() as session:
            return check_cases(session, self.cast, ids)

    def end(self, lives: list[Life]) -> None:
        """The last look at cases that are left as they are."""
        self.seen += self.check(lives)
        self.cases += sum(life.case is not None for life in lives)
        self.tries += sum(life.taken + life.refused for life in lives)

    def whole(self) -> None:
        """The chain verifies, and no act was fined twice."""
        found = verify(self.record, self.record.county().jurisdiction_id)
        assert found.whole, found.sentence()
        with self.record.read() as session:
            check_once_fined(session)


NEVER = frozenset({"errors_policy.deadline_running", "errors_policy.deadline_over", "errors_casework.stale"})
"""Refusals of the machinery: a step that the rules allow may not end in one."""
