"""Near, free, at home: the parts of a team's score for a task, and the words for them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from policy.decision import Reason, against, for_
from policy.eligibility import EligibilityRules, TaskFacts, TeamFacts
from policy.eligibility import rules_of as eligibility_rules_of
from policy.text import Word
from policy.travel import TravelMethod
from policy.vocabulary import Settlement, Urgency

Figure = TypeVar("Figure", float, NDArray[np.float64])
WELL_KNOWN: Final = 10
"""Earlier matters in a cell from which a team counts as knowing it fully."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts; only their proportion matters."""

    travel: float = 0.5
    domain: float = 0.2
    load: float = 0.2
    local: float = 0.1

    def shares(self) -> tuple[tuple[str, float], ...]:
        """Each part with its share of all, in the order of `score_parts`."""
        named = {"travel": self.travel, "domain": self.domain, "load": self.load, "local": self.local}
        total = sum(named.values()) or 1.0
        return tuple((name, weight / total) for name, weight in named.items())


@dataclass(frozen=True, slots=True)
class RecommendationRules:
    """Eligibility, the response targets in minutes with their clause, and when a position counts as old."""

    eligibility: EligibilityRules = field(default_factory=EligibilityRules)
    target_urban: float | None = None
    target_rural: float | None = None
    target_clause: str | None = None
    stale_minutes: float = 10.0

    def target(self, task: TaskFacts) -> float | None:
        """Minutes within which an urgent or emergency task is to be reached; None where no target holds."""
        if task.urgency is Urgency.NORMAL:
            return None
        return self.target_urban if task.settlement == Settlement.URBAN else self.target_rural


class _Value(Protocol):
    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> str | None: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


def rules_of(profile: _Profile, on: date) -> RecommendationRules:
    """The rules as `profile` has them on the day `on`; a silent plan has no response target."""
    urban, rural = profile.get("response.urban", on), profile.get("response.other", on)
    return RecommendationRules(
        eligibility=eligibility_rules_of(profile, on),
        target_urban=float(urban.value) if urban else None,
        target_rural=float(rural.value) if rural else None,
        target_clause=next((value.clause for value in (urban, rural) if value), None),
    )


def weights_of(profile: _Profile, on: date) -> Weights:
    """The weights of `profile` on the day `on`, ours where it is silent."""
    value = profile.get("recommendation.weights", on)
    return Weights(**{name: float(weight) for name, weight in value.value.items()}) if value else Weights()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What all candidates share: the task, the moment, the weights as shares, the rules, the mean of their open tasks."""

    task: TaskFacts
    now: datetime
    shares: tuple[tuple[str, float], ...]
    rules: RecommendationRules
    mean_open: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """Minutes until a team is there (None: unknown) and where they come from (None: not said)."""

    minutes: float | None = None
    method: TravelMethod | None = None


_HOW: Final = {method: Word(f"roads.how.{method.value if method else 'expected'}") for method in (*TravelMethod, None)}
"""The words that begin the sentence of the arrival: by road, by estimate, or neither said."""


class ScorePart(NamedTuple):
    """One part of a score: `value` 0–1, its `weight`, and the `points` it adds."""

    name: str
    value: float
    weight: float
    points: float


def score_parts(team: TeamFacts, minutes: float | None, among: Comparison) -> tuple[ScorePart, ...]:
    """The four parts of a team's score: near, at home in the domain, free, at home in the place."""
    task = among.task
    values = (
        0.0 if minutes is None else nearness(minutes, among.rules.target(task)),
        speciality(team, task.domain),
        ease(float(team.open_tasks), float(team.capacity), among.mean_open),
        acquaintance(team, task),
    )
    pairs = zip(among.shares, values, strict=True)
    return tuple([ScorePart(name, value, share, value * share) for (name, share), value in pairs])


def nearness(minutes: Figure, target: float | None) -> Figure:
    """1 on the spot, one half at the response target of the cell (15 minutes where none holds), towards 0 beyond."""
    return 1.0 / (1.0 + minutes / (target or 15.0))


def speciality(team: TeamFacts, domain: str | None) -> float:
    """1 in a domain of the team, 0 outside of them, one half where it has all."""
    return 0.5 if not team.domains else float(domain in team.domains)


def ease(open_tasks: Figure, capacity: Figure, mean: float) -> Figure:
    """Half for free capacity, half for having less to do than the other candidates (fairness)."""
    free = 1.0 - open_tasks / (capacity + (capacity < 1.0))
    fair = 1.0 / (1.0 + open_tasks / (mean or 1.0))
    return 0.5 * free * (free > 0.0) + 0.5 * fair


def acquaintance(team: TeamFacts, task: TaskFacts) -> float:
    """Half for the team's own township, half for earlier matters in the cell."""
    visits = _visits(task, team)
    return 0.5 * (task.township_code in team.township_codes) + 0.5 * (visits / WELL_KNOWN if visits < WELL_KNOWN else 1)


def _visits(task: TaskFacts, team: TeamFacts) -> int:
    """Earlier matters in the finest cell of the task that the team knows at all."""
    if not team.known_cells:
        return 0
    return next((team.known_cells[cell] for cell in task.cell_chain if cell in team.known_cells), 0)


def remarks(team: TeamFacts, arrival: Arrival, among: Comparison) -> tuple[Reason, ...]:
    """What speaks for and against a team that may be sent, in a fixed order."""
    rules = among.rules
    said = [
        _arrival(arrival, rules.target(among.task), rules.target_clause),
        _domain(team, among.task),
        _area(team, among.task.township_code),
        _knowledge(_visits(among.task, team)),
        _load(team.open_tasks, among.mean_open),
        None if team.has_vehicle else against("reasons.no_vehicle"),
        _age_of_position(team, among),
        full(team) if team.open_tasks >= team.capacity else None,
    ]
    return tuple([reason for reason in said if reason is not None])


def full(team: TeamFacts) -> Reason:
    """The team has as many open tasks as it can carry."""
    return against("reasons.team_full", team=team.name, open=team.open_tasks, capacity=team.capacity)


def _arrival(arrival: Arrival, target: float | None, clause: str | None) -> Reason:
    if arrival.minutes is None:
        return against("reasons.position_unknown")
    minutes, how, told = arrival.minutes, _HOW[arrival.method], f"{max(1.0, arrival.minutes):.0f}"
    if target is None:
        return for_("reasons.arrives", how=how, minutes=told)
    if minutes <= target:
        return for_("reasons.arrives_in_time", clause, how=how, minutes=told, target=f"{target:g}")
    # rounded up, so that a team just too late is not said to arrive within the target it misses
    return against("reasons.arrives_late", clause, how=how, minutes=f"{math.ceil(minutes)}", target=f"{target:g}")


def _domain(team: TeamFacts, task: TaskFacts) -> Reason | None:
    if not team.domains or task.domain is None:
        return None
    name = task.domain_name or task.domain
    if task.domain in team.domains:
        return for_("reasons.own_domain", domain=name)
    return against("reasons.other_domain", domain=name)


def _area(team: TeamFacts, township_code: str | None) -> Reason | None:
    if not team.township_codes:
        return None
    return for_("reasons.own_area") if township_code in team.township_codes else against("reasons.other_area")


def _knowledge(visits: int) -> Reason | None:
    return for_("reasons.knows_cell", visits=visits) if visits else None


@lru_cache(maxsize=256)
def _load(open_tasks: int, mean: float) -> Reason:
    if open_tasks <= mean:
        return for_("reasons.load_light", open=open_tasks, mean=f"{mean:.1f}")
    return against("reasons.load_heavy", open=open_tasks, mean=f"{mean:.1f}")


def _age_of_position(team: TeamFacts, among: Comparison) -> Reason | None:
    if team.position_at is None:
        return None
    age = (among.now - team.position_at).total_seconds() / 60
    return against("reasons.position_stale", minutes=f"{age:.0f}") if age > among.rules.stale_minutes else None
