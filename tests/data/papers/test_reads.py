"""What is read of documents: by whom, in which state, what could be made; the whole file taken and told; blocks in sight."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from data.authority import Actor
from data.casework.paper_numbers import reserve_block
from data.casework.papers import make_paper, replace_paper
from data.casework.volumes import take_volume
from data.db import Record
from data.models import Case, Event
from data.queries.paper_blocks import list_blocks, team_choices
from data.queries.papers import choices, get_paper, shelf
from data.said import with_words
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small
from tests.data.papers.test_papers import on_the_spot

Actors = dict[str, Actor]


def ask(town: Record, query, actor: Actor, **facts):
    with town.read() as session:
        return query(session, actor, town.county(), **facts)


def make(town: Record, actor: Actor, case: Case, paper: str, **told: str):
    return town.write(actor, make_paper, number=case.number, paper=paper, told=told)


def test_a_shelf_says_the_state_of_each_document_in_the_order_of_a_bound_file(
    town: Record, actors: Actors, decided: Case
) -> None:
    minutes = make(town, actors["officer"], decided, "interview_record")
    make(town, actors["officer"], decided, "decision")
    better = town.write(actors["officer"], replace_paper, paper=minutes.id, reason="笔误")
    found = ask(town, shelf, actors["officer"], number=decided.number, now=small.NOW)
    assert [(row.name, row.state) for row in found.papers] == [
        ("行政处罚决定书", "standing"), ("询问笔录", "replaced"), ("询问笔录", "standing"),
    ]  # fmt: skip
    assert (found.papers[1].replaced_by, found.papers[2].replaces) == (better.number, minutes.number)
    assert (found.may_make, found.may_read, found.asks_reason) == (True, True, False)
    read = ask(town, shelf, actors["dispatcher"], number=decided.number, now=small.NOW)
    assert (read.may_make, read.may_read, read.asks_reason) == (False, False, True)
    assert ask(town, get_paper, actors["officer"], key=minutes.id, lang="en").name == "record of interview"


def test_another_township_finds_neither_shelf_nor_document(town: Record, actors: Actors, decided: Case) -> None:
    row = make(town, actors["officer"], decided, "interview_record")
    east = small.actor(town, Role.OFFICER, townships=frozenset({small.EAST}))
    for query, facts in (
        (shelf, {"number": decided.number, "now": small.NOW}),
        (choices, {"number": decided.number, "now": small.NOW}),
        (get_paper, {"key": row.id}),
    ):
        with pytest.raises(Refusal) as refused:
            ask(town, query, east, **facts)
        assert refused.value.kind == "not_found"


def test_a_case_decided_on_the_spot_has_the_paper_of_its_own_procedure(
    town: Record, actors: Actors, home: Path
) -> None:
    captain = small.actor(town, Role.SQUADRON_HEAD, townships=frozenset({small.WEST}))
    town.write(captain, reserve_block, team="W1", count=3)
    spot = on_the_spot(town, actors, home)
    found = {one.kind: one for one in ask(town, choices, actors["officer"], number=spot.number, now=small.NOW)}
    assert found["decision_on_the_spot"].open
    for kind, code in (("decision", "other_procedure"), ("not_punished", "other_decision")):
        stands = found[kind].obstacle
        assert stands is not None
        assert stands.code == f"errors_papers.{code}"
        assert stands.sentence("zh")
        assert stands.sentence("en")
        with pytest.raises(Refusal) as refused:
            make(town, actors["officer"], spot, kind)
        assert refused.value.code == stands.code
    (block,) = ask(town, list_blocks, captain, now=small.NOW)
    assert (block.used, block.left, block.printed_last) == ((3,), 2, "当罚〔2026〕3号")
    assert "W1" in [one.code for one in ask(town, team_choices, captain, now=small.NOW)]
    assert ask(town, team_choices, actors["officer"], now=small.NOW) == []


def test_the_whole_file_is_told_once_it_was_given_and_never_before(town: Record, actors: Actors, decided: Case) -> None:
    make(town, actors["officer"], decided, "decision")
    place = town.county()
    for who, reason, code in (
        ("reviewer", " ", "errors_papers.reason_missing"),
        ("dispatcher", "看", "errors_access.forbidden"),
    ):
        with pytest.raises(Refusal) as refused:
            take_volume(town, actors[who], place, number=decided.number, reason=reason)
        assert refused.value.code == code
    taken = take_volume(town, actors["reviewer"], place, number=decided.number, reason="法制审核")
    assert taken.content.startswith(b"%PDF")
    with town.read() as session:
        (event,) = session.scalars(select(Event).where(Event.verb == "take_volume"))
        (facts,) = with_words(session, [json.loads(event.facts)])
    assert (event.role, facts["reason"], facts["sha256"], facts["papers"]) == (
        "legal_reviewer",
        "法制审核",
        taken.sha256,
        1,
    )


def test_a_lead_has_no_bound_file(town: Record, actors: Actors, home: Path) -> None:
    number = c.lead_with_evidence(town, home, actors)
    with pytest.raises(Refusal) as refused:
        take_volume(town, actors["officer"], town.county(), number=number, reason="看")
    assert refused.value.code == "errors_papers.no_volume"
