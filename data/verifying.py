"""Verification of a whole chain while the server goes on: in a thread, one at a time a county, with progress and a way to stop."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.anchors import read_anchors
from data.authority import Actor, Subject, demand
from data.county import County
from data.db import Record
from data.events import Verification, verify
from data.models import ChainHead
from data.settings import Settings
from policy.errors import Refusal


class Stopped(Exception):
    """Somebody stopped the verification."""


@dataclass
class Run:
    """One verification: how far it is, what it held against, and in the end what was found or why there is no answer."""

    begun_at: datetime
    by: str
    total: int
    done: int = 0
    anchors: int = 0
    last_anchor: Mapping[str, Any] | None = None
    finding: Verification | None = None
    refusal: Refusal | None = None
    ended_at: datetime | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """True until there is an answer, or it was stopped."""
        return self.ended_at is None

    @property
    def stopped(self) -> bool:
        """True when it ended without an answer because somebody stopped it."""
        return not self.running and self.finding is None and self.refusal is None

    def advance(self, events: int) -> None:
        """Note how many events are recomputed; raises Stopped when it is to stop."""
        self.done = events
        if self.stopping.is_set():
            raise Stopped


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain as it is stored now."""

    events: int
    hash: str
    at: datetime | None


@dataclass
class _House:
    """What verification needs to know of a server's record: where anchors lie and how they are signed; its newest runs."""

    folder: Path | None = None
    secret: str = ""
    runs: dict[str, Run] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_HOUSES: Final[WeakKeyDictionary[Record, _House]] = WeakKeyDictionary()


def know_anchors(record: Record, settings: Settings) -> None:
    """Tell where the anchors of a record lie and with what they were signed."""
    house = _house(record)
    house.folder, house.secret = settings.var, settings.secret


def _house(record: Record) -> _House:
    return _HOUSES.setdefault(record, _House())


def may_verify(actor: Actor, county: County, now: datetime) -> None:
    """Refuse who may not verify the chain of the whole county."""
    demand(actor, "event.verify", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)


def begin(record: Record, actor: Actor, county: County) -> Run:
    """Begin to verify the county's chain; while it is being verified already, that run is given."""
    may_verify(actor, county, record.clock())
    house = _house(record)
    with house.lock:
        before = house.runs.get(county.code)
        if before is not None and before.running:
            return before
        with record.read() as session:
            total = head_of(session, county).events
        run = house.runs[county.code] = Run(record.clock(), actor.name, total)
    threading.Thread(target=_work, args=(record, house, county, run), name="verify", daemon=True).start()
    return run


def newest(record: Record, actor: Actor, county: County) -> Run | None:
    """The run that goes on, or the last one; None before the first."""
    may_verify(actor, county, record.clock())
    return _house(record).runs.get(county.code)


def stop(record: Record, actor: Actor, county: County) -> Run | None:
    """Stop the run that goes on; it ends with the page of events it is at."""
    run = newest(record, actor, county)
    if run is not None:
        run.stopping.set()
    return run


def head_of(session: Session, county: County) -> Head:
    """The stored head of the county's chain."""
    row = session.scalars(select(ChainHead).where(ChainHead.jurisdiction_id == county.jurisdiction_id)).first()
    return Head(row.sequence, row.hash, row.at) if row else Head(0, "", None)


def _work(record: Record, house: _House, county: County, run: Run) -> None:
    try:
        anchors = _anchors(house, county.code, run)
        run.finding = verify(record, _place(county), anchors=anchors, progress=run.advance)
        run.done = run.finding.events
    except Stopped:
        pass
    except Refusal as refusal:
        run.refusal = refusal
    except Exception as fault:  # noqa: BLE001  # a database that does not answer: the page says so
        run.refusal = Refusal("errors_audit.no_answer", kind="unavailable", fault=type(fault).__name__)
    finally:
        run.ended_at = record.clock()


def _place(county: County) -> UUID:
    return county.jurisdiction_id


def _anchors(house: _House, code: str, run: Run) -> list[dict[str, Any]]:
    found = list(read_anchors(house.folder, code, house.secret)) if house.folder is not None else []
    run.anchors, run.last_anchor = len(found), found[-1] if found else None
    return found
