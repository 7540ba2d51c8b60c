"""Beside the course of a matter over the interface: 12345, sharing, unmasking; the chain searched and verified."""

from __future__ import annotations

import time

import pytest

from data.anchors import write_anchor
from tests.api.test_leads import post

DUE = "2026-12-01T09:00:00+08:00"


@pytest.fixture
def lead(call) -> str:
    return post(call, source="hotline_12345", external_number="12345-9", reporter_name="王小明").json()["number"]


def test_the_order_of_12345_goes_its_whole_way(call, lead):
    said = call("dispatcher", "PUT", f"/leads/{lead}/hotline", json={"due_at": DUE})
    assert said.status_code == 200, said.text
    assert said.json()["hotline_due_at"].startswith("2026-12-01T01:00:00")
    early = call("dispatcher", "POST", f"/leads/{lead}/hotline/callback", json={"found": "satisfied"})
    assert (early.status_code, early.json()["code"]) == (409, "errors_between.not_replied")
    key = {"Idempotency-Key": "reply-1"}
    once = call("dispatcher", "POST", f"/leads/{lead}/hotline/reply", json={"reply": "已清理"}, headers=key)
    again = call("dispatcher", "POST", f"/leads/{lead}/hotline/reply", json={"reply": "已清理"}, headers=key)
    assert once.json() == again.json()
    assert again.headers["Idempotent-Replay"] == "true"
    call("dispatcher", "POST", f"/leads/{lead}/hotline/callback", json={"found": "partly"})
    told = call("dispatcher", "GET", f"/leads/{lead}/hotline").json()
    assert (told["reply"], told["callback"], told["late"]) == ("已清理", "partly", False)


def test_an_order_whose_time_is_over_is_late(call, lead):
    call("dispatcher", "PUT", f"/leads/{lead}/hotline", json={"due_at": "2026-11-01T09:00:00+08:00"})
    assert call("dispatcher", "GET", f"/leads/{lead}/hotline").json()["late"] is True


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("hotline/reply", {"reply": " "}, 422),
        ("hotline/callback", {"found": "great"}, 422),
        ("share", {"information": "other", "to_organ": "MOON"}, 422),
        ("share", {"information": "gossip", "to_organ": "MARKET"}, 422),
        ("share", {"information": "other", "to_organ": "MARKET", "state_secret": True}, 403),
        ("unmask", {"reason": ""}, 422),
    ],
)
def test_what_is_wrong_is_a_sentence(call, lead, path, body, code):
    reply = call("dispatcher", "POST", f"/leads/{lead}/{path}", json=body)
    assert reply.status_code == code, reply.text
    assert reply.json()["detail"]


def test_what_was_shared_stands_in_the_log_and_in_the_chain(call, lead):
    body = {"information": "other", "to_organ": "MARKET"}
    shown = call("dispatcher", "POST", f"/leads/{lead}/share", json=body)
    assert shown.status_code == 201, shown.text
    assert call("dispatcher", "GET", f"/leads/{lead}/shared").json()["shared"] == [shown.json()]
    steps = call("dispatcher", "GET", f"/leads/{lead}/events").json()["events"]
    assert [one["verb"] for one in steps][-1] == "share"


def test_who_reported_is_shown_for_a_reason_that_goes_into_the_chain(call, lead):
    seen = call("dispatcher", "POST", f"/leads/{lead}/unmask", json={"reason": "回访核实"})
    assert seen.json()["reporter_name"] == "王小明"
    found = call("supervisor", "GET", f"/audit/events?number={lead}&step=unmask").json()
    assert "events" in found, found
    found = found["events"]
    assert [one["facts"] for one in found] == [{"fields": ["reporter_name"], "reason": "回访核实"}]
    assert "王小明" not in str(found)


def test_the_chain_is_searched_page_by_page(call, lead):
    seen, before = [], ""
    while True:
        page = call("supervisor", "GET", f"/audit/events?limit=2{before}").json()
        seen += [one["sequence"] for one in page["events"]]
        if page["next"] is None or len(seen) > 200:
            break
        before = f"&before={page['next']}"
    assert seen == sorted(set(seen), reverse=True)
    assert seen[-1] == 1
    by_actor = call("supervisor", "GET", "/audit/events?actor=t-dispatch&limit=500").json()["events"]
    assert {one["who"] for one in by_actor} == {"t-dispatcher"}
    later = call("supervisor", "GET", "/audit/events?since=2027-01-01T00:00:00Z").json()["events"]
    assert later == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("step=fly", 422),
        ("number=JD-L-20200101-0001", 404),
        ("since=2026-12-01T00:00:00Z&until=2026-11-01T00:00:00Z", 422),
    ],
)
def test_a_search_that_cannot_be_says_why(call, lead, query, status):
    reply = call("supervisor", "GET", f"/audit/events?{query}")
    assert reply.status_code == status
    assert reply.json()["detail"]


def test_one_matter_is_verified(call, lead):
    told = call("supervisor", "GET", f"/audit/matters/{lead}").json()
    assert (told["whole"], told["fault"]) == (True, None)
    assert told["events"] >= 1


def verified(call) -> dict:
    assert call("supervisor", "POST", "/audit/verification").status_code == 202
    until = time.monotonic() + 30
    while (told := call("supervisor", "GET", "/audit/verification").json())["state"] == "running":
        assert time.monotonic() < until
        time.sleep(0.02)
    return told


def test_the_whole_chain_is_verified_in_the_background_and_a_forged_event_is_named(
    call, lead, served, tmp_path_factory
):
    told = verified(call)
    assert (told["state"], told["whole"], told["done"]) == ("done", True, told["events"])
    record = served[2]
    from data.verifying import _ANCHORS

    folder, secret = _ANCHORS[record]
    write_anchor(record, record.county().code, folder, secret, record.clock())
    assert verified(call)["anchors"] == 1
    write = lambda word: record.submit_raw(  # noqa: E731
        lambda c: c.exec_driver_sql("UPDATE event SET verb = ? WHERE sequence = 2", (word,))
    ).result()
    before = record.submit_raw(
        lambda c: c.exec_driver_sql("SELECT verb FROM event WHERE sequence = 2").scalar()
    ).result()
    write("forged")
    try:
        told = verified(call)
        assert (told["whole"], told["fault"]["sequence"], told["fault"]["fault"]) == (False, 2, "altered")
    finally:
        write(before)
    assert verified(call)["whole"] is True


def test_silence_and_filings_are_told_to_whoever_may_know(call, lead):
    assert call("supervisor", "GET", "/audit/unanswered").json() == {"organs": []}
    assert call("supervisor", "GET", "/audit/unfiled").status_code == 200
