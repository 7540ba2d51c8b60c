"""Gives the injects of a drill while its server runs."""

from __future__ import annotations

import logging
import threading
from typing import Final

from data.db import Record
from data.drill.injects import give_due

LOOK: Final = 1.0  # seconds between two looks


def keep_giving(record: Record, stop: threading.Event) -> None:
    """Give what is due until `stop`; an inject that fails is logged and the next one comes."""
    while not stop.wait(LOOK):
        try:
            give_due(record, record.county(), record.clock())
        except Exception:
            logging.getLogger("onegrid.drill").exception("an inject of the drill could not be given")
