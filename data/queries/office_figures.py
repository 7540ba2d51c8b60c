"""All figures in one table: of the newest snapshot, of a past day or of today so far; trend, change, what was restated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import FigureSnapshot
from data.queries.figures import compute_now, last_snapshot, scope_of
from data.queries.wall import Kept
from policy.errors import Refusal
from policy.figures.definitions import DEFINITIONS, Target, definition, meets, target_of_row
from policy.figures.measures import Measure
from policy.figures.rows import COUNTY, FigureRow
from policy.zone import CHINA

TREND: Final = timedelta(days=60)
MONTH: Final = timedelta(days=30)
SLOT: Final = 300  # seconds for which what was read of a day serves everybody
GROUPS: Final = ("township", "organ")
_days: Final = Kept(24)
_trends: Final = Kept(6)

Key = tuple[str, str, str]
NONE: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Held:
    """A value with what it is made of; `first` is what was taken first where it was restated later."""

    value: float | None
    numerator: float | None
    denominator: float | None
    p90: float | None = None
    first: float | None = None
    restated: bool = False


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A measure of a figure: the county's value with target, the value a month before, the trend, and every group's value."""

    figure: str
    measure: str
    unit: str
    better: str
    headline: bool
    county: Held | None
    before: Held | None
    target: Target | None
    meets: bool | None
    trend: tuple[tuple[date, float | None], ...]
    groups: Mapping[str, Held]
    group_meets: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The table of a day: `live` when it is today so far, `taken` the newest day there is a snapshot of."""

    on: date
    live: bool
    taken: date | None
    by: str
    lines: tuple[FigureLine, ...]
    codes: tuple[str, ...]
    small: float


def figure_table(
    session: Session, actor: Actor, county: County, now: datetime, *, on: date | None = None, by: str = COUNTY
) -> FigureTable:
    """Figures of the day `on` (the newest snapshot when left out) for the county and, with `by`, each township or organ."""
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    today, taken = now.astimezone(CHINA).date(), last_snapshot(session, county)
    day = on or taken or today
    if day > today:
        raise Refusal("errors_matter.day_ahead", pointer="/date", day=day, today=today)
    rows = _rows(session, county, day, now)
    before: Rows = _rows(session, county, day - MONTH, now) if taken is not None and day - MONTH <= taken else {}
    trend = _trend(session, county, day)
    lines = [
        _line(one, m, (rows, before, trend), county, day, by) for one in DEFINITIONS.values() for m in one.measures
    ]
    shown = tuple(line for line in lines if line.headline or line.county is not None or line.groups)
    small = county.profile.get("figures.small_group", day)
    return FigureTable(
        day, day == today, taken, by, shown, _codes(county, shown, by), float(small.value) if small else 0
    )


def days_taken(session: Session, county: County) -> tuple[date | None, date | None]:
    """The first and the last day with a snapshot."""
    query = select(func.min(FigureSnapshot.business_date))  # asked apart: each end of the index is found at once
    return session.scalar(query.where(FigureSnapshot.jurisdiction_id == county.jurisdiction_id)), last_snapshot(
        session, county
    )


# -- reading -----------------------------------------------------------------------------------------------------------

Rows = Mapping[Key, Mapping[str, Held]]
"""Figure, measure, group kind → group code → value."""


def _rows(session: Session, county: County, day: date, now: datetime) -> Rows:
    """Every value of a day by figure, measure, group kind and code: of its snapshot, else computed."""
    mark = _mark(session, county, day)
    slot = int(now.timestamp()) // SLOT
    key = (county.jurisdiction_id, county.profile.digest, day, *mark, 0 if mark[0] else slot)
    return _days.get(key, lambda: _taken(session, county, day) if mark[0] else _computed(session, county, day, now))


def _mark(session: Session, county: County, day: date) -> tuple[int, int]:
    """How many values were taken of a day, and how often it was restated: another snapshot, another answer."""
    query = select(func.count(), func.max(FigureSnapshot.restatement))
    found = session.execute(
        query.where(FigureSnapshot.jurisdiction_id == county.jurisdiction_id, FigureSnapshot.business_date == day)
    ).one()
    return int(found[0]), int(found[1] or 0)


_COLUMNS: Final = (
    FigureSnapshot.figure, FigureSnapshot.measure, FigureSnapshot.group_kind, FigureSnapshot.group_code, FigureSnapshot.value,
    FigureSnapshot.numerator, FigureSnapshot.denominator, FigureSnapshot.p90, FigureSnapshot.restatement,
)  # fmt: skip


def _taken(session: Session, county: County, day: date) -> Rows:
    query = select(*_COLUMNS).where(
        FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
        FigureSnapshot.business_date == day,
        FigureSnapshot.group_kind.in_((COUNTY, *GROUPS)),
    )
    found: dict[Key, dict[str, Held]] = defaultdict(dict)
    for figure, measure, kind, code, value, n, d, high, again in session.execute(
        query.order_by(FigureSnapshot.restatement)
    ):
        group, first = found[figure, measure, kind], None
        if again and code in group:
            first = group[code].first if group[code].restated else group[code].value
        group[code] = Held(value, n, d, high, first, bool(again))
    return dict(found)


def _computed(session: Session, county: County, day: date, now: datetime) -> Rows:
    """Today so far, or a past day nobody has taken: counted from the rows as they are."""
    today = now.astimezone(CHINA).date()
    scope = scope_of(county, now, day if day < today else None)
    found: dict[Key, dict[str, Held]] = defaultdict(dict)
    for row in compute_now(session, county, scope, now, DEFINITIONS):
        if row.group_kind in (COUNTY, *GROUPS):
            held = Held(row.value, row.numerator, row.denominator, row.p90)
            found[row.figure, row.measure, row.group_kind][row.group_code] = held
    return dict(found)


Trend = Mapping[tuple[str, str], tuple[tuple[date, float | None], ...]]


def _trend(session: Session, county: County, day: date) -> Trend:
    """The county's headline of each figure by day, up to `day`."""
    key = (county.jurisdiction_id, day, _mark(session, county, day), last_snapshot(session, county))
    return _trends.get(key, lambda: _read_trend(session, county, day))


def _read_trend(session: Session, county: County, day: date) -> Trend:
    heads = {one.id: one.headline.id for one in DEFINITIONS.values()}
    query = select(
        FigureSnapshot.figure, FigureSnapshot.measure, FigureSnapshot.business_date, FigureSnapshot.value
    ).where(
        FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
        FigureSnapshot.figure.in_(list(heads)),
        FigureSnapshot.measure.in_(sorted(set(heads.values()))),
        FigureSnapshot.group_kind == COUNTY,
        FigureSnapshot.group_code == "",
        FigureSnapshot.business_date > day - TREND,
        FigureSnapshot.business_date <= day,
    )
    series: dict[tuple[str, str], dict[date, float | None]] = defaultdict(dict)
    for figure, measure, on, value in session.execute(
        query.order_by(FigureSnapshot.business_date, FigureSnapshot.restatement)
    ):
        if heads[figure] == measure:
            series[(figure, measure)][on] = value
    return {key: tuple(days.items()) for key, days in series.items()}


# -- lines -------------------------------------------------------------------------------------------------------------


def _line(one: Any, m: Measure, read: tuple[Rows, Rows, Trend], county: County, day: date, by: str) -> FigureLine:
    rows, before, trend = read
    held = rows.get((one.id, m.id, COUNTY), NONE).get("")
    goal, group_goal = (target_of_row(_row(one.id, m.id, kind, None), county.profile, day) for kind in (COUNTY, by))
    groups = NONE if by == COUNTY else rows.get((one.id, m.id, by), NONE)
    return FigureLine(
        one.id,
        m.id,
        m.unit,
        m.better,
        m is one.headline,
        held,
        before.get((one.id, m.id, COUNTY), NONE).get(""),
        goal,
        meets(_row(one.id, m.id, COUNTY, held), goal) if held else None,
        trend.get((one.id, m.id), ()),
        groups,
        {code: meets(_row(one.id, m.id, by, held), group_goal) for code, held in groups.items()},
    )


def _row(figure: str, measure: str, kind: str, held: Held | None) -> FigureRow:
    parts = (held.value, held.numerator, held.denominator) if held else (None, None, None)
    return FigureRow(figure, measure, kind, "", *parts)


def _codes(county: County, lines: Sequence[FigureLine], by: str) -> tuple[str, ...]:
    """Townships in the order of the county; organs by how many figures speak of them."""
    if by == "township":
        return tuple(cell.code for cell in county.townships)
    count: dict[str, int] = defaultdict(int)
    for line in lines:
        for code in line.groups:
            count[code] += 1
    return tuple(sorted(count, key=lambda code: (-count[code], code)))


def not_met(table: FigureTable) -> tuple[FigureLine, ...]:
    """The lines whose target is due and not reached."""
    return tuple(line for line in table.lines if line.meets is False)


def name_of(figure: str, measure: str, lang: str) -> str:
    """What a measure is called: the figure's name for its headline, else the measure's beside it."""
    known = definition(figure)
    own = known.measure_name(measure, lang)
    return own if own == known.name(lang) else f"{known.name(lang)} · {own}"
