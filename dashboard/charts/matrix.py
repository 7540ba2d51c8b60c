"""A matrix as a heat map: departments × townships; numbers stand in the cells, totals beside, the rest in the hover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.charts.style import Figure, Scheme, contrast, empty, figure, palette, ramp, safe
from policy.figures.written import number, said
from policy.text import say

ROW: Final = 26
HEAD: Final = 92
TILTED: Final = 10  # columns from which on their names stand on end
TOTAL: Final = "\u2007"  # a category no name has


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: its number, a short mark beside it (a mode), and what the hover adds, line by line."""

    value: float | None
    mark: str = ""
    words: tuple[str, ...] = ()


Cells = Mapping[tuple[str, str], Cell]
Names = Sequence[tuple[str, str]]
"""Code and name, in the order shown."""


def matrix(
    rows: Names,
    columns: Names,
    cells: Cells,
    *,
    unit: str = "count",
    totals: bool = True,
    lang: str = "zh",
    scheme: Scheme = "light",
    height: int | None = None,
) -> Figure:
    """`cells` by (row code, column code); a field that is not given stays blank. A click's `customdata` is [row code, column
    code]. With `totals` the sums of counts stand in a last row and column."""
    totals = totals and unit == "count"
    room = height or HEAD + ROW * (len(rows) + totals)
    if not rows or not columns or not any(cell.value is not None for cell in cells.values()):
        return empty(scheme, lang=lang, height=height or 240)
    named = {code: safe(name) for code, name in (*rows, *columns)}
    heat = _heat(rows, columns, cells, unit, lang, scheme)
    inside = _numbers(rows, columns, cells, unit, scheme)
    sums = [_totals(rows, columns, cells, unit, scheme)] if totals else []
    ends = [TOTAL] if totals else []
    word = [say("charts.total", lang)] if totals else []
    across = {"type": "category", "side": "top", "showgrid": False, "ticks": "", "tickangle": -60 if len(columns) >= TILTED else 0}  # fmt: skip
    codes = [code for code, _ in columns] + ends, [code for code, _ in rows] + ends
    x = across | {"tickvals": codes[0], "ticktext": [named[code] for code, _ in columns] + word, "categoryorder": "array", "categoryarray": codes[0]}  # fmt: skip
    y = {"type": "category", "autorange": "reversed", "showgrid": False, "ticks": "", "tickvals": codes[1], "ticktext": [named[code] for code, _ in rows] + word, "categoryorder": "array", "categoryarray": codes[1]}  # fmt: skip
    return figure([heat, inside, *sums], scheme, height=room, xaxis=x, yaxis=y, plot_bgcolor=palette(scheme).panel)


def _heat(rows: Names, columns: Names, cells: Cells, unit: str, lang: str, scheme: Scheme) -> dict[str, Any]:
    grid = [[cells.get((row, column)) for column, _ in columns] for row, _ in rows]
    told = [
        [_words(row, column, cells.get((row[0], column[0])), unit, lang) for column in columns] for row in rows
    ]  # fmt: skip
    return {
        "type": "heatmap",
        "x": [code for code, _ in columns],
        "y": [code for code, _ in rows],
        "z": [[cell.value if cell else None for cell in line] for line in grid],
        "zmin": 0,
        "zmax": _most(cells),
        "colorscale": ramp(scheme),
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "text": told,
        "customdata": [[[row, column] for column, _ in columns] for row, _ in rows],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _most(cells: Cells) -> float:
    return max((cell.value for cell in cells.values() if cell.value is not None), default=1.0) or 1.0


def _words(row: tuple[str, str], column: tuple[str, str], cell: Cell | None, unit: str, lang: str) -> str:
    if cell is None:
        return ""
    lines = (f"{row[1]} × {column[1]}", said(cell.value, unit, lang), *cell.words)
    return "<br>".join(safe(line) for line in lines)


def _numbers(rows: Names, columns: Names, cells: Cells, unit: str, scheme: Scheme) -> dict[str, Any]:
    """The numbers, each in the letters that read best on its ground."""
    steps, most = palette(scheme).choropleth, _most(cells)
    held = [
        (column, row, cell)
        for row, _ in rows
        for column, _ in columns
        if (cell := cells.get((row, column))) is not None and cell.value is not None
    ]
    grounds = [steps[min(round((cell.value or 0) / most * (len(steps) - 1)), len(steps) - 1)] for *_, cell in held]
    words = [f"{number(cell.value, unit)}{cell.mark}" for *_, cell in held]
    return _texts([c for c, _, _ in held], [r for _, r, _ in held], words, [contrast(scheme, one) for one in grounds])


def _totals(rows: Names, columns: Names, cells: Cells, unit: str, scheme: Scheme) -> dict[str, Any]:
    known = {key: cell.value for key, cell in cells.items() if cell.value is not None}
    shown = {(row, column) for row, _ in rows for column, _ in columns}
    held = {key: value for key, value in known.items() if key in shown}
    by_row = [(TOTAL, code, sum(v for (row, _), v in held.items() if row == code)) for code, _ in rows]
    by_column = [(code, TOTAL, sum(v for (_, column), v in held.items() if column == code)) for code, _ in columns]
    every = [*by_row, *by_column, (TOTAL, TOTAL, sum(held.values()))]
    words = [number(value, unit) for *_, value in every]
    return _texts([x for x, _, _ in every], [y for _, y, _ in every], words, [palette(scheme).text] * len(every))


def _texts(xs: list[str], ys: list[str], words: list[str], colours: list[str]) -> dict[str, Any]:
    letters = {"color": colours, "size": 12}
    return {"type": "scatter", "mode": "text", "x": xs, "y": ys, "text": [safe(one) for one in words], "textfont": letters, "hoverinfo": "skip"}  # fmt: skip
