"""One definition for page, API, snapshot and export: what it promises is what is computed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from policy.errors import Refusal
from policy.figures.definitions import DEFINITIONS, Target, clauses, compute, compute_all, definition, meets
from policy.figures.frames import COLUMNS, empty, require_columns
from policy.figures.rows import FigureRow
from policy.figures.scope import Counting, FigureRules, day_scope, rules_of
from policy.loader import load_profile
from policy.schema import KEYS
from policy.text import LANGUAGES, catalogue, has, say
from tests.policy.figures import (
    test_between,
    test_case_times,
    test_force,
    test_inspections,
    test_item_use,
    test_loop,
    test_penalties,
    test_reach,
    test_recorded,
    test_response,
    test_review,
    test_staffing,
    test_workload,
)
from tests.policy.figures.made import at

ON = date(2026, 3, 2)
FRAMES = {
    **test_staffing.F05,
    **test_item_use.FRAMES,
    **test_inspections.FRAMES,
    "training": test_staffing.TRAINING,
    "communities": test_staffing.VILLAGES,
    "villages": test_staffing.VILLAGES,
    "village_officers": test_staffing.NAMED,
    "coverage": test_reach.CELLS,
    "patrols": test_reach.PATROLS,
    "cases": test_case_times.CASES,
    "deadlines": test_recorded.DEADLINES,
    "transfers": test_recorded.TRANSFERS,
    "meetings": test_between.MEETINGS,
    "steps": test_between.STEPS,
    "assistance": test_between.ASSISTANCE,
    "reviews": test_review.REVIEWS,
    "file_reviews": test_review.FILES,
    "cards": test_penalties.CARDS,
    "scenarios": test_item_use.SCENARIOS,
    "people": test_force.PEOPLE,
    "postings": test_force.POSTINGS,
    "leads": test_loop.LEADS,
    "tasks": test_response.TASKS,
    "teams": test_workload.TEAMS,
    "shifts": test_workload.SHIFTS,
}
RULES = FigureRules(target_urban=5, target_rural=15, patrol_days=7, repeat_days=30, best_files=2, worst_files=2)
SCOPE = replace(day_scope(ON, RULES), now=at("2026-03-31 12:00").to_pydatetime(), end=at("2026-04-01").to_pydatetime())


@pytest.mark.parametrize("id_", list(DEFINITIONS))
def test_all_26_are_here(id_: str) -> None:
    assert list(DEFINITIONS) == [f"F{n:02d}" for n in range(1, 27)]
    assert set(DEFINITIONS[id_].sources) | set(DEFINITIONS[id_].adds) <= set(COLUMNS)


@pytest.mark.parametrize("id_", list(DEFINITIONS))
def test_what_is_computed_is_what_is_defined(id_: str) -> None:
    known = definition(id_)
    rows = compute(id_, FRAMES, SCOPE)
    assert rows
    for row in rows:
        assert row.figure == id_
        assert row.group_kind in known.measure(row.measure).groups
        assert row.numerator is not None
        assert row.denominator is not None
    assert {row.measure for row in rows} == {m.id for m in known.measures}
    keys = [(r.measure, r.group_kind, r.group_code) for r in rows]
    assert len(set(keys)) == len(keys)  # one row a key: a snapshot can hold them
    json.dumps([row.as_dict() for row in rows])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_measure_unit_and_group_has_its_words(lang: str) -> None:
    expected = set()
    for known in DEFINITIONS.values():
        assert known.name(lang) != known.formula(lang)
        expected |= {f"figures.{known.id}.name", f"figures.{known.id}.formula"}
        for measure in known.measures:
            assert known.measure_name(measure.id, lang)
            assert say(f"figures.unit.{measure.unit}", lang)
            assert all(has(f"figures.group.{kind}", lang) for kind in measure.groups)
            expected.add(f"figures.{known.id}.measure.{measure.id}")
    assert {k for k in catalogue(lang) if k.startswith("figures.F")} == expected


def test_profile_keys_exist() -> None:
    for known in DEFINITIONS.values():
        of_measures = {key for one in known.measures for key in (*one.rests_on, known.target_key_of(one.id)) if key}
        assert {known.target_key, *known.rests_on, *of_measures} <= set(KEYS)


def test_rules_and_clauses_of_jindong() -> None:
    jindong = load_profile("jindong")
    rules = rules_of(jindong, ON)
    assert (rules.target_urban, rules.target_rural) == (5, 15)
    assert rules.counting == Counting()
    assert clauses("F07", jindong, ON) == ("JD 二(四)12",)
    assert clauses("F02", jindong, ON) == ("JD 二(一)2",)
    assert clauses("F09", jindong, ON) == ()


def test_an_unknown_figure_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refusal) as refusal:
        compute("F99", FRAMES, SCOPE)
    assert "F01" in refusal.value.sentence("zh")
    with pytest.raises(KeyError):
        definition("F01").measure("nothing")


def test_only_figures_with_their_frames_are_computed() -> None:
    rows = compute_all({"tasks": FRAMES["tasks"]}, SCOPE)
    assert {row.figure for row in rows} == {"F07"}


def test_frames_of_some_rows_give_what_all_figures_of_a_day_give() -> None:
    assert {row.figure for row in compute_all(FRAMES, SCOPE)} == set(DEFINITIONS)
    assert {row.figure for row in compute_all({"cases": FRAMES["cases"]}, SCOPE, ["F10", "F19"])} == {"F19"}
    assert compute_all({name: empty(name) for name in COLUMNS}, SCOPE)  # empty frames are no fault anywhere


def test_reaching_a_target() -> None:
    def row(figure: str, value: float | None) -> FigureRow:
        return FigureRow(figure, definition(figure).headline.id, "county", "", value, 1, 2)

    goal = Target(0.6, "LX 二(二)2")
    assert meets(row("F01", 0.6), goal) is True
    assert meets(row("F01", 0.599), goal) is False
    assert meets(row("F10", 0.5), goal) is True  # shorter is better
    assert meets(row("F01", None), goal) is None
    assert meets(row("F01", 0.6), None) is None


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="frame tasks: columns missing: arrived_at"):
        compute("F07", {"tasks": FRAMES["tasks"].drop(columns="arrived_at")}, SCOPE)


def test_moments_without_a_zone_are_refused_and_other_zones_converted() -> None:
    naive = FRAMES["shifts"].assign(starts_at=pd.Timestamp("2026-03-02"))
    with pytest.raises(ValueError, match="starts_at has moments without a time zone"):
        require_columns(naive, "shifts")
    local = FRAMES["shifts"].assign(starts_at=FRAMES["shifts"]["starts_at"].dt.tz_convert("Asia/Shanghai"))
    assert require_columns(local, "shifts")["starts_at"].equals(FRAMES["shifts"]["starts_at"])


def test_objects_from_a_database_without_rows_are_typed() -> None:
    for name, columns in COLUMNS.items():
        assert list(empty(name).columns) == list(columns)
    nothing_yet = FRAMES["tasks"].assign(arrived_at=pd.Series([None] * len(FRAMES["tasks"]), dtype=object))
    assert compute("F07", {"tasks": nothing_yet}, SCOPE)[0].numerator == 0
