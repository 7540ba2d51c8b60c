"""What a record keeps of a case's course between two steps, as plain JSON; the rest is looked up each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from policy.case_facts import CaseFacts
from policy.case_learning import MOMENTARY
from policy.guards import Facts

LOOKED_UP: Final = frozenset(
    {
        "rules",
        "status",
        "procedure",
        "due",
        "actor_id",
        "organ",
        "actor_organ",
        "officers",
        "evidence",
        "earlier_fines",
        "first_violation",
        "item_kind",
        "party_kind",
        "discovered_at",
        "compulsion",
        "night",
        "statutory_holiday",
        "reviewer_first_time",
        "reviewer_qualified",
        "cash_receipt",
        "surcharge_owed",
    }
)
"""Facts the record finds anew for every step: who acts, who handles, what is due, what other cases say."""

KEPT: Final = tuple(
    f.name
    for f in fields(CaseFacts)
    if f.name not in LOOKED_UP | MOMENTARY and f.name not in {g.name for g in fields(Facts)}
)


@cache
def _model() -> type[BaseModel]:
    hints, blank = get_type_hints(CaseFacts), CaseFacts()
    columns: dict[str, Any] = {name: (hints[name], getattr(blank, name)) for name in KEPT}
    return create_model("Kept", __config__=ConfigDict(extra="forbid"), **columns)


def remember(facts: CaseFacts) -> dict[str, Any]:
    """The facts that last, as JSON: moments in ISO, amounts as text, what was never said left out."""
    kept = _model()(**{name: getattr(facts, name) for name in KEPT})
    found: dict[str, Any] = kept.model_dump(mode="json", exclude_defaults=True)
    return {name: sorted(value) if isinstance(value, list) else value for name, value in found.items()}


def recall(course: Mapping[str, Any]) -> dict[str, Any]:
    """Those facts again, in their own types; raises ValueError for a record that was tampered with."""
    kept = _model().model_validate(dict(course))
    return {name: getattr(kept, name) for name in kept.model_fields_set}
