"""The county of the county office's page: a team to post, a month of figures."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from data.authority import SYSTEM
from data.casework.leads import receive_lead
from data.db import Record, Tx
from data.models import FigureSnapshot
from data.queries.figures import compute_now, scope_of
from policy.figures.definitions import DEFINITIONS
from policy.zone import CHINA
from tests.data import parties, small
from tests.support.page_server import County


def furnish(record: Record, folder: Path) -> dict[str, str]:
    """The small county with a lead and the figures of two days a month apart, the share of the later one restated."""
    parties.build(record)
    record.write(SYSTEM, receive_lead, source="grid_patrol", summary="占道经营", cell_code=small.VILLAGES[0])
    for back in (31, 1):
        record.write(SYSTEM, _taken, day=small.NOW.astimezone(CHINA).date() - timedelta(days=back))
    return {}


def _taken(tx: Tx, *, day: date) -> None:
    """The figures of a day; F01 as it was first taken, wrong, and as it holds."""
    rows = compute_now(tx.session, tx.county, scope_of(tx.county, tx.now, day), tx.now, DEFINITIONS)
    common = {
        "jurisdiction_id": tx.county.jurisdiction_id,
        "business_date": day,
        "profile_digest": "-",
        "taken_at": tx.now,
    }
    for row in rows:
        if row.group_kind in ("county", "township", "organ"):
            again = int((row.figure, row.measure) == ("F01", "share"))
            tx.session.add(FigureSnapshot(**common, **row.as_dict(), restatement=again))
            if again:
                tx.session.add(FigureSnapshot(**common, **row.as_dict() | {"value": 0.1}))


COUNTY = County(furnish)
