"""Every reason and refusal of a matter can be said in both languages with the same facts, and none is left over."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import policy
from policy.eligibility import CLAUSES
from policy.text import Word, catalogue, say

ROOT = Path(policy.__file__).parent
AREAS = ("reasons.", "errors_matter.", "figures.", "vocabulary.")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_keys_and_facts(area: str) -> None:
    zh, en = ({k: v for k, v in catalogue(lang).items() if k.startswith(area)} for lang in ("zh", "en"))
    assert zh.keys() == en.keys()
    assert {k for k in zh if fields(zh[k]) != fields(en[k])} == set()


def test_every_reason_in_the_rules_is_in_the_catalogue_and_the_other_way_round() -> None:
    source = "\n".join(file.read_text("utf-8") for file in sorted(ROOT.rglob("*.py")))
    written = {f"reasons.{code}" for code in re.findall(r'"reasons\.([a-z_]+)"', source)}
    by_code = {f"reasons.{code}" for code in CLAUSES} | {"reasons.home_items_only", "reasons.no_township_officer"}
    ways = {f"reasons.{code}" for code in re.findall(r'"(place_[a-z]+)"', source)} - {"reasons.place_unknown"}
    known = {key for key in catalogue("zh") if key.startswith("reasons.")}
    assert written <= known
    assert known <= written | by_code | ways


def test_a_word_is_said_in_the_language_of_its_sentence() -> None:
    facts = {
        "verb": Word("vocabulary.verb.accept"),
        "roles": tuple(Word(f"vocabulary.role.{r}") for r in ("officer", "admin")),
    }
    assert say("reasons.role_missing", "zh", **facts) == "“接单”只能由执法人员、系统管理员办理"
    assert say("reasons.role_missing", "en", **facts) == "“Accept” is for: Officer, Administrator"
