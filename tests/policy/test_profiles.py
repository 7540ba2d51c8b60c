"""The profiles that ship: sound, quoted word by word, and faithful to what the plans print."""

from __future__ import annotations

import time
import tomllib
from collections import Counter
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from policy import loader, profile_file
from policy.deadlines import key_of
from policy.library import library
from policy.loader import check, codes, load_profile, profiles_dir
from policy.profile import Profile, thaw
from policy.schema import DEADLINE_KINDS, KEYS
from policy.schema_json import json_schema
from policy.schema_table import schema_text, with_table
from policy.text import has
from policy.vocabulary import Urgency

DAY = date(2026, 2, 12)


@pytest.fixture(params=codes())
def profile(request: pytest.FixtureRequest) -> Profile:
    return load_profile(request.param)


def test_no_profile_has_a_fault_and_every_quotation_stands_in_its_clause() -> None:
    faults = check()
    assert not faults, "\n".join(map(str, faults))


def test_the_template_is_sound() -> None:
    assert check(profiles_dir() / "template.toml") == []


def test_every_clause_that_is_cited_resolves_or_its_text_is_not_at_hand(profile: Profile) -> None:
    texts = library()
    for values in profile.values.values():
        for cite in (c for value in values for c in value.citations):
            if profile.documents[cite.document].text == "at_hand":
                assert texts.article(cite.document, cite.clause).text
                assert cite.quote


def test_short_codes_are_unique() -> None:
    shorts = [load_profile(code).short_code for code in codes()]
    assert len(set(shorts)) == len(shorts)


def test_every_declared_key_says_what_it_means_in_both_languages() -> None:
    missing = [(name, lang) for name in KEYS for lang in ("zh", "en") if not has(f"policy.key.{name}", lang)]
    assert missing == []


def test_events_and_stops_of_every_deadline_have_names(profile: Profile) -> None:
    for kind in DEADLINE_KINDS:
        for value in profile.history(key_of(kind)):
            terms = value.value
            for name in (
                f"event.{terms['start']}",
                f"event.{terms['end']}",
                *(f"stop.{s}" for s in terms.get("stops", ())),
            ):
                assert has(f"policy.{name}", "zh"), (kind, name)
                assert has(f"policy.{name}", "en"), (kind, name)


def test_what_is_generated_from_the_keys_is_up_to_date() -> None:
    page = (profiles_dir().parents[1] / "docs" / "policy.md").read_text("utf-8")
    assert page == with_table(page), "run: python -m policy.schema_table"
    assert (profiles_dir() / "profile.schema.json").read_text("utf-8") == schema_text(), (
        "run: python -m policy.schema_table"
    )


@pytest.mark.parametrize("code", [*codes(), "template"])
def test_the_schema_for_editors_accepts_what_the_loader_accepts(code: str) -> None:
    tree = tomllib.loads((profiles_dir() / f"{code}.toml").read_text("utf-8"))
    assert list(Draft202012Validator(json_schema()).iter_errors(thaw(tree))) == []


def test_the_schema_for_editors_refuses_a_wrong_unit_and_an_unknown_key() -> None:
    tree = tomllib.loads((profiles_dir() / "template.toml").read_text("utf-8"))
    validator = Draft202012Validator(json_schema())
    tree["value"][0]["unit"] = "minute"
    assert list(validator.iter_errors(thaw(tree)))
    tree["value"][0] |= {"unit": "share", "key": "sink_down.everything"}
    assert list(validator.iter_errors(thaw(tree)))


def test_all_profiles_load_within_three_tenths_of_a_second_of_work() -> None:
    def loaded() -> float:
        for cached in (loader.load_profile, loader._chain_of_parent, profile_file._read):
            cached.cache_clear()
        begun = time.thread_time()
        for code in codes():
            load_profile(code)
        return time.thread_time() - begun

    library()
    assert min(loaded() for _ in range(3)) < 0.3


class TestNational:
    nation = load_profile("national")

    def test_two_officers(self) -> None:
        found = self.nation.require("officers.minimum", DAY)
        assert (found.value, found.clause, found.basis) == (2, "PL 42", "law")

    def test_defaults_of_ours_cite_nothing_and_say_so(self) -> None:
        for urgency, assign, accept in ((Urgency.NORMAL, 30, 30), (Urgency.URGENT, 15, 2), (Urgency.EMERGENCY, 2, 1)):
            found = self.nation.require(f"lead.assign.{urgency}", DAY)
            assert (found.value, found.unit, found.basis, found.citation) == (assign, "minute", "ours", None)
            assert self.nation.require(f"task.accept.{urgency}", DAY).value == accept

    def test_no_limit_of_another_county_is_a_default(self) -> None:
        for key in (
            "deadline.transfer",
            "deadline.transfer_answer",
            "deadline.joint_meeting",
            "review.threshold.citizen",
        ):
            assert self.nation.get(key, DAY) is None

    def test_no_target_is_borrowed(self) -> None:
        assert [key for key in self.nation.values if key.startswith("target.")] == ["target.F13"]

    def test_the_litigation_law_is_cited_as_not_at_hand(self) -> None:
        assert self.nation.flagged(self.nation.require("deadline.suit", DAY))


class TestJindong:
    jindong = load_profile("jindong")

    def test_it_is_a_draft(self) -> None:
        assert self.jindong.document("JD").status == "draft"
        assert self.jindong.drafted(self.jindong.require("sink_down.team_share", DAY))

    def test_its_layers(self) -> None:
        assert self.jindong.chain == ("national", "zhejiang", "jindong")
        assert self.jindong.division == "330703"
        assert self.jindong.short_code == "JD"

    def test_four_grid_levels_and_three_regions(self) -> None:
        levels = self.jindong.require("grid.levels", DAY).value
        assert [level["name_zh"] for level in levels] == ["区域网格", "乡镇网格", "片区网格", "村社网格"]
        assert len(self.jindong.require("grid.regions", DAY).value) == 3
        assert "head_zh" not in levels[3]

    def test_half_of_each_professional_team_but_no_county_wide_share(self) -> None:
        assert self.jindong.require("target.F02", DAY).value == 0.5
        assert self.jindong.get("target.F01", DAY) is None
        assert self.jindong.get("sink_down.force_share", DAY) is None

    def test_five_and_fifteen_minutes(self) -> None:
        assert self.jindong.require("response.urban", DAY).value == 5
        assert self.jindong.require("response.other", DAY).value == 15
        assert self.jindong.require("response.urban", DAY).clause == "JD 二(四)12"

    def test_eight_professional_fields_and_the_tree_of_organs(self) -> None:
        assert len(self.jindong.require("teams.professional", DAY).value) == 8
        tree = {node["code"]: node.get("count") for node in self.jindong.require("organ.tree", DAY).value}
        assert tree == {"command_centre": 1, "professional_centre": 8, "township_platform": 12, "department": None}

    def test_sums_of_annex_3_agree_with_its_headings(self) -> None:
        sums: Counter[str] = Counter()
        for row in self.jindong.require("item.domains", DAY).value:
            sums[row["body_zh"]] += row["count"]
        heads = {row["body_zh"]: row["count"] for row in self.jindong.require("item.headings", DAY).value}
        assert dict(sums) == heads
        assert sum(heads.values()) == 1776 + 323 + 343 + 131 + 353 + 995 + 29

    def test_the_heading_says_22_fields_the_table_has_26_and_the_note_says_so(self) -> None:
        domains = self.jindong.require("item.domains", DAY)
        bureau = [row for row in domains.value if row["body_zh"] == "综合行政执法局"]
        heading = self.jindong.require("item.headings", DAY).value[0]
        assert (len(bureau), heading["fields"]) == (26, 22)
        assert "22" in domains.note_zh
        assert "26" in domains.note_zh

    def test_other_bodies_have_as_many_rows_as_their_headings_say(self) -> None:
        rows = Counter(row["body_zh"] for row in self.jindong.require("item.domains", DAY).value)
        for head in self.jindong.require("item.headings", DAY).value[1:]:
            assert rows[head["body_zh"]] == head.get("fields", 1)

    def test_every_row_of_annex_3_stands_in_the_plan(self) -> None:
        text = library().article("JD", "附件3").text.splitlines()
        for row in self.jindong.require("item.domains", DAY).value:
            assert row["field_zh"] in text
            assert str(row["count"]) in text
            assert row["department_zh"] in text

    def test_twenty_five_documents_and_full_coverage(self) -> None:
        assert self.jindong.require("documents.standard", DAY).value == 25
        assert self.jindong.require("inspection.coverage", DAY).value == 1.0
        assert self.jindong.require("credit.coverage", DAY).value == 1.0

    def test_orange_and_red_block_yellow_does_not(self) -> None:
        cards = {card["code"]: card["blocks"] for card in self.jindong.require("cards", DAY).value}
        assert cards == {"yellow": False, "orange": True, "red": True}

    def test_every_village_is_our_reading(self) -> None:
        found = self.jindong.require("target.F04", DAY)
        assert (found.value, found.interpreted) == (1.0, True)
