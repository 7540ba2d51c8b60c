"""A deadline's terms: which kinds there are, which value of a profile governs, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from policy.errors import Refusal
from policy.profile import Profile, Value
from policy.schema import DEADLINE_KINDS, TIME_UNITS

ALIASES: Final = {
    "lead_assign": "lead.assign.normal",
    "lead_assign_normal": "lead.assign.normal",
    "lead_assign_urgent": "lead.assign.urgent",
    "lead_assign_emergency": "lead.assign.emergency",
    "task_accept": "task.accept.normal",
    "task_accept_normal": "task.accept.normal",
    "task_accept_urgent": "task.accept.urgent",
    "task_accept_emergency": "task.accept.emergency",
    "arrive_urban": "response.urban",
    "arrive_other": "response.other",
    "callout_acknowledge": "callout.acknowledge",
}
KINDS: Final = (*DEADLINE_KINDS, *ALIASES)

Sense = Literal["latest", "earliest"]


@dataclass(frozen=True, slots=True)
class Extension:
    """A prolongation the law allows: by how much, and how many times."""

    amount: int
    unit: str
    times: int


@dataclass(frozen=True, slots=True)
class Spec:
    """A deadline as data: length, unit, sense, what it runs from and to, what stops it, whether its end rolls."""

    kind: str
    amount: int
    unit: str
    start: str = ""
    end: str = ""
    whose: str = "organ"
    sense: Sense = "latest"
    rolls: bool = False
    rolls_ground: str = ""
    stops: tuple[str, ...] = ()
    extension: Extension | None = None


def spec_of(kind: str, value: Value) -> Spec:
    """The deadline a value describes: a table of terms, or a plain number of minutes, hours or days."""
    if value.unit in TIME_UNITS:
        return Spec(kind, int(value.value), value.unit)
    terms = dict(value.value)
    extension = terms.pop("extension", None)
    return Spec(kind, **terms, extension=Extension(**extension) if extension else None)


def key_of(kind: str) -> str:
    """The profile key of a deadline kind; `Refusal` (`errors_policy.unknown_deadline`) for one nobody declared."""
    if kind in DEADLINE_KINDS:
        return f"deadline.{kind}"
    key = ALIASES.get(kind, kind)
    if key in ALIASES.values() or key.removeprefix("deadline.") in DEADLINE_KINDS:
        return key
    raise Refusal("errors_policy.unknown_deadline", kind="not_found", deadline=kind, known=", ".join(KINDS))


def value_for(kind: str, profile: Profile, started: date, on: date | None = None) -> Value:
    """The value that governs: the one valid on `on`, by default on the day it starts.

    A value that is chosen by the day of filing or decision is, without `on`, the oldest one not yet outlived then.
    """
    key = key_of(kind)
    if on is None and profile.get(key, started) is None:
        later = [v for v in profile.history(key) if v.valid_from > started and v.select in ("filing", "decision")]
        if later:
            return later[0]
    return profile.require(key, on or started)
