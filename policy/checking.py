"""Everything that ships as data, judged at once: profiles, items, the law library, calendars; or one file of any of these."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Final, Literal

from policy import items
from policy.calendar_files import calendar_paths, check_notice
from policy.errors import Refusal
from policy.items.checking import check_entries
from policy.items.reading import ItemFault, read_statute
from policy.library import library, split_citation
from policy.loader import check as check_profiles
from policy.loader import codes, load_profile
from policy.profile import Document
from policy.profile_file import ProfileFault, line_of_byte
from policy.text import Word, say

FileKind = Literal["profile", "items", "calendar"]
_SIGNS: Final[tuple[tuple[FileKind, str], ...]] = (
    ("items", r"^\s*\[\[\s*penalty"),
    ("calendar", r"^\s*(off|working|year)\s*="),
)
_OF_KEYS: Final[tuple[tuple[FileKind, frozenset[str]], ...]] = (
    ("items", frozenset({"law", "penalty"})),
    ("calendar", frozenset({"year", "off", "days"})),
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A text of law that is not whole and current, and how many items and values rest on it."""

    document: Document
    items: int
    values: int

    def sentence(self, lang: str = "zh") -> str:
        """Say which text it is, what is the matter with it, and what rests on it."""
        state = Word(f"policy.text.{self.document.text}")
        title = self.document.title(lang)
        return say("policy.flag", lang, title=title, state=state, items=self.items, values=self.values)


def check_file(path: Path) -> list[ProfileFault]:
    """All faults of one file: a profile, the items of a statute, or a calendar; which one its content tells."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        return [ProfileFault.of(path, line_of_byte(error), path.stem, "encoding", name=path.name)]
    kind: FileKind = "calendar" if path.suffix == ".json" else kind_of(text)
    if kind == "calendar":
        return check_notice(path)[1]
    return _items_of(path) if kind == "items" else check_profiles(path)


def kind_of(text: str) -> FileKind:
    """What a TOML file holds, by its tables; by how its lines begin where it cannot be read."""
    try:
        names = set(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return next((kind for kind, sign in _SIGNS if re.search(sign, text, re.MULTILINE)), "profile")
    return next((kind for kind, keys in _OF_KEYS if names & keys), "profile")


def check_all(calendars: Path | None = None) -> list[ProfileFault]:
    """All faults of every profile, of the item catalogue, of the law library and of the calendar files."""
    folder = items.statutes_dir()
    of_items = [as_fault(replace(fault, file=str(folder / fault.file))) for fault in items.check()]
    shipped = Path(str(resources.files("policy") / "calendars"))
    paths = [path for each in (shipped, calendars) if each for path in calendar_paths(each)]
    of_calendars = [fault for path in paths for fault in check_notice(path)[1]]
    return [*check_profiles(), *of_items, *check_library(), *of_calendars]


def check_library() -> list[ProfileFault]:
    """Faults of the law library's index: a text nobody checked, one that is not there, one without articles."""
    path = library().root / "index.toml"
    lines = path.read_text("utf-8").splitlines()
    begins = {found[1]: n for n, line in enumerate(lines, 1) if (found := re.match(r'^\["?([^"\]]+)"?\]', line))}
    return [
        ProfileFault.of(path, begins.get(document.code, 1), document.code, fault, name=document.file)
        for document in library().documents.values()
        for fault in _wrong(document)
    ]


def flags() -> list[Flag]:
    """Texts of law marked stale, incomplete or not at hand, with what rests on them."""
    of_items = Counter(law for item in items.load_items() for law in {item.forbids.document, item.penalises.document,
                       *(code for citation in item.also for code, _ in split_citation(citation))})  # fmt: skip
    of_values = Counter(document for documents in _cited().values() for document in documents)
    flagged = (document for document in library().documents.values() if document.flagged)
    return [Flag(document, of_items[document.code], of_values[document.code]) for document in flagged]


def as_fault(fault: ItemFault) -> ProfileFault:
    """A fault of an item in the shape of the others."""
    return ProfileFault(fault.file, fault.line, fault.code, fault.sentence_zh, fault.sentence)


def _items_of(path: Path) -> list[ProfileFault]:
    entries, faults = read_statute(path, items.domains())
    check_entries(entries)
    found = {id(f): f for f in (*faults, *(f for entry in entries for f in entry.place.faults))}
    return [as_fault(replace(f, file=str(path))) for f in sorted(found.values(), key=lambda fault: fault.line)]


def _wrong(document: Document) -> Iterator[str]:
    if document.checked_on is None:
        yield "unchecked"
    if document.text == "not_at_hand":
        return
    if not (library().root / document.file).is_file():
        yield "no_file"
    elif not library().articles(document.code):
        yield "no_articles"


def _cited() -> dict[tuple[str, str, str], set[str]]:
    """Documents by the value that cites them; a value inherited from a layer above counts once."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for code in codes():
        try:
            profile = load_profile(code)
        except Refusal:  # a faulty profile is told by its faults
            continue
        for value in (value for held in profile.values.values() for value in held):
            found[value.layer, value.key, value.valid_from.isoformat()] = {c.document for c in value.citations}
    return found
