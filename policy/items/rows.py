"""Items as rows of a spreadsheet: one row an item, fines spelt as in the files; the reading of the file itself is not here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan
from typing import Any, Final

from policy.items import spelling
from policy.items.checking import check_entries
from policy.items.model import PARTIES, CatalogueItem, Clause
from policy.items.reading import Entry, ItemFault, Place, correction_of, fines_of, kinds_of
from policy.text import say

_NEEDED: Final = (
    "code", "name", "domain", "forbids_law", "forbids_article", "forbids_words", "penalises_law", "penalises_article",
    "penalises_words", "kinds", "correction", "keywords",
)  # fmt: skip
_OPTIONAL: Final = (
    "name_en", "penalises_paragraph", "severe", "fine_any", "fine_individual", "fine_organisation", "fine_responsible",
    "orders", "also", "province", "except_province",
)  # fmt: skip
_SEPARATORS: Final = str.maketrans("，、；;", ",,,,")


def columns(lang: str = "zh") -> list[tuple[str, str, bool]]:
    """Columns of the spreadsheet: (name, heading in `lang`, whether it must be filled), in order."""
    return [(name, say(f"items.column.{name}", lang), name in _NEEDED) for name in (*_NEEDED, *_OPTIONAL)]


def to_row(item: CatalogueItem) -> dict[str, str]:
    """One item as a row with every column, e.g. for a template filled with the catalogue."""
    fines = {f"fine_{p}": spelling.write(tuple(f for f in item.fines if f.party == p)) for p in PARTIES}
    return {
        "code": item.code, "name": item.name, "name_en": item.name_en, "domain": item.domain,
        "forbids_law": item.forbids.document, "forbids_article": item.forbids.article,
        "forbids_words": item.forbids.quote, "penalises_law": item.penalises.document,
        "penalises_article": item.penalises.article, "penalises_paragraph": str(item.penalises.paragraph or ""),
        "penalises_words": item.penalises.quote, "kinds": ",".join(item.kinds), "severe": ",".join(item.severe),
        "correction": item.correction, "keywords": ",".join(item.keywords), "orders": ",".join(item.orders),
        "also": ",".join(item.also), "province": item.province or "",
        "except_province": ",".join(item.except_province), **fines,
    }  # fmt: skip


def parse_rows(
    rows: Iterable[Mapping[str, Any]], source: str = "", first: int = 2, known_domains: Iterable[str] | None = None
) -> tuple[tuple[CatalogueItem, ...], list[ItemFault]]:
    """Items of the rows and all faults, each with its row (`first` is the number of the first row in the sheet).

    A heading may be the column's name or its words in either language. `known_domains` None leaves the domain free, as a
    county names its fields itself. Rows with a fault give no item.
    """
    names = {say(f"items.column.{n}", lang): n for lang in ("zh", "en") for n in (*_NEEDED, *_OPTIONAL)}
    entries: list[Entry] = []
    faults: list[ItemFault] = []
    for number, row in enumerate(rows, first):
        cells = {names.get(str(k).strip(), str(k).strip()): _cell(v) for k, v in row.items()}
        place = Place(source, number, cells.get("code") or "?", faults)
        if any(cells.values()) and (item := _item(cells, place, known_domains)) is not None:
            entries.append(Entry(item, place))
    check_entries(entries)
    wrong = {fault.line for fault in faults}
    return tuple(entry.item for entry in entries if entry.place.line not in wrong), faults


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):  # an empty cell may come as NaN
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _item(cells: Mapping[str, str], place: Place, known: Iterable[str] | None) -> CatalogueItem | None:
    before = len(place.faults)
    for name in cells.keys() - {*_NEEDED, *_OPTIONAL}:
        place.fault("unknown_field", field=name)
    for name in _NEEDED:
        if not cells.get(name) and not (name == "kinds" and (cells.get("severe") or cells.get("orders"))):
            place.fault("missing", field=name)
    paragraph = cells.get("penalises_paragraph", "")
    if paragraph and not paragraph.isdigit():
        place.fault("kind", field="penalises_paragraph")
    if known is not None and cells.get("domain") not in set(known):
        place.fault("domain", domain=cells.get("domain", ""))
    return None if len(place.faults) > before else _built(cells, int(paragraph) if paragraph else None, place)


def _built(cells: Mapping[str, str], paragraph: int | None, place: Place) -> CatalogueItem:
    fines: dict[str, str] = {party: cells[f"fine_{party}"] for party in PARTIES if cells.get(f"fine_{party}")}
    law, article = cells["penalises_law"], cells["penalises_article"]
    return CatalogueItem(
        code=cells["code"],
        name=cells["name"],
        name_en=cells.get("name_en", ""),
        domain=cells["domain"],
        forbids=Clause(cells["forbids_law"], cells["forbids_article"], cells["forbids_words"]),
        penalises=Clause(law, article, cells["penalises_words"], paragraph),
        kinds=kinds_of(_list(cells, "kinds"), place),
        severe=kinds_of(_list(cells, "severe"), place),
        correction=correction_of(cells["correction"], place),
        fines=fines_of(fines, place),
        orders=tuple(_list(cells, "orders")),
        also=tuple(_list(cells, "also")),
        keywords=tuple(_list(cells, "keywords")),
        province=cells.get("province") or None,
        except_province=tuple(_list(cells, "except_province")),
    )


def _list(cells: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in cells.get(name, "").translate(_SEPARATORS).split(",") if part.strip()]
