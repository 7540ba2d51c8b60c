"""File review of the demonstration by the real verbs: drawn by the schedule, one draw discarded, sheets, faults mended or open."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from data.authority import Actor, Scope
from data.casework.file_draws import commit_files, discard_draw, draw_files, draw_on_schedule
from data.casework.file_scores import give_score, mend_fault
from data.models import FileDraw, FileScore
from data.simulate.catalogue import pools
from data.simulate.chance import chance
from data.simulate.interleave import Clerk, Going, Plan, one
from data.simulate.people import Person
from policy.errors import Refusal
from policy.file_review import OVERALL, cycles, period_of
from policy.vocabulary import OrganKind, PersonKind, Role
from policy.zone import CHINA

if TYPE_CHECKING:
    from data.simulate.case_docket import Docket

LOOK: Final = timedelta(minutes=10)  # of the schedule
MEANS_KEY: Final = "supervision.means"
REVIEWERS: Final = 3


class FileReviews:
    """Draws and sheets of a history that has begun on a day."""

    def __init__(self, docket: Docket, begun: date) -> None:
        self.docket, self.desk, self.county = docket, docket.desk, docket.county
        self.begun, self.ends_on = begun, self.desk.end.astimezone(CHINA).date()
        self.sizes: dict[str, Any] = pools()["file_reviews"]
        self.words: dict[str, list[str]] = pools()["file_review_words"]
        self.reviewers = [self._actor(person) for person in self._people()]
        self.discarded = False

    def plans(self) -> list[Plan]:
        """One course for every month that begins; none where the plan has no files reviewed, or nobody could."""
        if not self.reviewers or not self._asked():
            return []
        found: list[Plan] = []
        month = period_of("month", self.begun).next()
        while month.begins_on <= self.ends_on:
            rng = chance(self.desk.ground.seed, self.county.code, "file-review", month.name)
            at = self.docket.days.on(rng, month.begins_on)
            found.append((at, partial(self._month, rng)))
            month = month.next()
        return found

    def _asked(self) -> bool:
        """Whether the plan knows file review: by a cycle, or among its means of supervision."""
        means = self.county.profile.get(MEANS_KEY, self.ends_on)
        return bool(cycles(self.county.profile, self.ends_on)) or (means is not None and "file_review" in means.value)

    def _people(self) -> list[Person]:
        """Who reviews: people of the justice bureau, else others who handle no case."""
        people = self.desk.force.registry.people
        kinds = {row["code"]: row["kind"] for row in self.desk.made.organs}
        own = [one for one in people if kinds.get(one.organ) == OrganKind.JUSTICE.value]
        others = [one for one in people if one.kind is not PersonKind.OFFICER and not one.organ.startswith("town-")]
        return (own or others or people[-REVIEWERS:])[:REVIEWERS]

    def _actor(self, person: Person) -> Actor:
        scope = Scope(Role.SUPERVISOR, self.county.jurisdiction_id, person.organ)
        return Actor(None, person.name, (scope,), person_id=person.id)

    # draws

    def _month(self, rng: random.Random, clerk: Clerk) -> Going:
        """The schedule commits and then draws; where the plan has no cycle, a supervisor does so by hand every quarter."""
        numbers = clerk.do(draw_on_schedule)
        if not cycles(self.county.profile, clerk.now.astimezone(CHINA).date()):
            numbers = self._by_hand(clerk)
        yield clerk.now + LOOK
        if not self.discarded and numbers and clerk.now.astimezone(CHINA).date() > self.begun + timedelta(days=90):
            numbers = yield from self._again(rng, clerk, numbers)
        for number in numbers:
            row: FileDraw = clerk.find(one(FileDraw, number=number))
            if row.status == "committed":
                clerk.do(draw_files, actor=self.reviewers[0], number=number)
        for number in numbers:
            yield from self._review(rng, clerk, number)

    def _by_hand(self, clerk: Clerk) -> list[str]:
        on = clerk.now.astimezone(CHINA).date()
        quarter = period_of("quarter", on).before()
        if on.month % 3 != 1 or quarter.ends_on <= self.begun:
            return []
        try:
            return [clerk.do(commit_files, actor=self.reviewers[0], period=quarter.name).number]
        except Refusal:  # nothing was closed
            return []

    def _again(self, rng: random.Random, clerk: Clerk, numbers: list[str]) -> Any:
        """The first of them was committed wrongly: discarded with the reason, and committed anew by hand for a public number."""
        self.discarded = True
        first: FileDraw = clerk.find(one(FileDraw, number=numbers[0]))
        do = partial(clerk.do, actor=self.reviewers[0])
        do(discard_draw, number=first.number, reason=self.words["discarded"][0])
        yield clerk.now + timedelta(minutes=7)
        period = period_of(first.cycle, first.begins_on).name
        row = do(commit_files, period=period, wanted=first.wanted, beacon_name=self.words["beacon"][0])
        yield clerk.now + timedelta(hours=21)
        do(draw_files, number=row.number, beacon=" ".join(f"{rng.randint(1, 33):02d}" for _ in range(6)))
        return [row.number, *numbers[1:]]

    # sheets

    def _review(self, rng: random.Random, clerk: Clerk, number: str) -> Going:
        """A few files a day; somebody who had a part in a file leaves it to the next."""
        row: FileDraw = clerk.find(one(FileDraw, number=number))
        for place, case in enumerate(row.drawn):
            if place % self.sizes["a_day"] == 0:
                yield self._next(rng, clerk, 1)
            self._scored(rng, clerk, case, number, place)
        yield from self._mended(rng, clerk, number)

    def _next(self, rng: random.Random, clerk: Clerk, days: int) -> datetime:
        """A moment in working hours some days later."""
        return self.docket.days.on(rng, clerk.now.astimezone(CHINA).date() + timedelta(days=days))

    def _scored(self, rng: random.Random, clerk: Clerk, case: str, draw: str, place: int) -> None:
        points, kind = self._points(rng)
        told = {OVERALL: {"points": points, "ground": rng.choice(self.words[kind])}}
        due = clerk.now.astimezone(CHINA).date() + timedelta(days=self.sizes["days_to_mend"])
        faults = [{"words": rng.choice(self.words["fault"]), "due_on": due}] if kind == "poor" else []
        turned = self.reviewers[place % len(self.reviewers) :] + self.reviewers[: place % len(self.reviewers)]
        for reviewer in turned:
            try:
                clerk.do(give_score, actor=reviewer, case=case, points=told, draw=draw, faults=faults)
                return
            except Refusal as refusal:
                if refusal.code != "errors_files.had_part":
                    raise

    def _points(self, rng: random.Random) -> tuple[str, str]:
        drawn = min(98.0, max(55.0, rng.gauss(self.sizes["mean"], self.sizes["spread"])))
        points = round(drawn * 2) / 2
        kind = "good" if points >= 90 else "fair" if points >= 78 else "poor"  # how the words are chosen, no rule
        return f"{points:g}", kind

    def _mended(self, rng: random.Random, clerk: Clerk, draw: str) -> Going:
        """Most faults are mended some days later by the head of whose file it is; the others wait."""
        yield self._next(rng, clerk, self.sizes["days_to_mend"] - 4)
        for row in self._faulty(clerk, draw):
            if rng.random() < self.sizes["mended"]:
                head = self._head(row)
                clerk.do(mend_fault, actor=head, number=row.number, place=1, outcome=rng.choice(self.words["mended"]))

    def _faulty(self, clerk: Clerk, draw: str) -> list[FileScore]:
        rows: list[FileScore] = clerk.all(one(FileScore, draw_number=draw).order_by(FileScore.number))
        return [row for row in rows if row.faults]

    def _head(self, row: FileScore) -> Actor:
        """The head of the organ whose file it is."""
        by = self.docket.cast.head(row.organ_code, row.township_code, ())
        area = frozenset({row.township_code}) if row.township_code and by.role is Role.TOWNSHIP_HEAD else None
        return Actor(None, by.name, (Scope(by.role, self.county.jurisdiction_id, row.organ_code, area),))
