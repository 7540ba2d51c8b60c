"""Daily figures: once a day, whoever runs, with days that were missed caught up and corrections shown as restated."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import func, insert, select, text
from uuid_utils.compat import uuid7

from data import casework
from data.db import Record
from data.figures_restating import restate
from data.jobruns import LEASE, claim, done_dates, finish
from data.models import FigureSnapshot, JobRun, Person, Posting
from data.queries.figures import figures_on, series
from data.snapshots import JOB, catch_up, last_due
from policy.vocabulary import Role
from tests.data import small

CODE = "330703000000"
LATER = small.NOW + timedelta(days=3)  # Monday 10:00 in Shanghai: 20, 21 and 22 November are due


@pytest.fixture
def worked(town):
    desk = small.actor(town, Role.DISPATCHER)
    lon, lat = small.middle(0)
    town.write(desk, casework.receive_lead, source="grid_patrol", summary="占道", lon=lon, lat=lat, item_code="A1")
    return town


def count(record, model):
    with record.read() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize(
    ("hour_utc", "day"),
    [(21, date(2026, 11, 19)), (22, date(2026, 11, 20)), (23, date(2026, 11, 20))],
)
def test_yesterday_is_due_from_six_in_the_morning_in_shanghai(hour_utc, day):
    moment = small.NOW.replace(day=20, hour=hour_utc)  # 05:00, 06:00 and 07:00 of the 21st there
    assert last_due(moment, 6) == day


def test_a_county_that_begins_with_its_last_days_misses_none_before_them(worked):
    assert catch_up(worked, CODE, LATER, newest=2) == 2
    assert catch_up(worked, CODE, LATER) == 0
    with worked.read() as session:
        assert done_dates(session, JOB, worked.county().jurisdiction_id) == {date(2026, 11, d) for d in (21, 22)}


def test_missed_days_are_caught_up_and_taken_once(worked):
    assert catch_up(worked, CODE, LATER) == 3
    before = count(worked, FigureSnapshot)
    assert catch_up(worked, CODE, LATER) == 0
    assert count(worked, FigureSnapshot) == before
    with worked.read() as session:
        place = worked.county().jurisdiction_id
        assert done_dates(session, JOB, place) == {date(2026, 11, d) for d in (20, 21, 22)}


def test_four_processes_at_once_take_each_day_exactly_once(worked):
    records = [Record(worked.url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda record: catch_up(record, CODE, LATER), records))
    for record in records:
        record.close()
    assert sum(taken) == 3
    assert count(worked, JobRun) == 3


def test_a_lost_run_is_taken_over_and_its_late_result_is_fenced_off(worked):
    place, day = worked.county().jurisdiction_id, date(2026, 11, 20)
    first = claim(worked, JOB, place, day, LATER)
    assert claim(worked, JOB, place, day, LATER) is None
    second = claim(worked, JOB, place, day, LATER + LEASE + timedelta(seconds=1))
    assert second.token == first.token + 1
    late = worked.submit_raw(lambda c: finish(c, first, LATER, {})).result()
    assert late is False
    assert worked.submit_raw(lambda c: finish(c, second, LATER, {})).result() is True


def test_a_past_day_answers_from_its_snapshot_even_when_rows_change_later(worked):
    catch_up(worked, CODE, LATER)
    office = small.actor(worked, Role.COUNTY_OFFICE)
    worked.submit_raw(
        lambda c: c.execute(text("UPDATE person SET employed_to = '2026-11-01' WHERE code = '05'"))
    ).result()

    def people(on):
        with worked.read() as session:
            rows = figures_on(session, office, worked.county(), on=on, now=LATER, only="F02", group_kind="county")
        return rows[0]["denominator"]

    assert people(date(2026, 11, 20)) == 2
    assert restate(worked, CODE, date(2026, 11, 20), LATER) >= 0
    assert people(None) == 1


def test_every_figure_that_rests_on_a_clause_names_the_page_that_shows_it(worked):
    office, place = small.actor(worked, Role.COUNTY_OFFICE), worked.county()
    with worked.read() as session:
        rows = figures_on(session, office, place, on=None, now=LATER)
    resting = {row["figure"]: row["policy"] for row in rows if row["clauses"]}
    assert resting["F02"] == "/policy?key=target.F02"
    assert all(page.startswith("/policy?key=") for page in resting.values())
    shown = [row["policy"].split("=")[1] for row in rows if row["policy"]]
    assert all(key in place.profile.values or " " in unquote(key) for key in shown)


def test_a_correction_shows_as_restated_with_both_values(worked):
    catch_up(worked, CODE, LATER)
    with worked.read() as session:
        person = session.scalars(select(Person).where(Person.code == "05")).one()
    posting = {
        "id": uuid7(), "jurisdiction_id": person.jurisdiction_id, "version": 1, "person_id": person.id,
        "township_code": small.WEST, "mode": "stationed", "seconded": False, "valid_from": date(2024, 1, 1),
    }  # fmt: skip
    worked.submit_raw(lambda c: c.execute(insert(Posting).values(posting))).result()
    assert restate(worked, CODE, date(2026, 11, 20), LATER) > 0
    with worked.read() as session:
        rows = series(session, small.actor(worked, Role.COUNTY_OFFICE), worked.county(), figure="F02", now=LATER)
    assert (rows[0]["value"], rows[0]["first"]) == (0.5, 0.0)
    assert (rows[1]["value"], rows[1]["first"]) == (0.0, 0.0)
    assert restate(worked, CODE, date(2026, 11, 20), LATER) == 0
