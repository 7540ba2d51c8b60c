"""Legal review: derived triggers never depend on a tick, and no walk reaches an opinion that the plan forbids."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.guards_review import ReviewFacts
from policy.lifecycle import advance, steps, why_not
from policy.loader import load_profile
from policy.review import (
    OpinionForm,
    Proposed,
    called,
    check_opinion,
    hearing_due,
    materials,
    missing,
    next_after,
    opinions,
    points,
    required,
    triggers,
)
from policy.text import LANGUAGES, Word, named
from policy.vocabulary import MatterKind, PenaltyKind, Verb
from policy.vocabulary_between import PointAnswer, ReviewOpinion, ReviewStatus, Trigger
from policy.vocabulary_case import PartyKind

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PLANS = ("jindong", "lanxi", "chengliu", "yunyang", "fuling")
FULING = load_profile("fuling")
ALL_OK = {entry.code: PointAnswer.OK for entry in points(FULING, TODAY)}
COMPLETE = frozenset({"investigation_report", "proposal", "evidence"})


@st.composite
def decisions(draw: st.DrawFn) -> Proposed:
    return Proposed(
        party=draw(st.sampled_from(PartyKind)),
        kinds=draw(st.frozensets(st.sampled_from(PenaltyKind), max_size=3)),
        fine=draw(st.sampled_from([0, 1999, 2000, 19_999, 20_000])),
        gains=draw(st.sampled_from([0, 1000, 2000, 20_000])),
        goods=draw(st.sampled_from([0, 1000, 19_000])),
        hearing_held=draw(st.booleans()),
        heavier=draw(st.booleans()),
        mitigated=draw(st.booleans()),
        waived=draw(st.booleans()),
        outside_grade=draw(st.booleans()),
        ticked=draw(st.frozensets(st.sampled_from(Trigger), max_size=3)),
    )


@settings(deadline=None)
@given(decision=decisions())
def test_fulings_derived_triggers_are_what_the_notice_says(decision: Proposed) -> None:
    limit = 2000 if decision.party is PartyKind.CITIZEN else 20_000
    found = {each.trigger for each in triggers(decision, FULING, TODAY)}
    assert (Trigger.THRESHOLD in found) is (decision.fine >= limit or decision.gains + decision.goods >= limit)
    heard = decision.hearing_held or hearing_due(decision, FULING, TODAY)
    assert (Trigger.HEARING in found) is heard
    changed = decision.heavier or decision.mitigated or decision.waived or decision.outside_grade
    assert (Trigger.ADJUSTED_PENALTY in found) is changed
    judged = {Trigger.PUBLIC_INTEREST, Trigger.SOCIAL_EFFECT, Trigger.MAJOR_RIGHTS, Trigger.COMPLEX, Trigger.BY_LAW}
    assert found & judged == decision.ticked & judged


@settings(deadline=None)
@given(decision=decisions(), code=st.sampled_from(PLANS))
def test_a_review_is_required_exactly_when_a_trigger_is_found_and_every_ground_cites_its_clause(
    decision: Proposed, code: str
) -> None:
    profile = load_profile(code)
    due, found = required(decision, profile, TODAY), triggers(decision, profile, TODAY)
    assert due.allowed is not bool(found)
    assert all(each.reason.clause for each in found if each.trigger is not Trigger.ADJUSTED_PENALTY)
    assert all(reason.sentence(lang) for reason in due.reasons for lang in LANGUAGES)
    if code != "fuling":
        assert Trigger.THRESHOLD not in {each.trigger for each in found}


def test_every_trigger_of_every_profile_is_known() -> None:
    for code in (*PLANS, "national"):
        value = load_profile(code).require("review.triggers", TODAY)
        assert {row["code"] for row in value.value} <= set(Trigger)


def test_fuling_has_five_materials_nine_points_five_opinions_and_no_other_plan_borrows_them() -> None:
    assert len(materials(FULING, TODAY)) == 5
    assert len(points(FULING, TODAY)) == 9
    assert [choice.opinion for choice in opinions(FULING, TODAY)] == list(ReviewOpinion)
    for code in PLANS:
        if code != "fuling":
            profile = load_profile(code)
            assert materials(profile, TODAY) == points(profile, TODAY) == ()
            assert {choice.clause for choice in opinions(profile, TODAY)} == {"PL 58"}
            assert missing(profile, TODAY, (), True) == ()


@pytest.mark.parametrize("code", PLANS)
def test_every_opinion_leads_on(code: str) -> None:
    profile = load_profile(code)
    led = [next_after(opinion, profile, TODAY) for opinion in ReviewOpinion]
    assert led == ["proceed", "corrected", "not_decided", "transferred_out", "referred_criminal"]


@given(
    answers=st.dictionaries(st.sampled_from(list(ALL_OK)), st.sampled_from(PointAnswer)),
    noted=st.booleans(),
    opinion=st.sampled_from([None, *ReviewOpinion]),
    grounds=st.sampled_from(["", "  ", "主要证据不足"]),
)
@settings(deadline=None, max_examples=300)
def test_an_opinion_stands_only_with_every_point_answered_and_its_grounds(
    answers: dict[str, PointAnswer], noted: bool, opinion: ReviewOpinion | None, grounds: str
) -> None:
    notes = dict.fromkeys(answers, "见卷第3页") if noted else {}
    decision = check_opinion(OpinionForm(opinion, answers, notes, grounds), FULING, TODAY)
    complete = set(answers) == set(ALL_OK)
    explained = noted or set(answers.values()) <= {PointAnswer.OK}
    grounded = opinion is ReviewOpinion.AGREE or bool(grounds.strip())
    contrary = opinion is ReviewOpinion.AGREE and PointAnswer.NOT_OK in answers.values()
    assert decision.allowed is (opinion is not None and complete and explained and grounded and not contrary)


def test_all_in_order_and_agreed_stands() -> None:
    assert check_opinion(OpinionForm(ReviewOpinion.AGREE, ALL_OK), FULING, TODAY).allowed


def drawn(data: st.DataObject, code: str, asked_before: bool, last: ReviewOpinion | None) -> ReviewFacts:
    draw = data.draw

    def often(good: Any, *bad: Any) -> Any:
        return draw(st.sampled_from([good] * 5 + list(bad)))

    form = OpinionForm(
        often(ReviewOpinion.CORRECT_AND_RESUBMIT, ReviewOpinion.AGREE),
        often(ALL_OK, {}),
        {},
        often("文书不规范", ""),
    )
    return ReviewFacts(
        profile=load_profile(code),
        on=TODAY,
        now=NOW,
        due_at=NOW + timedelta(days=often(3, -1)),
        reason=often("新证据", ""),
        handlers=frozenset({"甲", "乙"}),
        submitted_by=often("甲", "丙"),
        reviewer=often("丙", "甲", ""),
        decider=often("丁", "丙"),
        first_time=draw(st.booleans()),
        law_qualified=often(True, False),
        handed_in=often(COMPLETE, frozenset({"proposal"})),
        heard_or_assessed=often(False, True),
        asked=frozenset({"investigation_report", "evidence", "hearing_or_assessment"}),
        asked_before=asked_before,
        form=form,
        last_opinion=last,
        changes=often("重写文书", ""),
    )


@settings(max_examples=80, deadline=None)
@given(data=st.data(), code=st.sampled_from(PLANS))
def test_no_walk_reaches_an_opinion_the_plan_forbids(data: st.DataObject, code: str) -> None:
    state: Any = None
    asked, last = False, None
    for _ in range(20):
        step = data.draw(st.sampled_from(steps(MatterKind.REVIEW, state)))
        known = drawn(data, code, asked, last)
        if not why_not(MatterKind.REVIEW, state, step.verb, step.roles, known).allowed:
            continue
        state = advance(MatterKind.REVIEW, state, step.verb, step.roles, known)
        if step.verb not in (Verb.SUBMIT, Verb.RESUBMIT):
            assert known.reviewer == "丙"
            assert known.decider != "丙"
            assert known.law_qualified or not known.first_time
        if step.verb is Verb.ASK_MATERIAL:
            assert not (code == "fuling" and asked)
            asked = True
        if step.verb is Verb.ASK_NEW_FACTS:
            assert known.reason
        if step.verb is Verb.RESUBMIT:
            assert last is ReviewOpinion.CORRECT_AND_RESUBMIT
            assert known.changes
        if state is ReviewStatus.OPINION and known.form is not None:
            assert code != "fuling" or (known.handed_in == COMPLETE and not known.heard_or_assessed)
            assert check_opinion(known.form, known.profile, TODAY).allowed  # type: ignore[arg-type]
            last = known.form.opinion


@pytest.mark.parametrize("lang", LANGUAGES)
def test_material_has_a_name_where_the_plan_lists_none(lang: str) -> None:
    silent = load_profile("jindong")
    assert not materials(silent, TODAY)
    codes = [entry.code for entry in materials(FULING, TODAY)]
    assert codes
    assert all(isinstance(called(code, silent, TODAY), Word) for code in codes)
    assert named(called("hearing_record", silent, TODAY), lang) != "hearing_record", "a document by what it is called"
    assert named(called("现场照片", silent, TODAY), lang) == "现场照片", "what people wrote stays"


def test_material_that_the_plan_names_is_called_as_the_plan_does() -> None:
    assert named(called("proposal", FULING, TODAY)) == "重大行政执法决定建议或者意见及其情况说明"
    assert named(called("proposal", load_profile("jindong"), TODAY)) == "拟处罚建议及其说明"
