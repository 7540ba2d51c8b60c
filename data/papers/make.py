"""Makes our own templates from their blocks: `python -m data.papers.make`; an office edits the .docx, never this."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from unicodedata import east_asian_width

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
BODY, TITLE, SMALL, THIN = Pt(15), Pt(22), Pt(12), Pt(6)
LINE: Final = Pt(27)
WIDTH: Final = 15.6  # cm between the margins
ROOM: Final = 28  # characters of the body in a line
BLANK: Final = "＿"
_DAY: Final = re.compile(r"年|day")
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
    heading = (block["text"],) if block.get("plain", False) else ("{{ organ.name }}", block["text"])
    for text in heading:
        paragraph = paper.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.page_break_before = block.get("break", False) and text == heading[0]
        paragraph.paragraph_format.line_spacing = Pt(36)
        _write(paragraph, text, TITLE, bold=True)


def _number(paper: Paper, block: Mapping[str, Any]) -> None:
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(10)
    _write(paragraph, "{{ paper.number }}")
    for line in ("{%p if paper.replaces %}", "{{ paper.replaces }}", "{%p endif %}"):
        below = paper.add_paragraph()
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(below, line, SMALL)


def _text(paper: Paper, block: Mapping[str, Any]) -> None:
    """Paragraphs of the body, indented by two characters unless `align` says otherwise."""
    for line in block["text"].strip().split("\n"):
        paragraph = paper.add_paragraph()
        paragraph.alignment = _ALIGN[block.get("align", "body")]
        plain = "align" in block or block.get("flush", False) or line.startswith("{%p")
        paragraph.paragraph_format.first_line_indent = None if plain else BODY * 2
        _write(paragraph, line, bold=block.get("bold", False))


def _table(paper: Paper, block: Mapping[str, Any]) -> None:
    """Rows of cells; with `heading` the first row names the columns, else every other cell names the next; `widths` in cm."""
    rows: Sequence[Sequence[str]] = block["rows"]
    columns = max(len(row) for row in rows)
    _apart(paper)
    table = paper.add_table(rows=0, cols=columns)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, block.get("widths", (WIDTH / columns,) * columns), strict=True):
        column.width = Cm(width)  # before the rows, which take their cells' widths from here
    for number, row in enumerate(rows):
        cells = table.add_row().cells
        if len(row) < columns:
            cells[len(row) - 1].merge(cells[-1])
        for place, text in enumerate(row):
            heading = (number == 0 and block.get("heading", False)) or (
                not block.get("heading", False) and place % 2 == 0
            )
            _cell(cells[place], text, bold=heading and "{%" not in text)


def _apart(paper: Paper) -> None:
    """A thin line between two tables, which Word would join into one."""
    last = [part for part in paper.element.body if part.tag != qn("w:sectPr")][-1:]
    if last and last[0].tag == qn("w:tbl"):
        paragraph = paper.add_paragraph()
        paragraph.paragraph_format.line_spacing = THIN
        _write(paragraph, "", THIN)


def _cell(cell: _Cell, text: str, *, bold: bool) -> None:
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(22)
        _write(paragraph, line, SMALL, bold=bold)


PARTY: Final = {
    "widths": [3.9, 5.0, 2.4, 4.3],
    "rows": [
        ["当事人", "{{ party.name }}", "类别", "{{ party.kind }}"],
        ["{{ party.number_label }}", "{{ party.number }}"],
        ["法定代表人\n（负责人）", "{{ party.representative }}", "联系电话", "{{ party.phone }}"],
        ["住所（地址）", "{{ party.address }}"],
    ],
}
"""Who the document is about (PL 59(1))."""


def _party(paper: Paper, block: Mapping[str, Any]) -> None:
    _table(paper, PARTY)


GOODS: Final = {
    "heading": True,
    "widths": [1.2, 3.8, 2.0, 3.4, 2.6, 2.6],
    "rows": [
        ["序号", "名称", "数量", "规格或者状况", "保管人", "保管地点"],
        ["{%tr for one in goods %}"],
        [f"{{{{ one.{name} }}}}" for name in ("number", "name", "quantity", "condition", "keeper", "place")],
        ["{%tr endfor %}"],
    ],
}
"""The things that are held (CO 24, PL 56)."""


def _goods(paper: Paper, block: Mapping[str, Any]) -> None:
    _table(paper, GOODS)


def _sign(paper: Paper, block: Mapping[str, Any]) -> None:
    """Lines to be signed by hand, each with a name before it; what has no room on a line, a day above all, is whole on the next."""
    for line in block["lines"]:
        rows = _fitted(line)
        for number, row in enumerate(rows):
            paragraph = paper.add_paragraph()
            layout = paragraph.paragraph_format
            layout.space_before = Pt(8)
            layout.keep_with_next = True if number + 1 < len(rows) else None
            if number and _DAY.search(row):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            elif number and row.startswith(BLANK):
                layout.left_indent = BODY * int(_width(line.partition("：")[0]) + 1)
            _write(paragraph, row)


def _fitted(line: str) -> list[str]:
    """A line as the lines it takes: divided at its gaps alone, so that no blank and no day is torn."""
    rows = [""]
    for gap, piece in re.findall(r"(\u3000*)((?:\{\{.*?\}\}|[^\u3000])+)", line):
        wider = f"{rows[-1]}{gap}{piece}" if rows[-1] else piece
        rows = [*rows[:-1], wider] if _width(wider) <= ROOM or not rows[-1] else [*rows, piece]
    return rows


def _width(text: str) -> float:
    """About how many characters wide a line is when it is filled in."""
    said = re.sub(r"\{\{.*?\}\}", lambda field: BLANK * (8 if "day" in field[0] else 4), text)
    return sum(1.0 if east_asian_width(one) in "WFA" else 0.5 for one in said)


def _seal(paper: Paper, block: Mapping[str, Any]) -> None:
    """Name of the organ and day, at the right, where the seal goes; never alone on a page."""
    if paper.paragraphs and paper.paragraphs[-1]._p.getnext() is paper.element.body.sectPr:
        paper.paragraphs[-1].paragraph_format.keep_with_next = True
    for line in ("{{ organ.name }}", "（印章）", block.get("day", "{{ paper.day }}")):
        paragraph = paper.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(18) if line == "{{ organ.name }}" else None
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
    "party": _party,
    "goods": _goods,
    "sign": _sign,
    "seal": _seal,
    "foot": _foot,
}

if __name__ == "__main__":
    for name in kinds():
        print(make(name).name)
