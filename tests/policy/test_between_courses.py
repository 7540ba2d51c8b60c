"""Walks through what passes between organs, with facts drawn at random: no sequence reaches what plan and law forbid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.courses.clocks_between import CLOCKS, clocks_of, starts_at
from policy.deadline_terms import KINDS
from policy.dispute import Scope, ladder_of, next_rung, rung_for, scopes_of
from policy.guards_between import AssistanceFacts, EscalationFacts, TransferFacts
from policy.guards_dispute import DisputeFacts
from policy.guards_inspection import Inspector, OperationFacts, VisitFacts
from policy.guards_referral import RUNNING, ReferralFacts, no_penalty_while_referred
from policy.lifecycle import TABLES, advance, find, steps, why_not
from policy.loader import load_profile
from policy.profile import Citation, Profile, Value
from policy.text import LANGUAGES, catalogue
from policy.vocabulary import MatterKind, OrganKind, PersonKind, Role, Verb
from policy.vocabulary_between import (
    CapException,
    DisputeStatus,
    ReferralStatus,
    RungVerb,
    TransferStatus,
    VisitStatus,
)

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PLANS = ("jindong", "lanxi", "chengliu", "yunyang", "fuling")
MATTERS = tuple(matter for matter in CLOCKS)
WALKS = settings(max_examples=60, deadline=None)


@dataclass(frozen=True)
class Taken:
    """A step that was allowed in a walk, and what was known then."""

    verb: Verb
    to: StrEnum
    facts: Any


def mostly(good: Any, *bad: Any) -> st.SearchStrategy[Any]:
    """The fact that lets a step pass most of the time, so that walks get far, and the others often enough."""
    return st.sampled_from([good] * 5 + list(bad))


def walk(data: st.DataObject, matter: MatterKind, facts: Any, length: int = 12) -> Iterator[Taken]:
    """Random steps with random facts; `facts(taken)` draws what is known for the next one."""
    state: StrEnum | None = None
    taken: list[Taken] = []
    for _ in range(length):
        ways = steps(matter, state)
        if not ways:
            return
        step = data.draw(st.sampled_from(ways))
        known = facts(taken)
        if why_not(matter, state, step.verb, step.roles, known).allowed:
            state = advance(matter, state, step.verb, step.roles, known)
            taken.append(Taken(step.verb, state, known))
            yield taken[-1]


def plan(data: st.DataObject) -> Profile:
    return load_profile(data.draw(st.sampled_from(PLANS)))


# -- transfer ---------------------------------------------------------------------------------------------------------


def transfer_facts(data: st.DataObject, profile: Profile, taken: list[Taken]) -> TransferFacts:
    draw = data.draw
    return TransferFacts(
        profile=profile,
        on=TODAY,
        now=NOW,
        sender="甲镇",
        receiver="水利局",
        acting=draw(st.sampled_from(["甲镇", "水利局"])),
        reason=draw(mostly("不属职权", "")),
        clause_given=draw(mostly("二(三)", " ")),
        document=draw(mostly("答复1号", "")),
        receipt=draw(mostly("回证1号", "")),
        came_by=draw(mostly("", "JD-X-20260302-0001")),
        ongoing=draw(st.booleans()),
        stopped=draw(mostly(True, False)),
        handed_in=draw(mostly(frozenset({"transfer_letter", "case_file", "evidence_material"}), frozenset())),
        returns=sum(1 for step in taken if step.verb is Verb.RETURN_FILE),
        settled=draw(mostly(True, False)),
        competent_organ=draw(mostly("水利局", "")),
        result=draw(mostly("已处罚", "")),
    )


@WALKS
@given(data=st.data())
def test_a_matter_is_transferred_once_and_returned_once(data: st.DataObject) -> None:
    profile = plan(data)
    taken = list(walk(data, MatterKind.TRANSFER, lambda before: transfer_facts(data, profile, before), 20))
    states = [step.to for step in taken]
    assert states.count(TransferStatus.SENT) <= 1
    assert states.count(TransferStatus.RETURNED) <= 1
    if TransferStatus.RECEIVED in states:
        after = states[states.index(TransferStatus.RECEIVED) :]
        assert not {TransferStatus.DRAFTED, TransferStatus.SENT} & set(after)
    for step in taken:
        if step.verb in (Verb.DRAFT, Verb.SEND):
            assert not step.facts.came_by
        if step.verb is Verb.SEND and profile.code == "fuling" and step.facts.ongoing:
            assert step.facts.stopped
        if step.verb in (Verb.TAKE_ON, Verb.OBJECT, Verb.RETURN_FILE, Verb.PUT_TO_MEETING):
            assert step.facts.acting == "水利局"
        if step.verb in (Verb.OBJECT, Verb.RETURN_FILE, Verb.PUT_TO_MEETING):
            assert step.facts.reason
            assert step.facts.clause_given.strip()
        if step.to is TransferStatus.DECIDED_ELSEWHERE:
            assert step.facts.settled
            assert step.facts.competent_organ


def test_from_received_no_step_leads_to_another_transfer() -> None:
    onward = {step.to for step in steps(MatterKind.TRANSFER, TransferStatus.RECEIVED)}
    assert not onward & {TransferStatus.DRAFTED, TransferStatus.SENT}
    assert find(MatterKind.TRANSFER, TransferStatus.ACCEPTED, Verb.SEND) is None


def test_the_answer_clock_of_a_returned_file_runs_on_from_its_first_receipt() -> None:
    clocks = CLOCKS[MatterKind.TRANSFER]
    starting = [verb for verb, each in clocks.items() if "transfer_answer" in each.starts]
    assert starting == [Verb.RECEIVE]
    assert Verb.RETURN_FILE not in clocks
    assert Verb.RESEND not in clocks
    assert find(MatterKind.TRANSFER, TransferStatus.RETURNED, Verb.RESEND).to is TransferStatus.RECEIVED  # type: ignore[union-attr]


# -- disputes ---------------------------------------------------------------------------------------------------------


@WALKS
@given(data=st.data(), penalty=st.booleans(), departmental=st.booleans())
def test_a_dispute_is_decided_only_by_the_organ_of_the_ladder(
    data: st.DataObject, penalty: bool, departmental: bool
) -> None:
    profile = plan(data)
    sides = [OrganKind.TOWNSHIP, OrganKind.DEPARTMENT if departmental else OrganKind.TOWNSHIP]
    ladder = ladder_of(profile, TODAY, scopes_of(sides, penalty))
    organs = [rung.organ_zh for rung in ladder]

    def facts(taken: list[Taken]) -> DisputeFacts:
        tried = sum(1 for step in taken if step.verb in (Verb.NEGOTIATE, Verb.COORDINATE))
        return DisputeFacts(
            profile=profile,
            on=TODAY,
            now=NOW,
            ladder=ladder,
            tried=tried,
            parties=("甲镇", "水利局"),
            acting=data.draw(st.sampled_from(["甲镇", "水利局", "县政府办", *organs])),
            reason="双方都称不管",
            agreed=data.draw(st.booleans()),
            competent_organ=data.draw(mostly("甲镇", "")),
            document=data.draw(mostly("决定1号", "")),
        )

    for step in walk(data, MatterKind.DISPUTE, facts, 25):
        known = step.facts
        if step.to is not DisputeStatus.DECIDED:
            continue
        assert known.competent_organ
        assert known.document
        if step.verb is Verb.AGREE:
            assert known.agreed
        elif step.verb is Verb.CONCLUDE:
            rung = ladder[known.tried - 1]
            assert rung.verb is RungVerb.COORDINATE
            assert known.acting == rung.organ_zh
            assert known.agreed or known.tried == len(ladder)
        else:
            wanted = RungVerb.DECIDE if step.verb is Verb.DECIDE_COMPETENCE else RungVerb.DESIGNATE
            rung = rung_for(ladder, known.tried, wanted) or pytest.fail("decided off the ladder")
            assert known.acting == rung.organ_zh
            assert wanted is RungVerb.DESIGNATE or ladder.index(rung) == known.tried


@pytest.mark.parametrize("code", [*PLANS, "national", "zhejiang", "henan", "chongqing"])
@pytest.mark.parametrize("penalty", [True, False])
def test_every_ladder_has_an_end_and_borrows_from_no_other_county(code: str, penalty: bool) -> None:
    profile = load_profile(code)
    for sides in ([OrganKind.TOWNSHIP, OrganKind.DEPARTMENT], [OrganKind.TOWNSHIP, OrganKind.TOWNSHIP]):
        ladder = ladder_of(profile, TODAY, scopes_of(sides, penalty))
        assert ladder
        assert {rung.layer for rung in ladder} <= set(profile.chain)
        assert next_rung(ladder, len(ladder)) is None
        ends = [rung.verb in (RungVerb.DECIDE, RungVerb.DESIGNATE) for rung in ladder]
        assert not any(ends[:-1])
        if penalty:
            assert ends[-1]


def test_scopes_of_a_dispute() -> None:
    mixed, alike = [OrganKind.TOWNSHIP, OrganKind.DEPARTMENT], [OrganKind.TOWNSHIP, OrganKind.TOWNSHIP]
    assert scopes_of(mixed, True) == {Scope.PENALTY, Scope.PENALTY_JURISDICTION, Scope.TOWNSHIP_DEPARTMENT}
    assert scopes_of(mixed, False) == {Scope.OTHER_DISPUTE, Scope.TOWNSHIP_DEPARTMENT}
    assert scopes_of(alike, True) == {Scope.PENALTY, Scope.OTHER_DISPUTE}


# -- criminal referral ------------------------------------------------------------------------------------------------


@WALKS
@given(data=st.data())
def test_nothing_goes_to_the_police_without_two_officers_and_the_head(data: st.DataObject) -> None:
    profile = plan(data)

    def facts(_: list[Taken]) -> ReferralFacts:
        draw = data.draw
        return ReferralFacts(
            profile=profile,
            on=TODAY,
            now=NOW,
            due_at=NOW + timedelta(hours=draw(st.sampled_from([-1, 0, 1]))),
            investigators=draw(st.sampled_from([0, 1, 2, 3])),
            by_head=draw(st.booleans()),
            document=draw(mostly("文书1号", "")),
            handed_in=draw(mostly(frozenset({"referral_letter", "investigation_report", "goods_list"}), frozenset())),
            receipt=draw(mostly("回执1号", "")),
            reason=draw(mostly("够立案标准", "")),
            receiver=draw(mostly("邻县公安局", "")),
            goods_list=draw(mostly("清单1号", "")),
        )

    taken = list(walk(data, MatterKind.CRIMINAL_REFERRAL, facts, 15))
    states = [step.to for step in taken]
    for step in taken:
        if step.verb is Verb.REPORT_SUSPICION:
            assert step.facts.investigators >= 2
        if step.to in (ReferralStatus.APPROVED, ReferralStatus.NOT_APPROVED):
            assert step.facts.by_head
        if step.verb is Verb.ASK_AGAIN:
            assert step.facts.due_at >= NOW
        if step.to in (ReferralStatus.SENT, ReferralStatus.FILED_BY_POLICE):
            assert ReferralStatus.APPROVED in states[: taken.index(step)]
        penalty = no_penalty_while_referred(ReferralStatus(step.to), profile, TODAY)
        assert penalty.allowed is (step.to in (ReferralStatus.NOT_APPROVED, ReferralStatus.TAKEN_BACK))
    assert ReferralStatus.TAKEN_BACK not in RUNNING


# -- assistance and escalation ----------------------------------------------------------------------------------------


@WALKS
@given(data=st.data())
def test_help_is_refused_only_with_a_reason_and_silence_counted_only_after_its_time(data: st.DataObject) -> None:
    profile = plan(data)

    def facts(_: list[Taken]) -> AssistanceFacts:
        draw = data.draw
        return AssistanceFacts(
            profile=profile,
            on=TODAY,
            now=NOW,
            due_at=NOW + timedelta(seconds=draw(st.sampled_from([-1, 0, 1]))),
            sender="甲镇",
            receiver="水利局",
            acting=draw(st.sampled_from(["甲镇", "水利局"])),
            ground=draw(st.sampled_from(["complex", "other", "outside_powers", "随便"])),
            reason=draw(st.sampled_from(["不属职权", ""])),
            document=draw(mostly("答复1号", "")),
            provided=draw(mostly("检测报告", "")),
        )

    for step in walk(data, MatterKind.ASSISTANCE, facts):
        if step.verb is Verb.REFUSE:
            assert step.facts.reason
            assert profile.code != "fuling" or step.facts.ground == "outside_powers"
        if step.verb is Verb.COUNT_UNANSWERED:
            assert step.facts.now > step.facts.due_at


def test_only_a_plan_with_escalation_raises_a_matter() -> None:
    for code in PLANS:
        profile = load_profile(code)
        facts = EscalationFacts(
            profile=profile, on=TODAY, sender="办", acting="办", receiver="局", ground="late_filing"
        )
        allowed = why_not(MatterKind.ESCALATION, None, Verb.RAISE, [Role.COUNTY_OFFICE], facts).allowed
        assert allowed is (profile.get("escalation.grounds", TODAY) is not None)


# -- visits and operations --------------------------------------------------------------------------------------------


def with_cap(profile: Profile, cap: int) -> Profile:
    value = Value("inspection.cap", cap, "per_year", date(2025, 1, 1), None, (Citation("EI", "要点"),), "plan", "x")
    return replace(profile, values={**profile.values, "inspection.cap": (value,)})


@WALKS
@given(data=st.data())
def test_nobody_enters_unapproved_uncertified_or_beyond_the_cap(data: st.DataObject) -> None:
    profile = with_cap(plan(data), 2)

    def facts(_: list[Taken]) -> VisitFacts:
        draw = data.draw
        people = st.builds(
            Inspector,
            name=st.sampled_from(["甲", "乙"]),
            kind=mostly(PersonKind.OFFICER, PersonKind.GRID_WORKER, PersonKind.AUXILIARY),
            certified=mostly(True, False),
        )
        return VisitFacts(
            profile=profile,
            on=TODAY,
            now=NOW,
            acting="甲镇",
            item=draw(mostly("消防通道", "")),
            published_body=draw(mostly(True, False)),
            published_item=draw(mostly(True, False)),
            township_of_subject=draw(mostly("01", "02", "")),
            area=frozenset({"01"}),
            visits_this_year=draw(st.sampled_from([0, 1, 2, 3])),
            cap_exception=draw(st.sampled_from([None, CapException.COMPLAINT])),
            exception_reason=draw(st.sampled_from(["", "举报1号"])),
            by_head=draw(mostly(True, False)),
            inspectors=tuple(draw(st.lists(people, max_size=3))),
            steps_done=draw(mostly(frozenset({"notice", "certificates", "scan", "record"}), frozenset({"notice"}))),
            reason="取消",
        )

    taken = list(walk(data, MatterKind.INSPECTION_VISIT, facts, 15))
    for number, step in enumerate(taken):
        known = step.facts
        if step.verb is Verb.APPROVE:
            assert known.by_head
        if step.verb in (Verb.PLAN, Verb.APPROVE, Verb.ENTER):
            assert known.published_body
            assert known.published_item
            assert known.township_of_subject == "01"
            assert known.visits_this_year < 2 or (known.cap_exception and known.exception_reason)
        if step.verb is Verb.ENTER:
            assert VisitStatus.APPROVED in {before.to for before in taken[:number]}
            assert len(known.inspectors) >= 2
            assert all(who.certified and who.kind is PersonKind.OFFICER for who in known.inspectors)
            assert {"notice", "certificates", "scan"} <= known.steps_done


@pytest.mark.parametrize(("visits", "allowed"), [(1, True), (2, False), (3, False)])
def test_the_cap_hit_exactly(visits: int, allowed: bool) -> None:
    facts = VisitFacts(
        profile=with_cap(load_profile("jindong"), 2),
        on=TODAY,
        acting="甲镇",
        item="消防通道",
        published_body=True,
        published_item=True,
        township_of_subject="01",
        area=None,
        visits_this_year=visits,
    )
    assert why_not(MatterKind.INSPECTION_VISIT, None, Verb.PLAN, [Role.OFFICER], facts).allowed is allowed


@WALKS
@given(data=st.data())
def test_an_operation_runs_only_after_consultation_and_consent_where_the_plan_asks(data: st.DataObject) -> None:
    profile = plan(data)

    def facts(_: list[Taken]) -> OperationFacts:
        draw = data.draw
        return OperationFacts(
            profile=profile,
            on=TODAY,
            now=NOW,
            due_at=NOW + timedelta(hours=draw(st.sampled_from([-1, 1]))),
            acting="水利局",
            proposed_by=OrganKind.DEPARTMENT,
            townships=frozenset({"甲镇"}),
            townships_heard=draw(mostly(frozenset({"甲镇"}), frozenset())),
            consent=draw(mostly("纪要1号", "")),
            participants=frozenset({"甲镇", "水利局"}),
            answered=draw(st.sampled_from([frozenset({"甲镇"}), frozenset({"甲镇", "水利局"})])),
            results="查处3件",
            reason="取消",
        )

    for step in walk(data, MatterKind.JOINT_OPERATION, facts, 15):
        if step.verb is Verb.APPROVE and profile.code == "fuling":
            assert step.facts.townships_heard
        if step.verb is Verb.APPROVE and profile.code == "chengliu":
            assert step.facts.consent
        if step.verb is Verb.BEGIN:
            assert step.facts.participants == step.facts.answered or step.facts.now > step.facts.due_at


# -- clocks and words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("matter", MATTERS)
def test_clocks_are_of_known_kinds_and_every_clock_started_can_be_met(matter: MatterKind) -> None:
    verbs = {step.verb for step in TABLES[matter]}
    clocks = CLOCKS[matter]
    assert set(clocks) <= verbs
    started = {kind for each in clocks.values() for kind in each.starts}
    assert started == {kind for each in clocks.values() for kind in each.meets}
    assert started | {kind for each in clocks.values() for kind in each.ends} <= set(KINDS)
    assert started == {kind for each in clocks.values() for kind in (*each.starts, *each.ends)}


def test_the_time_to_transfer_runs_from_the_discovery_and_only_where_a_plan_sets_it() -> None:
    found = NOW - timedelta(days=1)
    facts = TransferFacts(profile=load_profile("fuling"), on=TODAY, now=NOW, found_at=found)
    assert clocks_of(MatterKind.TRANSFER, Verb.DRAFT, facts).starts == ("transfer",)
    assert clocks_of(MatterKind.TRANSFER, Verb.DRAFT, replace(facts, urgent=True)).starts == ("transfer_urgent",)
    assert starts_at("transfer", facts) == found
    assert starts_at("transfer_answer", facts) == NOW
    silent = replace(facts, profile=load_profile("yunyang"))
    assert clocks_of(MatterKind.TRANSFER, Verb.DRAFT, silent).starts == ()


@pytest.mark.parametrize("matter", [*MATTERS])
def test_without_facts_no_guarded_step_is_allowed(matter: MatterKind) -> None:
    for step in TABLES[matter]:
        if step.guards:
            assert not why_not(matter, step.source, step.verb, step.roles).allowed, step
        assert not why_not(matter, step.source, step.verb, [Role.WALL]).allowed


@pytest.mark.parametrize("area", ["reasons_between.", "reasons_review."])
def test_reasons_say_the_same_in_both_languages(area: str) -> None:
    zh, en = ({k: v for k, v in catalogue(lang).items() if k.startswith(area)} for lang in LANGUAGES)
    assert zh.keys() == en.keys()
    assert all(value.strip() for value in (*zh.values(), *en.values()))
