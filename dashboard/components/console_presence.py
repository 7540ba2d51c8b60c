"""Who else looks at a lead right now: a table in this process, forgotten after half a minute without a sign of life."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

STALE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Seen:
    name: str
    lead: str
    at: datetime


class Presence:
    """Which account looks at which lead; one entry an account."""

    def __init__(self) -> None:
        self._seen: dict[UUID, _Seen] = {}
        self._lock = threading.Lock()

    def look(self, account: UUID, name: str, lead: str | None, now: datetime) -> tuple[str, ...]:
        """Note that `account` looks at `lead` (None: at nothing) and give the names of the others who do."""
        with self._lock:
            self._seen = {key: one for key, one in self._seen.items() if now - one.at <= STALE and key != account}
            others = sorted(one.name for one in self._seen.values() if lead and one.lead == lead)
            if lead:
                self._seen[account] = _Seen(name, lead, now)
        return tuple(others)


PRESENCE: Final = Presence()
