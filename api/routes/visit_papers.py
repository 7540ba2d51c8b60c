"""Documents of a visit over the interface: listed with what can be made, made, read as .docx or .pdf (E7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api import schemas_inspections as s
from api.context import AtDesk
from api.once import Key, Row, once, replied
from api.routes.papers import as_file, bound, files
from api.routing import router_at
from data.authority import Actor
from data.casework.visit_papers import READY, make_visit_paper, open_visit_paper, papers_of_visit, ready
from data.casework.volumes import file_name
from data.county import County
from data.db import Tx
from data.models import Paper
from data.papers.catalogue import kind_of
from data.papers.typeset import pdf_as_it_is
from data.queries.inspections import one_row
from policy.vocabulary import MatterKind

router = router_at("/inspections/visits/{number}/papers")
COMMON: Final[Row] = {"tags": ["inspections"]}


def _told(row: Paper, lang: str) -> s.VisitPaperOut:
    place = f"/api/v1/inspections/visits/{row.matter_number}/papers/{row.id}/file?format="
    name = kind_of(row.template).name(lang)
    return s.VisitPaperOut(
        id=row.id, kind=row.template, name=name, number=row.number, made_at=row.made_at, docx=f"{place}docx", pdf=f"{place}pdf"
    )  # fmt: skip


def _listed(
    session: Session, actor: Actor, county: County, *, number: str, now: datetime, lang: str
) -> s.VisitPapersOut:
    row = one_row(session, actor, county, now, matter=MatterKind.INSPECTION_VISIT, number=number)
    here = ready(row)
    choices = [s.VisitPaperChoiceOut(kind=code, name=kind_of(code).name(lang), ready=code in here) for code in READY]
    return s.VisitPapersOut(papers=[_told(one, lang) for one in papers_of_visit(session, row)], choices=choices)


@router.get("", response_model=s.VisitPapersOut, **COMMON)
async def listing(number: str, desk: AtDesk) -> s.VisitPapersOut:
    """Documents of a visit, and those that can be made of it as it stands."""
    found: s.VisitPapersOut = await desk.ask(_listed, number=number, now=desk.now, lang=desk.lang)
    return found


def _make(tx: Tx, *, facts: Row, key: str | None, lang: str) -> tuple[Row, bool]:
    def verb(inner: Tx) -> Mapping[str, Any]:
        return _told(make_visit_paper(inner, **facts), lang).model_dump(mode="json")

    return once(tx, work=verb, request={"make": facts}, key=key, status=201)


@router.post("", status_code=201, response_model=s.VisitPaperOut, **COMMON)
async def making(
    number: str, body: s.VisitPaperIn, desk: AtDesk, response: Response, key: Key = None
) -> s.VisitPaperOut:
    """Make a document of a visit: filled from it, numbered in the series of the organ that leads, kept by its hash."""
    facts = {"number": number, "paper": body.paper}
    return s.VisitPaperOut.model_validate(
        replied(await desk.write(_make, facts=facts, key=key, lang=desk.lang), response)
    )


def _open(tx: Tx, *, number: str, paper: UUID) -> tuple[str, str, bytes]:
    row, content = open_visit_paper(tx, number=number, paper=paper)
    return kind_of(row.template).name(), row.number, content


@router.get("/{key}/file", response_class=Response, responses=files("docx", "pdf"), **COMMON)
async def read(
    number: str,
    key: UUID,
    desk: AtDesk,
    form: Annotated[Literal["docx", "pdf"], Query(alias="format")] = "docx",
) -> Response:
    """A document of a visit as it was made; every reading is an event."""
    name, mark, content = await desk.write(_open, number=number, paper=key)
    if form == "pdf":
        content = await bound(pdf_as_it_is, content, f"{name}　{mark}")
    return as_file(content, file_name(name, mark, ending=form), form, f"{key}-{form}")
