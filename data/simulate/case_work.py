"""What every course of an invented case uses: chance of its own, words, moments in office hours, people who may act."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from data.simulate.case_cast import By
from data.simulate.case_docket import Docket
from data.simulate.case_file import CaseFile
from data.simulate.catalogue import pools
from data.simulate.chance import among, chance
from policy.vocabulary import Verb

Row = dict[str, Any]
Going = Generator[datetime, None, bool]
"""Yields moments; gives whether the case goes on."""
LEAST_OFFICERS: Final = 2


class CaseWork:
    """What every course of a case uses: chance of its own, words, moments, people."""

    def __init__(self, docket: Docket, lead: Row, task: Row) -> None:
        self.docket, self.lead, self.task = docket, lead, task
        self.rng = chance(docket.desk.ground.seed, docket.county.code, "case", task["number"])
        self.shares: Mapping[str, Any] = pools()["cases"]
        self.case: CaseFile

    def happens(self, name: str) -> bool:
        """Whether something comes about, as often as the demonstration says."""
        share: float = self.shares[name]
        return self.rng.random() < share

    def word(self, name: str) -> str:
        """Words of a kind."""
        said: str = among(self.rng, pools()["case_words"][name])
        return said

    def office(self, least: int, most: int) -> datetime:
        """A moment in office hours, so many days from now."""
        return self.docket.days.later(self.rng, least, most)

    def after(self, moment: datetime) -> datetime:
        """A moment in office hours, soon after another."""
        return self.docket.days.after(self.rng, moment + timedelta(minutes=1))

    def leaf(self) -> int:
        """The cell of the act."""
        leaf: int = self.lead["_leaf"]
        return leaf

    def left(self) -> Generator[datetime, None, None]:
        """Left to people where they are to find it so: the course then rests beyond the end."""
        if self.docket.waits(self.case):
            yield self.docket.desk.end + timedelta(days=1)

    # who

    def handlers(self) -> Generator[datetime, None, By]:
        """The handlers, once two of them may act: others are named before the decision, waited for after it."""
        while len(self._fit()) < LEAST_OFFICERS:
            fresh = self.docket.cast.pair(self.case.squad, self.docket.desk.now, [str(p.id) for p in self._fit()])
            if len(fresh) < LEAST_OFFICERS or self.case.row["decided_at"] is not None:
                yield self.office(6, 9)
                continue
            self.case.officers = fresh
            self.case.take(Verb.ASSIGN_OFFICERS, self.case.head(), persons=tuple(str(p.id) for p in fresh))
        return self.case.handler()

    def _fit(self) -> list[Any]:
        day = self.docket.today()
        return [person for person in self.case.officers if person.fit(day)]

    def reviewer(self) -> By:
        """Who reviews: neither handles nor decides."""
        besides = self.case.handlers | {self.case.head().id}
        return self.docket.cast.reviewer(self.case.row["organ_code"], besides, len(self.case.row["number"]))
