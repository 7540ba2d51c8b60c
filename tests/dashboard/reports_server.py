"""A server of reports and charts: `python -m tests.dashboard.reports_server FOLDER PORT`; two days of figures."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from sqlalchemy import insert, update
from uuid_utils.compat import uuid7

import api.server
from dashboard.pages import reports
from dashboard.server import build_server
from data.authority import SYSTEM
from data.db import Record
from data.demonstration import demonstration_accounts, save_demonstration
from data.models import Account, Base, FigureSnapshot
from data.settings import Settings
from tests.dashboard import charted
from tests.data import small


def furnish(record: Record) -> None:
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


def main(folder: Path, port: int) -> None:
    """Build, furnish, serve."""
    small.NOW = datetime.now(UTC)
    record = Record(f"sqlite:///{folder / 'test.db'}")
    Base.metadata.create_all(record.write_engine)
    furnish(record)
    record.write(
        SYSTEM,
        lambda tx: tx.session.execute(update(Account).where(Account.username == "dispatcher").values(username="first")),
    )
    save_demonstration(folder, record.write(SYSTEM, demonstration_accounts, seed=7))
    settings = Settings(demo=True, var=folder)
    server = build_server(record, settings, pages=[reports, charted])
    api.server.install(server.fastapi, record, lambda request: request.state.actor, server.facts.build, settings)
    uvicorn.run(server.fastapi, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
