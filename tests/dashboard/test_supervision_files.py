"""Files on the page of supervision: every tab in words; fixed, drawn, repeated, scored, ranked, taken out sealed in a browser."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.components import supervision_files as files
from dashboard.components import supervision_files_accounts as accounts
from dashboard.components import supervision_files_case as on_case
from dashboard.components import supervision_files_scores as scores
from dashboard.context import Visit, visiting
from dashboard.pages import supervision
from data.casework.file_scores import give_score
from data.db import Record
from data.queries.auditors import Supervising
from policy.errors import Refusal
from tests.dashboard.counties.reviewing import COUNTY, last_month
from tests.data import cases as c
from tests.data import reviewing as r
from tests.data import small
from tests.support.browser import OpenPage
from tests.support.page_server import Served, furnished

ROOT = Path(__file__).parents[2]
KEY = re.compile(
    r"\b(supervising_files|supervision_page|papers_page|case_page|case_form|vocabulary|verbs|errors_\w+)\.[a-z_]+"
)
EMPTY = {"no": "", "case": "", "sheet": ""}


@dataclass(frozen=True)
class Place:
    record: Record
    who: dict[str, Any]
    numbers: list[str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with furnished(COUNTY, tmp_path_factory.mktemp("reviewing")) as (record, numbers):
        yield Place(record, c.cast(record) | r.supervisors(record), list(numbers.values()))


@pytest.fixture(scope="module")
def drawn(place: Place) -> Any:
    return r.drawn(place.record, place.who["supervisor"], period=last_month().name)


def visit(place: Place, part: str = "supervisor", lang: str = "zh", **more: Any) -> Any:
    return visiting(Visit(place.record, place.who[part], lang=lang, **more))


def shown(page: object) -> str:
    return re.sub(r"(href|id|type|key|className|src)='[^']*'", "", str(page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", ["supervisor", "office"])
def test_every_tab_is_in_words(place: Place, drawn: Any, part: str, lang: str) -> None:
    views = (
        {"show": "files"},
        {"show": "files", "no": drawn.number, "case": drawn.drawn[0]},
        {"show": "reviews"},
        {"show": "accounts"},
    )
    for query in views:
        with visit(place, part, lang, query=query):
            assert not KEY.findall(shown(supervision.layout())), query


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_opens_in_words(place: Place, drawn: Any, lang: str) -> None:
    for verb in ("commit", f"draw.{drawn.number}", f"discard.{drawn.number}", f"score.{drawn.drawn[0]}"):
        with visit(place, "supervisor", lang):
            title, content = files.opened(EMPTY | {"no": drawn.number}, verb)
        assert title
        assert content
        assert not KEY.findall(shown(content))


def test_what_a_form_was_told_wrongly_is_refused_beside_its_field(place: Place, drawn: Any) -> None:
    with visit(place), pytest.raises(Refusal) as refused:
        files.taken(
            EMPTY | {"no": drawn.number}, f"score.{drawn.drawn[0]}", {"points_overall": "101", "ground_overall": "x"}
        )
    assert refused.value.pointer == "/points_overall"
    with visit(place), pytest.raises(Refusal) as refused:
        files.taken(EMPTY, "commit", {"period": last_month().name, "wanted": "许多"})
    assert refused.value.code in ("errors_files.drawn_already", "errors_files.wanted_wrong")


def test_a_township_reads_its_sheet_and_mends_its_fault_on_the_page_of_the_case(place: Place) -> None:
    fault = {"words": "缺送达回证", "due_on": small.NOW.date() + timedelta(days=9)}
    told = {"case": place.numbers[3], "points": r.overall("70"), "cycle": "quarter", "faults": [fault]}
    row = place.record.write(place.who["supervisor"], give_score, **told)
    with visit(place, "head"):
        assert "缺送达回证" in shown(on_case.build(place.numbers[3]))
        words, _ = on_case.taken({"no": place.numbers[3]}, f"{row.number}.1", {"outcome": "已补正"})
        assert words
        assert "已补正" in shown(on_case.build(place.numbers[3]))
    with visit(place, "finder"):
        assert "mending-step" not in str(on_case.build(place.numbers[3]))


def test_own_end_and_days_left_are_said(place: Place) -> None:
    today = small.NOW.date()
    rows = [
        Supervising("auditor", "审计", None, today + timedelta(days=9), False),
        Supervising("gone", "前审计", None, today - timedelta(days=9), True),
        Supervising("own", "监督员", None, None, False),
    ]
    for lang in ("zh", "en"):
        with visit(place, lang=lang):
            words = shown(accounts.build_accounts(rows, {}, today, today))
        assert not KEY.findall(words)
        assert "10" in words
        assert (today - timedelta(days=9)).isoformat() in words


def test_the_address_of_a_period_shows_it_and_what_is_none_shows_this_quarter(place: Place) -> None:
    with visit(place):
        assert "2024-Q1" in str(scores.build({"period": "2024-Q1"}))
        assert str(small.NOW.year) in str(scores.build({"period": "<script>"}))


# -- in a browser -------------------------------------------------------------------------------------------------------


def press(page: Page, verb: str) -> None:
    """Open the form of a step."""
    expect(page.locator("#supfiles-submit")).to_be_hidden()
    page.locator(f'button[id*=\'"verb":"{verb}\']').first.click()
    expect(page.locator("#supfiles-form > *").first).to_be_visible()


def fill(page: Page, **told: str) -> None:
    for name, words in told.items():
        page.locator(f'.k-drawer [id*=\'"name":"{name}"\']').first.fill(words)


@pytest.mark.browser
def test_files_are_fixed_drawn_repeated_scored_and_one_is_taken_out_sealed(opened: OpenPage, served: Served) -> None:
    page = opened("/supervision", "supervisor", 1920, 1080)
    page.goto("/supervision?show=files")
    press(page, "commit")
    page.locator("#supfiles-submit").click()
    expect(page.locator("#supfiles-matter")).to_contain_text("待抽案卷")
    press(page, "draw.")
    page.locator("#supfiles-submit").click()
    expect(page.locator("#supfiles-matter")).to_contain_text("复核一致")
    expect(page.locator(".sup-drawn tbody tr")).to_have_count(10)
    press(page, "score.")
    fill(page, points_overall="200", ground_overall="程序完整、证据充分")
    page.locator("#supfiles-submit").click()
    expect(page.locator("#supfiles-form .k-error").filter(has_text="0 到 100 分")).to_be_visible()
    fill(page, points_overall="91.5")
    page.locator("#supfiles-submit").click()
    expect(page.locator(".sup-sheet")).to_contain_text("91.5 分")
    page.locator(".sup-drawn tbody tr").first.get_by_text("密封导出").click()
    page.locator("#sealed-drawn-file a.p-file").first.click()
    expect(page.locator("#sealed-drawn-file .p-told")).to_contain_text("导出理由")
    page.locator("#sealed-drawn-reason").fill("送审计复核")
    with page.expect_download(timeout=60_000) as taken:
        page.locator("#sealed-drawn-file a.p-file").first.click()
    archive = served.folder / "taken.zip"
    taken.value.save_as(archive)
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "verify_export.py"), str(archive)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
