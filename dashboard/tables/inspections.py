"""Inspections as a spreadsheet: what can be merged, visits, plans, draws, operations, enterprises, as the tab lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard.components import inspections_reads as reads
from dashboard.components import inspections_view as show
from dashboard.components.case_words import joined
from dashboard.components.table_export import Export
from dashboard.context import actor, county, now, place_name, record, t
from data.queries.inspections import MOST, merging_proposals, rows_of, subjects_named
from data.sheets import Book, Sheet

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "merging": ("subject", "code", "organs", "plans", "on", "saved"),
    "subjects": ("subject", "code", "township", "risk", "credit"),
    "visits": ("number", "state", "subject", "organs", "on", "repeats", "outcome", "entered", "left"),
    "plans": ("number", "state", "title", "organs", "begins", "ends", "approved"),
    "draws": ("number", "state", "title", "organs", "committed", "drawn"),
    "operations": ("number", "state", "title", "organs", "approved", "begun", "reported"),
}
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "visits": ("visit_on", "repeats", "outcome", "entered_at", "left_at"),
    "plans": ("begins_on", "ends_on", "approved_at"),
    "draws": ("committed_at", "drawn_at"),
    "operations": ("approved_at", "begun_at", "reported_at"),
}


def book(view: Mapping[str, Any]) -> Book:
    """The list of the tab."""
    tab = view["tab"]
    title = f"{t('inspections.page')} · {t('inspections.tab.' + tab)}"
    made = {"merging": _merging, "subjects": _subjects}.get(tab)
    rows = made(view) if made else _matters(tab)
    heads = [t(f"tables.inspections.{name}") for name in COLUMNS[tab]]
    return Book(title, (Sheet(title, heads, rows),), narrowed=view["text"] if tab == "subjects" else "")


def _merging(_view: Mapping[str, Any]) -> list[list[Any]]:
    with record().read() as session:
        found = merging_proposals(session, actor(), county(), now())
    names = reads.organ_words()
    return [[one.subject.name, one.subject.code, _organs(one.organs, names), ", ".join(one.plans), one.on, one.saved] for one in found]  # fmt: skip


def _subjects(view: Mapping[str, Any]) -> list[list[Any]]:
    with record().read() as session:
        found = subjects_named(session, actor(), county(), now(), text=view["text"], limit=MOST)
    return [
        [one.name, one.code, place_name(one.township_code), t(f"vocabulary.subject_risk.{one.risk}"), t(f"vocabulary.subject_credit.{one.credit}") if one.credit else ""]
        for one in found
    ]  # fmt: skip


def _matters(tab: str) -> list[list[Any]]:
    rows = _every(tab)
    names, subjects = reads.organ_words(), reads.titles(tab, rows)
    return [_matter(tab, row, names, subjects) for row in rows]


def _every(tab: str) -> list[Any]:
    """The list to its end, page by page."""
    rows: list[Any] = []
    with record().read() as session:
        while True:
            before = rows[-1].number if rows else None
            page = rows_of(session, actor(), county(), now(), matter=reads.KINDS[tab], before=before, limit=MOST)
            rows += page
            if not page:
                return rows


def _matter(tab: str, row: Any, names: Mapping[str, str], subjects: Mapping[Any, Any]) -> list[Any]:
    organs = row.organs if tab == "visits" else [row.organ_code, *getattr(row, "participants", [])]
    first = [row.number, show.state_name(tab, row.status), show.row_title(tab, row, subjects), _organs(organs, names)]
    return first + [_value(name, getattr(row, name)) for name in _FIELDS[tab]]


def _value(name: str, value: Any) -> Any:
    return t(f"vocabulary.visit_outcome.{value}") if name == "outcome" and value else value


def _organs(codes: Sequence[str], names: Mapping[str, str]) -> str:
    return joined([names.get(code, code) for code in codes])


INSPECTIONS: Final = Export("inspections", book)
