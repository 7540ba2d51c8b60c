"""Matters between organs and who does not answer, as a spreadsheet: the list of the tab that is open, to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard.components.between_reads import kind_of, parts
from dashboard.components.between_words import open_states, state_name
from dashboard.components.case_words import clock_name
from dashboard.components.desk_form import words_of
from dashboard.components.table_export import Export
from dashboard.components.table_sheet import sheets_of
from dashboard.context import actor, county, lang, now, record, t
from data.queries.between import PAGE_LIMIT, MatterRow, list_matters
from data.sheets import Book, Sheet
from policy.deadlines import key_of
from policy.text import has
from policy.vocabulary import MatterKind

COLUMNS: Final = ("number", "state", "subject", "about", "from", "to", "urgent", "begun", "clock", "due", "overdue")
MOST: Final = 20_000


def book(view: Mapping[str, Any]) -> Book:
    """The matters of the tab as it is narrowed; of the last tab who does not answer."""
    kind = kind_of(view)
    if kind is None:
        title = t("between_page.tab.unanswered")
        return Book(title, sheets_of(parts(view)["list"], title))
    title = t("between_page.disputes") if kind is MatterKind.DISPUTE else t(f"between_page.tab.{view['tab']}")
    heads = [t(f"tables.between.{name}") for name in COLUMNS]
    rows = [_cells(kind, row) for row in every(kind, view)]
    narrowed = [t(f"between_page.only.{view['only']}"), view["about"], view["organ"]]
    return Book(title, (Sheet(title, heads, rows),), narrowed=" · ".join(one for one in narrowed if one))


def every(kind: MatterKind, view: Mapping[str, Any]) -> list[MatterRow]:
    """The list to its end, page by page."""
    statuses = open_states(kind) if view["only"] == "open" else ()
    facts: dict[str, Any] = {"statuses": statuses, "organ": view["organ"] or None, "about": view["about"] or None}
    found: list[MatterRow] = []
    with record().read() as session:
        while len(found) < MOST:
            last = found[-1].number if found else None
            page = list_matters(session, actor(), county(), now(), kind, before=last, limit=PAGE_LIMIT, **facts)
            found += page
            if len(page) < PAGE_LIMIT:
                break
    return found


def _cells(kind: MatterKind, row: MatterRow) -> list[Any]:
    key = f"policy.key.{key_of(row.due_kind)}" if row.due_kind else ""
    clock = clock_name(t(key)) if key and has(key, lang()) else row.due_kind
    yes = {flag: t(f"case_page.{'yes' if flag else 'no'}") for flag in (True, False)}
    return [
        row.number, state_name(kind, row.status), row.subject, row.about, words_of(row.from_name), words_of(row.to_name),
        yes[row.urgent], row.begun_at, clock, row.due_at, yes[row.overdue],
    ]  # fmt: skip


TRANSFERS: Final = Export("transfers", book)
DISPUTES: Final = Export("disputes", book)
