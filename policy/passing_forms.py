"""What goes with a matter beside its course asks for: one declaration for page, interface and record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.case_forms import Input
from policy.vocabulary_between import Callback, PassingStep

PASSING_FORMS: Final[Mapping[PassingStep, tuple[Input, ...]]] = {
    PassingStep.SET_HOTLINE: (Input("external_number", "text"), Input("due_at", "moment")),
    PassingStep.REPLY_HOTLINE: (Input("reply", "words", required=True),),
    PassingStep.RECORD_CALLBACK: (Input("found", "choice", required=True, options=Callback),),
    PassingStep.SHARE: (
        Input("information", "text", required=True),
        Input("to_organ", "text", required=True),
        Input("state_secret", "flag"),
    ),
    PassingStep.UNMASK: (Input("reason", "words", required=True),),
}
"""By step; kinds of information come from the plan's list, organs from the county's (X7)."""
