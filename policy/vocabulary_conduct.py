"""Closed lists of supervision: steps of cards, complaints, joint meetings and appraisals, and how they stand."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class CardStep(StrEnum):
    """Steps of a card on enforcement conduct (JD 二(五)15)."""

    GIVE = "give"
    WITHDRAW = "withdraw"


class CardState(StrEnum):
    """How a card stands on a day."""

    IN_FORCE = "in_force"
    OVER = "over"
    WITHDRAWN = "withdrawn"


class ComplaintChannel(StrEnum):
    """How a complaint about enforcement came in."""

    LETTER = "letter"
    TELEPHONE = "telephone"
    VISIT = "visit"
    ONLINE = "online"
    HOTLINE = "hotline"


class ComplaintStatus(StrEnum):
    """States of a complaint about enforcement (CL 第七条; PL 75)."""

    RECEIVED = "received"
    LOOKED_INTO = "looked_into"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class ComplaintStep(StrEnum):
    """Steps of a complaint."""

    TAKE = "take"
    LOOK_INTO = "look_into"
    ANSWER = "answer"
    WITHDRAW = "withdraw"


class MeetingState(StrEnum):
    """How a joint meeting stands 联席会议 (LX 三(四)4)."""

    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"


class MeetingStep(StrEnum):
    """Steps of a joint meeting and of what it decides."""

    CALL = "call"
    HOLD = "hold"
    CANCEL = "cancel"
    DECIDE = "decide"
    FINISH = "finish"


class TopicKind(StrEnum):
    """Why a point stands on the agenda of a joint meeting."""

    OWN = "own"
    DECISION = "decision"
    SECOND_RETURN = "second_return"
    DISPUTE = "dispute"
    ESCALATION = "escalation"
    REFUSED = "refused"


CONDUCT: Final[tuple[type[StrEnum], ...]] = (
    CardStep, CardState, ComplaintChannel, ComplaintStatus, ComplaintStep, MeetingState, MeetingStep, TopicKind,
)  # fmt: skip
