"""The courses of what passes between organs: transfer, assistance, dispute, criminal referral, review by the department."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy import guards as g
from policy import guards_between as b
from policy import guards_dispute as d
from policy import guards_referral as c
from policy.course import Row
from policy.guards import Facts
from policy.vocabulary import MatterKind, Role, Verb
from policy.vocabulary_between import (
    AssistanceStatus,
    CallOutStatus,
    DisputeStatus,
    EscalationStatus,
    ReferralStatus,
    TransferStatus,
)

_CLOCK: Final = frozenset({Role.SYSTEM})
_OFFICE: Final = frozenset({Role.COUNTY_OFFICE})
_HEADS: Final = frozenset({Role.TOWNSHIP_HEAD, Role.DEPARTMENT})
_HANDLERS: Final = frozenset({Role.OFFICER, Role.SQUADRON_HEAD}) | _HEADS
_ORGAN: Final = frozenset({Role.DISPATCHER, Role.SQUADRON_HEAD}) | _HEADS | _OFFICE
"""Who acts for an organ towards another one."""

_T, _A, _D, _R, _E = TransferStatus, AssistanceStatus, DisputeStatus, ReferralStatus, EscalationStatus

_TRANSFER: Final[tuple[Row, ...]] = (
    ((None,), Verb.DRAFT, _ORGAN, (b.by_sender, b.receiver_is_another, b.not_transferred_on), _T.DRAFTED),
    (
        (_T.DRAFTED,),
        Verb.SEND,
        _ORGAN,
        (
            b.rules_known,
            b.by_sender,
            b.receiver_is_another,
            b.not_transferred_on,
            b.stopped_at_once,
            b.materials_with_it,
        ),
        _T.SENT,
    ),
    ((_T.DRAFTED, _T.RETURNED), Verb.RECALL, _ORGAN, (b.by_sender, g.reason_given), _T.RECALLED),
    ((_T.SENT,), Verb.RECEIVE, _ORGAN, (b.rules_known, b.by_receiver, b.receipt_signed), _T.RECEIVED),
    ((_T.RECEIVED,), Verb.TAKE_ON, _ORGAN, (b.rules_known, b.by_receiver, b.answered_in_writing), _T.ACCEPTED),
    (
        (_T.RECEIVED,),
        Verb.OBJECT,
        _ORGAN,
        (b.rules_known, b.by_receiver, g.reason_given, b.clause_given, b.answered_in_writing),
        _T.OBJECTED,
    ),
    (
        (_T.RECEIVED,),
        Verb.RETURN_FILE,
        _ORGAN,
        (b.by_receiver, g.reason_given, b.clause_given, b.first_return),
        _T.RETURNED,
    ),
    ((_T.RETURNED,), Verb.RESEND, _ORGAN, (b.rules_known, b.by_sender, b.materials_with_it), _T.RECEIVED),
    (
        (_T.RECEIVED,),
        Verb.PUT_TO_MEETING,
        _ORGAN,
        (b.by_receiver, g.reason_given, b.clause_given, b.returned_before),
        _T.AT_MEETING,
    ),
    (
        (_T.OBJECTED, _T.AT_MEETING),
        Verb.SETTLE,
        _OFFICE | _CLOCK,
        (b.dispute_settled, b.competent_organ_named),
        _T.DECIDED_ELSEWHERE,
    ),
    (
        (_T.ACCEPTED, _T.DECIDED_ELSEWHERE),
        Verb.RETURN_RESULT,
        _ORGAN | _CLOCK,
        (b.by_whoever_handles_it, b.result_told),
        _T.RESULT_RETURNED,
    ),
)

_ASSISTANCE: Final[tuple[Row, ...]] = (
    (
        (None,),
        Verb.ASK_HELP,
        _ORGAN | _HANDLERS,
        (b.rules_known, b.by_sender, b.receiver_is_another, b.ground_for_help),
        _A.REQUESTED,
    ),
    ((_A.REQUESTED, _A.UNANSWERED), Verb.TAKE_ON, _ORGAN, (b.by_receiver,), _A.ACCEPTED),
    (
        (_A.REQUESTED, _A.UNANSWERED),
        Verb.REFUSE,
        _ORGAN,
        (b.rules_known, b.by_receiver, b.refusal_grounded),
        _A.REFUSED,
    ),
    ((_A.REQUESTED,), Verb.COUNT_UNANSWERED, _CLOCK, (b.time_to_answer_over,), _A.UNANSWERED),
    ((_A.ACCEPTED,), Verb.PROVIDE, _ORGAN | _HANDLERS, (b.by_receiver, b.help_named), _A.PROVIDED),
)

_SETTLED: Final = (d.organ_named, d.settled_in_writing)
_UNDECIDED: Final = (_D.OPENED, _D.NEGOTIATING, _D.COORDINATING)

_DISPUTE: Final[tuple[Row, ...]] = (
    ((None,), Verb.OPEN_DISPUTE, _ORGAN | _CLOCK, (d.two_parties, d.ladder_known, g.reason_given), _D.OPENED),
    ((_D.OPENED,), Verb.NEGOTIATE, _ORGAN, (d.turn_to_negotiate,), _D.NEGOTIATING),
    (_UNDECIDED, Verb.COORDINATE, _ORGAN, (d.turn_to_coordinate,), _D.COORDINATING),
    ((_D.NEGOTIATING,), Verb.AGREE, _ORGAN, (d.parties_agree, *_SETTLED), _D.DECIDED),
    ((_D.COORDINATING,), Verb.CONCLUDE, _ORGAN, (d.coordination_settles, *_SETTLED), _D.DECIDED),
    (_UNDECIDED, Verb.DECIDE_COMPETENCE, _OFFICE | _HEADS, (d.turn_to_decide, *_SETTLED), _D.DECIDED),
    (_UNDECIDED, Verb.DESIGNATE, _OFFICE | _HEADS, (d.turn_to_designate, *_SETTLED), _D.DECIDED),
)

_POLICE_HAVE_IT: Final = (_R.RECEIVED, _R.FORWARDED)

_REFERRAL: Final[tuple[Row, ...]] = (
    ((None,), Verb.REPORT_SUSPICION, _HANDLERS, (c.two_officers_at_once, c.report_written), _R.REPORTED),
    ((_R.REPORTED,), Verb.APPROVE, _HEADS, (c.head_decides,), _R.APPROVED),
    ((_R.REPORTED,), Verb.DISAPPROVE, _HEADS, (c.head_decides, c.refusal_on_record), _R.NOT_APPROVED),
    ((_R.APPROVED,), Verb.SEND, _HANDLERS, (b.rules_known, c.papers_with_it), _R.SENT),
    ((_R.SENT,), Verb.RECEIVE, _HANDLERS, (c.police_signed,), _R.RECEIVED),
    ((_R.RECEIVED,), Verb.FORWARD, _HANDLERS, (c.forwarded_to_somebody,), _R.FORWARDED),
    (
        (*_POLICE_HAVE_IT, _R.REVIEW_ASKED, _R.PROCURATOR_ASKED),
        Verb.POLICE_FILE,
        _HANDLERS,
        (c.police_notice,),
        _R.FILED_BY_POLICE,
    ),
    (_POLICE_HAVE_IT, Verb.POLICE_REFUSE, _HANDLERS, (c.police_notice, c.police_reasons), _R.NOT_FILED),
    ((_R.NOT_FILED,), Verb.ASK_AGAIN, _HANDLERS, (c.time_to_ask_again, g.reason_given), _R.REVIEW_ASKED),
    ((_R.REVIEW_ASKED,), Verb.UPHOLD, _HANDLERS, (c.police_notice,), _R.UPHELD),
    ((_R.NOT_FILED, _R.UPHELD), Verb.ASK_PROCURATOR, _HANDLERS, (g.reason_given,), _R.PROCURATOR_ASKED),
    ((_R.NOT_FILED, _R.UPHELD, _R.PROCURATOR_ASKED), Verb.TAKE_BACK, _HANDLERS, (g.reason_given,), _R.TAKEN_BACK),
    ((_R.FILED_BY_POLICE,), Verb.HAND_OVER_GOODS, _HANDLERS, (c.goods_listed, c.police_signed), _R.GOODS_HANDED_OVER),
)

_ESCALATION: Final[tuple[Row, ...]] = (
    (
        (None,),
        Verb.RAISE,
        _OFFICE,
        (b.rules_known, b.by_sender, b.receiver_is_another, b.ground_to_raise),
        _E.RAISED,
    ),
    ((_E.RAISED, _E.UNANSWERED), Verb.TAKE_ON, frozenset({Role.DEPARTMENT}), (b.by_receiver,), _E.TAKEN_ON),
    ((_E.TAKEN_ON,), Verb.ANSWER, frozenset({Role.DEPARTMENT}), (b.by_receiver, b.opinion_in_words), _E.ANSWERED),
    ((_E.RAISED,), Verb.COUNT_UNANSWERED, _CLOCK, (b.time_to_answer_over,), _E.UNANSWERED),
)

_C = CallOutStatus
_CALLERS: Final = frozenset({Role.DISPATCHER, Role.SQUADRON_HEAD, Role.TOWNSHIP_HEAD, Role.COUNTY_OFFICE})
_SAID: Final = (b.said_by_the_department,)

_CALL_OUT: Final[tuple[Row, ...]] = (
    (
        (None,),
        Verb.CALL_OUT,
        _CALLERS,
        (b.rules_known, b.by_sender, b.receiver_is_another, b.lead_still_open, b.not_called_yet),
        _C.CALLED,
    ),
    ((_C.CALLED, _C.UNANSWERED), Verb.ACKNOWLEDGE, _ORGAN, _SAID, _C.ACKNOWLEDGED),
    ((_C.CALLED, _C.UNANSWERED, _C.ACKNOWLEDGED), Verb.ARRIVE, _ORGAN, _SAID, _C.ARRIVED),
    ((_C.ACKNOWLEDGED, _C.ARRIVED), Verb.REPORT, _ORGAN, (*_SAID, b.result_in_words), _C.REPORTED),
    ((_C.CALLED,), Verb.COUNT_UNANSWERED, _CLOCK, (b.time_to_answer_over,), _C.UNANSWERED),
    (
        (_C.CALLED, _C.UNANSWERED, _C.ACKNOWLEDGED),
        Verb.RECALL,
        _CALLERS,
        (b.by_sender, g.reason_given),
        _C.RECALLED,
    ),
)

ROWS: Final[Mapping[MatterKind, tuple[Row, ...]]] = {
    MatterKind.TRANSFER: _TRANSFER,
    MatterKind.ASSISTANCE: _ASSISTANCE,
    MatterKind.DISPUTE: _DISPUTE,
    MatterKind.CRIMINAL_REFERRAL: _REFERRAL,
    MatterKind.ESCALATION: _ESCALATION,
    MatterKind.CALL_OUT: _CALL_OUT,
}

FACTS: Final[Mapping[MatterKind, type[Facts]]] = {
    MatterKind.TRANSFER: b.TransferFacts,
    MatterKind.ASSISTANCE: b.AssistanceFacts,
    MatterKind.DISPUTE: d.DisputeFacts,
    MatterKind.CRIMINAL_REFERRAL: c.ReferralFacts,
    MatterKind.ESCALATION: b.EscalationFacts,
    MatterKind.CALL_OUT: b.CallOutFacts,
}
"""What each matter's guards are asked with."""
