"""What lies beyond every calendar, page or list: refused in words, never a fault of the server."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from data.models import RefusedAttempt

LEAD = {"source": "grid_patrol", "summary": "占道经营"}


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00"]
)
def test_times_beyond_the_calendar(call, moment):
    reply = call("dispatcher", "POST", "/leads", json=LEAD | {"occurred_at": moment})
    assert (reply.status_code, reply.json()["code"]) == (422, "errors_casework.time_implausible")
    assert call("dispatcher", "GET", "/leads", params={"since": moment}).status_code == 422
    assert call("officer", "PUT", "/teams/W1/position", json={"lon": 1, "lat": 1, "at": moment}).status_code == 422
    batch = call("dispatcher", "POST", "/leads/batch", json={"leads": [LEAD, LEAD | {"occurred_at": moment}]})
    assert [one["lead"] is None for one in batch.json()["results"]] == [False, True]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/figures?date=0001-01-01", 422),
        ("/figures?date=2026-11-21", 422),
        ("/figures/F01?date=2199-01-01", 422),
        ("/figures/F01/series?days=99999999999999", 422),
        ("/figures/F01/series?days=0", 422),
        ("/leads?before=JD-L-1", 422),
        ("/leads?limit=501", 422),
        ("/grid?township=nowhere", 422),
        ("/leads/%00", 400),
        ("/leads?township=%00", 400),
    ],
)
def test_addresses_that_ask_for_what_cannot_be(call, path, status):
    reply = call("dispatcher", "GET", path)
    assert reply.status_code == status, reply.text
    assert reply.json()["detail"].strip()


def test_the_character_nul_is_no_text(call):
    body = b'{"source": "grid_patrol", "summary": "a\\u0000"}'
    reply = call("dispatcher", "POST", "/leads", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 400


def test_the_steps_of_a_lead_are_for_those_who_may_read_events(call):
    number = call("dispatcher", "POST", "/leads", json=LEAD).json()["number"]
    assert call("supervisor", "GET", f"/leads/{number}/events").status_code == 200
    for role in ("wall", "grid_worker", "finance", "officer"):
        assert call(role, "GET", f"/leads/{number}/events").status_code == 403


def test_a_refused_read_is_kept(call, served):
    assert call("admin", "GET", "/leads").status_code == 403
    with served[2].read() as session:
        assert "read.list_leads" in session.scalars(select(RefusedAttempt.verb)).all()
