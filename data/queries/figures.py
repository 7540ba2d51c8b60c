"""Figures for people: live, as they stood on a past day, and as a series; one definition behind all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import FigureSnapshot, Team
from data.queries.coverage_figures import coverage_rows
from data.queries.frames import frames
from data.queries.named import names_of
from policy.citing import address
from policy.errors import Refusal
from policy.figures.definitions import DEFINITIONS, clauses, compute_all, definition, meets, target_of_row
from policy.figures.rows import FigureRow
from policy.figures.scope import Scope, day_bounds, day_scope, recent_scope, rules_of

Row = dict[str, Any]
CHINA: Final = ZoneInfo("Asia/Shanghai")
UNTAKEN: Final = frozenset({"F08"})
"""Figures that no snapshot keeps: they are of this moment and of planned shifts, and are computed when asked for."""
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


def described(row: FigureRow, county: County, on: date, names: Mapping[str, str]) -> Row:
    """A row with its target, whether it is met, its clauses and the page that shows them, and the name of its group."""
    goal = target_of_row(row, county.profile, on)
    grounds = clauses(row.figure, county.profile, on, row.measure)
    return row.as_dict() | {
        "group_name": names.get(row.group_code, row.group_code),
        "unit": definition(row.figure).measure(row.measure).unit,
        "target": goal.value if goal else None,
        "target_clause": goal.clause if goal else None,
        "target_by": goal.by.isoformat() if goal and goal.by else None,
        "meets": meets(row, goal),
        "clauses": list(grounds),
        "policy": policy_page(row, county, grounds),
    }


def policy_page(row: FigureRow, county: County, grounds: Sequence[str]) -> str | None:
    """The page of the value a row is held against, or rests on; of its first clause where the profile has no such value."""
    known = definition(row.figure)
    keys = (known.target_key_of(row.measure), *known.measure(row.measure).rests_on, *known.rests_on)
    held = [key for key in keys if key in county.profile.values]
    return next((address(asked) for asked in (*held, *grounds) if asked), None)


def names_for(session: Session, county: County) -> Mapping[str, str]:
    """Names of every group a figure may come in: cells, organs, domains, teams."""
    teams = select(Team.code, Team.name).where(Team.jurisdiction_id == county.jurisdiction_id)
    return {**names_of(session, county), **dict(session.execute(teams).all())}


def scope_of(county: County, now: datetime, on: date | None = None, days: int = 1) -> Scope:
    """The period a figure is asked for: a past day from its end, today so far, or the last `days` days."""
    today = now.astimezone(CHINA).date()
    rules = rules_of(county.profile, on or today)
    if on is not None and on < today:
        return day_scope(on, rules)
    return recent_scope(now, days, rules) if days > 1 else day_scope(today, rules, now)


def compute_now(session: Session, county: County, scope: Scope, now: datetime, ids: Iterable[str]) -> list[FigureRow]:
    """Rows of those figures of `ids` for `scope` that the record has data for."""
    asked = frozenset(ids)
    begun = datetime.fromisoformat(day_bounds(scope.start.astimezone(CHINA).date())[0].isoformat())
    read = frames(session, county, now, days=(now - begun).days + READ_BACK) if asked - UNTAKEN else {}
    if asked & UNTAKEN:
        read["coverage"] = coverage_rows(session, county, scope.on, now)
    return compute_all(read, scope, [id_ for id_ in DEFINITIONS if id_ in asked])


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
) -> list[Row]:
    """Figures of now or of a past day: its snapshot where one was taken, else computed from the rows as they are."""
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    ids = list(DEFINITIONS) if only is None else [definition(only).id]
    today = now.astimezone(CHINA).date()
    day = on or today
    if day > today:
        raise Refusal("errors_matter.day_ahead", pointer="/date", day=day, today=today)
    rows = _taken(session, county, day, ids) if on is not None else []
    rest = [id_ for id_ in ids if not rows or id_ in UNTAKEN]
    rows += compute_now(session, county, scope_of(county, now, on, days), now, rest)
    names = names_for(session, county)
    return [described(row, county, day, names) for row in rows if group_kind in (None, row.group_kind)]


def _taken(session: Session, county: County, day: date, ids: Sequence[str]) -> list[FigureRow]:
    newest = (
        select(FigureSnapshot)
        .where(
            FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
            FigureSnapshot.business_date == day,
            FigureSnapshot.figure.in_(ids),
        )
        .order_by(FigureSnapshot.restatement)
    )
    found: dict[tuple[str, ...], FigureSnapshot] = {
        (s.figure, s.measure, s.group_kind, s.group_code): s for s in session.scalars(newest)
    }
    return [
        FigureRow(s.figure, s.measure, s.group_kind, s.group_code, s.value, s.numerator, s.denominator, s.p90)
        for s in found.values()
    ]


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
) -> list[Row]:
    """Daily snapshots of one measure, oldest first; a restated day carries its newest value and the first one too."""
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
    by_day: dict[date, Row] = {}
    for s in session.scalars(query):
        row = {"date": s.business_date, "value": s.value, "numerator": s.numerator, "denominator": s.denominator}
        first = by_day.get(s.business_date)
        by_day[s.business_date] = row | {"target": s.target, "first": first["first"] if first else s.value}
    return list(by_day.values())


def last_snapshot(session: Session, county: County) -> date | None:
    """The newest business date whose figures were taken."""
    return session.scalar(
        select(func.max(FigureSnapshot.business_date)).where(FigureSnapshot.jurisdiction_id == county.jurisdiction_id)
    )
