"""The shift desk of a demonstration: accounts of the dispatch room, notes, handovers with what was open, calls, telephones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from data.casework.call_outs import call_out
from data.casework.shift_desk import digest_of
from data.db import Tx
from data.events import EventDraft
from data.models import DISPATCH_ROOM, CallOut, Notice
from data.simulate.catalogue import pools
from data.simulate.chance import chance, key_at
from data.simulate.interleave import Clerk, Going, Plan
from data.simulate.people import Person, begin_of
from data.simulate.rota import LENGTH, SHIFTS
from policy.lifecycle import OPEN_LEADS, OPEN_TASKS
from policy.vocabulary import LeadStatus, OrganKind, Role, TaskStatus, Urgency
from policy.vocabulary_notice import CallResult, Channel, NoticeReason, NoticeStatus
from policy.vocabulary_shift import DutyKind, HandoverStatus, OpenMark
from policy.zone import CHINA

if TYPE_CHECKING:
    from data.simulate.desk import Desk

Row = dict[str, Any]
LAST: Final = 9  # shifts that were kept book of
FORGOTTEN: Final = 2  # of these, counted back from the last, nobody signed
LEADERS: Final = (-3, 10)  # days around the end for which somebody leads the duty
STAFFED: Final = (OrganKind.COMMAND_CENTRE, OrganKind.TOWNSHIP, OrganKind.DEPARTMENT, OrganKind.PROFESSIONAL_TEAM, OrganKind.BUREAU, OrganKind.FIRE, OrganKind.POLICE)  # fmt: skip
MOST: Final = 12  # open matters of one handover
_URGENT: Final = {Urgency.EMERGENCY: OpenMark.EMERGENCY, Urgency.URGENT: OpenMark.URGENT}
TABLES: Final = ("account", "duty_contact", "shift_note", "handover", "notice")


def _behind(task: Row, at: datetime) -> bool:
    """Whether a team that is out has not accepted or arrived in time."""
    if task["status"] == TaskStatus.ASSIGNED:
        return bool(task["accept_due_at"] and task["accept_due_at"] < at)
    going = task["status"] in (TaskStatus.ACCEPTED, TaskStatus.EN_ROUTE)
    return going and bool(task["arrive_due_at"] and task["arrive_due_at"] < at)


class ShiftBook:
    """Keeps the book of the dispatch room's shifts while the last days of a demonstration pass."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.place = desk.county.jurisdiction_id
        self.rng = chance(desk.ground.seed, desk.county.code, "shift_book")
        self.rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self.room = next((squad for squad in desk.force.squads if squad.kind == DISPATCH_ROOM), None)
        self._accounts: dict[str, UUID] = {}
        self._numbers: dict[Any, int] = defaultdict(int)

    def begin(self) -> datetime:
        """When the first shift that is kept begins."""
        local = self.desk.end.astimezone(CHINA)
        running = begin_of(local.date()) + timedelta(hours=local.hour // 8 * 8)
        return running - LENGTH * LAST

    def course(self) -> Generator[datetime, None, None]:
        """Shift after shift: notes, signed out at its end, signed in a little later; the last waits for the
        second signature, and the running one has its notes."""
        if self.room is None:
            return
        begins = self.begin()
        for number in range(LAST + 1):
            at = begins + LENGTH * number
            crew, next_crew = self._crew(at), self._crew(at + LENGTH)
            notes = []
            for hour in (0, 3, 5):
                yield at + timedelta(hours=hour, minutes=self.rng.randrange(8, 55))
                notes.append(self._note(crew))
            if number == LAST:
                return
            yield at + LENGTH - timedelta(minutes=self.rng.randrange(2, 9))
            if number == LAST - 1 - FORGOTTEN:
                continue
            row = self._sign(at, crew, notes)
            yield at + LENGTH + timedelta(minutes=self.rng.randrange(1, 6))
            if number < LAST - 1:
                self._accept(row, next_crew)

    def _crew(self, at: datetime) -> tuple[Person, ...]:
        return self.desk.crews.rota.at(self.room.code, at + timedelta(minutes=1)).people if self.room else ()

    def _account(self, person: Person) -> UUID:
        """The account of somebody of the dispatch room: it signs, and nobody can log in with it."""
        if person.code not in self._accounts:
            since = begin_of(person.employed_from)
            key = key_at(self.rng, self.begin())
            self._accounts[person.code] = key
            self.rows["account"].append(
                {
                    "id": key, "username": f"{self.desk.county.profile.code}-{person.code}", "display_name": person.name,
                    "password_hash": "-", "password_changed_at": since, "person_id": person.id, "demonstration": False,
                    "failed_attempts": 0, "disabled_at": self.desk.end,
                }
            )  # fmt: skip
        return self._accounts[person.code]

    # notes and handovers

    def _note(self, crew: tuple[Person, ...]) -> UUID:
        key, at = key_at(self.rng, self.desk.now), self.desk.now
        who = self._account(crew[0]) if crew else None
        words = self.rng.choice(pools()["shift"]["notes"])
        self.rows["shift_note"].append(
            {"id": key, "jurisdiction_id": self.place, "at": at, "account_id": who, "words": words}
        )
        self._event("shift", key, "note", None, who, {})
        return key

    def _sign(self, begins: datetime, crew: tuple[Person, ...], notes: list[UUID]) -> Row:
        day, at = self.desk.now.astimezone(CHINA).date(), self.desk.now
        self._numbers[day] += 1
        self.desk.counters["handover", day] = self._numbers[day]
        name = next(name for name, hour in SHIFTS.items() if hour == begins.astimezone(CHINA).hour)
        row: Row = {
            "id": key_at(self.rng, at), "jurisdiction_id": self.place, "version": 1, "name": name, "starts_at": begins,
            "number": f"{self.desk.county.short_code}-S-{day:%Y%m%d}-{self._numbers[day]:04d}",
            "ends_at": begins + LENGTH, "status": HandoverStatus.SIGNED.value, "leader": self._leader_code(at),
            "crew": sorted(person.code for person in crew), "words": self.rng.choice(pools()["shift"]["handovers"]),
            "matters": list(self._open(at))[:MOST], "notes": [str(key) for key in notes],
            "signed_by": self._account(crew[0]) if crew else None, "signed_at": at,
        }  # fmt: skip
        row["sha256"] = digest_of(SimpleNamespace(**row))
        self.rows["handover"].append(row)
        facts = {"sha256": row["sha256"], "matters": len(row["matters"]), "notes": len(notes)}
        self._event("handover", row["id"], "sign", row, row["signed_by"], facts)
        return row

    def _accept(self, row: Row, crew: tuple[Person, ...]) -> None:
        who = next((person for person in crew if self._accounts.get(person.code) != row["signed_by"]), None)
        if who is None:
            return
        row |= {
            "status": HandoverStatus.ACCEPTED.value,
            "accepted_at": self.desk.now,
            "accepted_by": self._account(who),
        }
        row |= {"version": 2, "remark": self.rng.choice(pools()["shift"]["remarks"])}
        self._event("handover", row["id"], "accept", row, row["accepted_by"], {"sha256": row["sha256"], "remarked": True}, HandoverStatus.SIGNED)  # fmt: skip

    def _open(self, at: datetime) -> Iterator[Row]:
        """What is open at this moment of the demonstration, as the desk would gather it."""
        recent = [lead for lead in self.desk.leads[-400:] if lead["status"] in OPEN_LEADS]
        out = {task["_lead"]["id"] for task in self.desk.tasks[-400:] if task["status"] in OPEN_TASKS}
        behind = {task["_lead"]["id"] for task in self.desk.tasks[-400:] if _behind(task, at)}
        silent = {task["_lead"]["id"] for task in self.desk.tasks[-400:] if task["status"] == TaskStatus.ASSIGNED}
        for lead in recent:
            waiting = lead["status"] in (LeadStatus.RECEIVED, LeadStatus.TRIAGED)
            late = lead["id"] in behind or (waiting and lead["assign_due_at"] < at)
            urgency = _URGENT.get(Urgency(lead["urgency"])) if waiting or lead["id"] in out else None
            marks = (
                urgency,
                OpenMark.OVERDUE if late else None,
                OpenMark.UNACKNOWLEDGED if lead["id"] in silent else None,
                OpenMark.UNLOCATED if lead["township_code"] is None else None,
            )
            kept = [mark.value for mark in marks if mark]
            if kept:
                yield self._matter(lead, kept, waiting)

    def _matter(self, lead: Row, marks: list[str], waiting: bool) -> Row:
        item = lead["_item"]
        teams = [self._team(task["team_id"]) for task in self.desk.tasks[-400:] if task["_lead"] is lead and task["status"] in OPEN_TASKS]  # fmt: skip
        due = lead["assign_due_at"] if waiting else None
        return {
            "kind": "lead", "number": lead["number"], "status": lead["status"], "marks": marks,
            "subject": [item["name"], item["name_en"] or item["name"]],
            "township": lead["township_code"], "cell": lead["cell_code"], "since": lead["received_at"].isoformat(),
            "due_at": due.isoformat() if due else None, "who": teams,
        }  # fmt: skip

    def _team(self, key: UUID) -> list[str]:
        squad = next(one for one in self.desk.force.squads if one.id == key)
        return [squad.names["name"], squad.names["name_en"]]

    def _event(
        self,
        matter: str,
        key: UUID,
        verb: str,
        row: Row | None,
        who: UUID | None,
        facts: Row,
        before: str | None = None,
    ) -> None:
        self.desk.events.append(
            EventDraft(
                self.desk.now,
                matter,
                key,
                verb,
                Role.DISPATCHER.value,
                who,
                "command",
                None,
                row["number"] if row else None,
                str(before) if before else None,
                row["status"] if row else None,
                facts,
                None,
                self.desk.county.profile.digest,
            )
        )

    # telephones and leaders

    def _people(self, organ: str) -> list[Person]:
        on = self.desk.end.astimezone(CHINA).date()
        return [one for one in self.desk.force.registry.people if one.organ == organ and one.employed_from <= on]

    def _led_by(self) -> list[Person]:
        return (self._people("bureau") or self._people("command"))[:7]

    def _leader_code(self, at: datetime) -> str | None:
        people = self._led_by()
        return people[at.astimezone(CHINA).toordinal() % len(people)].code if people else None

    def _contact(self, **told: Any) -> Row:
        at = self.desk.end - timedelta(days=60)
        known: Row = {"person_id": None, "rank": 1, "starts_at": at, "ends_at": None, "version": 1}
        return {"id": key_at(self.rng, at), "jurisdiction_id": self.place} | known | told

    def list_duty(self) -> None:
        """Telephones that nobody can have (`0579-0000xxxx`), two an organ where it has people; a leader a day."""
        words, rows = pools()["shift"], self.rows["duty_contact"]
        for organ in self.desk.made.organs:
            if organ["kind"] in STAFFED:
                room = {"kind": DutyKind.TELEPHONE.value, "organ_code": organ["code"]}
                rows.append(self._contact(**room, label=words["room"], phone=self._phone()))
                for person in self._people(organ["code"])[:1]:
                    named = {"label": words["second"], "person_id": person.id, "rank": 2, "phone": self._phone()}
                    rows.append(self._contact(**room, **named))
        people, today = self._led_by(), self.desk.end.astimezone(CHINA).date()
        for day in (today + timedelta(days=n) for n in range(*LEADERS) if people):
            person, begins = people[day.toordinal() % len(people)], begin_of(day)
            span = {"starts_at": begins, "ends_at": begins + timedelta(days=1)}
            rows.append(self._contact(kind=DutyKind.LEADER.value, organ_code=person.organ, label=words["leader"], person_id=person.id, phone=self._phone(), **span))  # fmt: skip

    def _phone(self) -> str:
        return f"0579-0000{self.rng.randrange(10_000):04d}"

    # calls

    def list_calls(self) -> None:
        """Somebody of each of the latest teams that have not accepted is to be called; one call was not answered."""
        end = self.desk.end
        waiting = [
            task for task in self.desk.tasks[-300:] if task["status"] == TaskStatus.ASSIGNED and task["officer_ids"]
        ]
        for n, task in enumerate(waiting[-3:]):
            row = self._call(task, end - timedelta(minutes=4 + 3 * n))
            if n == 0:
                row |= {"attempts": 1, "called_at": end - timedelta(minutes=1), "result": CallResult.NO_ANSWER.value}
            self.rows["notice"].append(row)
        self._tell_leader()
        done = [task for task in self.desk.tasks[-300:] if task["status"] not in OPEN_TASKS and task["officer_ids"]]
        for n, task in enumerate(done[-2:]):
            at = end - timedelta(hours=2 + 5 * n)
            told = {"attempts": 1, "called_at": at, "result": CallResult.REACHED.value, "delivered_at": at}
            row = self._call(task, at) | told
            self.rows["notice"].append(row | {"acknowledged_at": at, "status": NoticeStatus.ACKNOWLEDGED.value})

    def _tell_leader(self) -> None:
        """Somebody of the dispatch room is called about the latest urgent lead; after no answer the duty leader is next."""
        end, crew = self.desk.end, self._crew(self.desk.end)
        urgent = [
            lead for lead in self.desk.leads[-60:] if lead["urgency"] != Urgency.NORMAL and lead["status"] in OPEN_LEADS
        ]
        if not urgent or not crew:
            return
        lead, at = urgent[-1], max(urgent[-1]["received_at"], end - timedelta(minutes=9))
        told = {
            "_lead": lead,
            "kind": "",
            "team_id": None,
            "urgency": lead["urgency"],
            "officer_ids": [str(crew[-1].id)],
        }
        row = self._call(told | {"id": lead["id"], "number": lead["number"]}, at) | {"matter_kind": "lead"}
        tried = {"attempts": 1, "called_at": end, "result": CallResult.NO_ANSWER.value}
        self.rows["notice"].append(row | tried | {"reason": NoticeReason.EMERGENCY.value, "acknowledge_by": end + timedelta(minutes=5)})  # fmt: skip

    def _call(self, task: Row, at: datetime) -> Row:
        lead = task["_lead"]
        params = {
            "lead": lead["number"], "place": lead["township_code"] or self.desk.county.code, "kind": task["kind"],
            "team": next((one.code for one in self.desk.force.squads if one.id == task["team_id"]), ""),
        }  # fmt: skip
        return {
            "id": key_at(self.rng, at), "jurisdiction_id": self.place, "version": 1, "params": params, "contacts": [],
            "reason": NoticeReason.DISPATCHED.value, "urgent": task["urgency"] != Urgency.NORMAL.value,
            "matter_kind": "task", "matter_id": task["id"], "matter_number": task["number"],
            "person_id": UUID(str(task["officer_ids"][0])), "channel": Channel.VOICE.value,
            "status": NoticeStatus.WAITING.value, "created_at": at, "not_before": at, "acknowledge_by": at,
            "attempts": 0, "token": 0,
        }  # fmt: skip

    def plans(self) -> list[Plan]:
        """Two departments called out to the latest leads in hand; neither has answered, one was called in vain."""
        open_leads = [lead["number"] for lead in self.desk.leads[-80:] if lead["status"] == LeadStatus.IN_PROGRESS and lead["township_code"]]  # fmt: skip
        departments = [organ["code"] for organ in self.desk.made.organs if organ["kind"] == OrganKind.DEPARTMENT]
        made: list[Plan] = []
        for n, (number, organ) in enumerate(zip(open_leads[-2:], departments, strict=False)):
            at = self.desk.end - timedelta(minutes=14 - 4 * n)
            made.append((at, partial(self._call_out, number=number, organ=organ, tried=n == 0)))
        return made

    def _call_out(self, clerk: Clerk, *, number: str, organ: str, tried: bool) -> Going:
        told = {"matter": number, "receiver": organ, "subject": pools()["shift"]["call_out"]}
        row = clerk.do(call_out, given=told, sender="command")
        clerk.do(self._ring, row=row, tried=tried)
        yield from ()

    def _ring(self, tx: Tx, *, row: CallOut, tried: bool) -> None:
        """The department's telephone is to be called: written as the step itself does it in a living record."""
        called = {"attempts": 1, "called_at": self.desk.end, "result": CallResult.NO_ANSWER.value} if tried else {}
        tx.session.add(
            Notice(
                id=key_at(self.rng, tx.now), jurisdiction_id=self.place, reason=NoticeReason.CALLED_OUT.value,
                params={"lead": row.matter_number, "place": row.township_code or tx.county.code, "organ": row.to_organ}, urgent=row.urgent,
                matter_kind="call_out", matter_id=row.id, matter_number=row.number, organ_code=row.to_organ,
                channel=Channel.VOICE.value, status=NoticeStatus.WAITING.value, created_at=tx.now, not_before=tx.now,
                acknowledge_by=self.desk.end, **called,
            )
        )  # fmt: skip

    def tables(self) -> dict[str, list[Row]]:
        """Rows in the order in which they may be inserted."""
        self.list_duty()
        self.list_calls()
        columns = {name: sorted({key for row in rows for key in row}) for name, rows in self.rows.items()}
        return {
            name: [{key: row.get(key) for key in columns[name]} for row in rows] for name, rows in self.rows.items()
        }
