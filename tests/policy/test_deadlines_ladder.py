"""Reminders at half, at four fifths and at the end; then the township head; then the county office."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from policy.ladder import marks, rung
from policy.loader import load_profile

JINDONG = load_profile("jindong")
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DUE = START + timedelta(hours=100)


@pytest.mark.parametrize(
    ("hours", "index", "verb", "recipient"),
    [
        (0, 0, "none", "nobody"),
        (49.99, 0, "none", "nobody"),
        (50, 1, "remind", "handler"),
        (79, 1, "remind", "handler"),
        (80, 2, "remind", "handler"),
        (100, 3, "remind", "handler"),
        (100.001, 4, "urge", "township_head"),
        (149.9, 4, "urge", "township_head"),
        (150, 5, "escalate", "county_office"),
        (1000, 5, "escalate", "county_office"),
    ],
)
def test_the_rung_reached(hours: float, index: int, verb: str, recipient: str) -> None:
    found = rung(START, DUE, START + timedelta(hours=hours), JINDONG)
    assert (found.index, found.verb, found.recipient) == (index, verb, recipient)
    assert found.share == pytest.approx(hours / 100)


def test_marks_are_moments_that_a_job_can_wait_for() -> None:
    assert [(m.when - START) / timedelta(hours=1) for m in marks(START, DUE, JINDONG)] == [50, 80, 100, 100, 150]


def test_a_period_of_no_length_does_not_fail() -> None:
    assert rung(START, START, START, JINDONG).verb == "remind"
    assert rung(START, START, START + timedelta(seconds=1), JINDONG).verb == "escalate"


def test_the_rung_is_said_in_both_languages() -> None:
    found = rung(START, DUE, DUE + timedelta(hours=1), JINDONG)
    assert "乡镇负责人" in found.sentence("zh")
    assert "township head" in found.sentence("en")
