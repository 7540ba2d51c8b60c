"""Evidence preserved and things sealed in an invented case, with their clocks: handled in time, too late, prolonged, released."""

from __future__ import annotations

from typing import Any

from data.simulate.case_work import CaseWork
from data.simulate.catalogue import pools
from data.simulate.chance import among
from data.simulate.desk import Course
from policy.vocabulary import Verb


class Holding(CaseWork):
    """What is held in a case ends in a course of its own beside it."""

    def held(self) -> Course:
        """Preserve evidence or seal a place, now and then."""
        if self.happens("preserved"):
            handler = yield from self.handlers()
            self.case.take(Verb.PRESERVE, handler, goods=self.listed(), head_approved=True)
            self.docket.desk.start(self.docket.go(self.preserved()), self.docket.desk.now)
        elif self.happens("sealed"):
            yield from self.seal()

    def listed(self) -> tuple[dict[str, str], ...]:
        """A list of one to three things that go with the item."""
        words: dict[str, Any] = pools()["case_words"]
        item: str = self.lead["_item"]["name"]
        fitting = (each["goods"] for each in words["goods_of"] if any(word in item for word in each["words"]))
        pool = next(fitting, words["goods"])
        things = self.rng.sample(pool, self.rng.randint(1, min(3, len(pool))))
        place = among(self.rng, words["places"])
        return tuple({"name": name, "quantity": count, "condition": "完好", "place": place} for name, count in things)

    def preserved(self) -> Course:
        """Dealt with within its days, or given back late."""
        late = self.happens("preserved_late")
        yield self.office(12, 30) if late else self.office(2, 8)
        handler = yield from self.handlers()
        released = late or self.rng.random() < 0.6
        words = self.word("given_back" if released else "preserved")
        self.case.take(Verb.HANDLE_PRESERVED, handler, words=words, released=released)

    def seal(self) -> Course:
        """Sealed with approval, or at once and reported after."""
        urgent = self.happens("sealed_urgently")
        handler = yield from self.handlers()
        given = {"goods": self.listed(), "head_approved": not urgent, "urgent": urgent}
        if not self.case.may(Verb.SEAL, handler, **given).allowed:
            return
        self.case.take(Verb.SEAL, handler, **given)
        self.docket.desk.start(self.docket.go(self.sealed(urgent)), self.docket.desk.now)

    def sealed(self, urgent: bool) -> Course:
        """Reported where it was urgent, prolonged or not, released."""
        if urgent:
            yield self.office(0, 1)
            self.case.take(Verb.REPORT_COMPULSION, (yield from self.handlers()), reason=self.word("urgent"))
        yield self.office(8, 26)
        if (
            self.happens("sealing_extended")
            and self.case.may(Verb.EXTEND_SEALING, self.case.head(), reason="—").allowed
        ):
            self.case.take(Verb.EXTEND_SEALING, self.case.head(), reason=self.word("extended"))
            yield self.office(12, 36)
        handler = yield from self.handlers()
        self.case.take(Verb.RELEASE_SEALING, handler, words=self.word("released"), released=True)
