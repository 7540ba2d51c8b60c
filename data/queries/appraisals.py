"""Appraisals for people: worked out from the figures of a period, kept as they were taken, ranked by intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import VERBS, Actor, Subject, demand
from data.authority import Scope as Held
from data.casework.organs import names_of_organs
from data.county import County
from data.db import Tx
from data.models import Appraisal
from data.queries.figures import compute_now
from policy.appraisal import Scored, Standing, Weight, appraise, of_kept, small_group, standings, weights_of
from policy.errors import Refusal
from policy.figures.definitions import target_of_row
from policy.figures.scope import Scope, day_bounds, rules_of
from policy.periods import Period, period
from policy.text import Name
from policy.vocabulary import Role
from policy.zone import CHINA

TOWNSHIP, ORGAN = "township", "organ"
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class AppraisalRow:
    """The kept score of a township or organ: between which places it stands, when it was taken, what it was before it was
    restated."""

    period: str
    name: Name
    scored: Scored
    standing: Standing
    taken_at: datetime
    restatement: int
    before: float | None


def _last(one: Period) -> date:
    return one.after - timedelta(days=1)


def weights_for(county: County, one: Period) -> tuple[Weight, ...]:
    """The weights of the plan on the last day of a period; Refusal where it gives none."""
    found = weights_of(county.profile, _last(one))
    if not found:
        raise Refusal("errors_conduct.no_weights", kind="conflict", pointer="/period", county=county.words)
    return found


def worked_out(session: Session, actor: Actor, county: County, now: datetime, *, period_code: str) -> list[Scored]:
    """The score of every township and organ for a period that is over, from its figures as the record has them now."""
    demand(actor, "appraisal.take", Subject(county.jurisdiction_id), now)
    one = period(period_code)
    if one.after > now.astimezone(CHINA).date():
        raise Refusal("errors_conduct.period_running", kind="conflict", pointer="/period", period=one.code, after=one.after.isoformat())  # fmt: skip
    weights, on = weights_for(county, one), _last(one)
    start, end = (day_bounds(day)[0].to_pydatetime() for day in (one.first, one.after))
    scope = Scope(end - _INSTANT, start, end, rules_of(county.profile, on))
    rows = compute_now(session, county, scope, now, {weight.figure for weight in weights})
    found = appraise(rows, weights, lambda row: target_of_row(row, county.profile, on), small_group(county.profile, on))
    known = {cell.code for cell in county.townships} | set(names_of_organs(Tx(session, actor, now, county)))
    return [one for one in found if one.code in known]


def periods_taken(session: Session, county: County) -> list[str]:
    """Codes of the periods that were appraised, the one that ended last first."""
    codes = session.scalars(
        select(Appraisal.period).where(Appraisal.jurisdiction_id == county.jurisdiction_id).distinct()
    )
    return sorted(codes, key=lambda code: (period(code).after, period(code).first), reverse=True)


def kept(session: Session, county: County, code: str) -> dict[tuple[str, str], list[Appraisal]]:
    """Every taking of a period by subject, the first one first."""
    query = select(Appraisal).where(Appraisal.jurisdiction_id == county.jurisdiction_id, Appraisal.period == code)
    found: dict[tuple[str, str], list[Appraisal]] = {}
    for row in session.scalars(query.order_by(Appraisal.subject_kind, Appraisal.subject_code, Appraisal.restatement)):
        found.setdefault((row.subject_kind, row.subject_code), []).append(row)
    return found


def appraisals(
    session: Session, actor: Actor, county: County, now: datetime, *, period_code: str, kind: str = TOWNSHIP
) -> list[AppraisalRow]:
    """The kept scores of a period, whoever lacks most first; a head sees the own township with its standing among all."""
    demand(actor, "appraisal.read", Subject(county.jurisdiction_id), now)
    taken = {code: rows for (sort, code), rows in kept(session, county, period(period_code).code).items() if sort == kind}  # fmt: skip
    scored = {code: scored_of(rows[-1]) for code, rows in taken.items()}
    places = standings(list(scored.values()))
    names = {cell.code: county.words_of(cell.code) for cell in county.townships} if kind == TOWNSHIP else names_of_organs(Tx(session, actor, now, county))  # fmt: skip
    found = [
        AppraisalRow(period_code, names.get(code, Name(code, code)), scored[code], places[code], rows[-1].taken_at,
                     rows[-1].restatement, rows[-2].score if len(rows) > 1 else None)
        for code, rows in taken.items()
        if _may_see(actor, county, kind, code)
    ]  # fmt: skip
    return sorted(found, key=lambda row: (row.scored.few, -row.scored.missing, row.scored.code))


def _may_see(actor: Actor, county: County, kind: str, code: str) -> bool:
    mine = (
        s for s in actor.scopes if s.jurisdiction_id == county.jurisdiction_id and s.role in VERBS["appraisal.read"]
    )
    return actor.system or any(_sees(scope, kind, code) for scope in mine)


def _sees(scope: Held, kind: str, code: str) -> bool:
    """The county's supervision sees every score of its area, a head the own townships', everybody the own organ's."""
    if scope.townships is None and scope.role in (Role.SUPERVISOR, Role.COUNTY_OFFICE):
        return True
    return code == scope.organ if kind == ORGAN else code in (scope.townships or ())


def scored_of(row: Appraisal) -> Scored:
    """A kept score as the rules see it."""
    return of_kept(row.subject_kind, row.subject_code, row.score, row.low, row.high, row.parts)


def changed(before: Appraisal | None, after: Scored) -> bool:
    """Whether a score came out differently than it was kept, to a hundredth of a point."""
    if before is None:
        return True
    pairs: Sequence[tuple[float | None, float | None]] = ((before.score, after.score), (before.low, after.low), (before.high, after.high))  # fmt: skip
    return any(
        (a is None) != (b is None) or (a is not None and b is not None and abs(a - b) >= 0.005) for a, b in pairs
    )
