"""Closed vocabularies of the trade; the words themselves are in the catalogue under `vocabulary.<name>.<value>`."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Final

from policy.text import Word, say
from policy.vocabulary_parts import PARTS


class LeadStatus(StrEnum):
    """States of a lead 线索."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    EVALUATED = "evaluated"
    ARCHIVED = "archived"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    TRANSFERRED = "transferred"


class LeadSource(StrEnum):
    """Where a lead comes from (CL 第十二条)."""

    GRID_PATROL = "grid_patrol"
    DEPARTMENT_INSPECTION = "department_inspection"
    PUBLIC_REPORT = "public_report"
    SUPERIOR_REFERRAL = "superior_referral"
    TRANSFER_IN = "transfer_in"
    OFFSITE_SENSOR = "offsite_sensor"
    HOTLINE_12345 = "hotline_12345"
    POLICE_110 = "police_110"
    FIRE_119 = "fire_119"
    AMBULANCE_120 = "ambulance_120"


class Urgency(StrEnum):
    """How urgent a lead or task is."""

    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class TaskStatus(StrEnum):
    """States of a task 任务."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    REPORTED = "reported"
    DECLINED = "declined"
    RECALLED = "recalled"
    EXPIRED = "expired"


class TaskKind(StrEnum):
    """What a team is sent to do."""

    LOOK = "look"
    VERIFY = "verify"
    SECURE = "secure"
    HANDLE = "handle"
    INSPECT = "inspect"
    JOINT_INSPECT = "joint_inspect"
    SERVE_DOCUMENT = "serve_document"
    ASSIST = "assist"
    PATROL = "patrol"


class Outcome(StrEnum):
    """What a team reports (FL 二(五))."""

    NOTHING_FOUND = "nothing_found"
    GUIDANCE = "guidance"
    ORDERED_CORRECTION = "ordered_correction"
    SIMPLE_PENALTY = "simple_penalty"
    PROPOSE_CASE = "propose_case"
    TRANSFER = "transfer"
    REFER_UP = "refer_up"
    REFER_CRIMINAL = "refer_criminal"
    ASSISTANCE_NEEDED = "assistance_needed"


class UnitStatus(StrEnum):
    """Status board of a unit."""

    AVAILABLE = "available"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    BUSY = "busy"
    OFF_DUTY = "off_duty"


class PostingMode(StrEnum):
    """Mode of sinking down: 派驻 or 包片 (YY 二(二), FL 二(六))."""

    STATIONED = "stationed"
    COVERING = "covering"


class ItemKind(StrEnum):
    """Why a township may enforce an item (YY 二(一))."""

    STATUTORY = "statutory"
    DELEGATED_GENERAL = "delegated_general"
    DELEGATED_SELF_SELECTED = "delegated_self_selected"
    ENTRUSTED = "entrusted"


class ActKind(StrEnum):
    """Kind of enforcement act: who inspects, penalises and compels differs."""

    INSPECT = "inspect"
    PENALISE = "penalise"
    COMPEL = "compel"


class PenaltyKind(StrEnum):
    """Kinds of penalty (PL 9), large confiscations apart (PL 63)."""

    WARNING = "warning"
    CRITICISM = "criticism"
    FINE = "fine"
    CONFISCATE_GAINS = "confiscate_gains"
    CONFISCATE_GOODS = "confiscate_goods"
    CONFISCATE_LARGE_GAINS = "confiscate_large_gains"
    CONFISCATE_LARGE_GOODS = "confiscate_large_goods"
    SUSPEND_PERMIT = "suspend_permit"
    LOWER_QUALIFICATION = "lower_qualification"
    REVOKE_PERMIT = "revoke_permit"
    RESTRICT_OPERATION = "restrict_operation"
    ORDER_SUSPENSION = "order_suspension"
    ORDER_CLOSURE = "order_closure"
    RESTRICT_EMPLOYMENT = "restrict_employment"
    DETENTION = "detention"


class PersonKind(StrEnum):
    """Standing of a person in the force."""

    OFFICER = "officer"
    GRID_WORKER = "grid_worker"
    AUXILIARY = "auxiliary"
    FIRE = "fire"
    POLICE = "police"


class OrganKind(StrEnum):
    """Kind of organ a person, team or item belongs to."""

    BUREAU = "bureau"
    PROFESSIONAL_TEAM = "professional_team"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    FIRE = "fire"
    POLICE = "police"
    JUSTICE = "justice"
    GOVERNMENT = "government"
    COMMAND_CENTRE = "command_centre"
    OTHER = "other"


class Settlement(StrEnum):
    """Class of a grid cell for the response target: 城区 or 城乡 (JD 二(四)12)."""

    URBAN = "urban"
    RURAL = "rural"


class CardKind(StrEnum):
    """Cards on enforcement conduct; orange and red block assignment (JD 二(五)15)."""

    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class MatterKind(StrEnum):
    """Kinds of matter that have a course of their own."""

    LEAD = "lead"
    TASK = "task"
    CASE = "case"
    TRANSFER = "transfer"
    ASSISTANCE = "assistance"
    DISPUTE = "dispute"
    CRIMINAL_REFERRAL = "criminal_referral"
    REVIEW = "review"
    ESCALATION = "escalation"
    CALL_OUT = "call_out"
    JOINT_OPERATION = "joint_operation"
    INSPECTION_VISIT = "inspection_visit"
    INSPECTION_PLAN = "inspection_plan"
    INSPECTION_DRAW = "inspection_draw"


class Verb(StrEnum):
    """Steps of matters; a matter's own table says which are its."""

    RECEIVE = "receive"
    LOCATE = "locate"
    TRIAGE = "triage"
    MARK_DUPLICATE = "mark_duplicate"
    REJECT = "reject"
    DISPATCH = "dispatch"
    RESOLVE = "resolve"
    EVALUATE = "evaluate"
    ARCHIVE = "archive"
    TRANSFER = "transfer"
    ACCEPT = "accept"
    DECLINE = "decline"
    DEPART = "depart"
    ARRIVE = "arrive"
    REPORT = "report"
    RECALL = "recall"
    EXPIRE = "expire"
    START = "start"
    REQUEUE = "requeue"
    # cases
    PROPOSE = "propose"
    RECORD_FINDING = "record_finding"
    SUBMIT_FILING = "submit_filing"
    APPROVE_FILING = "approve_filing"
    REFUSE_FILING = "refuse_filing"
    HANDLE_OTHERWISE = "handle_otherwise"
    DROP = "drop"
    ASSIGN_OFFICERS = "assign_officers"
    START_INVESTIGATION = "start_investigation"
    CONCLUDE_INVESTIGATION = "conclude_investigation"
    PROPOSE_PENALTY = "propose_penalty"
    SUBMIT_REVIEW = "submit_review"
    AGREE_REVIEW = "agree_review"
    FAIL_REVIEW = "fail_review"
    RETURN_REVIEW = "return_review"
    GIVE_NOTICE = "give_notice"
    RECORD_STATEMENT = "record_statement"
    RECORD_WAIVER = "record_waiver"
    REQUEST_HEARING = "request_hearing"
    NOTIFY_HEARING = "notify_hearing"
    HOLD_HEARING = "hold_hearing"
    END_HEARING = "end_hearing"
    HEAR_STATEMENT = "hear_statement"
    DISCUSS = "discuss"
    DECIDE = "decide"
    DECIDE_ON_SPOT = "decide_on_spot"
    NOT_PUNISH = "not_punish"
    REGISTER_ON_SPOT = "register_on_spot"
    SERVE = "serve"
    BEGIN_EXECUTION = "begin_execution"
    COLLECT_CASH = "collect_cash"
    HAND_IN_CASH = "hand_in_cash"
    BANK_CASH = "bank_cash"
    RECORD_PAYMENT = "record_payment"
    PAY_REFUND = "pay_refund"
    DEFER_PAYMENT = "defer_payment"
    RECORD_EXECUTION = "record_execution"
    REMIND = "remind"
    FORCE_EXECUTION = "force_execution"
    APPLY_COURT = "apply_court"
    RECORD_RULING = "record_ruling"
    CLOSE = "close"
    PRESERVE = "preserve"
    HANDLE_PRESERVED = "handle_preserved"
    SEAL = "seal"
    REPORT_COMPULSION = "report_compulsion"
    EXTEND_SEALING = "extend_sealing"
    RELEASE_SEALING = "release_sealing"
    RECUSE = "recuse"
    CORRECT_DOCUMENT = "correct_document"
    EXTEND_DECISION = "extend_decision"
    ASK_RECONSIDERATION = "ask_reconsideration"
    DECIDE_RECONSIDERATION = "decide_reconsideration"
    BRING_SUIT = "bring_suit"
    DECIDE_SUIT = "decide_suit"
    REDO = "redo"
    PUBLISH = "publish"
    WITHDRAW_PUBLICATION = "withdraw_publication"
    FILE_MAJOR_PENALTY = "file_major_penalty"
    REFER_CRIMINAL = "refer_criminal"
    RESUME = "resume"
    # between organs
    DRAFT = "draft"
    SEND = "send"
    TAKE_ON = "take_on"
    OBJECT = "object"
    RETURN_FILE = "return_file"
    RESEND = "resend"
    PUT_TO_MEETING = "put_to_meeting"
    SETTLE = "settle"
    RETURN_RESULT = "return_result"
    ASK_HELP = "ask_help"
    REFUSE = "refuse"
    PROVIDE = "provide"
    COUNT_UNANSWERED = "count_unanswered"
    OPEN_DISPUTE = "open_dispute"
    NEGOTIATE = "negotiate"
    AGREE = "agree"
    COORDINATE = "coordinate"
    CONCLUDE = "conclude"
    DECIDE_COMPETENCE = "decide_competence"
    DESIGNATE = "designate"
    REPORT_SUSPICION = "report_suspicion"
    APPROVE = "approve"
    DISAPPROVE = "disapprove"
    FORWARD = "forward"
    POLICE_FILE = "police_file"
    POLICE_REFUSE = "police_refuse"
    ASK_AGAIN = "ask_again"
    UPHOLD = "uphold"
    ASK_PROCURATOR = "ask_procurator"
    TAKE_BACK = "take_back"
    HAND_OVER_GOODS = "hand_over_goods"
    SUBMIT = "submit"
    ASK_MATERIAL = "ask_material"
    CONFIRM_COMPLETE = "confirm_complete"
    BEGIN_REVIEW = "begin_review"
    ASK_NEW_FACTS = "ask_new_facts"
    ASK_EXPERT = "ask_expert"
    GIVE_OPINION = "give_opinion"
    RESUBMIT = "resubmit"
    RAISE = "raise"
    ANSWER = "answer"
    CALL_OUT = "call_out"
    ACKNOWLEDGE = "acknowledge"
    PLAN = "plan"
    CONSULT = "consult"
    NOTIFY_PARTICIPANTS = "notify_participants"
    BEGIN = "begin"
    REPORT_RESULT = "report_result"
    CANCEL = "cancel"
    ENTER = "enter"
    LEAVE = "leave"
    RECORD = "record"
    FILE_PLAN = "file_plan"
    COMMIT = "commit"
    DRAW = "draw"
    DISCARD = "discard"
    CHECK_IN_WRITING = "check_in_writing"


class Role(StrEnum):
    """What an account may be; `system` is the clock and the jobs, never an account."""

    WALL = "wall"
    GRID_WORKER = "grid_worker"
    OFFICER = "officer"
    SQUADRON_HEAD = "squadron_head"
    DISPATCHER = "dispatcher"
    TOWNSHIP_HEAD = "township_head"
    LEGAL_REVIEWER = "legal_reviewer"
    FINANCE = "finance"
    DEPARTMENT = "department"
    COUNTY_OFFICE = "county_office"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    SYSTEM = "system"


VOCABULARIES: Final[tuple[type[StrEnum], ...]] = (
    LeadStatus, LeadSource, Urgency, TaskStatus, TaskKind, Outcome, UnitStatus, PostingMode, ItemKind, ActKind,
    PenaltyKind, PersonKind, OrganKind, Settlement, CardKind, MatterKind, *PARTS, Verb, Role,
)  # fmt: skip


@cache
def _name(vocabulary: type[StrEnum]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", vocabulary.__name__).lower()


def key(member: StrEnum) -> str:
    """Catalogue key of a member, e.g. `vocabulary.lead_status.received`."""
    # not cached by member: members of two vocabularies with one value are equal strings
    return f"vocabulary.{_name(type(member))}.{member.value}"


def word(member: StrEnum) -> Word:
    """`member` as a parameter of a sentence, said in the sentence's language."""
    return Word(key(member))


def label(member: StrEnum, lang: str = "zh") -> str:
    """The word for `member` in `lang` (zh or en)."""
    return say(key(member), lang)


def options(vocabulary: type[StrEnum], lang: str = "zh") -> list[tuple[str, str]]:
    """(value, label) of every member in the order of the trade, for select boxes and legends."""
    return [(member.value, label(member, lang)) for member in vocabulary]
