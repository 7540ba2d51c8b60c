"""The county of a request: the account's first, the one it names, never one in which the account holds nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api import server as interface
from dashboard.server import build_server
from dashboard.web import actor_of
from data.accounts import create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import Base, RefusedAttempt
from data.settings import Settings
from policy.vocabulary import Role
from tests.data import two
from tests.support.pages import pages_left_alone

LEAD = {"source": "grid_patrol", "summary": "占道经营"}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counties")
    record = Record(f"sqlite:///{folder / 'two.db'}")
    Base.metadata.create_all(record.write_engine)
    two.build(record)
    tokens = {}
    for name, codes in {"both": (two.SECOND, two.FIRST), "first": (two.FIRST,), "second": (two.SECOND,)}.items():
        two.account(record, name, "-", Role.DISPATCHER, *codes)
        tokens[name] = record.write(SYSTEM, create_token, username=name, name="test")
    with pages_left_alone():
        settings = Settings(var=folder)
        made = build_server(record, settings, pages=[])
        interface.install(made.fastapi, record, actor_of, made.facts.build, settings)
        with TestClient(made.fastapi, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:

            def call(who, method, path, **more):
                headers = {"authorization": f"Bearer {tokens[who]}", **more.pop("headers", {})}
                return client.request(method, f"/api/v1{path}", headers=headers, **more)

            yield call, record, client
    record.close()


def codes(reply):
    return {team["code"] for team in reply.json()["teams"]}


def test_without_a_word_the_county_is_the_first_in_which_the_account_holds_something(both):
    call, _, _ = both
    assert codes(call("both", "GET", "/teams")) == {"H1"}
    assert codes(call("second", "GET", "/teams")) == {"H1"}
    assert "W1" in codes(call("first", "GET", "/teams"))


@pytest.mark.parametrize("named", [two.FIRST, "jindong"])
def test_a_request_names_its_county_by_code_or_profile_in_the_address_or_a_header(both, named):
    call, _, _ = both
    assert "W1" in codes(call("both", "GET", f"/teams?county={named}"))
    assert "W1" in codes(call("both", "GET", "/teams", headers={"x-county": named}))
    assert codes(call("both", "GET", "/teams?county=lanxi", headers={"x-county": named})) == {"H1"}


def test_a_county_in_which_the_account_holds_nothing_is_refused_with_a_sentence_and_kept(both):
    call, record, _ = both
    for reply in (
        call("first", "GET", "/teams?county=lanxi"),
        call("first", "GET", f"/grid?county={two.SECOND}"),
        call("first", "POST", "/leads?county=lanxi", json=LEAD),
        call("first", "GET", "/teams", headers={"x-county": two.SECOND}),
    ):
        assert reply.status_code == 403
        assert reply.json()["code"] == "errors_access.other_county"
        assert "兰溪市" in reply.json()["detail"]
    assert "Lanxi" in call("first", "GET", "/teams?county=lanxi&lang=en").json()["detail"]
    with record.read() as session:
        (kept,) = session.scalars(select(RefusedAttempt).where(RefusedAttempt.subject == two.SECOND)).all()
    assert (kept.verb, kept.code, kept.times) == ("county.ask", "errors_access.other_county", 5)
    assert kept.jurisdiction_id == record.county(two.FIRST).jurisdiction_id


def test_an_unknown_county_is_not_found(both):
    call, _, _ = both
    for unknown in ("atlantis", "999999000000"):
        reply = call("both", "GET", f"/teams?county={unknown}")
        assert (reply.status_code, reply.json()["code"]) == (404, "errors_record.no_jurisdiction")
        assert unknown in reply.json()["detail"]


def test_a_lead_is_numbered_and_found_in_its_own_county_only(both):
    call, _, _ = both
    number = call("both", "POST", "/leads?county=jindong", json=LEAD).json()["number"]
    assert number.startswith("JD-")
    assert call("first", "GET", f"/leads/{number}").status_code == 200
    assert call("both", "GET", f"/leads/{number}").status_code == 404
    assert call("second", "GET", f"/leads/{number}").status_code == 404
    assert call("both", "POST", "/leads", json=LEAD).json()["number"].startswith("LX-")


def test_one_key_does_not_answer_for_two_counties(both):
    call, _, _ = both
    key = {"Idempotency-Key": "once"}
    assert call("both", "POST", "/leads?county=jindong", json=LEAD, headers=key).status_code == 201
    assert call("both", "POST", "/leads?county=lanxi", json=LEAD, headers=key).status_code == 409


def test_every_operation_of_the_description_takes_a_county(both):
    _, _, client = both
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            taken = {(one["in"], one["name"]) for one in operation.get("parameters", [])}
            assert {("query", "county"), ("header", "x-county")} <= taken, (method, path)
