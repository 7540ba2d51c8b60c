"""The page of inspections: every tab in words, every form opens, a merged visit is planned, a draw is repeated on the page."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.components import inspections_reads as reads
from dashboard.components import inspections_ways as ways
from dashboard.context import Visit, visiting
from dashboard.pages import inspections
from data.authority import Actor, Scope
from data.db import Record
from policy.errors import Refusal
from policy.inspection_forms import INSPECTION_FORMS
from tests.dashboard.counties.inspections import COUNTY
from tests.data import inspecting, small
from tests.support.browser import OpenPage
from tests.support.page_server import Served, furnished

KEY = re.compile(r"\b(inspections|between_page|case_page|case_form|vocabulary|verbs|policy\.key|common)\.[a-z_]+")
EMPTY = {"tab": "merging", "no": "", "subject": "", "plans": "", "text": ""}


@dataclass(frozen=True)
class Place:
    record: Record
    numbers: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with furnished(COUNTY, tmp_path_factory.mktemp("inspections")) as (record, numbers):
        yield Place(record, numbers)


def visit(place: Place, part: str = "west", lang: str = "zh", **more: Any) -> Any:
    from uuid import uuid5

    county = place.record.county().jurisdiction_id
    role, organ, township, _ = inspecting.CAST[part]
    scope = Scope(role, county, organ, frozenset({township}) if township else None)
    return visiting(Visit(place.record, Actor(uuid5(county, f"inspect-{part}"), part, (scope,)), lang=lang, **more))


def shown(page: object) -> str:
    return re.sub(r"(href|id|type|key|className|src)='[^']*'", "", str(page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", ["west", "market", "office", "west_officer"])
def test_every_tab_and_every_matter_is_in_words(place: Place, part: str, lang: str) -> None:
    for tab in reads.TABS:
        with visit(place, part, lang, query={"tab": tab}):
            assert not KEY.findall(shown(inspections.layout())), tab
    for tab, name in (("visits", "visit"), ("draws", "draw"), ("subjects", "subject")):
        with visit(place, part, lang):
            assert not KEY.findall(shown(reads.parts(EMPTY | {"tab": tab, "no": place.numbers[name]}))), tab


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_opens_in_words(place: Place, lang: str) -> None:
    with visit(place, "west", lang):
        for tab, kind in reads.KINDS.items():
            for verb in (*INSPECTION_FORMS[kind], "begin"):
                assert not KEY.findall(shown(reads.opened(EMPTY | {"tab": tab}, str(verb)))), (tab, verb)
        for name in reads.BESIDE:
            assert not KEY.findall(shown(reads.opened(EMPTY | {"tab": "subjects"}, name)))


def test_a_step_taken_says_the_new_state_and_a_refused_one_why(place: Place) -> None:
    view = EMPTY | {"tab": "visits", "no": place.numbers["visit"]}
    with visit(place, "west_officer"):
        assert "'verb': 'leave'" in str(reads.parts(view)["next"])
        assert "已离企" in reads.taken(view, "leave", {})[0]
        with pytest.raises(Refusal) as told:
            reads.taken(view, "record", {})
        assert {reason.code.split(".")[1] for reason in told.value.reasons} == {
            "visit_outcome_missing",
            "visit_steps_missing",
        }


def test_enterprises_are_found_by_a_part_of_their_name(place: Place) -> None:
    with visit(place, "west"):
        found = str(reads.parts(EMPTY | {"tab": "subjects", "text": "某某2"})["list"])
        assert ("某某2号" in found, "某某1号" in found) == (True, False)
        assert "没有名称" in str(reads.parts(EMPTY | {"tab": "subjects", "text": "没有这家"})["list"])
        assert inspections.find("某某2 ", EMPTY) == "/inspections?tab=subjects&text=%E6%9F%90%E6%9F%902"


def test_a_draw_is_called_by_its_plan(place: Place) -> None:
    with visit(place, "west"):
        assert "双随机抽查" in str(reads.parts(EMPTY | {"tab": "draws"})["list"])


def test_who_may_not_act_sees_no_button(place: Place) -> None:
    with visit(place, "office"):
        assert reads.parts(EMPTY | {"tab": "visits", "no": place.numbers["visit"]})["next"] == []


def test_an_enterprise_elsewhere_leads_to_a_request_to_the_organ_there(place: Place) -> None:
    told = {"inspected": place.numbers["elsewhere"], "inspection_items": ["A1"], "visit_on": str(small.NOW.date()),
            "persons": ["01", "02"]}  # fmt: skip
    view = EMPTY | {"tab": "visits"}
    with visit(place, "west"):
        with pytest.raises(Refusal) as refused:
            reads.taken(view, "begin", told)
        [way] = ways.ways_out(view, "begin", told, refused.value)
        verb = way.id["verb"]
        title, form = reads.opened(view, verb)
        assert title == "请当地机关协助检查"
        assert "'value': 'EAST'" in str(form) or "value='EAST'" in str(form)
        given = {"receiver": "EAST", "subject": "请协助检查", "ground": "technical", "document": "协助函"}
        words, to = reads.taken(view, verb, given)
    assert "/transfers?tab=assistance" in (to or ""), words


def test_another_refusal_offers_no_such_way(place: Place) -> None:
    with visit(place, "west"), pytest.raises(Refusal) as refused:
        reads.taken(EMPTY | {"tab": "visits", "no": place.numbers["visit"]}, "record", {})
    with visit(place, "west"):
        assert ways.ways_out(EMPTY | {"tab": "visits"}, "record", {}, refused.value) == []


def test_documents_are_offered_as_far_as_the_visit_has_come(place: Place) -> None:
    view = EMPTY | {"tab": "visits", "no": place.numbers["visit"]}
    with visit(place, "west_officer"):
        before = str(reads.parts(view)["matter"])
        assert "paper.inspection_record" in before
        assert "paper.inspection_result" not in before
        words, _ = reads.taken(view, "paper.inspection_record", {})
        assert "检〔" in words
        assert ".docx" in str(reads.parts(view)["matter"])
    with visit(place, "office"):
        assert "paper.inspection_record" not in str(reads.parts(view)["matter"])


# -- in a browser -------------------------------------------------------------------------------------------------------


def code(served: Served, number: str) -> str:
    """What is scanned at the door, as it stands in the record."""
    with closing(sqlite3.connect(served.folder / "test.db")) as link:
        [token] = link.execute("SELECT token FROM inspection_visit WHERE number = ?", [number]).fetchone()
    return f"onegrid:visit:{number}:{token}"


@pytest.mark.browser
def test_plans_are_merged_and_a_draw_is_repeated_on_the_page(opened: OpenPage, served: Served) -> None:
    page = opened("/inspections", "township_head", 1920, 1080)
    page.locator("#inspections-list .b-card").first.click()
    page.locator("#inspections-list button").first.click()
    expect(page.locator("#inspections-form")).to_contain_text("检查对象")
    page.goto(f"/inspections?tab=draws&no={served.numbers['draw']}")
    expect(page.locator("#inspections-matter")).to_contain_text("复核一致")


def press(page: Page, verb: str) -> None:
    """Open the form of a step."""
    expect(page.locator("#inspections-submit")).to_be_hidden()  # the form before has been answered
    page.locator(f'button[id*=\'"verb":"{verb}"\']').click()
    expect(page.locator("#inspections-submit")).to_be_visible()
    expect(page.locator("#inspections-form > *").first).to_be_visible()


def fill(page: Page, **told: str) -> None:
    """Type into fields of the open form."""
    for name, words in told.items():
        page.locator(f'.k-drawer [id*=\'"name":"{name}"\']').first.fill(words)


def choose(page: Page, name: str, words: str) -> None:
    """Choose in a list of the open form."""
    page.locator(f'.k-drawer input[id*=\'"name":"{name}"\']').first.click()
    page.locator("[role=option]:visible", has_text=words).first.click()


def tick(page: Page, *labels: str) -> None:
    """Tick boxes of the open form."""
    for label in labels:
        page.locator(".k-drawer").get_by_label(label).check()


def submit(page: Page, said: str) -> None:
    """Take the step; the matter then stands as said."""
    page.locator("#inspections-submit").click()
    expect(page.locator("#inspections-matter")).to_contain_text(said)


def number_of(page: Page, kind: str) -> str:
    """The matter that has just been begun."""
    expect(page).to_have_url(re.compile(f"no=JD-{kind}-"))
    return page.url.split("no=")[1].split("&")[0]


def planned(page: Page) -> str:
    """A plan of random inspections, approved."""
    today = datetime.now(UTC).date()
    page.goto("/inspections?tab=plans")
    press(page, "begin")
    fill(
        page,
        title="双随机抽查",
        begins_on=str(today),
        ends_on=str(today.replace(year=today.year + 1, day=1)),
        why_visit="须核对实物",
    )
    choose(page, "inspection_kind", "随机检查")
    tick(page, "占道经营")
    submit(page, "已")
    number = number_of(page, "I")
    press(page, "approve")
    submit(page, "已批准")
    return number


def drawn(page: Page, plan: str) -> str:
    """A draw for it, whose repetition is shown at once and again when asked for; gives who was drawn."""
    page.goto("/inspections?tab=draws")
    press(page, "begin")
    choose(page, "inspection_plan", plan)
    choose(page, "of_township", "西镇")  # elsewhere the officers would have to ask another town
    fill(page, subjects_wanted="1", inspectors_wanted="2")
    submit(page, "已")
    number_of(page, "W")
    press(page, "draw")
    choose(page, "seed_source", "本机随机数")
    submit(page, "复核一致")
    page.get_by_text("重新复核").click()
    expect(page.locator("#inspections-matter")).to_contain_text("复核一致")
    return re.findall("某某.号食品厂", page.locator("#inspections-matter").inner_text())[0]


def gone_in(officer: Page, head: Page, served: Served, plan: str, subject: str) -> None:
    """The visit planned by the officer, approved by the head, noticed, entered by its code, left and recorded."""
    officer.goto("/inspections?tab=visits")
    press(officer, "begin")
    choose(officer, "inspected", subject)
    tick(officer, f"双随机抽查 · {plan}", "甲01", "甲02")
    submit(officer, subject)
    number = number_of(officer, "N")
    head.goto(f"/inspections?tab=visits&no={number}")
    press(head, "approve")
    submit(head, "已批准")
    expect(officer.locator("#inspections-matter")).to_contain_text("已批准")
    press(officer, "give_notice")
    fill(officer, document="检通〔2026〕9号")
    submit(officer, "检通〔2026〕9号")
    expect(officer.locator(".i-code")).to_be_visible()
    press(officer, "enter")
    fill(officer, scanned="onegrid:visit:other:code")
    submit(officer, "已批准")
    expect(officer.locator(".k-error:visible")).to_contain_text("码")
    fill(officer, scanned=code(served, number))
    tick(officer, "已出示执法证件")
    submit(officer, "已入企")
    press(officer, "leave")
    submit(officer, "已离企")
    press(officer, "record")
    choose(officer, "visit_outcome", "未发现问题")
    fill(officer, words="台账齐全，实物相符")
    submit(officer, "台账齐全")


@pytest.mark.browser
def test_from_the_plan_over_the_draw_and_the_visit_to_its_document(opened: OpenPage, served: Served) -> None:
    head, officer = (opened("/inspections", role, 1920, 1080) for role in ("township_head", "officer"))
    plan = planned(head)
    subject = drawn(head, plan)
    gone_in(officer, head, served, plan, subject)
    press(officer, "paper.inspection_result")
    submit(officer, "检果")
    for form, magic in (("docx", b"PK"), ("pdf", b"%PDF")):
        with officer.expect_download() as waiting:
            officer.locator("#inspections-matter .i-papers a", has_text=f".{form}").click()
        assert Path(waiting.value.path()).read_bytes().startswith(magic)
        assert waiting.value.suggested_filename.endswith(form)
