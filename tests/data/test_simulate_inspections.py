"""Inspections of the demonstration: every state and outcome comes up, plans are merged, a draw is discarded, a cap refuses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import Actor, Scope
from data.county import County
from data.db import Record
from data.models import (
    Base,
    Certificate,
    InspectionCap,
    InspectionDraw,
    InspectionPlan,
    InspectionVisit,
    JointOperation,
    Lead,
    Party,
    Person,
)
from data.queries.inspection_draws import draw_file
from data.simulate import build_demo
from data.simulate.interleave import Clerk, Interleave
from policy.errors import Refusal
from policy.vocabulary import PersonKind, Role
from policy.vocabulary_between import VisitStatus
from policy.vocabulary_inspection import DrawStatus, InspectionKind, VisitOutcome
from tests.data.test_inspection_draws import repeated_by_hand

END = datetime(2026, 11, 20, 8, 42, tzinfo=UTC)  # a Friday afternoon here
MID_AUTUMN = datetime(2026, 11, 21, 20, 12, tzinfo=UTC)  # two months earlier nobody works for three days


class Built:
    """A record with what the steps of its building were refused: those that stood still, and those that were expected."""

    def __init__(self, folder: Path, profile: str, days: int, end: datetime) -> None:
        self.record = Record(f"sqlite:///{folder / 'demo.db'}", clock=lambda: end)
        Base.metadata.create_all(self.record.write_engine)
        self.stood: list[Refusal] = []
        self.tried: list[Refusal] = []
        with pytest.MonkeyPatch.context() as patch:
            self._listen(patch)
            build_demo(self.record.write_engine, profile, days, 1, end, per_year=1_000)

    def _listen(self, patch: pytest.MonkeyPatch) -> None:
        run, do = Interleave.run, Clerk.do

        def running(chain: Interleave, *facts: Any) -> None:
            run(chain, *facts)
            self.stood += chain.clerk.refused

        def doing(clerk: Clerk, *facts: Any, **more: Any) -> Any:
            try:
                return do(clerk, *facts, **more)
            except Refusal as refusal:
                self.tried.append(refusal)
                raise

        patch.setattr(Interleave, "run", running)
        patch.setattr(Clerk, "do", doing)

    def rows(self, model: type[Any]) -> list[Any]:
        """Everything of a kind."""
        with self.record.read() as session:
            return list(session.scalars(select(model)))

    @property
    def county(self) -> County:
        """The only county."""
        return self.record.county()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Four months of Jindong with few leads."""
    found = Built(tmp_path_factory.mktemp("inspections"), "jindong", 130, END)
    yield found
    found.record.close()


def test_nothing_was_refused_but_the_visit_beyond_the_cap(built: Built) -> None:
    assert [why.sentence("en") for why in built.stood] == []
    reasons = [reason.code for why in built.tried for reason in why.reasons]
    assert reasons.count("reasons_between.cap_reached") == 1


def test_every_state_of_a_visit_and_every_outcome_is_there(built: Built) -> None:
    visits = built.rows(InspectionVisit)
    assert {row.status for row in visits} == set(VisitStatus)
    assert {row.outcome for row in visits if row.status == VisitStatus.RECORDED} == set(VisitOutcome)
    assert {row.status for row in built.rows(InspectionDraw)} == set(DrawStatus)
    assert {row.kind for row in built.rows(InspectionPlan)} == set(InspectionKind)
    assert {row.status for row in built.rows(JointOperation)} == {"noticed", "reported"}


def test_visits_are_in_the_order_of_their_steps_and_by_two_certified_officers(built: Built) -> None:
    people = {row.code: row for row in built.rows(Person)}
    certified = {(row.person_id, row.valid_from, row.valid_to) for row in built.rows(Certificate)}
    for row in built.rows(InspectionVisit):
        moments = [at for at in (row.planned_at, row.approved_at, row.noticed_at, row.entered_at, row.left_at) if at]
        assert moments == sorted(moments)
        assert len(row.inspectors) == 2 * len(row.organs)
        for one in (people[code] for code in row.inspectors):
            assert one.kind == PersonKind.OFFICER
            on = row.entered_at or row.planned_at
            assert any(key == one.id and since <= on < until for key, since, until in certified)


def test_plans_of_two_organs_are_one_visit_to_which_both_heads_agreed(built: Built) -> None:
    merged = [row for row in built.rows(InspectionVisit) if len(row.plans) > 1 and row.status == VisitStatus.RECORDED]
    assert merged
    plans = {row.number: row.organ_code for row in built.rows(InspectionPlan)}
    for row in merged:
        assert {plans[number] for number in row.plans} == set(row.organs)
        assert set(row.agreed) == set(row.organs[1:])


def test_a_violation_goes_on_as_a_lead_and_nothing_else_does(built: Built) -> None:
    leads = {row.number for row in built.rows(Lead)}
    for row in built.rows(InspectionVisit):
        goes_on = row.outcome in (VisitOutcome.VIOLATION, VisitOutcome.SERIOUS)
        assert (row.lead_number in leads) == goes_on


def test_the_cap_holds_but_for_the_visit_on_a_complaint(built: Built) -> None:
    caps = {(row.organ_code, row.year): row.cap for row in built.rows(InspectionCap)}
    written = {row.number for row in built.rows(InspectionPlan) if row.kind == InspectionKind.WRITTEN}
    counted: Counter[Any] = Counter()
    for row in built.rows(InspectionVisit):
        if row.status != VisitStatus.CANCELLED and not written.intersection(row.plans) and row.cap_exception is None:
            counted.update((row.party_id, organ, row.visit_on.year) for organ in row.organs)
    assert all(number <= caps[organ, year] for (_, organ, year), number in counted.items())
    [beyond] = [row for row in built.rows(InspectionVisit) if row.cap_exception]
    assert (beyond.cap_exception, bool(beyond.exception_reason)) == ("complaint", True)
    assert any(row.repeats for row in built.rows(InspectionVisit))


def test_every_draw_is_repeated_by_hand_and_a_discarded_one_is_visited_by_nobody(built: Built) -> None:
    visited = {number for row in built.rows(InspectionVisit) for number in row.draws}
    for row in built.rows(InspectionDraw):
        if row.drawn_at is not None:
            with built.record.read() as session:
                told = json.loads(json.dumps(draw_file(session, _reader(built), built.county, END, number=row.number)))
            assert repeated_by_hand(told, "subjects") == row.drawn_subjects
            assert (row.number in visited) == (row.status == DrawStatus.DRAWN)


def _reader(built: Built) -> Actor:
    return Actor(None, "reader", (Scope(Role.COUNTY_OFFICE, built.county.jurisdiction_id, "government"),))


def test_enterprises_have_risk_and_credit_and_lie_in_a_town(built: Built) -> None:
    keys = {row.party_id for row in built.rows(InspectionVisit)}
    inspected = [row for row in built.rows(Party) if row.id in keys]
    assert inspected
    assert all(row.risk and row.credit and row.township_code and row.trade for row in inspected)


@pytest.mark.parametrize(
    "profile", [pytest.param(one, marks=pytest.mark.long) for one in ("lanxi", "fuling", "yunyang")]
)
def test_other_counties_have_them_too_holidays_or_not(profile: str, tmp_path: Path) -> None:
    found = Built(tmp_path, profile, 60, MID_AUTUMN)
    assert [why.sentence("en") for why in found.stood] == []
    assert {row.status for row in found.rows(InspectionVisit)} == set(VisitStatus)
    found.record.close()
