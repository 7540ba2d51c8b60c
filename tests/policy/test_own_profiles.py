"""A county's own profiles: a folder beside the product, its texts quoted word by word, shipped names taken over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from policy import loader
from policy.errors import Refusal
from policy.library import library
from policy.loader import check, codes, load_own, load_profile, profiles_dir, register

DAY = date(2026, 11, 21)
PLAN = """溪桥县乡镇综合行政执法改革方案
一、总体要求
到2026年年底，事项覆盖50%以上的执法领域。
二、队伍
（一）下沉
1.乡镇执法力量占全县执法力量55%以上。
"""
PROFILE = """[profile]
code = "xiqiao"
short_code = "XQ"
name_zh = "溪桥县"
name_en = "Xiqiao County"
level = "plan"
parent = "zhejiang"

[documents.XQ]
title_zh = "溪桥县乡镇综合行政执法改革方案"
dated = 2025-03-01
in_force = 2025-03-01
status = "in_force"
file = "xiqiao.txt"

[[value]]
key = "sink_down.force_share"
value = 0.55
unit = "share"
from = 2025-03-01
cite = { doc = "XQ", clause = "二(一)1", quote = "乡镇执法力量占全县执法力量55%以上" }
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "xiqiao.toml").write_text(PROFILE, "utf-8")
    (tmp_path / "xiqiao.txt").write_text(PLAN, "utf-8")
    register(tmp_path)
    yield tmp_path
    register(None)


def test_an_own_profile_is_known_beside_those_that_ship(own: Path) -> None:
    assert {"xiqiao", "jindong"} < set(codes())
    county = load_profile("xiqiao")
    assert county.chain == ("national", "zhejiang", "xiqiao")
    assert county.require("sink_down.force_share", DAY).value == 0.55
    assert county.get("target.F01", DAY) is None
    assert [profile.code for profile in load_own()] == ["xiqiao"]
    assert check(own / "xiqiao.toml") == []


def test_a_clause_of_the_own_plan_opens_like_any_other(own: Path) -> None:
    county = load_profile("xiqiao")
    cite = county.require("sink_down.force_share", DAY).citation
    assert cite is not None
    texts = library().with_documents(county.documents)
    assert texts.article(cite.document, cite.clause).text == "1.乡镇执法力量占全县执法力量55%以上。"


def test_words_that_the_own_plan_does_not_have_are_a_fault(own: Path) -> None:
    path = own / "xiqiao.toml"
    path.write_text(PROFILE.replace('55%以上" }', '60%以上" }'), "utf-8")
    (fault,) = check(path)
    assert fault.line == PROFILE.splitlines().index(next(x for x in PROFILE.splitlines() if x.startswith("cite"))) + 1
    assert "XQ 二(一)1" in fault.sentence
    with pytest.raises(Refusal, match="not found in XQ"):
        load_own()


def test_a_file_with_a_shipped_name_takes_its_place_and_another_countys_stays(own: Path) -> None:
    text = (profiles_dir() / "lanxi.toml").read_text("utf-8")
    (own / "lanxi.toml").write_text(text.replace("value = 0.6\n", "value = 0.65\n"), "utf-8")
    register(own)
    assert load_profile("lanxi").require("sink_down.force_share", DAY).value == 0.65
    assert load_profile("jindong").chain[1] == "zhejiang"
    register(None)
    assert load_profile("lanxi").require("sink_down.force_share", DAY).value == 0.6


def test_a_province_of_ones_own_may_stand_between(own: Path) -> None:
    province = PROFILE.replace("xiqiao", "anhui").replace('level = "plan"', 'level = "province"')
    (own / "anhui.toml").write_text(
        province.replace('parent = "zhejiang"', 'parent = "national"').replace("0.55", "0.5"), "utf-8"
    )
    (own / "anhui.txt").write_text(PLAN, "utf-8")
    (own / "xiqiao.toml").write_text(PROFILE.replace("zhejiang", "anhui"), "utf-8")
    assert load_profile("xiqiao").chain == ("national", "anhui", "xiqiao")


def test_the_name_of_the_file_is_the_code(own: Path) -> None:
    (own / "other.toml").write_text(PROFILE, "utf-8")
    (fault,) = check(own / "other.toml")
    assert (fault.line, fault.key) == (2, "code")
    assert "other.toml" in fault.sentence_zh


def test_a_faulty_one_is_refused_with_file_line_and_sentence_in_both_languages(own: Path) -> None:
    (own / "xiqiao.toml").write_text(PROFILE.replace('unit = "share"\n', ""), "utf-8")
    with pytest.raises(Refusal) as refused:
        load_own()
    assert "xiqiao.toml:" in refused.value.sentence("zh")
    assert "unit" in refused.value.sentence("en")
    assert "。。" not in refused.value.sentence("zh")


def test_a_profile_in_another_coding_is_a_fault_with_its_line_not_an_error(own: Path) -> None:
    (own / "xiqiao.toml").write_bytes(PROFILE.encode("gb18030"))
    (fault,) = check(own / "xiqiao.toml")
    assert (fault.line, "UTF-8" in fault.sentence) == (4, True)
    assert [found.sentence for found in check() if found.file.endswith("xiqiao.toml")] == [fault.sentence]
    with pytest.raises(Refusal, match="UTF-8"):
        load_profile("xiqiao")


def test_a_plan_in_another_coding_is_a_fault(own: Path) -> None:
    (own / "xiqiao.txt").write_bytes(PLAN.encode("gb18030"))
    sentences = " ".join(fault.sentence for fault in check(own / "xiqiao.toml"))
    assert "“xiqiao.txt” is not in UTF-8" in sentences


def test_a_mark_at_the_beginning_and_a_folder_named_like_a_profile_do_no_harm(own: Path) -> None:
    (own / "xiqiao.toml").write_text(PROFILE, "utf-8-sig")
    (own / "xiqiao.txt").write_text(PLAN, "utf-8-sig")
    (own / "old.toml").mkdir()
    assert check(own / "xiqiao.toml") == []
    assert [profile.code for profile in load_own()] == ["xiqiao"]


def test_a_folder_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        register(tmp_path / "none")
    assert refused.value.code == "errors_policy.no_folder"
    assert str(tmp_path / "none") in refused.value.sentence("zh")
    assert loader.codes() == codes(profiles_dir())
