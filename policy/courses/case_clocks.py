"""What each step of a case does to clocks: kinds of deadline it starts, meets in time or late, and ends unmet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from policy.case_facts import TURNED, CaseFacts, overturned
from policy.course import Clocks
from policy.vocabulary import PenaltyKind, Verb
from policy.vocabulary_case import Paid

REMEDIES: Final = ("reconsideration", "suit")
"""The party's two ways, open at once; a penalty on the spot opens the first only (RL 23)."""
CHECKED: Final = ("limitation", "limitation_serious", "court_application")
"""Kinds counted for a guard alone: the first two from the end of the act, the last from `case_facts.appeal_end`."""
GOES_ON: Final = frozenset({*REMEDIES, "publication_withdrawal", "cash_to_organ", "cash_to_bank"})
"""Kinds that go on where the same step is taken again while they run: the earliest end binds."""
_TO_ENFORCE: Final = ("payment", "reminder_to_court", "court_application")
_PARTY: Final = ("statement", "hearing_request", "hearing_notice")

CLOCKS: Final[Mapping[Verb, Clocks]] = {
    Verb.PRESERVE: Clocks(starts=("preservation",)),
    Verb.HANDLE_PRESERVED: Clocks(meets=("preservation",)),
    Verb.SEAL: Clocks(starts=("sealing", "compulsion_report")),
    Verb.REPORT_COMPULSION: Clocks(meets=("compulsion_report",)),
    Verb.RELEASE_SEALING: Clocks(meets=("sealing",), ends=("compulsion_report",)),
    Verb.APPROVE_FILING: Clocks(starts=("decision",)),
    Verb.DROP: Clocks(ends=("decision", "statement", "hearing_request")),
    Verb.TRANSFER: Clocks(ends=("decision", *_PARTY)),
    Verb.REFER_CRIMINAL: Clocks(ends=_PARTY),
    # a new notice opens the party's periods anew
    Verb.GIVE_NOTICE: Clocks(starts=("statement", "hearing_request"), ends=("statement", "hearing_request")),
    Verb.RECORD_STATEMENT: Clocks(meets=("statement",)),
    Verb.RECORD_WAIVER: Clocks(ends=("statement", "hearing_request")),
    Verb.REQUEST_HEARING: Clocks(meets=("hearing_request",)),
    Verb.NOTIFY_HEARING: Clocks(starts=("hearing_notice",), ends=("hearing_notice",)),
    Verb.HOLD_HEARING: Clocks(meets=("hearing_notice",), ends=("statement",)),
    Verb.END_HEARING: Clocks(ends=("hearing_notice", "statement")),
    Verb.HEAR_STATEMENT: Clocks(ends=("statement", "hearing_request")),
    Verb.DECIDE: Clocks(starts=("service", "major_penalty_filing"), meets=("decision",)),
    Verb.NOT_PUNISH: Clocks(starts=("service",), meets=("decision",), ends=("statement", "hearing_request")),
    Verb.DECIDE_ON_SPOT: Clocks(starts=("payment", "reconsideration")),
    Verb.SERVE: Clocks(starts=("payment", *REMEDIES), meets=("service",)),
    Verb.RECORD_PAYMENT: Clocks(meets=("payment",)),
    Verb.COLLECT_CASH: Clocks(starts=("cash_to_organ",), meets=("payment",)),
    Verb.HAND_IN_CASH: Clocks(starts=("cash_to_bank",), meets=("cash_to_organ",)),
    Verb.BANK_CASH: Clocks(meets=("cash_to_bank",)),
    Verb.DEFER_PAYMENT: Clocks(ends=("payment", "court_application")),
    Verb.REMIND: Clocks(starts=("reminder_to_court",), ends=("reminder_to_court",)),
    Verb.APPLY_COURT: Clocks(meets=("reminder_to_court", "court_application")),
    Verb.ASK_RECONSIDERATION: Clocks(meets=("reconsideration", "reconsideration_untold")),
    Verb.DECIDE_RECONSIDERATION: Clocks(
        starts=("suit_after_reconsideration", "publication_withdrawal"), ends=("suit", "suit_after_reconsideration")
    ),
    Verb.BRING_SUIT: Clocks(meets=("suit", "suit_after_reconsideration"), ends=("reconsideration",)),
    Verb.DECIDE_SUIT: Clocks(starts=("publication_withdrawal",)),
    Verb.WITHDRAW_PUBLICATION: Clocks(meets=("publication_withdrawal",)),
    Verb.REDO: Clocks(
        starts=("decision",), ends=(*_TO_ENFORCE, *REMEDIES, "suit_after_reconsideration", "major_penalty_filing")
    ),
    Verb.FILE_MAJOR_PENALTY: Clocks(meets=("major_penalty_filing",)),
    # a duty to the supervisor outlives the case, unless nothing is left to be filed
    Verb.CLOSE: Clocks(ends=("decision", "major_penalty_filing", *_TO_ENFORCE)),
}
"""Verb → clocks; a verb that is not here touches none. `clocks_of` leaves out what the facts of the step do not ask for."""


def _fined(facts: CaseFacts) -> bool:
    return PenaltyKind.FINE in facts.penalties


def _paid_up(facts: CaseFacts) -> bool:
    return facts.outstanding is not None and facts.paid is not Paid.SURCHARGE and facts.amount >= facts.outstanding


def _to_withdraw(facts: CaseFacts) -> bool:
    return facts.published_at is not None and facts.result in TURNED


def _told_of_hearing(facts: CaseFacts) -> bool:
    return facts.tells_hearing


def _urgent(facts: CaseFacts) -> bool:
    return facts.urgent


def _major(facts: CaseFacts) -> bool:
    return bool(facts.major)


_ASKED_FOR: Final[Mapping[str, Callable[[CaseFacts], bool]]] = {
    "payment": _fined,
    "hearing_request": _told_of_hearing,
    "compulsion_report": _urgent,
    "publication_withdrawal": _to_withdraw,
    "major_penalty_filing": _major,
}


def clocks_of(verb: Verb, facts: CaseFacts) -> Clocks:
    """What `verb` does to clocks with these facts: no payment without a fine, none met by a part of it, and so on."""
    found = CLOCKS.get(verb, Clocks())
    starts = tuple(kind for kind in found.starts if kind not in _ASKED_FOR or _ASKED_FOR[kind](facts))
    meets = tuple(kind for kind in found.meets if kind != "payment" or _paid_up(facts))
    kept = "major_penalty_filing" if verb is Verb.CLOSE and not overturned(facts) else None
    return Clocks(starts, meets, tuple(kind for kind in found.ends if kind != kept))
