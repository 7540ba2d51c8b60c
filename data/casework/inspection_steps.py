"""What inspection plans, draws, visits and joint operations share: found and locked, who acts, the step, its words, its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import or_, select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand, within
from data.casework.numbers import draw_number
from data.casework.organs import own_organ, refusal_in_names, townships_of_organs
from data.casework.steps import roles_of
from data.db import Tx
from data.events import append_event
from data.models import Delegation, InspectionDraw, InspectionPlan, InspectionVisit, Item, JointOperation, Organ
from policy.case_reading import read_form
from policy.errors import Refusal
from policy.guards import Facts
from policy.inspection_forms import INSPECTION_FORMS
from policy.lifecycle import advance
from policy.vocabulary import MatterKind, OrganKind, Verb, word
from policy.vocabulary_between import OperationStatus, VisitStatus
from policy.vocabulary_inspection import DrawStatus, InspectionPlanStatus
from policy.zone import CHINA

Given = Mapping[str, Any]
MODELS: Final[Mapping[MatterKind, type[Any]]] = {
    MatterKind.INSPECTION_PLAN: InspectionPlan,
    MatterKind.INSPECTION_DRAW: InspectionDraw,
    MatterKind.INSPECTION_VISIT: InspectionVisit,
    MatterKind.JOINT_OPERATION: JointOperation,
}
STATES: Final[Mapping[MatterKind, type[StrEnum]]] = {
    MatterKind.INSPECTION_PLAN: InspectionPlanStatus,
    MatterKind.INSPECTION_DRAW: DrawStatus,
    MatterKind.INSPECTION_VISIT: VisitStatus,
    MatterKind.JOINT_OPERATION: OperationStatus,
}
INSPECTING: Final = frozenset(
    {OrganKind.BUREAU, OrganKind.PROFESSIONAL_TEAM, OrganKind.DEPARTMENT, OrganKind.TOWNSHIP, OrganKind.FIRE}
)
"""Kinds of organ that enforce; those that only coordinate inspect nobody (E1)."""


def find_row(tx: Tx, matter: MatterKind, number: str) -> Any:
    """The matter `number` of this county, locked for the step; raises Refusal for none."""
    model = MODELS[matter]
    query = select(model).where(model.number == number, model.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise not_found(tx, matter, number)
    return row


def not_found(tx: Tx, matter: MatterKind, number: str) -> Refusal:
    """There is no such matter here."""
    facts: dict[str, Any] = {"matter": word(matter), "number": number[:40], "county": tx.county.name}
    return Refusal("errors_between.not_found", kind="not_found", **facts)


def form_of(matter: MatterKind, name: str) -> Verb:
    """The step called `name` of this kind of matter; raises Refusal for one it has not."""
    forms = INSPECTION_FORMS[matter]
    if name not in {verb.value for verb in forms}:
        facts: dict[str, Any] = {
            "matter": word(matter),
            "step": name[:40],
            "allowed": tuple(verb.value for verb in forms),
        }
        raise Refusal("errors_between.unknown_step", kind="not_found", pointer="/step", **facts)
    return Verb(name)


def read(matter: MatterKind, verb: Verb, given: Given) -> dict[str, Any]:
    """What a step was told, in its own types."""
    return read_form(verb, given, INSPECTION_FORMS[matter][verb])


def asked(tx: Tx, matter: MatterKind, verb: Verb, given: Given) -> dict[str, Any]:
    """What a new matter is told; raises Refusal at once for whoever may begin no such matter anywhere."""
    demand(tx.actor, f"{matter.value}.{verb.value}", Subject(tx.county.jurisdiction_id), tx.now)
    return read(matter, verb, given)


def draft(tx: Tx, matter: MatterKind, organ: str | None, **columns: Any) -> Any:
    """A matter before its first step: it has neither number nor state."""
    place = tx.county.jurisdiction_id
    return MODELS[matter](
        id=uuid7(), jurisdiction_id=place, number="", status="", organ_code=organ or "", course=[], **columns
    )


def numbered(tx: Tx, matter: MatterKind, row: Any) -> None:
    """The draft gets its number and is kept."""
    row.number = draw_number(tx, matter.value)
    tx.session.add(row)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that somebody may take: with the roles held here, for which organ, and what was told."""

    verb: Verb
    here: Tx
    acting: str
    told: Mapping[str, Any]


def step_of(tx: Tx, matter: MatterKind, row: Any, name: str, given: Given | None, sender: str | None = None) -> Step:
    """The step called `name` of a matter; raises Refusal for one it has not, and for whoever may not take it here."""
    verb = form_of(matter, name)
    here, acting = admitted(tx, matter, row, verb, sender)
    return Step(verb, here, acting, read(matter, verb, given or {}))


def subject_of(tx: Tx, row: Any) -> Subject:
    """A matter as an object of access: the township of what is inspected or of the organ, of an operation those of all who
    take part; the county's business where it has none."""
    townships = frozenset({row.township_code} if row.township_code else ())
    if isinstance(row, JointOperation):
        townships = townships_of_organs(tx, row.participants or [])
    return Subject(tx.county.jurisdiction_id, townships, None, row.number)


def township_of_organ(tx: Tx, code: str) -> str | None:
    """The township an organ acts for; None for one of the county."""
    organ = organ_row(tx, code)
    return organ.township_code if organ is not None else None


def admitted(tx: Tx, matter: MatterKind, row: Any, verb: Verb, sender: str | None = None) -> tuple[Tx, str]:
    """Refuse who may not take this step here; gives the step with the roles held here, and the organ that takes it."""
    name, subject = f"{matter.value}.{verb.value}", subject_of(tx, row)
    demand(tx.actor, name, subject, tx.now)
    here = replace(tx, actor=within(tx.actor, subject, tx.now))
    if tx.actor.system:
        return here, sender or row.organ_code
    return here, own_organ(here, name)


def take(
    tx: Tx, matter: MatterKind, row: Any, verb: Verb, facts: Facts, told: Given, *, clause: str | None = None
) -> None:
    """The table with its guards, the new state, what was said, and the event with its facts."""
    before = STATES[matter](row.status) if row.status else None
    try:
        row.status = advance(matter, before, verb, roles_of(tx), replace(facts, number=row.number, now=tx.now)).value
    except Refusal as refusal:
        raise (refusal_in_names(tx, refusal) if refusal.reasons else refusal) from None
    said = {name: value for name, value in told.items() if value not in (None, "", [], {}, ())}
    row.course = [*row.course, {"verb": verb.value, "at": tx.now.isoformat(), "by": tx.actor.name, **said}]
    append_event(
        tx,
        matter=matter.value,
        subject_id=row.id,
        subject_number=row.number,
        verb=verb.value,
        from_state=before.value if before else None,
        to_state=row.status,
        facts={name: value for name, value in said.items() if name not in SPOKEN},
        clause=clause,
    )


SPOKEN: Final = frozenset({"words", "reason", "exception_reason", "guidance", "results", "why_visit"})
"""What was said in words stays with the matter and out of the chain, which holds references only."""


def on_of(tx: Tx) -> date:
    """The day of the step here."""
    return tx.now.astimezone(CHINA).date()


def day_of(given: Given, name: str) -> date | None:
    """A day as it was typed, `YYYY-MM-DD`; None where nothing was said."""
    text = given.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise Refusal("errors_inspections.not_a_day", pointer=f"/{name}", day=text[:40]) from fault


def count_of(given: Given, name: str, most: int = 10_000) -> int:
    """A whole number as it was typed."""
    text = str(given[name])
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise Refusal("errors_inspections.not_a_number", pointer=f"/{name}", number=text[:40], most=most)
    return int(text)


# -- what organs have made public ---------------------------------------------------------------------------------------


def organ_row(tx: Tx, code: str) -> Organ | None:
    """The organ `code` of this county."""
    query = select(Organ).where(Organ.jurisdiction_id == tx.county.jurisdiction_id, Organ.code == code)
    return tx.session.scalars(query).first()


def body_published(tx: Tx, code: str) -> bool:
    """Whether the organ is published as one that inspects: it enforces, and has a published item of its own or delegated."""
    organ, on = organ_row(tx, code), on_of(tx)
    if organ is None or organ.kind not in INSPECTING:
        return False
    query = select(Item.id).where(Item.jurisdiction_id == tx.county.jurisdiction_id, Item.published_on <= on)
    own = Item.enforcing_body == code
    if organ.township_code:
        held = select(Delegation.item_id).where(Delegation.township_code == organ.township_code, *_in_force(on))
        return tx.session.scalars(query.where(or_(own, Item.id.in_(held))).limit(1)).first() is not None
    return tx.session.scalars(query.where(or_(own, Item.department == organ.name)).limit(1)).first() is not None


def _in_force(on: date) -> list[Any]:
    return [Delegation.valid_from <= on, or_(Delegation.valid_to.is_(None), Delegation.valid_to >= on)]


def unpublished(tx: Tx, codes: list[str], pointer: str = "/inspection_items") -> tuple[str, ...]:
    """Names of those of the items that are not public on the day (E2); raises Refusal for a code nobody knows."""
    query = select(Item).where(Item.jurisdiction_id == tx.county.jurisdiction_id, Item.code.in_(codes))
    known = {item.code: item for item in tx.session.scalars(query)}
    on = on_of(tx)
    for code in codes:
        if code not in known:
            facts: dict[str, Any] = {"number": code[:40], "county": tx.county.name}
            raise Refusal("errors_casework.item_not_found", kind="not_found", pointer=pointer, **facts)
    return tuple(item.name for item in known.values() if item.published_on is None or item.published_on > on)
