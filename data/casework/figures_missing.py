"""The watchdog's word: a refresh that did not come is told to who answers for it, once for each day that falls due."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from data.casework.notices import About, put
from data.casework.notifying import accounts_of
from data.db import Tx
from data.models import Notice
from data.queries.figures_standing import standing
from policy.vocabulary import Role
from policy.vocabulary_notice import NoticeReason

TOLD: Final = (Role.ADMIN.value, Role.COUNTY_OFFICE.value)


def tell_missing(tx: Tx, *, hour: int) -> bool:
    """Tell the administrators and the county office that figures are missing; gives whether anybody was told now."""
    found = standing(tx.session, tx.county, tx.now, hour)
    if not found.wrong:
        return False
    params = {"days": len(found.missing), "day": found.missing[0].isoformat()}
    known = select(Notice.id).where(
        Notice.jurisdiction_id == tx.county.jurisdiction_id,
        Notice.reason == NoticeReason.FIGURES_MISSING.value,
        Notice.matter_number == found.due.isoformat(),
    )
    if tx.session.scalar(known.limit(1)) is not None:
        return False
    about = About(NoticeReason.FIGURES_MISSING, "figures", tx.county.jurisdiction_id, found.due.isoformat(), params)
    return bool(put(tx, about, accounts_of(tx, TOLD), calls=False))
