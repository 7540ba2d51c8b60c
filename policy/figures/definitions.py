"""The definitions of the figures as data, and one door to compute them: page, API, snapshot and export all use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from policy.errors import Refusal
from policy.figures.defined_force import FORCE
from policy.figures.defined_law import LAW
from policy.figures.defined_loop import LOOP
from policy.figures.measures import Better, FigureDefinition, Frames, Measure, Unit
from policy.figures.rows import FigureRow
from policy.figures.scope import Scope

__all__ = [
    "DEFINITIONS",
    "Better",
    "FigureDefinition",
    "Frames",
    "Measure",
    "Target",
    "Unit",
    "clauses",
    "coming",
    "compute",
    "compute_all",
    "definition",
    "meets",
    "ready",
    "target",
    "target_of_row",
]

DEFINITIONS: Final[Mapping[str, FigureDefinition]] = {
    known.id: known for known in sorted((*FORCE, *LOOP, *LAW), key=lambda one: one.id)
}


def definition(id_: str) -> FigureDefinition:
    """The definition of figure `id_`; `Refusal` (not_found) naming the known ones."""
    if id_ not in DEFINITIONS:
        raise Refusal("errors_matter.unknown_figure", kind="not_found", figure=id_, known="、".join(DEFINITIONS))
    return DEFINITIONS[id_]


def ready(frames: Frames, ids: Iterable[str] = tuple(DEFINITIONS)) -> list[str]:
    """Those of the figures `ids` whose source frames are given."""
    return [id_ for id_ in ids if all(name in frames for name in definition(id_).sources)]


def compute(id_: str, frames: Frames, scope: Scope) -> list[FigureRow]:
    """All rows of figure `id_` for `scope` from `frames` (see `policy.figures.frames`); KeyError where one is missing."""
    return definition(id_).compute(frames, scope)


def compute_all(frames: Frames, scope: Scope, ids: Iterable[str] = tuple(DEFINITIONS)) -> list[FigureRow]:
    """Rows of every figure whose source frames are given."""
    return [row for id_ in ready(frames, ids) for row in compute(id_, frames, scope)]


class _Value(Protocol):
    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> str | None: ...
    @property
    def layer(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def reach_by(self) -> date | None: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...
    def history(self, key: str) -> tuple[_Value, ...]: ...


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a measure on a day, with its clause; `by` is the day it is to be reached by, `due` whether that has come."""

    value: float
    clause: str | None
    by: date | None = None
    due: bool = True


def target(id_: str, profile: _Profile, on: date, measure: str | None = None) -> Target | None:
    """The target that figure `id_` is held against on the day `on`; None where the plan is silent: none is borrowed.

    Where a plan sets one share by the end of 2023 and a higher one by the end of 2025, the first is what must hold in between;
    the second comes (`coming`). Before anything is due, the first one is given, not yet due.
    """
    held, ahead = _targets(id_, profile, on, measure)
    return held or ahead


def coming(id_: str, profile: _Profile, on: date, measure: str | None = None) -> Target | None:
    """The target that is to be reached on a later day than `on`, if the plan has set one."""
    return _targets(id_, profile, on, measure)[1]


def _targets(id_: str, profile: _Profile, on: date, measure: str | None) -> tuple[Target | None, Target | None]:
    """The target that is due on the day `on`, and the one still ahead."""
    known = definition(id_)
    key = known.target_key_of(measure or known.headline.id)
    value = profile.get(key, on) if key else None
    if key is None or value is None or value.value is False:
        return None, None
    if value.reach_by is None or value.reach_by <= on:
        return _target(value, on), None
    earlier = [v for v in profile.history(key) if v.layer == value.layer and v.reach_by and v.reach_by <= on]
    return (_target(earlier[-1], on) if earlier else None), _target(value, on)


def _target(value: _Value, on: date) -> Target:
    due = value.reach_by is None or value.reach_by <= on
    return Target(float(value.value), value.clause, value.reach_by, due)


def target_of_row(row: FigureRow, profile: _Profile, on: date) -> Target | None:
    """The target that holds for `row`: only of measures that have one, only in the groups the plan speaks of."""
    known = definition(row.figure)
    if row.group_kind not in known.measure(row.measure).target_groups:
        return None
    return target(row.figure, profile, on, row.measure)


def meets(row: FigureRow, goal: Target | None) -> bool | None:
    """Whether `row` reaches `goal`; None without a target, without a value, or while a target not reached is not yet due."""
    if goal is None or row.value is None:
        return None
    down = definition(row.figure).measure(row.measure).better == "down"
    reached = row.value <= goal.value if down else row.value >= goal.value
    return reached if goal.due or reached else None


def clauses(id_: str, profile: _Profile, on: date, measure: str | None = None) -> tuple[str, ...]:
    """Clauses that figure `id_`, or one measure of it, rests on in `profile` on the day `on`: targets and counting rules."""
    known = definition(id_)
    measures = known.measures if measure is None else (known.measure(measure),)
    goals = (target(id_, profile, on, one.id) for one in measures)
    values = (profile.get(key, on) for key in (*known.rests_on, *(key for one in measures for key in one.rests_on)))
    found = [known.clause, *(goal.clause for goal in goals if goal), *(value.clause for value in values if value)]
    return tuple(dict.fromkeys(clause for clause in found if clause))
