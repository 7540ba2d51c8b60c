"""Empty tables to fill in: the header in the language asked for, what each column takes in a comment, an example where it
helps, and the closed lists on a sheet of their own."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from data.importers import catalogue, experts, items, leads, roster, staff, staffing
from data.importers.tables import KINDS, Column
from policy.errors import Refusal
from policy.items.model import BASES, STAGES, UNITS
from policy.library import library
from policy.text import say

TEMPLATES: Final[Mapping[str, Sequence[Column]]] = MappingProxyType(
    {
        "staff": staff.COLUMNS,
        "items": items.COLUMNS,
        "leads": leads.COLUMNS,
        "experts": experts.COLUMNS,
        "shifts": roster.SHIFTS,
        "leaves": roster.LEAVES,
        **{register.value: columns for register, columns in staffing.COLUMNS.items()},
    }
)
EXAMPLES: Final[Mapping[str, Callable[[str], Mapping[str, str]]]] = MappingProxyType({"items": catalogue.example})
Allowed = tuple[str, str, str]
"""Head of the column, the code, its meaning."""


def _head(column: Column, lang: str) -> str:
    return say(f"imports.column.{column.key}", lang) + ("*" if column.required else "")


def write_template(kind: str, file: Path, lang: str = "zh") -> Path:
    """Write the template of `kind` (staff, items, leads, experts, shifts, leaves, a register of staffing) as CSV or Excel; raises Refusal for another kind or file type.

    An import passes over an example row that was left in place.
    """
    if kind not in TEMPLATES:
        raise Refusal("errors_import.template_unknown", name=kind, known=", ".join(TEMPLATES))
    if file.suffix.lower() not in KINDS:
        raise Refusal("errors_import.file_kind", file=file.name, kinds=", ".join(KINDS))
    rows = [[_head(column, lang) for column in TEMPLATES[kind]]]
    if kind in EXAMPLES:
        cells = EXAMPLES[kind](lang)
        rows.append([cells.get(column.key, "") for column in TEMPLATES[kind]])
    if file.suffix.lower() == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(rows)
        return file
    _write_book(kind, file, rows, lang)
    return file


def _hint(column: Column, lang: str) -> str:
    words = say(f"imports.hint.{column.key}", lang)
    return say("imports.choices", lang, hint=words, choices=column.choices) if column.choices else words


def _write_book(kind: str, file: Path, rows: Sequence[Sequence[str]], lang: str) -> None:
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = kind
    for number, (head, column) in enumerate(zip(rows[0], TEMPLATES[kind], strict=True), start=1):
        cell = sheet.cell(1, number, head)
        cell.comment = Comment(_hint(column, lang), "OneGrid")
        sheet.column_dimensions[cell.column_letter].width = max(12, 2 * len(head))
        for below in range(2, len(rows) + 1):
            sheet.cell(below, number, rows[below - 1][number - 1]).number_format = "@"  # 5-10 is no date
    sheet.freeze_panes = "A2"
    _write_allowed(book, allowed(kind, lang), lang)
    book.save(file)


def _write_allowed(book: Any, lines: Sequence[Allowed], lang: str) -> None:
    if not lines:
        return
    sheet = book.create_sheet(say("imports.allowed.title", lang))
    sheet.append([say(f"imports.allowed.{name}", lang) for name in ("column", "value", "meaning")])
    for line in lines:
        sheet.append(list(line))
    for letter, width in (("A", 26), ("B", 30), ("C", 60)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def allowed(kind: str, lang: str = "zh") -> list[Allowed]:
    """What the columns of closed lists take, and what a law and a fine are called in the item catalogue."""
    lists = [
        (say(f"imports.column.{column.key}", lang), choice.key.rpartition(".")[2], say(choice.key, lang))
        for column in TEMPLATES[kind]
        for choice in column.choices
    ]
    return [*lists, *(_of_items(lang) if kind == "items" else ())]


def _of_items(lang: str) -> Iterator[Allowed]:
    for name, known in (("stage", STAGES), ("base", BASES), ("unit", UNITS)):
        for code in known:
            yield say(f"imports.allowed.{name}", lang), code, say(f"items.{name}.{code}", lang)
    for document in library().documents.values():
        if document.kind == "law" and document.text != "not_at_hand":
            yield say("imports.column.penalises_law", lang), document.code, document.title(lang)
