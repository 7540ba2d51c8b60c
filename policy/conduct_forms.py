"""What each step of cards, complaints and joint meetings asks for: one declaration for page, interface and record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.case_forms import Input
from policy.vocabulary import CardKind
from policy.vocabulary_conduct import CardStep, ComplaintChannel, ComplaintStep, MeetingStep

_REASON: Final = Input("reason", "words", required=True)

CARD_FORMS: Final[Mapping[CardStep, tuple[Input, ...]]] = {
    CardStep.GIVE: (
        Input("card", "choice", required=True, options=CardKind),
        Input("person", "person", required=True),
        Input("matter", "text", required=True),
        Input("conduct", "words", required=True),
        Input("clause", "text"),
        Input("heard_at", "moment", required=True),
        Input("statement", "words", required=True),
        Input("until", "moment"),
        Input("complaint", "text"),
    ),
    CardStep.WITHDRAW: (_REASON,),
}
COMPLAINT_FORMS: Final[Mapping[ComplaintStep, tuple[Input, ...]]] = {
    ComplaintStep.TAKE: (
        Input("channel", "choice", required=True, options=ComplaintChannel),
        Input("words", "words", required=True),
        Input("complainant", "text"),
        Input("contact", "text"),
        Input("about_organ", "text"),
        Input("township", "text"),
        Input("matter", "text"),
    ),
    ComplaintStep.LOOK_INTO: (),
    ComplaintStep.ANSWER: (Input("answer", "words", required=True), Input("founded", "flag")),
    ComplaintStep.WITHDRAW: (_REASON,),
}
MEETING_FORMS: Final[Mapping[MeetingStep, tuple[Input, ...]]] = {
    MeetingStep.CALL: (
        Input("title", "text", required=True),
        Input("planned_at", "moment", required=True),
        Input("members", "codes", required=True),
        Input("topics", "codes"),
    ),
    MeetingStep.HOLD: (
        Input("held_at", "moment", required=True),
        Input("attended", "codes", required=True),
        Input("minutes", "words", required=True),
    ),
    MeetingStep.CANCEL: (_REASON,),
    MeetingStep.DECIDE: (
        Input("words", "words", required=True),
        Input("owner", "text", required=True),
        Input("due_on", "day", required=True),
    ),
    MeetingStep.FINISH: (Input("position", "text", required=True), Input("outcome", "words", required=True)),
}
APPRAISAL_FORM: Final = (Input("period", "text", required=True),)
