"""What each step at the shift desk asks for: one declaration for page, interface and record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.case_forms import Input
from policy.vocabulary_notice import CallResult
from policy.vocabulary_shift import ShiftName, ShiftStep

_WORDS: Final = Input("words", "words")
_PERIOD: Final = (Input("starts_at", "moment", required=True), Input("ends_at", "moment", required=True))
_PERSON: Final = Input("person", "person", required=True)

SHIFT_FORMS: Final[Mapping[ShiftStep, tuple[Input, ...]]] = {
    ShiftStep.NOTE: (Input("words", "words", required=True),),
    ShiftStep.SIGN: (Input("shift", "moment", required=True), Input("words", "words", required=True)),
    ShiftStep.ACCEPT: (_WORDS,),
    ShiftStep.RECORD_CALL: (Input("call_result", "choice", required=True, options=CallResult), _WORDS),
    ShiftStep.PLAN_SHIFT: (
        _PERSON,
        Input("team", "text", required=True),
        Input("shift_name", "choice", required=True, options=ShiftName),
        *_PERIOD,
    ),
    ShiftStep.PLAN_LEAVE: (_PERSON, *_PERIOD, Input("reason", "words")),
    ShiftStep.SET_TELEPHONE: (
        Input("organ", "text", required=True),
        Input("post", "text", required=True),
        Input("phone", "text", required=True),
        Input("person", "person"),
        Input("rank", "text"),
    ),
    ShiftStep.SET_LEADER: (_PERSON, Input("post", "text", required=True), Input("phone", "text"), *_PERIOD),
}
