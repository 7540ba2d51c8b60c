"""Sentences of invented leads: what was seen, where, said the way its source says it; and addresses."""

from __future__ import annotations

import random

from data.simulate.catalogue import pools
from data.simulate.chance import among
from data.simulate.demand import PUBLIC, Arrival
from data.simulate.ground import Ground
from policy.vocabulary import LeadSource

SAID: dict[LeadSource, float] = {
    LeadSource.HOTLINE_12345: 0.7,
    LeadSource.PUBLIC_REPORT: 0.5,
    LeadSource.OFFSITE_SENSOR: 0.8,
    LeadSource.SUPERIOR_REFERRAL: 0.8,
    LeadSource.TRANSFER_IN: 0.8,
    LeadSource.DEPARTMENT_INSPECTION: 0.4,
    LeadSource.GRID_PATROL: 0.3,
}
"""How often a source opens with its usual words."""
SQUARE_METRES = (12, 18, 20, 25, 30, 36, 40, 50, 60, 80, 100, 120, 150, 200, 300)


def spot(ground: Ground, leaf: int, rng: random.Random, near: str | None = None) -> str:
    """A village and a landmark in it, of the kind that the matter is `near` where it has one."""
    kind = near or ("urban" if ground.urban[leaf] else "rural")
    landmarks: list[str] = pools()["landmarks"][kind]
    return f"{ground.names[leaf]}{among(rng, landmarks)}"


def summary(ground: Ground, arrival: Arrival, rng: random.Random) -> str:
    """What the lead says."""
    words = pools()
    sentence: str = among(rng, arrival.sort.summaries).format(
        place=spot(ground, arrival.leaf, rng, arrival.sort.near),
        n=rng.randint(2, 8),
        tens=10 * rng.randint(2, 8),
        m2=among(rng, SQUARE_METRES),
        shop=among(rng, words["names"]["shops"]),
        time=among(rng, words["times"][arrival.sort.hours]),
    )
    opens = "发现" not in sentence and rng.random() < SAID[arrival.source]
    opening = among(rng, words["phrases"][arrival.source.value]) if opens else ""
    plea = among(rng, words["phrases"]["pleas"]) if arrival.source in PUBLIC and rng.random() < 0.35 else ""
    return f"{opening}{sentence}{plea}"


def address(ground: Ground, leaf: int, rng: random.Random) -> str:
    """Township, village, road and number."""
    road = among(rng, pools()["roads"]["urban" if ground.urban[leaf] else "rural"])
    town = ground.county.name_of(ground.township_of[leaf])
    return f"{town}{ground.names[leaf]}{road}{rng.randint(1, 320)}号"
