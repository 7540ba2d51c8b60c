"""Daily figures: once a day, whoever runs, with days that were missed caught up and corrections shown as restated."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import func, insert, select, text
from uuid_utils.compat import uuid7

from data import casework
from data.db import Record
from data.figures_kept import keep
from data.figures_recount import recount
from data.figures_restating import refresh, restate
from data.jobruns import LEASE, beating, claim, done_dates, finish, renew
from data.models import FigureSnapshot, JobRun, Person, Posting
from data.queries.figures import figures_on, series
from data.snapshots import JOB, catch_up, last_due
from policy.figures.rows import FigureRow
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


def test_two_who_count_one_day_at_once_restate_it_once(worked):
    catch_up(worked, CODE, LATER)
    place, day = worked.county(), date(2026, 11, 20)
    rows = [FigureRow("F02", "share", "county", CODE, 0.5, 1.0, 2.0)]
    assert keep(worked, place, day, rows, LATER, "asked") == 1
    assert keep(worked, place, day, rows, LATER, "asked") == 0
    assert keep(worked, place, day, [replace(rows[0], value=0.4)], LATER, "asked") == 1


def test_a_long_recount_writes_nothing_over_what_was_kept_since_it_began(worked):
    catch_up(worked, CODE, LATER)
    place, day, begun = worked.county(), date(2026, 11, 20), LATER + timedelta(minutes=1)
    newer, older = (FigureRow("F02", "share", "county", CODE, value, 1.0, 2.0) for value in (0.5, 0.4))
    assert keep(worked, place, day, [newer], begun + timedelta(minutes=1), "changed") == 1
    assert keep(worked, place, day, [older], begun, "asked", begun_at=begun) == 0
    assert keep(worked, place, day, [older], begun, "asked", begun_at=begun + timedelta(minutes=2)) == 1


def test_a_lease_of_a_clock_that_was_ahead_binds_nobody(worked):
    """Whose clock ran days ahead and who was killed at work does not keep the day from being taken for days."""
    place, day = worked.county().jurisdiction_id, date(2026, 11, 20)
    claim(worked, JOB, place, day, LATER + timedelta(days=3))
    assert catch_up(worked, CODE, LATER) == 3


def test_who_was_killed_at_work_is_followed_within_a_minute(worked):
    place, day = worked.county().jurisdiction_id, date(2026, 11, 20)
    claim(worked, JOB, place, day, LATER)
    assert catch_up(worked, CODE, LATER + timedelta(seconds=20)) == 2
    assert catch_up(worked, CODE, LATER + timedelta(seconds=40)) == 1


def test_a_run_is_held_while_its_work_lasts(worked, monkeypatch):
    monkeypatch.setattr("data.jobruns.BEAT", 0.01)
    place, day = worked.county().jurisdiction_id, date(2026, 11, 20)
    mine, renewed = claim(worked, JOB, place, day, LATER), threading.Event()

    def clock():
        renewed.set()
        return LATER + timedelta(minutes=2)

    with beating(worked, mine, clock):
        assert renewed.wait(20)
    assert claim(worked, JOB, place, day, LATER + timedelta(minutes=2, seconds=10)) is None
    assert claim(worked, JOB, place, day, LATER + timedelta(minutes=3)) is not None


def test_a_run_that_hangs_is_let_go_of(worked, monkeypatch):
    monkeypatch.setattr("data.jobruns.BEAT", 0.01)
    monkeypatch.setattr("data.jobruns.LONGEST", 0.0)
    place, day = worked.county().jurisdiction_id, date(2026, 11, 20)
    mine = claim(worked, JOB, place, day, LATER)
    with beating(worked, mine, lambda: LATER + timedelta(minutes=2)):
        for thread in threading.enumerate():
            if thread.name == "run-held":
                thread.join(20)
                assert not thread.is_alive()
        assert claim(worked, JOB, place, day, LATER + LEASE + timedelta(seconds=1)) is not None


def test_counting_again_is_held_while_missed_days_are_read(worked, monkeypatch):
    """Reading for many days may last longer than a lease; who counts again keeps its run meanwhile."""
    monkeypatch.setattr("data.jobruns.BEAT", 0.01)
    held = threading.Event()

    def renewed(connection, mine, now, result=None):
        held.set()
        return renew(connection, mine, now, result)

    monkeypatch.setattr("data.jobruns.renew", renewed)
    monkeypatch.setattr("data.figures_restating.catch_up", lambda *_told, **_more: int(held.wait(20)))
    assert refresh(worked, CODE, LATER) == (1, 0)


def test_what_a_clock_that_was_ahead_took_is_counted_again_when_the_day_is_over(worked):
    """A day that was taken before it was over has what came later beside it on its own morning, not a day after."""
    refresh(worked, CODE, LATER + timedelta(days=1))
    assert refresh(worked, CODE, LATER) == (0, 0)
    with worked.read() as session:
        person = session.scalars(select(Person).where(Person.code == "05")).one()
    posting = {
        "id": uuid7(), "jurisdiction_id": person.jurisdiction_id, "version": 1, "person_id": person.id,
        "township_code": small.WEST, "mode": "stationed", "seconded": False, "valid_from": date(2026, 11, 23),
    }  # fmt: skip
    worked.submit_raw(lambda c: c.execute(insert(Posting).values(posting))).result()
    assert refresh(worked, CODE, LATER + timedelta(days=1))[0] == 0
    with worked.read() as session:
        rows = series(session, small.actor(worked, Role.COUNTY_OFFICE), worked.county(), figure="F02", now=LATER)
    assert [(row["value"], row["first"]) for row in rows] == [(0.0, 0.0)] * 3 + [(0.5, 0.0)]
    assert recount(worked, worked.county(), LATER + timedelta(days=1)) == 0
