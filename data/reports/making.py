"""Reports made: by the schedule exactly once for each period and in both languages, or by a person as a further edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from data.authority import Actor, Subject, demand
from data.county import County
from data.db import Record, Tx
from data.events import append_event
from data.jobruns import beating, claim, done_dates, ended_ahead, fail, finish, ticking
from data.models import JobRun, Report
from data.reports.periods import KINDS, ended, period
from data.reports.reading import Reading, read, taken
from data.reports.setting import print_report
from data.reports.store import keep, keep_pictures
from data.reports.wording import compose
from data.snapshots import last_due
from policy.errors import Refusal
from policy.zone import CHINA

PDF: Final = "application/pdf"
LANGUAGES: Final = ("zh", "en")
STEPS: Final = ("reading", "setting", "keeping")
"""What making a report takes, one after the other: told as progress."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was set and put away, before its row is written."""

    kind: str
    last: date
    language: str
    as_of: datetime
    sha256: str
    size: int
    pages: int

    def values(self, jurisdiction_id: UUID, edition: int) -> dict[str, Any]:
        """The columns of its row."""
        return {
            "id": uuid7(), "jurisdiction_id": jurisdiction_id, "kind": self.kind, "business_date": self.last,
            "language": self.language, "edition": edition, "as_of": self.as_of, "sha256": self.sha256, "size": self.size,
            "media_type": PDF, "pages": self.pages, "made_at": self.as_of,
        }  # fmt: skip


def job_of(kind: str) -> str:
    """What the runs of one kind are called."""
    return f"report_{kind}"


def draw_up(record: Record, county: County, kind: str, last: date, now: datetime) -> Reading:
    """Read what a report of the period that ends on `last` tells."""
    with record.read() as session:
        return read(session, county, period(kind, last), now, _last_made(session, county, kind, last))


def put_away(reading: Reading, county: County, folder: Path, lang: str) -> Made:
    """Set a report and put it under its hash; writes no row."""
    given, drawings = compose(reading, county, lang)
    span, printed = reading.period, print_report(reading.period.kind, given, drawings)
    sha256 = keep(folder, printed.pdf)
    keep_pictures(folder, sha256, printed.pictures)
    return Made(span.kind, span.last, lang, reading.as_of, sha256, len(printed.pdf), printed.pages)


def _last_made(session: Session, county: County, kind: str, before: date) -> datetime | None:
    """When the last report of an earlier period was made."""
    query = select(func.max(Report.as_of)).where(
        Report.jurisdiction_id == county.jurisdiction_id, Report.kind == kind, Report.business_date < before
    )
    return session.scalar(query)


# -- by the schedule -----------------------------------------------------------------------------------------------------


def due(session: Session, county: County, kind: str, now: datetime, hour: int) -> list[date]:
    """Last days of the periods whose report is to be made, the oldest first: over, with figures taken, not yet made.

    A county that has none begins with the newest; after an outage as many are caught up as `periods.LOOK_BACK` says.
    """
    job, days = job_of(kind), ended(kind, last_due(now, hour))
    ready = [day for day in days if taken(session, county, day)]
    begun = session.scalar(
        select(func.min(JobRun.business_date)).where(
            JobRun.job == job, JobRun.jurisdiction_id == county.jurisdiction_id
        )
    )
    wanted = ready[:1] if begun is None else [day for day in ready if day >= begun]
    done = done_dates(session, job, county.jurisdiction_id)
    return sorted(
        day for day in wanted if day not in done or ended_ahead(session, job, county.jurisdiction_id, day, now)
    )


def make_due(record: Record, county: County, folder: Path, now: datetime, *, hour: int = 6) -> int:
    """Make every report of a county that is due; gives how many periods were made here."""
    made, clock = 0, ticking(now)
    for kind in KINDS:
        with record.read() as session:
            days = due(session, county, kind, now, hour)
        made += sum(make_once(record, county, kind, day, folder, now, clock()) for day in days)
    return made


def make_once(
    record: Record, county: County, kind: str, last: date, folder: Path, now: datetime, at: datetime | None = None
) -> bool:
    """Make the scheduled report of one period in every language, unless it is made or somebody else is at it. What a clock made that
    was ahead is followed by a further edition. It is claimed `at` a moment later than `now`, where other reports have gone before."""
    job, place = job_of(kind), county.jurisdiction_id
    with record.read() as session:
        again = ended_ahead(session, job, place, last, now)
    mine = claim(record, job, place, last, at or now, again=again)
    if mine is None:
        return False
    try:
        with beating(record, mine, ticking(at or now)):
            reading = draw_up(record, county, kind, last, now)
            found = [put_away(reading, county, folder, lang) for lang in LANGUAGES]
    except Exception as fault:
        fail(record, mine, now, f"{type(fault).__name__}: {fault}")
        raise

    def work(connection: Connection) -> bool:
        with connection.begin_nested() as point:
            if not finish(connection, mine, now, {"reports": [one.sha256 for one in found]}):
                point.rollback()
                return False
            connection.execute(insert(Report), [_numbered(connection, county, one) for one in found])
            return True

    return record.submit_raw(work).result()


def _numbered(connection: Connection, county: County, made: Made) -> Mapping[str, Any]:
    return made.values(county.jurisdiction_id, _editions(connection, county, made) + 1)


def _editions(connection: Connection | Session, county: County, made: Made) -> int:
    query = select(func.max(Report.edition)).where(
        Report.jurisdiction_id == county.jurisdiction_id,
        Report.kind == made.kind,
        Report.business_date == made.last,
        Report.language == made.language,
        Report.media_type == PDF,
    )
    return connection.execute(query).scalar_one() or 0


# -- by a person ---------------------------------------------------------------------------------------------------------


def asked_period(kind: str, last: date | None, now: datetime) -> date:
    """The last day of the report that was asked for: today where none is named; Refusal for what cannot be reported on."""
    today = now.astimezone(CHINA).date()
    if kind not in KINDS:
        raise Refusal("errors_reports.kind", pointer="/kind", given=kind[:20], known=", ".join(KINDS))
    if last is not None and last > today:
        raise Refusal("errors_matter.day_ahead", pointer="/date", day=last, today=today)
    return last or today


def prepare(
    record: Record,
    actor: Actor,
    county: County,
    folder: Path,
    *,
    kind: str,
    last: date | None = None,
    lang: str = "zh",
    tell: Tell = lambda step: None,
) -> Made:
    """Read, set and put away a report that a person asked for; `keep_report` makes it one. Raises Refusal."""
    now = record.clock()
    demand(actor, "report.make", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    day = asked_period(kind, last, now)
    tell("reading")
    reading = draw_up(record, county, kind, day, now)
    tell("setting")
    made = put_away(reading, county, folder, lang)
    tell("keeping")
    return made


def keep_report(tx: Tx, *, made: Made) -> Report:
    """Write the row of a report that was put away, and say so in the chain with its hash."""
    demand(tx.actor, "report.make", Subject(tx.county.jurisdiction_id, label=tx.county.name, nowhere=True), tx.now)
    row = Report(**made.values(tx.county.jurisdiction_id, _editions(tx.session, tx.county, made) + 1))
    tx.session.add(row)
    facts = {"kind": made.kind, "day": made.last.isoformat(), "language": made.language, "edition": row.edition, "sha256": made.sha256}  # fmt: skip
    append_event(tx, matter="report", subject_id=row.id, verb="make", facts=facts)
    return row
