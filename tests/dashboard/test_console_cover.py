"""The coverage layer without a browser: shares as n/d, how times are known, what a unit leaves, where a free one helps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.components import console_cover as cover
from dashboard.components.console_teams import build_candidate
from dashboard.context import visiting
from data.queries.console_lead import read_lead
from policy.text import say
from policy.travel import TravelMethod
from tests.dashboard.test_console import clock, desk, receive, town, words
from tests.data import small

__all__ = ["clock", "desk", "town"]  # fixtures


def test_the_layer_draws_the_narrow_area_over_the_wide_one_each_with_a_pattern_of_its_own(desk):
    with visiting(desk):
        drawn = cover.read_cover()["cover"]
    steps = [(area["properties"]["minutes"], area["properties"]["step"]) for area in drawn["areas"]["features"]]
    assert steps == [(15.0, "far"), (5.0, "near")]
    assert [mark["properties"]["symbol"] for mark in drawn["best"]["features"]] == ["best_place"]


def test_the_key_says_shares_as_numbers_of_numbers_and_that_times_are_estimated(desk):
    receive(desk)
    with visiting(desk):
        said = words(cover.read_cover()["panel"])
    for part in ("/4 ", "75%", "m-swatch-near", "m-swatch-far", "m-swatch-lost"):
        assert part in said, part
    assert ("估算" if desk.lang == "zh" else "Estimate") in said
    assert "二村" in said  # the best place by its name


def test_what_a_unit_leaves_uncovered_is_told_by_cells_and_names(desk):
    receive(desk)
    with visiting(desk):
        lost = cover.read_cover()["cover"]["units"]
    assert (lost["W1"]["cells"], lost["W1"]["leads"]) == ([small.VILLAGES[0]], 1)
    assert lost["E1"]["cells"] == []


def test_nothing_is_sent_again_while_nothing_changed(desk):
    with visiting(desk):
        first = cover.pull_cover(None)
        again = cover.pull_cover(first["seen"])
    assert {"cover", "panel"} <= {name for name, part in first.items() if isinstance(part, dict | list)}
    assert not any(isinstance(part, dict | list) for part in again.values())


@pytest.mark.parametrize("method", list(TravelMethod))
def test_the_minutes_of_a_candidate_say_how_they_are_known(desk, method):
    number = receive(desk)
    with desk.record.read() as session, visiting(desk):
        view = read_lead(session, desk.actor, desk.record.county(), number, desk.record.clock(), None, desk.lang)
        assert view.recommendation is not None
        best = replace(view.recommendation.candidates[0], method=method)
        assert say(f"console.minutes_how.{method.value}", desk.lang) in words(build_candidate(best, None, number))
