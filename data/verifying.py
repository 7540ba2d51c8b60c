"""Verification of a whole chain while the server goes on: in a thread, one at a time a county, with progress and a way to stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.anchors import read_anchors
from data.authority import Actor, Subject, demand
from data.background import Run, Runs
from data.county import County
from data.db import Record
from data.events import Verification, verify
from data.models import ChainHead
from data.settings import Settings


@dataclass(kw_only=True)
class Verifying(Run):
    """One verification of a county's chain: how far it is, what it is held against, and in the end what was found."""

    by: str
    total: int
    done: int = 0
    anchors: int = 0
    last_anchor: Mapping[str, Any] | None = None
    finding: Verification | None = None

    @property
    def running(self) -> bool:
        """True until it has come to its end, also when it was told to stop: there is never a second one beside it."""
        return self.ended_at is None

    @property
    def stopped(self) -> bool:
        """True when it ended without an answer because somebody stopped it."""
        return not self.running and self.finding is None and self.refusal is None

    def advance(self, events: int) -> None:
        """Note how many events are recomputed; raises Stopped when it is to stop."""
        self.done = events
        self.begins("events")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain as it is stored now."""

    events: int
    hash: str
    at: datetime | None


_RUNS: Final = Runs[Verifying]("verify", "errors_audit.no_answer", anew=False)
_ANCHORS: Final[WeakKeyDictionary[Record, tuple[Path, str]]] = WeakKeyDictionary()


def know_anchors(record: Record, settings: Settings) -> None:
    """Tell where the anchors of a record lie and with what they were signed."""
    _ANCHORS[record] = settings.var, settings.secret


def may_verify(actor: Actor, county: County, now: datetime) -> None:
    """Refuse who may not verify the chain of the whole county."""
    demand(actor, "event.verify", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)


def begin(record: Record, actor: Actor, county: County) -> Verifying:
    """Begin to verify the county's chain; while it is being verified already, that run is given."""
    may_verify(actor, county, record.clock())
    with record.read() as session:
        total = head_of(session, county).events

    def work(run: Verifying) -> None:
        anchors = _anchors(record, county.code, run)
        run.finding = verify(record, county.jurisdiction_id, anchors=anchors, progress=run.advance)
        run.done = run.finding.events

    run = Verifying(owner=(county.code,), begun_at=record.clock(), by=actor.name, total=total)
    return _RUNS.begin(record, run, work)


def newest(record: Record, actor: Actor, county: County) -> Verifying | None:
    """The run that goes on, or the last one; None before the first."""
    may_verify(actor, county, record.clock())
    return _RUNS.newest(record, (county.code,))


def stop(record: Record, actor: Actor, county: County) -> Verifying | None:
    """Stop the run that goes on; it ends with the page of events it is at."""
    run = newest(record, actor, county)
    if run is not None:
        run.stopping.set()
    return run


def head_of(session: Session, county: County) -> Head:
    """The stored head of the county's chain."""
    row = session.scalars(select(ChainHead).where(ChainHead.jurisdiction_id == county.jurisdiction_id)).first()
    return Head(row.sequence, row.hash, row.at) if row else Head(0, "", None)


def _anchors(record: Record, code: str, run: Verifying) -> list[dict[str, Any]]:
    """The county's anchors, and in the run how many they are; none where nobody told where they lie."""
    folder, secret = _ANCHORS.get(record, (None, ""))
    found = list(read_anchors(folder, code, secret)) if folder is not None else []
    run.anchors, run.last_anchor = len(found), found[-1] if found else None
    return found
