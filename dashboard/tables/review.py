"""The queue of legal review as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard.components import review_queue as queue
from dashboard.components.desk_form import words_of
from dashboard.components.table_export import Export
from dashboard.context import actor, county, lang, now, record, t
from data.queries.reviews import PAGE_LIMIT, ReviewRow, review_queue
from data.sheets import Book, Sheet
from policy.vocabulary_between import ReviewStatus

COLUMNS: Final = (
    "number", "case", "item", "township", "round", "state", "triggers", "submitted", "asked_due", "decision_due", "overdue",
)  # fmt: skip


def book(view: Mapping[str, Any]) -> Book:
    """The rounds that wait, or those with an opinion, as the page lists them."""
    statuses = (ReviewStatus.OPINION.value,) if view["only"] == "done" else ()
    with record().read() as session:
        rows = review_queue(session, actor(), county(), now(), statuses=statuses, limit=PAGE_LIMIT, lang=lang())
    heads = [t(f"tables.review.{name}") for name in COLUMNS]
    title = t("review_page.name")
    return Book(title, (Sheet(title, heads, [_cells(row) for row in rows]),), narrowed=t(f"review_page.only.{view['only']}"))  # fmt: skip


def _cells(row: ReviewRow) -> list[Any]:
    late = t(f"case_page.{'yes' if row.overdue else 'no'}")
    return [
        row.number, row.case, words_of(row.item), row.township, row.round, queue.state(row), queue.triggers(row.triggers),
        row.submitted_at, row.asked_due_at, row.decision_due_at, late,
    ]  # fmt: skip


REVIEW: Final = Export("review", book)
