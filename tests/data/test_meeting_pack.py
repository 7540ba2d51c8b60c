"""The pack of a meeting on the record: frozen at a day, what changed and who accounts for it, decisions that come back."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select

from data.authority import SYSTEM
from data.db import Record
from data.meeting_pack import last_pack, meeting_pack
from data.meeting_pack_files import make_pack, pack_file, packs
from data.models import Event, FigureSnapshot, Meeting, MeetingDecision, Person, Posting
from data.queries.office_changes import pairs, reasons
from data.queries.office_figures import figure_table
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

pytestmark = pytest.mark.anywhere

TODAY = small.NOW.date()
YESTERDAY, BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=31)


@pytest.fixture
def office(town: Record):
    return small.actor(town, Role.COUNTY_OFFICE)


def snapshot(
    town: Record, day: date, figure: str, measure: str, values: dict[tuple[str, str], tuple[float, float]]
) -> None:
    """Values of a day by group: numerator and denominator of a share."""
    place = town.county().jurisdiction_id

    def work(tx):
        for (kind, code), (n, d) in values.items():
            tx.session.add(
                FigureSnapshot(
                    jurisdiction_id=place, business_date=day, figure=figure, measure=measure, group_kind=kind,
                    group_code=code, value=n / d, numerator=n, denominator=d, profile_digest="-", taken_at=small.NOW,
                )
            )  # fmt: skip

    town.write(SYSTEM, work)


def figures(town: Record) -> None:
    """F09 fell from 80 % to 60 %: all of it in the eastern town. F04 stayed."""
    for day, west, east in ((BEFORE, (8, 10), (8, 10)), (YESTERDAY, (8, 10), (4, 10))):
        whole = (west[0] + east[0], west[1] + east[1])
        groups = {("county", ""): whole, ("township", small.WEST): west, ("township", small.EAST): east}
        snapshot(town, day, "F09", "resolved", groups)
        snapshot(town, day, "F04", "named", {("county", ""): (3, 4), ("township", small.WEST): (2, 2)})


def made(town: Record, office, day: date = YESTERDAY):
    with town.read() as session:
        return meeting_pack(session, office, town.county(), small.NOW, day, "zh")


def table(pack, title: str):
    return next(one for one in pack.tables if one.title == title)


def test_a_change_is_parted_among_the_townships_it_comes_from(town: Record, office) -> None:
    figures(town)
    with town.read() as session:
        read = {
            day: {
                by: figure_table(session, office, town.county(), small.NOW, on=day, by=by)
                for by in ("township", "organ")
            }
            for day in (YESTERDAY, BEFORE)
        }
    line, before = next(pair for pair in pairs(read[YESTERDAY], read[BEFORE]) if pair[0].figure == "F09")
    found = reasons(line, before)
    assert [(one.code, round(one.amount, 3)) for one in found] == [(small.EAST, -0.2)]
    assert sum(one.amount for one in found) == pytest.approx(line.county.value - before.county.value)


def test_what_moved_is_told_with_who_accounts_for_it_and_room_for_why(town: Record, office) -> None:
    figures(town)
    rows = table(made(town, office), "变化、来源与原因").rows
    (row,) = [row for row in rows if row[0] == "F09"]
    assert row[2:] == ("−20.0 个百分点", "变差", "东镇 −20.0 个百分点", None)
    assert not [row for row in rows if row[0] == "F04"], "what did not move is not told"


def test_a_target_that_is_missed_says_by_which_clause(town: Record, office) -> None:
    figures(town)
    (row,) = [row for row in table(made(town, office), "目标完成情况").rows if row[0] == "F04"]
    assert (row[3], row[7]) == ("3/4", "未达标")
    assert "二" in row[8]


def decided(town: Record, *rows: tuple[str, date, datetime | None]) -> None:
    place = town.county().jurisdiction_id

    def work(tx):
        held = small.NOW - timedelta(days=40)
        meeting = Meeting(
            jurisdiction_id=place,
            number="JD-M-1",
            title="上半年联席会议",
            organ_code="BUREAU",
            planned_at=held,
            called_at=held,
            held_at=held,
        )
        tx.session.add(meeting)
        tx.session.flush()
        for position, (words, due, done) in enumerate(rows):
            tx.session.add(
                MeetingDecision(
                    jurisdiction_id=place, meeting_id=meeting.id, position=position, words=words, owner_organ="WEST",
                    due_on=due, done_at=done,
                )
            )  # fmt: skip

    town.write(SYSTEM, work)


def test_decisions_come_back_with_owner_and_day_until_they_are_done(town: Record, office) -> None:
    figures(town)
    long_ago, lately = small.NOW - timedelta(days=35), small.NOW - timedelta(days=5)
    decided(
        town,
        ("补齐村社执法队员", TODAY - timedelta(days=9), None),
        ("开展联合检查", TODAY + timedelta(days=9), None),
        ("修订清单", TODAY - timedelta(days=9), lately),
        ("早已完成", TODAY - timedelta(days=36), long_ago),
    )
    rows = table(made(town, office), "以往决定的办理").rows
    assert [(row[2], row[3], row[5]) for row in rows] == [
        ("补齐村社执法队员", "西镇人民政府", "已超期"),
        ("修订清单", "西镇人民政府", "已完成"),
        ("开展联合检查", "西镇人民政府", "办理中"),
    ]


def test_postings_that_began_are_named_with_person_and_township(town: Record, office) -> None:
    figures(town)
    place = town.county().jurisdiction_id

    def work(tx):
        key = tx.session.scalars(select(Person.id).where(Person.code == "05")).one()
        begun = TODAY - timedelta(days=7)
        tx.session.add(
            Posting(
                jurisdiction_id=place,
                person_id=key,
                township_code=small.EAST,
                mode="stationed",
                seconded=False,
                valid_from=begun,
            )
        )

    town.write(SYSTEM, work)
    (row,) = table(made(town, office), "派驻、借调变动").rows
    assert row[1:5] == ("甲05", "市场监管综合执法大队", "派驻开始", "东镇")


def test_a_day_that_is_not_over_cannot_be_frozen(town: Record, office) -> None:
    with pytest.raises(Refusal) as refused:
        made(town, office, TODAY)
    assert refused.value.code == "errors_office.pack_day"


def test_both_files_are_kept_under_their_hashes_and_the_next_edition_beside_them(
    town: Record, office, tmp_path: Path
) -> None:
    figures(town)
    first, second = (make_pack(town, office, town.county(), tmp_path, YESTERDAY, lang) for lang in ("zh", "zh"))
    assert (first.edition, second.edition) == (1, 2)
    with town.read() as session:
        rows = packs(session, office, town.county(), small.NOW)
        names = {}
        for file in rows[0].files:
            name, content = pack_file(session, office, town.county(), tmp_path, small.NOW, str(file.id))
            assert hashlib.sha256(content).hexdigest() == file.sha256
            names[name.rsplit(".", 1)[1]] = content
        event = session.scalars(select(Event).where(Event.matter == "meeting_pack").order_by(Event.sequence)).first()
        assert json.loads(event.facts)["sha256"] == [one.sha256 for one in first.files]
        assert last_pack(session, town.county(), TODAY) == YESTERDAY
    assert [row.edition for row in rows] == [2, 1]
    words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(names["docx"])).paragraphs)
    assert f"金东区联席会议材料（截至 {YESTERDAY}）" in words
    assert "本次会议决定" in words
    assert len(load_workbook(io.BytesIO(names["xlsx"])).worksheets) == 10


def test_the_next_pack_is_held_against_the_day_of_the_last_one(town: Record, office, tmp_path: Path) -> None:
    figures(town)
    make_pack(town, office, town.county(), tmp_path, BEFORE, "zh")
    assert made(town, office).since == BEFORE


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.TOWNSHIP_HEAD])
def test_only_the_county_office_makes_packs(town: Record, role: Role, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        make_pack(town, small.actor(town, role), town.county(), tmp_path, YESTERDAY, "zh")
    assert refused.value.code == "errors_access.forbidden"
