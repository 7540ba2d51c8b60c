"""Rosters by page: shifts and leave of one's own people, planned, ended, refused in words; tables previewed and taken in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.casework.rosters import end_leave, end_shift, plan_shift, record_leave, take_table
from data.db import Record
from data.models import Event, Leave, Person, Shift
from data.queries.rosters import monday, week_of
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import parties as p
from tests.data import small

TOMORROW = small.NOW + timedelta(days=1)


@pytest.fixture
def plan(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "jindong")
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    return p.cast(plan)


def span(begin: Any = TOMORROW, hours: float = 8) -> dict[str, str]:
    return {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=hours)).isoformat()}


def shift(plan: Record, actor: Any, person: str = "01", team: str = "W1", **when: Any) -> Shift:
    told = {"person": person, "team": team, "shift_name": "day"} | span(**when)
    row: Shift = plan.write(actor, plan_shift, given=told)
    return row


def leave(plan: Record, actor: Any, person: str = "01", **when: Any) -> Leave:
    row: Leave = plan.write(actor, record_leave, given={"person": person, "reason": "年休假"} | span(**when))
    return row


def count(plan: Record, model: Any) -> int:
    with plan.read() as session:
        return len(session.scalars(select(model).where(model.starts_at > small.NOW)).all())


def test_a_head_plans_his_own_people_and_nobody_elses(plan, actors) -> None:
    row = shift(plan, actors["west"])
    assert (row.name, row.ends_at - row.starts_at) == ("day", timedelta(hours=8))
    for person, code in (("03", "errors_shift.not_own_person"), ("99", "errors_shift.person_unknown")):
        with p.refused(code):
            shift(plan, actors["west"], person)
    shift(plan, actors["office"], "03", "E1")
    with p.refused("errors_access.forbidden"):
        shift(plan, actors["dispatcher"], "02")
    with plan.read() as session:
        (event, _) = session.scalars(select(Event).where(Event.matter == "roster").order_by(Event.sequence)).all()
    assert (event.verb, event.subject_number, event.role, event.organ) == ("plan", "01", "township_head", "WEST")


def test_a_head_plans_into_no_team_of_another_town(plan, actors, tmp_path) -> None:
    with p.refused("errors_shift.not_own_team"):
        shift(plan, actors["west"], "01", "E1")
    table = tmp_path / "shifts.csv"
    head = "person_code,team,shift_name,starts_at,ends_at"
    table.write_text(f"{head}\n01,E1,day,2026-11-22 08:00,2026-11-22 16:00\n", "utf-8")
    with pytest.raises(Refusal) as refusal:
        take_table(plan, actors["west"], plan.county(), "shifts", table)
    assert [one.params["words"].key for one in refusal.value.reasons] == ["errors_import.not_own_team"]
    assert count(plan, Shift) == 0


def test_why_somebody_is_away_is_told_to_who_plans_that_person(plan, actors) -> None:
    row = leave(plan, actors["west"])
    told = {}
    for who in ("west", "dispatcher"):
        with plan.read() as session:
            found = week_of(session, actors[who], plan.county(), small.NOW, on=row.starts_at.date())
        told[who] = [one.name for line in found.rows for one in line.leaves]
    assert told == {"west": ["年休假"], "dispatcher": [""]}


def test_who_is_posted_to_a_township_is_its_own(plan, actors) -> None:
    def posted(tx: Any) -> None:
        from data.models import Posting

        person = tx.session.scalars(select(Person).where(Person.code == "05")).one()
        tx.session.add(Posting(jurisdiction_id=tx.county.jurisdiction_id, person_id=person.id, township_code=small.WEST, mode="stationed", seconded=False, valid_from=small.FROM))  # fmt: skip

    with p.refused("errors_shift.not_own_person"):
        shift(plan, actors["west"], "05")
    plan.write(SYSTEM, posted)
    shift(plan, actors["west"], "05")


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"begin": TOMORROW + timedelta(hours=2)}, "errors_import.shift_overlaps"),
        ({"begin": TOMORROW + timedelta(days=2)}, "errors_import.shift_in_leave"),
        ({"begin": TOMORROW + timedelta(days=5), "hours": 25}, "errors_import.shift_too_long"),
        ({"begin": TOMORROW + timedelta(days=5), "hours": -1}, "errors_import.ends_before_it_begins"),
    ],
)
def test_a_shift_keeps_the_rules_of_the_table(plan, actors, when, code) -> None:
    shift(plan, actors["west"])
    leave(plan, actors["west"], begin=TOMORROW + timedelta(days=2))
    with p.refused(code):
        shift(plan, actors["west"], **when)


def test_a_coming_shift_is_taken_out_and_a_running_one_ends_now(plan, actors, clock) -> None:
    coming = shift(plan, actors["west"])
    plan.write(actors["west"], end_shift, key=str(coming.id))
    assert count(plan, Shift) == 0
    with p.refused("errors_shift.shift_unknown"):
        plan.write(actors["west"], end_shift, key=str(coming.id))
    with plan.read() as session:
        running = session.scalars(select(Shift).join(Person, Person.id == Shift.person_id).where(Person.code == "01")).one()  # fmt: skip
    with p.refused("errors_shift.not_own_person"):
        plan.write(actors["east"], end_shift, key=str(running.id))
    plan.write(actors["west"], end_shift, key=str(running.id))
    with plan.read() as session:
        assert session.get_one(Shift, running.id).ends_at == clock.now
    with p.refused("errors_shift.shift_over"):
        plan.write(actors["west"], end_shift, key=str(running.id))


def test_leave_takes_coming_shifts_out_and_can_be_withdrawn(plan, actors) -> None:
    shift(plan, actors["west"])
    row = leave(plan, actors["west"], begin=TOMORROW - timedelta(hours=1), hours=24)
    assert count(plan, Shift) == 0
    plan.write(actors["west"], end_leave, key=str(row.id))
    assert count(plan, Leave) == 0
    shift(plan, actors["west"])


def test_a_week_shows_ones_own_people_with_what_may_be_changed(plan, actors, clock) -> None:
    shift(plan, actors["west"], "02")
    day = small.NOW.date()

    def week(who: str, **narrow: str) -> dict[str, tuple[bool, int]]:
        with plan.read() as session:
            found = week_of(session, actors[who], plan.county(), clock.now, on=day, **narrow)
        assert found.begin == monday(day)
        return {row.code: (row.mine, len(row.shifts)) for row in found.rows}

    assert week("west") == {"01": (True, 1), "02": (True, 2), "07": (True, 1)}
    assert set(week("dispatcher")) == {"01", "02", "03", "04", "05", "06", "07"}
    assert week("dispatcher", team="E1") == {"03": (False, 1), "04": (False, 1)}
    with p.refused("errors_access.forbidden"), plan.read() as session:
        week_of(session, actors["west_officer"], plan.county(), clock.now, on=day)


# -- tables -----------------------------------------------------------------------------------------------------------

HEAD = "工号,队伍,班次,开始时间,结束时间"


def table(folder: Path, *lines: str) -> Path:
    file = folder / "roster.csv"
    file.write_text("\n".join((HEAD, *lines)), "utf-8")
    return file


def test_a_preview_says_what_would_be_written_and_writes_nothing(plan, actors, tmp_path) -> None:
    file = table(
        tmp_path, "01,W1,日班,2026-12-01 08:00,2026-12-01 16:00", "02,W1,日班,2026-12-01 08:00,2026-12-01 16:00"
    )
    seen = take_table(plan, actors["west"], plan.county(), "shifts", file, preview=True)
    assert (seen.rows, seen.created, count(plan, Shift)) == (2, 2, 0)
    done = take_table(plan, actors["west"], plan.county(), "shifts", file)
    assert (done.created, count(plan, Shift)) == (2, 2)
    assert take_table(plan, actors["west"], plan.county(), "shifts", file).known == 2
    with plan.read() as session:
        assert session.scalars(select(Event.verb).where(Event.matter == "import")).all() == ["run", "run"]


def test_every_fault_is_told_at_once_and_somebody_elses_person_is_one(plan, actors, tmp_path) -> None:
    file = table(tmp_path, "03,E1,日班,2026-12-01 08:00,2026-12-01 16:00", "01,没有,早班,2026-12-01 08:00,昨天")
    for preview in (True, False):
        with pytest.raises(Refusal) as told:
            take_table(plan, actors["west"], plan.county(), "shifts", file, preview=preview)
        words = [reason.sentence("zh") for reason in told.value.reasons]
        assert any("第 2 行" in one and "不是您单位的人员" in one for one in words), words
        assert sum("第 3 行" in one for one in words) >= 2, words
    assert count(plan, Shift) == 0
    with p.refused("errors_access.forbidden"):
        take_table(plan, actors["dispatcher"], plan.county(), "shifts", table(tmp_path, "03,E1,日班,2026-12-01 08:00,2026-12-01 16:00"))  # fmt: skip


def test_a_file_that_is_none_and_one_too_large_are_told(plan, actors, tmp_path) -> None:
    broken = tmp_path / "roster.xlsx"
    broken.write_bytes(b"no book")
    with p.refused("errors_import.refused"):
        take_table(plan, actors["west"], plan.county(), "shifts", broken)
    broken.write_bytes(b"0" * (1024 * 1024 + 1))
    with p.refused("errors_shift.file_large"):
        take_table(plan, actors["west"], plan.county(), "shifts", broken)


def test_an_administrator_reads_the_roster_and_plans_nobody(plan, actors) -> None:
    with p.refused("errors_access.forbidden"):
        shift(plan, small.actor(plan, Role.ADMIN))
