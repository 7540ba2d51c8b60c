"""What is more than expected as a spreadsheet, with the leads that were counted."""

from __future__ import annotations

from typing import Final

from dashboard.components.anomalies_view import method, read
from dashboard.components.table_export import Export
from dashboard.context import lang, t
from data.sheets import Book, Sheet

COLUMNS: Final = ("kind", "name", "code", "count", "usual", "chance", "begins", "ends", "leads")


def book() -> Book:
    """Every mark of this moment."""
    found = read()
    rows = [
        [t(f"anomalies.kind.{one.kind}"), one.name.say(lang()), one.code, one.count, round(one.usual, 2), one.chance, one.begins, one.ends, ", ".join(one.leads)]
        for one in found.rows
    ]  # fmt: skip
    title, heads = t("anomalies.name"), [t(f"tables.anomalies.{name}") for name in COLUMNS]
    return Book(title, (Sheet(title, heads, rows),), narrowed=method(found))


ANOMALIES: Final = Export("anomalies", book)
