"""A profile answers by key and day, nearest layer first, and borrows nothing."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from policy.errors import Refusal
from policy.loader import load_profile

DAY = date(2026, 2, 12)

NATION = """
[profile]
code = "nation"
short_code = "N"
name_zh = "国家"
name_en = "Nation"
level = "national"

[[value]]
key = "officers.minimum"
value = 2
unit = "count"
from = 2021-07-15
cite = { doc = "PL", clause = "42", quote = "执法人员不得少于两人" }

[[value]]
key = "lead.assign.normal"
value = 30
unit = "minute"
from = 2021-07-15
basis = "ours"
"""

COUNTY = """
[profile]
code = "county"
short_code = "C"
name_zh = "某县"
name_en = "County"
level = "plan"
parent = "nation"

[documents.PLAN]
title_zh = "某县方案"
status = "draft"
text = "not_at_hand"

[[value]]
key = "lead.assign.normal"
value = 20
unit = "minute"
from = 2024-01-01
to = 2025-12-31
cite = { doc = "PLAN", clause = "二" }

[[value]]
key = "target.F14"
value = 0.4
unit = "share"
from = 2023-10-27
by = 2023-12-31
cite = { doc = "PLAN", clause = "一" }

[[value]]
key = "target.F14"
value = 0.7
unit = "share"
from = 2024-01-01
by = 2025-12-31
cite = { doc = "PLAN", clause = "一" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nation.toml").write_text(NATION, "utf-8")
    (tmp_path / "county.toml").write_text(COUNTY, "utf-8")
    return tmp_path


def test_the_nearer_layer_overrides_while_it_is_valid(folder: Path) -> None:
    county = load_profile("county", folder)
    assert county.require("lead.assign.normal", date(2024, 6, 1)).value == 20
    assert county.require("lead.assign.normal", date(2024, 6, 1)).layer == "county"


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2026, 1, 1)])
def test_before_and_after_its_validity_the_farther_layer_speaks_again(folder: Path, day: date) -> None:
    found = load_profile("county", folder).require("lead.assign.normal", day)
    assert (found.value, found.layer, found.basis) == (30, "nation", "ours")


def test_a_later_value_supersedes_the_earlier_on_the_day_it_begins(folder: Path) -> None:
    county = load_profile("county", folder)
    assert county.require("target.F14", date(2023, 12, 31)).value == 0.4
    assert county.require("target.F14", date(2024, 1, 1)).value == 0.7
    assert [v.value for v in county.history("target.F14")] == [0.4, 0.7]
    assert county.history("target.F14")[0].valid_to == date(2023, 12, 31)
    assert county.history("target.F14")[1].reach_by == date(2025, 12, 31)


def test_a_silent_plan_has_no_value_and_the_refusal_names_key_day_and_county(folder: Path) -> None:
    county = load_profile("county", folder)
    assert county.get("sink_down.force_share", DAY) is None
    with pytest.raises(Refusal) as refused:
        county.require("sink_down.force_share", DAY)
    for part in ("某县", "sink_down.force_share", "2026-02-12"):
        assert part in refused.value.sentence("zh")


def test_no_value_holds_before_the_law_that_gives_it(folder: Path) -> None:
    county = load_profile("county", folder)
    assert county.get("officers.minimum", date(2021, 7, 14)) is None
    with pytest.raises(Refusal) as refused:
        county.require("officers.minimum", date(2021, 7, 14))
    assert "PL 42" in refused.value.sentence("zh")
    assert "holds from 2021-07-15" in refused.value.sentence("en")
    assert "neither" not in refused.value.sentence("en")


def test_what_rests_on_a_draft_or_a_missing_text_is_flagged(folder: Path) -> None:
    county = load_profile("county", folder)
    planned, national = county.require("target.F14", DAY), county.require("officers.minimum", DAY)
    assert (county.drafted(planned), county.flagged(planned)) == (True, True)
    assert (county.drafted(national), county.flagged(national)) == (False, False)


def test_the_digest_changes_with_any_value_and_only_then(folder: Path, tmp_path: Path) -> None:
    first = load_profile("county", folder).digest
    other = tmp_path / "again"
    other.mkdir()
    (other / "nation.toml").write_text(NATION.replace("value = 30", "value = 31"), "utf-8")
    (other / "county.toml").write_text(COUNTY, "utf-8")
    same = tmp_path / "same"
    same.mkdir()
    (same / "nation.toml").write_text(NATION, "utf-8")
    (same / "county.toml").write_text(COUNTY, "utf-8")
    assert load_profile("county", other).digest != first
    assert load_profile("county", same).digest == first


def test_values_cannot_be_changed() -> None:
    found = load_profile("jindong").require("grid.levels", DAY)
    with pytest.raises(TypeError):
        found.value[0]["name_zh"] = "别的"
    with pytest.raises(FrozenInstanceError):
        found.key = "other"  # type: ignore[misc]


def test_as_dict_is_plain_data_with_citations(folder: Path) -> None:
    plain = load_profile("county", folder).as_dict(DAY)
    officers = plain["values"]["officers.minimum"]
    assert (officers["value"], officers["unit"], officers["valid_from"]) == (2, "count", "2021-07-15")
    assert officers["citations"][0] == {"document": "PL", "clause": "42", "quote": "执法人员不得少于两人"}
    assert plain["documents"]["PLAN"]["status"] == "draft"
    assert plain["values"]["lead.assign.normal"]["value"] == 30


def test_a_clause_cited_for_several_sentences_is_named_once() -> None:
    triggers = load_profile("fuling").require("review.triggers", DAY)
    assert len(triggers.citations) > 1
    assert triggers.clause == "FL 二(四)"
