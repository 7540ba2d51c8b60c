"""The interface end to end: a lead in, a team out, an outcome back; and what wrong requests get."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import problems
from policy.errors import Refusal
from tests.data import small

LON, LAT = small.middle(0)
GOOD = {"source": "public_report", "summary": "沿街占道经营", "lon": LON, "lat": LAT, "item_code": "A1"}


def post(call, who="dispatcher", **more):
    body = {key: value for key, value in (GOOD | more).items() if value is not ...}
    return call(who, "POST", "/leads", json=body)


def problem(reply, status, code):
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"].startswith("application/problem+json")
    found = reply.json()
    assert found["code"].endswith(code), found
    assert found["detail"].strip()
    assert "Traceback" not in reply.text
    return found


def test_the_main_job_over_the_interface(call):
    lead = post(call).json()
    assert lead["place"] == "城市+工业区域 › 西镇 › 西镇片区 › 一村"
    found = call("dispatcher", "GET", f"/leads/{lead['number']}/recommendation").json()
    assert found["candidates"][0]["team_code"] == "W1"
    assert {excluded["team_code"] for excluded in found["excluded"]} == {"E1", "G1", "M1"}
    assert all(excluded["reasons"] for excluded in found["excluded"])
    sent = call("dispatcher", "POST", f"/leads/{lead['number']}/dispatch", json={"team_codes": ["W1"]})
    assert sent.status_code == 201
    number = sent.json()["tasks"][0]["number"]
    for step in ("accept", "depart", "arrive"):
        assert call("officer", "POST", f"/tasks/{number}/{step}").status_code == 200
    done = call("officer", "POST", f"/tasks/{number}/report", json={"outcome": "nothing_found", "note": "已清理"})
    assert done.json()["status"] == "reported"
    assert call("dispatcher", "GET", f"/leads/{lead['number']}").json()["status"] == "resolved"
    verbs = [e["verb"] for e in call("dispatcher", "GET", f"/leads/{lead['number']}/events").json()["events"]]
    assert verbs == [
        "receive",
        "triage",
        "dispatch",
        "dispatch",
        "accept",
        "start",
        "depart",
        "arrive",
        "report",
        "resolve",
    ]


def test_the_same_key_gives_the_same_answer_and_one_row(call):
    key = {"Idempotency-Key": "a-key-of-mine"}
    first = call("dispatcher", "POST", "/leads", json=GOOD, headers=key)
    again = call("dispatcher", "POST", "/leads", json=GOOD, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
    problem(call("dispatcher", "POST", "/leads", json=GOOD | {"summary": "另一件"}, headers=key), 409, "key_reused")


def test_a_batch_answers_each_lead_alone(call):
    reply = call("dispatcher", "POST", "/leads/batch", json={"leads": [GOOD, GOOD | {"item_code": "ZZ"}, GOOD]})
    results = reply.json()["results"]
    assert [r["problem"] is None for r in results] == [True, False, True]
    assert "ZZ" in results[1]["problem"]["detail"]


def test_a_batch_sent_twice_under_its_key_is_taken_in_once(call):
    told, key = {"leads": [GOOD, GOOD | {"item_code": "ZZ"}, GOOD]}, {"Idempotency-Key": "a-batch-of-mine"}
    first, again = (call("dispatcher", "POST", "/leads/batch", json=told, headers=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    after = post(call).json()["number"]
    assert int(after[-4:]) == int(first.json()["results"][2]["lead"]["number"][-4:]) + 1
    other = {"leads": [GOOD]}
    problem(call("dispatcher", "POST", "/leads/batch", json=other, headers=key), 409, "key_reused")


def test_a_point_in_the_sea_is_kept_and_the_answer_says_so(call):
    reply = post(call, lon=122.9, lat=29.5)
    assert reply.status_code == 201
    assert reply.json()["cell_code"] is None
    assert reply.json()["warnings"][0]["code"] == "unlocated.outside"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"lon": LAT, "lat": LON}, 422, "point_swapped"),
        ({"item_code": "ZZ"}, 422, "item_not_found"),
        ({"summary": ""}, 422, "body_faults"),
        ({"summary": ...}, 422, "body_faults"),
        ({"urgency": "panic"}, 422, "body_faults"),
        ({"lon": "east"}, 422, "body_faults"),
        ({"occurred_at": "2026-11-20T10:00:00"}, 422, "body_faults"),
        ({"occurred_at": (small.NOW + timedelta(days=1)).isoformat()}, 422, "time_in_future"),
        ({"colour": "red"}, 422, "body_faults"),
    ],
)
def test_wrong_leads_are_problems_in_words(call, change, status, code):
    reply = post(call, **change)
    found = problem(reply, 404 if code == "item_not_found" else status, code)
    assert found["status"] == reply.status_code


def test_an_empty_body_a_broken_body_and_a_huge_body(call):
    kind = {"content-type": "application/json"}
    problem(call("dispatcher", "POST", "/leads", content=b"", headers=kind), 422, "body_faults")
    problem(call("dispatcher", "POST", "/leads", content=b"{", headers=kind), 422, "body_faults")
    huge = b'{"summary": "' + b"x" * 10_000_000 + b'"}'
    reply = call("dispatcher", "POST", "/leads", content=huge, headers=kind)
    assert reply.status_code == 413
    assert reply.json()["detail"]


def test_the_language_of_a_problem_is_the_callers(call):
    zh = call("dispatcher", "GET", "/leads/JD-L-1").json()
    en = call("dispatcher", "GET", "/leads/JD-L-1", headers={"accept-language": "en"}).json()
    assert "请" in zh["detail"]
    assert en["detail"].isascii() or "金东区" in en["detail"]


def test_nobody_and_the_wrong_role_are_turned_away(call):
    problem(call(None, "GET", "/leads"), 401, "unauthenticated")
    problem(call("admin", "GET", "/leads"), 403, "forbidden")
    problem(call("wall", "POST", "/leads", json=GOOD), 403, "forbidden")
    problem(call("finance", "POST", "/leads", json=GOOD), 403, "forbidden")


def test_a_township_reads_only_its_own(call):
    number = post(call).json()["number"]
    problem(call("east", "GET", f"/leads/{number}"), 404, "lead_not_found")
    problem(call("east", "POST", f"/leads/{number}/reject", json={"reason": "x"}), 403, "forbidden")
    assert number not in [lead["number"] for lead in call("east", "GET", "/leads").json()["leads"]]


def test_a_task_is_accepted_once(call):
    number = post(call).json()["number"]
    sent = call("dispatcher", "POST", f"/leads/{number}/dispatch", json={"team_codes": ["W1"], "confirm_busy": True})
    task = sent.json()["tasks"][0]["number"]
    assert call("officer", "POST", f"/tasks/{task}/accept").status_code == 200
    problem(call("officer", "POST", f"/tasks/{task}/accept"), 409, "already_accepted")
    call("dispatcher", "POST", f"/tasks/{task}/recall", json={"reason": "测试结束"})


def test_leads_come_in_pages_without_a_gap(call):
    for _ in range(5):
        post(call)
    seen, cursor = [], None
    while True:
        page = call("dispatcher", "GET", "/leads", params={"limit": 3} | ({"before": cursor} if cursor else {})).json()
        seen += [lead["number"] for lead in page["leads"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) >= 5
    assert seen == sorted(seen, reverse=True)


def test_teams_grid_and_figures_answer(call):
    teams = call("dispatcher", "GET", "/teams").json()["teams"]
    assert {t["code"]: t["certified_on_shift"] for t in teams} == {"E1": 2, "G1": 0, "M1": 2, "W1": 2}
    grid = call("wall", "GET", "/grid", params={"level": 4}).json()
    assert [f["properties"]["name"] for f in grid["features"]] == ["一村", "二村", "三村", "四村"]
    assert all(f["properties"]["illustrative"] for f in grid["features"])
    cell = call("wall", "GET", "/grid/locate", params={"lon": LON, "lat": LAT}).json()
    assert cell["cell"] == small.VILLAGES[0]
    figures = call("county_office", "GET", "/figures").json()
    assert {row["figure"] for row in figures["figures"]} >= {"F01", "F02", "F06", "F09", "F10", "F11", "F24"}
    team = next(r for r in figures["figures"] if r["figure"] == "F02" and r["group_kind"] == "organ")
    assert (team["target"], team["target_clause"]) == (0.5, "JD 二(一)2")
    problem(call("county_office", "GET", "/figures/F99"), 404, "unknown_figure")


def test_a_position_and_a_status_by_hand(call):
    here = {"lon": 119.99, "lat": 29.22}
    assert call("dispatcher", "PUT", "/teams/E1/position", json=here).status_code == 204
    problem(call("officer", "PUT", "/teams/E1/position", json=here), 403, "position_not_own")
    problem(call("dispatcher", "PUT", "/teams/E1/position", json=here | {"lon": 999}), 422, "body_faults")
    problem(
        call("dispatcher", "PUT", "/teams/E1/status", json={"status": "en_route", "reason": "x"}),
        422,
        "status_follows_tasks",
    )
    assert call("dispatcher", "PUT", "/teams/E1/status", json={"status": "busy", "reason": "培训"}).status_code == 204
    assert (
        call("dispatcher", "PUT", "/teams/E1/status", json={"status": "available", "reason": "完毕"}).status_code == 204
    )


def test_health_readiness_metrics_and_the_page_of_the_interface(served):
    client, _, _ = served
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json()["status"] == "ready"
    assert "onegrid_events" in client.get("/metrics").text
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    for file in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert client.get(f"/api/v1/docs/{file}").status_code == 200
    description = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/leads/{number}/recommendation" in description["paths"]
    drawn = client.get("/api/v1/docs.json").json()  # the packaged page draws 3.0 alone
    assert drawn["openapi"].startswith("3.0.")
    assert drawn["paths"].keys() == description["paths"].keys()
    assert '"null"' not in json.dumps(drawn)


def test_refusals_of_pages_are_left_to_the_gate_around_the_interface():
    app = FastAPI()
    problems.install(app)

    @app.get("/{path:path}")
    def refuse(path: str):
        raise Refusal("errors_access.fault", kind="forbidden", reference="r")

    client = TestClient(app)
    assert client.get("/api/v1/anything").headers["content-type"] == problems.MEDIA_TYPE
    with pytest.raises(Refusal):
        client.get("/console")


def test_unknown_addresses_are_404_in_words(call, served):
    problem(call("dispatcher", "GET", "/nothing"), 404, "http_404")
    assert served[0].get("/nothing-here").status_code == 404
