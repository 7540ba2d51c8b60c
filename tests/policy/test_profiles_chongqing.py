"""Yunyang and Fuling: what the two plans print, what gives way by date, and what they leave open."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from policy.loader import load_profile
from policy.profile import Profile

DAY = date(2026, 2, 12)


def codes_of(profile: Profile, key: str) -> list[str]:
    return [row["code"] for row in profile.require(key, DAY).value]


class TestChongqing:
    city = load_profile("chongqing")

    def test_it_knows_a_title_and_flags_it_as_unread(self) -> None:
        own = [v for values in self.city.values.values() for v in values if v.layer == "chongqing"]
        assert [v.key for v in own] == ["item.catalogue"]
        assert self.city.flagged(own[0])
        assert {self.city.document(code).text for code in ("CQ", "CQL")} == {"not_at_hand"}


class TestYunyang:
    county = load_profile("yunyang")

    def test_its_layers(self) -> None:
        assert self.county.chain == ("national", "chongqing", "yunyang")
        assert (self.county.short_code, self.county.division) == ("YY", "500235000000")

    @pytest.mark.parametrize(
        ("on", "share", "scenarios"),
        [
            (date(2023, 12, 31), 0.4, 10),
            (date(2024, 1, 1), 0.7, 30),
            (date(2025, 12, 31), 0.7, 30),
            (date(2026, 1, 1), 0.7, 50),
        ],
    )
    def test_later_targets_take_over_on_the_day_after_the_earlier_ones_are_due(
        self, on: date, share: float, scenarios: int
    ) -> None:
        assert self.county.require("target.F14", on).value == share
        assert self.county.require("target.F16", on).value == scenarios

    def test_each_target_is_to_be_reached_by_the_end_of_its_year(self) -> None:
        assert [v.reach_by for v in self.county.history("target.F14")] == [date(2023, 12, 31), date(2025, 12, 31)]
        assert [v.reach_by and v.reach_by.year for v in self.county.history("target.F16")] == [2023, 2025, 2027]

    def test_nothing_of_the_plan_holds_before_it_was_issued(self) -> None:
        assert self.county.get("target.F14", date(2023, 10, 26)) is None

    def test_only_entrusted_items_are_enforced_in_another_name(self) -> None:
        names = {row["code"]: row["enforced_in_name_of"] for row in self.county.require("item.kinds", DAY).value}
        assert names == {
            "statutory": "township",
            "delegated_general": "township",
            "delegated_self_selected": "township",
            "entrusted": "entrusting_organ",
        }

    def test_a_dispute_is_negotiated_then_coordinated_then_decided(self) -> None:
        ladder = [(row["organ_zh"], row["verb"]) for row in self.county.require("dispute.ladder", DAY).value]
        assert ladder == [("争议各方", "negotiate"), ("县司法局", "coordinate"), ("县政府", "decide")]

    def test_fifteen_percent_self_selected_and_a_yearly_assessment(self) -> None:
        assert self.county.require("target.F15", DAY).value == 0.15
        assert (
            self.county.require("item.assessments", DAY).value,
            self.county.require("item.assessments", DAY).unit,
        ) == (
            1,
            "per_year",
        )

    def test_where_the_plan_is_silent_there_is_no_value(self) -> None:
        for key in ("deadline.transfer", "review.threshold.citizen", "target.F01", "target.F02", "meeting.joint"):
            assert self.county.get(key, DAY) is None, key
        assert self.county.get("response.urban", DAY) is None


class TestFuling:
    district = load_profile("fuling")

    def test_its_layers(self) -> None:
        assert self.district.chain == ("national", "chongqing", "fuling")
        assert (self.district.short_code, self.district.division) == ("FL", "500102000000")

    @pytest.mark.parametrize(
        ("kind", "amount", "unit"),
        [("transfer", 5, "working_day"), ("transfer_urgent", 24, "hour"), ("transfer_answer", 5, "working_day")],
    )
    def test_the_three_periods_of_a_transfer(self, kind: str, amount: int, unit: str) -> None:
        found = self.district.require(f"deadline.{kind}", DAY)
        assert (found.value["amount"], found.value["unit"], found.clause) == (amount, unit, "FL 二(三)")

    @pytest.mark.parametrize(
        ("key", "count"),
        [
            ("sharing.kinds", 9),
            ("assistance.grounds", 4),
            ("review.triggers", 8),
            ("review.materials", 5),
            ("review.points", 9),
            ("review.opinions", 5),
            ("inspection.outcomes", 4),
        ],
    )
    def test_lists_are_as_long_as_the_notice_numbers_them(self, key: str, count: int) -> None:
        assert len(codes_of(self.district, key)) == count

    def test_hearing_amount_and_adjusted_penalty_are_derived_the_other_triggers_are_ticked(self) -> None:
        derived = [row["derived"] for row in self.district.require("review.triggers", DAY).value]
        assert [n for n, d in enumerate(derived, 1) if d] == [4, 6, 7]

    def test_the_same_amounts_for_fines_and_confiscations(self) -> None:
        for key in ("review.threshold", "review.confiscation"):
            assert self.district.require(f"{key}.citizen", DAY).value == 2000
            assert self.district.require(f"{key}.organisation", DAY).value == 20000

    def test_a_dispute_goes_straight_to_the_district_government(self) -> None:
        assert [(r["organ_zh"], r["verb"]) for r in self.district.require("dispute.ladder", DAY).value] == [
            ("区政府", "decide")
        ]
        assert self.district.require("transfer.no_onward", DAY).value is True

    def test_two_departments_are_stationed_nine_cover_areas(self) -> None:
        rows = self.district.require("sink_down.seed_modes", DAY).value
        assert Counter(row["mode"] for row in rows) == {"covering": 9, "stationed": 2}
        stationed = {row["department_zh"] for row in rows if row["mode"] == "stationed"}
        assert stationed == {"区规划自然资源局", "区城市管理局"}

    def test_nothing_holds_before_the_notice_was_published(self) -> None:
        assert self.district.get("deadline.transfer", date(2024, 1, 12)) is None

    def test_what_only_the_reform_plan_could_say_has_no_value(self) -> None:
        for key in ("target.F01", "target.F14", "target.F15", "target.F16", "meeting.joint", "inspection.random"):
            assert self.district.get(key, DAY) is None, key
        assert self.district.require("item.kinds", DAY).layer == "national"
        assert self.district.document("FLP").text == "not_at_hand"


def test_neither_plan_cites_another_county() -> None:
    others = {"JD", "LX", "CL", "ZJ", "HN"}
    for code, foreign in (("yunyang", others | {"FL"}), ("fuling", others | {"YY"})):
        values = [v for held in load_profile(code).values.values() for v in held]
        assert not {c.document for v in values for c in v.citations} & foreign


def test_what_the_two_counties_share_comes_from_the_nation_or_the_city() -> None:
    yunyang, fuling = load_profile("yunyang"), load_profile("fuling")
    for key in set(yunyang.values) - set(load_profile("national").values) - {"item.catalogue"}:
        assert all(v.layer == "yunyang" for v in yunyang.history(key))
        assert all(v.layer == "fuling" for v in fuling.history(key))
