"""Who learns of a card, in what words: the officer and who answers for him, with the step itself; nothing of it goes astray."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from data.authority import SYSTEM, Actor, Scope
from data.casework.cards import end_due_cards, give_card, withdraw_card
from data.casework.notices import PAST, acknowledge
from data.db import Record
from data.models import Account, Grant, Notice, Organ, Person
from data.queries.cards import cards
from data.queries.notices import calls_to_make, own_notices
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small
from tests.data.test_cards import DAY, told

Case = c.Case


def account(town: Record, name: str, role: Role, organ: str, township: str | None, person: str | None = None) -> Actor:
    """An account with one role, of a person of the staff where one is named."""
    place = town.county().jurisdiction_id
    areas = [township] if township else None

    def work(tx) -> tuple[UUID, UUID | None]:
        who = tx.session.scalars(select(Person.id).where(Person.code == person)).one() if person else None
        row = Account(username=name, display_name=name, person_id=who, password_hash="-", password_changed_at=small.NOW, demonstration=False)  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        tx.session.add(Grant(account_id=row.id, jurisdiction_id=place, role=role.value, organ_code=organ, township_codes=areas))  # fmt: skip
        return row.id, who

    key, behind = town.write(SYSTEM, work)
    return Actor(key, name, (Scope(role, place, organ, frozenset(areas) if areas else None),), person_id=behind)


@pytest.fixture
def office(town: Record) -> Actor:
    return small.actor(town, Role.COUNTY_OFFICE)


@pytest.fixture
def case(town: Record, tmp_path: Path) -> Case:
    c.with_basis(town)
    return c.propose(town, tmp_path, c.cast(town))


@pytest.fixture
def officer(town: Record, case: Case) -> Actor:
    return account(town, "officer-01", Role.OFFICER, "WEST", small.WEST, "01")


@pytest.fixture
def head(town: Record, case: Case) -> Actor:
    return account(town, "head-west", Role.TOWNSHIP_HEAD, "WEST", small.WEST)


@pytest.fixture
def read(town: Record, clock) -> Callable[..., list[str]]:
    """What stands under somebody's bell an hour later."""

    def words(who: Actor, lang: str = "zh") -> list[str]:
        with town.read() as session:
            return [row.words for row in own_notices(session, who, town.county(), clock.now + timedelta(hours=1), lang)]

    return words


def test_the_officer_and_the_head_read_what_it_is_and_what_may_be_said(town, office, officer, head, case, read) -> None:
    card = town.write(office, give_card, given=told(case))
    (said,) = read(officer)
    assert read(head) == [said]
    for words in ("甲01", "区综合行政执法局", case.number, "橙牌暂扣", card.number, "未出示证件即开展检查。", "金东区方案", "二（五）15",
                  "不派任务，也不列为案件承办人", "本人陈述：情况属实", "如有异议，请向区综合行政执法局书面说明理由"):  # fmt: skip
        assert words in said, (words, said)
    (english,) = read(officer, "en")
    for words in (
        "Orange card: suspended",
        "no task is assigned",
        "The officer said when heard",
        "Whoever objects writes to",
    ):
        assert words in english, (words, english)


@pytest.mark.parametrize(
    ("card", "zh"), [("red", "没有截止日期"), ("yellow", "此牌为警告，不影响派单"), ("orange", "即日起至2")]
)
def test_what_the_card_means_is_said_of_each(town, office, officer, case, read, card: str, zh: str) -> None:
    town.write(office, give_card, given=told(case, card))
    assert zh in read(officer)[0]


def test_others_read_nothing_and_nobody_is_called_by_telephone(town, office, officer, case, read) -> None:
    east = account(town, "head-east", Role.TOWNSHIP_HEAD, "EAST", small.EAST)
    bureau = account(town, "bureau", Role.DEPARTMENT, "BUREAU", None)
    other = account(town, "officer-02", Role.OFFICER, "WEST", small.WEST, "02")
    town.write(office, give_card, given=told(case))
    assert [read(who) for who in (east, bureau, other)] == [[], [], []]
    with town.read() as session:
        found = calls_to_make(session, small.actor(town, Role.DISPATCHER), town.county(), small.NOW + DAY)
    assert found == []


def test_a_department_hears_of_its_own_officer_and_both_townships_do(town, office, officer, head, case, read) -> None:
    """He is of the bureau now: the township of the matter and the bureau are told."""

    def moved(tx) -> None:
        bureau = tx.session.scalars(select(Organ.id).where(Organ.code == "BUREAU")).one()
        tx.session.scalars(select(Person).where(Person.code == "01")).one().organ_id = bureau

    town.write(SYSTEM, moved)
    bureau = account(town, "bureau", Role.DEPARTMENT, "BUREAU", None)
    market = account(town, "market", Role.DEPARTMENT, "MARKET", None)
    town.write(office, give_card, given=told(case))
    assert len(read(bureau)) == len(read(head)) == 1
    assert read(market) == []


def test_who_has_no_account_is_told_in_person_by_the_head(town, office, head, case, read) -> None:
    def left(tx) -> None:
        person = tx.session.scalars(select(Person.id).where(Person.code == "01")).one()
        for row in tx.session.scalars(select(Account).where(Account.person_id == person)):
            row.disabled_at = small.NOW

    town.write(SYSTEM, left)
    town.write(office, give_card, given=told(case))
    assert "甲01在系统中没有账号，请当面告知" in read(head)[0]


def test_withdrawn_the_news_takes_the_place_of_what_was_not_read(
    town, office, officer, head, case, read, clock
) -> None:
    card = town.write(office, give_card, given=told(case))
    clock.now += DAY
    town.write(office, withdraw_card, number=card.number, given={"reason": "经复核事实不清"})
    (said,) = read(officer)
    assert "已撤销。撤销理由：经复核事实不清。" in said
    assert "此牌不再妨碍派单" in said
    assert read(head) == [said]


def test_another_card_that_goes_on_barring_is_said(town, office, officer, case, read, clock) -> None:
    first = town.write(office, give_card, given=told(case))
    clock.now += DAY
    town.write(office, give_card, given=told(case, until=small.NOW + 60 * DAY))
    clock.now += DAY
    town.write(office, withdraw_card, number=first.number, given={"reason": "改正"})
    assert any("另有牌仍在生效" in said for said in read(officer))


def test_over_at_its_end_it_is_told_once(town, office, officer, case, read, clock) -> None:
    town.write(office, give_card, given=told(case))
    clock.now = small.NOW + 31 * DAY
    town.write(SYSTEM, end_due_cards)
    town.write(SYSTEM, end_due_cards)
    (said,) = read(officer)
    assert "已到期" in said
    assert "此牌不再妨碍派单" in said


def test_a_notice_of_a_card_stands_until_it_is_acknowledged(town, office, officer, case, read, clock) -> None:
    town.write(office, give_card, given=told(case))
    clock.now += 20 * DAY
    assert len(read(officer)) == 1
    with town.read() as session:
        key = own_notices(session, officer, town.county(), clock.now)[0].key
    town.write(officer, acknowledge, key=str(key))
    assert read(officer) == []


def test_who_has_two_accounts_reads_it_in_both_and_acknowledges_it_once(
    town, office, officer, case, read, clock
) -> None:
    second = account(town, "officer-01-too", Role.OFFICER, "WEST", small.WEST, "01")
    town.write(office, give_card, given=told(case))
    (said,) = read(officer)
    assert read(second) == [said]
    with town.read() as session:
        (one,) = own_notices(session, second, town.county(), clock.now + timedelta(hours=1))
    town.write(second, acknowledge, key=str(one.key))
    assert read(officer) == read(second) == []


def test_nobody_else_reads_it_nor_says_that_it_was_read(town, office, officer, case, read) -> None:
    other = account(town, "officer-02", Role.OFFICER, "WEST", small.WEST, "02")
    nobody = account(town, "without-a-person", Role.OFFICER, "WEST", small.WEST)
    town.write(office, give_card, given=told(case))
    with town.read() as session:
        key = session.scalars(select(Notice.id).where(Notice.account_id == officer.account_id)).one()
    for who in (other, nobody):
        assert read(who) == []
        with pytest.raises(Refusal) as refused:
            town.write(who, acknowledge, key=str(key))
        assert refused.value.kind == "not_found"


def test_what_was_told_to_a_disabled_account_is_not_read_in_the_next_one(town, office, officer, case, read) -> None:
    head = account(town, "head-west", Role.TOWNSHIP_HEAD, "WEST", small.WEST, "02")
    town.write(office, give_card, given=told(case))
    assert len(read(head)) == 1
    elsewhere = account(town, "officer-02", Role.OFFICER, "EAST", small.EAST, "02")

    def disabled(tx) -> None:
        tx.session.get_one(Account, head.account_id).disabled_at = small.NOW

    town.write(SYSTEM, disabled)
    assert read(elsewhere) == []


def test_a_card_that_is_refused_tells_nobody_and_a_past_one_neither(town, office, officer, case, read) -> None:
    with pytest.raises(Refusal):
        town.write(office, give_card, given=told(case, heard_at=small.NOW + DAY))

    def long_ago(tx) -> None:
        tx.session.info[PAST] = True
        give_card(tx, given=told(case))

    town.write(office, long_ago)
    with town.read() as session:
        assert list(session.scalars(select(Notice).where(Notice.matter_kind == "card"))) == []


def test_a_head_sees_the_card_of_an_own_officer_in_a_matter_elsewhere(town, office, head, case) -> None:
    card = town.write(office, give_card, given=told(case))

    def elsewhere(tx) -> None:
        from data.models import ConductCard

        tx.session.scalars(select(ConductCard)).one().township_code = small.EAST

    town.write(SYSTEM, elsewhere)
    east = replace(head, scopes=(replace(head.scopes[0], organ="EAST", townships=frozenset({small.EAST})),))
    market = replace(head, scopes=(Scope(Role.DEPARTMENT, head.scopes[0].jurisdiction_id, "MARKET"),))
    with town.read() as session:
        seen = {who: [row.number for row in cards(session, one, town.county(), small.NOW)] for who, one in (("head", head), ("east", east), ("market", market))}  # fmt: skip
    assert seen == {"head": [card.number], "east": [card.number], "market": []}
