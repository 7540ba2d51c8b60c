"""What is missing for a case's next step is said in words with clauses; clocks and sentences agree with the tables."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import policy
from policy.case_facts import CaseFacts, appeal_end
from policy.case_rules import KEYS, CaseRules, rules_of
from policy.case_steps import NextStep, case_steps
from policy.course import Step
from policy.courses.case_clocks import CHECKED, CLOCKS, clocks_of
from policy.decision import Decision
from policy.lifecycle import TABLES, why_not
from policy.loader import load_profile
from policy.schema import DEADLINE_KINDS
from policy.schema import KEYS as DECLARED
from policy.text import LANGUAGES, catalogue
from policy.vocabulary import MatterKind, PenaltyKind, Role, Verb
from policy.vocabulary_case import CaseStatus, RemedyResult
from tests.policy.case_step_facts import at, sound

NOW = at("2026-02-10T10:00")
TABLE = TABLES[MatterKind.CASE]
ROOT = Path(policy.__file__).parent


def rules(name: str) -> CaseRules:
    return rules_of(load_profile(name), NOW.date())


def asked(facts: CaseFacts, name: str, role: Role) -> dict[Verb, NextStep]:
    return {each.step.verb: each for each in case_steps(facts, rules(name), [role], NOW)}


def test_every_row_that_leads_on_is_listed_and_what_may_be_done_comes_first() -> None:
    facts = replace(sound(NOW), status=CaseStatus.STATEMENT_HEARD)
    found = case_steps(facts, rules("national"), [Role.TOWNSHIP_HEAD], NOW)
    assert {each.step for each in found} == {step for step in TABLE if step.source is CaseStatus.STATEMENT_HEARD}
    assert [each.allowed for each in found] == sorted((each.allowed for each in found), reverse=True)
    assert next(each for each in found if each.step.verb is Verb.DECIDE).allowed


def test_what_is_missing_is_said_in_words_with_its_clause() -> None:
    open_file = replace(
        sound(NOW),
        status=CaseStatus.STATEMENT_HEARD,
        review_opinion=None,
        reviewed_at=None,
        review_submitted_at=None,
        major=True,
    )
    missing = asked(open_file, "chengliu", Role.TOWNSHIP_HEAD)[Verb.DECIDE].decision
    said = {reason.clause: reason.sentence("zh") for reason in missing.obstacles}
    assert said["CL 第十二条"].startswith("应当经法制审核（")
    assert any("集体讨论" in sentence for sentence in said.values())
    assert all(reason.sentence("en") and reason.clause for reason in missing.obstacles)


def test_another_roles_step_is_listed_and_says_whose_it_is() -> None:
    facts = replace(sound(NOW), status=CaseStatus.SERVED)
    paying = asked(facts, "national", Role.OFFICER)[Verb.RECORD_PAYMENT]
    assert not paying.allowed
    assert "财务" in paying.decision.obstacles[0].sentence("zh")


def test_a_case_begins_in_two_ways() -> None:
    verbs = set(asked(replace(sound(NOW), status=None), "national", Role.OFFICER))
    assert verbs == {Verb.PROPOSE, Verb.DECIDE_ON_SPOT}


@pytest.mark.parametrize("step", TABLE, ids=lambda step: f"{step.source}-{step.verb}")
def test_with_nothing_known_no_guard_raises_and_each_speaks_both_languages(step: Step) -> None:
    for known in (CaseFacts(), CaseFacts(rules=rules("fuling")), replace(sound(NOW), rules=rules("lanxi"))):
        decision = why_not(MatterKind.CASE, step.source, step.verb, step.roles, known)
        assert all(reason.sentence(lang) for reason in decision.reasons for lang in LANGUAGES)


def test_clocks_are_kinds_of_deadline_and_verbs_of_the_table() -> None:
    verbs = {step.verb for step in TABLE}
    kinds = {kind for clocks in CLOCKS.values() for kind in (*clocks.starts, *clocks.meets, *clocks.ends)}
    assert set(CLOCKS) <= verbs
    assert kinds | set(CHECKED) <= set(DEADLINE_KINDS)
    started = {kind for clocks in CLOCKS.values() for kind in clocks.starts} | set(CHECKED)
    assert {kind for clocks in CLOCKS.values() for kind in clocks.meets} <= started | {"reconsideration_untold"}


def test_clocks_follow_the_facts() -> None:
    facts = sound(NOW)
    assert clocks_of(Verb.GIVE_NOTICE, facts).starts == ("statement",)
    assert "hearing_request" in clocks_of(Verb.GIVE_NOTICE, replace(facts, tells_hearing=True)).starts
    assert "payment" not in clocks_of(Verb.SERVE, replace(facts, penalties=frozenset())).starts
    assert clocks_of(Verb.RECORD_PAYMENT, replace(facts, amount=Decimal(100))).meets == ()
    turned = replace(facts, published_at=NOW, result=RemedyResult.REVOKED)
    assert "publication_withdrawal" in clocks_of(Verb.DECIDE_SUIT, turned).starts
    assert clocks_of(Verb.DECIDE_SUIT, facts).starts == ()


def test_a_major_penalty_is_filed_once_also_after_the_case_is_closed_and_not_where_nothing_is_left_of_it() -> None:
    facts = replace(sound(NOW), status=CaseStatus.CLOSED, penalties=frozenset({PenaltyKind.FINE}), major=True)
    assert clocks_of(Verb.DECIDE, facts).starts == ("service", "major_penalty_filing")
    assert clocks_of(Verb.FILE_MAJOR_PENALTY, facts).meets == ("major_penalty_filing",)
    assert "major_penalty_filing" not in clocks_of(Verb.CLOSE, facts).ends
    assert "major_penalty_filing" in clocks_of(Verb.CLOSE, replace(facts, suit_result=RemedyResult.REVOKED)).ends
    assert asked(replace(facts, document="备案1号"), "national", Role.OFFICER)[Verb.FILE_MAJOR_PENALTY].allowed
    known = replace(facts, document="备案1号")
    for change in ({"major": False}, {"major_filed_at": NOW}, {"penalties": frozenset()}, {"document": ""}):
        assert not asked(replace(known, **change), "national", Role.OFFICER)[Verb.FILE_MAJOR_PENALTY].allowed


def test_the_court_is_asked_from_the_later_of_both_periods_or_the_end_of_a_deferral() -> None:
    soon, later = NOW + timedelta(days=60), NOW + timedelta(days=180)
    facts = replace(sound(NOW), due={"reconsideration": soon, "suit": later})
    assert appeal_end(facts) == later
    assert appeal_end(replace(facts, deferred_until=later + timedelta(days=9))) == later + timedelta(days=9)
    assert appeal_end(replace(facts, due={"suit": later})) is None
    heard = replace(facts, reconsideration_result=RemedyResult.UPHELD, due={"suit_after_reconsideration": soon})
    assert appeal_end(heard) == soon


def test_the_rules_read_only_declared_values_and_borrow_nothing() -> None:
    assert set(KEYS) <= set(DECLARED)
    assert rules("chengliu").finding == "before_filing"
    assert rules("lanxi").finding == "after_investigation"
    assert rules("chengliu").clause("review.required") == "CL 第十二条"
    assert CaseRules().simple_limit == {}


def test_every_reason_of_a_case_is_in_the_catalogue_and_the_other_way_round() -> None:
    files = (*sorted(ROOT.glob("guards_case*.py")), ROOT / "retention.py")
    source = "\n".join(file.read_text("utf-8") for file in files)
    written = {f"reasons_case.{code}" for code in re.findall(r'"reasons_case\.([a-z_]+)"', source)}
    assert written == {key for key in catalogue("zh") if key.startswith("reasons_case.")}


def test_a_guard_that_has_nothing_to_say_says_nothing() -> None:
    facts = replace(sound(NOW), rules=rules("national"), status=CaseStatus.STATEMENT_HEARD)
    decision = why_not(MatterKind.CASE, CaseStatus.STATEMENT_HEARD, Verb.DECIDE, [Role.TOWNSHIP_HEAD], facts)
    assert [reason.code for reason in decision.reasons] == ["reasons_case.officers_enough"]
    assert isinstance(decision, Decision)
