"""Drills: a record of its own beside the real one, steered inject by inject; nothing of it comes near the real record."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from data import casework
from data.authority import SYSTEM
from data.casework.call_outs import call_out_all
from data.commands_drill import note_stop
from data.db import Record
from data.drill.apart import demand_apart
from data.drill.building import start_drill
from data.drill.folders import KEY_FILE, address_of, environment, existing, folder_of, numbers
from data.drill.injects import control, give_due
from data.drill.loading import load_scenario
from data.drill.report_files import docx_of, xlsx_of
from data.drill.reporting import report_on, stop_drill
from data.events import append_event
from data.exporters import export_leads
from data.models import Account, Drill, DrillInject, Event, Grant, Lead, Notice, Person, Session, Task, Unit
from data.outbox.channels import Message, Pretended, ways
from data.outbox.sender import send_due
from data.papers.mark import marked
from data.papers.typeset import typeset
from data.queries.notices import words_of
from data.settings import Settings, settings
from policy.errors import Refusal
from policy.text import say
from policy.vocabulary_patrol import Found
from tests.data import parties as p
from tests.data import small

pytestmark = pytest.mark.anywhere


@pytest.fixture
def real(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "jindong")
    record.write(SYSTEM, casework.receive_lead, source="public_report", summary="真实线索")
    yield record
    record.close()


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    return Settings(var=tmp_path, secret="the real secret of this county 0123456789", sms_url="http://sms.example/send")


@pytest.fixture
def drill(real: Record, chosen: Settings, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:
    number = start_drill(real, SYSTEM, real.county(), chosen, load_scenario("fire"), cell=small.VILLAGES[0])
    monkeypatch.setenv("ONEGRID_DRILL", number)
    settings.cache_clear()
    record = Record(address_of(folder_of(chosen, number)), clock=clock)
    yield record
    record.close()
    monkeypatch.undo()
    settings.cache_clear()


def held_by(tx: Any) -> Any:
    return tx.session.scalars(select(Drill.id)).one()


def count(record: Record, model: Any) -> int:
    with record.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def inject(drill: Record, place: int) -> DrillInject:
    with drill.read() as session:
        return session.scalars(select(DrillInject).where(DrillInject.place == place)).one()


def steer(drill: Record, place: int, step: str, reason: str = "") -> DrillInject:
    return drill.write(SYSTEM, control, place=place, step=step, reason=reason)


def test_people_units_and_accounts_are_copied_and_no_matter_is(real, drill) -> None:
    assert drill.county().drill
    assert not real.county().drill
    for model in (Person, Unit, Grant):
        assert count(drill, model) == count(real, model)
    for model in (Lead, Task, Notice, Session):
        assert count(drill, model) == 0
    assert len(drill.county().hierarchy.cells) == len(real.county().hierarchy.cells)
    with drill.read() as session:
        assert session.scalars(select(Unit.task_id).where(Unit.task_id.is_not(None))).all() == []
        held = set(session.scalars(select(Grant.account_id)))
        assert held == set(session.scalars(select(Account.id))), "who holds nothing here is not copied"


def test_the_real_record_notes_the_drill_and_nothing_else(real, drill, clock) -> None:
    leads, events = count(real, Lead), count(real, Event)
    clock.now += timedelta(minutes=45)
    assert give_due(drill, drill.county(), clock.now) == 7
    drill.write(SYSTEM, stop_drill)
    assert (count(real, Lead), count(real, Event)) == (leads, events)
    with real.read() as session:
        event = session.scalars(select(Event).where(Event.matter == "drill")).one()
    assert (event.verb, event.clause, json.loads(event.facts)["scenario"]) == ("start", "JD 二(四)12", "fire")


def test_a_drill_that_cannot_be_built_leaves_nothing(real, chosen, monkeypatch) -> None:
    def broken(*_: Any) -> None:
        raise OSError("disk")

    events = count(real, Event)
    monkeypatch.setattr("data.drill.building._copy", broken)
    with pytest.raises(OSError, match="disk"):
        start_drill(real, SYSTEM, real.county(), chosen, load_scenario("gas"))
    assert (numbers(chosen), list((chosen.var / "drill").iterdir()), count(real, Event)) == ([], [], events)


def test_each_record_is_refused_in_the_others_place(real, drill, chosen) -> None:
    number = existing(chosen, None)
    apart = chosen.model_copy(update={"drill": number})
    demand_apart(real, chosen)
    demand_apart(drill, apart)
    for record, told in ((drill, chosen), (real, apart)):
        with pytest.raises(Refusal):
            demand_apart(record, told)


def test_the_process_of_a_drill_has_no_way_out_and_a_secret_of_its_own(drill, chosen) -> None:
    number = existing(chosen, None)
    told = environment(chosen, number)
    assert told["ONEGRID_DATABASE"] == address_of(folder_of(chosen, number))
    assert {told[name] for name in ("ONEGRID_SMS_URL", "ONEGRID_WECOM_URL", "ONEGRID_DINGTALK_URL")} == {""}
    assert told["ONEGRID_SECRET"] == (folder_of(chosen, number) / KEY_FILE).read_text("ascii") != chosen.secret
    assert told["ONEGRID_PORT"] == str(chosen.drill_port) != str(chosen.port)
    assert all(isinstance(way, Pretended) for way in ways(chosen.model_copy(update={"drill": number})).values())
    for wrong in ("../..", "JD-L-20261120-0001", "JD-Y-20261120-0099"):
        with pytest.raises(Refusal):
            existing(chosen, wrong)


def test_injects_come_at_their_minute_and_become_marked_leads(drill, clock) -> None:
    assert give_due(drill, drill.county(), clock.now) == 1
    clock.now += timedelta(minutes=4)
    assert give_due(drill, drill.county(), clock.now) == 1
    assert give_due(drill, drill.county(), clock.now) == 0
    with drill.read() as session:
        rows = session.scalars(select(Lead).order_by(Lead.number)).all()
    assert [row.urgency for row in rows] == ["emergency", "urgent"]
    assert all(row.summary.startswith("【演练】") and row.township_code == small.WEST for row in rows)


def test_an_inject_is_paused_resumed_brought_forward_and_skipped_with_a_reason(drill, clock) -> None:
    steer(drill, 1, "pause")
    assert give_due(drill, drill.county(), clock.now) == 0
    clock.now += timedelta(minutes=2)
    assert steer(drill, 1, "resume").due_at == clock.now
    steer(drill, 3, "give")
    with p.refused("errors_drill.skip_reason"):
        steer(drill, 2, "skip")
    steer(drill, 2, "skip", "时间不够")
    clock.now += timedelta(minutes=3)
    give_due(drill, drill.county(), clock.now)
    assert [inject(drill, place).status for place in (1, 2, 3, 4)] == ["given", "skipped", "given", "waiting"]
    with p.refused("errors_drill.inject_state"):
        steer(drill, 1, "pause")
    with p.refused("errors_drill.no_inject"):
        steer(drill, 99, "pause")
    drill.write(SYSTEM, stop_drill)
    with p.refused("errors_drill.over"):
        steer(drill, 4, "pause")


def test_the_real_record_cannot_be_steered(real) -> None:
    with p.refused("errors_drill.not_a_drill"):
        steer(real, 1, "pause")


def test_a_team_drops_out_and_the_desk_is_told(drill, clock) -> None:
    clock.now += timedelta(minutes=17)
    before = count(drill, Notice)
    steer(drill, 5, "give")
    give_due(drill, drill.county(), clock.now)
    row = inject(drill, 5)
    with drill.read() as session:
        unit = session.scalars(select(Unit).where(Unit.status == "busy")).one()
        told = session.scalars(select(Notice).where(Notice.reason == "drill_news")).all()
        assert all(words_of(session, drill.county(), one, "zh").startswith("【演练】") for one in told)
    assert unit is not None
    assert row.told["team"]
    assert count(drill, Notice) >= before


def test_messages_are_pretended_even_where_a_way_out_is_handed_in(drill, clock) -> None:
    class Real:
        def send(self, message: Message, now: Any) -> None:
            raise AssertionError("a drill sent something")

    give_due(drill, drill.county(), clock.now)
    drill.write(SYSTEM, lambda tx: tx.session.execute(update(Notice).values(channel="sms", not_before=tx.now)))
    send_due(drill, drill.county(), {"sms": Real(), "wecom": Real()}, clock.now)


def test_the_report_says_times_deeds_and_what_was_missed(drill, real, clock, chosen) -> None:
    give_due(drill, drill.county(), clock.now)
    row = inject(drill, 1)
    actor = p.cast(drill)["dispatcher"]
    with drill.read() as session:
        number = session.get_one(Lead, row.lead_id).number
    clock.now += timedelta(minutes=12)
    drill.write(actor, lambda tx: append_event(tx, matter="session", subject_id=held_by(tx), verb="log_in"))
    drill.write(actor, call_out_all, number=number, receivers=["POLICE"], subject="请到场")
    drill.write(SYSTEM, stop_drill)
    with drill.read() as session:
        held = session.scalars(select(Drill)).one()
        report = report_on(session, drill.county(), held, clock.now)
    found = {one.expectation.key: (one.found, one.seconds) for one in report.outcomes}
    assert found["called_out:police"] == (Found.LATE, 720)
    assert found["called_out:fire"][0] is Found.MISSED
    assert found["assigned"][0] is Found.MISSED
    assert [one.verb for one in report.deeds if one.number.startswith("JD-H")] == ["call_out"]
    assert [one.status for one in report.injects] == ["given", *["skipped"] * 6]
    for lang in ("zh", "en"):
        paper = Document(io.BytesIO(docx_of(report, "火灾", lang)))
        assert report.number in paper.paragraphs[0].text
        said = {cell.text for table in paper.tables for cell in table._cells}
        assert say("drill.report.not_given", lang) in said
        assert say("supervision_page.event.log_in", lang) in said
        assert "log_in" not in said
        book = load_workbook(io.BytesIO(xlsx_of(report, "火灾", lang)))
        assert len(book.sheetnames) == 4
        assert {sheet["A1"].value for sheet in book} == {"演练 非真实" if lang == "zh" else "DRILL NOT REAL"}
    real.write(SYSTEM, note_stop, key=held.id, number=report.number, facts={"report_docx": "ab" * 32})


def test_documents_and_exports_of_a_drill_carry_the_mark(drill, chosen, tmp_path) -> None:
    blank, target = Document(), io.BytesIO()
    blank.save(target)
    made = Document(io.BytesIO(marked(target.getvalue(), "演练 非真实")))
    assert 'string="演练 非真实"' in made.sections[0].header._element.xml
    assert marked(target.getvalue(), "") == target.getvalue()
    assert typeset([{"title": "x", "parts": []}], "x").startswith(b"%PDF")
    file = tmp_path / "leads.csv"
    export_leads(drill, SYSTEM, drill.county(), file, reason="复盘")
    assert file.read_text("utf-8-sig").startswith("演练 非真实")
