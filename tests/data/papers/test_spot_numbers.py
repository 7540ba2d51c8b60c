"""A decision on the spot carries a number of its team's block, once; with none told the last free one of the block, else the next of the series."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from data.authority import Actor
from data.casework.cases import decide_on_spot
from data.casework.paper_numbers import reserve_block, return_block
from data.casework.papers import make_paper
from data.db import Record
from data.models import Block, Case, Event, Paper
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small
from tests.data.papers.test_papers import on_the_spot

pytestmark = pytest.mark.anywhere

Actors = dict[str, Actor]
Decide = Callable[..., Case]


@pytest.fixture
def captain(town: Record, actors: Actors) -> Actor:
    return small.actor(town, Role.SQUADRON_HEAD, townships=frozenset({small.WEST, small.EAST}))


@pytest.fixture
def decide(town: Record, actors: Actors, home: Path) -> Decide:
    """Decides on the spot, each time against somebody else; `number` is what stands on the paper."""
    made = iter(range(10, 200))

    def work(number: str | None = None) -> Case:
        return on_the_spot(town, actors, home, number, next(made))

    return work


def refused_with(code: str, work: Callable[[], object], *words: str) -> None:
    """Refused with this code; each of the words stands in the Chinese sentence, and there is an English one with the clause."""
    with pytest.raises(Refusal) as refused:
        work()
    assert refused.value.code == f"errors_papers.{code}"
    for word in words:
        assert word in refused.value.sentence("zh")
    assert refused.value.sentence("en") != refused.value.sentence("zh")


def cases_of(town: Record) -> list[str | None]:
    with town.read() as session:
        return list(session.scalars(select(Case.decision_number).order_by(Case.number)))


# -- what was told ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        ("当罚〔2026〕4号", "block_outside", ("4号", "1–3", "W1队")),
        ("当罚〔2025〕1号", "block_none", ("当罚〔2025〕1号", "W1队")),
        ("当罚2026-1", "number_form", ("当罚2026-1",)),
        ("罚决〔2026〕1号", "number_form", ("罚决",)),
    ],
)
def test_a_number_the_team_does_not_hold_is_refused_with_what_it_holds(
    town: Record, captain: Actor, decide: Decide, number: str, code: str, words: tuple[str, ...]
) -> None:
    town.write(captain, reserve_block, team="W1", count=3)
    refused_with(code, lambda: decide(number), *words)
    assert cases_of(town) == []  # nothing of the refused step stays


def test_a_number_without_any_block_is_refused_and_says_what_to_do(town: Record, decide: Decide) -> None:
    refused_with("block_none", lambda: decide("当罚〔2026〕1号"), "W1队", "不填编号")


def test_the_block_of_another_team_does_not_help(town: Record, captain: Actor, decide: Decide) -> None:
    town.write(captain, reserve_block, team="W1", count=3)
    town.write(captain, reserve_block, team="E1", count=3, organ="WEST")
    refused_with("block_outside", lambda: decide("当罚〔2026〕5号"), "1–3")


def test_a_block_taken_for_another_organ_does_not_help(town: Record, captain: Actor, decide: Decide) -> None:
    town.write(captain, reserve_block, team="W1", count=3, organ="EAST")
    refused_with("block_other_organ", lambda: decide("当罚〔2026〕2号"), "东镇", "西镇")


def test_a_number_is_used_once(town: Record, captain: Actor, decide: Decide) -> None:
    town.write(captain, reserve_block, team="W1", count=3)
    decide("当罚〔2026〕2号")
    refused_with("block_twice", lambda: decide("当罚〔2026〕2号"), "2号")
    assert cases_of(town) == ["当罚〔2026〕2号"]


def test_a_number_of_a_returned_block_is_void(town: Record, captain: Actor, decide: Decide) -> None:
    block = town.write(captain, reserve_block, team="W1", count=3)
    decide("当罚〔2026〕2号")
    town.write(captain, return_block, block=block.id, used=[2], reason="年底交回")
    refused_with("block_returned", lambda: decide("当罚〔2026〕3号"), "1–3", "作废")
    refused_with("block_twice", lambda: decide("当罚〔2026〕2号"), "2号")


def test_what_was_handed_over_without_a_network_is_taken_in_later(town: Record, captain: Actor, decide: Decide) -> None:
    town.write(captain, reserve_block, team="W1", count=5)
    assert [decide(f"当罚〔2026〕{n}号").decision_number for n in (4, 1)] == ["当罚〔2026〕4号", "当罚〔2026〕1号"]
    with town.read() as session:
        facts = json.loads(session.scalars(select(Event.facts).where(Event.verb == "decide_on_spot")).first() or "{}")
        block = session.scalars(select(Block.id)).one()
    assert (facts["decision"], facts["document"], facts["block"]) == ("当罚〔2026〕4号", "当罚〔2026〕4号", str(block))


def test_the_rules_of_a_small_penalty_are_told_before_its_number(
    town: Record, actors: Actors, home: Path, captain: Actor
) -> None:
    decision = {
        "penalties": ["fine"], "fine": "201", "grade": "ordinary", "grade_reason": "多次", "words": "愿意改正",
        "facts_clear": True, "suspected_crime": False, "document": "当罚〔2026〕9号", "receipt": True,
    }  # fmt: skip
    told = {"item": "A1", "summary": "占道摆摊", "party": c.CITIZEN, "officers": ["01", "02"]}
    with pytest.raises(Refusal) as refused:
        town.write(
            actors["officer"], decide_on_spot, **told, decision=decision, lead=c.lead_with_evidence(town, home, actors)
        )
    assert "reasons_case.simple_limit" in {reason.code for reason in refused.value.reasons}


# -- what was not told ------------------------------------------------------------------------------------------------


def test_with_no_number_told_the_last_free_one_is_taken_so_that_the_front_of_the_book_stays_with_who_is_out(
    town: Record, captain: Actor, decide: Decide
) -> None:
    town.write(captain, reserve_block, team="W1", count=3)
    decide("当罚〔2026〕2号")
    assert [decide().decision_number for _ in range(3)] == ["当罚〔2026〕3号", "当罚〔2026〕1号", "当罚〔2026〕4号"]
    # the block was used up: the fourth is the next of the series


def test_without_a_block_the_next_of_the_series_is_drawn_and_the_paper_carries_it(
    town: Record, actors: Actors, decide: Decide
) -> None:
    cases = [decide(), decide()]
    assert [case.decision_number for case in cases] == ["当罚〔2026〕1号", "当罚〔2026〕2号"]
    paper = town.write(actors["officer"], make_paper, number=cases[1].number, paper="decision_on_the_spot")
    assert (paper.number, paper.block_id) == ("当罚〔2026〕2号", None)


def test_a_step_that_is_refused_draws_no_number(town: Record, actors: Actors, decide: Decide, home: Path) -> None:
    told = {"item": "A1", "summary": "占道摆摊", "party": c.CITIZEN, "officers": ["01"]}  # one officer alone
    decision = {"penalties": ["warning"], "words": "无", "facts_clear": True, "suspected_crime": False, "receipt": True}
    with pytest.raises(Refusal):
        town.write(
            actors["officer"], decide_on_spot, **told, decision=decision, lead=c.lead_with_evidence(town, home, actors)
        )
    assert decide().decision_number == "当罚〔2026〕1号"


def test_many_hands_take_each_number_once(town: Record, captain: Actor, decide: Decide) -> None:
    town.write(captain, reserve_block, team="W1", count=4)
    with ThreadPoolExecutor(6) as hands:
        found = list(hands.map(lambda _: decide().decision_number, range(8)))
    assert sorted(found) == [f"当罚〔2026〕{n}号" for n in range(1, 9)]
    with town.read() as session:
        assert session.scalars(select(Paper.id)).all() == []


def test_a_block_of_last_year_serves_only_what_was_handed_over_then(
    town: Record, captain: Actor, actors: Actors, decide: Decide, home: Path
) -> None:
    town.write(captain, reserve_block, team="W1", count=3)
    new_year = datetime(2027, 1, 4, 2, tzinfo=UTC)
    decision = {"penalties": ["warning"], "words": "无", "facts_clear": True, "suspected_crime": False, "receipt": True}
    told = {"item": "A1", "summary": "占道摆摊", "party": c.CITIZEN, "officers": ["01", "02"]}

    def after(number: str | None) -> str | None:
        lead = c.lead_with_evidence(town, home, actors)
        more = decision | ({"document": number} if number else {})
        return town.write(
            actors["officer"], decide_on_spot, **told, decision=more, lead=lead, now=new_year
        ).decision_number

    assert [after(None), after("当罚〔2026〕1号")] == ["当罚〔2027〕1号", "当罚〔2026〕1号"]
