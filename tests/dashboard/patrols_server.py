"""A server of the page of patrols: `python -m tests.dashboard.patrols_server FOLDER PORT`; a plan, a round under way."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from sqlalchemy import update

import api.server
from dashboard.server import build_server, load_pages
from data.authority import SYSTEM
from data.casework.patrol_plans import plan_cells
from data.casework.patrols import patrol_step, start_patrol
from data.db import Record
from data.demonstration import demonstration_accounts, save_demonstration
from data.models import Account, Base
from data.settings import Settings
from tests.data import parties, small


def furnish(record: Record) -> str:
    """Two villages planned in the western town, one covered by a round under way; gives its number."""
    parties.build(record)
    told = {"patrol_cells": list(small.VILLAGES[:2]), "times": "1", "per": "day", "walker": "team:G1"}
    record.write(SYSTEM, plan_cells, given=told)
    row = record.write(SYSTEM, start_patrol, given={"walker": "team:G1"})
    record.write(SYSTEM, patrol_step, number=row.number, step_name="tick", given={"patrol_cell": small.VILLAGES[0]})
    return str(row.number)


def main(folder: Path, port: int) -> None:
    """Build, furnish, serve."""
    small.NOW = datetime.now(UTC)
    record = Record(f"sqlite:///{folder / 'test.db'}")
    Base.metadata.create_all(record.write_engine)
    (folder / "number").write_text(furnish(record))
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
