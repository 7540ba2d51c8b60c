"""What a form can still tell is not missing yet; what no form can mend is said before it is opened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.case_ahead import Ahead, steps_ahead
from policy.case_facts import CaseFacts
from policy.case_forms import FORMS
from policy.case_rules import rules_of
from policy.courses.case import ROWS
from policy.lifecycle import steps
from policy.loader import load_profile
from policy.vocabulary import MatterKind, PenaltyKind, Role, Verb
from policy.vocabulary_case import CaseStatus, NotPunishedGround
from tests.policy.case_step_facts import at, sound

NOW = at("2026-02-10T10:00")
RULES = rules_of(load_profile("national"), NOW.date())


def ahead(status: CaseStatus, role: Role, **more: object) -> dict[Verb, Ahead]:
    facts: CaseFacts = replace(sound(NOW), status=status, rules=RULES, **more)
    return {one.step.verb: one for one in steps_ahead(facts, [role], NOW)}


def codes(one: Ahead) -> set[str]:
    return {reason.code.removeprefix("reasons_case.") for reason in one.missing}


def test_words_that_a_form_asks_for_are_not_missing_before_it_is_opened() -> None:
    one = ahead(CaseStatus.INVESTIGATING, Role.OFFICER, report_at=None)[Verb.CONCLUDE_INVESTIGATION]
    assert one.open
    assert [reason.code for reason in one.asked] == ["reasons_case.report_missing"]
    assert one.form == FORMS[Verb.CONCLUDE_INVESTIGATION]


def test_no_form_makes_up_for_evidence_or_officers() -> None:
    one = ahead(CaseStatus.INVESTIGATING, Role.OFFICER, evidence=0, officers=())[Verb.CONCLUDE_INVESTIGATION]
    assert not one.open
    assert {"no_evidence", "officers_short"} <= codes(one)


def test_naming_officers_mends_that_there_are_too_few() -> None:
    one = ahead(CaseStatus.INVESTIGATING, Role.TOWNSHIP_HEAD, officers=())[Verb.ASSIGN_OFFICERS]
    assert one.open


def test_a_decision_without_notice_stays_missing_whatever_is_written() -> None:
    one = ahead(CaseStatus.STATEMENT_HEARD, Role.TOWNSHIP_HEAD, notice_at=None)[Verb.DECIDE]
    assert "notice_missing" in codes(one)
    assert ahead(CaseStatus.STATEMENT_HEARD, Role.TOWNSHIP_HEAD)[Verb.DECIDE].open


def test_a_fine_already_given_for_the_act_leaves_other_penalties_open() -> None:
    once = ahead(
        CaseStatus.STATEMENT_HEARD, Role.TOWNSHIP_HEAD, earlier_fines=1, penalties=frozenset({PenaltyKind.FINE})
    )
    told = ahead(
        CaseStatus.STATEMENT_HEARD,
        Role.TOWNSHIP_HEAD,
        earlier_fines=1,
        penalties=frozenset({PenaltyKind.WARNING}),
        penalties_told=frozenset({PenaltyKind.WARNING}),
    )
    assert "fined_before" in {reason.code.removeprefix("reasons_case.") for reason in once[Verb.DECIDE].asked} | codes(
        once[Verb.DECIDE]
    )
    assert told[Verb.DECIDE].open


def test_what_bars_the_asker_alone_is_not_said_of_the_steps_of_others() -> None:
    own = {"actor_id": "张三", "actor_organ": "elsewhere"}
    asked = ahead(CaseStatus.FILING_REVIEW, Role.OFFICER, **own)[Verb.APPROVE_FILING]
    head = ahead(CaseStatus.FILING_REVIEW, Role.TOWNSHIP_HEAD, **own)[Verb.APPROVE_FILING]
    assert not asked.mine
    assert not codes(asked) & {"other_organ", "own_filing"}
    assert {"other_organ", "own_filing"} <= codes(head), "the head is told"


@pytest.mark.parametrize("ground", NotPunishedGround)
def test_each_ground_not_to_punish_is_found_among_the_choices(ground: NotPunishedGround) -> None:
    facts = {"not_punished_ground": None, "corrected": None, "first_violation": ground is not None, "educated": False}
    one = ahead(CaseStatus.FINDING, Role.TOWNSHIP_HEAD, suspected_crime=False, **facts)[Verb.NOT_PUNISH]
    assert not codes(one) & {"ground_missing", "not_corrected", "not_educated"}


def test_the_steps_of_others_say_whose_they_are_and_come_last() -> None:
    found = list(ahead(CaseStatus.FILING_REVIEW, Role.OFFICER, filing_approved_at=None).values())
    approve = next(one for one in found if one.step.verb is Verb.APPROVE_FILING)
    assert not approve.open
    assert approve.obstacles[0].code == "reasons.role_missing"
    assert [one.open for one in found] == sorted((one.open for one in found), reverse=True)


@pytest.mark.parametrize("status", CaseStatus)
def test_every_row_with_a_form_is_there_once_and_says_all_in_both_languages(status: CaseStatus) -> None:
    found = ahead(status, Role.OFFICER, evidence=0, officers=(), notice_at=None, outstanding=None)
    assert set(found) == {row.verb for row in steps(MatterKind.CASE, status)}
    said = [reason.sentence(lang) for one in found.values() for reason in one.obstacles for lang in ("zh", "en")]
    assert all(said)


def test_every_guard_that_a_form_can_answer_is_answered_by_some_way_of_filling_it_in() -> None:
    """The sound case lacks nothing but what forms say: a step of its state that stays barred is barred by that state."""
    assert {verb for _sources, verb, *_ in ROWS} >= set(FORMS) - {Verb.DECIDE_ON_SPOT}
    barred = {
        (status, verb, code)
        for status in (CaseStatus.PROPOSED, CaseStatus.FILED, CaseStatus.INVESTIGATING)
        for verb, one in ahead(status, Role.TOWNSHIP_HEAD).items()
        for code in codes(one)
    }
    assert not {code for _, _, code in barred} & {
        "goods_unlisted",
        "head_not_asked",
        "report_missing",
        "person_unnamed",
    }
