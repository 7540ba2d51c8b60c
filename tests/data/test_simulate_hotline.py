"""Orders of 12345 in the demonstration: number and time with each, answered when the matter is over, mostly in time, called back."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.casework import receive_lead
from data.db import Record
from data.models import Base, Lead
from data.simulate import World, build_demo, imagine
from data.simulate.hotline import order, reply_words
from data.simulate.live_desk import LiveDesk
from policy.vocabulary import LeadSource, LeadStatus, Outcome, Urgency
from policy.vocabulary_between import Callback, PassingStep

END = datetime(2026, 11, 20, 8, 42, tzinfo=UTC)  # a Friday afternoon here


@pytest.fixture(scope="module")
def world() -> World:
    """Two months of Jindong."""
    return imagine("jindong", 60, 3, END, per_year=6_000)


def orders(world: World) -> list[dict[str, Any]]:
    return [row for row in world.tables["lead"] if row["hotline_due_at"] is not None]


def test_an_order_has_number_and_time_and_nothing_else_has(world: World) -> None:
    calls = [row for row in world.tables["lead"] if row["source"] == LeadSource.HOTLINE_12345]
    assert len(orders(world)) > 0.95 * len(calls)
    assert all(row["source"] == LeadSource.HOTLINE_12345 for row in orders(world))
    assert all(row["external_number"] and row["hotline_due_at"] > row["received_at"] for row in orders(world))
    assert all(row["external_number"] is None for row in world.tables["lead"] if row["hotline_due_at"] is None)


def test_most_are_answered_in_time_some_late_and_few_never(world: World) -> None:
    due = [row for row in orders(world) if row["hotline_due_at"] < END - timedelta(days=3)]
    first = {
        event.subject_id: event for event in reversed(world.desk.events) if event.verb == PassingStep.REPLY_HOTLINE
    }
    late = [row for row in due if row["id"] in first and first[row["id"]].facts["late"]]
    never = [row for row in due if row["replied_at"] is None]
    assert 0.9 * len(due) < len(due) - len(late) - len(never) < len(due)
    assert 0 < len(late) < 0.08 * len(due)
    assert 0 < len(never) < 0.04 * len(due)


def test_no_answer_is_written_over_and_a_call_back_follows_an_answer(world: World) -> None:
    told = defaultdict(list)
    for event in world.desk.events:
        if event.verb in (PassingStep.REPLY_HOTLINE, PassingStep.RECORD_CALLBACK):
            told[event.subject_id].append(event)
    assert any(len(found) > 2 for found in told.values()), "who is not satisfied is answered again"
    for found in told.values():
        assert [event.verb for event in found] == [PassingStep.REPLY_HOTLINE, PassingStep.RECORD_CALLBACK] * (len(found) // 2) + [PassingStep.REPLY_HOTLINE] * (len(found) % 2)  # fmt: skip
        assert all(event.facts["found"] == Callback.NOT_SATISFIED for event in found[1:-1:2])
    assert {row["callback"] for row in orders(world)} >= {each.value for each in Callback}


def test_what_is_answered_fits_where_the_matter_stands(world: World) -> None:
    said = {row["reply"] for row in orders(world) if row["status"] == LeadStatus.REJECTED and row["reply"]}
    assert said == {reply_words(LeadStatus.REJECTED, None)}
    assert reply_words(LeadStatus.IN_PROGRESS, None) == reply_words(LeadStatus.TRIAGED, None)
    assert reply_words(LeadStatus.IN_PROGRESS, Outcome.PROPOSE_CASE) == reply_words(
        LeadStatus.RESOLVED, Outcome.PROPOSE_CASE
    )
    assert reply_words(LeadStatus.RESOLVED, Outcome.NOTHING_FOUND) != reply_words(LeadStatus.RESOLVED, Outcome.GUIDANCE)


def test_an_order_is_due_on_a_working_day() -> None:
    rng, friday = random.Random(1), datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    made = [order(rng, LeadSource.HOTLINE_12345, Urgency.NORMAL, friday) for _ in range(200)]
    assert {} in made, "a few are told by telephone alone"
    assert all(one["hotline_due_at"].weekday() < 5 for one in made if one)
    assert order(rng, LeadSource.GRID_PATROL, Urgency.NORMAL, friday) == {}


def test_the_live_desk_answers_what_is_over(tmp_path: Path) -> None:
    record = Record(f"sqlite:///{tmp_path / 'live.db'}", clock=lambda: END)
    Base.metadata.create_all(record.write_engine)
    build_demo(record.write_engine, "jindong", 3, 2, END)
    desk, county, now = LiveDesk(record, 2), record.county(), END + timedelta(hours=1)
    told = {"source": "hotline_12345", "summary": "路边堆放渣土", "external_number": "12345-1", "hotline_due_at": now + timedelta(minutes=5)}  # fmt: skip
    lead = record.write(SYSTEM, receive_lead, county=county, now=END, **told)
    with record.write_engine.begin() as connection:
        connection.exec_driver_sql("update lead set status = ?, outcome = ? where number = ?", (LeadStatus.RESOLVED, Outcome.GUIDANCE, lead.number))  # fmt: skip
    with record.read() as session:
        assert desk.close(session, county, now) >= 1
    with record.read() as session:
        seen = session.scalars(select(Lead).where(Lead.number == lead.number)).one()
        assert (seen.reply, seen.replied_at) == (reply_words(LeadStatus.RESOLVED, Outcome.GUIDANCE), now)
    record.close()
