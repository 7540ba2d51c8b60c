"""What a plan prints in Chinese is said in English too: fields, departments, organs of a ladder."""

from __future__ import annotations

from datetime import date

import pytest

from policy.dispute import ladder_of, rung_words
from policy.items.fields import field_words
from policy.loader import load_profile
from policy.text import Name, catalogue, say

DAY = date(2026, 1, 5)
JINDONG = load_profile("jindong")
ROWS = JINDONG.require("item.domains", DAY).value


@pytest.mark.parametrize("field", sorted({row["field_zh"] for row in ROWS}))
def test_every_field_of_the_table_of_items_has_its_words(field: str) -> None:
    words = field_words(field)
    assert words.zh == field
    assert words.en.isascii()


def test_a_field_nobody_has_put_into_words_keeps_its_printed_name() -> None:
    assert field_words("海事") == Name("海事", "海事")


def test_every_department_of_the_table_of_items_has_its_words() -> None:
    assert [row["department_zh"] for row in ROWS if not row["department_en"].isascii()] == []


def test_an_organ_of_the_ladder_is_known_by_its_name_in_a_record() -> None:
    rungs = ladder_of(JINDONG, DAY)
    assert [rung_words(JINDONG, rung.organ_zh) for rung in rungs] == [
        Name(rung.organ_zh, rung.organ_en) for rung in rungs
    ]
    assert rung_words(JINDONG, "某处") is None


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 notice to acknowledge"), ("1", "1 notice to acknowledge"), (2, "2 notices to acknowledge"), (0, "0 notices to acknowledge"), ("1,204", "1,204 notices to acknowledge")],
)  # fmt: skip
def test_one_is_said_of_one_and_many_of_more(count: object, said: str) -> None:
    assert say("notices.count", "en", n=count) == said


def test_no_sentence_leaves_it_to_the_reader_whether_there_is_one_or_more() -> None:
    assert [key for key, words in catalogue("en").items() if "(s)" in words] == []
