"""Heads of the event chains while a commit is under way: read once, moved by every verb, stored once at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from data.models import ChainHead

GENESIS: Final = "0" * 64
SLOT: Final = "onegrid_chain_heads"
Head = tuple[int, str, datetime | None]
"""Sequence, hash, and the time of the event that moved it here (None: as it was read)."""


@dataclass(slots=True)
class Heads:
    """Heads by jurisdiction as this transaction has moved them; `shared` while several verbs share one commit."""

    now: dict[UUID, Head] = field(default_factory=dict)
    shared: bool = False


def heads_of(connection: Connection) -> Heads:
    """The heads that a connection is moving; fresh ones when no commit is shared on it."""
    found: Heads | None = connection.info.get(SLOT)
    return found if found is not None else Heads()


@contextmanager
def sharing_heads(connection: Connection) -> Iterator[Heads]:
    """Let the verbs inside move the heads together and store them once, before the commit."""
    info = connection.info  # kept: a connection that was lost gives it no more
    heads = info[SLOT] = Heads(shared=True)
    try:
        yield heads
        store_heads(connection, heads)
    finally:
        info.pop(SLOT, None)


def store_heads(connection: Connection, heads: Heads) -> None:
    """Write every moved head to its row."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for jurisdiction_id, (sequence, digest, at) in heads.now.items():
        if at is not None:
            values = {"sequence": sequence, "hash": digest, "at": at}
            row = insert(ChainHead).values(jurisdiction_id=jurisdiction_id, **values)
            connection.execute(row.on_conflict_do_update(index_elements=["jurisdiction_id"], set_=values))
