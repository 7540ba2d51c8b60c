"""A draw of an inspection as a file that anybody can repeat, and the draw repeated here (D12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from data.authority import Actor
from data.county import County
from data.models import InspectionDraw
from data.queries.draws import Drawing, Repeated, repeat, shared_of
from data.queries.inspections import one_row
from policy.drawing import INSPECTORS, SUBJECTS
from policy.errors import Refusal
from policy.vocabulary import MatterKind

FORMAT: Final = "onegrid-draw"


def exported(row: InspectionDraw) -> dict[str, Any]:
    """Everything the draw rests on: enough to repeat it without this system (the method: policy/drawing.py)."""
    names = ("subjects", "inspectors", "subjects_wanted", "inspectors_wanted", "drawn_subjects", "drawn_inspectors")
    own = {name: getattr(row, name) for name in names}
    return {"format": FORMAT, "plan": row.plan_number} | shared_of(row) | own


def draw_file(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> dict[str, Any]:
    """The file of a draw who looks may see."""
    return exported(one_row(session, actor, county, now, matter=MatterKind.INSPECTION_DRAW, number=number))


def repeat_draw(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> Repeated:
    """Repeat a draw from its lists and its seed and hold it against the record and the chain; raises Refusal before there is a seed."""
    row = one_row(session, actor, county, now, matter=MatterKind.INSPECTION_DRAW, number=number)
    if row.seed is None:
        raise Refusal("errors_inspections.draw_not_drawn", kind="conflict", number=number)
    lists = {
        label: Drawing(getattr(row, label), getattr(row, f"{label}_wanted"), tuple(kept), f"drawn_{label}")
        for label, kept in ((SUBJECTS, row.drawn_subjects), (INSPECTORS, row.drawn_inspectors))
    }
    return repeat(session, county, row, lists)
