"""Every duty of the plans that fixes a value has it, cited where the duty stands, and a case that asks for it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from policy.loader import codes, load_profile
from policy.profile import Value
from policy.schema import KEYS
from policy.trace import Requirement, carriers, held, requirements, uncited
from policy.trace_table import PAGE, cases_by_value, load_cases, page

ROWS = requirements()
NAMES = [row.id for row in ROWS]
BY_VALUE = cases_by_value(load_cases())
DAY = date(2026, 11, 21)
SAID_OTHERWISE = {
    ("chengliu", "officers.eligible"): "符合办理行政执法证条件 takes the province's five conditions in",
    ("chengliu", "record.stages"): "the plan draws the six stages of PL 47 together in four",
    ("fuling", "review.triggers"): "its third and fourth trigger say what PL 58(1)2 says",
    ("henan", "recusal.grounds"): "its three grounds hold the two of PL 43",
    ("lanxi", "exchange.platforms"): "the province's platforms under the names the plan gives them",
}
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


def entries(value: Value) -> set[str]:
    """What a list holds, by code or word; empty for what is no list and for a ladder, which replaces the one above whole."""
    rows = value.value if isinstance(value.value, tuple) and value.key != "dispute.ladder" else ()
    return {str(row if isinstance(row, str) else row.get("code")) for row in rows}


@pytest.mark.parametrize("code", codes())
def test_a_nearer_list_does_not_cut_what_the_law_above_it_lists(code: str) -> None:
    profile = load_profile(code)
    cut = []
    for key, values in profile.values.items():
        now = [value for value in values if value.holds(DAY)]
        above = [value for value in now[1:] if value.basis == "law"]
        if above and now[0].layer == code and entries(now[0]) and entries(above[0]) - entries(now[0]):
            cut.append((code, key))
    assert [pair for pair in cut if pair not in SAID_OTHERWISE] == []
    assert [pair for pair in SAID_OTHERWISE if pair[0] == code and pair not in cut] == []


def test_the_page_lies_with_the_docs() -> None:
    assert Path(__file__).parents[2] / "docs" / "requirements.md" == PAGE
