"""Takes notices from the outbox: claimed with a lease and a token, sent outside of any transaction, finished by who holds the token.

A notice is claimed by one sender at a time. One that dies between sending and finishing leaves a lease that ends; the
notice is then sent again with the same key, by which a gateway knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from data.authority import SYSTEM
from data.casework.calls import late_calls, pass_on_calls
from data.casework.notices import late_notices, pass_on, pass_on_late, person_of
from data.county import County
from data.db import Record, Tx
from data.models import Notice
from data.outbox.channels import Message, Pretended, Unsent, Way
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
    """Send what is due, and pass on what was not acknowledged in time; gives how many were sent. Looks first: while nothing
    is due, nothing waits for the one writer."""
    with record.read() as session:
        sending = _any(session, _due(county.jurisdiction_id, now))
        passing = _any(session, late_notices(county.jurisdiction_id, now), late_calls(county.jurisdiction_id, now))
    sent = _send(record, county, ways, now) if sending else 0
    if passing:
        record.write(SYSTEM, pass_on_late, county=county, now=now)
        record.write(SYSTEM, pass_on_calls, county=county, now=now)
    return sent


def _any(session: Session, *which: Sequence[ColumnElement[bool]]) -> bool:
    return any(session.scalars(select(Notice.id).where(*one).limit(1)).first() is not None for one in which)


def _send(record: Record, county: County, ways: Mapping[Channel, Way], now: datetime) -> int:
    """Finished ones share commits: a batch that stands in the program alone takes no commit each."""
    ways = dict.fromkeys(ways, Pretended()) if county.drill else ways
    claimed: list[Claimed] = record.write(SYSTEM, claim_due, county=county, now=now)
    ending = []
    for one in claimed:
        fault = _attempt(one, ways, now)
        ending.append((fault, record.submit(SYSTEM, finish, county=county, now=now, mine=one, fault=fault)))
    return sum(written.result() and fault is None for fault, written in ending)


def _due(place: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Notices whose time has come, and those whose sender's lease has ended; calls are made by people."""
    fresh = (Notice.status == NoticeStatus.WAITING.value) & (Notice.not_before <= now)
    left = (Notice.status == NoticeStatus.SENDING.value) & (Notice.lease_until < now)
    return Notice.jurisdiction_id == place, or_(fresh, left), Notice.channel != Channel.VOICE.value


def claim_due(tx: Tx) -> list[Claimed]:
    """Claim the next notices."""
    query = (
        select(Notice)
        .where(*_due(tx.county.jurisdiction_id, tx.now))
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
    return Claimed(
        row.id, row.token, Channel(row.channel), Message(str(row.id), phone, words_of(tx.session, tx.county, row, "zh"))
    )


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
