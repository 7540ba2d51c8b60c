"""Who is asked from outside in invented reviews: experts of the pool where the plan has one, another organ where two review."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from data.simulate.catalogue import pools
from data.simulate.chance import among, chance
from data.simulate.names import invented_name, invented_phone
from policy.guards_review import POOL, TOGETHER
from policy.vocabulary import OrganKind
from policy.zone import CHINA

if TYPE_CHECKING:
    from data.simulate.case_docket import Docket
    from data.simulate.case_file import CaseFile

Row = dict[str, Any]
_TERM: Final = timedelta(days=3 * 365)


class Experts:
    """The pool of one county, and whom a review may ask."""

    def __init__(self, docket: Docket) -> None:
        self.docket = docket
        self.rng = chance(docket.desk.ground.seed, docket.county.code, "experts")
        on = docket.desk.end.astimezone(CHINA).date()
        found = docket.county.profile.get("review.outside", on)
        self.ways: tuple[str, ...] = tuple(found.value) if found is not None else ()
        self.pool = (
            [self._expert(number, on) for number in range(1, pools()["experts"]["count"] + 1)]
            if POOL in self.ways
            else []
        )
        self._partner = next((row for row in docket.desk.made.organs if row["kind"] == OrganKind.BUREAU), None)

    def _expert(self, number: int, on: date) -> Row:
        """Appointed for three years; some of the terms end within the year."""
        words, begun = pools()["experts"], on - timedelta(days=self.rng.randrange(200, 1400))
        return self.docket.add(
            "legal_expert", code=f"Z{number:02d}", name=invented_name(self.rng),
            organisation=among(self.rng, words["organisations"]), phone=invented_phone(self.rng),
            fields=sorted(self.rng.sample(words["fields"], self.rng.randrange(0, 3))), valid_from=begun,
            valid_to=begun + _TERM, person_id=None, avoids=[], version=1,
        )  # fmt: skip

    def ask(self, case: CaseFile) -> Row | None:
        """Whom a review asks: in which way, with what is known of it; None where the plan has no way or nobody is free."""
        if self.pool:
            return self._of_the_pool()
        way, organ = next((one for one in self.ways if one in TOGETHER), None), self._partner
        if way is None or organ is None or organ["code"] == case.row["organ_code"]:
            return None
        return {"outside": way, "expert": organ["code"], "partner": organ["code"], "_called": organ["name"]}

    def _of_the_pool(self) -> Row | None:
        on = self.docket.today()
        free = [row for row in self.pool if row["valid_from"] <= on <= row["valid_to"]]
        if not free:
            return None
        row = among(self.rng, free)
        term = (row["valid_from"], row["valid_to"])
        called = {"_called": f"{row['name']}（{row['organisation']}）", "_id": row["id"]}
        return {"outside": POOL, "expert": row["code"], "in_pool": True, "term": term} | called
