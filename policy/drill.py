"""Drills 演练 (JD 二(四)12): scenarios as data, read and checked; how an expected step came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from policy.errors import Refusal
from policy.vocabulary import LeadSource, OrganKind, Urgency
from policy.vocabulary_patrol import Expected, Found, InjectKind

PLACES: Final = ("edge", "remote", "centre")
"""Where a scenario plays: at the edge of town, far from it, in the middle of it."""
MOST_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Expectation:
    """A step that is looked for after an alarm, by organs of some kinds, within minutes (None: the record's own time)."""

    step: Expected
    organs: tuple[str, ...] = ()
    within: int | None = None

    @property
    def key(self) -> str:
        """The step and the organs it is about, as one name."""
        return ":".join((self.step.value, *self.organs))


@dataclass(frozen=True, slots=True)
class Inject:
    """What is brought in at a minute, so many metres east and north of the spot."""

    minute: int
    kind: InjectKind
    words: str
    source: str = ""
    urgency: str = ""
    metres: tuple[int, int] = (0, 0)
    expect: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A drill as it is written down."""

    code: str
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str
    place: str
    minutes: int
    injects: tuple[Inject, ...]

    def name(self, lang: str) -> str:
        """The name in `lang`."""
        return self.name_en if lang == "en" else self.name_zh

    def about(self, lang: str) -> str:
        """What it is about, in `lang`."""
        return self.about_en if lang == "en" else self.about_zh


def read_scenario(code: str, told: Mapping[str, Any]) -> Scenario:
    """The scenario of a file; raises Refusal naming what is wrong, for an office writes its own."""
    try:
        injects = tuple(_inject(code, row) for row in told["inject"])
        words = {name: str(told[name]) for name in ("name_zh", "name_en", "about_zh", "about_en", "place")}
        made = Scenario(code, injects=injects, minutes=int(told["minutes"]), **words)
    except (KeyError, TypeError, ValueError) as fault:
        raise _wrong(code, str(fault).strip("'\"")) from fault
    minutes = [one.minute for one in injects]
    if made.place not in PLACES:
        raise _wrong(code, f"place = {made.place!r}")
    if not injects or minutes != sorted(minutes) or minutes[0] < 0 or minutes[-1] > min(made.minutes, MOST_MINUTES):
        raise _wrong(code, "minute")
    return made


def _inject(code: str, row: Mapping[str, Any]) -> Inject:
    unknown = set(row) - set(Inject.__slots__)
    if unknown:
        raise _wrong(code, ", ".join(sorted(unknown)))
    kind = InjectKind(row["kind"])
    if kind is InjectKind.LEAD:
        LeadSource(row["source"]), Urgency(row["urgency"])
    east, north = row.get("metres", (0, 0))
    expect = tuple(_expectation(one) for one in row.get("expect", ()))
    words = str(row["words"]).strip()
    if not words:
        raise _wrong(code, "words")
    return Inject(
        int(row["minute"]), kind, words, row.get("source", ""), row.get("urgency", ""), (int(east), int(north)), expect
    )


def _expectation(row: Mapping[str, Any]) -> Expectation:
    organs = tuple(OrganKind(kind).value for kind in row.get("organs", ()))
    return Expectation(Expected(row["step"]), organs, row.get("within"))


def _wrong(code: str, what: str) -> Refusal:
    return Refusal("errors_drill.scenario", scenario=code, what=what)


def told_of(inject: Inject) -> dict[str, Any]:
    """An inject as plain data, as the record keeps it."""
    return {
        "minute": inject.minute,
        "words": inject.words,
        "source": inject.source,
        "urgency": inject.urgency,
        "metres": list(inject.metres),
        "expect": [{"step": one.step.value, "organs": list(one.organs), "within": one.within} for one in inject.expect],
    }


def expectations_of(told: Mapping[str, Any]) -> tuple[Expectation, ...]:
    """What is looked for after an inject, read back from plain data."""
    return tuple(_expectation(one) for one in told.get("expect", ()))


# -- how it came out -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expected step: when it was done, by when it had to be, how it came out."""

    expectation: Expectation
    begun: datetime
    done: datetime | None
    due: datetime | None
    found: Found

    @property
    def seconds(self) -> int | None:
        """From the alarm to the step."""
        return int((self.done - self.begun).total_seconds()) if self.done else None


def judge(expectation: Expectation, begun: datetime, done: datetime | None, own: datetime | None) -> Outcome:
    """How a step came out: by the minutes of the scenario, else by the time the record itself gives (`own`)."""
    due = begun + timedelta(minutes=expectation.within) if expectation.within is not None else own
    if done is None:
        return Outcome(expectation, begun, None, due, Found.MISSED)
    late = due is not None and done > due
    return Outcome(expectation, begun, done, due, Found.LATE if late else Found.IN_TIME)


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many came out how."""
    return {found.value: sum(one.found is found for one in outcomes) for found in Found}
