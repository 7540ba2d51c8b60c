"""A case over the interface from proposal to archive: the same guards, the same words, money as text."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.casework.cases import BY_REVIEW
from policy.case_forms import FORMS
from tests.api import casting
from tests.api.test_evidence import PDF, picture, put
from tests.api.test_leads import post, problem
from tests.data import small
from tests.data.cases import CITIZEN, COMPANY

CASE = {"item": "A1", "summary": "在人行道摆摊经营", "party": COMPANY, "officers": ["01", "02"]}


@pytest.fixture(scope="module")
def parts(served):
    found = casting.tokens(served[2])
    served[1].update(found)
    return found


@pytest.fixture(autouse=True)
def at_ten(parts, clock):
    clock.now = small.NOW
    yield
    clock.now = small.NOW


_shades = iter(range(1, 10_000))


@pytest.fixture
def lead(call):
    number = post(call, external_number=f"12345-{next(_shades)}").json()["number"]
    assert put(call, number, picture(next(_shades))).status_code == 201
    return number


def propose(call, lead, who="handler", headers=None, **more):
    return call(who, "POST", "/cases", json=CASE | {"lead": lead} | more, headers=headers or {})


@pytest.fixture
def case(call, lead):
    reply = propose(call, lead)
    assert reply.status_code == 201, reply.text
    return reply.json()["number"]


def step(call, who, number, verb, given=None, **headers):
    return call(who, "POST", f"/cases/{number}/steps/{verb}", json=given, headers=headers)


def walk(call, number, way):
    for who, verb, given in way:
        reply = step(call, who, number, verb, given)
        assert reply.status_code == 200, (verb, reply.text)
    return reply.json()


def served_case(call, clock, number):
    walk(call, number, casting.TO_NOTICE)
    clock.now = small.NOW + timedelta(days=6)
    return walk(call, number, casting.TO_SERVICE)


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_a_case_goes_from_proposal_to_archive(call, lead, clock):
    made = propose(call, lead)
    case = made.json()
    assert made.headers["location"] == f"/api/v1/cases/{case['number']}"
    assert (case["status"], case["procedure"], case["lead"]) == ("proposed", "ordinary", lead)
    assert (case["organ"], case["in_name_of"], case["basis"]) == ("西镇人民政府", "西镇人民政府", "delegated_general")
    assert [(one["code"], one["standing"]) for one in case["officers"]] == [("01", "valid"), ("02", "valid")]
    number = case["number"]
    decided = served_case(call, clock, number)
    assert (decided["status"], decided["fine"], decided["money"]["owed"]) == ("served", "30.00", "30.00")
    assert decided["decision_number"].startswith("罚决〔2026〕")
    assert "decision" in {one["kind"] for one in decided["deadlines"] if one["state"] == "met"}
    paid = {"amount": "30.00", "paid": "fine", "slip": "No.1"}
    assert step(call, "cashier", number, "record_payment", paid).json()["money"]["owed"] == "0.00"
    assert step(call, "head", number, "close", {"close_ground": "executed"}).json()["status"] == "closed"
    kept = step(call, "handler", number, "archive", {"archive_number": "2026-01-001", "file_complete": True})
    assert (kept.json()["status"], kept.json()["archive_number"]) == ("archived", "2026-01-001")
    events = call("dispatcher", "GET", f"/cases/{number}/events").json()["events"]
    verbs = [one["verb"] for one in events if not one["verb"].endswith("_deadline")]
    assert verbs == [
        "propose", *(verb for _, verb, _ in (*casting.TO_NOTICE, *casting.TO_SERVICE)), "record_payment", "close", "archive",
    ]  # fmt: skip
    assert all(one["hash"] for one in events)
    assert "在人行道" not in str(events)
    assert call("handler", "GET", f"/cases/{number}/events").status_code == 403
    problem(put(call, number, PDF, "补充.pdf", who="handler"), 409, "evidence_archived")


def test_a_small_penalty_is_decided_on_the_spot(call, lead):
    told = {"item": "A1", "summary": "占道摆摊", "party": CITIZEN, "officers": ["01", "02"], "lead": lead}
    over = casting.DECISION | {"fine": "201", "grade_reason": "多次"}
    refused = problem(call("handler", "POST", "/cases/on-the-spot", json=told | {"decision": over}), 409, "")
    assert "reasons_case.simple_limit" in {one["code"] for one in refused["reasons"]}
    assert all(one["sentence"].strip() for one in refused["reasons"])
    done = call("handler", "POST", "/cases/on-the-spot", json=told | {"decision": casting.DECISION})
    assert done.status_code == 201, done.text
    assert (done.json()["status"], done.json()["procedure"], done.json()["fine"]) == ("served", "simple", "30.00")
    assert done.json()["party"]["name"] == "王**"


def test_things_are_preserved_with_their_list(call, case):
    goods = [{"name": "三轮车", "quantity": "1辆"}, {"name": "台秤", "quantity": "1台", "keeper": "西镇仓库"}]
    done = step(call, "handler", case, "preserve", {"goods": goods, "head_approved": True})
    assert [one["kind"] for one in done.json()["deadlines"] if one["state"] == "running"] == ["preservation"]
    unnamed = step(call, "handler", case, "preserve", {"goods": [{"name": "秤"}], "head_approved": True})
    assert problem(unnamed, 422, "body_faults")["errors"][0]["pointer"] == "/goods/0/quantity"


# -- looked up ---------------------------------------------------------------------------------------------------------


def test_cases_are_listed_filtered_and_paged(call, lead, clock):
    first = propose(call, lead).json()
    second = propose(call, lead, party=CITIZEN).json()
    clock.now = small.NOW + timedelta(minutes=5)
    third = propose(call, lead, party=CITIZEN).json()

    def numbers(**query):
        reply = call("handler", "GET", "/cases", params=query)
        assert reply.status_code == 200, reply.text
        return [one["number"] for one in reply.json()["cases"]]

    mine = [third["number"], second["number"], first["number"]]
    assert numbers(lead=lead) == mine
    assert numbers(lead=lead, since=clock.now.isoformat()) == mine[:1]
    assert first["number"] in numbers(party=first["party"]["code"])
    assert not {second["number"], third["number"]} & set(numbers(party=first["party"]["code"]))
    assert numbers(lead=lead, item="A1", township=small.WEST, status="proposed") == mine
    assert numbers(lead=lead, status="archived") == numbers(lead=lead, item="B1") == []
    assert numbers(lead=lead, township=small.EAST) == []
    assert numbers(lead=lead, limit=2) == mine[:2]
    page = call("handler", "GET", "/cases", params={"lead": lead, "limit": 2}).json()
    assert numbers(lead=lead, before=page["next"]) == mine[2:]
    for wrong in ({"limit": 501}, {"limit": 0}, {"status": "asleep"}, {"since": "yesterday"}):
        problem(call("handler", "GET", "/cases", params=wrong), 422, "body_faults")


def test_a_township_reads_and_touches_only_its_own_cases(call, case):
    for path in ("", "/steps"):
        problem(call("eastern", "GET", f"/cases/{case}{path}"), 404, "errors_case.not_found")
    assert case not in [one["number"] for one in call("eastern", "GET", "/cases").json()["cases"]]
    problem(step(call, "eastern", case, "submit_filing"), 403, "forbidden")
    problem(call("eastern", "GET", f"/cases/{case}/evidence"), 404, "matter_not_found")
    for who in ("wall", "admin", "grid_worker"):
        problem(call(who, "GET", f"/cases/{case}"), 403, "forbidden")
        problem(call(who, "GET", f"/cases/{case}/evidence"), 403, "forbidden")
    problem(call(None, "GET", f"/cases/{case}"), 401, "unauthenticated")


def test_files_of_the_lead_are_used_by_the_case_and_not_copied(call, lead, case):
    (file,) = call("handler", "GET", f"/cases/{case}/evidence").json()["evidence"]
    assert (file["matter"], file["linked"]) == (lead, True)
    assert call("handler", "GET", f"/evidence/{file['id']}").status_code == 200
    assert put(call, case, picture(next(_shades)), who="handler").json()["matter"] == case


# -- what leads on -----------------------------------------------------------------------------------------------------


def test_every_next_step_says_what_is_missing_and_what_it_asks_for(call, case):
    found = call("handler", "GET", f"/cases/{case}/steps").json()
    steps = {one["step"]: one for one in found["steps"]}
    filing = steps["submit_filing"]
    assert (filing["allowed"], filing["to"], filing["obstacles"]) == (True, "filing_review", [])
    assert filing["href"] == f"/api/v1/cases/{case}/steps/submit_filing"
    (ground,) = filing["form"]
    assert (ground["name"], ground["kind"], ground["required"]) == ("limitation_ground", "choice", False)
    assert {one["value"]: bool(one["label"]) for one in ground["options"]}["life_and_health"]
    assert [one["name"] for one in steps["drop"]["form"] if one["required"]] == ["reason"]
    walk(call, case, casting.TO_NOTICE[:5])
    steps = {one["step"]: one for one in call("head", "GET", f"/cases/{case}/steps").json()["steps"]}
    assert all(one["obstacles"] for one in steps.values() if not one["allowed"])
    assert all(ob["sentence"] and ob["code"] for one in steps.values() for ob in one["obstacles"])
    english = call("head", "GET", f"/cases/{case}/steps", headers={"accept-language": "en"}).json()["steps"]
    assert all(one["name"].isascii() for one in english)


def test_what_the_list_allows_the_step_does_and_what_it_hinders_is_refused_in_the_same_words(call, case):
    steps = call("handler", "GET", f"/cases/{case}/steps").json()["steps"]
    for one in steps:
        if one["allowed"] or any(asked["required"] for asked in one["form"]):
            continue
        reply = call("handler", "POST", f"/cases/{case}/steps/{one['step']}", json={})
        assert reply.status_code in (403, 409), (one["step"], reply.text)
        said = {reason["code"] for reason in reply.json().get("reasons", [])}
        told = {reason["code"] for reason in one["obstacles"]} - {"reasons.role_missing"}
        assert told <= said or reply.status_code == 403
    assert step(call, "handler", case, "submit_filing").json()["status"] == "filing_review"


def test_every_step_of_the_forms_has_a_route_of_its_own_in_the_description(served):
    description = served[0].get("/api/v1/openapi.json").json()
    for verb, form in ((verb, form) for verb, form in FORMS.items() if verb not in BY_REVIEW):
        operation = description["paths"][f"/api/v1/cases/{{number}}/steps/{verb.value}"]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        name = (schema.get("$ref") or schema["anyOf"][0]["$ref"]).rsplit("/", 1)[1]
        body = description["components"]["schemas"][name]
        assert set(body.get("properties", {})) == {one.name for one in form}
        assert set(body.get("required", ())) == {one.name for one in form if one.required}
        assert body["additionalProperties"] is False
        assert operation["description"].strip()
        assert all(field["description"] and field["examples"] for field in body.get("properties", {}).values())


# -- what wrong requests get -------------------------------------------------------------------------------------------


def test_a_decision_before_the_notice_is_refused_with_every_obstacle(call, case):
    walk(call, case, casting.TO_NOTICE[:5])
    told = {"words": "罚", "penalties": ["fine"], "fine": "30", "grade": "ordinary"}
    found = problem(step(call, "head", case, "decide", told), 409, "")
    assert call("head", "GET", f"/cases/{case}").json()["status"] == "finding"
    assert found["detail"].strip()


def test_who_handles_does_not_approve_and_who_decides_does_not_collect(call, lead, clock):
    case = propose(call, lead, party=CITIZEN).json()["number"]
    step(call, "handler", case, "submit_filing")
    problem(step(call, "handler", case, "approve_filing"), 403, "")
    walk(call, case, casting.TO_NOTICE[1:])
    clock.now = small.NOW + timedelta(days=6)
    walk(call, case, casting.TO_SERVICE)
    problem(step(call, "head", case, "record_payment", {"amount": "30", "paid": "fine"}), 403, "")


def test_an_unknown_step_is_refused_with_the_list_of_those_there_are(call, case):
    found = problem(step(call, "handler", case, "fly", {"up": 1}), 404, "errors_case.unknown_step")
    assert "submit_filing" in found["detail"]
    problem(step(call, None, case, "fly"), 401, "unauthenticated")
    problem(step(call, "handler", "JD-C-20261120-9999", "submit_filing"), 404, "errors_case.not_found")


@pytest.mark.parametrize(
    ("verb", "given", "pointer"),
    [
        ("drop", {}, "/reason"),
        ("drop", None, "/"),
        ("drop", {"reason": ""}, "/reason"),
        ("drop", {"reason": 5}, "/reason"),
        ("drop", {"reason": "x", "colour": "red"}, "/colour"),
        ("submit_filing", {"limitation_ground": "whim"}, "/limitation_ground"),
        ("record_payment", {"amount": 30, "paid": "fine"}, "/amount"),
        ("record_payment", {"amount": "30.001", "paid": "fine"}, "/amount"),
        ("record_payment", {"amount": "-30", "paid": "fine"}, "/amount"),
        ("record_payment", {"amount": "1e3", "paid": "fine"}, "/amount"),
        ("serve", {"service_way": "in_person", "receipt": "yes"}, "/receipt"),
        ("serve", {"service_way": "in_person"}, "/receipt"),
        ("defer_payment", {"deferred_until": "2026-12-01T00:00:00", "reason": "x"}, "/deferred_until"),
        ("assign_officers", {"persons": "01"}, "/persons"),
        ("preserve", {"goods": {"name": "秤"}, "head_approved": True}, "/goods"),
        ("propose_penalty", {"penalties": ["fine"], "amounts": ["1"]}, "/amounts"),
    ],
)
def test_a_wrong_input_is_named_by_its_pointer_in_both_languages(call, case, verb, given, pointer):
    for lang in ("zh", "en"):
        reply = step(call, "handler", case, verb, given, **{"accept-language": lang})
        found = problem(reply, 422, "body_faults")
        assert pointer in [fault["pointer"] for fault in found["errors"]]
        assert all(fault["detail"].strip() for fault in found["errors"])


def test_an_opinion_is_given_in_the_review_and_not_past_it(call, case):
    found = problem(step(call, "reviewer", case, "agree_review", {}), 409, "errors_review.by_review")
    assert case in found["detail"]


def test_people_and_parties_that_are_not_known_are_refused_with_their_pointer(call, case, lead):
    found = problem(step(call, "head", case, "assign_officers", {"persons": ["99"]}), 422, "person_unknown")
    assert found["pointer"] == "/persons"
    wrong = COMPANY | {"credit_code": "91330701MA2DB0X8A1"}
    assert problem(propose(call, lead, party=wrong), 422, "credit_code")["pointer"] == "/party/credit_code"
    assert problem(propose(call, lead, officers=["99"]), 422, "person_unknown")["pointer"] == "/officers"
    problem(propose(call, "JD-L-20261120-9999"), 404, "lead_not_found")
    problem(propose(call, lead, item="ZZ"), 404, "item_not_found")
    later = (small.NOW + timedelta(days=2)).date().isoformat()
    assert problem(propose(call, lead, act_on=later), 422, "act_in_future")["pointer"] == "/act_on"


def test_the_same_key_does_a_step_once(call, lead, clock):
    key = {"Idempotency-Key": f"propose-{lead}"}
    first, again = (propose(call, lead, headers=key, party=CITIZEN) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
    problem(propose(call, lead, headers=key, party=CITIZEN, summary="另一件"), 409, "key_reused")
    number = first.json()["number"]
    served_case(call, clock, number)
    paid, once = {"amount": "10.00", "paid": "fine", "slip": "No.2"}, {"Idempotency-Key": f"pay-{number}"}
    replies = [step(call, "cashier", number, "record_payment", paid, **once) for _ in range(3)]
    assert {reply.status_code for reply in replies} == {200}
    assert call("cashier", "GET", f"/cases/{number}").json()["money"]["paid"] == "10.00"


def test_a_party_is_masked_wherever_the_interface_tells_of_it(call, lead):
    party = {"kind": "citizen", "name": "王小明", "phone": "13812345678", "address": "西镇一村5号"}
    number = propose(call, lead, party=party).json()["number"]
    for path in (f"/cases/{number}", "/cases", f"/cases/{number}/steps"):
        text = call("handler", "GET", path).text
        assert not any(secret in text for secret in ("王小明", "13812345678", "一村5号"))
