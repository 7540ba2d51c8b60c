"""Items out of a spreadsheet with the columns of the catalogue: judged by the law, row by row, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from data.authority import SYSTEM
from data.db import Record
from data.importers import import_items, write_template
from data.importers.catalogue import EXAMPLE
from data.importers.items import COLUMNS, check_sheet
from data.models import Delegation, Item
from data.queries.competence import item_facts
from policy.items import basis, columns, item, to_row
from policy.text import LANGUAGES, say
from tests.data import small
from tests.data.test_importers import book, codes, count, refused, table


def a_row(code: str = "C1", law: str = EXAMPLE, **more: object) -> dict[str, object]:
    """A row under the names of the catalogue, with what a county adds."""
    county = {"townships": "西镇，东镇", "item_kind": "delegated_general", "valid_from": "2026-01-01", "domain": "city"}
    return to_row(item(law)) | {"code": code} | county | more


def take(town: Record, file: Path):
    return import_items(town, SYSTEM, town.county(), file)


def kept(town: Record, code: str) -> Item:
    with town.read() as session:
        return session.scalars(select(Item).where(Item.code == code)).one()


def test_an_item_comes_in_with_its_articles_kinds_and_fines(town: Record, tmp_path: Path) -> None:
    assert take(town, table(tmp_path / "items.csv", a_row(), a_row("C2", "AQ-97-6"))).created == 2
    straw = kept(town, "C1")
    assert straw.basis == basis(item(EXAMPLE)) | {"catalogue": "C1"}
    assert straw.basis["fine"] == {"any": "500-2000"}
    assert straw.basis["penalises"] | {"quote": ""} == {
        "law": "大气污染防治法",
        "clause": "119",
        "paragraph": 1,
        "quote": "",
    }
    assert (straw.enforcing_body, straw.keywords) == ("BUREAU", list(item(EXAMPLE).keywords)), "the organ of its field"
    with town.read() as session:
        held = session.scalars(select(Delegation).where(Delegation.item_id == straw.id)).all()
    assert sorted(one.township_code for one in held) == [small.WEST, small.EAST]
    again = take(town, table(tmp_path / "items.csv", a_row(), a_row("C2", "AQ-97-6")))
    assert (again.created, again.changed, again.known) == (0, 0, 2)


def test_a_countys_own_item_is_known_to_the_rules_by_its_basis(town: Record, tmp_path: Path) -> None:
    take(town, table(tmp_path / "items.csv", a_row("C2", "AQ-97-6")))
    with town.read() as session:
        known = item_facts(session, kept(town, "C2")).catalogue
    assert known is not None
    mine, shipped = known, item("AQ-97-6")
    assert (mine.code, mine.kinds, mine.severe, mine.fines) == ("C2", shipped.kinds, shipped.severe, shipped.fines)
    assert (mine.forbids, mine.penalises, mine.correction) == (shipped.forbids, shipped.penalises, shipped.correction)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_and_closed_lists_may_be_words_of_either_language(town: Record, tmp_path: Path, lang: str) -> None:
    said = {name: words for name, words, _ in columns(lang)}
    row = {said[name]: text for name, text in to_row(item(EXAMPLE)).items()}
    row |= {said["code"]: "C1", said["domain"]: "城市管理"}
    row |= {
        said["kinds"]: say("vocabulary.penalty_kind.fine", lang),
        said["correction"]: say("items.correction.with", lang),
    }
    take(town, book(tmp_path / "items.xlsx", list(row), list(row.values())))
    assert kept(town, "C1").basis == basis(item(EXAMPLE)) | {"catalogue": "C1"}


def test_every_row_is_held_against_the_law_and_nothing_is_half_imported(town: Record, tmp_path: Path) -> None:
    file = table(
        tmp_path / "items.csv",
        a_row("C1"),
        a_row("C2", fine_any="500-3000"),
        a_row("C3", penalises_article="1190"),
        a_row("C4", forbids_words="不得喧哗"),
        a_row("C5", kinds="fine、flogging"),
        a_row("C6", townships="北镇"),
        a_row("C1", name="另一事项"),
        a_row("C8", name="第八", penalises_words=""),
    )
    refusal = refused(take, town, file)
    rows = {fault.row for fault in refusal.faults}
    assert rows >= {3, 4, 5, 6, 7, 8, 9}
    words = {row: " ".join(fault.sentence("en") for fault in refusal.faults if fault.row == row) for row in rows}
    for row, sign in (
        (3, "3000"),
        (4, "1190"),
        (5, "不得喧哗"),
        (6, "flogging"),
        (7, "北镇"),
        (8, "C1"),
        (9, "penalises_words"),
    ):
        assert sign in words[row], words[row]
        assert f"Row {row}" in words[row]
    assert count(town, Item) == 2, "the two of the small county"


def test_plain_rows_and_rows_of_law_stand_in_one_file(town: Record, tmp_path: Path) -> None:
    plain = dict.fromkeys(a_row(), "") | {"code": "C2", "name": "占道经营", "domain": "city"}
    assert take(town, table(tmp_path / "items.csv", a_row(), plain)).created == 2
    assert kept(town, "C2").basis == {}
    doubled = table(tmp_path / "items.csv", a_row(), plain | {"code": "C1"})
    assert codes(refused(take, town, doubled)) == [(3, "item_code", "doubled")]


def test_a_plain_list_does_not_take_an_items_articles_away(town: Record, tmp_path: Path) -> None:
    take(town, table(tmp_path / "items.csv", a_row()))
    plain = {"code": "C1", "name": item(EXAMPLE).name, "name_en": item(EXAMPLE).name_en, "domain": "city"}
    assert take(town, table(tmp_path / "list.csv", plain)).known == 1
    assert kept(town, "C1").basis["fine"] == {"any": "500-2000"}


def test_an_item_of_another_province_is_refused(town: Record, tmp_path: Path) -> None:
    found = codes(refused(take, town, table(tmp_path / "items.csv", a_row(province="henan"))))
    assert found == [(2, "province", "item_elsewhere")]


def test_an_unknown_field_needs_its_organ(town: Record, tmp_path: Path) -> None:
    row = a_row(domain="straw", domain_name="秸秆")
    assert codes(refused(take, town, table(tmp_path / "items.csv", row))) == [
        (2, "enforcing_body", "enforcing_body_missing")
    ]
    assert take(town, table(tmp_path / "items.csv", row | {"enforcing_body": "MARKET"})).created == 1


# -- template ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_example_of_the_template_is_sound_and_passed_over(
    town: Record, tmp_path: Path, lang: str, ending: str
) -> None:
    file = write_template("items", tmp_path / f"items.{ending}", lang)
    assert codes(refused(take, town, file)) == [(0, "", "no_rows")]
    assert [fault.line for fault in check_sheet(file)] == [1]
    if ending == "csv":
        real = tmp_path / "real.csv"
        mark = f"{say('imports.example', lang)} "
        field, organ = say("items.domain.environment", lang), say("imports.example_organ", lang)
        text = file.read_text("utf-8-sig").replace(mark, "").replace(organ, "BUREAU").replace(f",{field},", ",city,", 1)
        real.write_text(text, "utf-8")
        assert check_sheet(real) == []
        assert take(town, real).created == 1
        assert kept(town, EXAMPLE).basis == basis(item(EXAMPLE))


def test_the_template_lists_what_may_be_written(tmp_path: Path) -> None:
    sheets = load_workbook(write_template("items", tmp_path / "items.xlsx", "zh")).worksheets
    assert len(sheets[0][1]) == len(COLUMNS)
    assert sheets[0]["A2"].value == f"示例 {EXAMPLE}"
    allowed = {(row[0].value, row[1].value): row[2].value for row in sheets[1].iter_rows(min_row=2)}
    assert allowed["处罚种类", "fine"] == "罚款"
    assert allowed["改正", "with"] == "责令改正并处罚"
    assert allowed["处罚条款文件", "大气污染防治法"]
    assert ("罚款的基数", "goods_value") in allowed
