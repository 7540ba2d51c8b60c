"""What every draw by lot keeps: the hash of its lists, committed before there is a seed; the seed and where it comes from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped


class Drawn:
    """Columns of a draw that anybody can repeat (policy/drawing.py)."""

    algorithm: Mapped[str]
    population_sha256: Mapped[str]
    committed_at: Mapped[datetime]
    seed: Mapped[str | None]
    seed_source: Mapped[str | None]
    beacon_name: Mapped[str | None]
    drawn_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]
    reason: Mapped[str | None]
