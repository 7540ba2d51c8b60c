"""Plans of postings over the interface: asked with proof, measured, kept once, decided once, taken down with a reason."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from tests.api.test_leads import problem
from tests.data import small

ASKED = {"county": 0.9, "teams": 0.5, "left": 0.0}


def worked_out(call) -> dict:
    reply = call("county_office", "POST", "/posting-plans/ask", json=ASKED)
    assert reply.status_code == 200, reply.text
    return reply.json()


def moves_of(found: dict) -> list[dict[str, str]]:
    return [{"person": one["person"], "to": one["to"]} for one in found["moves"]]


def test_a_plan_is_the_fewest_moves_and_says_its_proof(call) -> None:
    found = worked_out(call)
    assert (found["proven"], found["bound"]) == (True, len(found["moves"]))
    assert found["county"]["needed"] == 6
    assert found["county"]["planned"] >= 6
    assert {one["kind"] for one in found["moves"]} == {"post"}
    assert found["clauses"]["people"] == "PL 42"
    assert {one["township"] for one in found["townships"]} == {small.WEST, small.EAST}


def test_a_search_takes_its_turn_with_those_of_the_page(call, monkeypatch) -> None:
    def broken(*told, **more):
        raise RuntimeError

    monkeypatch.setattr("data.runs.work_out", broken)
    reply = call("county_office", "POST", "/posting-plans/ask", json=ASKED)
    assert problem(reply, 503, "no_answer"), "it ran where the page's searches run"
    assert call("township_head", "POST", "/posting-plans/ask", json=ASKED).status_code == 403


def test_what_cannot_be_met_is_told_by_what_is_short(call) -> None:
    found = call("county_office", "POST", "/posting-plans/ask", json={"county": 0.9, "left": 1.0}).json()
    short = next(one for one in found["missed"] if one["kind"] == "county")
    assert short["needed"] > short["reached"]


def test_a_plan_changed_by_hand_says_which_target_fails(call) -> None:
    found = worked_out(call)
    fewer = moves_of(found)[1:]
    told = call("county_office", "POST", "/posting-plans/measure", json={"asked": ASKED, "moves": fewer}).json()
    assert len(told["moves"]) == len(fewer)
    assert told["missed"], "one move less and a target fails: the plan had the fewest"


def test_a_plan_is_kept_read_and_decided_once(call) -> None:
    moves = moves_of(worked_out(call))
    body = {"title": "年底方案", "moves": moves, "asked": ASKED}
    first = call("county_office", "POST", "/posting-plans", json=body, headers={"Idempotency-Key": "keep"})
    assert first.status_code == 201, first.text
    again = call("county_office", "POST", "/posting-plans", json=body, headers={"Idempotency-Key": "keep"})
    number = first.json()["number"]
    assert (again.json()["number"], again.headers["Idempotent-Replay"]) == (number, "true")
    assert call("supervisor", "GET", f"/posting-plans/{number}").json()["plan"]["title"] == "年底方案"
    decide = f"/posting-plans/{number}/decide"
    agreed = {"json": {"accept": True, "reason": "同意"}, "headers": {"Idempotency-Key": "decide"}}
    done, repeated = (call("county_office", "POST", decide, **agreed) for _ in range(2))
    assert (done.json()["status"], repeated.json()["status"]) == ("accepted", "accepted")
    assert (done.headers.get("Idempotent-Replay"), repeated.headers["Idempotent-Replay"]) == (None, "true")
    second = call("county_office", "POST", decide, json={"accept": False, "reason": "不同意"})
    assert problem(second, 409, "plan_decided")
    listed = call("supervisor", "GET", "/posting-plans").json()["plans"]
    assert [one["number"] for one in listed if one["number"] == number] == [number]


def test_the_moves_are_taken_down_with_a_reason(call) -> None:
    body = {"title": "导出方案", "moves": moves_of(worked_out(call)), "asked": ASKED}
    number = call("county_office", "POST", "/posting-plans", json=body).json()["number"]
    assert call("county_office", "GET", f"/posting-plans/{number}/table").status_code == 422
    reply = call("county_office", "GET", f"/posting-plans/{number}/table", params={"reason": "联席会议用"})
    book = load_workbook(io.BytesIO(reply.content))
    moves = list(book.worksheets[0].iter_rows(values_only=True))
    assert "联席会议用" in moves[0][0]
    assert len(moves) == 2 + len(body["moves"])


def test_a_day_out_of_reach_is_refused_in_words(call) -> None:
    reply = call("county_office", "POST", "/posting-plans/ask", json={"on": "2020-01-01"})
    assert problem(reply, 422, "day_out_of_reach")
    assert reply.json()["pointer"] == "/on"


def test_the_day_asked_for_decides_which_certificates_count(call) -> None:
    """Number 04 of the eastern town is certified for one more hour, and on no later day."""
    today = call("county_office", "POST", "/posting-plans/ask", json=ASKED).json()["county"]["whole"]
    later = call("county_office", "POST", "/posting-plans/ask", json=ASKED | {"on": "2026-11-22"}).json()["county"][
        "whole"
    ]
    assert today - later == 1
