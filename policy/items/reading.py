"""Statute files (`policy/items/statutes/*.toml`) → items; every structural fault is collected with file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from policy.items import spelling
from policy.items.model import CORRECTIONS, PARTIES, CatalogueItem, Clause, Correction, Fine
from policy.text import say
from policy.vocabulary import PenaltyKind

_HEAD: Final = frozenset({"law", "domain", "province", "penalty"})
_PENALTY: Final = {
    "article": str, "paragraph": int, "quote": str, "kinds": list, "severe": list, "correction": str, "fine": dict,
    "orders": list, "also": list, "item": list,
}  # fmt: skip
_ITEM: Final = {
    "code": str, "name": str, "name_en": str, "domain": str, "forbids": str, "words": str, "keywords": list,
    "except_province": list, "grades": dict,
}  # fmt: skip
_PENALTY_NEEDS: Final = ("article", "quote", "kinds", "correction", "item")
_ITEM_NEEDS: Final = ("code", "name", "name_en", "forbids", "words", "keywords")
_BLOCK: Final = re.compile(r"^\s*\[\[penalty(\.item)?\]\]")
_PARSE_LINE: Final = re.compile(r"at line (\d+)")
_KINDS: Final = {kind.value: kind for kind in PenaltyKind}
GRADES: Final = ("lenient", "ordinary", "heavy")


@dataclass(frozen=True, slots=True)
class ItemFault:
    """One fault of the catalogue: file and line (row of a spreadsheet), the item, and what is wrong in both languages."""

    file: str
    line: int
    code: str
    sentence_zh: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code}: {self.sentence}"


@dataclass(slots=True)
class Place:
    """Where something is read: file, line and item; it gathers the faults found there."""

    file: str
    line: int
    code: str
    faults: list[ItemFault] = field(default_factory=list)

    def at(self, line: int, code: str) -> Place:
        """The same file and list of faults at another line."""
        return Place(self.file, line, code, self.faults)

    def fault(self, name: str, /, **params: Any) -> None:
        """Note a fault; `name` is its key under `items.fault`."""
        zh, en = (say(f"items.fault.{name}", lang, code=self.code, **params) for lang in ("zh", "en"))
        self.faults.append(ItemFault(self.file, self.line, self.code, zh, en))


@dataclass(frozen=True, slots=True)
class Entry:
    """An item together with the place it was read from, for the checks that follow."""

    item: CatalogueItem
    place: Place


def read_statute(path: Path, domains: Mapping[str, Any]) -> tuple[list[Entry], list[ItemFault]]:
    """Items of one file and its structural faults; quotations are not yet compared with the law."""
    text = path.read_text("utf-8-sig")
    place = Place(path.name, 1, path.stem)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _PARSE_LINE.search(str(error))
        place.at(int(found[1]) if found else 1, path.stem).fault("syntax", error=str(error))
        return [], place.faults
    return list(_entries(tree, _Lines(text), place, domains)), place.faults


class _Lines:
    """First lines of the penalty and item tables, in order."""

    def __init__(self, text: str) -> None:
        marks = [(n, found[1]) for n, line in enumerate(text.split("\n"), 1) if (found := _BLOCK.match(line))]
        self.penalties = iter([n for n, item in marks if not item])
        self.items = iter([n for n, item in marks if item])


def _entries(tree: dict[str, Any], lines: _Lines, head: Place, domains: Mapping[str, Any]) -> Iterator[Entry]:
    for name in tree.keys() - _HEAD:
        head.fault("unknown_field", field=name)
    for name in ("law", "domain"):
        if not isinstance(tree.get(name), str):
            head.fault("missing", field=name)
            return
    for table in _tables(tree, "penalty", head):
        place = head.at(next(lines.penalties, 1), f"{tree['law']} {table.get('article', '?')}")
        penalty = _penalty(tree, table, place)
        for row in _tables(table, "item", place):
            where = head.at(next(lines.items, 1), str(row.get("code", "?")))
            if penalty is not None and (item := _item(tree, penalty, row, where, domains)) is not None:
                yield Entry(item, where)


def _tables(tree: Mapping[str, Any], name: str, place: Place) -> list[dict[str, Any]]:
    """The tables under `name`; anything else there is a fault."""
    found = tree.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        place.fault("kind", field=name)
        return []
    return found


def _sound(table: Mapping[str, Any], kinds: Mapping[str, type], needs: tuple[str, ...], place: Place) -> bool:
    before = len(place.faults)
    for name, value in table.items():
        if name not in kinds:
            place.fault("unknown_field", field=name)
        elif not isinstance(value, kinds[name]):
            place.fault("kind", field=name)
    for name in needs:
        if name not in table:
            place.fault("missing", field=name)
    return len(place.faults) == before


def _penalty(tree: Mapping[str, Any], table: Mapping[str, Any], place: Place) -> dict[str, Any] | None:
    """Fields that all items under one penalising article share."""
    if not _sound(table, _PENALTY, _PENALTY_NEEDS, place):
        return None
    return {
        "penalises": Clause(tree["law"], table["article"], table["quote"], table.get("paragraph")),
        "kinds": kinds_of(table["kinds"], place),
        "severe": kinds_of(table.get("severe", []), place),
        "correction": correction_of(table["correction"], place),
        "fines": fines_of(table.get("fine", {}), place),
        "orders": tuple(table.get("orders", [])),
        "also": tuple(table.get("also", [])),
        "province": tree.get("province"),
    }


def _item(
    tree: Mapping[str, Any], penalty: dict[str, Any], row: Mapping[str, Any], place: Place, domains: Mapping[str, Any]
) -> CatalogueItem | None:
    if not _sound(row, _ITEM, _ITEM_NEEDS, place):
        return None
    domain = row.get("domain", tree["domain"])
    if domain not in domains:
        place.fault("domain", domain=domain)
    document, _, article = row["forbids"].rpartition(" ")
    return CatalogueItem(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        domain=domain,
        forbids=Clause(document or tree["law"], article, row["words"]),
        keywords=tuple(row["keywords"]),
        except_province=tuple(row.get("except_province", ())),
        graded=_graded(row.get("grades", {}), place),
        **penalty,
    )


def kinds_of(names: list[Any], place: Place) -> tuple[PenaltyKind, ...]:
    """Kinds of penalty by their values; unknown ones are faults."""
    for name in names:
        if name not in _KINDS:
            place.fault("penalty_kind", kind=name)
    return tuple(_KINDS[name] for name in names if name in _KINDS)


def correction_of(name: str, place: Place) -> Correction:
    """`first`, `with` or `none`; anything else is a fault."""
    if name not in CORRECTIONS:
        place.fault("correction", value=name)
        return "none"
    return name


def fines_of(table: Mapping[str, Any], place: Place) -> tuple[Fine, ...]:
    """Lines of all parties; unknown parties and misspelt fines are faults."""
    found: list[Fine] = []
    for name, text in table.items():
        if name not in PARTIES:
            place.fault("party", party=name)
            continue
        try:
            found += spelling.read(str(text), name)
        except spelling.Misspelt as error:
            place.fault("spelling", text=error.args[0])
    return tuple(found)


def _graded(table: Mapping[str, Any], place: Place) -> dict[str, tuple[Fine, ...]]:
    """Grades written for one item, by party: three fines from light to heavy."""
    found: dict[str, tuple[Fine, ...]] = {}
    for name, parts in table.items():
        lines = fines_of({name: "; ".join(map(str, parts)) if isinstance(parts, list) else parts}, place)
        if len(lines) != len(GRADES):
            place.fault("grades_number", number=len(GRADES))
        found[name] = lines
    return found
