"""Every word of the trade has its label in both languages, and the catalogue has no word too many."""

from __future__ import annotations

import pytest

from policy.text import LANGUAGES, catalogue
from policy.vocabulary import VOCABULARIES, LeadStatus, PostingMode, key, label, options


@pytest.mark.parametrize("lang", LANGUAGES)
def test_catalogue_and_vocabularies_agree(lang: str) -> None:
    expected = {key(member) for vocabulary in VOCABULARIES for member in vocabulary}
    assert {k for k in catalogue(lang) if k.startswith("vocabulary.")} == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_labels_within_one_vocabulary_differ(lang: str) -> None:
    for vocabulary in VOCABULARIES:
        labels = [label(member, lang) for member in vocabulary]
        assert len(set(labels)) == len(labels), vocabulary


def test_the_words_of_the_field() -> None:
    assert label(PostingMode.STATIONED) == "派驻"
    assert label(PostingMode.COVERING) == "包片"
    assert key(LeadStatus.IN_PROGRESS) == "vocabulary.lead_status.in_progress"
    assert options(PostingMode, "en") == [("stationed", "Stationed"), ("covering", "Covering")]
