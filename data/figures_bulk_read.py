"""The columns that many days of figures are counted from (data/figures_bulk.py), read from the record in one go."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from data.county import County
from data.db import Record
from data.figures_columns import NAT, Coded, Table, hashes_of, read_table
from data.models import Case, Event, Item, Jurisdiction, Organ, Team
from data.queries.frames_cases import ENDED, HANDED_OVER
from policy.vocabulary import MatterKind

Columns = dict[str, Any]
READING_CACHE: Final = -4096  # KiB of pages
LEADS: Final = Table(
    "lead", "received_at", ("occurred_at", "received_at", "assigned_at", "resolved_at", "assign_due_at"),
    words=("township_code", "urgency", "source", "status"), keys=("id", "item_id"),
)  # fmt: skip
TASKS: Final = Table(
    "task", "assigned_at",
    ("assigned_at", "accepted_at", "arrived_at", "ended_at", "accept_due_at", "arrive_due_at"),
    words=("township_code", "urgency", "settlement"), keys=("lead_id", "team_id"),
)  # fmt: skip
CASES: Final = Table(
    "case_file", "proposed_at", ("filed_at", "decided_at", "closed_at", "paid_at", "ended_at"),
    words=("township_code", "procedure"), keys=("id", "item_id"), numbers=("fine",),
    written={"ended_at": f"CASE WHEN status IN {ENDED!r} THEN closed_at END"},
)  # fmt: skip
DEADLINES: Final = Table(
    "deadline", "begun_at", ("begun_at", "due_at", "done_at", "ended_at"),
    words=("township_code", "organ_code", "kind", "whose", "sense", "matter"), keys=("matter_id",),
)  # fmt: skip


def read_columns(record: Record, county: County) -> dict[str, Columns]:
    """Leads, tasks, cases and deadlines of a county, all of them, as `data.figures_bulk` counts them; two connections read at
    once, of one and the same state."""
    with record.read() as one, record.read() as other, ThreadPoolExecutor(2) as pool, _small_caches(one, other):
        _at_once(record, one, other)
        loop = pool.submit(lambda: [read_table(one, county, table) for table in (LEADS, DEADLINES)])
        tasks, cases = (read_table(other, county, table) for table in (TASKS, CASES))
        leads, deadlines = loop.result()
        return _put_together(one, county, leads, tasks, cases, deadlines)


@contextmanager
def _small_caches(*sessions: Session) -> Iterator[None]:
    """A table that is read once from end to end gains nothing by a cache of pages."""
    sqlite = [session for session in sessions if session.get_bind().dialect.name == "sqlite"]
    before = [session.scalar(text("PRAGMA cache_size")) for session in sqlite]
    for session in sqlite:
        session.execute(text(f"PRAGMA cache_size={READING_CACHE}"))
    try:
        yield
    finally:
        for session, size in zip(sqlite, before, strict=True):
            session.execute(text(f"PRAGMA cache_size={size}"))


def _at_once(record: Record, *sessions: Session) -> None:
    """Both begin to read while it is the writer's turn and nothing is written."""
    if record.read_engine is record.write_engine:  # one connection in memory, for tests
        return

    def begin(_: Connection) -> None:
        for session in sessions:
            session.execute(select(Jurisdiction.id).limit(1)).all()

    record.submit_raw(begin).result()


def _put_together(
    session: Session, county: County, leads: Columns, tasks: Columns, cases: Columns, deadlines: Columns
) -> dict[str, Columns]:
    items = dict(
        session.execute(select(Item.id, Item.code).where(Item.jurisdiction_id == county.jurisdiction_id)).all()
    )
    owners = select(Team.id, Organ.code).join(Organ, Organ.id == Team.organ_id)
    organs = dict(session.execute(owners.where(Team.jurisdiction_id == county.jurisdiction_id)).all())
    return {
        "tasks": {"organ": _looked_up(tasks.pop("team_id"), organs), "source": _sources(tasks, leads)} | _shaped(tasks),
        "leads": {"item": _looked_up(leads.pop("item_id"), items)} | _shaped(leads),
        "cases": {"item": _looked_up(cases.pop("item_id"), items)} | _cases(session, county, cases, deadlines),
        "deadlines": _shaped(deadlines),
    }


def _shaped(read: Columns) -> Columns:
    """Under the names the figures know them by: places and organs by what they are, not by their code."""
    return {name.removesuffix("_code"): column for name, column in read.items()}


def _looked_up(keys: np.ndarray, codes: dict[Any, str]) -> Coded:
    """The code of the row that each key is of."""
    if not codes:
        return Coded(np.full(len(keys), -1, dtype=np.int16), ())
    place = pd.Index(hashes_of([key.hex for key in codes])).get_indexer(pd.Index(keys))
    names = tuple(dict.fromkeys(codes.values()))  # several teams are of one organ
    number = {name: at for at, name in enumerate(names)}
    kind = np.int16 if len(names) < np.iinfo(np.int16).max else np.int32
    return Coded(np.array([*(number[name] for name in codes.values()), -1], dtype=kind)[place], names)


def _sources(tasks: Columns, leads: Columns) -> Coded:
    """The source of the lead that each task is for."""
    place = pd.Index(leads.pop("id")).get_indexer(pd.Index(tasks.pop("lead_id")))
    source: Coded = leads["source"]
    return Coded(np.append(source.codes, -1).astype(source.codes.dtype)[place], source.names)


def _cases(session: Session, county: County, cases: Columns, deadlines: Columns) -> Columns:
    """Cases with when they were due to be decided and paid, and when they were handed over."""
    found = _shaped(cases)
    known, of_case = pd.Index(cases["id"]), deadlines["matter"].isin([MatterKind.CASE.value])
    for name, kind in (("decision_due_at", "decision"), ("fine_due_at", "payment")):
        rows = np.flatnonzero(of_case & deadlines["kind"].isin([kind]))
        found[name] = _latest(
            known.get_indexer(pd.Index(deadlines["matter_id"][rows])), deadlines["due_at"][rows], len(known)
        )
    left = _handed_over(session, county)
    if left:
        place = known.get_indexer(pd.Index(hashes_of([key.hex for key, _ in left])))
        when = np.array([int(at.timestamp()) * 1_000_000 + at.microsecond for _, at in left], dtype=np.int64)
        found["ended_at"] = np.where(found["ended_at"] == NAT, _latest(place, when, len(known)), found["ended_at"])
    return found


def _latest(place: np.ndarray, moments: np.ndarray, size: int) -> np.ndarray:
    """The latest of the moments that belong to each row, none where there is none."""
    found = np.full(size + 1, NAT, dtype=np.int64)
    np.maximum.at(found, place, moments)
    return found[:size]


def _handed_over(session: Session, county: County) -> list[Any]:
    query = (
        select(Event.subject_id, func.max(Event.at))
        .join(Case, (Case.id == Event.subject_id) & (Case.status == Event.to_state))
        .where(Case.jurisdiction_id == county.jurisdiction_id, Case.status.in_(HANDED_OVER))
    )
    return list(session.execute(query.group_by(Event.subject_id)).all())
