"""Figures for people: live, as they stood on a past day, and as a series; one definition behind all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import FigureSnapshot
from data.queries.coverage_figures import coverage_rows
from data.queries.figure_groups import (
    DAY,
    WIDE,
    asked_group,
    days_before,
    group_word,
    groups_of,
    names_for,
    widened,
    with_group,
)
from data.queries.figures_restated import restated_on, told
from data.queries.frames import Frames, frames, frames_of
from policy.citing import address
from policy.errors import Refusal
from policy.figures.definitions import DEFINITIONS, clauses, compute_all, definition, meets, target_of_row
from policy.figures.rows import COUNTY, FigureRow
from policy.figures.scope import Scope, day_bounds, day_scope, recent_scope, rules_of
from policy.zone import CHINA

Row = dict[str, Any]
UNTAKEN: Final = frozenset({"F08"})
"""Figures that no snapshot keeps: they are of this moment and of planned shifts, and are computed when asked for."""
SHOWN_DAYS: Final = 30  # days a figure is shown by day
COMPARED: Final = frozenset({"share", "minute", "hour", "day", "score"})
"""Units whose values are held against each other, and only where they rest on enough cases (kpis.md)."""
READ_BACK: Final = 2  # days of leads and tasks read beyond the period, so that what crosses midnight is whole


def definitions(lang: str = "zh", only: str | None = None) -> list[Row]:
    """Id, name, formula, measures, target key of every figure (or of `only`), in `lang`."""
    known = DEFINITIONS.values() if only is None else (definition(only),)
    return [
        {
            "figure": one.id,
            "name": one.name(lang),
            "formula": one.formula(lang),
            "unit": one.unit,
            "better": one.better,
            "target_key": one.target_key_of(one.headline.id),
            "measures": [
                {"measure": m.id, "name": one.measure_name(m.id, lang), "unit": m.unit, "groups": list(m.groups)}
                for m in one.measures
            ],
        }
        for one in known
    ]


def described(row: FigureRow, county: County, on: date, names: Mapping[str, str], lang: str = "zh") -> Row:
    """A row with its target, whether it is met, its clauses and the page that shows them, and the name of its group.

    `small`: a share or length of time that rests on fewer cases than the profile lets be compared. `silent`: the plan says
    nothing of the target this group is held against, and none is borrowed.
    """
    goal = target_of_row(row, county.profile, on)
    grounds = clauses(row.figure, county.profile, on, row.measure)
    measure = definition(row.figure).measure(row.measure)
    return row.as_dict() | {
        "group_name": group_word(row.group_kind, row.group_code, names, lang),
        "unit": measure.unit,
        "target": goal.value if goal else None,
        "target_clause": goal.clause if goal else None,
        "target_by": goal.by.isoformat() if goal and goal.by else None,
        "meets": meets(row, goal),
        "small": few(row, county, on),
        "silent": goal is None and held_against(row),
        "clauses": list(grounds),
        "policy": policy_page(row, county, grounds),
    }


def few(row: FigureRow, county: County, on: date) -> bool:
    """Whether a value rests on fewer cases than the profile lets be compared."""
    unit = definition(row.figure).measure(row.measure).unit
    return row.value is not None and unit in COMPARED and (row.denominator or 0) < small_group(county, on)


def held_against(row: FigureRow) -> bool:
    """Whether the group of the row is one that a plan may set a target for."""
    known = definition(row.figure)
    key = known.target_key_of(row.measure)
    return key is not None and row.group_kind in known.measure(row.measure).target_groups


def small_group(county: County, on: date) -> float:
    """Cases below which a share is not compared (profile); 0 where nothing is said."""
    value = county.profile.get("figures.small_group", on)
    return float(value.value) if value else 0.0


def policy_page(row: FigureRow, county: County, grounds: Sequence[str]) -> str | None:
    """The page of the value a row is held against, or rests on; of its first clause where the profile has no such value."""
    known = definition(row.figure)
    keys = (known.target_key_of(row.measure), *known.measure(row.measure).rests_on, *known.rests_on)
    held = [key for key in keys if key in county.profile.values]
    return next((address(asked) for asked in (*held, *grounds) if asked), None)


def scope_of(county: County, now: datetime, on: date | None = None, days: int = 1) -> Scope:
    """The period a figure is asked for: a past day from its end, today so far, or the last `days` days up to either."""
    today = now.astimezone(CHINA).date()
    rules = rules_of(county.profile, on or today)
    if on is not None and on < today:
        past = day_scope(on, rules)
        return replace(past, start=day_bounds(days_before(on, days))[0].to_pydatetime())
    return recent_scope(now, days, rules) if days > 1 else day_scope(today, rules, now)


def compute_now(session: Session, county: County, scope: Scope, now: datetime, ids: Iterable[str]) -> list[FigureRow]:
    """Rows of those figures of `ids` for `scope` that the record has data for."""
    asked = frozenset(ids)
    return compute_all(
        frames_for(session, county, scope, now, asked), scope, [id_ for id_ in DEFINITIONS if id_ in asked]
    )


def frames_for(session: Session, county: County, scope: Scope, now: datetime, ids: Iterable[str]) -> Frames:
    """The frames the figures `ids` are counted from, as far back as `scope` asks."""
    asked = frozenset(ids)
    begun = datetime.fromisoformat(day_bounds(scope.start.astimezone(CHINA).date())[0].isoformat())
    only = frames_of(asked - UNTAKEN)
    read = frames(session, county, now, days=(now - begun).days + READ_BACK, only=only) if only else {}
    if asked & UNTAKEN:
        read["coverage"] = coverage_rows(session, county, scope.on, now)
    return read


def figures_on(
    session: Session,
    actor: Actor,
    county: County,
    *,
    on: date | None,
    now: datetime,
    group_kind: str | None = None,
    only: str | None = None,
    days: int = 1,
    lang: str = "zh",
) -> list[Row]:
    """Figures of now or of a past day: its snapshot where one was taken, else computed from the rows as they are.

    A row that was counted again since it was taken says so (`restated`: first value, when, why). Groups by month, quarter and year run from their first day; they come when they, or one figure alone, are asked for. By
    day: the snapshots of the last month.
    """
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    day = checked_day(on, now)
    ids = list(DEFINITIONS) if only is None else [definition(only).id]
    kind = asked_group(group_kind, ids)
    names = names_for(session, county, lang)
    rows = rows_of(session, county, ids, on=on, now=now, kind=kind, days=days)
    again = restated_on(session, county, day, ids, lang) if on is not None and days == 1 else {}
    which = (again.get((row.figure, row.measure, row.group_kind, row.group_code)) for row in rows)
    return [described(row, county, day, names, lang) | {"restated": one} for row, one in zip(rows, which, strict=True)]


def checked_day(on: date | None, now: datetime) -> date:
    """The day asked for, today when none is; `Refusal` for one that has not come."""
    today = now.astimezone(CHINA).date()
    if on is not None and on > today:
        raise Refusal("errors_matter.day_ahead", pointer="/date", day=on, today=today)
    return on or today


def rows_of(
    session: Session,
    county: County,
    ids: Sequence[str],
    *,
    on: date | None,
    now: datetime,
    kind: str | None = None,
    days: int = 1,
) -> list[FigureRow]:
    """Rows of the figures `ids`, of one group or of all: kept ones where there are, the rest counted."""
    scope = scope_of(county, now, on, days)
    if kind == DAY:
        return _by_day(session, county, ids, scope, now)
    if kind in WIDE:
        return _wide(session, county, ids, scope, now, str(kind))
    taken = _taken(session, county, on, ids) if on is not None and days == 1 else []
    kept = {(row.figure, row.group_kind) for row in taken}
    lacking = [id_ for id_ in ids if not _whole(id_, kept, _asked(id_, kind, len(ids) == 1))]
    counted = compute_now(session, county, scope, now, lacking) if lacking else []
    rows = taken + [r for r in counted if (r.figure, r.group_kind) not in kept and r.group_kind not in (*WIDE, DAY)]
    if kind is None and len(ids) == 1:
        rows += [row for wide in WIDE for row in _wide(session, county, ids, scope, now, wide)]
    return [row for row in rows if kind in (None, row.group_kind)]


def _asked(id_: str, kind: str | None, alone: bool) -> list[str]:
    """The groups that must be there: the one asked for, or every one of a figure that is asked for alone."""
    every = groups_of([id_]) if alone else ()
    return [group for group in ([kind] if kind else every) if group not in (*WIDE, DAY) and with_group([id_], group)]


def _whole(id_: str, kept: Collection[tuple[str, str]], groups: Iterable[str]) -> bool:
    """Whether what was kept of a day says all that is asked of a figure."""
    there = any(figure == id_ for figure, _ in kept)
    return there and id_ not in UNTAKEN and all((id_, group) in kept for group in groups)


def _wide(
    session: Session, county: County, ids: Sequence[str], scope: Scope, now: datetime, kind: str
) -> list[FigureRow]:
    asked = with_group(ids, kind)
    rows = compute_now(session, county, widened(scope, kind), now, asked) if asked else []
    return [row for row in rows if row.group_kind == kind]


def _by_day(session: Session, county: County, ids: Sequence[str], scope: Scope, now: datetime) -> list[FigureRow]:
    """The county's rows of the last month as they were kept, and those of the day itself where it was not yet."""
    kept = _newest(session, county, ids, days_before(scope.on, SHOWN_DAYS), scope.on)
    rows = [_as_row(s, DAY, s.business_date.isoformat()) for s in kept if s.group_kind == COUNTY]
    if not any(row.group_code == scope.on.isoformat() for row in rows):
        today = compute_now(session, county, scope, now, ids)
        rows += [replace(r, group_kind=DAY, group_code=scope.on.isoformat()) for r in today if r.group_kind == COUNTY]
    return rows


def _taken(session: Session, county: County, day: date, ids: Sequence[str]) -> list[FigureRow]:
    return [_as_row(s, s.group_kind, s.group_code) for s in _newest(session, county, ids, day, day)]


def _as_row(s: FigureSnapshot, kind: str, code: str) -> FigureRow:
    return FigureRow(s.figure, s.measure, kind, code, s.value, s.numerator, s.denominator, s.p90)


def _newest(session: Session, county: County, ids: Sequence[str], first: date, last: date) -> Iterable[FigureSnapshot]:
    """What was kept of the days from–to, the newest restatement of each row."""
    query = (
        select(FigureSnapshot)
        .where(
            FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
            FigureSnapshot.business_date >= first,
            FigureSnapshot.business_date <= last,
            FigureSnapshot.figure.in_(ids),
        )
        .order_by(FigureSnapshot.business_date, FigureSnapshot.restatement)
    )
    found = {(s.business_date, s.figure, s.measure, s.group_kind, s.group_code): s for s in session.scalars(query)}
    return found.values()


def series(
    session: Session,
    actor: Actor,
    county: County,
    *,
    figure: str,
    now: datetime,
    measure: str | None = None,
    group_kind: str = "county",
    group_code: str = "",
    days: int = 365,
    lang: str = "zh",
) -> list[Row]:
    """Daily snapshots of one measure, oldest first; a restated day carries its newest value and the first one too, when it was
    counted again and why. A day on which there was no such row at first has no first value."""
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    known = definition(figure)
    query = (
        select(FigureSnapshot)
        .where(
            FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
            FigureSnapshot.figure == figure,
            FigureSnapshot.measure == (measure or known.headline.id),
            FigureSnapshot.group_kind == group_kind,
            FigureSnapshot.group_code == group_code,
            FigureSnapshot.business_date > (now.astimezone(CHINA).date() - timedelta(days=days + 1)),
        )
        .order_by(FigureSnapshot.business_date, FigureSnapshot.restatement)
    )
    by_day: dict[date, list[FigureSnapshot]] = {}
    for s in session.scalars(query):
        by_day.setdefault(s.business_date, []).append(s)
    return [_day_of_series(of_day, lang) for of_day in by_day.values()]


def _day_of_series(of_day: Sequence[FigureSnapshot], lang: str) -> Row:
    first, last = (of_day[0] if of_day[0].restatement == 0 else None), of_day[-1]
    return {
        "date": last.business_date,
        "value": last.value,
        "numerator": last.numerator,
        "denominator": last.denominator,
        "target": last.target,
        "first": first.value if first else None,
        "restated": told(first, last, len(of_day) - (first is not None), lang) if last.restatement else None,
    }


def last_snapshot(session: Session, county: County) -> date | None:
    """The newest business date whose figures were taken."""
    return session.scalar(
        select(func.max(FigureSnapshot.business_date)).where(FigureSnapshot.jurisdiction_id == county.jurisdiction_id)
    )
