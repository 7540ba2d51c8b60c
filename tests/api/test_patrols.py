"""Patrols over the interface: planned by the township, walked by a grid worker, counted for both; refusals in words."""

from __future__ import annotations

import pytest

from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import Base
from policy.vocabulary import Role
from tests.api.conftest import behind_the_gate
from tests.api.test_leads import problem
from tests.data import parties, small

ONE, TWO, THREE, _ = small.VILLAGES
CAST = {
    "head": GrantDraft(Role.TOWNSHIP_HEAD, "WEST", (small.WEST,)),
    "worker": GrantDraft(Role.GRID_WORKER, "WEST", (small.WEST,), "G1"),
    "east": GrantDraft(Role.TOWNSHIP_HEAD, "EAST", (small.EAST,)),
    "office": GrantDraft(Role.COUNTY_OFFICE, "OFFICE"),
}


@pytest.fixture(scope="module")
def call(tmp_path_factory, clock):
    """The interface on the small county, as each part of the cast."""
    folder = tmp_path_factory.mktemp("patrols")
    record = Record(f"sqlite:///{folder / 'record.db'}", clock=clock)
    Base.metadata.create_all(record.write_engine)
    parties.build(record)
    held = {}
    for part, grant in CAST.items():
        record.write(SYSTEM, create_account, username=f"p-{part}", display_name=part, password_hash="-", grants=[grant])
        held[part] = record.write(SYSTEM, create_token, username=f"p-{part}", name="test")
    with behind_the_gate(record, folder) as client:

        def ask(who, method, path, **more):
            headers = {"authorization": f"Bearer {held[who]}"} | more.pop("headers", {})
            return client.request(method, f"/api/v1/patrols{path}", headers=headers, **more)

        yield ask
    record.close()


def test_a_round_from_plan_to_coverage(call) -> None:
    told = {"patrol_cells": [ONE, TWO], "times": "1", "per": "day", "walker": "team:G1"}
    assert problem(call("worker", "POST", "/plans", json=told), 403, "forbidden")
    assert call("head", "POST", "/plans", json=told).json() == {"cells": [ONE, TWO]}
    begun = call("worker", "POST", "", json={"walker": "team:G1"}, headers={"Idempotency-Key": "a"})
    assert begun.status_code == 201, begun.text
    number = begun.json()["number"]
    again = call("worker", "POST", "", json={"walker": "team:G1"}, headers={"Idempotency-Key": "a"})
    assert (again.json()["number"], again.headers["Idempotent-Replay"]) == (number, "true")
    assert (
        call("worker", "POST", f"/{number}/steps/tick", json={"patrol_cell": ONE}).json()["visits"][0]["seen_by"]
        == "tick"
    )
    found = call("worker", "POST", f"/{number}/steps/found", json={"found": "违规堆放", "patrol_cell": TWO}).json()
    assert len(found["leads"]) == 1
    assert call("worker", "POST", f"/{number}/steps/finish").json()["status"] == "finished"
    cover = call("office", "GET", "/coverage").json()
    assert (cover["done"], cover["overdue"], len(cover["cells"])) == (2, 0, 4)
    assert [cell["state"] for cell in cover["cells"]] == ["done", "done", "unplanned", "unplanned"]
    assert [row["number"] for row in call("office", "GET", "").json()["patrols"]] == [number]


def test_another_town_sees_nothing_and_wrong_input_is_told(call) -> None:
    assert call("east", "GET", "").json() == {"patrols": []}
    assert problem(call("east", "GET", "/coverage", params={"township": small.WEST}), 403, "forbidden")
    wrong = call(
        "head", "POST", "/plans", json={"patrol_cells": [THREE], "times": "1", "per": "day", "walker": "team:G1"}
    )
    assert problem(wrong, 403, "forbidden")
    none = call("head", "POST", "/plans", json={"patrol_cells": ["x"], "times": "1", "per": "day", "walker": "team:G1"})
    assert problem(none, 422, "no_village")["pointer"] == "/patrol_cells"
    assert problem(call("head", "GET", "/JD-Q-20200101-0001"), 404, "no_patrol")
