"""Past days counted again: only what a change touched, and then exactly what counting all of it would give."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from data import casework
from data.figures_changes import changes, touched
from data.figures_day import rows_of
from data.figures_kept import differing, newest
from data.figures_restating import refresh, restate
from data.figures_sources import SOURCES
from data.jobruns import done_dates
from data.models import FigureSnapshot, Lead
from data.queries.frames import frames
from data.snapshots import JOB, catch_up
from policy.figures.definitions import DEFINITIONS
from policy.vocabulary import Role
from tests.data import small
from tests.data.changing import DAYS, FIRST, Changing

CODE = small.CODE if hasattr(small, "CODE") else "330703000000"
LATER = FIRST + timedelta(days=19)
FEW = 5
SOON = FIRST + timedelta(days=FEW + 1)


def filled(record, seed: int, days: int = FEW, later: datetime = SOON):
    place = record.county().jurisdiction_id
    record.submit_raw(lambda c: Changing(c, place, seed, days).fill(12)).result()
    refresh(record, CODE, later)
    return place


def wrong(record, later: datetime) -> list[object]:
    """What stands otherwise than all rows, read and counted now, say."""
    county = record.county()
    with record.read() as session:
        days = sorted(done_dates(session, JOB, county.jurisdiction_id))
        read = frames(session, county, later)
        return [
            (day, row) for day in days for row in differing(newest(session, county, day), rows_of(county, read, day))
        ]


@pytest.mark.parametrize(
    ("seed", "days", "later"),
    [(0, FEW, SOON), *(pytest.param(seed, DAYS, LATER, marks=pytest.mark.long) for seed in range(2))],
)
def test_only_what_changed_is_counted_again_and_comes_to_what_all_of_it_would(town, seed, days, later) -> None:
    place = filled(town, seed, days, later)
    assert wrong(town, later) == []
    for times in (2, 25):
        town.submit_raw(lambda c, n=times: Changing(c, place, seed * 100 + n, days).change(n)).result()
        refresh(town, CODE, later, again=True)
        assert wrong(town, later) == []
    with town.read() as session:
        assert changes(session, town.county()) == []


def test_a_day_nothing_touched_is_not_counted_and_a_change_is_taken_up_once(town) -> None:
    filled(town, 9)
    assert refresh(town, CODE, SOON, again=True) == (0, 0)
    moved = select(Lead).where(Lead.resolved_at.is_not(None), Lead.received_at.is_not(None)).order_by(Lead.number)
    with town.read() as session:
        lead = session.scalars(moved).first()
        days = done_dates(session, JOB, town.county().jurisdiction_id)
    town.submit_raw(
        lambda c: c.execute(
            Lead.__table__.update().where(Lead.id == lead.id).values(township_code=small.EAST, source="video")
        )
    ).result()
    with town.read() as session:
        seen = changes(session, town.county())
        found = touched(seen, days)
    assert [change.source for change in seen] == ["lead"]
    assert "F09" in next(iter(found.values()))
    assert not any("F01" in figures for figures in found.values())
    assert all(SOURCES["lead"].figures >= figures for figures in found.values())
    taken, restated = refresh(town, CODE, SOON, again=True)
    assert taken == 0
    assert restated > 0
    assert refresh(town, CODE, SOON, again=True) == (0, 0)


def test_counting_again_happens_once_a_business_date_unless_it_is_asked_for(town) -> None:
    place = filled(town, 3)
    town.submit_raw(lambda c: Changing(c, place, 77, FEW).change(20)).result()
    assert refresh(town, CODE, SOON) == (0, 0)
    assert refresh(town, CODE, SOON, again=True)[1] > 0


def test_the_day_a_group_is_empty_again_says_so_beside_what_it_was(town) -> None:
    desk = small.actor(town, Role.DISPATCHER)
    lon, lat = small.middle(0)
    lead = town.write(
        desk, casework.receive_lead, source="grid_patrol", summary="占道", lon=lon, lat=lat, item_code="A1"
    )
    later = small.NOW + timedelta(days=2)
    catch_up(town, CODE, later)
    town.submit_raw(
        lambda c: c.execute(Lead.__table__.update().where(Lead.id == lead.id).values(source="video"))
    ).result()
    assert restate(town, CODE, date(2026, 11, 20), later) > 0
    query = select(FigureSnapshot.value, FigureSnapshot.numerator, FigureSnapshot.cause).where(
        FigureSnapshot.figure == "F09", FigureSnapshot.measure == "resolved", FigureSnapshot.group_code == "grid_patrol"
    )
    with town.read() as session:
        rows = session.execute(query.order_by(FigureSnapshot.business_date, FigureSnapshot.restatement)).all()
    assert rows[:2] == [(0.0, 0.0, None), (None, None, "asked")]


def test_every_frame_of_every_figure_has_tables_whose_changes_are_noted(town) -> None:
    watched = {frame for source in SOURCES.values() for frame in (*source.frames, *source.wide)}
    read = {frame for one in DEFINITIONS.values() for frame in (*one.sources, *one.adds)}
    assert read - watched == {"coverage", "posts"}  # of planned shifts; of the profile


def test_a_release_puts_its_triggers_in_place_and_leaves_them_when_they_are_right(town) -> None:
    from data.migrate import migrate

    names = "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    if town.url.startswith("postgresql"):
        names = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
    with town.read() as session:
        before = session.execute(text(names)).all()
    town.submit_raw(
        lambda c: c.execute(
            text(
                "DROP TRIGGER figures_see_lead_update"
                if "sqlite" in town.url
                else "DROP FUNCTION figures_see_lead CASCADE"
            )
        )
    ).result()
    migrate(town.url)
    with town.read() as session:
        assert session.execute(text(names)).all() == before
