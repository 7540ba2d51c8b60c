"""Shifts and leave from tables: everything or nothing, no one on two shifts at once, none planned into a leave."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from data.authority import SYSTEM
from data.importers import ImportRefused, import_leaves, import_shifts, write_template
from data.models import Leave, Shift
from data.queries.force import team_facts
from policy.vocabulary import Role
from policy.zone import CHINA
from tests.data import small

SHIFTS = ("工号", "队伍", "班次", "开始时间", "结束时间")
LEAVES = ("工号", "开始时间", "结束时间", "请假事由")
TOMORROW = (small.NOW.astimezone(CHINA) + timedelta(days=1)).date()


def at(hour: int) -> str:
    return f"{TOMORROW} {hour:02}:00"


def table(file: Path, heads: tuple[str, ...], *rows: tuple[str, ...]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([heads, *rows])
    return file


def shifts(town, tmp_path, *rows):
    return import_shifts(town, SYSTEM, town.county(), table(tmp_path / "roster.csv", SHIFTS, *rows))


def leaves(town, tmp_path, *rows):
    return import_leaves(town, SYSTEM, town.county(), table(tmp_path / "leave.csv", LEAVES, *rows))


def faults(refused) -> list[tuple[int, str]]:
    return [(fault.row, fault.code.removeprefix("errors_import.")) for fault in refused.value.faults]


def test_a_roster_is_taken_in_once(town, tmp_path):
    rows = [("01", "W1", "日班", at(8), at(16)), ("02", "W1队", "evening", at(16), f"{TOMORROW + timedelta(days=1)}")]
    done = shifts(town, tmp_path, *rows)
    assert (done.rows, done.created, done.known) == (2, 2, 0)
    again = shifts(town, tmp_path, *rows)
    assert (again.created, again.known) == (0, 2)
    with town.read() as session:
        found = session.query(Shift).filter(Shift.starts_at > small.NOW).order_by(Shift.starts_at).all()
    assert [shift.name for shift in found] == ["day", "evening"]


def test_every_fault_is_listed_with_its_row_and_nothing_is_written(town, tmp_path):
    leaves(town, tmp_path, ("03", at(0), at(12), "培训"))
    with pytest.raises(ImportRefused) as refused:
        shifts(
            town, tmp_path,
            ("01", "W1", "日班", at(8), at(16)),
            ("01", "W1", "中班", at(15), at(20)),
            ("99", "W1", "日班", at(8), at(16)),
            ("02", "无此队", "日班", at(8), at(16)),
            ("02", "W1", "日班", at(16), at(8)),
            ("03", "E1", "日班", at(8), at(16)),
            ("02", "W1", "早班", at(8), at(16)),
            ("02", "W1", "日班", f"{TOMORROW}", f"{TOMORROW + timedelta(days=2)}"),
        )  # fmt: skip
    assert faults(refused) == [
        (3, "shift_overlaps"), (4, "person_unknown"), (5, "roster_team_unknown"), (6, "ends_before_it_begins"),
        (7, "shift_in_leave"), (8, "not_in_list"), (9, "shift_too_long"),
    ]  # fmt: skip
    with town.read() as session:
        assert session.query(Shift).filter(Shift.starts_at > small.NOW).count() == 0


def test_leave_takes_the_shifts_in_it_out_of_the_roster_and_the_person_off_duty(town, tmp_path):
    begin, end = (moment.isoformat() for moment in (small.NOW - timedelta(hours=1), small.NOW + timedelta(days=1)))
    done = leaves(town, tmp_path, ("01", begin, end, "年休假"))
    assert (done.created, done.changed) == (1, 1)
    with town.read() as session:
        (team,) = team_facts(session, town.county(), small.NOW, codes=["W1"], everybody=True)
        assert session.query(Leave).one().reason == "年休假"
    assert {who.name: who.on_shift for who in team.members}["甲01"] is False
    with pytest.raises(ImportRefused) as refused:
        leaves(town, tmp_path, ("01", begin, (small.NOW + timedelta(days=2)).isoformat(), ""))
    assert faults(refused) == [(2, "leave_overlaps")]


def test_only_who_may_import_may_change_the_roster(town, tmp_path):
    desk = small.actor(town, Role.DISPATCHER)
    file = table(tmp_path / "roster.csv", SHIFTS, ("01", "W1", "日班", at(8), at(16)))
    with pytest.raises(Exception, match="import"):
        import_shifts(town, desk, town.county(), file)


@pytest.mark.parametrize("kind", ["shifts", "leaves"])
def test_the_template_is_taken_in_as_it_is_filled(town, tmp_path, kind):
    file = write_template(kind, tmp_path / f"{kind}.xlsx", "zh")
    from openpyxl import load_workbook

    book = load_workbook(file)
    row = {"shifts": ("02", "W1", "夜班", at(0), at(8)), "leaves": ("02", at(0), at(8), "病假")}[kind]
    book.worksheets[0].append(row)
    book.save(file)
    take = {"shifts": import_shifts, "leaves": import_leaves}[kind]
    assert take(town, SYSTEM, town.county(), file).created == 1
