"""The slow part of the wall: usual days, closure times, figures of the daily snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, in_scope
from data.county import County
from data.models import FigureSnapshot, Lead, Organ
from data.queries.wall_rows import Closure, Daily, Hours, Named, Share
from policy.vocabulary import LeadStatus
from policy.zone import CHINA

LOOK_BACK: Final = 56  # days from which the usual day is made: eight weeks
PERIOD: Final = 30  # days of closure times and of shares made of single days
YEAR: Final = 365
EDGES: Final = (0.0, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0, 48.0, 72.0, 168.0)  # hours; the last class is open
SETTLED: Final = (LeadStatus.RESOLVED, LeadStatus.EVALUATED, LeadStatus.ARCHIVED)


def day_start(now: datetime) -> datetime:
    """Midnight in Shanghai of the day of `now`."""
    return datetime.combine(now.astimezone(CHINA).date(), time(), CHINA)


def usual_hours(session: Session, actor: Actor, county: County, now: datetime) -> Hours:
    """The usual band by hour from days of the same kind (working, free) in the last eight weeks; zeros without leads."""
    start = day_start(now)
    since = start - timedelta(days=LOOK_BACK)
    query = select(Lead.received_at).where(
        Lead.jurisdiction_id == county.jurisdiction_id, Lead.received_at >= since, Lead.received_at < start,
        in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code),
    )  # fmt: skip
    table = np.zeros((LOOK_BACK, 24))
    for moment in session.scalars(query):
        gone = int((moment - since).total_seconds() // 3600)
        table[gone // 24, gone % 24] += 1
    workday = county.calendar.is_workday(start.date())
    return _band(table[_comparable(table, county, since.date(), workday)], workday)


def _comparable(table: Any, county: County, first: date, workday: bool) -> Any:
    """Which days count: of the same kind, and not before the first lead of the record."""
    begun = np.maximum.accumulate(table.sum(axis=1) > 0)
    same = [county.calendar.is_workday(first + timedelta(days=n)) == workday for n in range(len(table))]
    return begun & np.asarray(same)


def _band(days: Any, workday: bool) -> Hours:
    if not len(days):
        none = (0.0,) * 24
        return Hours((0,) * 24, none, none, none, 0, workday)
    low, high = np.quantile(days, [0.1, 0.9], axis=0).tolist()
    return Hours((0,) * 24, tuple(low), tuple(days.mean(axis=0).tolist()), tuple(high), len(days), workday)


def closure(session: Session, actor: Actor, county: County, now: datetime) -> Closure:
    """Received → resolved of the leads resolved in the last 30 days (F10, lead part), in classes of hours."""
    query = select(Lead.received_at, Lead.resolved_at).where(
        Lead.jurisdiction_id == county.jurisdiction_id, Lead.resolved_at >= now - timedelta(days=PERIOD),
        Lead.resolved_at <= now, Lead.status.in_(SETTLED),
        in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code),
    )  # fmt: skip
    hours = np.array([max((b - a).total_seconds(), 0.0) / 3600 for a, b in session.execute(query) if b])
    if not len(hours):
        return Closure(EDGES, (0,) * len(EDGES), None, None, 0)
    counts, _ = np.histogram(hours, [*EDGES, np.inf])
    middle, high = np.quantile(hours, [0.5, 0.9])
    return Closure(EDGES, tuple(int(n) for n in counts), float(middle), float(high), len(hours))


# -- snapshots --------------------------------------------------------------------------------------------------------

SHARES: Final = (("F07", "in_time", "settlement"), ("F11", "on_time_all", "county"), ("F09", "resolved", "county"))


def daily(session: Session, county: County, now: datetime) -> Daily:
    """Figures of the newest snapshot and the year behind it; all empty before the first snapshot."""
    last = session.scalar(
        select(func.max(FigureSnapshot.business_date)).where(FigureSnapshot.jurisdiction_id == county.jurisdiction_id)
    )
    if last is None:
        return Daily(None)
    trend = _rows(session, county, "F02", "share", "county", last - timedelta(days=YEAR))
    names = _organ_names(session, county, last)
    teams = [r for r in _rows(session, county, "F02", "share", "organ", last) if r.denominator]
    shares = [_latest(session, county, "F01", "share", last)]
    shares += [
        s for f, m, g in SHARES for s in _summed(_rows(session, county, f, m, g, last - timedelta(days=PERIOD - 1)))
    ]
    return Daily(
        last,
        tuple(
            sorted((_share(r, names.get(r.group_code)) for r in teams), key=lambda s: (-(s.denominator or 0), s.code))
        ),
        tuple((r.business_date, r.value, r.numerator or 0, r.denominator or 0) for r in trend if r.value is not None),
        next((r.target for r in teams if r.target is not None), None),
        tuple(share for share in shares if share is not None),
    )


def _rows(  # the key of a series, in its order
    session: Session, county: County, figure: str, measure: str, kind: str, since: date
) -> list[FigureSnapshot]:
    """Snapshots by day and group since a day, the newest restatement of each."""
    query = (
        select(FigureSnapshot)
        .where(
            FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
            FigureSnapshot.figure == figure,
            FigureSnapshot.measure == measure,
            FigureSnapshot.group_kind == kind,
            FigureSnapshot.business_date >= since,
        )
        .order_by(FigureSnapshot.business_date, FigureSnapshot.group_code, FigureSnapshot.restatement)
    )
    newest = {(row.business_date, row.group_code): row for row in session.scalars(query)}
    return list(newest.values())


def _organ_names(session: Session, county: County, on: date) -> dict[str, Named]:
    """Short names of professional teams as the plan lists them, else the organ's own."""
    plan = county.profile.get("teams.professional", on)
    short = {team["code"]: Named(team["name_zh"], team["name_en"]) for team in (plan.value if plan else ())}
    query = select(Organ.code, Organ.field, Organ.name, Organ.name_en).where(
        Organ.jurisdiction_id == county.jurisdiction_id
    )
    return {
        code: short.get(field or "") or Named(name, name_en or name)
        for code, field, name, name_en in session.execute(query)
    }


def _share(row: FigureSnapshot, name: Named | None = None) -> Share:
    n, d = row.numerator or 0.0, row.denominator or 0.0
    return Share(row.figure, row.group_code, name, row.value, n, d, row.target, row.clause)


def _latest(session: Session, county: County, figure: str, measure: str, day: date) -> Share | None:
    found = _rows(session, county, figure, measure, "county", day)
    return _share(found[-1]) if found else None


def _summed(rows: Iterable[FigureSnapshot]) -> list[Share]:
    """Shares of single days put together over the period: Σ numerators ÷ Σ denominators, by group."""
    groups: dict[str, list[FigureSnapshot]] = {}
    for row in rows:
        groups.setdefault(row.group_code, []).append(row)
    found = []
    for code, days in sorted(groups.items()):
        n, d = sum(r.numerator or 0 for r in days), sum(r.denominator or 0 for r in days)
        goal = days[-1]
        found.append(Share(goal.figure, code, None, n / d if d else None, n, d, goal.target, goal.clause))
    return found
