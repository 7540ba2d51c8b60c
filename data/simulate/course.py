"""The course of one lead, step by step as the verbs of casework take them: what is late is late, what fails goes back."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, time, timedelta
from typing import Any, Final

from data.simulate.catalogue import curves, pools
from data.simulate.chance import among, minutes, weighted
from data.simulate.demand import PUBLIC, Arrival
from data.simulate.desk import Course, Crew, Desk
from data.simulate.people import CHINA
from data.simulate.rota import Duty
from data.simulate.wording import address, summary
from policy.guards import OFFICERS_FOR
from policy.lifecycle import lead_after
from policy.text import say
from policy.vocabulary import LeadStatus, Outcome, Role, TaskKind, TaskStatus, Urgency, Verb

Row = dict[str, Any]
Attempt = Generator[datetime, None, bool]
Sending = Generator[datetime, None, Row]
ON_SCENE: Final = {TaskKind.LOOK: 12.0, TaskKind.VERIFY: 24.0, TaskKind.HANDLE: 38.0, TaskKind.SECURE: 50.0}
TRIAGE: Final = {"normal": 4.5, "urgent": 1.6, "emergency": 0.4}  # minutes, median
ASSIGN: Final = {"normal": 5.5, "urgent": 2.6, "emergency": 0.5}
ACCEPT: Final = {"normal": 5.0, "urgent": 0.7, "emergency": 0.35}
BUSY_DESK: Final = 0.06  # share of leads that have to wait for the dispatcher
LOOKS: Final = 0.07  # normal leads first looked at by a grid worker
JOINED: Final = 0.05  # leads to which a second team is sent
DECLINES, RECALLS = 0.022, 0.012


class Story:
    """One lead from its report to its end; `steps` yields the moment of the next step."""

    def __init__(self, desk: Desk, arrival: Arrival) -> None:
        self.desk, self.arrival, self.rng = desk, arrival, desk.rng
        self.lead: Row = {}
        self.tried: list[Crew] = []

    def steps(self) -> Course:
        """The whole course; each resumption happens at the moment it asked for, unless the demonstration ended before."""
        self.receive()
        if self.arrival.waits:
            yield from self.waiting()
            return
        yield self.soon(TRIAGE[self.arrival.urgency], 0.6)
        if self.arrival.fate == "double":
            self.mark_duplicate()
            return
        if self.arrival.fate in ("outside", "rejected"):
            yield self.soon(14.0, 0.7)
            self.reject()
            return
        if self.arrival.fate == "address":
            self.locate()
            yield self.soon(3.0)
        self.triage()
        yield self.desk_time()
        if self.arrival.fate == "transferred":
            yield self.soon(35.0)
            self.transfer()
            return
        yield from self.handled(None)

    def waiting(self) -> Course:
        """Nobody has sent anyone yet; some have been looked at."""
        if self.arrival.fate == "" and self.rng.random() < 0.35:
            yield self.soon(2.0, 0.4)
            self.triage()

    def soon(self, median: float, spread: float = 0.5) -> datetime:
        """About `median` minutes from now."""
        return self.desk.now + minutes(self.rng, median, spread)

    def desk_time(self) -> datetime:
        """When the dispatcher comes to it: mostly at once, sometimes only after the queue."""
        waits = self.rng.random() < BUSY_DESK and self.lead["urgency"] == Urgency.NORMAL
        return self.soon(26.0 if waits else ASSIGN[self.lead["urgency"]], 0.55)

    # the lead

    def receive(self) -> None:
        """Taken in, numbered, placed."""
        arrival, rng = self.arrival, self.rng
        known = arrival.fate == "address" or rng.random() < 0.7
        where = address(self.desk.ground, arrival.leaf, rng) if known and arrival.fate != "outside" else None
        reporter = (self.reporter(), self.phone()) if arrival.source in PUBLIC and rng.random() < 0.8 else None
        self.lead = self.desk.take_in(arrival, summary(self.desk.ground, arrival, rng), where, reporter)
        told = {"source": self.lead["source"], "urgency": self.lead["urgency"], "cell": self.lead["cell_code"]}
        told |= {"item": None, "note": self.lead["location_note"]}
        self.desk.step(self.lead, Verb.RECEIVE, LeadStatus.RECEIVED, Role.SYSTEM, told)

    def reporter(self) -> str:
        """An invented name."""
        names = pools()["names"]
        return among(self.rng, names["surnames"]) + among(self.rng, names["given_pairs"])

    def phone(self) -> str:
        """A number that no operator assigns."""
        return f"{pools()['phone']['prefix']}{self.rng.randrange(10**8):08d}"

    def mark_duplicate(self) -> None:
        """Closed as a double of the first report."""
        first = self.desk.lead_of[id(self.arrival.like)]
        self.lead["duplicate_of_id"], self.lead["closing_reason"] = first["id"], first["number"]
        told = {"original": first["number"]}
        self.desk.step(self.lead, Verb.MARK_DUPLICATE, LeadStatus.DUPLICATE, Role.DISPATCHER, told)

    def reject(self) -> None:
        """Turned away with a reason."""
        outside = self.arrival.fate == "outside"
        words = pools()["reasons"]["reject"]
        self.lead["closing_reason"] = say("simulate.lead_outside", "zh") if outside else among(self.rng, words)
        self.desk.step(self.lead, Verb.REJECT, LeadStatus.REJECTED, Role.DISPATCHER, {"reasoned": True})

    def locate(self) -> None:
        """The dispatcher finds the village by the address."""
        leaf = self.desk.ground.leaves[self.arrival.leaf]
        self.lead |= {
            "cell_code": leaf.code,
            "cell_chain": self.desk.county.chain(leaf.code),
            "township_code": self.desk.ground.township_of[self.arrival.leaf],
            "location_note": None,
        }
        told = {"before": None, "cell": leaf.code}
        self.desk.step(self.lead, Verb.LOCATE, None, Role.DISPATCHER, told)

    def triage(self) -> None:
        """Domain, and mostly the item."""
        item = self.lead["_item"]
        named = self.rng.random() < pools()["leads"]["named_item"]
        self.lead |= {"domain": item["domain"], "item_id": item["id"] if named else None, "triaged_at": self.desk.now}
        told = {"urgency": self.lead["urgency"], "domain": item["domain"], "item": item["code"] if named else None}
        self.desk.step(self.lead, Verb.TRIAGE, LeadStatus.TRIAGED, Role.DISPATCHER, told)

    def transfer(self) -> None:
        """Transferred: the receiver has accepted."""
        told = {"receiver": self.lead["_item"]["department"]}
        self.desk.step(self.lead, Verb.TRANSFER, LeadStatus.TRANSFERRED, Role.DISPATCHER, told)

    def office_hours(self, first: int, last: int) -> datetime:
        """A moment on a working afternoon or morning, `first` to `last` days from now."""
        day = self.desk.now.astimezone(CHINA).date() + timedelta(days=self.rng.randint(first, last))
        while day.weekday() >= 5:
            day += timedelta(days=1)
        at = datetime.combine(day, time(8, 30), CHINA) + timedelta(minutes=self.rng.randrange(9 * 60))
        return max(at.astimezone(self.desk.now.tzinfo), self.desk.now + timedelta(minutes=5))

    # sending

    def handled(self, kind: TaskKind | None) -> Course:
        """Teams are sent until one has reported; then the outcome decides what follows."""
        chosen = kind or self.kind()
        while True:
            task = yield from self.dispatched(chosen)
            if (yield from self.worked(task)):
                break
            yield self.soon(3.0)
            chosen = kind or self.kind()
        yield from self.after(task, Outcome(task["outcome"]))

    def kind(self) -> TaskKind:
        """What the lead asks for, as the desk takes it."""
        if self.lead["urgency"] == Urgency.EMERGENCY:
            return TaskKind.SECURE
        looks = not self.tried and self.lead["urgency"] == Urgency.NORMAL and self.rng.random() < LOOKS
        if looks:
            return TaskKind.LOOK
        return TaskKind.HANDLE if self.lead["item_id"] is not None else TaskKind.VERIFY

    def dispatched(self, kind: TaskKind) -> Sending:
        """Send the best team, and sometimes a second one; waits while nobody can be sent."""
        found = self.desk.candidates(self.lead, kind, self.tried)
        while not found:
            if self.tried:
                self.tried = []
            elif kind is TaskKind.HANDLE:
                kind = TaskKind.VERIFY
            else:
                yield self.soon(9.0)
            found = self.desk.candidates(self.lead, kind, self.tried)
        sent = found[: 2 if kind is not TaskKind.LOOK and self.rng.random() < JOINED else 1]
        tasks = [self.assign(crew, duty, kind, index == 0) for index, (_, crew, duty) in enumerate(sent)]
        self.lead["assigned_at"] = self.lead["assigned_at"] or self.desk.now
        told = {"tasks": [t["number"] for t in tasks], "teams": [c.squad.code for _, c, _ in sent], "kind": kind.value}
        to = LeadStatus.ASSIGNED if self.lead["status"] == LeadStatus.TRIAGED else None
        self.desk.step(self.lead, Verb.DISPATCH, to, Role.DISPATCHER, told)
        for task in tasks[1:]:
            self.desk.start(self.supporting(task), self.desk.now + timedelta(seconds=self.rng.randrange(20, 110)))
        tasks[0]["_beside"] = tasks[1:]
        return tasks[0]

    def assign(self, crew: Crew, duty: Duty, kind: TaskKind, leading: bool) -> Row:
        """One task of a dispatch."""
        minutes_away = self.desk.way(crew, self.lead)
        task = self.desk.new_task(self.lead, crew, duty, kind, leading)
        task["_minutes"], task["_beside"] = minutes_away, []
        told = {"lead": self.lead["number"], "team": crew.squad.code, "kind": kind.value, "leading": leading}
        self.desk.step(task, Verb.DISPATCH, TaskStatus.ASSIGNED, Role.DISPATCHER, told | {"override": False, "why": []})
        return task

    def follow(self, verb: Verb, to: LeadStatus, task: Row) -> None:
        """The lead follows its task."""
        told = {"following": True, "task": task["number"]}
        self.desk.step(self.lead, verb, to, Role.SYSTEM, told)

    def requeue(self, task: Row) -> None:
        """Back to the queue when nobody else is on it."""
        self.tried.append(self.desk.crew_of(task))
        for other in task["_beside"]:
            if other["ended_at"] is None:
                self.give_back(other, Verb.RECALL, TaskStatus.RECALLED, Role.DISPATCHER, "second")
        self.lead["assigned_at"] = None
        self.follow(Verb.REQUEUE, LeadStatus.TRIAGED, task)

    def give_back(self, task: Row, verb: Verb, to: TaskStatus, role: Role, words: str) -> None:
        """Declined or recalled, with a reason."""
        task["reason"] = among(self.rng, pools()["reasons"][words])
        self.desk.release(task)
        self.desk.step(task, verb, to, role, {"reasoned": True})

    # the field

    def worked(self, task: Row) -> Attempt:
        """Accepted, travelled, on scene, reported: True; given back on the way: False."""
        if not (yield from self.accepted(task)):
            return False
        if self.rng.random() < RECALLS:
            yield self.soon(2.0)
            self.give_back(task, Verb.RECALL, TaskStatus.RECALLED, Role.DISPATCHER, "recall")
            self.requeue(task)
            return False
        yield from self.travelled(task)
        yield self.soon(ON_SCENE[task["_kind"]], 0.55)
        self.report(task)
        return True

    def accepted(self, task: Row) -> Attempt:
        """The team takes the task on, declines it, or lets the time run out."""
        wanted = self.soon(ACCEPT[task["urgency"]], 0.6)
        if task["accept_due_at"] is not None and wanted > task["accept_due_at"]:
            yield task["accept_due_at"] + timedelta(seconds=self.rng.randrange(2, 60))
            self.desk.release(task)
            told = {"due": task["accept_due_at"].isoformat()}
            self.desk.step(task, Verb.EXPIRE, TaskStatus.EXPIRED, Role.SYSTEM, told)
            self.requeue(task)
            return False
        yield wanted
        if self.rng.random() < DECLINES:
            self.give_back(task, Verb.DECLINE, TaskStatus.DECLINED, Role.OFFICER, "decline")
            self.requeue(task)
            return False
        self.accept(task)
        return True

    def accept(self, task: Row) -> None:
        """Accepted; the lead is in progress."""
        task["accepted_at"] = self.desk.now
        self.desk.step(task, Verb.ACCEPT, TaskStatus.ACCEPTED, Role.OFFICER)
        if self.lead["status"] == LeadStatus.ASSIGNED:
            self.follow(Verb.START, LeadStatus.IN_PROGRESS, task)

    def travelled(self, task: Row) -> Course:
        """On the way and there, by distance, traffic and how soon they could leave."""
        pressing = task["urgency"] != Urgency.NORMAL
        yield self.soon(0.4 if pressing else 3.0)
        task["departed_at"] = self.desk.now
        task["_from"] = self.desk.place(self.desk.crew_of(task))
        self.desk.step(task, Verb.DEPART, TaskStatus.EN_ROUTE, Role.OFFICER)
        yield self.soon(max(0.8, task["_minutes"]), 0.28)
        task["arrived_at"] = self.desk.now
        crew = self.desk.crew_of(task)
        crew.lon, crew.lat = task["_lead"]["_point"]
        crew.seen = self.desk.now
        seconds = int((self.desk.now - task["assigned_at"]).total_seconds())
        self.desk.step(task, Verb.ARRIVE, TaskStatus.ON_SCENE, Role.OFFICER, {"seconds": seconds})

    def supporting(self, task: Row) -> Course:
        """A second team: it comes along and ends when the first one reports, or is called back."""
        if task["ended_at"] is None:
            self.accept(task)
            yield self.soon(1.0)
        if task["ended_at"] is not None:
            return
        task["departed_at"] = self.desk.now
        task["_from"] = self.desk.place(self.desk.crew_of(task))
        self.desk.step(task, Verb.DEPART, TaskStatus.EN_ROUTE, Role.OFFICER)
        yield self.soon(max(0.8, task["_minutes"]), 0.28)
        if task["ended_at"] is None:
            task["arrived_at"] = self.desk.now
            seconds = int((self.desk.now - task["assigned_at"]).total_seconds())
            self.desk.step(task, Verb.ARRIVE, TaskStatus.ON_SCENE, Role.OFFICER, {"seconds": seconds})

    # the outcome

    def report(self, task: Row) -> None:
        """The leading team reports; those beside it end with it."""
        outcome = self.outcome(task)
        for other in task["_beside"]:
            if other["status"] == TaskStatus.ON_SCENE:
                self.close(other, Outcome.NOTHING_FOUND, None)
            elif other["ended_at"] is None:
                self.give_back(other, Verb.RECALL, TaskStatus.RECALLED, Role.DISPATCHER, "second")
        recheck = None
        if outcome is Outcome.ORDERED_CORRECTION:
            recheck = self.desk.now.astimezone(CHINA).date() + timedelta(days=self.rng.choice((1, 3, 5, 7, 7, 10, 15)))
        self.close(task, outcome, recheck)
        self.lead["outcome"], self.lead["recheck_on"] = outcome.value, recheck
        if lead_after(outcome).status is LeadStatus.RESOLVED:
            self.lead["resolved_at"] = self.desk.now
            self.follow(Verb.RESOLVE, LeadStatus.RESOLVED, task)

    def close(self, task: Row, outcome: Outcome, recheck: Any) -> None:
        """The report of one task."""
        task |= {"outcome": outcome.value, "recheck_on": recheck, "reported_at": self.desk.now}
        task["note"] = among(self.rng, pools()["reasons"]["notes"]) if self.rng.random() < 0.6 else None
        self.desk.release(task)
        told = {"outcome": outcome.value, "recheck_on": recheck.isoformat() if recheck else None}
        self.desk.step(task, Verb.REPORT, TaskStatus.REPORTED, Role.OFFICER, told)

    def outcome(self, task: Row) -> Outcome:
        """What was found; nobody reports what they may not do (PL 42)."""
        if task["_kind"] is TaskKind.LOOK:
            return Outcome.NOTHING_FOUND if self.rng.random() < 0.4 else Outcome.REFER_UP
        table = curves().tempers[self.arrival.sort.temper]
        fit = {o: w for o, w in table.items() if OFFICERS_FOR.get(Outcome(o), 0) <= task["_certified"]}
        if task["_kind"] is TaskKind.SECURE:
            fit = {o: w for o, w in fit.items() if o != Outcome.PROPOSE_CASE}
        return Outcome(weighted(self.rng, fit))

    def after(self, task: Row, outcome: Outcome) -> Course:
        """What the outcome leads to: the end, a re-check, a case, another organ, or another team."""
        if outcome is Outcome.ORDERED_CORRECTION:
            yield from self.rechecked()
        elif outcome is Outcome.PROPOSE_CASE:
            yield self.office_hours(1, 7)
            self.resolve()
        elif outcome in (Outcome.TRANSFER, Outcome.REFER_CRIMINAL):
            yield self.office_hours(1, 5)
            self.transfer()
            return
        elif outcome in (Outcome.REFER_UP, Outcome.ASSISTANCE_NEEDED):
            yield self.soon(8.0 if task["_kind"] is TaskKind.LOOK else 20.0)
            self.tried.append(self.desk.crew_of(task))
            again = TaskKind.HANDLE if self.lead["item_id"] is not None else TaskKind.VERIFY
            yield from self.handled(again)
            return
        yield from self.evaluated()

    def rechecked(self) -> Course:
        """Put right by the day of the re-check, or another team is sent."""
        day = self.lead["recheck_on"]
        at = datetime.combine(day, time(9), CHINA) + timedelta(minutes=self.rng.randrange(8 * 60))
        late = timedelta(days=self.rng.choice((0, 0, 0, 0, 1, 2)))
        yield max(at + late, self.desk.now + timedelta(minutes=10)).astimezone(self.desk.now.tzinfo)
        if self.rng.random() < 0.12:
            yield from self.handled(TaskKind.HANDLE if self.lead["item_id"] is not None else TaskKind.VERIFY)
            return
        self.resolve()

    def resolve(self) -> None:
        """The dispatcher closes the lead: the matter it waited for has ended."""
        case = self.lead["outcome"] == Outcome.PROPOSE_CASE
        words = pools()["reasons"]["closing"]
        self.lead["resolved_at"] = self.desk.now
        self.lead["closing_reason"] = words[-1] if case else among(self.rng, words[:-1])
        told = {"outcome": self.lead["outcome"], "matter_ended": True}
        self.desk.step(self.lead, Verb.RESOLVE, LeadStatus.RESOLVED, Role.DISPATCHER, told)

    def evaluated(self) -> Course:
        """Called back and put away, more often when somebody reported it."""
        if self.lead["status"] != LeadStatus.RESOLVED:
            return
        if self.rng.random() > (0.62 if self.arrival.source in PUBLIC else 0.25):
            return
        yield self.office_hours(1, 4)
        slow = (self.lead["resolved_at"] - self.lead["received_at"]) > timedelta(days=3)
        score = self.rng.choices((5, 4, 3, 2, 1), (38, 34, 18, 7, 3) if slow else (58, 28, 10, 3, 1))[0]
        self.lead["evaluation"], self.lead["evaluated_at"] = score, self.desk.now
        self.desk.step(self.lead, Verb.EVALUATE, LeadStatus.EVALUATED, Role.DISPATCHER, {"score": score})
        yield self.office_hours(7, 20)
        self.desk.step(self.lead, Verb.ARCHIVE, LeadStatus.ARCHIVED, Role.SYSTEM)
