"""Fixtures of every room (tests/support)."""

import os

import pytest

os.environ.setdefault("ONEGRID_DATA_KEY", "personal-data-of-the-tests-0123456789")

pytest_plugins = [
    "tests.support.engines",
    "tests.support.postgres",
    "tests.support.databases",
    "tests.support.demo",
    "tests.support.server",
    "tests.support.page_server",
    "tests.support.browser",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with many examples is shown on PostgreSQL by its first one; the others have it in the long run, SQLite in both."""
    shown = set()
    for item in items:
        call = getattr(item, "callspec", None)
        if call is not None and call.params.get("database") == "postgres" and item.get_closest_marker("long") is None:
            test = item.nodeid.partition("[")[0]
            if test in shown:
                item.add_marker(pytest.mark.long)
            shown.add(test)
