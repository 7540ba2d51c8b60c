"""The command centre's desk in fast motion: clock, numbers, rows and events of every step, and who can be sent."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from data.casework.numbers import LETTERS
from data.events import EventDraft
from data.simulate.chance import chance, key_at, minutes
from data.simulate.crews import Crew, Crews
from data.simulate.demand import Arrival
from data.simulate.establishment import Establishment
from data.simulate.ground import Ground
from data.simulate.hotline import order
from data.simulate.rota import Duty
from data.simulate.squads import Force
from policy.vocabulary import LeadSource, Role, TaskKind, Urgency, Verb
from policy.vocabulary_between import PassingStep
from policy.zone import CHINA

if TYPE_CHECKING:
    from data.simulate.case_docket import Docket
    from data.simulate.shift_book import ShiftBook

Row = dict[str, Any]
Course = Generator[datetime, None, None]
REPORTED: Final = {
    LeadSource.GRID_PATROL: 6.0, LeadSource.OFFSITE_SENSOR: 2.0, LeadSource.DEPARTMENT_INSPECTION: 15.0,
    LeadSource.PUBLIC_REPORT: 25.0, LeadSource.HOTLINE_12345: 45.0, LeadSource.SUPERIOR_REFERRAL: 600.0,
    LeadSource.TRANSFER_IN: 900.0,
}  # fmt: skip
"""Minutes, median, from what happened to its report, by source."""


class Desk:
    """Runs courses in the order of time until `end`; keeps every row and every event they make."""

    def __init__(self, ground: Ground, made: Establishment, force: Force, end: datetime) -> None:
        self.ground, self.county, self.made, self.force, self.end = ground, ground.county, made, force, end
        self.crews = Crews(ground, made, force, end)
        self.clocks = self.crews.clocks
        self.rng = chance(ground.seed, self.county.code, "desk")
        self.keys = chance(ground.seed, self.county.code, "keys")
        self.now = end
        self.leads: list[Row] = []
        self.tasks: list[Row] = []
        self.events: list[EventDraft] = []
        self.counters: dict[tuple[str, date], int] = {}
        self.lead_of: dict[int, Row] = {}
        self.items = {row["code"]: row for row in made.items}
        self._organ_code = {squad.id: squad.organ for squad in force.squads}
        self._queue: list[tuple[datetime, int, Course]] = []
        self._turn = 0
        self.docket: Docket
        self.shifts: ShiftBook

    # time

    def start(self, course: Course, at: datetime) -> None:
        """Begin a course at a moment."""
        self._turn += 1
        heapq.heappush(self._queue, (at, self._turn, course))

    def run(self, progress: Callable[[datetime], None] | None = None) -> None:
        """Run everything up to the end; what would happen later has not happened."""
        steps = 0
        while self._queue and self._queue[0][0] <= self.end:
            at, _, course = heapq.heappop(self._queue)
            self.now = at
            following = next(course, None)
            if following is not None:
                self.start(course, max(following, at))
            steps += 1
            if progress and steps % 5_000 == 0:
                progress(at)

    # numbers and events

    def number(self, kind: str) -> str:
        """The next number of a kind on the day, gap-free."""
        day = self.now.astimezone(CHINA).date()
        self.counters[kind, day] = last = self.counters.get((kind, day), 0) + 1
        return f"{self.county.short_code}-{LETTERS[kind]}-{day:%Y%m%d}-{last:04d}"

    def key(self) -> UUID:
        """A key for a row made now."""
        return key_at(self.keys, self.now)

    def step(self, row: Row, verb: Verb | PassingStep, to: str | None, role: Role, facts: Row | None = None) -> None:
        """Take a step: the new state and its event; `to` None: the state stays."""
        before = row["status"] or None
        row["status"] = to or row["status"]
        row["version"] += 1 if before else 0
        task = "lead_id" in row
        self.events.append(
            EventDraft(
                self.now,
                "task" if task else "lead",
                row["id"],
                verb.value,
                role.value,
                None,
                self._organ(row, role),
                self._certificate(row, role),
                row["number"],
                before,
                row["status"],
                facts or {},
                None,
                self.county.profile.digest,
            )
        )

    def organ_of(self, task: Row) -> str:
        """The organ of the team that has a task."""
        return self._organ_code[task["team_id"]]

    def _organ(self, row: Row, role: Role) -> str | None:
        if role is Role.OFFICER:
            return self.organ_of(row)
        return "command" if role is Role.DISPATCHER else None

    def _certificate(self, row: Row, role: Role) -> str | None:
        return row.get("_certificate") if role is Role.OFFICER else None

    # rows

    def take_in(self, arrival: Arrival, text: str, address: str | None, reporter: tuple[str, str] | None) -> Row:
        """The row of a lead as it comes in; what is known of its place decides how it is located."""
        leaf = self.ground.leaves[arrival.leaf]
        outside, blind = arrival.fate == "outside", arrival.fate == "address"
        placed = not (outside or blind)
        item = self.items[arrival.sort.code]
        due = timedelta(minutes=self.clocks.assign[arrival.urgency])
        name, phone = reporter or (None, None)
        row: Row = dict.fromkeys(LEAD_BLANKS)
        row |= {
            "id": self.key(), "jurisdiction_id": self.county.jurisdiction_id, "number": self.number("lead"),
            "source": arrival.source.value, "urgency": arrival.urgency.value, "status": "", "summary": text,
            "reporter_name": name, "reporter_phone": phone, "address": address,
            "lon": arrival.lon, "lat": arrival.lat, "received_at": self.now,
            "occurred_at": self.now - minutes(self.rng, REPORTED[arrival.source], 0.7), "assign_due_at": self.now + due,
            "location_note": "outside" if outside else "address_only" if blind else None,
            "cell_code": leaf.code if placed else None, "version": 1,
            "cell_chain": self.county.chain(leaf.code) if placed else [],
            "township_code": self.ground.township_of[arrival.leaf] if placed else None,
            "_point": self.ground.centres[arrival.leaf].tolist() if arrival.lon is None else (arrival.lon, arrival.lat),
            "_settlement": leaf.settlement, "_item": item, "_leaf": arrival.leaf,
        }  # fmt: skip
        row |= order(chance(self.ground.seed, row["number"], "order"), arrival.source, arrival.urgency, self.now)
        self.leads.append(row)
        self.lead_of[id(arrival)] = row
        return row

    def new_task(self, lead: Row, crew: Crew, duty: Duty, kind: TaskKind, leading: bool) -> Row:
        """The row of a task as it is assigned, with its times to accept and to arrive."""
        urgency, settlement = lead["urgency"], lead["_settlement"]
        arrive = self.clocks.arrive.get(settlement) if urgency != Urgency.NORMAL else None
        accept = self.clocks.accept.get(urgency)
        row: Row = dict.fromkeys(TASK_BLANKS)
        row |= {
            "id": self.key(), "jurisdiction_id": self.county.jurisdiction_id, "number": self.number("task"),
            "lead_id": lead["id"], "team_id": crew.squad.id, "kind": kind.value, "leading": leading, "status": "",
            "urgency": urgency, "township_code": lead["township_code"], "settlement": settlement,
            "officer_ids": duty.ids, "assigned_at": self.now, "version": 1,
            "accept_due_at": self.now + timedelta(minutes=accept) if accept else None,
            "arrive_due_at": self.now + timedelta(minutes=arrive) if arrive else None,
            "_certificate": next((p.certificate for p in duty.people if p.certificate), None),
            "_certified": duty.certified, "_kind": kind, "_lead": lead,
        }  # fmt: skip
        self.tasks.append(row)
        crew.open.append(row)
        return row

    def release(self, task: Row) -> None:
        """A task is over: the team is free of it."""
        task["ended_at"] = self.now
        crew = self.crews.of(task)
        crew.open = [other for other in crew.open if other is not task]


LEAD_BLANKS: Final = (
    "domain", "item_id", "external_number", "accuracy_m", "triaged_at", "assigned_at", "resolved_at", "evaluated_at",
    "recheck_on", "outcome", "closing_reason", "evaluation", "duplicate_of_id", "hotline_due_at", "reply", "replied_at",
    "callback", "called_back_at",
)  # fmt: skip
TASK_BLANKS: Final = (
    "accepted_at", "departed_at", "arrived_at", "reported_at", "ended_at", "outcome", "note", "recheck_on", "reason",
)  # fmt: skip
