"""The end day: leads that wait at the desk, some urgent, some late, one perhaps an emergency, and teams that are out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from data.simulate.bodies import sizes_of
from data.simulate.chance import among, chance
from data.simulate.demand import Arrival
from data.simulate.ground import Ground
from policy.vocabulary import LeadSource, Urgency

FLOWING: Final = 6  # leads of the last hour beyond the usual, so that teams are seen at work
URGENT: Final = 2
USUAL: Final = 3  # leads of the ordinary course that are waiting anyway
WINDOW: Final = 27.0  # minutes: a normal lead that has waited less is not late


class Today:
    """Draws the last hour of a demonstration from the leads before it."""

    def __init__(self, ground: Ground, known: Sequence[Arrival], end: datetime) -> None:
        """`known` are the arrivals of the whole period, in the order of time."""
        self.ground, self.end = ground, end
        self.rng = chance(ground.seed, ground.county.code, "today")
        plain = [a for a in known if a.fate == ""]
        self.normal = [a for a in plain if a.urgency is Urgency.NORMAL][-3_000:]
        self.urgent = [a for a in plain if a.urgency is Urgency.URGENT][-400:]
        self.emergency = [a for a in plain if a.urgency is Urgency.EMERGENCY][-40:]

    def draw(self) -> list[Arrival]:
        """Leads shortly before the end beyond the usual: some with teams on their way, most still waiting."""
        if not self.normal:
            return []
        flowing = [self._copy(self.normal, self.rng.uniform(9, 60)) for _ in range(FLOWING)]
        flowing += [self._copy(self.urgent, minutes) for minutes in (6.0, 8.5, 13.0) if self.urgent]
        return sorted([*flowing, *self._waiting()], key=lambda a: a.at)

    def _copy(self, known: Sequence[Arrival], minutes: float) -> Arrival:
        at = self.end - timedelta(seconds=round(minutes * 60))
        return replace(among(self.rng, known), at=at)

    def _held(self, known: Sequence[Arrival], minutes: float) -> Arrival:
        return replace(self._copy(known, minutes), waits=True)

    def _waiting(self) -> list[Arrival]:
        sizes = sizes_of(self.ground.county.profile)
        late = [self._held(self.normal, self.rng.uniform(33, 48)) for _ in range(sizes["overdue"])]
        urgent = [self._held(self.urgent, self.rng.uniform(0.8, 11)) for _ in range(URGENT if self.urgent else 0)]
        pressing = [self._held(self.emergency, 1.1)] if self.emergency else []
        placeless = self._placeless()
        rest = sizes["waiting"] - USUAL - len(late) - len(urgent) - len(pressing) - len(placeless) - 1
        fresh = [self._held(self.normal, self.rng.uniform(0.4, WINDOW)) for _ in range(max(1, rest))]
        twin = replace(fresh[0].again(self.end - timedelta(seconds=25), LeadSource.HOTLINE_12345), fate="", waits=True)
        return [*late, *urgent, *pressing, *placeless, *fresh, twin]

    def _placeless(self) -> list[Arrival]:
        """One with an address alone, one from beyond the border."""
        lon, lat = self.ground.outside(3)[-1].tolist()
        by_address = replace(self._held(self.normal, 12.0), fate="address", lon=None, lat=None)
        outside = replace(self._held(self.normal, 6.0), fate="outside", lon=lon, lat=lat)
        return [replace(by_address, source=LeadSource.HOTLINE_12345), outside]
