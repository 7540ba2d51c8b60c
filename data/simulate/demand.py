"""When and where leads come up: by hour, weekday, season, ground and source, drawn for the whole period at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.simulate.catalogue import Curves, Sort, curves, pools
from data.simulate.chance import arrays
from data.simulate.ground import Ground
from policy.vocabulary import LeadSource, Urgency
from policy.zone import CHINA

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
CAMPAIGN: Final = 1.45  # leads on days of a campaign or after a storm, of ordinary days
PUBLIC: Final = frozenset({LeadSource.PUBLIC_REPORT, LeadSource.HOTLINE_12345})


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """A lead before anybody has heard of it; degrees are WGS-84, None where the reporter gave no point."""

    at: datetime
    sort: Sort
    leaf: int
    lon: float | None
    lat: float | None
    source: LeadSource
    urgency: Urgency
    fate: str = ""  # "", double, rejected, outside, address, transferred
    waits: bool = False  # stays in the queue: nobody has looked at it yet
    like: Arrival | None = None  # the one it repeats

    def again(self, at: datetime, source: LeadSource) -> Arrival:
        """The same matter reported once more."""
        return replace(self, at=at, source=source, fate="double", like=self, urgency=Urgency.NORMAL)


class Demand:
    """Draws arrivals for a county."""

    def __init__(self, ground: Ground, sorts: Sequence[Sort], curve: Curves | None = None) -> None:
        self.ground, self.sorts = ground, tuple(sorts)
        self.curves = curve or curves()
        self.rates: Floats = np.array([s.weight for s in self.sorts])
        self.months: Floats = np.array([self.curves.seasons[s.season] for s in self.sorts])
        self.hours: Floats = np.array([self.curves.hours[s.hours] for s in self.sorts])
        self.words = pools()["leads"]

    def mix(self, day: datetime) -> Floats:
        """Relative demand of each item on a day: between the middles of two months it moves in a straight line."""
        position = day.month - 1 + (day.day - 15) / 30.0
        low = int(np.floor(position))
        part = position - low
        here, there = self.months[:, low % 12], self.months[:, (low + 1) % 12]
        return self.rates * ((1.0 - part) * here + part * there)

    def hourly(self, moment: datetime) -> float:
        """Demand at this hour of this day, of the mean hour of a mean day."""
        local = moment.astimezone(CHINA)
        mix = self.mix(local)
        curve = (mix[:, None] * self.hours / self.hours.sum(axis=1, keepdims=True)).sum(axis=0) * 24.0
        weekday: float = self.words["weekday"][local.weekday()]
        return float(weekday * curve[local.hour] / self.rates.sum())

    def leaf_odds(self, place: str) -> Floats:
        """Odds of each leaf for items that like this ground."""
        pull = self.curves.places[place]
        odds = self.ground.weights * np.where(self.ground.urban, pull["urban"], pull["rural"])
        return np.asarray(odds / odds.sum())

    def times(self, first: datetime, days: int, count: float, rng: np.random.Generator) -> tuple[Indices, Floats]:
        """Item index and second after `first` (midnight here) of every lead; about `count` of them."""
        locals_ = [first.astimezone(CHINA) + timedelta(days=n) for n in range(days)]
        mixes = np.array([self.mix(day) for day in locals_])
        weekday = np.array([self.words["weekday"][day.weekday()] for day in locals_])
        busy = np.where(rng.random(days) < 0.03, CAMPAIGN, 1.0)
        rate = mixes.sum(axis=1) * weekday * busy * rng.lognormal(0.0, 0.08, days)
        per_day = rng.poisson(rate / rate.sum() * count)
        items = [rng.choice(len(self.sorts), n, p=m / m.sum()) for n, m in zip(per_day, mixes, strict=True)]
        index = np.concatenate(items)
        day = np.repeat(np.arange(days), per_day)
        return index, day * 86_400.0 + self._seconds(index, rng)

    def _seconds(self, index: Indices, rng: np.random.Generator) -> Floats:
        """Second of the day, by the hours of each item."""
        curve = np.cumsum(self.hours / self.hours.sum(axis=1, keepdims=True), axis=1)
        hour = (rng.random(len(index))[:, None] > curve[index]).sum(axis=1).clip(0, 23)
        return np.asarray(np.floor(hour * 3_600.0 + rng.random(len(index)) * 3_600.0))

    def leaves(self, index: Indices, rng: np.random.Generator) -> Indices:
        """Leaf of every lead, by the ground its item likes."""
        chosen = np.zeros(len(index), dtype=np.int64)
        places = np.array([s.place for s in self.sorts])[index]
        for place in self.curves.places:
            where = np.flatnonzero(places == place)
            chosen[where] = rng.choice(len(self.ground.leaves), len(where), p=self.leaf_odds(place))
        return chosen

    def urgencies(self, index: Indices, rng: np.random.Generator) -> list[Urgency]:
        """Urgency of every lead, by its item."""
        emergency = np.array([s.emergency for s in self.sorts])[index]
        urgent = np.array([s.urgent for s in self.sorts])[index]
        drawn = rng.random(len(index))
        level = (drawn < emergency).astype(int) + (drawn < emergency + urgent).astype(int)
        return [(Urgency.NORMAL, Urgency.URGENT, Urgency.EMERGENCY)[n] for n in level.tolist()]

    def sources(self, count: int, rng: np.random.Generator) -> list[LeadSource]:
        """Source of every lead."""
        table = self.words["sources"]
        odds = np.array(list(table.values()), dtype=np.float64)
        return [LeadSource(name) for name in rng.choice(list(table), count, p=odds / odds.sum()).tolist()]

    def draw(self, first: datetime, days: int, end: datetime, per_year: int) -> list[Arrival]:
        """Every arrival from `first` (midnight here) to `end`, in the order of time, doubles included."""
        rng = arrays(self.ground.seed, self.ground.county.code, "demand")
        index, seconds = self.times(first, days, per_year * days / 365.0, rng)
        keep = seconds < (end - first).total_seconds()
        index, seconds = index[keep], seconds[keep]
        order = np.argsort(seconds, kind="stable")
        made = self._arrivals(index[order], seconds[order], first, rng)
        return sorted([*made, *self._doubles(made, end, rng)], key=lambda a: a.at)

    def _arrivals(self, index: Indices, seconds: Floats, first: datetime, rng: np.random.Generator) -> list[Arrival]:
        leaves = self.leaves(index, rng)
        points = self.ground.points(leaves, "demand")
        urgencies, sources = self.urgencies(index, rng), self.sources(len(index), rng)
        made = [
            Arrival(first + timedelta(seconds=s), self.sorts[i], leaf, x, y, source, urgency)
            for s, i, leaf, (x, y), source, urgency in zip(
                seconds.tolist(), index.tolist(), leaves.tolist(), points.tolist(), sources, urgencies, strict=True
            )
        ]
        return self._fates(made, rng)

    def _fates(self, made: list[Arrival], rng: np.random.Generator) -> list[Arrival]:
        """Which leads are rejected, handed on, lie outside, or came with an address alone."""
        drawn = rng.random(len(made))
        shares = (("rejected", self.words["rejected"]), ("outside", self.words["outside"]),
                  ("address", self.words["address_only"]), ("transferred", 0.012))  # fmt: skip
        outside = iter(self.ground.outside(int(len(made) * self.words["outside"] * 2) + 40).tolist())
        fated = []
        for arrival, chance in zip(made, drawn.tolist(), strict=True):
            fate, rest = "", chance
            for name, share in shares:
                if 0 <= rest < share:
                    fate = name
                rest -= share
            fated.append(_with(arrival, fate, outside))
        return fated

    def _doubles(self, made: list[Arrival], end: datetime, rng: np.random.Generator) -> list[Arrival]:
        """The same matter reported again within two hours, by the public, from a few steps away."""
        chosen = np.flatnonzero(rng.random(len(made)) < self.words["double"])
        later = rng.uniform(240, 7_200, len(chosen))
        found = []
        for number, delay in zip(chosen.tolist(), later.tolist(), strict=True):
            first = made[number]
            at = first.at + timedelta(seconds=round(delay))
            if first.fate == "" and first.lon is not None and at < end:
                source = LeadSource.HOTLINE_12345 if number % 3 else LeadSource.PUBLIC_REPORT
                found.append(first.again(at, source))
        return found


def _with(arrival: Arrival, fate: str, outside: Iterator[list[float]]) -> Arrival:
    if fate == "outside":
        lon, lat = next(outside)
        return replace(arrival, fate=fate, lon=lon, lat=lat, urgency=Urgency.NORMAL)
    if fate == "address":
        return replace(arrival, fate=fate, lon=None, lat=None, source=LeadSource.HOTLINE_12345, urgency=Urgency.NORMAL)
    if fate and arrival.urgency is not Urgency.NORMAL:
        return replace(arrival, fate=fate, urgency=Urgency.NORMAL)
    return replace(arrival, fate=fate) if fate else arrival
