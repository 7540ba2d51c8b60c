"""The chain searched and verified, and filings not made, on both databases; each as far as who asks may see."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from data import verifying
from data.authority import Actor, Scope
from data.casework.cases import propose_case
from data.casework.escalations import raise_matter
from data.casework.evidence import add_evidence
from data.casework.leads import receive_lead, triage
from data.db import Record
from data.queries.events import EventFilter, EventFound, search_events, verify_matter
from data.queries.late_filing import Unfiled, unfiled
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import parties as p
from tests.data import small


@pytest.fixture
def lanxi(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "lanxi")
    yield record
    record.close()


@pytest.fixture
def actors(lanxi: Record) -> dict[str, Any]:
    found = p.cast(lanxi)
    place, office = lanxi.county().jurisdiction_id, found["office"].account_id
    found["supervisor"] = Actor(office, "supervisor", (Scope(Role.SUPERVISOR, place, "JUSTICE"),))
    eastern = Scope(Role.SUPERVISOR, place, "JUSTICE", frozenset({small.EAST}))
    return found | {"eastern": Actor(office, "eastern", (eastern,))}


def a_lead(record: Record, actors: dict[str, Any]) -> str:
    lon, lat = small.middle(0)
    lead = record.write(
        actors["dispatcher"], receive_lead, source="public_report", summary="占道", lon=lon, lat=lat, item_code="A1"
    )
    record.write(actors["dispatcher"], triage, number=lead.number, domain="city")
    return str(lead.number)


def found(record: Record, actor: Actor, which: EventFilter, **more: Any) -> list[EventFound]:
    with record.read() as session:
        return search_events(session, actor, record.county(), record.clock(), which, **more)


def test_a_matter_is_found_with_what_belongs_to_it(lanxi, actors) -> None:
    first, second = a_lead(lanxi, actors), a_lead(lanxi, actors)
    rows = found(lanxi, actors["supervisor"], EventFilter(number=first))
    assert [(row.number, row.verb) for row in rows] == [(first, "triage"), (first, "receive")]
    assert second not in {row.number for row in rows}
    with p.refused("errors_audit.matter_not_found"):
        found(lanxi, actors["supervisor"], EventFilter(number="LX-L-20200101-0001"))


def test_by_who_by_what_by_when(lanxi, actors, clock) -> None:
    a_lead(lanxi, actors)
    clock.now += timedelta(days=2)
    a_lead(lanxi, actors)
    asker = actors["supervisor"]
    assert {row.verb for row in found(lanxi, asker, EventFilter(step="triage"))} == {"triage"}
    assert found(lanxi, asker, EventFilter(step="enrol_factor")) == [], "steps of accounts are in the chain too"
    assert {row.who for row in found(lanxi, asker, EventFilter(actor="DISPATCH"))} == {"dispatcher"}
    assert found(lanxi, asker, EventFilter(actor="%")) == [], "a sign of the database is a letter here"
    assert all(row.at == clock.now for row in found(lanxi, asker, EventFilter(since=clock.now)))
    assert all(row.at < clock.now for row in found(lanxi, asker, EventFilter(until=clock.now)))


def test_pages_follow_each_other_without_gap(lanxi, actors) -> None:
    for _ in range(3):
        a_lead(lanxi, actors)
    whole = [row.sequence for row in found(lanxi, actors["supervisor"], EventFilter(), limit=500)]
    seen: list[int] = []
    while page := found(lanxi, actors["supervisor"], EventFilter(), before=seen[-1] if seen else None, limit=2):
        seen += [row.sequence for row in page]
    assert seen == whole == list(range(len(whole), 0, -1))


def test_who_holds_another_township_finds_nothing_and_verifies_nothing(lanxi, actors) -> None:
    number = a_lead(lanxi, actors)
    assert found(lanxi, actors["eastern"], EventFilter()) == []
    with lanxi.read() as session, p.refused("errors_audit.matter_not_found"):
        verify_matter(session, actors["eastern"], lanxi.county(), lanxi.clock(), number)
    with p.refused("errors_access.forbidden"):
        verifying.begin(lanxi, actors["eastern"], lanxi.county())
    with p.refused("errors_access.forbidden"):
        verifying.begin(lanxi, actors["west"], lanxi.county())


def test_one_matter_and_the_whole_are_verified(lanxi, actors) -> None:
    number = a_lead(lanxi, actors)
    with lanxi.read() as session:
        one = verify_matter(session, actors["supervisor"], lanxi.county(), lanxi.clock(), number)
    assert (one.whole, one.events) == (True, 2)
    run = verifying.begin(lanxi, actors["supervisor"], lanxi.county())
    until = time.monotonic() + 30
    while run.running:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert run.finding is not None
    assert run.finding.whole
    assert run.finding.events == run.total == run.done
    assert verifying.newest(lanxi, actors["supervisor"], lanxi.county()) is run


# -- filings not made --------------------------------------------------------------------------------------------------


def not_filed(record: Record, actor: Actor) -> list[Unfiled]:
    with record.read() as session:
        return unfiled(session, actor, record.county(), record.clock())


def a_case(record: Record, actors: dict[str, Any], folder: Any) -> str:
    from io import BytesIO

    from data.evidence import store

    cast, number = c.cast(record), a_lead(record, actors)
    file = store(folder, BytesIO(c._picture(7)), "现场.png", c.LIMITS)
    record.write(actors["dispatcher"], add_evidence, number=number, file=file)
    told = {"item": "A1", "summary": "占道经营", "party": c.CITIZEN, "officers": ["01", "02"], "lead": number}
    return str(record.write(cast["officer"], propose_case, **told).number)


def test_what_is_not_filed_is_told_with_how_long_it_waits_and_no_verdict(lanxi, actors, clock, tmp_path) -> None:
    number = a_case(lanxi, actors, tmp_path)
    clock.now += timedelta(days=60)
    (row,) = not_filed(lanxi, actors["office"])
    assert (row.kind, row.number, row.raised) == ("case", number, None)
    assert (row.filing.standing, row.filing.waiting.days, row.filing.due_at) == ("no_time", 60, None)
    assert not_filed(lanxi, actors["east"]) == []


def test_the_office_raises_it_and_the_department_answers_in_time(lanxi, actors, clock, tmp_path) -> None:
    number = a_case(lanxi, actors, tmp_path)
    given = {"matter": number, "receiver": "WATER", "ground": "late_filing", "reason": "久未立案"}
    raised = lanxi.write(actors["office"], raise_matter, given=given)
    (row,) = not_filed(lanxi, actors["office"])
    assert row.raised == raised.number
    due = p.due(lanxi, raised, "escalation_answer")
    assert due is not None
    assert due.organ_code == "WATER"
    raised = p.step(lanxi, actors["water"], raised, "take_on")
    raised = p.step(lanxi, actors["water"], raised, "answer", opinion="应当立案")
    assert (raised.status, raised.answer) == ("answered", "应当立案")
    assert p.due(lanxi, raised, "escalation_answer").done_at == clock.now
