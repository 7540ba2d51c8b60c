"""What an event was told reaches people in words: no code of an organ, of material, of a state."""

from __future__ import annotations

import pytest

from data.db import Record
from data.queries.event_words import in_words
from policy.text import has
from policy.vocabulary_between import BETWEEN
from tests.data import small


@pytest.mark.parametrize(("lang", "report", "article"), [("zh", "涉嫌犯罪案件情况的调查报告", "行政处罚法第五十四条"), ("en", "report of the investigation", "PL 54")])  # fmt: skip
def test_codes_of_a_fact_are_said_by_name(town: Record, lang: str, report: str, article: str) -> None:
    told = {"receiver": "market", "materials": ["investigation_report", "现场照片"], "clause": "PL 54", "fine": "30"}
    said = in_words(town.county(), told, {"market": "市场监管局"}, "criminal_referral", small.NOW, lang)
    assert said == {"receiver": "市场监管局", "materials": [report, "现场照片"], "clause": article, "fine": "30"}
    assert told["receiver"] == "market", "the event itself is left alone"
    cell = next(cell for cell in town.county().hierarchy if cell.parent)
    assert cell.name in in_words(town.county(), {"cell": cell.code}, {}, "case", small.NOW, lang)["cell"]
    assert in_words(town.county(), {"receiver": "gone"}, {}, "case", small.NOW, lang) == {"receiver": "gone"}


@pytest.mark.parametrize(("lang", "report", "ground"), [("zh", "调查终结报告", "复杂、疑难执法事项"), ("en", "report that ends the investigation", "complex or difficult matters")])  # fmt: skip
def test_one_code_in_two_lists_is_called_as_its_own_matter_calls_it(
    town: Record, lang: str, report: str, ground: str
) -> None:
    told = {"materials": ["investigation_report", "卷宗一册"], "ground": "complex"}
    said = in_words(town.county(), told, {}, "review", small.NOW, lang)
    assert said["materials"] == [report, "卷宗一册"]
    assert said["ground"] == "complex", "no list of a review has it"
    assert in_words(town.county(), told, {}, "assistance", small.NOW, lang)["ground"] == ground


@pytest.mark.parametrize("matter", ["transfer", "assistance", "dispute", "referral", "review", "escalation"])
def test_states_of_what_goes_with_a_case_have_words_in_its_timeline(matter: str) -> None:
    states = next(kind for kind in BETWEEN if kind.__name__ == f"{matter.capitalize()}Status")
    assert all(has(f"vocabulary.{matter}_status.{state}", lang) for state in states for lang in ("zh", "en"))
