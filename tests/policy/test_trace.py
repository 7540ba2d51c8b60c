"""Every duty of the plans that fixes a value has it, cited where the duty stands, and a case that asks for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policy.loader import codes
from policy.schema import KEYS
from policy.trace import Requirement, carriers, held, requirements, uncited
from policy.trace_table import PAGE, cases_by_value, load_cases, page

ROWS = requirements()
NAMES = [row.id for row in ROWS]
BY_VALUE = cases_by_value(load_cases())
EXPECTED = {"G": 16, "I": 11, "D": 14, "C": 23, "X": 10, "S": 10, "E": 8, "P": 20}


def test_every_duty_has_a_row() -> None:
    assert [f"{letter}{number}" for letter, last in EXPECTED.items() for number in range(1, last + 1)] == NAMES


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_every_clause_of_a_duty_is_cited_by_a_value_that_carries_it(row: Requirement) -> None:
    assert uncited(row) == [], row.what


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_every_value_of_a_duty_has_a_case_that_asks_for_it(row: Requirement) -> None:
    untested = [one.mark for one in carriers(row) if not BY_VALUE.get(one.mark)]
    assert untested == [], row.what


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_keys_are_declared_and_a_key_without_a_value_says_why(row: Requirement) -> None:
    assert set(row.keys) <= set(KEYS)
    for key in row.keys:
        assert bool(held(key)) != (key in row.silent), key
    for key in row.silent:
        assert any(BY_VALUE.get((key, profile)) for profile in codes()), f"no case says that {key} is silent"


def test_every_value_of_every_profile_belongs_to_a_duty() -> None:
    carried = {key for row in ROWS for key in row.keys}
    assert [key for key in KEYS if held(key) and key not in carried] == []


def test_the_page_is_what_the_generator_writes() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m policy.trace_table"


def test_no_cell_of_the_page_is_empty_where_there_is_a_value() -> None:
    rows = [
        line.split(" | ") for line in PAGE.read_text("utf-8").splitlines() if re.match(r"\| \*?\*?[GIDCXSEP]\d", line)
    ]
    full = [cells for cells in rows if not cells[3].startswith("no value")]
    assert len(full) > 400
    assert [cells for cells in full if not all(cell.strip(" |") for cell in cells)] == []


def test_a_value_without_a_case_is_found_out() -> None:
    cases = [case for case in load_cases() if case["facts"].get("key") != "cards"]
    assert not cases_by_value(cases).get(held("cards")[0].mark)
    assert "| jindong | `cards` | 3: yellow, orange, red (our reading) | JD 二(五)15 | 2021-08-01 |  |" in page(cases)


def test_a_later_value_needs_a_case_of_its_own() -> None:
    marks = [one.mark for one in held("target.F14")]
    assert len(marks) == 2
    assert all(BY_VALUE[mark] for mark in marks)


def test_the_page_lies_with_the_docs() -> None:
    assert Path(__file__).parents[2] / "docs" / "requirements.md" == PAGE
