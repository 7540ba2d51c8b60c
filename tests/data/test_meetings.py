"""Joint meetings on the record: the duty to meet, an agenda that fills itself, decisions that come back until they are done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data.authority import Actor, Scope
from data.casework.disputes import open_dispute
from data.casework.meetings import call_meeting, meeting_step
from data.db import Record
from data.models import Deadline, Event, Meeting
from data.queries.meetings import duty, half_year, may_finish, meetings, open_decisions, topics
from policy.errors import Refusal
from policy.vocabulary import Role
from policy.vocabulary_conduct import TopicKind
from tests.data import small, two

DAY = timedelta(days=1)


@pytest.fixture
def office(town: Record) -> Actor:
    return small.actor(town, Role.COUNTY_OFFICE)


def called(town: Record, office: Actor, clock, days: int = 10, **more) -> str:
    given = {"title": "联席会议", "planned_at": clock.now + days * DAY, "members": ["BUREAU", "WEST"]} | more
    return str(town.write(office, call_meeting, given=given).number)


def held(town: Record, office: Actor, clock, number: str, days: int = 10) -> None:
    clock.now += days * DAY
    given = {"held_at": clock.now, "attended": ["BUREAU"], "minutes": "研究了管辖争议"}
    town.write(office, meeting_step, number=number, step_name="hold", given=given)


def decided(town: Record, office: Actor, clock, number: str, owner: str = "WEST", days: int = 30) -> None:
    due = (clock.now + days * DAY).date()
    given = {"words": "五个工作日内答复", "owner": owner, "due_on": due}
    town.write(office, meeting_step, number=number, step_name="decide", given=given)


def test_what_is_not_settled_comes_onto_the_agenda_by_itself(town: Record, office: Actor, clock) -> None:
    head = replace(office, scopes=(Scope(Role.TOWNSHIP_HEAD, office.scopes[0].jurisdiction_id, "WEST", frozenset({small.WEST})),))  # fmt: skip
    told = {"receiver": "MARKET", "subject": "无照经营由谁查处", "reason": "不属本镇职权", "clause": "PL 22"}
    dispute = town.write(head, open_dispute, given=told)
    number = called(town, office, clock, topics=["下半年联合执法"])
    with town.read() as session:
        (row,) = meetings(session, office, town.county(), clock.now)
    assert [(one.kind, one.number) for one in row.agenda] == [
        (TopicKind.OWN, None),
        (TopicKind.DISPUTE, dispute.number),
    ]
    held(town, office, clock, number)
    with town.read() as session:
        kept = session.scalars(select(Meeting.agenda)).one()
    assert [one["kind"] for one in kept] == ["own", "dispute"], "frozen as it was"


def test_a_decision_comes_back_until_it_is_done(town: Record, office: Actor, clock) -> None:
    number = called(town, office, clock)
    held(town, office, clock, number)
    decided(town, office, clock, number)
    with town.read() as session:
        assert [one.number for one in topics(session, town.county(), clock.now) if one.kind is TopicKind.DECISION] == [
            number
        ]
        (row,) = open_decisions(session, office, town.county(), clock.now + 40 * DAY)
    assert (row.owner, row.overdue) == ("WEST", True)
    done = {"position": "1", "outcome": "已答复"}
    town.write(office, meeting_step, number=number, step_name="finish", given=done)
    with town.read() as session:
        assert open_decisions(session, office, town.county(), clock.now) == []
        assert topics(session, town.county(), clock.now) == []
    with pytest.raises(Refusal) as refused:
        town.write(office, meeting_step, number=number, step_name="finish", given=done)
    assert refused.value.code == "errors_conduct.decision_done"


def test_who_owns_a_decision_says_that_it_is_done(town: Record, office: Actor, clock) -> None:
    number = called(town, office, clock, members=["BUREAU", "WEST", "EAST"])
    held(town, office, clock, number)
    decided(town, office, clock, number, "EAST")
    place = office.scopes[0].jurisdiction_id
    west, east = (replace(office, scopes=(Scope(Role.TOWNSHIP_HEAD, place, organ, frozenset({town_})),)) for organ, town_ in (("WEST", small.WEST), ("EAST", small.EAST)))  # fmt: skip
    done = {"position": "1", "outcome": "已印发"}
    with pytest.raises(Refusal) as refused:
        town.write(west, meeting_step, number=number, step_name="finish", given=done)
    assert refused.value.code == "errors_conduct.not_owner"
    town.write(east, meeting_step, number=number, step_name="finish", given=done)


def test_who_was_not_invited_but_has_something_to_do_sees_the_meeting_and_may_finish_that_alone(town: Record, office: Actor, clock) -> None:  # fmt: skip
    east = Scope(Role.TOWNSHIP_HEAD, office.scopes[0].jurisdiction_id, "EAST", frozenset({small.EAST}))
    head = replace(office, scopes=(east,))
    number = called(town, office, clock)
    held(town, office, clock, number)
    decided(town, office, clock, number)
    with town.read() as session:
        assert meetings(session, head, town.county(), clock.now) == []
    decided(town, office, clock, number, owner="EAST")
    with town.read() as session:
        (row,) = meetings(session, head, town.county(), clock.now)
    assert [may_finish(head, town.county(), one) for one in row.decisions] == [False, True]
    assert [may_finish(office, town.county(), one) for one in row.decisions] == [True, True]


def test_who_was_not_invited_sees_no_meeting(town: Record, office: Actor, clock) -> None:
    number = called(town, office, clock)
    east = replace(office, scopes=(Scope(Role.TOWNSHIP_HEAD, office.scopes[0].jurisdiction_id, "EAST", frozenset({small.EAST})),))  # fmt: skip
    with town.read() as session:
        assert meetings(session, east, town.county(), clock.now) == []
        with pytest.raises(Refusal) as refused:
            meetings(session, east, town.county(), clock.now, number=number)
    assert refused.value.code == "errors_conduct.meeting_not_found"


@pytest.mark.parametrize(
    ("step", "given", "code"),
    [
        ("decide", {"words": "办", "owner": "WEST", "due_on": date(2027, 1, 1)}, "meeting_state"),
        ("hold", {"held_at": small.NOW + 99 * DAY, "attended": ["WEST"], "minutes": "无"}, "held_ahead"),
        ("adjourn", {}, "no_step"),
    ],
)
def test_a_step_at_the_wrong_time_is_refused(
    town: Record, office: Actor, clock, step: str, given: dict, code: str
) -> None:
    number = called(town, office, clock)
    with pytest.raises(Refusal) as refused:
        town.write(office, meeting_step, number=number, step_name=step, given=given)
    assert refused.value.code == f"errors_conduct.{code}"


def test_a_decision_is_not_due_before_it_was_made(town: Record, office: Actor, clock) -> None:
    number = called(town, office, clock)
    held(town, office, clock, number)
    with pytest.raises(Refusal) as refused:
        decided(town, office, clock, number, days=-1)
    assert refused.value.code == "errors_conduct.due_before"


def test_jindong_meets_regularly_without_an_interval(town: Record, office: Actor, clock) -> None:
    with town.read() as session:
        found = duty(session, town.county(), clock.now)
    assert (found.wanted, found.clause, found.due_at) == (None, "JD 二(四)10", None)


@pytest.mark.parametrize(
    ("on", "half"), [(date(2026, 6, 30), "2026-H1"), (date(2026, 7, 1), "2026-H2"), (date(2026, 12, 31), "2026-H2")]
)
def test_half_years(on: date, half: str) -> None:
    code, first, after = half_year(on)
    assert code == half
    assert first <= on < after


class TestLanxi:
    """A plan with one meeting each half-year: the clock runs from one to the next (LX 三(四)4)."""

    @pytest.fixture
    def place(self, database: str, clock):
        record = Record(database, clock=clock)
        two.build(record)
        yield record
        record.close()

    def office(self, place: Record) -> Actor:
        here = place.county(two.SECOND).jurisdiction_id
        known = small.actor(place, Role.COUNTY_OFFICE)
        return replace(known, scopes=(Scope(Role.COUNTY_OFFICE, here, "HILL"),))

    def test_the_duty_has_a_clock_that_reminds_and_the_next_meeting_stops_it(self, place: Record, clock) -> None:
        county, office = place.county(two.SECOND), self.office(place)
        with place.read() as session:
            found = duty(session, county, clock.now)
        assert (found.wanted, found.held, found.overdue) == (1, 0, False)
        assert found.due_at is not None
        assert found.due_at.date() == date(2026, 12, 31), "by the end of the half-year"

        def hold() -> str:
            given = {"title": "会商", "planned_at": clock.now + DAY, "members": ["HILL"]}
            row = place.write(office, call_meeting, county=county, given=given)
            clock.now += DAY
            told = {"held_at": clock.now, "attended": ["HILL"], "minutes": "会商"}
            place.write(office, meeting_step, county=county, number=row.number, step_name="hold", given=told)
            return str(row.number)

        first = hold()
        with place.read() as session:
            (running,) = session.scalars(select(Deadline).where(Deadline.kind == "joint_meeting"))
            found = duty(session, county, clock.now)
            late = duty(session, county, running.due_at + DAY)
        assert running.matter_number == first
        assert running.remind_at is not None, "somebody is reminded before it is over"
        assert (found.held, found.due_at, late.overdue) == (1, running.due_at, True)
        clock.now += 100 * DAY
        second = hold()
        with place.read() as session:
            rows = {row.matter_number: row.done_at for row in session.scalars(select(Deadline))}
            verbs = [step.verb for step in session.scalars(select(Event).where(Event.matter == "meeting").order_by(Event.sequence))]  # fmt: skip
        assert rows[first] is not None
        assert rows[second] is None
        assert verbs.count("hold") == 2
