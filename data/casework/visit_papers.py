"""Documents of a visit 涉企检查文书: approval form, notice, record, notice of the result, made of the visit and numbered (E7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import demand
from data.casework.inspection_steps import find_row, subject_of
from data.casework.paper_numbers import drawn_number
from data.casework.paper_rows import add_paper
from data.db import Tx
from data.events import append_event
from data.models import InspectionVisit, Paper
from data.papers.catalogue import PaperKind, kind_of, template_of
from data.papers.fields_visit import fields_of_visit
from data.papers.fill import fill
from data.papers.store import kept
from data.settings import settings
from policy.errors import Refusal
from policy.text import Word
from policy.vocabulary import MatterKind

VISIT: Final = MatterKind.INSPECTION_VISIT
READY: Final[Mapping[str, Callable[[InspectionVisit], Any]]] = {
    "inspection_approval": lambda row: row.planned_at,
    "inspection_notice": lambda row: row.approved_at,
    "inspection_record": lambda row: row.entered_at,
    "inspection_result": lambda row: row.recorded_at,
}
"""Documents of a visit in their order, and what must have happened before each."""
AHEAD: Final = frozenset({"inspection_approval", "inspection_notice"})
"""Those that speak of a visit before it takes place."""


def make_visit_paper(tx: Tx, *, number: str, paper: str) -> Paper:
    """Make the document `paper` of a visit in the series of its leading organ; raises Refusal before its time."""
    row: InspectionVisit = find_row(tx, VISIT, number)
    demand(tx.actor, "paper.make", subject_of(tx, row), tx.now)
    kind = _of_a_visit(row, paper)
    _by_its_organs(tx, row, kind)
    drawn = drawn_number(tx, row.organ_code, kind.word)
    about = {"name": kind.name(), "number": drawn.printed, "maker": tx.actor.name}
    fields = fields_of_visit(tx.session, tx.county, row, now=tx.now, paper=about, ahead=kind.code in AHEAD)
    made = add_paper(tx, row, kind, drawn, fill(template_of(kind.code), fields))
    _tell(tx, row, "make_paper", made, kind.clause)
    return made


def open_visit_paper(tx: Tx, *, number: str, paper: UUID) -> tuple[Paper, bytes]:
    """A document of a visit and its .docx; who read it is an event."""
    row: InspectionVisit = find_row(tx, VISIT, number)
    demand(tx.actor, "paper.read", subject_of(tx, row), tx.now)
    made = tx.session.get(Paper, paper)
    if made is None or made.matter_id != row.id or made.sha256 is None:
        raise Refusal("errors_papers.not_found", kind="not_found", number=str(paper))
    content = kept(settings().var, made.sha256, made.number)
    _tell(tx, row, "open_paper", made, "PI 51")
    return made, content


def papers_of_visit(session: Session, row: InspectionVisit) -> list[Paper]:
    """Documents of a visit, oldest first."""
    return list(session.scalars(select(Paper).where(Paper.matter_id == row.id).order_by(Paper.made_at, Paper.number)))


def ready(row: InspectionVisit) -> tuple[str, ...]:
    """Documents that can be made of a visit as it stands."""
    return tuple(code for code, due in READY.items() if due(row) is not None)


def _of_a_visit(row: InspectionVisit, paper: str) -> PaperKind:
    kind = kind_of(paper)
    name = Word(f"papers.kind.{kind.code}")
    if kind.code not in READY:
        known = tuple(Word(f"papers.kind.{code}") for code in READY)
        raise Refusal("errors_inspections.no_paper_of_a_visit", kind="conflict", paper=name, known=known)
    if READY[kind.code](row) is None:
        due = Word(f"errors_inspections.before.{kind.code}")
        facts: dict[str, Any] = {"paper": name, "number": row.number, "before": due}
        raise Refusal("errors_inspections.paper_too_early", kind="conflict", clause="EI 要点", **facts)
    return kind


def _by_its_organs(tx: Tx, row: InspectionVisit, kind: PaperKind) -> None:
    """Refuse who belongs to no organ that takes part."""
    acting = tx.actor.organ_for("paper.make")
    if not tx.actor.system and acting not in row.organs:
        name = Word(f"papers.kind.{kind.code}")
        raise Refusal("errors_inspections.paper_of_others", kind="forbidden", paper=name, number=row.number)


def _tell(tx: Tx, row: InspectionVisit, verb: str, made: Paper, clause: str) -> None:
    append_event(
        tx,
        matter=VISIT.value,
        subject_id=row.id,
        subject_number=row.number,
        verb=verb,
        from_state=row.status,
        to_state=row.status,
        facts={"paper": str(made.id), "template": made.template, "document": made.number, "sha256": made.sha256},
        clause=clause,
    )
