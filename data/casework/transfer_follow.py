"""What follows for the lead or case when a transfer is taken on, comes back, or is decided: in the savepoint of that step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import SYSTEM
from data.casework import cases
from data.casework.between import lock_matter
from data.casework.leads import SUMMARY_LIMIT, receive_lead
from data.casework.organs import find_organ
from data.casework.steps import follow, open_tasks
from data.db import Tx
from data.models import Case, Evidence, EvidenceLink, Item, Lead, Transfer
from policy.guards import Facts
from policy.vocabulary import LeadSource, LeadStatus, Urgency, Verb

_BACK: Final = (LeadStatus.ASSIGNED.value, LeadStatus.IN_PROGRESS.value, LeadStatus.TRANSFERRED.value)


def handed_over(tx: Tx, row: Transfer, organ: str) -> None:
    """The matter leaves its lead or case, and goes on with `organ` under a lead of its own, evidence linked, not copied (X9)."""
    system = replace(tx, actor=SYSTEM)
    matter = lock_matter(tx, row.matter_number)[1] if row.matter_number else None
    if isinstance(matter, Lead):
        facts = Facts(receiver=organ, receiver_accepted=True, open_tasks=open_tasks(tx, matter.id))
        follow(system, matter, Verb.TRANSFER, facts, {"transfer": row.number, "receiver": organ})
    elif matter is not None:
        cases.take(system, matter, Verb.TRANSFER, {"receiver": organ, "reason": row.reason or row.subject})
    lead = receive_lead(
        system,
        source=LeadSource.TRANSFER_IN.value,
        summary=row.subject[:SUMMARY_LIMIT],
        urgency=(Urgency.URGENT if row.urgent else Urgency.NORMAL).value,
        **_origin(tx, matter),
        **_place(tx, row, matter, organ),
    )
    row.received_lead_id = lead.id
    if matter is not None:
        link_files(tx, matter, lead)


def came_back(tx: Tx, row: Transfer) -> None:
    """The matter stays with its sender: a lead waits in the queue again, a case simply goes on."""
    matter = lock_matter(tx, row.matter_number)[1] if row.matter_number else None
    if not isinstance(matter, Lead) or matter.status not in _BACK or open_tasks(tx, matter.id):
        return
    facts = Facts(reason=row.reason or row.number, open_tasks=0)
    follow(replace(tx, actor=SYSTEM), matter, Verb.REQUEUE, facts, {"transfer": row.number})


def _origin(tx: Tx, matter: Lead | Case | None) -> dict[str, Any]:
    """What the receiver has to know of where it came from: 12345's number and time stay with the matter."""
    if matter is None:
        return {}
    item = tx.session.get(Item, matter.item_id) if matter.item_id else None
    code = {"item_code": item.code if item else None, "address": matter.address}
    if isinstance(matter, Case):
        return code | {"occurred_at": matter.found_at}
    names = ("occurred_at", "domain", "reporter_name", "reporter_phone", "external_number", "hotline_due_at")
    return code | {name: getattr(matter, name) for name in names}


def _place(tx: Tx, row: Transfer, matter: Lead | Case | None, organ: str) -> dict[str, Any]:
    """Where it lies: its own point or cell; the receiving township where that is another one."""
    own = find_organ(tx, organ).township_code
    here = matter.township_code if matter is not None else row.township_code
    if own is not None and own != here:
        return {"cell_code": own}
    if matter is None:
        return {"cell_code": here}
    if matter.lon is not None and matter.lat is not None:
        return {"lon": matter.lon, "lat": matter.lat}
    return {"cell_code": matter.cell_code}


def link_files(tx: Tx, source: Lead | Case, target: Lead) -> int:
    """Let `target` use every file of `source`, its own and linked ones; gives how many."""
    own = select(Evidence.id).where(Evidence.matter_id == source.id)
    linked = select(EvidenceLink.evidence_id).where(EvidenceLink.matter_id == source.id)
    found = tx.session.scalars(own.union(linked)).all()
    for evidence_id in found:
        tx.session.add(
            EvidenceLink(
                id=uuid7(),
                jurisdiction_id=tx.county.jurisdiction_id,
                evidence_id=evidence_id,
                matter_kind="lead",
                matter_id=target.id,
                at=tx.now,
                account_id=tx.actor.account_id,
            )
        )
    return len(found)
