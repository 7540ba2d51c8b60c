"""The tables of a township as spreadsheets: what is open, its people, its figures against the month before and its kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dashboard.components import township_reads as reads
from dashboard.components.table_export import Export
from dashboard.components.table_sheet import grid_sheet
from dashboard.components.township_force import people_columns, person_row
from dashboard.components.township_open import chosen, columns, row_of
from dashboard.context import lang, place_name, t
from data.queries.township_figures import Comparison, Line, Part
from data.sheets import Book, Share, Sheet
from policy.figures.definitions import definition
from policy.figures.written import parts as made_of

FIGURES: Final = ("figure", "measure", "unit", "now", "now_of", "before", "before_of", "alike", "alike_of", "target", "clause")  # fmt: skip


def open_matters(code: str, only: str) -> Book:
    """The open leads as the filter leaves them."""
    state = reads.look(code).state
    rows = [row_of(one, state.now) for one in chosen(state.matters, "" if only == "all" else only, state.now)]
    title = f"{place_name(code)} {t('township.tab.open')}"
    narrowed = t(f"township.only.{only or 'all'}")
    return Book(title, (grid_sheet(title, columns(), rows),), narrowed=narrowed)


def people(code: str) -> Book:
    """Everybody of the township with mode, certificate and load."""
    state = reads.look(code).state
    phones = any(one.phone for one in state.force.people)
    rows = [person_row(one, state.now) for one in state.force.people]
    title = f"{place_name(code)} {t('township.people_here')}"
    return Book(title, (grid_sheet(title, people_columns(phones), rows),), personal=True)


def figures(code: str) -> Book:
    """The figures as the page compares them."""
    found = reads.figures_of(code)
    rows = [row for one in found.figures for row in _lines(one)]
    title = f"{place_name(code)} {t('township.tab.figures')}"
    return Book(title, (Sheet(title, [t(f"tables.figures.{name}") for name in FIGURES], rows),))


def _lines(one: Comparison) -> Iterator[list[Any]]:
    known = definition(one.figure)
    for line in one.lines:
        unit = t(f"figures.unit.{line.unit}")
        name = [f"{one.figure} {known.name(lang())}", known.measure_name(line.measure, lang()), unit]
        goal = [_value(one.target, known.unit), one.target_clause] if line.measure == known.headline.id else [None, None]  # fmt: skip
        yield [*name, *_part(line, line.now), *_part(line, line.before), *_part(line, line.alike), *goal]


def _part(line: Line, part: Part) -> list[Any]:
    return [_value(part.value, line.unit), made_of(part.numerator, part.denominator)]


def _value(value: float | None, unit: str) -> Any:
    if value is None:
        return None
    return Share(value) if unit == "share" else round(value, 2)


OPEN: Final = Export("township-open", open_matters)
PEOPLE: Final = Export("township-people", people, personal=True)
COMPARED: Final = Export("township-compared", figures)
