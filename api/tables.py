"""Tables that come in as the bytes of a file, and templates that go out."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Query, Request, Response

from api import schemas_shift as s
from api.context import Desk
from data.casework.tables import LARGEST
from data.importers import Imported
from policy.errors import Refusal

Name = Annotated[str, Query(min_length=5, max_length=200, description="Name of the file", examples=["roster.xlsx"])]
Take = Callable[..., Imported]
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
TEMPLATE: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "The table", "content": {XLSX: _BINARY}}}
BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "description": "The bytes of the table (.xlsx or .csv), nothing around them",
        "required": True,
        "content": {"application/octet-stream": _BINARY},
    }
}


async def received(request: Request, folder: Path, name: str) -> Path:
    """The table in a folder of its own under a name that is only its ending: the sender's name opens nothing."""
    file, size = folder / f"table{Path(name).suffix[:8]}", 0
    with file.open("wb") as out:
        async for piece in request.stream():
            size += len(piece)
            if size > LARGEST * 1024 * 1024:
                raise Refusal("errors_shift.file_large", kind="too_large", file=name[:80], limit=LARGEST)
            out.write(piece)
    return file


async def taken(request: Request, desk: Desk, take: Take, kind: str, name: str, *, preview: bool) -> s.TakenOut:
    """What `take` does with the table of a request, or would do."""
    with tempfile.TemporaryDirectory() as folder:
        file = await received(request, Path(folder), name)
        done = await asyncio.to_thread(take, desk.record, desk.actor, desk.county, kind, file, preview=preview)
    counts: dict[str, Any] = {one: getattr(done, one) for one in ("kind", "rows", "created", "changed", "known")}
    return s.TakenOut(**counts, sentence=done.sentence(desk.lang))


def sheet(content: bytes, kind: str) -> Response:
    """A template as a file to keep."""
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{kind}.xlsx"'})
