"""A week of the demonstration, built once for all test processes and copied for each test that writes."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.authority import SYSTEM
from data.db import Record
from data.demonstration import DemonstrationAccount, demonstration_accounts, load_demonstration, save_demonstration
from data.migrate import migrate
from data.simulate import build_demo

DAYS, SEED = 7, 1


@dataclass(frozen=True)
class DemoFiles:
    """A demonstration on disk: its database, and the folder with its accounts."""

    database: Path
    var: Path

    @property
    def url(self) -> str:
        """How SQLAlchemy reaches it."""
        return f"sqlite:///{self.database}"

    @property
    def accounts(self) -> dict[str, DemonstrationAccount]:
        """One account a role, by role."""
        return {account.role: account for account in load_demonstration(self.var)}

    def copy(self, folder: Path) -> DemoFiles:
        """The same demonstration in another folder."""
        return DemoFiles(
            Path(shutil.copy2(self.database, folder / "demo.db")),
            Path(shutil.copytree(self.var, folder / "var", dirs_exist_ok=True)),
        )


def _build(folder: Path) -> None:
    """Build up to now, so that the last leads of the history are today's."""
    url = f"sqlite:///{folder / 'demo.db'}"
    migrate(url)
    build_demo(url, "jindong", DAYS, SEED, datetime.now(UTC))
    record = Record(url)
    save_demonstration(folder / "var", record.write(SYSTEM, demonstration_accounts, seed=SEED))
    record.close()
    (folder / "whole").touch()


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """The demonstration of this test run: read it or copy it, never write to it."""
    shared = tmp_path_factory.getbasetemp()
    folder = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "demonstration"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            _build(folder)
    return DemoFiles(folder / "demo.db", folder / "var")


@pytest.fixture
def demo_copy(demo_files: DemoFiles, tmp_path: Path) -> DemoFiles:
    """A demonstration of this test's own, as files."""
    return demo_files.copy(tmp_path)


@pytest.fixture
def demo_record(demo_copy: DemoFiles) -> Iterator[Record]:
    """A demonstration of this test's own, as a record."""
    record = Record(demo_copy.url)
    yield record
    record.close()


CopyDemo = Callable[[], DemoFiles]
