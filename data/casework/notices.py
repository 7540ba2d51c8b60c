"""The outbox in the record: notices written with the step that causes them, recalled, acknowledged, passed on to the next contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.db import Tx
from data.events import append_event
from data.models import Account, Notice, Person
from data.settings import settings
from policy.errors import Refusal
from policy.text import Word
from policy.vocabulary_notice import Channel, NoticeReason, NoticeStatus

ON_ITS_WAY: Final = (NoticeStatus.WAITING, NoticeStatus.SENDING)
UNANSWERED: Final = (*ON_ITS_WAY, NoticeStatus.DELIVERED)
PAST: Final = "past"
"""In the information of a session that writes what happened long ago: nobody is told of it."""
NOTE_LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to tell: a person, an account, or an organ by its telephone."""

    person_id: UUID | None = None
    account_id: UUID | None = None
    organ_code: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about: the matter, why, and the numbers its words are made from."""

    reason: NoticeReason
    kind: str
    matter_id: UUID
    number: str | None
    params: Mapping[str, Any]
    urgent: bool = False
    acknowledge_by: datetime | None = None


def outside_ways() -> tuple[Channel, ...]:
    """Ways out of this program in the order in which they are tried, those that are set up."""
    found = settings()
    addresses = {Channel.SMS: found.sms_url, Channel.WECOM: found.wecom_url, Channel.DINGTALK: found.dingtalk_url}
    return tuple(way for way, address in addresses.items() if address)


def put(tx: Tx, about: About, contacts: Sequence[Contact], *, calls: bool = True) -> list[Notice]:
    """Write notices to all of `contacts`: in the program, and by the first way out; the other ways, and at last a call by a
    person, come when nobody acknowledges. `calls`: whether it goes out of the program at all."""
    if tx.session.info.get(PAST):
        return []
    accounts = _accounts(tx, [one.person_id for one in contacts if one.person_id])
    rows: list[Notice] = []
    for n, contact in enumerate(contacts):
        account = contact.account_id or accounts.get(contact.person_id)
        if account is not None:
            rows.append(_row(tx, about, Contact(contact.person_id, account), Channel.IN_APP, []))
        if calls and (contact.person_id or contact.organ_code):
            steps = _ways(contact, last=n == 0)
            if steps:
                rows.append(_row(tx, about, contact, Channel(steps[0][1]), steps[1:]))
    tx.session.add_all(rows)
    return rows


def _ways(contact: Contact, *, last: bool) -> list[list[str]]:
    """The ways to a contact in order; only the first contact of several is called by voice at last."""
    who = str(contact.person_id or "")
    outside = [[who, way.value] for way in outside_ways()] if contact.person_id else []
    return outside + ([[who, Channel.VOICE.value]] if last else [])


def _row(tx: Tx, about: About, contact: Contact, way: Channel, ahead: Sequence[Any]) -> Notice:
    """A call by voice without anything tried before it waits until nobody has acknowledged in time."""
    window = timedelta(0) if about.urgent else timedelta(seconds=settings().notify_undo_seconds)
    first = about.acknowledge_by if way is Channel.VOICE and not about.urgent else None
    return Notice(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        reason=about.reason.value,
        params=dict(about.params),
        urgent=about.urgent,
        matter_kind=about.kind,
        matter_id=about.matter_id,
        matter_number=about.number,
        account_id=contact.account_id,
        person_id=contact.person_id,
        organ_code=contact.organ_code,
        channel=way.value,
        status=NoticeStatus.WAITING.value,
        created_at=tx.now,
        not_before=max(first or tx.now, tx.now + window),
        acknowledge_by=about.acknowledge_by,
        contacts=list(ahead),
    )


def _accounts(tx: Tx, persons: Sequence[UUID]) -> dict[UUID | None, UUID]:
    if not persons:
        return {}
    query = select(Account.person_id, Account.id).where(Account.person_id.in_(persons), Account.disabled_at.is_(None))
    return {person: account for person, account in tx.session.execute(query)}  # noqa: C416  # rows, not pairs


# -- what ends a notice ------------------------------------------------------------------------------------------------


def recall_notices(tx: Tx, matter_id: UUID) -> int:
    """Take back whatever of a matter has not left; what is in the program is taken back too. Gives how many."""
    rows = _of(tx, Notice.matter_id == matter_id, Notice.status.in_(UNANSWERED))
    taken = [row for row in rows if row.status == NoticeStatus.WAITING or row.channel == Channel.IN_APP]
    for row in taken:
        row.status = NoticeStatus.RECALLED.value
    for row in rows:
        row.contacts = []
    return len(taken)


def answered_by_step(tx: Tx, matter_id: UUID) -> None:
    """Whoever took the step has heard of it: its notices are acknowledged, and nobody else is called."""
    for row in _of(tx, Notice.matter_id == matter_id, Notice.status.in_(UNANSWERED)):
        _acknowledged(tx, row)


def acknowledge(tx: Tx, *, key: str) -> Notice:
    """The person told says so; raises Refusal for a notice of somebody else."""
    demand(tx.actor, "notice.acknowledge", Subject(tx.county.jurisdiction_id), tx.now)
    row = _find(tx, key, Notice.account_id == tx.actor.account_id)
    if row.status == NoticeStatus.ACKNOWLEDGED:
        return row
    if row.status not in UNANSWERED:
        raise Refusal("errors_notices.over", kind="conflict", state=Word(f"vocabulary.notice_status.{row.status}"))
    same = Notice.person_id == row.person_id if row.person_id else Notice.id == row.id
    for one in _of(tx, Notice.matter_id == row.matter_id, same, Notice.status.in_(UNANSWERED)):
        _acknowledged(tx, one)
    _event(tx, row, "acknowledge", {"way": row.channel})
    return row


def record_call(tx: Tx, *, key: str, reached: bool, note: str | None = None) -> Notice:
    """What came of a call by a person: reached ends the notice, not reached passes on to the next contact."""
    demand(tx.actor, "notice.call", Subject(tx.county.jurisdiction_id), tx.now)
    row = _find(tx, key, Notice.channel == Channel.VOICE.value)
    if row.status not in UNANSWERED:
        raise Refusal("errors_notices.over", kind="conflict", state=Word(f"vocabulary.notice_status.{row.status}"))
    if note and len(note) > NOTE_LIMIT:
        raise Refusal("errors_casework.note_long", pointer="/note", length=len(note), limit=NOTE_LIMIT)
    row.attempts, row.fault = row.attempts + 1, note
    _event(tx, row, "call", {"reached": reached})
    if reached:
        row.delivered_at = tx.now
        _acknowledged(tx, row)
    else:
        pass_on(tx, row)
    return row


def _acknowledged(tx: Tx, row: Notice) -> None:
    row.status, row.acknowledged_at = NoticeStatus.ACKNOWLEDGED.value, tx.now
    row.acknowledged_by, row.contacts = tx.actor.account_id, []


def pass_on(tx: Tx, row: Notice) -> Notice | None:
    """The next contact of a notice that failed or was not acknowledged in time; a call nobody answered is tried again later."""
    if not row.contacts:
        if row.channel == Channel.VOICE:
            row.not_before = tx.now + timedelta(minutes=settings().notify_again_minutes)
        return None
    (who, way), *ahead = row.contacts
    wait = timedelta(minutes=settings().notify_again_minutes)
    copied = (
        "reason",
        "params",
        "urgent",
        "matter_kind",
        "matter_id",
        "matter_number",
        "organ_code",
        "jurisdiction_id",
    )
    following = Notice(
        id=uuid7(),
        **{name: getattr(row, name) for name in copied},
        person_id=UUID(who) if who else None,
        channel=way,
        status=NoticeStatus.WAITING.value,
        created_at=tx.now,
        not_before=tx.now,
        acknowledge_by=tx.now + wait,
        contacts=ahead,
        previous_id=row.id,
    )
    row.contacts = []
    if row.status != NoticeStatus.FAILED:
        row.status = NoticeStatus.PASSED_ON.value
    tx.session.add(following)
    _event(tx, row, "pass_on", {"way": row.channel, "next": way})
    return following


def pass_on_late(tx: Tx) -> int:
    """Pass on whatever was delivered and not acknowledged in time; gives how many."""
    late = (Notice.status == NoticeStatus.DELIVERED.value, Notice.acknowledge_by < tx.now)
    rows = [row for row in _of(tx, *late, Notice.channel != Channel.IN_APP.value) if row.contacts]
    for row in rows:
        pass_on(tx, row)
    return len(rows)


def _of(tx: Tx, *which: ColumnElement[bool]) -> Sequence[Notice]:
    query = select(Notice).where(Notice.jurisdiction_id == tx.county.jurisdiction_id, *which)
    return tx.session.scalars(query.order_by(Notice.id).with_for_update()).all()


def _find(tx: Tx, key: str, which: ColumnElement[bool]) -> Notice:
    try:
        rows = _of(tx, Notice.id == UUID(key), which)
    except ValueError:
        rows = ()
    if not rows:
        raise Refusal("errors_notices.not_found", kind="not_found")
    return rows[0]


def _event(tx: Tx, row: Notice, verb: str, facts: Mapping[str, Any]) -> None:
    append_event(
        tx,
        matter="notice",
        subject_id=row.matter_id,
        subject_number=row.matter_number,
        verb=verb,
        from_state=None,
        to_state=None,
        facts={**facts, "reason": row.reason, "person": str(row.person_id) if row.person_id else None},
    )


def person_of(tx: Tx, row: Notice) -> Person | None:
    """Whom a notice is for."""
    return tx.session.get(Person, row.person_id) if row.person_id else None
