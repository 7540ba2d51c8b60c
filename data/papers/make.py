"""Makes our own templates from their blocks: `python -m data.papers.make`; an office edits the .docx, never this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from data.papers.catalogue import kinds, source_of

FOLDER: Final = Path(__file__).parent / "templates"
SERIF: Final = "Noto Serif CJK SC"
BODY, TITLE, SMALL = Pt(15), Pt(22), Pt(12)
LINE: Final = Pt(27)
_ALIGN: Final = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "body": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def make(code: str, folder: Path = FOLDER) -> Path:
    """Write the template of one document; gives its path."""
    paper = _blank()
    for block in source_of(code)["block"]:
        _BLOCKS[block["kind"]](paper, block)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{code}.docx"
    paper.save(str(target))
    return target


def _blank() -> Paper:
    """A4 with the margins of official documents (GB/T 9704) and one serif face."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = SERIF, BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), SERIF)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = LINE
    return paper


def _write(paragraph: Paragraph, text: str, size: Pt = BODY, *, bold: bool = False) -> Paragraph:
    run = paragraph.add_run(text)
    run.font.size, run.bold = size, bold
    return paragraph


def _title(paper: Paper, block: Mapping[str, Any]) -> None:
    paper.core_properties.title = block["text"]
    for text in ("{{ organ.name }}", block["text"]):
        paragraph = paper.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(36)
        _write(paragraph, text, TITLE, bold=True)


def _number(paper: Paper, block: Mapping[str, Any]) -> None:
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(10)
    _write(paragraph, "{{ paper.number }}")


def _text(paper: Paper, block: Mapping[str, Any]) -> None:
    """Paragraphs of the body, indented by two characters unless `align` says otherwise."""
    for line in block["text"].strip().split("\n"):
        paragraph = paper.add_paragraph()
        paragraph.alignment = _ALIGN[block.get("align", "body")]
        plain = "align" in block or block.get("flush", False) or line.startswith("{%p")
        paragraph.paragraph_format.first_line_indent = None if plain else BODY * 2
        _write(paragraph, line, bold=block.get("bold", False))


def _table(paper: Paper, block: Mapping[str, Any]) -> None:
    """Rows of cells; a row of two is heading and value, `widths` in cm."""
    rows: Sequence[Sequence[str]] = block["rows"]
    columns = max(len(row) for row in rows)
    table = paper.add_table(rows=0, cols=columns)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for number, row in enumerate(rows):
        cells = table.add_row().cells
        if len(row) < columns:
            cells[len(row) - 1].merge(cells[-1])
        for place, text in enumerate(row):
            heading = (number == 0 and block.get("heading", False)) or (
                not block.get("heading", False) and place % 2 == 0
            )
            _cell(cells[place], text, bold=heading and "{%" not in text)
    for column, width in enumerate(block.get("widths", ())):
        for cell in table.columns[column].cells:
            cell.width = Cm(width)


def _cell(cell: _Cell, text: str, *, bold: bool) -> None:
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(22)
        _write(paragraph, line, SMALL, bold=bold)


def _sign(paper: Paper, block: Mapping[str, Any]) -> None:
    """Lines to be signed by hand, each with a name before it."""
    for line in block["lines"]:
        paragraph = paper.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(8)
        _write(paragraph, line)


def _seal(paper: Paper, block: Mapping[str, Any]) -> None:
    """Name of the organ and day, at the right, where the seal goes."""
    for line in ("{{ organ.name }}", "（印章）", block.get("day", "{{ paper.day }}")):
        paragraph = paper.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = BODY * 2
        paragraph.paragraph_format.keep_with_next = line != block.get("day", "{{ paper.day }}")
        _write(paragraph, line)


def _foot(paper: Paper, block: Mapping[str, Any]) -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(12)
    _write(paragraph, block["text"], SMALL)


_BLOCKS: Final = {
    "title": _title,
    "number": _number,
    "text": _text,
    "table": _table,
    "sign": _sign,
    "seal": _seal,
    "foot": _foot,
}

if __name__ == "__main__":
    for name in kinds():
        print(make(name).name)
