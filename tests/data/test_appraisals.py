"""Appraisals on the record: worked out from the figures of a period, kept, restated beside; the items of the list assessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from data.authority import SYSTEM, Actor, Scope
from data.casework.appraisals import take_appraisal
from data.casework.leads import receive_lead
from data.db import Record
from data.models import Appraisal, Event, Item, Lead
from data.queries.appraisals import appraisals, periods_taken, worked_out
from data.queries.item_assessment import assess_items
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small

pytestmark = pytest.mark.anywhere

OCTOBER = small.NOW - timedelta(days=35)  # 16 October
LON, LAT = small.middle(0)


@pytest.fixture
def office(town: Record) -> Actor:
    return small.actor(town, Role.COUNTY_OFFICE)


@pytest.fixture
def leads(town: Record) -> list[str]:
    """Twelve leads of October in the west, nine of them resolved."""
    desk = small.actor(town, Role.DISPATCHER)
    told = {"source": "public_report", "summary": "占道经营", "item_code": "A1", "lon": LON, "lat": LAT}
    found = [str(town.write(desk, receive_lead, now=OCTOBER, **told).number) for _ in range(12)]

    def settle(tx) -> None:
        for row in tx.session.scalars(select(Lead).where(Lead.number.in_(found[:9]))):
            row.status, row.resolved_at = "resolved", OCTOBER + timedelta(hours=5)

    town.write(SYSTEM, settle)
    return found


def worked(town: Record, office: Actor, code: str = "2026-10"):
    with town.read() as session:
        return worked_out(session, office, town.county(), small.NOW, period_code=code)


def test_a_score_is_worked_out_from_the_figures_of_the_period(town: Record, office: Actor, leads) -> None:
    (west,) = (one for one in worked(town, office) if one.code == small.WEST)
    resolved = next(part for part in west.parts if part.figure == "F09")
    assert (resolved.numerator, resolved.denominator, resolved.few) == (9.0, 12.0, False)
    assert {part.figure for part in west.parts} & {"F19"} == set(), "PL 74"
    assert sum(part.weight for part in west.parts) == pytest.approx(1.0)


def test_it_is_kept_and_what_comes_out_differently_stands_beside(town: Record, office: Actor, leads) -> None:
    first = worked(town, office)
    assert len(town.write(office, take_appraisal, period_code="2026-10", found=first)) == len(first)
    assert town.write(office, take_appraisal, period_code="2026-10", found=first) == [], "nothing came out differently"
    west = next(one for one in first if one.code == small.WEST)
    again = replace(west, score=(west.score or 0) + 5, low=west.low or 0, high=west.high or 100)
    (kept,) = town.write(office, take_appraisal, period_code="2026-10", found=[again])
    assert kept.restatement == 1
    with town.read() as session:
        rows = session.scalars(select(Appraisal).where(Appraisal.subject_code == small.WEST)).all()
        assert [row.restatement for row in rows] == [0, 1], "the first one is still there"
        assert periods_taken(session, town.county()) == ["2026-10"]
        (shown, *_) = appraisals(session, office, town.county(), small.NOW, period_code="2026-10")
        steps = session.scalars(select(Event).where(Event.matter == "appraisal")).all()
    assert (shown.restatement, shown.before) == (1, west.score)
    assert [step.clause for step in steps] == ["PL 74", "PL 74"]


def test_a_period_that_runs_is_not_appraised(town: Record, office: Actor) -> None:
    for code in ("2026-11", "2026-Q4", "2026"):
        with pytest.raises(Refusal) as refused:
            worked(town, office, code)
        assert refused.value.code == "errors_conduct.period_running"


def test_a_head_sees_the_own_township_and_a_department_itself(town: Record, office: Actor, leads) -> None:
    town.write(office, take_appraisal, period_code="2026-10", found=worked(town, office))
    place = town.county().jurisdiction_id

    def seen(role: Role, organ: str, towns: frozenset[str] | None, kind: str, *more: Role) -> list[str]:
        held = (Scope(role, place, organ, towns), *(Scope(one, place, organ) for one in more))
        actor = replace(office, scopes=held)
        with town.read() as session:
            rows = appraisals(session, actor, town.county(), small.NOW, period_code="2026-10", kind=kind)
        return [row.scored.code for row in rows]

    assert small.WEST in seen(Role.SUPERVISOR, "BUREAU", None, "township")
    assert seen(Role.TOWNSHIP_HEAD, "WEST", frozenset({small.WEST}), "township") == [small.WEST]
    assert small.WEST not in seen(Role.TOWNSHIP_HEAD, "EAST", frozenset({small.EAST}), "township")
    assert seen(Role.DEPARTMENT, "MARKET", None, "township") == []
    assert seen(Role.DEPARTMENT, "MARKET", None, "township", Role.LEGAL_REVIEWER) == [], "another role opens no score"


@pytest.mark.parametrize("role", [Role.TOWNSHIP_HEAD, Role.DEPARTMENT, Role.DISPATCHER, Role.GRID_WORKER])
def test_only_the_countys_supervision_appraises(town: Record, role: Role) -> None:
    with pytest.raises(Refusal) as refused:
        worked(town, small.actor(town, role))
    assert refused.value.code == "errors_access.forbidden"


# -- items -------------------------------------------------------------------------------------------------------------


def test_every_item_held_is_assessed_and_the_unused_ones_are_named(town: Record, office: Actor, tmp_path: Path) -> None:
    def look():
        with town.read() as session:
            return assess_items(session, office, town.county(), small.NOW + timedelta(days=1))

    before = look()
    assert [(name.zh, one.code, one.never_used) for name, one in before.items] == [("占道经营", "A1", True)]
    assert (before.never_used, before.clauses) == (1, ("ZJ 10",)), "the province says it more closely than PL 24"
    actors = c.cast(town)
    c.with_basis(town)
    case = c.propose(town, tmp_path, actors)
    c.step(town, actors["officer"], case, "submit_filing")
    c.step(town, actors["head"], case, "approve_filing", words="同意立案")
    ((_, used),) = look().items
    assert (used.never_used, used.cases, used.used_by, used.held_by) == (False, 1, 1, 2)
    assert used.by_township == {small.WEST: 1}


def test_an_item_has_its_english_name_and_a_period_is_no_longer_than_five_years(town: Record, office: Actor) -> None:
    def look(since: date):
        with town.read() as session:
            return assess_items(session, office, town.county(), small.NOW, since=since, until=small.NOW.date())

    town.write(SYSTEM, lambda tx: tx.session.execute(update(Item).values(name_en="Street trading")) and None)
    ((name, _),) = look(date(2022, 1, 1)).items
    assert (name.zh, name.en) == ("占道经营", "Street trading")
    with pytest.raises(Refusal) as refused:
        look(date(1900, 1, 1))
    assert (refused.value.code, refused.value.pointer) == ("errors_conduct.span_long", "/since")
