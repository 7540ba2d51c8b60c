"""The page of a case and the table of cases: what is missing is said, a form keeps what was typed, who it is stays masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from dashboard.components import case_reads as reads
from dashboard.components.case_form import build_form, given
from dashboard.components.case_more import build_chain
from dashboard.components.case_words import ground, told
from dashboard.components.cases_export import exported
from dashboard.components.cases_table import row_data, rows_of, sort_of, which
from dashboard.context import Visit, visiting
from dashboard.pages import case, cases
from data.db import Record
from data.events import Verification
from data.queries.case_choices import case_choices
from data.queries.cases import CaseFilter, list_cases
from policy.errors import Refusal
from policy.vocabulary import Verb
from tests.dashboard.counties.case import COUNTY, furnish
from tests.data import cases as c
from tests.data import small
from tests.support.browser import OpenPage
from tests.support.page_server import Served, empty_record

__all__ = ["COUNTY"]  # of the server
KEY = re.compile(r"\b(case_page|cases_page|case_form|vocabulary|verbs|items|policy\.key|common)\.[a-z_]+")


# -- built -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    record: Record
    numbers: dict[str, str]
    actors: dict


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("cases")
    record = empty_record(folder)
    numbers = furnish(record, folder)
    record.clock = lambda: small.NOW
    yield Place(record, numbers, c.cast(record))
    record.close()


@pytest.fixture(scope="module", autouse=True)
def today(request: pytest.FixtureRequest) -> Iterator[None]:
    """The small county is of today: its cases are made on days before."""
    from datetime import UTC, datetime

    before, small.NOW = small.NOW, datetime.now(UTC)
    yield
    small.NOW = before


def visit(place: Place, part: str = "officer", lang: str = "zh", **more):
    return visiting(Visit(place.record, place.actors[part], lang=lang, **more))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("stage", ["proposed", "notice", "investigating", "served", "archived", "dropped"])
def test_the_page_says_no_raw_key_and_no_name_in_any_stage(place: Place, stage: str, lang: str) -> None:
    with visit(place, lang=lang):
        page = str(case.layout(place.numbers[stage]))
    shown = re.sub(r"(href|id|type)='[^']*'|policy\?key=[\w.]+", "", page)
    assert not KEY.findall(shown)
    assert "王小明" not in page
    assert "13812345678" not in page


def test_what_is_missing_is_there_with_its_clause_and_what_may_be_done_is_a_button(place: Place) -> None:
    with visit(place):
        page = str(reads.parts(place.numbers["notice"])["next"])
    assert "陈述申辩期限至" in page
    assert "key=PL+62" in page or "PL%2062" in page or "PL 62" in page
    assert "'verb': 'record_statement'" in page
    assert "'verb': 'hear_statement'" not in page


def test_every_form_that_may_be_opened_is_drawn_from_what_its_step_asks_for(place: Place) -> None:
    drawn = 0
    for part in ("officer", "head", "finance"):
        for number in place.numbers.values():
            with visit(place, part), place.record.read() as session:
                view = reads.look(number)
                choices = case_choices(session, place.actors[part], place.record.county(), number, small.NOW)
                for step in (one for one in view.steps if one.open):
                    form = str(build_form(view, step, choices))
                    asked = [one for one in step.form if one.name not in ("stage", "goods", "amounts")]
                    assert all(f"'name': '{one.name}'" in form for one in asked), step.step.verb
                    drawn += 1
    assert drawn > 20


def test_grades_are_offered_with_their_range(place: Place) -> None:
    number = place.numbers["investigating"]
    with visit(place), place.record.read() as session:
        view = reads.look(number)
        choices = case_choices(session, place.actors["officer"], place.record.county(), number, small.NOW)
        assert {one.code for one in choices.grades} == {"lenient", "ordinary", "heavy"}
        step = next(one for one in view.steps if one.step.verb is Verb.CONCLUDE_INVESTIGATION)
        penalty = replace(step, form=_form(Verb.PROPOSE_PENALTY))
        assert "一般 · " in str(build_form(view, penalty, choices))


def _form(verb: Verb):
    from policy.case_forms import FORMS

    return FORMS[verb]


def test_a_form_is_read_as_the_step_is_told_it() -> None:
    def field(name: str, kind: str, value: object) -> dict:
        return {"id": {"type": "case-field", "name": name, "kind": kind}, "value": value}

    told = given(
        {
            "fields": [
                field("words", "words", "经查"),
                field("grade", "text", "heavy@severe"),
                field("hearing_on", "moment", "2026-12-01 09:30:00"),
                field("fine", "yuan", ""),
                field("penalties", "choices", ["fine"]),
            ],
            "flags": [{"id": {"name": "major"}}, {"id": {"name": "educated"}, "value": True}],
            "amounts": [{"id": {"name": "gains"}, "value": "12"}, {"id": {"name": "sales"}, "value": ""}],
            "goods": [
                {"id": {"row": 1, "column": "name"}, "value": "台秤"},
                {"id": {"row": 1, "column": "quantity"}, "value": "1台"},
                {"id": {"row": 0, "column": "name"}, "value": " "},
            ],
        }
    )
    assert told == {
        "words": "经查", "grade": "heavy", "stage": "severe", "hearing_on": "2026-12-01T09:30:00+08:00",
        "penalties": ["fine"], "major": False, "educated": True, "amounts": {"gains": "12"},
        "goods": [{"name": "台秤", "quantity": "1台"}],
    }  # fmt: skip


def test_a_step_somebody_else_took_meanwhile_is_refused_in_words(place: Place) -> None:
    with visit(place), pytest.raises(Refusal) as told:
        reads.opened(place.numbers["dropped"], "submit_filing")
    assert told.value.code == "errors_case.step_gone"
    assert "已撤销" in told.value.sentence("zh")


def test_a_broken_link_of_the_chain_is_an_alarm(place: Place) -> None:
    from datetime import UTC, datetime

    broken = Verification(3, "ab", "altered", 4, "decide", "JD-C-1", datetime(2026, 1, 1, tzinfo=UTC))
    with visit(place):
        assert "哈希不符" in str(build_chain(broken))
        assert "alarm" in str(build_chain(broken))


# -- the table -------------------------------------------------------------------------------------------------------------


def test_what_the_address_says_narrows_the_table_and_nonsense_narrows_nothing() -> None:
    assert which({"status": "notice", "only": "overdue", "words": "a"}) == CaseFilter(
        statuses=("notice",), overdue=True, words="a"
    )
    assert which({"status": "nonsense", "only": "?", "procedure": "fast"}) == CaseFilter()
    assert sort_of({"sortModel": [{"colId": "fine", "sort": "desc"}]}) == "fine"
    assert sort_of({"sortModel": [{"colId": "party", "sort": "asc"}]}) == "newest"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_has_words_of_both_languages_and_masked_people(place: Place, lang: str) -> None:
    with visit(place, lang=lang, query={"status": "notice"}):
        page = str(cases.layout())
        answer = rows_of({}, {"startRow": 0, "endRow": 50})
        assert not KEY.findall(re.sub(r"(href|id|type|name)='[^']*'", "", page))
        assert answer["rowCount"] == 6
        assert "王小明" not in str(answer) + page
        with place.record.read() as session:
            row = list_cases(session, place.actors["officer"], place.record.county(), small.NOW)[0]
        assert row_data(row)["link"].startswith("[JD-C-")


def test_the_table_is_exported_as_it_is_narrowed_and_says_what_for(place: Place) -> None:
    import base64

    with visit(place):
        refused = exported({}, " ")
        assert "用途" in str(refused["refusal"]) or "理由" in str(refused["refusal"])
        told = exported({"status": "notice"}, "月度汇报")
    sheet = load_workbook(BytesIO(base64.b64decode(told["file"]["content"]))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert "月度汇报" in rows[0][0]
    assert len(rows) == 3
    assert place.numbers["notice"] in rows[2]
    assert "王**" in rows[2]


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "罚款：30 元；回执：移送回证1号"), ("en", "Fine: 30 yuan; Receipt: 移送回证1号")]
)
def test_an_event_is_told_in_words_without_references_and_with_its_unit_once(lang: str, said: str) -> None:
    with visiting(Visit(None, lang=lang)):  # type: ignore[arg-type]  # words alone
        assert told({"lead": "01a1ad7a-12c8-7892-b266-a7419872fd64", "fine": "30", "receipt": "移送回证1号"}) == said


@pytest.mark.parametrize(("lang", "said"), [("zh", "不予处罚"), ("en", "not punished")])
def test_why_an_earlier_case_was_closed_is_said_and_no_code(lang: str, said: str) -> None:
    with visiting(Visit(None, lang=lang)):  # type: ignore[arg-type]
        assert said in ground("not_punished").lower()


# -- in a browser ------------------------------------------------------------------------------------------------------------


def status(served: Served, number: str) -> str:
    """Where a case stands in the record."""
    from data.authority import SYSTEM

    with served.record.read() as session:
        rows = list_cases(session, SYSTEM, served.record.county(), served.record.clock(), CaseFilter(words=number))
    return rows[0].status


def press(page: Page, verb: str) -> None:
    page.locator(f'button[id*=\'"verb":"{verb}"\']').click()
    expect(page.locator("#case-go")).to_be_visible()


@pytest.mark.browser
def test_from_proposal_to_filing_through_the_page(opened: OpenPage, served: Served) -> None:
    number = served.numbers["proposed"]
    page = opened(f"/case/{number}", "officer")
    expect(page.locator(".k-stage-now")).to_contain_text("已建议立案")
    press(page, "submit_filing")
    page.locator("#case-go").click()
    expect(page.locator(".k-stage-now")).to_contain_text("立案审批")
    expect(page.locator("#case-next")).to_contain_text("由乡镇（街道）负责人")
    head = opened(f"/case/{number}", "township_head", 390, 844)
    assert head.evaluate("document.documentElement.scrollWidth") <= 390
    press(head, "approve_filing")
    head.locator("#case-form textarea").fill("同意立案")
    head.locator("#case-go").click()
    expect(head.locator(".k-stage-now")).to_contain_text("已立案")
    expect(page.locator(".k-stage-now")).to_contain_text("已立案")  # the other open page follows by itself
    expect(page.locator("#case-file")).to_contain_text("同意立案")
    expect(page.locator("#case-deadlines")).to_contain_text("作出处罚决定")
    expect(page.locator("#case-chain")).to_contain_text("事件链已核对")
    assert status(served, number) == "filed"


@pytest.mark.browser
def test_a_refused_step_says_why_beside_its_field_and_keeps_what_was_typed(opened: OpenPage, served: Served) -> None:
    number = served.numbers["investigating"]
    page = opened(f"/case/{number}", "officer")
    press(page, "preserve")
    cells = page.locator("#case-goods-rows input")
    cells.nth(0).fill("冰柜")
    page.locator("#case-go").click()  # no quantity
    expect(page.locator(".k-error:visible")).to_contain_text("缺少名称或者数量")
    expect(cells.nth(0)).to_have_value("冰柜")
    cells.nth(1).fill("1台")
    page.locator("#case-go").click()  # not approved by the head: a guard, said whole
    expect(page.locator("#case-refusal")).to_contain_text("负责人批准")
    expect(cells.nth(1)).to_have_value("1台")
    page.locator("[role=dialog]:has(#case-form) .mantine-CloseButton-root").click()
    press(page, "preserve")  # closed and opened again: still there
    expect(cells.nth(0)).to_have_value("冰柜")
    page.locator("#case-goods-more").click()
    expect(page.locator(".k-goods-row")).to_have_count(3)
    page.locator("#case-form input[type=checkbox]").check()
    page.locator("#case-go").click()
    expect(page.locator("#case-file")).to_contain_text("冰柜")


@pytest.mark.browser
def test_typing_survives_what_others_do_to_the_case(opened: OpenPage, served: Served) -> None:
    number = served.numbers["notice"]
    page = opened(f"/case/{number}", "officer")
    press(page, "record_statement")
    page.locator("#case-form textarea").first.fill("当事人称当日是第一次")
    other = opened(f"/case/{number}", "officer")
    press(other, "record_waiver")
    other.locator("#case-form input[type=radio]").first.check()
    other.locator("#case-form input:not([type=radio])").last.fill("放弃陈述申辩声明书")
    other.locator("#case-go").click()
    expect(page.locator("#case-timeline")).to_contain_text("放弃")
    expect(page.locator("#case-form textarea").first).to_have_value("当事人称当日是第一次")


@pytest.mark.browser
def test_the_party_is_masked_until_a_reason_is_told(opened: OpenPage, served: Served) -> None:
    page = opened(f"/case/{served.numbers['archived']}", "legal_reviewer")
    party = page.locator("#case-party")
    expect(party).to_contain_text("王**")
    expect(party).not_to_contain_text("王小明")
    party.locator("summary").click()
    page.locator("#case-unmask").click()
    expect(page.locator("#case-unmask-refusal")).to_contain_text("需要写明理由")
    page.locator("#case-unmask-reason").fill("核对送达回证")
    page.locator("#case-unmask").click()
    expect(party).to_contain_text("王小明")
    expect(page.locator("#case-timeline")).to_contain_text("核对送达回证")


@pytest.mark.browser
def test_the_table_narrows_and_leads_to_a_case(opened: OpenPage, served: Served) -> None:
    page = opened("/cases", "officer")
    expect(page.locator(".ag-row")).to_have_count(6)
    page.locator('button[id*=\'"only":"open"\']').click()
    expect(page.locator(".ag-row")).to_have_count(4)
    expect(page).to_have_url(re.compile(r"only=open"))
    page.locator("input[id*=words]").fill(served.numbers["served"])
    expect(page.locator(".ag-row")).to_have_count(1)
    page.locator(".ag-row a").first.click()
    expect(page.locator(".k-state")).to_contain_text("已送达")
    expect(page.locator("#case-file")).to_contain_text("加处罚款")


@pytest.mark.browser
def test_a_case_is_proposed_with_what_the_lead_tells(opened: OpenPage, served: Served) -> None:
    from data.authority import SYSTEM
    from data.casework import receive_lead

    lon, lat = small.middle(0)
    told = {"source": "public_report", "summary": "沿街堆放杂物", "item_code": "A1", "lon": lon, "lat": lat}
    lead = served.record.write(SYSTEM, receive_lead, **told).number
    page = opened(f"/cases?propose={lead}", "officer")
    summary = page.locator("textarea[id*=summary]")
    expect(summary).to_have_value("沿街堆放杂物")
    page.locator('input[id*=\'"name":"name"\']').fill("李某某")
    page.locator("#propose-go").click()
    expect(page.locator(".k-error:visible")).to_contain_text("公民还是法人")
    page.locator("#propose-form input[type=radio]").first.check()
    page.locator("#propose-go").click()  # no evidence, one officer: guards
    expect(page.locator("#propose-refusal")).to_contain_text("证据")
    expect(summary).to_have_value("沿街堆放杂物")


@pytest.mark.browser
def test_the_first_field_of_a_form_takes_the_focus_and_escape_gives_it_back(opened: OpenPage, served: Served) -> None:
    page = opened(f"/case/{served.numbers['investigating']}", "officer")
    step = page.locator('button[id*=\'"verb":"conclude_investigation"\']')
    step.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#case-form textarea").first).to_be_focused()
    page.keyboard.type("经查，占道经营属实")
    page.keyboard.press("Escape")
    expect(page.locator("#case-go")).to_be_hidden()
    expect(step).to_be_focused()
    page.keyboard.press("Enter")  # opened as it was left
    expect(page.locator("#case-form textarea").first).to_be_focused()
    expect(page.locator("#case-form textarea").first).to_have_value("经查，占道经营属实")
