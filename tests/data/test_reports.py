"""Reports: made once whoever runs, caught up, kept as they were made; what they tell is what the snapshots and deadlines say."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, func, insert, select, update
from uuid_utils.compat import uuid7

from data.db import Record
from data.jobruns import claim
from data.models import Deadline, Event, FigureSnapshot, JobRun, Report
from data.queries.reports import file_name, list_reports, one_report, report_file, report_page
from data.reports import charts, drawing
from data.reports.lines import changes, lines_of
from data.reports.making import draw_up, due, keep_report, make_due, make_once, prepare
from data.reports.periods import ended, period
from data.reports.reading import Need, due_on, needing_help, worst_waits
from data.reports.setting import print_report
from data.reports.store import path_of
from data.reports.wording import compose
from data.runs import begin_report, newest_report
from policy.errors import Refusal
from policy.figures.intervals import wilson
from policy.text import Name, named
from policy.vocabulary import Role
from policy.zone import CHINA
from tests.data import small

pytestmark = pytest.mark.anywhere

CODE = "330703000000"
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=CHINA)  # 20, 21 and 22 November are due; the week ended on the 22nd
FRIDAY, SUNDAY = date(2026, 11, 20), date(2026, 11, 22)


def snapshot(day: date, value: float, *, figure="F09", measure="resolved", n=30.0, d=50.0, kind="county", code="", again=0, taken=None, target=None):  # fmt: skip
    return {
        "id": uuid7(), "business_date": day, "figure": figure, "measure": measure, "group_kind": kind, "group_code": code,
        "value": value, "numerator": n, "denominator": d, "target": target, "profile_digest": "x", "restatement": again,
        "taken_at": taken or datetime.combine(day + timedelta(days=1), datetime.min.time(), CHINA).replace(hour=6),
    }  # fmt: skip


def put(record: Record, *rows: dict) -> None:
    place = record.county(CODE).jurisdiction_id
    record.submit_raw(lambda c: c.execute(insert(FigureSnapshot), [row | {"jurisdiction_id": place} for row in rows])).result()  # fmt: skip


@pytest.fixture
def taken(town, clock):
    """Four days of snapshots, on Monday morning."""
    clock.now = MONDAY
    put(town, *(snapshot(date(2026, 11, day), value) for day, value in ((19, 0.5), (20, 0.6), (21, 0.6), (22, 0.7))))
    return town


def deadline(record: Record, kind: str, due_at: datetime, number: str, **more) -> None:
    row = {
        "id": uuid7(), "jurisdiction_id": record.county(CODE).jurisdiction_id, "matter": "case", "matter_id": uuid7(), "matter_number": number,
        "about": "", "township_code": small.WEST, "organ_code": "BUREAU", "kind": kind, "whose": "organ", "sense": "latest",
        "begun_at": due_at - timedelta(days=90), "due_at": due_at, "provisional": False, "extended": 0, "pauses": [], "reminded": 0,
        "version": 1, "calendar": "x", "profile": "x", **more,
    }  # fmt: skip
    record.submit_raw(lambda c: c.execute(insert(Deadline), row)).result()


def reports(record: Record) -> list[Report]:
    with record.read() as session:
        return list(session.scalars(select(Report).order_by(Report.business_date, Report.kind, Report.language)))


def words_of(content: bytes) -> str:
    """Every word, however it is broken into lines."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


# -- periods -----------------------------------------------------------------------------------------------------------


def test_a_week_ends_on_sunday_a_month_on_its_last_day_and_each_is_held_against_the_one_before():
    week, month, day = period("weekly", SUNDAY), period("monthly", date(2026, 2, 28)), period("daily", FRIDAY)
    assert (week.first, week.before, week.days) == (date(2026, 11, 16), date(2026, 11, 15), 7)
    assert (month.first, month.before, month.days) == (date(2026, 2, 1), date(2026, 1, 31), 28)
    assert (day.first, day.before, day.days) == (FRIDAY, date(2026, 11, 19), 1)


def test_what_is_caught_up_is_bounded():
    assert ended("daily", SUNDAY) == [SUNDAY - timedelta(days=n) for n in range(7)]
    assert ended("weekly", date(2026, 11, 25)) == [SUNDAY - timedelta(days=7 * n) for n in range(4)]
    assert ended("monthly", SUNDAY) == [date(2026, 10, 31), date(2026, 9, 30), date(2026, 8, 31)]


# -- by the schedule ---------------------------------------------------------------------------------------------------


def test_a_county_begins_with_the_newest_day_whose_figures_are_taken_and_then_catches_up(taken, tmp_path):
    county = taken.county(CODE)
    with taken.read() as session:
        assert due(session, county, "daily", MONDAY, 6) == [SUNDAY]
        assert due(session, county, "weekly", MONDAY, 6) == [SUNDAY]
        assert due(session, county, "monthly", MONDAY, 6) == [], "of October nothing was taken"
        assert due(session, county, "daily", MONDAY.replace(hour=5), 6) == [date(2026, 11, 21)], "before six Sunday is not due"  # fmt: skip
    assert make_due(taken, county, tmp_path, MONDAY) == 2
    put(taken, *(snapshot(SUNDAY + timedelta(days=n), 0.7) for n in (1, 2)))
    with taken.read() as session:
        later = MONDAY + timedelta(days=3)
        assert due(session, county, "daily", later, 6) == [date(2026, 11, 23), date(2026, 11, 24)], "the 25th has no figures"  # fmt: skip


def test_a_report_is_made_in_both_languages_and_kept_under_its_hash(taken, tmp_path):
    county = taken.county(CODE)
    assert make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY)
    found = reports(taken)
    assert [(row.kind, row.business_date, row.language, row.edition) for row in found] == [("daily", SUNDAY, "en", 1), ("daily", SUNDAY, "zh", 1)]  # fmt: skip
    for row in found:
        content = path_of(tmp_path, row.sha256).read_bytes()
        assert len(content) == row.size
        assert len(PdfReader(io.BytesIO(content)).pages) == row.pages == 1, "a brief is one page"
    assert not make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY), "once"
    assert len(reports(taken)) == 2


def test_three_processes_at_once_make_each_report_once(taken, tmp_path, monkeypatch):
    monkeypatch.setattr("data.reports.making.print_report", lambda kind, given, drawings: print_of(given))
    records = [Record(taken.url, clock=taken.clock) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda record: make_due(record, record.county(CODE), tmp_path, MONDAY), records))
    for record in records:
        record.close()
    assert sum(made) == 2
    assert len(reports(taken)) == 4


def print_of(given):
    from data.reports.setting import Printed

    return Printed(f"%PDF {given['title']} {given['lang']}".encode(), (b"png",))


def test_a_brief_that_a_clock_made_that_was_ahead_is_followed_by_one_of_the_whole_day(taken, tmp_path, monkeypatch):
    monkeypatch.setattr("data.reports.making.print_report", lambda kind, given, drawings: print_of(given))
    county = taken.county(CODE)
    assert make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY + timedelta(hours=5))
    assert make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY)
    assert not make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY)
    assert sorted(row.edition for row in reports(taken)) == [1, 1, 2, 2]


def test_a_report_is_claimed_by_the_time_it_has_come_to(taken, tmp_path, monkeypatch):
    """Where the one before lasted a while: else its lease is over before it begins."""
    hour, moments, wanted = count(1), [], timedelta(hours=1)
    monkeypatch.setattr("data.reports.making.ticking", lambda now: lambda: now + wanted * next(hour))
    monkeypatch.setattr("data.reports.making.claim", lambda *told, **_more: moments.append(told[4]))
    assert make_due(taken, taken.county(CODE), tmp_path, MONDAY) == 0
    assert moments == [MONDAY + wanted, MONDAY + 2 * wanted]


def test_who_lost_its_turn_writes_no_report(taken, tmp_path, monkeypatch):
    county = taken.county(CODE)

    def slow(kind, given, drawings):
        taken.submit_raw(lambda c: c.execute(update(JobRun).values(lease_until=MONDAY - timedelta(hours=1)))).result()
        assert claim(taken, "report_daily", county.jurisdiction_id, SUNDAY, MONDAY) is not None or True
        return print_of(given)

    monkeypatch.setattr("data.reports.making.print_report", slow)
    assert not make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY)
    assert reports(taken) == []


def test_a_fault_is_noted_and_the_next_look_tries_again(taken, tmp_path, monkeypatch):
    county = taken.county(CODE)

    def broken(kind, given, drawings):
        raise RuntimeError("no room")

    with monkeypatch.context() as patched:
        patched.setattr("data.reports.making.print_report", broken)
        with pytest.raises(RuntimeError):
            make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY)
    with taken.read() as session:
        assert session.scalar(select(JobRun.error)) == "RuntimeError: no room"
    assert make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY)


# -- what it tells -----------------------------------------------------------------------------------------------------


def test_the_brief_tells_the_same_value_as_the_snapshot_and_what_moved(taken, tmp_path):
    county = taken.county(CODE)
    reading = draw_up(taken, county, "daily", SUNDAY, MONDAY)
    line = next(one for one in reading.lines if one.key == ("F09", "resolved"))
    assert (line.value, line.row.numerator, line.row.denominator) == (0.7, 30, 50)
    (moved,) = [pair for pair in changes(reading.lines, reading.before, reading.small) if pair[0].figure == "F09"]
    assert (moved[1].value, moved[0].value) == (0.6, 0.7)
    given, drawings = compose(reading, county, "zh")
    printed = print_report("daily", given, drawings)
    text = words_of(printed.pdf)
    for part in ("金东区综合行政执法日报", "2026-11-22", "70.0%", "30/50", "+10.0个百分点"):
        assert part in text, part


def test_few_cases_are_not_held_against_each_other(taken):
    county = taken.county(CODE)
    put(taken, snapshot(SUNDAY, 0.9, figure="F07", measure="in_time", n=8, d=9), snapshot(date(2026, 11, 21), 0.2, figure="F07", measure="in_time", n=1, d=5))  # fmt: skip
    reading = draw_up(taken, county, "daily", SUNDAY, MONDAY)
    assert reading.small == 10
    assert "F07" not in {line.figure for line, _ in changes(reading.lines, reading.before, reading.small)}


def test_a_week_is_counted_over_its_days_and_not_its_last_one(taken):
    county = taken.county(CODE)
    with taken.read() as session:
        week = {line.key: line for line in lines_of(session, county, period("weekly", SUNDAY), MONDAY)}
    assert week["F09", "resolved"].row.denominator == 0, (
        "the small county had no lead, whatever the snapshot of a day says"
    )


def test_what_was_restated_since_the_last_report_is_told_with_both_values(taken, tmp_path):
    county = taken.county(CODE)
    put(taken, snapshot(FRIDAY, 0.64, again=1, taken=MONDAY - timedelta(hours=2)))
    put(taken, snapshot(date(2026, 11, 19), 0.55, again=1, taken=MONDAY - timedelta(days=9)))
    reading = draw_up(taken, county, "daily", SUNDAY, MONDAY)
    assert [(one.day, one.first, one.now) for one in reading.restated] == [(FRIDAY, 0.6, 0.64)]
    assert reading.curves["F09", "resolved"][1] | {"target": None} == {"date": FRIDAY, "value": 0.64, "first": 0.6, "numerator": 30, "denominator": 50, "target": None}  # fmt: skip
    text = words_of(print_report("daily", *compose(reading, county, "zh")).pdf)
    assert "2026-11-20F09闭环率：原为60.0%，现为64.0%" in text


def test_the_longest_waits_are_deadlines_of_organs_that_run_and_are_over(taken):
    county, day = taken.county(CODE), timedelta(days=1)
    for n in range(7):
        deadline(taken, "decision", MONDAY - (n + 1) * day, f"JD-C-{n}")
    deadline(taken, "decision", MONDAY - 30 * day, "done", done_at=MONDAY - day)
    deadline(taken, "decision", MONDAY - 30 * day, "ended", ended_at=MONDAY - day)
    deadline(taken, "reconsideration", MONDAY - 30 * day, "a right")
    deadline(taken, "decision", MONDAY - 30 * day, "party", whose="party")
    with taken.read() as session:
        waits, every = worst_waits(session, county, MONDAY)
    assert [one.number for one in waits] == [f"JD-C-{n}" for n in (6, 5, 4, 3, 2)]
    assert every == 7
    assert named(waits[0].township) == "西镇"


def test_what_ends_tomorrow_is_counted_by_the_day_in_shanghai(taken):
    county, tomorrow = taken.county(CODE), date(2026, 11, 24)
    last = datetime(2026, 11, 24, 23, 59, tzinfo=CHINA)
    deadline(taken, "decision", last, "in")
    deadline(taken, "decision", last + timedelta(minutes=2), "the day after")
    deadline(taken, "decision", datetime(2026, 11, 23, 23, 59, tzinfo=CHINA), "today")
    with taken.read() as session:
        (one,) = due_on(session, county, tomorrow)
    assert (one.key, one.count, one.numbers) == ("deadline.decision", 1, ("in",))


def test_a_township_needs_help_only_where_its_whole_interval_lies_below_the_county(taken):
    county = taken.county(CODE)
    told = {"figure": "F11", "measure": "on_time_all", "kind": "township"}
    put(
        taken,
        snapshot(SUNDAY, 0.7, n=70, d=100, code=small.WEST, **told),
        snapshot(FRIDAY, 0.7, n=70, d=100, code=small.WEST, **told),
    )
    put(
        taken,
        snapshot(SUNDAY, 0.98, n=196, d=200, code=small.EAST, **told),
        snapshot(SUNDAY, 1.0, n=9, d=9, code="unknown", **told),
    )
    with taken.read() as session:
        (first, second), share = needing_help(session, county, SUNDAY, 10)
    assert share == pytest.approx((140 + 196) / 400), "a lead without a township is nobody's"
    assert (named(first.name), first.numerator, first.denominator, first.helps) == ("西镇", 140, 200, True)
    assert first.share == wilson(0.7, 200)
    assert (named(second.name), second.helps) == ("东镇", False)
    with taken.read() as session:
        (few, _), _ = needing_help(session, county, SUNDAY, 500)
    assert (few.few, few.helps) == (True, False), "too few cases are named but not judged"


def test_a_report_names_nobody(taken, tmp_path):
    county = taken.county(CODE)
    deadline(taken, "decision", MONDAY - timedelta(days=3), "JD-C-1")
    text = words_of(
        print_report("monthly", *compose(draw_up(taken, county, "monthly", SUNDAY, MONDAY), county, "zh")).pdf
    )
    from data.models import Person

    with taken.read() as session:
        names = session.scalars(select(Person.name)).all()
    assert names
    assert [name for name in names if name in text] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_every_report_is_in_words_and_its_fonts_are_in_it(taken, kind, lang):
    county = taken.county(CODE)
    printed = print_report(kind, *compose(draw_up(taken, county, kind, SUNDAY, MONDAY), county, lang))
    assert not re.findall(r"\b(reports|charts|figures|policy)\.[a-z_]+", words_of(printed.pdf))
    for page in PdfReader(io.BytesIO(printed.pdf)).pages:
        fonts = page["/Resources"]["/Font"].get_object().values()
        assert fonts
        for font in fonts:
            (inside,) = font.get_object()["/DescendantFonts"]
            held = inside.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(held), "embedded"
    assert printed.pages == len(PdfReader(io.BytesIO(printed.pdf)).pages)


# -- charts ------------------------------------------------------------------------------------------------------------


def test_charts_have_the_colours_of_paper():
    from dashboard.figures.style import PRINT

    assert (PRINT.accent, PRINT.warn, PRINT.text, PRINT.muted, PRINT.line) == (drawing.ACCENT, drawing.WARN, drawing.TEXT, drawing.MUTED, drawing.LINE)  # fmt: skip


def test_a_day_without_a_snapshot_parts_the_line_and_a_restated_one_is_a_hollow_diamond():
    days = [{"date": date(2026, 11, n), "value": 0.6, "first": 0.6, "numerator": 1, "denominator": 2, "target": 0.6} for n in (1, 2, 4, 5)]  # fmt: skip
    plain = charts.share_by_day(days, date(2026, 11, 1), date(2026, 11, 5), "zh")
    assert plain.count(f'stroke="{drawing.ACCENT}"') == 2
    assert "<polygon" not in plain
    assert plain.count("目标 60%") == 1
    days[1]["first"] = 0.5
    assert charts.share_by_day(days, date(2026, 11, 1), date(2026, 11, 5), "zh").count("<polygon") == 1
    assert charts.share_by_day([], FRIDAY, SUNDAY, "zh") is None


def test_who_needs_help_is_said_by_shape_and_word():
    one = Need("w", Name("西镇", "West Town"), wilson(0.7, 200), 140, 200, few=False, helps=True)
    other = Need("e", Name("东镇", "East Town"), wilson(0.9, 5), 4, 5, few=True, helps=False)
    drawn = charts.intervals([one, other], 0.9, "zh")
    assert "70.0% (140/200) 需要支持" in drawn
    assert "例数少" in drawn
    assert drawn.count("<polygon") == 1
    assert ["西镇" in drawn, "West Town" in charts.intervals([one], 0.9, "en")] == [True, True]
    assert charts.intervals([], 0.9, "zh") is None


# -- by a person -------------------------------------------------------------------------------------------------------


def test_who_makes_one_now_gets_the_next_edition_and_stands_in_the_chain(taken, tmp_path, monkeypatch):
    monkeypatch.setattr("data.reports.making.print_report", lambda kind, given, drawings: print_of(given))
    county, office = taken.county(CODE), small.actor(taken, Role.COUNTY_OFFICE)
    make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY)
    made = prepare(taken, office, county, tmp_path, kind="daily", last=SUNDAY, lang="zh")
    row = taken.write(office, keep_report, county=county, made=made)
    assert row.edition == 2
    assert file_name(row, county) == "金东区-日报-2026-11-22-第-2-版.pdf"
    with taken.read() as session:
        event = session.scalars(select(Event).where(Event.matter == "report")).one()
        assert (event.verb, event.role) == ("make", "county_office")
        assert row.sha256 in event.facts
        assert [one.edition for one in list_reports(session, office, county, MONDAY, language="zh")] == [2, 1]


def test_a_report_can_be_made_while_one_watches_and_is_there_in_the_end(taken, tmp_path, monkeypatch):
    monkeypatch.setattr("data.reports.making.print_report", lambda kind, given, drawings: print_of(given))
    county, office = taken.county(CODE), small.actor(taken, Role.COUNTY_OFFICE)
    run = begin_report(taken, office, county, tmp_path, kind="weekly", last=None, lang="en")
    for _ in range(600):
        if run.ended_at is not None:
            break
        import time

        time.sleep(0.05)
    assert run.refusal is None
    assert newest_report(taken, office, county) is run
    with taken.read() as session:
        row = one_report(session, office, county, MONDAY, key=run.report)
    assert (row.kind, row.business_date, row.language) == ("weekly", MONDAY.date(), "en")


def test_what_cannot_be_reported_on_is_refused_in_words(taken, tmp_path):
    county, office = taken.county(CODE), small.actor(taken, Role.COUNTY_OFFICE)
    for told, code in (
        ({"kind": "yearly"}, "errors_reports.kind"),
        ({"kind": "daily", "last": date(2026, 12, 1)}, "errors_matter.day_ahead"),
    ):
        with pytest.raises(Refusal) as refused:
            prepare(taken, office, county, tmp_path, **told)
        assert refused.value.code == code
        assert refused.value.sentence("zh") != refused.value.sentence("en")


@pytest.mark.parametrize("role", [Role.TOWNSHIP_HEAD, Role.OFFICER, Role.ADMIN])
def test_a_report_of_the_whole_county_is_for_who_looks_after_all_of_it(taken, tmp_path, role):
    county = taken.county(CODE)
    with taken.read() as session, pytest.raises(Refusal) as refused:
        list_reports(session, small.actor(taken, role), county, MONDAY)
    assert refused.value.kind == "forbidden"
    with pytest.raises(Refusal):
        prepare(taken, small.actor(taken, Role.SUPERVISOR), county, tmp_path, kind="daily")


def test_an_altered_or_lost_file_is_not_given_out_and_a_page_is_drawn_again(taken, tmp_path):
    county, office = taken.county(CODE), small.actor(taken, Role.SUPERVISOR)
    make_once(taken, county, "daily", SUNDAY, tmp_path, MONDAY)
    row = reports(taken)[1]
    with taken.read() as session:
        name, content = report_file(session, office, county, MONDAY, key=row.id, folder=tmp_path)
        assert (name, content[:5]) == ("金东区-日报-2026-11-22.pdf", b"%PDF-")
        picture = report_page(session, office, county, MONDAY, key=row.id, page=1, folder=tmp_path)
        assert picture[:4] == b"\x89PNG"
        for drawn in (tmp_path / "sheets").rglob("*.png"):
            drawn.unlink()
        assert report_page(session, office, county, MONDAY, key=row.id, page=1, folder=tmp_path)[:4] == b"\x89PNG"
        with pytest.raises(Refusal) as refused:
            report_page(session, office, county, MONDAY, key=row.id, page=2, folder=tmp_path)
        assert refused.value.code == "errors_reports.no_page"
        kept = path_of(tmp_path, row.sha256)
        kept.chmod(0o640)
        kept.write_bytes(content + b" ")
        with pytest.raises(Refusal) as refused:
            report_file(session, office, county, MONDAY, key=row.id, folder=tmp_path)
        assert refused.value.code == "errors_reports.altered"
        kept.unlink()
        with pytest.raises(Refusal) as refused:
            report_file(session, office, county, MONDAY, key=row.id, folder=tmp_path)
        assert refused.value.code == "errors_reports.gone"


def test_nothing_is_made_of_a_county_without_figures(town, clock, tmp_path):
    clock.now = MONDAY
    town.submit_raw(lambda c: c.execute(delete(FigureSnapshot))).result()
    assert make_due(town, town.county(CODE), tmp_path, MONDAY) == 0
    with town.read() as session:
        assert session.scalar(select(func.count()).select_from(JobRun)) == 0
