"""What all invented cases share: rules of a day, who is competent, when things are due, serial numbers, and the rows they leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from data.deadlines import count
from data.events import EventDraft
from data.simulate.between import Between
from data.simulate.case_blocks import Blocks
from data.simulate.case_cast import SYSTEM, By, Cast
from data.simulate.case_experts import Experts
from data.simulate.case_parties import Parties
from data.simulate.case_pictures import pictures
from data.simulate.chance import chance
from data.simulate.desk import Desk
from data.simulate.work_days import WorkDays
from policy import competence as law
from policy import deadlines as clocks
from policy.case_rules import CaseRules, rules_of
from policy.decision import Decision
from policy.errors import Refusal
from policy.items import item as catalogue_item
from policy.ladder import marks
from policy.text import Name
from policy.vocabulary import ActKind, ItemKind, OrganKind, PenaltyKind
from policy.vocabulary_case import CaseStatus
from policy.zone import CHINA

if TYPE_CHECKING:
    from data.simulate.case_file import CaseFile

Row = dict[str, Any]
BY_THE_CLOCK: Final = ("minute", "hour")
TABLES: Final = (
    "legal_expert", "party", "case_file", "case_entry", "case_review", "measure", "goods", "goods_move", "payment", "remedy", "deadline", "evidence",
    "evidence_link", "series", "number_block", "paper",
)  # fmt: skip
"""Tables of cases, in the order in which their rows may be inserted."""


PILES: Final = {
    CaseStatus.FILING_REVIEW: (5, 3), CaseStatus.LEGAL_REVIEW: (16, 3), CaseStatus.STATEMENT_HEARD: (8, 2),
    CaseStatus.DECIDED: (16, 3), CaseStatus.NOT_FILED: (30, 3), CaseStatus.NOT_PUNISHED: (45, 3),
}  # fmt: skip
"""What the offered accounts find to do: in how many last days, and how many cases."""
ANYWHERE: Final = frozenset({CaseStatus.NOT_FILED, CaseStatus.NOT_PUNISHED})
"""States so rare that they are left in every township."""


class Docket:
    """Keeps the cases of one county in fast motion."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.county = desk, desk.county
        self.cast, self.parties, self.days = Cast(desk), Parties(desk), WorkDays(desk)
        self.rng = chance(desk.ground.seed, self.county.code, "docket")
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.cases: list[CaseFile] = []
        self.of_party: dict[object, list[CaseFile]] = defaultdict(list)
        self.refused: list[Refusal] = []
        self._first = min(desk.ground.townships)
        self.between, self.blocks, self.experts = Between(self), Blocks(self), Experts(self)
        self.against = 0  # reviews that ended against the decision
        self._waiting: dict[CaseStatus, int] = {}
        self._series: dict[tuple[str, str, int], int] = {}
        self._rules: dict[date, CaseRules] = {}
        self._competence: dict[date, law.CompetenceRules] = {}
        self._due: dict[tuple[str, date], clocks.Deadline | None] = {}
        self._delegated = self._by_place()
        self._items: dict[str, law.ItemFacts] = {}
        self._pictures = pictures()
        self._files: dict[object, list[Row]] = defaultdict(list)

    def go(self, course: Generator[datetime, None, Any]) -> Generator[datetime, None, Any]:
        """A course that stands still where the rules refuse its next step; what was refused is kept to be looked at."""
        try:
            return (yield from course)
        except Refusal as why:
            self.refused.append(why)
            return False

    def waits(self, case: CaseFile) -> bool:
        """Whether a case is left to people at the end: some in the first township, where the accounts are that are offered."""
        stage, organ = case.status, f"town-{self._first}"
        pile = PILES.get(stage) if stage is not None else None
        if stage is None or pile is None or self.desk.end - self.desk.now >= timedelta(days=pile[0]):
            return False
        if stage not in ANYWHERE and case.row["organ_code"] != organ:
            return False
        found = self._waiting.get(stage, 0)
        self._waiting[stage] = found + 1
        return found < pile[1]

    def near_end(self) -> bool:
        """Whether it is the last fortnight."""
        return self.desk.end - self.desk.now < timedelta(days=14)

    def lately(self, case: CaseFile, days: int) -> bool:
        """Whether it is the last so many days, in the first township."""
        return self.desk.end - self.desk.now < timedelta(days=days) and case.row["township_code"] == self._first

    # rules

    def today(self) -> date:
        """The day here."""
        return self.desk.now.astimezone(CHINA).date()

    def rules(self) -> CaseRules:
        """The course of a case as the profile has it today."""
        on = self.today()
        if on not in self._rules:
            self._rules[on] = rules_of(self.county.profile, on)
        return self._rules[on]

    def due(self, kind: str, begun_at: datetime) -> clocks.Deadline | None:
        """A deadline as it is counted; None where the profile is silent."""
        key = (kind, begun_at.astimezone(CHINA).date())
        if key not in self._due:
            found = count(self.county, kind, begun_at)
            if found is not None and found.spec.unit in BY_THE_CLOCK:
                return found
            self._due[key] = found
        return self._due[key]

    def first_mark(self, row: Row) -> datetime | None:
        """When somebody is first to be told that a deadline nears."""
        if row["sense"] != "latest" or row["done_at"] is not None or row["ended_at"] is not None:
            return None
        ladder = marks(row["begun_at"], row["due_at"], self.county.profile, row["begun_at"].astimezone(CHINA).date())
        return next((mark.when for mark in ladder), None)

    # competence

    def _by_place(self) -> Mapping[tuple[str, str], list[law.DelegationFacts]]:
        codes = {row["id"]: code for code, row in self.desk.items.items()}
        found: dict[tuple[str, str], list[law.DelegationFacts]] = defaultdict(list)
        for row in self.desk.made.delegations:
            code, township = codes[row["item_id"]], row["township_code"]
            found[code, township].append(
                law.DelegationFacts(
                    code, township, ItemKind(row["kind"]), row["valid_from"], row["valid_to"], row["entrusting_organ"],
                    row["clause"],
                )
            )  # fmt: skip
        return found

    def _item(self, row: Row) -> law.ItemFacts:
        if row["code"] not in self._items:
            field = next((one.name for one in self.desk.made.fields if one.code == row["domain"]), "")
            known = catalogue_item(row["basis"]["catalogue"])
            self._items[row["code"]] = law.ItemFacts(
                row["code"], row["name"], row["domain"], row["enforcing_body"], row["department"] or "",
                row["published_on"], field, known, row["name_en"] or "",
            )  # fmt: skip
        return self._items[row["code"]]

    def _organs(self) -> law.CompetenceRules:
        on = self.today()
        if on not in self._competence:
            organs = self.desk.made.organs
            self._competence[on] = replace(
                law.rules_of(self.county.profile, on),
                organ_names={row["code"]: Name(row["name"], row["name_en"]) for row in organs},
                organ_kinds={row["code"]: OrganKind(row["kind"]) for row in organs},
            )
        return self._competence[on]

    def competent(
        self,
        item: Row,
        township: str,
        act: ActKind = ActKind.PENALISE,
        penalties: Collection[PenaltyKind] = (),
        filed: date | None = None,
    ) -> law.Competence:
        """The organ competent for an item in a township today."""
        place = law.TownshipFacts(township, f"town-{township}", self.county.name_of(township))
        held = self._delegated.get((item["code"], township), ())
        asked, rules = law.CaseFacts(filed_on=filed), self._organs()
        return law.competent(
            self._item(item), place, self.today(), act, penalties, delegations=held, rules=rules, case=asked
        )

    def covers(
        self, case: Row, item: Row, act: ActKind, penalties: Collection[PenaltyKind], filed: date | None
    ) -> Decision:
        """Whether the organ of the case is competent for the act now."""
        found = self.competent(item, case["township_code"], act, penalties, filed)
        return law.covers(found, case["organ_code"], (case["township_code"],))

    # numbers and rows

    def serial(self, organ: str, series: str, count: int = 1) -> tuple[int, int]:
        """Year and last of the next `count` numbers of an organ's series, without gaps."""
        year = self.today().year
        self._series[organ, series, year] = last = self._series.get((organ, series, year), 0) + count
        return year, last

    def add(self, table: str, **columns: Any) -> Row:
        """One more row of a table."""
        row = {"id": self.desk.key(), "jurisdiction_id": self.county.jurisdiction_id, **columns}
        self.rows[table].append(row)
        return row

    def tell(
        self, matter: str, row: Row, verb: str, by: By, before: str | None, facts: Row, clause: str | None
    ) -> None:
        """The event of a step, after which the matter is as its row says."""
        after = None if verb.endswith("_deadline") else row["status"]
        self.desk.events.append(
            EventDraft(
                self.desk.now, matter, row["id"], verb, by.role.value, None, by.organ, by.certificate, row["number"],
                before, after, facts, clause, self.county.profile.digest,
            )
        )  # fmt: skip

    # deadlines

    def start(
        self, matter_row: Row, matter: str, kind: str, organ: str, about: str = "", begun: datetime | None = None
    ) -> Row | None:
        """Let a deadline of a matter run from now; None where the profile is silent."""
        begun = begun or self.desk.now
        counted = self.due(kind, begun)
        if counted is None:
            return None
        row = self.add(
            "deadline", matter=matter, matter_id=matter_row["id"], matter_number=matter_row["number"], about=about,
            township_code=matter_row["township_code"], organ_code=organ, kind=kind, whose=counted.spec.whose,
            sense=counted.spec.sense, begun_at=begun, due_at=counted.due_at, provisional=counted.provisional, extended=0,
            pauses=[], clause=counted.clause, calendar=self.county.calendar.digest, profile=self.county.profile.digest,
            reminded=0, remind_at=None, done_at=None, ended_at=None, begun_by=None, version=1,
        )  # fmt: skip
        self.told(row, "start", begun=begun, due=counted.due_at, provisional=counted.provisional)
        row["begun_by"] = len(self.desk.events)
        return row

    def over(self, row: Row, column: str, what: str) -> None:
        """A deadline is met or matters no more."""
        now = self.desk.now
        row[column], row["version"] = now, row["version"] + 1
        if what == "meet":
            self.told(row, what, done=now, due=row["due_at"], late=row["sense"] == "latest" and now > row["due_at"])
        else:
            self.told(row, what, due=row["due_at"])

    def prolong(self, row: Row) -> None:
        """A deadline prolonged as its rule allows."""
        counted = count(self.county, row["kind"], row["begun_at"], extended=True)
        if counted is None:
            return
        before, row["due_at"], row["provisional"] = row["due_at"], counted.due_at, counted.provisional
        row |= {"extended": 1, "version": row["version"] + 1}
        self.told(row, "extend", before=before, due=row["due_at"])

    def told(self, row: Row, what: str, **facts: Any) -> None:
        """The event of what happened to a deadline, in the chain of its matter."""
        plain = {n: f.astimezone(CHINA).isoformat() if isinstance(f, datetime) else f for n, f in facts.items()}
        about = {"deadline": str(row["id"]), "kind": row["kind"], "calendar": row["calendar"]}
        about |= {"about": row["about"]} if row["about"] else {}
        matter = {"id": row["matter_id"], "number": row["matter_number"]}
        self.tell(row["matter"], matter, f"{what}_deadline", SYSTEM, None, about | plain, row["clause"])

    def photograph(self, lead: Row, task: Row) -> None:
        """What the team photographed: one or two files put to the lead, each with its event."""
        known = self._files[lead["id"]]
        if known:
            return
        known += [self._photographed(lead, task, n) for n in range(1 if self.rng.random() < 0.6 else 2)]

    def _photographed(self, lead: Row, task: Row, number: int) -> Row:
        desk, picture = self.desk, self._pictures[(self.rng.randrange(9) * 2 + number) % len(self._pictures)]
        lon, lat = lead["_point"]
        row = self.add(
            "evidence", matter_kind="lead", matter_id=lead["id"], matter_number=lead["number"], sha256=picture.sha256,
            media_type="image/png", kind="photograph", size=len(picture.data), name=picture.name, note=None,
            taken_at=task["arrived_at"], received_at=desk.now, lon=lon, lat=lat, width=480, height=360, claimed_at=None,
            claimed_lon=None, claimed_lat=None, organ_code=desk.organ_of(task), account_id=None,
        )  # fmt: skip
        told = {"evidence": str(row["id"]), "sha256": picture.sha256, "kind": "photograph", "size": len(picture.data)}
        desk.events.append(
            EventDraft(
                desk.now, "lead", lead["id"], "add_evidence", "officer", None, desk.organ_of(task),
                task.get("_certificate"), lead["number"], lead["status"], lead["status"], told, "PL 46",
                self.county.profile.digest,
            )
        )  # fmt: skip
        return row

    def unpunished(self, lead: Row) -> Callable[[Row], bool]:
        """Asks of a party whether no fine for the act of the lead stands against it (PL 29)."""
        item, act = lead["_item"]["id"], lead["occurred_at"].astimezone(CHINA).date()
        return lambda party: not any(c.row["item_id"] == item and c.fined(act) for c in self.of_party[party["id"]])

    def files(self, lead: Row) -> list[Row]:
        """Evidence put to a lead."""
        return self._files[lead["id"]]

    def link(self, case: CaseFile) -> int:
        """Let a new case use every file of its lead (X9); gives how many."""
        files = self.files(case.lead)
        for row in files:
            self.add(
                "evidence_link", evidence_id=row["id"], matter_kind="case", matter_id=case.row["id"], at=self.desk.now,
                account_id=None,
            )  # fmt: skip
        return len(files)

    def tables(self) -> dict[str, list[Row]]:
        """Rows of every table, once the cases are as the demonstration leaves them."""
        self.rows["party"] = self.parties.rows
        self.rows["case_file"] = [case.finished() for case in self.cases]
        place = self.county.jurisdiction_id
        self.rows["series"] = [
            {"jurisdiction_id": place, "organ_code": organ, "word": word, "year": year, "last": last}
            for (organ, word, year), last in self._series.items()
        ]
        for row in self.rows["deadline"]:
            row["remind_at"] = self.first_mark(row)
        return {name: self.rows[name] for name in TABLES}
