"""Inspections of the demonstration by the real verbs: enterprises, caps, plans, draws, merged visits, joint operations."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from data.casework.inspection_draws import commit_draw, draw_step
from data.casework.inspection_plans import plan_step, register_plan
from data.casework.inspection_subjects import publish_cap, register_subject
from data.casework.joint_operations import operation_step, plan_operation
from data.models import InspectionDraw, InspectionPlan
from data.simulate.catalogue import pools
from data.simulate.chance import chance
from data.simulate.inspecting_cast import InspectingCast, township_of
from data.simulate.inspecting_visits import Errand, Visits, day_of
from data.simulate.interleave import Clerk, Going, Plan
from policy.errors import Refusal

if TYPE_CHECKING:
    from data.simulate.case_docket import Docket

Story = Callable[[random.Random, Clerk], Going]
PERIOD: Final = timedelta(days=28)  # of a plan
AGAIN: Final = timedelta(days=9)  # after which a subject is visited a second time
INSIDE: Final = timedelta(minutes=40)  # since somebody went in, at the end
CAP_REACHED: Final = "reasons_between.cap_reached"


class Inspecting:
    """Plans the inspections of a history that has begun on a day; they are carried out when it is written."""

    def __init__(self, docket: Docket, begun: date) -> None:
        self.docket, self.desk = docket, docket.desk
        self.cast = InspectingCast(docket)
        self.visits = Visits(self.cast)
        self.sizes: dict[str, Any] = pools()["inspections"]
        self.begun, self.ends_on = begun, day_of(self.desk.end)
        self.subjects: dict[str, list[str]] = {}
        self.towns = self.cast.towns[: self.sizes["townships"]]

    def plans(self) -> list[Plan]:
        """Everything, each with when it begins; nothing in a short history or where nobody may inspect."""
        span = (self.ends_on - self.begun).days
        if span < self.sizes["least"] or not self.towns or not self.cast.departments:
            return []
        found = [self._plan(self._first_day(), "beginning", self._beginning)]
        rounds = range((span - 8) // self.sizes["days"])
        found += [self._plan(self._round_day(n), f"round-{n}", partial(self._round, n)) for n in rounds]
        found.append(self._plan(self._round_day(0), "capped", self._capped))
        found.append(self._plan(self._round_day(max(0, len(rounds) - 2)), "joint", partial(self._joint, True)))
        return [*found, *self._living()]

    def _first_day(self) -> date:
        return self.docket.county.calendar.next_workday(self.begun + timedelta(days=1))

    def _round_day(self, number: int) -> date:
        """Always after the first day, holidays or not: a round visits what was registered on it."""
        return self._first_day() + timedelta(days=3 + number * int(self.sizes["days"]))

    def _plan(self, on: date, name: str, story: Story) -> Plan:
        rng = chance(self.desk.ground.seed, self.docket.county.code, "inspecting", name)
        return self.docket.days.on(rng, on), partial(story, rng)

    def _back(self, count: int) -> date:
        """The working day so many working days before the end."""
        day, calendar = self.ends_on, self.docket.county.calendar
        while count:
            day -= timedelta(days=1)
            count -= calendar.next_workday(day) == day
        return day

    # at the beginning

    def _beginning(self, rng: random.Random, clerk: Clerk) -> Going:
        """Enterprises are registered, and every organ publishes its cap for the years of the history."""
        for organ in self.towns:
            head = self.cast.head(organ)
            told = self.cast.enterprises(organ)
            self.subjects[organ] = [clerk.do(register_subject, actor=head, given=one).code for one in told]
            yield clerk.now + timedelta(minutes=2)
        for year in range(self.begun.year, self.ends_on.year + 1):
            given = {"cap_year": str(year), "cap": str(self.sizes["cap"]), "document": f"检查频次公告〔{year}〕1号"}
            given["published_on"] = day_of(clerk.now).isoformat()
            for organ in (*self.cast.departments, *self.towns):
                clerk.do(publish_cap, actor=self.cast.head(organ), given=given)

    # rounds of plans

    def _round(self, number: int, rng: random.Random, clerk: Clerk) -> Going:
        """A town and a department plan for the same enterprises; every third department's plan is special or drawn."""
        town = self.towns[number % len(self.towns)]
        department = self.cast.departments[number % len(self.cast.departments)]
        first, second, third, fourth = self.subjects[town][:4]
        own = self._registered(rng, clerk, town, number, "routine", (first, second, third))
        other = self._registered(rng, clerk, department, number, "routine", (first, second, fourth))
        yield from self._approved(rng, clerk, (own, other))
        on = day_of(clerk.now) + timedelta(days=4)
        both = (own.number, other.number)
        yield from self._visit(rng, clerk, (town, department), first, on, both)
        yield from self._visit(rng, clerk, (department, town), second, on + timedelta(days=2), both)
        yield from self._visit(rng, clerk, (town,), third, on + timedelta(days=5), (own.number,))
        yield from self._visit(rng, clerk, (department,), fourth, on + timedelta(days=7), (other.number,))
        yield from self._in_turn(number, rng, clerk, town, department)
        yield from self.visits.settle(rng, clerk)

    def _in_turn(self, number: int, rng: random.Random, clerk: Clerk, town: str, department: str) -> Going:
        """Beside the routine: a special plan, a draw, or an enterprise that is visited again too soon."""
        if number % 3 == 0:
            yield from self._special(number, rng, clerk, department)
        elif number % 3 == 1:
            yield from self._drawn(number, rng, clerk, town)
        else:
            on, items = day_of(clerk.now) + AGAIN, tuple(self.cast.items(department, number))
            yield from self._visit(rng, clerk, (department,), self.subjects[town][2], on, (), items)

    def _visit(
        self, rng: random.Random, clerk: Clerk, organs: tuple[str, ...], subject: str, on: date,
        plans: tuple[str, ...], items: tuple[str, ...] = (),
    ) -> Going:  # fmt: skip
        on = self.docket.county.calendar.next_workday(max(on, day_of(clerk.now) + timedelta(days=2)))
        yield from self.visits.make(rng, clerk, Errand(organs, subject, on, self.visits.outcome(), plans, items))

    def _registered(
        self, rng: random.Random, clerk: Clerk, organ: str, number: int, kind: str, subjects: Iterable[str] = ()
    ) -> InspectionPlan:
        begins = day_of(clerk.now) + timedelta(days=3)
        given = {
            "title": self.visits.word(rng, kind), "inspection_kind": kind, "begins_on": begins.isoformat(),
            "ends_on": (begins + PERIOD).isoformat(), "inspection_items": self.cast.items(organ, number),
            "subjects": list(subjects), "why_visit": "" if kind == "written" else self.visits.word(rng, "why_visit"),
        }  # fmt: skip
        return clerk.do(
            register_plan, actor=self.cast.head(organ), given={name: value for name, value in given.items() if value}
        )

    def _approved(self, rng: random.Random, clerk: Clerk, rows: Iterable[InspectionPlan]) -> Going:
        """Each by the head of its organ, and filed."""
        for row in rows:
            yield self.visits.later(clerk, rng, 0, 1)
            do = partial(clerk.do, plan_step, actor=self.cast.head(row.organ_code), number=row.number)
            do(step_name="approve", given={})
            do(step_name="file_plan", given={"document": f"检备〔{clerk.now.year}〕{int(row.number[-4:])}号"})

    def _special(self, number: int, rng: random.Random, clerk: Clerk, organ: str) -> Going:
        """A special inspection: planned, approved by the county government in a document, filed."""
        subjects = [self.subjects[town][4] for town in self.towns[:3]]
        row = self._registered(rng, clerk, organ, number, "special", subjects)
        yield self.visits.later(clerk, rng, 2, 5)
        document = {"document": f"政办〔{clerk.now.year}〕{number + 11}号"}
        clerk.do(plan_step, actor=self.cast.government(), number=row.number, step_name="approve", given=document)
        document = {"document": f"检备〔{clerk.now.year}〕{number + 60}号"}
        clerk.do(plan_step, actor=self.cast.head(organ), number=row.number, step_name="file_plan", given=document)
        for subject in subjects[:2]:
            yield from self._visit(rng, clerk, (organ,), subject, day_of(clerk.now) + timedelta(days=3), (row.number,))

    def _drawn(self, number: int, rng: random.Random, clerk: Clerk, organ: str) -> Going:
        """A random inspection: drawn, every other one after a draw that was discarded, and visited as drawn."""
        row = self._registered(rng, clerk, organ, number, "random")
        yield from self._approved(rng, clerk, (row,))
        if number % 2:
            draw = yield from self._draw(rng, clerk, row)
            yield self.visits.later(clerk, rng, 1, 2)
            reason = {"reason": self.visits.word(rng, "discarded")}
            clerk.do(draw_step, actor=self.cast.head(organ), number=draw.number, step_name="discard", given=reason)
        draw = yield from self._draw(rng, clerk, row)
        for subject in draw.drawn_subjects:
            yield from self._visit(rng, clerk, (organ,), subject, day_of(clerk.now) + timedelta(days=3), (row.number,))

    def _draw(self, rng: random.Random, clerk: Clerk, row: InspectionPlan) -> Any:
        draw = self._committed(clerk, row)
        yield self.visits.later(clerk, rng, 0, 0)
        given = {"seed_source": "beacon", "beacon": str(rng.getrandbits(128)), "beacon_name": "公开随机数（演示）"}
        return clerk.do(
            draw_step, actor=self.cast.head(row.organ_code), number=draw.number, step_name="draw", given=given
        )

    def _committed(self, clerk: Clerk, row: InspectionPlan) -> InspectionDraw:
        given = {"inspection_plan": row.number, "subjects_wanted": "2", "inspectors_wanted": "2"}
        given |= {"of_township": township_of(row.organ_code) or ""} if township_of(row.organ_code) else {}
        return clerk.do(commit_draw, actor=self.cast.head(row.organ_code), given=given)

    # the cap

    def _capped(self, rng: random.Random, clerk: Clerk) -> Going:
        """An enterprise is visited up to the cap; the next visit is refused, and made after all on a complaint."""
        organ = self.cast.departments[-1]
        subject, items = self.subjects[self.towns[-1]][5], tuple(self.cast.items(organ, 1))
        for _ in range(self.sizes["cap"]):
            yield from self._visit(rng, clerk, (organ,), subject, day_of(clerk.now) + timedelta(days=2), (), items)
        yield self.visits.later(clerk, rng, 1, 2)
        on = self.docket.county.calendar.next_workday(day_of(clerk.now) + timedelta(days=2))
        try:
            yield from self.visits.make(rng, clerk, Errand((organ,), subject, on, items=items))
        except Refusal as refusal:
            if CAP_REACHED not in {reason.code for reason in refusal.reasons}:
                raise
        yield from self._in_writing(rng, clerk, organ, subject)
        said = self.visits.word(rng, "complaint")
        errand = Errand((organ,), subject, on, self.visits.outcome(), (), items, exception="complaint", reason=said)
        yield from self.visits.make(rng, clerk, errand)

    def _in_writing(self, rng: random.Random, clerk: Clerk, organ: str, subject: str) -> Going:
        """At the cap documents are checked instead: a plan of its own kind, which counts as no visit."""
        row = self._registered(rng, clerk, organ, 3, "written", (subject,))
        yield from self._approved(rng, clerk, (row,))
        on = self.docket.county.calendar.next_workday(day_of(clerk.now) + timedelta(days=3))
        yield from self.visits.make(rng, clerk, Errand((organ,), subject, on, plans=(row.number,), written=True))

    # joint operations

    def _joint(self, whole: bool, rng: random.Random, clerk: Clerk) -> Going:
        """A town asks two departments along: heard, approved, answered, run and told to each; or still unanswered."""
        town, others = self.towns[0], self.cast.departments[:2]
        head = self.cast.head(town)
        place = township_of(town) or ""
        title = self.visits.word(rng, "joint")
        given = {"title": title, "participants": list(others), "townships": [town]}
        row = clerk.do(plan_operation, actor=head, given=given)
        do = partial(clerk.do, operation_step, number=row.number)
        do(
            actor=head,
            step_name="consult",
            given={"townships_heard": [town], "document": f"征求意见函（{place[-6:]}）"},
        )
        yield self.visits.later(clerk, rng, 0, 1)
        do(actor=head, step_name="approve", given={"consent": "领导小组同意"})
        by = (clerk.now + timedelta(days=4)).isoformat()
        do(actor=head, step_name="notify_participants", given={"answer_by": by, "document": "联合执法通知"})
        for organ in others if whole else others[:1]:
            yield clerk.now + timedelta(minutes=rng.randint(30, 200))
            said = {"words": self.visits.word(rng, "answered")}
            do(actor=self.cast.head(organ), step_name="answer", given=said)
        if whole:
            yield self.visits.later(clerk, rng, 2, 4)
            do(actor=head, step_name="begin", given={})
            yield clerk.now + timedelta(hours=3)
            do(actor=head, step_name="report_result", given={"results": self.visits.word(rng, "results")})

    # as it stands at the end

    def _living(self) -> list[Plan]:
        """A visit in every state, plans that can be merged, a draw without its seed, an operation that waits for an answer."""
        kept = (
            ("plan", 1), ("approve", 3), ("give_notice", 4), ("enter", 6), ("leave", 7), ("cancel", 5), ("record", 8),
        )  # fmt: skip
        found = [self._plan(self._back(days), f"left-{until}", partial(self._left, until)) for until, days in kept]
        found.append(self._plan(self._back(5), "mergeable", self._mergeable))
        return [*found, self._plan(self._back(2), "asked", partial(self._joint, False))]

    def _left(self, until: str, rng: random.Random, clerk: Clerk) -> Going:
        """A visit of the first towns that is found as it was left."""
        place = ("plan", "approve", "give_notice", "enter", "leave", "cancel", "record").index(until)
        town = self.towns[place % len(self.towns)]
        ahead = until in ("plan", "approve", "give_notice", "cancel")
        calendar = self.docket.county.calendar
        on = calendar.next_workday(self.ends_on + timedelta(days=1 + place)) if ahead else self._back(1)
        errand = Errand(
            (town,), self.subjects[town][-1], self.ends_on if until == "enter" else on, "violation",
            items=tuple(self.cast.items(town, place)), until=until, reason=self.visits.word(rng, "closed_down"),
            enters_at=self.desk.end - INSIDE if until == "enter" else None,
        )  # fmt: skip
        yield from self.visits.make(rng, clerk, errand)

    def _mergeable(self, rng: random.Random, clerk: Clerk) -> Going:
        """Plans of a town and two departments for the same enterprises, and a plan that waits for approval."""
        town, (first, second) = self.towns[0], self.cast.departments[:2]
        subjects = self.subjects[town][1:4]
        rows = [self._registered(rng, clerk, organ, 5, "routine", subjects) for organ in (town, first, second)]
        self._registered(rng, clerk, second, 6, "special", subjects[:2])
        yield from self._approved(rng, clerk, rows)
        drawn = self._registered(rng, clerk, town, 7, "random")
        yield from self._approved(rng, clerk, (drawn,))
        self._committed(clerk, drawn)
        on = self.docket.county.calendar.next_workday(self.ends_on + timedelta(days=2))
        both = (rows[0].number, rows[1].number)
        yield from self.visits.make(rng, clerk, Errand((town, first), subjects[0], on, plans=both, until="plan"))
