"""A document is rendered before its step: the one writer is not held, numbers have no gaps, nothing printed is out of date."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import func, select, update

from data.authority import Actor
from data.casework import papers
from data.casework.paper_making import write_paper
from data.casework.papers import draft_paper, make_paper, open_paper, replace_paper
from data.db import Record, Tx
from data.events import verify
from data.models import Case, Event, Paper, RefusedAttempt
from data.papers.draft import Stale
from policy.errors import Refusal


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the threads that rendered, one for each rendering."""
    seen: list[str] = []
    filled = papers._filled

    def told(*facts: Any) -> bytes:
        seen.append(threading.current_thread().name)
        return filled(*facts)

    monkeypatch.setattr(papers, "_filled", told)
    return seen


def ask(case: Case, paper: str = "decision") -> dict[str, Any]:
    return {"number": case.number, "paper": paper, "told": {}}


def write(town: Record, actor: Actor, case: Case, paper: str = "decision") -> Paper:
    asks = ask(case, paper)
    return write_paper(town, actor, town.county(), make_paper, asks=asks, **asks)


def words(town: Record, actor: Actor, row: Paper) -> str:
    body = Document(io.BytesIO(town.write(actor, open_paper, paper=row.id)))
    cells = [cell.text for table in body.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(part.text for part in body.paragraphs), *cells])


def test_the_writer_does_not_render(town: Record, actors: dict[str, Actor], decided: Case, rendered: list[str]) -> None:
    row = write(town, actors["officer"], decided)
    assert rendered == [threading.current_thread().name]
    assert row.number == decided.decision_number
    assert row.number in words(town, actors["officer"], row)
    told = {"paper": row.id, "told": {}}
    second = write_paper(town, actors["officer"], town.county(), replace_paper, asks=told, reason="笔误", **told)
    assert rendered == [threading.current_thread().name] * 2
    assert second.number in words(town, actors["officer"], second)
    assert row.number in words(town, actors["officer"], second), "it names what it corrects"


def test_two_who_make_at_once_have_two_numbers_in_a_row_and_each_document_bears_its_own(
    town: Record, actors: dict[str, Actor], decided: Case
) -> None:
    gate = threading.Barrier(4)

    def one(_turn: int) -> list[Paper]:
        gate.wait()
        return [write(town, actors["officer"], decided, "correction_order") for _ in range(3)]

    with ThreadPoolExecutor(4) as pool:
        made = [row for rows in pool.map(one, range(4)) for row in rows]
    assert sorted(row.serial for row in made) == list(range(1, 13))
    for row in made:
        assert row.number in words(town, actors["officer"], row)
    assert verify(town, town.county().jurisdiction_id).whole


def test_a_draft_that_says_what_is_so_no_more_is_rendered_again(
    town: Record, actors: dict[str, Actor], decided: Case, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is mended between the rendering and the step: the document prints the new one."""
    from data.casework import paper_making

    drafted, turns = paper_making._drafted, []

    def late(*facts: Any) -> Any:
        draft = drafted(*facts)
        if not turns:
            turns.append(1)
            town.write(actors["officer"], lambda tx: tx.session.execute(update(Case).values(address="新街二十八号")))
        return draft

    monkeypatch.setattr(paper_making, "_drafted", late)
    row = write(town, actors["officer"], decided)
    assert len(rendered) == 2
    assert "新街二十八号" in words(town, actors["officer"], row)


def test_a_stale_draft_leaves_neither_row_nor_number_nor_event(
    town: Record, actors: dict[str, Actor], decided: Case, clock: Any
) -> None:
    with town.read() as session:
        draft = draft_paper(
            Tx(session, actors["officer"], town.clock(), town.county()), **ask(decided, "correction_order")
        )
    write(town, actors["officer"], decided, "correction_order")
    with pytest.raises(Stale):
        town.write(actors["officer"], make_paper, draft=draft, **ask(decided, "correction_order"))
    with town.read() as session:
        assert session.scalar(select(func.count()).select_from(Paper)) == 1
        assert session.scalar(select(func.count()).where(Event.verb == "make_paper")) == 1
        draft = draft_paper(Tx(session, actors["officer"], town.clock(), town.county()), **ask(decided))
    clock.now += timedelta(days=1)
    with pytest.raises(Stale):
        town.write(actors["officer"], make_paper, draft=draft, **ask(decided))
    assert write(town, actors["officer"], decided, "correction_order").serial == 2


def test_when_others_are_always_quicker_the_step_renders_it_itself(
    town: Record, actors: dict[str, Actor], decided: Case, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.papers.draft import Draft

    def never(*_facts: Any) -> bytes:
        raise Stale

    monkeypatch.setattr(Draft, "still", never)
    assert write(town, actors["officer"], decided).number == decided.decision_number
    assert len(rendered) == 5


def test_who_may_not_is_refused_and_noted_as_before(
    town: Record, actors: dict[str, Actor], decided: Case, home: Path, rendered: list[str]
) -> None:
    with pytest.raises(Refusal) as refusal:
        write(town, actors["dispatcher"], decided)
    assert refusal.value.kind == "forbidden"
    assert rendered == []
    with town.read() as session:
        assert session.scalar(select(func.count()).select_from(RefusedAttempt)) == 1
