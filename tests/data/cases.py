"""People and steps of a case in the small county: who handles, approves, reviews, decides and takes the money."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid5

from PIL import Image
from sqlalchemy import select

from data.authority import Actor, Scope
from data.casework import receive_lead
from data.casework.cases import case_step, propose_case
from data.casework.evidence import add_evidence
from data.db import Record
from data.evidence import Limits, store
from data.models import Account, Case, Item, Person
from policy.vocabulary import Role
from tests.data import small

LIMITS = Limits({"photograph": 10**7, "document": 10**7, "audio": 10**7, "video": 10**7}, 10**8)
COMPANY = {"kind": "organisation", "name": "金华某某餐饮有限公司", "credit_code": "91330701MA2DB0X8AQ"}
CITIZEN = {"kind": "citizen", "name": "王小明"}
ITEM = "ZSR-16-1"
CAST = {
    "officer": (Role.OFFICER, "WEST", "01"),
    "head": (Role.TOWNSHIP_HEAD, "WEST", None),
    "reviewer": (Role.LEGAL_REVIEWER, "WEST", None),
    "finance": (Role.FINANCE, "WEST", None),
    "finder": (Role.DEPARTMENT, "BUREAU", None),
    "dispatcher": (Role.DISPATCHER, "BUREAU", None),
}


def cast(record: Record) -> dict[str, Actor]:
    """One actor a part, each with an account of its own; made once for a record."""
    place = record.county().jurisdiction_id

    def make(tx: Any) -> dict[str, Actor]:
        found = {}
        for part, (role, organ, code) in CAST.items():
            account = tx.session.scalars(select(Account).where(Account.username == f"case-{part}")).first()
            person = tx.session.scalars(select(Person).where(Person.code == code)).first() if code else None
            if account is None:
                account = Account(
                    id=uuid5(place, part),
                    username=f"case-{part}",
                    display_name=part,
                    password_hash="-",
                    password_changed_at=small.NOW,
                    person_id=person.id if person else None,
                )
                tx.session.add(account)
                tx.session.flush()
            scope = Scope(role, place, organ, None if organ == "BUREAU" else frozenset({small.WEST}))
            found[part] = Actor(account.id, part, (scope,), person_id=person.id if person else None)
        return found

    from data.authority import SYSTEM

    return record.write(SYSTEM, make)


def with_basis(record: Record, catalogue: str = ITEM, code: str = "A1") -> None:
    """Let the small county's item rest on an item of the catalogue, so that it has grades and articles."""
    from data.authority import SYSTEM
    from policy import items

    def work(tx: Any) -> None:
        row = tx.session.scalars(select(Item).where(Item.code == code)).one()
        row.basis = items.basis(items.item(catalogue))

    record.write(SYSTEM, work)


@cache
def _picture(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (shade % 256, 80, 120)).save(buffer, "PNG")
    return buffer.getvalue()


def lead_with_evidence(record: Record, folder: Path, actors: dict[str, Actor], shade: int = 1) -> str:
    """A lead in the western town with one photograph; gives its number."""
    lon, lat = small.middle(0)
    lead = record.write(
        actors["dispatcher"], receive_lead, source="public_report", summary="占道经营", item_code="A1", lon=lon, lat=lat
    )
    file = store(folder, io.BytesIO(_picture(shade)), f"现场{shade}.png", LIMITS)
    record.write(actors["dispatcher"], add_evidence, number=lead.number, file=file)
    return str(lead.number)


def propose(record: Record, folder: Path, actors: dict[str, Actor], shade: int = 1, **more: Any) -> Case:
    """A proposed case of two officers."""
    told: dict[str, Any] = {
        "item": "A1",
        "summary": "在人行道摆摊经营",
        "party": COMPANY,
        "officers": ["01", "02"],
    } | more
    lead = lead_with_evidence(record, folder, actors, shade)
    return record.write(actors["officer"], propose_case, lead=lead, **told)


def step(record: Record, actor: Actor, case: Case, verb: str, now: datetime | None = None, **given: Any) -> Case:
    """One step of a case."""
    return record.write(actor, case_step, number=case.number, step=verb, given=given, now=now)


PENALTY = {
    "penalties": ["fine"], "fine": "30", "grade": "ordinary", "complex_case": False, "major": False,
    "suspected_crime": False, "large_fine": False,
}  # fmt: skip


def to_notice(record: Record, actors: dict[str, Actor], case: Case, now: datetime) -> Case:
    """From proposal to the notice, an ordinary case without review."""
    for part, verb, given in (
        ("officer", "submit_filing", {}),
        ("head", "approve_filing", {"words": "同意立案"}),
        ("officer", "start_investigation", {}),
        ("officer", "conclude_investigation", {"words": "经查，当事人占用人行道经营。"}),
        ("officer", "propose_penalty", PENALTY),
        ("officer", "give_notice", {"words": "拟罚款四十元。"}),
    ):
        case = step(record, actors[part], case, verb, now, **given)
    return case


def to_served(record: Record, actors: dict[str, Actor], case: Case, now: datetime) -> tuple[Case, datetime]:
    """On to service; gives the moment of it."""
    later = now + timedelta(days=6)
    case = to_notice(record, actors, case, now)
    case = step(record, actors["officer"], case, "record_waiver", later, waived="statement", document="弃权书")
    case = step(record, actors["officer"], case, "hear_statement", later)
    case = step(
        record,
        actors["head"],
        case,
        "decide",
        later,
        words="决定罚款四十元",
        penalties=["fine"],
        fine="30",
        grade="ordinary",
    )
    case = step(record, actors["officer"], case, "serve", later, service_way="in_person", receipt=True)
    return case, later
