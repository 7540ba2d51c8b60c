"""Filings not made: only a time of the profile makes one late; where no plan gives a time, that is what is said (C23, PL 54)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from policy.filing import KEY, filing
from policy.loader import load_profile
from policy.workdays import load_calendar

FOUND = datetime(2026, 11, 2, 2, tzinfo=UTC)  # a Monday
PLANS = ("jindong", "lanxi", "yunyang", "fuling", "chengliu", "zhejiang", "henan", "chongqing")


@pytest.mark.parametrize("plan", PLANS)
def test_no_plan_gives_a_time_and_none_is_borrowed(plan: str) -> None:
    found = filing(FOUND, FOUND + timedelta(days=400), load_profile(plan), load_calendar())
    assert (found.standing, found.due_at, found.clause) == ("no_time", None, "PL 54")
    assert found.waiting == timedelta(days=400)


@pytest.mark.parametrize(("days", "standing"), [(0, "in_time"), (7, "in_time"), (8, "late"), (30, "late")])
def test_an_office_that_sets_its_own_time_is_told_what_is_late(days: int, standing: str) -> None:
    plan = load_profile("lanxi")
    five_working_days = plan.values["deadline.escalation_answer"]
    own = replace(plan, values={**plan.values, KEY: five_working_days})
    found = filing(FOUND, FOUND + timedelta(days=days), own, load_calendar())
    assert found.standing == standing
    assert found.due_at == datetime(2026, 11, 9, 15, 59, 59, tzinfo=UTC)
