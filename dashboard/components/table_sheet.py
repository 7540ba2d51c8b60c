"""What stands in a table of a page as a sheet: the same words and numbers, whatever the page is drawn with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from data.sheets import Share, Sheet

_NUMBER: Final = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?(0|[1-9]\d{0,8})(\.\d+)?")
_SHARE: Final = re.compile(r"-?\d{1,4}(\.\d+)?\s?%")
_HEADINGS: Final = ("H1", "H2", "H3", "Summary")


def words_of(content: Any) -> str:
    """The words of a component as they are read, without what is only drawn or folded away."""
    if content is None or isinstance(content, bool):
        return ""
    if isinstance(content, list | tuple):
        return "".join(words_of(one) for one in content)
    if not isinstance(content, Component):
        return str(content)
    if _kind(content) == "Details":
        return ""
    inside = words_of(getattr(content, "children", None))
    return f"{inside}\n" if _kind(content) in ("Div", "P", "Li", "Small") and inside else inside


def _kind(one: Component) -> str:
    return str(type(one).__name__)


def cell_of(content: Any) -> Any:
    """A cell: a number or a share where it is nothing else, else its words."""
    words = re.sub(r"[ \t]*\n\s*", "\n", words_of(content)).strip()
    if _SHARE.fullmatch(words):
        return Share(float(words.rstrip("% ")) / 100)
    if _NUMBER.fullmatch(words):
        plain = words.replace(",", "")
        return float(plain) if "." in plain else int(plain)
    return words


def sheets_of(content: Any, name: str) -> tuple[Sheet, ...]:
    """Every table in `content` as a sheet, called by the heading before it, else by `name`."""
    found = list(_walk(content, name))
    return tuple(sheet_of(table, heading) for heading, table in found)


def _walk(content: Any, heading: str) -> Iterator[tuple[str, Component]]:
    last = heading
    for one in _each(content):
        if _kind(one) in _HEADINGS:
            last = words_of(one).strip().replace("\n", " ") or last
        elif isinstance(one, html.Table):
            yield last, one


def _each(content: Any) -> Iterator[Component]:
    if isinstance(content, list | tuple):
        for one in content:
            yield from _each(one)
    elif isinstance(content, Component):
        yield content
        if not isinstance(content, html.Table):
            yield from _each(getattr(content, "children", None))


def sheet_of(table: Component, name: str) -> Sheet:
    """A table of a page as a sheet; a table without heads has its first row below an empty one."""
    inside = [line for line in _rows(table) if line[1]]
    heads = [words_of(cell.children).strip() for cell in inside[0][1]] if inside and inside[0][0] else []
    rows = [[cell_of(getattr(cell, "children", None)) for cell in cells] for head, cells in inside if not head]
    wide = max([len(heads), *(len(row) for row in rows)], default=0)
    return Sheet(name, [*heads, *[""] * (wide - len(heads))], rows)


def _rows(table: Component) -> Iterator[tuple[bool, list[Component]]]:
    for part in _children(table):
        if isinstance(part, html.Tr):
            yield False, list(_children(part))
        else:
            yield from ((isinstance(part, html.Thead), list(_children(row))) for row in _children(part))


def _children(one: Component) -> list[Component]:
    held = getattr(one, "children", None)
    many = held if isinstance(held, list | tuple) else [held]
    return [each for each in many if isinstance(each, Component)]


def grid_sheet(name: str, columns: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> Sheet:
    """The rows of a grid by its columns; a value that is shown by its words (`<field>_words`) is written by them."""
    shown = [one for one in columns if one.get("field") and one.get("headerName")]
    fields = [str(one["field"]) for one in shown]
    held = [[row.get(f"{field}_words", row.get(field)) for field in fields] for row in rows]
    return Sheet(name, [str(one["headerName"]) for one in shown], held)
