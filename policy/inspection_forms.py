"""What each step of an inspection plan, a draw, a visit and a joint operation asks for: for page, interface and record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.case_forms import Input
from policy.vocabulary import MatterKind, Verb
from policy.vocabulary_between import CapException
from policy.vocabulary_inspection import InspectionKind, SeedSource, SubjectCredit, SubjectRisk, VisitOutcome


def _text(name: str, required: bool = False) -> Input:
    return Input(name, "text", required)


_REASON: Final = Input("reason", "words")
_DOCUMENT: Final = _text("document")
_PERIOD: Final = (_text("begins_on", required=True), _text("ends_on", required=True))
_CAP: Final = (Input("cap_exception", "choice", options=CapException), Input("exception_reason", "words"))

_PLAN: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.PLAN: (
        _text("title", required=True),
        Input("inspection_kind", "choice", required=True, options=InspectionKind),
        *_PERIOD,
        Input("inspection_items", "codes", required=True),
        Input("subjects", "codes"),
        Input("why_visit", "words"),
    ),
    Verb.APPROVE: (_DOCUMENT,),
    Verb.FILE_PLAN: (_DOCUMENT,),
    Verb.CANCEL: (_REASON,),
}

_DRAW: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.COMMIT: (
        _text("inspection_plan", required=True),
        _text("subjects_wanted", required=True),
        _text("inspectors_wanted", required=True),
        _text("of_township"),
        _text("of_trade"),
        Input("of_risk", "choice", options=SubjectRisk),
    ),
    Verb.DRAW: (
        Input("seed_source", "choice", required=True, options=SeedSource),
        _text("beacon"),
        _text("beacon_name"),
    ),
    Verb.DISCARD: (_REASON,),
}

_FOUND: Final = (
    Input("visit_outcome", "choice", options=VisitOutcome),
    Input("words", "words"),
    Input("guidance", "words"),
    _text("informed"),
    _DOCUMENT,
)

_VISIT: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.PLAN: (
        _text("inspected", required=True),
        Input("inspection_plans", "codes"),
        Input("inspection_items", "codes"),
        _text("visit_on", required=True),
        Input("persons", "persons", required=True),
        *_CAP,
    ),
    Verb.AGREE: (),
    Verb.APPROVE: (),
    Verb.GIVE_NOTICE: (_DOCUMENT,),
    Verb.ENTER: (Input("scanned", "text"), Input("certificates_shown", "flag"), Input("persons", "persons")),
    Verb.LEAVE: (),
    Verb.RECORD: _FOUND,
    Verb.CHECK_IN_WRITING: _FOUND,
    Verb.CANCEL: (_REASON,),
}

_OPERATION: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.PLAN: (
        _text("title", required=True),
        Input("participants", "codes", required=True),
        Input("townships", "codes"),
        Input("visits", "codes"),
    ),
    Verb.CONSULT: (Input("townships_heard", "codes"), _DOCUMENT),
    Verb.APPROVE: (_text("consent"),),
    Verb.NOTIFY_PARTICIPANTS: (Input("answer_by", "moment"), _DOCUMENT),
    Verb.ANSWER: (Input("words", "words"),),
    Verb.BEGIN: (),
    Verb.REPORT_RESULT: (Input("results", "words"),),
    Verb.CANCEL: (_REASON,),
}

INSPECTION_FORMS: Final[Mapping[MatterKind, Mapping[Verb, tuple[Input, ...]]]] = {
    MatterKind.INSPECTION_PLAN: _PLAN,
    MatterKind.INSPECTION_DRAW: _DRAW,
    MatterKind.INSPECTION_VISIT: _VISIT,
    MatterKind.JOINT_OPERATION: _OPERATION,
}
"""By matter and step; what the guards ask for is not required here, so that they name everything missing with its clause."""

SUBJECT_FORM: Final = (
    _text("name", required=True),
    _text("credit_code", required=True),
    _text("cell", required=True),
    _text("trade"),
    Input("risk", "choice", options=SubjectRisk),
    Input("credit", "choice", options=SubjectCredit),
)
CAP_FORM: Final = (
    _text("cap_year", required=True),
    _text("cap", required=True),
    _text("published_on", required=True),
    _text("document", required=True),
)
