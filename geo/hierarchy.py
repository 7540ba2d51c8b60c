"""The grid as a tree: one county and one to six levels of cells below it, always walked in the order of codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal

from geo.errors import GridError

Settlement = Literal["urban", "rural"]
DEEPEST: Final = 6  # levels below the county


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell: level 0 is the county; geometry is a shapely (multi)polygon in WGS-84 degrees; illustrative = drawn, not
    surveyed; `name_en` is empty where the grid has no English name."""

    code: str
    name: str
    level: int
    parent: str | None
    geometry: Any
    settlement: Settlement = "rural"
    illustrative: bool = False
    name_en: str = ""


class Hierarchy:
    """An immutable tree of cells with exactly one county; every listing is ordered by code."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        """Raises `GridError` (duplicate_code, no_county, several_counties, orphan, level_skipped, too_deep)."""
        self._cells = _by_code(cells)
        self.root = _only_root(self._cells)
        self._children = _children(self._cells)

    @property
    def cells(self) -> Mapping[str, Cell]:
        """All cells by code, in the order of codes."""
        return MappingProxyType(self._cells)

    @property
    def depth(self) -> int:
        """The deepest level present, 0 when there is only the county."""
        return max(cell.level for cell in self._cells.values())

    @property
    def illustrative(self) -> bool:
        """True when any cell below the county is drawn rather than surveyed."""
        return any(cell.illustrative for cell in self._cells.values())

    def __len__(self) -> int:
        return len(self._cells)

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._cells.values())

    def __contains__(self, code: object) -> bool:
        return code in self._cells

    def __getitem__(self, code: str) -> Cell:
        return self._cells[code]

    def get(self, code: str) -> Cell | None:
        """The cell of `code`, or None."""
        return self._cells.get(code)

    def children(self, code: str) -> tuple[Cell, ...]:
        """Cells directly below `code`."""
        return tuple(self._cells[child] for child in self._children.get(code, ()))

    def parent(self, code: str) -> Cell | None:
        """The cell directly above `code`; None for the county."""
        above = self._cells[code].parent
        return None if above is None else self._cells[above]

    def chain(self, code: str) -> tuple[str, ...]:
        """Codes from the county down to `code`, both included; KeyError for an unknown code."""
        codes = [code]
        while (above := self._cells[codes[-1]].parent) is not None:
            codes.append(above)
        return tuple(reversed(codes))

    def ancestor(self, code: str, level: int) -> Cell | None:
        """The cell of `level` in the chain of `code`; None when the chain does not reach so deep."""
        chain = self.chain(code)
        return self._cells[chain[level]] if 0 <= level < len(chain) else None

    def at_level(self, level: int) -> tuple[Cell, ...]:
        """All cells of one level."""
        return tuple(cell for cell in self if cell.level == level)

    def leaves(self) -> tuple[Cell, ...]:
        """Cells without children: the finest grid."""
        return tuple(cell for cell in self if cell.code not in self._children)

    def descendants(self, code: str) -> tuple[Cell, ...]:
        """All cells below `code`, itself not included."""
        found, open_codes = [], list(self._children.get(code, ()))
        while open_codes:
            child = open_codes.pop()
            found.append(child)
            open_codes.extend(self._children.get(child, ()))
        return tuple(self._cells[child] for child in sorted(found))

    def subtree(self, code: str) -> Hierarchy:
        """The tree below `code` with `code` as its level 0: one town drawn out of its county."""
        top = self._cells[code]
        below = (replace(cell, level=cell.level - top.level) for cell in self.descendants(code))
        return Hierarchy([replace(top, level=0, parent=None), *below])


def _by_code(cells: Iterable[Cell]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for cell in sorted(cells, key=lambda cell: cell.code):
        if cell.code in found:
            raise GridError("duplicate_code", cell=cell.code, name=cell.name)
        if not 0 <= cell.level <= DEEPEST:
            raise GridError("too_deep", cell=cell.code, level=cell.level, deepest=DEEPEST)
        found[cell.code] = cell
    return found


def _only_root(cells: Mapping[str, Cell]) -> Cell:
    roots = [cell for cell in cells.values() if cell.level == 0]
    if not roots:
        raise GridError("no_county")
    if len(roots) > 1:
        raise GridError("several_counties", cells=", ".join(cell.code for cell in roots))
    return roots[0]


def _children(cells: Mapping[str, Cell]) -> dict[str, list[str]]:
    """Children by parent; a parent exactly one level above rules out circles."""
    below: dict[str, list[str]] = {}
    for cell in cells.values():
        if cell.level == 0:
            continue
        if cell.parent is None or cell.parent not in cells:
            raise GridError("orphan", cell=cell.code, name=cell.name, parent=cell.parent or "—")
        if cells[cell.parent].level != cell.level - 1:
            raise GridError("level_skipped", cell=cell.code, name=cell.name, level=cell.level, parent=cell.parent)
        below.setdefault(cell.parent, []).append(cell.code)
    return below
