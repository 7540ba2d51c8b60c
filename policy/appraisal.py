"""The appraisal of townships and departments (LX 三(五)3; JD 二(五)15): a weighted score with every part explained, never money.

A part is a share or a score of 100 that a figure gives for the township or organ; its weight is the profile's. Held against a
target it counts as far as the target is reached. Each score comes with the interval it lies in: whoever cannot be told apart
from the next one stands beside it, not above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final, Literal, Protocol

from policy.figures.definitions import DEFINITIONS, Target
from policy.figures.intervals import Interval, weighted, wilson
from policy.figures.measures import FigureDefinition, Measure
from policy.figures.rows import COUNTY, FigureRow

KEY: Final = "appraisal.weights"
SMALL: Final = "figures.small_group"
SUBJECTS: Final = ("township", "organ")
"""Whom an appraisal is of: never a person (kpis.md: no points and no leaderboards for grid workers)."""
UNITS: Final = {"share": 1.0, "score": 100.0}
HALF: Final = 0.5
Fault = Literal["weight_unknown", "weight_money", "weight_measure", "weight_number"]
Lack = Literal["below_target", "below_county"]
Goal = Callable[[FigureRow], Target | None]


@dataclass(frozen=True, slots=True)
class Weight:
    """How much one measure of a figure counts; only the proportion of the weights matters."""

    figure: str
    measure: str
    weight: float

    @property
    def name(self) -> str:
        """As the profile names it."""
        return f"{self.figure}.{self.measure}"


class _Value(Protocol):
    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> str | None: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


def split_name(name: str) -> tuple[FigureDefinition | None, Measure | None]:
    """Figure and measure that a name such as `F07` or `F13.done` means; the figure alone means its headline."""
    figure, _, measure = name.partition(".")
    known = DEFINITIONS.get(figure)
    if known is None:
        return None, None
    wanted = measure or known.headline.id
    return known, next((one for one in known.measures if one.id == wanted), None)


def weight_fault(name: str, weight: Any) -> Fault | None:
    """What is wrong with a weight a profile gives: no such figure, money (PL 74), no share of a township or organ, no number."""
    figure, measure = split_name(name)
    if figure is None or measure is None:
        return "weight_unknown"
    if figure.money or measure.unit == "yuan":
        return "weight_money"
    if measure.unit not in UNITS or measure.better == "none" or not set(measure.groups) & set(SUBJECTS):
        return "weight_measure"
    sound = isinstance(weight, int | float) and not isinstance(weight, bool) and weight > 0
    return None if sound else "weight_number"


def weights_of(profile: _Profile, on: date) -> tuple[Weight, ...]:
    """The weights of `profile` on the day `on`; none where it is silent: then nothing is appraised."""
    value = profile.get(KEY, on)
    found = []
    for name, weight in (value.value if value else {}).items():
        figure, measure = split_name(name)
        if figure is not None and measure is not None:
            found.append(Weight(figure.id, measure.id, float(weight)))
    return tuple(found)


def small_group(profile: _Profile, on: date) -> int:
    """Cases below which a group is not ranked; 0 where the profile says nothing."""
    value = profile.get(SMALL, on)
    return int(value.value) if value else 0


# -- a score and its parts ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: its share of all weights, the figure's value, what it was held against, how far that is reached
    (0–1) with its interval; `score` None: nothing happened that could be counted."""

    figure: str
    measure: str
    weight: float
    value: float | None
    numerator: float | None
    denominator: float | None
    target: float | None
    clause: str | None
    score: float | None
    low: float | None
    high: float | None
    few: bool
    county: float | None = None
    lack: Lack | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """The score of a township or organ (0–100) with its interval and parts; `few`: too little happened there to rank it."""

    kind: str
    code: str
    score: float | None
    low: float | None
    high: float | None
    few: bool
    parts: tuple[Part, ...]

    @property
    def lacking(self) -> tuple[Part, ...]:
        """Where it clearly falls short, what weighs most first."""
        return tuple(sorted((one for one in self.parts if one.lack), key=lambda one: -_missing(one)))

    @property
    def missing(self) -> float:
        """Points of 100 that it lacks where it clearly falls short."""
        return 100 * sum(_missing(one) for one in self.lacking)


def _missing(part: Part) -> float:
    """The part of the score a subject would gain by coming up to the target, or to the county."""
    if part.score is None or part.lack is None:
        return 0.0
    return part.weight * max(0.0, (1.0 if part.lack == "below_target" else part.county or 0.0) - part.score)


def appraise(rows: Iterable[FigureRow], weights: Sequence[Weight], goal: Goal, small: int) -> list[Scored]:
    """The score of every township and organ that the weighted figures have rows of; `goal` gives the target of a row."""
    wanted = {(one.figure, one.measure) for one in weights}
    found = [row for row in rows if (row.figure, row.measure) in wanted]
    whole = {(row.figure, row.measure): row for row in found if row.group_kind == COUNTY}
    by_subject: dict[tuple[str, str], dict[tuple[str, str], FigureRow]] = {}
    for row in found:
        if row.group_kind in SUBJECTS:
            by_subject.setdefault((row.group_kind, row.group_code), {})[row.figure, row.measure] = row
    return [
        _scored(kind, code, mine, [one for one in weights if kind in _groups(one)], whole, goal, small)
        for (kind, code), mine in sorted(by_subject.items())
    ]


def _groups(one: Weight) -> tuple[str, ...]:
    return DEFINITIONS[one.figure].measure(one.measure).groups


Rows = Mapping[tuple[str, str], FigureRow]


def _scored(kind: str, code: str, mine: Rows, weights: Sequence[Weight], whole: Rows, goal: Goal, small: int) -> Scored:
    total = sum(one.weight for one in weights)
    parts = tuple(_part(one, total, mine.get(_key(one)), whole.get(_key(one)), goal, small) for one in weights)
    known = [part for part in parts if part.score is not None]
    behind, firm = sum(part.weight for part in known), sum(part.weight for part in known if not part.few)
    if behind < HALF:
        return Scored(kind, code, None, None, None, True, parts)
    found = weighted((part.weight / behind, _interval(part)) for part in known)
    low, high = max(0.0, found.low), min(1.0, found.high)
    return Scored(kind, code, 100 * found.value, 100 * low, 100 * high, firm < HALF, parts)


def _key(one: Weight) -> tuple[str, str]:
    return one.figure, one.measure


def _interval(part: Part) -> Interval:
    value = part.score or 0.0
    return Interval(value, value if part.low is None else part.low, value if part.high is None else part.high)


def _part(one: Weight, total: float, row: FigureRow | None, whole: FigureRow | None, goal: Goal, small: int) -> Part:
    aim = goal(row) if row is not None else None
    held = aim.value if aim is not None else None
    part = Part(
        one.figure, one.measure, one.weight / total, row.value if row else None, row.numerator if row else None,
        row.denominator if row else None, held, aim.clause if aim else None, None, None, None, True,
    )  # fmt: skip
    if row is None or row.value is None or not row.denominator:
        return part
    found = reached(DEFINITIONS[one.figure].measure(one.measure), row, held)
    county = reached(DEFINITIONS[one.figure].measure(one.measure), whole, held).value if _counts(whole) else None
    part = replace(part, score=found.value, low=found.low, high=found.high, few=row.denominator < small, county=county)
    return replace(part, lack=_lack(part))


def _counts(row: FigureRow | None) -> bool:
    return row is not None and row.value is not None and bool(row.denominator)


def reached(measure: Measure, row: FigureRow | None, target: float | None) -> Interval:
    """How far a row reaches its target, or how good it is where it has none: 0–1, with its interval."""
    if row is None or row.value is None:
        return Interval(0.0, 0.0, 1.0)
    full = UNITS[measure.unit]
    plain = wilson(min(1.0, max(0.0, row.value / full)), row.denominator or 0.0)
    aim = None if target is None else target / full
    if measure.better == "down":
        return Interval(*(_at_most(each, aim) for each in (plain.value, plain.high, plain.low)))
    return Interval(*(_at_least(each, aim) for each in plain))


def _at_least(share: float, aim: float | None) -> float:
    return share if not aim else min(1.0, share / aim)


def _at_most(share: float, aim: float | None) -> float:
    room = 1.0 - (aim or 0.0)
    return 1.0 if aim is not None and share <= aim else (1.0 - share) / room if room else 0.0


def _lack(part: Part) -> Lack | None:
    """Whether the part clearly falls short: its whole interval lies below the target, or below the county."""
    if part.few or part.high is None:
        return None
    if part.target is not None and part.high < 1.0:
        return "below_target"
    return "below_county" if part.county is not None and part.high < part.county else None


# -- who stands where --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Between which places a subject stands among `of` that are ranked; not ranked: None."""

    best: int | None
    worst: int | None
    of: int


def standings(found: Sequence[Scored]) -> dict[str, Standing]:
    """Between which places each subject of one kind stands, by code: ahead of it are only those whose whole interval is."""
    ranked = [one for one in found if _ranked(one)]
    return {one.code: _standing(one, ranked) for one in found}


def _ranked(one: Scored) -> bool:
    return not one.few and one.low is not None and one.high is not None


def _standing(one: Scored, ranked: Sequence[Scored]) -> Standing:
    if not _ranked(one):
        return Standing(None, None, len(ranked))
    low, high = one.low or 0.0, one.high or 0.0
    ahead = sum((other.low or 0.0) > high for other in ranked)
    behind = sum((other.high or 0.0) < low for other in ranked)
    return Standing(1 + ahead, len(ranked) - behind, len(ranked))


def as_kept(part: Part) -> dict[str, Any]:
    """A part as the record keeps it."""
    return asdict(part)


def of_kept(kind: str, code: str, score: float | None, low: float | None, high: float | None, parts: Iterable[Mapping[str, Any]]) -> Scored:  # fmt: skip
    """A kept score as it was taken."""
    known = tuple(Part(**part) for part in parts)
    firm = sum(part.weight for part in known if part.score is not None and not part.few)
    return Scored(kind, code, score, low, high, score is None or firm < HALF, known)
