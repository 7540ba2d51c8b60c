"""Supervision of the demonstration's year: cards of both kinds, complaints in every state, meetings, appraisals; nothing stands still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from data.models import Appraisal, Certificate, Complaint, ConductCard, Meeting, MeetingDecision
from data.queries.force import suspended
from tests.data.test_simulate_inspections import END, Built


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Iterator[Built]:
    found = Built(tmp_path_factory.mktemp("conduct"), "jindong", 150, END)
    yield found
    found.record.close()


def rows(built: Built, model: type) -> list:
    with built.record.read() as session:
        return list(session.scalars(select(model)))


def test_no_step_was_refused(built: Built) -> None:
    assert [why.sentence("zh") for why in built.stood if "conduct" in why.code] == []


def test_an_orange_card_in_force_holds_the_certificate_and_no_other_one_does(built: Built) -> None:
    cards = rows(built, ConductCard)
    assert {card.kind for card in cards} >= {"yellow"}
    held = {row.person_id for row in rows(built, Certificate) if suspended(row, END)}
    blocked = {card.person_id for card in cards if card.kind == "orange" and card.ended_at is None}
    assert blocked <= held
    assert all(card.statement and card.heard_at < card.given_at for card in cards)


def test_complaints_come_in_every_state_and_some_are_late(built: Built) -> None:
    found = rows(built, Complaint)
    states = Counter(row.status for row in found)
    assert states["answered"] > states["looked_into"] > 0
    assert all(row.answer_due_at for row in found)
    assert any(row.founded for row in found)
    assert all(row.answer for row in found if row.status == "answered")


def test_a_meeting_was_held_and_the_next_one_is_called(built: Built) -> None:
    meetings, decided = rows(built, Meeting), rows(built, MeetingDecision)
    assert {row.held_at is None for row in meetings} == {True, False}
    assert {row.done_at is None for row in decided} == {True, False}
    assert all(row.agenda for row in meetings)


def test_periods_that_are_over_are_appraised_without_money(built: Built) -> None:
    found = rows(built, Appraisal)
    assert {row.period for row in found} == {"2026-10", "2026-Q3"}
    assert {row.subject_kind for row in found} <= {"township", "organ"}
    assert not any(part["figure"] == "F19" for row in found for part in row.parts), "PL 74"
    assert all(row.low <= row.score <= row.high for row in found if row.score is not None)
