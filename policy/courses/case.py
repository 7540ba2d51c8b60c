"""The course of a case 案件: from proposal to archive, with what is held, appealed and published beside it."""

from __future__ import annotations

from typing import Final

from policy import guards as g
from policy import guards_case as c
from policy import guards_case_after as a
from policy import guards_case_decision as d
from policy import guards_case_held as h
from policy.course import Row
from policy.vocabulary import Role, Verb
from policy.vocabulary_case import CaseStatus as S

HANDLERS: Final = frozenset({Role.OFFICER, Role.SQUADRON_HEAD})
"""Who handles a case."""
HEADS: Final = frozenset({Role.TOWNSHIP_HEAD, Role.DEPARTMENT})
"""Heads of organs: of the town, or of the department where it handles the case itself."""
_FINDERS: Final = frozenset({Role.DEPARTMENT})
_REVIEWERS: Final = frozenset({Role.LEGAL_REVIEWER})
_MONEY: Final = frozenset({Role.FINANCE})
_CLOCK: Final = frozenset({Role.SYSTEM})

UNFILED: Final = (S.PROPOSED, S.FILING_REVIEW)
IN_WORK: Final = (
    S.FILED,
    S.INVESTIGATING,
    S.FINDING,
    S.LEGAL_REVIEW,
    S.CORRECTED,
    S.NOTICE,
    S.HEARING,
    S.STATEMENT_HEARD,
    S.COLLECTIVE_DISCUSSION,
)
"""States from filing to decision, in which the 90 days run."""
IN_EXECUTION: Final = (S.SERVED, S.EXECUTING, S.REMINDER, S.COURT_ENFORCEMENT)
OPEN_CASES: Final = (*UNFILED, *IN_WORK, S.DECIDED, S.NOT_PUNISHED, *IN_EXECUTION, S.REFERRED_CRIMINAL)
"""States in which a case still waits for something."""
_BEFORE_DECISION: Final = (*UNFILED, *IN_WORK)
_SEARCHING: Final = (S.PROPOSED, S.FILED, S.INVESTIGATING, S.FINDING, S.CORRECTED)
_HOLDING: Final = (*OPEN_CASES, S.NOT_FILED)
_DECIDED: Final = (*IN_EXECUTION, S.CLOSED, S.ARCHIVED)

_FILING: Final = (c.finding_comes_first, c.evidence_there, c.two_officers, c.organ_competent, c.not_time_barred)
_HEARD: Final = (d.notice_given, d.statement_over, d.statement_weighed, d.hearing_settled)
_NOTICE: Final = (
    c.two_officers,
    c.filing_approved,
    c.finding_attached,
    c.penalty_meant,
    c.penalty_in_power,
    c.review_before_notice,
    c.hearing_right_clear,
    d.no_referral_running,
)
_DECISION: Final = (
    c.head_of_the_organ,
    d.three_people,
    c.two_officers,
    c.organ_competent,
    c.filing_approved,
    c.finding_attached,
    c.penalty_meant,
    c.penalty_in_power,
    *_HEARD,
    d.no_worse_than_told,
    c.review_passed,
    d.discussed_where_due,
    d.fine_in_grade,
    d.no_crime_instead,
    d.not_fined_before,
)
_ON_THE_SPOT: Final = (
    d.on_the_spot,
    c.two_officers,
    c.organ_competent,
    c.not_time_barred,
    d.facts_clear,
    c.penalty_meant,
    d.simple_enough,
    c.penalty_in_power,
    d.fine_in_grade,
    d.no_crime_instead,
    d.not_fined_before,
    d.heard_on_spot,
    d.handed_over,
)

_OPENING: Final[tuple[Row, ...]] = (
    ((None,), Verb.PROPOSE, HANDLERS, (c.two_officers, c.evidence_there), S.PROPOSED),
    ((None,), Verb.DECIDE_ON_SPOT, HANDLERS, _ON_THE_SPOT, S.SERVED),
    ((S.PROPOSED,), Verb.RECORD_FINDING, _FINDERS, (c.finding_before_filing, c.evidence_there), None),
    ((S.PROPOSED,), Verb.SUBMIT_FILING, HANDLERS, _FILING, S.FILING_REVIEW),
    ((S.REFERRED_CRIMINAL,), Verb.SUBMIT_FILING, HANDLERS, (h.referral_over, *_FILING), S.FILING_REVIEW),
    ((S.FILING_REVIEW,), Verb.APPROVE_FILING, HEADS, (c.head_of_the_organ, c.not_own_filing, *_FILING), S.FILED),
    (
        (S.FILING_REVIEW,),
        Verb.REFUSE_FILING,
        HEADS,
        (c.head_of_the_organ, c.not_own_filing, g.reason_given),
        S.NOT_FILED,
    ),
    ((S.NOT_FILED,), Verb.HANDLE_OTHERWISE, HANDLERS | HEADS, (g.reason_given, h.nothing_held), S.HANDLED_OTHERWISE),
    ((S.PROPOSED,), Verb.DROP, HANDLERS | HEADS, (g.reason_given, h.nothing_held), S.DROPPED),
    (
        (S.FILED, S.INVESTIGATING, S.FINDING, S.LEGAL_REVIEW, S.CORRECTED, S.STATEMENT_HEARD),
        Verb.DROP,
        HEADS,
        (c.head_of_the_organ, c.not_own_filing, g.reason_given, h.nothing_held),
        S.DROPPED,
    ),
)

_INQUIRY: Final[tuple[Row, ...]] = (
    ((S.FILED, S.CORRECTED), Verb.START_INVESTIGATION, HANDLERS, (c.filing_approved, c.two_officers), S.INVESTIGATING),
    (
        (S.LEGAL_REVIEW,),
        Verb.START_INVESTIGATION,
        HANDLERS,
        (c.review_not_agreed, c.filing_approved, c.two_officers),
        S.INVESTIGATING,
    ),
    (
        (S.INVESTIGATING,),
        Verb.CONCLUDE_INVESTIGATION,
        HANDLERS,
        (c.two_officers, c.evidence_there, c.report_written),
        S.FINDING,
    ),
    ((S.FINDING, S.CORRECTED), Verb.RECORD_FINDING, _FINDERS, (c.evidence_there,), None),
    (
        (S.FINDING, S.CORRECTED, S.STATEMENT_HEARD, S.COLLECTIVE_DISCUSSION),
        Verb.PROPOSE_PENALTY,
        HANDLERS,
        (c.two_officers, c.penalty_meant, c.penalty_in_power, d.no_referral_running),
        None,
    ),
    (
        (S.FINDING, S.CORRECTED, S.STATEMENT_HEARD, S.COLLECTIVE_DISCUSSION),
        Verb.SUBMIT_REVIEW,
        HANDLERS,
        (c.two_officers, c.finding_attached, c.penalty_meant, c.materials_complete, c.review_in_its_turn),
        S.LEGAL_REVIEW,
    ),
    ((S.LEGAL_REVIEW,), Verb.AGREE_REVIEW, _REVIEWERS, (c.reviewer_fit, c.review_open, c.finding_attached), None),
    ((S.LEGAL_REVIEW,), Verb.FAIL_REVIEW, _REVIEWERS, (c.reviewer_fit, c.review_open, c.opinion_founded), None),
    (
        (S.LEGAL_REVIEW,),
        Verb.RETURN_REVIEW,
        _REVIEWERS,
        (c.reviewer_fit, c.review_open, c.opinion_founded),
        S.CORRECTED,
    ),
)

_PARTY: Final[tuple[Row, ...]] = (
    ((S.FINDING, S.LEGAL_REVIEW), Verb.GIVE_NOTICE, HANDLERS, _NOTICE, S.NOTICE),
    (
        (S.STATEMENT_HEARD, S.COLLECTIVE_DISCUSSION),
        Verb.GIVE_NOTICE,
        HANDLERS,
        (g.reason_given, *_NOTICE),
        S.NOTICE,
    ),
    ((S.NOTICE,), Verb.RECORD_STATEMENT, HANDLERS, (c.two_officers,), None),
    ((S.NOTICE, S.HEARING), Verb.RECORD_WAIVER, HANDLERS, (c.two_officers, h.document_named), None),
    ((S.NOTICE,), Verb.REQUEST_HEARING, HANDLERS | _REVIEWERS, (d.hearing_asked_in_time,), None),
    (
        (S.NOTICE, S.HEARING),
        Verb.NOTIFY_HEARING,
        HANDLERS | _REVIEWERS,
        (d.hearing_asked, d.presider_fit, d.hearing_day_far_enough, d.no_referral_running),
        S.HEARING,
    ),
    (
        (S.HEARING,),
        Verb.HOLD_HEARING,
        HANDLERS | _REVIEWERS,
        (c.two_officers, d.presider_fit, d.hearing_day_come, d.hearing_recorded, d.no_referral_running),
        S.STATEMENT_HEARD,
    ),
    (
        (S.HEARING,),
        Verb.END_HEARING,
        HANDLERS | _REVIEWERS,
        (d.presider_fit, d.hearing_given_up, g.reason_given),
        S.STATEMENT_HEARD,
    ),
    ((S.NOTICE,), Verb.HEAR_STATEMENT, HANDLERS | _CLOCK, _HEARD, S.STATEMENT_HEARD),
)

_DECIDING: Final[tuple[Row, ...]] = (
    (
        (S.STATEMENT_HEARD, S.LEGAL_REVIEW),
        Verb.DISCUSS,
        HEADS,
        (c.head_of_the_organ, *_HEARD, c.review_passed, d.minutes_written, d.no_referral_running),
        S.COLLECTIVE_DISCUSSION,
    ),
    ((S.STATEMENT_HEARD, S.LEGAL_REVIEW, S.COLLECTIVE_DISCUSSION), Verb.DECIDE, HEADS, _DECISION, S.DECIDED),
    (
        (S.FINDING, S.LEGAL_REVIEW, S.STATEMENT_HEARD, S.COLLECTIVE_DISCUSSION),
        Verb.NOT_PUNISH,
        HEADS,
        (
            c.head_of_the_organ,
            d.three_people,
            c.organ_competent,
            c.filing_approved,
            d.ground_not_to_punish,
            d.party_educated,
            c.review_passed,
            d.no_crime_instead,
        ),
        S.NOT_PUNISHED,
    ),
    ((S.DECIDED,), Verb.SERVE, HANDLERS, (c.two_officers, a.served_as_the_law_asks), S.SERVED),
    ((S.NOT_PUNISHED,), Verb.SERVE, HANDLERS, (c.two_officers, a.served_as_the_law_asks), None),
)

_OWED: Final = (a.was_served, a.decision_stands)
_CHASED: Final = (*_OWED, a.still_owed, a.own_to_enforce)
_PAYING: Final = (*_OWED, a.collector_apart, a.amount_due)

_REFUNDING: Final = (*IN_WORK, S.DECIDED, S.NOT_PUNISHED, *_DECIDED)
_EXECUTION: Final[tuple[Row, ...]] = (
    ((S.SERVED, S.EXECUTING), Verb.REGISTER_ON_SPOT, HANDLERS, (d.on_the_spot,), None),
    ((S.SERVED,), Verb.BEGIN_EXECUTION, HANDLERS | _CLOCK, _OWED, S.EXECUTING),
    ((S.SERVED,), Verb.RECORD_PAYMENT, _MONEY, _PAYING, S.EXECUTING),
    ((S.EXECUTING, S.REMINDER, S.COURT_ENFORCEMENT), Verb.RECORD_PAYMENT, _MONEY, _PAYING, None),
    (
        (S.SERVED, S.EXECUTING),
        Verb.COLLECT_CASH,
        HANDLERS,
        (c.two_officers, *_OWED, a.cash_allowed, a.amount_due, a.cash_receipt_given),
        None,
    ),
    (IN_EXECUTION, Verb.HAND_IN_CASH, HANDLERS, (a.cash_held,), None),
    (IN_EXECUTION, Verb.BANK_CASH, _MONEY, (a.cash_at_organ,), None),
    (_REFUNDING, Verb.PAY_REFUND, _MONEY, (a.refund_due, a.collector_apart), None),
    (
        (S.SERVED, S.EXECUTING, S.REMINDER),
        Verb.DEFER_PAYMENT,
        HEADS,
        (c.head_of_the_organ, a.was_served, a.deferral_dated),
        None,
    ),
    ((S.SERVED,), Verb.RECORD_EXECUTION, HANDLERS, (c.two_officers, *_OWED), S.EXECUTING),
    ((S.EXECUTING, S.REMINDER, S.COURT_ENFORCEMENT), Verb.RECORD_EXECUTION, HANDLERS, (c.two_officers, *_OWED), None),
    (
        (S.EXECUTING, S.REMINDER),
        Verb.REMIND,
        HANDLERS,
        (c.two_officers, *_CHASED, a.payment_time_over),
        S.REMINDER,
    ),
    (
        (S.REMINDER,),
        Verb.FORCE_EXECUTION,
        HANDLERS,
        (
            c.officers_for_compulsion,
            *_CHASED,
            a.reminded,
            a.appeals_over,
            a.may_compel,
            c.head_approved,
            a.not_at_night,
        ),
        None,
    ),
    (
        (S.REMINDER,),
        Verb.APPLY_COURT,
        HEADS,
        (
            c.head_of_the_organ,
            *_CHASED,
            a.reminded,
            a.reminder_waited,
            a.appeals_over,
            a.court_in_time,
        ),
        S.COURT_ENFORCEMENT,
    ),
    ((S.COURT_ENFORCEMENT,), Verb.RECORD_RULING, HANDLERS, (h.document_named,), None),
)

_HELD: Final[tuple[Row, ...]] = (
    (_SEARCHING, Verb.PRESERVE, HANDLERS, (c.two_officers, c.head_approved, h.goods_listed), None),
    (_HOLDING, Verb.HANDLE_PRESERVED, HANDLERS, (h.something_preserved, h.preserved_in_time), None),
    (
        _SEARCHING,
        Verb.SEAL,
        HANDLERS,
        (c.officers_for_compulsion, a.may_compel, h.approved_or_urgent, h.goods_listed),
        None,
    ),
    (_HOLDING, Verb.REPORT_COMPULSION, HANDLERS, (h.was_urgent, g.reason_given), None),
    (
        _HOLDING,
        Verb.EXTEND_SEALING,
        HEADS,
        (c.head_of_the_organ, h.something_sealed, h.sealing_extended_once, g.reason_given),
        None,
    ),
    (_HOLDING, Verb.RELEASE_SEALING, HANDLERS | HEADS, (h.something_sealed, h.sealed_in_time), None),
)

_BESIDE: Final[tuple[Row, ...]] = (
    (_BEFORE_DECISION, Verb.ASSIGN_OFFICERS, HEADS | {Role.SQUADRON_HEAD}, (c.two_officers,), None),
    (_BEFORE_DECISION, Verb.RECUSE, HEADS, (c.head_of_the_organ, c.person_named, g.reason_given), None),
    ((*OPEN_CASES, S.CLOSED), Verb.CORRECT_DOCUMENT, HANDLERS | HEADS, (h.document_named, g.reason_given), None),
    (IN_WORK, Verb.EXTEND_DECISION, HEADS, (c.head_of_the_organ, h.extension_founded, g.reason_given), None),
    (
        _BEFORE_DECISION,
        Verb.TRANSFER,
        HEADS,
        (
            c.head_of_the_organ,
            g.reason_given,
            g.receiver_named,
            c.not_transferred_again,
            g.receiver_accepted,
            h.nothing_held,
        ),
        S.TRANSFERRED_OUT,
    ),
    (
        _BEFORE_DECISION,
        Verb.REFER_CRIMINAL,
        HEADS,
        (c.head_of_the_organ, c.officers_for_referral, h.referral_decided, g.reason_given),
        S.REFERRED_CRIMINAL,
    ),
    ((S.REFERRED_CRIMINAL,), Verb.RESUME, HANDLERS | HEADS, (h.referral_over, c.filing_approved), S.INVESTIGATING),
    (_DECIDED, Verb.ASK_RECONSIDERATION, HANDLERS | _REVIEWERS, (a.was_served, h.reconsideration_open), None),
    (
        _DECIDED,
        Verb.DECIDE_RECONSIDERATION,
        HANDLERS | _REVIEWERS,
        (h.reconsideration_runs, h.result_named, h.change_told),
        None,
    ),
    (
        _DECIDED,
        Verb.BRING_SUIT,
        HANDLERS | _REVIEWERS,
        (a.was_served, h.suit_open, h.reconsidered_first),
        None,
    ),
    (_DECIDED, Verb.DECIDE_SUIT, HANDLERS | _REVIEWERS, (h.suit_runs, h.result_named, h.change_told), None),
    (_DECIDED, Verb.REDO, HEADS, (c.head_of_the_organ, h.ordered_again, c.filing_approved), S.INVESTIGATING),
    (
        _DECIDED,
        Verb.PUBLISH,
        HANDLERS | _REVIEWERS,
        (a.was_served, h.not_published, h.fit_to_publish),
        None,
    ),
    (_DECIDED, Verb.WITHDRAW_PUBLICATION, HANDLERS | _REVIEWERS, (h.is_published, g.reason_given), None),
    (
        (S.DECIDED, *_DECIDED),
        Verb.FILE_MAJOR_PENALTY,
        HANDLERS | _REVIEWERS,
        (h.major_to_file, h.document_named),
        None,
    ),
)

_END: Final[tuple[Row, ...]] = (
    (
        (S.EXECUTING, S.REMINDER, S.COURT_ENFORCEMENT, S.NOT_PUNISHED, S.REFERRED_CRIMINAL),
        Verb.CLOSE,
        HEADS | {Role.SQUADRON_HEAD},
        (h.closing_grounded, h.nothing_held, a.cash_passed_on, h.registered),
        S.CLOSED,
    ),
    (
        (S.CLOSED,),
        Verb.ARCHIVE,
        HANDLERS | _REVIEWERS,
        (h.file_complete, h.withdrawn_where_overturned),
        S.ARCHIVED,
    ),
)

ROWS: Final[tuple[Row, ...]] = (
    *_OPENING,
    *_INQUIRY,
    *_PARTY,
    *_DECIDING,
    *_EXECUTION,
    *_HELD,
    *_BESIDE,
    *_END,
)
"""from · verb · role · guards · to; the order of the parts is chosen by the guards, from the profile."""
