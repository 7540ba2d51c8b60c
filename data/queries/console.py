"""The queue of the dispatch console: what waits, sorted by urgency and what is left of the time; its counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.models import Item, Lead, Task, Team
from data.queries.handed import handed_to
from data.queries.named import names_of
from policy.duplicates import LeadFacts, Window, possible_duplicates
from policy.lifecycle import OPEN_TASKS
from policy.vocabulary import LeadStatus, TaskStatus, Urgency

Pile = Literal["waiting", "in_hand", "resolved"]
Only = Literal["", "unlocated", "duplicates", "overdue"]
WAITING: Final = (LeadStatus.RECEIVED, LeadStatus.TRIAGED)
IN_HAND: Final = (LeadStatus.ASSIGNED, LeadStatus.IN_PROGRESS)
PILES: Final[tuple[Pile, ...]] = ("waiting", "in_hand", "resolved")
RESOLVED_FOR: Final = timedelta(hours=24)  # how long a resolved lead stays in its pile
MOST_ROWS: Final = 60  # rows shown at once; the counts are of all
MOST_READ: Final = 2_000
MOST_COMPARED: Final = 400  # newest leads held against each waiting one
RANK: Final = {Urgency.EMERGENCY.value: 0, Urgency.URGENT.value: 1, Urgency.NORMAL.value: 2}
FAR: Final = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the dispatcher wants to see; empty means all."""

    pile: Pile = "waiting"
    urgency: str = ""
    source: str = ""
    township: str = ""
    domain: str = ""
    only: Only = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One lead of the queue; times are aware, `due_kind` says what is due: assign, accept or arrive."""

    number: str
    status: str
    urgency: str
    source: str
    summary: str
    item: str | None
    domain: str | None
    domain_code: str | None
    township: str | None
    place: str
    located: bool
    note: str | None
    received_at: datetime
    due_at: datetime | None
    due_kind: str
    overdue: bool
    teams: tuple[str, ...]
    lon: float | None
    lat: float | None
    cell: str | None = None
    reached: bool = False
    recheck_on: date | None = None
    duplicates: tuple[str, ...] = ()
    services: tuple[str, ...] = ()  # 110, 119, 120 it was handed to


@dataclass(frozen=True, slots=True)
class Queue:
    """The rows shown and how many there are, counts of the chosen pile, what stands on the map (who waits or has a team on
    the way), and the finest cell of every open lead."""

    rows: tuple[QueueRow, ...]
    total: int
    by_urgency: Mapping[str, int]
    unlocated: int
    duplicates: int
    overdue: int
    piles: Mapping[str, int]
    late: Mapping[str, int]
    on_map: tuple[QueueRow, ...] = field(default=(), repr=False)
    cells: tuple[str, ...] = field(default=(), repr=False)


_COLUMNS: Final = (
    Lead.id, Lead.number, Lead.status, Lead.urgency, Lead.source, Lead.summary, Lead.domain, Lead.township_code,
    Lead.cell_code, Lead.location_note, Lead.received_at, Lead.occurred_at, Lead.assign_due_at, Lead.recheck_on, Lead.lon, Lead.lat,
    Item.name.label("item"), Item.name_en.label("item_en"),
)  # fmt: skip


def _mine(actor: Actor, county: County) -> ColumnElement[bool]:
    return and_(
        Lead.jurisdiction_id == county.jurisdiction_id,
        in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code),
    )


def _leads(actor: Actor, county: County, now: datetime) -> Select[*tuple[Any, ...]]:
    alive = Lead.status.in_((*WAITING, *IN_HAND))
    lately = and_(Lead.status == LeadStatus.RESOLVED, Lead.resolved_at > now - RESOLVED_FOR)
    query = select(*_COLUMNS).outerjoin(Item, Item.id == Lead.item_id)
    return query.where(_mine(actor, county), or_(alive, lately)).order_by(Lead.received_at.desc()).limit(MOST_READ)


@dataclass(frozen=True, slots=True)
class _OpenTask:
    status: str
    team: str
    accept_due_at: datetime | None
    arrive_due_at: datetime | None

    @property
    def due(self) -> tuple[datetime | None, str]:
        if self.status == TaskStatus.ASSIGNED:
            return self.accept_due_at, "accept"
        return (None, "") if self.status == TaskStatus.ON_SCENE else (self.arrive_due_at, "arrive")


def _open_tasks(session: Session, county: County, lang: str) -> Mapping[UUID, list[_OpenTask]]:
    name = Team.name if lang == "zh" else Team.name_en
    rows = session.execute(
        select(Task.lead_id, Task.status, name, Task.accept_due_at, Task.arrive_due_at)
        .join(Team, Team.id == Task.team_id)
        .where(Task.jurisdiction_id == county.jurisdiction_id, Task.status.in_(OPEN_TASKS))
        .order_by(Task.leading.desc(), Task.assigned_at)
    )
    found: dict[UUID, list[_OpenTask]] = defaultdict(list)
    for lead_id, status, team, accept_due, arrive_due in rows:
        found[lead_id].append(_OpenTask(status, team, accept_due, arrive_due))
    return found


def short_place(county: County, township: str | None, cell: str | None, lang: str = "zh") -> str:
    """Township and finest cell in words; empty for an unlocated lead."""
    if not cell:
        return ""
    parts = [county.name_of(township, lang)] if township else []
    return " ".join(parts if cell == township else [*parts, county.name_of(cell, lang)])


def _due(lead: Row[Any], tasks: Sequence[_OpenTask]) -> tuple[datetime | None, str]:
    if lead.status in WAITING:
        return lead.assign_due_at, "assign"
    dues = [(due, kind) for due, kind in (task.due for task in tasks) if due is not None]
    return min(dues, default=(None, ""))


def _row(
    lead: Row[Any], tasks: Sequence[_OpenTask], county: County, names: Mapping[str, str], now: datetime, lang: str
) -> QueueRow:
    due_at, due_kind = _due(lead, tasks)
    return QueueRow(
        number=lead.number,
        status=lead.status,
        urgency=lead.urgency,
        source=lead.source,
        summary=lead.summary,
        item=lead.item if lang == "zh" else lead.item_en or lead.item,
        domain=names.get(lead.domain, lead.domain) if lead.domain else None,
        domain_code=lead.domain,
        township=lead.township_code,
        place=short_place(county, lead.township_code, lead.cell_code, lang),
        located=lead.township_code is not None,
        note=lead.location_note,
        received_at=lead.received_at,
        due_at=due_at,
        due_kind=due_kind,
        overdue=due_at is not None and due_at < now,
        teams=tuple(task.team for task in tasks),
        lon=lead.lon,
        lat=lead.lat,
        cell=lead.cell_code,
        recheck_on=lead.recheck_on if lead.status in IN_HAND else None,
        reached=any(task.status == TaskStatus.ON_SCENE for task in tasks),
    )


def window_of(county: County, now: datetime) -> Window:
    """How far apart duplicates may lie (profile, `duplicates.window`)."""
    value = county.profile.require("duplicates.window", now.date()).value
    return Window(float(value["minutes"]), float(value["metres"]), float(value["similarity"]))


def lead_facts(lead: Any) -> LeadFacts:
    """What is compared of a lead (a row with its columns)."""
    return LeadFacts(
        lead.number, lead.summary, lead.occurred_at, lead.domain, lead.lon, lead.lat, lead.cell_code
    )  # fmt: skip


def doubles(leads: Sequence[Row[Any]], window: Window) -> Mapping[str, tuple[str, ...]]:
    """Possible originals of each waiting lead among the newest leads, by number."""
    facts = [lead_facts(lead) for lead in leads[:MOST_COMPARED]]
    waiting = [fact for fact, lead in zip(facts, leads, strict=False) if lead.status in WAITING]
    found = {fact.number: possible_duplicates(fact, facts, window, limit=3) for fact in waiting}
    return {number: tuple(match.number for match in matches) for number, matches in found.items() if matches}


def order(row: QueueRow) -> tuple[int, datetime, str]:
    """Urgency first, then what is left of the time."""
    return RANK.get(row.urgency, 9), row.due_at or row.received_at + FAR, row.number


def _in_pile(row: QueueRow, pile: Pile) -> bool:
    """Emergencies stay before the dispatcher's eyes until somebody is there."""
    if pile == "waiting":
        running = row.urgency == Urgency.EMERGENCY and row.status in IN_HAND and not row.reached
        return row.status in WAITING or running
    return row.status in IN_HAND if pile == "in_hand" else row.status == LeadStatus.RESOLVED


def _wanted(row: QueueRow, filters: Filters) -> bool:
    only = {
        "": True,
        "unlocated": not row.located,
        "duplicates": bool(row.duplicates),
        "overdue": row.overdue,
    }[filters.only]
    return (
        only
        and filters.urgency in ("", row.urgency)
        and filters.source in ("", row.source, *row.services)
        and filters.township in ("", row.township)
        and filters.domain in ("", row.domain_code)
    )


def read_queue(
    session: Session, actor: Actor, county: County, filters: Filters, now: datetime, lang: str = "zh"
) -> Queue:
    """The queue as `actor` may see it: rows of the chosen pile after the filters, counts of the whole pile."""
    demand(actor, "lead.read", Subject(county.jurisdiction_id), now)
    leads = session.execute(_leads(actor, county, now)).all()
    tasks, names = _open_tasks(session, county, lang), names_of(session, county, lang)
    alike = doubles(leads, window_of(county, now))
    handed = handed_to(session, county, [lead.number for lead in leads])
    rows = [
        replace(
            _row(lead, tasks.get(lead.id, ()), county, names, now, lang),
            duplicates=alike.get(lead.number, ()),
            services=tuple(dict.fromkeys(one.service for one in handed.get(lead.number, ()))),
        )
        for lead in leads
    ]
    return _queue(rows, filters)


def _queue(rows: Sequence[QueueRow], filters: Filters) -> Queue:
    """Counts are of the chosen pile before its filters; `late` counts what is overdue in each pile."""
    piles = {pile: [row for row in rows if _in_pile(row, pile)] for pile in PILES}
    pile = piles[filters.pile]
    shown = sorted((row for row in pile if _wanted(row, filters)), key=order)
    return Queue(
        rows=tuple(shown[:MOST_ROWS]),
        total=len(shown),
        by_urgency=Counter(row.urgency for row in pile),
        unlocated=_count(not row.located for row in pile),
        duplicates=_count(bool(row.duplicates) for row in pile),
        overdue=_count(row.overdue for row in pile),
        piles={name: len(held) for name, held in piles.items()},
        late={name: _count(row.overdue for row in held) for name, held in piles.items()},
        on_map=tuple(row for row in rows if row.status in WAITING or row.teams),
        cells=tuple(sorted(row.cell for row in rows if row.cell and row.status != LeadStatus.RESOLVED)),
    )


def _count(values: Iterable[bool]) -> int:
    return sum(values)
