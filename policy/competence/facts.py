"""What is asked about and what is answered: item, place, delegation, case; the organ, its name, the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from policy.decision import Decision, Reason
from policy.items.model import CatalogueItem, Party
from policy.text import Name
from policy.vocabulary import ItemKind

Basis = Literal["statutory", "delegated_general", "delegated_self_selected", "entrusted", "county"]
ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An enforcement item: its field, the county organ that enforces it by law, and when it was published."""

    code: str
    name: str
    domain: str
    enforcing_body: str
    department: str = ""
    published_on: date | None = None
    domain_name: str = ""
    catalogue: CatalogueItem | None = None
    name_en: str = ""
    laws: tuple[str, ...] = ()

    @property
    def said(self) -> Name:
        """The name for sentences in either language."""
        return Name(self.name, self.name_en or (self.catalogue.name_en if self.catalogue else "") or self.name)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Documents of the articles that forbid and penalise, each once."""
        known = (self.catalogue.forbids.document, self.catalogue.penalises.document) if self.catalogue else self.laws
        return tuple(dict.fromkeys(known))


@dataclass(frozen=True, slots=True)
class DelegationFacts:
    """An item taken on by a township, `valid_to` its last day (None: open)."""

    item_code: str
    township_code: str
    kind: ItemKind
    valid_from: date
    valid_to: date | None = None
    entrusting_organ_code: str | None = None
    clause: str | None = None

    def holds(self, on: date) -> bool:
        """Whether the township has the item on the day `on`."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class TownshipFacts:
    """The place: its code and the organ that acts for it (town government or sub-district office)."""

    code: str
    organ_code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of the case: whose it is, its nature, the day it was filed, whether it is the township's first of the item."""

    party: Party = "any"
    nature: str = ORDINARY
    filed_on: date | None = None
    first: bool | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another organ and what it may do: act in this matter as well (`instead`), or only in another one."""

    organ_code: str
    reason: Reason
    instead: bool = True


@dataclass(frozen=True, slots=True)
class Competence:
    """The answer: who acts, in whose name, on what basis, and every reason; `decision` is what stands in the way.

    `unit` is who within the organ acts, where the plan says so; `notes` is what has to be known besides.
    """

    organ_code: str
    in_whose_name: str
    basis: Basis
    clause: str | None
    reasons: tuple[Reason, ...]
    alternatives: tuple[Alternative, ...] = ()
    township_code: str | None = None
    organ_name: str | Name = ""
    unit: Name | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def decision(self) -> Decision:
        """The reasons as a decision: allowed unless the act itself is barred (unpublished item, unknown place)."""
        return Decision(self.reasons)
