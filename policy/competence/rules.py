"""What a profile decides about competence, read once for a day; a silent profile has no rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from policy.profile import Document
from policy.text import Name
from policy.vocabulary import ActKind, ItemKind, OrganKind, PenaltyKind

Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a plan: what it is called or who it names, what it says, and its clause."""

    name: Name
    says: str
    clause: str | None


@dataclass(frozen=True, slots=True)
class Squadron:
    """A squadron of the township and the fields of the catalogue it is responsible for."""

    name: Name
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class CompetenceRules:
    """What the profile decides; a silent profile reserves nothing to the county."""

    reserved: frozenset[PenaltyKind] = frozenset()
    county_only: frozenset[str] = frozenset()
    published_only: bool = False
    clauses: Mapping[str, str] = field(default_factory=dict)
    organ_names: Mapping[str, str | Name] = field(default_factory=dict)
    organ_kinds: Mapping[str, OrganKind] = field(default_factory=dict)
    kinds: Mapping[ItemKind, Rule] = field(default_factory=dict)
    acts: Mapping[ActKind, Rule] = field(default_factory=dict)
    routes: Mapping[str, Rule] = field(default_factory=dict)
    squadrons: tuple[Squadron, ...] = ()
    inspections: tuple[Rule, ...] = ()
    not_counted: tuple[str, ...] = ()
    police_only: frozenset[PenaltyKind] = frozenset()
    open_matters: str = ""
    leaves_department: bool = False
    first_case_joint: bool = False
    home_items_only: bool = False
    with_township_officer: bool = False
    documents: Mapping[str, Document] = field(default_factory=dict)

    def organ_name(self, code: str) -> str | Name:
        """The organ's name for sentences, its code where no name was given."""
        return self.organ_names.get(code, code)

    def clause(self, rule: str, otherwise: str | None = None) -> str | None:
        """Clause of a rule by its field, else the national ground."""
        return self.clauses.get(rule, otherwise)


class _Value(Protocol):
    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> str | None: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


_KEYS: Final = {
    "reserved": "item.reserved_penalties",
    "county_only": "item.county_only_fields",
    "unpublished": "inspection.published_items_only",
    "kinds": "item.kinds",
    "otherwise": "item.otherwise",
    "acts": "acts.by_kind",
    "routes": "routing.complexity",
    "squadrons": "squadron.domains",
    "inspections": "inspection.division",
    "not_counted": "item.not_counted",
    "police_only": "item.police_penalties",
    "open_matters": "item.open_matters_on_takeback",
    "leaves_department": "item.leaves_department",
    "first_case_joint": "item.first_case_joint",
    "home_items_only": "sink_down.home_items_only",
    "with_township_officer": "sink_down.with_township_officer",
    "compulsion": "compulsion.entrustable",
    "dispute": "dispute.ladder",
}


def rules_of(profile: _Profile, on: date) -> CompetenceRules:
    """Everything `profile` says about who is competent, as it stands on `on`."""
    found = {name: value for name, key in _KEYS.items() if (value := profile.get(key, on)) is not None}
    return CompetenceRules(
        reserved=frozenset(map(PenaltyKind, _texts(found, "reserved"))),
        county_only=frozenset(_texts(found, "county_only")),
        published_only=_is_set(found, "unpublished"),
        clauses={name: value.clause for name, value in found.items() if value.clause},
        kinds={ItemKind(row["code"]): rule for row, rule in _rules(found, "kinds", "name", "enforced_in_name_of")},
        acts={ActKind(row["act"]): rule for row, rule in _rules(found, "acts", "organ", "act")},
        routes={row["when"]: rule for row, rule in _rules(found, "routes", "when", "to")},
        squadrons=tuple(Squadron(_name(row, "name"), frozenset(row.get("fields_zh", ()))) for row in _rows(found)),
        inspections=tuple(rule for _, rule in _rules(found, "inspections", "name", "by")),
        not_counted=_texts(found, "not_counted"),
        police_only=frozenset(map(PenaltyKind, _texts(found, "police_only"))),
        open_matters=found["open_matters"].value if "open_matters" in found else "",
        documents=getattr(profile, "documents", {}),
        leaves_department=_is_set(found, "leaves_department"),
        first_case_joint=_is_set(found, "first_case_joint"),
        home_items_only=_is_set(found, "home_items_only"),
        with_township_officer=_is_set(found, "with_township_officer"),
    )


def _is_set(found: Mapping[str, _Value], name: str) -> bool:
    return name in found and bool(found[name].value)


def _texts(found: Mapping[str, _Value], name: str) -> tuple[str, ...]:
    return tuple(found[name].value) if name in found else ()


def _rows(found: Mapping[str, _Value]) -> Rows:
    return tuple(found["squadrons"].value) if "squadrons" in found else ()


def _name(row: Mapping[str, Any], prefix: str) -> Name:
    return Name(row[f"{prefix}_zh"], row[f"{prefix}_en"])


def _rules(found: Mapping[str, _Value], name: str, named: str, says: str) -> Iterator[tuple[Mapping[str, Any], Rule]]:
    """Rows of a table with the rule each is; a row's own `cited` before all that the table cites."""
    for row in found[name].value if name in found else ():
        yield row, Rule(_name(row, named), row.get(says, ""), row.get("cited") or found[name].clause)


NATIONAL: Final = CompetenceRules()
