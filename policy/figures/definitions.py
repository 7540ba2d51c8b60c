"""The definitions of the figures as data, and one door to compute them: page, API, snapshot and export all use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, Protocol

import pandas as pd

from policy.errors import Refusal
from policy.figures import force, loop, overdue, response, workload
from policy.figures.rows import COUNTY, FigureRow
from policy.figures.scope import Scope
from policy.text import say

Unit = Literal["share", "minute", "hour", "count", "index", "tasks_per_officer", "hours_per_person"]
Better = Literal["up", "down", "none"]
Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a figure: its unit, which way is better, and which groups it comes in."""

    id: str
    unit: Unit
    better: Better
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureDefinition:
    """A figure: its measures (the first is the headline), source frames, target and the profile keys it rests on."""

    id: str
    measures: tuple[Measure, ...]
    sources: tuple[str, ...]
    clause: str | None = None
    target_groups: tuple[str, ...] = (COUNTY,)
    rests_on: tuple[str, ...] = ()

    @property
    def headline(self) -> Measure:
        """The measure that the target is about."""
        return self.measures[0]

    @property
    def unit(self) -> Unit:
        """Unit of the headline."""
        return self.headline.unit

    @property
    def better(self) -> Better:
        """Which way is better for the headline."""
        return self.headline.better

    @property
    def target_key(self) -> str:
        """Profile key of the target; a plan that is silent has none."""
        return f"target.{self.id}"

    def measure(self, id_: str) -> Measure:
        """The measure `id_`; raises KeyError for one the figure does not have."""
        return next(m for m in self.measures if m.id == id_) if id_ in {m.id for m in self.measures} else _no(id_)

    def name(self, lang: str = "zh") -> str:
        """Name in `lang`."""
        return say(f"figures.{self.id}.name", lang)

    def formula(self, lang: str = "zh") -> str:
        """How it is counted, in one sentence."""
        return say(f"figures.{self.id}.formula", lang)

    def measure_name(self, id_: str, lang: str = "zh") -> str:
        """Name of the measure `id_` in `lang`."""
        return say(f"figures.{self.id}.measure.{id_}", lang)


def _no(id_: str) -> Measure:
    raise KeyError(id_)


_CTS: Final = (COUNTY, "township", "source")
_TIMES: Final = (COUNTY, "day", "township", "urgency", "source")


def _ages() -> tuple[Measure, ...]:
    return tuple(Measure(name, "count", "down", (COUNTY, "township")) for name, _, _ in loop.AGES)


def _clocks() -> tuple[Measure, ...]:
    places = {"assign": (COUNTY, "township"), "all": (COUNTY, "township")}
    kinds = ("all", "assign", "accept", "arrive")
    late = [Measure(f"overdue_{k}", "count", "down", places.get(k, (COUNTY, "township", "organ"))) for k in kinds]
    met = [Measure(f"on_time_{k}", "share", "up", places.get(k, (COUNTY, "township", "organ"))) for k in kinds]
    return (*late, *met)


DEFINITIONS: Final[Mapping[str, FigureDefinition]] = {
    d.id: d
    for d in (
        FigureDefinition(
            "F01",
            (
                Measure("share", "share", "up", (COUNTY,)),
                Measure("contribution", "share", "none", ("township", "organ", "part")),
                Measure("organ_share", "share", "up", ("organ",)),
                Measure("people", "count", "none", ("township", "part")),
            ),
            ("people", "postings"),
            rests_on=("sink_down.force_share", "sink_down.counting"),
        ),
        FigureDefinition(
            "F02",
            (Measure("share", "share", "up", (COUNTY, "organ")),),
            ("people", "postings"),
            target_groups=("organ",),
            rests_on=("sink_down.team_share", "sink_down.counting"),
        ),
        FigureDefinition(
            "F06",
            tuple(Measure(name, "minute", "down", _TIMES) for name in ("arrive", "report", "assign", "accept")),
            ("leads", "tasks"),
        ),
        FigureDefinition(
            "F07",
            (Measure("in_time", "share", "up", (COUNTY, "day", "township", "settlement")),),
            ("tasks",),
            rests_on=("response.urban", "response.other"),
        ),
        FigureDefinition(
            "F09",
            (Measure("resolved", "share", "up", _CTS), Measure("settled_otherwise", "share", "none", _CTS), *_ages()),
            ("leads",),
        ),
        FigureDefinition(
            "F10",
            (Measure("lead_closure", "hour", "down", (COUNTY, "month", "township", "item")), *_ages()),
            ("leads",),
        ),
        FigureDefinition("F11", _clocks(), ("leads", "tasks")),
        FigureDefinition(
            "F24",
            (
                Measure("per_officer", "tasks_per_officer", "down", (COUNTY, "township", "team")),
                Measure("gini", "index", "down", (COUNTY,)),
                Measure("hours", "hours_per_person", "none", (COUNTY, "township", "team")),
            ),
            ("teams", "shifts"),
        ),
    )
}

_COMPUTE: Final[Mapping[str, Callable[[Frames, Scope], list[FigureRow]]]] = {
    "F01": lambda f, s: force.township_force_share(f["people"], f["postings"], s),
    "F02": lambda f, s: force.professional_force_share(f["people"], f["postings"], s),
    "F06": lambda f, s: response.response_times(f["leads"], f["tasks"], s),
    "F07": lambda f, s: response.arrival_in_time(f["tasks"], s),
    "F09": lambda f, s: loop.closed_loop_rate(f["leads"], s),
    "F10": lambda f, s: loop.closure_time(f["leads"], s),
    "F11": lambda f, s: overdue.overdue(f["leads"], f["tasks"], s),
    "F24": lambda f, s: workload.workload(f["teams"], f["shifts"], s),
}


def definition(id_: str) -> FigureDefinition:
    """The definition of figure `id_`; `Refusal` (not_found) naming the known ones."""
    if id_ not in DEFINITIONS:
        raise Refusal("errors_matter.unknown_figure", kind="not_found", figure=id_, known="、".join(DEFINITIONS))
    return DEFINITIONS[id_]


def compute(id_: str, frames: Frames, scope: Scope) -> list[FigureRow]:
    """All rows of figure `id_` for `scope` from `frames` (see `policy.figures.frames`)."""
    definition(id_)
    return _COMPUTE[id_](frames, scope)


def compute_all(frames: Frames, scope: Scope, ids: Iterable[str] = tuple(DEFINITIONS)) -> list[FigureRow]:
    """Rows of every figure whose source frames are given."""
    ready = [id_ for id_ in ids if all(name in frames for name in definition(id_).sources)]
    return [row for id_ in ready for row in compute(id_, frames, scope)]


class _Value(Protocol):
    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> str | None: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a figure on a day, with its clause."""

    value: float
    clause: str | None


def target(id_: str, profile: _Profile, on: date) -> Target | None:
    """The target of figure `id_` on the day `on`; None where the plan is silent: none is borrowed."""
    value = profile.get(definition(id_).target_key, on)
    return Target(float(value.value), value.clause) if value else None


def target_of_row(row: FigureRow, profile: _Profile, on: date) -> Target | None:
    """The target that holds for `row`: only the headline measure, only in the groups the plan speaks of."""
    known = definition(row.figure)
    if row.measure != known.headline.id or row.group_kind not in known.target_groups:
        return None
    return target(row.figure, profile, on)


def meets(row: FigureRow, goal: Target | None) -> bool | None:
    """Whether `row` reaches `goal`; None without a target or without a value."""
    if goal is None or row.value is None:
        return None
    return row.value <= goal.value if definition(row.figure).better == "down" else row.value >= goal.value


def clauses(id_: str, profile: _Profile, on: date) -> tuple[str, ...]:
    """Clauses that figure `id_` rests on in `profile` on the day `on`: its target's and those of its counting rules."""
    known = definition(id_)
    values = [profile.get(key, on) for key in (known.target_key, *known.rests_on)]
    found = [known.clause, *(value.clause for value in values if value)]
    return tuple(dict.fromkeys(clause for clause in found if clause))
