"""The course of a file of evidence: chain of custody, notes by page or second, whether it is whole, until when it is kept."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from api.context import AtDesk, FileStore
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas_evidence import (
    EvidenceCourseOut,
    EvidenceNoteIn,
    EvidenceNoteOut,
    RetainedOut,
    RetentionOut,
    WholeOut,
)
from data.casework.evidence_notes import note_evidence
from data.db import Tx
from data.evidence import PDF, look, sheets_of
from data.queries.evidence import get_evidence, readable
from data.queries.evidence_course import evidence_course, note_row
from data.queries.retention import Retained, retention_report
from policy.citing import linked
from policy.retention import KEY

router = router_at(tags=["evidence"])
Again = Annotated[bool, Query(description="Hash the file again, whatever it looks like")]


@router.get("/evidence/{key}/course", response_model=EvidenceCourseOut)
async def course(key: UUID, desk: AtDesk, shelf: FileStore) -> EvidenceCourseOut:
    """Who put the file where and when, which matters use it, what was noted on it; for a .pdf how many pages are shown."""
    return EvidenceCourseOut.model_validate(await desk.ask(evidence_course, key=key, folder=shelf.folder))


@router.get("/evidence/{key}/whole", response_model=WholeOut)
async def whole(key: UUID, desk: AtDesk, shelf: FileStore, again: Again = False) -> WholeOut:
    """Whether the bytes on disk are still those that were taken in; hashed when the file changed or `again` is asked."""
    row = readable(await desk.ask(get_evidence, key=key))
    found = await asyncio.to_thread(partial(look, shelf.folder, row["sha256"], desk.now, again=again))
    return WholeOut(sha256=row["sha256"], whole=found.whole, checked_at=found.checked_at, anew=found.anew)


@router.post("/evidence/{key}/notes", status_code=201, response_model=EvidenceNoteOut)
async def note(
    key: UUID, body: EvidenceNoteIn, desk: AtDesk, shelf: FileStore, response: Response, again: Key = None
) -> EvidenceNoteOut:
    """Write a remark on the file for a matter that has or uses it, at a page of it or a second into it."""
    facts, pages = body.model_dump(), 0
    if body.page is not None:  # counted here: a document that resists for half a minute must not hold up every writer
        pages = await asyncio.to_thread(_pages, await desk.ask(get_evidence, key=key), shelf.folder)
    found = await desk.write(_note, evidence=key, facts=facts, pages=pages, key=again)
    return EvidenceNoteOut.model_validate(replied(found, response))


def _pages(row: Row, folder: Path) -> int:
    return sheets_of(folder, row["sha256"]).pages if row["media_type"] == PDF else 0


def _note(tx: Tx, *, evidence: UUID, facts: Row, pages: int, key: str | None) -> tuple[Row, bool]:
    def verb(inner: Tx) -> Row:
        made = note_evidence(inner, evidence_id=evidence, pages=pages, **facts)
        told = note_row(made, {made.account_id: inner.actor.name}, {made.matter_id: facts["number"]})
        return EvidenceNoteOut.model_validate(told).model_dump(mode="json")

    return once(tx, work=verb, request={"note_evidence": str(evidence)} | facts, key=key, status=201)


@router.get("/retention", response_model=RetentionOut)
async def retained(desk: AtDesk) -> RetentionOut:
    """What evidence may be destroyed when, and what stands against it; nothing is ever destroyed by the record itself."""
    rows = await desk.ask(retention_report, now=desk.now)
    value = desk.county.profile.get(KEY, desk.now.date())
    matters = [RetainedOut.model_validate(_told(row, desk.lang)) for row in rows]
    return RetentionOut(clause=value.clause if value else None, matters=matters)


def _told(row: Retained, lang: str) -> dict[str, Any]:
    names = [name for name in RetainedOut.model_fields if name != "reasons"]
    return {name: getattr(row, name) for name in names} | {
        "reasons": [linked(reason, lang) for reason in row.decision.reasons]
    }
