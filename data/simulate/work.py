"""The field's part of a course: tasks accepted or given back, the way there, what is found, the report."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, datetime, timedelta
from typing import Any, Final

from data.simulate.case_penalty import ordinary_kinds, spot_kinds
from data.simulate.catalogue import curves, pools
from data.simulate.chance import among, minutes, weighted
from data.simulate.crews import Crew
from data.simulate.demand import Arrival
from data.simulate.desk import Course, Desk
from policy.guards import OFFICERS_FOR
from policy.lifecycle import lead_after
from policy.vocabulary import LeadSource, LeadStatus, Outcome, Role, TaskKind, TaskStatus, Urgency, Verb
from policy.zone import CHINA

Row = dict[str, Any]
Attempt = Generator[datetime, None, bool]
ON_SCENE: Final = {TaskKind.LOOK: 12.0, TaskKind.VERIFY: 24.0, TaskKind.HANDLE: 38.0, TaskKind.SECURE: 50.0}
ACCEPT: Final = {"normal": 5.0, "urgent": 0.7, "emergency": 0.35}  # minutes, median
DECLINES, RECALLS = 0.022, 0.012


class Work:
    """Teams at work for one lead; every method that yields asks to be resumed at a moment."""

    def __init__(self, desk: Desk, arrival: Arrival) -> None:
        self.desk, self.arrival, self.rng = desk, arrival, desk.rng
        self.lead: Row = {}
        self.tried: list[Crew] = []

    def soon(self, median: float, spread: float = 0.5) -> datetime:
        """About `median` minutes from now."""
        return self.desk.now + minutes(self.rng, median, spread)

    def follow(self, verb: Verb, to: LeadStatus, task: Row) -> None:
        """The lead follows its task."""
        told = {"following": True, "task": task["number"]}
        self.desk.step(self.lead, verb, to, Role.SYSTEM, told)

    def requeue(self, task: Row) -> None:
        """Back to the queue when nobody else is on it."""
        self.tried.append(self.desk.crews.of(task))
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
        task["_from"] = self.desk.crews.place(self.desk.crews.of(task), self.desk.now)
        self.desk.step(task, Verb.DEPART, TaskStatus.EN_ROUTE, Role.OFFICER)
        yield self.soon(max(0.8, task["_minutes"]), 0.28)
        task["arrived_at"] = self.desk.now
        crew = self.desk.crews.of(task)
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
        task["_from"] = self.desk.crews.place(self.desk.crews.of(task), self.desk.now)
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

    def close(self, task: Row, outcome: Outcome, recheck: date | None) -> None:
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
        barred = self.barred()
        fit = {o: w for o, w in fit.items() if o not in barred}
        return Outcome(weighted(self.rng, fit))

    def barred(self) -> frozenset[Outcome]:
        """Outcomes that the item's article does not bear (no small fine, none that can be counted), and a second transfer."""
        code, rules = self.lead["_item"]["code"], self.desk.docket.rules()
        small = () if spot_kinds(code, rules) else (Outcome.SIMPLE_PENALTY,)
        any_ = () if ordinary_kinds(code, rules.reserved) else (Outcome.PROPOSE_CASE,)
        again = (Outcome.TRANSFER,) if self.arrival.source is LeadSource.TRANSFER_IN else ()
        return frozenset((*small, *any_, *again))
