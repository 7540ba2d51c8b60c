"""Documents as steps of a case: filled from its file, numbered, kept, corrected, read; what they cannot do is told."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from docx import Document
from sqlalchemy import select

from data.authority import SYSTEM, Actor
from data.casework.papers import make_paper, open_paper, papers_of, replace_paper
from data.db import Record
from data.models import Case, Delegation, Event, Paper, Party, Person
from data.papers.declared import declared
from data.papers.fields import fields_of_case, sample_fields
from data.papers.store import path_of
from data.queries.papers import choices
from data.said import with_words
from policy.errors import Refusal
from policy.text import say
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small

pytestmark = pytest.mark.anywhere

Actors = dict[str, Actor]


def fields(town: Record, case: Case) -> dict:
    with town.read() as session:
        return fields_of_case(session, town.county(), session.get_one(Case, case.id), now=small.NOW)


def make(town: Record, actor: Actor, case: Case, paper: str, **told: str) -> Paper:
    return town.write(actor, make_paper, number=case.number, paper=paper, told=told)


def read(town: Record, actor: Actor, paper: Paper, reason: str = "") -> str:
    body = Document(io.BytesIO(town.write(actor, open_paper, paper=paper.id, reason=reason)))
    cells = [cell.text for table in body.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(part.text for part in body.paragraphs), *cells])


# -- fields -------------------------------------------------------------------------------------------------------------


def test_a_case_gives_every_declared_field_and_no_other(town: Record, decided: Case) -> None:
    found, sample = fields(town, decided), sample_fields()
    assert set(found) == set(sample)
    for group, rows in declared().items():
        one = found[group.removesuffix("[]")]
        for row in one if group.endswith("[]") else [one]:
            assert set(row) == set(rows), group
            assert all(isinstance(value, str) and value != "None" for value in row.values()), (group, row)


def test_the_fields_of_a_decided_case(town: Record, decided: Case) -> None:
    found = fields(town, decided)
    assert found["organ"]["name"] == "西镇人民政府"
    assert found["organ"]["entrustment"] == ""
    assert found["case"]["decision_number"] == "罚决〔2026〕1号"
    assert found["case"]["filed_day"] == "2026年11月20日"
    assert found["party"]["name"] == c.COMPANY["name"]
    assert found["party"]["number"] == c.COMPANY["credit_code"]
    assert found["party"]["number_label"] == "统一社会信用代码"
    assert found["item"]["penalises"] == "《浙江省城市市容和环境卫生管理条例》第十六条第三款"
    assert found["decision"]["penalties"] == "罚款人民币叁拾元整（￥30）"
    assert found["decision"]["grade"] == "一般"
    assert "书面明确放弃陈述、申辩" in found["decision"]["statement"]
    assert "15日内" in found["decision"]["payment"]
    assert "3%" in found["decision"]["payment"]
    assert [row["certificate"] for row in found["officers"]] == ["ZJ01", "ZJ02"]
    assert [row["name"] for row in found["evidence"]] == ["现场1.png"]
    assert found["statement"]["day"] == say("papers.blank")
    assert found["periods"]["suit"] == "6个月"
    assert found["periods"]["transfer_answer"] == say("papers.blank")  # Jindong's plan has none, and none is borrowed


def test_remedies_are_open_for_a_decision_and_reconsideration_is_first_on_the_spot(
    town: Record, actors: Actors, decided: Case, home: Path
) -> None:
    said = fields(town, decided)["remedies"]["text"]
    assert "金华市金东区人民政府" in said
    assert "金华市金东区人民法院" in said
    assert "60日内" in said
    assert "也可以自收到本决定书之日起6个月内" in said
    spot = on_the_spot(town, actors, home)
    said = fields(town, spot)["remedies"]["text"]
    assert "应当先自知道本决定之日起60日内" in said
    assert "收到行政复议决定书之日起15日内" in said


def test_an_entrusted_item_is_decided_in_the_name_of_the_organ_that_entrusts(
    town: Record, actors: Actors, home: Path
) -> None:
    def entrust(tx) -> None:
        for row in tx.session.scalars(select(Delegation)):
            row.kind, row.entrusting_organ = "entrusted", "BUREAU"

    town.write(SYSTEM, entrust)
    found = fields(town, c.propose(town, home, actors))
    assert found["organ"]["name"] == "区综合行政执法局"
    assert found["organ"]["acting"] == "西镇人民政府"
    assert "受区综合行政执法局委托" in found["organ"]["entrustment"]


def test_a_citizen_is_named_by_the_identity_number_and_has_no_representative(
    town: Record, actors: Actors, home: Path
) -> None:
    case = c.propose(town, home, actors, party=c.CITIZEN | {"identity_number": "11010519491231002X"})
    party = fields(town, case)["party"]
    assert (party["number_label"], party["number"]) == ("公民身份号码", "11010519491231002X")
    assert party["representative"] == "无"
    assert party["address"] == say("papers.blank")


# -- made, kept, read ---------------------------------------------------------------------------------------------------


def test_the_decision_carries_the_number_of_the_case_and_is_kept_by_its_hash(
    town: Record, actors: Actors, decided: Case, home: Path
) -> None:
    row = make(town, actors["officer"], decided, "decision")
    assert (row.number, row.organ_code, row.serial) == (decided.decision_number, "WEST", 1)
    assert row.sha256
    assert path_of(home, row.sha256).exists()
    text = read(town, actors["officer"], row)
    for said in (c.COMPANY["name"], "罚款人民币叁拾元整（￥30）", "罚决〔2026〕1号", "西镇人民政府", "第十六条第三款"):
        assert said in text
    with town.read() as session:
        event = session.scalars(select(Event).where(Event.verb == "make_paper")).one()
        assert event.role == "officer"
        facts = json.loads(event.facts)
        assert (facts["document"], facts["sha256"]) == (row.number, row.sha256)
        assert c.COMPANY["name"] not in str(facts)


def test_the_decision_is_made_once_and_corrected_by_another_that_names_it(
    town: Record, actors: Actors, decided: Case
) -> None:
    first = make(town, actors["officer"], decided, "decision")
    with pytest.raises(Refusal) as refused:
        make(town, actors["officer"], decided, "decision")
    assert refused.value.code == "errors_papers.decided_once"
    second = town.write(actors["officer"], replace_paper, paper=first.id, reason="地址笔误")
    assert second.number == "罚决〔2026〕2号"
    assert "本文书更正并替代罚决〔2026〕1号" in read(town, actors["officer"], second)
    assert "更正并替代" not in read(town, actors["officer"], first)  # the old one stays as it was
    with pytest.raises(Refusal) as refused:
        town.write(actors["officer"], replace_paper, paper=first.id, reason="再改")
    assert refused.value.code == "errors_papers.replaced_already"
    with pytest.raises(Refusal) as refused:
        town.write(actors["officer"], replace_paper, paper=second.id, reason=" ")
    assert refused.value.code == "errors_papers.reason_missing"
    with town.read() as session:
        case = session.get_one(Case, decided.id)
        assert [one.number for one in papers_of(session, case)] == ["罚决〔2026〕2号"]
        assert len(papers_of(session, case, replaced=True)) == 2
        assert case.decision_number == second.number  # what is made from now on cites the one that stands
        told = session.scalars(select(Event).where(Event.verb == "replace_paper")).one()
        assert json.loads(told.facts)["decision"] == second.number


def test_the_record_itself_holds_no_second_correction_of_a_document(
    town: Record, actors: Actors, decided: Case
) -> None:
    """Whoever comes second, past the check, is told in words and nothing of his is kept."""
    first = make(town, actors["officer"], decided, "interview_record")
    others = [make(town, actors["officer"], decided, "interview_record") for _ in range(2)]

    def correct(tx, key) -> None:
        tx.session.get_one(Paper, key).replaces_id = first.id
        tx.session.flush()

    town.write(SYSTEM, correct, key=others[0].id)
    with pytest.raises(Refusal) as refused:
        town.write(SYSTEM, correct, key=others[1].id)
    assert (refused.value.code, refused.value.kind) == ("errors_record.made_already", "conflict")
    assert "paper" in refused.value.sentence("zh")
    with town.read() as session:
        assert session.get_one(Paper, others[1].id).replaces_id is None


def test_what_is_told_is_printed_and_what_is_not_asked_for_is_refused(
    town: Record, actors: Actors, decided: Case
) -> None:
    told = {"words": "问：何时摆摊？\n答：上午九时 <b>&{{ x }}\x07", "person": "赵某"}
    row = make(town, actors["officer"], decided, "interview_record", **told)
    text = read(town, actors["officer"], row)
    assert "答：上午九时 <b>&{{ x }}" in text
    assert row.number == "询〔2026〕1号"
    for wrong, code in (
        ({"colour": "red"}, "told_unknown"),
        ({"words": 5}, "told_not_text"),
        ({"words": "长" * 20_001}, "told_long"),
    ):
        with pytest.raises(Refusal) as refused:
            town.write(actors["officer"], make_paper, number=decided.number, paper="interview_record", told=wrong)
        assert refused.value.code == f"errors_papers.{code}"
        assert refused.value.sentence("zh")
        assert refused.value.sentence("en")


def test_a_document_whose_facts_are_missing_says_which(town: Record, actors: Actors, home: Path) -> None:
    case = c.propose(town, home, actors)
    with pytest.raises(Refusal) as refused:
        make(town, actors["officer"], case, "decision")
    assert refused.value.code == "errors_papers.needs"
    assert "决定书文号" in refused.value.sentence("zh")
    assert "number of the decision" in refused.value.sentence("en")


def test_a_refused_document_leaves_no_gap(
    town: Record, actors: Actors, decided: Case, tmp_path_factory, monkeypatch
) -> None:
    from data.settings import settings

    assert make(town, actors["officer"], decided, "interview_record").serial == 1
    folder = tmp_path_factory.mktemp("own")
    paper = Document()
    paper.add_paragraph("{{ party.nothing }}")
    paper.save(str(folder / "interview_record.docx"))
    monkeypatch.setenv("ONEGRID_TEMPLATES", str(folder))
    settings.cache_clear()
    with pytest.raises(Refusal) as refused:
        make(town, actors["officer"], decided, "interview_record")
    assert refused.value.code == "errors_papers.fields"
    monkeypatch.delenv("ONEGRID_TEMPLATES")
    settings.cache_clear()
    assert make(town, actors["officer"], decided, "interview_record").serial == 2


def test_who_does_not_handle_the_case_says_why_it_is_read_and_others_are_refused(
    town: Record, actors: Actors, decided: Case
) -> None:
    row = make(town, actors["officer"], decided, "decision")
    with pytest.raises(Refusal) as refused:
        read(town, actors["reviewer"], row)
    assert refused.value.code == "errors_papers.reason_missing"
    assert "罚款" in read(town, actors["reviewer"], row, "法制审核")
    with pytest.raises(Refusal) as refused:
        read(town, actors["dispatcher"], row, "看看")
    assert refused.value.kind == "forbidden"
    with pytest.raises(Refusal) as refused:
        make(town, actors["dispatcher"], decided, "decision")
    assert refused.value.kind == "forbidden"
    with town.read() as session:
        told = [json.loads(event.facts) for event in session.scalars(select(Event).where(Event.verb == "open_paper"))]
        assert [fact["reason"] for fact in with_words(session, told)] == ["法制审核"]
    assert "reason" not in told[0]


def test_another_organ_writes_its_finding_and_nothing_in_the_name_of_the_organ_of_the_case(
    town: Record, actors: Actors, decided: Case
) -> None:
    """A department acts county-wide; the decision, its number and its name are the township's (PL 59)."""
    with pytest.raises(Refusal) as refused:
        make(town, actors["finder"], decided, "decision")
    assert (refused.value.code, refused.value.kind) == ("errors_papers.other_organ", "forbidden")
    assert "西镇人民政府" in refused.value.sentence("zh")
    with pytest.raises(Refusal) as refused:  # what it lacks is told, not who may
        make(town, actors["finder"], decided, "finding")
    assert refused.value.code == "errors_papers.needs"


def test_only_who_handles_leads_or_decides_a_case_makes_its_documents(
    town: Record, actors: Actors, decided: Case
) -> None:
    """An officer of the town who does not handle the case writes nothing in it; who reviews, only of review and hearing."""
    stranger = replace(actors["officer"], person_id=None)
    for who, paper in ((stranger, "decision"), (stranger, "review_opinion"), (actors["reviewer"], "decision")):
        with pytest.raises(Refusal) as refused:
            make(town, who, decided, paper)
        assert (refused.value.code, refused.value.kind) == ("errors_papers.not_of_the_case", "forbidden")
        assert decided.number in refused.value.sentence("zh")
    with town.read() as session:
        names = [session.get_one(Person, UUID(one)).name for one in decided.officer_ids]
    assert all(name in refused.value.sentence(lang) for name in names for lang in ("zh", "en"))
    with pytest.raises(Refusal) as refused:  # what it lacks is told, not who may
        make(town, actors["reviewer"], decided, "review_opinion")
    assert refused.value.code == "errors_papers.needs"
    first = make(town, actors["head"], decided, "decision")
    with pytest.raises(Refusal) as refused:
        town.write(stranger, replace_paper, paper=first.id, reason="改")
    assert refused.value.code == "errors_papers.not_of_the_case"
    squadron = replace(stranger, scopes=tuple(replace(one, role=Role.SQUADRON_HEAD) for one in stranger.scopes))
    assert make(town, squadron, decided, "interview_record").number
    with town.read() as session:
        shown = choices(session, stranger, town.county(), number=decided.number, now=small.NOW)
    assert {one.obstacle.code for one in shown if one.obstacle} == {"errors_papers.not_of_the_case"}


def test_a_document_that_is_gone_or_altered_is_told(town: Record, actors: Actors, decided: Case, home: Path) -> None:
    row = make(town, actors["officer"], decided, "decision")
    assert row.sha256
    path = path_of(home, row.sha256)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Refusal) as refused:
        read(town, actors["officer"], row)
    assert refused.value.code == "errors_papers.altered"
    path.unlink()
    with pytest.raises(Refusal) as refused:
        read(town, actors["officer"], row)
    assert refused.value.code == "errors_papers.gone"


def test_nothing_but_the_cover_is_made_for_an_archived_case(town: Record, actors: Actors, decided: Case) -> None:
    later = small.NOW + timedelta(days=6)
    case = c.step(town, actors["finance"], decided, "record_payment", later, amount="30", paid="fine", slip="1")
    case = c.step(town, actors["head"], case, "close", later, close_ground="executed")
    make(town, actors["officer"], case, "closing_report")
    case = c.step(town, actors["officer"], case, "archive", later, archive_number="2026-01-001", file_complete=True)
    with pytest.raises(Refusal) as refused:
        make(town, actors["officer"], case, "reminder")
    assert refused.value.code == "errors_papers.archived"
    text = read(town, actors["officer"], make(town, actors["officer"], case, "file_cover"))
    assert "2026-01-001" in text
    assert "结案报告" in text


def test_a_letter_is_made_for_a_lead_without_a_case(town: Record, actors: Actors, home: Path) -> None:
    number = c.lead_with_evidence(town, home, actors)
    row = town.write(
        actors["officer"], make_paper, number=number, paper="transfer_letter",
        told={"receiver": "区水务局", "reason": "不属于本机关管辖。"},
    )  # fmt: skip
    text = read(town, actors["officer"], row, "移送")
    assert "区水务局：" in text
    assert "理由：不属于本机关管辖。" in text
    assert "西镇人民政府" in text
    assert number in text


def on_the_spot(town: Record, actors: Actors, home: Path, number: str | None = None, shade: int = 9) -> Case:
    from data.casework.cases import decide_on_spot

    decision = {
        "penalties": ["fine"], "fine": "30", "grade": "ordinary", "words": "愿意改正", "facts_clear": True,
        "suspected_crime": False, "document": number, "receipt": True,
    }  # fmt: skip
    lead = c.lead_with_evidence(town, home, actors, shade)
    told = {"item": "A1", "summary": "占道摆摊", "party": c.CITIZEN, "officers": ["01", "02"], "lead": lead}
    return town.write(actors["officer"], decide_on_spot, **told, decision=decision)


def test_the_party_of_a_case_may_be_unknown(town: Record, actors: Actors, home: Path) -> None:
    case = c.propose(town, home, actors)

    def forget(tx) -> None:
        tx.session.get_one(Case, case.id).party_id = None

    town.write(SYSTEM, forget)
    found = fields(town, case)
    assert found["party"]["name"] == say("papers.blank")
    with town.read() as session:
        assert session.scalars(select(Party)).all()
