"""Supervision of a demonstration's year by the real verbs: cards, complaints, joint meetings, the appraisal of the last periods."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from data.authority import Actor, Scope
from data.casework.appraisals import take_appraisal
from data.casework.cards import end_due_cards, give_card
from data.casework.complaints import complaint_step, take_complaint
from data.casework.meetings import call_meeting, meeting_step
from data.db import Tx
from data.queries.appraisals import worked_out
from data.simulate.catalogue import pools
from data.simulate.chance import among, chance
from data.simulate.interleave import Clerk, Going, Plan
from data.simulate.people import Person, begin_of
from policy.appraisal import weights_of
from policy.conduct import rules_of
from policy.periods import over_before
from policy.vocabulary import CardKind, OrganKind, Role
from policy.zone import CHINA

if TYPE_CHECKING:
    from data.simulate.case_docket import Docket
    from data.simulate.case_file import CaseFile

Story = Callable[[random.Random, Clerk], Going]
LEAST: Final = 60  # days of a history below which nothing is supervised
TAKEN: Final = 2  # periods appraised, the last ones over
HALF: Final = 168  # days from one joint meeting to the next
PHONE: Final = "0579-0000{:04d}"


class Conduct:
    """Plans what is supervised in a history that has begun on a day; it is carried out when it is written."""

    def __init__(self, docket: Docket, begun: date) -> None:
        self.docket, self.desk, self.county = docket, docket.desk, docket.county
        self.begun, self.ends = begun, docket.desk.end
        self.words: dict[str, Any] = pools()["conduct"]
        self.organs = {row["code"]: row["kind"] for row in self.desk.made.organs}
        self.office = self._of_kind(OrganKind.BUREAU.value, OrganKind.COMMAND_CENTRE.value)
        self.justice = self._of_kind(OrganKind.JUSTICE.value) or self.office

    def plans(self) -> list[Plan]:
        """Everything, each with when it begins; nothing in a short history."""
        if (self.ends.astimezone(CHINA).date() - self.begun).days < LEAST or not self.office:
            return []
        return [*self._cards(), *self._complaints(), *self._meetings(), *self._appraisals()]

    def _of_kind(self, *kinds: str) -> str:
        return next((code for kind in kinds for code, its in self.organs.items() if its == kind), "")

    def _actor(self, role: Role, organ: str) -> Actor:
        return Actor(None, role.value, (Scope(role, self.county.jurisdiction_id, organ),))

    def _plan(self, at: datetime, name: str, story: Story) -> Plan:
        return at, partial(story, chance(self.desk.ground.seed, self.county.code, "conduct", name))

    # cards

    def _cards(self) -> Iterator[Plan]:
        """Orange cards of those the year suspends, the afternoon before; yellow ones in between; each over at its end."""
        if not rules_of(self.county.profile, self.begun).cards:
            return
        for number, person in enumerate(self._suspended()):
            matter = self._acted_in(person)
            if matter and person.suspended is not None:
                at = begin_of(person.suspended[0]) - timedelta(hours=7)
                until = begin_of(person.suspended[1] + timedelta(days=1))
                yield self._plan(at, f"orange-{number}", partial(self._orange, person, matter, until))
        warned = [case for case in self._decided() if case.officers][
            :: max(1, len(self._decided()) // self.words["yellow"])
        ]
        for number, case in enumerate(warned[: self.words["yellow"]]):
            at = self._office_hours(case.row["decided_at"] + timedelta(days=6))
            if at < self.ends:
                yield self._plan(at, f"yellow-{number}", partial(self._yellow, case))

    def _suspended(self) -> list[Person]:
        people = self.desk.force.registry.people
        return [one for one in people if one.suspended and begin_of(one.suspended[0]) - timedelta(days=3) > begin_of(self.begun)]  # fmt: skip

    def _decided(self) -> list[CaseFile]:
        return [case for case in self.docket.cases if case.row["decided_at"] is not None and case.row["number"]]

    def _acted_in(self, person: Person) -> str:
        """The number of the last case the officer handled before the card, else of the last task; empty for none."""
        if person.suspended is None:
            return ""
        before, key = begin_of(person.suspended[0]), str(person.id)
        cases = [case.row["number"] for case in self.docket.cases if person in case.officers and case.row["number"] and case.row["proposed_at"] < before]  # fmt: skip
        tasks = [task["number"] for task in self.desk.tasks if key in task["officer_ids"] and task["assigned_at"] < before]  # fmt: skip
        return str(next(iter(cases[-1:] or tasks[-1:]), ""))

    def _orange(self, person: Person, matter: str, until: datetime, rng: random.Random, clerk: Clerk) -> Going:
        self._give(clerk, CardKind.ORANGE, person, matter, among(rng, self.words["orange_conduct"]), rng, until)
        if until < self.ends:
            yield until + timedelta(minutes=1)
            clerk.do(end_due_cards)

    def _yellow(self, case: CaseFile, rng: random.Random, clerk: Clerk) -> Going:
        person = case.officers[0]
        self._give(
            clerk, CardKind.YELLOW, person, case.row["number"], among(rng, self.words["yellow_conduct"]), rng, None
        )
        yield from ()

    def _give(
        self, clerk: Clerk, kind: CardKind, person: Person, matter: str, conduct: str, rng: random.Random,
        until: datetime | None,
    ) -> None:  # fmt: skip
        told = {
            "card": kind.value, "person": person.code, "matter": matter, "conduct": conduct,
            "heard_at": clerk.now - timedelta(hours=rng.randint(20, 30)),
            "statement": among(rng, self.words["statements"]), **({"until": until} if until else {}),
        }  # fmt: skip
        clerk.do(give_card, self._actor(Role.SUPERVISOR, self.justice), given=told)

    # complaints

    def _complaints(self) -> Iterator[Plan]:
        days = (self.ends.astimezone(CHINA).date() - self.begun).days
        rng = chance(self.desk.ground.seed, self.county.code, "complaints")
        decided = self._decided()
        for number in range(max(1, days * int(self.words["complaints_a_year"]) // 365)):
            day = self.begun + timedelta(days=rng.randrange(8, days))
            known = [case for case in decided if case.row["decided_at"] < begin_of(day)]
            case = among(rng, known[-40:]) if known and rng.random() < self.words["about_a_case"] else None
            at = self._office_hours(begin_of(day) + timedelta(hours=rng.randint(1, 9), minutes=rng.randrange(60)))
            if at < self.ends:
                yield self._plan(at, f"complaint-{number}", partial(self._complaint, case))

    def _complaint(self, case: CaseFile | None, rng: random.Random, clerk: Clerk) -> Going:
        town = among(rng, sorted(code for code, kind in self.organs.items() if kind == OrganKind.TOWNSHIP.value))
        about = case.row["organ_code"] if case is not None else town
        taker = self._actor(Role.SUPERVISOR, self.justice) if about == self.office or rng.random() < 0.5 else self._actor(Role.COUNTY_OFFICE, self.office)  # fmt: skip
        told: dict[str, Any] = {
            "channel": among(rng, ("letter", "telephone", "telephone", "visit", "online", "hotline")),
            "words": among(rng, self.words["complaints"]), "about_organ": about,
        }  # fmt: skip
        if case is not None:
            told["matter"] = case.row["number"]
        if rng.random() < 0.8:
            told |= {"complainant": among(rng, self.words["names"]), "contact": PHONE.format(rng.randrange(10_000))}
        row = clerk.do(take_complaint, taker, given=told)
        if rng.random() < self.words["withdrawn"]:
            yield clerk.now + timedelta(days=3)
            clerk.do(complaint_step, taker, number=row.number, step_name="withdraw", given={"reason": among(rng, self.words["withdrawals"])})  # fmt: skip
            return
        yield clerk.now + timedelta(days=rng.randint(1, 4))
        clerk.do(complaint_step, taker, number=row.number, step_name="look_into", given={})
        if rng.random() < self.words["forgotten"] and self.ends - clerk.now < timedelta(days=60):
            return
        yield clerk.now + timedelta(days=rng.randint(5, 13))
        founded = rng.random() < self.words["founded"]
        answer = among(rng, self.words["founded_answers" if founded else "answers"])
        clerk.do(complaint_step, taker, number=row.number, step_name="answer", given={"answer": answer, "founded": founded})  # fmt: skip
        if founded and case is not None and case.officers and rules_of(self.county.profile, self.begun).cards:
            yield clerk.now + timedelta(days=3)
            self._follow(clerk, case, row.number, rng)

    def _follow(self, clerk: Clerk, case: CaseFile, complaint: str, rng: random.Random) -> None:
        told = {
            "card": CardKind.YELLOW.value, "person": case.officers[0].code, "matter": case.row["number"],
            "conduct": among(rng, self.words["yellow_conduct"]), "heard_at": clerk.now - timedelta(hours=22),
            "statement": among(rng, self.words["statements"]), "complaint": complaint,
        }  # fmt: skip
        clerk.do(give_card, self._actor(Role.SUPERVISOR, self.justice), given=told)

    # meetings

    def _meetings(self) -> Iterator[Plan]:
        """Every half-year, called a fortnight before; one is called and still to come."""
        last = self.ends.astimezone(CHINA).date()
        held = last - timedelta(days=54)
        number = 0
        while held - timedelta(days=14) > self.begun:
            yield self._meeting(held, number)
            held, number = held - timedelta(days=HALF), number + 1
        yield self._meeting(last + timedelta(days=19), 99)

    def _meeting(self, held: date, number: int) -> Plan:
        at = datetime.combine(self._workday(held), time(9, 0), CHINA)
        called = self._office_hours(at - timedelta(days=21, hours=-2))
        return self._plan(min(called, self.ends - timedelta(hours=20)), f"meeting-{number}", partial(self._met, at))

    def _met(self, at: datetime, rng: random.Random, clerk: Clerk) -> Going:
        office = self._actor(Role.COUNTY_OFFICE, self.office)
        towns = sorted(code for code, kind in self.organs.items() if kind == OrganKind.TOWNSHIP.value)
        bodies = sorted(code for code, kind in self.organs.items() if kind in ("department", "professional_team"))[:8]
        members = [self.office, *([self.justice] if self.justice != self.office else []), *bodies, *towns]
        topics = rng.sample(self.words["topics"], 2)
        told = {"title": self.words["title"], "planned_at": at, "members": members, "topics": topics}
        row = clerk.do(call_meeting, office, given=told)
        if at + timedelta(hours=3) > self.ends:
            return
        yield at + timedelta(hours=2, minutes=40)
        there = [code for code in members if rng.random() < 0.93]
        minutes = among(rng, self.words["minutes"])
        clerk.do(meeting_step, office, number=row.number, step_name="hold", given={"held_at": at, "attended": there, "minutes": minutes})  # fmt: skip
        yield clerk.now + timedelta(hours=1)
        yield from self._decided_there(row.number, at, [*bodies, *towns], rng, clerk)

    def _decided_there(
        self, number: str, at: datetime, owners: Sequence[str], rng: random.Random, clerk: Clerk
    ) -> Going:
        office = self._actor(Role.COUNTY_OFFICE, self.office)
        due = [at.date() + timedelta(days=days) for days in (30, 45, 75)]
        for words, day in zip(rng.sample(self.words["decisions"], len(due)), due, strict=True):
            told = {"words": words, "owner": among(rng, owners), "due_on": day}
            clerk.do(meeting_step, office, number=number, step_name="decide", given=told)
        for position, day in enumerate(due[:2], start=1):
            done = datetime.combine(day - timedelta(days=rng.randint(1, 9)), time(16, 20), CHINA)
            if done > self.ends:
                return
            yield done
            outcome = {"position": str(position), "outcome": among(rng, self.words["outcomes"])}
            clerk.do(meeting_step, office, number=number, step_name="finish", given=outcome)

    # appraisals

    def _appraisals(self) -> Iterator[Plan]:
        """The last month and the last quarter that are over, taken when everything of them is written."""
        today = self.ends.astimezone(CHINA).date()
        if not weights_of(self.county.profile, today):
            return
        known = [code for code in over_before(today) if len(code) > 4]
        codes = [
            next((code for code in known if "Q" in code), ""),
            next((code for code in known if "Q" not in code), ""),
        ]
        for number, code in enumerate(code for code in codes[:TAKEN] if code):
            at = self.ends - timedelta(minutes=30 - number)
            yield self._plan(at, f"appraisal-{code}", partial(self._appraised, code))

    def _appraised(self, code: str, _rng: random.Random, clerk: Clerk) -> Going:
        office = self._actor(Role.COUNTY_OFFICE, self.office)
        clerk.do(_work_out_and_take, office, code=code)
        yield from ()

    # days

    def _workday(self, day: date) -> date:
        return self.county.calendar.next_workday(day - timedelta(days=1))

    def _office_hours(self, at: datetime) -> datetime:
        """The moment on its own day where that is worked, else on the next that is; before five in the afternoon."""
        here = at.astimezone(CHINA)
        return datetime.combine(self._workday(here.date()), time(9 + here.hour % 8, here.minute), CHINA)


def _work_out_and_take(tx: Tx, *, code: str) -> Any:
    found = worked_out(tx.session, tx.actor, tx.county, tx.now, period_code=code)
    return take_appraisal(tx, period_code=code, found=found) if found else []
