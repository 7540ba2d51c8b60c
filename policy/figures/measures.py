"""What a definition of a figure says: its measures, the frames it reads, its targets and the profile keys it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from policy.figures.rows import COUNTY, FigureRow
from policy.figures.scope import Scope
from policy.text import say

Unit = Literal[
    "share", "minute", "hour", "day", "count", "index", "yuan", "score", "tasks_per_officer", "hours_per_person"
]
Better = Literal["up", "down", "none"]
Frames = Mapping[str, pd.DataFrame]
Compute = Callable[[Frames, Scope], list[FigureRow]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a figure: its unit, which way is better, the groups it comes in, and those its target is about.

    The headline's target is the figure's own key; another measure names the key of its target, if it has one.
    """

    id: str
    unit: Unit
    better: Better
    groups: tuple[str, ...]
    target_key: str | None = None
    target_groups: tuple[str, ...] = (COUNTY,)
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureDefinition:
    """A figure: its measures (the first is the headline), how it is computed, from which frames, on which profile keys.

    `adds` are frames it also counts when they are given. Figures of `money` are never appraised: they have no target, and
    none of their measures a better way (PL 74).
    """

    id: str
    measures: tuple[Measure, ...]
    sources: tuple[str, ...]
    compute: Compute
    adds: tuple[str, ...] = ()
    clause: str | None = None
    rests_on: tuple[str, ...] = ()
    money: bool = False

    @property
    def headline(self) -> Measure:
        """The measure that the figure's own target is about."""
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
    def target_groups(self) -> tuple[str, ...]:
        """Groups that the headline's target is about."""
        return self.headline.target_groups

    @property
    def target_key(self) -> str:
        """Profile key of the headline's target; a plan that is silent has none."""
        return f"target.{self.id}"

    def target_key_of(self, id_: str) -> str | None:
        """Profile key of the target of the measure `id_`; None where it has none, as always with money."""
        measure = self.measure(id_)
        if self.money:
            return None
        return measure.target_key or (self.target_key if measure is self.headline else None)

    def measure(self, id_: str) -> Measure:
        """The measure `id_`; raises KeyError for one the figure does not have."""
        return {m.id: m for m in self.measures}[id_]

    def name(self, lang: str = "zh") -> str:
        """Name in `lang`."""
        return say(f"figures.{self.id}.name", lang)

    def formula(self, lang: str = "zh") -> str:
        """How it is counted, in one sentence."""
        return say(f"figures.{self.id}.formula", lang)

    def measure_name(self, id_: str, lang: str = "zh") -> str:
        """Name of the measure `id_` in `lang`."""
        return say(f"figures.{self.id}.measure.{id_}", lang)
