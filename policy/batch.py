"""All open normal leads to all teams at once: the assignment that is worth most overall, against one lead after the other."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from policy.batch_board import DECIMALS, Board, Floats, Ints, OpenLead, Rules, set_up
from policy.decision import Reason, against
from policy.eligibility import TeamFacts
from policy.ranking import Arrival, Comparison, ease, remarks
from policy.travel import TravelMethod

__all__ = [
    "NOBODY",
    "Board",
    "LeftOut",
    "OpenLead",
    "Placed",
    "Proposal",
    "Rules",
    "Saving",
    "Totals",
    "propose",
    "set_up",
]

NOBODY: Final = -1
CLOSEST: Final = 3  # teams of which is told what keeps them from a lead that nobody may take: those that lack least
OTHERS: Final = 8  # teams told beside the proposed one


@dataclass(frozen=True, slots=True)
class Choice:
    """A team that may take a lead: minutes (None: unknown) and how they are known, points of the ranking at its load."""

    team: TeamFacts
    minutes: float | None
    method: TravelMethod | None
    score: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A lead with the team it goes to, why, and who else may take it, the best first."""

    lead: OpenLead
    choice: Choice
    pros: tuple[Reason, ...]
    cons: tuple[Reason, ...]
    others: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A lead that goes to nobody, with the reasons."""

    lead: OpenLead
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What an assignment comes to: leads placed, minutes of travel (known ones), leads whose minutes are unknown, leads
    reached later than the response target of their cell (None: no target), open tasks of the least and the most loaded
    team and their standard deviation, and the objective: 1 less the score of each pair."""

    placed: int
    minutes: float
    unknown: int
    late: int | None
    lightest: int
    heaviest: int
    spread: float
    cost: float


@dataclass(frozen=True, slots=True)
class Saving:
    """What the batch saves against one by one: more leads placed; minutes where both place as many (None: they do not)."""

    placed: int
    minutes: float | None
    late: int | None
    spread: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who goes where, what stays behind, what it comes to, and the same one by one."""

    placed: tuple[Placed, ...]
    left_out: tuple[LeftOut, ...]
    totals: Totals
    one_by_one: Totals
    saving: Saving
    mean_open: float


# -- who goes where ----------------------------------------------------------------------------------------------------


def assign(board: Board) -> Ints:
    """The team of each lead, `NOBODY` where it goes to none: as many leads as can be placed, and of these ways the one whose
    pairs are worth most together; every further lead of a team is worth less, as its load grows."""
    from scipy.optimize import linear_sum_assignment

    picks = np.full(len(board.leads), NOBODY, dtype=np.int64)
    rows = np.flatnonzero(board.fit.any(axis=1))
    places, load = _places(board)
    if not len(rows) or not len(places):
        return picks
    never = float(len(rows) + 1)  # dearer than everything else together: places are left empty only when they must be
    fit = board.fit[np.ix_(rows, places)]
    cost = np.where(fit, np.round(1.0 - board.points[np.ix_(rows, places)] - load, DECIMALS), never)
    taken, by = linear_sum_assignment(cost)
    real = fit[taken, by]
    picks[rows[taken[real]]] = places[by[real]]
    return picks


def _places(board: Board) -> tuple[Ints, Floats]:
    """Free places, no more of a team than leads it may take: the team of each, and the points of its load there."""
    room = np.minimum(board.room, board.fit.sum(axis=0))
    teams = np.repeat(np.arange(len(board.teams)), room)
    nth = np.arange(len(teams)) - np.repeat(np.cumsum(room) - room, room)
    return teams, _load_at(board, teams, board.open_tasks[teams] + nth)


def _load_at(board: Board, teams: Ints, open_tasks: Ints) -> Floats:
    """Points of the load part of `teams`, each with so many open tasks."""
    table = np.stack(
        [board.load_points(np.full(len(board.teams), n)) for n in range(int(open_tasks.max(initial=0)) + 1)]
    )
    return np.asarray(table[open_tasks, teams])


def one_by_one(board: Board) -> Ints:
    """The team of each lead when each, in the order of the queue, gets the first one recommended to it at that moment."""
    picks = np.full(len(board.leads), NOBODY, dtype=np.int64)
    open_tasks = board.open_tasks.copy()
    soon = np.where(np.isnan(board.minutes), np.inf, board.minutes)
    for lead in range(len(board.leads)):
        able = np.flatnonzero(board.fit[lead] & (open_tasks < board.capacity))
        if len(able):
            load = board.load_points(open_tasks, float(open_tasks[able].mean()))[able]
            score = np.round(board.points[lead, able] + load, DECIMALS)
            best = able[score == score.max()]
            picks[lead] = best[np.argmin(soon[lead, best])]
            open_tasks[picks[lead]] += 1
    return picks


# -- what it comes to --------------------------------------------------------------------------------------------------


def totals(board: Board, picks: Ints) -> Totals:
    """What an assignment comes to."""
    rows = np.flatnonzero(picks != NOBODY)
    minutes = board.minutes[rows, picks[rows]]
    after = board.open_tasks + np.bincount(picks[rows], minlength=len(board.teams))
    able = board.fit.any(axis=0)
    loads = after[able] if able.any() else np.zeros(1, dtype=np.int64)
    return Totals(
        placed=len(rows),
        minutes=float(np.nansum(minutes)),
        unknown=int(np.isnan(minutes).sum()),
        late=_late(board, rows, minutes),
        lightest=int(loads.min()),
        heaviest=int(loads.max()),
        spread=float(loads.std()),
        cost=_cost(board, rows, picks[rows]),
    )


def _late(board: Board, rows: Ints, minutes: Floats) -> int | None:
    targets = [board.yardstick(int(row)) for row in rows]
    if not any(targets):
        return None
    return sum(bool(target and took > target) for target, took in zip(targets, minutes.tolist(), strict=True))


def _cost(board: Board, rows: Ints, teams: Ints) -> float:
    """1 less the score of each pair, the n-th lead of a team weighed with the load it then has."""
    at = board.open_tasks[teams] + _nth(teams)
    return float(np.sum(1.0 - board.points[rows, teams] - _load_at(board, teams, at)))


def _nth(teams: Ints) -> Ints:
    """How many of the same team went before."""
    seen: dict[int, int] = defaultdict(int)
    found = []
    for team in teams.tolist():
        found.append(seen[team])
        seen[team] += 1
    return np.array(found, dtype=np.int64)


def _saving(ours: Totals, theirs: Totals) -> Saving:
    late = None if ours.late is None or theirs.late is None else theirs.late - ours.late
    minutes = theirs.minutes - ours.minutes if ours.placed == theirs.placed else None
    return Saving(ours.placed - theirs.placed, minutes, late, theirs.spread - ours.spread)


# -- in words ----------------------------------------------------------------------------------------------------------


def propose(board: Board, by_road: np.ndarray | None = None) -> Proposal:
    """The whole assignment with every reason; `by_road` says which minutes come from the road network."""
    picks = assign(board)
    ours, theirs = totals(board, picks), totals(board, one_by_one(board))
    sent = np.flatnonzero(picks != NOBODY)
    load = dict(zip(sent.tolist(), _nth(picks[sent]).tolist(), strict=True))
    roads = np.zeros(board.fit.shape, dtype=bool) if by_road is None else by_road
    worth = board.points + board.load_points(board.open_tasks)
    placed = [_placed(board, lead, int(picks[lead]), nth, roads, worth[lead]) for lead, nth in load.items()]
    left = [LeftOut(board.leads[lead], _why_left(board, int(lead))) for lead in np.flatnonzero(picks == NOBODY)]
    return Proposal(
        tuple(placed),
        tuple(left),
        ours,
        theirs,
        _saving(ours, theirs),
        board.mean_open,
    )


def _choice(board: Board, lead: int, team: int, roads: np.ndarray, score: float, facts: TeamFacts) -> Choice:
    minutes = float(board.minutes[lead, team])
    if math.isnan(minutes):
        return Choice(facts, None, None, score)
    return Choice(facts, minutes, TravelMethod.ROAD if roads[lead, team] else TravelMethod.ESTIMATE, score)


def _chosen(board: Board, lead: int, team: int, nth: int, roads: np.ndarray) -> Choice:
    """The proposed team at the load that it then has."""
    facts = board.teams[team]
    facts = replace(facts, open_tasks=facts.open_tasks + nth) if nth else facts
    load = board.rules.shares["load"] * ease(float(facts.open_tasks), float(facts.capacity), board.mean_open)
    return _choice(board, lead, team, roads, float(board.points[lead, team]) + load, facts)


def _placed(board: Board, lead: int, team: int, nth: int, roads: np.ndarray, worth: Floats) -> Placed:
    choice, rules = _chosen(board, lead, team, nth, roads), board.rules
    one = board.leads[lead]
    among = Comparison(one.task, rules.now, rules.weights.shares(), rules.ranking, board.mean_open)
    said = (*board.decision(lead, team).reasons, *remarks(choice.team, Arrival(choice.minutes, choice.method), among))
    others = _others(board, lead, team, roads, worth)
    better = [
        against("reasons_batch.better_alone", team=other.team.name)
        for other in others[:1]
        if other.score > choice.score + 1e-9
    ]
    return Placed(
        one,
        choice,
        tuple(reason for reason in said if reason.favourable),
        (*better, *(reason for reason in said if not reason.favourable)),
        others,
    )


def _others(board: Board, lead: int, team: int, roads: np.ndarray, worth: Floats) -> tuple[Choice, ...]:
    able = np.flatnonzero(board.fit[lead])
    ranked = able[np.argsort(-worth[able], kind="stable")][: OTHERS + 1].tolist()
    found = [other for other in ranked if other != team][:OTHERS]
    return tuple([_choice(board, lead, other, roads, float(worth[other]), board.teams[other]) for other in found])


def _why_left(board: Board, lead: int) -> tuple[Reason, ...]:
    """Nobody may: what keeps those that lack least; or some may, and other leads have all their places."""
    able = board.fit[lead]
    if able.any():
        return (against("reasons_batch.places_taken", count=int(able.sum())),)
    soon = np.nan_to_num(board.minutes[lead], nan=np.inf)
    barred = [board.decision(lead, team).obstacles for team in range(len(board.teams))]
    closest = sorted(range(len(barred)), key=lambda team: (len(barred[team]), soon[team]))[:CLOSEST]
    told = {(reason.code, str(reason.params)): reason for team in closest for reason in barred[team][:1]}
    return (against("reasons.nobody_eligible"), *told.values())
