"""A batch over the interface: proposed, confirmed with a change, refused singly, given again under its key."""

from __future__ import annotations

from tests.api.test_leads import post


def proposal(call, **more):
    return call("dispatcher", "POST", "/batches/proposal", **more)


def test_a_batch_is_proposed_confirmed_and_repeated(call):
    first, second = (post(call).json()["number"] for _ in range(2))
    found = proposal(call, headers={"accept-language": "zh"}).json()
    placed = {one["number"]: one for one in found["placed"]}
    known = [number for number in (first, second) if number in placed]
    assert known, found["left_out"]
    one = placed[known[0]]
    assert one["team_name"]
    assert one["method"] == "straight_line_detour"
    assert any(reason["clause"] == "PL 42" for reason in one["pros"])
    assert found["totals"]["placed"] == len(found["placed"])
    assert found["totals"]["cost"] <= found["one_by_one"]["cost"] + 1e-6 or found["saving"]["placed"] > 0
    told = {"sequence": found["sequence"], "choices": [choice(one), {"number": "JD-L-0", "team_code": "W1"}]}
    reply = call("dispatcher", "POST", "/batches", json=told, headers={"idempotency-key": "b1"})
    assert reply.status_code == 200, reply.text
    sent = reply.json()
    assert (sent["sent"], sent["refused"]) == (1, 1)
    assert sent["results"][0]["task"]
    problem = sent["results"][1]["problem"]
    assert (problem["code"], problem["status"]) == ("errors_casework.lead_not_found", 404)
    again = call("dispatcher", "POST", "/batches", json=told, headers={"idempotency-key": "b1"})
    assert (again.json(), again.headers["idempotent-replay"]) == (sent, "true")
    assert known[0] not in {one["number"] for one in proposal(call).json()["placed"]}


def choice(one):
    return {"number": one["number"], "team_code": one["team_code"], "proposed": one["team_code"]}


def test_a_change_says_why_and_a_batch_is_not_empty(call):
    number = post(call).json()["number"]
    told = {"choices": [{"number": number, "team_code": "M1", "proposed": "W1"}]}
    reply = call("dispatcher", "POST", "/batches?lang=en", json=told).json()
    assert reply["results"][0]["problem"]["code"] == "errors_batch.change_unreasoned"
    assert "reason" in reply["results"][0]["problem"]["detail"]
    assert call("dispatcher", "POST", "/batches", json={"choices": []}).status_code == 422
    assert proposal(call, json={"town": "x"}).status_code == 422


def test_the_body_of_a_proposal_may_be_left_out_or_name_a_township(call):
    assert proposal(call).status_code == 200
    assert proposal(call, json={"township": "330703102000"}).json()["placed"] == []
