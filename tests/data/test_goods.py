"""Goods that are held pass from keeper to keeper: each time a link of their chain, told without names, never two at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from data.authority import Actor
from data.casework.goods import hand_on_goods
from data.db import Record
from data.models import Case, Event, Goods
from data.queries.case_file import measures_of
from data.said import with_words
from policy.errors import Refusal
from tests.data import cases as c

LIST = [{"name": "三轮车", "quantity": "1辆", "place": "西镇院内", "keeper": "甲"}]


@pytest.fixture
def actors(town: Record) -> dict[str, Actor]:
    return c.cast(town)


@pytest.fixture
def held(town: Record, actors: dict[str, Actor], tmp_path: Path) -> Case:
    case = c.propose(town, tmp_path, actors)
    for part, verb, told in (
        ("officer", "submit_filing", {}),
        ("head", "approve_filing", {}),
        ("officer", "start_investigation", {}),
        ("officer", "preserve", {"goods": LIST, "head_approved": True}),
    ):
        case = c.step(town, actors[part], case, verb, **told)
    return case


def thing(town: Record) -> Goods:
    with town.read() as session:
        return session.scalars(select(Goods)).one()


def hand_on(town: Record, actor: Actor, case: Case, **more: Any) -> Goods:
    told = {"goods": thing(town).id, "receiver": "西镇仓库 周保管", "reason": "移入仓库"} | more
    return town.write(actor, hand_on_goods, number=case.number, **told)


def refused(town: Record, actor: Actor, case: Case, **more: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        hand_on(town, actor, case, **more)
    return refusal.value.code.split(".")[1]


def test_every_handing_on_is_a_link_of_the_chain(town: Record, actors: dict[str, Actor], held: Case) -> None:
    hand_on(town, actors["officer"], held, place="一号库")
    hand_on(town, actors["officer"], held, receiver="县物证中心", reason="送检")
    with town.read() as session:
        (measure,) = measures_of(session, session.get_one(Case, held.id))
    (one,) = measure.goods
    assert (one.keeper, one.place) == ("县物证中心", "一号库")
    assert [(m.giver, m.receiver) for m in one.moves] == [
        ("party", "甲"),
        ("甲", "西镇仓库 周保管"),
        ("西镇仓库 周保管", "县物证中心"),
    ]


def test_the_chain_tells_it_by_clause_and_without_names(town: Record, actors: dict[str, Actor], held: Case) -> None:
    hand_on(town, actors["officer"], held)
    with town.read() as session:
        event = session.scalars(select(Event).where(Event.verb == "move_goods")).one()
        told = json.loads(event.facts)
        (read,) = with_words(session, [told])
    assert event.clause == "PL 56"
    assert (read["thing"], read["quantity"], read["receiver"]) == ("三轮车", "1辆", "西镇仓库 周保管")
    assert "周保管" not in str(told)
    assert "三轮车" not in str(told)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"receiver": "甲"}, "goods_same"),
        ({"receiver": "  "}, "goods_word"),
        ({"reason": ""}, "goods_word"),
        ({"reason": "长" * 201}, "goods_word"),
        ({"goods": uuid4()}, "goods_not_found"),
    ],
)
def test_a_handing_on_that_says_nothing_is_refused(
    town: Record, actors: dict[str, Actor], held: Case, more: dict[str, Any], code: str
) -> None:
    assert refused(town, actors["officer"], held, **more) == code
    assert thing(town).keeper == "甲"


def test_what_went_back_to_the_party_has_no_further_keeper(town: Record, actors: dict[str, Actor], held: Case) -> None:
    c.step(town, actors["officer"], held, "handle_preserved", released=True, words="退还当事人")
    assert thing(town).keeper == "party"
    assert refused(town, actors["officer"], held) == "goods_released"


def test_who_may_not_touches_nothing(town: Record, actors: dict[str, Actor], held: Case) -> None:
    for part in ("finance", "reviewer", "head"):
        assert refused(town, actors[part], held) == "forbidden"
