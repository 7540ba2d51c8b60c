"""Documents of a case or lead: listed, made, corrected, read as .docx or .pdf; the whole file bound; blocks of numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api import schemas_papers as p
from api.context import AtDesk, Desk
from api.once import Key, Row, once, replied
from api.routing import router_at
from data.authority import Actor
from data.casework.paper_making import write_paper
from data.casework.paper_numbers import reserve_block, return_block
from data.casework.papers import make_paper, open_paper, replace_paper
from data.casework.volumes import file_name, take_volume
from data.county import County
from data.db import Tx
from data.papers.draft import Draft
from data.papers.typeset import pdf_as_it_is, pdf_by_office
from data.queries import papers as reads
from data.queries.paper_blocks import get_block, list_blocks

router = router_at(tags=["papers"])
Reason = Annotated[
    str, Query(max_length=500, description="What it is read for; needed of who does not handle the case")
]
Number = Annotated[str, Query(max_length=40)]
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA: Final = {"docx": DOCX, "pdf": "application/pdf", "zip": "application/zip"}
_BINDERS: Final = ThreadPoolExecutor(2, thread_name_prefix="binding")
"""Who sets and binds: a few at once, and never the threads on which everything else is read and written."""
SHUT: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


def files(*endings: str) -> dict[int | str, dict[str, Any]]:
    """What a route that gives a file says of its answer."""
    return {200: {"description": "The file", "content": {MEDIA[one]: _BINARY for one in endings}}}


async def bound(work: Callable[..., Any], *facts: Any) -> Any:
    """Do heavy work apart."""
    return await asyncio.get_running_loop().run_in_executor(_BINDERS, partial(copy_context().run, work, *facts))


# -- listed ------------------------------------------------------------------------------------------------------------


def _told(row: reads.PaperRow) -> p.PaperOut:
    place = f"/api/v1/papers/{row.id}/file?format="
    files = {one: None if row.void_reason is not None else place + one for one in ("docx", "pdf")}
    known = {name: getattr(row, name) for name in p.PaperOut.model_fields if name not in files}
    return p.PaperOut.model_validate(known | files)


def _choice(one: reads.PaperChoice, lang: str) -> p.PaperChoiceOut:
    stands = one.obstacle
    plain = ("kind", "name", "series", "clause", "made", "asks")
    return p.PaperChoiceOut.model_validate(
        {name: getattr(one, name) for name in plain}
        | {"allowed": one.open, "obstacle": stands.sentence(lang) if stands else None, "code": stands and stands.code}
    )


def _listed(session: Session, actor: Actor, county: County, *, number: str, now: datetime, lang: str) -> p.PapersOut:
    found = reads.shelf(session, actor, county, number=number, now=now, lang=lang)
    choices = reads.choices(session, actor, county, number=number, now=now, lang=lang) if found.may_make else ()
    return p.PapersOut(
        number=found.number,
        papers=[_told(row) for row in found.papers],
        may_make=found.may_make,
        may_read=found.may_read,
        asks_reason=found.asks_reason,
        choices=[_choice(one, lang) for one in choices],
    )


# -- made and corrected ------------------------------------------------------------------------------------------------


def _answer(tx: Tx, work: Callable[[Tx], Any], request: Row, key: str | None, lang: str) -> tuple[Row, bool]:
    """Do `work` and tell the document; with a key, once."""

    def verb(inner: Tx) -> Mapping[str, Any]:
        row = work(inner)
        inner.session.flush()
        found = reads.get_paper(inner.session, inner.actor, inner.county, key=row.id, lang=lang)
        return _told(found).model_dump(mode="json")

    return once(tx, work=verb, request=request, key=key, status=201)


def _make(tx: Tx, *, facts: Row, key: str | None, lang: str, draft: Draft | None) -> tuple[Row, bool]:
    return _answer(tx, lambda inner: make_paper(inner, draft=draft, **facts), {"make": facts}, key, lang)


def _replace(tx: Tx, *, facts: Row, key: str | None, lang: str, draft: Draft | None) -> tuple[Row, bool]:
    return _answer(tx, lambda inner: replace_paper(inner, draft=draft, **facts), {"replace": facts}, key, lang)


async def _written(desk: Desk, work: Callable[..., Any], facts: Row, key: str | None) -> tuple[Row, bool]:
    """Render apart, then take the step."""
    asks = {name: value for name, value in facts.items() if name != "reason"}
    told: Row = {"asks": asks, "facts": facts, "key": key, "lang": desk.lang}
    found: tuple[Row, bool] = await bound(partial(write_paper, desk.record, desk.actor, desk.county, work, **told))
    return found


def _created(found: tuple[Row, bool], response: Response) -> p.PaperOut:
    row = replied(found, response)
    response.headers["Location"] = f"/api/v1/papers/{row['id']}/file"
    return p.PaperOut.model_validate(row)


async def listing(number: str, desk: AtDesk) -> p.PapersOut:
    """Documents of the matter, and of every document of the catalogue whether it can be made now or what is missing."""
    found: p.PapersOut = await desk.ask(_listed, number=number, now=desk.now, lang=desk.lang)
    return found


async def making(number: str, body: p.PaperIn, desk: AtDesk, response: Response, key: Key = None) -> p.PaperOut:
    """Make a document of the file of the matter: filled, numbered, kept by its hash."""
    facts = {"number": number} | body.model_dump()
    return _created(await _written(desk, _make, facts, key), response)


for _place in ("cases", "leads"):
    router.add_api_route(f"/{_place}/{{number}}/papers", listing, methods=["GET"], response_model=p.PapersOut)
    router.add_api_route(
        f"/{_place}/{{number}}/papers", making, methods=["POST"], status_code=201, response_model=p.PaperOut
    )


@router.post("/papers/{key}/replace", status_code=201, response_model=p.PaperOut)
async def replace(key: UUID, body: p.PaperAgainIn, desk: AtDesk, response: Response, again: Key = None) -> p.PaperOut:
    """Correct a document by another one that names it; the old one stays as it is."""
    facts = {"paper": key} | body.model_dump()
    return _created(await _written(desk, _replace, facts, again), response)


# -- read --------------------------------------------------------------------------------------------------------------


def as_file(content: bytes, name: str, ending: str, etag: str) -> Response:
    """A file to be saved, never drawn in our name; its Chinese name as RFC 6266 has it."""
    headers = {
        "content-disposition": f"attachment; filename=\"file.{ending}\"; filename*=utf-8''{quote(name)}",
        "content-security-policy": SHUT,
        "x-content-type-options": "nosniff",
        "etag": f'"{etag}"',
    }
    return Response(content, media_type=MEDIA[ending], headers=headers)


@router.get("/papers/{key}/file", response_class=Response, responses=files("docx", "pdf"))
async def read(
    key: UUID,
    desk: AtDesk,
    form: Annotated[Literal["docx", "pdf"], Query(alias="format")] = "docx",
    by: Annotated[Literal["own", "office"], Query(description="The .pdf by our typesetting or by LibreOffice")] = "own",
    reason: Reason = "",
) -> Response:
    """A document as it was made; every reading is an event with its reason (PI 51)."""
    row = await desk.ask(reads.get_paper, key=key)
    content = await desk.write(open_paper, paper=key, reason=reason)
    name = file_name(row.name, row.number, ending=form)
    if form == "pdf":
        title = f"{row.name}　{row.number}"
        content = await bound(_pdf(by), content, title)
    return as_file(content, name, form, f"{key}-{form}-{by}")


def _pdf(by: str) -> Callable[[bytes, str], bytes]:
    return pdf_by_office if by == "office" else pdf_as_it_is


@router.get("/cases/{number}/volume", response_class=Response, responses=files("pdf", "zip"))
async def volume(
    number: str,
    desk: AtDesk,
    form: Annotated[Literal["pdf", "zip"], Query(alias="format")] = "pdf",
    reason: Reason = "",
) -> Response:
    """The whole file bound as one .pdf with contents and page numbers, or its documents as .docx; told as an event."""
    take = partial(take_volume, number=number, reason=reason, form=form)
    found = await bound(take, desk.record, desk.actor, desk.county)
    return as_file(found.content, found.name, form, found.sha256)


# -- blocks of numbers -------------------------------------------------------------------------------------------------


def _block(tx: Tx, key: UUID) -> Row:
    found = get_block(tx.session, tx.actor, tx.county, key=key, now=tx.now)
    return p.BlockOut.model_validate(found).model_dump(mode="json")


def _reserve(tx: Tx, *, facts: Row, key: str | None) -> tuple[Row, bool]:
    def verb(inner: Tx) -> Mapping[str, Any]:
        return _block(inner, reserve_block(inner, **facts).id)

    return once(tx, work=verb, request={"block": facts}, key=key, status=201)


@router.get("/teams/{code}/blocks", response_model=p.BlocksOut)
async def blocks(code: str, desk: AtDesk) -> p.BlocksOut:
    """Numbers a team holds or held, the newest first, with what is used of each."""
    rows = await desk.ask(list_blocks, team=code, now=desk.now)
    return p.BlocksOut(blocks=[p.BlockOut.model_validate(row) for row in rows])


@router.post("/teams/{code}/blocks", status_code=201, response_model=p.BlockOut)
async def reserve(code: str, body: p.BlockIn, desk: AtDesk, response: Response, key: Key = None) -> p.BlockOut:
    """Take the next numbers of a series for a team, so that it can decide on the spot without a connection (PL 52)."""
    found = await desk.write(_reserve, facts={"team": code} | body.model_dump(), key=key)
    return p.BlockOut.model_validate(replied(found, response))


def _give_back(tx: Tx, *, block: UUID, used: list[int], reason: str) -> Row:
    return _block(tx, return_block(tx, block=block, used=used, reason=reason).id)


@router.post("/blocks/{key}/return", response_model=p.BlockOut)
async def give_back(key: UUID, body: p.BlockBackIn, desk: AtDesk) -> p.BlockOut:
    """Close a block: numbers that no decision bears are registered void with the reason."""
    return p.BlockOut.model_validate(await desk.write(_give_back, block=key, **body.model_dump()))
