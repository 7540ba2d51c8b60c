"""The sink-down matrix on the record: who stands where, in which mode, who counts and why not; on a past day too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.db import Record
from data.models import Certificate, Organ, Person, Posting, Secondment
from data.queries.office_force import FIRE, OWN, sink_down
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

TODAY = small.NOW.date()


@pytest.fixture
def office(town: Record):
    return small.actor(town, Role.COUNTY_OFFICE)


def people(town: Record) -> dict[str, Person]:
    with town.read() as session:
        return {one.code: one for one in session.scalars(select(Person))}


def post(town: Record, code: str, township: str, **more) -> None:
    facts = {"mode": "stationed", "seconded": False, "valid_from": TODAY - timedelta(days=30)} | more
    place, key = town.county().jurisdiction_id, people(town)[code].id

    def work(tx):
        tx.session.add(Posting(jurisdiction_id=place, person_id=key, township_code=township, **facts))

    town.write(SYSTEM, work)


def seen(town: Record, office, on: date | None = None):
    with town.read() as session:
        return sink_down(session, office, town.county(), small.NOW, on)


def cells(found) -> dict[tuple[str, str], int]:
    return {(row.code, code): cell.counted for row in found.rows for code, cell in row.cells.items()}


def test_own_staff_stand_in_one_row_and_teams_by_themselves(town: Record, office) -> None:
    found = seen(town, office)
    assert cells(found) == {(OWN, small.WEST): 2, (OWN, small.EAST): 2}
    market = next(row for row in found.rows if row.code == "MARKET")
    assert (market.whole, market.sunk, market.needed) == (2, 0, 0.5), "JD 二(一)2 asks half of each professional team"
    assert (found.whole, found.sunk) == (6, 4), "grid workers are no enforcement force"


def test_modes_and_181n_follow_the_posting(town: Record, office) -> None:
    post(town, "05", small.WEST)
    post(town, "06", small.EAST, mode="covering")
    found = seen(town, office)
    market = next(row for row in found.rows if row.code == "MARKET")
    assert market.cells[small.WEST].modes == {"stationed": 1}
    assert market.cells[small.EAST].modes == {"covering": 1}
    assert found.parts[small.WEST]["department"] == 1
    assert found.parts[small.WEST]["township"] == 2
    assert {one.person for one in found.cell("MARKET", small.WEST)} == {"05"}


def test_a_secondment_counts_out_and_is_listed_with_its_reason(town: Record, office) -> None:
    post(town, "01", small.WEST, seconded=True, reason="专班")
    found = seen(town, office)
    assert cells(found)[OWN, small.WEST] == 1
    (lent,) = found.lent
    assert (lent.person, lent.lent_from, lent.reason, lent.counted, lent.why_not) == (
        "01",
        small.WEST,
        "专班",
        False,
        "lent",
    )


def test_a_secondment_says_who_approved_it_and_where_the_person_works(town: Record, office) -> None:
    post(town, "01", small.WEST, seconded=True, reason="专班")
    assert seen(town, office).lent[0].approved_by is None
    place = town.county().jurisdiction_id

    def work(tx):
        key = tx.session.scalars(select(Posting.id).where(Posting.seconded)).one()
        tx.session.add(Secondment(jurisdiction_id=place, posting_id=key, approved_by="区委组织部", works_at="区防指"))

    town.write(SYSTEM, work)
    (lent,) = seen(town, office).lent
    assert (lent.approved_by, lent.works_at) == ("区委组织部", "区防指")


def test_who_is_there_without_a_certificate_is_seen_and_does_not_count(town: Record, office) -> None:
    post(town, "05", small.WEST)
    place = town.county().jurisdiction_id

    def work(tx):
        key = people(town)["05"].id
        row = tx.session.scalars(select(Certificate).where(Certificate.person_id == key)).one()
        row.valid_to = small.NOW - timedelta(days=3)

    town.write(SYSTEM, work)
    found = seen(town, office)
    market = next(row for row in found.rows if row.code == "MARKET")
    assert (market.cells[small.WEST].counted, market.cells[small.WEST].others) == (0, 1)
    assert next(one for one in found.people if one.person == "05").why_not == "expired"
    assert place


def test_a_past_day_shows_what_held_on_it(town: Record, office) -> None:
    post(town, "05", small.WEST, valid_from=TODAY - timedelta(days=9), valid_to=TODAY - timedelta(days=3))
    assert ("MARKET", small.WEST) not in cells(seen(town, office))
    assert cells(seen(town, office, TODAY - timedelta(days=5)))["MARKET", small.WEST] == 1
    assert ("MARKET", small.WEST) not in cells(seen(town, office, TODAY - timedelta(days=10)))


def test_fire_staff_stand_in_their_row(town: Record, office) -> None:
    place = town.county().jurisdiction_id

    def work(tx):
        organ = Organ(
            jurisdiction_id=place, code="FIRE-W", name="西镇消防站", name_en="", kind="fire", township_code=small.WEST
        )
        tx.session.add(organ)
        tx.session.flush()
        tx.session.add(
            Person(
                jurisdiction_id=place, code="99", name="乙", kind="fire", organ_id=organ.id, employed_from=small.FROM
            )
        )

    town.write(SYSTEM, work)
    found = seen(town, office)
    assert cells(found)[FIRE, small.WEST] == 1
    assert found.parts[small.WEST]["fire"] == 1


def test_names_are_masked_for_who_may_not_plan_postings(town: Record, office) -> None:
    assert seen(town, office).people[0].name == "甲01"
    assert seen(town, small.actor(town, Role.TOWNSHIP_HEAD)).people[0].name != "甲01"


def test_a_grid_worker_does_not_see_the_matrix(town: Record) -> None:
    with pytest.raises(Refusal):
        seen(town, small.actor(town, Role.GRID_WORKER))
