"""The item catalogue: every item agrees with its article, and its questions are answered from it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy import items
from policy.errors import Refusal
from policy.items import numerals, spelling
from policy.items.grading import grade_lines, scheme
from policy.library import library
from policy.suggestion import Lexicon
from policy.text import catalogue
from policy.vocabulary import PenaltyKind

STATUTE = """
law = "大气污染防治法"
domain = "environment"

[[penalty]]
article = "119"
paragraph = 1
quote = "并可以处五百元以上二千元以下的罚款"
correction = "with"
kinds = ["fine"]
fine.any = "500-2000"

[[penalty.item]]
code = "X-1"
name = "露天焚烧秸秆"
name_en = "Burning straw"
forbids = "77"
words = "禁止露天焚烧秸秆、落叶等产生烟尘污染的物质"
keywords = ["秸秆"]
"""


def faults_of(text: str, folder: Path) -> list[items.ItemFault]:
    (folder / "大气污染防治法.toml").write_text(text, "utf-8")
    return items.check(folder)


def test_every_item_agrees_with_the_law() -> None:
    assert [str(fault) for fault in items.check()] == []


def test_the_catalogue_is_large_enough_and_reaches_what_townships_live_on() -> None:
    loaded = items.load_items()
    assert len(loaded) >= 300
    assert set(items.domains()) == {item.domain for item in loaded}
    words = {word for item in loaded for word in item.keywords}
    assert {"占道经营", "违建", "垃圾分类", "秸秆", "无照", "消防通道", "燃气", "农药", "噪声", "河道", "油烟"} <= words
    assert {"建筑垃圾", "户外广告", "犬", "绿化", "井盖", "雨污混接", "维修基金", "小作坊", "坟墓", "放鞭炮"} <= words


def test_every_domain_stage_base_and_unit_is_said_in_both_languages() -> None:
    from policy.items.model import BASES, STAGES, UNITS

    named = {"domain": items.domains(), "stage": STAGES, "base": BASES, "unit": UNITS}
    for lang in ("zh", "en"):
        for area, keys in named.items():
            assert {k for k in catalogue(lang) if k.startswith(f"items.{area}.")} == {f"items.{area}.{k}" for k in keys}


def test_loading_is_quick() -> None:
    def loaded() -> float:
        items.load_items.cache_clear()
        began = time.thread_time()
        items.load_items()
        return time.thread_time() - began

    assert min(loaded() for _ in range(3)) < 0.15


class TestFaults:
    """A fault names the file, the line and the remedy; all of them are found in one reading."""

    def test_a_sound_file_has_none(self, tmp_path: Path) -> None:
        assert faults_of(STATUTE, tmp_path) == []

    @pytest.mark.parametrize(
        ("old", "new", "line", "said"),
        [
            ("500-2000", "600-2000", 13, "600"),
            ("500-2000", "500 to 2000", 5, "cannot be read"),
            ("500-2000", "2-3x gains", 13, "gains"),
            ("500-2000", "severe: 500-2000", 13, "severe"),
            ("fine.any", "fine.nobody", 5, "nobody"),
            ('"119"', '"919"', 13, "no article 919"),
            ('"77"', '"78"', 13, "does not stand in 大气污染防治法 78"),
            ("paragraph = 1", "paragraph = 2", 13, "does not stand in"),
            ("paragraph = 1", "paragraph = 9", 13, "3 paragraphs"),
            ("五百元以上二千元", "五百元以上三千元", 13, "does not stand in"),
            ("并可以处五百元以上二千元以下的罚款", "露天焚烧秸秆", 13, "carries no number"),
            ('["fine"]', '["fines"]', 5, "fines"),
            ('["fine"]', '["fine", "revoke_permit"]', 13, "revoke_permit"),
            ('["fine"]', '["warning"]', 13, "warning"),
            ('"with"', '"perhaps"', 5, "first, with, none"),
            ('"with"', '"first"', 13, "correction"),
            ('"environment"', '"weather"', 13, "weather"),
            ('name_en = "Burning straw"\n', "", 13, "name_en"),
            ('["秸秆"]', "[]", 13, "keywords"),
            ("code =", "kode =", 13, "kode"),
            ('law = "大气污染防治法"', "law = 大气", 2, "TOML"),
        ],
    )
    def test_each_fault_is_named_with_its_line(self, old: str, new: str, line: int, said: str, tmp_path: Path) -> None:
        found = faults_of(STATUTE.replace(old, new), tmp_path)
        assert any(said in f.sentence and f.line == line for f in found), [str(f) for f in found]
        assert all(f.file == "大气污染防治法.toml" and f.sentence_zh != f.sentence for f in found)

    def test_all_faults_are_collected(self, tmp_path: Path) -> None:
        wrong = STATUTE.replace("500-2000", "600-3000").replace('"77"', '"78"').replace('["秸秆"]', "[]")
        said = [fault.sentence.split(" ")[0] for fault in faults_of(wrong, tmp_path)]
        assert said == ["“禁止露天焚烧秸秆、落叶等产生烟尘污染的物质”", "The", "The", "No"]

    def test_a_code_and_a_name_stand_only_once(self, tmp_path: Path) -> None:
        again = STATUTE + STATUTE[STATUTE.index("[[penalty.item]]") :]
        assert ["line 13" in f.sentence for f in faults_of(again, tmp_path)] == [True, True]

    def test_grades_join_up_inside_the_range(self, tmp_path: Path) -> None:
        good = STATUTE + 'grades.any = ["500-800", "800-1500", "1500-2000"]\n'
        assert faults_of(good, tmp_path) == []
        for wrong in ("1500-2500", "1600-2000", "1500-1900"):
            found = faults_of(good.replace("1500-2000", wrong), tmp_path)
            assert [f.line for f in found] == [13]
            assert "grades" in found[0].sentence


class TestFineRange:
    """What a fine may be, in yuan, for a party."""

    def test_open_burning_of_straw(self) -> None:
        found = items.fine_range(items.item("DQ-119-1"), "individual")
        assert (found.least, found.most, found.complete) == (500, 2000, True)

    def test_an_individual_and_an_organisation_differ(self) -> None:
        item = items.item("ZSR-12-1")
        assert items.fine_range(item, "individual").most == 1000
        assert items.fine_range(item, "organisation").most == 3000

    def test_the_person_responsible_is_fined_only_where_named(self) -> None:
        assert items.fine_range(items.item("DQ-119-1"), "responsible").lines == ()
        assert items.fine_range(items.item("AQ-105-2"), "responsible").most == 10_000

    def test_value_of_the_goods_chooses_the_line(self) -> None:
        item = items.item("SP-122-1")
        small = items.fine_range(item, "individual", {"goods_value": Decimal(9_999)})
        exact = items.fine_range(item, "individual", {"goods_value": Decimal(10_000)})
        assert (small.least, small.most) == (50_000, 100_000)
        assert (exact.least, exact.most) == (100_000, 200_000)

    def test_without_the_amount_the_upper_limit_is_open(self) -> None:
        found = items.fine_range(items.item("GH-64-1"), "organisation")
        assert (found.least, found.most, found.complete) == (None, None, False)
        known = items.fine_range(items.item("GH-64-1"), "organisation", {"project_cost": Decimal(200_000)})
        assert (known.least, known.most, known.complete) == (10_000, 20_000, True)

    def test_by_the_square_metre(self) -> None:
        found = items.fine_range(items.item("TS-57-1"), "individual", {"square_metre": Decimal(120)})
        assert (found.least, found.most) == (12_000, 120_000)

    def test_cost_of_disposal_counts_as_at_least_the_sum_the_law_names(self) -> None:
        found = items.fine_range(items.item("GF-112-4"), "organisation", {"disposal_cost": Decimal(1_000)})
        assert (found.least, found.most) == (600_000, 1_000_000)

    def test_a_stage_chooses_its_own_line(self) -> None:
        item = items.item("AQ-97-6")
        assert items.fine_range(item, "organisation").most == 100_000
        later = items.fine_range(item, "organisation", stages=("uncorrected",))
        assert (later.least, later.most) == (100_000, 200_000)

    def test_a_law_that_names_no_sum_leaves_it_open(self) -> None:
        found = items.fine_range(items.item("LH-26-1"), "individual")
        assert (found.least, found.most, found.complete) == (None, None, False)


class TestGrades:
    """Grades of our own stay inside the statute's range."""

    def test_every_grade_of_every_line_stays_inside_and_joins_up(self) -> None:
        for item in items.load_items():
            for line in item.fines:
                spans = [(g.line.least, g.line.most) for g in grade_lines(replace(item, fines=(line,)), line.party)]
                if line.unstated or line.least == line.most:
                    assert spans == []
                    continue
                assert (spans[0][0], spans[-1][1]) == (line.least, line.most), item.code
                assert all(a[1] == b[0] and a[0] < a[1] for a, b in pairwise(spans)), item.code

    def test_three_grades_from_light_to_heavy(self) -> None:
        found = items.grades(items.item("ZSR-28-1"), "organisation")
        assert [g.code for g in found] == ["lenient", "ordinary", "heavy"]
        spans = [(g.line.least, g.line.most) for g in found]
        assert spans == [(100_000, 370_000), (370_000, 730_000), (730_000, 1_000_000)]

    def test_grades_written_for_an_item_come_first(self) -> None:
        found = items.grades(items.item("ZSR-16-1"), "individual")
        assert [(g.line.least, g.line.most) for g in found] == [(0, 20), (20, 35), (35, 50)]

    def test_the_scheme_covers_the_whole_span(self) -> None:
        ends = [(g["from"], g["to"]) for g in scheme()]
        assert ends[0][0] == 0
        assert ends[-1][1] == 1
        assert all(a[1] == b[0] for a, b in pairwise(ends))


class TestCounty:
    """Penalties kept by the county (LX 二(一))."""

    RESERVED = frozenset({PenaltyKind.REVOKE_PERMIT, PenaltyKind.ORDER_SUSPENSION, PenaltyKind.CONFISCATE_LARGE_GAINS})

    def test_suspension_that_always_comes_goes_to_the_county(self) -> None:
        found = items.needs_county(items.item("XF-61-1"), self.RESERVED, "LX 二(一)")
        assert not found.allowed
        assert found.obstacles[0].clause == "LX 二(一)"
        assert "责令停产停业" in found.obstacles[0].sentence("zh")

    def test_revocation_in_serious_cases_is_only_told(self) -> None:
        found = items.needs_county(items.item("SP-124-5"), self.RESERVED)
        assert found.allowed
        assert len(found.reasons) == 1

    def test_a_fine_alone_stays_with_the_township(self) -> None:
        assert items.needs_county(items.item("DQ-119-1"), self.RESERVED).reasons == ()

    def test_where_nothing_is_reserved_everything_stays(self) -> None:
        assert all(items.needs_county(item, ()).reasons == () for item in items.load_items())


class TestChoice:
    """Which items hold in a county, and which a reporter's words mean."""

    def test_a_provincial_regulation_holds_only_there(self) -> None:
        zhejiang = {i.code for i in items.items_for(("national", "zhejiang", "lanxi"))}
        elsewhere = {i.code for i in items.items_for(("national", "chongqing", "fuling"))}
        assert "ZSR-16-1" in zhejiang - elsewhere
        assert "SR-36-2" in elsewhere - zhejiang

    def test_an_unknown_code_is_refused_in_words(self) -> None:
        with pytest.raises(Refusal) as refused:
            items.item("nothing")
        assert "nothing" in refused.value.sentence("zh")

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ("村口有人露天焚烧秸秆冒烟很大", "DQ-119-1"),
            ("楼下饭店油烟大烟道坏了净化器没开", "DQ-118-1"),
            ("水果摊占道经营流动摊贩把人行道占了", "ZSR-16-1"),
            ("夜间施工打桩噪声扰民", "ZS-77-2"),
            ("有人在河里电鱼", "YE-38-1"),
        ],
    )
    def test_a_reporters_words_suggest_the_item(self, said: str, code: str) -> None:
        lexicon = Lexicon(items.topics(items.items_for(("national", "zhejiang"))))
        assert code in [s.item_code for s in lexicon.suggest(said, limit=3)]

    def test_what_is_stored_can_be_read_by_anyone(self) -> None:
        stored = items.basis(items.item("ZSR-12-1"))
        assert stored["penalises"]["law"] == "浙江省城市市容和环境卫生管理条例"
        assert stored["fine"] == {"organisation": "500-3000", "individual": "200-1000"}


class TestRows:
    """The same items as rows of a spreadsheet."""

    def test_the_whole_catalogue_comes_back_from_its_rows(self) -> None:
        read, faults = items.parse_rows([items.to_row(i) for i in items.load_items()], known_domains=items.domains())
        assert [str(f) for f in faults] == []
        assert Counter(items.basis(i)["catalogue"] for i in read) == Counter(i.code for i in items.load_items())
        assert all(set(a.fines) == set(b.fines) for a, b in zip(read, items.load_items(), strict=True))

    def test_headings_may_be_words_and_empty_cells_nan(self) -> None:
        row = items.to_row(items.item("DQ-119-1"))
        heads = {name: head for name, head, _ in items.columns("zh")}
        words = {heads[name]: text or float("nan") for name, text in row.items()}
        words[heads["penalises_article"]] = 119.0  # a spreadsheet's number
        read, faults = items.parse_rows([words, dict.fromkeys(heads.values())])
        assert faults == []
        assert [i.code for i in read] == ["DQ-119-1"]

    def test_a_faulty_row_gives_no_item_but_its_number(self) -> None:
        good = items.to_row(items.item("DQ-119-1"))
        bad = good | {"code": "X", "name": "别的", "fine_any": "500-9000"}
        read, faults = items.parse_rows([good, bad], source="事项.xlsx")
        assert [i.code for i in read] == ["DQ-119-1"]
        assert {(f.file, f.line) for f in faults} == {("事项.xlsx", 3)}

    def test_a_row_without_what_must_be_filled_is_refused(self) -> None:
        read, faults = items.parse_rows([{"code": "X", "name": "某事项"}])
        assert read == ()
        assert len(faults) == 10


class TestNumbers:
    """Sums and shares as the statutes write them."""

    @pytest.mark.parametrize(
        ("text", "sums"),
        [
            ("处一千元以上一万元以下罚款", {1000, 10_000}),
            ("处5万元以上50万元以下罚款", {50_000, 500_000}),
            ("并处5万元以上10万以下的罚款", {50_000, 100_000}),
            ("五万元以上二十五万元以下", {50_000, 250_000}),
            ("五百万元以上一千万元以下", {5_000_000, 10_000_000}),
            ("可以并处15000元以下的罚款", {15_000}),
            ("每平方米二元以上十元以下", {2, 10}),
        ],
    )
    def test_sums(self, text: str, sums: set[int]) -> None:
        assert numerals.sums(text) == {Decimal(n) for n in sums}

    @pytest.mark.parametrize(
        ("text", "shares"),
        [
            ("违法所得一倍以上五倍以下", {"1", "5"}),
            ("货值金额百分之五十以上三倍以下", {"0.5", "3"}),
            ("工程合同价款0.5%以上1%以下", {"0.005", "0.01"}),
            ("货值金额等值以上三倍以下", {"1", "3"}),
        ],
    )
    def test_shares(self, text: str, shares: set[str]) -> None:
        assert numerals.shares(text) == {Decimal(n) for n in shares}

    @given(st.integers(1, 99_999_999), st.integers(1, 99_999_999))
    def test_what_is_spelt_is_read_back(self, one: int, other: int) -> None:
        least, most = sorted((one, other))
        text = f"severe: goods_value>=10000: {least}-{most}"
        fines = spelling.read(text, "any")
        assert (fines[0].least, fines[0].most) == (least, most)
        assert spelling.read(spelling.write(fines), "any") == fines

    def test_every_fine_of_the_catalogue_is_spelt_and_read_back(self) -> None:
        for item in items.load_items():
            for fine in item.fines:
                assert spelling.read(spelling.write((fine,)), fine.party) == (fine,), item.code


def test_every_statute_file_is_named_after_its_law() -> None:
    known = library().documents
    assert all(path.stem in known for path in items.statutes_dir().glob("*.toml"))
