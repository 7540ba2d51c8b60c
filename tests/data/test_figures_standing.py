"""The watchdog: a refresh that did not come is known, told once, and over when it has come; all days are counted again on demand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data import casework
from data.casework.figures_missing import tell_missing
from data.casework.recounting import ask_recount, stop_recount
from data.figures_recount import STOPPED, newest_recount, run_asked
from data.figures_restating import refresh
from data.models import FigureSnapshot, Lead, Notice
from data.queries.figures import figures_on, series
from data.queries.figures_standing import DUE, FRESH, MISSING, recount_words, standing, words
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

CODE = "330703000000"
DUE_AT = small.NOW.replace(day=20, hour=22, minute=0)  # 06:00 of the 21st in Shanghai


@pytest.fixture
def worked(town):
    desk = small.actor(town, Role.DISPATCHER)
    lon, lat = small.middle(0)
    town.write(desk, casework.receive_lead, source="grid_patrol", summary="占道", lon=lon, lat=lat, item_code="A1")
    return town


def stands(record, now):
    with record.read() as session:
        return standing(session, record.county(), now, 6)


def test_a_refresh_is_missing_half_an_hour_after_it_was_due_and_not_before(worked) -> None:
    assert stands(worked, DUE_AT - timedelta(minutes=1)).state == FRESH
    assert stands(worked, DUE_AT + timedelta(minutes=29)).state == DUE
    late = stands(worked, DUE_AT + timedelta(minutes=30))
    assert (late.state, late.missing, late.overdue_since) == (MISSING, (date(2026, 11, 20),), DUE_AT)
    assert "2026-11-20" in words(late)
    refresh(worked, CODE, DUE_AT + timedelta(hours=1))
    assert stands(worked, DUE_AT + timedelta(hours=1)).state == FRESH


def test_a_missing_refresh_is_told_once_for_each_day_that_falls_due(worked) -> None:
    def told(now):
        return worked.write(
            small.SYSTEM if hasattr(small, "SYSTEM") else small.actor(worked, Role.ADMIN), tell_missing, now=now, hour=6
        )

    assert told(DUE_AT) is False
    first = told(DUE_AT + timedelta(hours=1))
    assert told(DUE_AT + timedelta(hours=2)) is False
    second = told(DUE_AT + timedelta(days=1, hours=1))
    with worked.read() as session:
        number = session.scalar(select(func.count()).select_from(Notice).where(Notice.reason == "figures_missing"))
    assert first is second is (number > 0)


def later(record):
    now = small.NOW + timedelta(days=3)
    refresh(record, CODE, now)
    with record.read() as session:
        lead = session.scalars(select(Lead)).one()
    record.submit_raw(
        lambda c: c.execute(Lead.__table__.update().where(Lead.id == lead.id).values(source="video"))
    ).result()
    return now


def test_all_days_are_counted_again_on_demand_and_say_what_they_were_when_and_why(worked) -> None:
    now, office = later(worked), small.actor(worked, Role.COUNTY_OFFICE)
    worked.write(office, ask_recount, now=now)
    with pytest.raises(Refusal) as refused:
        worked.write(office, ask_recount, now=now)
    assert refused.value.kind == "conflict"
    heard = []
    assert run_asked(worked, CODE, now, lambda done, of: heard.append((done, of))) > 0
    assert heard[-1] == (3, 3)
    assert run_asked(worked, CODE, now) is None
    with worked.read() as session:
        done = newest_recount(session, worked.county())
        rows = figures_on(session, office, worked.county(), on=date(2026, 11, 20), now=now, only="F09")
        days = series(session, office, worked.county(), figure="F09", now=now, group_kind="source", group_code="video")
    assert (done.status, done.rows > 0) == ("done", True)
    assert "3" in recount_words(done)
    told = {
        row["group_code"]: row["restated"]
        for row in rows
        if (row["measure"], row["group_kind"]) == ("resolved", "source")
    }
    assert told["grid_patrol"]["first"] == 0.0
    assert (told["video"]["first"], told["video"]["cause"]) == (None, "asked")
    assert told["video"]["at"] == now
    assert days[0]["first"] is None
    assert days[0]["restated"]["why"]


def test_a_recount_is_stopped_while_it_waits_or_runs_and_what_it_kept_stays(worked) -> None:
    now, office = later(worked), small.actor(worked, Role.COUNTY_OFFICE)
    with pytest.raises(Refusal):
        worked.write(office, stop_recount, now=now)
    worked.write(office, ask_recount, now=now)
    worked.write(office, stop_recount, now=now)
    assert run_asked(worked, CODE, now) is None
    worked.write(office, ask_recount, now=now)
    assert (
        run_asked(
            worked, CODE, now, lambda done, of: worked.write(office, stop_recount, now=now) if done == 1 else None
        )
        is None
    )
    with worked.read() as session:
        assert newest_recount(session, worked.county()).status == STOPPED
        kept = session.scalar(select(func.count()).select_from(FigureSnapshot).where(FigureSnapshot.restatement > 0))
    worked.write(office, ask_recount, now=now)
    assert run_asked(worked, CODE, now) is not None
    with worked.read() as session:
        again = session.scalar(select(func.count()).select_from(FigureSnapshot).where(FigureSnapshot.restatement > 0))
    assert again >= kept
