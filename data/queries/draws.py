"""A draw by lot repeated from what was kept: lists, hash, seed, who or what was drawn; held against the record and the chain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.events import verify_subjects
from data.models import Event
from policy.drawing import ALGORITHM, Population, digest_of, draw
from policy.text import say


@dataclass(frozen=True, slots=True)
class Drawing:
    """One list of a draw: who or what could be drawn, how many were, who was; `kept_as` names them in the event."""

    population: Population
    wanted: int
    kept: tuple[str, ...]
    kept_as: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A draw repeated from what was kept: each check with whether it holds; what was drawn, by list."""

    number: str
    checks: tuple[tuple[str, bool], ...]
    drawn: Mapping[str, tuple[str, ...]]
    words: str = "inspections.check"

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(held for _, held in self.checks)

    def sentences(self, lang: str) -> list[str]:
        """Every check in words."""
        return [say(f"{self.words}.{name}_{'held' if held else 'failed'}", lang) for name, held in self.checks]


def repeat(
    session: Session, county: County, row: Any, lists: Mapping[str, Drawing], words: str = "inspections.check"
) -> Repeated:
    """Repeat a draw that has its seed; `lists` by label, in the order in which they are hashed."""
    made = digest_of({label: one.population for label, one in lists.items()})
    drawn = {label: draw(one.population, one.wanted, row.seed, made, label) for label, one in lists.items()}
    committed, done = _events(session, row)
    linked = verify_subjects(session, county.jurisdiction_id, [row.id]).whole
    checks = (
        ("method", row.algorithm == ALGORITHM),
        ("lists", made == row.population_sha256),
        ("first", committed is not None and done is not None and committed.position < done.position),
        ("chain", _in_chain(row, committed, done, made, lists) and linked),
        *((label, drawn[label] == one.kept) for label, one in lists.items()),
    )
    return Repeated(row.number, checks, drawn, words)


def _events(session: Session, row: Any) -> tuple[Event | None, Event | None]:
    found = {event.verb: event for event in session.scalars(select(Event).where(Event.subject_id == row.id))}
    return found.get("commit"), found.get("draw")


def _in_chain(row: Any, committed: Event | None, done: Event | None, made: str, lists: Mapping[str, Drawing]) -> bool:
    """Whether the chain holds the same hash, seed and result as the row."""
    if committed is None or done is None:
        return False
    first, then = json.loads(committed.facts), json.loads(done.facts)
    same = all(then.get(one.kept_as) == list(one.kept) for one in lists.values())
    return first.get("population_sha256") == made and then.get("seed") == row.seed and same


def shared_of(row: Any) -> dict[str, Any]:
    """What the file of every draw says, whatever it draws: enough with its lists to repeat it without this system."""
    return {
        "version": 1,
        "number": row.number,
        "algorithm": row.algorithm,
        "status": row.status,
        "committed_at": row.committed_at.isoformat(),
        "population_sha256": row.population_sha256,
        "seed": row.seed,
        "seed_source": row.seed_source,
        "beacon_name": row.beacon_name,
        "drawn_at": row.drawn_at.isoformat() if row.drawn_at else None,
        "reason": row.reason,
    }
