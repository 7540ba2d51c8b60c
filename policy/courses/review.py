"""The course of a legal review: material asked once, the nine points, the opinion, and back to the handler (C10–C13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy import guards as g
from policy import guards_between as b
from policy import guards_review as r
from policy.course import Row
from policy.guards import Facts
from policy.vocabulary import MatterKind, Role, Verb
from policy.vocabulary_between import ReviewStatus

_HANDLERS: Final = frozenset({Role.OFFICER, Role.SQUADRON_HEAD, Role.DEPARTMENT})
_REVIEWERS: Final = frozenset({Role.LEGAL_REVIEWER})

_S = ReviewStatus
_REVIEWER: Final = (b.rules_known, r.reviewer_apart, r.reviewer_qualified)

_REVIEW: Final[tuple[Row, ...]] = (
    ((None,), Verb.SUBMIT, _HANDLERS, (b.rules_known, r.handler_submits), _S.SUBMITTED),
    (
        (_S.SUBMITTED,),
        Verb.ASK_MATERIAL,
        _REVIEWERS,
        (*_REVIEWER, r.not_asked_yet, r.asked_as_one_list, r.time_set),
        _S.MATERIAL_ASKED,
    ),
    ((_S.SUBMITTED, _S.MATERIAL_ASKED), Verb.CONFIRM_COMPLETE, _REVIEWERS, (*_REVIEWER, r.all_in), _S.COMPLETE),
    ((_S.COMPLETE,), Verb.BEGIN_REVIEW, _REVIEWERS, _REVIEWER, _S.UNDER_REVIEW),
    ((_S.UNDER_REVIEW,), Verb.ASK_EXPERT, _REVIEWERS, (*_REVIEWER, r.from_outside), None),
    (
        (_S.UNDER_REVIEW,),
        Verb.ASK_NEW_FACTS,
        _REVIEWERS,
        (*_REVIEWER, g.reason_given, r.something_asked, r.time_set),
        _S.MATERIAL_ASKED,
    ),
    ((_S.UNDER_REVIEW,), Verb.GIVE_OPINION, _REVIEWERS, (*_REVIEWER, r.all_in, r.opinion_sound), _S.OPINION),
    (
        (_S.OPINION,),
        Verb.RESUBMIT,
        _HANDLERS,
        (b.rules_known, r.handler_submits, r.was_to_be_corrected, r.changes_told),
        _S.SUBMITTED,
    ),
)

ROWS: Final[Mapping[MatterKind, tuple[Row, ...]]] = {MatterKind.REVIEW: _REVIEW}

FACTS: Final[Mapping[MatterKind, type[Facts]]] = {MatterKind.REVIEW: r.ReviewFacts}
"""What a review's guards are asked with."""
