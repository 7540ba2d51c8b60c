"""Remarks on a file of evidence: at a page of it or a second into it, for one matter; written once, never changed."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.casework.evidence import allowed_here, find_matter, still_open, tell
from data.db import Tx
from data.models import Case, Evidence, EvidenceLink, EvidenceNote, Lead
from policy.errors import Refusal

NOTE_LIMIT: Final = 500
_HEARD: Final = frozenset({"audio", "video"})


def note_evidence(
    tx: Tx,
    *,
    evidence_id: UUID,
    number: str,
    note: str,
    pages: int = 0,
    page: int | None = None,
    second: int | None = None,
) -> EvidenceNote:
    """Write a remark on a file for the matter `number`, which has it or uses it; `pages` is how many a .pdf has, where that is known."""
    kind, matter = find_matter(tx, number)
    tx = allowed_here(tx, matter, "evidence.note")
    still_open(matter)
    row, text = _of_matter(tx, evidence_id, matter), note.strip()
    _check(row, text, page, second, pages)
    made = EvidenceNote(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        evidence_id=row.id,
        matter_kind=kind,
        matter_id=matter.id,
        page=page,
        second=second,
        text=text,
        at=tx.now,
        account_id=tx.actor.account_id,
    )
    tx.session.add(made)
    tx.session.flush()
    place = {name: value for name, value in (("page", page), ("second", second)) if value is not None}
    digest = hashlib.sha256(text.encode()).hexdigest()
    tell(tx, kind, matter, "note_evidence", row, {**place, "words_sha256": digest})
    return made


def _of_matter(tx: Tx, evidence_id: UUID, matter: Lead | Case) -> Evidence:
    row = tx.session.get(Evidence, evidence_id)
    if row is None or row.jurisdiction_id != tx.county.jurisdiction_id:
        raise Refusal("errors_casework.evidence_not_found", kind="not_found", key=str(evidence_id))
    used = select(EvidenceLink.id).where(EvidenceLink.evidence_id == row.id, EvidenceLink.matter_id == matter.id)
    if row.matter_id != matter.id and tx.session.scalars(used).first() is None:
        raise Refusal("errors_evidence.not_of_matter", kind="not_found", name=row.name, number=matter.number)
    return row


def _check(row: Evidence, text: str, page: int | None, second: int | None, pages: int) -> None:
    if not text:
        raise Refusal("errors_evidence.note_empty", pointer="/note")
    if len(text) > NOTE_LIMIT:
        raise Refusal("errors_casework.note_long", pointer="/note", length=len(text), limit=NOTE_LIMIT)
    if (page is not None and page < 1) or (second is not None and second < 0) or None not in (page, second):
        raise Refusal("errors_evidence.note_place", pointer="/page", page=page, second=second)
    if second is not None and row.kind not in _HEARD:
        raise Refusal("errors_evidence.note_second", pointer="/second", name=row.name)
    if page is not None:
        _check_page(row, page, pages)


def _check_page(row: Evidence, page: int, pages: int) -> None:
    """A page of a .pdf that can be counted is one it has; of other documents nobody here knows how many there are."""
    if row.kind != "document":
        raise Refusal("errors_evidence.note_page", pointer="/page", name=row.name)
    if pages and page > pages:
        raise Refusal("errors_evidence.note_beyond", pointer="/page", name=row.name, page=page, pages=pages)
