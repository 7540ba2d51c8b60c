"""Coverage of village grids and patrols as a spreadsheet; patrols name who walked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard.components.patrols_reads import parts
from dashboard.components.table_export import Export
from dashboard.components.table_sheet import sheets_of
from dashboard.context import actor, county, lang, now, place_name, record, t
from data.queries.patrols import MOST, PatrolRow, patrols_of
from data.sheets import Book, Sheet

COLUMNS: Final = ("number", "walker", "township", "status", "started", "ended", "covered", "of", "leads", "note")


def book(view: Mapping[str, Any]) -> Book:
    """What the tab shows: coverage by township or village grid, or the patrols."""
    title = f"{t('patrols.page')} · {t('patrols.tab.' + view['tab'])}"
    narrowed = place_name(view["town"]) if view["town"] else ""
    if view["tab"] != "patrols":
        return Book(title, sheets_of(parts(view)["list"], title), personal=True, narrowed=narrowed)
    with record().read() as session:
        rows = patrols_of(session, actor(), county(), now(), township=view["town"] or None, limit=MOST)
    heads = [t(f"tables.patrols.{name}") for name in COLUMNS]
    return Book(title, (Sheet(title, heads, [_cells(row) for row in rows]),), personal=True, narrowed=narrowed)


def _cells(row: PatrolRow) -> list[Any]:
    one = row.patrol
    return [
        one.number, row.walker.say(lang()), place_name(one.township_code), t(f"vocabulary.patrol_status.{one.status}"),
        one.started_at, one.ended_at, row.covered, len(one.cells), ", ".join(row.leads), one.note or one.reason,
    ]  # fmt: skip


PATROLS: Final = Export("patrols", book, personal=True)
