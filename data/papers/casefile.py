"""Everything of a matter that a document may print, read once: rows, kept facts, words of the file, names of organs and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.casework.case_known import certified_numbers
from data.casework.case_memory import recall
from data.county import County
from data.models import (
    Account,
    Case,
    CaseEntry,
    Deadline,
    Evidence,
    EvidenceLink,
    Item,
    Lead,
    Organ,
    Paper,
    Party,
    Person,
)
from data.papers.wording import plain
from policy.case_facts import CaseFacts
from policy.case_rules import rules_of
from policy.vocabulary_case import PartyKind, Procedure
from policy.zone import CHINA


@dataclass
class CaseFile:
    """A case, or a lead that has none, with what belongs to it; every part is read when it is first asked for."""

    session: Session
    county: County
    matter: Case | Lead
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def case(self) -> Case | None:
        """The case; None for a lead."""
        return self.matter if isinstance(self.matter, Case) else None

    @cached_property
    def lead(self) -> Lead | None:
        """The lead it is or comes from."""
        if isinstance(self.matter, Lead):
            return self.matter
        return self.session.get(Lead, self.matter.lead_id) if self.matter.lead_id else None

    @property
    def on(self) -> date:
        """The day the document is made."""
        return self.now.astimezone(CHINA).date()

    @property
    def matters(self) -> tuple[UUID, ...]:
        """Keys under which its evidence and its letters are filed: its own, and the lead's it comes from."""
        lead = self.lead
        return (self.matter.id,) if lead is None or lead.id == self.matter.id else (self.matter.id, lead.id)

    @property
    def address(self) -> str | None:
        """Where it happened: as it was written, else the township and the finest cell it lies in."""
        codes = dict.fromkeys(code for code in (self.matter.township_code, self.matter.cell_code) if code)
        return self.matter.address or joined((self.county.name_of(code) for code in codes), "")

    @cached_property
    def item(self) -> Item | None:
        """The item that is charged."""
        return self.session.get(Item, self.matter.item_id) if self.matter.item_id else None

    @cached_property
    def party(self) -> Party | None:
        """The party."""
        case = self.case
        return self.session.get(Party, case.party_id) if case is not None and case.party_id else None

    @cached_property
    def facts(self) -> CaseFacts:
        """What is kept of the case's course, under the rules of the day."""
        case = self.case
        if case is None:
            return CaseFacts(rules=rules_of(self.county.profile, self.on))
        return CaseFacts(
            **recall(case.course),
            rules=rules_of(self.county.profile, self.on),
            procedure=Procedure(case.procedure),
            party_kind=PartyKind(self.party.kind) if self.party else None,
        )

    @cached_property
    def entries(self) -> Mapping[str, CaseEntry]:
        """The newest entry of the file by the step that wrote it."""
        query = select(CaseEntry).where(CaseEntry.case_id == self.matter.id).order_by(CaseEntry.at, CaseEntry.id)
        return {row.kind: row for row in self.session.scalars(query)}

    def words(self, *steps: str) -> str | None:
        """What was written with the first of `steps` that wrote anything."""
        return plain(next((self.entries[step].text for step in steps if step in self.entries), None))

    def detail(self, name: str, *steps: str) -> str | None:
        """A second text written with a step, such as how a statement was weighed."""
        rows = (self.entries[step].details.get(name) for step in steps if step in self.entries)
        return plain(next((text for text in rows if text), None))

    @cached_property
    def organs(self) -> Mapping[str, Organ]:
        """Organs of the county by code."""
        query = select(Organ).where(Organ.jurisdiction_id == self.county.jurisdiction_id)
        return {row.code: row for row in self.session.scalars(query)}

    def organ_name(self, code: str | None) -> str | None:
        """Name of an organ by its code; a code the county does not have is a name that was written by hand."""
        if not code:
            return None
        found = self.organs.get(code)
        return found.name if found else code

    def person_name(self, key: str | UUID | None) -> str | None:
        """Who is meant by the key of a person or of an account."""
        if not key:
            return None
        known = UUID(str(key))
        person = self.session.get(Person, known)
        if person is not None:
            return person.name
        account = self.session.get(Account, known)
        if account is None:
            return None
        behind = self.session.get(Person, account.person_id) if account.person_id else None
        return behind.name if behind else account.display_name

    @cached_property
    def officers(self) -> tuple[tuple[str, str | None], ...]:
        """Names of the officers who handle it with their certificates, in the order they were named."""
        case = self.case
        if case is None:
            return ()
        numbers = certified_numbers(self.session, case.officer_ids, self.now)
        return tuple((self.person_name(one) or "", numbers.get(one)) for one in case.officer_ids)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """Files of evidence of the matter and those linked to it, each once, in the order they came in."""
        linked = select(EvidenceLink.evidence_id).where(EvidenceLink.matter_id == self.matter.id)
        query = select(Evidence).where((Evidence.matter_id == self.matter.id) | Evidence.id.in_(linked))
        return tuple(self.session.scalars(query.order_by(Evidence.received_at, Evidence.id)))

    @cached_property
    def due(self) -> Mapping[str, datetime]:
        """When the newest deadline of each kind is due."""
        query = select(Deadline.kind, Deadline.due_at).where(Deadline.matter_id == self.matter.id)
        return {row.kind: row.due_at for row in self.session.execute(query.order_by(Deadline.begun_at))}

    @cached_property
    def papers(self) -> tuple[Paper, ...]:
        """Documents of the matter that stand: those replaced by a correction and void numbers left out."""
        return standing(self.session, self.matter.id)

    def rows(self, model: Any, *order: Any) -> list[Any]:
        """Rows of `model` that belong to the case."""
        query = select(model).where(model.case_id == self.matter.id)
        return list(self.session.scalars(query.order_by(*(order or (model.id,)))))

    def latest(self, model: Any) -> Any:
        """The newest letter of a kind (transfer, assistance, referral) about the matter or its lead; None without."""
        query = select(model).where(model.matter_id.in_(self.matters)).order_by(model.id.desc()).limit(1)
        return self.session.scalars(query).first()


def standing(session: Session, matter_id: UUID) -> tuple[Paper, ...]:
    """Documents of a matter that stand, in the order in which they were made; what was erased stands no more."""
    rows = list(session.scalars(select(Paper).where(Paper.matter_id == matter_id).order_by(Paper.made_at, Paper.id)))
    replaced = {row.replaces_id for row in rows}
    return tuple(row for row in rows if row.sha256 is not None and row.erased_at is None and row.id not in replaced)


def joined(parts: Iterable[str], by: str) -> str | None:
    """Parts in one line; None where there are none."""
    return by.join(parts) or None
