"""What a figure means in a county on a day: its measures with target, what comes next, the values it rests on, and what is silent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.queries.figure_groups import groups_of
from policy.figures.definitions import Target, coming, definition, target
from policy.figures.measures import FigureDefinition, Measure


@dataclass(frozen=True, slots=True)
class Ground:
    """A value of the profile that a figure rests on, with its clause; `said`: False where the plan is silent."""

    key: str
    clause: str | None
    said: bool


@dataclass(frozen=True, slots=True)
class MeasureMeaning:
    """A measure: its unit, which way is better, its groups, the target that is due and the one that comes."""

    measure: str
    name: str
    unit: str
    better: str
    groups: tuple[str, ...]
    target_key: str | None
    target_groups: tuple[str, ...]
    target: Target | None
    coming: Target | None


@dataclass(frozen=True, slots=True)
class Meaning:
    """A figure as its definition page shows it; `silent` are the keys on which the county's plan says nothing."""

    figure: str
    name: str
    formula: str
    clause: str | None
    money: bool
    groups: tuple[str, ...]
    measures: tuple[MeasureMeaning, ...]
    grounds: tuple[Ground, ...]
    silent: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for the API."""
        return asdict(self)


def defined(
    _session: Session, actor: Actor, county: County, *, figure: str, on: date, now: datetime, lang: str
) -> Meaning:
    """What a figure means, for whoever may read figures."""
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    return meaning(county, figure, on, lang)


def meaning(county: County, figure: str, on: date, lang: str = "zh") -> Meaning:
    """Figure `figure` as `county` holds itself to it on the day `on`; `Refusal` (not_found) for one nobody knows."""
    known = definition(figure)
    measures = tuple(_measure(county, known, one, on, lang) for one in known.measures)
    grounds = tuple(_ground(county, key, on) for key in _keys(known))
    targets = [one.target_key for one in measures if one.target_key and one.target is None and one.coming is None]
    silent = (*targets, *(ground.key for ground in grounds if not ground.said))
    return Meaning(
        known.id, known.name(lang), known.formula(lang), known.clause, known.money, groups_of([known.id]), measures, grounds,
        tuple(dict.fromkeys(silent)),
    )  # fmt: skip


def _measure(county: County, known: FigureDefinition, one: Measure, on: date, lang: str) -> MeasureMeaning:
    key = known.target_key_of(one.id)
    asked = (known.id, county.profile, on, one.id)
    held, next_one = (target(*asked), coming(*asked)) if key else (None, None)
    return MeasureMeaning(
        one.id, known.measure_name(one.id, lang), one.unit, one.better, one.groups, key, one.target_groups if key else (),
        held, next_one if next_one != held else None,
    )  # fmt: skip


def _keys(known: FigureDefinition) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known.rests_on, *(key for one in known.measures for key in one.rests_on))))


def _ground(county: County, key: str, on: date) -> Ground:
    value = county.profile.get(key, on)
    return Ground(key, value.clause if value else None, value is not None)
