"""Open leads against teams with room: who may take which, and what each pair is worth by the parts of the ranking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policy.competence import Competence, covers
from policy.decision import Decision
from policy.eligibility import TaskFacts, TeamFacts
from policy.eligibility_many import holding_each, may_take_many, numbered
from policy.guards import ENFORCEMENT_KINDS
from policy.ranking import WELL_KNOWN, RecommendationRules, Weights, ease, nearness
from policy.recommendation import judge
from policy.vocabulary import Urgency

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
DECIMALS: Final = 9  # to which scores are compared, as the recommendation does


@dataclass(frozen=True, slots=True)
class OpenLead:
    """A lead that may be sent now: its number, the task it would become, and who is competent where that is known."""

    number: str
    task: TaskFacts
    competence: Competence | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the profile decides: the weights of the ranking as shares, eligibility and targets; and the moment."""

    weights: Weights
    ranking: RecommendationRules
    now: datetime

    @property
    def shares(self) -> Mapping[str, float]:
        """Each part of the score with its share."""
        return _shares(self.weights)


@lru_cache(maxsize=8)
def _shares(weights: Weights) -> Mapping[str, float]:
    return MappingProxyType(dict(weights.shares()))


@dataclass(frozen=True, slots=True)
class Board:
    """Leads (rows) against teams (columns): minutes (NaN: unknown), who may take which, points of all parts but the load;
    `open_tasks` and `capacity` of each team, and the load of each if the leads were shared out evenly."""

    leads: tuple[OpenLead, ...]
    teams: tuple[TeamFacts, ...]
    rules: Rules
    minutes: Floats
    fit: Bools
    points: Floats
    open_tasks: Ints
    capacity: Ints
    mean_open: float
    _said: dict[Hashable, Decision] = field(default_factory=dict, repr=False, compare=False)

    @property
    def room(self) -> Ints:
        """Free places of each team."""
        return np.asarray(np.maximum(self.capacity - self.open_tasks, 0))

    def decision(self, lead: int, team: int) -> Decision:
        """May the team take the lead, with every reason: the words of the recommendation."""
        one = self.leads[lead]
        key = (_asked(one), id(one.competence), team)
        if key not in self._said:
            rules = self.rules
            self._said[key] = judge(self.teams[team], one.task, rules.now, rules.ranking, one.competence)
        return self._said[key]

    def load_points(self, open_tasks: Ints, mean: float | None = None) -> Floats:
        """Points of the load part for teams that have so many open tasks."""
        fairness = ease(open_tasks.astype(float), self.capacity.astype(float), self.mean_open if mean is None else mean)
        return self.rules.shares["load"] * fairness

    def yardstick(self, lead: int) -> float | None:
        """The response target of the lead's cell: it binds urgent matters, normal ones are only measured by it."""
        return self.rules.ranking.target(replace(self.leads[lead].task, urgency=Urgency.URGENT))


def set_up(leads: Sequence[OpenLead], teams: Sequence[TeamFacts], minutes: Floats, rules: Rules) -> Board:
    """The board of `leads` in the order of the queue and `teams` in the order of their codes; `minutes` lead by team."""
    known = np.where(np.isfinite(minutes), minutes, np.nan).reshape(len(leads), len(teams))
    open_tasks = np.array([team.open_tasks for team in teams], dtype=np.int64)
    capacity = np.array([team.capacity for team in teams], dtype=np.int64)
    fit = _fit(leads, teams, rules) & (open_tasks < capacity)
    share, points = rules.shares, np.zeros(fit.shape)
    if fit.size:
        points = share["travel"] * _near(leads, known, rules)
        points += share["domain"] * _domains(leads, teams)
        points += share["local"] * _places(leads, teams)
    return Board(
        tuple(leads), tuple(teams), rules, known, fit, points, open_tasks, capacity, _even_load(open_tasks, fit)
    )


def _even_load(open_tasks: Ints, fit: Bools) -> float:
    """What each team that may take any would carry if all were shared out evenly."""
    able = fit.any(axis=0)
    return float(open_tasks[able].sum() + fit.any(axis=1).sum()) / max(1, int(able.sum()))


# -- what a pair is worth ----------------------------------------------------------------------------------------------


def _near(leads: Sequence[OpenLead], minutes: Floats, rules: Rules) -> Floats:
    target = np.array([rules.ranking.target(lead.task) or np.nan for lead in leads])
    near = nearness(minutes, None)
    for one in np.unique(target[np.isfinite(target)]):
        near[target == one] = nearness(minutes[target == one], float(one))
    return np.nan_to_num(near, nan=0.0)


def _domains(leads: Sequence[OpenLead], teams: Sequence[TeamFacts]) -> Floats:
    """1 in a domain of the team, 0 outside of them, one half where it has all (`speciality`)."""
    every = np.array([not team.domains for team in teams])
    own = holding_each([lead.task.domain for lead in leads], [team.domains for team in teams])
    return np.asarray(np.where(every, 0.5, own))


def _places(leads: Sequence[OpenLead], teams: Sequence[TeamFacts]) -> Floats:
    """How well teams know the places (`acquaintance`): half for their own township, half for earlier matters in the cell."""
    own = holding_each([lead.task.township_code for lead in leads], [team.township_codes for team in teams])
    been = defaultdict(list)
    for number, team in enumerate(teams):
        for cell, visits in team.known_cells.items():
            been[cell].append((number, visits))
    chains, which = numbered([lead.task.cell_chain for lead in leads])
    known = np.zeros((len(chains), len(teams)))
    for row, chain in enumerate(chains):
        for cell in reversed(chain):  # of the cells that a team knows the finest counts
            for number, visits in been.get(cell, ()):
                known[row, number] = visits
    return np.asarray(0.5 * own + 0.5 * np.minimum(1.0, known / WELL_KNOWN)[which])


# -- who may take what -------------------------------------------------------------------------------------------------


def _asked(lead: OpenLead) -> Hashable:
    """What the rules ask of a task: leads that are alike in it are judged once."""
    task = lead.task
    return task.kind, task.urgency, task.township_code, task.domain, task.item_kind


def _fit(leads: Sequence[OpenLead], teams: Sequence[TeamFacts], rules: Rules) -> Bools:
    if not leads or not teams:
        return np.zeros((len(leads), len(teams)), dtype=bool)
    eligible = may_take_many([lead.task for lead in leads], teams, rules.now, rules.ranking.eligibility)
    alike, which = numbered([(lead.task.kind, id(lead.competence)) for lead in leads])
    first = dict(zip(which[::-1].tolist(), reversed(leads), strict=True))
    rows = [_competent(first[number], teams) for number in range(len(alike))]
    return np.asarray(eligible & np.stack(rows)[which])


def _competent(lead: OpenLead, teams: Sequence[TeamFacts]) -> Bools:
    """Whose organ is competent: asked once of each organ with its area; who only looks or checks needs none."""
    if lead.competence is None or lead.task.kind not in ENFORCEMENT_KINDS:
        return np.ones(len(teams), dtype=bool)
    asked: dict[tuple[str, frozenset[str]], bool] = {}
    for team in teams:
        key = (team.organ_code, team.township_codes)
        if key not in asked:
            asked[key] = covers(lead.competence, *key).allowed
    return np.array([asked[team.organ_code, team.township_codes] for team in teams])
