"""The outbox: who is told when a team is sent, a department is called, an emergency comes in; recalled, acknowledged, passed on."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select

from data import casework
from data.authority import SYSTEM
from data.casework import notices as n
from data.casework.calls import record_call
from data.casework.leads import receive_lead
from data.db import Record
from data.models import GridCell, Notice, Person
from data.outbox import sender
from data.outbox.channels import Dingtalk, Message, Sms, Unsent, Wecom
from data.queries.notices import calls_to_make, own_notices, words_of
from policy.errors import Refusal
from policy.text import LANGUAGES
from policy.vocabulary_notice import Channel, NoticeStatus
from tests.data import parties as p
from tests.data import small

pytestmark = pytest.mark.anywhere

LON, LAT = small.middle(0)


@pytest.fixture
def plan(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "jindong")
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    return p.cast(plan)


def rows(plan: Record, **which: Any) -> list[Notice]:
    with plan.read() as session:
        return list(session.scalars(select(Notice).filter_by(**which).order_by(Notice.id)))


def phone_of(plan: Record, code: str, phone: str) -> None:
    def work(tx: Any) -> None:
        tx.session.scalars(select(Person).where(Person.code == code)).one().phone = phone

    plan.write(SYSTEM, work)


def sent(plan: Record, actors: dict[str, Any], urgency: str = "normal") -> Any:
    told = {"source": "public_report", "summary": "沿街占道经营", "lon": LON, "lat": LAT, "item_code": "A1"}
    number = plan.write(actors["dispatcher"], receive_lead, **told, urgency=urgency).number
    (task,) = plan.write(actors["dispatcher"], casework.dispatch, number=number, team_codes=["W1"])
    return task


# -- gateways that speak the protocol ----------------------------------------------------------------------------------


class Gateway:
    """A real HTTP server on this machine: keeps what it got, answers what the test has laid out."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                kind = self.headers["Content-Type"]
                told = json.loads(body) if "json" in kind else {k: v[0] for k, v in parse_qs(body).items()}
                outer.got.append((self.path, told))
                ok = b'{"code": 0, "errcode": 0, "errmsg": "ok"}'
                status, headers, answer = outer.answers.pop(0) if outer.answers else (200, {}, ok)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    found = Gateway()
    yield found
    found.server.shutdown()
    found.server.server_close()


def message() -> Message:
    return Message("0193-key", "13800000001", "【派单】西镇")


def test_the_sms_gateway_gets_a_signed_form_and_its_refusals_are_final_or_tried_again(gateway) -> None:
    import hashlib
    import hmac

    way = Sms(f"{gateway.url}/send", "onegrid", "geheim")
    way.send(message(), small.NOW)
    path, form = gateway.got[0]
    signed = f"onegrid13800000001{'0193-key'}{form['timestamp']}".encode()
    assert (path, form["content"], form["msg_id"]) == ("/send", "【派单】西镇", "0193-key")
    assert form["sign"] == hmac.new(b"geheim", signed, hashlib.sha256).hexdigest()
    cases = (
        ((429, {"Retry-After": "30"}, b""), True, 30.0),
        ((503, {}, b""), True, 0.0),
        ((403, {}, b""), False, 0.0),
        ((200, {}, b'{"code": 3, "msg": "bad number"}'), False, 0.0),
        ((200, {}, b"<html>"), True, 0.0),
    )
    for answer, again, after in cases:
        gateway.answers.append(answer)
        with pytest.raises(Unsent) as told:
            way.send(message(), small.NOW)
        assert (told.value.again, told.value.after) == (again, after), answer
        assert "geheim" not in told.value.why


def test_group_robots_get_their_json_signed_where_there_is_a_secret_and_wait_when_throttled(gateway) -> None:
    import base64
    import hashlib
    import hmac

    Wecom(f"{gateway.url}/cgi-bin/webhook/send?key=k").send(message(), small.NOW)
    assert gateway.got[0][1] == {
        "msgtype": "text",
        "text": {"content": "【派单】西镇", "mentioned_mobile_list": ["13800000001"]},
    }
    ding = Dingtalk(f"{gateway.url}/robot/send?access_token=t", "SEC1")
    ding.send(message(), small.NOW)
    path, told = gateway.got[1]
    query = parse_qs(urlsplit(path).query)
    wanted = hmac.new(b"SEC1", f"{query['timestamp'][0]}\nSEC1".encode(), hashlib.sha256).digest()
    assert base64.b64decode(query["sign"][0]) == wanted
    assert told["at"] == {"atMobiles": ["13800000001"], "isAtAll": False}
    for code, again in ((130101, True), (310000, False)):
        gateway.answers.append((200, {}, json.dumps({"errcode": code, "errmsg": "no"}).encode()))
        with pytest.raises(Unsent) as fault:
            ding.send(message(), small.NOW)
        assert fault.value.again is again


def test_a_gateway_that_is_not_there_or_does_not_answer_is_tried_again(gateway, monkeypatch) -> None:
    monkeypatch.setattr("data.outbox.channels.TIMEOUT", 0.3)
    with pytest.raises(Unsent) as told:
        Sms("http://127.0.0.1:9/", "a", "b").send(message(), small.NOW)
    assert told.value.again
    with pytest.raises(Unsent) as told:
        Sms("file:///etc/passwd", "a", "b").send(message(), small.NOW)
    assert not told.value.again


# -- who is told, and what ends it -------------------------------------------------------------------------------------


@pytest.fixture
def by_sms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(n, "outside_ways", lambda: (Channel.SMS,))


def test_a_team_that_is_sent_is_told_after_the_undo_window_and_not_at_all_when_it_was_undone(
    plan, actors, clock, gateway, by_sms
) -> None:
    phone_of(plan, "01", "13800000001")
    phone_of(plan, "02", "13800000002")
    ways = {Channel.SMS: Sms(gateway.url, "a", "b")}
    task = sent(plan, actors)
    assert sender.send_due(plan, plan.county(), ways, clock.now) == 0, "not within the undo window"
    plan.write(actors["dispatcher"], casework.recall, number=task.number, reason="撤销")
    clock.now += timedelta(seconds=11)
    assert sender.send_due(plan, plan.county(), ways, clock.now) == 0
    assert gateway.got == []
    assert {row.status for row in rows(plan, matter_id=task.id)} == {"recalled"}
    again = sent(plan, actors)
    clock.now += timedelta(seconds=11)
    assert sender.send_due(plan, plan.county(), ways, clock.now) == 2
    assert {form["mobile"] for _, form in gateway.got} == {"13800000001", "13800000002"}
    assert again.number in gateway.got[0][1]["content"]
    assert sender.send_due(plan, plan.county(), ways, clock.now) == 0, "once"


def test_who_accepts_ends_the_notices_of_the_team(plan, actors, clock, by_sms) -> None:
    task = sent(plan, actors)
    plan.write(SYSTEM, casework.accept, number=task.number)
    assert {row.status for row in rows(plan, matter_id=task.id)} == {"acknowledged"}


def test_nobody_acknowledges_and_a_person_has_to_call(plan, actors, clock, gateway, by_sms) -> None:
    phone_of(plan, "01", "13800000001")
    phone_of(plan, "02", "13800000002")
    ways = {Channel.SMS: Sms(gateway.url, "a", "b")}
    sent(plan, actors)
    clock.now += timedelta(seconds=11)
    sender.send_due(plan, plan.county(), ways, clock.now)
    clock.now += timedelta(minutes=31)
    sender.send_due(plan, plan.county(), ways, clock.now)
    with plan.read() as session:
        (call,) = calls_to_make(session, actors["dispatcher"], plan.county(), clock.now)
    assert (call.who, call.phone) == ("甲01", "13800000001")
    plan.write(actors["dispatcher"], record_call, key=str(call.key), result="no_answer", note="无人接听")
    with plan.read() as session:
        (again,) = calls_to_make(session, actors["dispatcher"], plan.county(), clock.now)
    assert (again.key, again.next_who) == (call.key, "甲02"), "time to try once more before the next one"
    clock.now += timedelta(minutes=4)
    plan.write(actors["dispatcher"], record_call, key=str(call.key), result="reached")
    assert rows(plan, id=call.key)[0].status == "acknowledged"
    with p.refused("errors_notices.over"):
        plan.write(actors["dispatcher"], record_call, key=str(call.key), result="reached")
    with p.refused("errors_access.forbidden"):
        plan.write(actors["water"], record_call, key=str(call.key), result="reached")


def test_a_gateway_that_fails_is_tried_again_later_and_then_passed_on(plan, actors, clock, gateway, by_sms) -> None:
    phone_of(plan, "01", "13800000001")
    phone_of(plan, "02", "13800000002")
    ways = {Channel.SMS: Sms(gateway.url, "a", "b")}
    task = sent(plan, actors)
    for _ in range(sender.MOST):
        gateway.answers += [(503, {}, b"")] * 2
        clock.now += timedelta(minutes=3)
        assert sender.send_due(plan, plan.county(), ways, clock.now) == 0
    keys = [form["msg_id"] for _, form in gateway.got]
    assert sorted({key: keys.count(key) for key in keys}.values()) == [sender.MOST] * 2, "the same key each time"
    assert {row.status for row in rows(plan, matter_id=task.id, channel="sms")} == {"failed"}
    assert [row.status for row in rows(plan, matter_id=task.id, channel="voice")] == ["waiting"]


def test_two_senders_never_send_the_same_and_a_late_one_changes_nothing(plan, actors, clock, by_sms) -> None:
    sent(plan, actors)
    clock.now += timedelta(seconds=11)
    first = plan.write(SYSTEM, sender.claim_due)
    assert len(first) == 2
    assert plan.write(SYSTEM, sender.claim_due) == [], "leased"
    clock.now += sender.LEASE + timedelta(seconds=1)
    second = plan.write(SYSTEM, sender.claim_due)
    assert {one.key for one in second} == {one.key for one in first}
    assert plan.write(SYSTEM, sender.finish, mine=first[0], fault=None) is False, "its token is old"
    assert plan.write(SYSTEM, sender.finish, mine=second[0], fault=None) is True


def test_a_department_called_out_reads_it_in_the_program_and_acknowledges_once(plan, actors, clock) -> None:
    from data.casework.call_outs import call_out_all
    from data.models import Grant

    def grant(tx: Any) -> None:
        place = tx.county.jurisdiction_id
        tx.session.add(
            Grant(account_id=actors["water"].account_id, jurisdiction_id=place, role="department", organ_code="WATER")
        )

    plan.write(SYSTEM, grant)
    told = {"source": "public_report", "summary": "河堤塌方", "lon": LON, "lat": LAT, "urgency": "urgent"}
    number = plan.write(actors["dispatcher"], receive_lead, **told).number
    (row,) = plan.write(actors["dispatcher"], call_out_all, number=number, receivers=["WATER"], subject="请派人到场")
    with plan.read() as session:
        (mine,) = own_notices(session, actors["water"], plan.county(), clock.now)
        assert own_notices(session, actors["justice"], plan.county(), clock.now) == []
        (call,) = calls_to_make(session, actors["dispatcher"], plan.county(), clock.now)
    assert number in mine.words
    assert call.who == "区水利局"
    with p.refused("errors_notices.not_found"):
        plan.write(actors["justice"], n.acknowledge, key=str(mine.key))
    for _ in range(2):
        assert plan.write(actors["water"], n.acknowledge, key=str(mine.key)).status == "acknowledged"
    p.step(plan, actors["water"], row, "acknowledge")
    assert {one.status for one in rows(plan, matter_id=row.id)} == {NoticeStatus.ACKNOWLEDGED.value}


def test_an_emergency_reaches_who_is_on_duty_at_once(plan, actors, clock, by_sms, monkeypatch) -> None:
    monkeypatch.setattr("data.casework.notifying.on_duty", lambda tx: [_person(tx, "05"), _person(tx, "06")])
    told = {"source": "public_report", "summary": "燃气泄漏", "lon": LON, "lat": LAT}
    normal = plan.write(actors["dispatcher"], receive_lead, **told)
    assert rows(plan, matter_id=normal.id) == []
    lead = plan.write(actors["dispatcher"], receive_lead, **told, urgency="emergency")
    found = rows(plan, matter_id=lead.id)
    assert [(row.channel, row.urgent, row.not_before) for row in found] == [("sms", True, clock.now)] * 2
    plan.write(actors["dispatcher"], casework.dispatch, number=lead.number, team_codes=["W1"], kind="verify")
    assert {row.status for row in rows(plan, matter_id=lead.id)} == {"acknowledged"}


def test_a_notice_names_its_place_in_the_language_of_who_reads_it(plan, actors) -> None:
    def name(tx: Any) -> None:
        for cell in tx.session.scalars(select(GridCell).where(GridCell.code == small.WEST)):
            cell.name_en = "West Town"

    plan.write(SYSTEM, name)
    plan.counties.forget()
    row = rows(plan, matter_id=sent(plan, actors).id)[0]
    with plan.read() as session:
        said = {lang: words_of(session, plan.county(), row, lang) for lang in LANGUAGES}
        row.params |= {"place": "西镇老街"}  # as it was written before places were kept by code
        assert "西镇老街" in words_of(session, plan.county(), row, "en")
        row.params |= {"place": "330703109"}  # of a grid that is not in force any more
        assert plan.county().name_en in words_of(session, plan.county(), row, "en")
    assert "西镇" in said["zh"]
    assert "West Town" in said["en"]
    assert "西镇" not in said["en"]


def _person(tx: Any, code: str) -> UUID:
    found: UUID = tx.session.scalars(select(Person.id).where(Person.code == code)).one()
    return found


def test_what_is_written_of_the_past_tells_nobody(plan, actors) -> None:
    def work(tx: Any) -> None:
        tx.session.info[n.PAST] = True
        about = n.About(n.NoticeReason.EMERGENCY, "lead", UUID(int=1), None, {})
        assert n.put(tx, about, [n.Contact(_person(tx, "01"))]) == []

    plan.write(SYSTEM, work)


def test_a_wrong_key_is_said_in_words(plan, actors) -> None:
    with pytest.raises(Refusal) as told:
        plan.write(actors["dispatcher"], record_call, key="nothing", result="reached")
    assert told.value.code == "errors_notices.not_found"
