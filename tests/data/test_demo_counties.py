"""Several demonstration counties in one database: their places by the lists, their accounts, all of them kept alive."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data import commands_demo
from data.authority import SYSTEM
from data.commands_demo import demonstration_counties, keep_alive
from data.counties import held_by
from data.county import load_county
from data.db import Record
from data.demo import PLANS, county_inputs, demonstration_grid, township_names
from data.demonstration import (
    SHARED,
    DemonstrationAccount,
    demonstration_accounts,
    load_demonstration,
    save_demonstration,
)
from data.entering import login
from data.events import verify
from data.models import Base, Item, Jurisdiction, Lead, Team
from data.simulate import build_demo, imagine
from policy.grid_levels import depth_of
from policy.items import items_for
from policy.loader import load_profile

END = datetime(2026, 11, 21, 8, 42, tzinfo=UTC)
BUILT = ("jindong", "chengliu")


@pytest.fixture(scope="module")
def accounts() -> list[DemonstrationAccount]:
    """Filled with the record."""
    return []


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory, accounts: list[DemonstrationAccount]) -> Iterator[Record]:
    """Three days of a district and of a town, one after the other."""
    found = Record(f"sqlite:///{tmp_path_factory.mktemp('two') / 'two.db'}", clock=lambda: END + timedelta(minutes=2))
    Base.metadata.create_all(found.write_engine)
    for number, profile in enumerate(BUILT):
        build_demo(found.write_engine, profile, 3, 1, END + timedelta(minutes=number), per_year=2_000)
        place = found.county(profile)
        accounts[:] = found.write(SYSTEM, demonstration_accounts, county=place, seed=1, known=list(accounts))
    yield found
    found.close()


# the lists


@pytest.mark.parametrize(
    ("profile", "townships", "villages"),
    [("jindong", 11, 361), ("lanxi", 16, 360), ("chengliu", 1, 51), ("yunyang", 42, 480), ("fuling", 27, 433)],
)
def test_a_county_has_the_townships_and_villages_of_the_statistical_list(
    profile: str, townships: int, villages: int
) -> None:
    towns = township_names(profile)
    parents = [village.township for village in county_inputs(PLANS[profile].county).villages]
    assert len(towns) == townships
    assert sum(parent in towns for parent in parents) == villages


@pytest.mark.parametrize(
    "profile", [one if one in BUILT else pytest.param(one, marks=pytest.mark.long) for one in PLANS]
)
def test_the_grid_has_as_many_levels_as_the_plan(profile: str) -> None:
    grid = demonstration_grid(profile)
    assert grid.depth == depth_of(load_profile(profile), END.date())


# the counties


def test_each_county_has_its_own_force_and_the_whole_catalogue_that_holds_there(record: Record) -> None:
    with record.read() as session:
        for profile in BUILT:
            place = record.county(profile).jurisdiction_id
            items = session.scalar(select(func.count()).select_from(Item).where(Item.jurisdiction_id == place))
            assert items == len(items_for(load_profile(profile).chain))
            assert len(session.scalars(select(Team.id).where(Team.jurisdiction_id == place)).all()) > 5
            assert verify(record, place).whole


def test_the_town_has_the_four_squadrons_of_its_plan_each_with_its_fields() -> None:
    world = imagine("chengliu", 5, 1, END)
    squadrons = {squad.names["name"]: squad for squad in world.force.squads if squad.kind == "squadron"}
    assert list(squadrons) == ["承留镇一中队", "承留镇二中队", "承留镇三中队", "承留镇四中队"]
    named = {field.code: field.name for field in world.made.fields}
    assert {named[code] for code in squadrons["承留镇三中队"].domains} == {"市场监管", "文化和旅游", "文物"}
    assert next(o for o in world.made.organs if o["code"] == "bureau")["name"] == "承留镇综合行政执法大队"


def test_a_town_has_fewer_leads_than_a_district() -> None:
    town, district = (len(imagine(profile, 5, 1, END).tables["lead"]) for profile in ("chengliu", "jindong"))
    assert town * 3 < district


# the accounts


def test_the_first_county_keeps_the_plain_names_and_the_others_are_named_for_theirs(
    record: Record, accounts: list[DemonstrationAccount]
) -> None:
    names = {account.username for account in accounts}
    assert {"dispatcher", "dispatcher.chengliu", "officer.chengliu"} <= names
    assert not {f"{role.value}.chengliu" for role in SHARED} & names


def test_office_supervisor_and_administrator_hold_their_role_in_every_county(
    record: Record, accounts: list[DemonstrationAccount]
) -> None:
    held = {profile: record.county(profile).jurisdiction_id for profile in BUILT}
    for account in accounts:
        if account.role in (*SHARED, "dispatcher"):
            entered = login(
                record, account.username, account.password, address="test", previous_token=None, now=record.clock()
            )
            assert held_by(entered.actor) == tuple(held[one] for one in account.counties), account.username
            assert (account.counties == BUILT) == (account.role in SHARED)


def test_what_is_kept_for_the_login_page_is_read_again(
    record: Record, accounts: list[DemonstrationAccount], tmp_path: Path
) -> None:
    save_demonstration(tmp_path, accounts)
    assert load_demonstration(tmp_path) == accounts


# the grid of days gone by


def test_before_the_plan_that_names_its_levels_a_town_is_still_a_town(record: Record) -> None:
    with record.read() as session:
        town = session.scalars(select(Jurisdiction).where(Jurisdiction.profile == "chengliu")).one()
        assert load_county(session, town, date(2020, 1, 1)).township_of("419001103000") == "419001103000"


# alive


def test_every_county_is_kept_alive(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    with record.read() as session:
        codes = list(session.scalars(select(Jurisdiction.code).order_by(Jurisdiction.id)))
    assert demonstration_counties(record) == codes
    monkeypatch.setattr(commands_demo, "BREATH", 0.001)
    monkeypatch.setattr(commands_demo, "PACE", 0.001)
    stop = threading.Event()
    thread = threading.Thread(target=keep_alive, args=(record, None, stop))
    before = _newest(record)
    thread.start()
    for _ in range(300):
        if all(now > then for now, then in zip(_newest(record), before, strict=True)):
            break
        stop.wait(0.1)
    stop.set()
    thread.join(30)
    assert all(now > then for now, then in zip(_newest(record), before, strict=True))


def _newest(record: Record) -> list[str]:
    with record.read() as session:
        places = [record.county(profile).jurisdiction_id for profile in BUILT]
        return [session.scalar(select(func.max(Lead.number)).where(Lead.jurisdiction_id == p)) or "" for p in places]
