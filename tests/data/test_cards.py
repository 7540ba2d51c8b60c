"""Cards on the record: given to who acted, blocking wherever people are sent or named, withdrawn, over at their end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from data.authority import SYSTEM, Scope
from data.casework.cards import end_due_cards, give_card, withdraw_card
from data.casework.complaints import complaint_step, take_complaint
from data.db import Record
from data.models import Case, Certificate, Complaint, ConductCard, Event, Person
from data.queries.cards import cards
from data.queries.events import EventFilter, search_events
from data.queries.force import officers_named, suspended, team_facts
from policy.eligibility import TaskFacts, may_take, rules_of
from policy.errors import Refusal
from policy.vocabulary import Role, TaskKind
from tests.data import cases as c
from tests.data import small

DAY = timedelta(days=1)


@pytest.fixture
def office(town: Record):
    return small.actor(town, Role.COUNTY_OFFICE)


@pytest.fixture
def case(town: Record, tmp_path: Path) -> Case:
    c.with_basis(town)
    return c.propose(town, tmp_path, c.cast(town))


def told(case: Case, card: str = "orange", person: str = "01", **more) -> dict:
    given = {
        "card": card,
        "person": person,
        "matter": case.number,
        "conduct": "未出示证件即开展检查",
        "heard_at": small.NOW - DAY,
        "statement": "情况属实",
    }
    return given | ({"until": small.NOW + 30 * DAY} if card == "orange" else {}) | more


def held(town: Record, code: str = "01", at=small.NOW) -> bool:
    with town.read() as session:
        person = session.scalars(select(Person.id).where(Person.code == code)).one()
        return suspended(session.scalars(select(Certificate).where(Certificate.person_id == person)).one(), at)


def reasons(town: Record, at=small.NOW) -> list[str]:
    """Why the western team may not inspect, in the words of the recommendation."""
    task = TaskFacts(TaskKind.INSPECT, township_code=small.WEST, domain="city")
    with town.read() as session:
        (team,) = team_facts(session, town.county(), at, codes=("W1",))
    return [
        reason.sentence("zh")
        for reason in may_take(team, task, at, rules_of(town.county().profile, at.date())).obstacles
    ]


def test_the_conduct_and_what_the_officer_said_of_it_are_sealed_wherever_they_lie(town, office, case: Case) -> None:
    card = town.write(office, give_card, given=told(case, conduct="推搡当事人", statement="当时着急"))
    town.write(office, withdraw_card, number=card.number, given={"reason": "申诉成立"})
    with town.read() as session:
        for table in ("conduct_card", "notice", "said", "event"):
            stored = str(session.execute(text(f"select * from {table}")).all())
            spelled = [one for words in ("推搡", "当时着急", "申诉成立") for one in (words, json.dumps(words)[1:-1])]
            assert not [words for words in spelled if words in stored.replace("\\\\", "\\")], table
        (row,) = cards(session, office, town.county(), small.NOW)
    assert (row.conduct, row.statement, row.end_reason) == ("推搡当事人", "当时着急", "申诉成立")


def test_an_orange_card_blocks_sending_and_handling_in_the_same_words(town: Record, office, case: Case) -> None:
    assert reasons(town) == []
    card = town.write(office, give_card, given=told(case))
    assert (card.kind, card.township_code, card.clause) == ("orange", small.WEST, "JD 二(五)15")
    said = reasons(town)
    assert any("甲01的执法证被暂扣或注销" in sentence for sentence in said), said
    with town.read() as session:
        person = session.scalars(select(Person.id).where(Person.code == "01")).one()
        (officer,) = officers_named(session, [str(person)], small.NOW)
    assert officer.suspended, "named for a case too"


def test_a_case_is_not_given_to_who_holds_an_orange_card(town: Record, office, case: Case, tmp_path: Path) -> None:
    town.write(office, give_card, given=told(case))
    with pytest.raises(Refusal) as refused:
        c.propose(town, tmp_path, c.cast(town), shade=2)
    assert "暂扣或注销" in refused.value.sentence("zh")


def test_a_yellow_card_warns_and_blocks_nothing(town: Record, office, case: Case) -> None:
    town.write(office, give_card, given=told(case, "yellow"))
    assert not held(town)
    assert reasons(town) == []


def test_a_red_card_has_no_end(town: Record, office, case: Case) -> None:
    card = town.write(office, give_card, given=told(case, "red"))
    assert card.ends_at is None
    assert held(town, at=small.NOW + 300 * DAY)


def test_withdrawn_it_is_free_again_unless_another_card_holds(town: Record, office, case: Case, clock) -> None:
    first = town.write(office, give_card, given=told(case))
    clock.now += DAY
    second = town.write(office, give_card, given=told(case, until=small.NOW + 60 * DAY))
    clock.now += DAY
    town.write(office, withdraw_card, number=first.number, given={"reason": "经复核事实不清"})
    assert held(town, at=clock.now + timedelta(hours=1)), "the second one still holds"
    clock.now += DAY
    row = town.write(office, withdraw_card, number=second.number, given={"reason": "复核改正"})
    assert not held(town, at=clock.now + timedelta(hours=1))
    assert row.end_reason == "复核改正"
    with pytest.raises(Refusal) as refused:
        town.write(office, withdraw_card, number=second.number, given={"reason": "再撤"})
    assert refused.value.code == "errors_conduct.card_over"


def test_at_its_end_it_is_over_once_and_says_so_in_the_chain(town: Record, office, case: Case, clock) -> None:
    card = town.write(office, give_card, given=told(case))
    assert town.write(SYSTEM, end_due_cards) == []
    clock.now = small.NOW + 31 * DAY
    assert town.write(SYSTEM, end_due_cards) == [card.number]
    assert town.write(SYSTEM, end_due_cards) == []
    assert not held(town, at=clock.now)
    with town.read() as session:
        steps = session.scalars(select(Event).where(Event.matter == "card").order_by(Event.sequence)).all()
    assert [(step.verb, step.role, step.to_state) for step in steps] == [
        ("give", "county_office", "in_force"),
        ("end", "system", "over"),
    ]
    assert "情况属实" not in steps[0].facts, "what was said stands beside the chain"


def test_a_suspension_that_no_card_began_stays_when_the_card_goes(town: Record, office, case: Case, clock) -> None:
    def suspend(tx) -> None:
        row = tx.session.scalars(select(Certificate).where(Certificate.number == "ZJ01")).one()
        row.suspended_from, row.suspended_to = small.NOW - DAY, small.NOW + 90 * DAY

    town.write(SYSTEM, suspend)
    card = town.write(office, give_card, given=told(case))
    clock.now += DAY
    town.write(office, withdraw_card, number=card.number, given={"reason": "改正"})
    assert held(town, at=small.NOW + 80 * DAY)


def test_a_new_certificate_is_held_by_the_card_in_force_too(town: Record, office, case: Case) -> None:
    town.write(office, give_card, given=told(case, "red"))

    def renewed(tx) -> None:
        old = tx.session.scalars(select(Certificate).where(Certificate.number == "ZJ01")).one()
        dates = {"valid_from": small.NOW, "valid_to": small.NOW + 900 * DAY}
        tx.session.add(
            Certificate(jurisdiction_id=old.jurisdiction_id, person_id=old.person_id, number="NEW", fields=[], **dates)
        )

    town.write(SYSTEM, renewed)
    assert town.write(SYSTEM, end_due_cards) == []
    assert any("甲01的执法证被暂扣或注销" in sentence for sentence in reasons(town))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"person": "03"}, "甲03没有经办"),
        ({"heard_at": small.NOW + DAY}, "听取陈述的时间还没有到"),
        ({"until": None}, "须写明至何时止"),
    ],
)
def test_what_stands_in_the_way_is_said(town: Record, office, case: Case, changed: dict, words: str) -> None:
    given = {name: value for name, value in (told(case) | changed).items() if value is not None}
    with pytest.raises(Refusal) as refused:
        town.write(office, give_card, given=given)
    assert refused.value.code == "errors_conduct.card_refused"
    assert words in refused.value.sentence("zh")
    with town.read() as session:
        assert session.scalars(select(ConductCard)).all() == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"statement": " "}, "errors_case.missing"),
        ({"person": "99"}, "errors_conduct.no_person"),
        ({"matter": "JD-C-20000101-0001"}, "errors_conduct.no_matter"),
        ({"complaint": "JD-O-20000101-0001"}, "errors_conduct.not_founded"),
        ({"card": "blue"}, "errors_case.not_in_list"),
    ],
)
def test_a_wrong_input_is_named(town: Record, office, case: Case, changed: dict, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        town.write(office, give_card, given=told(case) | changed)
    assert refused.value.code == code


def test_nobody_gives_a_card_to_himself(town: Record, office, case: Case) -> None:
    with town.read() as session:
        me: UUID = session.scalars(select(Person.id).where(Person.code == "01")).one()
    with pytest.raises(Refusal) as refused:
        town.write(replace(office, person_id=me), give_card, given=told(case))
    assert "不能给自己牌" in refused.value.sentence("zh")


def test_a_card_follows_from_a_founded_complaint_alone(town: Record, office, case: Case) -> None:
    taken = town.write(
        office, take_complaint, given={"channel": "letter", "words": "未出示证件", "about_organ": "WEST"}
    )
    with pytest.raises(Refusal):
        town.write(office, give_card, given=told(case, "yellow", complaint=taken.number))
    answer = {"answer": "经查属实，已批评教育", "founded": True}
    town.write(office, complaint_step, number=taken.number, step_name="answer", given=answer)
    card = town.write(office, give_card, given=told(case, "yellow", complaint=taken.number))
    with town.read() as session:
        assert session.scalars(select(Complaint.card_number)).one() == card.number


def test_who_sees_which_cards(town: Record, office, case: Case) -> None:
    town.write(office, give_card, given=told(case, "yellow"))
    county, place = town.county(), town.county().jurisdiction_id
    with town.read() as session:
        own = session.scalars(select(Person.id).where(Person.code == "01")).one()
        other = session.scalars(select(Person.id).where(Person.code == "02")).one()

    def seen(
        role: Role, organ: str | None = None, towns: frozenset[str] | None = None, person: UUID | None = None
    ) -> int:
        actor = replace(office, scopes=(Scope(role, place, organ, towns),), person_id=person)
        with town.read() as session:
            return len(cards(session, actor, county, small.NOW))

    assert seen(Role.SUPERVISOR) == 1
    assert seen(Role.TOWNSHIP_HEAD, "WEST", frozenset({small.WEST})) == 1
    assert seen(Role.TOWNSHIP_HEAD, "EAST", frozenset({small.EAST})) == 0
    assert seen(Role.DEPARTMENT, "WEST") == 1, "their own people"
    assert seen(Role.DEPARTMENT, "MARKET") == 0
    assert (seen(Role.SQUADRON_HEAD, "WEST"), seen(Role.SQUADRON_HEAD, "MARKET")) == (1, 0), "a squad of the county's"
    assert (seen(Role.OFFICER, "WEST", person=own), seen(Role.OFFICER, "WEST", person=other)) == (1, 0)


def test_cards_in_force_are_found_however_many_were_withdrawn_since(town: Record, office, case: Case, clock) -> None:
    first = town.write(office, give_card, given=told(case, "yellow"))
    for _ in range(2):
        clock.now += timedelta(hours=1)
        card = town.write(office, give_card, given=told(case, "yellow"))
        town.write(office, withdraw_card, number=card.number, given={"reason": "申诉成立"})

    def listed(**which) -> list[str]:
        with town.read() as session:
            return [row.number for row in cards(session, office, town.county(), clock.now, **which)]

    assert listed(only="in_force", limit=1) == listed(limit=1) == [first.number]
    assert len(listed(only="withdrawn")) == 2
    clock.now += timedelta(days=4_000)
    assert [*listed(only="over"), *listed(only="in_force")] == [first.number], "each stands at one of them"


def test_who_looks_after_another_town_learns_nothing_of_a_matter_or_card_here(town: Record, office, case: Case) -> None:
    card = town.write(office, give_card, given=told(case, "yellow"))
    east = small.actor(town, Role.SUPERVISOR, townships=frozenset({small.EAST}))

    def answer(verb, **facts) -> str:
        with pytest.raises(Refusal) as refused:
            town.write(east, verb, **facts)
        return refused.value.code, refused.value.sentence("zh")

    here, nowhere = (answer(give_card, given=told(case, "yellow", matter=one)) for one in (case.number, "JD-A-0"))
    assert here == (nowhere[0], nowhere[1].replace("JD-A-0", case.number))
    why = {"reason": "申诉成立"}
    here, nowhere = (answer(withdraw_card, number=one, given=why) for one in (card.number, "JD-K-0"))
    assert here == (nowhere[0], nowhere[1].replace("JD-K-0", card.number))


def test_the_chain_tells_of_a_card_only_who_may_read_it(town: Record, office, case: Case) -> None:
    town.write(office, give_card, given=told(case, "yellow"))
    county = town.county()

    def seen(role: Role, organ: str) -> int:
        actor = replace(office, scopes=(Scope(role, county.jurisdiction_id, organ),), person_id=None)
        with town.read() as session:
            found = search_events(session, actor, county, small.NOW, EventFilter(step="give"))
        return len([one for one in found if one.matter == "card"])

    assert (seen(Role.SUPERVISOR, "BUREAU"), seen(Role.DISPATCHER, "CENTRE"), seen(Role.LEGAL_REVIEWER, "WEST")) == (1, 0, 0)  # fmt: skip


@pytest.mark.parametrize(
    "role", [Role.TOWNSHIP_HEAD, Role.DISPATCHER, Role.DEPARTMENT, Role.ADMIN, Role.LEGAL_REVIEWER]
)
def test_only_the_countys_supervision_gives_cards(town: Record, case: Case, role: Role) -> None:
    with pytest.raises(Refusal) as refused:
        town.write(small.actor(town, role), give_card, given=told(case))
    assert refused.value.code == "errors_access.forbidden"
