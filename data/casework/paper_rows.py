"""The row of a document: its number, what it is of, and its content under its hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from uuid_utils.compat import uuid7

from data.casework.paper_numbers import Number
from data.db import Tx
from data.models import Case, InspectionVisit, Lead, Paper
from data.papers.catalogue import PaperKind
from data.papers.store import keep
from data.settings import settings
from policy.vocabulary import MatterKind

Documented: TypeAlias = Case | Lead | InspectionVisit
_KINDS: Final[Mapping[type[Documented], MatterKind]] = {
    Case: MatterKind.CASE,
    Lead: MatterKind.LEAD,
    InspectionVisit: MatterKind.INSPECTION_VISIT,
}


def add_paper(
    tx: Tx, matter: Documented, kind: PaperKind, drawn: Number, content: bytes, *, replaces: Paper | None = None
) -> Paper:
    """A document of a matter under the number drawn for it; `replaces` is the one it corrects."""
    row = Paper(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        matter_kind=_KINDS[type(matter)].value,
        matter_id=matter.id,
        matter_number=matter.number,
        template=kind.code,
        organ_code=drawn.organ_code,
        word=drawn.word,
        year=drawn.year,
        serial=drawn.serial,
        number=drawn.printed,
        made_at=tx.now,
        account_id=tx.actor.account_id,
        sha256=keep(settings().var, content),
        block_id=drawn.block_id,
        replaces_id=replaces.id if replaces else None,
    )
    tx.session.add(row)
    tx.session.flush()
    return row
