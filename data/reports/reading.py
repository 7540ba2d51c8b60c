"""What a report tells, read from the record: figures and how they moved, what waits longest, what is due, who needs help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import SYSTEM
from data.casework.organs import names_of_organs
from data.county import County
from data.db import Tx
from data.models import Deadline, FigureSnapshot
from data.queries.figures import last_snapshot
from data.reports.lines import Line, lines_of, small_group
from data.reports.periods import CHARTED, DAY, Period, earlier
from policy.deadlines import RIGHTS, key_of
from policy.figures.definitions import definition
from policy.figures.intervals import Interval, wilson
from policy.figures.rows import COUNTY
from policy.text import Name
from policy.zone import CHINA

WORST: Final = 5
HELP: Final = ("F11", "on_time_all")
"""By which measure townships that need help are found: a share of many cases, so that its interval says something."""
HELP_DAYS: Final = 28
CURVES: Final = (("F01", "share"), ("F09", "resolved"), ("F11", "on_time_all"), ("F07", "in_time"))


@dataclass(frozen=True, slots=True)
class Restated:
    """A value of an earlier day that was corrected since the last report."""

    day: date
    figure: str
    measure: str
    first: float | None
    now: float | None


@dataclass(frozen=True, slots=True)
class Wait:
    """A deadline that is over, with whose it is; `key` names it in the profile."""

    number: str
    matter: str
    key: str
    organ: Name | str
    township: Name | str
    due_at: datetime
    clause: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """Deadlines of one kind that end on the next day: how many, the first of them by number."""

    key: str
    count: int
    numbers: tuple[str, ...]
    clause: str | None


@dataclass(frozen=True, slots=True)
class Need:
    """A township's share over the last weeks with its interval; `helps` when even its upper end lies below the county's."""

    code: str
    name: Name
    share: Interval
    numerator: float
    denominator: float
    few: bool
    helps: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one report tells; `live` where its last day is not over."""

    period: Period
    as_of: datetime
    live: bool
    taken: date | None
    small: float
    lines: tuple[Line, ...]
    before: Mapping[tuple[str, str], Line]
    restated: tuple[Restated, ...]
    waits: tuple[Wait, ...]
    overdue: int
    due: tuple[Due, ...]
    due_on: date
    needs: tuple[Need, ...]
    county_share: float | None
    curves: Mapping[tuple[str, str], tuple[Mapping[str, Any], ...]]


def read(session: Session, county: County, span: Period, now: datetime, since: datetime | None = None) -> Reading:
    """Read a report of a period; `since` is when the last one of its kind was made, after which corrections are told."""
    today = now.astimezone(CHINA).date()
    small = small_group(county, span.last)
    before = lines_of(session, county, earlier(span), now) if taken(session, county, span.before) else ()
    needs, share = needing_help(session, county, span.last, small)
    waits, overdue = worst_waits(session, county, now)
    return Reading(
        period=span,
        as_of=now,
        live=span.last >= today,
        taken=last_snapshot(session, county),
        small=small,
        lines=lines_of(session, county, span, now),
        before={line.key: line for line in before},
        restated=restated_since(session, county, span, since or now - DAY),
        waits=waits,
        overdue=overdue,
        due=due_on(session, county, today + DAY),
        due_on=today + DAY,
        needs=needs,
        county_share=share,
        curves={one: by_day(session, county, *one, span) for one in CURVES},
    )


def taken(session: Session, county: County, day: date) -> bool:
    """Whether the figures of a day were taken."""
    query = select(FigureSnapshot.id).where(
        FigureSnapshot.jurisdiction_id == county.jurisdiction_id, FigureSnapshot.business_date == day
    )
    return session.execute(query.limit(1)).first() is not None


# -- figures by day ------------------------------------------------------------------------------------------------------


def by_day(session: Session, county: County, figure: str, measure: str, span: Period) -> tuple[Mapping[str, Any], ...]:
    """The county's values of a measure by day up to the period's last, the newest statement with the first beside it."""
    begin = span.last - timedelta(days=CHARTED[span.kind] - 1)
    query = _snapshots(county, figure, measure, COUNTY, begin, span.last).order_by(
        FigureSnapshot.business_date, FigureSnapshot.restatement
    )
    found: dict[date, dict[str, Any]] = {}
    for row in session.scalars(query):
        first = found.get(row.business_date)
        held = {"date": row.business_date, "value": row.value, "numerator": row.numerator, "denominator": row.denominator}  # fmt: skip
        found[row.business_date] = held | {"target": row.target, "first": first["first"] if first else row.value}
    return tuple(found.values())


def _snapshots(county: County, figure: str, measure: str, kind: str, begin: date, end: date) -> Any:
    return select(FigureSnapshot).where(
        FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
        FigureSnapshot.figure == figure,
        FigureSnapshot.measure == measure,
        FigureSnapshot.group_kind == kind,
        FigureSnapshot.business_date >= begin,
        FigureSnapshot.business_date <= end,
    )


def restated_since(session: Session, county: County, span: Period, since: datetime) -> tuple[Restated, ...]:
    """Headlines of the county that were corrected after `since`, of days up to the period's last; newest day first."""
    query = select(FigureSnapshot).where(
        FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
        FigureSnapshot.group_kind == COUNTY,
        FigureSnapshot.restatement > 0,
        FigureSnapshot.taken_at >= since,
        FigureSnapshot.business_date <= span.last,
    )
    newest = {
        (row.business_date, row.figure, row.measure): row
        for row in session.scalars(query.order_by(FigureSnapshot.restatement))
    }
    kept = [row for row in newest.values() if definition(row.figure).headline.id == row.measure]
    ordered = sorted(kept, key=lambda row: (-row.business_date.toordinal(), row.figure))
    return tuple(
        Restated(row.business_date, row.figure, row.measure, _first(session, row), row.value) for row in ordered
    )


def _first(session: Session, row: FigureSnapshot) -> float | None:
    return session.scalar(
        select(FigureSnapshot.value).where(
            FigureSnapshot.jurisdiction_id == row.jurisdiction_id,
            FigureSnapshot.business_date == row.business_date,
            FigureSnapshot.figure == row.figure,
            FigureSnapshot.measure == row.measure,
            FigureSnapshot.group_kind == COUNTY,
            FigureSnapshot.group_code == "",
            FigureSnapshot.restatement == 0,
        )
    )


# -- clocks --------------------------------------------------------------------------------------------------------------


def _running(county: County) -> Any:
    """Deadlines of organs that run and end at the latest then; what a party may do is no wait."""
    return (
        Deadline.jurisdiction_id == county.jurisdiction_id,
        Deadline.done_at.is_(None),
        Deadline.ended_at.is_(None),
        Deadline.whose == "organ",
        Deadline.sense == "latest",
        Deadline.kind.notin_(RIGHTS),
    )


def worst_waits(session: Session, county: County, now: datetime) -> tuple[tuple[Wait, ...], int]:
    """The deadlines that are over for longest, and how many are over at all; those that are stopped wait for nobody here."""
    query = select(Deadline).where(*_running(county), Deadline.due_at < now)
    every = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    names = names_of_organs(Tx(session, SYSTEM, now, county))
    rows = session.scalars(query.order_by(Deadline.due_at, Deadline.matter_number).limit(WORST))
    return tuple(_wait(county, row, names) for row in rows), every


def _wait(county: County, row: Deadline, names: Mapping[str, Any]) -> Wait:
    place = county.words_of(row.township_code) if row.township_code else ""
    organ = names.get(row.organ_code or "", row.organ_code or "")
    return Wait(row.matter_number or "", row.matter, key_of(row.kind), organ, place, row.due_at, row.clause)


def due_on(session: Session, county: County, day: date) -> tuple[Due, ...]:
    """Deadlines that end on a day, by kind, the most frequent first."""
    begin = datetime.combine(day, time(), CHINA)
    query = select(Deadline).where(*_running(county), Deadline.due_at >= begin, Deadline.due_at < begin + DAY)
    kinds: dict[str, list[Deadline]] = {}
    for row in session.scalars(query.order_by(Deadline.due_at, Deadline.matter_number)):
        kinds.setdefault(key_of(row.kind), []).append(row)
    made = [Due(key, len(rows), tuple(row.matter_number or "" for row in rows), rows[0].clause) for key, rows in kinds.items()]  # fmt: skip
    return tuple(sorted(made, key=lambda one: (-one.count, one.key)))


# -- townships -----------------------------------------------------------------------------------------------------------


def needing_help(session: Session, county: County, last: date, small: float) -> tuple[tuple[Need, ...], float | None]:
    """Every township's share over the last weeks with its interval, the lowest upper end first, and the county's share.

    Shares of days are added up by numerator and denominator; a township with fewer cases than may be compared is named but
    not judged.
    """
    begin = last - timedelta(days=HELP_DAYS - 1)
    sums: dict[str, list[float]] = {}
    for row in _newest(session.scalars(_snapshots(county, *HELP, "township", begin, last).order_by(FigureSnapshot.restatement))):  # fmt: skip
        held = sums.setdefault(row.group_code, [0.0, 0.0])
        held[0] += row.numerator or 0.0
        held[1] += row.denominator or 0.0
    known = {code: pair for code, pair in sums.items() if pair[1] and code in {cell.code for cell in county.townships}}
    whole = [sum(pair[n] for pair in known.values()) for n in (0, 1)]
    share = whole[0] / whole[1] if whole[1] else None
    made = [_need(county, code, n, d, small, share) for code, (n, d) in known.items()]
    return tuple(sorted(made, key=lambda one: (one.few, one.share.high, one.code))), share


def _newest(rows: Iterable[FigureSnapshot]) -> Sequence[FigureSnapshot]:
    return list({(row.business_date, row.group_code): row for row in rows}.values())


def _need(county: County, code: str, n: float, d: float, small: float, share: float | None) -> Need:
    found, few = wilson(n / d, d), d < small
    helps = not few and share is not None and found.high < share
    return Need(code, county.words_of(code), found, n, d, few, helps)
