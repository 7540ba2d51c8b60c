"""Verbs of documents: made of a template and the file, numbered without gaps, kept by their hash, corrected by another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, on_behalf, within
from data.casework.evidence import find_matter
from data.casework.organs import organ_named
from data.casework.paper_inputs import check_needs, told_for
from data.casework.paper_numbers import Number, carried_number, drawn_number, next_number
from data.casework.paper_rows import add_paper
from data.db import Tx
from data.events import append_event
from data.models import Case, Lead, Paper, Person
from data.papers.casefile import standing
from data.papers.catalogue import PaperKind, kind_of, order_of, template_of
from data.papers.draft import Draft, digest_of
from data.papers.fields import fields_of_case, fields_of_lead
from data.papers.fill import fields_of, fill
from data.papers.store import kept
from data.papers.told import with_told
from data.settings import settings
from policy.errors import Refusal
from policy.text import Word, say
from policy.vocabulary import LeadStatus, Role
from policy.vocabulary_case import CaseStatus
from policy.zone import CHINA

REASON_LIMIT: Final = 500
CARRIED: Final = frozenset({"decision", "not_punished", "decision_on_the_spot"})
"""Documents that carry the number of the case's decision."""
OF_OTHERS: Final = frozenset({"finding", "review_opinion", "hearing_call", "hearing_record"})
"""Documents of a case that another organ makes: the competent department, who reviews, who presides."""
_HEARD_AND_REVIEWED: Final = OF_OTHERS - {"finding"}
_LEADING: Final = frozenset({Role.SQUADRON_HEAD, Role.TOWNSHIP_HEAD, Role.DEPARTMENT})
"""Who leads or decides a case of his organ without being one of its officers."""
_PUT_AWAY: Final = frozenset({LeadStatus.ARCHIVED.value, CaseStatus.ARCHIVED.value})


def make_paper(
    tx: Tx, *, number: str, paper: str, told: Mapping[str, Any] | None = None, draft: Draft | None = None
) -> Paper:
    """Make the document `paper` of a case or lead out of its file; `told` is what the document asks for besides.

    A `draft` spares the step the rendering (data.casework.paper_making); raises Stale where it says what is so no more.
    Raises Refusal for an unknown document, for facts its file lacks, for a template that cannot be filled.
    """
    matter = _matter(tx, number)
    tx, kind = _allowed(tx, matter, "paper.make"), kind_of(paper)
    _by_who_may(tx, matter, kind)
    _fits(matter, kind)
    row = _made(tx, matter, kind, told_for(kind, told or {}), draft=draft)
    _tell(tx, matter, "make_paper", row, kind.clause)
    return row


def replace_paper(
    tx: Tx, *, paper: UUID, reason: str, told: Mapping[str, Any] | None = None, draft: Draft | None = None
) -> Paper:
    """Correct a document by another one with the next number of its series, which names it; the old one stays."""
    before = _find(tx, paper)
    matter = _matter(tx, before.matter_number)
    tx, kind, words = _allowed(tx, matter, "paper.make"), kind_of(before.template), _reason(reason)
    _by_who_may(tx, matter, kind)
    _fits(matter, kind)
    by = tx.session.scalars(select(Paper.number).where(Paper.replaces_id == before.id)).first()
    if by is not None:
        raise Refusal("errors_papers.replaced_already", kind="conflict", number=before.number, by=by)
    row = _made(tx, matter, kind, told_for(kind, told or {}), before, draft)
    decided = _decided_by(matter, before, row)
    _tell(tx, matter, "replace_paper", row, kind.clause, {"replaces": before.number} | decided, words)
    return row


def _decided_by(matter: Case | Lead, before: Paper, row: Paper) -> dict[str, str]:
    """A corrected decision is the decision from now on: reminder, court and closing report cite it by its number."""
    if row.template not in CARRIED or not isinstance(matter, Case) or matter.decision_number != before.number:
        return {}
    matter.decision_number = row.number
    return {"decision": row.number}


def open_paper(tx: Tx, *, paper: UUID, reason: str = "") -> bytes:
    """The .docx of a document; who read it is an event, and who does not handle the case says why (PI 51)."""
    row = _find(tx, paper)
    matter = _matter(tx, row.matter_number)
    tx, words = allowed_reader(tx, matter, reason)
    if row.sha256 is None:
        raise Refusal("errors_papers.void", kind="not_found", number=row.number, reason=row.void_reason or "—")
    refuse_erased(row)
    content = kept(settings().var, row.sha256, row.number)
    _tell(tx, matter, "open_paper", row, "PI 51", reason=words)
    return content


def refuse_erased(row: Paper) -> None:
    """Refuse a document whose file an erasure gave up."""
    if row.erased_at is not None:
        day = row.erased_at.astimezone(CHINA).date().isoformat()
        raise Refusal("errors_papers.erased", kind="not_found", clause="PI 47", number=row.number, day=day)


def allowed_reader(tx: Tx, matter: Case | Lead, reason: str) -> tuple[Tx, str]:
    """Refuse who may not read documents of the matter, or does not handle it and does not say why (PI 51).

    Gives the step as those roles take it that the actor holds there, and the reason as it is told.
    """
    tx = _allowed(tx, matter, "paper.read")
    return tx, reason.strip()[:REASON_LIMIT] if handles(tx.actor, matter) else _reason(reason)


def papers_of(session: Session, matter: Case | Lead, *, replaced: bool = False) -> list[Paper]:
    """Documents of a matter in the order of a bound file; with `replaced` also those a correction took the place of."""
    if replaced:
        rows = list(session.scalars(select(Paper).where(Paper.matter_id == matter.id)))
    else:
        rows = list(standing(session, matter.id))
    return sorted(rows, key=lambda row: (order_of(row.template), row.made_at, row.serial))


def obstacle(tx: Tx, matter: Case | Lead, kind: PaperKind, fields: Mapping[str, Any]) -> Refusal | None:
    """What making the document would be refused with now, of those facts `fields`; None where nothing stands in its way."""
    try:
        _by_who_may(_allowed(tx, matter, "paper.make"), matter, kind)
        _fits(matter, kind)
        check_needs(kind, fields)
        if _carries(matter, kind):
            carried_number(tx, cast(Case, matter), kind)
    except Refusal as refusal:
        return refusal
    return None


# -- how a document is made ---------------------------------------------------------------------------------------------


def draft_paper(tx: Tx, *, number: str = "", paper: str | UUID, told: Mapping[str, Any] | None = None) -> Draft:
    """A document rendered ahead of its step, with the number it would draw now; `paper` is its kind, or which it corrects."""
    before = _find(tx, paper) if isinstance(paper, UUID) else None
    matter, kind = (
        _matter(tx, before.matter_number if before else number),
        kind_of(before.template if before else str(paper)),
    )
    tx = _allowed(tx, matter, "paper.make")
    _by_who_may(tx, matter, kind)
    _fits(matter, kind)
    known, drawn = told_for(kind, told or {}), _number(tx, matter, kind, before, ahead=True).printed
    fields = _fields(tx, matter, kind, known, before, drawn, tx.now)
    check_needs(kind, fields)
    return Draft(drawn, tx.now, digest_of(template_of(kind.code), fields, known), _filled(kind, fields, known))


def _made(
    tx: Tx,
    matter: Case | Lead,
    kind: PaperKind,
    told: Mapping[str, str],
    before: Paper | None = None,
    draft: Draft | None = None,
) -> Paper:
    drawn = _number(tx, matter, kind, before)
    fields = _fields(tx, matter, kind, told, before, drawn.printed, draft.at if draft else tx.now)
    check_needs(kind, fields)
    if draft is None:
        content = _filled(kind, fields, told)
    else:
        content = draft.still(drawn.printed, digest_of(template_of(kind.code), fields, told), tx.now)
    return add_paper(tx, matter, kind, drawn, content, replaces=before)


def _fields(
    tx: Tx,
    matter: Case | Lead,
    kind: PaperKind,
    told: Mapping[str, str],
    before: Paper | None,
    number: str,
    at: datetime,
) -> Mapping[str, Any]:
    """Everything the document may print."""
    replaces = say("papers.replaces", number=before.number) if before else ""
    about = {"name": kind.name(), "number": number, "maker": tx.actor.name, "replaces": replaces}
    if isinstance(matter, Case):
        return fields_of_case(tx.session, tx.county, matter, now=at, paper=about, told=told)
    return fields_of_lead(tx.session, tx.county, matter, now=at, paper=about, told=told)


def _filled(kind: PaperKind, fields: Mapping[str, Any], told: Mapping[str, str]) -> bytes:
    """The document; what it was told, as far as it prints it, stays in it for a correction."""
    template = template_of(kind.code)
    printed = fields_of(template)
    return with_told(fill(template, fields), {name: text for name, text in told.items() if f"told.{name}" in printed})


def _number(tx: Tx, matter: Case | Lead, kind: PaperKind, before: Paper | None, *, ahead: bool = False) -> Number:
    """The decision carries the case's number; everything else, and what corrects it, the next of the series."""
    if before is None and _carries(matter, kind):
        return carried_number(tx, cast(Case, matter), kind)
    return (next_number if ahead else drawn_number)(tx, _organ(tx, matter), kind.word)


def _carries(matter: Case | Lead, kind: PaperKind) -> bool:
    return kind.code in CARRIED and isinstance(matter, Case) and bool(matter.decision_number)


def _organ(tx: Tx, matter: Case | Lead) -> str:
    """The organ whose series it is: that in whose name the case is decided, for a lead that of who makes it."""
    if isinstance(matter, Case):
        return matter.in_name_of
    return tx.actor.organ_for("paper.make") or tx.county.code


# -- whose document it is -----------------------------------------------------------------------------------------------


def _matter(tx: Tx, number: str) -> Case | Lead:
    return find_matter(tx, number)[1]


def _find(tx: Tx, paper: UUID) -> Paper:
    row = tx.session.get(Paper, paper)
    if row is None or row.jurisdiction_id != tx.county.jurisdiction_id or row.matter_kind not in ("case", "lead"):
        raise Refusal("errors_papers.not_found", kind="not_found", number=str(paper))
    return row


def _allowed(tx: Tx, matter: Case | Lead, verb: str) -> Tx:
    """Refuse who may not do `verb` here; gives the step as those roles take it that the actor holds there."""
    townships = frozenset({matter.township_code} if matter.township_code else ())
    subject = Subject(tx.county.jurisdiction_id, townships, None, matter.number, not townships)
    demand(tx.actor, verb, subject, tx.now)
    actor = within(tx.actor, subject, tx.now)
    return replace(tx, actor=on_behalf(actor, matter.organ_code) if isinstance(matter, Case) else actor)


def _by_who_may(tx: Tx, matter: Case | Lead, kind: PaperKind) -> None:
    """Refuse who has no part in the case: its officers and those who lead or decide it make its documents (PL 42, 58)."""
    _of_its_organ(tx, matter, kind)
    if not isinstance(matter, Case) or tx.actor.system or handles(tx.actor, matter) or tx.actor.roles & _LEADING:
        return
    if kind.code in _HEARD_AND_REVIEWED and (Role.LEGAL_REVIEWER in tx.actor.roles or _presides(tx.actor, matter)):
        return
    people = (tx.session.get(Person, UUID(one)) for one in matter.officer_ids)
    raise Refusal(
        "errors_papers.not_of_the_case",
        kind="forbidden",
        clause="PL 42",
        paper=Word(f"papers.kind.{kind.code}"),
        number=matter.number,
        officers=tuple(person.name for person in people if person) or "—",
    )


def _presides(actor: Actor, matter: Case) -> bool:
    return actor.person_id is not None and str(actor.person_id) == matter.course.get("presider_id")


def _of_its_organ(tx: Tx, matter: Case | Lead, kind: PaperKind) -> None:
    """Refuse who would write in the name, and draw on the numbers, of an organ that is not his (PL 59)."""
    acting = tx.actor.organ_for("paper.make")
    if not isinstance(matter, Case) or acting is None or kind.code in OF_OTHERS:
        return
    if acting not in (matter.organ_code, matter.in_name_of):
        own, mine = organ_named(tx, matter.organ_code), organ_named(tx, acting)
        paper = Word(f"papers.kind.{kind.code}")
        raise Refusal("errors_papers.other_organ", kind="forbidden", clause="PL 59", paper=paper, own=own, acting=mine)


def _fits(matter: Case | Lead, kind: PaperKind) -> None:
    """Refuse a document of another kind of matter, of another decision, of a matter that is put away."""
    paper = Word(f"papers.kind.{kind.code}")
    if isinstance(matter, Lead) and kind.matter == "case":
        raise Refusal("errors_papers.case_only", kind="conflict", clause=kind.clause, paper=paper, number=matter.number)
    if isinstance(matter, Case) and kind.procedure not in ("", matter.procedure):
        raise Refusal(
            "errors_papers.other_procedure",
            kind="conflict",
            clause=kind.clause,
            paper=paper,
            own=Word(f"vocabulary.procedure.{matter.procedure}"),
            needed=Word(f"vocabulary.procedure.{kind.procedure}"),
        )
    if _carries(matter, kind) and not str(cast(Case, matter).decision_number).startswith(f"{kind.word}〔"):
        number = cast(Case, matter).decision_number
        raise Refusal("errors_papers.other_decision", kind="conflict", clause=kind.clause, paper=paper, number=number)
    if matter.status in _PUT_AWAY and "archive" not in kind.steps:
        raise Refusal("errors_papers.archived", kind="conflict", number=matter.number)


def handles(actor: Actor, matter: Case | Lead) -> bool:
    """Whether the actor is one of the officers of the case: these read its documents without saying why."""
    return isinstance(matter, Case) and str(actor.person_id) in matter.officer_ids


def _reason(text: str) -> str:
    words = text.strip()
    if not words:
        raise Refusal("errors_papers.reason_missing", pointer="/reason")
    if len(words) > REASON_LIMIT:
        raise Refusal(
            "errors_papers.told_long",
            pointer="/reason",
            input=Word("papers.told.reason"),
            length=len(words),
            limit=REASON_LIMIT,
        )
    return words


def _tell(
    tx: Tx,
    matter: Case | Lead,
    verb: str,
    row: Paper,
    clause: str,
    more: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    append_event(
        tx,
        matter=row.matter_kind,
        subject_id=matter.id,
        subject_number=matter.number,
        verb=verb,
        from_state=matter.status,
        to_state=matter.status,
        facts={
            "paper": str(row.id),
            "template": row.template,
            "document": row.number,
            "sha256": row.sha256,
            **(more or {}),
        },
        clause=clause,
        words={"reason": reason},
    )
