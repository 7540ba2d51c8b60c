"""Takes notices from the outbox: claimed with a lease and a token, sent outside of any transaction, finished by who holds the token.

A notice is claimed by one sender at a time. One that dies between sending and finishing leaves a lease that ends; the
notice is then sent again with the same key, by which a gateway knows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from data.authority import SYSTEM
from data.casework.notices import pass_on, pass_on_late, person_of
from data.county import County
from data.db import Record, Tx
from data.models import Notice
from data.outbox.channels import Message, Unsent, Way
from data.queries.notices import words_of
from policy.vocabulary_notice import Channel, NoticeStatus

BATCH: Final = 20
LEASE: Final = timedelta(minutes=3)  # longer than a batch of gateways that do not answer
MOST: Final = 4  # attempts by one way
BACK_OFF: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that is ours to send until its lease ends."""

    key: UUID
    token: int
    channel: Channel
    message: Message


def send_due(record: Record, county: County, ways: Mapping[Channel, Way], now: datetime) -> int:
    """Send what is due, and pass on what was not acknowledged in time; gives how many were sent."""
    claimed: list[Claimed] = record.write(SYSTEM, claim_due, county=county, now=now)
    sent = 0
    for one in claimed:
        fault = _attempt(one, ways, now)
        sent += record.write(SYSTEM, finish, county=county, now=now, mine=one, fault=fault) and fault is None
    record.write(SYSTEM, pass_on_late, county=county, now=now)
    return sent


def claim_due(tx: Tx) -> list[Claimed]:
    """Claim the next notices: those whose time has come, and those whose sender's lease has ended."""
    fresh = (Notice.status == NoticeStatus.WAITING.value) & (Notice.not_before <= tx.now)
    left = (Notice.status == NoticeStatus.SENDING.value) & (Notice.lease_until < tx.now)
    query = (
        select(Notice)
        .where(Notice.jurisdiction_id == tx.county.jurisdiction_id, or_(fresh, left))
        .where(Notice.channel != Channel.VOICE.value)
        .order_by(Notice.urgent.desc(), Notice.not_before, Notice.id)
        .limit(BATCH)
    )
    rows = tx.session.scalars(query.with_for_update()).all()
    return [_claim(tx, row) for row in rows]


def _claim(tx: Tx, row: Notice) -> Claimed:
    row.status, row.lease_until = NoticeStatus.SENDING.value, tx.now + LEASE
    row.token, row.attempts = row.token + 1, row.attempts + 1
    person = person_of(tx, row)
    phone = (person.phone or "") if person else ""
    return Claimed(row.id, row.token, Channel(row.channel), Message(str(row.id), phone, words_of(tx.county, row, "zh")))


def _attempt(one: Claimed, ways: Mapping[Channel, Way], now: datetime) -> Unsent | None:
    """In the program a notice is delivered by standing there; every other way may fail."""
    if one.channel is Channel.IN_APP:
        return None
    if one.channel not in ways:
        return Unsent("this way is not set up", again=False)
    if one.channel is Channel.SMS and not one.message.phone:
        return Unsent("no telephone", again=False)
    try:
        ways[one.channel].send(one.message, now)
    except Unsent as fault:
        return fault
    return None


def finish(tx: Tx, *, mine: Claimed, fault: Unsent | None) -> bool:
    """Write what came of a sending; False for who lost the claim, and for what was acknowledged or recalled meanwhile."""
    query = select(Notice).where(Notice.id == mine.key, Notice.token == mine.token)
    row = tx.session.scalars(query.where(Notice.status == NoticeStatus.SENDING.value).with_for_update()).first()
    if row is None:
        return False
    row.lease_until = None
    if fault is None:
        row.status, row.delivered_at, row.fault = NoticeStatus.DELIVERED.value, tx.now, None
        return True
    row.fault = fault.why[:300]
    if fault.again and row.attempts < MOST:
        wait = max(timedelta(seconds=fault.after), BACK_OFF * 2 ** (row.attempts - 1))
        row.status, row.not_before = NoticeStatus.WAITING.value, tx.now + wait
    else:
        row.status = NoticeStatus.FAILED.value
        pass_on(tx, row)
    return True
