"""The item catalogue: enforcement items read from the statutes, loaded strictly and asked as pure functions."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from policy.decision import Decision, Reason, against, for_
from policy.errors import Refusal
from policy.items.checking import check_entries
from policy.items.grading import grade_lines
from policy.items.model import CatalogueItem, Clause, Condition, Correction, Fine, Grade, Party, Range
from policy.items.reading import Entry, ItemFault, Place, correction_of, fines_of, kinds_of, read_statute
from policy.items.rows import columns, parse_rows, to_row
from policy.items.sums import fine_range
from policy.suggestion import Topic
from policy.text import say
from policy.vocabulary import PenaltyKind, word

__all__ = [
    "CatalogueItem", "Clause", "Condition", "Correction", "Fine", "Grade", "ItemFault", "Party", "Range",
    "basis", "check", "columns", "domains", "fine_range", "from_basis", "grades", "item", "items_for", "load_items",
    "needs_county", "parse_rows", "statutes_dir", "to_row", "topics",
]  # fmt: skip

_LARGE: Final = {
    PenaltyKind.CONFISCATE_GAINS: PenaltyKind.CONFISCATE_LARGE_GAINS,
    PenaltyKind.CONFISCATE_GOODS: PenaltyKind.CONFISCATE_LARGE_GOODS,
}


def statutes_dir() -> Path:
    """Folder of the statute files that ship with the product."""
    return Path(str(resources.files("policy") / "items" / "statutes"))


@cache
def domains() -> Mapping[str, Mapping[str, str]]:
    """Domains by code, each with the `field` of a plan's table it is counted under."""
    return tomllib.loads((resources.files("policy") / "items" / "domains.toml").read_text("utf-8"))


@cache
def load_items() -> tuple[CatalogueItem, ...]:
    """The whole catalogue in the order of the files, kept for the life of the process.

    `Refusal` (`items.faulty`) names the first structural fault; `check` compares with the texts of the law as well.
    """
    entries, faults = _read(statutes_dir())
    if faults:
        raise Refusal("items.faulty", count=len(faults), first=str(faults[0]))
    return tuple(entry.item for entry in entries)


def check(folder: Path | None = None) -> list[ItemFault]:
    """All faults of the catalogue (or of the statute files in `folder`), sorted by file and line."""
    entries, faults = _read(folder or statutes_dir())
    check_entries(entries)
    found = {id(f): f for f in (*faults, *(f for entry in entries for f in entry.place.faults))}
    return sorted(found.values(), key=lambda fault: (fault.file, fault.line))


def item(code: str) -> CatalogueItem:
    """The item `code`; `Refusal` (`items.unknown`) when the catalogue has none."""
    found = _by_code().get(code)
    if found is None:
        raise Refusal("items.unknown", kind="not_found", item=code)
    return found


def items_for(chain: tuple[str, ...]) -> tuple[CatalogueItem, ...]:
    """Items that hold under the profiles of `chain` (nation, province, plan)."""
    return tuple(each for each in load_items() if each.holds_in(chain))


def grades(item: CatalogueItem, party: Party) -> tuple[Grade, ...]:
    """Grades of every line that holds for `party`, of our own and marked as examples, inside the statute's range."""
    return grade_lines(item, party)


def needs_county(item: CatalogueItem, reserved: Collection[PenaltyKind], clause: str | None = None) -> Decision:
    """Whether a township may decide the item where `reserved` kinds stay with the county (LX 二(一)).

    A reserved kind that the article always imposes stands in the way; one it knows only in serious cases, or a confiscation
    that may turn out large, is told as a reason without standing in the way.
    """
    always = tuple(kind for kind in item.kinds if kind in reserved)
    large = tuple(_LARGE[kind] for kind in (*item.kinds, *item.severe) if _LARGE.get(kind) in reserved)
    perhaps = tuple(dict.fromkeys((*(kind for kind in item.severe if kind in reserved), *large)))
    found: list[Reason] = []
    if always:
        found.append(against("items.reserved_always", clause, item=item.name, kinds=tuple(map(word, always))))
    if perhaps:
        found.append(for_("items.reserved_perhaps", clause, item=item.name, kinds=tuple(map(word, perhaps))))
    return Decision(tuple(found))


def basis(item: CatalogueItem) -> dict[str, Any]:
    """What is stored with a county's item: both articles, kinds of penalty, fines as they are spelt, correction."""
    return {
        "catalogue": item.code,
        "forbids": item.forbids.as_dict(),
        "penalises": item.penalises.as_dict(),
        "kinds": [kind.value for kind in item.kinds],
        "severe": [kind.value for kind in item.severe],
        "fine": {
            name.removeprefix("fine_"): text for name, text in to_row(item).items() if name.startswith("fine_") and text
        },
        "correction": item.correction,
        "also": list(item.also),
    }


def from_basis(code: str, name: str, domain: str, stored: Mapping[str, Any]) -> CatalogueItem | None:
    """The item that a county's record describes by its stored `basis`; None where it names no article and no kinds."""
    forbids, penalises = stored.get("forbids"), stored.get("penalises")
    if not isinstance(forbids, Mapping) or not isinstance(penalises, Mapping):
        return None
    place = Place("", 0, code)
    return CatalogueItem(
        code=code,
        name=name,
        name_en="",
        domain=domain,
        forbids=_clause(forbids),
        penalises=_clause(penalises),
        kinds=kinds_of(stored.get("kinds", []), place),
        severe=kinds_of(stored.get("severe", []), place),
        correction=correction_of(stored.get("correction", "none"), place),
        fines=fines_of(stored.get("fine", {}), place),
        also=tuple(stored.get("also", ())),
    )


def topics(chosen: Iterable[CatalogueItem], lang: str = "zh") -> tuple[Topic, ...]:
    """Topics for the suggestion of an item from a reporter's words."""
    return tuple(
        Topic(each.domain, say(f"items.domain.{each.domain}", lang), each.keywords, each.code, each.name)
        for each in chosen
    )


def _clause(stored: Mapping[str, Any]) -> Clause:
    return Clause(stored["law"], stored["clause"], stored.get("quote", ""), stored.get("paragraph"))


@cache
def _by_code() -> Mapping[str, CatalogueItem]:
    return {each.code: each for each in load_items()}


def _read(folder: Path) -> tuple[list[Entry], list[ItemFault]]:
    entries: list[Entry] = []
    faults: list[ItemFault] = []
    for path in sorted(folder.glob("*.toml")):
        read, wrong = read_statute(path, domains())
        entries += read
        faults += wrong
    return entries, faults
