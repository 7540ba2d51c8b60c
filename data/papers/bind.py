"""The whole file as one .pdf: cover, contents with page numbers, every document in its order, the evidence."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from data.county import County
from data.models import Case, Paper
from data.papers.blocks import Block, beyond, blocks_of
from data.papers.casefile import CaseFile, standing
from data.papers.catalogue import order_of, template_of
from data.papers.fields import fields_of_case
from data.papers.fill import fill
from data.papers.seen import see
from data.papers.store import kept
from data.papers.typeset import typeset
from policy.text import say

COVER: Final = "file_cover"


def bind(session: Session, county: County, case: Case, folder: Path, *, now: datetime | None = None) -> bytes:
    """The file of a case bound as it stands; `folder` is where evidence and documents lie (`settings().var`).

    Raises Refusal for a document whose bytes are gone or were altered: a bound file never leaves one out unseen.
    """
    file = CaseFile(session, county, case, *([now] if now else []))
    title = say("papers.case_name", party=file.party.name if file.party else case.number, item=_item_name(file))
    with tempfile.TemporaryDirectory() as scratch:
        seen = see(file, folder, Path(scratch))
        sections = [
            _cover(session, county, case, file.now),
            {"title": say("papers.seen.contents"), "contents": True, "parts": []},
            *(_paper(row, folder) for row in _in_order(session, case)),
        ]
        return typeset(
            sections + seen.sections,
            title,
            author=file.organ_name(case.in_name_of) or "",
            footer=say("papers.seen.footer", number=case.number),
            pictures=seen.pictures,
        )


def _item_name(file: CaseFile) -> str:
    return file.item.name if file.item else ""


def _in_order(session: Session, case: Case) -> list[Paper]:
    """Documents that stand; the cover is made anew, with what is known now."""
    rows = (row for row in standing(session, case.id) if row.template != COVER)
    return sorted(rows, key=lambda row: (order_of(row.template), row.made_at, row.serial))


def _cover(session: Session, county: County, case: Case, now: datetime) -> Block:
    """The cover without its own list, which has no page numbers: the contents that follow have them."""
    fields = fields_of_case(session, county, case, now=now, paper={"name": say(f"papers.kind.{COVER}")})
    blocks = blocks_of(fill(template_of(COVER), fields))
    ends = next((place for place, part in enumerate(blocks) if part.get("breaks")), len(blocks))
    return {"title": say(f"papers.kind.{COVER}"), "listed": False, "parts": blocks[:ends]}


def _paper(row: Paper, folder: Path) -> Block:
    content = kept(folder, row.sha256 or "", row.number)
    left_out = [_line(say("papers.seen.beyond"))] if beyond(content) else []
    title = f"{say(f'papers.kind.{row.template}')}　{row.number}"
    return {"title": title, "parts": [*blocks_of(content), *left_out]}


def _line(text: str) -> Block:
    return {"kind": "lines", "lines": [text]}
