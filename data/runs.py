"""What runs while the server does, for plans of postings and for reports: who may begin it, look at it and stop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from data.authority import Actor, Subject, demand
from data.background import Run, Runs
from data.county import County
from data.db import Record
from data.queries.posting_answers import Answer, work_out
from data.queries.posting_question import Asked
from data.reports.making import STEPS, asked_period, keep_report, prepare


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
