"""A POST that may be sent twice: under one Idempotency-Key its step is taken once, and a repeated answer says that it is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Header, Response
from sqlalchemy.orm import Session

from data.authority import Actor
from data.county import County
from data.db import Tx
from data.idempotency import answered, digest, given_before

Row = dict[str, Any]
Told = tuple[Row, bool]
"""An answer, and whether it was given before."""
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key gives the same answer, once; answers are kept for some weeks (`ONEGRID_ANSWER_DAYS`)",
    ),
]


def once(tx: Tx, *, work: Callable[[Tx], Mapping[str, Any]], request: Row, key: str | None, status: int = 200) -> Told:
    """Do `work` and give its answer; with a key, once. `request` tells one body from another."""
    if key is None:
        return dict(work(tx)), False
    return answered(tx, key=key, request=digest({"county": tx.county.code} | request), verb=work, status=status)


def told_before(session: Session, actor: Actor, county: County, *, request: Row, key: str | None) -> Told | None:
    """The answer to a key that was given before, for a step that costs much to prepare; None where it is still to be taken."""
    asked = digest({"county": county.code} | request)
    row = given_before(session, actor.account_id, key, asked) if key is not None else None
    return None if row is None else (row, True)


def replied(found: Told, response: Response) -> Row:
    """The answer; one that was given before says so in its head."""
    row, before = found
    if before:
        response.headers["Idempotent-Replay"] = "true"
    return row
