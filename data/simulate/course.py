"""The course of one lead, step by step as the verbs of casework take them: what is late is late, what fails goes back."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, time, timedelta
from typing import Any, Final

from data.simulate.case_story import OrdinaryCase, SpotCase
from data.simulate.catalogue import pools
from data.simulate.chance import among
from data.simulate.crews import Crew
from data.simulate.demand import PUBLIC
from data.simulate.desk import Course
from data.simulate.hotline import Hotline
from data.simulate.names import invented_name, invented_phone
from data.simulate.rota import Duty
from data.simulate.wording import address, summary
from data.simulate.work import Work
from policy.text import say
from policy.vocabulary import LeadStatus, Outcome, Role, TaskKind, TaskStatus, Urgency, Verb
from policy.zone import CHINA

Row = dict[str, Any]
Sending = Generator[datetime, None, Row]
TRIAGE: Final = {"normal": 4.5, "urgent": 1.6, "emergency": 0.4}  # minutes, median
ASSIGN: Final = {"normal": 5.5, "urgent": 2.6, "emergency": 0.5}
BUSY_DESK: Final = 0.06  # share of leads that have to wait for the dispatcher
LOOKS: Final = 0.07  # normal leads first looked at by a grid worker
JOINED: Final = 0.05  # leads to which a second team is sent


class Story(Work):
    """One lead from its report to its end; `steps` yields the moment of the next step."""

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
        if self.desk.docket.between.takes("came_in"):
            self.desk.docket.between.comes_in(self.lead)
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
        reporter = (
            (invented_name(rng), invented_phone(rng)) if arrival.source in PUBLIC and rng.random() < 0.8 else None
        )
        self.lead = self.desk.take_in(arrival, summary(self.desk.ground, arrival, rng), where, reporter)
        told = {"source": self.lead["source"], "urgency": self.lead["urgency"], "cell": self.lead["cell_code"]}
        told |= {"item": None, "note": self.lead["location_note"]}
        self.desk.step(self.lead, Verb.RECEIVE, LeadStatus.RECEIVED, Role.SYSTEM, told)
        if self.lead["hotline_due_at"] is not None:
            self.desk.start(Hotline(self.desk, self.lead).steps(), self.desk.now)

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
        found = self.desk.crews.candidates(self.lead, kind, self.desk.now, self.tried)
        while not found:
            if self.tried:
                self.tried = []
            elif kind is TaskKind.HANDLE:
                kind = TaskKind.VERIFY
            else:
                yield self.soon(9.0)
            found = self.desk.crews.candidates(self.lead, kind, self.desk.now, self.tried)
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
        minutes_away = self.desk.crews.way(crew, self.lead, self.desk.now)
        task = self.desk.new_task(self.lead, crew, duty, kind, leading)
        task["_minutes"], task["_beside"] = minutes_away, []
        told = {"lead": self.lead["number"], "team": crew.squad.code, "kind": kind.value, "leading": leading}
        self.desk.step(task, Verb.DISPATCH, TaskStatus.ASSIGNED, Role.DISPATCHER, told | {"override": False, "why": []})
        return task

    def after(self, task: Row, outcome: Outcome) -> Course:
        """What the outcome leads to: the end, a re-check, a case, another organ, or another team."""
        if outcome is Outcome.ORDERED_CORRECTION:
            yield from self.rechecked()
        elif outcome is Outcome.PROPOSE_CASE:
            yield from self.prosecuted(task)
        elif outcome is Outcome.SIMPLE_PENALTY:
            self.punished(task)
        elif outcome in (Outcome.TRANSFER, Outcome.REFER_CRIMINAL):
            yield self.office_hours(1, 5)
            if not self.handed_on(task, outcome):
                self.transfer()
            return
        elif outcome in (Outcome.REFER_UP, Outcome.ASSISTANCE_NEEDED):
            yield self.soon(8.0 if task["_kind"] is TaskKind.LOOK else 20.0)
            self.tried.append(self.desk.crews.of(task))
            again = TaskKind.HANDLE if self.lead["item_id"] is not None else TaskKind.VERIFY
            yield from self.handled(again)
            return
        yield from self.evaluated()

    def handed_on(self, task: Row, outcome: Outcome) -> bool:
        """Whether the lead goes with a file of its own, to another organ or to the police, and waits for what comes of it."""
        between = self.desk.docket.between
        if outcome is Outcome.TRANSFER and between.takes("lead_transferred"):
            between.lead_goes(self.lead)
            return True
        if outcome is Outcome.REFER_CRIMINAL and between.takes("lead_referred"):
            staff = self.desk.docket.cast.pair(self.desk.docket.cast.squad(task), self.desk.now, task["officer_ids"])
            organ = f"town-{self.lead['township_code']}"
            between.crime(self.lead["number"], organ, [person.code for person in staff], between.law(self.lead))
            return True
        return False

    def prosecuted(self, task: Row) -> Course:
        """The case that was proposed: the lead waits until it is filed or not, the case then goes its own way."""
        self.desk.docket.photograph(self.lead, task)
        case = OrdinaryCase(self.desk.docket, self.lead, task)
        if (yield from self.desk.docket.go(case.filing())):
            self.desk.start(self.desk.docket.go(case.onward()), self.desk.now)
        yield self.soon(20.0)
        self.resolve()

    def punished(self, task: Row) -> None:
        """Decided and handed over on the spot."""
        self.desk.docket.photograph(self.lead, task)
        case = SpotCase(self.desk.docket, self.lead, task)
        if case.decide():
            self.desk.start(self.desk.docket.go(case.onward()), self.desk.now)

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
