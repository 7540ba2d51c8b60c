"""A county's rules as data: every value with its date, its unit and the words it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from policy.errors import Refusal
from policy.text import Name, Word

Basis = Literal["plan", "law", "ours"]
Selector = Literal["act", "filing", "decision", "event"]
Level = Literal["national", "province", "plan"]
Standing = Literal["in_force", "draft"]
TextState = Literal["at_hand", "stale", "incomplete", "not_at_hand"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a value stands: document code, clause as the profile cites it, and the decisive words."""

    document: str
    clause: str
    quote: str = ""

    def __str__(self) -> str:
        return f"{self.document} {self.clause}"

    def as_dict(self) -> dict[str, str]:
        """Plain mapping for the API and the page."""
        return {"document": self.document, "clause": self.clause, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class Document:
    """A statute or plan: in force or a draft, when its text was checked, and whether the text is at hand."""

    code: str
    title_zh: str
    title_en: str = ""
    issuer: str = ""
    kind: Literal["law", "plan"] = "law"
    dated: date | None = None
    in_force: date | None = None
    status: Standing = "in_force"
    text: TextState = "at_hand"
    checked_on: date | None = None
    file: str = ""
    unnumbered: tuple[str, ...] = ()
    note_zh: str = ""
    note_en: str = ""

    def title(self, lang: str = "zh") -> str:
        """Title in `lang`; the Chinese one where there is no English."""
        return self.title_zh if lang == "zh" else self.title_en or self.title_zh

    @property
    def flagged(self) -> bool:
        """True when whatever rests on this text must be shown as resting on a stale or missing text."""
        return self.text != "at_hand"

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for the API and the page; dates as ISO strings."""
        names = ("code", "title_zh", "title_en", "issuer", "kind", "status", "text", "note_zh", "note_en")
        dates = ("dated", "in_force", "checked_on")
        return {n: getattr(self, n) for n in names} | {n: _iso(getattr(self, n)) for n in dates}


@dataclass(frozen=True, slots=True)
class Value:
    """One dated value of one layer; `valid_to` is its last day, None while nothing ends it."""

    key: str
    value: Any
    unit: str
    valid_from: date
    valid_to: date | None = None
    citations: tuple[Citation, ...] = ()
    basis: Basis = "ours"
    layer: str = ""
    select: Selector = "event"
    interpreted: bool = False
    reach_by: date | None = None
    note_zh: str = ""
    note_en: str = ""

    @property
    def citation(self) -> Citation | None:
        """The first and decisive citation; None for a default of ours."""
        return self.citations[0] if self.citations else None

    @property
    def clause(self) -> str | None:
        """All clauses cited, each once, in one line (`PL 64(1); PL 85`), None for a default of ours."""
        return "; ".join(dict.fromkeys(str(c) for c in self.citations)) or None

    def holds(self, on: date) -> bool:
        """Whether the value is valid on the day `on`."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for the API, the page and the digest; dates as ISO strings."""
        names = ("key", "unit", "basis", "layer", "select", "interpreted", "note_zh", "note_en")
        dates = ("valid_from", "valid_to", "reach_by")
        plain = {n: getattr(self, n) for n in names} | {n: _iso(getattr(self, n)) for n in dates}
        return plain | {"value": thaw(self.value), "citations": [c.as_dict() for c in self.citations]}


@dataclass(frozen=True, slots=True)
class Profile:
    """A jurisdiction's rules: its layers from nation to plan, their documents and their values."""

    code: str
    short_code: str
    name_zh: str
    name_en: str
    level: Level
    chain: tuple[str, ...]
    documents: Mapping[str, Document]
    values: Mapping[str, tuple[Value, ...]]
    digest: str
    division: str | None = None

    def name(self, lang: str = "zh") -> str:
        """Name of the jurisdiction in `lang`."""
        return self.name_zh if lang == "zh" else self.name_en

    def get(self, key: str, on: date) -> Value | None:
        """The value of `key` on the day `on` from the nearest layer that has one; None where all layers are silent."""
        return next((value for value in self.values.get(key, ()) if value.holds(on)), None)

    def require(self, key: str, on: date) -> Value:
        """Like `get`, but a silent profile is a `Refusal` that names the key, the day and the remedy."""
        value = self.get(key, on)
        if value is None:
            raise self.silent(key, on)
        return value

    def silent(self, key: str, on: date) -> Refusal:
        """The refusal of a key without a value on `on`: nobody fixes it, or what does holds only from a later day."""
        first = next((value for value in self.history(key) if value.valid_from > on), None)
        known = Word("errors_policy.silent_everywhere")
        if first is not None:
            begins = {"since": first.valid_from.isoformat(), "where": first.clause or Word("errors_policy.ours")}
            known = Word("errors_policy.silent_before", begins)
        name = Name(self.name_zh, self.name_en)
        return Refusal("errors_policy.silent", kind="not_found", profile=name, key=key, on=on.isoformat(), known=known)

    def history(self, key: str) -> tuple[Value, ...]:
        """Every dated value of `key` in all layers, oldest first; the nearer layer first on the same day."""
        return tuple(sorted(self.values.get(key, ()), key=lambda v: (v.valid_from, -self.chain.index(v.layer))))

    def keys(self) -> tuple[str, ...]:
        """All keys on which some layer of this profile speaks, sorted."""
        return tuple(sorted(self.values))

    def document(self, code: str) -> Document:
        """The document `code` as this profile knows it; raises KeyError for one it never cites."""
        return self.documents[code]

    def flagged(self, value: Value) -> bool:
        """True when `value` rests on a text that is stale or not at hand."""
        return any(self.documents[c.document].flagged for c in value.citations)

    def drafted(self, value: Value) -> bool:
        """True when `value` rests on a document that is only a draft."""
        return any(self.documents[c.document].status == "draft" for c in value.citations)

    def as_dict(self, on: date) -> dict[str, Any]:
        """Everything in force on `on`, for the API and `policy show`: meta, documents, values with their citations."""
        held = ((key, self.get(key, on)) for key in self.keys())
        return {
            "code": self.code,
            "short_code": self.short_code,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "level": self.level,
            "division": self.division,
            "chain": list(self.chain),
            "on": on.isoformat(),
            "digest": self.digest,
            "documents": {code: document.as_dict() for code, document in self.documents.items()},
            "values": {key: self._described(value) for key, value in held if value is not None},
        }

    def _described(self, value: Value) -> dict[str, Any]:
        return value.as_dict() | {"flagged": self.flagged(value), "draft": self.drafted(value)}


def freeze(node: Any) -> Any:
    """Deeply immutable copy of parsed data: lists become tuples, tables read-only mappings."""
    if isinstance(node, Mapping):
        return MappingProxyType({k: freeze(v) for k, v in node.items()})
    if isinstance(node, list | tuple):
        return tuple(freeze(v) for v in node)
    return node


def thaw(node: Any) -> Any:
    """Plain JSON data out of a frozen value; dates as ISO strings."""
    if isinstance(node, Mapping):
        return {k: thaw(v) for k, v in node.items()}
    if isinstance(node, tuple | list):
        return [thaw(v) for v in node]
    return _iso(node) if isinstance(node, date) else node


def layered(layers: Iterable[Iterable[Value]]) -> dict[str, tuple[Value, ...]]:
    """Values of all layers by key, nearest layer first and newest first within it (`layers`: nation … plan)."""
    by_key: dict[str, list[Value]] = {}
    for value in _nearest_first(layers):
        by_key.setdefault(value.key, []).append(value)
    return {key: tuple(values) for key, values in by_key.items()}


def _nearest_first(layers: Iterable[Iterable[Value]]) -> Iterator[Value]:
    for layer in reversed([list(layer) for layer in layers]):
        yield from sorted(layer, key=lambda v: v.valid_from, reverse=True)


def _iso(day: Any) -> Any:
    return day.isoformat() if isinstance(day, date) else day
