"""Numbers: without gaps under many hands, blocks a team holds, numbers that are void, a number is used once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from data.authority import Actor
from data.casework.paper_numbers import reserve_block, return_block
from data.casework.papers import make_paper, open_paper
from data.db import Record
from data.models import Block, Case, Event, Paper
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small
from tests.data.papers.test_papers import on_the_spot

Actors = dict[str, Actor]


@pytest.fixture
def captain(town: Record, actors: Actors) -> Actor:
    return small.actor(town, Role.SQUADRON_HEAD, townships=frozenset({small.WEST}))


def test_eight_threads_leave_no_gap(town: Record, actors: Actors, decided: Case) -> None:
    def one(turn: int) -> int:
        paper = "interview_record" if turn % 3 else "fly"
        try:
            return town.write(actors["officer"], make_paper, number=decided.number, paper=paper).serial
        except Refusal:
            return 0

    with ThreadPoolExecutor(8) as hands:
        drawn = [serial for serial in hands.map(one, range(48)) if serial]
    assert sorted(drawn) == list(range(1, 33))


def test_each_series_counts_for_itself(town: Record, actors: Actors, decided: Case) -> None:
    def make(paper: str) -> str:
        return str(town.write(actors["officer"], make_paper, number=decided.number, paper=paper).number)

    assert [make(p) for p in ("interview_record", "inspection_record", "interview_record")] == [
        "询〔2026〕1号", "检〔2026〕1号", "询〔2026〕2号",
    ]  # fmt: skip


def test_a_team_holds_a_block_and_the_next_number_comes_after_it(town: Record, captain: Actor) -> None:
    block = town.write(captain, reserve_block, team="W1", count=50)
    assert (block.word, block.first, block.last, block.organ_code) == ("当罚", 1, 50, "WEST")
    with pytest.raises(Refusal) as refused:
        town.write(captain, reserve_block, team="W1", count=5)
    assert refused.value.code == "errors_papers.block_open"
    assert "1–50" in refused.value.sentence("zh")
    town.write(captain, return_block, block=block.id, used=[], reason="换发新本")
    assert town.write(captain, reserve_block, team="W1", count=5).first == 51
    with town.read() as session:
        event = session.scalars(select(Event).where(Event.verb == "reserve_block")).first()
        assert event is not None
        facts = json.loads(event.facts)
        assert (event.role, facts["first"], facts["last"]) == ("squadron_head", 1, 50)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"team": "W1", "count": 0}, "block_count"),
        ({"team": "W1", "count": 501}, "block_count"),
        ({"team": "NONE", "count": 5}, "team_not_found"),
        ({"team": "W1", "count": 5, "word": "飞"}, "series_unknown"),
        ({"team": "W1", "count": 5, "organ": "MOON"}, "organ_not_found"),
    ],
)
def test_a_wrong_reservation_is_told(town: Record, captain: Actor, told: dict, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        town.write(captain, reserve_block, **told)
    assert refused.value.code == f"errors_papers.{code}"
    assert refused.value.sentence("zh")
    assert refused.value.sentence("en")


def test_another_towns_captain_reserves_nothing_here(town: Record, actors: Actors) -> None:
    foreign = small.actor(town, Role.SQUADRON_HEAD, townships=frozenset({small.EAST}))
    for who in (foreign, actors["officer"]):
        with pytest.raises(Refusal) as refused:
            town.write(who, reserve_block, team="W1", count=5)
        assert refused.value.kind == "forbidden"


def test_a_decision_on_the_spot_takes_its_number_from_the_block(
    town: Record, actors: Actors, captain: Actor, home: Path
) -> None:
    block = town.write(captain, reserve_block, team="W1", count=3)
    case = on_the_spot(town, actors, home, "当罚〔2026〕2号")
    row = town.write(actors["officer"], make_paper, number=case.number, paper="decision_on_the_spot")
    assert (row.number, row.block_id) == ("当罚〔2026〕2号", block.id)
    with pytest.raises(Refusal) as refused:
        town.write(actors["officer"], make_paper, number=case.number, paper="decision_on_the_spot")
    assert refused.value.code == "errors_papers.decided_once"


def test_what_was_not_used_is_registered_void_with_its_reason(
    town: Record, actors: Actors, captain: Actor, home: Path
) -> None:
    block = town.write(captain, reserve_block, team="W1", count=4)
    case = on_the_spot(town, actors, home, "当罚〔2026〕2号")
    for used, reason, code in (
        ([2, 9], "年底", "block_foreign"),
        ([2, 3], "年底", "block_unseen"),
        ([2], "", "reason_missing"),
    ):
        with pytest.raises(Refusal) as refused:
            town.write(captain, return_block, block=block.id, used=used, reason=reason)
        assert refused.value.code == f"errors_papers.{code}"
    town.write(captain, return_block, block=block.id, used=[2], reason="年底交回，填写有误")
    with town.read() as session:
        void = session.scalars(select(Paper).where(Paper.sha256.is_(None)).order_by(Paper.serial)).all()
        assert [(row.number, row.void_reason) for row in void] == [
            (f"当罚〔2026〕{serial}号", "年底交回，填写有误") for serial in (1, 3, 4)
        ]
        assert session.get_one(Block, block.id).closed_at is not None
    with pytest.raises(Refusal) as refused:
        town.write(captain, return_block, block=block.id, used=[2], reason="再交")
    assert refused.value.code == "errors_papers.block_closed"
    # the decision that carries number 2 still gets its paper; a void number never does
    assert town.write(actors["officer"], make_paper, number=case.number, paper="decision_on_the_spot").serial == 2
    with pytest.raises(Refusal) as refused:
        town.write(actors["officer"], open_paper, paper=void[0].id)
    assert refused.value.kind == "not_found"
