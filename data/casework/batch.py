"""A batch of leads confirmed as a whole and sent one by one: each in a savepoint of its own, with events of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.casework.sending import dispatch
from data.casework.steps import demand_step, find_lead, find_team
from data.db import Tx
from data.heads import heads_of
from data.idempotency import KEY_LIMIT, answered, digest
from data.models import Lead, Task, Team
from data.refusals import note_refusal
from policy.errors import Refusal
from policy.lifecycle import OPEN_TASKS
from policy.text import LANGUAGES
from policy.vocabulary import LeadStatus, Urgency, Verb, word

MOST: Final = 500
"""Leads of one batch."""
SLICE: Final = 5
"""Leads sent in one commit: between two slices others get their turn at the record."""
WAITING: Final = (LeadStatus.RECEIVED, LeadStatus.TRIAGED)
REASON_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A lead and the team it goes to; the one that was proposed, and why it is another one."""

    number: str
    team_code: str
    proposed: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Some leads of a batch, sent in one commit."""

    batch: str
    sequence: int | None
    choices: tuple[Choice, ...]
    key: str | None


def slices(
    account: UUID | None, choices: Sequence[Choice], sequence: int | None = None, key: str | None = None
) -> Iterator[Slice]:
    """A batch in slices; with a key they are the same ones again, and each is sent once."""
    if key is not None and not 1 <= len(key) <= KEY_LIMIT - len(f"#{MOST}"):
        raise Refusal("errors_casework.key_length", pointer="/Idempotency-Key")
    batch = str(uuid5(NAMESPACE_URL, f"{account}/{key}") if key else uuid7())
    for first in range(0, len(choices), SLICE):
        part = tuple(choices[first : first + SLICE])
        yield Slice(batch, sequence, part, f"{key}#{first}" if key else None)


def send_slice(tx: Tx, *, part: Slice) -> tuple[list[dict[str, Any]], bool]:
    """Send the leads of a slice, each or its refusal in the order given; and whether that was done before."""
    demand(tx.actor, f"lead.{Verb.DISPATCH.value}", Subject(tx.county.jurisdiction_id), tx.now)
    if part.key is None:
        return _sent(tx, part)["results"], False
    asked = digest(
        {"county": tx.county.code, "sequence": part.sequence, "choices": [asdict(one) for one in part.choices]}
    )
    answer, before = answered(tx, key=part.key, request=asked, verb=lambda inner: _sent(inner, part), status=200)
    return answer["results"], before


def _sent(tx: Tx, part: Slice) -> dict[str, list[dict[str, Any]]]:
    return {"results": [_one(tx, part, choice) for choice in part.choices]}


def _one(tx: Tx, part: Slice, choice: Choice) -> dict[str, Any]:
    """One lead: its task, or why it was not sent, which leaves no trace of the attempt in its matter."""
    heads = heads_of(tx.session.connection())
    before = dict(heads.now)
    try:
        with tx.session.begin_nested():
            task = _dispatched(tx, part, choice)
    except Refusal as refusal:
        heads.now = before
        if refusal.kind == "forbidden":
            note_refusal(tx, attempt=f"lead.{Verb.DISPATCH.value}", why=refusal.code, subject=choice.number[:100])
        return {"number": choice.number, "task": None, "problem": told(refusal)}
    return {"number": choice.number, "task": task.number, "problem": None}


def told(refusal: Refusal) -> dict[str, Any]:
    """A refusal as it is kept: in both languages, so that an answer given again can be read by anybody."""
    sentences = {lang: refusal.sentence(lang) for lang in LANGUAGES}
    return {"code": refusal.code, "kind": refusal.kind, "clause": refusal.clause, "pointer": refusal.pointer} | {
        "sentence": sentences
    }


def _dispatched(tx: Tx, part: Slice, choice: Choice) -> Task:
    lead = find_lead(tx, choice.number)
    demand_step(tx, lead, Verb.DISPATCH)
    _check_waiting(tx, lead)
    team = find_team(tx, choice.team_code)
    _check_room(tx, lead, team)
    (task,) = dispatch(
        tx,
        number=lead.number,
        team_codes=[team.code],
        reason=_reason(choice, lead, team),
        confirm_busy=True,
        about={"batch": part.batch, "proposed_at": part.sequence, "proposed": choice.proposed},
    )
    return task


def _reason(choice: Choice, lead: Lead, team: Team) -> str | None:
    """Why another team than the proposed one goes; None where the proposal stands."""
    if choice.proposed in (None, choice.team_code):
        return None
    reason = (choice.reason or "").strip()
    if not reason:
        raise Refusal("errors_batch.change_unreasoned", pointer="/reason", number=lead.number, team=team.name)
    return reason[:REASON_LIMIT]


def _check_waiting(tx: Tx, lead: Lead) -> None:
    """Somebody may have sent, closed or raised it since the proposal was made."""
    teams = tx.session.scalars(
        select(Team.name)
        .join(Task, Task.team_id == Team.id)
        .where(Task.lead_id == lead.id, Task.status.in_(OPEN_TASKS))
        .order_by(Task.assigned_at)
    ).all()
    if teams:
        raise Refusal("errors_batch.already_sent", kind="conflict", number=lead.number, teams=tuple(teams))
    if lead.status not in WAITING:
        state = word(LeadStatus(lead.status))
        raise Refusal("errors_batch.waits_no_more", kind="conflict", number=lead.number, state=state)
    if lead.urgency != Urgency.NORMAL:
        urgency = word(Urgency(lead.urgency))
        raise Refusal("errors_batch.not_normal", kind="conflict", number=lead.number, urgency=urgency)


def _check_room(tx: Tx, lead: Lead, team: Team) -> None:
    """A team takes as many as it can carry, also when others sent it something meanwhile."""
    query = select(func.count()).select_from(Task).where(Task.team_id == team.id, Task.status.in_(OPEN_TASKS))
    tasks = tx.session.scalar(query) or 0
    if tasks >= team.capacity:
        raise Refusal(
            "errors_batch.team_full",
            kind="conflict",
            number=lead.number,
            team=team.name,
            tasks=tasks,
            capacity=team.capacity,
        )
