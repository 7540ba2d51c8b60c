"""What became of a matter that came by transfer goes back to its sender by itself, in the savepoint that ended it (X4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from data.authority import SYSTEM
from data.db import Tx
from data.models import Case, Lead, Transfer
from policy.text import has, say
from policy.vocabulary import LeadSource, LeadStatus, Outcome, PenaltyKind, Verb, label
from policy.vocabulary_between import TransferStatus
from policy.vocabulary_case import CaseStatus

LANGUAGE: Final = "zh"  # of the record
ENDED: Final = frozenset(
    {CaseStatus.CLOSED, CaseStatus.ARCHIVED, CaseStatus.HANDLED_OTHERWISE, CaseStatus.DROPPED}
)  # fmt: skip
_OVER: Final = frozenset({LeadStatus.RESOLVED, LeadStatus.REJECTED, LeadStatus.DUPLICATE})
_AWAITED: Final = (TransferStatus.ACCEPTED.value, TransferStatus.DECIDED_ELSEWHERE.value)


def result_of_lead(tx: Tx, lead: Lead) -> Transfer | None:
    """Tell the sender what became of a received lead once it is over, with every case that came of it."""
    if lead.source != LeadSource.TRANSFER_IN:
        return None
    transfer = _awaiting(tx, lead)
    if transfer is None:
        return None
    cases = tx.session.scalars(select(Case).where(Case.lead_id == lead.id).order_by(Case.number)).all()
    return _tell(tx, transfer, _of_cases(cases) if cases else _of_lead(lead))


def result_of_case(tx: Tx, case: Case) -> Transfer | None:
    """Tell the sender what became of a case on a received lead, when the last of its cases has ended."""
    if case.lead_id is None or CaseStatus(case.status) not in ENDED:
        return None
    return result_of_lead(tx, tx.session.get_one(Lead, case.lead_id))


def _awaiting(tx: Tx, lead: Lead) -> Transfer | None:
    """The transfer by which it came, while its sender still waits for the result."""
    query = select(Transfer).where(Transfer.received_lead_id == lead.id, Transfer.status.in_(_AWAITED))
    return tx.session.scalars(query).first()


def _tell(tx: Tx, transfer: Transfer, words: str) -> Transfer | None:
    from data.casework.between import find_row, take  # a transfer makes leads in turn
    from data.casework.transfers import TRANSFER

    if not words:
        return None
    row: Transfer = find_row(tx, TRANSFER, transfer.number)
    return take(replace(tx, actor=SYSTEM), TRANSFER, row, Verb.RETURN_RESULT, {"result": words})


# -- in words ----------------------------------------------------------------------------------------------------------


def _of_lead(lead: Lead) -> str:
    """How a lead ended; nothing while it goes on."""
    status = LeadStatus(lead.status)
    outcome = Outcome(lead.outcome) if lead.outcome else None
    if status not in _OVER:
        return ""
    ended = label(outcome, LANGUAGE) if outcome and status is LeadStatus.RESOLVED else label(status, LANGUAGE)
    return _said("lead", number=lead.number, ended=ended) + _because(lead.closing_reason)


def _of_cases(cases: Sequence[Case]) -> str:
    """How each case of a lead ended; nothing while one goes on."""
    if any(CaseStatus(case.status) not in ENDED for case in cases):
        return ""
    return "".join(_of_case(case) for case in cases)


def _of_case(case: Case) -> str:
    decided = case.decided_at is not None
    kinds = "、".join(label(PenaltyKind(kind), LANGUAGE) for kind in case.penalties) if decided else ""
    parts = [_said("penalty", kinds=kinds)] if kinds else []
    parts += [_said("fine", yuan=f"{case.fine.normalize():f}")] if decided and case.fine else []
    parts += [_said("document", number=case.decision_number)] if case.decision_number else []
    ground = say(f"vocabulary.{name}.{case.ground}", LANGUAGE) if (name := _ground_list(case)) else ""
    ended = _said("case", number=case.number, ended=ground or label(CaseStatus(case.status), LANGUAGE))
    return ended + "".join(parts) + "。"


def _ground_list(case: Case) -> str:
    """The list its ground is of: of not punishing, or of closing."""
    names = ("not_punished_ground", "close_ground")
    return next((name for name in names if case.ground and has(f"vocabulary.{name}.{case.ground}", LANGUAGE)), "")


def _because(reason: str | None) -> str:
    return _said("reason", reason=reason.strip()) if reason and reason.strip() else "。"


def _said(key: str, **params: str) -> str:
    return say(f"passing.result.{key}", LANGUAGE, **params)
