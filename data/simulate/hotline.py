"""Invented orders of 12345: number and time as they come, the answer when the matter is over or the time is, the call-back (D2)."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from data.simulate.chance import chance
from policy.text import say
from policy.vocabulary import LeadSource, LeadStatus, Outcome, Role, Urgency
from policy.vocabulary_between import Callback, PassingStep
from policy.zone import CHINA

if TYPE_CHECKING:
    from data.simulate.desk import Course, Desk

Row = dict[str, Any]
DAYS: Final = {Urgency.NORMAL: (3, 5, 5, 7), Urgency.URGENT: (1, 2), Urgency.EMERGENCY: (1,)}
"""Working days an order gives, as orders differ; invented, like the orders."""
LATE, NEVER, ORDERLESS = 0.03, 0.01, 0.02  # answered after the time; not answered; told by telephone, without an order
ENDED: Final = frozenset(
    {LeadStatus.RESOLVED, LeadStatus.EVALUATED, LeadStatus.ARCHIVED, LeadStatus.REJECTED, LeadStatus.DUPLICATE, LeadStatus.TRANSFERRED}
)  # fmt: skip
FOUND: Final = ((Callback.SATISFIED, 74), (Callback.PARTLY, 10), (Callback.NOT_SATISFIED, 8), (Callback.NOT_REACHED, 8))
CALLED_BACK: Final = 0.7
_SPOKEN: Final = (Outcome.NOTHING_FOUND, Outcome.GUIDANCE, Outcome.ORDERED_CORRECTION, Outcome.SIMPLE_PENALTY)
OFFICE: Final = (time(8, 30), time(17, 30))


def order(rng: random.Random, source: str, urgency: str, now: datetime) -> Row:
    """Number and time of the order a lead came with; empty for what did not come by 12345."""
    if source != LeadSource.HOTLINE_12345 or rng.random() < ORDERLESS:
        return {}
    day = now.astimezone(CHINA)
    due = _workday(day, rng.choice(DAYS[Urgency(urgency)]))
    return {
        "external_number": f"12345-{day:%Y%m%d}-{rng.randrange(100_000):05d}",
        "hotline_due_at": datetime.combine(due, OFFICE[1], CHINA).astimezone(now.tzinfo),
    }


def reply_words(status: str, outcome: str | None) -> str:
    """What is answered, by where the lead stands and what came of it."""
    if status in (LeadStatus.REJECTED, LeadStatus.DUPLICATE, LeadStatus.TRANSFERRED):
        return say(f"simulate.reply.{status}", "zh")
    known = outcome if outcome in (*_SPOKEN, Outcome.PROPOSE_CASE) else "done"
    return say(f"simulate.reply.{known if status in ENDED or known == Outcome.PROPOSE_CASE else 'in_hand'}", "zh")


def found(rng: random.Random) -> Callback:
    """What a call-back finds."""
    return rng.choices([one for one, _ in FOUND], [weight for _, weight in FOUND])[0]


class Hotline:
    """Answers the order of one lead and hears the call-back, beside the lead's own course."""

    def __init__(self, desk: Desk, lead: Row) -> None:
        self.desk, self.lead = desk, lead
        self.rng = chance(desk.ground.seed, lead["number"], "12345")

    def steps(self) -> Course:
        """From the first look at the order to its last call-back."""
        drawn = self.rng.random()
        if drawn < NEVER:
            return
        late = timedelta(hours=self.rng.uniform(2, 40)) if drawn < NEVER + LATE else None
        yield from self.concluded(late)
        self.reply()
        while self.rng.random() < CALLED_BACK:
            yield self.at_work(1, 4)
            result = self.call_back()
            if result is not Callback.NOT_SATISFIED:
                return
            yield self.at_work(1, 3)
            self.reply()

    def concluded(self, late: timedelta | None) -> Course:
        """Until the matter is over or the last working hours of the order have come; `late`: past its end."""
        if late is not None:
            yield self.lead["hotline_due_at"] + late
            return
        last = self.lead["hotline_due_at"] - timedelta(minutes=self.rng.randrange(15, 400))
        while self.desk.now < last and self.lead["status"] not in ENDED:
            yield min(max(last, self.desk.now), self.at_work(0, 1))

    def at_work(self, first: int, last: int) -> datetime:
        """A moment of office hours, so many working days on, and not before now."""
        day = self.desk.now.astimezone(CHINA)
        at = datetime.combine(_workday(day, self.rng.randint(first, last)), OFFICE[0], CHINA)
        at += timedelta(minutes=self.rng.randrange(9 * 60))
        return max(at.astimezone(self.desk.now.tzinfo), self.desk.now + timedelta(minutes=20))

    def reply(self) -> None:
        """The answer goes back."""
        lead, due = self.lead, self.lead["hotline_due_at"]
        lead["reply"], lead["replied_at"] = reply_words(lead["status"], lead["outcome"]), self.desk.now
        told = {"external": lead["external_number"], "late": self.desk.now > due, "due": due.isoformat()}
        self.desk.step(lead, PassingStep.REPLY_HOTLINE, None, Role.DISPATCHER, told)

    def call_back(self) -> Callback:
        """12345 asks whoever called."""
        result = found(self.rng)
        self.lead["callback"], self.lead["called_back_at"] = result.value, self.desk.now
        self.desk.step(self.lead, PassingStep.RECORD_CALLBACK, None, Role.DISPATCHER, {"found": result.value})
        return result


def _workday(moment: datetime, later: int) -> date:
    """The day so many Mondays to Fridays later."""
    day = moment.date()
    while later > 0 or day.weekday() >= 5:
        day += timedelta(days=1)
        later -= day.weekday() < 5
    return day
