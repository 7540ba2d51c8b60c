"""The reviewer's page: a queue by deadline, the file beside the points of the plan, one opinion given through the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from dashboard.components import review_reads as reads
from dashboard.components.review_form import build_opinion, read_states
from dashboard.context import Visit, visiting
from dashboard.pages import review
from data.casework.papers import make_paper
from data.casework.reviews import give_opinion, review_step
from data.db import Record
from data.models import CaseReview, Person
from data.queries.reviews import review_queue
from tests.dashboard.counties.between import COUNTY, fresh, to_review
from tests.data import cases as c
from tests.data import small
from tests.support.browser import OpenPage

__all__ = ["COUNTY"]  # of the server
KEY = re.compile(r"\b(review_page|between_page|case_page|case_form|vocabulary|verbs|policy\.key|common)\.[a-z_]+")
ALL = ["investigation_report", "proposal", "evidence"]


@pytest.fixture(scope="module", autouse=True)
def today() -> Iterator[None]:
    """The small county is of today."""
    before, small.NOW = small.NOW, datetime.now(UTC)
    yield
    small.NOW = before


@dataclass(frozen=True)
class Place:
    record: Record
    actors: dict
    case: object
    number: str


@pytest.fixture(scope="module", params=["fuling"])
def place(tmp_path_factory, request) -> Iterator[Place]:
    yield from _place(tmp_path_factory.mktemp("review"), request.param)


def _place(folder: Path, profile: str) -> Iterator[Place]:
    record = fresh(folder, profile)
    record.clock = lambda: small.NOW
    actors = c.cast(record)
    case = to_review(record, folder, actors, 1, ALL)
    with record.read() as session:
        jurist = session.scalars(select(Person.id).where(Person.code == "51")).one()
        number = session.scalars(select(CaseReview.number)).one()
    actors["reviewer"] = replace(actors["reviewer"], person_id=jurist)
    yield Place(record, actors, case, number)
    record.close()


def visit(place: Place, part: str = "reviewer", lang: str = "zh", **more):
    return visiting(Visit(place.record, place.actors[part], lang=lang, **more))


def shown(page: object) -> str:
    return re.sub(r"(href|id|type|key|className)='[^']*'", "", str(page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", ["reviewer", "officer", "head"])
def test_queue_and_file_are_in_words_for_whoever_looks(place: Place, part: str, lang: str) -> None:
    for query in ({}, {"only": "done"}, {"no": place.number}):
        with visit(place, part, lang, query=query):
            page = shown(review.layout())
            assert not KEY.findall(page)


def test_the_queue_names_case_item_grounds_and_what_is_due(place: Place) -> None:
    with visit(place):
        card = str(reads.parts({"no": "", "only": "open"})["queue"])
    assert place.case.number in card
    assert "占道经营" in card
    assert "罚款、没收达到数额标准" in card
    assert "作出决定" in card


def test_the_file_holds_the_documents_of_the_case_to_be_read(place: Place) -> None:
    with visit(place):
        assert "还没有文书" in str(reads.build_file(place.case.number))
    told = {"person": "赵某"}
    paper = place.record.write(place.actors["officer"], make_paper, number=place.case.number, paper="interview_record", told=told)  # fmt: skip
    with visit(place):
        file = str(reads.build_file(place.case.number))
    assert paper.number in file
    for form in ("docx", "pdf"):
        assert f"/api/v1/papers/{paper.id}/file?format={form}" in file
    assert "papers-reason" in file
    assert "paper-ask" not in file, "documents are made on the page of the case"
    assert "case-papers" not in file, "nor does its refresh reach here"


def test_a_form_is_read_as_the_record_is_told_it() -> None:
    answers = [{"id": {"point": "facts"}, "value": "ok"}, {"id": {"point": "crime"}}]
    notes = [{"id": {"point": "facts"}, "value": "见笔录第2页"}, {"id": {"point": "crime"}, "value": " "}]
    assert read_states(answers, notes) == {"answers": {"facts": "ok"}, "notes": {"facts": "见笔录第2页"}}


def test_what_came_back_says_what_changed_and_the_opinion_before_is_kept(place: Place) -> None:
    record, actors = place.record, place.actors
    for step in ("confirm_complete", "begin_review"):
        record.write(actors["reviewer"], review_step, number=place.number, step=step, given={})
    with visit(place, "head"):
        assert "review-give" not in str(reads.parts({"no": place.number, "only": "open"})["opinion"])
    with visit(place), record.read() as session:
        row = review_queue(session, actors["reviewer"], record.county(), small.NOW)[0]
        form = str(reads.parts({"no": row.number, "only": "open"})["opinion"])
        assert form.count("'review-answer'") == 9
    points = dict.fromkeys(
        ("subject", "jurisdiction", "facts", "law_applied", "discretion", "powers", "procedure", "documents", "crime"),
        "ok",
    )
    told = {"answers": points | {"facts": "not_ok"}, "notes": {"facts": "缺现场照片"}, "grounds": "补充证据"}
    record.write(actors["reviewer"], give_opinion, number=place.number, opinion="correct_and_resubmit", **told)
    with visit(place):
        assert "缺现场照片" in str(reads.parts({"no": place.number, "only": "done"})["opinion"])
    given = {"materials": ALL, "changes": "已补充现场照片"}
    c.step(record, actors["officer"], place.case, "submit_review", **given)
    with record.read() as session:
        second = session.scalars(select(CaseReview.number).where(CaseReview.round == 2)).one()
    with visit(place):
        parts = reads.parts({"no": second, "only": "open"})
        assert "已补充现场照片" in str(parts["changes"])
        assert place.number in str(parts["head"])


def test_a_plan_without_points_says_so(tmp_path: Path) -> None:
    for bare in _place(tmp_path, "yunyang"):
        with visit(bare):
            seen = reads.look(bare.number)
            assert seen.points == ()
            assert "没有列明审核要点" in str(build_opinion(seen))


# -- in a browser --------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_one_opinion_through_the_page(opened: OpenPage) -> None:
    page = opened("/review", "legal_reviewer")
    cards = page.locator("#review-queue .b-card")
    expect(cards).to_have_count(2)
    cards.first.click()
    expect(page.locator("#review-file img.ev-thumb")).to_have_count(1)
    for step in ("confirm_complete", "begin_review"):
        page.locator(f'button[id*=\'"verb":"{step}"\']').click()
        expect(page.locator("#review-submit")).to_be_visible()
        expect(page.locator("#review-form p")).to_be_visible()
        page.locator("#review-submit").click()
        expect(page.locator("#review-submit")).not_to_be_visible()
    points = page.locator(".r-point")
    expect(points).to_have_count(9)
    for n in range(9):
        points.nth(n).locator("input[type=radio]").first.check()
    points.nth(2).locator("input[type=radio]").nth(1).check()  # not in order, and no note of it
    points.nth(2).locator("textarea").first.fill("")
    page.locator("#review-give").click()
    expect(page.locator("#review-opinion-refusal")).to_contain_text("选择一项")
    page.locator(".r-choice input[type=radio]").first.check()
    page.locator("#review-give").click()
    expect(page.locator("#review-opinion-refusal")).to_contain_text("有不符合的要点")
    points.nth(2).locator("input[type=radio]").first.check()
    points.nth(2).locator("textarea").first.fill("笔录第2页签名齐全")
    page.locator("#review-grounds").fill("同意")
    page.locator("#review-give").click()
    expect(page.locator("#review-opinion")).to_contain_text("拟同意作出行政执法决定")
    expect(page.locator("#review-opinion")).to_contain_text("笔录第2页签名齐全")
    expect(cards).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
