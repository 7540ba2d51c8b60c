"""Fixtures of every room (tests/support)."""

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.databases",
    "tests.support.demo",
    "tests.support.server",
    "tests.support.browser",
]
