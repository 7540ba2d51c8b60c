"""What a criminal referral does to its case or lead: no penalty while it runs, back to work when it has ended (CR 10–12)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from data.authority import SYSTEM
from data.casework import cases
from data.casework.between import Given, lock_matter
from data.casework.case_known import known
from data.casework.case_memory import recall, remember
from data.casework.case_written import move_goods
from data.casework.organs import organ_named
from data.casework.steps import follow, open_tasks
from data.db import Tx
from data.deadlines import end_deadline
from data.models import Case, Goods, Lead, Measure, Referral
from policy.case_facts import CaseFacts
from policy.case_learning import told
from policy.decision import Decision
from policy.guards import Facts
from policy.lifecycle import find, why_not
from policy.vocabulary import LeadStatus, MatterKind, Role, Verb
from policy.vocabulary_case import CaseStatus


def reported(tx: Tx, row: Referral, _given: Given) -> None:
    """From the report on no penalty takes the place of the referral (CR 11)."""
    _flag(tx, row, suspected_crime=True, referral_running=True, referral_ended=False, police_filed=False)


def sent(tx: Tx, row: Referral, _given: Given) -> None:
    """The case waits with the police."""
    matter = _matter(tx, row)
    if isinstance(matter, Case) and find(MatterKind.CASE, CaseStatus(matter.status), Verb.REFER_CRIMINAL) is not None:
        cases.take(replace(tx, actor=SYSTEM), matter, Verb.REFER_CRIMINAL, {"reason": row.reason or row.subject})


def taken_by_police(tx: Tx, row: Referral, _given: Given) -> None:
    """The police prosecute it: a lead has its receiver, a case may be closed for that."""
    _flag(tx, row, police_filed=True)
    matter = _matter(tx, row)
    facts = Facts(receiver=row.to_organ, receiver_accepted=True, open_tasks=open_tasks(tx, row.matter_id or row.id))
    if isinstance(matter, Lead) and _may(matter, Verb.TRANSFER, facts).allowed:
        follow(
            replace(tx, actor=SYSTEM), matter, Verb.TRANSFER, facts, {"referral": row.number, "receiver": row.to_organ}
        )


def ended(tx: Tx, row: Referral, given: Given) -> None:
    """No prosecution: the case goes on by administrative law, a lead waits in the queue again (CR 10)."""
    _flag(tx, row, referral_running=False, referral_ended=True)
    matter = _matter(tx, row)
    if isinstance(matter, Case):
        _resume(replace(tx, actor=SYSTEM), matter)
    elif matter is not None:
        facts = Facts(reason=given.get("reason") or row.number, open_tasks=open_tasks(tx, matter.id))
        if _may(matter, Verb.REQUEUE, facts).allowed:
            follow(replace(tx, actor=SYSTEM), matter, Verb.REQUEUE, facts, {"referral": row.number})


def goods_handed_over(tx: Tx, row: Referral, given: Given) -> None:
    """Every thing held for the case goes to the police, a link more in its chain of custody (CR 12)."""
    police = row.forwarded_to or organ_named(tx, row.to_organ).zh
    for thing in tx.session.scalars(select(Goods).where(Goods.case_id == row.matter_id, Goods.keeper != "party")):
        move_goods(tx, thing, thing.keeper, police, given.get("goods_list") or row.number)
    running = select(Measure).where(Measure.case_id == row.matter_id, Measure.status == "running")
    for measure in tx.session.scalars(running):
        measure.status, measure.ended_at, measure.result = "handled", tx.now, row.number
    _flag(tx, row, preserved_open=0, sealed_open=0)
    for kind in ("preservation", "sealing"):
        end_deadline(tx, row.matter_id or row.id, kind)


def _matter(tx: Tx, row: Referral) -> Lead | Case | None:
    return lock_matter(tx, row.matter_number)[1] if row.matter_number else None


def _flag(tx: Tx, row: Referral, **flags: Any) -> None:
    """What a case remembers of its referral, by which its own guards judge."""
    matter = _matter(tx, row)
    if isinstance(matter, Case):
        matter.course = remember(replace(CaseFacts(**recall(matter.course)), **flags))
        tx.session.flush()


def _resume(tx: Tx, case: Case) -> None:
    if find(MatterKind.CASE, CaseStatus(case.status), Verb.RESUME) is None:
        return
    facts = told(Verb.RESUME, known(tx, case, Verb.RESUME), {}, tx.now)
    if why_not(MatterKind.CASE, CaseStatus(case.status), Verb.RESUME, frozenset(Role), facts).allowed:
        cases.take(tx, case, Verb.RESUME, {})


def _may(lead: Lead, verb: Verb, facts: Facts) -> Decision:
    return why_not(MatterKind.LEAD, LeadStatus(lead.status), verb, frozenset(Role), facts)
