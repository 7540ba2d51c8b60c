"""Who is on duty in which team: day, evening and night tile the day; a pair with valid certificates comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from data.models import DISPATCH_ROOM
from data.simulate.chance import chance, key_at
from data.simulate.people import Person, begin_of
from data.simulate.squads import Force, Squad
from policy.vocabulary import PersonKind
from policy.zone import CHINA

Row = dict[str, Any]
SHIFTS: Final = {"night": 0, "day": 8, "evening": 16}  # first hour here; each lasts eight hours
LENGTH: Final = timedelta(hours=8)
FULL_DAYS: Final = 30  # back from the end: every place of the roster; before that the pair alone
AHEAD_DAYS: Final = 14
PAIR: Final = 2

# people on duty by kind of team and shift: weekday, weekend
STRENGTH: Final = {
    "squadron": {"day": (6, 4), "evening": (3, 3), "night": (2, 2)},
    "sunk_down": {"day": (5, 3), "evening": (2, 2)},
    "professional": {"day": (8, 3), "evening": (2, 2), "night": (2, 2)},
    "fire": {"day": (7, 7), "evening": (7, 7), "night": (7, 7)},
    "grid_workers": {"day": (6, 4), "evening": (2, 2)},
    DISPATCH_ROOM: {"day": (4, 3), "evening": (3, 3), "night": (2, 2)},
}
LASTING: Final = {"squadron": ("day", "evening", "night"), "fire": ("day", "evening", "night")}


def shift_at(moment: datetime) -> tuple[date, str]:
    """Day and name of the shift that holds at `moment`, by the clock here."""
    local = moment.astimezone(CHINA)
    name = "night" if local.hour < 8 else "day" if local.hour < 16 else "evening"
    return local.date(), name


@dataclass(frozen=True, slots=True)
class Duty:
    """People of a team on one shift, the certified pair first, and how many of them may enforce that day."""

    people: tuple[Person, ...]
    certified: int

    @property
    def ids(self) -> list[str]:
        """Keys as a task keeps them."""
        return [str(person.id) for person in self.people]


NOBODY: Final = Duty((), 0)


class Rota:
    """The roster of a county, worked out on demand and remembered."""

    def __init__(self, force: Force) -> None:
        self._squads = {squad.code: squad for squad in force.squads}
        self._known: dict[tuple[str, date, str], Duty] = {}

    def at(self, code: str, moment: datetime) -> Duty:
        """Who is on duty in the team `code` at `moment`."""
        return self.on(code, *shift_at(moment))

    def on(self, code: str, day: date, shift: str) -> Duty:
        """Who is on duty in the team `code` on a shift of a day."""
        key = (code, day, shift)
        if key not in self._known:
            self._known[key] = self._work_out(self._squads[code], day, shift)
        return self._known[key]

    def _work_out(self, squad: Squad, day: date, shift: str) -> Duty:
        strength = STRENGTH[squad.kind].get(shift)
        if strength is None:
            return NOBODY
        wanted = strength[day.weekday() >= 5]
        members = [m.person for m in squad.members if m.since <= day <= m.until]
        fit = [p for p in members if p.kind is PersonKind.OFFICER and p.fit(day)]
        pair = _turn(fit, day, shift, PAIR)
        others = [p for p in members if p not in pair]
        people = pair + _turn(others, day, shift, wanted - len(pair))
        return Duty(tuple(people), sum(1 for p in people if p in fit))


def _turn(people: list[Person], day: date, shift: str, count: int) -> list[Person]:
    """`count` of `people` in turn: each day the next ones, and another third of the list for each shift."""
    if not people or count <= 0:
        return []
    start = day.toordinal() * count + list(SHIFTS).index(shift) * max(1, len(people) // 3)
    return [people[(start + n) % len(people)] for n in range(min(count, len(people)))]


def shift_rows(force: Force, rota: Rota, jurisdiction: UUID, seed: int, begun: date, on: date) -> Iterator[Row]:
    """Rows of `shift`: all places from 30 days back to 14 days ahead, before that the pairs that F24 needs."""
    rng = chance(seed, str(jurisdiction), "shifts")
    for number in range((on - begun).days + AHEAD_DAYS + 1):
        day = begun + timedelta(days=number)
        full = day >= on - timedelta(days=FULL_DAYS)
        for squad in force.squads:
            for shift in _kept(squad, full):
                people = rota.on(squad.code, day, shift).people
                for person in people if full else people[:PAIR]:
                    yield _row(rng, jurisdiction, squad, person, day, shift)


def _kept(squad: Squad, full: bool) -> tuple[str, ...]:
    if full:
        return tuple(STRENGTH[squad.kind])
    return () if squad.kind in ("grid_workers", DISPATCH_ROOM) else LASTING.get(squad.kind, ("day",))


def _row(rng: Any, jurisdiction: UUID, squad: Squad, person: Person, day: date, shift: str) -> Row:
    starts = (begin_of(day) + timedelta(hours=SHIFTS[shift])).astimezone(UTC)
    return {
        "id": key_at(rng, starts), "jurisdiction_id": jurisdiction, "person_id": person.id, "team_id": squad.id,
        "name": shift, "starts_at": starts, "ends_at": starts + LENGTH,
    }  # fmt: skip
