"""What a filled document holds, as plain blocks a typesetter can set: paragraphs, tables, photographs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

Block = dict[str, Any]
_ALIGN: Final[dict[WD_ALIGN_PARAGRAPH | None, str]] = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
}
USUAL: Final = 15.0  # points
_BEYOND: Final = frozenset(qn(f"w:{name}") for name in ("drawing", "pict", "object", "sdt", "txbxContent"))


def blocks_of(content: bytes) -> list[Block]:
    """The body of a .docx in its order: `paragraph` (runs, align, indents in points) and `table` (rows of cells, widths)."""
    paper = Document(io.BytesIO(content))
    usual = _points(paper.styles["Normal"].font.size, USUAL)
    return [
        _paragraph(part, usual) if isinstance(part, Paragraph) else _table(part, usual)
        for part in paper.iter_inner_content()
    ]


def beyond(content: bytes) -> bool:
    """Whether a .docx holds what no block says: pictures, text boxes, controls, tables in tables, heads and feet.

    An office's own template may; our typesetting would leave it out, so that only LibreOffice can print it.
    """
    paper = Document(io.BytesIO(content))
    if any(node.tag in _BEYOND for node in paper.element.body.iter()):
        return True
    if any(cell.tables for table in paper.tables for row in table.rows for cell in row.cells):
        return True
    edges = [edge for section in paper.sections for edge in (section.header, section.footer)]
    return any(part.text.strip() for edge in edges if not edge.is_linked_to_previous for part in edge.paragraphs)


def _points(length: Length | int | None, otherwise: float = 0.0) -> float:
    return float(Length(length).pt) if length is not None else otherwise


def _paragraph(part: Paragraph, usual: float) -> Block:
    form = part.paragraph_format
    return {
        "kind": "paragraph",
        "runs": list(_runs(part, usual)),
        "size": _points(part.runs[0].font.size, usual) if part.runs else usual,
        "align": _ALIGN.get(part.alignment, "justify"),
        "indent": _points(form.first_line_indent),
        "left": _points(form.left_indent),
        "right": _points(form.right_indent),
        "before": _points(form.space_before),
        "after": _points(form.space_after),
        "breaks": bool(form.page_break_before),
        "sticky": bool(form.keep_with_next),
    }


def _runs(part: Paragraph, usual: float) -> Iterator[Block]:
    for run in part.runs:
        if run.text:
            yield {
                "text": run.text,
                "size": _points(run.font.size, usual),
                "bold": bool(run.bold),
                "line": _underlined(run),
            }


def _underlined(run: Run) -> bool:
    return run.font.underline not in (None, False)


def _table(part: Table, usual: float) -> Block:
    widths = [_points(column.width, 1.0) for column in part.columns]
    return {"kind": "table", "widths": widths, "rows": [list(_cells(row.cells, usual)) for row in part.rows]}


def _cells(cells: tuple[_Cell, ...], usual: float) -> Iterator[Block]:
    """Each cell once, with how many columns it spans."""
    place = 0
    while place < len(cells):
        cell = cells[place]
        span = sum(1 for other in cells[place:] if other._tc is cell._tc)
        yield {"span": span, "parts": [_paragraph(part, usual) for part in cell.paragraphs], "shade": _shade(cell)}
        place += span


def _shade(cell: _Cell) -> bool:
    return cell._tc.tcPr is not None and cell._tc.tcPr.find(qn("w:shd")) is not None
