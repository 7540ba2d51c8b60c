"""Complaints about enforcement on the record: sealed, answered in time, out of sight of whom they are about."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from data.authority import Actor, Scope
from data.casework import dispatch, triage
from data.casework.complaints import complaint_step, find_complaint, take_complaint, unmask_complaint
from data.db import Record
from data.models import Deadline, Event
from data.queries.complaints import ComplaintRow, complaints, one_complaint
from data.queries.events import EventFilter, search_events
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small

GIVEN = {
    "channel": "telephone",
    "words": "检查时没有出示证件",
    "complainant": "王小明",
    "contact": "13800001234",
    "about_organ": "WEST",
}


@pytest.fixture
def office(town: Record) -> Actor:
    return small.actor(town, Role.COUNTY_OFFICE)


def holding(office: Actor, role: Role, organ: str, *townships: str) -> Actor:
    place = office.scopes[0].jurisdiction_id
    return replace(office, scopes=(Scope(role, place, organ, frozenset(townships) or None),))


def taken(town: Record, office: Actor, **more: str) -> str:
    return str(town.write(office, take_complaint, given=GIVEN | more).number)


def seen(town: Record, actor: Actor, **which) -> list[ComplaintRow]:
    with town.read() as session:
        return complaints(session, actor, town.county(), small.NOW, **which)


def test_what_is_said_and_who_says_it_are_sealed_in_the_database(town: Record, office: Actor) -> None:
    number = taken(town, office)
    with town.read() as session:
        row = session.execute(text("select * from complaint")).one()
        event = session.scalars(select(Event).where(Event.matter == "complaint", Event.verb == "take")).one()
    plain = " ".join(str(value) for value in row) + event.facts
    for secret in ("王小明", "13800001234", "没有出示证件"):
        assert secret not in plain
        assert secret.encode() not in b"".join(bytes(value) for value in row if isinstance(value, bytes | memoryview))
    assert json.loads(event.facts) == {"channel": "telephone", "organ": "WEST"}
    assert event.subject_number == number


def test_what_was_answered_is_sealed_too(town: Record, office: Actor) -> None:
    number = taken(town, office)
    town.write(office, complaint_step, number=number, step_name="answer", given={"answer": "核查属实并已批评"})
    with town.read() as session:
        row = session.execute(text("select * from complaint")).one()
    assert not [one for one in row if "核查" in str(one) or "核查".encode() in bytes(str(one), "utf-8")]
    (shown,) = seen(town, office)
    assert shown.answer == "核查属实并已批评"


def test_it_is_shown_masked_and_in_plain_only_for_a_reason_on_the_record(town: Record, office: Actor) -> None:
    number = taken(town, office)
    (row,) = seen(town, office)
    assert (row.complainant, row.contact, row.words) == ("王**", "138****1234", "检查时没有出示证件")
    with pytest.raises(Refusal) as refused:
        town.write(office, unmask_complaint, number=number, reason=" ")
    assert refused.value.code == "errors_case.unmask_reason"
    found = town.write(office, unmask_complaint, number=number, reason="回访核实")
    assert (found.complainant, found.contact) == ("王小明", "13800001234")
    with town.read() as session:
        last = session.scalars(select(Event).where(Event.verb == "unmask")).one()
    assert last.clause == "PI 51"


def test_the_answer_is_due_in_fifteen_working_days_and_then_overdue(town: Record, office: Actor, clock) -> None:
    number = taken(town, office)
    with town.read() as session:
        clock_row = session.scalars(select(Deadline).where(Deadline.kind == "complaint_answer")).one()
    assert (clock_row.organ_code, clock_row.township_code) == ("BUREAU", None), "a township would be reminded of it"
    clock.now = clock_row.due_at + timedelta(hours=1)
    with town.read() as session:
        (late,) = complaints(session, office, town.county(), clock.now, only="overdue")
    assert late.overdue
    town.write(
        office, complaint_step, number=number, step_name="answer", given={"answer": "经查不属实", "founded": False}
    )
    with town.read() as session:
        assert session.scalars(select(Deadline.done_at)).one() == clock.now
        assert complaints(session, office, town.county(), clock.now, only="overdue") == []


def test_the_organ_complained_of_learns_of_it_when_it_is_looked_into_and_never_by_whom(
    town: Record, office: Actor
) -> None:
    head = holding(office, Role.TOWNSHIP_HEAD, "WEST", small.WEST)
    number = taken(town, office)
    assert seen(town, head) == []
    town.write(office, complaint_step, number=number, step_name="look_into")
    (row,) = seen(town, head)
    assert (row.kept, row.complainant, row.contact, row.words) == (False, "", "", None)
    other = holding(office, Role.TOWNSHIP_HEAD, "EAST", small.EAST)
    assert seen(town, other) == []


def test_the_chain_tells_whom_it_is_about_no_earlier(town: Record, office: Actor) -> None:
    number = taken(town, office)

    def steps(actor: Actor) -> list[str]:
        with town.read() as session:
            found = search_events(session, actor, town.county(), small.NOW, EventFilter())
        return [one.verb for one in found if one.number == number]

    theirs, others = (holding(office, Role.LEGAL_REVIEWER, organ) for organ in ("WEST", "EAST"))
    assert (steps(office), steps(theirs), steps(others)) == (["take", "start_deadline"], [], [])
    town.write(office, complaint_step, number=number, step_name="look_into")
    assert (steps(theirs), steps(others)) == (["look_into", "take", "start_deadline"], [])


def test_a_matter_of_ones_own_is_complained_of_elsewhere(town: Record, office: Actor, tmp_path: Path) -> None:
    c.with_basis(town)
    case = c.propose(town, tmp_path, c.cast(town))
    given = {"channel": "letter", "words": "未出示证件", "matter": case.number}
    legal = holding(office, Role.LEGAL_REVIEWER, case.organ_code, case.township_code)
    with pytest.raises(Refusal) as refused:
        town.write(legal, take_complaint, given=given)
    assert refused.value.code == "errors_conduct.own_complaint", "it would keep a complaint about itself"
    assert town.write(office, take_complaint, given=given).about_organ == case.organ_code


def test_one_about_a_lead_or_a_task_reaches_the_organ_that_acted(town: Record, office: Actor, tmp_path: Path) -> None:
    actors = c.cast(town)
    c.with_basis(town)
    lead = c.lead_with_evidence(town, tmp_path, actors)
    town.write(actors["dispatcher"], triage, number=lead, urgency="normal")
    (task,) = town.write(actors["dispatcher"], dispatch, number=lead, team_codes=["W1"])
    head = holding(office, Role.TOWNSHIP_HEAD, "WEST", small.WEST)
    for matter in (lead, task.number):
        given = {"channel": "letter", "words": "态度生硬", "matter": matter}
        number = town.write(office, take_complaint, given=given).number
        town.write(office, complaint_step, number=number, step_name="look_into")
        (row,) = (one for one in seen(town, head) if one.number == number)
        assert (row.about_organ, row.township_code, row.words) == ("WEST", small.WEST, None)


def test_who_looks_after_another_town_learns_nothing_of_it(town: Record, office: Actor) -> None:
    number = taken(town, office)
    east = holding(office, Role.SUPERVISOR, "BUREAU", small.EAST)
    codes = []
    for one in (number, "JD-O-0"):
        for verb, facts in ((unmask_complaint, {"reason": "核查"}), (complaint_step, {"step_name": "look_into"})):
            with pytest.raises(Refusal) as refused:
                town.write(east, verb, number=one, **facts)
            codes.append(refused.value.code)
    assert set(codes) == {"errors_conduct.complaint_not_found"}


@pytest.mark.parametrize("step", ["look_into", "answer", "withdraw"])
def test_the_organ_complained_of_settles_nothing(town: Record, office: Actor, step: str) -> None:
    number = taken(town, office)
    legal = holding(office, Role.LEGAL_REVIEWER, "WEST", small.WEST)
    given = {"answer": {"answer": "不属实"}, "withdraw": {"reason": "撤回"}}.get(step, {})
    with pytest.raises(Refusal) as refused:
        town.write(legal, complaint_step, number=number, step_name=step, given=given)
    assert refused.value.code == "errors_conduct.complaint_not_found", "it is not even told that there is one"
    with pytest.raises(Refusal) as refused:
        town.write(legal, unmask_complaint, number=number, reason="看看是谁")
    assert refused.value.code == "errors_conduct.complaint_not_found"


def test_an_organ_does_not_take_in_complaints_about_itself(town: Record, office: Actor) -> None:
    legal = holding(office, Role.LEGAL_REVIEWER, "WEST", small.WEST)
    with pytest.raises(Refusal) as refused:
        town.write(legal, take_complaint, given=GIVEN)
    assert refused.value.code == "errors_conduct.own_complaint"
    about_bureau = taken(town, holding(office, Role.SUPERVISOR, "MARKET"), about_organ="BUREAU")
    assert seen(town, office) == [], "the county office learns of a complaint about itself when it is looked into"
    assert [row.number for row in seen(town, holding(office, Role.SUPERVISOR, "BUREAU"))] == [about_bureau]


def test_it_is_answered_once(town: Record, office: Actor) -> None:
    number = taken(town, office)
    answer = {"answer": "经查属实，已整改", "founded": True}
    row = town.write(office, complaint_step, number=number, step_name="answer", given=answer)
    assert (row.status, row.founded) == ("answered", True)
    with pytest.raises(Refusal) as refused:
        town.write(office, complaint_step, number=number, step_name="answer", given=answer)
    assert refused.value.code == "errors_conduct.complaint_state"
    with town.read() as session:
        assert one_complaint(session, office, town.county(), small.NOW, number=number).answer == "经查属实，已整改"


def test_withdrawn_its_clock_ends(town: Record, office: Actor) -> None:
    number = taken(town, office)
    town.write(office, complaint_step, number=number, step_name="withdraw", given={"reason": "投诉人书面撤回"})
    with town.read() as session:
        assert session.scalars(select(Deadline.ended_at)).one() == small.NOW


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"words": ""}, "errors_case.missing"),
        ({"channel": "fax"}, "errors_case.not_in_list"),
        ({"about_organ": "NOBODY"}, "errors_between.organ_unknown"),
        ({"township": "1"}, "errors_conduct.no_township"),
        ({"matter": "JD-C-20000101-0001"}, "errors_conduct.no_matter"),
    ],
)
def test_a_wrong_input_is_named(town: Record, office: Actor, changed: dict, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        town.write(office, take_complaint, given=GIVEN | changed)
    assert refused.value.code == code


def test_a_complaint_is_no_lead(town: Record, office: Actor) -> None:
    number = taken(town, office)
    assert number.split("-")[1] == "O"
    with town.read() as session:
        assert session.execute(text("select count(*) from lead")).scalar() == 0

    def found(tx):
        return find_complaint(tx, number).township_code

    assert town.write(office, found) == small.WEST, "of the organ's township"


def test_an_overdue_one_stays_in_the_list_however_many_came_since(town: Record, office: Actor, clock) -> None:
    first = taken(town, office)
    clock.now += timedelta(days=60)
    for _ in range(2):
        taken(town, office)
    with town.read() as session:
        found = complaints(session, office, town.county(), clock.now, limit=2)
    assert (found[0].number, found[0].overdue, found[1].overdue) == (first, True, False)
