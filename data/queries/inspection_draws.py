"""A draw as a file that anybody can repeat, and the draw repeated here: lists, hash, seed, who was drawn (D12)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor
from data.county import County
from data.events import verify_subjects
from data.models import Event, InspectionDraw
from data.queries.inspections import one_row
from policy.drawing import ALGORITHM, INSPECTORS, SUBJECTS, digest, draw
from policy.errors import Refusal
from policy.text import say
from policy.vocabulary import MatterKind

FORMAT: Final = "onegrid-draw"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A draw repeated from what was kept: each check with whether it holds."""

    number: str
    checks: tuple[tuple[str, bool], ...]
    subjects: tuple[str, ...]
    inspectors: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(held for _, held in self.checks)

    def sentences(self, lang: str) -> list[str]:
        """Every check in words."""
        return [say(f"inspections.check.{name}_{'held' if held else 'failed'}", lang) for name, held in self.checks]


def exported(row: InspectionDraw) -> dict[str, Any]:
    """Everything the draw rests on: enough to repeat it without this system (the method: policy/drawing.py)."""
    return {
        "format": FORMAT,
        "version": 1,
        "number": row.number,
        "plan": row.plan_number,
        "algorithm": row.algorithm,
        "status": row.status,
        "committed_at": row.committed_at.isoformat(),
        "population_sha256": row.population_sha256,
        "subjects": row.subjects,
        "inspectors": row.inspectors,
        "subjects_wanted": row.subjects_wanted,
        "inspectors_wanted": row.inspectors_wanted,
        "seed": row.seed,
        "seed_source": row.seed_source,
        "beacon_name": row.beacon_name,
        "drawn_at": row.drawn_at.isoformat() if row.drawn_at else None,
        "drawn_subjects": row.drawn_subjects,
        "drawn_inspectors": row.drawn_inspectors,
        "reason": row.reason,
    }


def draw_file(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> dict[str, Any]:
    """The file of a draw who looks may see."""
    return exported(one_row(session, actor, county, now, matter=MatterKind.INSPECTION_DRAW, number=number))


def repeat_draw(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> Repeated:
    """Repeat a draw from its lists and its seed and hold it against the record and the chain; raises Refusal before there is a seed."""
    row = one_row(session, actor, county, now, matter=MatterKind.INSPECTION_DRAW, number=number)
    if row.seed is None:
        raise Refusal("errors_inspections.draw_not_drawn", kind="conflict", number=number)
    made = digest(row.subjects, row.inspectors)
    subjects = draw(row.subjects, row.subjects_wanted, row.seed, made, SUBJECTS)
    inspectors = draw(row.inspectors, row.inspectors_wanted, row.seed, made, INSPECTORS)
    committed, drawn = _events(session, row)
    checks = (
        ("method", row.algorithm == ALGORITHM),
        ("lists", made == row.population_sha256),
        ("first", committed is not None and drawn is not None and committed.position < drawn.position),
        ("chain", _in_chain(row, committed, drawn, made) and _linked(session, county, row)),
        ("subjects", list(subjects) == row.drawn_subjects),
        ("inspectors", list(inspectors) == row.drawn_inspectors),
    )
    return Repeated(row.number, checks, subjects, inspectors)


def _events(session: Session, row: InspectionDraw) -> tuple[Event | None, Event | None]:
    found = {event.verb: event for event in session.scalars(select(Event).where(Event.subject_id == row.id))}
    return found.get("commit"), found.get("draw")


def _linked(session: Session, county: County, row: InspectionDraw) -> bool:
    """Whether the events of the draw are as they were hashed."""
    return verify_subjects(session, county.jurisdiction_id, [row.id]).whole


def _in_chain(row: InspectionDraw, committed: Event | None, drawn: Event | None, made: str) -> bool:
    """Whether the chain holds the same hash, seed and result as the row."""
    if committed is None or drawn is None:
        return False
    first, then = json.loads(committed.facts), json.loads(drawn.facts)
    same = all(then.get(name) == getattr(row, name) for name in ("seed", "drawn_subjects", "drawn_inspectors"))
    return first.get("population_sha256") == made and same
