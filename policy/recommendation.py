"""Who may, who can be there, who should: teams ranked for a task, with every reason for and against."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from policy.competence import Competence, covers
from policy.decision import Decision, Reason, against
from policy.eligibility import TaskFacts, TeamFacts, may_take
from policy.guards import ENFORCEMENT_KINDS
from policy.ranking import (
    Arrival,
    Comparison,
    RecommendationRules,
    ScorePart,
    Weights,
    full,
    remarks,
    rules_of,
    score_parts,
    weights_of,
)
from policy.travel import TravelMethod
from policy.vocabulary import Urgency

__all__ = [
    "Candidate",
    "Excluded",
    "Recommendation",
    "RecommendationRules",
    "Weights",
    "judge",
    "recommend",
    "rules_of",
    "weights_of",
]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A team that may be sent: rank from 1, score 0–1 with its parts, minutes (None: unknown) and their method, reasons."""

    rank: int
    team: TeamFacts
    score: float
    parts: tuple[ScorePart, ...]
    minutes: float | None
    meets_target: bool | None
    pros: tuple[Reason, ...]
    cons: tuple[Reason, ...]
    method: TravelMethod | None = None

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for page, API and event; the words are the same everywhere."""
        return {
            "rank": self.rank,
            "team_code": self.team.code,
            "team_name": self.team.name,
            "score": round(self.score, 4),
            "parts": {p.name: {"value": round(p.value, 4), "weight": p.weight} for p in self.parts},
            "minutes": None if self.minutes is None else round(self.minutes, 1),
            "method": None if self.minutes is None else self.method,
            "meets_target": self.meets_target,
            "pros": [reason.as_dict(lang) for reason in self.pros],
            "cons": [reason.as_dict(lang) for reason in self.cons],
        }


@dataclass(frozen=True, slots=True)
class Excluded:
    """A team that may not be sent now, with everything that stands in the way."""

    team: TeamFacts
    minutes: float | None
    decision: Decision
    method: TravelMethod | None = None

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for page, API and event."""
        return {
            "team_code": self.team.code,
            "team_name": self.team.name,
            "minutes": None if self.minutes is None else round(self.minutes, 1),
            "method": None if self.minutes is None else self.method,
            "reasons": [reason.as_dict(lang) for reason in self.decision.obstacles],
        }


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Candidates from the best down, the excluded by code, and what holds for the task as a whole."""

    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    target_minutes: float | None
    notes: tuple[Reason, ...] = ()

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for page, API and event."""
        return {
            "target_minutes": self.target_minutes,
            "notes": [note.as_dict(lang) for note in self.notes],
            "candidates": [candidate.as_dict(lang) for candidate in self.candidates],
            "excluded": [excluded.as_dict(lang) for excluded in self.excluded],
        }


def recommend(
    task: TaskFacts,
    teams: Sequence[TeamFacts],
    weights: Weights,
    travel_minutes: Mapping[str, float] | Iterable[float],
    now: datetime,
    *,
    rules: RecommendationRules,
    competence: Competence | None = None,
    methods: Iterable[TravelMethod | None] | None = None,
) -> Recommendation:
    """Rank `teams` for `task`; `travel_minutes` by team id or in the order of `teams` (missing or NaN: unknown),
    `methods` in the order of `teams` where each comes from."""
    minutes = _minutes(teams, travel_minutes)
    eligible: list[_Judged] = []
    excluded: list[Excluded] = []
    for team, m, method in zip(teams, minutes, methods or [None] * len(minutes), strict=True):
        decision = judge(team, task, now, rules, competence)
        if decision.allowed:
            eligible.append((team, Arrival(m, method), decision))
        else:
            excluded.append(Excluded(team, m, decision, method))
    return Recommendation(
        _ranked(task, eligible, weights, now, rules),
        tuple(sorted(excluded, key=lambda e: e.team.code)),
        rules.target(task),
        _notes(task, competence, eligible),
    )


_Judged = tuple[TeamFacts, Arrival, Decision]  # a team that may be sent, when it is there, and why it may


def _minutes(teams: Sequence[TeamFacts], travel: Mapping[str, float] | Iterable[float]) -> list[float | None]:
    raw: Iterable[float | None] = (
        (travel.get(team.team_id) for team in teams) if isinstance(travel, Mapping) else (float(m) for m in travel)
    )
    return [None if m is None or not math.isfinite(m) else float(m) for m in raw]


def judge(
    team: TeamFacts, task: TaskFacts, now: datetime, rules: RecommendationRules, competence: Competence | None
) -> Decision:
    """Law first, then whether the team has room; an emergency may overfill a team."""
    decision = may_take(team, task, now, rules.eligibility)
    if competence is not None and task.kind in ENFORCEMENT_KINDS:
        decision = decision & covers(competence, team.organ_code, team.township_codes)
    if team.open_tasks >= team.capacity and task.urgency is not Urgency.EMERGENCY:
        decision = decision & Decision((full(team),))
    return decision


def _notes(task: TaskFacts, competence: Competence | None, eligible: Sequence[_Judged]) -> tuple[Reason, ...]:
    notes = []
    if task.kind in ENFORCEMENT_KINDS and competence is None:
        notes.append(against("reasons.item_missing", "PL 22"))
    if not eligible:
        notes.append(against("reasons.nobody_eligible"))
    return tuple(notes)


def _ranked(
    task: TaskFacts,
    eligible: Sequence[_Judged],
    weights: Weights,
    now: datetime,
    rules: RecommendationRules,
) -> tuple[Candidate, ...]:
    """Best score first; ties by minutes, then by code, so that the same facts always give the same order."""
    mean = sum(team.open_tasks for team, _, _ in eligible) / len(eligible) if eligible else 0.0
    among = Comparison(task, now, weights.shares(), rules, mean)
    scored = [_scored(judged, among) for judged in eligible]
    scored.sort(key=lambda one: one.place)
    target = rules.target(task)
    return tuple([_candidate(rank, one, target, among) for rank, one in enumerate(scored, 1)])


class _Scored(NamedTuple):
    """A team that may be sent with its score and its place among the others."""

    judged: _Judged
    parts: tuple[ScorePart, ...]
    score: float
    place: tuple[float, float, str]


def _scored(judged: _Judged, among: Comparison) -> _Scored:
    team, arrival, _ = judged
    parts = score_parts(team, arrival.minutes, among)
    score = sum([part.points for part in parts])
    minutes = math.inf if arrival.minutes is None else arrival.minutes
    return _Scored(judged, parts, score, (-round(score, 9), minutes, team.code))


def _candidate(rank: int, scored: _Scored, target: float | None, among: Comparison) -> Candidate:
    team, arrival, decision = scored.judged
    minutes, said = arrival.minutes, remarks(team, arrival, among)
    return Candidate(
        rank=rank,
        team=team,
        score=scored.score,
        parts=scored.parts,
        minutes=minutes,
        meets_target=None if target is None or minutes is None else minutes <= target,
        pros=(*decision.reasons, *[reason for reason in said if reason.favourable]),
        cons=tuple([reason for reason in said if not reason.favourable]),
        method=arrival.method,
    )
