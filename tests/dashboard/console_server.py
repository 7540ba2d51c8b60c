"""A server of the console alone, in a process of its own: `python -m tests.dashboard.console_server FOLDER PORT`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

import api.server
from dashboard.pages import console
from dashboard.server import build_server
from data.authority import SYSTEM
from data.demonstration import demonstration_accounts, save_demonstration
from data.settings import Settings
from tests.dashboard.conftest import _rename_dispatcher, fresh_record
from tests.data import small


def main(folder: Path, port: int) -> None:
    small.NOW = datetime.now(UTC)
    record = fresh_record(folder)
    record.submit_raw(_rename_dispatcher).result()
    save_demonstration(folder, record.write(SYSTEM, demonstration_accounts, seed=7))
    settings = Settings(demo=True, var=folder)
    server = build_server(record, settings, pages=[console])
    api.server.install(server.fastapi, record, lambda request: request.state.actor, server.facts.build, settings)
    uvicorn.run(server.fastapi, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
