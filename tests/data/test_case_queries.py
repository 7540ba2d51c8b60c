"""What the page and the interface read of cases: everything of one, the table of all, within who may see them."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from data.casework.evidence import add_evidence
from data.casework.unmasking import unmask_case
from data.db import Record
from data.evidence import store
from data.models import Event
from data.queries.cases import CaseFilter, CaseView, case_counts, case_view, cases_of_lead, count_cases, list_cases
from policy.errors import Refusal
from policy.vocabulary import Role, Verb
from tests.data import cases as c
from tests.data import small
from tests.support.tampering import unguard

NOW = small.NOW


@pytest.fixture
def actors(town: Record) -> dict[str, object]:
    c.with_basis(town)
    return c.cast(town)


def view(town: Record, actor, case, now=NOW, lang: str = "zh") -> CaseView:
    with town.read() as session:
        return case_view(session, actor, town.county(), case.number, now, lang)


def step_of(seen: CaseView, verb: Verb):
    return next(one for one in seen.steps if one.step.verb is verb)


# -- one case ----------------------------------------------------------------------------------------------------------


def test_the_head_names_organ_basis_party_and_certificates(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    head = view(town, actors["officer"], case).head
    assert (head.organ, head.in_name_of, head.basis) == ("西镇人民政府", "西镇人民政府", "delegated_general")
    assert head.party is not None
    assert head.party.name == c.COMPANY["name"]
    assert [(one.code, one.certificate, one.standing) for one in head.officers] == [
        ("01", "ZJ01", "valid"),
        ("02", "ZJ02", "valid"),
    ]
    assert head.place == "城市+工业区域 › 西镇 › 西镇片区 › 一村"
    assert head.lead is not None
    assert head.articles
    assert all(reason.clause for reason in head.grounds if reason.favourable)


def test_a_person_is_masked_until_a_reason_is_told_and_that_is_an_event(town: Record, actors, tmp_path: Path) -> None:
    party = c.CITIZEN | {"phone": "13812345678", "address": "西镇一村12号"}
    case = c.propose(town, tmp_path, actors, party=party)
    shown = view(town, actors["officer"], case).head.party
    assert (shown.name, shown.phone, shown.address, shown.masked) == ("王**", "138****5678", "***", True)
    with pytest.raises(Refusal) as told:
        town.write(actors["officer"], unmask_case, number=case.number, reason="  ")
    assert told.value.pointer == "/reason"
    with pytest.raises(Refusal) as told:
        town.write(actors["dispatcher"], unmask_case, number=case.number, reason="看看")
    assert told.value.kind == "forbidden"
    seen = town.write(actors["officer"], unmask_case, number=case.number, reason="制作送达回证")
    assert (seen.name, seen.phone, seen.masked) == ("王小明", "13812345678", False)
    last = view(town, actors["officer"], case).timeline[-1]
    assert (last.verb, last.words, last.facts["reason"]) == ("unmask", "查看未脱敏的当事人信息", "制作送达回证")
    with town.read() as session:
        assert "王小明" not in " ".join(session.scalars(select(Event.facts)))


def test_a_case_of_another_town_is_not_there(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    other = small.actor(town, Role.OFFICER, townships=frozenset({small.EAST}))
    with pytest.raises(Refusal) as told:
        view(town, other, case)
    assert told.value.kind == "not_found"
    with town.read() as session:
        assert list_cases(session, other, town.county(), NOW) == []
        assert case_counts(session, other, town.county(), NOW).all == 0
    with pytest.raises(Refusal) as told:
        view(town, small.actor(town, Role.GRID_WORKER), case)
    assert told.value.kind == "forbidden"


def test_steps_say_what_is_missing_with_clauses_and_whose_they_are(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    mine = view(town, actors["officer"], case)
    assert step_of(mine, Verb.SUBMIT_FILING).open
    recuse = step_of(mine, Verb.RECUSE)
    assert not recuse.open
    assert "乡镇（街道）负责人" in recuse.obstacles[0].sentence("zh")
    case = c.step(town, actors["officer"], case, "submit_filing")
    assert step_of(view(town, actors["head"], case), Verb.APPROVE_FILING).open
    held = step_of(view(town, actors["head"], case), Verb.TRANSFER)
    assert [reason.code for reason in held.missing] == ["reasons.receiver_not_accepted"]


def test_a_decision_is_judged_as_the_verb_would_judge_it(town: Record, actors, tmp_path: Path) -> None:
    case = c.to_notice(town, actors, c.propose(town, tmp_path, actors), NOW)
    hear = step_of(view(town, actors["officer"], case), Verb.HEAR_STATEMENT)
    assert [reason.code for reason in hear.missing] == ["reasons_case.statement_open"]
    assert hear.missing[0].clause == "PL 62"
    later = NOW + timedelta(days=8)
    assert step_of(view(town, actors["officer"], case, later), Verb.HEAR_STATEMENT).open


def test_the_stage_bar_has_what_was_passed_and_what_lies_ahead(town: Record, actors, tmp_path: Path) -> None:
    case = c.to_notice(town, actors, c.propose(town, tmp_path, actors), NOW)
    stages = view(town, actors["officer"], case).stages
    assert [one.state for one in stages] == [
        "proposed", "filing_review", "filed", "investigating", "finding", "notice", "statement_heard", "decided",
        "served", "executing", "closed", "archived",
    ]  # fmt: skip
    assert [one.state for one in stages if one.current] == ["notice"]
    assert [one.at is not None for one in stages] == [True] * 6 + [False] * 6


def test_a_case_that_ended_has_nothing_ahead(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    case = c.step(town, actors["officer"], case, "drop", reason="查无此事")
    seen = view(town, actors["officer"], case)
    assert [one.state for one in seen.stages] == ["proposed", "dropped"]
    assert seen.steps == ()


def test_a_case_that_was_not_filed_has_nothing_ahead(town: Record, actors, tmp_path: Path) -> None:
    case = c.step(town, actors["officer"], c.propose(town, tmp_path, actors), "submit_filing")
    case = c.step(town, actors["head"], case, "refuse_filing", reason="违法行为轻微并及时改正")
    stages = view(town, actors["officer"], case).stages
    assert [(one.state, one.current) for one in stages] == [
        ("proposed", False), ("filing_review", False), ("not_filed", True),
    ]  # fmt: skip


def test_the_file_holds_evidence_words_and_goods_with_their_moves(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    goods = [{"name": "三轮车", "quantity": "1辆", "keeper": "西镇仓库"}]
    c.step(town, actors["officer"], case, "preserve", goods=goods, head_approved=True)
    c.step(town, actors["officer"], case, "handle_preserved", words="退还", released=True)
    seen = view(town, actors["officer"], case)
    (file,) = seen.evidence
    assert file.from_number == seen.head.lead
    assert (file.thumbnail, file.who, len(file.sha256)) == (True, "dispatcher", 64)
    assert [(one.kind, one.text) for one in seen.entries] == [("handle_preserved", "退还")]
    (measure,) = seen.measures
    assert (measure.status, measure.goods[0].name) == ("released", "三轮车")
    assert [(one.giver, one.receiver) for one in measure.goods[0].moves] == [
        ("party", "西镇仓库"),
        ("西镇仓库", "party"),
    ]


def test_a_late_fine_costs_more_each_day_and_not_during_a_reconsideration(town: Record, actors, tmp_path: Path) -> None:
    case, served = c.to_served(town, actors, c.propose(town, tmp_path, actors), NOW)
    money = view(town, actors["finance"], case, served).money
    assert (money.owed, money.surcharge) == (Decimal(30), Decimal(0))
    due = money.due_at
    late = view(town, actors["finance"], case, due + timedelta(days=5)).money
    assert (late.surcharge, late.surcharge_clause) == (Decimal("4.50"), "PL 72")
    c.step(town, actors["officer"], case, "ask_reconsideration", served + timedelta(days=1), before="区人民政府")
    assert view(town, actors["finance"], case, due + timedelta(days=5)).money.surcharge == Decimal(0)
    c.step(town, actors["finance"], case, "record_payment", served + timedelta(days=2), amount="10", paid="fine")
    assert view(town, actors["finance"], case, served + timedelta(days=2)).money.paid == Decimal(10)


def test_earlier_decisions_on_act_party_and_item_stand_beside_the_form(town: Record, actors, tmp_path: Path) -> None:
    first, _ = c.to_served(town, actors, c.propose(town, tmp_path, actors), NOW)
    again = c.propose(town, tmp_path, actors, shade=2)
    other = c.propose(town, tmp_path, actors, shade=3, party=c.CITIZEN)
    same = view(town, actors["head"], again).earlier
    assert [one.number for one in same.same_act] == [first.number]
    assert [one.number for one in same.same_party] == [first.number]
    (like,) = view(town, actors["head"], other).earlier.same_item
    assert (like.number, like.fine, like.grade) == (first.number, Decimal(30), "ordinary")
    assert view(town, actors["head"], other).earlier.same_party == ()


def test_the_timeline_tells_every_event_in_words_of_both_languages(town: Record, actors, tmp_path: Path) -> None:
    case, served = c.to_served(town, actors, c.propose(town, tmp_path, actors), NOW)
    for lang, word in (("zh", "批准立案"), ("en", "approve")):
        seen = view(town, actors["officer"], case, served, lang)
        with town.read() as session:
            assert len(seen.timeline) == session.scalar(select(func.count()).where(Event.subject_id == case.id))
        assert any(word in one.words for one in seen.timeline)
        assert all(one.words and one.words != one.verb and len(one.hash) == 64 for one in seen.timeline)
        assert any(one.clock for one in seen.timeline)


def test_the_chain_of_a_case_is_held_against_itself_and_its_neighbours(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    c.step(town, actors["officer"], case, "submit_filing")
    assert view(town, actors["officer"], case).chain.whole
    assert view(town, actors["officer"], case).chain.events == 2
    unguard(town)
    chosen = (Event.subject_id == case.id) & (Event.verb == "submit_filing")
    altered = update(Event).where(chosen).values(facts=json.dumps({"words_sha256": "0" * 64}))
    town.submit_raw(lambda connection: connection.execute(altered)).result()
    chain = view(town, actors["officer"], case).chain
    assert (chain.fault, chain.verb) == ("altered", "submit_filing")


# -- the table ---------------------------------------------------------------------------------------------------------


def test_the_table_is_narrowed_sorted_and_paged(town: Record, actors, tmp_path: Path) -> None:
    made = [c.propose(town, tmp_path, actors, shade=n, party=c.CITIZEN if n == 2 else c.COMPANY) for n in (1, 2, 3)]
    c.to_served(town, actors, made[0], NOW)
    place, who = town.county(), actors["head"]
    with town.read() as session:

        def numbers(**more) -> list[str]:
            which = {k: more.pop(k) for k in tuple(more) if k in CaseFilter.__slots__}
            return [row.number for row in list_cases(session, who, place, NOW, CaseFilter(**which), **more)]

        everything = [one.number for one in reversed(made)]
        assert numbers() == everything
        assert numbers(sort="oldest", limit=2) == everything[:0:-1]
        assert numbers(before=everything[0], limit=1) == [everything[1]]
        assert numbers(offset=2) == [everything[2]]
        assert numbers(statuses=("served",)) == [made[0].number]
        assert numbers(sort="fine")[0] == made[0].number
        assert numbers(item="B1") == []
        assert numbers(item="unknown") == []
        assert numbers(words="人行道 0002") == [made[1].number]
        assert numbers(words="%") == []
        assert numbers(township=small.EAST) == []
        rows = {row.number: row for row in list_cases(session, who, place, NOW)}
        assert rows[made[1].number].party == "王**"
        assert rows[made[0].number].party == c.COMPANY["name"]
        counts = case_counts(session, who, place, NOW)
        assert (counts.by_status, counts.open, counts.overdue) == ({"proposed": 2, "served": 1}, 3, 0)
        with pytest.raises(Refusal) as told:
            numbers(sort="due", before="x")
        assert told.value.pointer == "/before"
        with pytest.raises(Refusal):
            numbers(sort="colour")


def test_a_case_is_late_when_the_organ_let_a_deadline_pass(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    c.step(town, actors["officer"], case, "submit_filing")
    c.step(town, actors["head"], case, "approve_filing")
    c.propose(town, tmp_path, actors, shade=2)
    later = NOW + timedelta(days=91)
    with town.read() as session:
        place = town.county()
        late = list_cases(session, actors["head"], place, later, CaseFilter(overdue=True))
        assert [(row.number, row.due_kind, row.overdue) for row in late] == [(case.number, "decision", True)]
        assert count_cases(session, actors["head"], place, NOW, CaseFilter(overdue=True)) == 0
        by_due = list_cases(session, actors["head"], place, NOW, sort="due")
        assert by_due[0].number == case.number


def test_the_cases_of_a_lead_are_found(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    with town.read() as session:
        assert cases_of_lead(session, actors["officer"], town.county(), case.lead_id) == ((case.number, "proposed"),)
        elsewhere = small.actor(town, Role.OFFICER, townships=frozenset({small.EAST}))
        assert cases_of_lead(session, elsewhere, town.county(), case.lead_id) == ()


def test_the_table_reads_by_its_indices(town: Record, actors) -> None:
    if town.read_engine.dialect.name != "sqlite":
        pytest.skip("plans are read on SQLite")
    with town.read() as session:
        wanted = "SELECT number FROM case_file WHERE jurisdiction_id = 'x' ORDER BY number DESC LIMIT 10"
        plan = " ".join(row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {wanted}")))
    assert "USING COVERING INDEX" in plan or "USING INDEX" in plan
    assert "TEMP B-TREE" not in plan


def test_evidence_added_to_a_case_is_in_its_file(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    file = store(tmp_path, io.BytesIO(c._picture(99)), "复查.png", c.LIMITS)
    town.write(actors["officer"], add_evidence, number=case.number, file=file, note="复查现场")
    seen = view(town, actors["officer"], case)
    assert [(one.name, one.from_number is None) for one in seen.evidence] == [("现场1.png", False), ("复查.png", True)]
