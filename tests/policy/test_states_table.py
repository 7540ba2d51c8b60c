"""The page of states is written from the tables and is current."""

from __future__ import annotations

from pathlib import Path

from policy import states_table
from policy.lifecycle import TABLES
from policy.vocabulary import label

PAGE = Path(states_table.__file__).parents[1] / "docs" / "states.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == states_table.page(), "run: python -m policy.states_table"


def test_every_matter_and_every_guard_stands_there_in_words() -> None:
    written = states_table.page()
    for matter, table in TABLES.items():
        assert f"## {label(matter, 'en')} {label(matter)}" in written
        for guard in (guard for step in table for guard in step.guards):
            assert guard.__doc__, f"{matter.value}: {guard.__name__} says nothing of itself"
            assert states_table.words(guard) in written
