"""The rows behind a figure add up to it, follow the reader's rights and hide nobody's count; the same county under other plans."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.authority import SYSTEM, Actor, Scope
from data.casework.complaints import take_complaint
from data.db import Record
from data.queries.figure_definition import meaning
from data.queries.figure_rows import SourceRows, source_rows
from data.queries.figures import figures_on
from policy.errors import Refusal
from policy.figures.definitions import definition
from policy.vocabulary import Role
from tests.data import hand_county as hand
from tests.data import small
from tests.data.test_hand_county import TABLE

W, E = small.WEST, small.EAST
Counties = Callable[[str], Record]


@pytest.fixture(scope="module")
def counties(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counties]:
    """The county of hand_county.py under a plan, built once each."""
    folder, made = tmp_path_factory.mktemp("plans"), dict[str, Record]()

    def under(profile: str) -> Record:
        if profile not in made:
            shutil.copyfile(migrated_sqlite, folder / f"{profile}.db")
            made[profile] = hand.build(Record(f"sqlite:///{folder / profile}.db", clock=lambda: small.NOW), profile)
        return made[profile]

    yield under
    for record in made.values():
        record.close()


@pytest.fixture
def county(counties: Counties) -> Record:
    return counties("jindong")


def rows(record: Record, figure: str, actor: Actor = SYSTEM, **more: Any) -> SourceRows:
    asked = {"on": hand.DAY, "now": record.clock(), "limit": 500} | more
    with record.read() as session:
        return source_rows(session, actor, record.county(), figure=figure, **asked)


def told(record: Record, figure: str, measure: str, group: str = "", on: date | None = hand.DAY) -> dict[str, Any]:
    with record.read() as session:
        found = figures_on(session, SYSTEM, record.county(), on=on, now=record.clock(), only=figure)
    return next(one for one in found if (one["measure"], one["group_code"]) == (measure, group))


def head(record: Record, township: str, role: Role = Role.TOWNSHIP_HEAD) -> Actor:
    return small.actor(record, role, townships=frozenset({township}))


# -- they add up -------------------------------------------------------------------------------------------------------

APART = {("F01", "contribution"), ("F01", "people"), ("F24", "gini"), ("F24", "hours"), ("F21", "best")}
"""Held against something else than their own rows: the whole force, pairs of townships, people instead of shifts."""


def _adding() -> Iterator[tuple[str, str, str, str, float, float]]:
    for figure, lines in TABLE.items():
        for measure, (kind, code), numerator, denominator, _, _ in lines:
            if definition(figure).measure(measure).unit in ("share", "count") and (figure, measure) not in APART:
                yield figure, measure, kind, code, numerator, denominator


@pytest.mark.parametrize("figure", list(dict.fromkeys(line[0] for line in _adding())))
def test_the_rows_add_up_to_the_figure(county: Record, figure: str) -> None:
    for _, measure, kind, code, numerator, denominator in (line for line in _adding() if line[0] == figure):
        found = rows(county, figure, measure=measure, group=kind, code=code)
        added = sum(row.hit or 0 for row in found.rows), sum(row.of for row in found.rows)
        assert added == (numerator, denominator), (measure, kind, code)
        assert found.hidden == 0


def test_lengths_of_time_are_those_of_the_rows(county: Record) -> None:
    found = rows(county, "F10", measure="case_decision")
    assert sorted((row.cells["case_id"], row.hit) for row in found.rows) == [
        ("C-51", 40.0), ("C-52", 100.0), ("C-53", 20.0), ("C-54", 30.0)
    ]  # fmt: skip
    assert rows(county, "F19", measure="fines").rows[0].of == 1


def test_a_page_of_rows_and_the_next(county: Record) -> None:
    first, next_one = rows(county, "F01", limit=20), rows(county, "F01", limit=20, offset=20)
    assert (first.total, first.counted, len(first.rows), len(next_one.rows)) == (31, 21, 20, 11)
    assert all(row.hit for row in first.rows), "those that count for the numerator come first"


def test_months_gather_from_their_first_day(county: Record) -> None:
    assert rows(county, "F21", group="quarter", code="2026-Q4").total == 5
    assert rows(county, "F21", group="day", code="2026-11-05").total == 1


# -- who may read them -------------------------------------------------------------------------------------------------


def test_a_town_reads_its_own_rows_and_the_count_of_the_others(county: Record) -> None:
    mine = rows(county, "F09", head(county, E))
    assert ({row.matter for row in mine.rows}, mine.hidden) == ({"L-3", "L-4"}, 3)
    assert rows(county, "F09", small.actor(county, Role.COUNTY_OFFICE)).hidden == 0


def test_who_reads_no_cases_gets_none(county: Record) -> None:
    found = rows(county, "F19", small.actor(county, Role.WALL))
    assert (found.rows, found.total, found.hidden) == ((), 0, 8)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DEPARTMENT, Role.SQUADRON_HEAD])
def test_who_reads_the_own_cards_alone_gets_none_of_others(county: Record, role: Role) -> None:
    whole = rows(county, "F22", small.actor(county, Role.COUNTY_OFFICE))
    assert (whole.total > 0, whole.hidden) == (True, 0)
    found = rows(county, "F22", small.actor(county, role))
    assert (found.rows, found.hidden) == ((), whole.total)


@pytest.mark.parametrize(("figure", "measure"), [("F11", None), ("F26", None)])
def test_a_complaint_is_told_only_to_who_may_know_of_it(
    town: Record, figure: str, measure: str | None, clock: Any
) -> None:
    office = small.actor(town, Role.COUNTY_OFFICE)
    given = {"channel": "letter", "words": "未出示证件", "about_organ": "WEST"}
    number = town.write(office, take_complaint, given=given).number
    clock.now += timedelta(days=60)

    def told_to(role: Role, organ: str, *towns: str) -> tuple[bool, bool]:
        scope = Scope(role, town.county().jurisdiction_id, organ, frozenset(towns) or None)
        found = rows(town, figure, replace(office, scopes=(scope,)), on=None, days=90, measure=measure)
        return number in {row.matter for row in found.rows}, found.hidden > 0

    assert told_to(Role.SUPERVISOR, "BUREAU") == (True, False)
    assert told_to(Role.TOWNSHIP_HEAD, "WEST", W) == (False, True), "the organ complained of"
    assert told_to(Role.LEGAL_REVIEWER, "EAST") == (False, True), "who did not take it in"
    assert told_to(Role.OFFICER, "BUREAU") == (False, True), "who reads cases and no complaints"


def test_names_of_people_are_masked(county: Record) -> None:
    found = rows(county, "F02", small.actor(county, Role.COUNTY_OFFICE))
    assert {row.cells["person_id"] for row in found.rows} == {f"{n} 甲**" for n in (*range(11, 20), *range(21, 25))}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"measure": "nothing"}, "errors_matter.unknown_measure"),
        ({"group": "galaxy"}, "errors_matter.unknown_group"),
        ({"on": small.NOW.date() + timedelta(days=9)}, "errors_matter.day_ahead"),
        ({"group": "day", "code": "yesterday"}, "errors_matter.no_day"),
    ],
)
def test_what_is_not_there_is_refused_in_words(county: Record, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rows(county, "F09", **more)
    assert refused.value.code == code
    assert refused.value.sentence("en") != refused.value.sentence("zh")


# -- under other plans -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "figure", "measure", "group", "parts", "target", "meets", "why"),
    [
        ("lanxi", "F01", "share", "", (21, 31), 0.6, True, "21 of 31 is 68 %"),
        ("lanxi", "F02", "share", "", (6, 13), None, None, "Lanxi asks nothing of a single team"),
        ("lanxi", "F05", "filled", "", (6, 12), 1.0, False, "three posts and three offices in each of two towns"),
        ("lanxi", "F05", "filled", W, (4, 6), 1.0, False, "captain, deputies, office; the room's holder left on the 1st"),
        ("lanxi", "F05", "filled", E, (2, 6), 1.0, False, "two captains fill one post"),
        ("lanxi", "F23", "held", "", (1, 1), 1, True, "one meeting in half a year"),
        ("jindong", "F02", "share", "MARKET", (4, 9), 0.5, False, "44 %"),
        ("jindong", "F01", "share", "", (21, 31), None, None, "Jindong's plan is silent: nothing is borrowed"),
        ("jindong", "F13", "without_due_review", "", (1, 3), 0, False, "the law knows no exception"),
        ("yunyang", "F14", "covered", "", (2, 4), 0.7, False, "Yunyang's plan leaves the fire service in"),
        ("yunyang", "F16", "in_use", "", (2, 2), 30, False, "30 were due by the end of 2025; 50 come in 2027"),
    ],
)  # fmt: skip
def test_under_another_plan(
    counties: Counties, profile: str, figure: str, measure: str, group: str, parts: Any, target: Any, meets: Any, why: str
) -> None:  # fmt: skip
    row = told(counties(profile), figure, measure, group)
    assert ((row["numerator"], row["denominator"]), row["target"], row["meets"]) == (parts, target, meets), why


def test_few_cases_and_silence_are_said(county: Record) -> None:
    silent, few = told(county, "F01", "share"), told(county, "F02", "share", "ENV")
    assert (silent["silent"], silent["small"]) == (True, False)
    assert (few["silent"], few["small"], few["group_name"]) == (False, True, "生态环境执法队")
    assert told(county, "F01", "share")["target_clause"] is None


def test_what_a_figure_means_here(counties: Counties) -> None:
    here = meaning(counties("yunyang").county(), "F16", hand.DAY, "en")
    due, next_one = here.measures[0].target, here.measures[0].coming
    assert (due.value, due.by, due.due) == (30, date(2025, 12, 31), True)  # type: ignore[union-attr]
    assert (next_one.value, next_one.by, next_one.due) == (50, date(2027, 12, 31), False)  # type: ignore[union-attr]
    there = meaning(counties("jindong").county(), "F16", hand.DAY)
    assert there.silent == ("target.F16",)


def test_coverage_of_a_past_day_is_that_of_its_shifts(county: Record) -> None:
    """The day shift has both towns: East's villages lie 2.4 km from its middle, at 45 km/h and a detour of 1.3 some 4 minutes
    of 15; West's are as far, at 30 km/h more than its 5."""
    with county.read() as session:
        found = figures_on(
            session, SYSTEM, county.county(), on=hand.DAY, now=county.clock(), only="F08", group_kind="shift"
        )
    shares = {(row["measure"], row["group_code"]): (row["numerator"], row["denominator"]) for row in found}
    assert shares["cells", "day"] == (2, 4)
