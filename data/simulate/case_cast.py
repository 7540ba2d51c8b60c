"""Who takes which step of an invented case: handlers with valid certificates, heads, reviewers, cashiers, departments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from data.simulate.desk import Desk
from data.simulate.people import Person, begin_of
from data.simulate.squads import Squad
from policy.eligibility import OfficerFacts
from policy.vocabulary import PersonKind, Role
from policy.zone import CHINA

Row = dict[str, Any]
BUREAU: Final = "bureau"


@dataclass(frozen=True, slots=True)
class By:
    """Who takes a step: in which role, for which organ, with which certificate."""

    role: Role
    id: str
    name: str
    organ: str | None
    certificate: str | None = None
    qualified: bool = False


SYSTEM: Final = By(Role.SYSTEM, "", "system", None)


class Cast:
    """Everybody of the county who has a part in a case."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        people = desk.force.registry.people
        self._of: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            self._of[person.organ].append(person)
        self._lawyers = [person for person in people if person.law_qualified]
        self._squads = {squad.id: squad for squad in desk.force.squads}
        self._facts: dict[tuple[object, bool], OfficerFacts] = {}
        self._organs = {row["code"]: row for row in desk.made.organs}

    # handlers

    def squad(self, task: Row) -> Squad:
        """The team that was sent."""
        return self._squads[task["team_id"]]

    def pair(self, squad: Squad, at: datetime, first: Sequence[str] = ()) -> tuple[Person, ...]:
        """Two of the team who may enforce at a moment, those named `first` before the others; fewer where there are none."""
        day = at.astimezone(CHINA).date()
        members = [member.person for member in squad.members if member.since <= day <= member.until]
        fit = [p for p in members if p.kind is PersonKind.OFFICER and p.fit(day)]
        wanted = [p for p in fit if str(p.id) in first]
        lasting = sorted((p for p in fit if p not in wanted), key=lambda p: p.certified_to < day + timedelta(days=200))
        return tuple((wanted + lasting)[:2])

    def facts(self, people: Iterable[Person], at: datetime) -> tuple[OfficerFacts, ...]:
        """Those people as the rules see them at a moment."""
        day = at.astimezone(CHINA).date()
        return tuple(self._officer(p, bool(p.suspended and p.suspended[0] <= day <= p.suspended[1])) for p in people)

    def _officer(self, person: Person, held: bool) -> OfficerFacts:
        known = self._facts.get((person.id, held))
        if known is None:
            ends = begin_of(person.certified_to + timedelta(days=1)) - timedelta(seconds=1)
            known = self._facts[person.id, held] = OfficerFacts(
                person_id=str(person.id), name=person.name, kind=person.kind, certificate_no=person.certificate,
                certificate_valid_from=begin_of(person.certified_from), certificate_valid_to=ends, suspended=held,
                home_organ_code=person.organ, domains=frozenset(person.fields), on_shift=True,
            )  # fmt: skip
        return known

    def handler(self, people: Sequence[Person]) -> By:
        """The first of the handlers, who signs for both."""
        first = people[0]
        return By(Role.OFFICER, str(first.id), first.name, first.organ, first.certificate)

    # the others

    def head(self, organ: str, township: str | None, besides: Collection[str]) -> By:
        """The head of the organ; somebody of it who handles nothing of the case where none is known."""
        own = self.desk.force.heads.get(township or "") if organ.startswith("town-") else None
        role = Role.TOWNSHIP_HEAD if organ.startswith("town-") else Role.DEPARTMENT
        return self._someone(role, organ, [own] if own else self._of[organ], besides)

    def reviewer(self, organ: str, besides: Collection[str], number: int) -> By:
        """Somebody qualified in law who neither handles nor decides: of the organ, else of any."""
        own = [p for p in self._lawyers if p.organ == organ]
        found = [p for p in (own or self._lawyers) if str(p.id) not in besides] or self._lawyers
        turned = found[number % max(1, len(found)) :] + found[: number % max(1, len(found))]
        return replace(self._someone(Role.LEGAL_REVIEWER, organ, turned, besides), qualified=True)

    def cashier(self, besides: Collection[str]) -> By:
        """Finance: one of the bureau's office."""
        return self._office(Role.FINANCE, besides)

    def finder(self, department: str | None, besides: Collection[str]) -> By:
        """The competent department."""
        return replace(self._office(Role.DEPARTMENT, besides), organ=department)

    def presider(self, besides: Collection[str], number: int) -> By:
        """Who presides over a hearing: one qualified in law who did not investigate."""
        return self.reviewer(BUREAU, besides, number)

    def captain(self, squad: Squad, besides: Collection[str]) -> By:
        """The head of the team, or whoever stands in."""
        return self._someone(Role.SQUADRON_HEAD, squad.organ, [m.person for m in squad.members[:3]], besides)

    def _office(self, role: Role, besides: Collection[str]) -> By:
        return self._someone(role, BUREAU, self._of[BUREAU][6:30], besides)

    def _someone(self, role: Role, organ: str, people: Iterable[Person], besides: Collection[str]) -> By:
        free = next((p for p in people if str(p.id) not in besides), None)
        if free is None:
            row = self._organs.get(organ) or self._organs[BUREAU]
            return By(role, str(row["id"]), row["name"], organ)
        return By(role, str(free.id), free.name, organ, free.certificate)
