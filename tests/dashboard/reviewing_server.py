"""A server of the page of supervision: `python -m tests.dashboard.reviewing_server FOLDER PORT`; closed files of last month."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from sqlalchemy import update

import api.server
from dashboard.server import build_server, load_pages
from data.authority import SYSTEM
from data.db import Record
from data.demonstration import demonstration_accounts, save_demonstration
from data.models import Account, Base
from data.settings import Settings
from policy.file_review import Period, period_of
from tests.data import cases as c
from tests.data import reviewing as r
from tests.data import small


def last_month() -> Period:
    """The month that is over."""
    return period_of("month", (small.NOW + timedelta(hours=8)).date()).before()


def furnish(record: Record, folder: Path) -> list[str]:
    """Twelve files closed in last month; gives their numbers."""
    small.build(record)
    begins = last_month().begins_on
    return r.closed(record, folder, c.cast(record), first=datetime(begins.year, begins.month, 2, 3, tzinfo=UTC))


def main(folder: Path, port: int) -> None:
    """Build, furnish, serve."""
    small.NOW = datetime.now(UTC)
    record = Record(f"sqlite:///{folder / 'test.db'}")
    Base.metadata.create_all(record.write_engine)
    numbers = furnish(record, folder)
    first = update(Account).where(Account.username == "dispatcher").values(username="first")
    record.write(SYSTEM, lambda tx: tx.session.execute(first))
    save_demonstration(folder, record.write(SYSTEM, demonstration_accounts, seed=7))
    (folder / "numbers").write_text("\n".join(numbers))
    settings = Settings(demo=True, var=folder)
    server = build_server(record, settings, pages=load_pages())
    api.server.install(server.fastapi, record, lambda request: request.state.actor, server.facts.build, settings)
    uvicorn.run(server.fastapi, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
