"""Verbs of evidence: put to a matter, linked to another; a file is never changed and never taken away (PL 46, X9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand, on_behalf, within
from data.casework.eyes import eyes_answered
from data.casework.numbers import LETTERS
from data.db import Tx
from data.events import append_event
from data.evidence import StoredFile
from data.models import Case, Evidence, EvidenceLink, Lead
from policy.errors import Refusal
from policy.vocabulary import LeadStatus
from policy.vocabulary_case import CaseStatus

NOTE_LIMIT: Final = 500
MOST_FILES: Final = 500
_PUT_AWAY: Final = frozenset({LeadStatus.ARCHIVED.value, CaseStatus.ARCHIVED.value})


def _here(tx: Tx, model: type[Lead] | type[Case]) -> ColumnElement[bool]:
    return model.jurisdiction_id == tx.county.jurisdiction_id


def find_matter(tx: Tx, number: str) -> tuple[str, Lead | Case]:
    """The lead or case `number` of this county with its kind, by the letter of its number; raises Refusal for none."""
    letter = number.split("-")[1:2]
    row: Lead | Case | None = None
    if letter == [LETTERS["lead"]]:
        row = tx.session.scalars(select(Lead).where(Lead.number == number, _here(tx, Lead))).first()
    elif letter == [LETTERS["case"]]:
        row = tx.session.scalars(select(Case).where(Case.number == number, _here(tx, Case))).first()
    if row is not None:
        return ("lead" if isinstance(row, Lead) else "case"), row
    raise Refusal("errors_casework.matter_not_found", kind="not_found", number=number, county=tx.county.words)


def allowed_here(tx: Tx, matter: Lead | Case, verb: str) -> Tx:
    """Refuse who may not do `verb` here; gives the step as the roles held there take it, a case's in its organ's name."""
    townships = frozenset({matter.township_code} if matter.township_code else ())
    subject = Subject(tx.county.jurisdiction_id, townships, None, matter.number, not townships)
    demand(tx.actor, verb, subject, tx.now)
    actor = within(tx.actor, subject, tx.now)
    return replace(tx, actor=on_behalf(actor, matter.organ_code) if isinstance(matter, Case) else actor)


def may_add_evidence(tx: Tx, *, number: str) -> None:
    """Refuse, before a byte is read, who may not put evidence to the matter `number`, or where it is put away."""
    _, matter = find_matter(tx, number)
    allowed_here(tx, matter, "evidence.add")
    still_open(matter)


def still_open(matter: Lead | Case) -> None:
    """Refuse a matter that is put away: nothing is added to it any more."""
    if matter.status in _PUT_AWAY:
        raise Refusal("errors_casework.evidence_archived", kind="conflict", number=matter.number)


def add_evidence(
    tx: Tx,
    *,
    number: str,
    file: StoredFile,
    note: str | None = None,
    taken_at: datetime | None = None,
    lon: float | None = None,
    lat: float | None = None,
) -> Evidence:
    """Put a stored file to a lead or case, with who, when and where; the same file twice is refused in words."""
    kind, matter = find_matter(tx, number)
    tx = allowed_here(tx, matter, "evidence.add")
    still_open(matter)
    _check(tx, matter, file, note)
    row = Evidence(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        matter_kind=kind,
        matter_id=matter.id,
        matter_number=number,
        sha256=file.sha256,
        media_type=file.media_type,
        kind=file.group,
        size=file.size,
        name=file.name,
        note=note,
        taken_at=taken_at,
        received_at=tx.now,
        lon=lon,
        lat=lat,
        width=file.width,
        height=file.height,
        claimed_at=file.claimed_at,
        claimed_lon=file.claimed_lon,
        claimed_lat=file.claimed_lat,
        organ_code=tx.actor.organ_for("evidence.add"),
        account_id=tx.actor.account_id,
    )
    tx.session.add(row)
    tx.session.flush()
    tell(tx, kind, matter, "add_evidence", row)
    if isinstance(matter, Lead):
        eyes_answered(tx, matter)
    return row


def _check(tx: Tx, matter: Lead | Case, file: StoredFile, note: str | None) -> None:
    if note and len(note) > NOTE_LIMIT:
        raise Refusal("errors_casework.note_long", pointer="/note", length=len(note), limit=NOTE_LIMIT)
    known = tx.session.scalars(select(Evidence).where(Evidence.matter_id == matter.id)).all()
    twin = next((row for row in known if row.sha256 == file.sha256), None)
    if twin is not None:
        raise Refusal("errors_casework.evidence_twice", kind="conflict", name=file.name, known=twin.name)
    if len(known) >= MOST_FILES:
        raise Refusal("errors_casework.evidence_many", kind="conflict", number=matter.number, limit=MOST_FILES)


def link_evidence(tx: Tx, *, evidence_id: UUID, number: str) -> EvidenceLink:
    """Let another matter use a file of evidence: the file stays where it is, with its hash and its course (X9)."""
    row = tx.session.get(Evidence, evidence_id)
    if row is None or row.jurisdiction_id != tx.county.jurisdiction_id:
        raise Refusal("errors_casework.evidence_not_found", kind="not_found", key=str(evidence_id))
    _, home = find_matter(tx, row.matter_number or "")
    allowed_here(tx, home, "evidence.link")
    kind, matter = find_matter(tx, number)
    tx = allowed_here(tx, matter, "evidence.link")
    if matter.id == row.matter_id or _linked(tx, row, matter):
        raise Refusal("errors_casework.evidence_twice", kind="conflict", name=row.name, known=row.name)
    link = EvidenceLink(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        evidence_id=row.id,
        matter_kind=kind,
        matter_id=matter.id,
        at=tx.now,
        account_id=tx.actor.account_id,
    )
    tx.session.add(link)
    tx.session.flush()
    tell(tx, kind, matter, "link_evidence", row, {"from": home.number})
    return link


def _linked(tx: Tx, row: Evidence, matter: Lead | Case) -> bool:
    query = select(EvidenceLink.id).where(EvidenceLink.evidence_id == row.id, EvidenceLink.matter_id == matter.id)
    return tx.session.scalars(query).first() is not None


def evidence_of_lead(tx: Tx, lead: Lead, case: Case) -> int:
    """Let a new case use every file of the lead it comes from; gives how many."""
    rows = tx.session.scalars(select(Evidence.id).where(Evidence.matter_id == lead.id)).all()
    for evidence_id in rows:
        tx.session.add(
            EvidenceLink(
                id=uuid7(),
                jurisdiction_id=tx.county.jurisdiction_id,
                evidence_id=evidence_id,
                matter_kind="case",
                matter_id=case.id,
                at=tx.now,
                account_id=tx.actor.account_id,
            )
        )
    return len(rows)


def tell(
    tx: Tx, kind: str, matter: Lead | Case, verb: str, row: Evidence, more: Mapping[str, Any] | None = None
) -> None:
    """Tell the chain of `matter` what was done with a file of evidence."""
    append_event(
        tx,
        matter=kind,
        subject_id=matter.id,
        subject_number=matter.number,
        verb=verb,
        from_state=matter.status,
        to_state=matter.status,
        facts={"evidence": str(row.id), "sha256": row.sha256, "kind": row.kind, "size": row.size, **(more or {})},
        clause="PL 46",
    )
