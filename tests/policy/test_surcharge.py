"""What a fine paid late costs more (PL 72, 73): three per cent a day, at most the fine, no day of a remedy counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.deadlines import Pause, end_of_day
from policy.errors import Refusal
from policy.loader import load_profile
from policy.surcharge import surcharge
from policy.zone import CHINA

NATION = load_profile("national")
DUE = end_of_day(date(2026, 3, 10))
FINE = Decimal(1000)


def day(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=CHINA)


def remedy(start: datetime, end: datetime | None, ground: str = "reconsideration") -> Pause:
    return Pause(start, end, ground, "PL 73")


@pytest.mark.parametrize(
    ("paid", "pauses", "yuan"),
    [
        (day(3, 1), (), "0.00"),  # before the end
        (day(3, 10, 23), (), "0.00"),  # on the last day
        (day(3, 11, 0), (), "30.00"),  # the first day after it
        (day(3, 20), (), "300.00"),
        (day(4, 12), (), "990.00"),  # 33 days
        (day(4, 13), (), "1000.00"),  # 34 days would be 1020: at most the fine
        (day(12, 31), (), "1000.00"),
        (day(3, 20), (remedy(day(3, 13), day(3, 17)),), "150.00"),  # 13th to 17th left out, both included
        (day(3, 20), (remedy(day(3, 1), day(3, 12)),), "240.00"),  # only what lies after the last day
        (day(6, 1), (remedy(day(3, 1), None, "litigation"),), "0.00"),  # a suit that still runs
        (day(3, 20), (remedy(day(3, 13), day(3, 15)), remedy(day(3, 14), day(3, 16), "litigation")), "180.00"),
    ],
)
def test_how_much(paid: datetime, pauses: tuple[Pause, ...], yuan: str) -> None:
    assert surcharge(FINE, DUE, paid, pauses, NATION) == Decimal(yuan)


def test_to_the_cent() -> None:
    assert surcharge(Decimal("333.33"), DUE, day(3, 11), (), NATION) == Decimal("10.00")


def test_another_pause_is_refused_with_the_ground_that_is_allowed() -> None:
    with pytest.raises(Refusal) as refused:
        surcharge(FINE, DUE, day(3, 20), [remedy(day(3, 12), day(3, 13), "hardship")], NATION)
    assert refused.value.clause == "PL 73"
    assert "hardship" in refused.value.sentence("zh")


@given(
    fine=st.decimals(1, 1_000_000, places=2),
    late=st.integers(-30, 400),
    more=st.integers(0, 60),
    pause=st.tuples(st.integers(-30, 400), st.integers(0, 90)),
)
def test_it_never_falls_with_time_nor_exceeds_the_fine(
    fine: Decimal, late: int, more: int, pause: tuple[int, int]
) -> None:
    at = DUE + timedelta(days=late)
    begun = DUE + timedelta(days=pause[0])
    one = surcharge(fine, DUE, at, (), NATION)
    assert Decimal(0) <= one <= surcharge(fine, DUE, at + timedelta(days=more), (), NATION) <= fine
    assert surcharge(fine, DUE, at, [remedy(begun, begun + timedelta(days=pause[1]))], NATION) <= one
