"""Information shared between organs 信息共享: what of a matter was shown to whom and when; state secrets never (X7, FL 二(一))."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from uuid_utils.compat import uuid7

from data.authority import Subject, demand, within
from data.casework.between import lock_matter, on_of
from data.casework.organs import find_organ, own_organ
from data.db import Tx
from data.events import append_event
from data.models import Shared
from policy.errors import Refusal
from policy.guards_between import codes

OTHER: Final = "other"


def share(tx: Tx, *, matter: str, information: str, to_organ: str, state_secret: bool = False) -> Shared:
    """Let another organ see a lead or case for a kind of information of the plan; what is a state secret is refused."""
    kind, row = lock_matter(tx, matter)
    townships = frozenset({row.township_code} if row.township_code else ())
    subject = Subject(tx.county.jurisdiction_id, townships, None, row.number, not townships)
    demand(tx.actor, f"{kind}.share", subject, tx.now)
    tx = replace(tx, actor=within(tx.actor, subject, tx.now))
    clause = _kind_known(tx, information, state_secret)
    own, other = own_organ(tx, f"{kind}.share"), find_organ(tx, to_organ, "/to_organ")
    if own == other.code:
        raise Refusal("errors_between.share_own", pointer="/to_organ", organ=other.name)
    shown = Shared(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        information=information,
        matter_kind=kind,
        matter_id=row.id,
        matter_number=row.number,
        from_organ=own,
        to_organ=other.code,
        at=tx.now,
        account_id=tx.actor.account_id,
    )
    tx.session.add(shown)
    append_event(
        tx,
        matter=kind,
        subject_id=row.id,
        subject_number=row.number,
        verb="share",
        from_state=row.status,
        to_state=row.status,
        facts={"information": information, "to": other.code, "shared": str(shown.id)},
        clause=clause,
    )
    return shown


def _kind_known(tx: Tx, information: str, state_secret: bool) -> str | None:
    """A kind of the plan; where it lists none, `other` alone. Gives the clause."""
    excluded = tx.county.profile.get("sharing.excluded", on_of(tx))
    if state_secret:
        raise Refusal(
            "errors_between.share_secret",
            kind="forbidden",
            pointer="/state_secret",
            clause=excluded.clause if excluded else None,
        )
    value = tx.county.profile.get("sharing.kinds", on_of(tx))
    known = codes(value) or (OTHER,)
    if information not in known:
        raise Refusal("errors_between.share_kind", pointer="/information", information=information[:40], known=known)
    return value.clause if value else None
