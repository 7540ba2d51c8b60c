"""Templates: each of ours fills from the sample, an office's own is taken, a wrong one is told with thing and remedy."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from data.papers import declared
from data.papers.blocks import blocks_of
from data.papers.catalogue import kind_of, kinds, order_of, series, source_of, template_of
from data.papers.fields import sample_fields
from data.papers.fill import check, fields_of, fill
from data.papers.make import ROOM, _fitted, _width, make
from data.settings import settings
from policy.errors import Refusal
from policy.loader import load_profile
from policy.text import say
from policy.vocabulary import Verb

ALL = tuple(kinds())
DAY = date(2026, 11, 20)


def template(folder: Path, *lines: str) -> Path:
    paper = Document()
    for line in lines:
        paper.add_paragraph(line)
    path = folder / "decision.docx"
    paper.save(str(path))
    return path


def text_of(content: bytes) -> str:
    return "\n".join(part.text for part in Document(io.BytesIO(content)).paragraphs)


def told(refusal: Refusal) -> str:
    assert refusal.sentence("en")
    return refusal.sentence("zh")


# -- the set ------------------------------------------------------------------------------------------------------------


def test_the_standard_ones_are_the_25_that_the_profile_lists() -> None:
    listed = load_profile("jindong").require("documents.list", DAY).value
    standard = {code: kind.name() for code, kind in kinds().items() if kind.standard}
    assert standard == {row["code"]: row["name_zh"] for row in listed}
    said = load_profile("jindong").require("documents.standard", DAY).value
    assert len(standard) == said == 25


def test_every_document_has_its_names_its_series_its_steps_and_its_template() -> None:
    assert len(set(series())) == len(ALL)
    for code, kind in kinds().items():
        assert kind.name("zh") != kind.name("en")
        assert {Verb(step) for step in kind.steps} or not kind.steps
        assert set(kind.asks) <= set(declared.declared()["told"])
        assert template_of(code).exists(), code


@pytest.mark.parametrize("code", ALL)
def test_every_document_fills_from_the_sample_and_leaves_no_mark(code: str) -> None:
    content = fill(template_of(code), sample_fields())
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = package.read("word/document.xml").decode()
    assert "{{" not in body
    assert "{%" not in body
    assert "None" not in body
    assert kind_of(code).name()[:4] in body or code == "file_cover"


@pytest.mark.parametrize("code", ALL)
def test_the_templates_that_ship_are_made_from_their_blocks(code: str, tmp_path: Path) -> None:
    def body(path: Path) -> bytes:
        with zipfile.ZipFile(path) as package:
            return package.read("word/document.xml")

    assert body(make(code, tmp_path)) == body(template_of(code)), "run python -m data.papers.make"
    assert source_of(code)["block"]


def test_no_template_types_a_number_of_days() -> None:
    """Periods are fields from the profile; `第六十一条` and `一式三份` are no periods."""
    typed = re.compile(r"[0-9一二三四五六七八九十]+\s*(?:个工作日|日内|日前|个月|天内|小时内|元)")
    for code in ALL:
        for block in source_of(code)["block"]:
            assert not typed.findall(str(block)), (code, typed.findall(str(block)))


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("decision", {"party.name", "party.address", "item.forbids", "evidence[].name", "decision.penalties", "item.penalises",
                      "decision.payment", "remedies.text", "organ.name", "case.decided_day"}),  # PL 59
        ("decision_on_the_spot", {"case.summary", "decision.penalties", "item.penalises", "case.found_time", "case.address",
                                  "remedies.text", "organ.name", "paper.number"}),  # PL 52
        ("prior_notice", {"decision.penalties", "case.summary", "item.forbids", "item.penalises", "notice.statement"}),  # PL 44
        ("hearing_notice", {"notice.hearing"}),  # PL 64(1)
        ("hearing_call", {"hearing.time", "told.place", "hearing.presider", "periods.hearing_notice"}),  # PL 64(2)–(5)
        ("sealing_decision", {"party.name", "party.address", "told.words", "told.law", "periods.sealing", "goods[].name",
                              "goods[].quantity", "remedies.otherwise", "organ.name", "paper.day"}),  # CO 24
        ("reminder", {"periods.reminder_to_court", "execution.outstanding", "execution.surcharge"}),  # CO 35, 54
        ("preservation_notice", {"periods.preservation", "goods[].name"}),  # PL 56
        ("transfer_letter", {"goods[].name", "materials[].name", "transfer.stopped", "periods.transfer_answer"}),  # FL 二(三)
    ],
)  # fmt: skip
def test_a_document_holds_what_its_article_asks_for(code: str, fields: set[str]) -> None:
    assert fields <= fields_of(template_of(code))


def test_the_page_of_fields_is_current() -> None:
    page = (Path(__file__).parents[3] / "docs" / "documents.md").read_text("utf-8")
    assert page == declared.page(), "run python -m data.papers.declared"


def test_the_decision_comes_before_what_led_to_it() -> None:
    assert order_of("file_cover") < order_of("decision") < order_of("filing_approval") < order_of("closing_report")


# -- wrong templates ----------------------------------------------------------------------------------------------------


def test_an_unknown_field_is_refused_with_template_field_and_the_known_ones(tmp_path: Path) -> None:
    path = template(tmp_path, "{{ party.nmae }} {{ party.name }} {{ weather }}")
    with pytest.raises(Refusal) as refused:
        fill(path, sample_fields())
    assert refused.value.code == "errors_papers.fields"
    sentence = told(refused.value)
    assert "decision.docx" in sentence
    assert "party.nmae、weather" in sentence
    assert "party.name" in sentence


def test_an_unknown_field_inside_a_loop_or_a_condition_is_found(tmp_path: Path) -> None:
    path = template(
        tmp_path, "{%p for one in evidence %}", "{{ one.colour }}", "{%p endfor %}", "{% if case.mood %}x{% endif %}"
    )
    with pytest.raises(Refusal) as refused:
        check(path, sample_fields())
    assert refused.value.params["unknown"] == ("case.mood", "evidence[].colour")


def test_a_file_that_is_no_docx_is_told(tmp_path: Path) -> None:
    path = tmp_path / "decision.docx"
    for content in (b"", b"%PDF-1.7", b"PK\x03\x04broken"):
        path.write_bytes(content)
        with pytest.raises(Refusal) as refused:
            fill(path, sample_fields())
        assert refused.value.code == "errors_papers.not_docx"
        assert "Word" in told(refused.value)


@pytest.mark.parametrize(
    "line",
    ["{{ party.name", "{% for one in evidence %}{{ one.name }}", "{{ party.name | nothing }}", "{% include 'x' %}", "{{ 1 +",
     "{{ party.name.__class__.__mro__ }}", "{{ party.name + 1 }}", "{%p if party.name %}x{%p endif %}"],
)  # fmt: skip
def test_broken_or_forbidden_marks_are_told(tmp_path: Path, line: str) -> None:
    with pytest.raises(Refusal) as refused:
        fill(template(tmp_path, line), sample_fields())
    assert refused.value.code in ("errors_papers.template", "errors_papers.fields")
    assert "decision.docx" in told(refused.value)


def test_an_office_uses_its_own_template_in_place_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = template(tmp_path, "本局格式：{{ party.name }}")
    monkeypatch.setenv("ONEGRID_TEMPLATES", str(tmp_path))
    settings.cache_clear()
    try:
        assert template_of("decision") == own
        assert "本局格式：某某餐饮有限公司" in text_of(fill(template_of("decision"), sample_fields()))
        assert template_of("reminder").parent.name == "templates"  # the others stay ours
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_what_a_party_typed_is_never_markup(tmp_path: Path) -> None:
    fields = sample_fields()
    typed = "<b>甲&乙</b> {{ item.name }} {% if 1 %} ]]> \"'"
    fields["party"]["name"] = typed
    assert typed in text_of(fill(template(tmp_path, "当事人：{{ party.name }}"), fields))


def test_lines_of_a_statement_become_paragraphs_and_what_cannot_be_printed_is_left_out(tmp_path: Path) -> None:
    fields = declared.complete({"told": {"words": "问：什么时间？\r\n答：　上\x00午\x0b。\u202e"}})
    blocks = [part for part in blocks_of(fill(template(tmp_path, "{{ told.words }}"), fields)) if part["runs"]]
    assert ["".join(run["text"] for run in part["runs"]) for part in blocks] == ["问：什么时间？", "答：　上午。"]


def test_an_unknown_document_is_told_with_those_there_are() -> None:
    with pytest.raises(Refusal) as refused:
        kind_of("receipt")
    assert "service_receipt" in told(refused.value)


def test_a_field_that_nobody_declared_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        declared.complete({"party": {"colour": "red"}})
    with pytest.raises(KeyError):
        declared.complete({"weather": {}})


def test_what_is_missing_prints_a_blank_and_what_does_not_apply_prints_nothing() -> None:
    fields = declared.complete({"party": {"name": None, "phone": " "}, "goods": [{"name": "秤"}]})
    assert fields["party"]["name"] == fields["party"]["phone"] == say("papers.blank")
    assert fields["goods"][0]["quantity"] == say("papers.blank")
    assert fields["organ"]["entrustment"] == ""
    assert fields["evidence"] == []


@pytest.mark.parametrize("code", tuple(kinds()))
def test_no_day_to_be_written_in_by_hand_is_torn_by_the_end_of_a_line(code: str) -> None:
    lines = [line for block in source_of(code)["block"] if block["kind"] == "sign" for line in block["lines"]]
    for row in (row for line in lines for row in _fitted(line)):
        assert _width(row) <= ROOM, row
        assert ("＿年" in row) == bool(re.search("＿年＿+月＿+日", row)) == bool(re.search("月＿+日", row)), row
