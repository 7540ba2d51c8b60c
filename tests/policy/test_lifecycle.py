"""The course of leads and tasks: no sequence leaves the table, and every refusal says what stands in the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.decision import Decision, against
from policy.errors import Refusal
from policy.guards import ENFORCEMENT_KINDS, Facts
from policy.lifecycle import (
    FACTS,
    TABLES,
    advance,
    final_states,
    find,
    lead_after,
    lead_verb_after,
    next_state,
    states,
    steps,
    unit_status,
    why_not,
)
from policy.text import LANGUAGES
from policy.vocabulary import LeadStatus, MatterKind, Outcome, Role, TaskKind, TaskStatus, UnitStatus, Verb
from policy.vocabulary_between import (
    AssistanceStatus,
    CallOutStatus,
    DisputeStatus,
    EscalationStatus,
    OperationStatus,
    ReferralStatus,
    ReviewStatus,
    TransferStatus,
    VisitStatus,
)
from policy.vocabulary_case import CaseStatus
from policy.vocabulary_inspection import DrawStatus, InspectionPlanStatus

LEAD, TASK = MatterKind.LEAD, MatterKind.TASK
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
YES = Decision()
STATES = {
    LEAD: LeadStatus,
    TASK: TaskStatus,
    MatterKind.CASE: CaseStatus,
    MatterKind.TRANSFER: TransferStatus,
    MatterKind.ASSISTANCE: AssistanceStatus,
    MatterKind.DISPUTE: DisputeStatus,
    MatterKind.CRIMINAL_REFERRAL: ReferralStatus,
    MatterKind.ESCALATION: EscalationStatus,
    MatterKind.CALL_OUT: CallOutStatus,
    MatterKind.REVIEW: ReviewStatus,
    MatterKind.JOINT_OPERATION: OperationStatus,
    MatterKind.INSPECTION_VISIT: VisitStatus,
    MatterKind.INSPECTION_PLAN: InspectionPlanStatus,
    MatterKind.INSPECTION_DRAW: DrawStatus,
}
BEGIN_TWICE = {MatterKind.CASE: [Verb.PROPOSE, Verb.DECIDE_ON_SPOT]}
EVERYTHING = Facts(
    now=NOW,
    number="JD-L-20260302-0001",
    reason="派错",
    domain="住房城乡建设",
    township_code="330703001",
    original_number="JD-L-20260302-0000",
    receiver="市场监管局",
    receiver_accepted=True,
    outcome=Outcome.NOTHING_FOUND,
    certified_officers=2,
    accept_due_at=NOW - timedelta(minutes=1),
    eligibility=YES,
    competence=YES,
)


@pytest.mark.parametrize("matter", list(TABLES))
def test_tables_are_sound(matter: MatterKind) -> None:
    table = TABLES[matter]
    assert len({(s.source, s.verb) for s in table}) == len(table)  # one row answers
    begins = [s.verb for s in table if s.source is None]
    assert begins == BEGIN_TWICE.get(matter, begins[:1])  # one way to begin, unless the law has two
    assert all(s.roles and s.matter is matter for s in table)
    assert set(states(matter)) == set(STATES[matter])  # every state can be reached, none is outside


def test_final_states() -> None:
    assert set(final_states(LEAD)) == {LeadStatus.ARCHIVED, LeadStatus.DUPLICATE, LeadStatus.REJECTED}
    assert set(final_states(TASK)) == {
        TaskStatus.REPORTED,
        TaskStatus.DECLINED,
        TaskStatus.RECALLED,
        TaskStatus.EXPIRED,
    }


@settings(max_examples=300, deadline=None)
@given(matter=st.sampled_from([LEAD, TASK]), verbs=st.lists(st.sampled_from(list(Verb)), max_size=25))
def test_no_sequence_leaves_the_table(matter: MatterKind, verbs: list[Verb]) -> None:
    state = None
    for verb in verbs:
        step = find(matter, state, verb)
        allowed = why_not(matter, state, verb, list(Role), EVERYTHING).allowed
        if step is None:
            assert not allowed
            with pytest.raises(Refusal) as refusal:
                advance(matter, state, verb, list(Role), EVERYTHING)
            assert refusal.value.kind == "conflict"
        elif allowed:
            state = advance(matter, state, verb, list(Role), EVERYTHING)
            assert state is step.to
            assert state in states(matter)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_lead_cannot_be_resolved_before_somebody_was_sent_and_reported(data: st.DataObject) -> None:
    state, passed = None, []
    for _ in range(20):
        ways = steps(LEAD, state)
        if not ways:
            break
        step = data.draw(st.sampled_from(ways))
        state = step.to
        passed.append(step.verb)
        if step.verb is Verb.RESOLVE:
            assert passed.index(Verb.DISPATCH) < passed.index(Verb.START)
    if state is LeadStatus.ARCHIVED:
        assert [v for v in passed if v in (Verb.RESOLVE, Verb.EVALUATE, Verb.ARCHIVE)] == [
            Verb.RESOLVE,
            Verb.EVALUATE,
            Verb.ARCHIVE,
        ]


@given(state=st.sampled_from([None, *LeadStatus]), verb=st.sampled_from(list(Verb)))
def test_roles_without_a_row_are_always_refused(state: LeadStatus | None, verb: Verb) -> None:
    onlookers = [Role.WALL, Role.ADMIN, Role.SUPERVISOR, Role.FINANCE, Role.LEGAL_REVIEWER]
    assert not why_not(LEAD, state, verb, onlookers, EVERYTHING).allowed
    assert steps(LEAD, state, onlookers) == ()


@pytest.mark.parametrize("matter", list(TABLES))
def test_without_facts_every_guard_stands_in_the_way_and_can_say_so(matter: MatterKind) -> None:
    for step in TABLES[matter]:
        known = FACTS[matter](outcome=Outcome.SIMPLE_PENALTY, pending=1, open_tasks=1)
        decision = why_not(matter, step.source, step.verb, step.roles, known)
        for lang in LANGUAGES:
            assert all(reason.sentence(lang) for reason in decision.reasons)
        guarded = {g.__name__ for g in step.guards} - {"outcome_given", "recheck_date_given", "ends_the_lead"}
        assert decision.allowed is not bool(guarded), step


def test_a_task_accepted_twice_is_refused_and_says_what_is_possible() -> None:
    with pytest.raises(Refusal) as refusal:
        advance(TASK, TaskStatus.ACCEPTED, Verb.ACCEPT, [Role.OFFICER], Facts(number="JD-T-20260302-0007"))
    assert refusal.value.sentence("zh") == "任务JD-T-20260302-0007现为“已接单”，不能“接单”。请改办：出发、撤回。"
    assert "Do one of these instead: Depart, Recall." in refusal.value.sentence("en")


def test_dispatch_without_two_officers_is_refused_with_the_law() -> None:
    one_only = Decision((against("reasons.outcome_officers", "PL 42", outcome="x", need=2, have=1),))
    facts = Facts(township_code="330703001", eligibility=one_only, competence=YES, task_kind=TaskKind.HANDLE)
    with pytest.raises(Refusal) as refusal:
        advance(LEAD, LeadStatus.TRIAGED, Verb.DISPATCH, [Role.DISPATCHER], facts)
    assert refusal.value.clause == "PL 42"
    assert refusal.value.kind == "conflict"
    assert [r.code for r in refusal.value.reasons] == ["reasons.outcome_officers"]


def test_looking_goes_out_before_competence_is_known() -> None:
    facts = Facts(township_code="330703001", eligibility=YES)
    send = (LEAD, LeadStatus.TRIAGED, Verb.DISPATCH, [Role.DISPATCHER])
    assert not why_not(*send, facts).allowed
    looking = Facts(township_code="330703001", eligibility=YES, task_kind=TaskKind.LOOK)
    assert why_not(*send, looking).allowed
    enforcing = Facts(township_code="330703001", eligibility=YES, task_kind=TaskKind.INSPECT)
    assert not why_not(*send, enforcing).allowed


def test_a_grid_worker_triages_nothing() -> None:
    decision = why_not(LEAD, LeadStatus.RECEIVED, Verb.TRIAGE, [Role.GRID_WORKER], EVERYTHING)
    assert [r.code for r in decision.obstacles] == ["reasons.role_missing"]
    assert "指挥调度员" in decision.obstacles[0].sentence("zh")


@pytest.mark.parametrize(
    ("outcome", "officers", "allowed"),
    [
        (Outcome.SIMPLE_PENALTY, 1, False),
        (Outcome.SIMPLE_PENALTY, 2, True),
        (Outcome.PROPOSE_CASE, 1, False),
        (Outcome.GUIDANCE, 0, False),
        (Outcome.GUIDANCE, 1, True),
        (Outcome.NOTHING_FOUND, 0, True),
        (Outcome.ASSISTANCE_NEEDED, 0, True),
    ],
)
def test_officers_behind_an_outcome(outcome: Outcome, officers: int, allowed: bool) -> None:
    facts = Facts(outcome=outcome, certified_officers=officers)
    assert why_not(TASK, TaskStatus.ON_SCENE, Verb.REPORT, [Role.OFFICER], facts).allowed is allowed


def test_an_ordered_correction_needs_its_recheck() -> None:
    facts = Facts(outcome=Outcome.ORDERED_CORRECTION, certified_officers=2)
    decision = why_not(TASK, TaskStatus.ON_SCENE, Verb.REPORT, [Role.OFFICER], facts)
    assert decision.clauses == ("PL 28",)
    dated = Facts(outcome=Outcome.ORDERED_CORRECTION, certified_officers=2, recheck_on=date(2026, 3, 9))
    assert why_not(TASK, TaskStatus.ON_SCENE, Verb.REPORT, [Role.OFFICER], dated).allowed


@pytest.mark.parametrize(("seconds", "allowed"), [(-1, False), (0, False), (1, True)])
def test_a_task_expires_only_after_its_time(seconds: int, allowed: bool) -> None:
    facts = Facts(now=NOW + timedelta(seconds=seconds), accept_due_at=NOW)
    assert why_not(TASK, TaskStatus.ASSIGNED, Verb.EXPIRE, [Role.SYSTEM], facts).allowed is allowed


@pytest.mark.parametrize(
    ("outcome", "status", "later"),
    [
        (Outcome.NOTHING_FOUND, LeadStatus.RESOLVED, None),
        (Outcome.GUIDANCE, LeadStatus.RESOLVED, None),
        (Outcome.SIMPLE_PENALTY, LeadStatus.RESOLVED, None),
        (Outcome.ORDERED_CORRECTION, LeadStatus.IN_PROGRESS, LeadStatus.RESOLVED),
        (Outcome.PROPOSE_CASE, LeadStatus.IN_PROGRESS, LeadStatus.RESOLVED),
        (Outcome.TRANSFER, LeadStatus.IN_PROGRESS, LeadStatus.TRANSFERRED),
        (Outcome.REFER_CRIMINAL, LeadStatus.IN_PROGRESS, LeadStatus.TRANSFERRED),
        (Outcome.REFER_UP, LeadStatus.IN_PROGRESS, None),
        (Outcome.ASSISTANCE_NEEDED, LeadStatus.IN_PROGRESS, None),
    ],
)
def test_which_outcome_ends_a_lead(outcome: Outcome, status: LeadStatus, later: LeadStatus | None) -> None:
    effect = lead_after(outcome)
    assert (effect.status, effect.later) == (status, later)
    assert lead_after(outcome, still_open=1).status is LeadStatus.IN_PROGRESS


def test_resolving_agrees_with_what_the_outcome_says() -> None:
    for outcome in Outcome:
        decision = why_not(LEAD, LeadStatus.IN_PROGRESS, Verb.RESOLVE, [Role.SYSTEM], Facts(outcome=outcome))
        assert decision.allowed is (lead_after(outcome).status is LeadStatus.RESOLVED)
        ended = Facts(outcome=outcome, matter_ended=True)
        may_end = LeadStatus.RESOLVED in (lead_after(outcome).status, lead_after(outcome).later)
        assert why_not(LEAD, LeadStatus.IN_PROGRESS, Verb.RESOLVE, [Role.SYSTEM], ended).allowed is may_end


@settings(max_examples=300)
@given(
    verb=st.sampled_from([s.verb for s in TABLES[TASK]]),
    lead=st.sampled_from(list(LeadStatus)),
    still_open=st.integers(0, 2),
    outcome=st.sampled_from([None, *Outcome]),
)
def test_what_follows_for_the_lead_is_always_a_step_of_the_lead(
    verb: Verb, lead: LeadStatus, still_open: int, outcome: Outcome | None
) -> None:
    follows = lead_verb_after(verb, lead, still_open, outcome)
    if follows is not None:
        assert Role.SYSTEM in {role for step in steps(LEAD, lead) if step.verb is follows for role in step.roles}


def test_a_declined_only_task_puts_the_lead_back() -> None:
    assert lead_verb_after(Verb.DECLINE, LeadStatus.ASSIGNED) is Verb.REQUEUE
    assert lead_verb_after(Verb.DECLINE, LeadStatus.ASSIGNED, still_open=1) is None
    assert lead_verb_after(Verb.ACCEPT, LeadStatus.ASSIGNED) is Verb.START
    assert lead_verb_after(Verb.REPORT, LeadStatus.IN_PROGRESS, 0, Outcome.GUIDANCE) is Verb.RESOLVE
    assert lead_verb_after(Verb.REPORT, LeadStatus.IN_PROGRESS, 1, Outcome.GUIDANCE) is None


def test_next_state_and_the_board() -> None:
    assert next_state(TASK, TaskStatus.EN_ROUTE, Verb.ARRIVE) is TaskStatus.ON_SCENE
    with pytest.raises(Refusal):
        next_state(TASK, TaskStatus.REPORTED, Verb.RECALL)
    assert unit_status([TaskStatus.ASSIGNED, TaskStatus.EN_ROUTE]) is UnitStatus.EN_ROUTE
    assert unit_status([TaskStatus.REPORTED, TaskStatus.EXPIRED]) is UnitStatus.AVAILABLE


def test_before_triage_only_eyes_and_safety_go_out() -> None:
    for kind in TaskKind:
        facts = Facts(township_code="t", task_kind=kind, eligibility=Decision(), competence=Decision())
        barred = why_not(LEAD, LeadStatus.RECEIVED, Verb.DISPATCH, {Role.DISPATCHER}, facts).obstacles
        assert ("reasons.triage_first" in {r.code for r in barred}) == (kind in ENFORCEMENT_KINDS)
