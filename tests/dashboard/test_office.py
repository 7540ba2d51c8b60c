"""The county office's page: every section in words, the people behind a number, a plan asked, changed, kept and taken down."""

from __future__ import annotations

import base64
import io
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from dashboard.components import office_figures, office_force, office_packs, office_plans
from dashboard.components.office_sections import SECTIONS
from dashboard.components.table_export import exported
from dashboard.context import Visit, visiting
from dashboard.pages import office
from data import runs
from data.authority import Actor, Scope
from data.background import Stopped
from data.settings import settings
from policy.errors import Refusal
from policy.vocabulary import Role
from policy.zone import CHINA
from tests.dashboard.counties.office import COUNTY
from tests.data import small
from tests.support.browser import OpenPage
from tests.support.page_server import furnished

KEY = re.compile(r"\b(office|between_page|case_page|vocabulary|verbs|common|figures|charts)\.[a-z_]+")
ASKED = {"county": 0.9, "teams": 0.5, "left": 0.0, "reposting": False, "keep": [], "more": {}}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONEGRID_VAR", str(folder))
        settings.cache_clear()
        with furnished(COUNTY, folder) as (record, _):
            yield SimpleNamespace(record=record)
    settings.cache_clear()


def visit(place: SimpleNamespace, lang: str = "zh", role: Role = Role.COUNTY_OFFICE, **more: Any) -> Any:
    scope = Scope(role, place.record.county().jurisdiction_id, "OFFICE", None)
    account = small.actor(place.record, role).account_id
    return visiting(Visit(place.record, Actor(account, "office", (scope,)), lang=lang, **more))


def shown(page: object) -> str:
    return re.sub(r"(href|id|type|key|className|src|variable|field|name|figure)='[^']*'", "", str(page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("section", [one.name for one in SECTIONS])
def test_every_section_is_in_words(place: SimpleNamespace, section: str, lang: str) -> None:
    for more in ({}, {"by": "township"}, {"by": "organ", "all": "1"}, {"only": "unused"}):
        with visit(place, lang, query={"show": section, **more}):
            assert not KEY.findall(shown(office.layout())), more


def test_a_number_opens_the_people_behind_it(place: SimpleNamespace) -> None:
    with visit(place):
        title, content = office_force.people_of({}, "own", small.WEST)
        assert title == "乡镇（街道）本级 × 西镇"
        assert "甲01" in str(content)
        assert "甲03" not in str(content)


def test_a_past_day_is_shown_as_it_was(place: SimpleNamespace) -> None:
    with visit(place):
        assert office_force.look({"on": "2020-01-01"}).whole == 0
        assert office_force.look({"on": "2999-01-01"}).on == office_force.look({}).on, "a day ahead is today"


def test_the_table_has_every_figure_with_its_target_and_what_was_restated(place: SimpleNamespace) -> None:
    with visit(place):
        found = office_figures.look({})
        rows = {
            row["key"]: row for row in (office_figures.row_of(one, found) for one in office_figures.shown(found, {}))
        }
    assert rows["F01.share"]["restated"], "taken as 10 %, computed again since"
    assert rows["F01.share"]["value"] == pytest.approx(4 / 6)
    assert rows["F01.share"]["link"] == "[F01](/figures/F01)"
    assert rows["F04.named"]["met"] in ("met", "missed")


def test_today_so_far_is_counted_after_the_page_is_there(place: SimpleNamespace) -> None:
    today = {"on": small.NOW.astimezone(CHINA).date().isoformat()}
    with visit(place):
        assert "正在按今日数据计算" in str(office_figures.build(today))
        assert "截至当前" in str(office_figures.build_table(today))


def test_by_township_each_cell_says_whether_it_misses_its_target(place: SimpleNamespace) -> None:
    with visit(place):
        found = office_figures.look({"by": "township"})
        row = next(office_figures.row_of(one, found) for one in found.lines if one.figure == "F04")
    assert row[f"s_{small.WEST}"] in ("missed", "few")


def searched(key: str) -> Any:
    for _ in range(200):
        told = office_plans.watched(key)
        if told["still"]:
            return told
        time.sleep(0.05)
    raise AssertionError("no answer")


def fields() -> list[dict[str, Any]]:
    told = {"county": 90, "teams": 50, "left": 0}
    return [{"id": {"name": name}, "value": value} for name, value in told.items()]


def test_a_plan_is_asked_changed_and_kept(place: SimpleNamespace) -> None:
    with visit(place):
        begun = office_plans.begun(fields(), [])
        assert begun["asked"] == ASKED
        answer = searched(begun["search"])
        moves = answer["moves"]
        assert len(moves) == 2
        assert "已证明" in str(answer["proof"])
        given = {"search": begun["search"], "asked": ASKED, "worked": moves, "chosen": [{"person": moves[0]["person"]}]}
        fewer = office_plans.remeasured(moves, "office-remove", given)
        assert len(fewer["moves"]) == 1
        assert "达不到" in str(fewer["missed"])
        back = office_plans.remeasured(fewer["moves"], "office-reset", given)
        assert back["moves"] == moves
        wrong = {**given, "person": moves[0]["person"], "to": small.EAST}
        refused = office_plans.remeasured(moves, "office-add", wrong)
        assert "moves" not in refused, "somebody twice: refused, the plan stays as it was"
        told, _ = office_plans.kept("年底方案", fewer["moves"], moves, ASKED)
        number = re.search(r"JD-F-[\d-]+", str(told)).group(0)
        assert "人工调整" in str(office_plans.build({"no": number}))
        assert "理由" in str(office_plans.decided(number, True, "")[0])
        assert office_plans.decided(number, True, "同意")[1] == f"/office?show=plans&no={number}"


def test_a_search_that_was_stopped_leaves_nothing(place: SimpleNamespace) -> None:
    with visit(place):
        search = runs.Search(owner=("k",), begun_at=small.NOW)
        search.stopping.set()
        with pytest.raises(Stopped):
            search.begins("fewest")
        assert "已停止" in str(office_plans.shown(search)["progress"])


def test_what_names_people_is_taken_down_with_a_reason(place: SimpleNamespace) -> None:
    with visit(place):
        file, refusal = exported(office_force.EXPORT, {})
        assert "content" not in str(file)
        assert refusal
        file, _ = exported(office_force.EXPORT, {}, reason="联席会议用")
    book = load_workbook(io.BytesIO(base64.b64decode(file["content"])))
    assert [sheet.title[:4] for sheet in book.worksheets] == ["下沉矩阵", "181N", "在乡镇（", "借调抽调"]


def altered(key: str) -> bool:
    try:
        office_packs.taken(key)
    except Refusal as refusal:
        return refusal.code == "errors_reports.altered"
    return False


def test_a_pack_is_made_for_a_day_that_is_over_and_kept_under_its_hash(place: SimpleNamespace) -> None:
    today = small.NOW.astimezone(CHINA).date()
    with visit(place):
        listed, refusal, _ = office_packs.made((today - timedelta(days=1)).isoformat())
        assert refusal == []
        keys = re.findall(r"'key': '([0-9a-f-]{36})'", str(listed))
        assert len(keys) == 2
        assert {office_packs.taken(key)["filename"].rsplit(".", 1)[1] for key in keys} == {"docx", "xlsx"}
        assert office_packs.made(today.isoformat())[1], "today is not over"
        file = next((settings().var / "reports").rglob("*.docx"))
        file.chmod(0o640)
        file.write_bytes(b"x")
        assert sorted(altered(key) for key in keys) == [False, True]


def test_who_supervises_reads_and_makes_nothing(place: SimpleNamespace) -> None:
    with visit(place, role=Role.SUPERVISOR):
        assert "office-pack-go" not in str(office_packs.build({}))
        assert "office-keep" not in str(office_plans.build({}))


# -- in a real browser -------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_office_asks_changes_keeps_and_takes_down(opened: OpenPage) -> None:
    page = opened("/office", "county_office", 1920, 1080)
    page.locator(f"[data-office-row=own][data-office-town='{small.WEST}']").click()
    expect(page.locator("#office-cell-people table")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="测算与方案").click()
    page.locator("#office-go").wait_for()
    page.get_by_label("全县下沉率").fill("90")
    page.get_by_label("每个单位至少留用").fill("0")
    page.locator("#office-go").click()
    expect(page.locator("#office-proof")).to_contain_text("已证明没有人数更少的方案")
    rows = page.locator("#office-moves .ag-center-cols-container .ag-row")
    expect(rows).to_have_count(2)
    rows.first.locator(".ag-selection-checkbox input, .ag-checkbox-input").first.check()
    page.locator("#office-remove").click()
    expect(rows).to_have_count(1)
    expect(page.locator("#office-missed")).to_contain_text("达不到")
    page.locator("#office-title").fill("年底方案")
    page.locator("#office-keep").click()
    expect(page.locator("#office-kept a")).to_contain_text("JD-F-")
    page.locator("#office-kept a").click()
    expect(page).to_have_url(re.compile("no=JD-F-"))
    expect(page.locator("#office-reason")).to_be_visible()  # the decision: only a kept plan asks for it
    page.get_by_role("button", name="导出 .xlsx").last.click()
    page.locator("#office-plan-xlsx-reason").fill("联席会议用")
    with page.expect_download() as taken:
        page.locator("#office-plan-xlsx-go").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name="全部指标").click()
    expect(page.locator("#office-figures .ag-row").first).to_be_visible()
