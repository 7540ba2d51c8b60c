"""Events of the chain that were found, requests nobody answered, filings that are owed, as spreadsheets."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import parse_qsl

from dashboard.components import supervision_duties as duties
from dashboard.components import supervision_events as events
from dashboard.components.case_words import spoken
from dashboard.components.table_export import Export
from dashboard.components.table_sheet import sheets_of
from dashboard.context import actor, county, lang, now, record, t
from data.queries.events import EventFound, search_events
from data.sheets import Book, Sheet

COLUMNS: Final = (
    "sequence", "at", "matter", "number", "step", "who", "role", "organ", "clause", "facts", "previous", "hash",
)  # fmt: skip
MOST, STEP = 5_000, 500


def found(search: Any) -> Book:
    """The events the address looks for, newest first, at most five thousand; who signed them is named."""
    wish = events.wished(dict(parse_qsl(str(search or "").lstrip("?"))))
    names, rows = events.names_by_code(), every(wish)
    cells = [_cells(row, names) for row in rows]
    said = [t(f"supervision_page.field.{name}") + f" {value}" for name, value in wish.items() if value]
    said += [t("tables.most", n=f"{MOST:,}")] if len(rows) >= MOST else []
    title = t("supervision_page.events")
    heads = [t(f"tables.events.{name}") for name in COLUMNS]
    return Book(title, (Sheet(title, heads, cells),), personal=True, narrowed=" · ".join(said))


def every(wish: dict[str, str]) -> list[EventFound]:
    """All that the search finds, page by page."""
    rows: list[EventFound] = []
    with record().read() as session:
        while len(rows) < MOST:
            before = rows[-1].sequence if rows else None
            page = search_events(session, actor(), county(), now(), events.filter_of(wish), before=before, limit=STEP, lang=lang())  # fmt: skip
            rows += page
            if not page:
                break
    return rows[:MOST]


def _cells(row: EventFound, names: Any) -> list[Any]:
    role = spoken(f"vocabulary.role.{row.role}", t("supervision_page.by_the_system") if row.role == "system" else row.role)  # fmt: skip
    facts = json.dumps(row.facts, ensure_ascii=False, sort_keys=True)
    return [
        row.sequence, row.at, events.kind_of(row.matter), row.number, events.step_of(row), row.who, role, names.get(row.organ or "", row.organ), row.clause, facts,
        row.previous, row.hash,
    ]  # fmt: skip


def owed() -> Book:
    """Who does not answer, and what was found and is not filed."""
    title = t("supervision_page.tab.duties")
    first = sheets_of(duties.unanswered(), t("supervision_page.unanswered"))
    return Book(title, (*first, *sheets_of(duties.not_filed(), t("supervision_page.unfiled"))))


EVENTS: Final = Export("supervision-events", found, personal=True)
DUTIES: Final = Export("supervision-duties", owed)
