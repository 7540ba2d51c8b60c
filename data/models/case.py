"""Cases and what belongs to their file: minutes, reviews, hearings, measures, goods, payments, remedies."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, Placed, Versioned
from data.models.item import Item
from data.models.matter import Lead
from data.models.party import Party

YUAN: Final = Numeric(14, 2)
_RUNS, _CLOSED, _PAID = text("closed_at IS NULL"), text("closed_at IS NOT NULL"), text("paid_at IS NOT NULL")


class Case(Versioned, Base):
    """A case 案件: what is charged, who handles it, how far it is; every step of it is an event."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number"),
        Index("ix_case_status", "jurisdiction_id", "status", "proposed_at"),
        Index("ix_case_fine", "jurisdiction_id", "fine", "number"),
        Index("ix_case_township_status", "jurisdiction_id", "township_code", "status"),
        Index("ix_case_township", "jurisdiction_id", "township_code", "proposed_at"),
        Index("ix_case_filed", "jurisdiction_id", "filed_at"),
        Index("ix_case_decided", "jurisdiction_id", "decided_at"),
        Index("ix_case_decision", "jurisdiction_id", "in_name_of", "decision_number", unique=True),
        Index("ix_case_party", "party_id"),
        Index("ix_case_item", "item_id", "decided_at", "filed_at", "jurisdiction_id"),
        Index("ix_case_proposed", "jurisdiction_id", "proposed_at"),
        Index("ix_case_closed", "jurisdiction_id", "closed_at", sqlite_where=_CLOSED, postgresql_where=_CLOSED),
        Index("ix_case_paid", "jurisdiction_id", "paid_at", sqlite_where=_PAID, postgresql_where=_PAID),
        Index("ix_case_runs", "jurisdiction_id", sqlite_where=_RUNS, postgresql_where=_RUNS),
        Index("ix_case_lead", "lead_id"),
    )

    number: Mapped[str]
    procedure: Mapped[str]  # policy.vocabulary.Procedure: simple | ordinary
    status: Mapped[str]  # policy.vocabulary.CaseStatus
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    summary: Mapped[str]
    address: Mapped[str | None]
    lon: Mapped[float | None]  # WGS-84
    lat: Mapped[float | None]
    cell_code: Mapped[str | None]
    cell_chain: Mapped[list[str]] = mapped_column(default=list)
    township_code: Mapped[str | None]
    # who acts
    organ_code: Mapped[str]  # the competent organ
    in_name_of: Mapped[str]  # organ code in whose name it is decided (derived, never typed)
    basis: Mapped[str]  # policy.competence.Basis
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    officer_ids: Mapped[list[str]] = mapped_column(default=list)  # persons who handle it
    recused_ids: Mapped[list[str]] = mapped_column(default=list)
    act_on: Mapped[date]
    act_ended_on: Mapped[date | None]
    found_at: Mapped[datetime]
    # what is known of its course: policy.case_facts.CaseFacts, those parts that last; the columns below are for looking up
    course: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proposed_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime | None]
    hearing_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    served_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    review_required: Mapped[bool | None]
    penalties: Mapped[list[str]] = mapped_column(default=list)  # kinds proposed, then decided
    fine: Mapped[Decimal | None] = mapped_column(YUAN)
    confiscated: Mapped[Decimal | None] = mapped_column(YUAN)
    grade: Mapped[str | None]
    ground: Mapped[str | None]  # of not filing, dropping, not punishing, closing
    decision_number: Mapped[str | None]
    decided_by_id: Mapped[UUID | None]  # account
    archive_number: Mapped[str | None]
    remedy: Mapped[str | None]  # pending, then the result of the last one
    erased_at: Mapped[datetime | None]  # its texts and documents were erased (PI 47)
    item: Mapped[Item] = relationship(lazy="raise")
    party: Mapped[Party | None] = relationship(lazy="raise")
    lead: Mapped[Lead | None] = relationship(lazy="raise")


class CaseEntry(Placed, Base):
    """Something written into the file: a finding, minutes, a statement, a note; never changed, only followed by another."""

    __tablename__ = "case_entry"
    __table_args__ = (Index("ix_case_entry", "case_id", "at"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[str]  # policy.vocabulary.EntryKind
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    author: Mapped[str]  # as shown: name or organ
    text: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class CaseReview(Versioned, Base):
    """One round of legal review 法制审核 (PL 58, FL 二(四))."""

    __tablename__ = "case_review"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        UniqueConstraint("jurisdiction_id", "number"),
        Index("ix_review_status", "jurisdiction_id", "status", "submitted_at"),
        Index("ix_review_reviewer", "reviewer_id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    number: Mapped[str]
    round: Mapped[int]
    status: Mapped[str]  # policy.vocabulary.ReviewStatus
    township_code: Mapped[str | None]
    submitted_at: Mapped[datetime]
    triggers: Mapped[list[str]] = mapped_column(default=list)
    proposal: Mapped[dict[str, Any]] = mapped_column(default=dict)  # penalty in view at submission
    changes: Mapped[str | None]  # what the handler says was put right since the round before
    materials: Mapped[list[str]] = mapped_column(default=list)  # codes handed in
    asked: Mapped[list[str]] = mapped_column(default=list)  # asked for once, as a complete list
    asked_at: Mapped[datetime | None]
    asked_due_at: Mapped[datetime | None]
    new_facts: Mapped[list[Any]] = mapped_column(default=list)  # asked besides: what, why, by when
    reviewer_id: Mapped[UUID | None]  # account
    outside: Mapped[str | None]  # code of the plan's way of asking somebody else
    expert: Mapped[str | None]  # as the file names whoever helps
    expert_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_expert.id"))  # of the pool
    points: Mapped[dict[str, Any]] = mapped_column(default=dict)  # point → {answer, note}
    page_notes: Mapped[list[Any]] = mapped_column(default=list)  # document, page, note
    opinion: Mapped[str | None]
    reason: Mapped[str | None]
    opinion_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)  # the chain's sequence at submission: what changed since


class Measure(Versioned, Base):
    """Preservation of evidence, sealing or seizure (PL 56, CO 22–28)."""

    __tablename__ = "measure"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str]  # preservation | sealing | seizure
    status: Mapped[str]  # running | released | handled
    begun_at: Mapped[datetime]
    on_the_spot: Mapped[bool] = mapped_column(default=False)
    extended_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    result: Mapped[str | None]
    account_id: Mapped[UUID | None]


class Goods(Versioned, Base):
    """A thing preserved, seized or handed over, with where it is now; every move is a row of its own."""

    __tablename__ = "goods"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    measure_id: Mapped[UUID | None] = mapped_column(ForeignKey("measure.id"), index=True)
    name: Mapped[str]
    quantity: Mapped[str]  # as written on the list: number and unit
    condition: Mapped[str | None]
    keeper: Mapped[str]
    place: Mapped[str | None]


class GoodsMove(Placed, Base):
    """A link of the chain of custody: from whom, to whom, when, why."""

    __tablename__ = "goods_move"

    goods_id: Mapped[UUID] = mapped_column(ForeignKey("goods.id"), index=True)
    at: Mapped[datetime]
    giver: Mapped[str]
    receiver: Mapped[str]
    reason: Mapped[str]
    account_id: Mapped[UUID | None]


class Payment(Placed, Base):
    """Money received for a decision, entered by finance; never by who decided (PL 67)."""

    __tablename__ = "payment"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str]  # fine | surcharge | confiscation
    amount: Mapped[Decimal] = mapped_column(YUAN)
    paid_at: Mapped[datetime]
    channel: Mapped[str]  # bank | on_the_spot
    receipt: Mapped[str | None]
    bank: Mapped[str | None]  # which took it in, with its receipt
    account_id: Mapped[UUID | None]


class Refund(Placed, Base):
    """Money given back after a decision was changed or revoked, entered by finance with bank and voucher (RL 72)."""

    __tablename__ = "refund"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(YUAN)
    paid_at: Mapped[datetime]
    bank: Mapped[str]
    voucher: Mapped[str]
    account_id: Mapped[UUID | None]


class Remedy(Versioned, Base):
    """Reconsideration or suit against a decision, with its result (RL 20, 23)."""

    __tablename__ = "remedy"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str]  # reconsideration | suit
    organ: Mapped[str]
    asked_at: Mapped[datetime]
    suspends: Mapped[bool] = mapped_column(default=False)
    mediation: Mapped[str | None]
    result: Mapped[str | None]  # upheld | changed | revoked | withdrawn
    decided_at: Mapped[datetime | None]
