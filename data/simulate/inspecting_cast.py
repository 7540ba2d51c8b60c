"""Who inspects in the demonstration, for what, and whom: organs with published items, their heads and officers, enterprises."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from data.authority import Actor, Scope
from data.casework.inspection_steps import INSPECTING
from data.simulate.case_cast import By
from data.simulate.case_parties import firm, graded, invented_credit_code
from data.simulate.catalogue import pools
from data.simulate.chance import chance
from data.simulate.people import Person
from policy.vocabulary import OrganKind, PersonKind, Role

if TYPE_CHECKING:
    from data.simulate.case_docket import Docket

Row = dict[str, Any]
PAIR: Final = 2
TERM: Final = timedelta(days=60)  # for which a certificate is to last when a visit is planned
MOST_ITEMS: Final = 3


class InspectingCast:
    """Organs that may inspect, and who acts for them."""

    def __init__(self, docket: Docket) -> None:
        self.docket, self.desk = docket, docket.desk
        self.place = docket.county.jurisdiction_id
        self._officers: dict[str, list[Person]] = defaultdict(list)
        for person in self.desk.force.registry.people:
            if person.kind is PersonKind.OFFICER:
                self._officers[person.organ].append(person)
        self._items = self._published()
        kinds = {row["code"]: OrganKind(row["kind"]) for row in self.desk.made.organs}
        able = [code for code, kind in kinds.items() if kind in INSPECTING and self._able(code)]
        self.towns = [code for code in able if kinds[code] is OrganKind.TOWNSHIP]
        self.departments: list[str] = [code for code in able if kinds[code] is not OrganKind.TOWNSHIP]

    def _published(self) -> dict[str, list[str]]:
        """Codes of published items by organ: its own, and those a township has taken on."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.desk.made.items:
            if row["published_on"] is not None:
                found[row["enforcing_body"]].append(row["code"])
        for code, township in sorted(self.desk.made.delegated):
            found[f"town-{township}"].append(code)
        return found

    def _able(self, organ: str) -> bool:
        return bool(self._items[organ]) and len(self._officers[organ]) > PAIR

    def items(self, organ: str, number: int) -> list[str]:
        """A few of an organ's items, others each time."""
        known = self._items[organ]
        return [known[(number * MOST_ITEMS + place) % len(known)] for place in range(min(MOST_ITEMS, len(known)))]

    def pair(self, organ: str, on: date) -> list[str]:
        """Staff numbers of two officers whose certificates last; others on another day."""
        fit = [
            one for one in self._officers[organ] if one.fit(on) and one.certified_to > on + TERM and not one.suspended
        ]
        turn = on.toordinal() % max(1, len(fit))
        return [one.code for one in (fit[turn:] + fit[:turn])[:PAIR]]

    # who acts

    def head(self, organ: str) -> Actor:
        """The head of an organ."""
        return self._acting(self.docket.cast.head(organ, township_of(organ), ()))

    def officer(self, organ: str, on: date) -> Actor:
        """The first of the pair that goes on a day; the head where nobody is fit."""
        code = next(iter(self.pair(organ, on)), None)
        person = next((one for one in self._officers[organ] if one.code == code), None)
        if person is None:
            return self.head(organ)
        return self._acting(By(Role.OFFICER, str(person.id), person.name, organ))

    def government(self) -> Actor:
        """Who enters what the county government has decided."""
        organ = next(row for row in self.desk.made.organs if row["kind"] == OrganKind.GOVERNMENT.value)
        return Actor(None, organ["name"], (Scope(Role.COUNTY_OFFICE, self.place, organ["code"]),))

    def _acting(self, by: By) -> Actor:
        town = township_of(by.organ or "")
        area = frozenset({town}) if town else None
        return Actor(None, by.name, (Scope(by.role, self.place, by.organ, area),), person_id=UUID(by.id))

    def informed(self, besides: tuple[str, ...]) -> str:
        """The organ of the trade that is told of a serious finding."""
        found = [code for code in self.departments if code not in besides]
        return (found or self.departments)[0]

    # whom

    def enterprises(self, organ: str) -> list[Row]:
        """What is told when the enterprises of a town are registered."""
        town, sizes = township_of(organ) or "", pools()["inspections"]
        rng = chance(self.desk.ground.seed, self.docket.county.code, "enterprises", organ)
        cells = [
            leaf.code
            for leaf, of in zip(self.desk.ground.leaves, self.desk.ground.township_of, strict=True)
            if of == town
        ]
        short, found = self.docket.county.name_of(town)[:2], []
        for _ in range(sizes["enterprises"]):
            brand, trade, kind = firm(rng)
            code = invented_credit_code(rng)
            told = {"name": f"{short}{brand}{kind}", "credit_code": code, "cell": rng.choice(cells), "trade": trade}
            found.append(told | graded(self.desk.ground.seed, code))
        return found


def township_of(organ: str) -> str | None:
    """The township a town's organ acts for; None for one of the county."""
    return organ.removeprefix("town-") if organ.startswith("town-") else None
