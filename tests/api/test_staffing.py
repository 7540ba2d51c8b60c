"""Registers over the interface: entered, read, ended, taken in from a table; each by who may."""

from __future__ import annotations

import io

import pytest

from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import Base
from policy.vocabulary import Role
from policy.vocabulary_staffing import Register
from tests.api.conftest import behind_the_gate
from tests.api.test_leads import problem
from tests.data import parties, small

PARTS = {
    "west": (Role.TOWNSHIP_HEAD, "WEST", small.WEST),
    "east": (Role.TOWNSHIP_HEAD, "EAST", small.EAST),
    "office": (Role.COUNTY_OFFICE, "OFFICE", None),
    "desk": (Role.DISPATCHER, "BUREAU", None),
}
SINCE = {"valid_from": "2026-11-01"}


@pytest.fixture(scope="module")
def call(tmp_path_factory, clock):
    folder = tmp_path_factory.mktemp("staffing")
    record = Record(f"sqlite:///{folder / 'record.db'}", clock=clock)
    Base.metadata.create_all(record.write_engine)
    parties.build(record, "yunyang")
    held = {}
    for part, (role, organ, township) in PARTS.items():
        grant = GrantDraft(role, organ, (township,) if township else None)
        record.write(SYSTEM, create_account, username=f"t-{part}", display_name=part, password_hash="-", grants=[grant])
        held[part] = record.write(SYSTEM, create_token, username=f"t-{part}", name="test")
    with behind_the_gate(record, folder) as client:

        def ask(who, method, path, **more):
            headers = {"authorization": f"Bearer {held[who]}"} | more.pop("headers", {})
            return client.request(method, f"/api/v1/staffing{path}", headers=headers, **more)

        yield ask
    record.close()


def test_a_secondment_is_entered_read_and_ended(call) -> None:
    told = SINCE | {"person": "01", "township": small.WEST, "reason": "抽调防汛值守"}
    problem(call("west", "POST", "/secondments", json=told), 422, "approver_missing")
    made = call("west", "POST", "/secondments", json=told | {"approved_by": "副县长"})
    assert made.status_code == 201, made.text
    (away,) = call("west", "GET", f"/townships/{small.WEST}").json()["away"]
    assert (away["code"], away["approved_by"], away["unapproved"]) == ("01", "副县长", False)
    problem(
        call("east", "POST", f"/secondments/{away['key']}/end", json={"last_day": "2026-11-20"}), 404, "entry_unknown"
    )
    ending = {"json": {"last_day": "2026-11-10"}, "headers": {"Idempotency-Key": "back"}}
    done, repeated = (call("west", "POST", f"/secondments/{away['key']}/end", **ending) for _ in range(2))
    assert done.json() == repeated.json() == {"key": away["key"]}
    assert repeated.headers["Idempotent-Replay"] == "true"
    assert call("west", "GET", f"/townships/{small.WEST}").json()["away"] == []
    problem(call("west", "GET", f"/townships/{small.EAST}"), 403, "forbidden")
    problem(call("office", "GET", "/townships/110000000000"), 404, "no_township")


def test_a_day_is_a_day(call) -> None:
    told = {"village": small.VILLAGES[0], "person": "01", "valid_from": "gestern"}
    problem(call("west", "POST", "/village_officers", json=told), 422, "body_faults")
    assert call("west", "POST", "/village_officers", json=told | SINCE).status_code == 201


def test_scenarios_count_against_the_target_of_the_day(call) -> None:
    told = {"scenario_code": "S1", "scenario_name": "渣土“一件事”", "organ": "WATER", "valid_from": "2024-02-01"}
    problem(call("west", "POST", "/scenarios", json=told), 403, "forbidden")
    assert call("office", "POST", "/scenarios", json=told).status_code == 201
    found = call("desk", "GET", "/scenarios?on=2024-03-01").json()
    assert (found["count"], found["target"], found["scenarios"][0]["organ"]) == (1, 10.0, "区水利局")
    assert call("desk", "GET", "/scenarios?on=2024-01-01").json()["count"] == 0


def test_a_register_is_previewed_and_taken_in(call) -> None:
    head = "村（社区）,工号,起始日\n"
    for path, line, created in (("preview", "二村,02,2026-11-01", 1), ("table", "二村,02,2026-11-01", 1), ("preview", "二村,02,2026-11-01", 0)):  # fmt: skip
        done = call("west", "POST", f"/village_officers/{path}?name=o.csv", content=f"{head}{line}\n".encode())
        assert (done.status_code, done.json()["created"]) == (200, created), done.text
    wrong = call("west", "POST", "/village_officers/preview?name=o.csv", content=f"{head}三村,03,2026-11-01\n".encode())
    assert "本辖区" in problem(wrong, 422, "refused")["reasons"][0]["sentence"]


@pytest.mark.parametrize("register", list(Register))
def test_every_register_has_a_template(call, register) -> None:
    from openpyxl import load_workbook

    found = call("west", "GET", f"/{register.value}/template")
    assert found.status_code == 200, found.text
    assert load_workbook(io.BytesIO(found.content)).worksheets[0].cell(1, 1).value.endswith("*")
