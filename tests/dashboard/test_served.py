"""Servers of tests: one that does not start says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.db import Record
from tests.support.page_server import County, serving


def broken(record: Record, folder: Path) -> dict[str, str]:
    raise ZeroDivisionError("no county today")


def test_a_server_that_does_not_start_says_how_it_ended_and_what_it_wrote(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception) as why, serving(County(broken), tmp_path):
        pass
    assert "exit code 1" in str(why.value)
    assert "no county today" in str(why.value)
