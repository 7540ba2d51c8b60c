"""Whether the key of personal data that is set is the one a record was written with."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.db import Record
from data.keyring import Keyring, SealBroken, keyring_of
from data.models import Lead, Party
from data.models.sealed import bound
from data.settings import Settings
from policy.errors import Refusal


def unreadable(session: Session, ring: Keyring) -> str | None:
    """Code of a party or number of a lead whose data key does not open with `ring`; None when the newest ones do."""
    for model, named in ((Party, Party.code), (Lead, Lead.number)):
        query = select(model.id, model.jurisdiction_id, model.data_key, named).where(model.data_key.is_not(None))
        row = session.execute(query.order_by(model.id.desc()).limit(1)).first()
        if row is None:
            continue
        key, place, wrapped, name = row
        try:
            ring.unwrap(wrapped or b"", bound(model.__tablename__, "data_key", place, key))
        except SealBroken:
            return name
    return None


def demand_key(record: Record, chosen: Settings) -> None:
    """Raise Refusal where the personal data of a record does not open with the key that is set."""
    with record.read() as session:
        found = unreadable(session, keyring_of(chosen))
    if found is not None:
        raise Refusal("errors_personal.key", kind="unavailable", thing=found)
