"""A meeting pack as .docx and .xlsx to edit, kept under its hash: what was handed out can be shown to be what was handed out."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.casework.meeting_packs import keep_pack
from data.county import County
from data.db import Record
from data.keys import row_key
from data.meeting_pack import PACK, Pack, meeting_pack
from data.models import Report
from data.office_tables import Table, sheet
from data.papers.mark import drill_words, marked
from data.reports.store import keep, kept
from data.sheets import MEDIA as XLSX
from data.sheets import Share, about, book_bytes
from data.sheets import marked as told_of_drill
from policy.errors import Refusal
from policy.text import say

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS: Final = {DOCX: "docx", XLSX: "xlsx"}
PACKS: Final = 60
LETTERS: Final = "宋体"
SMALL: Final = Pt(9)


@dataclass(frozen=True, slots=True)
class PackRow:
    """A kept pack: its day, edition and language, its two files with their hashes."""

    as_of: date
    edition: int
    language: str
    made_at: datetime
    files: tuple[Report, ...]


def make_pack(record: Record, actor: Actor, county: County, folder: Path, as_of: date, lang: str) -> PackRow:
    """Make the pack of a day, put both files under their hashes and keep them; an earlier edition stays beside it."""
    now = record.clock()
    demand(actor, "meeting_pack.make", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    with record.read() as session:
        pack = meeting_pack(session, actor, county, now, as_of, lang)
    line = about(actor, now, pack.title, lang)
    files = [(kind, keep(folder, made, ENDINGS[kind]), len(made)) for kind, made in (
        (DOCX, docx_of(pack, line, lang)), (XLSX, book_bytes([sheet(table) for table in pack.tables], told_of_drill(line, lang))))]  # fmt: skip
    rows = record.write(actor, keep_pack, county=county, as_of=as_of, language=lang, files=files, now=now)
    return PackRow(as_of, rows[0].edition, lang, rows[0].made_at, tuple(rows))


def packs(session: Session, actor: Actor, county: County, now: datetime) -> list[PackRow]:
    """Kept packs, the newest first."""
    demand(actor, "meeting_pack.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    query = select(Report).where(Report.jurisdiction_id == county.jurisdiction_id, Report.kind == PACK)
    ordered = query.order_by(Report.business_date.desc(), Report.made_at.desc(), Report.media_type.desc())
    found: dict[tuple[date, int, str], list[Report]] = {}
    for row in session.scalars(ordered.limit(2 * PACKS)):
        found.setdefault((row.business_date, row.edition, row.language), []).append(row)
    return [PackRow(*key, made_at=rows[0].made_at, files=tuple(rows)) for key, rows in found.items()]


def pack_file(session: Session, actor: Actor, county: County, folder: Path, now: datetime, key: str) -> tuple[str, bytes]:  # fmt: skip
    """A file of a kept pack with its name; Refusal where it is gone, or its bytes are not those that were kept."""
    demand(actor, "meeting_pack.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    row = session.get(Report, row_key(key))
    if row is None or row.jurisdiction_id != county.jurisdiction_id or row.kind != PACK:
        raise Refusal("errors_office.no_pack", kind="not_found")
    ending = ENDINGS[row.media_type]
    name = say("office.pack.file", row.language, county=county.name, on=row.business_date, edition=row.edition)
    return f"{name}.{ending}", kept(folder, row.sha256, name, ending)


# -- .docx -------------------------------------------------------------------------------------------------------------


def docx_of(pack: Pack, line: str, lang: str) -> bytes:
    """The pack for people: A4 lying, one heading a table, every cell to be edited."""
    paper, target = Document(), io.BytesIO()
    _page(paper)
    paper.core_properties.title = pack.title
    paper.add_heading(pack.title, level=1)
    for words in (*pack.lines, line):
        paper.add_paragraph(words)
    for place, table in enumerate(pack.tables, start=1):
        paper.add_heading(f"{place}. {table.title}", level=2)
        _table(paper, table)
        if table.note:
            paper.add_paragraph(table.note)
    paper.save(target)
    mark = drill_words(lang)
    return marked(target.getvalue(), mark) if mark else target.getvalue()


def _page(paper: Paper) -> None:
    section = paper.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.6)
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = paper.styles[name]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), LETTERS)
    paper.styles["Normal"].font.size = Pt(10.5)


def _table(paper: Paper, table: Table) -> None:
    if not table.rows:
        return
    made = paper.add_table(rows=0, cols=len(table.heads))
    made.style = "Table Grid"
    for bold, row in ((True, table.heads), *((False, row) for row in table.rows)):
        for cell, value in zip(made.add_row().cells, row, strict=True):
            _fill(cell, value, bold)


def _fill(cell: _Cell, value: Any, bold: bool) -> None:
    run = cell.paragraphs[0].add_run(words_of(value))
    run.bold, run.font.size = bold, SMALL


def words_of(value: Any) -> str:
    """A cell as people read it: 58.3%, 1,280, 2026-11-20; nothing for none."""
    if value is None:
        return ""
    if isinstance(value, Share):
        return f"{value * 100:.1f}%"
    if isinstance(value, int | float):
        return f"{value:,}"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)
