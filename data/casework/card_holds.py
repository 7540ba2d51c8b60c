"""What a card does to a certificate: while an orange or red one is in force nobody is sent on it (JD 二(五)15)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from data.db import Tx
from data.models import Certificate, ConductCard
from policy.conduct import Card, CardRules, Hold, hold_of, rules_of
from policy.vocabulary import CardKind
from policy.zone import CHINA


def cards_of(tx: Tx, person: UUID) -> list[Card]:
    """Every card a person was ever given, oldest first."""
    return [counted(row) for row in _rows(tx, person)]


def counted(row: ConductCard) -> Card:
    """A card as the rules count it."""
    return Card(CardKind(row.kind), row.given_at, row.ends_at, row.ended_at)


def rules_here(tx: Tx) -> CardRules:
    """The cards of the plan on the day of the step."""
    return rules_of(tx.county.profile, tx.now.astimezone(CHINA).date())


def hold_certificates(tx: Tx, person: UUID) -> Hold | None:
    """Bring a person's certificates to what the cards in force say: suspended from–to, or free again. A suspension that no card
    began stays as it is."""
    rows = _rows(tx, person)
    hold = hold_of([counted(row) for row in rows], rules_here(tx), tx.now)
    begun = {row.given_at for row in rows}
    for held in tx.session.scalars(
        select(Certificate).where(Certificate.person_id == person, Certificate.valid_to > tx.now).with_for_update()
    ):
        _apply(tx, held, hold, ours=held.suspended_from in begun, ground=rows[-1].ground if rows else None)
    return hold


def _apply(tx: Tx, held: Certificate, hold: Hold | None, *, ours: bool, ground: str | None) -> None:
    stands = held.suspended_from is not None and (held.suspended_to is None or held.suspended_to > tx.now)
    if hold is None:
        if ours and stands:
            held.suspended_to = tx.now
        return
    if stands and not ours:
        longer = held.suspended_to is None or (hold.until is not None and held.suspended_to >= hold.until)
        held.suspended_to = held.suspended_to if longer else hold.until
        return
    held.suspended_from, held.suspended_to, held.suspension_ground = hold.begun, hold.until, ground


def _rows(tx: Tx, person: UUID) -> list[ConductCard]:
    query = select(ConductCard).where(
        ConductCard.jurisdiction_id == tx.county.jurisdiction_id, ConductCard.person_id == person
    )
    return list(tx.session.scalars(query.order_by(ConductCard.given_at, ConductCard.id)))
