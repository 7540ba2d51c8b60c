"""The law library: every citation leads to its article."""

from __future__ import annotations

import pytest

from policy.errors import Refusal
from policy.library import article, library, normal_clause, number_of, numeral, split_citation


def test_an_article_is_found_by_number_and_carries_its_heading() -> None:
    found = article("PL", "42")
    assert found.text.startswith("行政处罚应当由具有行政执法资格的执法人员实施。执法人员不得少于两人")
    assert (found.heading, found.label, found.title) == ("第一节 一般规定", "第四十二条", "中华人民共和国行政处罚法")


@pytest.mark.parametrize(
    ("document", "clause", "begins"),
    [
        ("PL", "64(1)", "听证应当依照以下程序组织"),
        ("PL", "第八十五条", "本法中“二日”"),
        ("CL", "第六条", "统筹机关各部门"),
        ("CR", "5", "行政执法机关对应当向公安机关移送"),
        ("JD", "二(四)11", "11.强化多跨协同"),
        ("JD", "二（四）12", "12.强化应急联动"),
        ("LX", "二(二)2", "2. 人员配置"),
        ("LX", "三(五)1", "1. 建立事项评估机制"),
        ("YY", "五(二)", "（二）强化工作保障"),
        ("FL", "二(三)", "(三)案件移送制度"),
        ("JD", "附件3", "附件3"),
    ],
)
def test_clauses_of_laws_and_plans_resolve(document: str, clause: str, begins: str) -> None:
    assert article(document, clause).text.startswith(begins)


def test_a_clause_of_a_plan_holds_what_stands_under_it_and_no_more() -> None:
    assert "55% " not in article("JD", "二(一)2").text
    assert "50% 以上力量下沉" in article("JD", "二(一)2").text
    assert "四级执法网格" not in article("JD", "二(一)2").text
    assert "四级执法网格" in article("JD", "二(一)").text


def test_articles_of_every_statute_run_from_one_without_a_gap() -> None:
    texts = library()
    for code, document in texts.documents.items():
        if document.kind == "law" and document.text == "at_hand":
            numbers = [a.number for a in texts.articles(code)]
            assert numbers == [str(n) for n in range(1, len(numbers) + 1)], code


def test_at_least_fifty_statutes_for_items_are_shipped() -> None:
    assert sum(1 for d in library().documents.values() if d.file.startswith("items/")) >= 50


def test_every_statute_says_when_it_was_checked() -> None:
    laws = [d for d in library().documents.values() if d.kind == "law"]
    assert all(d.checked_on for d in laws)


def test_a_law_without_its_text_is_cited_but_not_shown() -> None:
    assert library().documents["ALL"].text == "not_at_hand"
    with pytest.raises(Refusal) as refused:
        article("ALL", "46")
    assert "行政诉讼法" in refused.value.sentence("zh")


def test_an_article_that_does_not_exist_is_named() -> None:
    with pytest.raises(Refusal) as refused:
        article("PL", "142")
    assert "PL 142" in refused.value.sentence("en")


def test_a_citation_as_screens_print_it_opens_all_its_articles() -> None:
    found = library().resolve("PL 42–43, 85; JD 二(五)15; ALL 46")
    assert [(a.document, a.number) for a in found] == [("PL", "42"), ("PL", "43"), ("PL", "85"), ("JD", "二(五)15")]


def test_a_document_code_carries_over_to_the_clauses_after_it() -> None:
    assert split_citation("PL 64(1), 85; CO 54") == [("PL", "64(1)"), ("PL", "85"), ("CO", "54")]


@pytest.mark.parametrize("number", [1, 9, 10, 11, 20, 42, 99, 100, 102, 110, 115, 126, 999])
def test_numerals_both_ways(number: int) -> None:
    assert number_of(numeral(number)) == number


def test_clauses_have_one_spelling() -> None:
    assert normal_clause("第 六十四 条") == "64"
    assert normal_clause("第六十四条之一") == "64-1"
    assert normal_clause("二（四）12") == "二(四)12"


def test_lists_of_officials_are_left_out_of_the_plans_that_ship() -> None:
    assert article("JD", "附件1").text.endswith("成员名单（名单从略）")
    posts = article("JD", "附件2").text.splitlines()
    assert posts[1].endswith("（姓名从略）")
    assert posts[2:5] == [
        "组  长：区委副书记、政法委书记",
        "副组长：副区长",
        "成  员：区委宣传部常务副部长、新闻出版局局长",
    ]
    assert "组长、副组长姓名从略" in article("YY", "附件").text
