"""Closed vocabularies of a case; their words are in the catalogue with those of policy/vocabulary.py."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class CaseStatus(StrEnum):
    """States of a case 案件."""

    PROPOSED = "proposed"
    FILING_REVIEW = "filing_review"
    FILED = "filed"
    INVESTIGATING = "investigating"
    FINDING = "finding"
    LEGAL_REVIEW = "legal_review"
    CORRECTED = "corrected"
    NOTICE = "notice"
    HEARING = "hearing"
    STATEMENT_HEARD = "statement_heard"
    COLLECTIVE_DISCUSSION = "collective_discussion"
    DECIDED = "decided"
    SERVED = "served"
    EXECUTING = "executing"
    REMINDER = "reminder"
    COURT_ENFORCEMENT = "court_enforcement"
    CLOSED = "closed"
    ARCHIVED = "archived"
    NOT_FILED = "not_filed"
    HANDLED_OTHERWISE = "handled_otherwise"
    DROPPED = "dropped"
    NOT_PUNISHED = "not_punished"
    TRANSFERRED_OUT = "transferred_out"
    REFERRED_CRIMINAL = "referred_criminal"


class Procedure(StrEnum):
    """Procedure of a penalty: on the spot (PL 51) or ordinary (PL 54)."""

    SIMPLE = "simple"
    ORDINARY = "ordinary"


class PartyKind(StrEnum):
    """Whom a penalty meets: the law's limits differ (PL 51)."""

    CITIZEN = "citizen"
    ORGANISATION = "organisation"


class NotPunishedGround(StrEnum):
    """Why a violation is not punished (PL 30, 31, 33, 36, 57)."""

    MINOR_CORRECTED = "minor_corrected"
    FIRST_VIOLATION = "first_violation"
    NO_FAULT = "no_fault"
    NOT_ESTABLISHED = "not_established"
    UNDER_FOURTEEN = "under_fourteen"
    NO_CAPACITY = "no_capacity"
    TIME_BARRED = "time_barred"


class LimitationGround(StrEnum):
    """Why the longer period of limitation holds (PL 36)."""

    LIFE_AND_HEALTH = "life_and_health"
    FINANCIAL_SAFETY = "financial_safety"


class CashGround(StrEnum):
    """Why a fine may be collected on the spot (PL 68, 69)."""

    SMALL_FINE = "small_fine"
    HARD_TO_ENFORCE = "hard_to_enforce"
    REMOTE_AT_REQUEST = "remote_at_request"


class ServiceWay(StrEnum):
    """How a document reaches the party (PL 61 and the rules of civil procedure it names)."""

    IN_PERSON = "in_person"
    LEFT_THERE = "left_there"
    ELECTRONIC = "electronic"
    BY_MAIL = "by_mail"
    ENTRUSTED = "entrusted"
    PUBLIC_NOTICE = "public_notice"


class RemedyResult(StrEnum):
    """What a reconsideration or a suit came to (RL 62 – 69)."""

    UPHELD = "upheld"
    CHANGED = "changed"
    REVOKED = "revoked"
    UNLAWFUL = "unlawful"
    INVALID = "invalid"
    NOT_HEARD = "not_heard"
    WITHDRAWN = "withdrawn"


class CloseGround(StrEnum):
    """Why a case is closed."""

    EXECUTED = "executed"
    COURT_EXECUTED = "court_executed"
    EXECUTION_ENDED = "execution_ended"
    DECISION_REVOKED = "decision_revoked"
    NOT_PUNISHED = "not_punished"
    TAKEN_BY_POLICE = "taken_by_police"


class Waived(StrEnum):
    """What a party gives up in writing (PL 62, 64)."""

    STATEMENT = "statement"
    HEARING = "hearing"


class Paid(StrEnum):
    """What a payment is for (PL 67, 72)."""

    FINE = "fine"
    SURCHARGE = "surcharge"
    CONFISCATION = "confiscation"


CASE_VOCABULARIES: Final[tuple[type[StrEnum], ...]] = (
    CaseStatus, Procedure, PartyKind, NotPunishedGround, LimitationGround, CashGround, ServiceWay, RemedyResult,
    CloseGround, Waived, Paid,
)  # fmt: skip
