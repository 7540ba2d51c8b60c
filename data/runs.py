"""Work that goes on while the server does, for plans of postings and for reports: each in a thread, so many at the same time,
one at a time for whom it is, with its step, a way to stop and what came of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final, Generic, TypeVar
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from data.authority import Actor, Subject, demand
from data.county import County
from data.db import Record
from data.queries.posting_answers import Answer, work_out
from data.queries.posting_question import Asked
from data.reports.making import STEPS, asked_period, keep_report, prepare
from policy.errors import Refusal

KEPT: Final = 32  # remembered of a record, the oldest forgotten first
AT_ONCE: Final = 2  # worked on at the same time; others wait


class Stopped(Exception):
    """Somebody stopped it."""


@dataclass(kw_only=True)
class Run:
    """One piece of work: for whom, at which step (None: waiting, or reading the force), and in the end why nothing came of it."""

    owner: tuple[object, ...]
    begun_at: datetime
    key: str = field(default_factory=lambda: uuid4().hex)
    step: str | None = None
    refusal: Refusal | None = None
    ended_at: datetime | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """True until it is done, refused or stopped: the step it is at may end later, and nothing of it is kept."""
        return self.ended_at is None and not self.stopping.is_set()

    def begins(self, step: str) -> None:
        """Note the step that begins; raises Stopped when it is not to."""
        if self.stopping.is_set():
            raise Stopped
        self.step = step


@dataclass(kw_only=True)
class Search(Run):
    """A search for a plan of postings, of one account, with the answer it came to."""

    answer: Answer | None = None


@dataclass(kw_only=True)
class Making(Run):
    """A report in the making, of one county: its kind, last day and language, in the end its key."""

    kind: str
    last: date
    lang: str
    step: str = STEPS[0]
    report: UUID | None = None

    @property
    def share(self) -> float:
        """How far it is, 0–1, by steps."""
        return 1.0 if self.report is not None else (STEPS.index(self.step) + 0.5) / len(STEPS)


R = TypeVar("R", bound=Run)


@dataclass
class _House(Generic[R]):
    runs: OrderedDict[str, R] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))


class Runs(Generic[R]):
    """What runs of one kind; `fault` is said where it broke off; `anew`: a further one stops the one before, else that is given."""

    def __init__(self, name: str, fault: str, *, anew: bool) -> None:
        self.name, self.fault, self.anew = name, fault, anew
        self._houses: WeakKeyDictionary[Record, _House[R]] = WeakKeyDictionary()

    def begin(self, record: Record, run: R, work: Callable[[R], None]) -> R:
        """Begin `run`; gives the one that goes on."""
        house = self._house(record)
        with house.lock:
            for before in house.runs.values():
                if before.owner == run.owner and before.running:
                    if not self.anew:
                        return before
                    before.stopping.set()
            house.runs[run.key] = run
            while len(house.runs) > KEPT:
                house.runs.popitem(last=False)
        threading.Thread(target=self._work, args=(record, house, run, work), name=self.name, daemon=True).start()
        return run

    def newest(self, record: Record, owner: tuple[object, ...], key: str | None = None) -> R | None:
        """The newest of an owner, of the key where one is told; None where it is forgotten, as after a restart."""
        house = self._house(record)
        with house.lock:
            own = (one for one in reversed(house.runs.values()) if one.owner == owner)
            return next((one for one in own if key in (None, one.key)), None)

    def _house(self, record: Record) -> _House[R]:
        return self._houses.setdefault(record, _House())

    def _work(self, record: Record, house: _House[R], run: R, work: Callable[[R], None]) -> None:
        try:
            with house.turns:
                if not run.stopping.is_set():
                    work(run)
        except Stopped:
            pass
        except Refusal as refusal:
            run.refusal = refusal
        except Exception as fault:  # noqa: BLE001  # a solver, database or typesetter that does not answer: the page says so
            run.refusal = Refusal(self.fault, kind="unavailable", fault=type(fault).__name__)
        finally:
            run.ended_at = record.clock()


# -- plans of postings: one at a time an account -------------------------------------------------------------------------

_SEARCHES: Final = Runs[Search]("postings", "errors_office.no_answer", anew=True)


def begin_search(record: Record, actor: Actor, county: County, asked: Asked) -> Search:
    """Begin a search; the one that this account still has running is stopped."""
    now = record.clock()
    demand(actor, "posting_plan.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)

    def work(search: Search) -> None:
        with record.read() as session:
            search.answer = work_out(session, actor, county, now, asked, search.begins)

    return _SEARCHES.begin(record, Search(owner=_searcher(actor, county), begun_at=now), work)


def look_search(record: Record, actor: Actor, county: County, key: str) -> Search | None:
    """A search of one's own by its key; None where it is forgotten."""
    demand(actor, "posting_plan.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), record.clock())
    return _SEARCHES.newest(record, _searcher(actor, county), key)


def stop_search(record: Record, actor: Actor, county: County, key: str) -> Search | None:
    """Stop a search; nothing of it is kept."""
    search = look_search(record, actor, county, key)
    if search is not None:
        search.stopping.set()
    return search


def _searcher(actor: Actor, county: County) -> tuple[object, ...]:
    return (actor.account_id, county.code)


# -- reports: one at a time a county -------------------------------------------------------------------------------------

_REPORTS: Final = Runs[Making]("report", "errors_reports.not_made", anew=False)


def begin_report(
    record: Record, actor: Actor, county: County, folder: Path, *, kind: str, last: date | None, lang: str
) -> Making:
    """Begin to make a report; while one is made for the county already, that one is given. Raises Refusal."""
    now = record.clock()
    demand(actor, "report.make", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    day = asked_period(kind, last, now)

    def work(run: Making) -> None:
        made = prepare(record, actor, county, folder, kind=kind, last=day, lang=lang, tell=run.begins)
        run.report = record.write(actor, keep_report, county=county, made=made, now=made.as_of).id

    return _REPORTS.begin(record, Making(owner=(county.code,), begun_at=now, kind=kind, last=day, lang=lang), work)


def newest_report(record: Record, actor: Actor, county: County) -> Making | None:
    """The report that is being made, or the last one; None before the first."""
    demand(actor, "report.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), record.clock())
    return _REPORTS.newest(record, (county.code,))


def stop_report(record: Record, actor: Actor, county: County) -> Making | None:
    """Stop the report that is being made; nothing of it is kept."""
    demand(actor, "report.make", Subject(county.jurisdiction_id, label=county.name, nowhere=True), record.clock())
    run = newest_report(record, actor, county)
    if run is not None:
        run.stopping.set()
    return run
