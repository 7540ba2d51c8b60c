"""The seed of a draw by lot: made here and now, or a public number; never before the lists are committed."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from data.models.drawn import Drawn
from policy.vocabulary_inspection import SeedSource


def take_seed(row: Drawn, source: SeedSource, now: datetime, beacon: str = "", beacon_name: str | None = None) -> str:
    """Give a committed draw its seed; gives it."""
    seed = beacon if source is SeedSource.BEACON else secrets.token_hex(32)
    row.seed, row.seed_source, row.beacon_name, row.drawn_at = seed, source.value, beacon_name, now
    return seed


def told_of(row: Drawn) -> dict[str, Any]:
    """What the event of a draw says of its seed."""
    return {"seed": row.seed, "seed_source": row.seed_source, "beacon_name": row.beacon_name}
