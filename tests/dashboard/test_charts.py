"""Charts of the desks: right units, both languages, gaps and restated days, empty ones that say what to do, colours for every eye."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.charts import (  # fmt: skip
    Arrivals,
    Cell,
    Small,
    chart,
    decided,
    funnel,
    gauge,
    matrix,
    multiples,
    ratio_by_day,
    response,
)
from dashboard.charts.component import for_paper
from dashboard.charts.decided import classes
from dashboard.charts.ratio_by_day import whole
from dashboard.charts.style import PALETTES, contrast, template
from dashboard.context import Visit, visiting
from data.authority import Actor
from data.db import Record
from data.models import Base
from policy.figures.written import change, goal, number, said
from tests.dashboard.test_shell import SIGHT, _contrast, _lab
from tests.data import small

DAYS = [
    {"date": date(2026, 11, 1), "value": 0.58, "first": 0.57, "numerator": 696, "denominator": 1_200, "target": 0.6},
    {"date": date(2026, 11, 2), "value": 0.61, "first": 0.61, "numerator": 732, "denominator": 1_200, "target": 0.6},
    {"date": date(2026, 11, 5), "value": 0.62, "first": 0.62, "numerator": 744, "denominator": 1_200, "target": 0.65},
]
TOWNS = [("a", "甲镇"), ("b", "乙镇")]
CELLS = {("x", "a"): Cell(3, "驻", ("派驻 3 人",)), ("x", "b"): Cell(0), ("y", "a"): Cell(12)}


def every(lang: str, scheme: str) -> dict[str, dict]:
    """One chart of each kind with data."""
    look = {"lang": lang, "scheme": scheme}
    return {
        "gauge": gauge(0.58, target=0.6, clause="兰溪方案二(二)2", meets=False, numerator=696, denominator=1_200, **look),
        "ratio": ratio_by_day(DAYS, name="下沉率", **look),
        "matrix": matrix([("x", "住建局"), ("y", "市场监管局")], TOWNS, CELLS, **look),
        "funnel": funnel([("发现", 1_200), ("交办", 1_100), ("处置", 900)], **look),
        "decided": decided([12, 90, 90.5, 200], [30, 60], term=90, clause="PL 60", in_time=(93, 100), **look),
        "response": response([Arrivals("城区", [3, 5, 7], 4, 5, "JD"), Arrivals("其他", [9, 14], 4, 15, "JD")], **look),
        "multiples": multiples([Small(code, name, ["1", "2"], [0.4, 0.7], code == "b") for code, name in TOWNS], target=0.6, **look),
    }  # fmt: skip


def texts(made: dict) -> str:
    """Every word a chart shows."""
    found = [one["text"] for one in made["layout"].get("annotations", [])]
    for trace in made["data"]:
        for name in ("text", "customdata"):
            found += [json.dumps(trace.get(name, ""), ensure_ascii=False)]
    return " ".join(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_chart_is_one_that_plotly_knows_in_words_and_in_the_house_style(lang, scheme):
    for name, made in every(lang, scheme).items():
        go.Figure(made)  # raises for an attribute that does not exist
        assert made["layout"]["template"] is template(scheme), name
        assert not re.search(r"\b(charts|figures)\.[a-z_]+", texts(made)), name
        assert made["layout"]["height"] > 0, "its room is held before it is drawn"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(0.58, "share", "58.0%"), (12.34, "minute", "12.3 分钟"), (1280, "count", "1,280"), (0.71, "index", "0.71"), (None, "share", "—"), (3, "day", "3.0 天"), (1_500_000, "yuan", "1,500,000 元")],
)  # fmt: skip
def test_a_value_has_the_unit_of_its_measure(value, unit, words):
    assert said(value, unit, "zh") == words


def test_a_whole_target_has_no_decimals_and_a_change_says_points():
    assert goal(0.6, "share", "zh") == "60%"
    assert change(0.5, 0.581, "share", "zh") == "+8.1 个百分点"
    assert change(5, 3, "minute", "en") == "−2.0 min"
    assert change(0.5, 0.5001, "share", "zh") == ""
    assert number(0.5, "share") == "50.0%"


def test_the_gauge_has_its_target_as_a_tick_and_says_whether_it_is_met_by_what_clause():
    made = gauge(0.58, target=0.6, clause="兰溪方案二(二)2", meets=False, numerator=696, denominator=1_200)
    assert made["data"][0]["gauge"]["threshold"]["value"] == 0.6
    assert made["data"][0]["gauge"]["axis"]["range"] == [0, 1.0]
    words = texts(made)
    assert all(part in words for part in ("58.0%", "696/1,200", "未达标", "目标 60%", "兰溪方案二(二)2"))
    assert "方案未定目标" in texts(gauge(0.58)), "nothing is borrowed where the plan is silent"


def test_a_day_without_a_snapshot_is_a_gap_and_a_new_target_a_step():
    made = ratio_by_day(DAYS, name="下沉率")
    targets, values = made["data"][0], made["data"][1]
    assert values["y"] == [0.58, 0.61, None, None, 0.62]
    assert values["connectgaps"] is False
    assert targets["y"] == [0.6, 0.6, None, None, 0.65], "which target held in the gap is not made up"
    assert [note["text"] for note in made["layout"]["annotations"]] == ["目标 60%", "目标 65%"]
    assert len(whole(DAYS)) == 5


def test_a_restated_day_shows_both_values():
    made = ratio_by_day(DAYS, name="下沉率")
    held = next(trace for trace in made["data"] if trace.get("marker", {}).get("symbol") == "diamond-open")
    assert (held["x"], held["y"]) == (["2026-11-01"], [0.58])
    assert "已更正：原为 57.0%，现为 58.0%" in made["data"][1]["customdata"][0]
    assert "已更正" not in made["data"][1]["customdata"][1]


def test_the_matrix_adds_up_counts_and_leaves_blank_what_is_not_there():
    made = matrix([("x", "住建局"), ("y", "市场监管局")], TOWNS, CELLS)
    heat, inside, sums = made["data"]
    assert heat["z"] == [[3, 0], [12, None]]
    assert heat["customdata"][0][1] == ["x", "b"], "a click says which department and which township"
    assert sorted(inside["text"]) == ["0", "12", "3驻"]
    assert sums["text"] == ["3", "12", "15", "0", "15"]
    assert len(matrix([("x", "住建局")], TOWNS, {("x", "a"): Cell(0.5)}, unit="share")["data"]) == 2, (
        "shares do not add up"
    )


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_numbers_in_the_matrix_can_be_read_on_every_step(scheme):
    weak = {step: round(_contrast(contrast(scheme, step), step), 2) for step in PALETTES[scheme].choropleth}
    assert {step: ratio for step, ratio in weak.items() if ratio < 4.5} == {}


def test_the_term_stands_at_filed_to_decided_and_never_at_closure():
    made = decided([12, 90, 90.5, 200], [30, 60], term=90, clause="PL 60", in_time=(93, 100))
    assert [(shape["xref"], shape["x0"]) for shape in made["layout"]["shapes"]] == [("x", 8.5)]
    counts = classes([12, 90, 90.5, 200])
    assert (counts[1], counts[8], counts[9], counts[18]) == (1, 1, 1, 1), "the ninetieth day is in time"
    warned = [colour == PALETTES["light"].warn for colour in made["data"][0]["marker"]["color"]]
    assert warned.index(True) == 9
    assert "93.0%（93/100）" in texts(made)


def test_who_was_never_reached_counts_in_the_curve():
    made = response([Arrivals("城区", [3, 5, 7], 4, 5, "JD")])
    curve = dict(zip(made["data"][0]["x"], made["data"][0]["y"], strict=True))
    assert (curve[3], curve[5], curve[20]) == (0.25, 0.5, 0.75), "of four that were due, one was never reached"
    assert made["layout"]["shapes"][0]["x0"] == 5
    assert "5 分钟 JD" in texts(made)


def test_lines_are_told_apart_without_colour():
    made = response([Arrivals("城区", [3], 1, 5), Arrivals("其他", [9], 1, 15)])
    assert len({trace["line"]["dash"] for trace in made["data"] if trace["mode"] == "lines"}) == 2
    assert len({trace["marker"]["symbol"] for trace in made["data"] if trace["mode"] == "markers"}) == 2


def test_small_charts_share_one_scale_and_grey_those_with_few_cases():
    made = multiples(
        [Small("a", "甲镇", ["1", "2"], [0.4, None]), Small("b", "乙镇", ["1", "2"], [0.1, 0.2], few=True)]
    )
    strong, few = made["data"][0], made["data"][1]
    assert (strong["line"]["color"], few["line"]["color"]) == (PALETTES["light"].accent, PALETTES["light"].muted)
    assert strong["y"][1] is None
    assert "例数少" in texts(made)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_curves_stay_apart_for_every_eye(scheme, sight):
    p = PALETTES[scheme]
    tones = {"accent": p.accent, "on_scene": p.on_scene, "warn": p.warn, "ground": p.panel}
    near = {
        (a, b): round(float(np.linalg.norm(_lab(tones[a], sight) - _lab(tones[b], sight))), 1)
        for a, b in combinations(tones, 2)
        if {a, b} != {"accent", "on_scene"} and np.linalg.norm(_lab(tones[a], sight) - _lab(tones[b], sight)) < 20
    }
    assert near == {}, "what is told apart by colour alone; the curves of arrivals differ by dash and symbol too"


def test_names_are_never_read_as_markup():
    made = matrix([("x", "<a href='javascript:1'>甲</a>")], TOWNS, CELLS)
    assert "<a" not in json.dumps(made, ensure_ascii=False)


# -- on a page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path):
    record = Record(f"sqlite:///{tmp_path / 'test.db'}", clock=lambda: small.NOW)
    Base.metadata.create_all(record.write_engine)
    small.build(record)
    with visiting(Visit(record, Actor(None, "office"))):
        yield record
    record.close()


def test_an_empty_chart_says_so_in_the_room_it_will_have(here):
    made = chart(gauge(None), title="下沉率")
    assert "当前没有可计算的数据" in str(made)
    assert "Graph" not in str(made), "nothing is drawn and nothing can be saved"
    kept = chart(ratio_by_day([], name="下沉率"), title="下沉率", id="ratio")
    assert "Graph" in str(kept), "a callback may fill it later"


def test_a_chart_holds_its_room_and_can_be_saved_with_title_place_and_period(here):
    made = chart(ratio_by_day(DAYS, name="下沉率"), title="下沉率", note="近 30 天")
    words = str(made)
    assert words.count("'height': '240px'") == 2
    assert "data-file='金东区-下沉率-20261120'" in words
    assert "金东区 · 近 30 天" in words
    assert "aria-label" in words


def test_paper_has_a_colour_for_every_colour_of_the_screen():
    for scheme in ("light", "dark"):
        known = json.loads(for_paper(scheme))
        screen, paper = PALETTES[scheme], PALETTES["print"]
        assert known[screen.text] == paper.text
        assert {known.get(step, step) for step in screen.choropleth} == set(paper.choropleth)
