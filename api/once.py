"""A POST that may be sent twice: under one Idempotency-Key its step is taken once, and a repeated answer says that it is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Header, Response

from data.db import Tx
from data.idempotency import answered, digest

Row = dict[str, Any]
Told = tuple[Row, bool]
"""An answer, and whether it was given before."""
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", max_length=200, description="The same key gives the same answer, once"),
]


def once(tx: Tx, *, work: Callable[[Tx], Mapping[str, Any]], request: Row, key: str | None, status: int = 200) -> Told:
    """Do `work` and give its answer; with a key, once. `request` tells one body from another."""
    if key is None:
        return dict(work(tx)), False
    return answered(tx, key=key, request=digest({"county": tx.county.code} | request), verb=work, status=status)


def replied(found: Told, response: Response) -> Row:
    """The answer; one that was given before says so in its head."""
    row, before = found
    if before:
        response.headers["Idempotent-Replay"] = "true"
    return row
