"""The page of patrols: county and township in words, every form opens, a village is ticked and the round finished on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from dashboard.components import patrols_reads as reads
from dashboard.context import Visit, visiting
from dashboard.pages import patrols
from data.authority import Actor, Scope
from policy.errors import Refusal
from policy.patrol import PATROL_FORMS
from policy.vocabulary import Role
from tests.dashboard.counties.patrols import COUNTY
from tests.data import small
from tests.support.browser import OpenPage
from tests.support.page_server import Served, furnished

KEY = re.compile(r"\b(patrols|between_page|case_page|case_form|vocabulary|verbs|common)\.[a-z_]+")
PEOPLE = {
    "head": (Role.TOWNSHIP_HEAD, "WEST", small.WEST),
    "worker": (Role.GRID_WORKER, "WEST", small.WEST),
    "office": (Role.COUNTY_OFFICE, "OFFICE", None),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    with furnished(COUNTY, tmp_path_factory.mktemp("patrols")) as (record, numbers):
        yield SimpleNamespace(record=record, number=numbers["patrol"])


def visit(place: SimpleNamespace, part: str, lang: str = "zh", **more: Any) -> Any:
    county = place.record.county().jurisdiction_id
    role, organ, town = PEOPLE[part]
    scope = Scope(role, county, organ, frozenset({town}) if town else None)
    return visiting(Visit(place.record, Actor(None, part, (scope,)), lang=lang, **more))


def shown(page: object) -> str:
    return re.sub(r"(href|id|type|key|className|src|variable)='[^']*'|\{'variable': '[^']*'\}", "", str(page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", ["head", "worker", "office"])
def test_every_view_is_in_words(place: SimpleNamespace, part: str, lang: str) -> None:
    for query in ({}, {"town": small.WEST}, {"tab": "patrols"}, {"tab": "patrols", "no": place.number}):
        with visit(place, part, lang, query=query):
            assert not KEY.findall(shown(patrols.layout())), query


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_opens_in_words(place: SimpleNamespace, lang: str) -> None:
    with visit(place, "head", lang):
        view = reads.view_of({})
        assert view["town"] == small.WEST, "who holds one township alone looks at that"
        for step in PATROL_FORMS:
            assert not KEY.findall(shown(reads.opened(view, step.value))), step


def test_a_grid_worker_walks_and_plans_nothing_and_the_county_looks(place: SimpleNamespace) -> None:
    steps = {}
    for part in PEOPLE:
        with visit(place, part):
            view = reads.view_of({"town": small.WEST})
            steps[part] = re.findall(r"'verb': '(\w+)'", str(reads.parts(view)["next"]))
            view = reads.view_of({"tab": "patrols", "town": small.WEST, "no": place.number})
            steps[part] += re.findall(r"'verb': '(\w+)'", str(reads.parts(view)["next"]))
    walking = ["start", "tick", "found", "link_lead", "finish", "break_off"]
    assert steps == {
        "head": ["plan", "end", *(one for one in walking if one != "found")],
        "worker": walking,
        "office": [],
    }


def test_a_step_refused_says_why(place: SimpleNamespace) -> None:
    with visit(place, "head"):
        view = reads.view_of({"tab": "patrols", "no": place.number})
        with pytest.raises(Refusal):
            reads.taken(view, "break_off", {})
        with pytest.raises(Refusal):
            reads.taken(view | {"no": ""}, "tick", {"patrol_cell": small.VILLAGES[1]})


# -- in a browser -------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_village_is_ticked_and_the_round_finished_on_the_page(opened: OpenPage, served: Served) -> None:
    page = opened("/patrols", "dispatcher", 1920, 1080)
    page.goto(f"/patrols?tab=patrols&town={small.WEST}&no={served.numbers['patrol']}")
    expect(page.locator("#patrols-matter")).to_contain_text("一村")
    page.locator("#patrols-next button", has_text="登记已巡").click()
    page.locator("#patrols-form input").first.click()
    page.locator("[role=option]:visible", has_text="二村").click()
    page.locator("#patrols-submit").click()
    expect(page.locator("#patrols-list .b-card").first).to_contain_text("已巡2/2")
    expect(page.locator("#patrols-submit")).to_be_hidden()  # the form before has been answered
    page.locator("#patrols-next button", has_text="完成巡查").click()
    expect(page.locator("#patrols-submit")).to_be_visible()
    page.locator("#patrols-submit").click()
    expect(page.locator("#patrols-list .b-card").first).to_contain_text("已完成")
