"""Fixtures of every room (tests/support)."""

import os

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
