"""A citation as people read it: Chinese titles and articles on Chinese screens, codes on English ones."""

from __future__ import annotations

import pytest

from policy.citing import address, full_title, short_title, spoken
from policy.loader import codes, load_profile


@pytest.mark.parametrize(
    ("citation", "zh", "en"),
    [
        ("PL 42", "行政处罚法第四十二条", "PL 42"),
        ("PL 42–43, 85", "行政处罚法第四十二条至第四十三条、第八十五条", "PL 42–43, 85"),
        ("PL 64(1); PL 85", "行政处罚法第六十四条（一）、第八十五条", "PL 64(1), 85"),
        ("PL 42; CO 18", "行政处罚法第四十二条；行政强制法第十八条", "PL 42; CO 18"),
        ("CL 第二十条", "承留镇方案第二十条", "CL 20"),
        ("JD 二(五)15", "金东区方案（征求意见稿） 二（五）15", "JD (draft) 二(五)15"),
        ("城市绿化条例 28", "城市绿化条例第二十八条", "城市绿化条例 28"),
        ("RL 20", "行政复议法第二十条", "RL 20"),
        ("本系统默认", "本系统默认", "本系统默认"),
        ("XX 99", "XX 99", "XX 99"),
    ],
)
def test_a_citation_is_said_in_the_language_of_its_reader(citation, zh, en):
    assert spoken(citation, "zh") == zh
    assert spoken(citation, "en") == en


def test_the_pointer_gets_the_full_title_and_the_code():
    assert full_title("PL 42", "zh") == "中华人民共和国行政处罚法 · PL 42"
    assert full_title("PL 42", "en") == "Administrative Penalty Law · PL 42"


def test_a_citation_has_an_address():
    assert address("PL 42–43") == "/policy?key=PL%2042%E2%80%9343"


def test_every_document_a_profile_cites_has_a_short_chinese_name():
    long = set()
    for code in codes():
        profile = load_profile(code)
        for document in profile.documents:
            name = short_title(document, "zh", profile.documents)
            if len(name) > 14 or name.isascii():
                long.add((document, name))
    assert long == set()


def test_no_code_is_left_in_a_chinese_citation():
    left = set()
    for code in codes():
        profile = load_profile(code)
        for key in sorted(profile.values):
            for value in profile.history(key):
                said = spoken(value.clause or "", "zh", profile.documents)
                left |= {said for one in value.citations if one.document.isascii() and f"{one.document} " in said}
    assert left == set()
