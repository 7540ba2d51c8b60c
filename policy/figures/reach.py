"""F08 coverage 5/15 and F18 patrol coverage: where somebody can be in time, and where somebody has been."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, FigureRow, shares
from policy.figures.scope import Scope, day_bounds
from policy.vocabulary import Settlement


def coverage(cells: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F08 (JD 二(四)12): share of the area, of the leads of late and of the cells that a unit on duty can reach in time.

    Rows without a shift are those of the moment; the others are the shifts planned. A silent plan gives no rows.
    """
    cells, rules = require_columns(cells, "coverage"), scope.rules
    if rules.target_urban is None or rules.target_rural is None:
        return []
    limit = np.where(cells["settlement"] == Settlement.URBAN, rules.target_urban, rules.target_rural)
    in_time = cells["minutes"].astype("float64") <= limit
    of_now = cells["shift"].isna()
    rows: list[FigureRow] = []
    for measure, weight in (("area", cells["area"]), ("leads", cells["leads"]), ("cells", None)):
        of = pd.Series(1.0, index=cells.index) if weight is None else weight.astype("float64").fillna(0.0)
        hit, now = of.where(in_time, 0.0), cells[of_now]
        places = {COUNTY: None, "township": now["township_code"], "settlement": now["settlement"]}
        if cells.empty or of_now.any():  # a past day has its shifts alone
            rows += shares("F08", measure, hit[of_now], of[of_now], places)
        rows += shares("F08", measure, hit[~of_now], of[~of_now], {"shift": cells.loc[~of_now, "shift"]})
    return rows


def patrolled(villages: pd.DataFrame, patrols: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F18: village grids patrolled within the cycle of the profile (today and the days before) ÷ all of that day."""
    villages, patrols = require_columns(villages, "villages"), require_columns(patrols, "patrols")
    days = scope.rules.patrol_days
    if days is None:
        return []
    begin = day_bounds(scope.on - timedelta(days=days - 1))[0]
    seen = patrols[(patrols["patrolled_at"] >= begin) & (patrols["patrolled_at"] <= scope.moment)]
    villages = villages[scope.holds(villages["valid_from"], villages["valid_to"])]
    hit = villages["cell_code"].isin(seen["cell_code"])
    everyone = pd.Series(True, index=villages.index)
    return list(shares("F18", "patrolled", hit, everyone, {COUNTY: None, "township": villages["township_code"]}))
