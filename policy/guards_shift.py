"""Guards of a handover: who signs which shift when, and who may sign for having taken it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from policy.decision import Decision, Reason, against, decide
from policy.vocabulary_shift import HandoverStatus

NOTE_LIMIT: Final = 2_000  # characters of a note of the shift


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """What the rules ask about a handover: how far it has come, whether the shift has begun, whose signatures these are."""

    status: HandoverStatus | None
    begun: bool
    on_roster: bool  # the roster has such a shift of the dispatch room
    signer: str  # account or person who signed out; empty for nobody
    actor: str
    told: bool = True  # the notes say something


def may_sign(facts: HandoverFacts) -> Decision:
    """May the shift be signed out? Until it is taken over its signer may do so again."""
    found: list[Reason] = []
    if not facts.on_roster:
        found.append(against("reasons_shift.no_such_shift"))
    elif not facts.begun:
        found.append(against("reasons_shift.not_begun"))
    if facts.status is HandoverStatus.ACCEPTED:
        found.append(against("reasons_shift.accepted_already"))
    elif facts.status is HandoverStatus.SIGNED and facts.signer != facts.actor:
        found.append(against("reasons_shift.signed_by_another"))
    if not facts.told:
        found.append(against("reasons_shift.nothing_said"))
    return decide(found)


def may_accept(facts: HandoverFacts) -> Decision:
    """May the shift be taken over? By somebody else than who signed it out, once."""
    found: list[Reason] = []
    if facts.status is HandoverStatus.ACCEPTED:
        found.append(against("reasons_shift.accepted_already"))
    if facts.signer == facts.actor:
        found.append(against("reasons_shift.own_signature"))
    return decide(found)
