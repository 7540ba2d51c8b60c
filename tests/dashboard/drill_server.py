"""A server of a drill: `python -m tests.dashboard.drill_server FOLDER PORT`; a small county, the fire, its first inject due."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

import api.server
from dashboard.server import build_server, load_pages
from data.authority import SYSTEM
from data.db import Record
from data.demonstration import demonstration_accounts, save_demonstration
from data.drill.building import start_drill
from data.drill.folders import environment
from data.drill.injects import give_due
from data.drill.loading import load_scenario
from data.settings import Settings, settings
from tests.dashboard.conftest import _rename_dispatcher, fresh_record
from tests.data import small


def build(folder: Path) -> None:
    """A drill beside a real record; from here on this process serves the drill and nothing else."""
    record, chosen = fresh_record(folder), Settings(demo=True, var=folder)
    record.submit_raw(_rename_dispatcher).result()
    save_demonstration(folder, record.write(SYSTEM, demonstration_accounts, seed=7))
    number = start_drill(record, SYSTEM, record.county(), chosen, load_scenario("fire"), cell=small.VILLAGES[0])
    record.close()
    os.environ.update(environment(chosen, number))
    settings.cache_clear()


def main(folder: Path, port: int) -> None:
    """Build and serve."""
    small.NOW = datetime.now(UTC)
    build(folder)
    chosen = settings()
    drill = Record(chosen.database)
    give_due(drill, drill.county(), drill.clock())
    server = build_server(drill, chosen, pages=load_pages())
    api.server.install(server.fastapi, drill, lambda request: request.state.actor, server.facts.build, chosen)
    uvicorn.run(server.fastapi, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
