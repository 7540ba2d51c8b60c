"""A visit to an enterprise in the demonstration, step by step through the real verbs, as far as it goes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from data.casework.inspections import code_text, plan_visit, visit_step
from data.casework.leads import reject
from data.models import InspectionVisit
from data.simulate.catalogue import pools
from data.simulate.chance import among
from data.simulate.inspecting_cast import InspectingCast
from data.simulate.interleave import Clerk, Going
from policy.vocabulary_inspection import VisitOutcome
from policy.zone import CHINA

Row = dict[str, Any]
OUTCOMES: Final = (
    "nothing_found", "problem_no_violation", "nothing_found", "violation", "nothing_found", "serious", "problem_no_violation",
)  # fmt: skip
"""What visits find, one after the other, so that each is there."""
SETTLED: Final = timedelta(days=30)  # after which what a visit found is settled
INSIDE: Final = (35, 110)  # minutes
WRITTEN: Final = (15, 70)  # minutes until the record is made


@dataclass(frozen=True, slots=True)
class Errand:
    """A visit to make: by which organs, the leading one first, to whom, for which plans or items, when; `until` is its last
    step where it is left there, `ends_at` the moment at which somebody is inside."""

    organs: tuple[str, ...]
    subject: str
    on: date
    outcome: str = "nothing_found"
    plans: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    exception: str | None = None
    until: str | None = None
    enters_at: datetime | None = None
    reason: str = ""
    written: bool = False


class Visits:
    """Makes visits, and counts them so that every outcome comes up."""

    def __init__(self, cast: InspectingCast) -> None:
        self.cast, self.desk, self.days = cast, cast.desk, cast.docket.days
        self._made = 0
        self._open: list[tuple[datetime, str]] = []

    def outcome(self) -> str:
        """What the next visit finds."""
        self._made += 1
        return OUTCOMES[self._made % len(OUTCOMES)]

    def word(self, rng: random.Random, name: str) -> str:
        """Words of a kind."""
        words: str = among(rng, pools()["inspection_words"][name])
        return words

    def later(self, clerk: Clerk, rng: random.Random, least: int, most: int) -> datetime:
        """A moment in office hours, so many days from now."""
        self.desk.now = clerk.now
        return self.days.later(rng, least, most)

    def make(self, rng: random.Random, clerk: Clerk, errand: Errand) -> Going:
        """The visit from its plan to its record, or until it is left."""
        row = self._planned(clerk, errand)
        lead = errand.organs[0]
        if errand.until == "plan":
            return
        if errand.until == "cancel":
            yield self.later(clerk, rng, 0, 0)
            self._step(clerk, row, lead, "cancel", reason=errand.reason)
            return
        for organ in errand.organs[1:]:
            yield self.later(clerk, rng, 0, 1)
            clerk.do(visit_step, actor=self.cast.head(organ), number=row.number, step_name="agree")
        yield self.later(clerk, rng, 0, 1)
        clerk.do(visit_step, actor=self.cast.head(lead), number=row.number, step_name="approve")
        if errand.until == "approve":
            return
        if errand.written:
            yield self.later(clerk, rng, 1, 3)
            self._step(
                clerk,
                row,
                lead,
                "check_in_writing",
                visit_outcome="nothing_found",
                words=self.word(rng, "written_found"),
            )
            return
        yield self.later(clerk, rng, 0, 0)
        document = f"检通〔{clerk.now.year}〕{int(row.number[-4:]) + 100 * clerk.now.month}号"
        row = self._step(clerk, row, lead, "give_notice", document=document)
        if errand.until != "give_notice":
            yield from self._inside(rng, clerk, errand, row)

    def _planned(self, clerk: Clerk, errand: Errand) -> InspectionVisit:
        lead = errand.organs[0]
        given: Row = {"inspected": errand.subject, "visit_on": errand.on.isoformat(), "persons": self._people(errand)}
        given |= {"inspection_plans": list(errand.plans)} if errand.plans else {}
        given |= {"inspection_items": list(errand.items)} if errand.items else {}
        given |= {"cap_exception": errand.exception, "exception_reason": errand.reason} if errand.exception else {}
        return clerk.do(plan_visit, actor=self.cast.officer(lead, errand.on), given=given)

    def _people(self, errand: Errand) -> list[str]:
        return [code for organ in errand.organs for code in self.cast.pair(organ, errand.on)]

    def _step(self, clerk: Clerk, row: InspectionVisit, organ: str, name: str, **given: Any) -> InspectionVisit:
        actor = self.cast.officer(organ, row.visit_on)
        return clerk.do(visit_step, actor=actor, number=row.number, step_name=name, given=given)

    def _inside(self, rng: random.Random, clerk: Clerk, errand: Errand, row: InspectionVisit) -> Going:
        """In by the code, out again, and what was found; a violation is settled by the organ itself."""
        lead = errand.organs[0]
        yield errand.enters_at or max(self.days.on(rng, row.visit_on), clerk.now + timedelta(minutes=20))
        row = self._step(clerk, row, lead, "enter", scanned=code_text(row), certificates_shown=True)
        if errand.until == "enter":
            return
        yield clerk.now + timedelta(minutes=rng.randint(*INSIDE))
        self._step(clerk, row, lead, "leave")
        if errand.until == "leave":
            return
        yield clerk.now + timedelta(minutes=rng.randint(*WRITTEN))
        row = self._step(clerk, row, lead, "record", **self._found(rng, clerk, errand, row))
        if row.lead_number is not None and errand.until is None:
            self._open.append((clerk.now, row.lead_number))

    def settle(self, rng: random.Random, clerk: Clerk) -> Going:
        """What visits found is settled by the organ itself, a month after."""
        while self._open:
            at, number = self._open.pop(0)
            yield max(clerk.now, at + SETTLED)
            clerk.do(reject, number=number, reason=self.word(rng, "settled"))

    def _found(self, rng: random.Random, clerk: Clerk, errand: Errand, row: InspectionVisit) -> Row:
        told = {"visit_outcome": errand.outcome, "words": self.word(rng, errand.outcome)}
        if errand.outcome == VisitOutcome.PROBLEM_NO_VIOLATION:
            return told | {"guidance": self.word(rng, "guidance")}
        if errand.outcome == VisitOutcome.SERIOUS:
            document = f"报〔{clerk.now.year}〕{int(row.number[-4:]) + 20}号"
            return told | {"informed": self.cast.informed(errand.organs), "document": document}
        return told


def day_of(moment: datetime) -> date:
    """The day here."""
    return moment.astimezone(CHINA).date()
