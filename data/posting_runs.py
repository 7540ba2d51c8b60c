"""Searches for plans of postings while the server goes on: each in a thread, one at a time an account, with its step and a way to stop."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from data.authority import Actor, Subject, demand
from data.county import County
from data.db import Record
from data.queries.posting_answers import Answer, work_out
from data.queries.posting_question import Asked
from policy.errors import Refusal
from policy.posting_plan import Step

KEPT: Final = 32  # searches remembered a record, the oldest forgotten first
AT_ONCE: Final = 2  # searches that are solved at the same time; others wait


class Stopped(Exception):
    """Somebody stopped the search."""


@dataclass
class Search:
    """One search: of whom, of what, at which step (None: reading the force), and in the end the answer or why there is none."""

    key: str
    account: UUID | None
    county: str
    asked: Asked
    begun_at: datetime
    step: Step | None = None
    answer: Answer | None = None
    refusal: Refusal | None = None
    ended_at: datetime | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """True until there is an answer, or it is stopped: the step it is at may end later, and is not waited for."""
        return self.ended_at is None and not self.stopping.is_set()

    def begins(self, step: Step) -> None:
        """Note the step that begins; raises Stopped when it is not to."""
        if self.stopping.is_set():
            raise Stopped
        self.step = step


@dataclass
class _House:
    searches: OrderedDict[str, Search] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))


_HOUSES: Final[WeakKeyDictionary[Record, _House]] = WeakKeyDictionary()


def begin(record: Record, actor: Actor, county: County, asked: Asked) -> Search:
    """Begin a search; the one that this account still has running is stopped."""
    now = record.clock()
    demand(actor, "posting_plan.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    house = _HOUSES.setdefault(record, _House())
    search = Search(uuid4().hex, actor.account_id, county.code, asked, now)
    with house.lock:
        for other in house.searches.values():
            if other.account == actor.account_id and other.running:
                other.stopping.set()
        house.searches[search.key] = search
        while len(house.searches) > KEPT:
            house.searches.popitem(last=False)
    threading.Thread(target=_work, args=(record, house, actor, county, search), name="postings", daemon=True).start()
    return search


def look(record: Record, actor: Actor, county: County, key: str) -> Search | None:
    """A search of one's own by its key; None where it is forgotten, as after a restart."""
    demand(actor, "posting_plan.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), record.clock())
    found = _HOUSES.setdefault(record, _House()).searches.get(key)
    own = found is not None and (found.account, found.county) == (actor.account_id, county.code)
    return found if own else None


def stop(record: Record, actor: Actor, county: County, key: str) -> Search | None:
    """Stop a search; nothing of it is kept."""
    search = look(record, actor, county, key)
    if search is not None:
        search.stopping.set()
    return search


def _work(record: Record, house: _House, actor: Actor, county: County, search: Search) -> None:
    try:
        with house.turns, record.read() as session:
            search.answer = work_out(session, actor, county, search.begun_at, search.asked, search.begins)
    except Stopped:
        pass
    except Refusal as refusal:
        search.refusal = refusal
    except Exception as fault:  # noqa: BLE001  # a solver or database that does not answer: the page says so
        search.refusal = Refusal("errors_office.no_answer", kind="unavailable", fault=type(fault).__name__)
    finally:
        search.ended_at = record.clock()
