"""The outbox in the record: notices written with the step that causes them, recalled, acknowledged, passed on to the next contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.db import Tx
from data.events import append_event
from data.keys import row_key
from data.models import Account, Notice, Person
from data.queries.notices import told_to
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
    if found.drill:
        return (Channel.SMS,)
    addresses = {Channel.SMS: found.sms_url, Channel.WECOM: found.wecom_url, Channel.DINGTALK: found.dingtalk_url}
    return tuple(way for way, address in addresses.items() if address)


def put(tx: Tx, about: About, contacts: Sequence[Contact], *, calls: bool = True) -> list[Notice]:
    """Write notices to all of `contacts`: in the program, and by the first way out; the other ways, and at last a call by a
    person, come when nobody acknowledges. `calls`: whether it goes out of the program at all."""
    if tx.session.info.get(PAST):
        return []
    accounts = _accounts(tx, [one.person_id for one in contacts if one.person_id])
    rows: list[Notice] = []
    heard: set[UUID] = set()
    for n, contact in enumerate(contacts):
        account = contact.account_id or accounts.get(contact.person_id)
        if account is not None and (who := contact.person_id or account) not in heard:
            heard.add(who)
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
    """An account of each: a person reads in any of his accounts what was told to one."""
    if not persons:
        return {}
    query = select(Account.person_id, Account.id).where(Account.person_id.in_(persons), Account.disabled_at.is_(None))
    return {person: account for person, account in tx.session.execute(query.order_by(Account.username))}  # noqa: C416  # rows, not pairs


# -- what ends a notice ------------------------------------------------------------------------------------------------


def recall_notices(tx: Tx, matter_id: UUID) -> int:
    """Take back whatever of a matter has not left; what is in the program is taken back too. Gives how many."""
    rows = notices_of(tx, Notice.matter_id == matter_id, Notice.status.in_(UNANSWERED))
    taken = [row for row in rows if row.status == NoticeStatus.WAITING or row.channel == Channel.IN_APP]
    for row in taken:
        row.status = NoticeStatus.RECALLED.value
    for row in rows:
        row.contacts = []
    return len(taken)


def answered_by_step(tx: Tx, matter_id: UUID) -> None:
    """Whoever took the step has heard of it: its notices are acknowledged, and nobody else is called."""
    for row in notices_of(tx, Notice.matter_id == matter_id, Notice.status.in_(UNANSWERED)):
        ended_by(tx, row)


def acknowledge(tx: Tx, *, key: str) -> Notice:
    """The person told says so; raises Refusal for a notice of somebody else."""
    demand(tx.actor, "notice.acknowledge", Subject(tx.county.jurisdiction_id), tx.now)
    row = find_notice(tx, key, told_to(tx.actor))
    if row.status == NoticeStatus.ACKNOWLEDGED:
        return row
    if row.status not in UNANSWERED:
        raise Refusal("errors_notices.over", kind="conflict", state=Word(f"vocabulary.notice_status.{row.status}"))
    same = Notice.person_id == row.person_id if row.person_id else Notice.id == row.id
    for one in notices_of(tx, Notice.matter_id == row.matter_id, same, Notice.status.in_(UNANSWERED)):
        ended_by(tx, one)
    notice_event(tx, row, "acknowledge", {"way": row.channel})
    return row


def ended_by(tx: Tx, row: Notice) -> None:
    """Whoever acts has heard of it: nobody else is told."""
    row.status, row.acknowledged_at = NoticeStatus.ACKNOWLEDGED.value, tx.now
    row.acknowledged_by, row.contacts = tx.actor.account_id, []


def again() -> timedelta:
    """How long is waited for an answer before the next contact is told, or a call is due once more."""
    return timedelta(minutes=settings().notify_again_minutes)


def pass_on(tx: Tx, row: Notice) -> Notice | None:
    """The next contact of a notice that failed or was not acknowledged in time; None where nobody is left."""
    if not row.contacts:
        return None
    (who, way, *telephone), *ahead = row.contacts
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
        contact_id=UUID(telephone[0]) if telephone else None,
        channel=way,
        status=NoticeStatus.WAITING.value,
        created_at=tx.now,
        not_before=tx.now,
        acknowledge_by=tx.now + again(),
        contacts=ahead,
        previous_id=row.id,
    )
    row.contacts = []
    if row.status != NoticeStatus.FAILED:
        row.status = NoticeStatus.PASSED_ON.value
    tx.session.add(following)
    notice_event(tx, row, "pass_on", {"way": row.channel, "next": way})
    return following


def late_notices(place: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What was delivered outside of the program and not acknowledged in time."""
    late = (Notice.status == NoticeStatus.DELIVERED.value, Notice.acknowledge_by < now)
    return Notice.jurisdiction_id == place, *late, Notice.channel != Channel.IN_APP.value, going_on()


def going_on() -> ColumnElement[bool]:
    """Some contact is left; an empty list is one text on both databases."""
    return cast(Notice.contacts, String) != "[]"


def pass_on_late(tx: Tx) -> int:
    """Pass on whatever was delivered and not acknowledged in time; gives how many."""
    rows = notices_of(tx, *late_notices(tx.county.jurisdiction_id, tx.now))
    for row in rows:
        pass_on(tx, row)
    return len(rows)


def notices_of(tx: Tx, *which: ColumnElement[bool]) -> Sequence[Notice]:
    """The county's notices of which `which` holds, locked for the step."""
    query = select(Notice).where(Notice.jurisdiction_id == tx.county.jurisdiction_id, *which)
    return tx.session.scalars(query.order_by(Notice.id).with_for_update()).all()


def find_notice(tx: Tx, key: str, which: ColumnElement[bool]) -> Notice:
    """The notice `key` of which `which` holds; raises Refusal for none."""
    rows = notices_of(tx, Notice.id == row_key(key), which)
    if not rows:
        raise Refusal("errors_notices.not_found", kind="not_found")
    return rows[0]


def notice_event(tx: Tx, row: Notice, verb: str, facts: Mapping[str, Any]) -> None:
    """The event of a step of a notice, in the chain of its matter."""
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
