"""Files in: everything or nothing, every fault with its row, column, rule and remedy."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pytest
import shapely
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from data.authority import SYSTEM, Actor
from data.db import Record
from data.exporters import export_grid
from data.importers import ImportRefused, import_grid, import_items, import_leads, import_staff, write_template
from data.importers.grid import GridSource, square_metres
from data.importers.tables import a_day, a_moment
from data.models import (
    Certificate,
    Delegation,
    Event,
    GridCell,
    Item,
    ItemField,
    Jurisdiction,
    Lead,
    Organ,
    Person,
    Posting,
    Team,
    TeamMember,
    Unit,
)
from geo.coordinates import geometry_to_wgs84, wgs84_to_gcj02
from geo.files import read_cells
from policy.errors import Refusal
from policy.vocabulary import Role
from policy.zone import CHINA
from tests.data import small


def table(file: Path, *rows: dict[str, object], encoding: str = "utf-8") -> Path:
    heads = list(dict.fromkeys(name for row in rows for name in row))
    with file.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, heads)
        writer.writeheader()
        writer.writerows(rows)
    return file


def book(file: Path, heads: list[str], *rows: list[object]) -> Path:
    made = Workbook()
    for row in (heads, *rows):
        made.worksheets[0].append(row)
    made.save(file)
    return file


def refused(call, *arguments, **more) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        call(*arguments, **more)
    assert caught.value.faults
    for lang in ("zh", "en"):
        assert caught.value.sentence(lang)
        assert all(fault.sentence(lang) for fault in caught.value.faults)
    return caught.value


def codes(refusal: ImportRefused) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code.split(".")[1]) for fault in refusal.faults]


def count(record: Record, model: type) -> int:
    with record.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


# -- people -----------------------------------------------------------------------------------------------------------

WANG: dict[str, object] = {
    "工号": "90", "姓名": "王一", "人员类别": "执法人员", "所属单位": "西镇人民政府", "入职日期": "2025/3/1",
    "执法证号": "ZJ0090", "证件起期": "2025-03-01", "证件止期": "2028年2月29日", "下沉乡镇": "东镇", "下沉方式": "派驻",
    "队伍": "E1",
}  # fmt: skip


def take_staff(town: Record, file: Path):
    return import_staff(town, SYSTEM, town.county(), file)


def test_a_person_comes_in_with_certificate_posting_and_team(town: Record, tmp_path: Path) -> None:
    done = take_staff(town, table(tmp_path / "staff.csv", WANG))
    assert (done.rows, done.created, done.changed) == (1, 1, 0)
    with town.read() as session:
        person = session.scalars(select(Person).where(Person.code == "90")).one()
        certificate = session.scalars(select(Certificate).where(Certificate.number == "ZJ0090")).one()
        posting = session.scalars(select(Posting).where(Posting.person_id == person.id)).one()
        team = session.scalars(select(Team).join(TeamMember).where(TeamMember.person_id == person.id)).one()
    assert (person.name, person.kind, person.employed_from) == ("王一", "officer", date(2025, 3, 1))
    assert certificate.valid_to == datetime(2028, 3, 1, tzinfo=CHINA)  # the last day counts
    assert (posting.township_code, posting.mode, posting.valid_from) == (small.EAST, "stationed", date(2025, 3, 1))
    assert team.code == "E1"


def test_taking_the_same_file_in_twice_changes_nothing(town: Record, tmp_path: Path) -> None:
    file = table(tmp_path / "staff.csv", WANG)
    take_staff(town, file)
    before = {model: count(town, model) for model in (Person, Certificate, Posting, TeamMember)}
    done = take_staff(town, file)
    assert (done.created, done.changed, done.known) == (0, 0, 1)
    assert {model: count(town, model) for model in before} == before


def test_a_new_posting_ends_the_one_before(town: Record, tmp_path: Path) -> None:
    take_staff(town, table(tmp_path / "a.csv", WANG))
    done = take_staff(
        town, table(tmp_path / "b.csv", WANG | {"下沉乡镇": "西镇", "下沉起期": "2026-06-01", "姓名": "王一一"})
    )
    assert (done.created, done.changed) == (0, 1)
    with town.read() as session:
        rows = session.scalars(select(Posting).join(Person, Person.id == Posting.person_id).where(Person.code == "90"))
        spans = sorted((row.township_code, row.valid_from, row.valid_to) for row in rows)
    assert spans == [
        (small.WEST, date(2026, 6, 1), None),
        (small.EAST, date(2025, 3, 1), date(2026, 5, 31)),
    ]


def test_an_organ_and_a_team_that_a_row_describes_are_made(town: Record, tmp_path: Path) -> None:
    row = WANG | {
        "所属单位": "区文化执法大队",
        "单位类别": "专业执法队",
        "队伍": "文化一队",
        "队伍类别": "professional",
    }
    known = {"organ": count(town, Organ), "team": count(town, Team), "unit": count(town, Unit)}
    take_staff(town, table(tmp_path / "staff.csv", row | {"单位类别": "professional_team"}))
    assert count(town, Organ) == known["organ"] + 1
    assert (count(town, Team), count(town, Unit)) == (known["team"] + 1, known["unit"] + 1)


def test_every_fault_of_every_row_is_told_and_nothing_is_written(town: Record, tmp_path: Path) -> None:
    good = WANG
    file = table(
        tmp_path / "staff.csv",
        good,
        WANG | {"工号": "", "人员类别": "巫师"},
        WANG | {"工号": "91", "执法证号": "ZJ0091", "入职日期": "昨天", "法律职业资格": "也许"},
        WANG | {"工号": "92", "执法证号": "ZJ0092", "所属单位": "没有的单位", "下沉乡镇": "南镇"},
        WANG | {"工号": "90", "执法证号": "ZJ01"},
        WANG | {"工号": "93", "执法证号": "ZJ0093", "证件止期": "2020-01-01"},
        WANG | {"工号": "94", "执法证号": "ZJ0094", "证件止期": "", "下沉方式": ""},
        WANG | {"工号": "95", "执法证号": "ZJ0095", "队伍": "没有的队"},
    )
    before = {model: count(town, model) for model in (Person, Certificate, Organ, Event)}
    refusal = refused(take_staff, town, file)
    assert codes(refusal) == [
        (3, "person_code", "empty"),
        (3, "person_kind", "not_in_list"),
        (3, "certificate_number", "doubled"),
        (4, "law_qualified", "not_truth"),
        (4, "employed_from", "not_date"),
        (5, "township", "township_unknown"),
        (5, "organ", "organ_unknown"),
        (6, "person_code", "doubled"),
        (6, "certificate_number", "certificate_taken"),
        (7, "certificate_to", "ends_before_it_begins"),
        (8, "certificate_to", "certificate_dates"),
        (8, "posting_mode", "posting_mode_missing"),
        (9, "team", "team_unknown"),
    ]
    told = refusal.faults[0].sentence("zh")
    assert "第 3 行" in told
    assert "工号" in told
    assert {model: count(town, model) for model in before} == before


def test_a_certificate_of_somebody_else_is_refused(town: Record, tmp_path: Path) -> None:
    refusal = refused(take_staff, town, table(tmp_path / "staff.csv", WANG | {"执法证号": "ZJ01"}))
    assert codes(refusal) == [(2, "certificate_number", "certificate_taken")]


def test_headers_may_be_chinese_english_or_keys_and_excel_cells_keep_their_kind(town: Record, tmp_path: Path) -> None:
    heads = ["staff number", "姓名*", "person_kind", "Organ", "employed from", "law-qualified"]
    file = book(tmp_path / "staff.xlsx", heads, [77, "李二", "auxiliary", "WEST", date(2025, 1, 2), "是"])
    take_staff(town, file)
    with town.read() as session:
        person = session.scalars(select(Person).where(Person.code == "77")).one()
    assert (person.name, person.employed_from, person.law_qualified) == ("李二", date(2025, 1, 2), True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_as_chinese_offices_save_it(town: Record, tmp_path: Path, encoding: str) -> None:
    take_staff(town, table(tmp_path / "staff.csv", WANG, encoding=encoding))
    assert count(town, Person) == 8


def test_a_header_that_is_wrong_is_told_whole(town: Record, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("工号,姓名,姓名,星座\n1,a,b,c\n", "utf-8")
    assert codes(refused(take_staff, town, file)) == [
        (1, "", "column_doubled"),
        (1, "", "column_unknown"),
        (1, "person_kind", "column_missing"),
        (1, "organ", "column_missing"),
        (1, "employed_from", "column_missing"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("staff.csv", b"", "column_missing"),
        ("staff.csv", "工号,姓名,人员类别,所属单位,入职日期\n".encode(), "no_rows"),
        ("staff.csv", b"\xff\xfe\x00\x01\x81", "unreadable"),
        ("staff.xlsx", b"not a workbook", "unreadable"),
        ("staff.pdf", b"%PDF", "file_kind"),
        ("missing.csv", None, "file_missing"),
    ],
)
def test_a_file_nothing_can_be_read_from(
    town: Record, tmp_path: Path, name: str, content: bytes | None, fault: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    assert fault in {code for _, _, code in codes(refused(take_staff, town, file))}


def test_only_an_administrator_imports(town: Record, tmp_path: Path) -> None:
    file = table(tmp_path / "staff.csv", WANG)
    for role in (Role.DISPATCHER, Role.OFFICER, Role.SUPERVISOR):
        with pytest.raises(Refusal) as caught:
            import_staff(town, small.actor(town, role), town.county(), file)
        assert caught.value.kind == "forbidden"
    assert import_staff(town, small.actor(town, Role.ADMIN), town.county(), file).created == 1


def test_an_import_is_one_event_without_personal_data(town: Record, tmp_path: Path) -> None:
    take_staff(town, table(tmp_path / "staff.csv", WANG))
    with town.read() as session:
        event = session.scalars(select(Event)).one()
    facts = json.loads(event.facts)
    assert (event.matter, event.verb, facts["kind"], facts["rows"]) == ("import", "run", "staff", 1)
    assert len(facts["sha256"]) == 64
    assert "王一" not in event.facts


# -- items ------------------------------------------------------------------------------------------------------------

ITEM: dict[str, object] = {
    "事项编码": "C1", "事项名称": "露天焚烧秸秆", "领域": "城市管理", "执法主体": "BUREAU", "关键词": "秸秆、焚烧",
    "承接乡镇": "西镇，东镇", "事项类型": "delegated_general", "生效日期": "2026-01-01", "依据条款": "赋权清单 第3项",
}  # fmt: skip


def take_items(town: Record, file: Path):
    return import_items(town, SYSTEM, town.county(), file)


def test_an_item_comes_in_with_its_delegations(town: Record, tmp_path: Path) -> None:
    assert take_items(town, table(tmp_path / "items.csv", ITEM)).created == 1
    with town.read() as session:
        item = session.scalars(select(Item).where(Item.code == "C1")).one()
        held = session.scalars(select(Delegation).where(Delegation.item_id == item.id)).all()
    assert (item.domain, item.enforcing_body, item.keywords) == ("city", "BUREAU", ["秸秆", "焚烧"])
    assert sorted(one.township_code for one in held) == [small.WEST, small.EAST]
    assert {one.valid_from for one in held} == {date(2026, 1, 1)}
    again = take_items(town, table(tmp_path / "items.csv", ITEM))
    assert (again.created, again.changed, again.known) == (0, 0, 1)
    assert count(town, Delegation) == 4


def test_a_field_that_a_row_describes_is_made_and_all_townships_have_one_word(town: Record, tmp_path: Path) -> None:
    rows = [ITEM | {"事项编码": f"D{n}", "领域": "fire", "领域名称": "消防", "承接乡镇": "全部"} for n in (1, 2)]
    take_items(town, table(tmp_path / "items.csv", *rows))
    with town.read() as session:
        field = session.scalars(select(ItemField).where(ItemField.code == "fire")).one()
    assert (field.name, field.item_count) == ("消防", 2)
    assert count(town, Delegation) == 2 + 4


def test_faults_of_items(town: Record, tmp_path: Path) -> None:
    file = table(
        tmp_path / "items.csv",
        ITEM | {"领域": "占星"},
        ITEM | {"事项编码": "C2", "执法主体": "没有"},
        ITEM | {"事项编码": "C3", "事项类型": ""},
        ITEM | {"事项编码": "C4", "事项类型": "entrusted"},
        ITEM | {"事项编码": "C5", "承接乡镇": "北镇"},
        ITEM | {"事项编码": "C5"},
    )
    assert codes(refused(take_items, town, file)) == [
        (2, "domain", "domain_unknown"),
        (3, "enforcing_body", "organ_unknown_here"),
        (4, "item_kind", "item_kind_missing"),
        (5, "entrusting_organ", "entrusting_organ_missing"),
        (6, "townships", "township_unknown"),
        (7, "item_code", "doubled"),
    ]
    assert count(town, Item) == 2


# -- leads ------------------------------------------------------------------------------------------------------------


def a_lead(village: int = 0, **more: object) -> dict[str, object]:
    lon, lat = small.middle(village)
    return {"来源": "群众举报", "内容": "占道经营", "经度": lon, "纬度": lat, "发生时间": "2026-11-20 08:30"} | more


def take_leads(town: Record, file: Path, actor: Actor = SYSTEM):
    return import_leads(town, actor, town.county(), file)


def test_leads_are_received_like_any_other(town: Record, tmp_path: Path) -> None:
    rows = [a_lead(n, 外部编号=f"X{n}", 事项编码="A1") for n in range(4)]
    assert take_leads(town, table(tmp_path / "leads.csv", *rows)).created == 4
    with town.read() as session:
        leads = session.scalars(select(Lead).order_by(Lead.number)).all()
        events = session.scalars(select(Event.verb).order_by(Event.sequence)).all()
    assert [lead.cell_code for lead in leads] == list(small.VILLAGES)
    assert [lead.number[-4:] for lead in leads] == ["0001", "0002", "0003", "0004"]
    assert leads[0].occurred_at == datetime(2026, 11, 20, 8, 30, tzinfo=CHINA)
    assert events == ["receive"] * 4 + ["run"]


def test_numbers_of_other_systems_are_taken_in_once_and_counted(town: Record, tmp_path: Path) -> None:
    take_leads(town, table(tmp_path / "a.csv", a_lead(外部编号="X1")))
    done = take_leads(town, table(tmp_path / "b.csv", a_lead(外部编号="X1"), a_lead(1, 外部编号="X2")))
    assert (done.created, done.known) == (1, 1)
    assert count(town, Lead) == 2


def test_one_bad_row_keeps_all_others_out(town: Record, tmp_path: Path) -> None:
    lon, lat = small.middle(0)
    gcj_lon, gcj_lat = (float(v) for v in wgs84_to_gcj02(small.BASE_LON + 0.0005, small.BASE_LAT + 0.0005))
    file = table(
        tmp_path / "leads.csv",
        a_lead(),
        a_lead(经度=lat, 纬度=lon),
        a_lead(发生时间="2027-01-01"),
        a_lead(事项编码="没有"),
        a_lead(经度="东经"),
        a_lead(坐标系="北京54"),
        a_lead(外部编号="X"),
        a_lead(外部编号="X"),
    )
    refusal = refused(take_leads, town, file)
    assert [(row, code) for row, _, code in codes(refusal)] == [
        (3, "point_swapped"),
        (4, "time_in_future"),
        (5, "item_not_found"),
        (6, "not_number"),
        (7, "not_in_list"),
        (9, "doubled"),
    ]
    assert (gcj_lon, gcj_lat) != (lon, lat)
    assert (count(town, Lead), count(town, Event)) == (0, 0)


def test_a_number_drawn_by_a_refused_import_is_drawn_again(town: Record, tmp_path: Path) -> None:
    refused(take_leads, town, table(tmp_path / "bad.csv", a_lead(), a_lead(来源="梦")))
    take_leads(town, table(tmp_path / "good.csv", a_lead()))
    with town.read() as session:
        assert session.scalars(select(Lead.number)).one().endswith("-0001")


# -- templates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["staff", "items", "leads"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_is_a_file_its_own_import_can_read(
    migrated_sqlite: Path, tmp_path: Path, kind: str, lang: str, ending: str
) -> None:
    from data.importers.tables import read_table
    from data.importers.templates import TEMPLATES

    file = write_template(kind, tmp_path / f"{kind}.{ending}", lang)
    assert codes(refused(read_table, file, TEMPLATES[kind], [])) == [(0, "", "no_rows")]
    if ending == "xlsx":
        sheet = load_workbook(file).worksheets[0]
        assert all(cell.comment is not None and cell.comment.text for cell in sheet[1])


def test_an_unknown_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        write_template("horoscopes", tmp_path / "x.csv")


# -- cells of a table -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2026-11-02", "2026/11/2", "2026年11月2日", "2026.11.02", "2026-11-02 00:00:00"])
def test_dates_as_people_write_them(text: str) -> None:
    assert a_day(text) == date(2026, 11, 2)


@pytest.mark.parametrize("text", ["2026-11-02 08:30", "2026/11/02 08:30", "2026-11-02T00:30:00+00:00"])
def test_times_without_a_zone_are_of_shanghai(text: str) -> None:
    assert a_moment(text) == datetime(2026, 11, 2, 8, 30, tzinfo=CHINA)


# -- the grid ---------------------------------------------------------------------------------------------------------


def box(first: int, last: int):
    return shapely.box(
        small.BASE_LON + small.STEP * first,
        small.BASE_LAT,
        small.BASE_LON + small.STEP * (last + 1),
        small.BASE_LAT + small.STEP,
    )


def grid_file(file: Path, change=None, crs: str | None = None, cells=small.CELLS, english=None) -> Path:
    """The small county's grid as GeoJSON; `change(code, geometry)` gives another geometry, None leaves the cell out;
    `english` names cells in English by code."""
    features = []
    for code, name, level, parent, first, last, settlement in cells:
        shape = box(first, last)
        shape = change(code, shape) if change else shape
        if shape is None:
            continue
        facts = {"code": code, "name": name, "level": level, "parent": parent, "settlement": settlement}
        facts |= {"name_en": english.get(code, "")} if english else {}
        features.append({"type": "Feature", "properties": facts, "geometry": json.loads(shapely.to_geojson(shape))})
    about = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    file.write_text(json.dumps({"type": "FeatureCollection", **about, "features": features}), "utf-8")
    return file


def cells_in_force(record: Record) -> dict[str, float]:
    with record.read() as session:
        rows = session.scalars(select(GridCell).where(GridCell.valid_to.is_(None)))
        return {row.code: row.area_m2 for row in rows}


def test_a_grid_founds_a_county_that_is_not_there_yet(record: Record, tmp_path: Path) -> None:
    done = import_grid(record, SYSTEM, GridSource(grid_file(tmp_path / "grid.geojson"), profile="jindong"))
    assert done.rows == len(small.CELLS)
    county = record.county("jindong")
    assert (county.code, county.short_code) == ("330703000000", "JD")
    assert [cell.code for cell in county.townships] == [small.WEST, small.EAST]
    lon, lat = small.middle(2)
    assert county.locator.locate(lon, lat) == small.VILLAGES[2]
    with record.read() as session:
        towns = dict(session.execute(select(GridCell.code, GridCell.township_code)).all())
        assert session.scalars(select(Event.matter)).all() == ["import"]
    assert towns[small.VILLAGES[0]] == small.WEST
    assert towns["330703R1"] is None


def test_places_are_named_in_english_where_the_file_does(record: Record, tmp_path: Path) -> None:
    file = grid_file(tmp_path / "grid.geojson", english={small.WEST: "Duohu Subdistrict"})
    import_grid(record, SYSTEM, GridSource(file, profile="jindong"))
    county = record.county("jindong")
    west, east = (county.hierarchy[code].name for code in (small.WEST, small.EAST))
    assert [county.name_of(small.WEST, lang) for lang in ("zh", "en")] == [west, "Duohu Subdistrict"]
    assert [county.name_of(small.EAST, lang) for lang in ("zh", "en")] == [east, east]
    assert county.name_of(county.code, "en") == county.name_en  # the profile's, where the file has none
    assert (county.place(small.VILLAGES[0], "en") or "").split(" › ")[1] == "Duohu Subdistrict"
    out = tmp_path / "out.geojson"
    export_grid(record, SYSTEM, county, out)
    kept = {cell.code: cell.name_en for cell in read_cells(out) if cell.name_en}
    assert kept == {county.code: county.name_en, small.WEST: "Duohu Subdistrict"}


def test_a_new_grid_replaces_the_old_from_its_day(town: Record, tmp_path: Path) -> None:
    def east_grows(code: str, shape):
        edge = {small.VILLAGES[1]: (1, 0.5), small.VILLAGES[2]: (1.5, 1.5)}.get(code)
        if edge is None:
            west = {small.WEST, "330703101S1"}
            east = {small.EAST, "330703102S1"}
            if code in west | east:
                return box(0, 0.5) if code in west else box(1.5, 3)
            return shape
        return box(edge[0], edge[1]) if code == small.VILLAGES[1] else box(1.5, 2)

    before = len(cells_in_force(town))
    import_grid(town, SYSTEM, GridSource(grid_file(tmp_path / "g.geojson", east_grows), valid_from=date(2026, 11, 1)))
    lon = small.BASE_LON + small.STEP * 1.75
    assert town.county().locator.locate(lon, small.BASE_LAT + 0.01) == small.VILLAGES[2]
    assert len(cells_in_force(town)) == before
    with town.read() as session:
        ended = session.scalars(select(GridCell.valid_to).where(GridCell.valid_to.is_not(None))).all()
    assert set(ended) == {date(2026, 10, 31)}
    import_grid(town, SYSTEM, GridSource(grid_file(tmp_path / "g.geojson"), valid_from=date(2026, 11, 1)))  # put right
    assert town.county().locator.locate(lon, small.BASE_LAT + 0.01) == small.VILLAGES[1]
    assert count(town, GridCell) == 2 * before


def shrunk(code: str, shape):
    return box(3, 3).buffer(-0.005) if code == small.VILLAGES[3] else shape


def swollen(code: str, shape):
    return box(0, 0.2) if code == small.VILLAGES[0] else shape


def in_gcj02(_code: str, shape):
    return shapely.transform(shape, lambda xy: __import__("numpy").column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1])))


def swapped(_code: str, shape):
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


def without_section(code: str, shape):
    return None if code == "330703102S1" else shape


@pytest.mark.parametrize(
    ("change", "fault"),
    [(shrunk, "gap"), (swollen, "overlap"), (in_gcj02, "other_datum"), (swapped, "swapped_axes"), (without_section, "orphan")],
)  # fmt: skip
def test_a_broken_grid_is_refused_and_nothing_is_written(town: Record, tmp_path: Path, change, fault: str) -> None:
    before = count(town, GridCell)
    refusal = refused(import_grid, town, SYSTEM, GridSource(grid_file(tmp_path / "g.geojson", change)))
    assert f"errors_geo.{fault}" in {one.code for one in refusal.faults}
    assert (count(town, GridCell), count(town, Event)) == (before, 0)


def test_all_faults_of_a_grid_are_told_at_once(town: Record, tmp_path: Path) -> None:
    def both(code: str, shape):
        return shrunk(code, swollen(code, shape))

    refusal = refused(import_grid, town, SYSTEM, GridSource(grid_file(tmp_path / "g.geojson", both)))
    assert {"errors_geo.gap", "errors_geo.overlap"} <= {one.code for one in refusal.faults}


def test_a_grid_in_gcj02_comes_in_when_it_says_so(town: Record, tmp_path: Path) -> None:
    file = grid_file(tmp_path / "g.geojson", in_gcj02)
    import_grid(town, SYSTEM, GridSource(file, datum="gcj02"))
    outline = shapely.from_wkb(town_outline(town))
    drawn = geometry_to_wgs84(in_gcj02("", box(0, 3)), "gcj02")
    assert shapely.hausdorff_distance(outline, drawn) < 1e-6


def town_outline(record: Record) -> bytes:
    with record.read() as session:
        return session.scalars(select(Jurisdiction.outline)).one()


def test_a_projected_file_is_refused_with_its_crs(town: Record, tmp_path: Path) -> None:
    file = grid_file(tmp_path / "g.geojson", crs="urn:ogc:def:crs:EPSG::3857")
    refusal = refused(import_grid, town, SYSTEM, GridSource(file))
    assert [one.code for one in refusal.faults] == ["errors_geo.wrong_crs"]
    assert "3857" in refusal.faults[0].sentence("zh")


def test_the_grid_of_another_county_and_a_grid_with_too_few_levels_are_refused(town: Record, tmp_path: Path) -> None:
    other = [(code.replace("330703", "330781"), name, level, parent and parent.replace("330703", "330781"), *rest)
             for code, name, level, parent, *rest in small.CELLS]  # fmt: skip
    flat = [cell for cell in small.CELLS if cell[2] < 4]
    for cells, code in ((other, "errors_import.other_county"), (flat, "errors_import.levels")):
        with pytest.raises(Refusal) as caught:
            import_grid(town, SYSTEM, GridSource(grid_file(tmp_path / "g.geojson", cells=cells)))
        assert caught.value.code == code
        assert caught.value.sentence("zh")


def test_a_first_grid_needs_its_profile(record: Record, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        import_grid(record, SYSTEM, GridSource(grid_file(tmp_path / "g.geojson")))
    assert caught.value.code == "errors_import.profile_missing"


def test_areas_are_those_of_the_earth() -> None:
    (area,) = square_metres([shapely.box(119.0, 29.0, 119.01, 29.01)])
    assert area == pytest.approx(111_195 * 0.01 * 111_195 * 0.01 * 0.87457, rel=0.001)
