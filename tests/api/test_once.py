"""An Idempotency-Key does a step once: the same body gets the same answer and no second row, another body is refused."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import (
    Assistance,
    Base,
    Case,
    CaseReview,
    Dispute,
    Event,
    EyesRequest,
    Organ,
    Person,
    Referral,
    Transfer,
)
from tests.api.casting import DECISION, PENALTY, tokens
from tests.api.conftest import behind_the_gate
from tests.api.test_evidence import picture, put
from tests.api.test_leads import post, problem
from tests.data import parties, small
from tests.data.cases import CITIZEN, COMPANY

MATERIALS = ["investigation_report", "proposal", "evidence"]
POINTS = (
    "subject", "jurisdiction", "facts", "law_applied", "discretion", "powers", "procedure", "documents", "crime",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory, clock):
    """Fuling's plan with everybody who has a part, the reviewer qualified in law."""
    folder = tmp_path_factory.mktemp("once")
    record = Record(f"sqlite:///{folder / 'once.db'}", clock=clock)
    Base.metadata.create_all(record.write_engine)
    parties.build(record, "fuling")
    held = tokens(record)
    for part, (role, organ, township) in parties.CAST.items():
        grant = GrantDraft(role, organ, (township,) if township else None)
        record.write(SYSTEM, create_account, username=f"b-{part}", display_name=part, password_hash="-", grants=[grant])
        held[part] = record.write(SYSTEM, create_token, username=f"b-{part}", name="test")
    record.write(SYSTEM, _jurist)
    with behind_the_gate(record, folder) as client:

        def ask(who, method, path, **more):
            headers = {"authorization": f"Bearer {held[who]}"} | more.pop("headers", {})
            return client.request(method, f"/api/v1{path}", headers=headers, **more)

        yield record, ask
    record.close()


def _jurist(tx: Any) -> None:
    """The reviewer's account belongs to somebody qualified in law."""
    from data.models import Account

    organ = tx.session.scalars(select(Organ).where(Organ.code == "WEST")).one()
    person = Person(
        jurisdiction_id=organ.jurisdiction_id, code="51", name="丙律", kind="officer", organ_id=organ.id,
        employed_from=small.FROM, law_qualified=True,
    )  # fmt: skip
    tx.session.add(person)
    tx.session.flush()
    tx.session.scalars(select(Account).where(Account.username == "c-reviewer")).one().person_id = person.id


def rows(record: Record, *models: Any) -> list[int]:
    with record.read() as session:
        return [session.scalar(select(func.count()).select_from(model)) for model in (Event, *models)]


def once(house: Any, who: str, path: str, body: Any, other: Any, *models: Any, status: int = 200) -> dict[str, Any]:
    """Sent twice with one key it is done once; with another body it is refused."""
    record, call = house
    key = {"Idempotency-Key": f"once {path} {body}"[:200].encode("ascii", "replace").decode()}
    first = call(who, "POST", path, json=body, headers=key)
    assert first.status_code == status, first.text
    assert "idempotent-replay" not in first.headers
    before = rows(record, *models)
    again = call(who, "POST", path, json=body, headers=key)
    assert (again.json(), again.headers["idempotent-replay"]) == (first.json(), "true")
    reused = problem(call(who, "POST", path, json=other, headers=key), 409, "key_reused")
    assert "once" in reused["detail"]
    assert rows(record, *models) == before
    return first.json()


def matter_of(call: Any, shade: int) -> str:
    number = post(call, summary="河道边倾倒渣土").json()["number"]
    assert call("dispatcher", "POST", f"/leads/{number}/triage", json={"domain": "city"}).status_code == 200
    assert put(call, number, picture(shade), who="dispatcher").status_code == 201
    return str(number)


def case_of(call: Any, shade: int) -> str:
    told = {"item": "A1", "summary": "占道", "party": COMPANY, "officers": ["01", "02"], "lead": matter_of(call, shade)}
    return str(call("handler", "POST", "/cases", json=told).json()["number"])


BEGINNINGS = (
    ("west", "transfers", {"receiver": "WATER", "reason": "不属本镇职权", "subject": "河道内倾倒渣土"}, Transfer),
    ("west", "assistance", {"receiver": "WATER", "subject": "协助测绘", "ground": "technical", "reason": "需要专业设备"}, Assistance),
    ("west", "disputes", {"receiver": "WATER", "subject": "河道管辖", "reason": "双方均认为无管辖权"}, Dispute),
)  # fmt: skip


@pytest.mark.parametrize(("who", "place", "body", "model"), BEGINNINGS, ids=[place for _, place, *_ in BEGINNINGS])
def test_what_passes_between_organs_begins_once(house, who, place, body, model):
    record, call = house
    body = {name: value for name, value in body.items() if name in _asked(call, place)}
    if place == "assistance":
        body |= {"ground": _first_ground(record)}
    other = body | {"subject": "另一件事"}
    once(house, who, f"/{place}", body, other, model, status=201)


def _asked(call: Any, place: str) -> set[str]:
    described = call("west", "GET", "/openapi.json").json()
    body = described["paths"][f"/api/v1/{place}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return set(described["components"]["schemas"][body["$ref"].rpartition("/")[2]]["properties"])


def _first_ground(record: Record) -> str:
    value = record.county().profile.get("assistance.grounds", small.NOW.date())
    return str(value.value[0]["code"])


def test_a_case_is_proposed_once_and_its_suspicion_reported_once(house):
    _, call = house
    told = {"item": "A1", "summary": "占道", "party": COMPANY, "officers": ["01", "02"], "lead": matter_of(call, 31)}
    case = once(house, "handler", "/cases", told, told | {"summary": "别的"}, Case, status=201)["number"]
    for who, verb, given in (
        ("handler", "submit_filing", {}),
        ("head", "approve_filing", {}),
        ("handler", "start_investigation", {}),
    ):
        assert call(who, "POST", f"/cases/{case}/steps/{verb}", json=given).status_code == 200
    report = {
        "matter": case,
        "persons": ["01", "02"],
        "document": "报告1号",
        "reason": "涉嫌犯罪",
        "receiver": "POLICE",
    }
    once(house, "handler", "/referrals", report, report | {"document": "报告2号"}, Referral, status=201)


def test_a_decision_on_the_spot_takes_one_number(house):
    _, call = house
    told = {
        "item": "A1",
        "summary": "占道摆摊",
        "party": CITIZEN,
        "officers": ["01", "02"],
        "lead": matter_of(call, 32),
    }
    told |= {
        "decision": {name: value for name, value in DECISION.items() if name != "grade"} | {"penalties": ["warning"]}
    }
    told["decision"].pop("fine")
    made = once(house, "handler", "/cases/on-the-spot", told, told | {"summary": "别的"}, Case, status=201)
    assert made["decision_number"] == "当罚〔2026〕1号"


def test_every_step_of_a_review_is_taken_once(house):
    _, call = house
    case = case_of(call, 34)
    penalty = {name: value for name, value in PENALTY.items() if name != "grade"} | {"fine": "30000"}
    for who, verb, given in (
        ("handler", "submit_filing", {}),
        ("head", "approve_filing", {}),
        ("handler", "start_investigation", {}),
        ("handler", "conclude_investigation", {"words": "经查属实"}),
        ("handler", "propose_penalty", penalty),
        ("handler", "submit_review", {"materials": MATERIALS}),
    ):
        reply = call(who, "POST", f"/cases/{case}/steps/{verb}", json=given)
        assert reply.status_code == 200, (verb, reply.text)
    number = next(one["number"] for one in call("reviewer", "GET", "/reviews").json()["reviews"] if one["case"] == case)

    def step(verb: str, body: Any, other: Any) -> dict[str, Any]:
        return once(house, "reviewer", f"/reviews/{number}/steps/{verb}", body, other, CaseReview)

    due = "2026-11-25T09:00:00+08:00"
    asked = step("ask_material", {"materials": ["other"], "due_at": due}, {"materials": ["evidence"], "due_at": due})
    assert asked["status"] == "material_asked"
    handed = once(
        house,
        "handler",
        f"/reviews/{number}/materials",
        {"materials": ["other"]},
        {"materials": ["evidence"]},
        CaseReview,
    )
    assert "other" in handed["handed_in"]
    for verb in ("confirm_complete", "begin_review"):
        assert (
            call("reviewer", "POST", f"/reviews/{number}/steps/{verb}", headers={"Idempotency-Key": verb}).status_code
            == 200
        )
        again = call("reviewer", "POST", f"/reviews/{number}/steps/{verb}", headers={"Idempotency-Key": verb})
        assert again.headers["idempotent-replay"] == "true"
    helped = {"outside": "joint_review", "expert": "WATER"}
    assert step("ask_expert", helped, helped | {"outside": "dual_review"})["expert"] == "区水利局"
    opinion = {"opinion": "agree", "answers": dict.fromkeys(POINTS, "ok"), "grounds": "同意"}
    given = once(
        house, "reviewer", f"/reviews/{number}/opinion", opinion, opinion | {"grounds": "别的"}, CaseReview, Case
    )
    assert (given["status"], given["opinion"]) == ("opinion", "agree")


def test_the_nearest_eyes_are_asked_once_by_one_key(house) -> None:
    record, call = house
    number, key = post(call).json()["number"], {"Idempotency-Key": "eyes"}
    first = call("dispatcher", "POST", f"/leads/{number}/eyes", headers=key)
    assert first.status_code == 201, first.text
    before = rows(record, EyesRequest)
    again = call("dispatcher", "POST", f"/leads/{number}/eyes", headers=key)
    assert (again.json()["key"], again.headers["idempotent-replay"]) == (first.json()["key"], "true")
    assert rows(record, EyesRequest) == before
