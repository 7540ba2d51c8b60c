"""Legal review on both databases: material asked once, every point answered, three people, and the case follows the opinion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.casework.reviews import give_opinion, hand_in_material, review_step
from data.db import Record
from data.models import Case, CaseEntry, CaseReview, Organ, Person
from data.queries.reviews import changed_since, review_queue, review_view
from tests.data import cases as c
from tests.data import parties as p
from tests.data import small

ALL = ["investigation_report", "proposal", "evidence"]
POINTS = (
    "subject", "jurisdiction", "facts", "law_applied", "discretion", "powers", "procedure", "documents", "crime",
)  # fmt: skip
FINE = {
    "penalties": ["fine"], "fine": "30000", "complex_case": False, "major": False, "suspected_crime": False,
    "large_fine": False,
}  # fmt: skip


@pytest.fixture
def plan(request: pytest.FixtureRequest, database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), getattr(request, "param", "fuling"))
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    """The cast of a case; the reviewer is a person of the law."""
    cast = c.cast(plan)

    def jurist(tx: Any) -> Any:
        organ = tx.session.scalars(select(Organ).where(Organ.code == "WEST")).one()
        common = {"jurisdiction_id": organ.jurisdiction_id, "organ_id": organ.id, "employed_from": small.FROM}
        people = [Person(code=code, name=f"丙{code}", kind="officer", **common) for code in ("51", "52")]
        people[0].law_qualified = True
        tx.session.add_all(people)
        tx.session.flush()
        return people[0].id, people[1].id

    first, second = plan.write(SYSTEM, jurist)
    reviewer = cast["reviewer"]
    return cast | {"reviewer": replace(reviewer, person_id=first), "layman": replace(reviewer, person_id=second)}


def to_review(
    record: Record, actors: dict[str, Any], folder: Path, *, materials: list[str] | None = None, **given: Any
) -> tuple[Case, CaseReview]:
    """A case with a fine of 30,000 yuan on a company, sent to review."""
    case = c.propose(record, folder, actors)
    for part, verb, told in (
        ("officer", "submit_filing", {}),
        ("head", "approve_filing", {}),
        ("officer", "start_investigation", {}),
        ("officer", "conclude_investigation", {"words": "经查属实"}),
        ("officer", "propose_penalty", FINE),
        ("officer", "submit_review", {"materials": ALL if materials is None else materials, **given}),
    ):
        case = c.step(record, actors[part], case, verb, **told)
    return case, newest(record)


def newest(record: Record) -> CaseReview:
    with record.read() as session:
        return session.scalars(select(CaseReview).order_by(CaseReview.round.desc())).first()


def step(record: Record, actor: Any, row: CaseReview, name: str, **given: Any) -> CaseReview:
    return record.write(actor, review_step, number=row.number, step=name, given=given)


def begun(record: Record, actors: dict[str, Any], row: CaseReview) -> CaseReview:
    row = step(record, actors["reviewer"], row, "confirm_complete")
    return step(record, actors["reviewer"], row, "begin_review")


def answers(**other: str) -> dict[str, str]:
    return dict.fromkeys(POINTS, "ok") | other


def opinion(record: Record, actor: Any, row: CaseReview, told: str, **more: Any) -> CaseReview:
    given = {"answers": answers(), "grounds": "详见审核意见书"} | more
    return record.write(actor, give_opinion, number=row.number, opinion=told, **given)


def test_sending_a_file_opens_a_round_with_its_grounds_and_an_agreed_one_lets_the_case_go_on(
    plan, actors, tmp_path
) -> None:
    case, row = to_review(plan, actors, tmp_path)
    assert (row.number, row.round, row.status) == ("JD-V-20261120-0001", 1, "submitted")
    assert (row.triggers, row.materials) == (["threshold"], ALL)
    assert row.proposal == {"penalties": ["fine"], "fine": "30000", "confiscated": None}
    with p.refused("reasons_case.review_running"):
        c.step(plan, actors["officer"], case, "give_notice", words="拟罚款", tells_hearing=True)
    row = begun(plan, actors, row)
    row = opinion(
        plan, actors["reviewer"], row, "agree", page_notes=[{"document": "笔录", "page": 2, "note": "签名清楚"}]
    )
    case = p.again(plan, case)
    assert (row.status, case.status, case.course["review_opinion"]) == ("opinion", "legal_review", "agree")
    assert p.again(plan, row).points["facts"] == {"answer": "ok", "note": ""}
    assert p.verbs(plan, row) == ["submit", "confirm_complete", "begin_review", "give_opinion"]
    case = c.step(plan, actors["officer"], case, "give_notice", words="拟罚款", tells_hearing=True)
    assert case.status == "notice"


def test_an_opinion_is_not_given_past_the_nine_points(plan, actors, tmp_path: Path) -> None:
    case, row = to_review(plan, actors, tmp_path)
    with p.refused("errors_review.by_review"):
        c.step(plan, actors["reviewer"], case, "agree_review")
    with p.refused("errors_matter.no_such_step"):
        opinion(plan, actors["reviewer"], row, "agree")
    row = begun(plan, actors, row)
    with p.refused("reasons_review.points_open"):
        opinion(plan, actors["reviewer"], row, "agree", answers={"facts": "ok"})
    with p.refused("reasons_review.agrees_despite", "reasons_review.points_unexplained"):
        opinion(plan, actors["reviewer"], row, "agree", answers=answers(facts="not_ok"))
    with p.refused("reasons_review.no_grounds"):
        opinion(plan, actors["reviewer"], row, "do_not_decide", grounds=" ")
    for more, code in (
        ({"answers": answers(taste="ok")}, "errors_review.point_unknown"),
        ({"answers": answers(facts="perhaps")}, "errors_review.answer_unknown"),
        ({"page_notes": [{"document": "笔录", "page": 0, "note": "x"}]}, "errors_review.page_note"),
        ({"grounds": "长" * 20_001}, "errors_review.too_long"),
    ):
        with p.refused(code):
            opinion(plan, actors["reviewer"], row, "agree", **more)
    with p.refused("errors_review.opinion_unknown"):
        opinion(plan, actors["reviewer"], row, "maybe")
    assert p.again(plan, row).status == "under_review"


def test_who_handles_does_not_review_and_who_reviews_first_is_qualified(plan, actors, tmp_path: Path) -> None:
    _, row = to_review(plan, actors, tmp_path)
    handler = replace(actors["reviewer"], person_id=actors["officer"].person_id)  # a second account of the same person
    with p.refused("reasons_review.reviewer_handled"):
        step(plan, handler, row, "confirm_complete")
    with p.refused("reasons_review.first_timer"):
        step(plan, actors["layman"], row, "confirm_complete")
    with p.refused("errors_access.forbidden"):
        step(plan, actors["officer"], row, "confirm_complete")
    with p.refused("errors_access.forbidden"):
        step(plan, p.cast(plan)["east"], row, "confirm_complete")


def test_material_is_asked_for_once_as_one_list_with_a_time(plan, actors, clock, tmp_path: Path) -> None:
    def lacking(tx: Any) -> None:
        row = tx.session.scalars(select(CaseReview)).one()
        row.materials = ["investigation_report"]

    _, row = to_review(plan, actors, tmp_path)
    plan.write(SYSTEM, lacking)
    due = (clock.now + timedelta(days=3)).isoformat()
    with p.refused("reasons_review.list_incomplete") as told:
        step(plan, actors["reviewer"], row, "ask_material", materials=["proposal"], due_at=due)
    assert "相关证据资料" in told[0].reasons[0].sentence("zh")
    with p.refused("reasons_review.no_time_set", "reasons_review.nothing_asked"):
        step(plan, actors["reviewer"], row, "ask_material")
    asked = ["proposal", "evidence", "照片原始载体"]
    row = step(plan, actors["reviewer"], row, "ask_material", materials=asked, due_at=due)
    assert (row.status, row.asked) == ("material_asked", asked)
    with p.refused("errors_matter.no_such_step"):
        step(plan, actors["reviewer"], row, "ask_material", materials=asked, due_at=due)
    with p.refused("reasons_review.material_missing", "reasons_review.still_awaited"):
        step(plan, actors["reviewer"], row, "confirm_complete")
    with p.refused("errors_review.material_unknown"):
        plan.write(actors["officer"], hand_in_material, number=row.number, materials=["poem"])
    with p.refused("errors_review.not_the_handler"):
        plan.write(replace(actors["officer"], person_id=None), hand_in_material, number=row.number, materials=asked)
    plan.write(actors["officer"], hand_in_material, number=row.number, materials=asked)
    assert begun(plan, actors, row).status == "under_review"


def test_new_facts_are_asked_about_with_a_reason_but_the_list_is_not_asked_for_again(
    plan, actors, clock, tmp_path
) -> None:
    def open_again(tx: Any) -> None:
        tx.session.scalars(select(CaseReview)).one().status = "submitted"

    _, row = to_review(plan, actors, tmp_path)
    due = (clock.now + timedelta(days=3)).isoformat()
    row = step(plan, actors["reviewer"], row, "ask_material", materials=["other"], due_at=due)
    plan.write(SYSTEM, open_again)
    with p.refused("reasons_review.asked_twice") as told:
        step(plan, actors["reviewer"], row, "ask_material", materials=["other"], due_at=due)
    assert told[0].clause.startswith("FL 二(四)")
    plan.write(actors["officer"], hand_in_material, number=row.number, materials=["other"])
    row = begun(plan, actors, row)
    with p.refused("reasons.reason_missing"):
        step(plan, actors["reviewer"], row, "ask_new_facts", materials=["搬迁证明"], due_at=due)
    row = step(
        plan, actors["reviewer"], row, "ask_new_facts", materials=["搬迁证明"], due_at=due, reason="当事人已搬迁"
    )
    assert (row.status, row.new_facts[0]["reason"]) == ("material_asked", "当事人已搬迁")
    with p.refused("reasons_review.still_awaited"):
        step(plan, actors["reviewer"], row, "confirm_complete")
    plan.write(actors["officer"], hand_in_material, number=row.number, materials=["搬迁证明"])
    assert begun(plan, actors, row).status == "under_review"
    with p.refused("errors_review.nothing_awaited"):
        plan.write(actors["officer"], hand_in_material, number=row.number, materials=["other"])


def test_a_returned_file_comes_back_with_what_changed_since(plan, actors, clock, tmp_path: Path) -> None:
    case, row = to_review(plan, actors, tmp_path)
    bad = answers(facts="not_ok")
    row = begun(plan, actors, row)
    row = opinion(
        plan,
        actors["reviewer"],
        row,
        "correct_and_resubmit",
        answers=bad,
        notes={"facts": "面积未测量"},
        grounds="补测面积",
    )
    assert p.again(plan, case).status == "corrected"
    clock.now += timedelta(days=2)
    case = c.step(plan, actors["officer"], case, "propose_penalty", **(FINE | {"fine": "25000"}))
    with p.refused("reasons_review.changes_untold"):
        c.step(plan, actors["officer"], case, "submit_review", materials=ALL)
    c.step(plan, actors["officer"], case, "submit_review", materials=ALL, changes="已补测面积")
    second = newest(plan)
    assert (second.round, second.changes, second.status) == (2, "已补测面积", "submitted")
    with plan.read() as session:
        changes = changed_since(session, session.get_one(CaseReview, second.id))
        first = changed_since(session, session.get_one(CaseReview, row.id))
    assert first is None
    assert (changes.before["fine"], changes.now["fine"]) == ("30000", "25000")
    assert "propose_penalty" in changes.steps
    assert [entry.text for entry in changes.entries] == ["补测面积", "已补测面积"]
    assert opinion(plan, actors["reviewer"], begun(plan, actors, second), "agree").status == "opinion"


@pytest.mark.parametrize("told", ["do_not_decide", "transfer", "refer_criminal"])
def test_a_failed_review_stops_the_decision(plan, actors, tmp_path: Path, told: str) -> None:
    case, row = to_review(plan, actors, tmp_path)
    row = opinion(plan, actors["reviewer"], begun(plan, actors, row), told)
    assert p.again(plan, case).course["review_opinion"] == told
    with p.refused("reasons_case.review_failed"):
        c.step(plan, actors["officer"], case, "give_notice", words="拟罚款", tells_hearing=True)
    with plan.read() as session:
        texts = [entry.text for entry in session.scalars(select(CaseEntry).where(CaseEntry.kind == "fail_review"))]
    assert texts == ["详见审核意见书"]


def test_somebody_from_outside_helps_only_in_a_way_of_the_plan_and_never_a_handler(
    plan, actors, tmp_path: Path
) -> None:
    _, row = to_review(plan, actors, tmp_path)
    row = begun(plan, actors, row)
    with p.refused("reasons_review.outside_unlisted", "reasons_review.expert_unnamed"):
        step(plan, actors["reviewer"], row, "ask_expert")
    with p.refused("reasons_review.expert_handled"):
        step(plan, actors["reviewer"], row, "ask_expert", outside="joint_review", expert="01")
    row = step(plan, actors["reviewer"], row, "ask_expert", outside="township_legal_counsel", expert="某某律师事务所")
    assert (row.status, row.expert) == ("under_review", "某某律师事务所")


@pytest.mark.parametrize("plan", ["lanxi"], indirect=True)
def test_in_lanxi_no_points_are_listed(plan, actors, tmp_path: Path) -> None:
    _, row = to_review(plan, actors, tmp_path, materials=["卷宗"])
    row = begun(plan, actors, row)
    with p.refused("errors_review.point_unknown"):
        opinion(plan, actors["reviewer"], row, "agree")
    assert opinion(plan, actors["reviewer"], row, "agree", answers={}).status == "opinion"


def test_a_file_is_sent_by_who_handles_it(plan, actors, tmp_path: Path) -> None:
    other = replace(actors["officer"], person_id=None)
    with p.refused("reasons_review.not_the_handler"):
        to_review(plan, actors | {"officer": other}, tmp_path)
    with plan.read() as session:
        assert session.scalars(select(CaseReview)).all() == []


def test_unknown_steps_and_numbers_are_sentences(plan, actors, tmp_path: Path) -> None:
    _, row = to_review(plan, actors, tmp_path)
    with p.refused("errors_review.unknown_step"):
        step(plan, actors["reviewer"], row, "fly")
    with p.refused("errors_review.not_found"):
        plan.write(actors["reviewer"], review_step, number="JD-V-20261120-9999", step="begin_review")


# -- as its pages read it ----------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_by_the_nearest_end_to_those_it_concerns(
    plan, actors, clock, tmp_path: Path
) -> None:
    case, row = to_review(plan, actors, tmp_path)
    others = p.cast(plan)
    with plan.read() as session:
        county = plan.county()
        (found,) = review_queue(session, actors["reviewer"], county, clock.now)
        assert (found.number, found.case, found.triggers) == (row.number, case.number, ("threshold",))
        assert found.decision_due_at == p.due(plan, case, "decision").due_at
        assert not found.overdue
        (late,) = review_queue(session, actors["reviewer"], county, clock.now + timedelta(days=91))
        assert late.overdue
        assert review_queue(session, others["east"], county, clock.now) == []
        assert review_queue(session, others["water"], county, clock.now) == []
        with p.refused("errors_review.not_found"):
            review_view(session, others["east"], county, clock.now, number=row.number)
    opinion(plan, actors["reviewer"], begun(plan, actors, row), "agree")
    with plan.read() as session:
        assert review_queue(session, actors["reviewer"], plan.county(), clock.now) == []
        (done,) = review_queue(session, actors["reviewer"], plan.county(), clock.now, statuses=["opinion"])
        assert (done.opinion, done.reviewer) == ("agree", "reviewer")


def test_one_round_shows_its_points_its_opinions_and_what_may_be_done(plan, actors, clock, tmp_path: Path) -> None:
    _, row = to_review(plan, actors, tmp_path)

    def shown(actor: Any) -> Any:
        with plan.read() as session:
            return review_view(session, actor, plan.county(), clock.now, number=row.number)

    view = shown(actors["reviewer"])
    assert [point.code for point in view.points] == list(POINTS)
    assert [choice.opinion.value for choice in view.opinions] == [
        "agree", "correct_and_resubmit", "do_not_decide", "transfer", "refer_criminal",
    ]  # fmt: skip
    assert (view.missing, view.changes, view.earlier) == ((), None, ())
    assert {step.verb.value: step.decision.allowed for step in view.steps} == {
        "ask_material": True,
        "confirm_complete": True,
    }
    handler = replace(actors["reviewer"], person_id=actors["officer"].person_id)
    told = {reason.code for step in shown(handler).steps for reason in step.decision.obstacles}
    assert "reasons_review.reviewer_handled" in told
