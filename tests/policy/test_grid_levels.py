"""Levels of the grid: named by the plan, counted from the jurisdiction itself."""

from __future__ import annotations

from datetime import date

import pytest

from policy.grid_levels import depth_of, levels_of, township_level
from policy.loader import load_profile

DAY = date(2026, 2, 12)


@pytest.mark.parametrize(
    ("code", "depth", "township"),
    [("jindong", 4, 2), ("lanxi", 2, 1), ("chengliu", 2, 0), ("national", 2, 1)],
)
def test_depth_and_township_level_follow_the_plan(code: str, depth: int, township: int) -> None:
    profile = load_profile(code)
    assert (depth_of(profile, DAY), township_level(profile, DAY)) == (depth, township)


def test_the_jurisdiction_itself_is_level_nought_and_empty_where_the_plan_does_not_count_it() -> None:
    assert levels_of(load_profile("jindong"), DAY)[0] == {}
    assert levels_of(load_profile("jindong"), DAY)[1]["code"] == "region"
    town = levels_of(load_profile("chengliu"), DAY)
    assert [level["name_zh"] for level in town] == ["镇政府各部门", "管理片区", "村"]


def test_a_profile_without_levels_has_only_itself() -> None:
    class Silent:
        def get(self, key: str, on: date) -> None:
            return None

    assert levels_of(Silent(), DAY) == ({},)
    assert (depth_of(Silent(), DAY), township_level(Silent(), DAY)) == (0, 0)
