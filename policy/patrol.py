"""Patrol plans per village grid (LX 三(四)2, CL 第十二条): how often at least, who may walk, and how a cell stands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Protocol

from policy.case_forms import Input
from policy.decision import Decision, Reason, against, decide
from policy.grid_levels import levels_of
from policy.vocabulary import PersonKind
from policy.vocabulary_patrol import CellState, PatrolPer, PatrolStatus, PatrolStep

CYCLE: Final = "patrol.cycle"
WEEK: Final = 7
MOST: Final[Mapping[PatrolPer, int]] = {PatrolPer.DAY: 12, PatrolPer.WEEK: 21}
"""More often nobody walks: it is a slip of the pen."""
_MAY: Final = {PersonKind.GRID_WORKER: "grid_worker.may", PersonKind.AUXILIARY: "auxiliary.may"}
_OPEN: Final = frozenset({PatrolStep.TICK, PatrolStep.FOUND, PatrolStep.LINK_LEAD, PatrolStep.FINISH, PatrolStep.BREAK_OFF})  # fmt: skip

PATROL_FORMS: Final[Mapping[PatrolStep, tuple[Input, ...]]] = {
    PatrolStep.PLAN: (
        Input("patrol_cells", "codes", required=True),
        Input("times", "text", required=True),
        Input("per", "choice", required=True, options=PatrolPer),
        Input("walker", "text", required=True),
        Input("turn", "text"),
    ),
    PatrolStep.END: (Input("patrol_cells", "codes", required=True), Input("reason", "words", required=True)),
    PatrolStep.START: (Input("walker", "text", required=True), Input("patrol_cells", "codes")),
    PatrolStep.TICK: (Input("patrol_cell", "text", required=True),),
    PatrolStep.FOUND: (
        Input("found", "words", required=True),
        Input("patrol_cell", "text", required=True),
    ),
    PatrolStep.LINK_LEAD: (Input("lead", "text", required=True),),
    PatrolStep.FINISH: (Input("note", "words"),),
    PatrolStep.BREAK_OFF: (Input("reason", "words", required=True),),
}


class _Value(Protocol):
    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> str | None: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


@dataclass(frozen=True, slots=True)
class PatrolRules:
    """What the profile decides: the longest cycle in days (None: silent), and who else than an officer may patrol, by which
    clause each."""

    cycle: int | None = None
    clause: str | None = None
    may: Mapping[PersonKind, bool] | None = None
    may_clauses: Mapping[PersonKind, str | None] | None = None


def rules_of(profile: _Profile, on: date) -> PatrolRules:
    """The rules as `profile` has them on the day `on`; a silent plan has no cycle."""
    cycle = profile.get(CYCLE, on)
    told = {kind: profile.get(key, on) for kind, key in _MAY.items()}
    may = {kind: "patrol" in value.value for kind, value in told.items() if value is not None}
    clauses = {kind: value.clause for kind, value in told.items() if value is not None}
    return PatrolRules(int(cycle.value) if cycle else None, cycle.clause if cycle else None, may, clauses)


def village_level(profile: _Profile, on: date, depth: int) -> int:
    """Depth of the level coded `village`; the finest level where the plan names none."""
    codes = [level.get("code") for level in levels_of(profile, on)]
    return codes.index("village") if "village" in codes else depth


# -- may it be done ----------------------------------------------------------------------------------------------------


def may_plan(times: int, per: PatrolPer, walkers: Iterable[PersonKind], rules: PatrolRules) -> Decision:
    """May a village grid be planned so: often enough for the plan of the county, by people who may patrol."""
    return decide((_sensible(times, per), _often_enough(times, per, rules), may_walk(walkers, rules)))


def _sensible(times: int, per: PatrolPer) -> Reason | None:
    if 1 <= times <= MOST[per]:
        return None
    return against("reasons_patrols.times", times=times, most=MOST[per])


def _often_enough(times: int, per: PatrolPer, rules: PatrolRules) -> Reason | None:
    if rules.cycle is None or times < 1 or gap_days(times, per) <= rules.cycle:
        return None
    return against("reasons_patrols.too_seldom", rules.clause, days=gap_days(times, per), cycle=rules.cycle)


def may_walk(walkers: Iterable[PersonKind], rules: PatrolRules) -> Reason | None:
    """Why nobody of those who would walk may patrol; None where somebody may."""
    kinds = list(walkers)
    if not kinds:
        return against("reasons_patrols.nobody")
    allowed = [kind for kind in kinds if (rules.may or {}).get(kind, True)]
    return None if allowed else against("reasons_patrols.may_not", (rules.may_clauses or {}).get(kinds[0]))


def may_step(step: PatrolStep, status: PatrolStatus, visited: int, reason: str) -> Decision:
    """May this step of a patrol be taken: it is being walked, a finished one covered a cell, breaking off has a reason."""
    over = step in _OPEN and status is not PatrolStatus.WALKING
    empty = step is PatrolStep.FINISH and not visited
    silent = step is PatrolStep.BREAK_OFF and not reason.strip()
    return decide(
        (
            against("reasons_patrols.over") if over else None,
            against("reasons_patrols.nothing_covered") if empty and not over else None,
            against("reasons.reason_missing") if silent else None,
        )
    )


# -- how a cell stands -------------------------------------------------------------------------------------------------


def gap_days(times: int, per: PatrolPer) -> int:
    """Days from one visit to the next that the plan allows: one for every day, else the week shared out."""
    return 1 if per is PatrolPer.DAY else math.ceil(WEEK / times)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as it is counted: so often in a day or a week, from and to a day."""

    times: int
    per: PatrolPer
    begun: date
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A village grid against its plan over some days: done of planned, the last visit, days since, how it stands."""

    done: int
    planned: int
    last: date | None
    since: int | None
    allowed: int | None
    state: CellState


def standing(plan: Planned | None, visits: Iterable[date], begin: date, today: date, rules: PatrolRules) -> Standing:
    """How a cell stands `today`, counted from `begin`; visits beyond what a day or week asks for do not make up for another.

    A cell without a plan is still overdue when the cycle of the profile has passed; before the first day a plan has
    run its gap nothing is overdue.
    """
    days = sorted(day for day in visits if day <= today)
    last = days[-1] if days else None
    allowed = _allowed(plan, rules)
    since = (today - last).days if last else None
    waited = _waited(plan, last, today)
    done, planned = counted(plan, days, begin, today)
    return Standing(done, planned, last, since, allowed, _state(plan, waited, allowed))


def _waited(plan: Planned | None, last: date | None, today: date) -> int | None:
    """Days without a visit; the first day of a plan is already one."""
    before = plan.begun - timedelta(days=1) if plan else None
    known = [day for day in (last, before) if day is not None]
    return (today - max(known)).days if known else None


def _allowed(plan: Planned | None, rules: PatrolRules) -> int | None:
    gaps = [gap_days(plan.times, plan.per)] if plan else []
    return min([*gaps, *([rules.cycle] if rules.cycle is not None else [])], default=None)


def _state(plan: Planned | None, waited: int | None, allowed: int | None) -> CellState:
    if allowed is not None and waited is not None and waited > allowed:
        return CellState.OVERDUE
    if plan is None:
        return CellState.UNPLANNED
    return CellState.DUE if waited is None or allowed is None or waited >= allowed else CellState.DONE


def counted(plan: Planned | None, visits: Iterable[date], begin: date, today: date) -> tuple[int, int]:
    """Visits that count and visits the plan asks for from `begin` to `today`, both days included; a running week counts in
    proportion to its days gone."""
    if plan is None:
        return 0, 0
    first, last = max(begin, plan.begun), min(today, plan.ended or today)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    held = [day for day in visits if first <= day <= last]
    if plan.per is PatrolPer.DAY:
        return sum(min(plan.times, held.count(day)) for day in days), plan.times * len(days)
    weeks = [days[max(0, end - WEEK) : end] for end in range(len(days), 0, -WEEK)]
    asked = [math.ceil(plan.times * len(week) / WEEK) for week in weeks]
    done = [min(n, sum(day in week for day in held)) for week, n in zip(weeks, asked, strict=True)]
    return sum(done), sum(asked)
