"""The county of the shift desk: a dispatch room on shift, what is open, calls."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from data.authority import SYSTEM
from data.casework.call_outs import call_out
from data.casework.duty import set_leader, set_telephone
from data.casework.leads import receive_lead
from data.casework.shift_desk import note_shift, sign_handover
from data.db import Record
from data.models import Notice, Organ, Person, Shift, Team
from tests.data import parties as p
from tests.data import small
from tests.support.page_server import County

HOURS = 8


def room(tx: Any) -> None:
    """A dispatch room with a shift that runs and one that is over."""
    organ = tx.session.scalars(select(Organ.id).where(Organ.code == "OFFICE")).one()
    team = Team(jurisdiction_id=tx.county.jurisdiction_id, code="ROOM", name="指挥室", name_en="Dispatch room", kind="dispatch_room", organ_id=organ)  # fmt: skip
    tx.session.add(team)
    tx.session.flush()
    people = {one.code: one.id for one in tx.session.scalars(select(Person))}
    begin = small.NOW.replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    for code, name, at in (("01", "day", begin), ("02", "day", begin), ("03", "night", begin - timedelta(hours=HOURS))):
        tx.session.add(Shift(jurisdiction_id=tx.county.jurisdiction_id, person_id=people[code], team_id=team.id, name=name, starts_at=at, ends_at=at + timedelta(hours=HOURS)))  # fmt: skip


def furnish(record: Record, folder: Path) -> dict[str, str]:
    """What a shift has to do; gives numbers by name."""
    p.build(record, "jindong")
    record.write(SYSTEM, room)
    actors = p.cast(record)
    desk = actors["dispatcher"]
    lon, lat = small.middle(0)
    told = {"source": "public_report", "summary": "油罐车泄漏", "item_code": "A1", "urgency": "urgent"}
    lead = record.write(desk, receive_lead, lon=lon, lat=lat, **told).number
    record.write(desk, call_out, given={"matter": lead, "receiver": "MARKET", "subject": "请派人到场"})
    record.write(SYSTEM, lambda tx: tx.session.execute(update(Notice).where(Notice.channel == "voice").values(not_before=tx.now)))  # fmt: skip
    for post, phone, rank in (("值班室", "0579-00000001", "1"), ("副大队长", "0579-00000002", "2")):
        record.write(SYSTEM, set_telephone, given={"organ": "MARKET", "post": post, "phone": phone, "rank": rank})
    day = {"starts_at": (small.NOW - timedelta(hours=3)).isoformat(), "ends_at": (small.NOW + timedelta(hours=9)).isoformat()}  # fmt: skip
    record.write(SYSTEM, set_leader, given={"person": "05", "post": "值班领导", "phone": "0579-00000003"} | day)
    record.write(desk, note_shift, given={"words": "消防已到场"})
    begun = small.NOW.replace(minute=0, second=0, microsecond=0) - timedelta(hours=2 + HOURS)
    row = record.write(desk, sign_handover, given={"shift": begun.isoformat(), "words": "请盯油罐车"})
    return {"handover": row.number, "lead": lead}


COUNTY = County(furnish)
