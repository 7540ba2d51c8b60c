"""Nearest eyes: grid workers near a lead are asked for a photograph. A request, never a task: they look and report (PL 42)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import demand, within
from data.casework.notices import About, Contact, answered_by_step, put, recall_notices
from data.casework.sending import people_on_shift
from data.casework.steps import find_lead, find_team, subject_of
from data.casework.units import belongs
from data.db import Tx
from data.events import append_event
from data.keys import row_key
from data.models import EyesRequest, Lead, Team
from data.queries.eyes import Near, eyes_near
from data.settings import settings
from policy.errors import Refusal
from policy.lifecycle import OPEN_LEADS
from policy.text import Word
from policy.vocabulary import Urgency
from policy.vocabulary_calls import EyesStatus
from policy.vocabulary_notice import NoticeReason


def ask_eyes(tx: Tx, *, number: str) -> EyesRequest:
    """Ask the nearest grid workers who have not been asked yet; raises Refusal with the reason where there are none."""
    lead = find_lead(tx, number)
    demand(tx.actor, "lead.ask_eyes", subject_of(tx, lead), tx.now)
    if lead.status not in OPEN_LEADS:
        state = Word(f"vocabulary.lead_status.{lead.status}")
        raise Refusal("errors_calls.eyes_closed", kind="conflict", number=number, state=state)
    if lead.cell_code is None:
        raise Refusal("errors_calls.eyes_nowhere", kind="conflict", number=number)
    near = _next(tx, lead)
    team = find_team(tx, near.code)
    row = EyesRequest(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        lead_id=lead.id,
        team_id=team.id,
        status=EyesStatus.ASKED.value,
        asked_at=tx.now,
        minutes=near.minutes,
        same_cell=near.same_cell,
        account_id=tx.actor.account_id,
    )
    tx.session.add(row)
    _ask(tx, row, lead, team)
    _tell(tx, lead, "ask_eyes", row, team)
    return row


def _next(tx: Tx, lead: Lead) -> Near:
    near, reasons = eyes_near(tx.session, tx.county, lead, tx.now)
    if not near:
        minutes = settings().eyes_minutes
        raise Refusal("errors_calls.eyes_none", kind="conflict", reasons=reasons, number=lead.number, minutes=minutes)
    asked = select(Team.code).join(EyesRequest, EyesRequest.team_id == Team.id)
    running = (EyesRequest.lead_id == lead.id, EyesRequest.status == EyesStatus.ASKED.value)
    known = set(tx.session.scalars(asked.where(*running)))
    fresh = [one for one in near if one.code not in known]
    if not fresh:
        teams = tuple(one.name for one in near)
        raise Refusal("errors_calls.eyes_asked", kind="conflict", number=lead.number, teams=teams)
    return fresh[0]


def _ask(tx: Tx, row: EyesRequest, lead: Lead, team: Team) -> None:
    about = About(
        NoticeReason.ASKED_TO_LOOK,
        "lead",
        row.id,
        lead.number,
        {"lead": lead.number, "place": lead.cell_code or tx.county.code, "team": team.code},
        urgent=lead.urgency == Urgency.EMERGENCY,
        acknowledge_by=tx.now + timedelta(minutes=settings().notify_again_minutes),
    )
    put(tx, about, [Contact(UUID(one)) for one in people_on_shift(tx, team)])


def recall_eyes(tx: Tx, *, key: str, reason: str) -> EyesRequest:
    """Take a request back with a reason: what has not left does not leave."""
    row, lead, team = _find(tx, key)
    demand(tx.actor, "lead.recall_eyes", subject_of(tx, lead), tx.now)
    if row.status != EyesStatus.ASKED:
        state = Word(f"vocabulary.eyes_status.{row.status}")
        raise Refusal("errors_calls.eyes_over", kind="conflict", number=lead.number, state=state)
    if not reason.strip():
        raise Refusal("errors_calls.eyes_reason", pointer="/reason", number=lead.number)
    row.status, row.reason = EyesStatus.RECALLED.value, reason.strip()[:500]
    recall_notices(tx, row.id)
    _tell(tx, lead, "recall_eyes", row, team)
    return row


def _find(tx: Tx, key: str) -> tuple[EyesRequest, Lead, Team]:
    row = tx.session.get(EyesRequest, row_key(key), with_for_update=True)
    if row is None or row.jurisdiction_id != tx.county.jurisdiction_id:
        raise Refusal("errors_calls.eyes_not_found", kind="not_found")
    return row, tx.session.get_one(Lead, row.lead_id), tx.session.get_one(Team, row.team_id)


def eyes_answered(tx: Tx, lead: Lead) -> None:
    """Evidence put to a lead by somebody of a team that was asked answers its request."""
    open_ones = (EyesRequest.lead_id == lead.id, EyesRequest.status != EyesStatus.RECALLED.value)
    query = select(EyesRequest, Team).join(Team, Team.id == EyesRequest.team_id).where(*open_ones)
    for row, team in tx.session.execute(query).all():
        if belongs(tx, team):
            _answer(tx, row, lead, team)


def _answer(tx: Tx, row: EyesRequest, lead: Lead, team: Team) -> None:
    first = row.status == EyesStatus.ASKED
    row.photographs += 1
    if first:
        row.status, row.answered_at = EyesStatus.ANSWERED.value, tx.now
        answered_by_step(tx, row.id)
        _tell(tx, lead, "answer_eyes", row, team)


def _tell(tx: Tx, lead: Lead, verb: str, row: EyesRequest, team: Team) -> None:
    minutes = None if row.minutes is None else round(row.minutes)
    append_event(
        replace(tx, actor=within(tx.actor, subject_of(tx, lead), tx.now)),
        matter="lead",
        subject_id=lead.id,
        subject_number=lead.number,
        verb=verb,
        from_state=lead.status,
        to_state=lead.status,
        facts={"team": team.code, "minutes": minutes, "request": str(row.id)},
    )
