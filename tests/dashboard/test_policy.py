"""The policy page: every value with its clause and sentence, two profiles side by side, what a plan does not say."""

from __future__ import annotations

import re
from datetime import date

import pytest

from dashboard.components.policy_calculator import build_answer
from dashboard.components.policy_value import brief, deadline_in_words
from dashboard.context import Visit, visiting
from dashboard.pages import policy
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
    return policy.view_of(more, "jindong", DAY)


def words(component) -> str:
    return str(component)


def test_every_value_of_every_profile_can_be_shown_in_both_languages(seen):
    for code in codes():
        profile = load_profile(code)
        for key in sorted(profile.values):
            text = words(policy.build_detail(policy.View(code, DAY, key=key)))
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
    text = words(policy.build_detail(view(key="response.urban")))
    assert "城区5分钟、城乡15分钟" in text
    assert "Mark(" in text


def test_search_finds_by_name_clause_and_wording(seen):
    for asked in ("PL 42", "不得少于两人", "officers.minimum"):
        keys = [key for key, _, _ in policy.entries(view(q=asked))]
        assert "officers.minimum" in keys, asked
    assert policy.entries(view(q="nothing of the kind")) == []
    assert "empty" in words(policy.build_list(view(q="nothing of the kind")))


def test_two_profiles_side_by_side_show_only_what_differs_when_asked(seen):
    every = policy.entries(view(vs="zhejiang"))
    differing = policy.entries(view(vs="zhejiang", diff="1"))
    assert 0 < len(differing) < len(every)
    assert {"response.urban"} <= {key for key, _, _ in differing}
    assert "officers.minimum" not in {key for key, _, _ in differing}


def test_a_silent_plan_has_no_value_and_borrows_none(seen):
    assert "sink_down.force_share" not in [key for key, _, _ in policy.entries(view())]


def test_the_draft_is_called_a_draft(seen):
    assert "say" in words(policy.build_list(view()))


def test_a_text_that_is_not_at_hand_says_so(seen):
    text = words(policy.build_detail(view(key="deadline.suit")))
    assert ("不在库" if seen == "zh" else "not at hand") in text


@pytest.mark.parametrize(
    "given", [{"on": "yesterday"}, {"profile": "atlantis"}, {"vs": "<script>"}, {"key": "no.such"}]
)
def test_an_address_that_makes_no_sense_falls_back_and_breaks_nothing(seen, given):
    held = view(**given)
    assert held.profile == "jindong"
    assert policy.build_list(held)
    assert policy.build_detail(held)


def test_a_deadline_reads_as_a_sentence():
    value = load_profile("national").require("deadline.sealing", DAY)
    text = deadline_in_words(value.value, "zh")
    assert text.startswith("至迟30日：自查封、扣押起")
    assert "可延长 1 次" in text


def test_the_address_holds_the_view():
    held = view(q="期限", vs="national", key="deadline.decision", topic="deadline", diff="1")
    assert (
        policy.view_of(dict(part.split("=") for part in held.address()[1:].split("&")), "jindong", DAY).key == held.key
    )


def test_a_link_that_names_a_clause_shows_the_article_and_what_rests_on_it(seen):
    text = words(policy.build_detail(view(key="PL 42")))
    assert "执法人员不得少于两人" in text
    assert "officers.minimum" in text


def test_a_link_to_nothing_says_what_to_do(seen):
    assert "policy_page" not in words(policy.build_detail(view(key="XX 99")))
    assert "XX 99" in words(policy.build_detail(view(key="XX 99")))


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
