"""Evidence in the bound file: photographs on the page, documents page by page, recordings named; each with its hash (PL 46)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from data.evidence import PDF, Sheets, path_of, sheets_of
from data.evidence.sheets import MOST
from data.models import Evidence
from data.papers.blocks import Block
from data.papers.casefile import CaseFile
from data.papers.declared import complete
from data.papers.fields_around import evidence_row
from policy.errors import Refusal
from policy.text import say

SIDE: Final = 1600  # pixels of the longer side of a photograph on the page; the original stays with its hash
FORMATS: Final = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Seen:
    """Sections of evidence and the files their blocks name."""

    sections: list[Block] = field(default_factory=list)
    pictures: dict[str, Path] = field(default_factory=dict)


def see(file: CaseFile, folder: Path, scratch: Path) -> Seen:
    """Everything that is evidence, as sections: photographs and recordings together, every .pdf by itself."""
    numbered = list(enumerate(file.evidence, start=1))
    papers = [(place, row) for place, row in numbered if row.media_type == PDF]
    others = [(place, row) for place, row in numbered if row.media_type != PDF]
    pictures = _photographs(file, folder, scratch)
    sections = [_together(file, others, pictures)] if others else []
    for place, row in papers:
        sections.append(_document(file, place, row, folder, pictures))
    return Seen(sections, pictures)


# -- photographs and recordings ----------------------------------------------------------------------------------------


def _photographs(file: CaseFile, folder: Path, scratch: Path) -> dict[str, Path]:
    """Photographs the right way up and no larger than a page needs, by name; one whose file is gone is left out here."""
    found = {}
    for row in file.evidence:
        if row.kind == "photograph":
            target = scratch / f"{row.sha256}.jpg"
            if target.exists() or _shrunk(path_of(folder, row.sha256), target):
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


def _together(file: CaseFile, numbered: Sequence[tuple[int, Evidence]], pictures: dict[str, Path]) -> Block:
    shown = [_picture(file, place, row, pictures) for place, row in numbered if row.kind == "photograph"]
    others = [(place, row) for place, row in numbered if row.kind != "photograph"]
    listed = [_words(say("papers.seen.recording"))] if others else []
    for place, row in others:
        listed += [_words(text) for text in _lines(file, place, row)]
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


def _words(text: str) -> Block:
    return {"kind": "lines", "lines": [text]}


# -- documents ---------------------------------------------------------------------------------------------------------


def _document(file: CaseFile, place: int, row: Evidence, folder: Path, pictures: dict[str, Path]) -> Block:
    """A .pdf page by page; one that is gone, locked, broken or too long is a sheet that says so."""
    lines, title = _lines(file, place, row), say("papers.seen.number", number=place, name=row.name)
    try:
        sheets = sheets_of(folder, row.sha256)
    except Refusal:
        return {"title": title, "parts": [{"kind": "lines", "lines": [*lines, say("papers.seen.gone")]}]}
    if sheets.fault:
        return {"title": title, "parts": [{"kind": "lines", "lines": [*lines, _why(sheets)]}]}
    pictures[f"{row.sha256}.pdf"] = path_of(folder, row.sha256)
    return {"title": title, "parts": [_sheet(row, page, place, sheets, lines) for page in range(1, sheets.pages + 1)]}


def _why(sheets: Sheets) -> str:
    return say(f"papers.seen.{sheets.fault}", pages=sheets.pages, limit=MOST)


def _sheet(row: Evidence, page: int, place: int, sheets: Sheets, lines: Sequence[str]) -> Block:
    where = say("papers.seen.sheet", number=place, page=page, pages=sheets.pages)
    return {
        "kind": "sheet",
        "path": f"{row.sha256}.pdf",
        "page": page,
        "lines": [*lines, where] if page == 1 else [where],
    }
