"""Leads of the live demonstration: one after the other, as likely as the hour and the season make them."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from data.county import County
from data.simulate.catalogue import Sort, pools, sorts
from data.simulate.chance import minutes, weighted
from data.simulate.demand import PUBLIC, Arrival, Demand
from data.simulate.ground import Ground
from data.simulate.hotline import order
from data.simulate.names import invented_name, invented_phone
from data.simulate.wording import address, summary
from policy.vocabulary import LeadSource, Urgency
from policy.zone import CHINA

Arguments = dict[str, Any]
NAMED: Final = 0.55  # leads of officials that name their item; the public never does
PLACELESS: Final = 0.03


class LeadMaker:
    """Makes the arguments of `receive_lead` for one county."""

    def __init__(self, county: County, seed: int, item_codes: Collection[str] | None = None) -> None:
        """`item_codes`: the items the record knows (None: every item of the catalogue)."""
        self.county = county
        self.ground = Ground(county, seed)
        found = sorts(county.profile.chain)
        self.sorts: tuple[Sort, ...] = tuple(s for s in found if item_codes is None or s.code in item_codes)
        self.demand = Demand(self.ground, self.sorts)

    def next(self, rng: random.Random, now: datetime) -> Arguments:
        """One more lead at `now`."""
        arrival = self._arrival(rng, now)
        told = arrival.source in PUBLIC
        placed = arrival.lon is not None
        named = not told and rng.random() < NAMED
        where = address(self.ground, arrival.leaf, rng) if not placed or rng.random() < 0.6 else None
        reporter = (invented_name(rng), invented_phone(rng)) if told and rng.random() < 0.7 else (None, None)
        return {
            "source": arrival.source.value, "urgency": arrival.urgency.value,
            "summary": summary(self.ground, arrival, rng), "address": where, "lon": arrival.lon, "lat": arrival.lat,
            "occurred_at": now - min(minutes(rng, 4.0, 0.7), timedelta(hours=2)),
            "item_code": arrival.sort.code if named else None,
            "reporter_name": reporter[0], "reporter_phone": reporter[1],
        } | order(rng, arrival.source, arrival.urgency, now)  # fmt: skip

    def _arrival(self, rng: random.Random, now: datetime) -> Arrival:
        local = now.astimezone(CHINA)
        hourly = self.demand.hours / self.demand.hours.sum(axis=1, keepdims=True)
        odds = self.demand.mix(local) * hourly[:, local.hour]
        sort = self.sorts[rng.choices(range(len(self.sorts)), odds.tolist())[0]]
        leaf = rng.choices(range(len(self.ground.leaves)), self.demand.leaf_odds(sort.place).tolist())[0]
        source = LeadSource(weighted(rng, pools()["leads"]["sources"]))
        lon, lat = self.ground.points(np.array([leaf]), f"{rng.random():.12f}")[0].tolist()
        if rng.random() < PLACELESS:
            return Arrival(now, sort, leaf, None, None, LeadSource.HOTLINE_12345, Urgency.NORMAL, "address")
        return Arrival(now, sort, leaf, lon, lat, source, self._urgency(rng, sort))

    @staticmethod
    def _urgency(rng: random.Random, sort: Sort) -> Urgency:
        drawn = rng.random()
        if drawn < sort.emergency:
            return Urgency.EMERGENCY
        return Urgency.URGENT if drawn < sort.emergency + sort.urgent else Urgency.NORMAL


def next_lead(rng: random.Random, county: County, now: datetime) -> Arguments:
    """Arguments of `casework.receive_lead` for one invented lead; for many, keep a `LeadMaker`."""
    return LeadMaker(county, 1).next(rng, now)
