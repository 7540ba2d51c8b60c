"""Documents on the page of a case and numbers on that of cases: made, downloaded with a reason where it is asked, corrected."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from dashboard.components import case_papers, case_papers_form, paper_blocks
from dashboard.components.case_papers_form import picked_of, told_of, words_of
from dashboard.components.paper_blocks import numbers_of
from data.casework.papers import make_paper
from data.papers.told import told_in, with_told
from data.settings import settings
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.dashboard import test_case as neighbours
from tests.dashboard.test_case import Place, visit
from tests.data import small
from tests.support.browser import OpenPage
from tests.support.page_server import Served

COUNTY, place, today = neighbours.COUNTY, neighbours.place, neighbours.today


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ONEGRID_VAR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


# -- built ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "picked"),
    [
        ("2026年11月1日9时30分", "2026-11-01 09:30:00"),
        ("2026年11月1日", "2026-11-01 00:00:00"),
        ("上午", None),
        ("", None),
    ],
)
def test_a_moment_of_a_document_is_what_its_picker_says(words: str, picked: str | None) -> None:
    assert picked_of(words) == picked


def test_what_was_typed_is_told_as_a_document_writes_it() -> None:
    def field(name: str, value: object) -> dict:
        return {"id": {"type": "paper-told", "name": name}, "value": value}

    fields = [
        field("begun", "2026-11-01 09:05:00"),
        field("until", "2026-11-15"),
        field("person", " 赵某 "),
        field("words", None),
    ]
    assert told_of(fields) == {"begun": "2026年11月1日9时5分", "until": "2026年11月15日", "person": "赵某"}
    assert words_of("2026-11-01T09:05") == "2026年11月1日9时5分"


def test_what_a_document_was_told_stays_in_it() -> None:
    target = io.BytesIO()
    Document().save(target)
    told = {"words": "问：<何时>？\n答：“九时”&", "person": "赵某"}
    assert told_in(with_told(target.getvalue(), told)) == told
    assert told_in(target.getvalue()) == {}
    assert with_told(target.getvalue(), {}) == target.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_lists_what_can_be_made_and_what_is_missing_for_the_rest(place: Place, lang: str) -> None:
    with visit(place, lang=lang):
        form = case_papers_form.asked_for(place.numbers["proposed"], "make")
    page = str(form["content"])
    assert "'value': 'interview_record'" in page
    assert "'value': 'decision'" not in page
    assert ("决定书文号" if lang == "zh" else "number of the decision") in page
    assert "papers." not in page.replace("papers.kind", "")


def test_who_may_make_none_gets_no_button_and_who_does_not_handle_it_is_asked_why(place: Place) -> None:
    number = place.numbers["served"]
    with visit(place):
        frame = str(case_papers.build_frame(number, []))
        assert "'what': 'make'" in frame
        assert "papers-reason" not in frame
    with visit(place, "reviewer"):
        assert "papers-reason" in str(case_papers.build_frame(number, []))
    with visit(place, "dispatcher"):
        frame = str(case_papers.build_frame(number, []))
        assert "'what': 'make'" not in frame
        assert "data-paper-file" not in frame


def test_a_refused_correction_stands_beside_its_reason_and_keeps_the_rest(place: Place) -> None:
    paper = place.record.write(
        place.actors["officer"], make_paper, number=place.numbers["served"], paper="interview_record", told={"person": "赵某"}
    )  # fmt: skip
    with visit(place):
        form = case_papers_form.asked_for(place.numbers["served"], str(paper.id))
        assert "value='赵某'" in str(form["content"])
        answer = case_papers_form.finished(place.numbers["served"], str(paper.id), None, {}, ["reason", "person"])
    assert "理由" in str(answer["errors"][0])
    assert answer["errors"][1] == []


def test_numbers_are_read_as_they_are_written() -> None:
    assert numbers_of("3、5，7  9") == [3, 5, 7, 9]
    assert numbers_of(" ") == []
    with pytest.raises(Refusal) as refused:
        numbers_of("3、五")
    assert "五" in refused.value.sentence("zh")


def test_a_squadron_head_takes_numbers_and_brings_them_back(place: Place) -> None:
    captain = small.actor(place.record, Role.SQUADRON_HEAD, townships=frozenset({small.WEST}))
    place.actors["captain"] = captain
    with visit(place):
        assert paper_blocks.build_entrance() == []  # an officer takes none
    with visit(place, "captain"):
        assert "blocks-open" in str(paper_blocks.build_entrance())
        assert "当罚" in str(paper_blocks.build_entrance())
        done = paper_blocks.taken("W1", "当罚", 5)
        assert "当罚〔" in str(done["list"])
        twice = paper_blocks.taken("W1", "当罚", 5)
        assert "请先交回" in str(twice["refusal"])
        key = next(one for one in _keys(str(done["list"])))
        refused = paper_blocks.returned(key, "", "", [key])
        assert "理由" in str(refused["errors"][0])
        back = paper_blocks.returned(key, "", "年底换本", [key])
        assert "没有未交回的编号" in str(back["list"])


def _keys(page: str) -> list[str]:
    import re

    return re.findall(r"'type': 'block-return', 'key': '([^']+)'", page)


# -- in a browser --------------------------------------------------------------------------------------------------------


def saved(page: Page, link: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.locator(link).first.click()
    return download.value.suggested_filename, download.value.path().read_bytes()


@pytest.mark.browser
def test_minutes_are_made_downloaded_and_corrected(opened: OpenPage, served: Served, chromium: Browser) -> None:
    number = served.numbers["served"]
    page = opened(f"/case/{number}", "officer")
    page.locator("#papers button", has_text="制作文书").click()
    page.locator("#paper-go").click()
    expect(page.locator("#paper-refusal")).to_contain_text("没有选择要制作的文书")
    page.locator("input.p-kind").fill("询问笔录")
    page.locator("[role=option]", has_text="询问笔录").click()
    page.get_by_role("textbox", name="被询问人", exact=True).fill("赵某")
    page.get_by_role("textbox", name="询问内容").fill("问：何时摆摊？\n答：上午九时。")
    page.locator("#paper-go").click()
    row = page.locator("#case-papers li", has_text="询问笔录")
    expect(row).to_contain_text("询〔")
    name, docx = saved(page, "#case-papers a:has-text('.docx')")
    assert name.startswith("询问笔录-询〔")
    assert "赵某" in "\n".join(
        cell.text for table in Document(io.BytesIO(docx)).tables for line in table.rows for cell in line.cells
    )
    name, pdf = saved(page, "#case-papers a:has-text('.pdf')")
    assert "答：上午九时" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    row.locator("button", has_text="更正").click()
    expect(page.get_by_role("textbox", name="被询问人", exact=True)).to_have_value("赵某")
    page.get_by_role("textbox", name="更正理由").fill("姓名笔误")
    page.get_by_role("textbox", name="被询问人", exact=True).fill("赵某某")
    page.locator("#paper-go").click()
    expect(page.locator("#case-papers li")).to_have_count(2)
    expect(page.locator("#case-papers .p-replaced")).to_contain_text("更正")
    expect(page.locator("#case-timeline")).to_contain_text("姓名笔误")


@pytest.mark.browser
def test_the_whole_file_is_asked_for_with_its_reason(opened: OpenPage, served: Served) -> None:
    page = opened(f"/case/{served.numbers['archived']}", "legal_reviewer")
    page.locator("#papers a", has_text="整卷").click()
    expect(page.locator("#papers-told")).to_contain_text("请先写明查阅理由")
    page.locator("#papers-reason").fill("案卷评查")
    name, pdf = saved(page, "#papers a:has-text('整卷')")
    assert name == f"{served.numbers['archived']}-案卷.pdf"
    assert len(PdfReader(io.BytesIO(pdf)).pages) >= 3
    expect(page.locator("#case-timeline")).to_contain_text("案卷评查")
