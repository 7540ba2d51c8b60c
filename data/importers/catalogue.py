"""Rows of a table that fill the columns of the item catalogue: judged by the law library, every fault with its row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from data.importers.faults import Fault
from data.importers.tables import SEPARATORS, Column, Line
from policy.items import CatalogueItem, item, parse_rows, to_row
from policy.items import columns as catalogue_columns
from policy.items.model import CORRECTIONS
from policy.text import LANGUAGES, Name, Word, say
from policy.vocabulary import PenaltyKind, word

SHARED: Final = {
    "code": "item_code",
    "name": "item_name",
    "name_en": "item_name_en",
    "domain": "domain",
    "keywords": "keywords",
}
"""Columns that a plain row has as well, by their name in the catalogue."""
EXAMPLE: Final = "DQ-119-1"
_CHOICES: Final[dict[str, tuple[Word, ...]]] = {
    "kinds": tuple(word(kind) for kind in PenaltyKind),
    "severe": tuple(word(kind) for kind in PenaltyKind),
    "correction": tuple(Word(f"items.correction.{name}") for name in CORRECTIONS),
}
CATALOGUE: Final = tuple(
    Column(name, choices=_CHOICES.get(name, ()), also=(f"items.column.{name}",))
    for name, _, _ in catalogue_columns()
    if name not in SHARED
)


def judged(file: str, lines: Sequence[Line]) -> tuple[dict[int, CatalogueItem], list[Fault], set[int]]:
    """Items by the number of their row, all faults, and the rows that fill a column of the catalogue."""
    rows = {line.number: _row(line) for line in lines if any(line[column.key] for column in CATALOGUE)}
    last = max(rows, default=1)
    good, wrong = parse_rows([rows.get(number, {}) for number in range(2, last + 1)], file)
    at = {cells["code"]: number for number, cells in rows.items()}
    faults = [
        Fault("errors_import.of_catalogue", fault.line, params={"words": Name(fault.sentence_zh, fault.sentence)})
        for fault in wrong
    ]
    return {at[one.code]: one for one in good}, faults, set(rows)


def example(lang: str) -> dict[str, str]:
    """An item of the catalogue as a row of the template, by column."""
    law = item(EXAMPLE)
    cells = {SHARED.get(name, name): text for name, text in to_row(law).items()}
    kinds = ", ".join(say(f"vocabulary.penalty_kind.{kind}", lang) for kind in law.kinds)
    return cells | {
        "item_code": f"{say('imports.example', lang)} {law.code}",
        "domain": say(f"items.domain.{law.domain}", lang),
        "kinds": kinds,
        "correction": say(f"items.correction.{law.correction}", lang),
        "enforcing_body": say("imports.example_organ", lang),
        "townships": say("imports.example_townships", lang),
        "item_kind": say("vocabulary.item_kind.delegated_general", lang),
        "valid_from": "2026-01-01",
    }


def _row(line: Line) -> dict[str, str]:
    """The cells by their names in the catalogue, words of closed lists as their codes; what is empty was told already."""
    cells = {column.key: _coded(column.key, line[column.key] or "") for column in CATALOGUE}
    cells |= {name: line[key] or f"?{line.number}" for name, key in SHARED.items() if name != "keywords"}
    return cells | {"name_en": line["item_name_en"] or "", "keywords": ",".join(line["keywords"] or [])}


def _coded(column: str, text: str) -> str:
    if column not in _CHOICES:
        return text
    whole = _codes(column).get(text.strip().lower())
    parts = (part.strip() for part in text.translate(SEPARATORS).split(","))
    return whole or ",".join(_codes(column).get(part.lower(), part) for part in parts if part)


@cache
def _codes(column: str) -> dict[str, str]:
    said = ((say(choice.key, lang).lower(), choice) for choice in _CHOICES[column] for lang in LANGUAGES)
    return {words: choice.key.rpartition(".")[2] for words, choice in said}
