"""Draws of closed files: the list before the seed, every draw an event, and anybody can repeat it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from data.authority import SYSTEM
from data.casework.file_draws import commit_files, discard_draw, draw_files, draw_on_schedule
from data.casework.file_scores import give_score
from data.db import Record
from data.models import Case, Event, FileDraw
from data.queries.file_draws import file_of_draw, list_draws, repeat_file_draw
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import reviewing as r
from tests.data import small

pytestmark = pytest.mark.anywhere


@pytest.fixture
def who(town: Record) -> dict[str, Any]:
    return c.cast(town) | r.supervisors(town)


@pytest.fixture
def files(town: Record, tmp_path: Path, who: dict[str, Any]) -> list[str]:
    return r.closed(town, tmp_path, who)


def refused(town: Record, actor: Any, verb: Any, **facts: Any) -> str:
    with pytest.raises(Refusal) as found:
        town.write(actor, verb, **facts)
    assert found.value.sentence("zh")
    assert found.value.sentence("en")
    return found.value.code


def read(town: Record, query: Any, **facts: Any) -> Any:
    with town.read() as session:
        return query(session, SYSTEM, town.county(), small.NOW, **facts)


def events(town: Record, number: str) -> list[tuple[str, dict[str, Any]]]:
    with town.read() as session:
        rows = session.scalars(select(Event).where(Event.subject_number == number).order_by(Event.sequence))
        return [(row.verb, json.loads(row.facts)) for row in rows]


def test_the_list_is_committed_before_there_is_a_seed(town: Record, who, files) -> None:
    row = town.write(who["supervisor"], commit_files, period="2026-10", wanted=4)
    assert (row.status, row.seed, row.drawn, row.files) == ("committed", None, [], files)
    lines = "".join(f"{number}\t1\n" for number in files)
    assert row.population_sha256 == hashlib.sha256(f"files\n{lines}".encode()).hexdigest()
    row = town.write(who["supervisor"], draw_files, number=row.number)
    assert (len(row.drawn), len(set(row.drawn)), len(row.seed)) == (4, 4, 64)
    (first, committed), (second, done) = events(town, row.number)
    assert (first, second) == ("commit", "draw")
    assert (committed["population_sha256"], "seed" in committed) == (row.population_sha256, False)
    assert (done["seed"], done["drawn"]) == (row.seed, row.drawn)


def by_hand(told: dict[str, Any]) -> list[str]:
    """The draw worked out from its file alone, by another hand."""
    left, out, block = sorted(told["files"]), [], 0
    while left and len(out) < told["files_wanted"]:
        head = f"{told['seed']}\n{told['population_sha256']}\nfiles\n{block}"
        number = int(hashlib.sha256(head.encode()).hexdigest(), 16)
        block += 1
        if number < 2**256 - 2**256 % len(left):
            out.append(left.pop(number % len(left)))
    return out


def test_a_second_hand_draws_the_same_files(town: Record, who, files) -> None:
    for _ in range(3):
        row = r.drawn(town, who["supervisor"])
        told = read(town, file_of_draw, number=row.number)
        assert by_hand(told) == row.drawn
        assert read(town, repeat_file_draw, number=row.number).holds
        town.write(who["supervisor"], discard_draw, number=row.number, reason="再抽一次")


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("drawn", ["JD-C-20261005-0101"], "files"),
        ("files", ["JD-C-20261005-0101"], "lists"),
        ("seed", "0" * 64, "chain"),
        ("algorithm", "dice", "method"),
        ("wanted", 2, "files"),
    ],
)
def test_what_was_altered_afterwards_is_named(town: Record, who, files, column: str, value: Any, check: str) -> None:
    row = r.drawn(town, who["supervisor"])
    town.write(SYSTEM, lambda tx: tx.session.execute(update(FileDraw).values({column: value})))
    found = read(town, repeat_file_draw, number=row.number)
    assert (found.holds, dict(found.checks)[check]) == (False, False)
    assert all(found.sentences(lang) for lang in ("zh", "en"))


def test_a_period_is_drawn_from_once_and_a_discarded_draw_stays(town: Record, who, files) -> None:
    first = r.drawn(town, who["supervisor"])
    assert refused(town, who["office"], commit_files, period="2026-10") == "errors_files.drawn_already"
    assert (
        refused(town, who["supervisor"], discard_draw, number=first.number, reason=" ") == "errors_files.reason_missing"
    )
    town.write(who["supervisor"], discard_draw, number=first.number, reason="名录漏列一卷")
    again = town.write(who["office"], commit_files, period="2026-10", wanted=50)
    assert again.wanted == len(files), "where fewer were closed, all of them"
    kept = {row.draw.number: row.draw.status for row in read(town, list_draws)}
    assert kept == {first.number: "discarded", again.number: "committed"}
    verb, facts = events(town, first.number)[-1]
    assert (verb, "名录" in json.dumps(facts, ensure_ascii=False)) == ("discard", False), "words stand beside the chain"


def test_a_draw_with_a_score_is_not_discarded(town: Record, who, files) -> None:
    row = r.drawn(town, who["supervisor"])
    town.write(who["supervisor"], give_score, case=row.drawn[0], points=r.overall(), draw=row.number)
    assert refused(town, who["office"], discard_draw, number=row.number, reason="不满意") == "errors_files.draw_scored"


def test_a_public_number_is_named_before_it_is_known(town: Record, who, files) -> None:
    row = town.write(who["supervisor"], commit_files, period="2026-10", beacon_name="双色球第2026134期")
    assert refused(town, who["supervisor"], draw_files, number=row.number) == "errors_files.beacon_named"
    row = town.write(who["supervisor"], draw_files, number=row.number, beacon="03 08 11 19 27 30")
    assert (row.seed, row.seed_source, len(row.drawn)) == ("03 08 11 19 27 30", "beacon", 10)
    assert refused(town, who["supervisor"], draw_files, number=row.number, beacon="1") == "errors_files.draw_state"
    town.write(who["supervisor"], discard_draw, number=row.number, reason="重抽")
    other = town.write(who["supervisor"], commit_files, period="2026-10")
    assert (
        refused(town, who["supervisor"], draw_files, number=other.number, beacon="7") == "errors_files.beacon_unnamed"
    )


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"period": "十月"}, "period_wrong"),
        ({"period": "2026-11"}, "period_open"),
        ({"period": "2026-08"}, "nothing_closed"),
        ({"period": "2026-10", "wanted": 0}, "wanted_wrong"),
        ({"period": "2026-10", "beacon_name": "长" * 201}, "long"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(town: Record, who, files, facts, code: str) -> None:
    assert refused(town, who["supervisor"], commit_files, **facts) == f"errors_files.{code}"


def test_a_file_that_was_erased_or_is_open_is_not_drawn(town: Record, who, files) -> None:
    def change(tx: Any) -> None:
        tx.session.execute(update(Case).where(Case.number == files[1]).values(erased_at=small.NOW))
        tx.session.execute(update(Case).where(Case.number == files[2]).values(status="executing"))

    town.write(SYSTEM, change)
    row = town.write(who["supervisor"], commit_files, period="2026-10")
    assert set(files) - set(row.files) == {files[1], files[2]}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.TOWNSHIP_HEAD, Role.DISPATCHER, Role.LEGAL_REVIEWER, Role.ADMIN])
def test_only_supervision_draws(town: Record, files, role: Role) -> None:
    assert refused(town, small.actor(town, role), commit_files, period="2026-10") == "errors_access.forbidden"


def test_who_holds_one_township_does_not_draw_from_the_county(town: Record, files) -> None:
    own = small.actor(town, Role.SUPERVISOR, townships=frozenset({small.WEST}))
    assert refused(town, own, commit_files, period="2026-10") == "errors_access.forbidden"


# -- the schedule ------------------------------------------------------------------------------------------------------


def look(town: Record, later: timedelta = timedelta(0)) -> list[str]:
    return town.write(SYSTEM, draw_on_schedule, now=small.NOW + later)


def test_the_schedule_commits_at_one_look_and_draws_at_a_later_one(town: Record, who, files) -> None:
    """November 20: October is over, the quarter and the year of the files are not; 2026-Q3 and 2025 closed nothing."""
    (number,) = look(town)
    row = read(town, list_draws)[0].draw
    assert (row.status, row.cycle, row.wanted) == ("committed", "month", 10)
    assert look(town, timedelta(minutes=10)) == [number]
    row = read(town, list_draws)[0].draw
    assert (row.status, len(row.drawn)) == ("drawn", 10)
    assert look(town, timedelta(minutes=20)) == [], "nothing is due any more"
    assert [verb for verb, _ in events(town, number)] == ["commit", "draw"]


def test_in_january_month_quarter_and_year_are_drawn(town: Record, who, files) -> None:
    numbers = look(town, timedelta(days=50))
    rows = [one.draw for one in read(town, list_draws)]
    assert len(numbers) == len(rows) == 2
    assert {(row.cycle, row.begins_on.isoformat(), len(row.files)) for row in rows} == {
        ("quarter", "2026-10-01", len(files)),
        ("year", "2026-01-01", len(files)),
    }, "December closed nothing"


def test_months_that_were_missed_are_caught_up(town: Record, tmp_path: Path, who, files) -> None:
    look(town)
    town.write(
        SYSTEM, lambda tx: tx.session.execute(update(Case).where(Case.number == files[3]).values(closed_at=small.NOW))
    )
    look(town, timedelta(days=75))
    months = sorted(row.draw.begins_on.isoformat() for row in read(town, list_draws, cycle="month"))
    assert months == ["2026-10-01", "2026-11-01"]


def test_what_somebody_discarded_is_not_made_again_by_itself(town: Record, who, files) -> None:
    (number,) = look(town)
    town.write(who["supervisor"], discard_draw, number=number, reason="名录有误")
    assert look(town, timedelta(hours=1)) == []


def test_a_plan_without_a_cycle_has_no_draws_by_itself(database: str, clock, tmp_path: Path) -> None:
    record = Record(database, clock=clock)
    try:
        small.build(record)
        r.closed(record, tmp_path, c.cast(record))
        with record.read() as session:
            assert session.scalars(select(FileDraw)).all() == []
        silent = {key: value for key, value in record.county().profile.values.items() if key != "file_review.cycle"}
        from dataclasses import replace

        place = replace(record.county(), profile=replace(record.county().profile, values=silent))
        assert record.write(SYSTEM, draw_on_schedule, county=place) == []
        by_hand_ = record.write(SYSTEM, commit_files, county=place, period="2026-10", wanted=3)
        assert by_hand_.wanted == 3
    finally:
        record.close()
