"""Which organ is competent for item × place × date × act × penalty × case, in whose name it acts, and why."""

from policy.competence.facts import (
    Alternative,
    Basis,
    CaseFacts,
    Competence,
    DelegationFacts,
    ItemFacts,
    TownshipFacts,
)
from policy.competence.resolving import competent, covers
from policy.competence.rules import NATIONAL, CompetenceRules, rules_of

__all__ = [
    "NATIONAL", "Alternative", "Basis", "CaseFacts", "Competence", "CompetenceRules", "DelegationFacts", "ItemFacts",
    "TownshipFacts", "competent", "covers", "rules_of",
]  # fmt: skip
