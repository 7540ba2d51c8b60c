"""What a profile decides about the course of a case: order of its parts, limits, thresholds and who acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from policy.profile import Profile
from policy.vocabulary import PenaltyKind
from policy.vocabulary_case import PartyKind


@dataclass(frozen=True, slots=True)
class CaseRules:
    """The profile's say on the day of a step; what it does not say is None or empty, and nothing is borrowed.

    `hearing_sized` are the parties for whom the profile says from which sum a fine is a large one, `decision_extensions`
    how often a rule of the field lets the time to decide be lengthened.
    """

    profile: Profile | None = None
    on: date | None = None
    finding: str = ""
    review_required: str = ""
    review_order: str = ""
    first_reviewer_qualified: bool = False
    separate_persons: bool = False
    simple_limit: Mapping[PartyKind, Decimal] = field(default_factory=dict)
    cash_limit: Decimal | None = None
    cash_otherwise: frozenset[str] = frozenset()
    collection_separate: bool = False
    hearing_kinds: frozenset[str] = frozenset()
    hearing_sized: frozenset[PartyKind] = frozenset()
    collective: frozenset[str] = frozenset()
    reserved: frozenset[PenaltyKind] = frozenset()
    outside_needs: frozenset[str] = frozenset()
    fine_once: bool = False
    officers: int | None = None
    officers_compulsion: int | None = None
    officers_referral: int | None = None
    entrustable: bool = False
    barred: frozenset[str] = frozenset()
    penalty_instead: bool = False
    reconsideration_first: frozenset[str] = frozenset()
    decision_extensions: int = 0
    clauses: Mapping[str, str] = field(default_factory=dict)

    def clause(self, key: str, law: str | None = None) -> str | None:
        """The clause of the profile's value `key`, else the article `law` that holds everywhere."""
        return self.clauses.get(key, law)


_TEXT: Final = {"finding": "case.finding", "review_required": "review.required", "review_order": "review.order"}
_FLAG: Final = {
    "first_reviewer_qualified": "review.first_timer_qualified",
    "separate_persons": "review.separate_persons",
    "collection_separate": "case.collection_separate",
    "fine_once": "case.fine_once",
    "entrustable": "compulsion.entrustable",
    "penalty_instead": "criminal.penalty_instead",
}
_SET: Final = {
    "cash_otherwise": "case.cash.otherwise",
    "hearing_kinds": "hearing.kinds",
    "collective": "case.collective",
    "outside_needs": "discretion.outside_needs",
    "barred": "compulsion.barred",
}
_CODED: Final = {"reconsideration_first": "remedies.reconsideration_first"}
_COUNT: Final = {
    "officers": "officers.minimum",
    "officers_compulsion": "officers.minimum_compulsion",
    "officers_referral": "officers.minimum_referral",
}
_OTHERS: Final = (
    "case.cash.maximum", "case.filing_steps", "case.notice", "item.reserved_penalties", "review.triggers",
    "transfer.no_onward", "deadline.decision", "major_penalty.filed_by",
)  # fmt: skip


def _keys() -> tuple[str, ...]:
    plain = (*_TEXT.values(), *_FLAG.values(), *_SET.values(), *_CODED.values(), *_COUNT.values(), *_OTHERS)
    return (*plain, *(f"{stem}.{kind.value}" for stem in ("case.simple", "hearing.threshold") for kind in PartyKind))


KEYS: Final[tuple[str, ...]] = _keys()
"""Every value of a profile on which the course of a case rests."""


def rules_of(profile: Profile, on: date) -> CaseRules:
    """The rules of the course as `profile` has them on the day `on`, each with its clause."""
    found = {key: value for key in KEYS if (value := profile.get(key, on)) is not None}
    said = {key: value.value for key, value in found.items()}
    cash = said.get("case.cash.maximum")
    fields: dict[str, Any] = {name: str(said.get(key, "")) for name, key in _TEXT.items()}
    fields |= {name: bool(said.get(key)) for name, key in _FLAG.items()}
    fields |= {name: frozenset(said.get(key, ())) for name, key in _SET.items()}
    fields |= {name: frozenset(row["code"] for row in said.get(key, ())) for name, key in _CODED.items()}
    fields |= {name: said.get(key) for name, key in _COUNT.items()}
    return CaseRules(
        profile=profile,
        on=on,
        **fields,
        simple_limit=_by_party(said, "case.simple"),
        cash_limit=None if cash is None else Decimal(str(cash)),
        hearing_sized=frozenset(kind for kind in PartyKind if f"hearing.threshold.{kind.value}" in said),
        reserved=frozenset(PenaltyKind(kind) for kind in said.get("item.reserved_penalties", ())),
        decision_extensions=said.get("deadline.decision", {}).get("extension", {}).get("times", 0),
        clauses={key: value.clause for key, value in found.items() if value.clause},
    )


def _by_party(said: Mapping[str, Any], stem: str) -> dict[PartyKind, Decimal]:
    return {kind: Decimal(str(said[key])) for kind in PartyKind if (key := f"{stem}.{kind.value}") in said}
