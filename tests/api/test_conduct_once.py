"""Cards and appraisals over the interface: taken once under one key, what is sealed kept in no answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.casework.leads import receive_lead
from data.models import Answered, Appraisal, Lead
from policy.vocabulary import Role
from tests.api import casting
from tests.api.test_evidence import picture, put
from tests.api.test_leads import post
from tests.data import small

SAID = {"conduct": "推搡当事人", "statement": "当时着急"}


def test_what_was_said_of_a_card_is_in_no_answer_that_is_kept_under_a_key(call, served) -> None:
    _, tokens, record = served
    tokens.update(casting.tokens(record))
    lead = post(call).json()["number"]
    assert put(call, lead, picture(200)).status_code == 201
    told = {"item": "A1", "summary": "占道", "party": {"kind": "citizen", "name": "王小明"}, "officers": ["01", "02"]}
    case = call("handler", "POST", "/cases", json=told | {"lead": lead})
    assert case.status_code == 201, case.text
    given = {"card": "yellow", "person": "01", "matter": case.json()["number"], "heard_at": "2026-11-19T09:00:00+08:00"}
    asked = {"json": given | SAID, "headers": {"Idempotency-Key": "card-1"}}
    first, again = (call("supervisor", "POST", "/cards", **asked) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json()), first.text
    assert {name: again.json()[name] for name in SAID} == SAID
    assert again.headers["Idempotent-Replay"] == "true"
    with record.read() as session:
        (kept,) = session.scalars(select(Answered.answer).where(Answered.key == "card-1"))
    assert (kept["conduct"], kept["statement"], kept["number"]) == (None, None, first.json()["number"])


def test_an_appraisal_is_taken_once_under_one_key(call, served, monkeypatch) -> None:
    record, october = served[2], small.NOW - timedelta(days=35)
    desk, (lon, lat) = small.actor(record, Role.DISPATCHER), small.middle(0)
    place = {"source": "public_report", "summary": "占道经营", "item_code": "A1", "lon": lon, "lat": lat}
    for _ in range(12):
        record.write(desk, receive_lead, now=october, **place)

    def settle(tx) -> None:
        for row in tx.session.scalars(select(Lead).where(Lead.received_at == october)):
            row.status, row.resolved_at = "resolved", october + timedelta(hours=5)

    record.write(SYSTEM, settle)
    told = {"json": {"period": "2026-10"}, "headers": {"Idempotency-Key": "october"}}
    first = call("county_office", "POST", "/appraisals", **told)
    assert first.status_code == 200, first.text
    assert first.json()["kept"] > 0
    monkeypatch.setattr("api.routes.appraisals.worked_out", lambda *said, **more: pytest.fail("it is taken already"))
    again = call("county_office", "POST", "/appraisals", **told)
    assert (again.json(), again.headers["Idempotent-Replay"]) == (first.json(), "true")
    with record.read() as session:
        assert len(session.scalars(select(Appraisal.id)).all()) == first.json()["kept"]
