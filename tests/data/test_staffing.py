"""Registers of what a township works with: who may enter what, what a plan asks for, people away and back, tables with every fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.casework.staffing import end_entry, enter, take_register
from data.db import Record
from data.importers import import_register, write_template
from data.importers.staffing import COLUMNS
from data.models import (
    Event,
    Person,
    PostHolder,
    Posting,
    Scenario,
    Secondment,
    Shift,
    TeamMember,
    Training,
    TrainingResult,
    VillageOfficer,
)
from data.queries.scenarios import scenarios_of
from data.queries.staffing import guidance_lists, staffing_of
from policy.errors import Refusal
from policy.vocabulary_staffing import Register
from tests.data import parties as p
from tests.data import small

TODAY = small.NOW.date()
VILLAGE = small.VILLAGES[0]


def county(database: str, clock: Any, profile: str) -> Record:
    return p.build(Record(database, clock=clock), profile)


@pytest.fixture
def jindong(database: str, clock: Any) -> Iterator[Record]:
    record = county(database, clock, "jindong")
    yield record
    record.close()


@pytest.fixture
def plan(request: Any, database: str, clock: Any) -> Iterator[Record]:
    record = county(database, clock, request.param)
    yield record
    record.close()


def add(record: Record, actor: Any, register: str, **given: Any) -> Any:
    return record.write(actor, enter, register=register, given=given)


def end(record: Record, actor: Any, register: str, row: Any, last: date) -> Any:
    return record.write(actor, end_entry, register=register, key=str(row.id), given={"last_day": last.isoformat()})


def officer(record: Record, actor: Any, person: str = "01", village: str = VILLAGE, since: date = TODAY) -> Any:
    return add(record, actor, "village_officers", village=village, person=person, valid_from=since.isoformat())


def rows(record: Record, model: Any) -> list[Any]:
    with record.read() as session:
        return list(session.scalars(select(model)))


def seen(record: Record, actor: Any, code: str = small.WEST) -> Any:
    with record.read() as session:
        return staffing_of(session, actor, record.county(), code, record.clock())


def person(record: Record, code: str) -> Any:
    with record.read() as session:
        return session.scalars(select(Person.id).where(Person.code == code)).one()


# -- officers of villages ---------------------------------------------------------------------------------------------


def test_naming_another_officer_ends_the_one_before(jindong) -> None:
    head = p.cast(jindong)["west"]
    officer(jindong, head, "01", since=TODAY - timedelta(days=60))
    officer(jindong, head, "02", since=TODAY)
    first, second = sorted(rows(jindong, VillageOfficer), key=lambda row: row.valid_from)
    assert (first.valid_to, second.valid_to) == (TODAY - timedelta(days=1), None)
    assert second.person_id == person(jindong, "02")
    with p.refused("errors_import.named_later"):
        officer(jindong, head, "01", since=TODAY - timedelta(days=10))
    events = sorted(rows(jindong, Event), key=lambda row: row.sequence)
    told = [e for e in events if e.matter == "village_officer"]
    assert [(e.verb, e.role, e.organ, e.subject_number) for e in told] == [("name", "township_head", "WEST", "01"), ("name", "township_head", "WEST", "02")]  # fmt: skip


def test_what_is_there_already_is_told_and_not_written_twice(jindong) -> None:
    head = p.cast(jindong)["west"]
    first, again = officer(jindong, head), officer(jindong, head)
    assert first.id == again.id
    assert len([e for e in rows(jindong, Event) if e.matter == "village_officer"]) == 1


def test_only_officers_are_named_and_only_in_ones_own_township(jindong) -> None:
    actors = p.cast(jindong)
    with p.refused("errors_import.not_an_officer"):
        officer(jindong, actors["west"], "07")
    with p.refused("errors_access.forbidden"):
        officer(jindong, actors["west"], "03", village=small.VILLAGES[2])
    with p.refused("errors_access.forbidden"):
        officer(jindong, actors["west_officer"])
    with p.refused("errors_import.village_unknown"):
        officer(jindong, actors["office"], village="西村")
    officer(jindong, actors["office"], "03", village=small.VILLAGES[2])


# -- posts and equipment ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", ["lanxi"], indirect=True)
def test_posts_of_the_plan_are_filled_and_what_is_vacant_stands_with_its_clause(plan) -> None:
    head = p.cast(plan)["west"]
    add(plan, head, "posts", township=small.WEST, post="captain", person="01", valid_from=TODAY.isoformat())
    found = {row.need.code: row for row in seen(plan, head).posts}
    assert list(found) == ["captain", "executive_deputy", "deputy", "enforcement_office", "command_room", "legal_review_room"]  # fmt: skip
    assert [code for code, row in found.items() if row.need.met] == ["captain"]
    assert found["deputy"].need.clause == "LX 二(二)3"
    assert [holder.name for holder in found["captain"].holders] == ["甲01"]
    with p.refused("errors_import.holds_already"):
        add(plan, head, "posts", township=small.WEST, post="队长", person="01", valid_from=(TODAY + timedelta(days=2)).isoformat())  # fmt: skip
    with p.refused("errors_import.not_in_list"):
        add(plan, head, "posts", township=small.WEST, post="mascot", person="01", valid_from=TODAY.isoformat())


def test_a_silent_plan_has_no_posts_to_fill_and_no_list_of_equipment(jindong) -> None:
    head = p.cast(jindong)["west"]
    assert seen(jindong, head).posts == ()
    assert seen(jindong, head).needs == ()
    with p.refused("errors_import.plan_silent"):
        add(jindong, head, "posts", township=small.WEST, post="captain", person="01", valid_from=TODAY.isoformat())


def town_of(record: Record) -> str:
    """The first township; under the plan of a single town the county itself."""
    return record.county().townships[0].code


def thing(record: Record, actor: Any, code: str, kind: str, name: str = "1号") -> Any:
    told = {"township": town_of(record), "equipment_code": code, "equipment_kind": kind, "equipment_name": name}
    return add(record, actor, "equipment", **told, valid_from=(TODAY - timedelta(days=30)).isoformat())


@pytest.mark.parametrize("plan", ["chengliu"], indirect=True)
def test_the_readiness_check_counts_a_pickup_as_a_vehicle_and_names_the_clause(plan) -> None:
    office = p.cast(plan)["office"]
    pickup = thing(plan, office, "V1", "pickup")
    thing(plan, office, "C1", "执法记录仪")
    needs = {need.code: need for need in seen(plan, office, town_of(plan)).needs}
    assert [(needs[kind].have, needs[kind].needed, needs[kind].met) for kind in ("vehicle", "pickup", "body_camera", "camera")] == [(1, 2, False), (1, 1, True), (1, 1, True), (0, 1, False)]  # fmt: skip
    assert needs["interview_room"].clause == "CL 第二十二条"
    thing(plan, office, "V2", "vehicle")
    assert next(n for n in seen(plan, office, town_of(plan)).needs if n.code == "vehicle").met
    end(plan, office, "equipment", pickup, TODAY - timedelta(days=1))
    assert not next(n for n in seen(plan, office, town_of(plan)).needs if n.code == "pickup").met
    with p.refused("errors_staffing.over"):
        end(plan, office, "equipment", pickup, TODAY)


# -- trainings --------------------------------------------------------------------------------------------------------


def training(record: Record, actor: Any, **more: Any) -> Any:
    told = {"training_code": "PX1", "training_title": "执法程序培训", "training_organ": "WEST", "township": small.WEST}
    held = {"trained_at": (small.NOW - timedelta(days=3)).isoformat()}
    return add(record, actor, "trainings", **told | held | {"passed_by": ["01"], "not_passed_by": ["02"]} | more)


def test_a_training_says_who_passed_and_who_is_still_to_be_trained(jindong) -> None:
    head = p.cast(jindong)["west"]
    training(jindong, head, training_form="lecture", hours="4")
    (row,) = seen(jindong, head).training.rows
    assert (row.title, row.form.zh, row.took_part, row.passed, row.own) == ("执法程序培训", "专题讲座", 2, 1, True)
    assert [code for code, _ in seen(jindong, head).training.untrained] == ["02"]
    assert sorted(result.passed for result in rows(jindong, TrainingResult)) == [False, True]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"trained_at": (small.NOW + timedelta(days=1)).isoformat()}, "errors_import.training_ahead"),
        ({"hours": "0"}, "errors_import.hours_wrong"),
        ({"hours": "viel"}, "errors_import.not_number"),
        ({"not_passed_by": ["01"]}, "errors_staffing.passed_and_not"),
        ({"training_form": "跳舞"}, "errors_import.not_in_list"),
        ({"training_organ": "NOBODY"}, "errors_import.organ_not_there"),
        ({"passed_by": ["99"]}, "errors_import.person_unknown"),
        ({"trained_at": "gestern"}, "errors_case.not_moment"),
    ],
)
def test_a_training_that_cannot_have_been_is_refused_and_nothing_is_written(jindong, more, code) -> None:
    with p.refused(code):
        training(jindong, p.cast(jindong)["west"], **more)
    assert rows(jindong, Training) == []


def test_a_training_of_the_whole_county_is_entered_by_county_organs_alone(jindong) -> None:
    actors = p.cast(jindong)
    with p.refused("errors_access.forbidden"):
        training(jindong, actors["west"], township="")
    training(jindong, actors["office"], township="", training_code="PX2")
    assert not seen(jindong, actors["west"]).training.rows[0].own


# -- secondments ------------------------------------------------------------------------------------------------------


def second(record: Record, actor: Any, who: str = "01", **more: Any) -> Any:
    told = {"person": who, "township": small.WEST, "reason": "抽调防汛值守", "valid_from": TODAY.isoformat()}
    return add(record, actor, "secondments", **told | more)


@pytest.mark.parametrize("plan", ["yunyang"], indirect=True)
def test_a_secondment_needs_a_reason_and_where_the_plan_asks_an_approver(plan) -> None:
    head = p.cast(plan)["west"]
    with p.refused("errors_import.approver_missing"):
        second(plan, head)
    with p.refused("errors_case.missing"):
        second(plan, head, reason="", approved_by="副县长")
    row = second(plan, head, approved_by="副县长", document="借调〔2026〕1号", works_at="指挥部")
    assert row.seconded
    (told,) = rows(plan, Secondment)
    assert (told.approved_by, told.document, told.works_at) == ("副县长", "借调〔2026〕1号", "指挥部")
    (event,) = [one for one in rows(plan, Event) if one.matter == "secondment"]
    assert "副县长" not in str(event.facts)


def test_who_is_seconded_away_leaves_posting_teams_and_coming_shifts_and_comes_back_to_them(jindong) -> None:
    head, who = p.cast(jindong)["west"], person(jindong, "01")

    def post(tx: Any) -> None:
        tx.session.add(Posting(jurisdiction_id=tx.county.jurisdiction_id, person_id=who, township_code=small.WEST, mode="stationed", valid_from=small.FROM, valid_to=TODAY + timedelta(days=90)))  # fmt: skip
        team = tx.session.scalars(select(TeamMember.team_id).where(TeamMember.person_id == who)).first()
        for days in (3, 30):
            begin = small.NOW + timedelta(days=days)
            tx.session.add(Shift(jurisdiction_id=tx.county.jurisdiction_id, person_id=who, team_id=team, name="day", starts_at=begin, ends_at=begin + timedelta(hours=8)))  # fmt: skip

    jindong.write(SYSTEM, post)
    until = TODAY + timedelta(days=9)
    row = second(jindong, head, valid_from=(TODAY + timedelta(days=1)).isoformat(), valid_to=until.isoformat())
    mine = sorted((r for r in rows(jindong, Posting) if r.person_id == who), key=lambda r: r.valid_from)
    assert [(r.seconded, r.valid_from, r.valid_to) for r in mine] == [
        (False, small.FROM, TODAY),
        (True, TODAY + timedelta(days=1), until),
        (False, until + timedelta(days=1), TODAY + timedelta(days=90)),
    ]
    coming = [r.starts_at for r in rows(jindong, Shift) if r.person_id == who and r.starts_at > small.NOW]
    assert coming == [small.NOW + timedelta(days=30)]
    member = sorted((r for r in rows(jindong, TeamMember) if r.person_id == who), key=lambda r: r.valid_from)
    assert [(r.valid_from, r.valid_to) for r in member] == [(small.FROM, TODAY), (until + timedelta(days=1), None)]
    end(jindong, head, "secondments", row, TODAY + timedelta(days=2))
    back = [r for r in rows(jindong, Posting) if r.person_id == who and not r.seconded and r.valid_from > TODAY]
    assert [(r.valid_from, r.valid_to) for r in back] == [(TODAY + timedelta(days=3), TODAY + timedelta(days=90))]
    assert [one.code for one in seen(jindong, head).away] == ["01"]


def test_nobody_is_seconded_from_a_township_he_does_not_work_in_nor_twice(jindong) -> None:
    actors = p.cast(jindong)
    with p.refused("errors_import.not_of_township"):
        second(jindong, actors["west"], "05")
    second(jindong, actors["office"], "03", township=small.EAST)
    with p.refused("errors_import.seconded_then"):
        second(jindong, actors["office"], "03", township=small.EAST, valid_from=(TODAY + timedelta(days=1)).isoformat())


# -- guidance lists and scenarios -------------------------------------------------------------------------------------


def test_a_department_sends_its_own_people_to_cover_several_townships(jindong) -> None:
    actors = p.cast(jindong)

    def hire(tx: Any) -> None:
        from data.models import Organ

        water = tx.session.scalars(select(Organ.id).where(Organ.code == "WATER")).one()
        tx.session.add(Person(jurisdiction_id=tx.county.jurisdiction_id, code="W9", name="水利", kind="officer", organ_id=water, employed_from=small.FROM))  # fmt: skip

    jindong.write(SYSTEM, hire)
    told = {"person": "W9", "townships": [small.WEST, "东镇"], "valid_from": TODAY.isoformat()}
    with p.refused("errors_import.stationed_in_several"):
        add(jindong, actors["water"], "guidance", mode="stationed", **told)
    with p.refused("errors_staffing.not_own_guide"):
        add(jindong, actors["justice"], "guidance", mode="covering", **told)
    add(jindong, actors["water"], "guidance", mode="covering", **told)
    (here,) = seen(jindong, actors["west"]).guides
    assert (here.organ_code, here.mode, set(here.towns)) == ("WATER", "covering", {small.WEST, small.EAST})
    with jindong.read() as session:
        listed = guidance_lists(session, actors["office"], jindong.county(), jindong.clock(), organ="WATER")
    assert [(one.code, len(one.towns)) for one in listed] == [("W9", 2)]


@pytest.mark.parametrize("plan", ["yunyang"], indirect=True)
def test_scenarios_are_counted_by_day_against_the_target_of_that_day(plan) -> None:
    actors = p.cast(plan)
    told = {"scenario_name": "渣土运输“一件事”", "organ": "WATER"}
    with p.refused("errors_access.forbidden"):
        add(plan, actors["west"], "scenarios", scenario_code="S1", valid_from="2024-05-01", **told)
    for code, since in (("S1", "2024-05-01"), ("S2", "2026-10-01")):
        row = add(plan, actors["office"], "scenarios", scenario_code=code, valid_from=since, **told)
    with plan.read() as session:
        now = scenarios_of(session, actors["office"], plan.county(), plan.clock())
        then = scenarios_of(session, actors["office"], plan.county(), plan.clock(), date(2024, 6, 1))
    assert (len(now.rows), now.target.value, now.ahead.value) == (2, 30.0, 50.0)
    assert (len(then.rows), then.target.value, then.ahead.value) == (1, 10.0, 30.0)
    end(plan, actors["office"], "scenarios", row, TODAY - timedelta(days=1))
    assert rows(plan, Scenario)[-1].valid_to is not None


# -- tables -----------------------------------------------------------------------------------------------------------


def table(folder: Path, name: str, *lines: str) -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


OFFICERS = "村（社区）,工号,起始日,末日"


def test_a_table_is_previewed_taken_in_and_known_the_second_time(jindong, tmp_path) -> None:
    head = p.cast(jindong)["west"]
    file = table(tmp_path, "officers.csv", OFFICERS, "一村,01,2026-11-01,", "二村,02,2026-11-01,")
    shown = take_register(jindong, head, jindong.county(), "village_officers", file, preview=True)
    assert (shown.created, rows(jindong, VillageOfficer)) == (2, [])
    done = take_register(jindong, head, jindong.county(), "village_officers", file)
    assert (done.created, take_register(jindong, head, jindong.county(), "village_officers", file).known) == (2, 2)
    assert done.sentence("zh").startswith("村社执法队员已导入")
    assert done.sentence("en")


def test_every_fault_of_a_table_is_told_and_nothing_of_it_written(jindong, tmp_path) -> None:
    head = p.cast(jindong)["west"]
    lines = ("一村,01,2026-11-01,2026-10-01", "三村,03,2026-11-01,", "无村,01,昨天,", "二村,99,2026-11-01,")
    with pytest.raises(Refusal) as refusal:
        take_register(jindong, head, jindong.county(), "village_officers", table(tmp_path, "o.csv", OFFICERS, *lines))
    told = {(reason.params["row"], reason.params["words"].key.partition(".")[2]) for reason in refusal.value.reasons}
    assert told == {(2, "ends_before_it_begins"), (3, "not_own_township"), (4, "village_unknown"), (4, "not_date"), (5, "person_unknown")}  # fmt: skip
    assert rows(jindong, VillageOfficer) == []
    for lang in ("zh", "en"):
        assert all(reason.sentence(lang) for reason in refusal.value.reasons)


def test_one_training_is_one_session_however_many_rows_it_has(jindong, tmp_path) -> None:
    head = "培训编号,培训名称,组织单位,乡镇（街道）,培训时间,学时,工号,是否合格"
    same = "PX9,法制讲座,西镇人民政府,西镇,2026-11-02 09:00,3"
    file = table(tmp_path, "t.csv", head, f"{same},01,是", f"{same},02,否")
    done = import_register(jindong, SYSTEM, jindong.county(), "trainings", file)
    assert (len(rows(jindong, Training)), len(rows(jindong, TrainingResult)), done.created) == (1, 2, 3)
    other = table(tmp_path, "u.csv", head, f"{same.replace('法制讲座', '别的')},01,是")
    with pytest.raises(Refusal):
        import_register(jindong, SYSTEM, jindong.county(), "trainings", other)


@pytest.mark.parametrize("register", list(Register))
def test_every_register_has_a_template_with_its_columns(register, tmp_path) -> None:
    from openpyxl import load_workbook

    for lang in ("zh", "en"):
        book = load_workbook(write_template(register.value, tmp_path / f"{lang}.xlsx", lang))
        heads = [cell.value for cell in book.worksheets[0][1]]
        assert len(heads) == len(COLUMNS[register])
        assert all(heads)


def test_an_entry_nobody_knows_and_one_that_does_not_end(jindong) -> None:
    actors = p.cast(jindong)
    head = actors["west"]
    row = training(jindong, head)
    with p.refused("errors_staffing.does_not_end"):
        end(jindong, head, "trainings", row, TODAY)
    with p.refused("errors_staffing.entry_unknown"):
        end(jindong, head, "posts", row, TODAY)
    named = officer(jindong, head)
    with p.refused("errors_staffing.ends_before"):
        end(jindong, head, "village_officers", named, TODAY - timedelta(days=1))
    with p.refused("errors_access.forbidden"):
        end(jindong, actors["west_officer"], "village_officers", named, TODAY)
    with p.refused("errors_staffing.register_unknown"):
        add(jindong, head, "hats", person="01")
    assert rows(jindong, PostHolder) == []
