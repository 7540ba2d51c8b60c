"""Alarms of the console: emergencies nobody has sent to, arrivals, acceptances and assignments overdue, rungs of the ladder.

An alarm stays with each person until that person acknowledges it or puts it off, and ends for all when its ground does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, authorise, demand, in_scope
from data.county import County
from data.models import AlarmAnswer, Lead, Notice, Task, Team
from data.queries.console import WAITING, short_place
from data.queries.notices import KEPT, NoticeView, told_of, told_to, words_of
from policy.lifecycle import OPEN_TASKS
from policy.vocabulary import TaskKind, TaskStatus, Urgency
from policy.vocabulary_notice import NoticeReason, NoticeStatus

AlarmKind = Literal["emergency", "arrive", "accept", "assign", "ladder"]
RANK: Final[tuple[AlarmKind, ...]] = ("emergency", "arrive", "accept", "assign", "ladder")
SHOWN: Final = 20
LATELY: Final = timedelta(hours=24)  # how long a task nobody accepted is an alarm of its lead
_OPEN: Final = (NoticeStatus.WAITING.value, NoticeStatus.SENDING.value, NoticeStatus.DELIVERED.value)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: its key, what it is, whose, where, since when it is due; `words` only of a rung of the ladder."""

    key: str
    kind: AlarmKind
    number: str  # of the task, the lead or the matter of the rung
    lead: str | None
    place: str
    who: str
    since: datetime
    urgency: str
    matter_id: UUID
    words: str = ""
    told: tuple[NoticeView, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarms:
    """Alarms that wait for who looks, the gravest first, and how many that person has put off."""

    waiting: tuple[Alarm, ...]
    total: int
    snoozed: int


def alarm_key(kind: AlarmKind, number: str, since: datetime) -> str:
    """By which an answer is kept: the same matter falling due again at another moment is another alarm."""
    return f"{kind}:{number}:{int(since.timestamp())}"


def read_alarms(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> Alarms:
    """The alarms of who looks, without those that person has acknowledged or put off."""
    demand(actor, "lead.read", Subject(county.jurisdiction_id), now)
    every = all_alarms(session, actor, county, now, lang)
    answers = _answers(session, actor, [one.key for one in every])
    waiting = [one for one in every if not _answered(answers, one.key, now)]
    snoozed = sum(one.key in answers and answers[one.key] is not None for one in every if one not in waiting)
    return Alarms(_with_told(session, actor, county, now, waiting[:SHOWN], lang), len(waiting), snoozed)


def all_alarms(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> list[Alarm]:
    """Every alarm there is for who looks, answered or not, the gravest and oldest first."""
    found = [
        *_of_leads(session, actor, county, now, lang),
        *_of_tasks(session, actor, county, now, lang),
        *_of_ladder(session, actor, county, now, lang),
    ]
    return sorted(found, key=lambda one: (RANK.index(one.kind), one.since, one.key))


def _of_leads(session: Session, actor: Actor, county: County, now: datetime, lang: str) -> Iterator[Alarm]:
    """Leads that wait: emergencies from the moment they come in, others once their time to be assigned is over."""
    due = or_(Lead.urgency == Urgency.EMERGENCY, Lead.assign_due_at < now)
    mine = in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code)
    columns = (
        Lead.id,
        Lead.number,
        Lead.urgency,
        Lead.township_code,
        Lead.cell_code,
        Lead.received_at,
        Lead.assign_due_at,
    )
    query = select(*columns).where(Lead.jurisdiction_id == county.jurisdiction_id, Lead.status.in_(WAITING), due, mine)
    for row in session.execute(query):
        kind: AlarmKind = "emergency" if row.urgency == Urgency.EMERGENCY else "assign"
        since = row.received_at if kind == "emergency" else row.assign_due_at
        place = short_place(county, row.township_code, row.cell_code, lang)
        key = alarm_key(kind, row.number, since)
        yield Alarm(key, kind, row.number, row.number, place, "", since, row.urgency, row.id)


def _of_tasks(session: Session, actor: Actor, county: County, now: datetime, lang: str) -> Iterator[Alarm]:
    """Teams that have not accepted or are not there when due, and tasks nobody accepted whose lead waits again."""
    mine = in_scope(actor, "task.read", county.jurisdiction_id, Task.township_code)
    running = and_(Task.status.in_(OPEN_TASKS), or_(Task.accept_due_at < now, Task.arrive_due_at < now))
    expired = and_(Task.status == TaskStatus.EXPIRED, Task.ended_at > now - LATELY, Lead.status.in_(WAITING))
    query = (
        select(Task, Lead.number, Lead.cell_code, Lead.township_code, Team)
        .join(Lead, Lead.id == Task.lead_id)
        .join(Team, Team.id == Task.team_id)
        .where(Task.jurisdiction_id == county.jurisdiction_id, or_(running, expired), mine)
        .where(Task.kind != TaskKind.LOOK)
    )
    for task, lead, cell, township, team in session.execute(query):
        name = team.name if lang == "zh" else team.name_en
        for kind, since in _late(task, now):
            key, place = alarm_key(kind, task.number, since), short_place(county, township, cell, lang)
            yield Alarm(key, kind, task.number, lead, place, name, since, task.urgency, task.id)


def _late(task: Task, now: datetime) -> Iterator[tuple[AlarmKind, datetime]]:
    if task.accept_due_at and task.accepted_at is None and task.accept_due_at < now:
        yield "accept", task.accept_due_at
    if task.status in OPEN_TASKS and task.arrive_due_at and task.arrived_at is None and task.arrive_due_at < now:
        yield "arrive", task.arrive_due_at


def _of_ladder(session: Session, actor: Actor, county: County, now: datetime, lang: str) -> Iterator[Alarm]:
    """Rungs of the overdue ladder of which who looks was told and has not said so."""
    if actor.account_id is None:
        return
    query = select(Notice).where(
        Notice.jurisdiction_id == county.jurisdiction_id,
        told_to(actor),
        Notice.reason == NoticeReason.REMINDED.value,
        Notice.status.in_(_OPEN),
        Notice.created_at > now - KEPT,
    )
    for row in session.scalars(query):
        number, words = row.matter_number or "", words_of(session, county, row, lang)
        lead = number if row.matter_kind == "lead" else None
        urgency, key = Urgency.NORMAL.value, f"ladder:{row.id}"
        yield Alarm(key, "ladder", number, lead, "", "", row.created_at, urgency, row.matter_id, words)


def _answers(session: Session, actor: Actor, keys: Sequence[str]) -> Mapping[str, datetime | None]:
    if actor.account_id is None or not keys:
        return {}
    query = select(AlarmAnswer.alarm, AlarmAnswer.until).where(AlarmAnswer.account_id == actor.account_id)
    return {alarm: until for alarm, until in session.execute(query.where(AlarmAnswer.alarm.in_(keys)))}  # noqa: C416


def _answered(answers: Mapping[str, datetime | None], key: str, now: datetime) -> bool:
    if key not in answers:
        return False
    until = answers[key]
    return until is None or until > now


def _with_told(
    session: Session, actor: Actor, county: County, now: datetime, alarms: Sequence[Alarm], lang: str
) -> tuple[Alarm, ...]:
    """Who was told of each, when, and what came of it: for who may know whom the desk calls."""
    if not alarms or not authorise(actor, "notice.call", Subject(county.jurisdiction_id), now).allowed:
        return tuple(alarms)
    told: dict[Any, list[NoticeView]] = defaultdict(list)
    for view in told_of(session, actor, county, now, keys=[one.matter_id for one in alarms], lang=lang):
        told[view.number].append(view)
    return tuple(replace(one, told=tuple(told[one.number])) for one in alarms)
