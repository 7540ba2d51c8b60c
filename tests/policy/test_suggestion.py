"""Words suggest a domain and a place; nothing is applied by itself."""

from __future__ import annotations

import time

import pytest

from policy.suggestion import Lexicon, Place, Topic, match_address
from policy.text import LANGUAGES

LEXICON = Lexicon(
    [
        Topic("land", "自然资源", ("地基", "农田", "浇筑", "占用耕地"), "L-1", "违法占地"),
        Topic("city", "市容环卫", ("占道", "摊位", "垃圾"), "C-1", "占道经营"),
        Topic("fire", "消防", ("消防通道", "堵塞", "占道"), "F-1", "占用消防通道"),
        Topic("air", "生态环境", ("焚烧", "秸秆", "垃圾")),
    ]
)


def test_keywords_are_the_reason_in_the_order_of_the_text() -> None:
    best = LEXICON.suggest("村口农田里有人正在浇筑地基")[0]
    assert (best.domain, best.item_code) == ("land", "L-1")
    assert best.keywords == ("农田", "浇筑", "地基")
    assert best.reason.sentence("zh") == "关键词“农田、浇筑、地基”，提示为“违法占地”"
    assert best.score == 1


def test_a_longer_and_rarer_word_says_more() -> None:
    found = LEXICON.suggest("占道，消防通道进不去")  # 占道: two topics; 消防通道: one
    assert [s.domain for s in found] == ["fire", "city"]
    assert found[0].score == pytest.approx((4 + 1) / 6)
    assert found[1].score == pytest.approx(1 / 6)


def test_a_topic_without_an_item_suggests_its_domain() -> None:
    best = LEXICON.suggest("焚烧秸秆")[0]
    assert (best.domain, best.item_code, best.keywords) == ("air", None, ("焚烧", "秸秆"))


@pytest.mark.parametrize("text", ["", "   ", "路灯不亮"])
def test_nothing_is_suggested_from_nothing(text: str) -> None:
    assert LEXICON.suggest(text) == ()


def test_width_case_and_spaces_do_not_matter() -> None:
    lexicon = Lexicon([Topic("gas", "燃气", ("LPG",))])
    assert lexicon.suggest("有人卖ｌｐ ｇ")[0].keywords == ("LPG",)


PLACES = [
    Place("T1", "孝顺镇", "township", "T1"),
    Place("T2", "多湖街道", "township", "T2", aliases=("多湖办",)),
    Place("V1", "后溪河社区", "village", "T1"),
    Place("V2", "洪村", "village", "T1"),
    Place("V3", "洪村", "village", "T2"),
    Place("V4", "王村畈村民委员会", "village", "T2"),
    Place("V5", "孝顺村委会", "village", "T1"),
    Place("V6", "金东社区居委会", "village", "T2"),
    Place("V7", "大黄村村委会", "village", "T2"),
    Place("V8", "小黄村村委会", "village", "T2"),
]


def codes(address: str) -> list[str]:
    found = match_address(address, PLACES)
    for match in found:
        assert 0 <= match.score <= 1
        assert all(match.reason.sentence(lang) for lang in LANGUAGES)
    return [m.place.code for m in found]


def test_the_finest_place_comes_first() -> None:
    assert codes("金东区孝顺镇后溪河社区12号") == ["V1", "T1"]


def test_a_missing_ending_and_an_alias() -> None:
    assert codes("后溪河12号") == ["V1"]
    assert codes("王村畈祠堂边") == ["V4"]
    assert codes("多湖办门口") == ["T2"]
    assert match_address("后溪河", PLACES)[0].reason.code == "reasons.place_stem"


@pytest.mark.parametrize("address", ["后西河社区东侧", "后溪何社区", "后溪社区"])
def test_a_typing_error_is_found_and_said_so(address: str) -> None:
    best = match_address(address, PLACES)[0]
    assert best.place.code == "V1"
    assert best.reason.code == "reasons.place_typo"
    assert best.score < match_address("后溪河社区", PLACES)[0].score


def test_one_name_in_two_townships_is_told_apart_by_the_township() -> None:
    assert codes("多湖街道洪村")[:2] == ["V3", "T2"]
    assert codes("孝顺洪村")[0] == "V2"
    alone = match_address("洪村", PLACES)
    assert [m.place.code for m in alone] == ["V2", "V3"]
    assert alone[0].score == alone[1].score  # nobody guesses: both are offered


def test_a_name_inside_another_name_is_not_meant() -> None:
    assert codes("金东区孝顺镇") == ["T1"]  # neither 金东社区 nor 孝顺村
    assert codes("孝顺村") == ["V5"]  # the village, not the town
    assert codes("金东社区3幢") == ["V6"]
    assert codes("大黄村祠堂") == ["V7"]  # written right, so no misspelling of 小黄村
    assert Place("x", "横街村委会", "village", "T").spoken == ("横街村",)
    assert Place("x", "大黄村村委会", "village", "T").stems == ("大黄村", "大黄")
    assert Place("x", "王坦社区居委会", "village", "T").stems == ("王坦社区", "王坦")


@pytest.mark.parametrize("address", ["", "河边大树下", "12号"])
def test_an_address_without_a_known_name_matches_nothing(address: str) -> None:
    assert codes(address) == []


def test_four_hundred_places_in_a_few_milliseconds() -> None:
    first, second = "东西南北上下前后大小", "溪塘山桥店湖宅园岭坞"
    places = [Place(f"V{a}{b}{n}", f"{a}{b}{n}村", "village", "T") for a in first for b in second for n in "一二三四"]
    match_address("暖身", places)
    start = time.perf_counter()
    best = match_address("金东区孝顺镇东溪二村村口老樟树南侧五十米空地上", places)[0]
    assert best.place.name == "东溪二村"
    assert time.perf_counter() - start < 0.15


def test_a_short_name_with_one_character_wrong_is_offered_and_nothing_else_is() -> None:
    assert codes("洪寸") == ["V2", "V3"]
    assert codes("多湖街道洪寸") == ["T2", "V3", "V2"]  # in the township that is named before the other
    assert {m.reason.code for m in match_address("洪寸", PLACES)} == {"reasons.place_short"}
    assert codes("李村") == []  # the ending alone is no name
    assert codes("洪寸口路灯") == []  # not read out of a sentence
    assert codes("洪村") == ["V2", "V3"]  # written right, so no guess at another
