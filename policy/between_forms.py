"""What each step of a matter between organs, and of a review, asks for: one declaration for page, interface and record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.case_forms import Input
from policy.vocabulary import MatterKind, Verb


def _text(name: str, required: bool = False) -> Input:
    return Input(name, "text", required)


def _words(name: str, required: bool = False) -> Input:
    return Input(name, "words", required)


def _flag(name: str) -> Input:
    return Input(name, "flag")


_REASON: Final = _words("reason")
_CLAUSE: Final = _text("clause")
_DOCUMENT: Final = _text("document")
_RECEIVER: Final = _text("receiver", required=True)
_MATERIALS: Final = Input("materials", "codes")
_GROUNDED: Final = (_REASON, _CLAUSE)
_SETTLED: Final = (_text("competent"), _DOCUMENT, _words("words"))
_GOODS: Final = (_flag("goods"), _flag("goods_disposed"))

_TRANSFER: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.DRAFT: (
        _text("matter"),
        _words("subject"),
        _text("cell"),
        _RECEIVER,
        _words("reason", required=True),
        _CLAUSE,
        Input("found_at", "moment"),
        _flag("urgent"),
        _flag("ongoing"),
        _flag("stopped"),
        *_GOODS,
        _MATERIALS,
    ),
    Verb.SEND: (_flag("stopped"), *_GOODS, _MATERIALS, _DOCUMENT),
    Verb.RECALL: (_REASON,),
    Verb.RECEIVE: (_text("receipt"),),
    Verb.TAKE_ON: (_DOCUMENT,),
    Verb.OBJECT: (*_GROUNDED, _DOCUMENT),
    Verb.RETURN_FILE: _GROUNDED,
    Verb.RESEND: (*_GOODS, _MATERIALS, _words("words")),
    Verb.PUT_TO_MEETING: _GROUNDED,
    Verb.SETTLE: _SETTLED,
    Verb.RETURN_RESULT: (_words("result"),),
}

_ASSISTANCE: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.ASK_HELP: (
        _text("matter"),
        _words("subject", required=True),
        _RECEIVER,
        _text("ground"),
        _CLAUSE,
        _flag("urgent"),
        _DOCUMENT,
    ),
    Verb.TAKE_ON: (_words("words"),),
    Verb.REFUSE: (_REASON, _text("ground"), _CLAUSE, _DOCUMENT),
    Verb.PROVIDE: (_words("provided"), _DOCUMENT),
}

_DISPUTE: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.OPEN_DISPUTE: (
        _text("matter"),
        _words("subject", required=True),
        _RECEIVER,
        _REASON,
        _CLAUSE,
        _flag("penalty"),
    ),
    Verb.NEGOTIATE: (_words("words"),),
    Verb.COORDINATE: (_words("words"),),
    Verb.AGREE: (_flag("agreed"), *_SETTLED),
    Verb.CONCLUDE: (_flag("agreed"), *_SETTLED),
    Verb.DECIDE_COMPETENCE: _SETTLED,
    Verb.DESIGNATE: _SETTLED,
}

_REFERRAL: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.REPORT_SUSPICION: (
        Input("matter", "text", required=True),
        Input("persons", "persons", required=True),
        _DOCUMENT,
        _words("reason", required=True),
        _CLAUSE,
        _text("receiver"),
        _flag("goods"),
    ),
    Verb.APPROVE: (_words("words"),),
    Verb.DISAPPROVE: (_REASON,),
    Verb.SEND: (_flag("goods"), _MATERIALS, _DOCUMENT),
    Verb.RECEIVE: (_text("receipt"),),
    Verb.FORWARD: (_text("receiver"), _DOCUMENT),
    Verb.POLICE_FILE: (_DOCUMENT,),
    Verb.POLICE_REFUSE: (_DOCUMENT, _REASON),
    Verb.ASK_AGAIN: (_REASON, _DOCUMENT),
    Verb.UPHOLD: (_DOCUMENT, _REASON),
    Verb.ASK_PROCURATOR: (_REASON, _DOCUMENT),
    Verb.TAKE_BACK: (_REASON,),
    Verb.HAND_OVER_GOODS: (_text("goods_list"), _text("receipt")),
}

_ESCALATION: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.RAISE: (
        Input("matter", "text", required=True),
        _words("subject"),
        _RECEIVER,
        _text("ground"),
        _REASON,
    ),
    Verb.TAKE_ON: (_words("words"),),
    Verb.ANSWER: (_words("opinion"), _DOCUMENT),
}

_TOLD_BY: Final = _words("told_by")
"""Who of the department said so by telephone or radio, where the dispatch room enters it."""

_CALL_OUT: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.CALL_OUT: (
        Input("matter", "text", required=True),
        _RECEIVER,
        _words("subject", required=True),
        _flag("urgent"),
    ),
    Verb.ACKNOWLEDGE: (_words("words"), _TOLD_BY),
    Verb.ARRIVE: (_TOLD_BY,),
    Verb.REPORT: (_words("result"), _TOLD_BY),
    Verb.RECALL: (_REASON,),
}

_REVIEW: Final[Mapping[Verb, tuple[Input, ...]]] = {
    Verb.ASK_MATERIAL: (_MATERIALS, Input("due_at", "moment")),
    Verb.CONFIRM_COMPLETE: (),
    Verb.BEGIN_REVIEW: (),
    Verb.ASK_EXPERT: (_text("outside"), _text("expert")),
    Verb.ASK_NEW_FACTS: (_MATERIALS, Input("due_at", "moment"), _REASON),
}

BETWEEN_FORMS: Final[Mapping[MatterKind, Mapping[Verb, tuple[Input, ...]]]] = {
    MatterKind.TRANSFER: _TRANSFER,
    MatterKind.ASSISTANCE: _ASSISTANCE,
    MatterKind.DISPUTE: _DISPUTE,
    MatterKind.CRIMINAL_REFERRAL: _REFERRAL,
    MatterKind.ESCALATION: _ESCALATION,
    MatterKind.CALL_OUT: _CALL_OUT,
    MatterKind.REVIEW: _REVIEW,
}
"""By matter and step; what the guards ask for is not required here, so that they name everything missing at once with its
clause. The opinion of a review is a form of its own (`policy.review.OpinionForm`); steps of the clock ask for nothing."""
