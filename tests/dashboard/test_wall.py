"""The wall's parts: what each says, in both languages, masked; only what changed is sent."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dash import no_update

from dashboard.components import wall_head, wall_map
from dashboard.components.wall_fit import fit_of, text_scale, too_far
from dashboard.components.wall_parts import OUTPUTS, build_parts, changes, digest, look, share_key
from dashboard.context import Visit, visiting
from dashboard.figures.by_hour import by_hour
from dashboard.figures.closure import class_of, closure
from dashboard.figures.style import PALETTES
from dashboard.figures.svg import address
from dashboard.figures.trend import trend
from dashboard.pages import wall
from data import casework
from data.authority import Actor
from data.db import Record
from data.models import Base
from data.queries.wall_rows import Daily, Named, Share, Unusual
from data.settings import Settings
from policy.text import catalogue
from policy.vocabulary import Role
from policy.zone import CHINA
from tests.data import small

LON, LAT = small.middle(0)
RED = PALETTES["wall"].alarm


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Record]:
    found = Record(f"sqlite:///{tmp_path / 'town.db'}", clock=lambda: small.NOW)
    Base.metadata.create_all(found.write_engine)
    small.build(found)
    yield found
    found.close()


@pytest.fixture
def desk(town: Record) -> Actor:
    return small.actor(town, Role.DISPATCHER)


@contextmanager
def at_the_wall(town: Record, lang: str = "zh") -> Iterator[None]:
    with visiting(Visit(town, small.actor(town, Role.WALL), lang=lang)):
        yield


def receive(town: Record, desk: Actor, **more: Any) -> str:
    facts = {"source": "public_report", "summary": "李四举报", "lon": LON, "lat": LAT, "item_code": "A1"}
    return town.write(desk, casework.receive_lead, **(facts | more)).number


def text(part: Any) -> str:
    """Everything a part says, in order."""
    if part is None or isinstance(part, bool):
        return ""
    if isinstance(part, (list, tuple)):
        return "".join(text(one) for one in part)
    return text(getattr(part, "children", None)) if hasattr(part, "to_plotly_json") else str(part)


def parts(town: Record, lang: str = "zh") -> dict[str, Any]:
    with at_the_wall(town, lang):
        return build_parts(look())


def test_every_part_has_its_place_on_the_page(town: Record) -> None:
    with at_the_wall(town):
        page = json.dumps(wall.layout(), default=lambda c: c.to_plotly_json())
        assert set(build_parts(look())) == set(OUTPUTS)
    for id_, _ in OUTPUTS.values():
        assert f'"{id_}"' in page, id_


def test_an_empty_wall_says_so_in_words(town: Record) -> None:
    shown = parts(town)
    assert "目前无突发事件" in text(shown["alarm"])
    assert "尚无日指标" in text(shown["teams"])
    assert "没有超期" in text(shown["late"])
    assert "没有在办任务" in text(shown["support"])


def test_a_new_lead_changes_only_what_it_touches(town: Record, desk: Actor) -> None:
    with at_the_wall(town):
        known = changes(None)["known"]
        assert all(value is no_update for value in changes(known).values())
        receive(town, desk)
        told = changes(known)
    changed = {name for name, value in told.items() if value is not no_update}
    assert {"counts", "newest", "leads", "hours", "known"} <= changed
    assert not changed & {"teams", "trend", "late", "support", "closure", "units", "alarm", "shift", "figures"}


def test_walls_share_an_answer_only_in_the_same_area_and_for_the_same_places(town: Record) -> None:
    body = {"state": [{"id": "wall-known", "value": {}}], "outputs": [{"id": "wall-counts", "property": "children"}]}
    moved = body | {"outputs": [{"id": "wall-late", "property": "children"}]}

    def key(asked: dict[str, Any], townships: frozenset[str] | None = None, lang: str = "zh") -> Any:
        with visiting(Visit(town, small.actor(town, Role.WALL, townships=townships), lang=lang)):
            return share_key(asked)

    east = frozenset({small.EAST})
    assert key(body) == key(json.loads(json.dumps(body)))
    assert key(body, east) == key(body, east)
    assert len({key(body), key(moved), key(body, east), key(body, frozenset({small.WEST})), key(body, lang="en")}) == 5
    assert key(body)[0] != key(body, east)[0], "also where both show the same for now"


def test_what_a_step_sends_is_small(town: Record, desk: Actor) -> None:
    with at_the_wall(town):
        known = changes(None)["known"]
        receive(town, desk)
        told = {name: value for name, value in changes(known).items() if value is not no_update}
    assert len(json.dumps(told["cells"]) if "cells" in told else "") <= 4096
    assert len(json.dumps(told, default=lambda c: c.to_plotly_json())) < 16_000


def test_the_five_counts_stand_in_their_order(town: Record, desk: Actor) -> None:
    receive(town, desk)
    said = [text(one) for one in parts(town)["counts"]]
    assert [re.match(r"\D+", one)[0] for one in said] == ["待派", "在办", "超期", "今日受理", "今日办结"]
    assert "受理已结 0/1" in said[4]


def test_an_emergency_is_told_in_one_line_and_stops_the_scenes(town: Record, desk: Actor) -> None:
    number = receive(town, desk, urgency="emergency")
    shown = parts(town)
    line = text(shown["alarm"])
    assert [
        word for word in ("突发", "10:00", "西镇", "一村", "占道经营", "尚未派单", "待调度员确认") if word not in line
    ] == []
    assert shown["scenes"]["emergency"]["waiting"]
    assert shown["scenes"]["emergency"]["key"] == f"emergency:{number}"
    town.write(desk, casework.dispatch, number=number, team_codes=["W1"])
    after = parts(town)
    assert "已派 W1队" in text(after["alarm"])
    assert "已确认" in text(after["alarm"])
    assert not after["scenes"]["emergency"]["waiting"]


def test_no_free_text_and_no_name_reaches_the_wall(town: Record, desk: Actor) -> None:
    receive(town, desk, reporter_name="李四", reporter_phone="13812345678")
    told = json.dumps(parts(town), default=lambda c: c.to_plotly_json(), ensure_ascii=False)
    assert "李四" not in told
    assert "13812345678" not in told


def test_amber_marks_a_team_below_its_target_and_the_parts_of_the_share_are_there(town: Record) -> None:
    teams = (
        Share("F02", "a", Named("市场监管", "market"), 0.6, 12, 20, 0.5, "JD 二(一)2"),
        Share("F02", "b", Named("交通运输", "transport"), 0.4, 8, 20, 0.5, "JD 二(一)2"),
    )
    with at_the_wall(town):
        state = replace(look(), daily=Daily(date(2026, 11, 19), teams))
        panel = build_parts(state)["teams"]
    rows = {text(row)[:4]: row for row in panel.children[1].children}
    assert "12/20" in text(rows["市场监管"])
    assert rows["市场监管"].className == "wall-row"
    assert "wall-row-short" in rows["交通运输"].className
    assert "▼" in text(rows["交通运输"]), "colour never stands alone"


def test_a_team_is_named_without_the_county_so_that_its_row_tells_it_apart(town: Record) -> None:
    named = Named("金东区市场监管局队伍", "Jindong market team")
    for lang, told in (("zh", "市场监管局队伍"), ("en", "market team")):
        with at_the_wall(town, lang=lang):
            shown = replace(
                look(), daily=Daily(date(2026, 11, 19), (Share("F02", "a", named, 0.6, 12, 20, 0.5, None),))
            )
            row = build_parts(shown)["teams"].children[1].children[0]
        assert row.children[0].children == told


def test_english_by_switch_leaves_no_chinese_but_names(town: Record, desk: Actor) -> None:
    receive(town, desk, urgency="emergency")
    shown = parts(town, "en")
    names = {"西镇", "一村", "占道经营", "城市", "工业区域", "甲", "年", "月"}
    for name in ("alarm", "counts", "late", "support", "legend", "hours_side", "closure_side", "response", "figures"):
        rest = text(shown[name])
        for known in names:
            rest = rest.replace(known, "")
        assert not re.findall(r"[\u4e00-\u9fff]", rest), (name, rest)


def test_both_languages_have_the_same_words() -> None:
    def keys(lang: str) -> set[str]:
        return {key for key in catalogue(lang) if key.startswith(("wall.", "map."))}

    assert keys("zh") == keys("en")


def test_a_digest_follows_the_content() -> None:
    assert digest("a") == digest("a") != digest("b")


# -- charts -----------------------------------------------------------------------------------------------------------

DAYS = [date(2026, 11, n) for n in range(1, 11)]


def drawn(svg: str, kind: str) -> list[dict[str, str]]:
    """The elements of a kind with their attributes, in the order of drawing."""
    return [
        dict(one.attrib) | {"text": one.text or ""}
        for one in ET.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{kind}")  # our own drawing
    ]


@pytest.mark.parametrize("scheme", PALETTES)
def test_charts_are_well_formed_in_every_scheme_and_take_its_colours(scheme: Any) -> None:
    low, high = [0.0] * 24, [2.0] * 24
    colours = {str(value) for value in asdict(PALETTES[scheme]).values()}
    for made in (
        by_hour([1] * 24, low, high, 10, scheme=scheme),
        trend(DAYS, [0.5] * 10, 0.5, "50%", scheme=scheme),
        closure(["0", "1"], [3, 4], 1, scheme=scheme),
    ):
        assert drawn(made, "text")
        assert set(re.findall(r"#[0-9a-f]{6}", made)) <= colours
        assert len(address(made)) < 8_000


def bars_of(counts: list[int], high: float, now_hour: int, marked: Collection[int] = ()) -> list[dict[str, str]]:
    made = by_hour(counts, [0.0] * 24, [high] * 24, now_hour, marked=marked, scheme="wall")
    return [one for one in drawn(made, "rect") if one["fill"] != PALETTES["wall"].muted]


def test_hours_to_come_have_no_bar_and_the_running_one_is_paler() -> None:
    bars = bars_of([2] * 24, 9.0, 9)
    assert len(bars) == 10
    assert [n for n, bar in enumerate(bars) if "fill-opacity" in bar] == [9]


def test_only_hours_marked_as_more_than_expected_are_red() -> None:
    counts = [0] * 24
    counts[8], counts[9] = 5, 40
    assert [bar["fill"] for bar in bars_of(counts, 2.0, 20, marked={8})] == [RED, PALETTES["wall"].accent]


def test_what_is_more_than_expected_is_said_as_that_with_what_is_usual(town: Record) -> None:
    marks = (
        Unusual("cell", small.WEST, Named("西镇", "West"), 9, 2.1),
        Unusual("hour", "2026-11-20T08", Named("08:00–09:00", "08:00–09:00"), 11, 1.0),
    )
    with at_the_wall(town):
        shown = build_parts(replace(look(), anomalies=marks))
    assert text(shown["hours_side"]) == "▲ 多于预期：西镇 9 件（常态 2.1），另有 1 项"
    assert "西镇 9 件（常态 2.1）" in text(shown["alarm"])


# -- letters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("height", "distance", "scale", "fit"),
    [(2.0, 8.0, 1.0, "full"), (1.92, 8.0, 1.0, "full"), (2.0, 9.0, 1.08, "full"), (2.0, 11.0, 1.32, "lean"), (2.0, 16.0, 1.92, "bare"), (1.0, 20.0, 2.0, "bare")],
)  # fmt: skip
def test_letters_grow_with_the_distance_and_shrink_with_the_height(
    height: float, distance: float, scale: float, fit: str
) -> None:
    assert text_scale(height, distance) == scale
    assert fit_of(text_scale(height, distance)) == fit
    assert too_far(height, distance) == (height == 1.0)


@pytest.mark.parametrize("distance", [8.0, 9.0, 11.0, 12.5, 16.0])
def test_a_character_is_never_smaller_than_the_distance_divided_by_250(distance: float) -> None:
    units = 18 * text_scale(2.0, distance)
    assert units / 1080 * 2.0 >= distance / 250 - 1e-9


def test_a_wall_that_cannot_be_read_says_so(town: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall_head, "settings", lambda: Settings(wall_height_m=1.0, wall_distance_m=20.0))
    with at_the_wall(town):
        assert "画面高 1 米，在 20 米处看不清" in text(wall_head.header(look()))


# -- scenes and voice -------------------------------------------------------------------------------------------------


def test_a_region_and_a_township_are_framed_on_their_own_layer(town: Record, desk: Actor) -> None:
    receive(town, desk, urgency="urgent")
    found = {scene["kind"]: scene for scene in parts(town)["scenes"]["scenes"]}
    assert (found["region"]["layer"], found["region"]["focus"]) == ("wall-map-focus-1", "330703R1")
    assert (found["township"]["layer"], found["township"]["focus"]) == ("wall-map-focus-2", small.WEST)
    assert "focus" not in found["county"]
    with at_the_wall(town):
        page = json.dumps(wall.layout(), default=lambda c: c.to_plotly_json())
    assert all(f'"{layer}"' in page for layer in ("wall-map-focus-1", "wall-map-focus-2"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_emergency_has_a_spoken_line_unless_the_administrator_wants_none(
    town: Record, desk: Actor, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(town, desk, urgency="emergency")
    said = parts(town, lang)["scenes"]["emergency"]["spoken"]
    assert said == (
        "突发事件：西镇 一村，占道经营。尚未派单。请调度员确认。"
        if lang == "zh"
        else "Emergency: 西镇 一村, 占道经营. Nobody has been sent. A dispatcher must acknowledge it."
    )
    monkeypatch.setattr(wall_map, "settings", lambda: Settings(wall_voice=False))
    with at_the_wall(town, lang):
        assert wall_map.scene_data(look())["emergency"]["spoken"] == ""


def test_the_numbers_of_the_hours_stand_on_their_bars() -> None:
    counts = [0] * 24
    counts[3], counts[7] = 1200, 4
    words = [one["text"] for one in drawn(by_hour(counts, [0.0] * 24, [1.0] * 24, 20), "text")]
    assert words[:2] == ["1,200", "4"]
    assert words[2:] == [f"{h:02d}" for h in range(0, 24, 3)]


def test_a_trend_without_days_or_target_is_empty_not_broken() -> None:
    made = trend([], [], None)
    assert drawn(made, "polyline") == drawn(made, "text") == []


def test_a_higher_share_is_drawn_higher_and_the_target_between() -> None:
    made = trend([date(2026, 1, 1), date(2026, 1, 2)], [0.4, 0.6], 0.5, "50%")
    goal, values = ([float(p.split(",")[1]) for p in one["points"].split()] for one in drawn(made, "polyline"))
    assert values[0] > goal[0] > values[1]


def test_words_of_a_chart_are_escaped() -> None:
    assert "&lt;b&gt;" in trend(DAYS, [0.5] * 10, 0.5, "<b>")


def test_the_class_of_the_median_is_the_one_that_holds_it() -> None:
    assert [class_of((0.0, 1.0, 4.0), value) for value in (None, 0.5, 1.0, 99.0)] == [None, 0, 1, 2]


def test_times_on_the_wall_are_those_of_shanghai(town: Record, desk: Actor) -> None:
    receive(town, desk)
    assert "10:00" in text(parts(town)["newest"])
    assert small.NOW.astimezone(CHINA).hour == 10
    assert datetime.now(CHINA).utcoffset() == timedelta(hours=8)
