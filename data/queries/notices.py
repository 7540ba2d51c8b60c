"""Notices as people read them: one's own in the program, calls a person has to make, who was told of a matter when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.masking import mask_name
from data.models import Notice, Organ, Person, Team
from policy.deadlines import key_of
from policy.text import Word, has, say
from policy.vocabulary_notice import Channel, NoticeStatus

KEPT: Final = timedelta(days=3)  # how long a notice stands in the list of who was told
LIMIT: Final = 50
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


def words_of(county: County, row: Notice, lang: str) -> str:
    """What a notice says: made of its key and its numbers when it is read or sent."""
    told: dict[str, Any] = dict.fromkeys(("lead", "place", "team", "kind", "number", "deadline", "step"), "—")
    told |= {"number": row.matter_number or "—", "county": county.name} | row.params
    if row.params.get("kind"):
        told["kind"] = Word(f"vocabulary.task_kind.{row.params['kind']}")
    if row.params.get("deadline"):
        told["deadline"] = _deadline(row.params["deadline"], lang)
        recipient = say(f"policy.recipient.{row.params['recipient']}", lang)
        told["step"] = say(f"policy.ladder.{row.params['verb']}", lang, recipient=recipient)
    return say(f"notices.text.{row.reason}", lang, **told)


def _deadline(kind: str, lang: str) -> str:
    key = f"policy.key.{key_of(kind)}"
    return say(key, lang) if has(key, lang) else kind


def own_notices(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> list[NoticeView]:
    """Notices to who looks that are not acknowledged, the urgent and newest first."""
    demand(actor, "notice.read", Subject(county.jurisdiction_id), now)
    if actor.account_id is None:
        return []
    which = (Notice.account_id == actor.account_id, Notice.channel == Channel.IN_APP.value)
    fresh = (Notice.status.in_(_OPEN), Notice.not_before <= now, Notice.created_at > now - KEPT)
    order = (Notice.urgent.desc(), Notice.created_at.desc())
    return _views(session, county, (*which, *fresh), order, lang, masked=True)


def calls_to_make(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> list[NoticeView]:
    """People and departments to be called by telephone, because no other way reached them."""
    demand(actor, "notice.call", Subject(county.jurisdiction_id), now)
    due = (Notice.channel == Channel.VOICE.value, Notice.status.in_(_OPEN), Notice.not_before <= now)
    return _views(session, county, due, (Notice.urgent.desc(), Notice.not_before), lang, masked=False)


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
) -> list[NoticeView]:
    query = (
        select(Notice, Person, Organ)
        .outerjoin(Person, Person.id == Notice.person_id)
        .outerjoin(Organ, (Organ.code == Notice.organ_code) & (Organ.jurisdiction_id == Notice.jurisdiction_id))
        .where(Notice.jurisdiction_id == county.jurisdiction_id, *which)
        .order_by(*order)
        .limit(LIMIT)
    )
    rows = session.execute(query).all()
    teams = _teams(session, county, [row.params.get("team", "") for row, _, _ in rows], lang)
    return [_view(county, row, person, organ, teams, lang, masked) for row, person, organ in rows]


def _teams(session: Session, county: County, codes: Sequence[str], lang: str) -> dict[str, str]:
    query = select(Team.code, Team.name, Team.name_en).where(Team.jurisdiction_id == county.jurisdiction_id)
    found = session.execute(query.where(Team.code.in_(sorted(set(codes)))))
    return {code: name if lang == "zh" else name_en for code, name, name_en in found}


def _view(
    county: County,
    row: Notice,
    person: Person | None,
    organ: Organ | None,
    teams: dict[str, str],
    lang: str,
    masked: bool,
) -> NoticeView:
    place = (organ.name if lang == "zh" else organ.name_en) if organ else teams.get(row.params.get("team", ""), "")
    name = (mask_name(person.name) if masked else person.name) if person else place
    phone = (person.phone if person else organ.phone if organ else None) if not masked else None
    return NoticeView(
        key=row.id,
        words=words_of(county, row, lang),
        number=row.matter_number,
        matter=row.matter_kind,
        channel=row.channel,
        status=row.status,
        urgent=row.urgent,
        at=row.created_at,
        acknowledge_by=row.acknowledge_by,
        acknowledged_at=row.acknowledged_at,
        who=name,
        phone=phone,
        attempts=row.attempts,
        fault=row.fault,
    )
