"""Who settles a dispute over jurisdiction: the rungs of the profile's ladder, with the organ and the verb of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from policy.profile import Profile, Value
from policy.text import Name
from policy.vocabulary import OrganKind
from policy.vocabulary_between import RungVerb

KEY: Final = "dispute.ladder"
_SETTLES: Final = (RungVerb.DECIDE, RungVerb.DESIGNATE)


PARTIES: Final = "parties"
OFFICE: Final = "office"
"""Seats of a rung that are no kind of organ: whoever is in dispute, and the county's office of enforcement."""


class Scope(StrEnum):
    """What a dispute is about; a rung with a scope is climbed only by disputes of that scope."""

    PENALTY = "penalty"
    PENALTY_JURISDICTION = "penalty_jurisdiction"
    TOWNSHIP_DEPARTMENT = "township_department"
    OTHER_DISPUTE = "other_dispute"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: the organ, what it does, the layer of the profile it comes from and its clause.

    `seat` says who sits there in the record: the parties, the county office, or a kind of organ; empty: the organ of that name.
    """

    organ_zh: str
    organ_en: str
    verb: RungVerb
    layer: str = ""
    clause: str | None = None
    seat: str = ""

    def name(self, lang: str = "zh") -> str:
        """Name of the organ in `lang`."""
        return self.organ_zh if lang == "zh" else self.organ_en


def scopes_of(sides: Collection[OrganKind], penalty: bool) -> frozenset[Scope]:
    """What a dispute between organs of these kinds is about; `penalty`: over jurisdiction in a penalty case."""
    departmental = {OrganKind.TOWNSHIP, OrganKind.DEPARTMENT} <= set(sides)
    found = {Scope.PENALTY_JURISDICTION if penalty and departmental else Scope.OTHER_DISPUTE}
    if penalty:
        found.add(Scope.PENALTY)
    if departmental:
        found.add(Scope.TOWNSHIP_DEPARTMENT)
    return frozenset(found)


def ladder_of(profile: Profile, on: date, scopes: Collection[Scope] | None = None) -> tuple[Rung, ...]:
    """The rungs a dispute of these scopes climbs on the day `on` (None: whatever it is about).

    A plan whose ladder ends without an organ that decides goes on with the province's and the nation's that does.
    """
    layers = iter(_layers(profile, on))
    rungs = _rungs(next(layers, profile.require(KEY, on)), scopes)
    for outer in layers:
        if rungs and rungs[-1].verb in _SETTLES:
            break
        last = [rung for rung in _rungs(outer, scopes) if rung.verb in _SETTLES]
        rungs += tuple(last) if rungs else _rungs(outer, scopes)
    return rungs


def rung_words(profile: Profile, name: str) -> Name | None:
    """The organ of a rung, by its name in a record, in both languages; None where no ladder of the profile has it."""
    rungs = (rung for value in profile.values.get(KEY, ()) for rung in _rungs(value, None))
    return next((Name(rung.organ_zh, rung.organ_en) for rung in rungs if rung.organ_zh == name), None)


def next_rung(ladder: tuple[Rung, ...], tried: int) -> Rung | None:
    """The rung that comes when `tried` rungs have not settled the dispute; None when none is left."""
    return ladder[tried] if 0 <= tried < len(ladder) else None


def sits(rung: Rung, organ: str, kind: str, names: Collection[str], parties: Collection[str], office: bool) -> bool:
    """Whether an organ (its code, kind and names) holds this rung; `office`: it acts as the county's office of enforcement."""
    if rung.seat == PARTIES:
        return organ in parties
    if rung.seat == OFFICE:
        return office
    return kind == rung.seat if rung.seat else bool({rung.organ_zh, rung.organ_en} & set(names))


def rung_for(ladder: tuple[Rung, ...], tried: int, verb: RungVerb) -> Rung | None:
    """The rung on which `verb` may be done now: the next one; a designation may be asked for at once (PL 25)."""
    if verb is RungVerb.DESIGNATE:
        return next((rung for rung in ladder[tried:] if rung.verb is verb), None)
    following = next_rung(ladder, tried)
    return following if following is not None and following.verb is verb else None


def _layers(profile: Profile, on: date) -> Iterator[Value]:
    seen: set[str] = set()
    for value in profile.values.get(KEY, ()):
        if value.holds(on) and value.layer not in seen:
            seen.add(value.layer)
            yield value


def _rungs(value: Value, scopes: Collection[Scope] | None) -> tuple[Rung, ...]:
    return tuple(
        Rung(row["organ_zh"], row["organ_en"], RungVerb(row["verb"]), value.layer, value.clause, row.get("seat", ""))
        for row in value.value
        if _climbed(row, scopes)
    )


def _climbed(row: Mapping[str, Any], scopes: Collection[Scope] | None) -> bool:
    if scopes is None:
        return True
    if row.get("scope"):
        return row["scope"] in scopes
    return row["verb"] != RungVerb.DESIGNATE or Scope.PENALTY in scopes
