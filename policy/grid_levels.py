"""Levels of the grid as the profile names them, counted as the hierarchy of cells counts: 0 is the jurisdiction itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Protocol

KEY: Final = "grid.levels"

Level = Mapping[str, Any]


class _Value(Protocol):
    @property
    def value(self) -> Any: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


def levels_of(profile: _Profile, on: date) -> tuple[Level, ...]:
    """Levels by depth; entry 0 is the county or town itself, empty where the plan does not count it as a level (JD)."""
    found = profile.get(KEY, on)
    named: tuple[Level, ...] = tuple(found.value) if found else ()
    return named if named and named[0].get("itself") else ({}, *named)


def depth_of(profile: _Profile, on: date) -> int:
    """How many levels of cells lie below the jurisdiction."""
    return len(levels_of(profile, on)) - 1


def township_level(profile: _Profile, on: date) -> int:
    """Depth of the level coded `township`; 0 where the jurisdiction is itself a town."""
    codes = [level.get("code") for level in levels_of(profile, on)]
    return codes.index("township") if "township" in codes else 0
