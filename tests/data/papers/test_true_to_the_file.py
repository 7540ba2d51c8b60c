"""A document says what the file holds and no more: facts as they were found, remedies as they were used, grounds as they were chosen."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from data.authority import Actor
from data.casework.papers import make_paper, open_paper
from data.db import Record
from data.models import Case, Event, Paper
from tests.data import cases as c
from tests.data import small

pytestmark = pytest.mark.anywhere

Actors = dict[str, Actor]
SERVED = small.NOW + timedelta(days=6)


def made(town: Record, actor: Actor, case: Case, paper: str, now: datetime = small.NOW, **told: str) -> str:
    row: Paper = town.write(actor, make_paper, number=case.number, paper=paper, told=told, now=now)
    body = Document(io.BytesIO(town.write(actor, open_paper, paper=row.id)))
    cells = [cell.text for table in body.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(part.text for part in body.paragraphs), *cells])


def step(town: Record, actor: Actor, case: Case, verb: str, days: int, **given: Any) -> Case:
    return c.step(town, actor, case, verb, SERVED + timedelta(days=days), **given)


def chased(town: Record, actors: Actors, case: Case) -> Case:
    case = step(town, actors["officer"], case, "begin_execution", 20)
    return step(town, actors["officer"], case, "remind", 20)


def test_the_decision_and_the_notice_say_what_the_investigation_found(
    town: Record, actors: Actors, decided: Case
) -> None:
    """Facts and evidence (PL 44, 59(2)): those the investigation found, not only what the first report said."""
    for paper in ("decision", "prior_notice", "hearing_notice"):
        assert "经查，当事人占用人行道经营。" in made(town, actors["officer"], decided, paper)


def test_a_reminder_names_the_surcharge_as_an_amount_and_only_where_there_is_one(
    town: Record, actors: Actors, decided: Case
) -> None:
    """A reminder to pay states an exact amount (CO 35(3))."""
    case = chased(town, actors, decided)
    assert "加处罚款" not in made(town, actors["officer"], case, "reminder", SERVED + timedelta(days=1))
    text = made(town, actors["officer"], case, "reminder", SERVED + timedelta(days=20))
    assert "截至2026年12月16日，依法加处罚款人民币肆元伍角（￥4.50）。" in text


def test_the_court_is_told_of_the_remedies_that_were_used(town: Record, actors: Actors, decided: Case) -> None:
    case = chased(town, actors, decided)
    plain = made(town, actors["officer"], case, "court_application")
    assert "被申请人在法定期限内未申请行政复议，也未提起行政诉讼，又不履行决定。" in plain
    case = step(town, actors["officer"], case, "ask_reconsideration", 21, before="区人民政府")
    case = step(town, actors["officer"], case, "decide_reconsideration", 30, result="upheld")
    text = made(town, actors["officer"], case, "court_application")
    assert "被申请人申请行政复议，结果为“维持或者驳回请求”；其在法定期限内未提起行政诉讼，又不履行决定。" in text
    assert "未申请行政复议" not in text


def test_nobody_is_said_to_be_educated_for_what_was_not_done(town: Record, actors: Actors, home: Path) -> None:
    """What cannot be established is no violation let off: another article, and no education (PL 33, 57(1)(3))."""
    said = {}
    for shade, ground in enumerate(("not_established", "minor_corrected"), start=1):
        case = c.propose(town, home, actors, shade=shade)
        for part, verb, given in (
            ("officer", "submit_filing", {}),
            ("head", "approve_filing", {}),
            ("officer", "start_investigation", {}),
            ("officer", "conclude_investigation", {"words": "经查"}),
            ("officer", "propose_penalty", c.PENALTY),
        ):
            case = c.step(town, actors[part], case, verb, small.NOW, **given)
        given = {"not_punished_ground": ground, "words": "理由", "corrected": True, "educated": True}
        if ground == "minor_corrected":
            given |= {"words": "已当场改正"}
        case = unpunished(town, actors, case, given)
        said[ground] = made(town, actors["officer"], case, "not_punished")
    assert "《中华人民共和国行政处罚法》第五十七条第一款第三项" in said["not_established"]
    assert "教育" not in said["not_established"]
    assert "《中华人民共和国行政处罚法》第三十三条第一款" in said["minor_corrected"]
    assert "本机关已对当事人进行教育" in said["minor_corrected"]
    with town.read() as session:
        clauses = session.scalars(select(Event.clause).where(Event.verb == "not_punish").order_by(Event.sequence)).all()
    assert clauses == ["PL 57", "PL 33"]


def unpunished(town: Record, actors: Actors, case: Case, given: dict[str, Any]) -> Case:
    return c.step(town, actors["head"], case, "not_punish", small.NOW, **given)


def test_reconsideration_comes_first_only_against_the_penalty_on_the_spot(
    town: Record, actors: Actors, home: Path
) -> None:
    """An order to correct is no penalty decided on the spot: both ways are open at once (RL 23(1))."""
    from tests.data.papers.test_papers import on_the_spot

    case = on_the_spot(town, actors, home)
    assert "应当先" in made(town, actors["officer"], case, "decision_on_the_spot")
    order = made(town, actors["officer"], case, "correction_order", words="清除", until="2026年12月1日")
    assert "应当先" not in order
    assert "也可以自收到之日起6个月内" in order


def test_a_referral_lists_what_goes_with_it_and_nothing_the_file_does_not_have(
    town: Record, actors: Actors, home: Path
) -> None:
    """CR 6: the report and the evidence go along; goods and expert reports only where there are any."""
    case = c.propose(town, home, actors)
    for part, verb in (("officer", "submit_filing"), ("head", "approve_filing"), ("officer", "start_investigation")):
        case = c.step(town, actors[part], case, verb)
    text = made(town, actors["officer"], case, "criminal_referral", receiver="区公安分局")
    assert "附：一、涉嫌犯罪案件情况的调查报告；二、证据1份。" in text
    assert not [name for name in ("涉案物品清单", "检验报告", "另附") if name in text]
    goods = [{"name": "账册", "quantity": "3册"}]
    case = c.step(town, actors["officer"], case, "preserve", goods=goods, head_approved=True)
    told = {"receiver": "区公安分局", "document": "价格认定书1份"}
    text = made(town, actors["officer"], case, "criminal_referral", **told)
    assert "附：一、涉嫌犯罪案件情况的调查报告；二、涉案物品清单；三、证据1份。另附：价格认定书1份。" in text
