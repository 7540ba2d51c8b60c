"""The list of reports as a spreadsheet, with the hashes under which they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard.components.table_export import Export
from dashboard.context import actor, county, now, record, t
from data.queries.reports import MOST, list_reports
from data.sheets import Book, Sheet

COLUMNS: Final = ("kind", "day", "language", "edition", "as_of", "made_at", "pages", "size", "sha256")


def book(view: Mapping[str, Any]) -> Book:
    """The reports as the page lists them."""
    kind = None if view["kind"] == "all" else view["kind"]
    with record().read() as session:
        found = list_reports(session, actor(), county(), now(), kind=kind, language=view["language"], limit=MOST)
    rows = [
        [t(f"reports.kind.{one.kind}"), one.business_date, t(f"reports.view.{one.language}"), one.edition, one.as_of, one.made_at, one.pages, one.size, one.sha256]
        for one in found
    ]  # fmt: skip
    title = t("reports.name")
    return Book(title, (Sheet(title, [t(f"reports.table.{name}") for name in COLUMNS], rows),))


REPORTS: Final = Export("reports", book)
