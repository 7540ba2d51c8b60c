"""What a page knows of the request it answers; and the contract a page module keeps.

A page is a module in `dashboard/pages/`, named in `dashboard.server.PAGES`, with

- `PATH`: `"/console"`, or with variables `"/township/<code>"`;
- `NAME_KEY`: catalogue key of its name, for the title and the navigation;
- `VERB`: the `page.*` verb of `data.authority.VERBS` that opens it;
- `layout(**path variables) -> Component`: plain (run in a thread, may read the record) or `async` (must not block);
- `register(app) -> None`: its callbacks, all `@app.callback`, never at import;
- pure `build_…` functions from rows to components, for tests;

and may have

- `CHROME = "bare"`: no header around it (walls); the default is `"desk"`;
- `UNDER = "/cases"`: the page that leads to it, in whose stead it has no link of its own in the navigation;
- `bar(**path variables) -> Component`: what it puts into the header, run like `layout`;
- `home(actor) -> str`: the address of its link in the navigation, when `PATH` has variables;
- `subject(**path variables) -> Subject | None`: what `VERB` is asked about; None answers 404.

Callbacks: `async def`, body at most eight lines, database work by `await run(read_something, …)`; verbs by
`await run(record().write, actor(), verb, …)`. A `Refusal` may rise: the shell shows its sentence. Pull on `Input("tick", "data")`
(`{"seq": int, "at": milliseconds since 1970}`); the first pull belongs into `layout`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, ParamSpec, TypeVar

from data.authority import Actor
from data.counties import county_for
from data.county import County
from data.db import Record
from data.sessions import ANONYMOUS
from geo.hierarchy import Cell
from policy.text import say

P = ParamSpec("P")
T = TypeVar("T")

HTML_LANG: Final = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: who asks, in which language and theme, from where; `county` as an open page or a program names it."""

    record: Record
    actor: Actor = ANONYMOUS
    lang: str = "zh"
    theme: str = "light"
    csrf: str = ""
    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    request_id: str = ""
    county: str = ""


_visit: ContextVar[Visit] = ContextVar("onegrid_visit")


def visit() -> Visit:
    """The request that is being answered; raises LookupError outside of one."""
    return _visit.get()


@contextmanager
def visiting(visit: Visit) -> Iterator[Visit]:
    """Answer `visit` inside the block; tests of callbacks use it too."""
    token = _visit.set(visit)
    try:
        yield visit
    finally:
        _visit.reset(token)


def record() -> Record:
    """The record of this server."""
    return visit().record


def actor() -> Actor:
    """Who asks; an actor without roles when nobody is logged in."""
    return visit().actor


def county() -> County:
    """The county of this request: the one its page was made in, else the one chosen in the session, else the first held."""
    return county_for(visit().record, visit().actor, visit().county)


def lang() -> str:
    """Language of the answer: zh or en."""
    return visit().lang


def place_name(cell_code: str | None) -> str:
    """Name of a cell in the language of the answer; a dash for none."""
    return county().name_of(cell_code, lang())


def place_options(cells: Iterable[Cell]) -> list[dict[str, str]]:
    """Cells to choose from, by name."""
    here, words = county(), lang()
    return [{"value": cell.code, "label": here.name_of(cell.code, words)} for cell in cells]


def theme() -> str:
    """Theme of the answer: light or dark."""
    return visit().theme


def query() -> Mapping[str, str]:
    """What stands behind the question mark of the page's address; only while its layout is made."""
    return visit().query


def now() -> datetime:
    """The time of the record's clock, aware."""
    return visit().record.clock()


def t(key: str, /, **params: Any) -> str:
    """The string `key` of the catalogue in the language of the answer."""
    return say(key, visit().lang, **params)


async def run(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work in a thread, inside this visit; what touches the database goes through here."""
    return await asyncio.to_thread(function, *args, **kwargs)
