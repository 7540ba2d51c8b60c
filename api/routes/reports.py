"""Daily briefs, weekly and monthly reports: listed, read page by page, downloaded, made at once."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from api.context import AtDesk, FileStore
from api.once import Key, Row, once, replied, told_before
from api.routes.papers import as_file, files
from api.routing import router_at
from api.schemas import Body, Day, View
from data.db import Tx
from data.queries.reports import list_reports, may_make, one_report, report_file, report_page
from data.reports.making import Made, keep_report, prepare

Kind = Literal["daily", "weekly", "monthly"]
Language = Literal["zh", "en"]
router = router_at("/reports", tags=["figures"])
_PAGE: Any = {200: {"description": "The page", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip


class ReportIn(Body):
    """The report to make at once."""

    kind: Kind
    language: Language = "zh"
    day: Day | None = Field(None, description="Its last day, Asia/Shanghai; today so far when left out")


class ReportOut(View):
    """A report as it was made; a later edition of the same day stands beside it."""

    id: UUID
    kind: Kind
    business_date: date = Field(description="Its last day")
    language: Language
    edition: int
    as_of: datetime
    made_at: datetime
    pages: int | None
    size: int = Field(description="Bytes")
    sha256: str


class ReportsOut(View):
    """Reports, the newest day first."""

    reports: list[ReportOut]


@router.get("", response_model=ReportsOut)
async def listing(
    desk: AtDesk,
    kind: Kind | None = None,
    language: Language | None = None,
    before: Annotated[Day | None, Query(description="Only those of an earlier last day")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 60,
) -> ReportsOut:
    """Reports that were made, by the schedule or by a person."""
    rows = await desk.ask(list_reports, now=desk.now, kind=kind, language=language, before=before, limit=limit)
    return ReportsOut(reports=[ReportOut.model_validate(row) for row in rows])


@router.get("/{key}", response_model=ReportOut)
async def read(key: UUID, desk: AtDesk) -> ReportOut:
    """One report without its bytes."""
    return ReportOut.model_validate(await desk.ask(one_report, now=desk.now, key=key))


@router.get("/{key}/file", response_class=Response, responses=files("pdf"))
async def download(key: UUID, desk: AtDesk, shelf: FileStore) -> Response:
    """The .pdf as it was made; refused when its bytes are no longer those that were kept."""
    name, content = await desk.ask(report_file, now=desk.now, key=key, folder=shelf.folder)
    return as_file(content, name, "pdf", str(key))


@router.get("/{key}/pages/{page}", response_class=Response, responses=_PAGE)
async def page(key: UUID, page: Annotated[int, Field(ge=1, le=300)], desk: AtDesk, shelf: FileStore) -> Response:
    """One page as a picture."""
    content = await desk.ask(report_page, now=desk.now, key=key, page=page, folder=shelf.folder)
    return Response(content, media_type="image/png", headers={"cache-control": "private, max-age=86400"})


@router.post("", status_code=201, response_model=ReportOut)
async def make(body: ReportIn, desk: AtDesk, shelf: FileStore, response: Response, key: Key = None) -> ReportOut:
    """Make a report at once, as the next edition of its period; who asked is an event of the chain."""
    await desk.ask(may_make, now=desk.now)
    request = {"make_report": True} | body.model_dump(mode="json")
    found = await desk.ask(told_before, request=request, key=key)
    if found is None:
        told: Any = {"kind": body.kind, "last": body.day, "lang": body.language}
        made = await asyncio.to_thread(prepare, desk.record, desk.actor, desk.county, shelf.folder, **told)
        found = await desk.write(_keep, made=made, request=request, key=key)
    row = replied(found, response)
    response.headers["Location"] = f"/api/v1/reports/{row['id']}/file"
    return ReportOut.model_validate(row)


def _keep(tx: Tx, *, made: Made, request: Row, key: str | None) -> tuple[Row, bool]:
    def verb(inner: Tx) -> Row:
        row = keep_report(inner, made=made)
        inner.session.flush()
        return ReportOut.model_validate(row).model_dump(mode="json")

    return once(tx, work=verb, request=request, key=key, status=201)
