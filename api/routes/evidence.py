"""Files of evidence: put to a lead or a case as raw bytes, listed, read, linked."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable
from typing import Annotated, Any, BinaryIO, Final, cast
from uuid import UUID

import structlog
from fastapi import Path, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.requests import ClientDisconnect

from api import schemas as s
from api.context import AtDesk, Desk, FileStore, Store
from api.once import Key, Row, Told, once, replied
from api.problems import problem
from api.routing import router_at
from api.schemas_evidence import EvidenceListOut, EvidenceOut, LinkIn
from data.casework.evidence import add_evidence, link_evidence, may_add_evidence
from data.casework.numbers import LETTERS
from data.db import Tx
from data.evidence import PDF, StoredFile, path_of, sheet_of, shown_of, store, thumbnail_of
from data.queries.evidence import Kind, evidence_row, get_evidence, list_evidence, readable
from policy.errors import Refusal
from policy.text import say

router = router_at(tags=["evidence"])
LOG = structlog.get_logger(__name__)
IN_MEMORY: Final = 1024 * 1024  # bytes of an upload that wait in memory; more of them wait on disk
SHUT: Final = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
SHOWN: Final = frozenset({"photograph", "video", "audio"})  # a document is downloaded, never drawn in our name
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "description": "The bytes of the file, nothing around them",
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file", "content": {"*/*": _BINARY}},
    206: {"description": "The part that was asked for", "content": {"*/*": _BINARY}},
    416: {"description": "The part asked for lies beyond the end of the file"},
}
_THUMBNAIL: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The thumbnail", "content": {"image/jpeg": _BINARY}}
}
_SHEET: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "The page", "content": {"image/png": _BINARY}}}
Name = Annotated[
    str, Query(min_length=1, max_length=400, description="Name of the file with its ending", examples=["现场.jpg"])
]
Note = Annotated[str | None, Query(max_length=500, description="What it shows")]
Taken = Annotated[s.Moment | None, Query(description="When it was taken, with zone")]
Lon = Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False, description="Where: degrees, WGS-84")]
Lat = Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False, description="Where: degrees, WGS-84")]


# -- taken in ----------------------------------------------------------------------------------------------------------


def _putting(kind: Kind) -> Callable[..., Any]:
    async def put_evidence(
        number: str,
        request: Request,
        desk: AtDesk,
        shelf: FileStore,
        response: Response,
        name: Name,
        note: Note = None,
        taken_at: Taken = None,
        lon: Lon = None,
        lat: Lat = None,
        key: Key = None,
    ) -> EvidenceOut:
        """Put a file to the matter. Who may not is refused before a byte is read; its kind is told by its content."""
        _check_kind(kind, number, desk)
        await desk.write(may_add_evidence, number=number)
        file = await _taken_in(request, shelf, name)
        told = {"note": note, "taken_at": taken_at, "lon": lon, "lat": lat}
        return _seen(await desk.write(_put, number=number, file=file, told=told, key=key), response)

    return put_evidence


def _put(tx: Tx, *, number: str, file: StoredFile, told: Row, key: str | None) -> tuple[Row, bool]:
    def verb(inner: Tx) -> Row:
        return _told(evidence_row(add_evidence(inner, number=number, file=file, **told)))

    request = {"add_evidence": number, "sha256": file.sha256, "name": file.name} | told
    return once(tx, work=verb, request=request, key=key, status=201)


def _seen(found: Told, response: Response) -> EvidenceOut:
    return EvidenceOut.model_validate(replied(found, response))


def _told(row: Row) -> Row:
    return EvidenceOut.model_validate(row).model_dump(mode="json")


def _check_kind(kind: Kind, number: str, desk: Desk) -> None:
    """A lead is not a case: the letter of the number says which it is."""
    if number.split("-")[1:2] != [LETTERS[kind]]:
        raise Refusal("errors_casework.matter_not_found", kind="not_found", number=number, county=desk.county.name)


async def _taken_in(request: Request, shelf: Store, name: str) -> StoredFile:
    """The file, checked and kept; a slow sender holds no thread, only a file that waits."""
    folder = shelf.folder / "evidence" / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(folder)) as waiting:
        try:
            await _receive(request, waiting, shelf, name)
        except ClientDisconnect as gone:
            raise Refusal("errors_evidence.interrupted", name=name[:80]) from gone
        waiting.seek(0)
        return await asyncio.to_thread(store, shelf.folder, cast(BinaryIO, waiting), name, shelf.limits)


async def _receive(request: Request, waiting: Any, shelf: Store, name: str) -> None:
    size, limit = 0, shelf.limits.largest
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            megabytes = limit // (1024 * 1024)
            raise Refusal("errors_evidence.size", kind="too_large", pointer="/file", name=name[:80], limit=megabytes)
        await asyncio.to_thread(waiting.write, piece)


def _listing(kind: Kind) -> Callable[..., Any]:
    async def list_files(number: str, desk: AtDesk) -> EvidenceListOut:
        """Every file of the matter: its own and those it uses of another, in the order they came in."""
        rows = await desk.ask(list_evidence, kind=kind, number=number)
        return EvidenceListOut(evidence=[EvidenceOut.model_validate(row) for row in rows])

    return list_files


for _kind in ("lead", "case"):
    _place = f"/{_kind}s/{{number}}/evidence"
    router.add_api_route(
        _place, _putting(_kind), methods=["POST"], status_code=201, response_model=EvidenceOut, openapi_extra=_BYTES
    )
    router.add_api_route(_place, _listing(_kind), methods=["GET"], response_model=EvidenceListOut)


# -- read and linked ---------------------------------------------------------------------------------------------------


@router.get("/evidence/{key}", response_class=Response, responses=_FILE)
async def read(key: UUID, request: Request, desk: AtDesk, shelf: FileStore) -> Response:
    """The bytes as they came in, whole or in parts (`Range`); sandboxed, of a type that was told by the content."""
    row = readable(await desk.ask(get_evidence, key=key))
    path = path_of(shelf.folder, row["sha256"])
    if not await asyncio.to_thread(path.exists):
        raise Refusal("errors_evidence.file_gone", kind="not_found", sha256=row["sha256"][:12])
    if not _fits(request, row["size"]):
        detail = say("api.http.416", desk.lang, size=row["size"])
        return problem(416, "api.http_416", detail, desk.lang)
    LOG.info("evidence.read", evidence=str(key), account=str(desk.actor.account_id), part=request.headers.get("range"))
    return FileResponse(
        path,
        media_type=row["media_type"],
        filename=row["name"],
        content_disposition_type="inline" if row["kind"] in SHOWN else "attachment",
        headers=_shut(row["sha256"]),
    )


def _shut(etag: str) -> dict[str, str]:
    return {"content-security-policy": SHUT, "x-content-type-options": "nosniff", "etag": f'"{etag}"'}


def _fits(request: Request, size: int) -> bool:
    """Whether the asked part lies in the file; a malformed range, or several at once, counts as none (RFC 9110, 14.2)."""
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    first, last = found.groups() if found else ("", "")
    if not (first or last) or (first and last and int(last) < int(first)):
        request.scope["headers"] = [header for header in request.scope["headers"] if header[0] != b"range"]
        return True
    return int(first) < size if first else int(last) > 0


@router.get("/evidence/{key}/thumbnail", response_class=Response, responses=_THUMBNAIL)
async def thumbnail(key: UUID, desk: AtDesk, shelf: FileStore) -> Response:
    """A small JPEG of a photograph, without what the camera wrote into it."""
    row = readable(await desk.ask(get_evidence, key=key))
    if row["kind"] != "photograph":
        raise Refusal("errors_evidence.no_thumbnail", kind="not_found", name=row["name"])
    path = await asyncio.to_thread(thumbnail_of, shelf.folder, row["sha256"])
    return FileResponse(path, media_type="image/jpeg", headers=_shut(f"{row['sha256']}-small"))


@router.get("/evidence/{key}/shown", response_class=Response, responses=_THUMBNAIL)
async def shown(key: UUID, desk: AtDesk, shelf: FileStore) -> Response:
    """A photograph as it is shown on a screen: a JPEG, the right way up, without what the camera wrote into it."""
    row = readable(await desk.ask(get_evidence, key=key))
    if row["kind"] != "photograph":
        raise Refusal("errors_evidence.no_thumbnail", kind="not_found", name=row["name"])
    path = await asyncio.to_thread(shown_of, shelf.folder, row["sha256"])
    LOG.info("evidence.read", evidence=str(key), account=str(desk.actor.account_id), part="shown")
    return FileResponse(path, media_type="image/jpeg", headers=_shut(f"{row['sha256']}-shown"))


@router.get("/evidence/{key}/pages/{page}", response_class=Response, responses=_SHEET)
async def sheet(key: UUID, page: Annotated[int, Path(ge=1, le=100_000)], desk: AtDesk, shelf: FileStore) -> Response:
    """One page of a .pdf as a picture: drawn here, so that the document itself is never run by a browser."""
    row = readable(await desk.ask(get_evidence, key=key))
    if row["media_type"] != PDF:
        raise Refusal("errors_evidence.not_paged", kind="not_found", name=row["name"])
    path = await asyncio.to_thread(sheet_of, shelf.folder, row["sha256"], page, row["name"])
    LOG.info("evidence.read", evidence=str(key), account=str(desk.actor.account_id), part=f"page {page}")
    return FileResponse(path, media_type="image/png", headers=_shut(f"{row['sha256']}-{page}"))


@router.post("/evidence/{key}/link", status_code=201, response_model=EvidenceOut)
async def link(key: UUID, body: LinkIn, desk: AtDesk, response: Response, again: Key = None) -> EvidenceOut:
    """Let another matter use the file as well: it is linked with its hash, not copied."""
    row = readable(await desk.ask(get_evidence, key=key))
    return _seen(await desk.write(_link, row=row, number=body.number, key=again), response)


def _link(tx: Tx, *, row: Row, number: str, key: str | None) -> tuple[Row, bool]:
    def verb(inner: Tx) -> Row:
        link_evidence(inner, evidence_id=row["id"], number=number)
        return _told(row | {"linked": True})

    return once(tx, work=verb, request={"link_evidence": str(row["id"]), "number": number}, key=key, status=201)
