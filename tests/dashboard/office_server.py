"""A server of the county office's page: `python -m tests.dashboard.office_server FOLDER PORT`; a team to post, a month of figures."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import uvicorn
from sqlalchemy import update

import api.server
from dashboard.server import build_server, load_pages
from data.authority import SYSTEM
from data.casework.leads import receive_lead
from data.db import Record, Tx
from data.demonstration import demonstration_accounts, save_demonstration
from data.models import Account, Base, FigureSnapshot
from data.queries.figures import compute_now, scope_of
from data.settings import Settings
from data.sheets import CHINA
from policy.figures.definitions import DEFINITIONS
from tests.data import parties, small


def furnish(record: Record) -> None:
    """The small county with a lead and the figures of two days a month apart, the share of the later one restated."""
    parties.build(record)
    record.write(SYSTEM, receive_lead, source="grid_patrol", summary="占道经营", cell_code=small.VILLAGES[0])
    for back in (31, 1):
        record.write(SYSTEM, _taken, day=small.NOW.astimezone(CHINA).date() - timedelta(days=back))


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


def main(folder: Path, port: int) -> None:
    """Build, furnish, serve."""
    os.environ["ONEGRID_VAR"] = str(folder)
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
    server = build_server(record, settings, pages=load_pages())
    api.server.install(server.fastapi, record, lambda request: request.state.actor, server.facts.build, settings)
    uvicorn.run(server.fastapi, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
