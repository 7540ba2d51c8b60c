"""The pool of legal experts: taken in from a table, listed for a case, and asked in a review only by who may be asked."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import SYSTEM, Actor
from data.db import Record
from data.importers import ImportRefused, import_experts, write_template
from data.models import Case, CaseReview, Event, LegalExpert, Party
from data.queries.experts import list_experts
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import parties as p
from tests.data import small
from tests.data.test_reviews import actors, begun, plan, step, to_review

__all__ = ["actors", "plan"]  # fixtures

HEADS = ("专家编号", "专家姓名", "专家单位", "专业领域", "聘期起", "聘期止", "专家工号", "回避对象")
POOL = (
    ("Z01", "周律", "某某律师事务所", "城市管理，建设", "2026-01-01", "2027-12-31", "", ""),
    ("Z02", "吴前", "某某大学法学院", "", "2024-01-01", "2026-11-19", "", ""),  # ended yesterday
    ("Z03", "郑后", "某某大学法学院", "", "2026-11-21", "", "", ""),  # begins tomorrow
    ("Z04", "王回", "某某律师事务所", "", "2026-01-01", "", "", c.COMPANY["name"]),
    ("Z05", "冯代", "某某律师事务所", "", "2026-01-01", "", "", f"别家公司、{c.COMPANY['credit_code']}"),
    ("Z06", "陈内", c.COMPANY["name"], "", "2026-01-01", "", "", ""),
    ("Z07", "褚办", "区综合行政执法局", "", "2026-01-01", "", "01", ""),  # handles the case
    ("Z08", "卫今", "某某律师事务所", "", "2026-11-20", "2026-11-20", "", ""),  # first and last day is today
)  # fmt: skip
EAST_ONLY = frozenset({small.EAST})
lanxi = pytest.mark.parametrize("plan", ["lanxi"], indirect=True)


def table(file: Path, *rows: tuple[str, ...]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADS, *rows])
    return file


@pytest.fixture
def pool(plan: Record, tmp_path: Path) -> Iterator[Record]:
    """The pool of the county, from a table."""
    rows = [row for row in POOL if row[0] != "Z08"]
    import_experts(plan, SYSTEM, plan.county(), table(tmp_path / "pool.csv", *rows))
    one_day = ("Z08", "卫今", "某某律师事务所", "", "2026-11-19", "2026-11-20", "", "")
    import_experts(plan, SYSTEM, plan.county(), table(tmp_path / "more.csv", one_day))
    return plan


@pytest.fixture
def ask(pool: Record, actors: dict[str, Any], tmp_path: Path) -> Callable[..., CaseReview]:
    """Asks somebody in a review that has begun."""
    materials = ["卷宗"] if pool.county().profile.code == "lanxi" else None
    _, row = to_review(pool, actors, tmp_path, materials=materials)
    row = begun(pool, actors, row)
    return lambda expert, way="legal_expert_pool": step(
        pool, actors["reviewer"], row, "ask_expert", outside=way, expert=expert
    )


# -- who may be asked ---------------------------------------------------------------------------------------------------


@lanxi
@pytest.mark.parametrize("told", ["Z01", "周律", "Z08"])
def test_who_stands_in_the_pool_today_is_asked_and_named_with_the_organisation(
    ask: Any, pool: Record, told: str
) -> None:
    row = ask(told)
    with pool.read() as session:
        expert = session.get_one(LegalExpert, row.expert_id)
        facts = session.scalars(select(Event.facts).where(Event.verb == "ask_expert")).one()
    assert row.expert == f"{expert.name}（{expert.organisation}）"
    assert row.outside == "legal_expert_pool"
    assert json.loads(facts)["expert"] == expert.code  # no name in the chain


@lanxi
@pytest.mark.parametrize(
    ("told", "code", "words"),
    [
        ("51", "not_in_pool", "专家库"),  # qualified in law, yet not in the pool
        ("无此人", "not_in_pool", "专家库"),
        ("Z02", "term_over", "2026-11-19"),
        ("Z03", "term_over", "2026-11-21"),
        ("Z04", "expert_tied", "申明"),
        ("Z05", "expert_tied", "申明"),
        ("Z06", "expert_tied", "单位"),
        ("Z07", "expert_handled", "承办人"),
    ],
)
def test_who_may_not_be_asked_is_refused_with_the_reason(
    ask: Any, pool: Record, told: str, code: str, words: str
) -> None:
    with pytest.raises(Refusal) as refused:
        ask(told)
    reason = next(one for one in refused.value.reasons if one.code == f"reasons_review.{code}")
    assert words in reason.sentence("zh")
    assert reason.clause
    assert reason.sentence("en").strip()
    with pool.read() as session:
        assert session.scalars(select(CaseReview.expert)).all() == [None]


@lanxi
def test_the_pool_is_listed_for_a_review_with_who_steps_aside(ask: Any, pool: Record, actors: dict[str, Any]) -> None:
    with pool.read() as session:
        number = session.scalars(select(CaseReview.number)).one()
        at_large = list_experts(session, actors["reviewer"], pool.county(), small.NOW)
        here = list_experts(session, actors["reviewer"], pool.county(), small.NOW, review=number)
        with pytest.raises(Refusal):
            list_experts(session, actors["reviewer"], pool.county(), small.NOW, review="JD-V-1")
        elsewhere = replace(actors["reviewer"], scopes=(replace(actors["reviewer"].scopes[0], townships=EAST_ONLY),))
        with pytest.raises(Refusal) as refused:  # whose party an expert knows is not told to another town
            list_experts(session, elsewhere, pool.county(), small.NOW, review=number)
        assert refused.value.kind == "not_found"
    assert {row.code: row.standing for row in here} == {
        "Z01": "available", "Z08": "available", "Z02": "ended", "Z03": "not_yet", "Z04": "declared", "Z05": "declared",
        "Z06": "is_party", "Z07": "handles",
    }  # fmt: skip
    assert [row.code for row in here][:2] == ["Z01", "Z08"]
    assert {row.code for row in at_large if row.standing == "available"} == {"Z01", "Z04", "Z05", "Z06", "Z07", "Z08"}


# -- together with another organ ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["joint_review", "dual_review"])
def test_a_joint_review_is_held_with_another_organ_on_record(ask: Any, way: str) -> None:
    for told, code in (("某某律师事务所", "partner_unknown"), ("WEST", "partner_own")):
        with p.refused(f"reasons_review.{code}"):
            ask(told, way)
    assert ask("WATER", way).expert == "区水利局"
    assert ask("区水利局", way).expert == "区水利局"


def test_a_plan_without_a_pool_asks_nobody_from_one(ask: Any) -> None:
    with p.refused("reasons_review.outside_unlisted"):
        ask("Z01")


# -- the table -----------------------------------------------------------------------------------------------------------


def test_the_pool_is_changed_not_doubled(plan: Record, tmp_path: Path) -> None:
    county = plan.county()
    assert import_experts(plan, SYSTEM, county, table(tmp_path / "a.csv", *POOL[:4])).created == 4
    longer = (POOL[1][0], *POOL[1][1:5], "2027-11-19", "", "")
    done = import_experts(plan, SYSTEM, county, table(tmp_path / "b.csv", POOL[0], longer))
    assert (done.created, done.changed, done.known) == (0, 1, 1)
    with plan.read() as session:
        rows = {row.code: row for row in session.scalars(select(LegalExpert))}
    assert rows["Z02"].valid_to == date(2027, 11, 19)
    assert rows["Z01"].fields == ["城市管理", "建设"]


def test_every_fault_of_the_table_is_told_at_once_and_nothing_is_written(plan: Record, tmp_path: Path) -> None:
    bad = (
        ("Y1", "甲", "某所", "", "2026-01-01", "2025-01-01", "", ""),
        ("Y2", "乙", "", "", "2026-01-01", "", "", ""),
        ("Y3", "丙", "某所", "", "明天", "", "", ""),
        ("Y4", "丁", "某所", "", "2026-01-01", "", "777", ""),
        ("Y4", "戊", "某所", "", "2026-01-01", "", "", ""),
    )
    with pytest.raises(ImportRefused) as refused:
        import_experts(plan, SYSTEM, plan.county(), table(tmp_path / "bad.csv", *bad))
    found = [(fault.row, fault.code.rpartition(".")[2]) for fault in refused.value.faults]
    assert found == [
        (2, "ends_before_it_begins"), (3, "empty"), (4, "not_date"), (5, "expert_person_unknown"), (6, "doubled"),
    ]  # fmt: skip
    with plan.read() as session:
        assert session.scalars(select(LegalExpert)).all() == []


def test_only_who_runs_imports_takes_in_a_pool(plan: Record, tmp_path: Path) -> None:
    who: Actor = small.actor(plan, Role.LEGAL_REVIEWER)
    with pytest.raises(Refusal) as refused:
        import_experts(plan, who, plan.county(), table(tmp_path / "pool.csv", *POOL[:1]))
    assert refused.value.kind == "forbidden"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_is_read_back(plan: Record, tmp_path: Path, lang: str) -> None:
    heads = next(csv.reader(write_template("experts", tmp_path / "t.csv", lang).open(encoding="utf-8-sig")))
    file = tmp_path / "filled.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        row = ["Z01", "周律", "某所", "13900000000", "", "2026-01-01", "", "", ""]
        csv.writer(out).writerows([heads, row])
    assert import_experts(plan, SYSTEM, plan.county(), file).created == 1


# -- what a party is called ------------------------------------------------------------------------------------------------


@lanxi
def test_an_expert_who_represents_the_party_steps_aside(ask: Any, pool: Record) -> None:
    def represented(tx: Any) -> None:
        case = tx.session.scalars(select(Case)).one()
        tx.session.get_one(Party, case.party_id).representative = "周律"

    pool.write(SYSTEM, represented)
    with p.refused("reasons_review.expert_tied"):
        ask("Z01")
