"""Empty tables to fill in: the header in the language asked for, what each column takes below it in a comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from data.importers import items, leads, staff
from data.importers.tables import KINDS, Column
from policy.errors import Refusal
from policy.text import say

TEMPLATES: Final[Mapping[str, Sequence[Column]]] = MappingProxyType(
    {"staff": staff.COLUMNS, "items": items.COLUMNS, "leads": leads.COLUMNS}
)


def _head(column: Column, lang: str) -> str:
    return say(f"imports.column.{column.key}", lang) + ("*" if column.required else "")


def write_template(kind: str, file: Path, lang: str = "zh") -> Path:
    """Write the template of `kind` (staff, items, leads) as CSV or Excel; raises Refusal for another kind or file type."""
    if kind not in TEMPLATES:
        raise Refusal("errors_import.template_unknown", name=kind, known=", ".join(TEMPLATES))
    if file.suffix.lower() not in KINDS:
        raise Refusal("errors_import.file_kind", file=file.name, kinds=", ".join(KINDS))
    heads = [_head(column, lang) for column in TEMPLATES[kind]]
    if file.suffix.lower() == ".csv":
        file.write_text(",".join(heads) + "\r\n", "utf-8-sig")
        return file
    _write_book(kind, file, heads, lang)
    return file


def _hint(column: Column, lang: str) -> str:
    words = say(f"imports.hint.{column.key}", lang)
    return say("imports.choices", lang, hint=words, choices=column.choices) if column.choices else words


def _write_book(kind: str, file: Path, heads: Sequence[str], lang: str) -> None:
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = kind
    for number, (head, column) in enumerate(zip(heads, TEMPLATES[kind], strict=True), start=1):
        cell = sheet.cell(1, number, head)
        cell.comment = Comment(_hint(column, lang), "OneGrid")
        sheet.column_dimensions[cell.column_letter].width = max(12, 2 * len(head))
    sheet.freeze_panes = "A2"
    book.save(file)
