"""The wall stays up: refreshes leave nothing behind, and it comes back by itself (bench/wall_soak.py, shorter)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.long,
    pytest.mark.first,
    pytest.mark.browser,
    pytest.mark.timeout(1800),
]


@pytest.fixture(scope="module")
def told() -> str:
    command = [sys.executable, "bench/wall_soak.py", "--refreshes", "1000", "--each", "50", "--days", "8"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1700, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_refreshes_leave_nothing_behind(told: str) -> None:
    found = re.search(
        r"heap ([+-][\d.]+) MB per 1,000, nodes ([+-]\d+), listeners ([+-]\d+), server ([+-]\d+) MB", told
    )
    assert found, told
    heap, nodes, listeners, server = (float(part) for part in found.groups())
    assert heap <= 1.0, "security.md: heap growth of 1 MB per 1,000 refreshes at most"
    assert nodes <= 400, "a few more rows and symbols for the leads that came in"
    assert listeners <= 20
    assert server <= 60


@pytest.mark.parametrize(
    "says", ["midnight passes: True", "another build is loaded: True", "server killed and started: the page is whole"]
)
def test_it_goes_on_by_itself(told: str, says: str) -> None:
    assert says in told
