"""Closed lists of the outbox: why somebody is told, by which way, and how far a notice has come."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class NoticeReason(StrEnum):
    """Why a person is told; each has its words in the catalogue under `notices.text`."""

    DISPATCHED = "dispatched"
    CALLED_OUT = "called_out"
    EMERGENCY = "emergency"
    REMINDED = "reminded"
    DRILL_NEWS = "drill_news"
    ASKED_TO_LOOK = "asked_to_look"
    FIGURES_MISSING = "figures_missing"
    CARD_GIVEN = "card_given"
    CARD_WITHDRAWN = "card_withdrawn"
    CARD_OVER = "card_over"


class Channel(StrEnum):
    """The way a notice takes."""

    IN_APP = "in_app"
    SMS = "sms"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    VOICE = "voice"


class NoticeStatus(StrEnum):
    """How far a notice has come."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    PASSED_ON = "passed_on"
    RECALLED = "recalled"


class CallResult(StrEnum):
    """What came of a call by telephone."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


NOTICE: Final[tuple[type[StrEnum], ...]] = (NoticeReason, Channel, NoticeStatus, CallResult)
