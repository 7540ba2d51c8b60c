"""What passes between organs, and legal review, over the interface: begun, answered, listed, and refused in the same words."""

from __future__ import annotations

import pytest

from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import Base
from policy.between_forms import BETWEEN_FORMS
from policy.vocabulary import MatterKind
from tests.api.casting import tokens
from tests.api.conftest import behind_the_gate
from tests.api.test_evidence import picture, put
from tests.api.test_leads import post, problem
from tests.data import parties
from tests.data.cases import COMPANY

PAPERS = ["transfer_letter", "other_case_material"]
REASON = "不属本镇职权"


@pytest.fixture(scope="module")
def call(tmp_path_factory, clock):
    """The interface under Fuling's plan, where ten working days and a ladder of its own hold, as each part of the cast."""
    folder = tmp_path_factory.mktemp("between")
    record = Record(f"sqlite:///{folder / 'between.db'}", clock=clock)
    Base.metadata.create_all(record.write_engine)
    parties.build(record, "fuling")
    held = tokens(record)
    for part, (role, organ, township) in parties.CAST.items():
        grant = GrantDraft(role, organ, (township,) if township else None)
        record.write(SYSTEM, create_account, username=f"b-{part}", display_name=part, password_hash="-", grants=[grant])
        held[part] = record.write(SYSTEM, create_token, username=f"b-{part}", name="test")
    with behind_the_gate(record, folder) as client:

        def ask(who, method, path, **more):
            headers = {"authorization": f"Bearer {held[who]}"} | more.pop("headers", {})
            return client.request(method, f"/api/v1{path}", headers=headers, **more)

        yield ask
    record.close()


def step(call, who, place, number, verb, given=None, **headers):
    return call(who, "POST", f"/{place}/{number}/steps/{verb}", json=given, headers=headers)


def drafted(call, **more):
    told = {"receiver": "WATER", "reason": REASON, "subject": "河道内倾倒渣土"} | more
    reply = call("west", "POST", "/transfers", json=told)
    assert reply.status_code == 201, reply.text
    return reply.json()["number"]


def lead(call):
    number = post(call, summary="河道边倾倒渣土").json()["number"]
    assert call("dispatcher", "POST", f"/leads/{number}/triage", json={"domain": "city"}).status_code == 200
    return number


def test_a_transfer_is_drafted_sent_received_and_taken_on(call):
    matter = lead(call)
    number = drafted(call, matter=matter)
    sent = step(call, "west", "transfers", number, "send", {"materials": PAPERS})
    assert (sent.status_code, sent.json()["status"]) == (200, "sent"), sent.text
    assert step(call, "water", "transfers", number, "receive", {"receipt": "回证1号"}).json()["status"] == "received"
    found = call("water", "GET", f"/transfers/{number}").json()
    assert [said["verb"] for said in found["course"]] == ["draft", "send", "receive"]
    assert "transfer_answer" in [one["kind"] for one in found["deadlines"]]
    taken = step(call, "water", "transfers", number, "take_on", {"document": "受理告知书1号"})
    assert (taken.status_code, taken.json()["status"]) == (200, "accepted"), taken.text
    verbs = [one["verb"] for one in call("office", "GET", f"/transfers/{number}/events").json()["events"]]
    assert [verb for verb in verbs if not verb.endswith("_deadline")] == ["draft", "send", "receive", "take_on"]
    again = call("west", "POST", "/transfers", json={"receiver": "WATER", "reason": REASON, "matter": matter})
    assert problem(again, 409, "second_transfer")["clause"]


def test_an_objection_opens_a_dispute_that_its_ladder_settles(call):
    number = drafted(call, matter=lead(call))
    step(call, "west", "transfers", number, "send", {"materials": PAPERS})
    step(call, "water", "transfers", number, "receive", {"receipt": "回证2号"})
    given = {"reason": "属镇街职权", "clause": "FL 二(四)", "document": "异议书1号"}
    assert step(call, "water", "transfers", number, "object", given).status_code == 200
    (dispute,) = call("west", "GET", "/disputes").json()["matters"]
    ahead = call("west", "GET", f"/disputes/{dispute['number']}/steps").json()["steps"]
    assert ahead
    assert all(one["allowed"] or one["obstacles"] for one in ahead)
    assert all(ob["sentence"] for one in ahead for ob in one["obstacles"])


def test_lists_are_of_the_organs_own_matters_in_pages(call):
    mine = [drafted(call) for _ in range(3)]
    listed = [one["number"] for one in call("west", "GET", "/transfers?status=drafted").json()["matters"]]
    assert listed[:3] == mine[::-1]
    page = call("west", "GET", "/transfers", params={"limit": 2}).json()
    after = call("west", "GET", "/transfers", params={"limit": 2, "before": page["next"]}).json()["matters"]
    assert after[0]["number"] < page["matters"][-1]["number"]
    assert page["matters"][0]["to_name"] == "区水利局"
    assert call("police", "GET", "/transfers").json()["matters"] == []
    problem(call("police", "GET", f"/transfers/{mine[0]}"), 404, "errors_between.not_found")
    problem(call("cashier", "GET", "/transfers"), 403, "forbidden")


def test_wrong_inputs_and_steps_are_named(call):
    number = drafted(call)
    missing = problem(call("west", "POST", "/transfers", json={"reason": "x"}), 422, "body_faults")
    assert missing["errors"][0]["pointer"] == "/receiver"
    nobody = call("west", "POST", "/transfers", json={"receiver": "NOBODY", "reason": "x", "subject": "y"})
    assert problem(nobody, 422, "organ_unknown")["pointer"] == "/receiver"
    assert "send" in problem(step(call, "west", "transfers", number, "fly"), 404, "unknown_step")["detail"]
    problem(step(call, "east", "transfers", number, "send", {"materials": PAPERS}), 403, "forbidden")
    strange = step(call, "west", "transfers", number, "send", {"materials": ["a song"]})
    assert problem(strange, 422, "material_unknown")["pointer"] == "/materials"


def test_a_key_begins_a_matter_once(call):
    told, key = {"receiver": "WATER", "reason": REASON, "subject": "一次"}, {"Idempotency-Key": "between-1"}
    first, again = (call("west", "POST", "/transfers", json=told, headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"


def test_a_round_of_review_is_queued_asked_for_material_and_read(call):
    matter = lead(call)
    assert put(call, matter, picture(77), who="dispatcher").status_code == 201
    told = {"item": "A1", "summary": "占道", "party": COMPANY, "officers": ["01", "02"], "lead": matter}
    case = call("handler", "POST", "/cases", json=told).json()["number"]
    fine = {"penalties": ["fine"], "fine": "30000", "complex_case": False, "major": False, "suspected_crime": False}
    for who, verb, given in (
        ("handler", "submit_filing", {}),
        ("head", "approve_filing", {}),
        ("handler", "start_investigation", {}),
        ("handler", "conclude_investigation", {"words": "经查属实"}),
        ("handler", "propose_penalty", fine | {"large_fine": False}),
        ("handler", "submit_review", {"materials": ["investigation_report", "proposal", "evidence"]}),
    ):
        reply = step(call, who, "cases", case, verb, given)
        assert reply.status_code == 200, (verb, reply.text)
    (queued,) = call("reviewer", "GET", "/reviews").json()["reviews"]
    assert (queued["case"], queued["status"], queued["round"]) == (case, "submitted", 1)
    seen = call("reviewer", "GET", f"/reviews/{queued['number']}").json()
    assert len(seen["points"]) == 9
    assert all(one["name"] for one in (*seen["points"], *seen["opinions"], *seen["materials"]))
    assert all(one["allowed"] or one["obstacles"] for one in seen["steps"])
    assert problem(step(call, "handler", "reviews", queued["number"], "begin_review"), 403, "forbidden")
    wrong = call(
        "reviewer", "POST", f"/reviews/{queued['number']}/opinion", json={"opinion": "agree", "answers": {"x": "ok"}}
    )
    assert problem(wrong, 422, "point_unknown")["pointer"] == "/answers/x"
    problem(call("eastern", "GET", f"/reviews/{queued['number']}"), 404, "errors_review.not_found")
    assert (
        "begin_review"
        in problem(step(call, "reviewer", "reviews", queued["number"], "fly"), 404, "unknown_step")["detail"]
    )


def test_every_step_between_organs_has_a_route_in_the_description(call):
    paths = call("west", "GET", "/openapi.json").json()["paths"]
    places = {
        MatterKind.TRANSFER: "transfers", MatterKind.ASSISTANCE: "assistance", MatterKind.DISPUTE: "disputes",
        MatterKind.CRIMINAL_REFERRAL: "referrals", MatterKind.ESCALATION: "escalations", MatterKind.REVIEW: "reviews",
        MatterKind.CALL_OUT: "call-outs",
    }  # fmt: skip
    for kind, forms in BETWEEN_FORMS.items():
        verbs = list(forms)[0 if kind is MatterKind.REVIEW else 1 :]
        assert all(f"/api/v1/{places[kind]}/{{number}}/steps/{verb.value}" in paths for verb in verbs), kind
