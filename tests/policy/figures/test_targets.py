"""Targets by date: what a plan asks for by the end of one year holds until the end of the next one it names."""

from __future__ import annotations

from datetime import date

import pytest

from policy.figures.definitions import Target, clauses, coming, meets, target
from policy.figures.rows import FigureRow
from policy.loader import load_profile

YUNYANG = load_profile("yunyang")


@pytest.mark.parametrize(
    ("on", "share", "due"),
    [
        (date(2023, 10, 27), 0.40, False),  # the plan is issued: 40 % by the end of the year
        (date(2023, 12, 30), 0.40, False),
        (date(2023, 12, 31), 0.40, True),
        (date(2024, 1, 1), 0.40, True),  # 70 % is asked for by the end of 2025, not on the first day of 2024
        (date(2025, 12, 30), 0.40, True),
        (date(2025, 12, 31), 0.70, True),
        (date(2026, 1, 1), 0.70, True),
        (date(2028, 1, 1), 0.70, True),
    ],
)
def test_domains_covered_in_yunyang(on: date, share: float, due: bool) -> None:
    goal = target("F14", YUNYANG, on)
    assert goal is not None
    assert (goal.value, goal.due, goal.clause) == (share, due, "YY 一")


@pytest.mark.parametrize(
    ("on", "number"),
    [(date(2023, 11, 1), 10), (date(2024, 6, 1), 10), (date(2026, 1, 1), 30), (date(2027, 12, 31), 50)],
)
def test_scenarios_in_yunyang(on: date, number: int) -> None:
    goal = target("F16", YUNYANG, on)
    assert goal is not None
    assert goal.value == number


def test_what_comes_next() -> None:
    ahead = coming("F14", YUNYANG, date(2024, 1, 1))
    assert ahead == Target(0.7, "YY 一", date(2025, 12, 31), due=False)
    assert coming("F14", YUNYANG, date(2026, 1, 1)) is None
    assert coming("F16", YUNYANG, date(2026, 11, 21)) is not None
    assert coming("F01", load_profile("lanxi"), date(2026, 1, 1)) is None


def test_before_the_plan_and_in_other_counties_there_is_none() -> None:
    assert target("F14", YUNYANG, date(2023, 10, 26)) is None
    for other in ("lanxi", "jindong", "chengliu", "fuling"):
        assert target("F14", load_profile(other), date(2026, 1, 1)) is None
        assert target("F16", load_profile(other), date(2026, 1, 1)) is None


def test_what_is_not_yet_due_is_not_missed() -> None:
    row = FigureRow("F14", "covered", "county", "", 0.35, 7, 20)
    assert meets(row, target("F14", YUNYANG, date(2023, 12, 1))) is None
    assert meets(row, target("F14", YUNYANG, date(2024, 1, 1))) is False
    assert (
        meets(FigureRow("F14", "covered", "county", "", 0.45, 9, 20), target("F14", YUNYANG, date(2023, 12, 1))) is True
    )
    assert (
        meets(FigureRow("F14", "covered", "county", "", 0.45, 9, 20), target("F14", YUNYANG, date(2024, 1, 1))) is True
    )
    assert (
        meets(FigureRow("F14", "covered", "county", "", 0.45, 9, 20), target("F14", YUNYANG, date(2026, 1, 1))) is False
    )


def test_every_target_of_a_plan_is_found_with_its_clause() -> None:
    on = date(2026, 11, 21)
    expected = {
        "lanxi": {"F01", "F05", "F13", "F23"},
        "jindong": {"F02", "F04", "F13", "F17", "F26"},
        "chengliu": {"F03", "F05", "F13"},
        "yunyang": {"F13", "F14", "F15", "F16"},
        "fuling": {"F12", "F13"},
    }
    for name, ids in expected.items():
        profile = load_profile(name)
        numbers = [f"F{n:02d}" for n in range(1, 27)]
        goals = {id_: goal for id_ in numbers if (goal := target(id_, profile, on)) is not None}
        assert set(goals) == ids, name
        assert all(goal.clause and goal.clause in clauses(id_, profile, on) for id_, goal in goals.items())
