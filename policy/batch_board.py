"""Open leads against teams with room: who may take which, and what each pair is worth by the parts of the ranking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from policy.competence import Competence, covers
from policy.decision import Decision
from policy.eligibility import TaskFacts, TeamFacts, may_take
from policy.guards import ENFORCEMENT_KINDS
from policy.ranking import RecommendationRules, Weights, acquaintance, ease, nearness, speciality
from policy.recommendation import judge
from policy.vocabulary import Urgency

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Row = TypeVar("Row", Floats, Bools)
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
    def shares(self) -> dict[str, float]:
        """Each part of the score with its share."""
        return dict(self.weights.shares())


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


def _by(leads: Sequence[OpenLead], key: Callable[[OpenLead], Hashable], make: Callable[[OpenLead], Row]) -> Row:
    """A row for each lead, made once for leads with the same key."""
    made: dict[Hashable, int] = {}
    rows: list[Row] = []
    which = []
    for lead in leads:
        of = key(lead)
        if of not in made:
            made[of] = len(rows)
            rows.append(make(lead))
        which.append(made[of])
    return np.stack(rows)[which]


# -- what a pair is worth ----------------------------------------------------------------------------------------------


def _near(leads: Sequence[OpenLead], minutes: Floats, rules: Rules) -> Floats:
    target = np.array([rules.ranking.target(lead.task) or np.nan for lead in leads])
    near = nearness(minutes, None)
    for one in np.unique(target[np.isfinite(target)]):
        near[target == one] = nearness(minutes[target == one], float(one))
    return np.nan_to_num(near, nan=0.0)


def _domains(leads: Sequence[OpenLead], teams: Sequence[TeamFacts]) -> Floats:
    def row(lead: OpenLead) -> Floats:
        return np.array([speciality(team, lead.task.domain) for team in teams])

    return _by(leads, lambda lead: lead.task.domain, row)


def _places(leads: Sequence[OpenLead], teams: Sequence[TeamFacts]) -> Floats:
    """How well teams know the places: by township for all, again for those that were in one of the lead's cells before."""
    been = defaultdict(set)
    for number, team in enumerate(teams):
        for cell in team.known_cells:
            been[cell].add(number)

    def abroad(lead: OpenLead) -> Floats:
        task = replace(lead.task, cell_chain=())
        return np.array([acquaintance(team, task) for team in teams])

    found = _by(leads, lambda lead: lead.task.township_code, abroad)
    for row, lead in zip(found, leads, strict=True):
        for number in set().union(*(been.get(cell, ()) for cell in lead.task.cell_chain)):
            row[number] = acquaintance(teams[number], lead.task)
    return found


# -- who may take what -------------------------------------------------------------------------------------------------


def _asked(lead: OpenLead) -> Hashable:
    """What the rules ask of a task: leads that are alike in it are judged once."""
    task = lead.task
    return task.kind, task.urgency, task.township_code, task.domain, task.item_kind


def _fit(leads: Sequence[OpenLead], teams: Sequence[TeamFacts], rules: Rules) -> Bools:
    if not leads or not teams:
        return np.zeros((len(leads), len(teams)), dtype=bool)
    judged = _Eligibility(teams, rules)
    eligible = _by(leads, _asked, judged.row)
    return eligible & _by(leads, lambda one: (one.task.kind, id(one.competence)), lambda one: _competent(one, teams))


class _Eligibility:
    """Whether teams may take tasks. To one team, tasks of a kind differ by whether township and domain are its own and its
    people's: those that do not are judged once."""

    def __init__(self, teams: Sequence[TeamFacts], rules: Rules) -> None:
        self.teams, self.rules = teams, rules
        self.alike: dict[Hashable, Hashable] = {}
        self.allowed: dict[Hashable, bool] = {}

    def row(self, lead: OpenLead) -> Bools:
        """For each team, whether it may take the lead."""
        return np.array([self._one(number, team, lead.task) for number, team in enumerate(self.teams)])

    def _one(self, number: int, team: TeamFacts, task: TaskFacts) -> bool:
        sides = (
            self._own(number, team, "township_codes", task.township_code),
            self._own(number, team, "domains", task.domain),
        )
        key = (number, task.kind, task.urgency, task.item_kind, *sides)
        if key not in self.allowed:
            self.allowed[key] = may_take(team, task, self.rules.now, self.rules.ranking.eligibility).allowed
        return self.allowed[key]

    def _own(self, number: int, team: TeamFacts, side: str, code: str | None) -> Hashable:
        key = (number, side, code)
        if key not in self.alike:
            own = (code in getattr(one, side) for one in (team, *team.members))
            self.alike[key] = (code is None, *own)
        return self.alike[key]


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
