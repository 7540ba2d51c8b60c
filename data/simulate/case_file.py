"""One invented case: every step goes through the pure rules, then leaves its rows, its deadlines and its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from data.casework.case_memory import remember
from data.casework.cases import _COLUMNS, _MOMENTS
from data.simulate.case_cast import By
from data.simulate.case_docket import Docket
from data.simulate.case_rows import leave
from data.simulate.people import Person
from policy.case_facts import OVERTURNED, CaseFacts, appeal_end, review_due
from policy.case_learning import learn, told
from policy.courses.case_clauses import clause_of
from policy.courses.case_clocks import GOES_ON, clocks_of
from policy.decision import Decision
from policy.lifecycle import advance, next_state, why_not
from policy.review import missing
from policy.vocabulary import ActKind, ItemKind, MatterKind, Verb
from policy.vocabulary_case import CaseStatus, PartyKind, Procedure
from policy.zone import CHINA

Row = dict[str, Any]
Given = dict[str, Any]
_JUDGED: Final = frozenset(
    {Verb.SUBMIT_FILING, Verb.APPROVE_FILING, Verb.DECIDE, Verb.NOT_PUNISH, Verb.DECIDE_ON_SPOT, Verb.SEAL}
)
"""Steps whose guards ask who is competent."""
_PAYING: Final = frozenset({Verb.RECORD_PAYMENT, Verb.COLLECT_CASH})
_DECIDING: Final = frozenset({Verb.DECIDE, Verb.NOT_PUNISH})
_BLANKS: Final = (
    "filed_at", "reviewed_at", "noticed_at", "hearing_at", "decided_at", "served_at", "paid_at", "closed_at",
    "archived_at", "published_at", "withdrawn_at", "review_required", "fine", "confiscated", "grade", "ground",
    "decision_number", "decided_by_id", "archive_number", "remedy", "act_ended_on",
)  # fmt: skip


class CaseFile:
    """A case with what is known of it, who handles it and which of its deadlines run."""

    def __init__(self, docket: Docket, lead: Row, task: Row, party: Row | None, procedure: Procedure) -> None:
        self.docket, self.lead, self.task, self.party, self.item = docket, lead, task, party, lead["_item"]
        self.status: CaseStatus | None = None
        self.deadlines: dict[tuple[str, str], Row] = {}
        self.due: dict[str, datetime] = {}
        self.measures: list[Row] = []
        self.goods: dict[object, list[Row]] = {}
        self.remedies: list[Row] = []
        self.reviews: list[Row] = []
        self.squad = docket.cast.squad(task)
        self.officers: tuple[Person, ...] = docket.cast.pair(self.squad, docket.desk.now, task["officer_ids"])
        self.evidence = len(docket.files(lead))
        self.row = self._row(procedure)
        self.facts = self._facts(procedure)

    def _row(self, procedure: Procedure) -> Row:
        desk, lead = self.docket.desk, self.lead
        found = self.docket.competent(self.item, lead["township_code"])
        place = {name: lead[name] for name in ("lon", "lat", "cell_code", "cell_chain", "township_code", "address")}
        return dict.fromkeys(_BLANKS) | place | {
            "id": desk.key(), "jurisdiction_id": desk.county.jurisdiction_id, "number": "",
            "procedure": procedure.value, "status": "", "lead_id": lead["id"], "task_id": self.task["id"],
            "item_id": self.item["id"], "party_id": self.party["id"] if self.party else None,
            "summary": lead["summary"], "organ_code": found.organ_code, "in_name_of": found.in_whose_name,
            "basis": found.basis, "team_id": self.task["team_id"], "officer_ids": [str(p.id) for p in self.officers],
            "recused_ids": [], "act_on": lead["occurred_at"].astimezone(CHINA).date(), "found_at": lead["occurred_at"],
            "proposed_at": desk.now, "course": {}, "penalties": [], "version": 0,
        }  # fmt: skip

    def _facts(self, procedure: Procedure) -> CaseFacts:
        basis = "statutory" if self.row["basis"] == "county" else self.row["basis"]
        begun = datetime.combine(self.row["act_on"], datetime.min.time(), CHINA)
        limitation = self.docket.due("limitation", begun)
        self.due |= {"limitation": limitation.due_at} if limitation else {}
        return CaseFacts(
            township_code=self.row["township_code"] or "",
            procedure=procedure,
            organ=self.row["organ_code"],
            party_kind=PartyKind(self.party["kind"]) if self.party else None,
            item_kind=ItemKind(basis),
            discovered_at=self.row["found_at"],
            due=self.due,
        )

    # who

    @property
    def handlers(self) -> frozenset[str]:
        """Keys of the people who handle it."""
        return frozenset(self.row["officer_ids"])

    def handler(self) -> By:
        """The first of the handlers."""
        return replace(self.docket.cast.handler(self.officers), organ=self.row["organ_code"])

    def head(self) -> By:
        """The head of the organ that handles it."""
        return self.docket.cast.head(self.row["organ_code"], self.row["township_code"], self.handlers)

    # steps

    def may(self, verb: Verb, by: By, **given: Any) -> Decision:
        """What would stand in the way of a step now."""
        return why_not(MatterKind.CASE, self.status, verb, (by.role,), self._asked(verb, by, self._known(verb, given)))

    def take(self, verb: Verb, by: By, **given: Any) -> None:
        """Take a step; raises Refusal where the rules refuse it: an invented case goes no other way than a real one."""
        known = self._known(verb, given)
        asked = self._asked(verb, by, known)
        before, now = self.status, self.docket.desk.now
        decision = why_not(MatterKind.CASE, before, verb, (by.role,), asked)
        if not decision.allowed:
            advance(MatterKind.CASE, before, verb, (by.role,), asked)
        if before is None:
            asked = self._begun(asked)
        self.status = CaseStatus(next_state(MatterKind.CASE, before, verb))
        self.facts = learn(verb, asked, known, now)
        self.row["status"] = self.status.value
        self.row["version"] += 1
        facts = (self._told_first() if before is None else {}) | leave(self, verb, by, known, asked)
        self._stamp(verb, now)
        if verb in _DECIDING:
            self.row["review_required"] = not review_due(asked).allowed
        self._clocks(verb, asked, facts.get("measure"))
        self._tell(verb, by, before, facts)

    def _begun(self, asked: CaseFacts) -> CaseFacts:
        """A number, once the rules let the case begin: a refused one leaves no gap."""
        self.row["number"] = self.docket.desk.number("case")
        self.docket.cases.append(self)
        if self.party is not None:
            self.docket.of_party[self.party["id"]].append(self)
        self.evidence = self.docket.link(self)
        return replace(asked, number=self.row["number"], evidence=self.evidence)

    def _told_first(self) -> Given:
        """What the first event says of a case, so that it can be judged from its events."""
        named = {
            name: str(self.row[f"{name}_id"]) for name in ("item", "party", "lead", "task") if self.row[f"{name}_id"]
        }
        officers, act = list(self.row["officer_ids"]), self.row["act_on"].isoformat()
        return {"act_on": act, "officers": officers, "procedure": self.row["procedure"]} | named

    def _known(self, verb: Verb, given: Mapping[str, Any]) -> Given:
        """What the record adds to what is told."""
        found = dict(given)
        if verb is Verb.SUBMIT_REVIEW:
            profile, heard = self.docket.county.profile, self.facts.hearing_held_at is not None
            found["materials_complete"] = not missing(profile, self.docket.today(), found["materials"], heard)
        return found

    def _asked(self, verb: Verb, by: By, given: Given) -> CaseFacts:
        return told(verb, self.facts, given | self._looked_up(verb, by), self.docket.desk.now)

    def _looked_up(self, verb: Verb, by: By) -> Given:
        """Facts the record finds anew for every step."""
        now = self.docket.desk.now
        found: Given = {
            "rules": self.docket.rules(), "status": self.status, "actor_id": by.id, "actor_organ": by.organ or "",
            "reviewer_qualified": by.qualified, "officers": self.docket.cast.facts(self.officers, now),
            "evidence": self.evidence,
        }  # fmt: skip
        if verb in _JUDGED:
            found |= self._judged(verb)
        if verb is Verb.NOTIFY_HEARING:
            self._counted("hearing_notice", now)
        ends = appeal_end(self.facts) if verb is Verb.APPLY_COURT else None
        if ends is not None:
            self._counted("court_application", ends)
        return found

    def _counted(self, kind: str, begun: datetime) -> None:
        counted = self.docket.due(kind, begun)
        if counted is not None:
            self.due[kind] = counted.due_at

    def _judged(self, verb: Verb) -> Given:
        filed = self.facts.filing_approved_at
        on = filed.astimezone(CHINA).date() if filed else None
        asked = (self.row, self.item)
        found: Given = {"competence": self.docket.covers(*asked, ActKind.PENALISE, tuple(self.facts.penalties), on)}
        if verb is Verb.SEAL:
            found["compulsion"] = self.docket.covers(*asked, ActKind.COMPEL, tuple(self.facts.penalties), on)
        others = self._others()
        if others is not None:
            found["first_violation"] = not any(other.row["decided_at"] for other in others)
            found["earlier_fines"] = sum(other.fined(self.row["act_on"]) for other in others)
        return found

    def _others(self) -> list[CaseFile] | None:
        """Other cases on the same party for the same item."""
        if self.party is None:
            return None
        known = self.docket.of_party[self.party["id"]]
        return [other for other in known if other is not self and other.row["item_id"] == self.row["item_id"]]

    def fined(self, act_on: date) -> bool:
        """Whether a fine for an act of that day stands."""
        same = self.row["act_on"] == act_on and self.row["decided_at"] is not None
        return same and bool(self.facts.fine) and self.row["remedy"] not in OVERTURNED

    def _stamp(self, verb: Verb, now: datetime) -> None:
        moment = _MOMENTS.get(verb)
        if moment:
            self.row[moment] = now
        if verb is Verb.REDO:
            self.row |= dict.fromkeys(("decided_at", "paid_at", "closed_at", "archived_at"))
        if self.facts.outstanding == 0 and self.row["decided_at"] is not None and verb in _PAYING:
            self.row["paid_at"] = self.row["paid_at"] or now

    def _tell(self, verb: Verb, by: By, before: CaseStatus | None, facts: Given) -> None:
        clause = clause_of(verb, self.facts)
        self.docket.tell("case", self.row, verb.value, by, before.value if before else None, facts, clause)

    # deadlines

    def _clocks(self, verb: Verb, facts: CaseFacts, measure: str | None) -> None:
        """Each thing that is held has a clock of its own."""
        found = clocks_of(verb, facts)
        for kind in found.meets:
            self._over(kind, measure, "done_at", "meet")
        for kind in found.ends:
            self._over(kind, measure, "ended_at", "end")
        for kind in found.starts:
            if kind not in GOES_ON or not self._running(kind, None):
                self._start(kind, measure or "")

    def _running(self, kind: str, about: str | None) -> list[tuple[str, str]]:
        return [key for key in self.deadlines if key[0] == kind and about in (None, key[1])]

    def _start(self, kind: str, about: str) -> None:
        row = self.docket.start(self.row, "case", kind, self.row["organ_code"], about)
        if row is not None:
            self.deadlines[kind, about], self.due[kind] = row, row["due_at"]

    def _over(self, kind: str, about: str | None, column: str, what: str) -> None:
        for key in self._running(kind, about):
            self.docket.over(self.deadlines.pop(key), column, what)

    def extend(self, kind: str, about: str) -> None:
        """Prolong a running deadline by what its rule allows."""
        row = self.deadlines[kind, about]
        self.docket.prolong(row)
        self.due[kind] = row["due_at"]

    # the end

    def finished(self) -> Row:
        """The row as the demonstration leaves it."""
        columns = {column: getattr(self.facts, fact) for fact, column in _COLUMNS.items()}
        kinds = sorted(kind.value for kind in self.facts.penalties)
        return self.row | columns | {"course": remember(self.facts), "penalties": kinds}
