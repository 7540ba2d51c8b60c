"""The whole file as one .pdf: cover, contents with page numbers, every document in its order, photographs, recordings."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session

from data.county import County
from data.evidence import path_of as evidence_path
from data.models import Case, Evidence, Paper
from data.papers.blocks import Block, beyond, blocks_of
from data.papers.casefile import CaseFile, standing
from data.papers.catalogue import order_of, template_of
from data.papers.declared import complete
from data.papers.fields import fields_of_case
from data.papers.fields_around import evidence_row
from data.papers.fill import fill
from data.papers.store import kept
from data.papers.typeset import typeset
from policy.text import say

COVER: Final = "file_cover"
SIDE: Final = 1600  # pixels of the longer side of a photograph on the page; the original stays with its hash
FORMATS: Final = ("JPEG", "PNG", "WEBP")


def bind(session: Session, county: County, case: Case, folder: Path, *, now: datetime | None = None) -> bytes:
    """The file of a case bound as it stands; `folder` is where evidence and documents lie (`settings().var`).

    Raises Refusal for a document whose bytes are gone or were altered: a bound file never leaves one out unseen.
    """
    file = CaseFile(session, county, case, *([now] if now else []))
    title = say("papers.case_name", party=file.party.name if file.party else case.number, item=_item_name(file))
    with tempfile.TemporaryDirectory() as scratch:
        pictures = _photographs(file, folder, Path(scratch))
        sections = [
            _cover(session, county, case, file.now),
            {"title": say("papers.seen.contents"), "contents": True, "parts": []},
            *(_paper(row, folder) for row in _in_order(session, case)),
        ]
        seen = _seen(file, pictures)
        return typeset(
            sections + ([seen] if seen else []),
            title,
            author=file.organ_name(case.in_name_of) or "",
            footer=say("papers.seen.footer", number=case.number),
            pictures=pictures,
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


# -- photographs and recordings -----------------------------------------------------------------------------------------


def _photographs(file: CaseFile, folder: Path, scratch: Path) -> dict[str, Path]:
    """Photographs the right way up and no larger than a page needs, by name; one whose file is gone is left out here."""
    found = {}
    for row in file.evidence:
        if row.kind == "photograph":
            target = scratch / f"{row.sha256}.jpg"
            if target.exists() or _shrunk(evidence_path(folder, row.sha256), target):
                found[target.name] = target
    return found


def _shrunk(source: Path, target: Path) -> bool:
    try:
        with Image.open(source, formats=FORMATS) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    upright.thumbnail((SIDE, SIDE))
    upright.save(target, "JPEG", quality=85)
    return True


def _seen(file: CaseFile, pictures: dict[str, Path]) -> Block | None:
    """Every file of evidence: photographs on the page, the rest named with their hashes; None where there is none."""
    if not file.evidence:
        return None
    numbered = list(enumerate(file.evidence, start=1))
    shown = [_picture(file, place, row, pictures) for place, row in numbered if row.kind == "photograph"]
    others = [(place, row) for place, row in numbered if row.kind != "photograph"]
    listed = [_line(say("papers.seen.recording"))] if others else []
    for place, row in others:
        listed += [_line(text) for text in _lines(file, place, row)]
    return {"title": say("papers.seen.title"), "parts": [*shown, *listed]}


def _picture(file: CaseFile, place: int, row: Evidence, pictures: dict[str, Path]) -> Block:
    name, lines = f"{row.sha256}.jpg", _lines(file, place, row)
    if name not in pictures:
        return {"kind": "lines", "lines": [*lines, say("papers.seen.gone")]}
    return {"kind": "picture", "path": name, "lines": lines}


def _lines(file: CaseFile, place: int, row: Evidence) -> list[str]:
    """Number and name, hash, time, place and who of a file of evidence (PL 46)."""
    told = complete({"evidence": [evidence_row(file, place, row)]})["evidence"][0]
    lines = [
        say("papers.seen.number", number=told["number"], name=told["name"]),
        say("papers.seen.taken", day=told["day"], place=told["place"], who=told["who"]),
        say("papers.seen.hash", digest=told["digest"]),
    ]
    return [*lines, say("papers.seen.note", note=told["note"])] if told["note"] else lines


def _line(text: str) -> Block:
    return {"kind": "lines", "lines": [text]}
