"""Many days in one pass: every number of every day is what the definition says of that day."""

from __future__ import annotations

from datetime import date, timedelta
from math import isclose

import numpy as np
import pandas as pd
import pytest

from data.figures_bulk import FIGURES, case_blocks, clock_blocks, loop_blocks
from data.figures_columns import Coded, coded, microseconds
from data.figures_day import REPEATED, touching
from data.figures_panel import Panel
from policy.figures.definitions import DEFINITIONS, compute_all
from policy.figures.scope import FigureRules, day_scope
from tests.data.figure_rows import DAYS, FIRST, frames_of

RULES = FigureRules(target_urban=5.0, target_rural=15.0)
IDS = [id_ for id_ in DEFINITIONS if id_ in FIGURES]


def columns(frame: pd.DataFrame) -> dict[str, object]:
    made: dict[str, object] = {}
    for name in frame.columns:
        plain = name.removesuffix("_code")
        made[name if name.endswith("_at") else plain] = (
            microseconds(frame[name]) if name.endswith("_at") else coded(frame[name]) if name != "fine" else None
        )
    if "fine" in frame:
        made["fine"] = (frame["fine"].astype("float64").fillna(0) * 100).round().to_numpy(dtype=np.int64)
    return made


def counted(read, rules):
    panel = Panel(FIRST, DAYS)
    made = {name: columns(frame) for name, frame in read.items()}
    source = read["leads"].set_index("lead_id")["source"]
    made["tasks"]["source"] = coded(read["tasks"]["lead_id"].map(source))
    return [
        *loop_blocks(panel, made["leads"], made["tasks"], rules),
        *case_blocks(panel, made["cases"]),
        *clock_blocks(panel, made["leads"], made["tasks"], made["deadlines"]),
    ]


def numbers(rows):
    return {
        (r.figure, r.measure, r.group_kind, r.group_code): (r.value, r.numerator, r.denominator, r.p90)
        for r in rows
        if r.group_kind not in REPEATED
    }


def alike(ours, theirs):
    assert ours.keys() == theirs.keys()
    for key, wanted in theirs.items():
        for a, b in zip(ours[key], wanted, strict=True):
            assert a == b or isclose(a, b, rel_tol=1e-9), (key, ours[key], wanted)


@pytest.mark.parametrize("seed", range(2))
def test_a_whole_span_counted_at_once_is_what_the_definitions_say_of_each_day(seed: int) -> None:
    read = frames_of(seed)
    blocks = counted(read, [RULES] * DAYS)
    for n in range(DAYS):
        theirs = numbers(compute_all(read, day_scope(FIRST + timedelta(days=n), RULES), IDS))
        alike(numbers(row for block in blocks for row in block.of_day(n)), theirs)


def test_a_plan_that_is_silent_until_a_day_has_no_arrivals_in_time_before_it() -> None:
    read, silent = frames_of(7), FigureRules()
    blocks = counted(read, [silent] * 10 + [RULES] * (DAYS - 10))
    of = [sum(1 for block in blocks if block.figure == "F07" for _ in block.of_day(n)) for n in (9, 10)]
    assert of[0] == 0 < of[1]


@pytest.mark.parametrize("seed", range(2))
def test_what_a_day_is_cut_to_says_all_that_the_whole_history_says_of_it(seed: int) -> None:
    read = frames_of(seed + 20)
    for n in range(0, DAYS, 3):
        day = FIRST + timedelta(days=n)
        scope = day_scope(day, RULES)
        alike(numbers(compute_all(touching(read, day), scope, IDS)), numbers(compute_all(read, scope, IDS)))


def test_nothing_at_all_still_has_a_row_of_the_county_for_each_day() -> None:
    read = {name: frame.iloc[:0] for name, frame in frames_of(1).items()}
    blocks = counted(read, [RULES] * DAYS)
    theirs = numbers(compute_all(read, day_scope(date(2026, 3, 5), RULES), IDS))
    alike(numbers(row for block in blocks for row in block.of_day(4)), theirs)
    assert isinstance(coded(read["leads"]["source"]), Coded)
