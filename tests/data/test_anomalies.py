"""Cells, items and hours with more leads than expected: from the record, on comparable days, with the leads behind each mark."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update
from uuid_utils.compat import uuid7

from data.models import Item, Lead
from data.queries.anomalies import read_anomalies
from data.queries.wall import wall_state
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

DAY = timedelta(days=1)


def fill(town, moments, village=0, item="A1"):
    """Leads as they were received at `moments`, straight into the table: sixty days are not lived through."""
    place = town.county().jurisdiction_id

    def put(connection):
        item_id = connection.execute(select(Item.id).where(Item.code == item)).scalar_one_or_none()
        lon, lat = small.middle(village)
        for n, at in enumerate(moments):
            connection.execute(insert(Lead).values(
                id=uuid7(), jurisdiction_id=place, number=f"T{village}{item}{at:%m%d%H%M}{n}", source="public_report", urgency="normal",
                status="received", summary="-", township_code=small.WEST if village < 2 else small.EAST, version=1, item_id=item_id,
                cell_code=small.VILLAGES[village], lon=lon, lat=lat, received_at=at, occurred_at=at,
            ))  # fmt: skip

    town.submit_raw(put).result()


def usual_weeks(town, a_day=2, village=0):
    """The same few leads every day for nine weeks, at nine in the morning."""
    fill(
        town, [small.NOW - n * DAY - timedelta(hours=1, minutes=m) for n in range(1, 64) for m in range(a_day)], village
    )


def found(town, actor):
    with town.read() as session:
        return read_anomalies(session, actor, town.county(), now=town.clock())


@pytest.fixture
def desk(town):
    return small.actor(town, Role.DISPATCHER)


def test_nothing_is_judged_before_there_are_days_to_compare(town, desk):
    fill(town, [small.NOW - timedelta(minutes=n) for n in range(40)])
    look = found(town, desk)
    assert (look.judged, look.rows) == (False, ())


def test_a_cell_an_item_and_an_hour_with_more_than_expected_come_with_their_leads(town, desk):
    usual_weeks(town)
    fill(town, [small.NOW - timedelta(hours=1, minutes=n) for n in range(12)], village=1)
    look = found(town, desk)
    assert (look.judged, look.days, look.weekly, look.workday) == (True, 6, True, True), "two Fridays were holidays"
    marks = {(one.kind, one.code): one for one in look.rows}
    cell = marks["cell", small.VILLAGES[1]]
    assert (cell.name.zh, cell.count, cell.usual, len(cell.leads)) == ("二村", 12, 0.0, 12)
    town_mark = marks["cell", small.WEST]
    assert (town_mark.count, town_mark.usual) == (12, 2.0)
    assert marks["item", "A1"].count == 12
    hour = marks["hour", "2026-11-20T08"]
    assert (hour.name.zh, hour.count, hour.usual) == ("08:00–09:00", 11, 1.0)


def test_a_day_as_usual_marks_nothing(town, desk):
    usual_weeks(town, a_day=6)
    fill(town, [small.NOW - timedelta(hours=1, minutes=n) for n in range(7)])
    assert found(town, desk).rows == ()


def test_a_holiday_is_compared_with_other_free_days(town, desk, clock):
    clock.now = small.NOW.replace(month=10, day=1)
    assert not town.county().calendar.is_workday(date(2026, 10, 1))
    fill(town, [clock.now - n * DAY - timedelta(hours=1) for n in range(1, 64)])
    look = found(town, desk)
    assert (look.weekly, look.workday) == (False, False)
    assert look.days > 8


def test_the_wall_has_the_same_marks_and_a_head_of_township_only_the_own(town, desk, clock):
    usual_weeks(town)
    fill(town, [small.NOW - timedelta(hours=1, minutes=n) for n in range(12)], village=1)
    with town.read() as session:
        shown = wall_state(session, desk, town.county(), town.clock()).anomalies
    assert [(x.kind, x.code, x.count) for x in shown] == [(x.kind, x.code, x.count) for x in found(town, desk).rows]
    east = small.actor(town, Role.TOWNSHIP_HEAD, townships=frozenset({small.EAST}))
    assert found(town, east).rows == ()


def test_who_may_not_read_leads_is_refused(town):
    with pytest.raises(Refusal):
        found(town, small.actor(town, Role.ADMIN))


def test_every_lead_in_the_window_counts_whatever_became_of_it(town, desk):
    usual_weeks(town)
    fill(town, [small.NOW - timedelta(hours=1, minutes=n) for n in range(12)], village=1)
    town.submit_raw(
        lambda c: c.execute(update(Lead).where(Lead.received_at > small.NOW - DAY).values(status="duplicate"))
    ).result()
    assert found(town, desk).rows
