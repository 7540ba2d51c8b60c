"""Work that goes on while the server does: each piece in a thread, so many at the same time, one at a time for whom it is, with
its step, a way to stop and what came of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Generic, TypeVar
from uuid import uuid4
from weakref import WeakKeyDictionary

from data.db import Record
from policy.errors import Refusal

KEPT: Final = 32  # remembered of a record, the oldest that are over forgotten first
AT_ONCE: Final = 2  # worked on at the same time; others wait


class Stopped(Exception):
    """Somebody stopped it."""


@dataclass(kw_only=True)
class Run:
    """One piece of work: for whom, at which step (None: waiting, or preparing), and in the end why nothing came of it."""

    owner: tuple[object, ...]
    begun_at: datetime
    key: str = field(default_factory=lambda: uuid4().hex)
    step: str | None = None
    refusal: Refusal | None = None
    ended_at: datetime | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """True until it is done, refused or stopped: the step it is at may end later, and nothing of it is kept."""
        return self.ended_at is None and not self.stopping.is_set()

    def begins(self, step: str) -> None:
        """Note the step that begins; raises Stopped when it is not to."""
        if self.stopping.is_set():
            raise Stopped
        self.step = step


R = TypeVar("R", bound=Run)


@dataclass
class _House(Generic[R]):
    runs: OrderedDict[str, R] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))


class Runs(Generic[R]):
    """What runs of one kind; `fault` is said where it broke off; `anew`: a further one stops the one before, else that is given."""

    def __init__(self, name: str, fault: str, *, anew: bool) -> None:
        self.name, self.fault, self.anew = name, fault, anew
        self._houses: WeakKeyDictionary[Record, _House[R]] = WeakKeyDictionary()

    def begin(self, record: Record, run: R, work: Callable[[R], None]) -> R:
        """Begin `run`; gives the one that goes on."""
        house = self._house(record)
        with house.lock:
            for before in house.runs.values():
                if before.owner == run.owner and before.running:
                    if not self.anew:
                        return before
                    before.stopping.set()
            house.runs[run.key] = run
            over = [key for key, one in house.runs.items() if one.ended_at is not None]
            for key in over[: max(len(house.runs) - KEPT, 0)]:
                del house.runs[key]
        threading.Thread(target=self._work, args=(record, house, run, work), name=self.name, daemon=True).start()
        return run

    def newest(self, record: Record, owner: tuple[object, ...], key: str | None = None) -> R | None:
        """The newest of an owner, of the key where one is told; None where it is forgotten, as after a restart."""
        house = self._house(record)
        with house.lock:
            own = (one for one in reversed(house.runs.values()) if one.owner == owner)
            return next((one for one in own if key in (None, one.key)), None)

    def _house(self, record: Record) -> _House[R]:
        return self._houses.setdefault(record, _House())

    def _work(self, record: Record, house: _House[R], run: R, work: Callable[[R], None]) -> None:
        try:
            with house.turns:
                if not run.stopping.is_set():
                    work(run)
        except Stopped:
            pass
        except Refusal as refusal:
            run.refusal = refusal
        except Exception as fault:  # noqa: BLE001  # a solver, database or typesetter that does not answer: the page says so
            run.refusal = Refusal(self.fault, kind="unavailable", fault=type(fault).__name__)
        finally:
            run.ended_at = record.clock()
