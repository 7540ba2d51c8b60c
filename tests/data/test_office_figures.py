"""The table of all figures and the items at work on the record: taken days, restated ones, today so far, items never used."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.db import Record
from data.models import Case, FigureSnapshot, Item, Remedy
from data.queries.office_figures import figure_table
from data.queries.office_items import items_at_work
from policy.errors import Refusal
from policy.figures.definitions import DEFINITIONS
from policy.vocabulary import Role
from tests.data import small

TODAY = small.NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def office(town: Record):
    return small.actor(town, Role.COUNTY_OFFICE)


def taken(town: Record, day: date, value: float, again: int = 0, kind: str = "county", code: str = "") -> None:
    place = town.county().jurisdiction_id

    def work(tx):
        tx.session.add(
            FigureSnapshot(
                jurisdiction_id=place, business_date=day, figure="F04", measure="named", group_kind=kind, group_code=code,
                value=value, numerator=value * 20, denominator=20, profile_digest="-", taken_at=small.NOW, restatement=again,
            )
        )  # fmt: skip

    town.write(SYSTEM, work)


def line(town: Record, office, figure: str = "F04", **more):
    with town.read() as session:
        found = figure_table(session, office, town.county(), small.NOW, **more)
    return found, next(one for one in found.lines if one.figure == figure and one.headline)


def test_every_figure_has_a_line_whether_it_has_a_value_or_not(town: Record, office) -> None:
    found, _ = line(town, office)
    assert {one.figure for one in found.lines if one.headline} == set(DEFINITIONS)


def test_before_any_snapshot_the_table_is_of_today_so_far(town: Record, office) -> None:
    found, share = line(town, office, "F01")
    assert (found.on, found.live, found.taken) == (TODAY, True, None)
    assert share.county.value == pytest.approx(4 / 6)


def test_the_newest_snapshot_is_shown_with_its_target_and_the_month_before(town: Record, office) -> None:
    taken(town, YESTERDAY - timedelta(days=30), 0.5)
    taken(town, YESTERDAY, 0.75)
    found, named = line(town, office)
    assert (found.on, found.live) == (YESTERDAY, False)
    assert (named.county.value, named.before.value, named.target.value, named.meets) == (0.75, 0.5, 1.0, False)
    assert named.trend == ((YESTERDAY - timedelta(days=30), 0.5), (YESTERDAY, 0.75))


def test_a_restated_value_carries_the_first_one(town: Record, office) -> None:
    for again, value in enumerate((0.5, 0.6, 0.75)):
        taken(town, YESTERDAY, value, again)
    _, named = line(town, office)
    assert (named.county.value, named.county.first, named.county.restated) == (0.75, 0.5, True)


def test_each_township_is_held_against_the_target_where_the_plan_speaks_of_it(town: Record, office) -> None:
    taken(town, YESTERDAY, 1.0, kind="township", code=small.WEST)
    taken(town, YESTERDAY, 0.5, kind="township", code=small.EAST)
    found, named = line(town, office, by="township")
    assert named.group_meets == {small.WEST: True, small.EAST: False}
    assert found.codes == (small.WEST, small.EAST)


def test_a_later_correction_is_seen_at_once(town: Record, office) -> None:
    taken(town, YESTERDAY, 0.5)
    assert line(town, office)[1].county.value == 0.5
    taken(town, YESTERDAY, 0.75, 1)
    assert line(town, office)[1].county.value == 0.75


def test_a_day_ahead_is_refused(town: Record, office) -> None:
    with pytest.raises(Refusal) as refused:
        line(town, office, on=TODAY + timedelta(days=1))
    assert refused.value.code == "errors_matter.day_ahead"


def used(town: Record, item: str, township: str, *overturned: str) -> None:
    place = town.county().jurisdiction_id

    def work(tx):
        key = tx.session.scalars(select(Item.id).where(Item.code == item)).one()
        row = Case(
            jurisdiction_id=place, number=f"JD-C-{item}-{township}", procedure="ordinary", status="closed", item_id=key,
            summary="占道", organ_code="WEST", in_name_of="WEST", basis="delegated", act_on=TODAY, found_at=small.NOW,
            proposed_at=small.NOW, filed_at=small.NOW - timedelta(days=9), decided_at=small.NOW, township_code=township,
        )  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        for kind, result in zip(("suit", "reconsideration"), overturned, strict=False):
            tx.session.add(
                Remedy(
                    jurisdiction_id=place, case_id=row.id, kind=kind, organ="法院", asked_at=small.NOW, result=result
                )
            )

    town.write(SYSTEM, work)


def items(town: Record, office):
    with town.read() as session:
        return items_at_work(session, office, town.county(), small.NOW)


def test_an_item_held_and_never_used_is_listed_for_the_assessment(town: Record, office) -> None:
    """PL 24: both towns hold A1, nobody has used it; B1 is held by no town and is not theirs to use."""
    (one,) = items(town, office).items
    assert (one.code, one.townships, one.unused) == ("A1", {"delegated_general": 2}, True)


def test_use_and_overturned_decisions_are_counted_by_item_and_township(town: Record, office) -> None:
    used(town, "A1", small.WEST)
    used(town, "A1", small.EAST, "revoked")
    found = items(town, office)
    (one,) = found.items
    assert (one.cases, one.cases_year, one.decided, one.overturned) == (2, 2, 2, 1)
    assert {row.code: (row.used, row.cases_year) for row in found.townships} == {small.WEST: (1, 1), small.EAST: (1, 1)}


def test_a_decision_changed_twice_is_one_decision_overturned(town: Record, office) -> None:
    used(town, "A1", small.WEST, "changed", "revoked")
    (one,) = items(town, office).items
    assert (one.decided, one.overturned) == (1, 1)


def test_a_decision_that_was_upheld_is_not_overturned(town: Record, office) -> None:
    used(town, "A1", small.WEST, "upheld")
    assert items(town, office).items[0].overturned == 0
