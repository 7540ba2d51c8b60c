"""The courses of an inspection plan, a draw, a visit to an enterprise (E1–E8, D12) and a joint operation (D11, P14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy import guards as g
from policy import guards_between as b
from policy import guards_inspection as i
from policy import guards_plans as p
from policy.course import Row
from policy.guards import Facts
from policy.vocabulary import MatterKind, Role, Verb
from policy.vocabulary_between import OperationStatus, VisitStatus
from policy.vocabulary_inspection import DrawStatus, InspectionPlanStatus

_HEADS: Final = frozenset({Role.TOWNSHIP_HEAD, Role.DEPARTMENT})
_OFFICERS: Final = frozenset({Role.OFFICER, Role.SQUADRON_HEAD})
_PLANNERS: Final = frozenset({Role.SQUADRON_HEAD, Role.DISPATCHER, Role.COUNTY_OFFICE}) | _HEADS

_V, _O, _P, _D = VisitStatus, OperationStatus, InspectionPlanStatus, DrawStatus
_MAY_COME: Final = (b.rules_known, i.body_published, i.item_published, i.own_area, i.below_cap, i.repeat_told)

_VISIT: Final[tuple[Row, ...]] = (
    ((None,), Verb.PLAN, _PLANNERS | _OFFICERS, (*_MAY_COME, i.nobody_barred), _V.PLANNED),
    ((_V.PLANNED,), Verb.AGREE, _HEADS, (i.head_approves,), None),
    ((_V.PLANNED,), Verb.APPROVE, _HEADS, (*_MAY_COME, i.head_approves, i.others_agreed), _V.APPROVED),
    ((_V.APPROVED,), Verb.GIVE_NOTICE, _PLANNERS | _OFFICERS, (), None),
    ((_V.APPROVED,), Verb.ENTER, _OFFICERS, (*_MAY_COME, i.goes_in, i.certified_enter, i.shown_on_entry), _V.ENTERED),
    ((_V.ENTERED,), Verb.LEAVE, _OFFICERS, (), _V.LEFT),
    (
        (_V.LEFT,),
        Verb.RECORD,
        _OFFICERS,
        (b.rules_known, i.record_made, i.outcome_chosen, i.next_step_told),
        _V.RECORDED,
    ),
    (
        (_V.APPROVED,),
        Verb.CHECK_IN_WRITING,
        _OFFICERS,
        (b.rules_known, i.in_writing, i.nobody_barred, i.record_made, i.outcome_chosen, i.next_step_told),
        _V.RECORDED,
    ),
    ((_V.PLANNED, _V.APPROVED), Verb.CANCEL, _PLANNERS | _OFFICERS, (g.reason_given,), _V.CANCELLED),
)

_OPERATION: Final[tuple[Row, ...]] = (
    ((None,), Verb.PLAN, _PLANNERS, (b.rules_known, i.participants_named), _O.PLANNED),
    ((_O.PLANNED,), Verb.CONSULT, _PLANNERS, (i.townships_heard,), _O.CONSULTED),
    (
        (_O.PLANNED, _O.CONSULTED),
        Verb.APPROVE,
        _HEADS | {Role.COUNTY_OFFICE},
        (b.rules_known, i.participants_named, i.heard_where_due, i.consented_where_due),
        _O.APPROVED,
    ),
    ((_O.APPROVED,), Verb.NOTIFY_PARTICIPANTS, _PLANNERS, (i.answer_by_set,), _O.NOTICED),
    ((_O.NOTICED,), Verb.ANSWER, _PLANNERS, (i.of_the_participants,), None),
    ((_O.NOTICED,), Verb.BEGIN, _PLANNERS, (i.participants_named, i.all_answered), _O.RUNNING),
    ((_O.RUNNING,), Verb.REPORT_RESULT, _PLANNERS, (i.results_told,), _O.REPORTED),
    ((_O.PLANNED, _O.CONSULTED, _O.APPROVED, _O.NOTICED), Verb.CANCEL, _PLANNERS, (g.reason_given,), _O.CANCELLED),
)

_PLAN_MAY: Final = (b.rules_known, p.plan_body_published, p.plan_items_published)
_PLAN: Final[tuple[Row, ...]] = (
    (
        (None,),
        Verb.PLAN,
        _PLANNERS,
        (*_PLAN_MAY, p.period_set, p.subjects_named, p.instead_considered, p.specials_within_limit),
        _P.PLANNED,
    ),
    ((_P.PLANNED,), Verb.APPROVE, _HEADS | {Role.COUNTY_OFFICE}, (*_PLAN_MAY, p.plan_approved_by_whom), _P.APPROVED),
    ((_P.APPROVED,), Verb.FILE_PLAN, _PLANNERS, (p.filing_documented,), _P.FILED),
    ((_P.PLANNED, _P.APPROVED), Verb.CANCEL, _PLANNERS, (g.reason_given, p.plan_not_begun), _P.CANCELLED),
)

_DRAW: Final[tuple[Row, ...]] = (
    ((None,), Verb.COMMIT, _PLANNERS, (b.rules_known, p.plan_is_random, p.enough_to_draw_from), _D.COMMITTED),
    ((_D.COMMITTED,), Verb.DRAW, _PLANNERS, (p.plan_is_random, p.beacon_is_named), _D.DRAWN),
    ((_D.COMMITTED, _D.DRAWN), Verb.DISCARD, _PLANNERS, (g.reason_given, p.draw_not_used), _D.DISCARDED),
)

ROWS: Final[Mapping[MatterKind, tuple[Row, ...]]] = {
    MatterKind.INSPECTION_VISIT: _VISIT,
    MatterKind.JOINT_OPERATION: _OPERATION,
    MatterKind.INSPECTION_PLAN: _PLAN,
    MatterKind.INSPECTION_DRAW: _DRAW,
}

FACTS: Final[Mapping[MatterKind, type[Facts]]] = {
    MatterKind.INSPECTION_VISIT: i.VisitFacts,
    MatterKind.JOINT_OPERATION: i.OperationFacts,
    MatterKind.INSPECTION_PLAN: p.PlanFacts,
    MatterKind.INSPECTION_DRAW: p.DrawFacts,
}
"""What each matter's guards are asked with."""
