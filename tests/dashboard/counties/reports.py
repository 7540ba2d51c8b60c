"""The county of reports and charts: two days of figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from uuid_utils.compat import uuid7

from data.db import Record
from data.models import FigureSnapshot
from tests.data import small
from tests.support.page_server import County


def furnish(record: Record, folder: Path) -> dict[str, str]:
    """The small county with the closed-loop rate of yesterday and the day before."""
    small.build(record)
    place, now = record.county().jurisdiction_id, datetime.now(UTC)
    rows = [
        {
            "id": uuid7(), "jurisdiction_id": place, "business_date": (now - timedelta(days=n)).date(), "figure": "F09",
            "measure": "resolved", "group_kind": "county", "group_code": "", "value": 0.6 + n / 10, "numerator": 30.0,
            "denominator": 50.0, "profile_digest": "x", "restatement": 0, "taken_at": now,
        }
        for n in (1, 2)
    ]  # fmt: skip
    record.submit_raw(lambda c: c.execute(insert(FigureSnapshot), rows)).result()
    return {}


COUNTY = County(furnish, pages=("dashboard.pages.reports", "tests.dashboard.charted"))
