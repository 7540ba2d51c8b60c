"""Fixtures of every room (tests/support)."""

import gc
import os

import pytest

gc.disable()  # until everything is imported: nothing of it is garbage

os.environ.setdefault("ONEGRID_DATA_KEY", "personal-data-of-the-tests-0123456789")
os.environ.setdefault("ONEGRID_SECOND_FACTOR", "offered")

pytest_plugins = [
    "tests.support.engines",
    "tests.support.postgres",
    "tests.support.databases",
    "tests.support.demo",
    "tests.support.server",
    "tests.support.page_server",
    "tests.support.browser",
]


def pytest_collection_finish() -> None:
    """What is loaded stays, and is not searched for garbage again."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with many examples is shown on PostgreSQL by its first one; the others have it in the long run, SQLite in both.
    A module whose rows are written and read as elsewhere (`anywhere`) is shown on PostgreSQL by its first test alone."""
    shown = set()
    for item in items:
        call = getattr(item, "callspec", None)
        if call is not None and call.params.get("database") == "postgres" and item.get_closest_marker("long") is None:
            alike = "::" if item.get_closest_marker("anywhere") is not None else "["
            test = item.nodeid.partition(alike)[0]
            if test in shown:
                item.add_marker(pytest.mark.long)
            shown.add(test)
    items.sort(key=lambda item: item.get_closest_marker("first") is None)
