"""Whether the key of personal data that is set is the one a record was written with."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.db import Record
from data.keyring import Keyring, SealBroken, keyring_of
from data.models import Lead, Party
from data.models.sealed import bound
from data.settings import Settings
from policy.errors import Refusal

NEWEST: Final = (
    2_000  # rows of a table that are looked through for one with a key: a start does not read a whole record
)


def unreadable(session: Session, ring: Keyring) -> str | None:
    """Code of a party or number of a lead whose data key does not open with `ring`; None when the newest ones do."""
    for model, named in ((Party, Party.code), (Lead, Lead.number)):
        columns = (model.id, model.jurisdiction_id, model.data_key.label("wrapped"), named.label("name"))
        newest = select(*columns).order_by(model.id.desc()).limit(NEWEST).subquery()
        row = session.execute(select(newest).where(newest.c.wrapped.is_not(None)).limit(1)).first()
        if row is None:
            continue
        key, place, wrapped, name = row
        try:
            ring.unwrap(wrapped or b"", bound(model.__tablename__, "data_key", place, key))
        except SealBroken:
            return str(name)
    return None


def demand_key(record: Record, chosen: Settings) -> None:
    """Raise Refusal where the personal data of a record does not open with the key that is set."""
    with record.read() as session:
        found = unreadable(session, keyring_of(chosen))
    if found is not None:
        raise Refusal("errors_personal.key", kind="unavailable", thing=found)
