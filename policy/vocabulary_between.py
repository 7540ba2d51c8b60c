"""States and closed lists of what passes between organs, of legal review and of visits; said as those of `policy.vocabulary`."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class TransferStatus(StrEnum):
    """States of a transfer 移送 (FL 二(三))."""

    DRAFTED = "drafted"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    AT_MEETING = "at_meeting"
    OBJECTED = "objected"
    DECIDED_ELSEWHERE = "decided_elsewhere"
    RESULT_RETURNED = "result_returned"
    RECALLED = "recalled"


class AssistanceStatus(StrEnum):
    """States of a request for assistance 协助 (PL 26; FL 二(二))."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    PROVIDED = "provided"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


class DisputeStatus(StrEnum):
    """States of a dispute over jurisdiction 管辖争议 (PL 25)."""

    OPENED = "opened"
    NEGOTIATING = "negotiating"
    COORDINATING = "coordinating"
    DECIDED = "decided"


class RungVerb(StrEnum):
    """What the organ of a rung of the dispute ladder does; the values of the profile's `dispute.ladder`."""

    NEGOTIATE = "negotiate"
    COORDINATE = "coordinate"
    DECIDE = "decide"
    DESIGNATE = "designate"


class ReferralStatus(StrEnum):
    """States of a criminal referral 行刑衔接 (CR 5–12)."""

    REPORTED = "reported"
    APPROVED = "approved"
    NOT_APPROVED = "not_approved"
    SENT = "sent"
    RECEIVED = "received"
    FORWARDED = "forwarded"
    FILED_BY_POLICE = "filed_by_police"
    NOT_FILED = "not_filed"
    REVIEW_ASKED = "review_asked"
    UPHELD = "upheld"
    PROCURATOR_ASKED = "procurator_asked"
    GOODS_HANDED_OVER = "goods_handed_over"
    TAKEN_BACK = "taken_back"


class ReviewStatus(StrEnum):
    """States of a legal review 法制审核 (FL 二(四))."""

    SUBMITTED = "submitted"
    MATERIAL_ASKED = "material_asked"
    COMPLETE = "complete"
    UNDER_REVIEW = "under_review"
    OPINION = "opinion"


class EscalationStatus(StrEnum):
    """States of a review raised to the county department 提级审查 (LX 二(三)4)."""

    RAISED = "raised"
    TAKEN_ON = "taken_on"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


class CallOutStatus(StrEnum):
    """States of a call-out to a department 吹哨 (JD 二(四)11)."""

    CALLED = "called"
    ACKNOWLEDGED = "acknowledged"
    ARRIVED = "arrived"
    REPORTED = "reported"
    UNANSWERED = "unanswered"
    RECALLED = "recalled"


class OperationStatus(StrEnum):
    """States of a joint operation 联合执法 (LX 三(四)5; FL 二(五))."""

    PLANNED = "planned"
    CONSULTED = "consulted"
    APPROVED = "approved"
    NOTICED = "noticed"
    RUNNING = "running"
    REPORTED = "reported"
    CANCELLED = "cancelled"


class VisitStatus(StrEnum):
    """States of a visit to an enterprise 入企检查 (EI)."""

    PLANNED = "planned"
    APPROVED = "approved"
    ENTERED = "entered"
    LEFT = "left"
    RECORDED = "recorded"
    CANCELLED = "cancelled"


class ReviewOpinion(StrEnum):
    """The five opinions of a review; the codes of the profile's `review.opinions`."""

    AGREE = "agree"
    CORRECT_AND_RESUBMIT = "correct_and_resubmit"
    DO_NOT_DECIDE = "do_not_decide"
    TRANSFER = "transfer"
    REFER_CRIMINAL = "refer_criminal"


class PointAnswer(StrEnum):
    """How a reviewer answers one point; a note says more."""

    OK = "ok"
    NOT_OK = "not_ok"
    NOTE = "note"


class Trigger(StrEnum):
    """Why a decision must be reviewed; the codes of the profiles' `review.triggers`, and every ordinary case (CL)."""

    PUBLIC_INTEREST = "public_interest"
    SOCIAL_EFFECT = "social_effect"
    MAJOR_RIGHTS = "major_rights"
    HEARING = "hearing"
    RIGHTS_AFTER_HEARING = "rights_after_hearing"
    COMPLEX = "complex"
    THRESHOLD = "threshold"
    ADJUSTED_PENALTY = "adjusted_penalty"
    BY_LAW = "by_law"
    EVERY_ORDINARY = "every_ordinary"


class CapException(StrEnum):
    """Why an enterprise is visited beyond the yearly cap; the values of `inspection.cap_exceptions` (EI)."""

    COMPLAINT = "complaint"
    TRANSFER = "transfer"
    EMERGENCY = "emergency"


class Callback(StrEnum):
    """What the call-back of 12345 found."""

    SATISFIED = "satisfied"
    PARTLY = "partly"
    NOT_SATISFIED = "not_satisfied"
    NOT_REACHED = "not_reached"


class PassingStep(StrEnum):
    """What is done beside the course of a matter: 12345's order, information shared."""

    SET_HOTLINE = "set_hotline"
    REPLY_HOTLINE = "reply_hotline"
    RECORD_CALLBACK = "record_callback"
    SHARE = "share"
    UNMASK = "unmask"


BETWEEN: Final[tuple[type[StrEnum], ...]] = (
    TransferStatus, AssistanceStatus, DisputeStatus, RungVerb, ReferralStatus, ReviewStatus, EscalationStatus,
    CallOutStatus, OperationStatus, VisitStatus, ReviewOpinion, PointAnswer, Trigger, CapException, Callback,
    PassingStep,
)  # fmt: skip
