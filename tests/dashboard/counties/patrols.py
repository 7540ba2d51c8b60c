"""The county of the page of patrols: a plan, a round under way."""

from __future__ import annotations

from pathlib import Path

from data.authority import SYSTEM
from data.casework.patrol_plans import plan_cells
from data.casework.patrols import patrol_step, start_patrol
from data.db import Record
from tests.data import parties, small
from tests.support.page_server import County


def furnish(record: Record, folder: Path) -> dict[str, str]:
    """Two villages planned in the western town, one covered by a round under way; gives its number."""
    parties.build(record)
    told = {"patrol_cells": list(small.VILLAGES[:2]), "times": "1", "per": "day", "walker": "team:G1"}
    record.write(SYSTEM, plan_cells, given=told)
    row = record.write(SYSTEM, start_patrol, given={"walker": "team:G1"})
    record.write(SYSTEM, patrol_step, number=row.number, step_name="tick", given={"patrol_cell": small.VILLAGES[0]})
    return {"patrol": row.number}


COUNTY = County(furnish)
