"""Possible duplicates are proposed with the ground, in order, and never beyond the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.duplicates import LeadFacts, Window, metres_between, possible_duplicates, similarity
from policy.text import LANGUAGES

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
WINDOW = Window(minutes=1440, metres=300, similarity=0.5)
LEAD = LeadFacts("L1", "东溪村口有人焚烧秸秆，烟很大", NOW, "air", 119.80, 29.20, "V1")
SAME = replace(LEAD, number="L2", at=NOW - timedelta(minutes=30))


def numbers(*others: LeadFacts, lead: LeadFacts = LEAD) -> list[str]:
    return [match.number for match in possible_duplicates(lead, others, WINDOW)]


def test_the_same_thing_reported_twice_is_found_with_its_ground() -> None:
    found = possible_duplicates(LEAD, [replace(SAME, text="东溪村口焚烧秸秆，烟很大", lon=119.8005)], WINDOW)[0]
    assert [r.sentence("zh") for r in found.reasons][:2] == ["相距49米", "相隔30分钟"]
    assert found.similarity is not None
    assert found.similarity > 0.7
    assert all(r.sentence(lang) for r in found.reasons for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, True),
        ({"domain": "city"}, False),
        ({"domain": None}, True),
        ({"at": NOW - timedelta(minutes=1440)}, True),
        ({"at": NOW - timedelta(minutes=1441)}, False),
        ({"at": NOW + timedelta(minutes=10)}, True),
        ({"lon": 119.8030}, True),  # 291 m
        ({"lon": 119.8031}, False),  # 301 m
        ({"text": "路灯不亮已经三天了"}, False),
        ({"text": ""}, True),
        ({"lon": None}, True),  # same cell
        ({"lon": None, "cell_code": "V2"}, False),
        ({"number": "L1"}, False),  # itself
    ],
)
def test_the_window(change: dict[str, object], found: bool) -> None:
    assert bool(numbers(replace(SAME, **change))) is found


def test_the_likeliest_comes_first_and_ties_go_by_number() -> None:
    near = replace(SAME, number="L9", lon=119.8001)
    far = replace(SAME, number="L3", lon=119.8020)
    assert numbers(far, near) == ["L9", "L3"]
    assert numbers(replace(SAME, number="L5"), replace(SAME, number="L4")) == ["L4", "L5"]


def test_at_most_five_are_proposed() -> None:
    assert len(numbers(*(replace(SAME, number=f"L{n}") for n in range(2, 20)))) == 5


def test_distance_on_the_ground() -> None:
    one, two = LeadFacts("a", "", NOW, lon=119.8, lat=29.2), LeadFacts("b", "", NOW, lon=119.81, lat=29.21)
    assert metres_between(one, two) == pytest.approx(1476, rel=0.005)


def test_similarity_of_texts() -> None:
    assert similarity("焚烧秸秆", "焚烧秸秆！") == 1
    assert similarity("焚烧秸秆", "路灯不亮") == 0
    assert similarity("", "路灯不亮") is None


@given(a=st.text(max_size=30), b=st.text(max_size=30))
def test_similarity_is_a_share_and_symmetric(a: str, b: str) -> None:
    one, two = similarity(a, b), similarity(b, a)
    assert one == two
    assert one is None or 0 <= one <= 1
