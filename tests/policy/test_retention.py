"""How long evidence is kept: an open matter, one who uses it, a remedy, the time of the plan; a silent plan keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policy.loader import load_profile
from policy.profile import Profile
from policy.retention import KEY, Held, retention

TODAY = date(2026, 11, 21)


def with_years(years: int) -> Profile:
    profile = load_profile("lanxi")
    some = next(iter(profile.values.values()))[0]
    value = replace(some, key=KEY, value=years, unit="year", valid_from=date(2000, 1, 1), valid_to=None)
    return replace(profile, values={**profile.values, KEY: (value,)})


def codes(held: Held, profile: Profile) -> list[str]:
    return [one.code.removeprefix("reasons_case.kept_") for one in retention(held, profile, TODAY).decision.reasons]


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (Held(None), ["open"]),
        (Held(date(2016, 11, 20)), ["over"]),
        (Held(date(2016, 11, 21)), ["until"]),  # the last day is still of the time
        (Held(date(2010, 1, 1), used_by=("JD-C-1",)), ["used"]),
        (Held(date(2010, 1, 1), remedy_pending=True), ["remedy"]),
        (Held(None, ("JD-C-1",), True), ["open", "used", "remedy"]),
    ],
)
def test_what_stands_against_destroying(held: Held, told: list[str]) -> None:
    profile = with_years(10)
    assert codes(held, profile) == told
    assert retention(held, profile, TODAY).decision.allowed == (told == ["over"])


def test_a_silent_plan_keeps_what_was_archived_a_century_ago() -> None:
    kept = retention(Held(date(1926, 1, 1)), load_profile("lanxi"), TODAY)
    assert not kept.decision.allowed
    assert kept.until is None
    assert codes(Held(date(1926, 1, 1)), load_profile("lanxi")) == ["silent"]


def test_from_a_leap_day_it_ends_on_the_last_of_february() -> None:
    assert retention(Held(date(2024, 2, 29)), with_years(1), TODAY).until == date(2025, 2, 28)
