"""The policy page: every value with its clause and sentence, two profiles side by side, what a plan does not say."""

from __future__ import annotations

import re
from datetime import date

import pytest

from dashboard.components.policy_calculator import build_answer, build_told, build_tool
from dashboard.components.policy_detail import build_detail
from dashboard.components.policy_list import build_list
from dashboard.components.policy_profile import build_profile
from dashboard.components.policy_value import brief, deadline_in_words
from dashboard.components.policy_view import View, entries, view_of
from dashboard.components.policy_who import asked_of, build_found, build_who
from dashboard.context import Visit, visiting
from policy.loader import codes, load_profile
from policy.profile import thaw
from policy.text import has
from policy.vocabulary import Role
from tests.dashboard.conftest import fresh_record
from tests.data import small

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    record = fresh_record(tmp_path_factory.mktemp("policy"))
    yield record
    record.close()


@pytest.fixture(params=["zh", "en"])
def seen(request, place):
    with visiting(Visit(place, small.actor(place, Role.DISPATCHER), lang=request.param)):
        yield request.param


def view(**more):
    return view_of(more, "jindong", DAY)


def words(component) -> str:
    return str(component)


def test_every_value_of_every_profile_can_be_shown_in_both_languages(seen):
    for code in codes():
        profile = load_profile(code)
        for key in sorted(profile.values):
            text = words(build_detail(View(code, DAY, key=key)))
            assert "policy_page." not in text
            for value in profile.history(key):
                assert brief(value, seen)


def texts_of(node, field=""):
    if isinstance(node, dict):
        return [text for name, part in node.items() for text in texts_of(part, name)]
    if isinstance(node, list):
        return [text for part in node for text in texts_of(part, field)]
    return [node] if isinstance(node, str) and field != "code" and not field.endswith("_en") else []


def values_of_all_profiles():
    profiles = [load_profile(code) for code in codes()]
    return [v for p in profiles for key in sorted(p.values) for v in p.history(key) if v.unit != "deadline"]


def test_every_code_in_a_profile_has_a_word():
    texts = {text for value in values_of_all_profiles() for text in texts_of(thaw(value.value))}
    known = {text for text in texts if re.fullmatch(r"[a-z][a-z0-9_]*", text)}
    assert known
    assert {code for code in known if not (has(f"codes.{code}", "zh") and has(f"codes.{code}", "en"))} == set()


def test_the_response_target_shows_plan_clause_and_the_sentence_around_it(seen):
    text = words(build_detail(view(key="response.urban")))
    assert "城区5分钟、城乡15分钟" in text
    assert "Mark(" in text


def test_search_finds_by_name_clause_and_wording(seen):
    for asked in ("PL 42", "不得少于两人", "officers.minimum"):
        keys = [key for key, _, _ in entries(view(q=asked))]
        assert "officers.minimum" in keys, asked
    assert entries(view(q="nothing of the kind")) == []
    assert "empty" in words(build_list(view(q="nothing of the kind")))


def test_two_profiles_side_by_side_show_only_what_differs_when_asked(seen):
    every = entries(view(vs="zhejiang"))
    differing = entries(view(vs="zhejiang", diff="1"))
    assert 0 < len(differing) < len(every)
    assert {"response.urban"} <= {key for key, _, _ in differing}
    assert "officers.minimum" not in {key for key, _, _ in differing}


def test_a_silent_plan_has_no_value_and_borrows_none(seen):
    assert "sink_down.force_share" not in [key for key, _, _ in entries(view())]


def test_the_draft_is_called_a_draft(seen):
    assert "say" in words(build_list(view()))


def test_a_text_that_is_not_at_hand_says_so(seen):
    text = words(build_detail(view(key="deadline.suit")))
    assert ("不在库" if seen == "zh" else "not at hand") in text


@pytest.mark.parametrize(
    "given", [{"on": "yesterday"}, {"profile": "atlantis"}, {"vs": "<script>"}, {"key": "no.such"}]
)
def test_an_address_that_makes_no_sense_falls_back_and_breaks_nothing(seen, given):
    held = view(**given)
    assert held.profile == "jindong"
    assert build_list(held)
    assert build_detail(held)


def test_a_deadline_reads_as_a_sentence():
    value = load_profile("national").require("deadline.sealing", DAY)
    text = deadline_in_words(value.value, "zh")
    assert text.startswith("至迟30日：自查封、扣押起")
    assert "可延长 1 次" in text


def test_the_address_holds_the_view():
    held = view(q="期限", vs="national", key="deadline.decision", topic="deadline", diff="1")
    assert view_of(dict(part.split("=") for part in held.address()[1:].split("&")), "jindong", DAY).key == held.key


def test_a_link_that_names_a_clause_shows_the_article_and_what_rests_on_it(seen):
    text = words(build_detail(view(key="PL 42")))
    assert "执法人员不得少于两人" in text
    assert "officers.minimum" in text


def test_a_link_to_nothing_says_what_to_do(seen):
    assert "policy_page" not in words(build_detail(view(key="XX 99")))
    assert "XX 99" in words(build_detail(view(key="XX 99")))


def test_search_finds_a_clause_as_people_write_it(seen):
    assert "officers.minimum" in [key for key, _, _ in entries(view(q="行政处罚法第四十二条"))]


def test_a_chinese_screen_shows_no_codes_of_documents(place):
    with visiting(Visit(place, small.actor(place, Role.DISPATCHER), lang="zh")):
        shown = [
            text
            for text in re.findall(r"children='([^']*)'", words(build_list(view())))
            if re.search(r"\b[A-Z]{2} \S", text)
        ]
    assert shown == []


def test_the_entry_compared_with_stands_beside_in_full(seen):
    text = words(build_detail(view(key="response.urban", vs="lanxi")))
    assert "policy-beside" in text


def test_a_key_on_which_the_plan_is_silent_is_said_to_be_silent(seen):
    text = words(build_detail(view(key="sink_down.force_share")))
    assert ("未作规定" if seen == "zh" else "says nothing") in text


def test_the_profile_as_a_whole_names_its_documents_and_its_days(seen):
    text = words(build_profile(view()))
    assert "policy-draft" in text
    assert "2021-07-15" in text
    assert "policy-missing" in text


def test_a_value_that_rests_on_a_missing_text_says_so_in_the_list(seen):
    told = words(build_list(view(q="deadline.suit")))
    assert ("原文不在库" if seen == "zh" else "text not at hand") in told


def test_the_deadline_tool_names_the_clause_of_its_answer(counting):
    text = words(build_told("deadline.hearing_request", "jindong", "2026-02-12 15:00:00"))
    assert "2026-02-26 23:59:59" in text
    assert "行政处罚法第六十四条" in text
    assert build_told("", "jindong", "2026-02-12 15:00:00") == []


def test_who_is_competent_is_answered_with_organ_name_and_clauses(seen):
    text = words(build_found(asked_of("A1", small.WEST, "2026-11-21", "penalise", ["fine"])))
    assert "西镇人民政府" in text
    assert "/policy?key=" in text
    elsewhere = words(build_found(asked_of("B1", small.WEST, "2026-11-21", "penalise", [])))
    assert "市场监管综合执法大队" in elsewhere


@pytest.mark.parametrize(
    "given", [(None, None, None, None, None), ("nothing", "x", "y", "z", "w"), (3, [], {}, 5, [7])]
)
def test_a_question_that_makes_no_sense_asks_for_an_item(seen, given):
    assert ("选择事项" if seen == "zh" else "Choose an item") in words(build_found(asked_of(*given)))


def test_a_long_list_can_be_searched_and_says_when_nothing_fits(seen):
    lists = [*selects(build_who(view())), *selects(build_tool("jindong"))]
    long = [one for one in lists if len(one.data) > 12]
    assert long
    assert all(one.searchable and one.nothingFoundMessage for one in long)


def selects(components):
    return [one for part in components for one in [part, *part._traverse()] if type(one).__name__ == "Select"]


@pytest.fixture
def counting(place):
    with visiting(Visit(place, small.actor(place, Role.DISPATCHER))):
        yield


def test_the_calculator_counts_over_the_spring_festival_and_names_the_days_left_out(counting):
    text = words(build_answer("deadline.hearing_request", "jindong", "2026-02-12 15:00:00"))
    assert "2026-02-26 23:59:59" in text
    assert "春节" in text


def test_the_calculator_says_when_an_answer_is_provisional(counting):
    text = words(build_answer("deadline.decision", "jindong", "2026-12-20 09:00:00"))
    assert "2027-03-20 23:59:59" in text


def test_the_calculator_refuses_in_words(counting):
    assert "alarm" in words(build_answer("deadline.hearing_request", "jindong", "soon"))
    assert "alarm" in words(build_answer("deadline.transfer", "jindong", "2026-02-12 15:00:00"))


def test_a_target_says_by_when_it_is_to_be_reached_and_its_history_says_the_one_before(seen):
    text = words(build_detail(View("yunyang", DAY, key="target.F14")))
    assert "2025-12-31" in text
    assert "2023-12-31" in text
    assert "40%" in text
    steps = words(build_detail(View("yunyang", DAY, key="target.F16")))
    assert all(day in steps for day in ("2023-12-31", "2025-12-31", "2027-12-31"))


def test_search_finds_what_stands_deep_in_a_value_and_the_number_of_a_duty(seen):
    assert "deadline.sealing" in [key for key, _, _ in entries(view(q="sealing"))]
    assert [key for key, _, _ in entries(view(q="G1"))] == ["grid.levels", "grid.regions"]
    assert "procedure.systems" in [key for key, _, _ in entries(view(q="执法溯源"))]


def test_what_is_not_found_here_says_which_other_rules_hold_it(seen):
    shown = words(build_list(view(q="60%")))
    assert "profile=lanxi" in shown
    assert "profile=yunyang" not in shown
    assert "profile=" not in words(build_list(view(q="nothing of the kind")))


def test_a_document_opens_whole_with_its_articles_and_what_rests_on_it(seen):
    text = words(build_detail(view(key="PL")))
    assert "执法人员不得少于两人" in text
    assert "key=officers.minimum" in text
    missing = words(build_detail(view(key="ALL")))
    assert ("原文不在库" if seen == "zh" else "not at hand") in missing
    assert "key=PL" in words(build_profile(view()))


def test_a_clause_of_a_plan_lists_only_the_values_that_rest_on_it(seen):
    text = words(build_detail(view(key="JD 二(四)12")))
    assert "key=response.urban" in text
    profile = load_profile("jindong")
    values = [v for key in sorted(profile.values) if (v := profile.get(key, DAY))]
    others = [v.key for v in values if {(c.document, c.clause) for c in v.citations} == {("JD", "二(四)11")}]
    assert others
    assert not [key for key in others if f"key={key}" in text]


def test_two_that_differ_both_name_their_clause_in_the_list(seen):
    shown = words(build_list(View("yunyang", DAY, versus="fuling", words="assistance.grounds")))
    links = re.findall(r"href='([^']*)'", shown)
    assert [re.search(r"key=(..)", link)[1] for link in links] == ["FL", "YY"]
    assert all("profile=yunyang" in link and "vs=fuling" in link for link in links), "the list stays as it stands"


def test_a_clause_quoted_twice_is_shown_once_with_both_quotations_marked(seen):
    text = words(build_detail(View("yunyang", DAY, key="target.F16")))
    assert text.count("Blockquote(") == 1
    assert text.count("Mark(") == 2


def test_the_number_of_an_article_is_found_however_it_is_written(seen):
    for asked in ("行政处罚法42条", "第42条", "第四十二条"):
        assert "officers.minimum" in [key for key, _, _ in entries(view(q=asked))], asked
