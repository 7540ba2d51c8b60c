"""From tables to one spreadsheet: heads in the reader's words, as-of and purpose on top, no cell that a program would run."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from unicodedata import east_asian_width

from uuid_utils.compat import uuid7

from data.authority import Actor
from data.county import County
from data.db import Record, Tx
from data.events import append_event
from data.papers.mark import drill_words
from policy.errors import Refusal
from policy.text import named, say
from policy.zone import CHINA

FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_CENT: Final = "0.0%"
WIDEST, NARROWEST, LOOKED_AT = 60, 8, 200  # characters of a column; rows whose width is measured
_UNNAMED: Final = re.compile(r"[\[\]:*?/\\']")
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Share(float):
    """A share 0–1 that is shown as a per cent."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, heads in words with their units, rows."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Book:
    """What one button exports: its tables, what they were narrowed to; `personal` where they name people (PI 51)."""

    title: str
    sheets: tuple[Sheet, ...]
    personal: bool = False
    narrowed: str = ""

    @property
    def count(self) -> int:
        """Rows of all its tables."""
        return sum(len(sheet.rows) for sheet in self.sheets)


def neutral(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers, times are Asia/Shanghai."""
    if isinstance(value, datetime):
        return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        text = _UNWRITABLE.sub("", value)
        return f"'{text}" if text.startswith(FORMULAS) else text
    return "" if value is None else value


def about(actor: Actor, now: datetime, reason: str, lang: str) -> str:
    """Who took it, when and what for."""
    stamp = f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}"
    return say("exports.about", lang, who=actor.name, at=stamp, why=reason)


def marked(words: str, lang: str) -> str:
    """The words on top of a file; those of a drill say first that they are."""
    mark = drill_words(lang)
    return f"{mark} {words}" if mark else words


def note_export(tx: Tx, *, kind: str, reason: str, rows: int) -> None:
    """The event of an export: what, how many rows, what for."""
    facts, words = {"kind": kind, "rows": rows}, {"reason": reason}
    append_event(tx, matter="export", subject_id=uuid7(), verb="run", facts=facts, words=words)


def export_book(
    record: Record, actor: Actor, county: County, book: Book, *, kind: str, reason: str = "", lang: str = "zh"
) -> bytes:
    """The .xlsx of what a page shows; where it names people the reason is asked for and becomes an event of the chain.

    Raises Refusal without a reason where one is needed; nothing is written then.
    """
    now, why = record.clock(), reason.strip()
    if book.personal and not why:
        raise Refusal("errors_export.purpose_missing", pointer="/reason", clause="PI 51", title=book.title)
    if book.personal:
        record.write(actor, note_export, county=county, kind=kind, reason=why, rows=book.count)
    place = named(county.words, lang)
    heads = [place, book.title, book.narrowed, about(actor, now, why, lang) if why else _taken(actor, now, lang)]
    return book_bytes(book.sheets, marked(" · ".join(one for one in heads if one), lang))


def _taken(actor: Actor, now: datetime, lang: str) -> str:
    return say("exports.taken", lang, who=actor.name, at=f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}")


def book_bytes(sheets: Sequence[Sheet], top: str) -> bytes:
    """A workbook: on each sheet one line that says what it is, the heads, the rows; heads stay in sight and filter."""
    from openpyxl import Workbook

    book, target, names = Workbook(write_only=True), io.BytesIO(), set[str]()
    for sheet in sheets:
        _write(book, sheet, top, _named(sheet.name, names))
    book.save(target)
    return target.getvalue()


def _write(book: Any, sheet: Sheet, top: str, name: str) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(name)
    page.freeze_panes = "A3"
    for place, width in enumerate(widths(sheet), start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.append([neutral(top)])
    heads = [WriteOnlyCell(page, neutral(head)) for head in sheet.heads]
    for cell in heads:
        cell.font = Font(bold=True)
    page.append(heads)
    for row in sheet.rows:
        page.append([_cell(page, value) for value in row])
    if sheet.heads and sheet.rows:
        page.auto_filter.ref = f"A2:{get_column_letter(len(sheet.heads))}{len(sheet.rows) + 2}"


def _cell(page: Any, value: Any) -> Any:
    if not isinstance(value, Share):
        return neutral(value)
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page, float(value))
    cell.number_format = PER_CENT
    return cell


def widths(sheet: Sheet) -> list[float]:
    """How wide columns are so that most of their words are seen; a Chinese character takes two."""
    shown: Iterable[Sequence[Any]] = (sheet.heads, *sheet.rows[:LOOKED_AT])
    found = [float(NARROWEST)] * len(sheet.heads)
    for row in shown:
        for n, value in enumerate(row[: len(found)]):
            found[n] = max(found[n], min(_wide(str(neutral(value))) + 2, WIDEST))
    return found


def _wide(text: str) -> float:
    return max((sum(2.0 if east_asian_width(one) in "WFA" else 1.0 for one in line) for line in text.split("\n")), default=0.0)  # fmt: skip


def _named(name: str, taken: set[str]) -> str:
    """A name a sheet may have, once."""
    plain = _UNNAMED.sub(" ", name).strip()[:31] or "OneGrid"
    made, n = plain, 2
    while made in taken:
        made, n = f"{plain[:27]} ({n})", n + 1
    taken.add(made)
    return made
