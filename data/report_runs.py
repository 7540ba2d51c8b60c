"""Reports made at once for who asks: in a thread, one at a time a county, with the step it is at and a way to stop."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from data.authority import Actor, Subject, demand
from data.county import County
from data.db import Record
from data.reports.making import STEPS, asked_period, keep_report, prepare
from policy.errors import Refusal


class Stopped(Exception):
    """Somebody stopped it."""


@dataclass
class Run:
    """One report in the making: of what, by whom, at which step; in the end its key, or why there is none."""

    kind: str
    last: date
    lang: str
    by: str
    begun_at: datetime
    step: str = STEPS[0]
    report: UUID | None = None
    refusal: Refusal | None = None
    ended_at: datetime | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """True until it is made, refused or stopped: the step it is at may end later, and nothing of it is kept."""
        return self.ended_at is None and not self.stopping.is_set()

    @property
    def share(self) -> float:
        """How far it is, 0–1, by steps."""
        return 1.0 if self.report is not None else (STEPS.index(self.step) + 0.5) / len(STEPS)

    def tell(self, step: str) -> None:
        """Note the step that begins; raises Stopped when it is not to."""
        if self.stopping.is_set():
            raise Stopped
        self.step = step


@dataclass
class _House:
    runs: dict[str, Run] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_HOUSES: Final[WeakKeyDictionary[Record, _House]] = WeakKeyDictionary()


def begin(
    record: Record, actor: Actor, county: County, folder: Path, *, kind: str, last: date | None, lang: str
) -> Run:
    """Begin to make a report; while one is made for the county already, that one is given. Raises Refusal."""
    now = record.clock()
    demand(actor, "report.make", Subject(county.jurisdiction_id), now)
    day = asked_period(kind, last, now)
    house = _HOUSES.setdefault(record, _House())
    with house.lock:
        before = house.runs.get(county.code)
        if before is not None and before.running:
            return before
        run = house.runs[county.code] = Run(kind, day, lang, actor.name, now)
    threading.Thread(target=_work, args=(record, actor, county, folder, run), name="report", daemon=True).start()
    return run


def newest(record: Record, actor: Actor, county: County) -> Run | None:
    """The one that is being made, or the last one; None before the first."""
    demand(actor, "report.read", Subject(county.jurisdiction_id), record.clock())
    return _HOUSES.setdefault(record, _House()).runs.get(county.code)


def stop(record: Record, actor: Actor, county: County) -> Run | None:
    """Stop the one that is being made; nothing of it is kept."""
    demand(actor, "report.make", Subject(county.jurisdiction_id), record.clock())
    run = newest(record, actor, county)
    if run is not None:
        run.stopping.set()
    return run


def _work(record: Record, actor: Actor, county: County, folder: Path, run: Run) -> None:
    try:
        made = prepare(record, actor, county, folder, kind=run.kind, last=run.last, lang=run.lang, tell=run.tell)
        run.report = record.write(actor, keep_report, county=county, made=made, now=made.as_of).id
    except Stopped:
        pass
    except Refusal as refusal:
        run.refusal = refusal
    except Exception as fault:  # noqa: BLE001  # a database or typesetter that does not answer: the page says so
        run.refusal = Refusal("errors_reports.not_made", kind="unavailable", fault=type(fault).__name__)
    finally:
        run.ended_at = record.clock()
