"""Erasing the personal data of a party or a reporter by destroying its key; rows and event chain stay whole (PI 47)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select

from data.authority import Subject, demand, within
from data.casework.erasing_files import CLAUSE, LEAD_DONE, Reached, erase_files, forget_calls
from data.casework.steps import find_lead
from data.casework.steps import subject_of as subject_of_lead
from data.db import Tx
from data.events import append_event
from data.models import Case, Lead, Party
from data.queries.retention import put_away
from data.said import ERASED_WORDS, erase_words
from policy.courses.case import OPEN_CASES
from policy.deadline_days import add_months
from policy.errors import Refusal
from policy.retention import FILE_KEY, RECORD
from policy.text import Word
from policy.vocabulary_case import CaseStatus
from policy.zone import CHINA

REASON_LIMIT: Final = 500
_UNDONE: Final = (*OPEN_CASES, CaseStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class ErasedParty:
    """A party whose key is destroyed; what went of its files, and what stays with the ground of each."""

    party: Party
    reached: Reached


def erase_party(tx: Tx, *, code: str, reason: str) -> ErasedParty:
    """Destroy the key of a party and the files of its cases; refused while one is not archived, or its time runs.

    A file that the law keeps without an end stays and is told; asked again after its time, the rest goes.
    """
    demand(tx.actor, "party.erase", Subject(tx.county.jurisdiction_id), tx.now)
    party = _find(tx, code)
    cases = tx.session.scalars(select(Case).where(Case.party_id == party.id).order_by(Case.number)).all()
    towns = frozenset(case.township_code for case in cases if case.township_code)
    subject = Subject(tx.county.jurisdiction_id, towns, None, code, not towns)
    demand(tx.actor, "party.erase", subject, tx.now)
    words = _reason(reason)
    still = [case.number for case in cases if case.status in _UNDONE]
    if still:
        raise Refusal("errors_personal.party_open", kind="conflict", clause=CLAUSE, thing=code, open=tuple(still))
    for case in cases:
        _refuse_kept(tx, party, case)
    here = replace(tx, actor=within(tx.actor, subject, tx.now))
    reached = erase_files(here, cases)
    _erase(here, "party", code, party, words, reached)
    return ErasedParty(party, reached)


def erase_reporter(tx: Tx, *, number: str, reason: str) -> Lead:
    """Destroy the key of who reported a lead; refused while an answer may still be owed."""
    lead = find_lead(tx, number)
    subject = subject_of_lead(tx, lead)
    demand(tx.actor, "lead.erase_reporter", subject, tx.now)
    words = _reason(reason)
    if lead.status not in LEAD_DONE:
        state = Word(f"vocabulary.lead_status.{lead.status}")
        raise Refusal("errors_personal.lead_open", kind="conflict", clause=CLAUSE, thing=number, state=state)
    calls = forget_calls(tx, [lead.id])
    _erase(replace(tx, actor=within(tx.actor, subject, tx.now)), "lead", number, lead, words, calls=calls)
    return lead


def _find(tx: Tx, code: str) -> Party:
    query = select(Party).where(Party.jurisdiction_id == tx.county.jurisdiction_id, Party.code == code)
    party = tx.session.scalars(query.with_for_update()).first()
    if party is None:
        raise Refusal("errors_personal.party_not_found", kind="not_found", county=tx.county.words, thing=code[:40])
    return party


def _reason(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise Refusal("errors_personal.erase_reason", pointer="/reason", clause=CLAUSE)
    if len(words) > REASON_LIMIT:
        raise Refusal("errors_casework.note_long", pointer="/reason", length=len(words), limit=REASON_LIMIT)
    return words


def _refuse_kept(tx: Tx, party: Party, case: Case) -> None:
    """Files are kept for as long as the plan says, counted from the day the case was done."""
    today = tx.now.astimezone(CHINA).date()
    rule = tx.county.profile.get(FILE_KEY, today)
    if rule is None:
        return
    until = add_months(put_away(case).astimezone(CHINA).date(), 12 * int(rule.value))
    if today <= until:
        told = {"until": until.isoformat(), "years": rule.value}
        raise Refusal("errors_personal.party_kept", kind="conflict", clause=rule.clause, thing=party.code, **told)


def _erase(
    tx: Tx, matter: str, number: str, row: Party | Lead, words: str, reached: Reached | None = None, *, calls: int = 0
) -> None:
    files = reached or Reached()
    before = row.erased_at is not None
    gone = [] if before else row.forget(tx.now)
    if not gone and not files.anything and not calls:
        raise _nothing_left(number, files, "erased" if before else "nothing")
    told = (
        {"files": files.cases, "kept": sorted({reason.code for reason in files.kept})} if reached else {"calls": calls}
    )
    said = erase_words(tx.session, [row.id], tx.now)
    state = row.status if isinstance(row, Lead) else None
    append_event(
        tx,
        matter=matter,
        subject_id=row.id,
        subject_number=number,
        verb="erase" if matter == "party" else "erase_reporter",
        from_state=state,
        to_state=state,
        facts={"fields": gone, ERASED_WORDS: said} | told,
        clause=CLAUSE,
        words={"reason": words},
    )


def _nothing_left(number: str, files: Reached, code: str) -> Refusal:
    """Erased before or never there, and what is left is kept by law: the ground of each file is said."""
    if not files.kept:
        return Refusal(f"errors_personal.{code}", kind="conflict", clause=CLAUSE, thing=number)
    why = tuple(Word(reason.code, reason.params) for reason in files.kept)
    grounds = tuple(files.kept)
    return Refusal("errors_personal.file_kept", kind="conflict", clause=RECORD, reasons=grounds, thing=number, why=why)
