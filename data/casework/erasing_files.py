"""Erasing the file of a case once the law no longer keeps it: texts, documents, evidence; what stays is told with its ground."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, delete, select
from uuid_utils.compat import uuid7

from data.db import Tx
from data.events import append_event
from data.models import (
    Answered,
    Assistance,
    Call,
    Case,
    CaseEntry,
    CaseReview,
    Dispute,
    Doomed,
    Escalation,
    Evidence,
    EvidenceLink,
    EvidenceNote,
    EyesRequest,
    FileScore,
    Goods,
    GoodsMove,
    Lead,
    Measure,
    Paper,
    Referral,
    Remedy,
    ServiceHandOver,
    Task,
    Transfer,
)
from data.queries.retention import evidence_kept
from data.said import ERASED_WORDS, erase_words
from policy.decision import Reason, against
from policy.retention import RECORD, file_kept
from policy.text import say
from policy.vocabulary import LeadStatus
from policy.zone import CHINA

CLAUSE: Final = "PI 47"
LEAD_DONE: Final = (LeadStatus.EVALUATED, LeadStatus.ARCHIVED, LeadStatus.DUPLICATE, LeadStatus.REJECTED)
"""States in which nothing is owed to who reported a lead."""
_BETWEEN: Final = (Transfer, Assistance, Dispute, Referral, Escalation)
_WORDS: Final = frozenset(
    {
        "subject",
        "reason",
        "words",
        "result",
        "provided",
        "opinion",
        "told_by",
        "by",
        "note",
        "asked",
        "ground",
        "outcome",
    }
)
"""Parts of a kept course that somebody typed, or that name who did."""


@dataclass
class Reached:
    """What an erasure reached in the files of a party, and what it had to leave with the ground of each."""

    cases: list[str] = field(default_factory=list)
    papers: int = 0
    evidence: int = 0
    kept: list[Reason] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether a file was reached."""
        return bool(self.cases or self.evidence)


def erase_files(tx: Tx, cases: Iterable[Case]) -> Reached:
    """Erase the files of these cases, as far as the law no longer keeps them; each one's event tells what went."""
    found = Reached()
    for case in cases:
        ruling = file_kept(case.number, tx.county.profile, tx.now.astimezone(CHINA).date())
        found.kept.extend(ruling.obstacles)
        if ruling.allowed:
            _erase_file(tx, case, found)
    return found


def _erase_file(tx: Tx, case: Case, found: Reached) -> None:
    matters, first = _matters(tx, case), case.erased_at is None
    evidence = _give_up_evidence(tx, case, matters, found)
    if not first and not evidence:
        return
    papers = _give_up_papers(tx, matters)
    _blank_all(tx, case, matters)
    beside = [key for model in _BETWEEN for key in _keys(tx, model.id, model.matter_id.in_(matters))]
    reviews = _keys(tx, CaseReview.id, CaseReview.case_id == case.id)
    sheets = _keys(tx, FileScore.id, FileScore.case_id == case.id)
    said = erase_words(tx.session, [*matters, *beside, *reviews, *sheets], tx.now)
    calls = forget_calls(tx, matters)
    _forget_answers(tx, [case.number, *_told_by(tx, matters)])
    case.erased_at = case.erased_at or tx.now
    found.cases.append(case.number)
    found.papers, found.evidence = found.papers + papers, found.evidence + evidence
    facts = {"papers": papers, "evidence": evidence, "calls": calls, ERASED_WORDS: said}
    same: dict[str, Any] = {"from_state": case.status, "to_state": case.status}
    append_event(
        tx,
        matter="case",
        subject_id=case.id,
        subject_number=case.number,
        verb="erase",
        facts=facts,
        clause=CLAUSE,
        **same,
    )


def _matters(tx: Tx, case: Case) -> tuple[UUID, ...]:
    """The case, and the lead it comes from where no other file rests on that."""
    others = select(Case.id).where(Case.lead_id == case.lead_id, Case.id != case.id, Case.erased_at.is_(None))
    lead = tx.session.get(Lead, case.lead_id) if case.lead_id else None
    if lead is None or lead.status not in LEAD_DONE or tx.session.scalars(others).first() is not None:
        return (case.id,)
    return (case.id, lead.id)


def _keys(tx: Tx, column: Any, which: ColumnElement[bool]) -> list[UUID]:
    return list(tx.session.scalars(select(column).where(which)))


# -- who called --------------------------------------------------------------------------------------------------------


def forget_calls(tx: Tx, leads: Iterable[UUID]) -> int:
    """Destroy the keys of the calls of these leads: who called, and what was said; gives how many."""
    rows = tx.session.scalars(select(Call).where(Call.lead_id.in_(leads), Call.erased_at.is_(None))).all()
    return sum(bool(row.forget(tx.now)) for row in rows)


def _told_by(tx: Tx, matters: Iterable[UUID]) -> list[str]:
    """The numbers of the leads of a file; who reported them is forgotten with it."""
    leads = tx.session.scalars(select(Lead).where(Lead.id.in_(matters))).all()
    for lead in leads:
        if lead.data_key is not None:
            lead.forget(tx.now)
    return [lead.number for lead in leads]


def _forget_answers(tx: Tx, numbers: Iterable[str]) -> None:
    """Answers that are kept to be given again hold what the file said."""
    for number in numbers:
        tx.session.execute(delete(Answered).where(cast(Answered.answer, String).contains(number)))


# -- files -------------------------------------------------------------------------------------------------------------


def _give_up_papers(tx: Tx, matters: Iterable[UUID]) -> int:
    query = select(Paper).where(Paper.matter_id.in_(matters), Paper.sha256.is_not(None), Paper.erased_at.is_(None))
    rows = tx.session.scalars(query).all()
    for row in rows:
        row.erased_at = tx.now
        _doom(tx, "paper", row.sha256 or "", row.number)
    return len(rows)


def _give_up_evidence(tx: Tx, case: Case, matters: Iterable[UUID], found: Reached) -> int:
    """Evidence goes by its own time (`evidence.kept`), and stays where a matter that is kept uses the same file."""
    rows = list(
        tx.session.scalars(select(Evidence).where(Evidence.matter_id.in_(matters), Evidence.erased_at.is_(None)))
    )
    if not rows:
        return 0
    ruling = evidence_kept(tx.session, tx.county, case, now=tx.now)
    if not ruling.allowed:
        found.kept.extend(ruling.obstacles)
        return 0
    gone = 0
    for row in rows:
        users = _users(tx, row, matters)
        if users:
            found.kept.append(against("reasons_case.kept_used", RECORD, numbers=users))
            continue
        row.erased_at, row.note, row.name = tx.now, None, say("personal.erased")
        _doom(tx, "evidence", row.sha256, case.number)
        gone += 1
    return gone


def _users(tx: Tx, row: Evidence, matters: Iterable[UUID]) -> tuple[str, ...]:
    """Matters whose file is kept and that use the same bytes: by a link, or because they took them in themselves."""
    same = select(Evidence.id).where(Evidence.sha256 == row.sha256, Evidence.erased_at.is_(None))
    linked = select(EvidenceLink.matter_id).where(EvidenceLink.evidence_id.in_(same))
    taken = select(Evidence.matter_id).where(Evidence.id.in_(same))
    keys = {*tx.session.scalars(linked), *tx.session.scalars(taken)} - set(matters)
    cases = select(Case.number).where(Case.id.in_(keys), Case.erased_at.is_(None))
    leads = select(Lead.number).where(Lead.id.in_(keys))
    return tuple(sorted((*tx.session.scalars(cases), *tx.session.scalars(leads))))


def _doom(tx: Tx, kind: str, sha256: str, name: str) -> None:
    """Enter a file to be destroyed; the same bytes, taken in once more after they were, are destroyed once more."""
    place, known = tx.county.jurisdiction_id, select(Doomed).where(Doomed.kind == kind, Doomed.sha256 == sha256)
    row = tx.session.scalars(known.with_for_update()).first()
    if row is None:
        row = Doomed(id=uuid7(), jurisdiction_id=place, kind=kind, sha256=sha256)
        tx.session.add(row)
    if row.destroyed_at is not None or row.erased_at is None:
        row.jurisdiction_id, row.name, row.erased_at, row.destroyed_at = place, name, tx.now, None
    tx.session.flush()


# -- texts -------------------------------------------------------------------------------------------------------------


def _blank_all(tx: Tx, case: Case, matters: tuple[UUID, ...]) -> None:
    for model, names, which in _texts(case, matters):
        for row in tx.session.scalars(select(model).where(which)):
            for name in names:
                _blank(row, name)


def _texts(case: Case, matters: tuple[UUID, ...]) -> list[tuple[Any, tuple[str, ...], ColumnElement[bool]]]:
    """Every column of a file that somebody typed into, by the rows it has."""
    things = select(Goods.id).where(Goods.case_id == case.id)
    own: list[tuple[Any, tuple[str, ...], ColumnElement[bool]]] = [
        (Case, ("summary", "address"), Case.id == case.id),
        (Lead, ("summary", "address", "reply"), Lead.id.in_(matters)),
        (Task, ("note", "reason"), Task.lead_id.in_(matters)),
        (CaseEntry, ("text", "details", "author"), CaseEntry.case_id == case.id),
        (FileScore, ("points", "faults", "earlier"), FileScore.case_id == case.id),
        (CaseReview, ("changes", "reason", "points", "page_notes", "new_facts"), CaseReview.case_id == case.id),
        (Measure, ("result",), Measure.case_id == case.id),
        (Goods, ("name", "condition", "keeper", "place"), Goods.case_id == case.id),
        (GoodsMove, ("giver", "receiver", "reason"), GoodsMove.goods_id.in_(things)),
        (Remedy, ("mediation",), Remedy.case_id == case.id),
        (EvidenceNote, ("text",), EvidenceNote.matter_id.in_(matters)),
        (ServiceHandOver, ("taken_by", "words", "reply"), ServiceHandOver.lead_id.in_(matters)),
        (EyesRequest, ("reason",), EyesRequest.lead_id.in_(matters)),
    ]
    return own + [
        (model, ("subject", "reason", "result", "course"), model.matter_id.in_(matters)) for model in _BETWEEN
    ]


def _blank(row: Any, name: str) -> None:
    if getattr(row, name, None) is not None:
        setattr(row, name, _SHAPES[name](getattr(row, name)) if name in _SHAPES else say("personal.erased"))


def _told_no_more(value: Any) -> Any:
    """A kept course without what was said: steps, days and references stay."""
    if isinstance(value, Mapping):
        return {
            key: say("personal.erased") if key in _WORDS and inner else _told_no_more(inner)
            for key, inner in value.items()
        }
    return [_told_no_more(one) for one in value] if isinstance(value, list) else value


_SHAPES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "details": lambda _value: {},
    "points": _told_no_more,
    "page_notes": _told_no_more,
    "new_facts": _told_no_more,
    "course": _told_no_more,
    "faults": _told_no_more,
    "earlier": _told_no_more,
}
