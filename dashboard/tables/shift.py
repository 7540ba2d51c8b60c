"""The tables of the shift desk as a spreadsheet: open matters, calls, the week, telephones; they name people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard.components.shift_reads import parts
from dashboard.components.table_export import Export
from dashboard.components.table_sheet import sheets_of
from dashboard.context import t
from data.sheets import Book, Sheet


def book(view: Mapping[str, Any]) -> Book:
    """Every table of the tab that is open."""
    title = f"{t('shift.page')} · {t('shift.tab.' + view['tab'])}"
    found = sheets_of(parts(view)["body"], title) or (Sheet(title, [t("tables.nothing")], []),)
    return Book(title, found, personal=True)


SHIFT: Final = Export("shift", book, personal=True)
