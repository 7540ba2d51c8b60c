"""Every step of a case cites an article that is in the library, and no two steps of one kind differ by accident."""

from __future__ import annotations

import pytest

from policy.case_facts import CaseFacts
from policy.courses.case_clauses import CLAUSES, SPARED, clause_of
from policy.library import library
from policy.lifecycle import TABLES
from policy.vocabulary import MatterKind, Verb
from policy.vocabulary_case import NotPunishedGround


def test_every_step_of_a_case_has_its_clause() -> None:
    assert set(CLAUSES) == {step.verb for step in TABLES[MatterKind.CASE]}


def test_every_clause_is_at_hand_or_known_to_be_missing() -> None:
    for citation in sorted(set(CLAUSES.values())):
        assert library().resolve(citation) or citation.startswith("ALL "), citation


def test_the_clauses_speak_of_the_step() -> None:
    words = {
        Verb.RECUSE: "回避",
        Verb.GIVE_NOTICE: "告知当事人",
        Verb.REQUEST_HEARING: "听证",
        Verb.DECIDE_ON_SPOT: "当场作出",
        Verb.SERVE: "送达",
        Verb.PRESERVE: "登记保存",
        Verb.EXTEND_SEALING: "延长",
        Verb.REMIND: "催告",
        Verb.HAND_IN_CASH: "二日内",
        Verb.WITHDRAW_PUBLICATION: "撤回",
        Verb.FILE_MAJOR_PENALTY: "监督检查",
        Verb.REFER_CRIMINAL: "移送司法机关",
    }
    for verb, word in words.items():
        text = "".join(article.text for article in library().resolve(CLAUSES[verb]))
        assert word in text, (verb, text[:80])


@pytest.mark.parametrize(
    ("ground", "word"),
    [
        (NotPunishedGround.MINOR_CORRECTED, "轻微并及时改正"),
        (NotPunishedGround.FIRST_VIOLATION, "初次违法"),
        (NotPunishedGround.NO_FAULT, "没有主观过错"),
        (NotPunishedGround.NOT_ESTABLISHED, "违法事实不能成立"),
        (NotPunishedGround.UNDER_FOURTEEN, "不满十四周岁"),
        (NotPunishedGround.NO_CAPACITY, "精神病人"),
        (NotPunishedGround.TIME_BARRED, "二年内未被发现"),
    ],
)
def test_not_to_punish_rests_on_the_article_of_its_ground(ground: NotPunishedGround, word: str) -> None:
    citation = clause_of(Verb.NOT_PUNISH, CaseFacts(not_punished_ground=ground))
    assert citation is not None
    assert word in "".join(article.text for article in library().resolve(citation))


def test_no_ground_is_without_its_article_and_other_steps_keep_theirs() -> None:
    assert set(SPARED) == set(NotPunishedGround)
    assert clause_of(Verb.DECIDE, CaseFacts(not_punished_ground=NotPunishedGround.TIME_BARRED)) == CLAUSES[Verb.DECIDE]
