"""Scenarios of drills as they ship and as an office writes them; how an expected step comes out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.drill.loading import known_scenarios, load_scenario
from policy.drill import Expectation, counts, expectations_of, judge, read_scenario, told_of
from policy.errors import Refusal
from policy.vocabulary_patrol import Expected, Found, InjectKind

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "name_zh": "演练", "name_en": "Drill", "about_zh": "—", "about_en": "—", "place": "edge", "minutes": 30,
    "inject": [{"minute": 0, "kind": "news", "words": "开始"}],
}  # fmt: skip


@pytest.mark.parametrize("name", ["fire", "flood", "gas"])
def test_each_scenario_has_alarms_news_and_a_team_that_drops_out(name: str) -> None:
    found = load_scenario(name)
    assert {one.kind for one in found.injects} == set(InjectKind)
    assert any(Expected.ARRIVED in [step.step for step in one.expect] for one in found.injects)
    assert name in known_scenarios()
    for one in found.injects:
        assert expectations_of(told_of(one)) == one.expect


@pytest.mark.parametrize(
    "change",
    [
        {"place": "moon"},
        {"inject": []},
        {"minutes": None},
        {"inject": [{"minute": 9, "kind": "news", "words": "a"}, {"minute": 1, "kind": "news", "words": "b"}]},
        {"inject": [{"minute": 99, "kind": "news", "words": "too late"}]},
        {"inject": [{"minute": 0, "kind": "lead", "words": "no source"}]},
        {"inject": [{"minute": 0, "kind": "news", "words": " "}]},
        {"inject": [{"minute": 0, "kind": "news", "words": "x", "colour": "red"}]},
        {"inject": [{"minute": 0, "kind": "news", "words": "x", "expect": [{"step": "flown"}]}]},
    ],
)
def test_a_wrong_scenario_is_refused_in_words(change: dict[str, Any]) -> None:
    assert read_scenario("own", GOOD).minutes == 30
    with pytest.raises(Refusal) as told:
        read_scenario("own", GOOD | change)
    assert "own" in told.value.sentence("zh")


def test_an_office_reads_its_own_file(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("name_zh = ", "utf-8")
    for name in (str(file), "nowhere", str(tmp_path / "none.toml")):
        with pytest.raises(Refusal):
            load_scenario(name)


def test_a_step_is_in_time_late_or_missed() -> None:
    within = Expectation(Expected.CALLED_OUT, ("fire",), 5)
    own = Expectation(Expected.ARRIVED)
    due = NOON + timedelta(minutes=15)
    outcomes = [
        judge(within, NOON, NOON + timedelta(minutes=5), None),
        judge(within, NOON, NOON + timedelta(minutes=6), None),
        judge(own, NOON, NOON + timedelta(minutes=15), due),
        judge(own, NOON, due + timedelta(seconds=1), due),
        judge(own, NOON, None, due),
        judge(own, NOON, NOON + timedelta(hours=9), None),
    ]
    timely, late, missed = Found.IN_TIME, Found.LATE, Found.MISSED
    assert [one.found for one in outcomes] == [timely, late, timely, late, missed, timely]
    assert counts(outcomes) == {"in_time": 3, "late": 2, "missed": 1}
    assert (outcomes[0].seconds, outcomes[4].seconds) == (300, None)
