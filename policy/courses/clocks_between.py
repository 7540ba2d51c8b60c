"""What each step of the matters between organs does to clocks: kinds of deadline it starts, meets in time or late, ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from policy.course import Clocks
from policy.deadline_terms import key_of
from policy.guards_between import OrganFacts, TransferFacts
from policy.guards_referral import ReferralFacts
from policy.vocabulary import MatterKind, Verb

_ANSWERED: Final = Clocks(meets=("transfer_answer",))

CLOCKS: Final[Mapping[MatterKind, Mapping[Verb, Clocks]]] = {
    MatterKind.TRANSFER: {
        Verb.DRAFT: Clocks(starts=("transfer", "transfer_urgent")),
        Verb.SEND: Clocks(meets=("transfer", "transfer_urgent")),
        Verb.RECEIVE: Clocks(starts=("transfer_answer",)),
        # a returned file goes on with the time that began at its first receipt
        Verb.TAKE_ON: _ANSWERED,
        Verb.OBJECT: _ANSWERED,
        Verb.PUT_TO_MEETING: _ANSWERED,
        Verb.RECALL: Clocks(ends=("transfer", "transfer_urgent", "transfer_answer")),
    },
    MatterKind.ASSISTANCE: {
        Verb.ASK_HELP: Clocks(starts=("assistance_answer",)),
        Verb.TAKE_ON: Clocks(meets=("assistance_answer",)),
        Verb.REFUSE: Clocks(meets=("assistance_answer",)),
    },
    MatterKind.DISPUTE: {},
    MatterKind.CRIMINAL_REFERRAL: {
        Verb.REPORT_SUSPICION: Clocks(starts=("criminal_head",)),
        Verb.APPROVE: Clocks(meets=("criminal_head",), starts=("criminal_send",)),
        Verb.DISAPPROVE: Clocks(meets=("criminal_head",)),
        Verb.SEND: Clocks(meets=("criminal_send",)),
        Verb.RECEIVE: Clocks(starts=("criminal_police", "criminal_forward")),
        Verb.FORWARD: Clocks(meets=("criminal_forward",), ends=("criminal_police",), starts=("criminal_police",)),
        Verb.POLICE_FILE: Clocks(
            meets=("criminal_police", "criminal_review"),
            ends=("criminal_forward", "criminal_procurator"),
            starts=("criminal_goods",),
        ),
        Verb.POLICE_REFUSE: Clocks(meets=("criminal_police",), ends=("criminal_forward",), starts=("criminal_retry",)),
        Verb.ASK_AGAIN: Clocks(meets=("criminal_retry",), starts=("criminal_review",)),
        Verb.UPHOLD: Clocks(meets=("criminal_review",), starts=("criminal_procurator",)),
        Verb.ASK_PROCURATOR: Clocks(meets=("criminal_procurator",), ends=("criminal_retry",)),
        Verb.TAKE_BACK: Clocks(ends=("criminal_retry", "criminal_procurator")),
        Verb.HAND_OVER_GOODS: Clocks(meets=("criminal_goods",)),
    },
    MatterKind.ESCALATION: {
        Verb.RAISE: Clocks(starts=("escalation_answer",)),
        Verb.ANSWER: Clocks(meets=("escalation_answer",)),
    },
    MatterKind.CALL_OUT: {
        Verb.CALL_OUT: Clocks(starts=("callout_acknowledge",)),
        Verb.ACKNOWLEDGE: Clocks(meets=("callout_acknowledge",)),
        Verb.ARRIVE: Clocks(meets=("callout_acknowledge",)),
        Verb.RECALL: Clocks(ends=("callout_acknowledge",)),
    },
    MatterKind.REVIEW: {},
    MatterKind.JOINT_OPERATION: {},
    MatterKind.INSPECTION_VISIT: {},
    MatterKind.INSPECTION_PLAN: {},
    MatterKind.INSPECTION_DRAW: {},
}
"""Per matter and step; a step that is missing touches no clock. `clocks_of` leaves out what the facts do not ask for."""


def clocks_of(matter: MatterKind, verb: Verb, facts: OrganFacts) -> Clocks:
    """What `verb` does to clocks with these facts: a kind on which the profile is silent is not started."""
    found = CLOCKS[matter].get(verb, Clocks())
    starts = tuple(kind for kind in found.starts if _asked_for(kind, facts) and facts.value(key_of(kind)))
    return Clocks(starts, found.meets, found.ends)


def starts_at(kind: str, facts: OrganFacts) -> datetime | None:
    """From when a clock runs: the time to transfer from the discovery (X1), every other from the step."""
    if isinstance(facts, TransferFacts) and kind in ("transfer", "transfer_urgent"):
        return facts.found_at or facts.now
    return facts.now


def _asked_for(kind: str, facts: OrganFacts) -> bool:
    if isinstance(facts, TransferFacts) and kind in ("transfer", "transfer_urgent"):
        return facts.urgent is (kind == "transfer_urgent")
    return kind != "criminal_goods" or not isinstance(facts, ReferralFacts) or facts.goods
