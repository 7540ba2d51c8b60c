"""What lies in the file of a case: evidence, what was written, what is held, money, remedies, reviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.casework.surcharges import late, payment_due
from data.county import County
from data.models import (
    Account,
    Case,
    CaseEntry,
    CaseReview,
    Evidence,
    EvidenceLink,
    Goods,
    GoodsMove,
    Measure,
    Payment,
    Refund,
    Remedy,
)
from policy.case_facts import CaseFacts
from policy.zone import CHINA


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A file of evidence; `from_number` names the matter it was put to when it is linked from there (X9).

    A photograph has a thumbnail under its `id`; what the camera wrote into it is a claim.
    """

    id: UUID
    kind: str
    media_type: str
    name: str
    note: str | None
    sha256: str
    size: int
    taken_at: datetime | None
    received_at: datetime
    who: str | None
    lon: float | None
    lat: float | None
    claimed_at: datetime | None
    width: int | None
    height: int | None
    from_number: str | None
    thumbnail: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """Something written into the file with a step: `kind` is the step, `details` what it wrote besides."""

    id: UUID
    kind: str
    at: datetime
    author: str
    text: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MoveView:
    """One link of the chain of custody."""

    at: datetime
    giver: str
    receiver: str
    reason: str


@dataclass(frozen=True, slots=True)
class GoodsView:
    """A thing on the list: where it is now, and how it came there."""

    id: UUID
    name: str
    quantity: str
    condition: str | None
    keeper: str
    place: str | None
    moves: tuple[MoveView, ...]


@dataclass(frozen=True, slots=True)
class MeasureView:
    """Preservation or sealing with what it holds."""

    kind: str
    status: str
    begun_at: datetime
    ended_at: datetime | None
    extended_at: datetime | None
    on_the_spot: bool
    result: str | None
    goods: tuple[GoodsView, ...]


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Money that came in."""

    kind: str
    amount: Decimal
    paid_at: datetime
    channel: str
    receipt: str | None
    who: str | None
    bank: str | None = None


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money that went back."""

    amount: Decimal
    paid_at: datetime
    bank: str
    voucher: str
    who: str | None


@dataclass(frozen=True, slots=True)
class MoneyView:
    """What is owed and paid in yuan; `surcharge` is that of a fine paid late, as of now (PL 72), less what was paid of it."""

    owed: Decimal | None
    paid: Decimal
    surcharge: Decimal
    surcharge_clause: str | None
    due_at: datetime | None
    deferred_until: datetime | None
    payments: tuple[PaymentView, ...]
    refund_owed: Decimal = Decimal(0)
    refunds: tuple[RefundView, ...] = ()


@dataclass(frozen=True, slots=True)
class RemedyView:
    """A reconsideration or a suit."""

    kind: str
    organ: str
    asked_at: datetime
    result: str | None
    decided_at: datetime | None
    mediation: str | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One round of legal review."""

    number: str
    round: int
    status: str
    submitted_at: datetime
    triggers: tuple[str, ...]
    materials: tuple[str, ...]
    asked: tuple[str, ...]
    reviewer: str | None
    expert: str | None
    opinion: str | None
    reason: str | None
    opinion_at: datetime | None


def _names(session: Session, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    keys = {one for one in ids if one is not None}
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(keys))) if keys else ()
    return {key: name for key, name in rows}  # noqa: C416  # rows are not pairs to mypy


def _who(names: Mapping[UUID, str], key: UUID | None) -> str | None:
    return names.get(key) if key else None


def _of(session: Session, model: Any, case: Case, order: Any) -> list[Any]:
    return list(session.scalars(select(model).where(model.case_id == case.id).order_by(order, model.id)))


# -- evidence and entries ----------------------------------------------------------------------------------------------


def evidence_of_matter(session: Session, matter_id: UUID) -> tuple[EvidenceView, ...]:
    """Files put to a matter and those linked to it, oldest first."""
    linked = select(EvidenceLink.evidence_id).where(EvidenceLink.matter_id == matter_id)
    mine = (Evidence.matter_id == matter_id) | Evidence.id.in_(linked)
    rows = session.scalars(select(Evidence).where(mine).order_by(Evidence.received_at, Evidence.id)).all()
    names = _names(session, (row.account_id for row in rows))
    return tuple(_evidence(row, matter_id, _who(names, row.account_id)) for row in rows)


def _evidence(row: Evidence, matter_id: UUID, who: str | None) -> EvidenceView:
    plain = ("id", "kind", "media_type", "name", "note", "sha256", "size", "taken_at", "received_at", "lon", "lat",
             "claimed_at", "width", "height")  # fmt: skip
    return EvidenceView(
        **{name: getattr(row, name) for name in plain},
        who=who,
        from_number=None if row.matter_id == matter_id else row.matter_number,
        thumbnail=row.kind == "photograph",
    )


def entries_of(session: Session, case: Case) -> tuple[EntryView, ...]:
    """What was written into the file, oldest first."""
    rows = _of(session, CaseEntry, case, CaseEntry.at)
    return tuple(EntryView(row.id, row.kind, row.at, row.author, row.text, dict(row.details)) for row in rows)


# -- what is held ------------------------------------------------------------------------------------------------------


def measures_of(session: Session, case: Case) -> tuple[MeasureView, ...]:
    """Measures with their goods and every move of these."""
    measures = _of(session, Measure, case, Measure.begun_at)
    if not measures:
        return ()
    things = _of(session, Goods, case, Goods.id)
    rows = session.scalars(
        select(GoodsMove).where(GoodsMove.goods_id.in_([one.id for one in things])).order_by(GoodsMove.at, GoodsMove.id)
    )
    moves: dict[UUID, list[MoveView]] = defaultdict(list)
    for row in rows:
        moves[row.goods_id].append(MoveView(row.at, row.giver, row.receiver, row.reason))
    return tuple(_measure(one, [thing for thing in things if thing.measure_id == one.id], moves) for one in measures)


def _measure(row: Measure, things: Sequence[Goods], moves: Mapping[UUID, list[MoveView]]) -> MeasureView:
    plain = ("kind", "status", "begun_at", "ended_at", "extended_at", "on_the_spot", "result")
    goods = tuple(
        GoodsView(one.id, one.name, one.quantity, one.condition, one.keeper, one.place, tuple(moves.get(one.id, ())))
        for one in things
    )
    return MeasureView(**{name: getattr(row, name) for name in plain}, goods=goods)


# -- money and remedies ------------------------------------------------------------------------------------------------


def remedies_of(session: Session, case: Case) -> tuple[RemedyView, ...]:
    """Reconsiderations and suits, oldest first."""
    rows = _of(session, Remedy, case, Remedy.asked_at)
    return tuple(RemedyView(r.kind, r.organ, r.asked_at, r.result, r.decided_at, r.mediation) for r in rows)


def money_of(
    session: Session, county: County, case: Case, facts: CaseFacts, remedies: Iterable[RemedyView], now: datetime
) -> MoneyView:
    """What is owed, what was paid, and what a late fine costs more as of `now` (PL 72–73)."""
    rows = _of(session, Payment, case, Payment.paid_at)
    back = _of(session, Refund, case, Refund.paid_at)
    names = _names(session, (row.account_id for row in (*rows, *back)))
    payments = tuple(
        PaymentView(r.kind, r.amount, r.paid_at, r.channel, r.receipt, _who(names, r.account_id), r.bank) for r in rows
    )
    due = payment_due(session, case, facts)
    value = county.profile.get("case.surcharge.daily", now.astimezone(CHINA).date())
    return MoneyView(
        owed=facts.outstanding,
        paid=sum((one.amount for one in payments), Decimal(0)),
        surcharge=late(county, facts, due, payments, remedies, now),
        surcharge_clause=value.clause if value else None,
        due_at=due,
        deferred_until=facts.deferred_until,
        payments=payments,
        refund_owed=facts.refund_owed,
        refunds=tuple(RefundView(r.amount, r.paid_at, r.bank, r.voucher, _who(names, r.account_id)) for r in back),
    )


# -- reviews and documents ---------------------------------------------------------------------------------------------


def reviews_of(session: Session, case: Case) -> tuple[ReviewView, ...]:
    """Rounds of legal review, the first one first."""
    rows = _of(session, CaseReview, case, CaseReview.round)
    names = _names(session, (row.reviewer_id for row in rows))
    plain = ("number", "round", "status", "submitted_at", "expert", "opinion", "reason", "opinion_at")
    return tuple(
        ReviewView(
            **{name: getattr(row, name) for name in plain},
            triggers=tuple(row.triggers),
            materials=tuple(row.materials),
            asked=tuple(row.asked),
            reviewer=_who(names, row.reviewer_id),
        )
        for row in rows
    )
