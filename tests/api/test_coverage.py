"""Coverage and positions of units over the interface: the same answers as on the map, and what a bad position gets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from geo.coordinates import wgs84_to_gcj02
from policy.vocabulary import Role
from tests.api import casting
from tests.api.test_leads import post
from tests.data import small

HERE = {"lon": 119.9, "lat": 29.2}


@pytest.fixture(scope="module")
def people(served):
    """Officers with a place in a team: 01 in W1 of the west, 03 in E1 of the east; and a head of squadron of nobody's."""
    _, tokens, record = served
    tokens.update(casting.tokens(record))
    grant = GrantDraft(Role.SQUADRON_HEAD, "WEST", (small.WEST,))
    record.write(SYSTEM, create_account, username="nobody", display_name="-", password_hash="-", grants=[grant])
    tokens["nobody"] = record.write(SYSTEM, create_token, username="nobody", name="test")


def report(call, who, team, **body):
    return call(who, "POST", f"/units/{team}/position", json=HERE | body)


def test_coverage_says_its_method_its_shares_and_what_a_unit_leaves_uncovered(call):
    post(call)
    found = call("dispatcher", "GET", "/coverage").json()
    assert (found["method"], found["clause"]) == ("straight_line_detour", "JD 二(四)12")
    assert [share["minutes"] for share in found["shares"]] == [None, 5.0, 15.0]
    assert found["shares"][0]["cells"] == [3, 4]
    assert {unit["code"]: unit["cells"] for unit in found["units"]}["W1"] == [small.VILLAGES[0]]
    (best,) = call("dispatcher", "GET", "/coverage/best-places").json()["places"]
    assert best["code"] == small.VILLAGES[1]
    areas = call("dispatcher", "GET", "/coverage/areas").json()
    assert [area["properties"]["minutes"] for area in areas["features"]] == [15.0, 5.0]


def test_an_officer_reports_for_the_own_team_and_a_map_of_gcj02_is_turned(call, people, clock):
    lon, lat = (float(v) for v in wgs84_to_gcj02(119.9, 29.2))
    kept = report(call, "handler", "W1", lon=lon, lat=lat, datum="gcj02", at=clock.now.isoformat()).json()
    assert (round(kept["lon"], 5), round(kept["lat"], 5)) == (119.9, 29.2)
    older = (clock.now - timedelta(minutes=5)).isoformat()
    assert report(call, "handler", "W1", lon=119.8, at=older).json()["lon"] == kept["lon"]


@pytest.mark.parametrize(
    ("who", "team", "body", "status", "code"),
    [
        ("handler", "E1", {}, 403, "errors_access.forbidden"),
        ("nobody", "W1", {}, 403, "errors_casework.position_not_own"),
        ("handler", "W1", {"datum": "mars"}, 422, "api.body_faults"),
        ("handler", "W1", {"lon": 29.2, "lat": 119.9}, 422, "api.body_faults"),  # axes swapped
        ("handler", "W1", {"at": "2026-11-20T10:00:00"}, 422, "api.body_faults"),  # no zone
        ("dispatcher", "E1", {}, 200, "E1"),
        ("handler", "X9", {}, 404, "errors_casework.team_not_found"),
    ],
)
def test_what_a_position_of_somebody_else_or_of_nowhere_gets(call, people, who, team, body, status, code):
    reply = report(call, who, team, **body)
    assert (reply.status_code, reply.json().get("code")) == (status, code)


def test_a_position_is_not_of_the_future_but_a_clock_may_be_a_little_fast(call, people, clock):
    ahead = report(call, "handler", "W1", at=(clock.now + timedelta(minutes=3)).isoformat())
    assert (ahead.status_code, ahead.json()["code"]) == (422, "errors_casework.position_ahead")
    fast = report(call, "handler", "W1", at=(clock.now + timedelta(minutes=1)).isoformat())
    assert fast.json()["position_at"] <= clock.now.isoformat().replace("+00:00", "Z")
