"""The time zone of every county: law and people count by the days of Asia/Shanghai."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

CHINA: Final = ZoneInfo("Asia/Shanghai")
