"""The two commands: what `make run` and `make test` do, also where something is missing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.demo import DemoFiles
from tests.support.server import ROOT, free_port

MAKE = shutil.which("make") or "make"


def make(*arguments: str, cwd: Path = ROOT, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ONEGRID_", "MAKE"))}
    return subprocess.run(
        [MAKE, *arguments], cwd=cwd, env=environment | more, capture_output=True, text=True, timeout=120, check=False
    )


def test_run_and_test_are_there_and_ci_calls_test() -> None:
    done = make("-n", "test")
    assert done.returncode == 0, done.stderr
    for step in ("ruff check", "ruff format --check", "mypy", "lint-imports", "-m pytest"):
        assert step in done.stdout, step
    assert '-m "not long"' in done.stdout
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_target_that_the_file_names_exists() -> None:
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), flags=re.M).group(1).split()
    for target in targets:
        assert make("-n", target, "m=x").returncode == 0, target


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what make needs, with the virtual environment of this run."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    return tmp_path


def fake(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    file.chmod(0o755)
    return folder


def test_an_old_python_is_named(checkout: Path) -> None:
    python = fake(checkout / "bin", "python-old", "exit 1") / "python-old"
    done = make("run", f"PYTHON={python}", cwd=checkout)
    assert done.returncode != 0
    assert "3.11" in done.stderr


def test_a_missing_venv_package_is_named(checkout: Path) -> None:
    python = fake(checkout / "bin", "python-bare", 'case "$*" in *venv*) exit 1;; esac; exit 0') / "python-bare"
    done = make("run", f"PYTHON={python}", cwd=checkout)
    assert done.returncode != 0
    assert "python3-venv" in done.stderr


def test_a_missing_browser_is_a_clear_failure(checkout: Path) -> None:
    """Only the tools of the shell are on the path: no browser, no apt."""
    path = checkout / "path"
    path.mkdir()
    for tool in ("sh", "ls", "sed", "id", "env", "test", "echo", "command"):
        found = shutil.which(tool)
        if found:
            (path / tool).symlink_to(found)
    done = subprocess.run(
        ["/bin/sh", ".ci/tools", "chromium", "postgresql"], cwd=checkout, env={"PATH": str(path)}, capture_output=True,
        text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Chromium" in done.stderr
    assert "apt-get install" in done.stderr
    assert "chromium" in done.stderr


def test_a_stamp_keeps_a_second_start_from_installing(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (checkout / ".venv" / ".runtime").touch()
    assert "pip install" not in make("-n", "run", cwd=checkout).stdout
    later = time.time() + 60
    os.utime(checkout / "requirements.txt", (later, later))
    assert "pip install" in make("-n", "run", cwd=checkout).stdout


def test_run_prints_one_line_and_answers(demo_copy: DemoFiles) -> None:
    """`make run` as it stands, with this run's environment and a demonstration that is there already."""
    stamp = ROOT / ".venv" / ".runtime"
    if not stamp.exists():
        pytest.skip("this virtual environment was not made by make")
    port = free_port()
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("ONEGRID_", "MAKE"))}
    key = {"ONEGRID_DATA_KEY": os.environ["ONEGRID_DATA_KEY"]}  # with which the demonstration was built
    settings = key | {"ONEGRID_DATABASE": demo_copy.url, "ONEGRID_VAR": str(demo_copy.var), "ONEGRID_LIVE": "0"}
    process = subprocess.Popen(
        [MAKE, "run", f"PORT={port}"], cwd=ROOT, env=plain | settings, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"OneGrid is ready: http://127.0.0.1:{port}\n"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        rest, _log = process.communicate(timeout=30)
    assert rest == ""
