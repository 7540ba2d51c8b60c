"""The course of one file of evidence: who put it to which matter, who uses it since, what was noted on it and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor
from data.county import County
from data.evidence import PDF, sheets_of
from data.models import Account, Case, Evidence, EvidenceLink, EvidenceNote, Organ
from data.queries.evidence import get_evidence, seen_matters

Row = dict[str, Any]


def evidence_course(session: Session, actor: Actor, county: County, *, key: UUID, folder: Path) -> Row:
    """A file with its chain of custody and the notes on it, as far as their matters are in the actor's area."""
    row = get_evidence(session, actor, county, key=key)
    kept = session.get_one(Evidence, key)
    links = session.scalars(select(EvidenceLink).where(EvidenceLink.evidence_id == key).order_by(EvidenceLink.at)).all()
    notes = session.scalars(
        select(EvidenceNote).where(EvidenceNote.evidence_id == key).order_by(EvidenceNote.at, EvidenceNote.id)
    ).all()
    said: list[Evidence | EvidenceLink | EvidenceNote] = [kept, *links, *notes]
    names = _names(session, (one.account_id for one in said))
    numbers = seen_matters(session, actor, county, [(one.matter_kind, one.matter_id) for one in said])
    first = _link("taken_in", kept.received_at, names.get(kept.account_id), numbers.get(kept.matter_id))
    more = [_link("linked", one.at, names.get(one.account_id), numbers.get(one.matter_id)) for one in links]
    sheets = sheets_of(folder, row["sha256"]) if row["media_type"] == PDF else None
    return row | {
        "who": names.get(kept.account_id),
        "organ": _organ(session, county, kept.organ_code),
        "course": [first, *more],
        "notes": [note_row(one, names, numbers) for one in notes if one.matter_id in numbers],
        "pages": sheets.pages if sheets else None,
        "pages_fault": sheets.fault if sheets else None,
    }


def _link(what: Literal["taken_in", "linked"], at: datetime, who: str | None, number: str | None) -> Row:
    return {"what": what, "at": at, "who": who, "number": number}


def note_row(row: EvidenceNote, names: Mapping[UUID | None, str], numbers: Mapping[UUID, str]) -> Row:
    """A note as a plain row."""
    plain = {name: getattr(row, name) for name in ("id", "page", "second", "text", "at")}
    return plain | {"who": names.get(row.account_id), "number": numbers.get(row.matter_id)}


def notes_by(session: Session, actor: Actor, county: County, *, case: str, since: datetime) -> list[Row]:
    """What the actor noted by page on the evidence of a case since a moment: the file, the page, the words."""
    home = select(Case.id).where(Case.number == case, Case.jurisdiction_id == county.jurisdiction_id)
    rows = session.execute(
        select(EvidenceNote.page, EvidenceNote.text, Evidence.name)
        .join(Evidence, Evidence.id == EvidenceNote.evidence_id)
        .where(
            EvidenceNote.matter_id.in_(home),
            EvidenceNote.account_id == actor.account_id,
            EvidenceNote.at >= since,
            EvidenceNote.page.is_not(None),
        )
        .order_by(EvidenceNote.at, EvidenceNote.id)
    )
    return [{"document": row.name, "page": row.page, "note": row.text} for row in rows]


def _names(session: Session, keys: Iterable[UUID | None]) -> dict[UUID | None, str]:
    wanted = {key for key in keys if key is not None}
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(wanted)))
    return {row.id: row.display_name for row in rows}


def _organ(session: Session, county: County, code: str | None) -> str | None:
    query = select(Organ.name).where(Organ.jurisdiction_id == county.jurisdiction_id, Organ.code == code)
    return session.scalars(query).first() if code else None
