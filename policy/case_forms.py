"""What each step of a case asks for: one declaration for page, interface and record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from policy.vocabulary import PenaltyKind, Verb
from policy.vocabulary_between import ReviewOpinion, Trigger
from policy.vocabulary_case import (
    CashGround,
    CloseGround,
    LimitationGround,
    NotPunishedGround,
    Paid,
    RemedyResult,
    ServiceWay,
    Waived,
)

InputKind = Literal[
    "text",
    "words",
    "flag",
    "moment",
    "day",
    "yuan",
    "choice",
    "choices",
    "person",
    "persons",
    "goods",
    "codes",
    "amounts",
]


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a step is told: its name, of what kind it is, whether it must be there, from which list it comes.

    `persons` are staff numbers, `goods` rows of name, quantity, condition, keeper and place, `codes` come from a list of the
    profile, `amounts` are what a fine is counted from (policy.items.model.BASES and UNITS); amounts are yuan.
    """

    name: str
    kind: InputKind
    required: bool = False
    options: type[StrEnum] | None = None


def _words(required: bool = True) -> Input:
    return Input("words", "words", required)


_REASON: Final = Input("reason", "words", required=True)
_PENALTY: Final = (
    Input("penalties", "choices", required=True, options=PenaltyKind),
    Input("fine", "yuan"),
    Input("confiscated", "yuan"),
    Input("grade", "text"),
    Input("stage", "text"),
    Input("amounts", "amounts"),
    Input("grade_reason", "words"),
)
_GOODS: Final = Input("goods", "goods", required=True)

FORMS: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.RECORD_FINDING: (_words(),),
    Verb.SUBMIT_FILING: (Input("limitation_ground", "choice", options=LimitationGround),),
    Verb.APPROVE_FILING: (_words(required=False),),
    Verb.REFUSE_FILING: (_REASON,),
    Verb.HANDLE_OTHERWISE: (_REASON,),
    Verb.DROP: (_REASON,),
    Verb.ASSIGN_OFFICERS: (Input("persons", "persons", required=True),),
    Verb.START_INVESTIGATION: (),
    Verb.CONCLUDE_INVESTIGATION: (_words(),),
    Verb.PROPOSE_PENALTY: (
        *_PENALTY,
        Input("adjusted", "flag"),
        Input("large_fine", "flag"),
        Input("hearing_by_law", "flag"),
        Input("complex_case", "flag"),
        Input("major", "flag"),
        Input("suspected_crime", "flag"),
        Input("triggers", "choices", options=Trigger),
    ),
    Verb.SUBMIT_REVIEW: (
        Input("materials", "codes", required=True),
        Input("triggers", "choices", options=Trigger),
        Input("changes", "words"),
    ),
    Verb.AGREE_REVIEW: (_words(required=False),),
    Verb.FAIL_REVIEW: (Input("opinion", "choice", required=True, options=ReviewOpinion), _REASON),
    Verb.RETURN_REVIEW: (_REASON,),
    Verb.GIVE_NOTICE: (_words(), Input("tells_hearing", "flag"), Input("reason", "words")),
    Verb.RECORD_STATEMENT: (_words(), Input("weighed", "words")),
    Verb.RECORD_WAIVER: (
        Input("waived", "choice", required=True, options=Waived),
        Input("document", "text", required=True),
    ),
    Verb.REQUEST_HEARING: (_words(required=False),),
    Verb.NOTIFY_HEARING: (Input("hearing_on", "moment", required=True), Input("presider", "person", required=True)),
    Verb.HOLD_HEARING: (_words(), Input("hearing_record", "flag", required=True)),
    Verb.END_HEARING: (_REASON,),
    Verb.HEAR_STATEMENT: (Input("weighed", "words"),),
    Verb.DISCUSS: (_words(), Input("present", "text", required=True)),
    Verb.DECIDE: (_words(), *_PENALTY),
    Verb.NOT_PUNISH: (
        Input("not_punished_ground", "choice", required=True, options=NotPunishedGround),
        _words(),
        Input("corrected", "flag"),
        Input("educated", "flag"),
    ),
    Verb.SERVE: (
        Input("service_way", "choice", required=True, options=ServiceWay),
        Input("receipt", "flag", required=True),
        Input("service_consent", "flag"),
    ),
    Verb.REGISTER_ON_SPOT: (),
    Verb.BEGIN_EXECUTION: (),
    Verb.RECORD_PAYMENT: (
        Input("amount", "yuan", required=True),
        Input("paid", "choice", required=True, options=Paid),
        Input("slip", "text"),
        Input("bank", "text"),
    ),
    Verb.PAY_REFUND: (
        Input("amount", "yuan", required=True),
        Input("bank", "text", required=True),
        Input("slip", "text", required=True),
    ),
    Verb.COLLECT_CASH: (
        Input("amount", "yuan", required=True),
        Input("cash_ground", "choice", required=True, options=CashGround),
        Input("slip", "text", required=True),
        Input("cash_asked", "flag"),
        Input("reason", "words"),
    ),
    Verb.HAND_IN_CASH: (),
    Verb.BANK_CASH: (Input("bank", "text", required=True), Input("slip", "text", required=True)),
    Verb.DEFER_PAYMENT: (Input("deferred_until", "moment", required=True), _REASON),
    Verb.RECORD_EXECUTION: (_words(),),
    Verb.REMIND: (_words(required=False),),
    Verb.FORCE_EXECUTION: (_words(), Input("head_approved", "flag", required=True), Input("urgent", "flag")),
    Verb.APPLY_COURT: (_words(),),
    Verb.RECORD_RULING: (Input("document", "text", required=True), _words()),
    Verb.CLOSE: (Input("close_ground", "choice", required=True, options=CloseGround), Input("reason", "words")),
    Verb.ARCHIVE: (Input("archive_number", "text", required=True), Input("file_complete", "flag", required=True)),
    Verb.PRESERVE: (_GOODS, Input("head_approved", "flag", required=True)),
    Verb.HANDLE_PRESERVED: (_words(), Input("released", "flag")),
    Verb.SEAL: (_GOODS, Input("head_approved", "flag"), Input("urgent", "flag")),
    Verb.REPORT_COMPULSION: (_REASON,),
    Verb.EXTEND_SEALING: (_REASON,),
    Verb.RELEASE_SEALING: (_words(), Input("released", "flag")),
    Verb.RECUSE: (Input("person", "person", required=True), _REASON),
    Verb.CORRECT_DOCUMENT: (Input("document", "text", required=True), _REASON),
    Verb.EXTEND_DECISION: (Input("extension_clause", "text", required=True), _REASON),
    Verb.ASK_RECONSIDERATION: (Input("before", "text", required=True),),
    Verb.DECIDE_RECONSIDERATION: (
        Input("result", "choice", required=True, options=RemedyResult),
        Input("fine_changed", "yuan"),
        Input("confiscated_changed", "yuan"),
        Input("redo_ordered", "flag"),
        Input("mediation", "words"),
    ),
    Verb.BRING_SUIT: (Input("before", "text", required=True),),
    Verb.DECIDE_SUIT: (
        Input("result", "choice", required=True, options=RemedyResult),
        Input("fine_changed", "yuan"),
        Input("confiscated_changed", "yuan"),
        Input("redo_ordered", "flag"),
        Input("mediation", "words"),
    ),
    Verb.REDO: (_words(required=False),),
    Verb.PUBLISH: (Input("social_effect", "flag", required=True), Input("masked_copy", "flag", required=True)),
    Verb.WITHDRAW_PUBLICATION: (_REASON,),
    Verb.FILE_MAJOR_PENALTY: (Input("document", "text", required=True), Input("before", "text", required=True)),
    Verb.REFER_CRIMINAL: (_REASON,),
    Verb.RESUME: (),
    Verb.TRANSFER: (Input("receiver", "text", required=True), _REASON),
}
"""Steps that begin a case ask for more and have forms of their own in the record (`propose_case`, `decide_on_spot`)."""
