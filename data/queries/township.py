"""A township's day: what is open, with whom, since when, what falls due, what has passed; leads by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.models import Item, Lead, Task, Team
from data.queries.console import IN_HAND, RANK, WAITING
from data.queries.named import names_of
from policy.lifecycle import OPEN_TASKS
from policy.vocabulary import TaskStatus
from policy.zone import CHINA

SHOWN_DAYS: Final = 30
USUAL_DAYS: Final = 56  # before the days shown: eight weeks, from which the usual level is made
FAR: Final = timedelta(days=3650)
DueKind = Literal["assign", "accept", "arrive", "recheck", ""]


@dataclass(frozen=True, slots=True)
class Sent:
    """A team that is on a lead; `due_at` is what it must do next."""

    task: str
    team: str
    phone: str | None
    status: str
    assigned_at: datetime
    due_at: datetime | None
    due_kind: DueKind
    accept_due_at: datetime | None
    arrive_due_at: datetime | None
    accepted_at: datetime | None
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Matter:
    """An open lead of the township; `placed` says whether it is located down to a village."""

    number: str
    status: str
    urgency: str
    source: str
    subject: str
    summary: str
    place: str
    placed: bool
    received_at: datetime
    due_at: datetime | None
    due_kind: DueKind
    sent: tuple[Sent, ...] = ()
    cell: str | None = None

    @property
    def waiting(self) -> bool:
        """Nobody has been sent yet."""
        return self.status in WAITING

    def overdue(self, now: datetime) -> bool:
        """Whether its next deadline has passed."""
        return self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class Late:
    """One deadline that has passed (F11, overdue now): whose, since when, when it goes up to the county office."""

    matter: Matter
    kind: DueKind
    due_at: datetime
    escalates_at: datetime
    team: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Leads received by day, oldest first; the usual level of working and of free days, None without a past to compare."""

    days: tuple[date, ...]
    counts: tuple[int, ...]
    usual: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


def admit(actor: Actor, county: County, code: str, now: datetime) -> None:
    """Raise Refusal unless the actor may read the page of the township."""
    demand(actor, "page.township", Subject(county.jurisdiction_id, frozenset({code}), label=county.words_of(code)), now)


def today(now: datetime) -> date:
    """The day in Asia/Shanghai."""
    return now.astimezone(CHINA).date()


def midnight(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai."""
    return datetime.combine(day, time(), CHINA)


# -- what is open -----------------------------------------------------------------------------------------------------


def _mine(actor: Actor, county: County, code: str) -> ColumnElement[bool]:
    scope = in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code)
    return and_(Lead.jurisdiction_id == county.jurisdiction_id, Lead.township_code == code, scope)


def open_matters(
    session: Session, actor: Actor, county: County, code: str, now: datetime, lang: str = "zh"
) -> tuple[Matter, ...]:
    """Leads of the township that are waiting or in hand: what is due first stands first."""
    admit(actor, county, code, now)
    query = (
        select(Lead, Item.name, Item.name_en)
        .outerjoin(Item, Item.id == Lead.item_id)
        .where(_mine(actor, county, code), Lead.status.in_((*WAITING, *IN_HAND)))
    )
    rows = session.execute(query).all()
    sent = _sent(session, actor, county, [lead.id for lead, *_ in rows], lang)
    names = names_of(session, county, lang)
    found = [_matter(lead, (name, en), sent.get(lead.id, ()), county, names, lang) for lead, name, en in rows]
    return tuple(sorted(found, key=lambda m: (m.due_at or now + FAR, RANK.get(m.urgency, 9), m.received_at)))


def _sent(
    session: Session, actor: Actor, county: County, leads: Sequence[UUID], lang: str
) -> Mapping[UUID, tuple[Sent, ...]]:
    query = (
        select(Task, Team.name, Team.name_en, Team.phone)
        .join(Team, Team.id == Task.team_id)
        .where(
            Task.lead_id.in_(leads),
            Task.status.in_(OPEN_TASKS),
            in_scope(actor, "task.read", county.jurisdiction_id, Task.township_code),
        )
        .order_by(Task.leading.desc(), Task.assigned_at)
    )
    found: dict[UUID, list[Sent]] = defaultdict(list)
    for task, name, name_en, phone in session.execute(query):
        found[task.lead_id].append(_one_sent(task, name if lang == "zh" else name_en or name, phone))
    return {lead: tuple(sent) for lead, sent in found.items()}


def _one_sent(task: Task, team: str, phone: str | None) -> Sent:
    due, kind = _task_due(task)
    return Sent(
        task.number, team, phone, task.status, task.assigned_at, due, kind, task.accept_due_at, task.arrive_due_at,
        task.accepted_at, task.arrived_at,
    )  # fmt: skip


def _task_due(task: Task) -> tuple[datetime | None, DueKind]:
    if task.status == TaskStatus.ASSIGNED:
        return task.accept_due_at, "accept"
    if task.status == TaskStatus.ON_SCENE or task.arrive_due_at is None:
        return None, ""
    return task.arrive_due_at, "arrive"


def _due(lead: Lead, sent: Sequence[Sent]) -> tuple[datetime | None, DueKind]:
    if lead.status in WAITING:
        return lead.assign_due_at, "assign"
    dues: list[tuple[datetime, DueKind]] = [(one.due_at, one.due_kind) for one in sent if one.due_at]
    if lead.recheck_on is not None:
        dues.append((midnight(lead.recheck_on + timedelta(days=1)), "recheck"))
    return min(dues, default=(None, ""))


def _matter(
    lead: Lead,
    item: tuple[str | None, str | None],
    sent: tuple[Sent, ...],
    county: County,
    names: Mapping[str, str],
    lang: str,
) -> Matter:
    due_at, due_kind = _due(lead, sent)
    name, name_en = item
    domain = names.get(lead.domain) if lead.domain else None
    cell = county.hierarchy.get(lead.cell_code) if lead.cell_code else None
    return Matter(
        number=lead.number,
        status=lead.status,
        urgency=lead.urgency,
        source=lead.source,
        subject=(name if lang == "zh" else name_en or name) or domain or lead.summary,
        summary=lead.summary,
        place=county.name_of(cell.code, lang) if cell else "",
        placed=cell is not None and not county.hierarchy.children(cell.code),
        received_at=lead.received_at,
        due_at=due_at,
        due_kind=due_kind,
        sent=sent,
        cell=lead.cell_code,
    )


# -- what has passed --------------------------------------------------------------------------------------------------


def late_ones(matters: Iterable[Matter], now: datetime, escalates: float = 1.5) -> tuple[Late, ...]:
    """Deadlines to assign, accept and arrive that have passed, the longest first: one line for each, as F11 counts them.

    `escalates`: at how much of its period a deadline goes up to the county office (profile, `reminder.ladder`).
    """
    found = [late for matter in matters for late in _late(matter, now, escalates - 1.0)]
    return tuple(sorted(found, key=lambda one: (RANK.get(one.matter.urgency, 9), one.due_at)))


def _late(matter: Matter, now: datetime, grace: float) -> Iterator[Late]:
    def one(begun: datetime, due: datetime, kind: DueKind, sent: Sent | None = None) -> Late:
        up = due + (due - begun) * grace
        return Late(matter, kind, due, up, sent.team if sent else None, sent.phone if sent else None)

    if matter.due_kind == "assign" and matter.due_at is not None and matter.due_at < now:
        yield one(matter.received_at, matter.due_at, "assign")
    for sent in matter.sent:
        if sent.accept_due_at is not None and sent.accepted_at is None and sent.accept_due_at < now:
            yield one(sent.assigned_at, sent.accept_due_at, "accept", sent)
        if sent.arrive_due_at is not None and sent.arrived_at is None and sent.arrive_due_at < now:
            yield one(sent.assigned_at, sent.arrive_due_at, "arrive", sent)


def escalation(county: County, now: datetime) -> float:
    """At how much of a period an overdue matter goes up to the county office; 1.5 where no rung says so."""
    ladder = county.profile.get("reminder.ladder", today(now))
    rungs = [rung["at"] for rung in (ladder.value if ladder else ()) if rung["verb"] == "escalate"]
    return float(min(rungs, default=1.5))


# -- leads by day -----------------------------------------------------------------------------------------------------


def leads_by_day(session: Session, actor: Actor, county: County, code: str, now: datetime) -> Days:
    """Leads received on each of the last 30 days, with the usual level (mean, 10–90 %) of days of the same kind."""
    admit(actor, county, code, now)
    last = today(now)
    first = last - timedelta(days=SHOWN_DAYS - 1)
    begun = first - timedelta(days=USUAL_DAYS)
    moments = session.scalars(select(Lead.received_at).where(_mine(actor, county, code), Lead.received_at >= midnight(begun)))  # fmt: skip
    counted = Counter(moment.astimezone(CHINA).date() for moment in moments)
    past = [begun + timedelta(days=n) for n in range(USUAL_DAYS)]
    levels = {kind: _level(_same(past, counted, county, kind)) for kind in (True, False)}
    days = tuple(first + timedelta(days=n) for n in range(SHOWN_DAYS))
    bands = [levels[county.calendar.is_workday(day)] for day in days]
    low, mean, high = (tuple(band[n] for band in bands) for n in range(3))
    return Days(days, tuple(counted[day] for day in days), mean, low, high)


def _same(days: Sequence[date], counted: Mapping[date, int], county: County, workday: bool) -> list[int]:
    """Counts of the days of one kind, from the first day of the record on."""
    begun = min(counted, default=date.max)
    return sorted(counted.get(day, 0) for day in days if day >= begun and county.calendar.is_workday(day) == workday)


def _level(counts: Sequence[int]) -> tuple[float | None, float | None, float | None]:
    if not counts:
        return None, None, None
    last = len(counts) - 1
    return float(counts[round(last * 0.1)]), sum(counts) / len(counts), float(counts[round(last * 0.9)])


@dataclass(frozen=True, slots=True)
class Today:
    """Leads received today, how many of those are resolved, and all that were resolved today."""

    received: int
    resolved_of_received: int
    resolved: int


def day_so_far(session: Session, actor: Actor, county: County, code: str, now: datetime) -> Today:
    """The township's day in three counts."""
    admit(actor, county, code, now)
    start = midnight(today(now))
    done = func.count(Lead.resolved_at)
    received, of_received = session.execute(
        select(func.count(), done).where(_mine(actor, county, code), Lead.received_at >= start)
    ).one()
    resolved = session.scalar(select(func.count()).where(_mine(actor, county, code), Lead.resolved_at >= start))
    return Today(received, of_received, resolved or 0)


def received_by_cell(session: Session, actor: Actor, county: County, code: str, now: datetime) -> dict[str, tuple[int, int]]:  # fmt: skip
    """By code of the cell: leads open now, leads received in the last 30 days."""
    admit(actor, county, code, now)
    since = midnight(today(now) - timedelta(days=SHOWN_DAYS - 1))
    columns: tuple[Any, ...] = (Lead.cell_code, func.count())
    alive = select(*columns).where(_mine(actor, county, code), Lead.status.in_((*WAITING, *IN_HAND)))
    came = select(*columns).where(_mine(actor, county, code), Lead.received_at >= since)
    opened: dict[str, int] = dict(session.execute(alive.group_by(Lead.cell_code)).all())
    received: dict[str, int] = dict(session.execute(came.group_by(Lead.cell_code)).all())
    return {cell: (opened.get(cell, 0), received.get(cell, 0)) for cell in {*opened, *received} if cell}
