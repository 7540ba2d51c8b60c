"""Inspections over the interface: plans merged into one visit, the code at the door, a draw repeated, refusals in words."""

from __future__ import annotations

import os

import pytest

from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import Base
from tests.api.conftest import _files_in, behind_the_gate
from tests.api.test_leads import problem
from tests.data import inspecting, small
from tests.data.test_inspection_draws import repeated_by_hand

ELSEWHERE = 1
"""The enterprise that lies in the eastern town."""
PLAN = {
    "title": "年度检查", "inspection_kind": "routine", "begins_on": "2026-11-01", "ends_on": "2026-12-15",
    "why_visit": "须核对实物",
}  # fmt: skip


@pytest.fixture(scope="module")
def call(tmp_path_factory, clock):
    """The interface on the small county with four enterprises, as each part of the cast."""
    folder = tmp_path_factory.mktemp("inspections")
    record = Record(f"sqlite:///{folder / 'record.db'}", clock=clock)
    before = os.environ.get("ONEGRID_VAR")
    _files_in(str(folder))
    Base.metadata.create_all(record.write_engine)
    inspecting.build(record)
    for number in range(4):
        inspecting.enterprise(record, number, small.VILLAGES[3] if number == ELSEWHERE else small.VILLAGES[0])
    held = {}
    for part, (role, organ, township, _) in inspecting.CAST.items():
        grant = GrantDraft(role, organ, (township,) if township else None)
        record.write(SYSTEM, create_account, username=f"i-{part}", display_name=part, password_hash="-", grants=[grant])
        held[part] = record.write(SYSTEM, create_token, username=f"i-{part}", name="test")
    with behind_the_gate(record, folder) as client:

        def ask(who, method, path, **more):
            headers = {"authorization": f"Bearer {held[who]}"} | more.pop("headers", {})
            return client.request(method, f"/api/v1/inspections{path}", headers=headers, **more)

        yield ask
    record.close()
    _files_in(before)


def made(call, who, path, told, **headers):
    reply = call(who, "POST", path, json=told, headers=headers)
    assert reply.status_code == 201, reply.text
    return reply.json()


def step(call, who, path, number, verb, told=None):
    return call(who, "POST", f"/{path}/{number}/steps/{verb}", json=told or {})


def approved(call, who, **more):
    number = made(call, who, "/plans", PLAN | more)["number"]
    assert step(call, who, "plans", number, "approve").json()["status"] == "approved"
    return number


def subject(call, number=0):
    return call("west", "GET", "/subjects", params={"text": f"某某{number}号"}).json()["subjects"][0]["code"]


def test_plans_are_merged_and_the_visit_goes_its_way(call):
    code = subject(call)
    plans = [
        approved(call, "west", inspection_items=["A1"], subjects=[code]),
        approved(call, "market", inspection_items=["B1"], subjects=[code]),
    ]
    [proposal] = call("west", "GET", "/merging").json()["proposals"]
    assert (proposal["subject"], proposal["saved"], sorted(proposal["plans"])) == (code, 1, sorted(plans))
    told = {"inspected": code, "inspection_plans": plans, "visit_on": "2026-11-20", "persons": ["01", "02"]}
    visit = made(call, "west_officer", "/visits", told)
    assert problem(step(call, "west", "visits", visit["number"], "approve"), 409, "step_refused")["clause"]
    assert step(call, "market", "visits", visit["number"], "agree").status_code == 200
    assert step(call, "west", "visits", visit["number"], "approve").json()["status"] == "approved"
    problem(call("west", "GET", f"/visits/{visit['number']}/code"), 409, "no_code_yet")
    assert (
        step(call, "west_officer", "visits", visit["number"], "give_notice", {"document": "检通1号"}).status_code == 200
    )
    code_of = call("west", "GET", f"/visits/{visit['number']}/code")
    assert (code_of.headers["content-type"], "<svg" in code_of.text) == ("image/svg+xml", True)
    wrong = {"scanned": "x", "certificates_shown": True}
    problem(step(call, "west_officer", "visits", visit["number"], "enter", wrong), 409, "wrong_code")
    assert "token" not in visit


def test_a_draw_is_repeated_over_the_interface_and_from_its_file(call):
    plan = approved(call, "west", inspection_kind="random", inspection_items=["A1"])
    told = {"inspection_plan": plan, "subjects_wanted": "2", "inspectors_wanted": "2"}
    number = made(call, "west", "/draws", told)["number"]
    problem(call("west", "GET", f"/draws/{number}/verification"), 409, "draw_not_drawn")
    drawn = step(call, "west", "draws", number, "draw", {"seed_source": "generator"}).json()
    found = call("west", "GET", f"/draws/{number}/verification").json()
    assert (found["holds"], found["subjects"]) == (True, drawn["drawn_subjects"])
    assert all(check["sentence"] for check in found["checks"])
    file = call("west", "GET", f"/draws/{number}/file").json()
    assert repeated_by_hand(file, "subjects") == drawn["drawn_subjects"]
    assert step(call, "west", "draws", number, "discard", {"reason": "停业"}).json()["status"] == "discarded"
    assert [row["number"] for row in call("west", "GET", "/draws", params={"status": "discarded"}).json()["draws"]] == [
        number
    ]


def test_the_cap_is_published_counted_and_refused(call):
    code = subject(call, 3)
    cap = {"cap_year": "2026", "cap": "1", "published_on": "2026-01-05", "document": "公告1号"}
    made(call, "west", "/caps", cap)
    told = {"inspected": code, "inspection_items": ["A1"], "visit_on": "2026-11-20", "persons": ["01", "02"]}
    first = made(call, "west_officer", "/visits", told, **{"Idempotency-Key": "once"})
    assert made(call, "west_officer", "/visits", told, **{"Idempotency-Key": "once"})["number"] == first["number"]
    refused = problem(call("west_officer", "POST", "/visits", json=told), 409, "step_refused")
    assert refused["clause"] == "EI 要点"
    found = call("west", "GET", f"/subjects/{code}").json()
    assert found["counters"] == [{"organ": "WEST", "visits": 1, "cap": 1}]
    past = told | {"cap_exception": "emergency", "exception_reason": "燃气泄漏"}
    assert made(call, "west_officer", "/visits", past)["repeats"] == 1


def test_grid_workers_and_auxiliaries_are_never_sent(call):
    told = {"inspected": subject(call, 2), "inspection_items": ["A1"], "visit_on": "2026-11-20"}
    refused = problem(
        call("west_officer", "POST", "/visits", json=told | {"persons": ["01", "07"]}), 409, "step_refused"
    )
    assert {reason["code"] for reason in refused["reasons"]} == {"reasons_between.inspector_kind"}
    problem(call("grid", "POST", "/visits", json=told | {"persons": ["01", "02"]}), 403, "forbidden")
    assert call("west", "GET", "/visits", params={"subject": told["inspected"]}).json()["visits"] == []


@pytest.mark.parametrize("who", ["west", "west_officer"])
def test_a_town_that_plans_a_visit_elsewhere_is_told_the_rule_and_whom_to_ask(call, who):
    code = call("east", "GET", "/subjects", params={"text": f"某某{ELSEWHERE}号"}).json()["subjects"][0]["code"]
    told = {"inspected": code, "inspection_items": ["A1"], "visit_on": "2026-11-20", "persons": ["01", "02"]}
    refused = problem(call(who, "POST", "/visits", json=told), 409, "step_refused")
    [reason] = refused["reasons"]
    assert (reason["code"], reason["clause"]) == ("reasons_between.outside_own_area", refused["clause"])
    assert "东镇" in reason["sentence"]
    assert reason["policy"] == refused["policy"] != ""


def test_a_written_check_is_recorded_without_a_visit(call):
    code = subject(call, 2)
    plan = approved(call, "west", inspection_kind="written", inspection_items=["A1"], subjects=[code])
    told = {"inspected": code, "inspection_plans": [plan], "visit_on": "2026-11-20", "persons": ["01", "02"]}
    number = made(call, "west_officer", "/visits", told)["number"]
    step(call, "west", "visits", number, "approve")
    found = {"visit_outcome": "nothing_found", "words": "台账齐全"}
    reply = step(call, "west_officer", "visits", number, "check_in_writing", found).json()
    assert (reply["status"], reply["outcome"], reply["entered_at"]) == ("recorded", "nothing_found", None)
    assert call("west", "GET", f"/subjects/{code}").json()["counters"] == []


def test_documents_of_a_visit_are_made_in_their_time_and_read(call):
    told = {
        "inspected": subject(call, 3),
        "inspection_items": ["A1"],
        "visit_on": "2026-11-20",
        "persons": ["01", "02"],
    }
    told |= {"cap_exception": "complaint", "exception_reason": "举报"}
    place = f"/visits/{made(call, 'west_officer', '/visits', told)['number']}/papers"
    assert [one["ready"] for one in call("west", "GET", place).json()["choices"]] == [True, False, False, False]
    paper = made(call, "west_officer", place, {"paper": "inspection_approval"})
    assert paper["number"].startswith("检审〔2026〕")
    early = problem(call("west_officer", "POST", place, json={"paper": "inspection_notice"}), 409, "paper_too_early")
    assert "批准" in early["detail"]
    problem(call("west_officer", "POST", place, json={"paper": "decision"}), 409, "no_paper_of_a_visit")
    problem(call("market", "POST", place, json={"paper": "inspection_approval"}), 403, "paper_of_others")
    [listed] = call("west", "GET", place).json()["papers"]
    assert listed == paper
    for form, magic in (("docx", b"PK"), ("pdf", b"%PDF")):
        reply = call("west", "GET", listed[form].removeprefix("/api/v1/inspections"))
        assert (reply.status_code, reply.content[: len(magic)]) == (200, magic), reply.text[:300]


def test_wrong_input_and_unknown_matters_are_sentences(call):
    problem(
        call("west", "POST", "/plans", json=PLAN | {"inspection_items": ["A1"], "begins_on": "2026-02-30"}),
        422,
        "not_a_day",
    )
    problem(call("west", "GET", "/visits/JD-N-20261120-0099"), 404, "not_found")
    problem(call("west", "GET", "/subjects/none"), 404, "no_such_subject")
    problem(call("east", "GET", "/plans/JD-I-20261120-0001"), 404, "not_found")
