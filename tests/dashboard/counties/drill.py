"""A drill beside the record of a small county: the fire, its first inject due."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from data.authority import SYSTEM
from data.db import Record
from data.drill.building import start_drill
from data.drill.folders import environment
from data.drill.injects import give_due
from data.drill.loading import load_scenario
from data.settings import Settings, settings
from tests.dashboard.counties import plain
from tests.data import small
from tests.support.page_server import County, answer


class Exercise(County):
    """A drill begun in the county; the process serves the drill and nothing else."""

    def serve(self, listening: socket.socket, folder: Path) -> None:
        """Build the county, begin the drill, answer for the drill."""
        record, chosen = self.build(folder), Settings(demo=True, var=folder)
        number = start_drill(record, SYSTEM, record.county(), chosen, load_scenario("fire"), cell=small.VILLAGES[0])
        record.close()
        os.environ.update(environment(chosen, number))
        settings.cache_clear()
        drill = Record(settings().database)
        give_due(drill, drill.county(), drill.clock())
        answer(drill, settings(), listening)


COUNTY = Exercise(plain, environment={"ONEGRID_DEMO": "1"})
