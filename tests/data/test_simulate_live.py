"""The demonstration goes on: by ordinary verbs, at a believable pace, leaving people time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.authority import SYSTEM
from data.casework import receive_lead
from data.db import Record
from data.events import verify
from data.models import Base, Case, Event, Lead, Shift, Task, Unit
from data.simulate import LiveSimulation, build_demo, next_lead
from data.simulate.live_proposals import LEFT
from policy.vocabulary import LeadSource, LeadStatus, TaskStatus

END = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # a Friday morning here


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory):
    """Three days of Jindong."""
    file: Path = tmp_path_factory.mktemp("live") / "live.db"
    found = Record(f"sqlite:///{file}", clock=lambda: END)
    Base.metadata.create_all(found.write_engine)
    build_demo(found.write_engine, "jindong", 3, 2, END)
    yield found
    found.close()


@pytest.fixture(scope="module")
def ran(record: Record) -> tuple[LiveSimulation, datetime]:
    """A quarter of an hour, in steps of ten seconds."""
    live, now = LiveSimulation(record, 2), END
    for _ in range(90):
        now += timedelta(seconds=10)
        live.step(now)
    return live, now


def _count(record: Record, column, *where) -> int:
    with record.read() as session:
        return session.scalar(select(func.count(column)).where(*where)) or 0


def test_a_lead_is_made_of_what_the_verb_takes(record: Record) -> None:
    county = record.county()
    told = next_lead(random.Random(4), county, END)
    assert told["source"] in {s.value for s in LeadSource}
    assert told["occurred_at"] <= END
    lead = record.write(SYSTEM, receive_lead, county=county, now=END, **told)
    assert lead.cell_code is None or county.locator.locate(lead.lon, lead.lat) == lead.cell_code


def test_leads_come_in_teams_report_and_the_queue_stays_short(record: Record, ran) -> None:
    _, now = ran
    received = _count(record, Lead.id, Lead.received_at > END)
    assert 20 <= received <= 60
    assert _count(record, Task.id, Task.reported_at > END) >= 10
    assert _count(record, Lead.id, Lead.resolved_at > END) >= 8
    assert 3 <= _count(record, Lead.id, Lead.status.in_((LeadStatus.RECEIVED, LeadStatus.TRIAGED))) <= 40
    assert _count(record, Unit.id, Unit.position_at > now - timedelta(minutes=5)) >= 30


def test_a_server_started_again_does_not_tell_the_same_leads_again(record: Record, ran) -> None:
    _, now = ran
    again = LiveSimulation(record, 2)
    for _ in range(30):
        now += timedelta(seconds=10)
        again.step(now)
    with record.read() as session:
        told = session.scalars(select(Lead.summary).where(Lead.received_at > END).order_by(Lead.number)).all()
    begun = told.index(told[0], 1) if told[0] in told[1:] else None
    assert begun is None or told[begun : begun + 3] != told[:3]


def test_young_leads_are_left_to_people(record: Record, ran) -> None:
    live, _ = ran
    with record.read() as session:
        rows = session.execute(
            select(Lead.number, Lead.urgency, Lead.received_at, Task.assigned_at)
            .join(Task, Task.lead_id == Lead.id)
            .where(Lead.received_at > END)
        ).all()
    assert rows
    for number, urgency, received, assigned in rows:
        assert assigned - received >= live.desk.patience(number, urgency)


def test_what_a_team_proposed_becomes_a_case_after_people_had_their_time(record: Record, ran) -> None:
    with record.read() as session:
        rows = session.execute(
            select(Case, Task, Event)
            .join(Task, Task.id == Case.task_id)
            .join(Event, (Event.subject_id == Case.id) & (Event.verb == "propose"))
            .where(Case.proposed_at > END)
        ).all()
    assert 2 <= len(rows) <= 5
    assert len({task.id for _, task, _ in rows}) == len(rows)
    for case, task, event in rows:
        assert (task.outcome, case.status) == ("propose_case", "proposed")
        assert case.proposed_at - task.reported_at >= LEFT
        assert (event.role, event.organ) == ("officer", case.organ_code)
        assert event.certificate


def test_nothing_but_lawful_steps_and_a_whole_chain(record: Record, ran) -> None:
    county = record.county()
    found = verify(record, county.jurisdiction_id)
    assert found.whole, found.sentence("en")


def test_tasks_do_not_stay_where_they_are(record: Record, ran) -> None:
    _, now = ran
    stuck = _count(record, Task.id, Task.status == TaskStatus.ASSIGNED, Task.assigned_at < now - timedelta(minutes=5))
    assert stuck == 0


def test_opened_weeks_later_there_are_people_on_duty(record: Record, ran) -> None:
    live, now = ran
    later = now + timedelta(days=40)
    live.step(later)
    on_duty = _count(record, Shift.id, Shift.starts_at <= later, Shift.ends_at > later)
    assert on_duty > 60
