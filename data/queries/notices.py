"""Notices as people read them: one's own in the program, calls a person has to make, who was told of a matter when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.masking import mask_name
from data.models import Account, DutyContact, Notice, Organ, Person, Team
from data.queries.call_contacts import contacts_after
from data.queries.card_words import card_words
from policy.deadlines import key_of
from policy.text import Word, either, has, named, say
from policy.vocabulary_notice import Channel, NoticeReason, NoticeStatus

KEPT: Final = timedelta(days=3)  # how long a notice stands in the list of who was told
LIMIT: Final = 50
STAYING: Final = (NoticeReason.CARD_GIVEN.value, NoticeReason.CARD_WITHDRAWN.value, NoticeReason.CARD_OVER.value)
"""What is about the person told stands until it is acknowledged."""
_OPEN: Final = (NoticeStatus.WAITING.value, NoticeStatus.SENDING.value, NoticeStatus.DELIVERED.value)


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with its words; the telephone only on the list of calls."""

    key: UUID
    words: str
    number: str | None
    matter: str
    channel: str
    status: str
    urgent: bool
    at: datetime
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    who: str
    phone: str | None
    attempts: int
    fault: str | None
    called_at: datetime | None = None
    result: str | None = None
    next_who: str = ""
    next_at: datetime | None = None


def words_of(session: Session, county: County, row: Notice, lang: str) -> str:
    """What a notice says: made of its key and its numbers when it is read or sent."""
    told: dict[str, Any] = dict.fromkeys(("lead", "place", "team", "kind", "number", "deadline", "step"), "—")
    told |= {"number": row.matter_number or "—", "county": named(county.words, lang)} | row.params
    told["place"] = _place(county, told["place"], lang)
    if row.params.get("kind"):
        told["kind"] = Word(f"vocabulary.task_kind.{row.params['kind']}")
    if row.params.get("deadline"):
        told["deadline"] = _deadline(row.params["deadline"], lang)
        recipient = say(f"policy.recipient.{row.params['recipient']}", lang)
        told["step"] = say(f"policy.ladder.{row.params['verb']}", lang, recipient=recipient)
    if row.params.get("card"):
        told |= card_words(session, county, row, lang)
    said = say(f"notices.text.{row.reason}", lang, **told).strip()
    return say("drill.words", lang, mark=say("drill.mark", lang), words=said) if county.drill else said


def _place(county: County, code: str, lang: str) -> str:
    """The township, or the chain to a cell below it; what was written in words stays, a cell of an earlier grid is the county."""
    if code not in county.hierarchy:
        return named(county.words, lang) if code.isascii() else code
    below = county.hierarchy[code].level > county.township_level
    return county.place(code, lang) or code if below else county.name_of(code, lang)


def _deadline(kind: str, lang: str) -> str:
    key = f"policy.key.{key_of(kind)}"
    return say(key, lang) if has(key, lang) else kind


def told_to(actor: Actor) -> ColumnElement[bool]:
    """What was told to an account in the program, or to another account that the person behind it has and that is not disabled."""
    mine = Notice.account_id == actor.account_id
    if actor.person_id is not None:
        others = select(Account.id).where(Account.person_id == actor.person_id, Account.disabled_at.is_(None))
        mine = or_(mine, Notice.account_id.in_(others))
    return and_(Notice.channel == Channel.IN_APP.value, mine)


def own_notices(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> list[NoticeView]:
    """Notices to who looks that are not acknowledged, the urgent and newest first."""
    demand(actor, "notice.read", Subject(county.jurisdiction_id), now)
    if actor.account_id is None:
        return []
    recent = (Notice.created_at > now - KEPT) | Notice.reason.in_(STAYING)
    fresh = (Notice.status.in_(_OPEN), Notice.not_before <= now, recent)
    order = (Notice.urgent.desc(), Notice.created_at.desc())
    return _views(session, county, (told_to(actor), *fresh), order, lang, masked=True)


def calls_to_make(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> list[NoticeView]:
    """People and departments to be called by telephone, because no other way reached them."""
    demand(actor, "notice.call", Subject(county.jurisdiction_id), now)
    due = (Notice.channel == Channel.VOICE.value, Notice.status.in_(_OPEN), Notice.not_before <= now)
    return _views(session, county, due, (Notice.urgent.desc(), Notice.not_before), lang, masked=False, now=now)


def calls_made(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> list[NoticeView]:
    """Calls of the last days with what came of each, the newest first."""
    demand(actor, "notice.call", Subject(county.jurisdiction_id), now)
    made = (Notice.channel == Channel.VOICE.value, Notice.called_at > now - KEPT)
    return _views(session, county, made, (Notice.called_at.desc(),), lang, masked=True)


def told_of(
    session: Session, actor: Actor, county: County, now: datetime, *, keys: Sequence[UUID], lang: str = "zh"
) -> list[NoticeView]:
    """Who was told of these matters, when, by which way, and what came of it."""
    demand(actor, "notice.call", Subject(county.jurisdiction_id), now)
    return _views(session, county, (Notice.matter_id.in_(keys),), (Notice.created_at,), lang, masked=True)


def _views(
    session: Session,
    county: County,
    which: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    lang: str,
    *,
    masked: bool,
    now: datetime | None = None,
) -> list[NoticeView]:
    """`now`: whom to call next is said too."""
    query = (
        select(Notice, Person, Organ, DutyContact)
        .outerjoin(Person, Person.id == Notice.person_id)
        .outerjoin(Organ, (Organ.code == Notice.organ_code) & (Organ.jurisdiction_id == Notice.jurisdiction_id))
        .outerjoin(DutyContact, DutyContact.id == Notice.contact_id)
        .where(Notice.jurisdiction_id == county.jurisdiction_id, *which)
        .order_by(*order)
        .limit(LIMIT)
    )
    rows = session.execute(query).all()
    teams = _teams(session, county, [row.params.get("team", "") for row, *_ in rows], lang)
    told = [
        _view(session, county, row, person, organ, contact, teams, lang, masked) for row, person, organ, contact in rows
    ]
    if now is None:
        return told
    return [replace(view, **_next(session, county, row, now)) for view, (row, *_) in zip(told, rows, strict=True)]


def _next(session: Session, county: County, row: Notice, now: datetime) -> dict[str, Any]:
    """Who is called after this one, and when by itself where nobody answered."""
    ahead = row.contacts or contacts_after(session, county, row, now)
    if not ahead:
        return {}
    person_id, _, *telephone = ahead[0]
    contact = session.get(DutyContact, UUID(telephone[0])) if telephone else None
    person = session.get(Person, UUID(person_id)) if person_id else None
    waits = row.result is not None and bool(row.contacts)
    named = " ".join(part for part in (contact.label if contact else "", person.name if person else "") if part)
    return {"next_who": named, "next_at": row.acknowledge_by if waits else None}


def _teams(session: Session, county: County, codes: Sequence[str], lang: str) -> dict[str, str]:
    query = select(Team.code, Team.name, Team.name_en).where(Team.jurisdiction_id == county.jurisdiction_id)
    found = session.execute(query.where(Team.code.in_(sorted(set(codes)))))
    return {code: either(name, name_en, lang) for code, name, name_en in found}


def _view(
    session: Session,
    county: County,
    row: Notice,
    person: Person | None,
    organ: Organ | None,
    contact: DutyContact | None,
    teams: dict[str, str],
    lang: str,
    masked: bool,
) -> NoticeView:
    place = (organ.name if lang == "zh" else organ.name_en) if organ else teams.get(row.params.get("team", ""), "")
    name = (mask_name(person.name) if masked else person.name) if person else place
    if contact is not None:
        name = " · ".join(part for part in (place, contact.label, name if person else "") if part)
    phone = contact.phone if contact else person.phone if person else organ.phone if organ else None
    return NoticeView(
        key=row.id,
        words=words_of(session, county, row, lang),
        number=row.matter_number,
        matter=row.matter_kind,
        channel=row.channel,
        status=row.status,
        urgent=row.urgent,
        at=row.created_at,
        acknowledge_by=row.acknowledge_by,
        acknowledged_at=row.acknowledged_at,
        who=name,
        phone=None if masked else phone,
        attempts=row.attempts,
        fault=row.fault,
        called_at=row.called_at,
        result=row.result,
    )
