"""Teams at work: where each is, what it has open, and which of them may be sent to a lead now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from data.models import DISPATCH_ROOM
from data.simulate.chance import chance
from data.simulate.establishment import Establishment
from data.simulate.ground import Ground, metres
from data.simulate.rota import Duty, Rota
from data.simulate.squads import Force, Squad
from policy.eligibility import EligibilityRules, rules_of
from policy.guards import ENFORCEMENT_KINDS
from policy.travel import travel_rules
from policy.vocabulary import Settlement, TaskKind, Urgency
from policy.zone import CHINA

Row = dict[str, Any]
FRESH: Final = timedelta(minutes=90)  # how long a team is still near its last task
SIREN: Final = 0.75  # minutes of an urgent way, of an ordinary one
OPEN_PENALTY: Final = 14.0  # minutes that an open task of a team counts for


@dataclass(eq=False)
class Crew:
    """A team at work: where it was last, what it has open."""

    squad: Squad
    lon: float
    lat: float
    seen: datetime | None = None
    open: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Minutes that the profile allows, kilometres an hour, and metres of road for one of straight line."""

    assign: dict[str, float]
    accept: dict[str, float]
    arrive: dict[str, float]
    speed: Mapping[Settlement, float]
    detour: Mapping[Settlement, float]


def clocks(ground: Ground, on: date) -> Clocks:
    """The clocks of a county's profile; a silent plan has no time to arrive."""
    profile = ground.county.profile
    urgencies = [u.value for u in Urgency]

    def allowed(prefix: str, names: Iterable[str]) -> dict[str, float]:
        found = {name: profile.get(f"{prefix}.{name}", on) for name in names}
        return {name: float(value.value) for name, value in found.items() if value is not None}

    arrive, travel = allowed("response", ("urban", "other")), travel_rules(profile, on)
    return Clocks(
        allowed("lead.assign", urgencies),
        allowed("task.accept", urgencies),
        {"urban": arrive["urban"], "rural": arrive["other"]} if len(arrive) == 2 else {},
        travel.speed,
        travel.detour,
    )


class Crews:
    """Every team of a county in fast motion."""

    def __init__(self, ground: Ground, made: Establishment, force: Force, end: datetime) -> None:
        self.ground, self.made = ground, made
        self.rota = Rota(force)
        self.rng = chance(ground.seed, ground.county.code, "crews")
        on = end.astimezone(CHINA).date()
        self.clocks = clocks(ground, on)
        self.rules: EligibilityRules = rules_of(ground.county.profile, on)
        self.all = [self._crew(squad) for squad in force.squads if squad.kind != DISPATCH_ROOM]
        self.items = {row["id"]: row for row in made.items}
        self._by_team: dict[UUID, Crew] = {crew.squad.id: crew for crew in self.all}
        self._beats: dict[str, tuple[list[int], list[float]]] = {}

    def _crew(self, squad: Squad) -> Crew:
        lon, lat = self.ground.centres[squad.seat].tolist()
        return Crew(squad, lon, lat)

    def of(self, task: Row) -> Crew:
        """The team that has a task."""
        return self._by_team[task["team_id"]]

    def candidates(
        self, lead: Row, kind: TaskKind, now: datetime, besides: Iterable[Crew] = ()
    ) -> list[tuple[float, Crew, Duty]]:
        """Teams that may take `kind` for the lead now, nearest and least busy first, with their people on duty."""
        left_out = set(map(id, besides))
        found = []
        for crew in self.all:
            if id(crew) in left_out or len(crew.open) >= crew.squad.capacity or not self._fits(crew.squad, lead, kind):
                continue
            duty = self.rota.at(crew.squad.code, now)
            if duty.people and duty.certified >= self.rules.needed(kind):
                score = self.way(crew, lead, now) + OPEN_PENALTY * len(crew.open) + self.rng.random() * 3.0
                found.append((score, crew, duty))
        return sorted(found, key=lambda entry: (entry[0], entry[1].squad.code))

    def _fits(self, squad: Squad, lead: Row, kind: TaskKind) -> bool:
        """Area, domain and competence, as the rules of eligibility and competence have them, for a year at a time."""
        if kind is TaskKind.LOOK:
            return squad.kind == "grid_workers" and squad.township == lead["township_code"]
        if squad.kind == "grid_workers" or (squad.kind == "fire" and kind is not TaskKind.SECURE):
            return False
        if kind not in ENFORCEMENT_KINDS:
            return squad.township == lead["township_code"] or (kind is TaskKind.SECURE and squad.kind == "fire")
        if squad.township is not None and squad.township != lead["township_code"]:
            return False
        if squad.domains and lead["domain"] not in squad.domains:
            return False
        return self._competent(squad, lead)

    def _competent(self, squad: Squad, lead: Row) -> bool:
        item = self.items.get(lead["item_id"])
        if item is None:
            return False
        serves = squad.township is not None and (item["code"], lead["township_code"]) in self.made.delegated
        return serves or squad.organ == item["enforcing_body"]

    def place(self, crew: Crew, now: datetime) -> tuple[float, float]:
        """Where a team is: near its last task, else on patrol in its area, else at its seat."""
        if crew.seen is not None and now - crew.seen < FRESH:
            return crew.lon, crew.lat
        if crew.squad.township is None or crew.squad.kind in ("fire", "professional"):
            lon, lat = self.ground.centres[crew.squad.seat].tolist()
        else:
            lon, lat = self.patrol(crew.squad.township)
        crew.lon, crew.lat, crew.seen = lon, lat, now
        return lon, lat

    def patrol(self, township: str) -> tuple[float, float]:
        """A point on patrol in a township, where leads are likely."""
        leaves, odds = self._beat(township)
        leaf = self.rng.choices(leaves, odds)[0]
        lon, lat = self.ground.centres[leaf].tolist()
        return lon, lat

    def _beat(self, township: str) -> tuple[list[int], list[float]]:
        if township not in self._beats:
            leaves = [n for n, home in enumerate(self.ground.township_of) if home == township]
            self._beats[township] = leaves, [float(self.ground.weights[n]) for n in leaves]
        return self._beats[township]

    def way(self, crew: Crew, lead: Row, now: datetime) -> float:
        """Minutes on the road to a lead, by straight line with detour and speed of the profile."""
        lon, lat = self.place(crew, now)
        where = lead["_point"]
        settlement = lead["_settlement"]
        kilometres = metres(lon, lat, where[0], where[1]) * self.clocks.detour[settlement] / 1000.0
        ordinary = kilometres / self.clocks.speed[settlement] * 60.0
        return ordinary if lead["urgency"] == Urgency.NORMAL else ordinary * SIREN
