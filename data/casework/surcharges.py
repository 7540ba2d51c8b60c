"""What a fine paid late costs more in the record: the time to pay, what was paid when, and when a remedy ran (PL 72, 73)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Case, Deadline, Payment, Remedy
from policy.case_facts import CaseFacts
from policy.deadlines import Pause
from policy.errors import Refusal
from policy.surcharge import surcharge

_PAUSES: Final = {"reconsideration": "reconsideration", "suit": "litigation"}
"""Kinds of remedy as grounds of the profile's `case.surcharge.not_counted`."""


def payment_due(session: Session, case: Case, facts: CaseFacts) -> datetime | None:
    """The last moment to pay: the deadline that ran, or the end of a granted deferral."""
    query = select(Deadline.due_at).where(Deadline.matter_id == case.id, Deadline.kind == "payment")
    ran = session.scalar(query.order_by(Deadline.begun_at.desc()).limit(1))
    known = [at for at in (ran, facts.deferred_until) if at is not None]
    return max(known) if known else None


def surcharge_owed(session: Session, county: County, case: Case, facts: CaseFacts, now: datetime) -> Decimal:
    """What is still owed as surcharge as of `now`; nothing is read of a case whose fine is not late."""
    if not facts.fine or facts.outstanding is None:
        return Decimal(0)
    due = payment_due(session, case, facts)
    if due is None or now <= due:
        return Decimal(0)
    payments = session.scalars(select(Payment).where(Payment.case_id == case.id).order_by(Payment.paid_at)).all()
    remedies = session.scalars(select(Remedy).where(Remedy.case_id == case.id)).all()
    return late(county, facts, due, payments, remedies, now)


def late(
    county: County,
    facts: CaseFacts,
    due: datetime | None,
    payments: Sequence[Any],
    remedies: Iterable[Any],
    now: datetime,
) -> Decimal:
    """The surcharge of a fine as of `now`, or as of its payment, less what was paid of it; nothing where the profile is silent.

    `payments` and `remedies` are rows or views of them.
    """
    if due is None or not facts.fine or facts.outstanding is None:
        return Decimal(0)
    settled = [one.paid_at for one in payments if one.kind == "fine"]
    asked = settled[-1] if facts.outstanding == 0 and settled else now
    pauses = [Pause(one.asked_at, one.decided_at, _PAUSES[one.kind]) for one in remedies if one.kind in _PAUSES]
    already = sum((one.amount for one in payments if one.kind == "surcharge"), Decimal(0))
    try:
        return max(surcharge(facts.fine, due, asked, pauses, county.profile) - already, Decimal(0))
    except Refusal:  # the profile is silent: nothing is added
        return Decimal(0)
