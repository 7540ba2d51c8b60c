"""Henan, Lanxi and Chengliu: what their texts say, and that nothing is filled in where they are silent."""

from __future__ import annotations

from datetime import date

import pytest

from policy.library import library, squeeze
from policy.loader import load_profile
from policy.profile import Profile

DAY = date(2026, 2, 12)
LANXI = load_profile("lanxi")
CHENGLIU = load_profile("chengliu")
HENAN = load_profile("henan")


def codes_of(profile: Profile, key: str) -> list[str]:
    return [row["code"] for row in profile.require(key, DAY).value]


def own(profile: Profile) -> list[str]:
    return [key for key, held in profile.values.items() if any(v.layer == profile.code for v in held)]


class TestLanxi:
    def test_its_layers_and_its_day(self) -> None:
        assert (LANXI.chain, LANXI.short_code) == (("national", "zhejiang", "lanxi"), "LX")
        plan = [key for key in own(LANXI) if key != "remedies.reconsideration_organ"]  # the law's, since it was revised
        assert all(v.valid_from == date(2022, 7, 8) for key in plan for v in LANXI.history(key) if v.layer == "lanxi")
        assert LANXI.document("LX").status == "in_force"

    def test_sixty_per_cent_of_the_citys_force_and_no_share_of_a_single_team(self) -> None:
        found = LANXI.require("target.F01", DAY)
        assert (found.value, found.unit, found.clause) == (0.6, "share", "LX 二(二)2")
        assert LANXI.get("target.F02", DAY) is None
        assert LANXI.get("sink_down.team_share", DAY) is None

    def test_181n(self) -> None:
        assert [row.get("count") for row in LANXI.require("team.parts", DAY).value] == [1, 8, 1, None]

    def test_captain_two_deputies_and_three_offices(self) -> None:
        assert codes_of(LANXI, "team.posts") == ["captain", "executive_deputy", "deputy"]
        assert codes_of(LANXI, "team.offices") == ["enforcement_office", "command_room", "legal_review_room"]

    def test_seven_kinds_of_penalty_stay_with_the_city_and_an_ordinary_fine_does_not(self) -> None:
        kept = LANXI.require("item.reserved_penalties", DAY).value
        assert len(kept) == 7
        assert not {"fine", "warning", "confiscate_gains", "suspend_permit"} & set(kept)

    def test_the_office_designates_between_department_and_township_and_coordinates_the_rest_after_talks(self) -> None:
        ladder = LANXI.require("dispute.ladder", DAY).value
        steps = [(row["scope"], row["verb"]) for row in ladder]
        assert steps == [
            ("penalty_jurisdiction", "designate"),
            ("other_dispute", "negotiate"),
            ("other_dispute", "coordinate"),
        ]

    def test_a_joint_meeting_every_half_year(self) -> None:
        assert LANXI.require("meeting.joint", DAY).value == 1
        terms = LANXI.require("deadline.joint_meeting", DAY).value
        assert (terms["amount"], terms["unit"]) == (6, "month")

    def test_the_loop_of_five_in_the_plans_order(self) -> None:
        names = [row["name_zh"] for row in LANXI.require("loop.stages", DAY).value]
        assert names == ["发现", "交办", "处置", "反馈", "考核评价"]

    @pytest.mark.parametrize(
        "key",
        ["response.urban", "deadline.transfer", "deadline.transfer_answer", "review.threshold.citizen", "cards",
         "item.assessments", "equipment.vehicles", "training.per_year", "village_officer.share", "appraisal.weights"],
    )  # fmt: skip
    def test_where_it_is_silent_it_has_no_value(self, key: str) -> None:
        assert LANXI.get(key, DAY) is None

    def test_legal_review_is_for_the_cases_the_law_lists(self) -> None:
        assert LANXI.require("review.required", DAY).value == "listed"


class TestChengliu:
    def test_its_layers_and_its_day(self) -> None:
        assert (CHENGLIU.chain, CHENGLIU.division) == (("national", "henan", "chengliu"), "419001103000")
        days = {v.valid_from for key in own(CHENGLIU) for v in CHENGLIU.history(key) if v.layer == "chengliu"}
        assert days == {date(2021, 9, 1)}

    def test_the_mayor_above_and_the_brigades_head_at_the_first_level(self) -> None:
        assert CHENGLIU.require("grid.general_head", DAY).value["name_zh"] == "镇人民政府镇长"
        levels = CHENGLIU.require("grid.levels", DAY).value
        assert "大队长" in levels[0]["head_zh"]
        assert all("head_zh" not in level for level in levels[1:])

    def test_four_squadrons_each_with_its_domains(self) -> None:
        domains = {row["code"]: tuple(row["domains"]) for row in CHENGLIU.require("squadron.domains", DAY).value}
        assert domains == {
            "first": ("natural_resources", "city_management"),
            "second": ("environment", "safety_management"),
            "third": ("market_supervision", "culture_market"),
            "fourth": ("emergency_management", "fire_safety"),
        }

    def test_a_field_of_items_goes_to_one_squadron_only(self) -> None:
        fields = [name for row in CHENGLIU.require("squadron.domains", DAY).value for name in row["fields_zh"]]
        assert len(fields) == len(set(fields))

    def test_finding_before_filing_and_review_of_every_ordinary_case(self) -> None:
        assert CHENGLIU.require("case.finding", DAY).value == "before_filing"
        assert CHENGLIU.require("review.required", DAY).value == "every_ordinary"
        assert codes_of(CHENGLIU, "case.filing_steps") == [
            "finding",
            "arrange",
            "proposal",
            "approval_form",
            "decision",
        ]

    def test_who_inspects_is_not_who_penalises(self) -> None:
        organs = {row["act"]: row["organ_zh"] for row in CHENGLIU.require("acts.by_kind", DAY).value}
        assert "机关各部门" in organs["inspect"]
        assert "大队" in organs["penalise"]
        assert organs["penalise"] == organs["compel"]

    def test_two_vehicles_of_which_one_a_pickup(self) -> None:
        assert CHENGLIU.require("equipment.vehicles", DAY).value == 2
        assert CHENGLIU.require("equipment.pickups", DAY).value == 1

    def test_a_grid_worker_without_certificate_handles_nothing(self) -> None:
        may = set(CHENGLIU.require("grid_worker.may", DAY).value)
        assert may == {"look", "patrol", "report"}

    def test_one_training_and_examination_a_year_and_only_certified_people(self) -> None:
        assert CHENGLIU.require("training.per_year", DAY).value == 1
        assert CHENGLIU.require("officers.certificate_required", DAY).clause == "CL 第十五条"

    @pytest.mark.parametrize(
        "key",
        ["target.F01", "target.F02", "target.F23", "response.urban", "response.other", "deadline.transfer",
         "meeting.joint", "item.reserved_penalties", "team.parts", "sink_down.force_share", "item.assessments"],
    )  # fmt: skip
    def test_where_it_is_silent_it_has_no_value(self, key: str) -> None:
        assert CHENGLIU.get(key, DAY) is None


class TestHenan:
    def test_disputes_are_negotiated_then_coordinated_then_decided(self) -> None:
        assert [row["verb"] for row in HENAN.require("dispute.ladder", DAY).value] == [
            "negotiate",
            "coordinate",
            "decide",
        ]

    def test_four_grounds_for_assistance_and_a_refusal_needs_reasons(self) -> None:
        assert len(HENAN.require("assistance.grounds", DAY).value) == 4
        assert "with_reasons" in HENAN.require("assistance.refusal", DAY).value

    def test_the_province_holds_for_the_town_where_its_plan_is_silent(self) -> None:
        assert CHENGLIU.require("assistance.grounds", DAY).layer == "henan"


def test_twenty_five_documents_by_name_are_our_own_choice() -> None:
    found = load_profile("national").require("documents.list", DAY)
    assert (len(found.value), found.basis) == (25, "ours")
    assert len({row["name_zh"] for row in found.value}) == 25


@pytest.mark.parametrize(
    ("profile", "document", "key"),
    [
        (LANXI, "LX", "loop.stages"),
        (LANXI, "LX", "loop.patrol_stages"),
        (LANXI, "LX", "team.offices"),
        (CHENGLIU, "CL", "loop.stages"),
        (CHENGLIU, "CL", "case.course"),
        (CHENGLIU, "CL", "record.stages"),
        (CHENGLIU, "CL", "procedure.internal_rules"),
    ],
)
def test_names_in_a_list_stand_in_the_clause_that_is_cited(profile: Profile, document: str, key: str) -> None:
    found = profile.require(key, DAY)
    text = "".join(squeeze(library().article(document, c.clause).text) for c in found.citations)
    assert found.layer == profile.code
    for row in found.value:
        assert squeeze(row["name_zh"]) in text
