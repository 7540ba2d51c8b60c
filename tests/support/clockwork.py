"""Processes that do the daily work by a clock that a test sets: each looks once for every word of the clock, and may be killed at any moment."""

from __future__ import annotations

import json
import mmap
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.db import Record
from data.models import Base
from data.settings import Settings
from jobs.table import daily_figures
from tests.data import small
from tests.support.few_figures import keep_few

ROOT = Path(__file__).parents[2]
WORDS = struct.Struct("=dq")  # seconds by the clock, number of the word
LOOKS = struct.Struct("=q")
OFFSET = struct.Struct("=d")
SLOT = 64  # bytes that a process has to itself


class Clockwork:
    """The clock all read, each with its own error, and how many looks each has ended; a file, so that a kill leaves nothing locked."""

    def __init__(self, file: Path, slots: int) -> None:
        if not file.exists():
            file.write_bytes(bytes(SLOT * (slots + 1)))
        self.file, self.slots = file, slots
        with file.open("r+b") as opened:
            self._held = mmap.mmap(opened.fileno(), 0)

    def say(self, moment: datetime) -> int:
        """Set the clock; gives the number of this word."""
        number = self.word()[1] + 1
        WORDS.pack_into(self._held, 0, moment.timestamp(), number)
        return number

    def word(self) -> tuple[datetime, int]:
        """The time as it is, and the number of the word."""
        seconds, number = WORDS.unpack_from(self._held, 0)
        return datetime.fromtimestamp(seconds, UTC), number

    def shift(self, slot: int, by: timedelta) -> None:
        """Let the clock of one process go wrong."""
        OFFSET.pack_into(self._held, SLOT * (slot + 1), by.total_seconds())

    def now(self, slot: int) -> datetime:
        """The time as one process has it."""
        return self.word()[0] + timedelta(seconds=OFFSET.unpack_from(self._held, SLOT * (slot + 1))[0])

    def looked(self, slot: int, word: int | None = None) -> int:
        """The last word that a process has ended its look for; with `word`, it says so."""
        where = SLOT * (slot + 1) + OFFSET.size
        if word is not None:
            LOOKS.pack_into(self._held, where, word)
        return int(LOOKS.unpack_from(self._held, where)[0])


def work(url: str, file: Path, slots: int, slot: int, faults: Path) -> None:
    """What a process does until it is killed: the job of the table, once for every word of the clock."""
    clock, nursery = Clockwork(file, slots), os.getppid()
    record = Record(url, clock=lambda: clock.now(slot))
    settings, heard = Settings(var=file.parent), 0
    while os.getppid() == nursery:
        word = clock.word()[1]
        if word == heard:
            time.sleep(0.001)
            continue
        try:
            daily_figures(record, settings, clock.now(slot))
        except Exception:  # noqa: BLE001  # a server logs it and looks again
            with faults.open("a") as told:
                told.write(traceback.format_exc())
        heard = clock.looked(slot, word)


def warm() -> None:
    """One look at a record of its own: what is imported and read for it, every fork finds done."""
    with tempfile.TemporaryDirectory() as folder:
        record = Record(f"sqlite:///{folder}/warm.db")
        Base.metadata.create_all(record.write_engine)
        small.build(record)
        daily_figures(record, Settings(var=Path(folder)), small.NOW)
        record.close()


def nurse() -> None:
    """Fork a process for every line that is read, and give its number."""
    keep_few()
    warm()
    for line in sys.stdin:
        url, file, slots, slot, faults = json.loads(line)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who was killed is gone
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            work(url, Path(file), slots, slot, Path(faults))
            os._exit(0)
        print(pid, flush=True)


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Crew:
    """Some processes at work on one record."""

    def __init__(self, url: str, folder: Path, count: int) -> None:
        self.url, self.file, self.faults, self.count = url, folder / "clock", folder / "faults", count
        self.clock, self.at_work = Clockwork(self.file, count), dict[int, int]()
        self.nursery = subprocess.Popen(
            [sys.executable, "-c", "from tests.support.clockwork import nurse; nurse()"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def start(self, slot: int) -> None:
        self.clock.looked(slot, 0)
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        told = (self.url, str(self.file), self.count, slot, str(self.faults))
        print(json.dumps(told), file=self.nursery.stdin, flush=True)
        self.at_work[slot] = int(self.nursery.stdout.readline())

    def kill(self, slot: int) -> None:
        pid = self.at_work.pop(slot)
        os.kill(pid, signal.SIGKILL)
        while alive(pid):
            time.sleep(0.001)

    def stop(self) -> None:
        """Kill all that are at work."""
        for slot in list(self.at_work):
            self.kill(slot)

    def close(self) -> None:
        """Kill all, and who started them."""
        self.stop()
        self.nursery.communicate(timeout=60)

    def heard(self, moment: datetime, between: Callable[[], None] = lambda: None) -> None:
        """Set the clock, let something happen meanwhile, and wait until everybody at work has ended a look for it."""
        word, deadline = self.clock.say(moment), time.monotonic() + 120
        between()
        while any(self.clock.looked(slot) < word for slot in self.at_work):
            assert time.monotonic() < deadline, f"nobody looks any more at {moment}"
            assert all(alive(pid) for pid in self.at_work.values()), "a process ended by itself"
            time.sleep(0.001)
