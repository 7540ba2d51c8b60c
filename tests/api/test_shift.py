"""The shift desk over the interface: signed out and in, notes, the list of the duty, rosters with preview and template."""

from __future__ import annotations

import io

import pytest

from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import Base
from policy.vocabulary import Role
from tests.api.conftest import behind_the_gate
from tests.api.test_leads import problem
from tests.dashboard.counties.shift import room
from tests.data import parties, small

PARTS = {
    "desk": (Role.DISPATCHER, "BUREAU", None),
    "other": (Role.DISPATCHER, "BUREAU", None),
    "west": (Role.TOWNSHIP_HEAD, "WEST", small.WEST),
    "admin": (Role.ADMIN, None, None),
}
HEAD = "工号,队伍,班次,开始时间,结束时间\n"


@pytest.fixture(scope="module")
def call(tmp_path_factory, clock):
    folder = tmp_path_factory.mktemp("shift")
    record = Record(f"sqlite:///{folder / 'record.db'}", clock=clock)
    Base.metadata.create_all(record.write_engine)
    parties.build(record, "jindong")
    record.write(SYSTEM, room)
    held = {}
    for part, (role, organ, township) in PARTS.items():
        grant = GrantDraft(role, organ, (township,) if township else None)
        record.write(SYSTEM, create_account, username=f"s-{part}", display_name=part, password_hash="-", grants=[grant])
        held[part] = record.write(SYSTEM, create_token, username=f"s-{part}", name="test")
    with behind_the_gate(record, folder) as client:

        def ask(who, method, path, **more):
            headers = {"authorization": f"Bearer {held[who]}"} | more.pop("headers", {})
            return client.request(method, f"/api/v1{path}", headers=headers, **more)

        yield ask
    record.close()


def test_a_shift_is_signed_out_and_in(call) -> None:
    desk = call("desk", "GET", "/shift-desk").json()
    assert desk["shift"]["crew"] == ["01", "02"]
    assert [one["name"] for one in desk["not_handed_over"]] == ["night"]
    assert call("desk", "POST", "/shift-desk/notes", json={"words": "消防已到场"}).status_code == 201
    told = {"shift": desk["not_handed_over"][0]["starts_at"], "words": "无特别事项"}
    made = call("desk", "POST", "/handovers", json=told)
    assert made.status_code == 201, made.text
    number = made.json()["number"]
    problem(call("desk", "POST", f"/handovers/{number}/accept", json={}), 409, "errors_shift.refused")
    assert call("other", "POST", f"/handovers/{number}/accept", json={}).json()["status"] == "accepted"
    shown = call("other", "GET", f"/handovers/{number}").json()
    assert (shown["signed_by"], shown["accepted_by"], shown["words"]) == ("desk", "other", "无特别事项")
    assert shown["sha256"] == made.json()["sha256"]
    assert [row["number"] for row in call("desk", "GET", "/handovers").json()["handovers"]] == [number]
    assert call("desk", "GET", "/shift-desk").json()["not_handed_over"] == []
    problem(call("desk", "GET", "/handovers/JD-S-1"), 404, "errors_shift.handover_unknown")


def test_an_administrator_keeps_the_list_of_the_duty(call) -> None:
    told = {"organ": "WEST", "post": "值班室", "phone": "0579-00000001"}
    problem(call("desk", "POST", "/duty/telephones", json=told), 403, "forbidden")
    key = call("admin", "POST", "/duty/telephones", json=told).json()["key"]
    (row,) = call("west", "GET", "/duty").json()["telephones"]
    assert (row["key"], row["organ"], row["phone"]) == (key, "西镇人民政府", "0579-00000001")
    assert call("admin", "POST", f"/duty/{key}/end").status_code == 200
    problem(call("admin", "POST", f"/duty/{key}/end"), 404, "errors_shift.contact_unknown")


def test_a_roster_is_planned_previewed_and_taken_in(call) -> None:
    span = {"starts_at": "2026-12-01T08:00:00+08:00", "ends_at": "2026-12-01T16:00:00+08:00"}
    shift = {"person": "01", "team": "W1", "shift_name": "day"} | span
    key = call("west", "POST", "/rosters/shifts", json=shift).json()["key"]
    problem(call("west", "POST", "/rosters/shifts", json=shift | {"person": "03"}), 403, "not_own_person")
    rows = {row["code"]: row for row in call("west", "GET", "/rosters?on=2026-12-01").json()["rows"]}
    assert [one["key"] for one in rows["01"]["shifts"]] == [key]
    assert call("west", "POST", f"/rosters/shifts/{key}/end").status_code == 200
    leave = call("west", "POST", "/rosters/leaves", json={"person": "02", "reason": "培训"} | span).json()["key"]
    assert call("west", "POST", f"/rosters/leaves/{leave}/end").status_code == 200
    line = HEAD + "01,W1,日班,2026-12-02 08:00,2026-12-02 16:00\n"
    for path, created in (("preview", 1), ("table", 1), ("preview", 0)):
        done = call("west", "POST", f"/rosters/shifts/{path}?name=roster.csv", content=line.encode())
        assert (done.status_code, done.json()["created"]) == (200, created), done.text
    wrong = call(
        "west", "POST", "/rosters/shifts/preview?name=roster.csv", content=(HEAD + "03,无,早班,一,二\n").encode()
    )
    assert len(problem(wrong, 422, "refused")["reasons"]) >= 4
    large = call("west", "POST", "/rosters/shifts/preview?name=roster.csv", content=b"0" * (1024 * 1024 + 1))
    assert large.status_code == 413


@pytest.mark.parametrize("kind", ["shifts", "leaves"])
def test_a_template_is_a_table_one_can_fill(call, kind) -> None:
    from openpyxl import load_workbook

    found = call("west", "GET", f"/rosters/{kind}/template")
    assert found.headers["content-type"].startswith("application/vnd.openxml")
    assert load_workbook(io.BytesIO(found.content)).worksheets[0].cell(1, 1).value == "工号*"


@pytest.mark.parametrize(
    ("who", "path", "told"),
    [
        ("desk", "/shift-desk/notes", {"words": "只记一次"}),
        ("admin", "/duty/telephones", {"organ": "WEST", "post": "夜间值班", "phone": "0579-00000009"}),
    ],
)
def test_what_is_sent_twice_by_one_key_is_added_once(call, who, path, told) -> None:
    key = {"Idempotency-Key": path}
    first, again = (call(who, "POST", path, json=told, headers=key) for _ in range(2))
    assert first.status_code == 201, first.text
    assert (again.json(), again.headers["idempotent-replay"]) == (first.json(), "true")
