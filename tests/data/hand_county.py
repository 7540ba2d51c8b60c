"""A county of 40 people and 60 cases whose figures of Thursday 19 November 2026 are worked out by hand (test_hand_county.py).

West is a town of two urban villages, East of two rural ones. Everything is written as a table that can be read; moments are
local and of 2026 where no year stands before them. The cases are in hand_cases.py.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from data.db import Record
from data.models import (
    Account,
    Certificate,
    Delegation,
    Equipment,
    Event,
    InspectionVisit,
    Item,
    ItemField,
    Lead,
    Meeting,
    Party,
    Patrol,
    PatrolPlan,
    PatrolVisit,
    Person,
    PostHolder,
    Posting,
    Scenario,
    Shift,
    Task,
    Training,
    TrainingResult,
    VillageOfficer,
)
from policy.zone import CHINA
from tests.data import hand_cases, parties, small

DAY: Final = date(2026, 11, 19)
AHEAD: Final = 1_000_000  # links written here stand apart from those the program appends
W, E, V = small.WEST, small.EAST, small.VILLAGES

ORGANS: Final = (
    ("BUREAU", "综合行政执法局", "bureau", None), ("MARKET", "市场监管执法队", "professional_team", None),
    ("ENV", "生态环境执法队", "professional_team", None), ("DEPT", "水利局", "department", None),
    ("WEST", "西镇人民政府", "township", W), ("EAST", "东镇人民政府", "township", E),
    ("FIRE", "西镇消防站", "fire", W), ("POLICE", "公安局", "police", None),
)  # fmt: skip
TEAMS: Final = (
    ("W1", "WEST", 0, W, "squadron"), ("E1", "EAST", 3, E, "squadron"), ("N1", "ENV", 2, None, "professional"),
    ("G1", "WEST", 1, W, "grid_workers"),
)  # fmt: skip
PEOPLE: Final = (  # numbers from–to, organ, kind
    (1, 10, "BUREAU", "officer"), (11, 20, "MARKET", "officer"), (21, 24, "ENV", "officer"), (25, 28, "WEST", "officer"),
    (29, 31, "EAST", "officer"), (32, 34, "FIRE", "fire"), (35, 35, "POLICE", "police"), (36, 37, "WEST", "grid_worker"),
    (38, 38, "EAST", "grid_worker"), (39, 39, "WEST", "auxiliary"), (40, 40, "DEPT", "officer"),
)  # fmt: skip
EMPLOYED: Final = {31: ("2026-12-01", None), 40: ("2019-01-01", "2026-10-31")}
CERTIFIED: Final = tuple(n for n in range(1, 41) if n not in (20, 23, 24, 28) and n not in range(32, 40))
PAPERS: Final = (  # person, valid from, last day, suspended from–to
    *((n, "2024-01-01", "2028-12-31", None, None) for n in CERTIFIED if n != 11),
    (11, "2024-01-01", "2028-12-31", "2026-11-01", "2026-12-01"),  # an orange card
    (20, "2021-11-19", "2026-11-18", None, None),  # over the day before
    (23, "2021-01-01", "2026-06-30", None, None), (23, "2026-07-01", "2031-06-30", None, None),
    (24, "2021-11-20", "2026-11-19", None, None), (24, "2026-11-21", "2031-11-20", None, None),  # renewed after the day
)  # fmt: skip
POSTINGS: Final = (  # person, township, mode, seconded, from, last day
    *((n, W, "stationed", False, "2025-01-01", None) for n in (1, 2, 3, 4, 11, 12, 13, 14)),
    *((n, E, "stationed", False, "2025-01-01", None) for n in (5, 6, 20, 21, 22)),
    (7, E, "covering", False, "2025-01-01", None), (7, W, "covering", False, "2025-06-01", None),
    (8, W, "stationed", True, "2025-01-01", None), (9, W, "stationed", False, "2025-01-01", "2026-11-18"),
    (15, E, "stationed", False, "2026-11-20", None),
)  # fmt: skip
SHIFTS: Final = (  # person, team, name, from, to
    (1, "W1", "day", "11-19 08:00", "11-19 16:00"), (2, "W1", "day", "11-19 08:00", "11-19 16:00"),
    (11, "W1", "evening", "11-19 16:00", "11-20 00:00"), (28, "W1", "evening", "11-19 16:00", "11-20 00:00"),
    (5, "E1", "evening", "11-19 16:00", "11-20 00:00"), (20, "E1", "day", "11-19 08:00", "11-19 16:00"),
    (6, "E1", "night", "11-18 22:00", "11-19 06:00"), (24, "N1", "day", "11-19 08:00", "11-19 16:00"),
    (36, "G1", "day", "11-19 08:00", "11-19 16:00"), (3, "W1", "day", "11-20 08:00", "11-20 16:00"),
)  # fmt: skip
TRAININGS: Final = (  # code, township, held, who passed, who failed
    ("PX-0", None, "2025-05-06 09:00", (12,), ()), ("PX-1", None, "03-10 09:00", tuple(range(1, 11)), (11,)),
    ("PX-2", W, "06-01 09:00", (25,), ()), ("PX-3", None, "12-05 09:00", (13,), ()),
)  # fmt: skip
OFFICERS: Final = (
    (V[0], 25, "2025-01-01", None), (V[1], 26, "2025-01-01", "2026-11-18"), (V[2], 29, "2026-11-20", None),
    (V[3], 30, "2025-01-01", None),
)  # fmt: skip
POSTS: Final = (
    (W, "captain", 25, None), (W, "executive_deputy", 26, None), (W, "deputy", 1, None), (W, "enforcement_office", 27, None),
    (W, "command_room", 28, "2026-11-01"), (E, "captain", 29, None), (E, "captain", 30, None), (E, "legal_review_room", 30, None),
)  # fmt: skip
THINGS: Final = (
    ("SB-1", W, "vehicle", None), ("SB-2", W, "vehicle", "2026-11-18"), ("SB-3", W, "pickup", None),
    ("SB-4", E, "vehicle", None), ("SB-5", E, "body_camera", None),
)  # fmt: skip
SCENARIOS: Final = (
    ("YJ-1", "2025-01-01", None), ("YJ-2", "2026-01-01", None), ("YJ-3", "2025-01-01", "2026-11-18"),
    ("YJ-4", "2026-11-20", None),
)  # fmt: skip
FIELDS: Final = (("city", "BUREAU"), ("market", "MARKET"), ("env", "ENV"), ("blaze", "FIRE"), ("order", "POLICE"))
ITEMS: Final = (  # code, field, body, published as an inspection item
    ("A1", "city", "BUREAU", "2025-01-01"), ("A2", "city", "BUREAU", None), ("B1", "market", "MARKET", "2025-01-01"),
    ("B2", "market", "MARKET", "2026-11-20"), ("C1", "env", "ENV", "2025-01-01"), ("S1", "city", "BUREAU", None),
    ("S2", "city", "BUREAU", None),
)  # fmt: skip
HELD: Final = (  # item, township, kind, from, last day
    ("A1", W, "delegated_general", "2025-01-01", None), ("A1", E, "delegated_general", "2025-01-01", None),
    ("A2", W, "delegated_general", "2025-01-01", None), ("B1", W, "entrusted", "2025-01-01", "2026-11-18"),
    ("B2", E, "entrusted", "2026-11-20", None), ("C1", E, "statutory", "2025-01-01", None),
    ("S1", W, "delegated_self_selected", "2025-01-01", None), ("S2", E, "delegated_self_selected", "2025-01-01", None),
)  # fmt: skip
LEADS: Final = (  # number, village, source, urgency, item, status, occurred, received, assigned, resolved, to be assigned by
    (1, 0, "hotline_12345", "urgent", "A1", "resolved", "11-19 08:00", "11-19 08:10", "11-19 08:20", "11-19 12:10", "11-19 08:40"),
    (2, 1, "grid_patrol", "normal", "A1", "resolved", "11-19 09:00", "11-19 09:05", "11-19 09:25", "11-20 09:05", "11-19 10:05"),
    (3, 2, "police_110", "emergency", "A1", "resolved", "11-19 10:00", "11-19 10:00", "11-19 10:04", "11-19 11:00", "11-19 10:05"),
    (4, 3, "public_report", "normal", "A1", "received", "11-19 13:00", "11-19 13:30", None, None, "11-19 14:30"),
    (5, 0, "hotline_12345", "normal", None, "rejected", "11-19 14:40", "11-19 15:00", None, None, "11-19 16:00"),
    (6, 2, "grid_patrol", "urgent", "A1", "in_progress", "11-10 09:00", "11-10 10:00", "11-10 11:00", None, "11-10 11:30"),
    (7, 1, "public_report", "normal", "B1", "resolved", "11-17 11:00", "11-17 12:00", "11-17 12:30", "11-19 18:00", "11-17 13:00"),
    (8, 0, "public_report", "normal", "A1", "received", "10-01 11:00", "10-01 12:00", None, None, "10-01 13:00"),
    (9, 0, "grid_patrol", "urgent", "A1", "assigned", "11-18 11:00", "11-18 12:00", "11-18 12:10", None, "11-18 13:00"),
    (10, 3, "grid_patrol", "normal", "A1", "received", "11-20 07:00", "11-20 08:00", None, None, "11-20 09:00"),
)  # fmt: skip
TASKS: Final = (  # lead, team, urgency, township, settlement, status, assigned, accept by, arrive by, accepted, arrived, reported, ended
    (1, "W1", "urgent", W, "urban", "reported", "11-19 08:20", "11-19 08:25", "11-19 08:25", "11-19 08:22", "11-19 08:24", "11-19 12:00", None),
    (2, "W1", "normal", W, "urban", "reported", "11-19 09:25", "11-19 09:55", None, "11-19 09:35", "11-19 09:55", "11-19 10:30", None),
    (3, "E1", "emergency", E, "rural", "reported", "11-19 10:04", "11-19 10:06", "11-19 10:19", "11-19 10:05", "11-19 10:24", "11-19 10:50", None),
    (6, "E1", "urgent", E, "rural", "assigned", "11-19 16:00", "11-19 16:05", "11-19 16:15", None, None, None, None),
    (9, "N1", "urgent", W, "urban", "declined", "11-19 17:00", "11-19 17:05", "11-19 17:05", None, None, None, "11-19 17:02"),
    (7, "W1", "normal", W, "urban", "reported", "11-17 12:30", "11-17 13:00", None, "11-17 12:40", "11-17 13:30", "11-19 17:50", None),
    (6, "W1", "normal", E, "rural", "on_scene", "11-18 13:00", "11-18 13:30", None, "11-18 13:10", "11-18 14:00", None, None),
)  # fmt: skip
MEETINGS: Final = (("H1", "03-01 09:00"), ("H2", "08-01 09:00"), ("H3", None))
SUBJECTS: Final = (
    ("P1", "91330701MA2DB0X8AQ", "2025-02-01 09:00"),
    ("P2", None, "2026-02-01 09:00"),
    ("P3", None, "11-20 09:00"),
)
VISITS: Final = (  # subject, organ, township, entered, items, plans
    ("P2", "ENV", E, "2025-12-30 10:00", ["C1"], ["I-0"]), ("P1", "BUREAU", W, "03-01 10:00", ["A1"], ["I-1"]),
    ("P1", "MARKET", W, "11-19 10:00", ["A1", "B1"], ["I-2", "I-3"]), ("P1", "BUREAU", W, "11-19 14:00", ["A1"], ["I-4"]),
)  # fmt: skip
SEEN: Final = ((V[0], "11-13 08:00"), (V[1], "11-12 23:00"), (V[2], "11-19 20:00"), (V[3], "11-20 07:00"))
STEPS: Final = (  # matter, verb, organ, role, when, facts: steps of the chain besides those of transfers and cases
    ("case", "propose", "WEST", "officer", "11-19 09:00", "{}"), ("review", "give_opinion", "WEST", "legal_reviewer", "11-19 16:00", "{}"),
    ("case", "serve", "EAST", "officer", "11-19 10:00", "{}"), ("case", "record_payment", "BUREAU", "finance", "11-19 11:00", "{}"),
    ("case", "decide_on_spot", "EAST", "officer", "11-19 12:00", '{"block":"019a"}'),
    ("case", "close", None, "system", "11-19 12:00", "{}"), ("lead", "dispatch", "WEST", "dispatcher", "11-19 12:00", "{}"),
    ("case", "propose", "WEST", "officer", "11-18 09:00", "{}"),
)  # fmt: skip


def at(text: str | None) -> datetime | None:
    """A moment of the county's clock; of 2026 where no year is written."""
    if text is None:
        return None
    whole = text if text[4:5] == "-" else f"2026-{text}"
    return datetime.strptime(whole, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA).astimezone(UTC)


def on(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def key_at(moment: datetime, number: int) -> UUID:
    """A key as it is made at a moment (UUIDv7)."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76) | (0x8 << 60) | number)


class Hand(parties.County):
    """Builds the county into a session."""

    def add(self, model: Any, **columns: Any) -> Any:
        """One row of the county."""
        row = model(jurisdiction_id=self.place.id, **columns)
        self.session.add(row)
        return row

    def build(self) -> None:
        self._cells()
        for code, name, kind, township in ORGANS:
            self.organ(code, name, kind, township)
        for code, organ, village, township, kind in TEAMS:
            self.team(code, organ, village, township, kind=kind)
        self._force()
        self._staffing()
        self._items()
        self._loop()
        self._rest()
        hand_cases.build(self)

    def _force(self) -> None:
        self.people = {n: self._person(n, organ, kind) for a, b, organ, kind in PEOPLE for n in range(a, b + 1)}
        self.session.flush()
        for place, (n, since, until, held, back) in enumerate(PAPERS):
            last = at(f"{until} 23:59")
            self.add(
                Certificate, person_id=self.people[n].id, number=f"ZJ-{place}", fields=[], valid_from=at(f"{since} 00:00"),
                valid_to=last, suspended_from=at(held and f"{held} 00:00"), suspended_to=at(back and f"{back} 00:00"),
            )  # fmt: skip
        for n, township, mode, seconded, since, until in POSTINGS:
            held = {"township_code": township, "mode": mode, "seconded": seconded}
            self.add(Posting, person_id=self.people[n].id, valid_from=on(since), valid_to=on(until), **held)
        for n, team, name, begins, ends in SHIFTS:
            held = {"person_id": self.people[n].id, "team_id": self.teams[team].id, "name": name}
            self.add(Shift, starts_at=at(begins), ends_at=at(ends), **held)

    def _person(self, n: int, organ: str, kind: str) -> Person:
        since, until = EMPLOYED.get(n, ("2019-01-01", None))
        held = {"code": f"{n:02d}", "name": f"甲{n:02d}", "kind": kind, "organ_id": self.organs[organ].id}
        return self.add(Person, employed_from=on(since), employed_to=on(until), **held)

    def _staffing(self) -> None:
        for code, township, held, passed, failed in TRAININGS:
            row = self.add(
                Training, code=code, title=code, organ_code="BUREAU", township_code=township, held_at=at(held)
            )
            self.session.flush()
            for n in (*passed, *failed):
                self.add(TrainingResult, training_id=row.id, person_id=self.people[n].id, passed=n in passed)
        for cell, n, since, until in OFFICERS:
            self.add(
                VillageOfficer, cell_code=cell, person_id=self.people[n].id, valid_from=on(since), valid_to=on(until)
            )
        for town, post, n, until in POSTS:
            held = {"township_code": town, "post": post, "person_id": self.people[n].id}
            self.add(PostHolder, valid_from=small.FROM, valid_to=on(until), **held)
        for code, town, kind, until in THINGS:
            self.add(
                Equipment,
                code=code,
                township_code=town,
                kind=kind,
                name=code,
                valid_from=small.FROM,
                valid_to=on(until),
            )
        for code, since, until in SCENARIOS:
            self.add(Scenario, code=code, name=code, organ_code="BUREAU", valid_from=on(since), valid_to=on(until))

    def _items(self) -> None:
        for code, body in FIELDS:
            named = {"name": code, "department": code, "item_count": 1, "clause": "JD 附件3"}
            self.add(ItemField, code=code, enforcing_body=body, **named)
        self.items = {
            code: self.add(
                Item, code=code, name=f"事项{code}", domain=field, enforcing_body=body, published_on=on(published)
            )
            for code, field, body, published in ITEMS
        }
        self.session.flush()
        for code, township, kind, since, until in HELD:
            held = {"item_id": self.items[code].id, "township_code": township, "kind": kind}
            self.add(Delegation, valid_from=on(since), valid_to=on(until), **held)

    def _loop(self) -> None:
        self.leads: dict[int, Lead] = {}
        for n, village, source, urgency, item, status, occurred, received, assigned, resolved, due in LEADS:
            moments = {"occurred_at": at(occurred), "received_at": at(received), "assigned_at": at(assigned)}
            self.leads[n] = self.add(
                Lead, number=f"L-{n}", source=source, urgency=urgency, status=status, summary="占道", domain="city",
                item_id=self.items[item].id if item else None, cell_code=V[village], township_code=f"{V[village][:9]}000",
                resolved_at=at(resolved), assign_due_at=at(due), **moments,
            )  # fmt: skip
        self.session.flush()
        for n, told in enumerate(TASKS, start=1):
            self._task(n, *told)

    def _task(
        self, n: int, lead: int, team: str, urgency: str, town: str, settlement: str, status: str, *moments: str | None
    ) -> None:
        names = (
            "assigned_at",
            "accept_due_at",
            "arrive_due_at",
            "accepted_at",
            "arrived_at",
            "reported_at",
            "ended_at",
        )
        told = {name: at(moment) for name, moment in zip(names, moments, strict=True)}
        told["ended_at"] = told["ended_at"] or told["reported_at"]
        self.add(
            Task, number=f"T-{n}", lead_id=self.leads[lead].id, team_id=self.teams[team].id, kind="verify", status=status,
            urgency=urgency, township_code=town, settlement=settlement, **told,
        )  # fmt: skip

    def _rest(self) -> None:
        for code, held in MEETINGS:
            called = {"number": code, "title": code, "organ_code": "BUREAU", "called_at": at("02-01 09:00")}
            self.add(Meeting, planned_at=at("11-25 09:00"), held_at=at(held), **called)
        self._inspections()
        self._patrols()
        for matter, verb, organ, role, when, facts in STEPS:
            self.event(matter, verb, organ, role, when, facts=facts)

    def _inspections(self) -> None:
        keys = {}
        for n, (code, credit, known) in enumerate(SUBJECTS):
            keys[code] = key_at(at(known), n)  # type: ignore[arg-type]
            self.add(Party, id=keys[code], code=code, kind="organisation", public_name=code, credit_code=credit)
        self.session.flush()
        for n, (code, organ, town, entered, items, plans) in enumerate(VISITS):
            moment = at(entered)
            assert moment
            planned = {
                "number": f"N-{n}",
                "status": "recorded",
                "organ_code": organ,
                "township_code": town,
                "organs": [organ],
            }
            self.add(
                InspectionVisit, party_id=keys[code], plans=plans, items=items, visit_on=moment.date(), planned_at=moment,
                entered_at=moment, **planned,
            )  # fmt: skip

    def _patrols(self) -> None:
        walked = {"number": "Q-1", "township_code": W, "team_id": self.teams["G1"].id, "status": "finished"}
        row = self.add(Patrol, started_at=at("11-12 22:00"), **walked)
        self.session.flush()
        for n, (cell, seen) in enumerate(SEEN):
            self.add(
                PatrolPlan,
                cell_code=cell,
                township_code=f"{cell[:9]}000",
                times=1,
                per="week",
                turn=n,
                valid_from=small.FROM,
            )
            seeing = {"township_code": f"{cell[:9]}000", "seen_by": "tick"}
            self.add(PatrolVisit, patrol_id=row.id, cell_code=cell, visited_at=at(seen), **seeing)

    def event(
        self,
        matter: str,
        verb: str,
        organ: str | None,
        role: str,
        when: str,
        *,
        subject: UUID | None = None,
        facts: str = "{}",
        state: str | None = None,
    ) -> None:
        """A link of the chain; its hash is of no account here."""  # fmt: skip
        self.sequence = getattr(self, "sequence", AHEAD) + 1
        self.add(
            Event, sequence=self.sequence, at=at(when), role=role, organ=organ, matter=matter, verb=verb, facts=facts,
            subject_id=subject or self.place.id, to_state=state, algorithm="-", previous="-", hash=str(self.sequence),
        )  # fmt: skip


def build(record: Record, profile: str = "jindong") -> Record:
    """Put the county under `profile` into an empty record."""

    def work(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            Hand(session, profile).build()
            name = {"username": "dispatcher", "display_name": "dispatcher", "password_hash": "-"}
            session.add(Account(password_changed_at=small.NOW, **name))
            session.commit()

    record.submit_raw(work).result()
    return record
