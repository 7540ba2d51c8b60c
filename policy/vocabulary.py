"""Closed vocabularies of the trade; the words themselves are in the catalogue under `vocabulary.<name>.<value>`."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Final

from policy.text import Word, say


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
    JOINT_OPERATION = "joint_operation"
    INSPECTION_VISIT = "inspection_visit"


class Verb(StrEnum):
    """Steps of leads and tasks."""

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
    PenaltyKind, PersonKind, OrganKind, Settlement, CardKind, MatterKind, Verb, Role,
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
