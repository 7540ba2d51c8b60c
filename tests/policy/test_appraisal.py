"""The appraisal: shares with their intervals, weights without money, places from–to, what is lacking — and nobody a person."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from policy.appraisal import Weight, appraise, of_kept, standings, weight_fault, weights_of
from policy.appraisal import as_kept as kept
from policy.errors import Refusal
from policy.figures.definitions import DEFINITIONS, Target
from policy.figures.intervals import Interval, weighted, wilson
from policy.figures.rows import FigureRow
from policy.loader import check, load_profile, profiles_dir
from policy.periods import over_before, period
from policy.vocabulary import PersonKind

ON = date(2026, 11, 20)
ARRIVAL, DONE = Weight("F07", "in_time", 3.0), Weight("F13", "done", 1.0)


def row(code: str, n: float, d: float, figure: str = "F07", measure: str = "in_time") -> FigureRow:
    kind = "township" if code else "county"
    return FigureRow(figure, measure, kind, code, n / d if d else None, n, d)


def scores(rows: list[FigureRow], *weights: Weight, goal=lambda _row: None, small: int = 10):
    return {one.code: one for one in appraise(rows, weights or (ARRIVAL,), goal, small)}


# -- intervals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    [
        (0.5, 10, 0.2366, 0.7634),
        (0.9, 100, 0.8256, 0.9448),
        (0.0, 20, 0.0, 0.1611),
        (1.0, 5, 0.5655, 1.0),
        (0.3, 0, 0, 1),
    ],
)
def test_the_interval_of_a_share_is_that_of_wilson(share: float, count: float, low: float, high: float) -> None:
    """Against the formula worked out by hand (z = 1.96)."""
    found = wilson(share, count)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_interval_of_a_sum_adds_the_distances_squared() -> None:
    found = weighted([(0.5, Interval(0.8, 0.74, 0.84)), (0.5, Interval(0.4, 0.32, 0.43))])
    assert (round(found.value, 3), round(found.low, 3), round(found.high, 3)) == (0.6, 0.55, 0.625)


# -- weights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["F19", "F19.fines", "F19.paid_in_time", "F19.simple"])
def test_money_has_no_weight(name: str) -> None:
    assert weight_fault(name, 1) == "weight_money", "PL 74"


@pytest.mark.parametrize(
    ("name", "weight", "fault"),
    [
        ("F99", 1, "weight_unknown"),
        ("F07.money", 1, "weight_unknown"),
        ("F06", 1, "weight_measure"),
        ("F24", 1, "weight_measure"),
        ("F03", 1, None),
        ("F07", 0, "weight_number"),
        ("F07", True, "weight_number"),
        ("F07", "viel", "weight_number"),
        ("F13.done", 2.5, None),
        ("F21", 1, None),
        ("F26.answered", 1, None),
    ],
)
def test_only_shares_and_scores_of_a_township_or_organ_are_weighed(
    name: str, weight: object, fault: str | None
) -> None:
    assert weight_fault(name, weight) == fault


def test_a_profile_that_weighs_money_is_refused_by_file_and_line(tmp_path: Path) -> None:
    text = (profiles_dir() / "jindong.toml").read_text("utf-8").replace("value.F07 = 2", '"value"."F19.fines" = 2')
    (tmp_path / "jindong.toml").write_text(text, "utf-8")
    for name in ("national.toml", "zhejiang.toml"):
        (tmp_path / name).write_text((profiles_dir() / name).read_text("utf-8"), "utf-8")
    assert tomllib.loads(text)
    faults = [fault for fault in check(tmp_path / "jindong.toml") if fault.key == "appraisal.weights"]
    assert len(faults) == 1
    assert "PL 74" in faults[0].sentence
    assert faults[0].line > 0


def test_jindong_weighs_by_our_defaults_and_lanxi_not_at_all() -> None:
    mine = {one.name: one.weight for one in weights_of(load_profile("jindong"), ON)}
    assert mine["F07.in_time"] == 2
    assert not any(name.startswith("F19") for name in mine)
    assert weights_of(load_profile("lanxi"), ON) == ()


def test_no_figure_counts_a_person_and_nobody_but_organs_is_appraised() -> None:
    """No points and no leaderboards for grid workers: there is no list by person that could be ranked (kpis.md)."""
    groups = {group for one in DEFINITIONS.values() for measure in one.measures for group in measure.groups}
    assert not groups & {"person", "officer", "worker", *(kind.value for kind in PersonKind)}
    person = FigureRow("F07", "in_time", "person", "07", 1.0, 20, 20)
    assert scores([person]) == {}


# -- scores ------------------------------------------------------------------------------------------------------------


def test_a_score_is_the_weighted_sum_of_how_far_each_part_is_reached() -> None:
    rows = [row("W", 40, 50), row("W", 9, 10, "F13", "done"), row("", 900, 1000)]
    found = scores(rows, ARRIVAL, DONE)["W"]
    assert [(part.figure, part.weight, part.score) for part in found.parts] == [("F07", 0.75, 0.8), ("F13", 0.25, 0.9)]
    assert found.score == pytest.approx(82.5)
    assert found.low < 82.5 < found.high


def test_a_target_counts_as_far_as_it_is_reached_and_no_further() -> None:
    goal = lambda one: Target(0.9, "JD 二(四)12")  # noqa: E731
    found = scores([row("W", 45, 100), row("E", 97, 100)], goal=goal)
    assert found["W"].score == pytest.approx(50.0)
    assert found["E"].score == pytest.approx(100.0)
    assert (found["W"].parts[0].lack, found["W"].parts[0].clause) == ("below_target", "JD 二(四)12")
    assert found["E"].lacking == ()


def test_what_is_better_when_it_is_less_counts_from_the_other_end() -> None:
    returned = Weight("F13", "returned", 1.0)
    found = scores([row("W", 10, 100, "F13", "returned"), row("E", 40, 100, "F13", "returned")], returned)
    assert (round(found["W"].score), round(found["E"].score)) == (90, 60)


def test_a_part_without_cases_leaves_its_weight_to_the_others_and_is_said() -> None:
    found = scores([row("W", 40, 50), row("W", 0, 0, "F13", "done")], ARRIVAL, DONE)["W"]
    assert found.score == pytest.approx(80.0)
    assert found.parts[1].score is None
    nothing = scores([row("W", 0, 0), row("W", 5, 10, "F13", "done")], ARRIVAL, DONE)["W"]
    assert nothing.score is None, "less than half of the weight has cases"


def test_fewer_than_ten_cases_are_grey_and_have_no_place() -> None:
    found = scores([row("W", 9, 9), row("E", 5, 10), row("N", 60, 100)])
    places = standings(list(found.values()))
    assert found["W"].few
    assert not found["E"].few
    assert places["W"].best is None
    assert places["E"].of == 2
    assert found["W"].lacking == (), "nothing is held against so few"


def test_places_are_from_to_where_intervals_overlap() -> None:
    rows = [row("A", 95, 100), row("B", 90, 100), row("C", 40, 100), row("D", 42, 100), row("E", 60, 100)]
    places = standings(list(scores(rows).values()))
    assert {code: (one.best, one.worst) for code, one in places.items()} == {
        "A": (1, 2), "B": (1, 2), "C": (4, 5), "D": (3, 5), "E": (3, 4),
    }  # fmt: skip


def test_two_that_cannot_be_told_apart_share_their_places() -> None:
    places = standings(list(scores([row("A", 9, 10), row("B", 5, 10)]).values()))
    assert (places["A"].best, places["A"].worst, places["B"].best, places["B"].worst) == (1, 2, 1, 2)


def test_what_is_lacking_is_what_lies_clearly_below_the_county() -> None:
    rows = [row("", 800, 1000), row("W", 50, 100), row("E", 76, 100)]
    found = scores(rows)
    assert [part.lack for part in found["W"].lacking] == ["below_county"]
    assert found["W"].missing == pytest.approx(30.0)
    assert found["E"].lacking == (), "76 of 100 cannot be told from 80 %"


def test_a_kept_score_comes_back_as_it_was() -> None:
    one = scores([row("W", 40, 50), row("", 800, 1000)])["W"]
    assert of_kept(one.kind, one.code, one.score, one.low, one.high, [kept(part) for part in one.parts]) == one


# -- periods -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "first", "after"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_runs_from_to(code: str, first: date, after: date) -> None:
    assert (period(code).first, period(code).after) == (first, after)


@pytest.mark.parametrize("code", ["", "2026-13", "2026-Q5", "2026-1", "26-01", "2026-Q3-01"])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(Refusal) as refused:
        period(code)
    assert refused.value.code == "errors_conduct.no_period"


def test_only_periods_that_are_over_are_offered_the_last_one_first() -> None:
    codes = over_before(ON)
    assert codes[:3] == ["2026-10", "2026-09", "2026-Q3"]
    assert "2026" not in codes
    assert "2025" in codes
