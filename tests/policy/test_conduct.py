"""Cards on enforcement conduct: what a plan knows, when one may be given, how long it holds, what it blocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from policy.conduct import Card, CardRules, GivingFacts, end_of, hold_of, may_give, rules_of
from policy.loader import load_profile
from policy.vocabulary import CardKind
from policy.vocabulary_conduct import CardState

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ON = date(2026, 11, 20)
RULES = rules_of(load_profile("jindong"), ON)
FACTS = GivingFacts(CardKind.YELLOW, NOW, "甲01", NOW - DAY, acted=True, matter="JD-C-1")


def why(facts: GivingFacts, rules: CardRules = RULES) -> list[str]:
    """Codes of what stands in the way."""
    return [reason.code.removeprefix("reasons_conduct.") for reason in may_give(facts, rules).obstacles]


def counted(kind: CardKind, days_ago: int, *, ends: int | None = None, ended: int | None = None) -> Card:
    """A card given so many days ago, with its end and when it was ended, counted from now."""
    at = lambda n: None if n is None else NOW + n * DAY  # noqa: E731
    return Card(kind, NOW - days_ago * DAY, at(ends), at(ended))


def test_the_three_cards_of_jindong_and_which_ones_block() -> None:
    assert [(kind.value, card.effect, card.blocks) for kind, card in RULES.cards.items()] == [
        ("yellow", "warn", False),
        ("orange", "suspend", True),
        ("red", "revoke", True),
    ]
    assert RULES.clause == "JD 二(五)15"
    assert RULES.blocking == {CardKind.ORANGE, CardKind.RED}


@pytest.mark.parametrize("profile", ["lanxi", "yunyang", "fuling", "chengliu"])
def test_a_plan_that_is_silent_has_no_cards(profile: str) -> None:
    silent = rules_of(load_profile(profile), ON)
    assert not silent.cards
    assert why(FACTS, silent) == ["no_such_card"]


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"heard_at": None}, ["not_heard"]),
        ({"heard_at": NOW + DAY}, ["heard_ahead"]),
        ({"acted": False}, ["not_acted"]),
        ({"self_given": True}, ["own_card"]),
        ({"kind": CardKind.ORANGE}, ["end_missing"]),
        ({"kind": CardKind.ORANGE, "until": NOW + 30 * DAY}, []),
        ({"kind": CardKind.ORANGE, "until": NOW - DAY}, ["end_past"]),
        ({"kind": CardKind.RED}, []),
        ({"kind": CardKind.RED, "until": NOW + DAY}, ["no_end"]),
        ({"heard_at": None, "acted": False}, ["not_acted", "not_heard"]),
    ],
)
def test_a_card_is_given_to_who_acted_and_was_heard(changed: dict, codes: list[str]) -> None:
    assert why(replace(FACTS, **changed)) == codes


def test_nobody_gets_another_card_beside_a_red_one_in_force() -> None:
    red = counted(CardKind.RED, 10)
    assert why(replace(FACTS, earlier=(red,))) == ["revoked"]
    assert why(replace(FACTS, earlier=(counted(CardKind.RED, 10, ended=-1),))) == [], "a red card that was withdrawn"


def climbing(**told: object) -> CardRules:
    yellow = replace(RULES.cards[CardKind.YELLOW], **told)
    return replace(RULES, cards=RULES.cards | {CardKind.YELLOW: yellow})


def test_so_many_cards_come_to_another_only_where_the_plan_says_so() -> None:
    before = tuple(counted(CardKind.YELLOW, days) for days in (300, 20, 5))
    assert why(replace(FACTS, earlier=before)) == [], "Jindong's plan does not say so"
    rules = climbing(after=3, within_days=180, becomes=CardKind.ORANGE)
    assert why(replace(FACTS, earlier=before), rules) == ["becomes"]
    assert why(replace(FACTS, earlier=before[:2]), rules) == [], "one of them is too old"
    withdrawn = (counted(CardKind.YELLOW, 20, ended=-10), before[2])
    assert why(replace(FACTS, earlier=withdrawn), rules) == [], "a withdrawn card does not count"


def test_a_card_holds_as_long_as_was_said_or_as_the_plan_says() -> None:
    orange, red = RULES.cards[CardKind.ORANGE], RULES.cards[CardKind.RED]
    assert end_of(orange, NOW, NOW + 9 * DAY) == NOW + 9 * DAY
    assert end_of(replace(orange, days=30), NOW, None) == NOW + 30 * DAY
    assert end_of(replace(red, days=30), NOW, None) is None, "what is revoked is not given back by the clock"


@pytest.mark.parametrize(
    ("card", "state"),
    [
        (counted(CardKind.ORANGE, 5, ends=5), CardState.IN_FORCE),
        (counted(CardKind.ORANGE, 5, ends=-1), CardState.OVER),
        (counted(CardKind.ORANGE, 5, ends=-1, ended=-1), CardState.OVER),
        (counted(CardKind.ORANGE, 5, ends=5, ended=-1), CardState.WITHDRAWN),
        (counted(CardKind.RED, 5), CardState.IN_FORCE),
    ],
)
def test_how_a_card_stands(card: Card, state: CardState) -> None:
    assert card.state(NOW) is state


def test_what_is_blocked_runs_from_the_first_card_in_force_to_the_last() -> None:
    assert hold_of([counted(CardKind.YELLOW, 1)], RULES, NOW) is None
    two = [
        counted(CardKind.ORANGE, 9, ends=3),
        counted(CardKind.ORANGE, 2, ends=20),
        counted(CardKind.ORANGE, 90, ends=-60),
    ]
    hold = hold_of(two, RULES, NOW)
    assert hold is not None
    assert (hold.begun, hold.until) == (NOW - 9 * DAY, NOW + 20 * DAY)
    revoked = hold_of([*two, counted(CardKind.RED, 1)], RULES, NOW)
    assert revoked is not None
    assert revoked.until is None
