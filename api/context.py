"""What a route is given: the record, who asks, the county, the moment; handed in by app.py, never imported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Query, Request
from sqlalchemy.orm import Session

from api.problems import language
from data.authority import Actor
from data.counties import county_for
from data.county import County
from data.db import Record
from data.evidence import Limits
from data.refusals import note_refusal
from data.settings import Settings
from policy.errors import Refusal

T = TypeVar("T")
ActorOf = Callable[[Request], Actor | None]


@dataclass(frozen=True, slots=True)
class Store:
    """Where files of evidence lie, and how large they may be."""

    folder: Path
    limits: Limits


@dataclass(frozen=True, slots=True)
class Desk:
    """One request's view of the house."""

    record: Record
    actor: Actor
    county: County
    now: datetime
    lang: str

    async def write(self, verb: Callable[..., T], **facts: Any) -> T:
        """Run a verb; answers after the commit is on disk, without blocking the event loop."""
        return await asyncio.wrap_future(self.record.submit(self.actor, verb, county=self.county, **facts))

    async def read(self, query: Callable[..., T], *args: Any, **facts: Any) -> T:
        """Run `query(session, …)` in a thread."""

        def work() -> T:
            with self.record.read() as session:
                return query(session, *args, **facts)

        try:
            return await asyncio.to_thread(copy_context().run, work)
        except Refusal as refusal:
            if refusal.kind == "forbidden":
                tried = {"attempt": f"read.{query.__name__}", "why": refusal.code}
                await self.write(note_refusal, **tried)
            raise

    async def ask(self, query: Callable[..., T], **facts: Any) -> T:
        """Run `query(session, actor, county, …)` in a thread: the usual shape of a read."""
        return await self.read(_shaped(query), self.actor, self.county, **facts)


def _shaped(query: Callable[..., T]) -> Callable[..., T]:
    @wraps(query)
    def shaped(session: Session, actor: Actor, county: County, **facts: Any) -> T:
        return query(session, actor, county, **facts)

    return shaped


def install(app: Any, record: Record, actor_of: ActorOf, settings: Settings) -> None:
    """Tell the routes of `app` which record they serve, where its files lie, and how to find who asks."""
    app.state.record, app.state.actor_of = record, actor_of
    app.state.store = Store(settings.var, Limits.of(settings))


def record_of(request: Request) -> Record:
    """The record this server serves."""
    record: Record = request.app.state.record
    return record


def actor_of(request: Request) -> Actor:
    """Who asks: by bearer token or session; raises Refusal (401) for nobody."""
    actor: Actor | None = request.app.state.actor_of(request)
    if actor is None:
        raise Refusal("errors_access.unauthenticated", kind="unauthenticated", verb="api", label="")
    return actor


async def desk(
    request: Request,
    record: Annotated[Record, Depends(record_of)],
    actor: Annotated[Actor, Depends(actor_of)],
    county: Annotated[
        str | None, Query(description="County: 12 digits or profile name; the account's own when left out")
    ] = None,
    x_county: Annotated[str | None, Header(description="The same as `county`, which goes before it")] = None,
) -> Desk:
    """Build the view of the house for one request: in the county it names, if the account holds something there."""
    place = await asyncio.to_thread(county_for, record, actor, county or x_county)
    return Desk(record, actor, place, record.clock(), language(request))


def store_of(request: Request) -> Store:
    """Where the files of this server's record lie."""
    store: Store = request.app.state.store
    return store


AtDesk = Annotated[Desk, Depends(desk)]
FileStore = Annotated[Store, Depends(store_of)]
