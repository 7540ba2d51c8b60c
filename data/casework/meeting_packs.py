"""Packs of joint meetings: kept as they were made, with their hashes; a later one of the same day stands beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.db import Tx
from data.events import append_event
from data.models import Report

Made = tuple[str, str, int]
"""A file that was put away: media type, SHA-256, size in bytes."""


def keep_pack(tx: Tx, *, as_of: date, language: str, files: Sequence[Made]) -> list[Report]:
    """Keep the files of a pack as the next edition of its day, and say so in the chain with their hashes."""
    demand(
        tx.actor, "meeting_pack.make", Subject(tx.county.jurisdiction_id, label=tx.county.name, nowhere=True), tx.now
    )
    edition = _last(tx, as_of, language) + 1
    rows = [
        Report(
            id=uuid7(),
            jurisdiction_id=tx.county.jurisdiction_id,
            kind="meeting_pack",
            business_date=as_of,
            language=language,
            edition=edition,
            as_of=tx.now,
            sha256=sha256,
            size=size,
            media_type=media,
            made_at=tx.now,
        )
        for media, sha256, size in files
    ]
    tx.session.add_all(rows)
    facts = {"as_of": as_of.isoformat(), "edition": edition, "sha256": [row.sha256 for row in rows]}
    append_event(tx, matter="meeting_pack", subject_id=rows[0].id, verb="make", facts=facts)
    return rows


def _last(tx: Tx, as_of: date, language: str) -> int:
    query = select(func.max(Report.edition)).where(
        Report.jurisdiction_id == tx.county.jurisdiction_id,
        Report.kind == "meeting_pack",
        Report.business_date == as_of,
        Report.language == language,
    )
    return tx.session.scalar(query) or 0
