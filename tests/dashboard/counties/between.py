"""The county of reviews and of matters between organs, under Fuling's plan: a file waits for review, one came back corrected,
transfers and disputes are under way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from data.casework.assistance import ask_help
from data.casework.disputes import open_dispute
from data.db import Record
from data.models import Lead, Organ, Person
from tests.dashboard.counties import Past
from tests.data import cases as c
from tests.data import parties as p
from tests.data import small
from tests.support.page_server import County, empty_record

FINE = {
    "penalties": ["fine"], "fine": "30000", "complex_case": False, "major": False, "suspected_crime": False,
    "large_fine": False,
}  # fmt: skip
PAPERS = ["transfer_letter", "other_case_material"]


def settle(record: Record, profile: str = "fuling") -> Record:
    """The small county of today under another plan, with somebody qualified in law in the western town."""
    p.build(record, profile)

    def lawyers(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            organ = session.scalars(select(Organ).where(Organ.code == "WEST")).one()
            for code, name in (("51", "丙律"), ("52", "丁律")):
                session.add(Person(jurisdiction_id=organ.jurisdiction_id, organ_id=organ.id, code=code, name=name, kind="officer", employed_from=small.FROM, law_qualified=True))  # fmt: skip
            session.commit()

    record.submit_raw(lawyers).result()
    return record


def fresh(folder: Path, profile: str = "fuling") -> Record:
    """The same as a record of its own."""
    return settle(empty_record(folder), profile)


def to_review(record: Record, folder: Path, actors: dict[str, Any], shade: int, materials: list[str]) -> Any:
    """A case with a fine of 30,000 yuan on a company, sent to review."""
    case = c.propose(record, folder, actors, shade=shade)
    for part, verb, told in (
        ("officer", "submit_filing", {}),
        ("head", "approve_filing", {}),
        ("officer", "start_investigation", {}),
        ("officer", "conclude_investigation", {"words": "经查，当事人占用人行道经营属实。"}),
        ("officer", "propose_penalty", FINE),
        ("officer", "submit_review", {"materials": materials}),
    ):
        case = c.step(record, actors[part], case, verb, record.clock(), **told)
    return case


def furnish(record: Record, folder: Path) -> dict[str, str]:
    """Matters in several states; gives numbers by name."""
    record.clock = Past(2)
    actors, organs = c.cast(record), p.cast(record)
    whole = to_review(record, folder, actors, 1, ["investigation_report", "proposal", "evidence"])
    short = to_review(record, folder, actors, 2, ["investigation_report", "proposal", "evidence", "other"])
    record.clock = Past(1)
    sent = p.transfer(record, organs["west"], "WATER", found_at=record.clock().isoformat())
    p.step(record, organs["west"], sent, "send", materials=PAPERS)
    help_ = record.write(organs["west"], ask_help, given={"receiver": "JUSTICE", "subject": "请协助鉴定印章真伪", "ground": "technical_support"})  # fmt: skip
    told = {"receiver": "WATER", "subject": "河道采砂由谁处罚", "reason": "职责交叉", "penalty": True}
    dispute = record.write(organs["west"], open_dispute, given=told)
    with record.read() as session:
        lead = session.get_one(Lead, short.lead_id).number
    return {"lead": lead, "whole": whole.number, "short": short.number, "sent": sent.number, "help": help_.number, "dispute": dispute.number}  # fmt: skip


def settled(record: Record, folder: Path) -> dict[str, str]:
    """Built and furnished."""
    return furnish(settle(record), folder)


COUNTY = County(settled, seats={"department": "WATER"})
