"""Files of evidence as plain rows: of a lead or case its own and those it uses from another, within the actor's area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.models import Case, Evidence, EvidenceLink, Lead
from policy.errors import Refusal
from policy.zone import CHINA

Row = dict[str, Any]
Kind = Literal["lead", "case"]
COLUMNS: Final = (
    "id", "name", "media_type", "kind", "size", "sha256", "note", "taken_at", "received_at", "lon", "lat", "width",
    "height", "claimed_at", "claimed_lon", "claimed_lat", "organ_code",
)  # fmt: skip
_MODELS: Final[dict[str, type[Lead] | type[Case]]] = {"lead": Lead, "case": Case}


def evidence_row(row: Evidence, used_by: UUID | None = None) -> Row:
    """A file as a plain row; `linked` says that the matter `used_by` uses it and another took it in."""
    more = {"matter": row.matter_number, "linked": used_by is not None and used_by != row.matter_id}
    return {name: getattr(row, name) for name in COLUMNS} | more


def list_evidence(session: Session, actor: Actor, county: County, *, kind: Kind, number: str) -> list[Row]:
    """Every file of the lead or case `number`, in the order it came in; one that is not in the actor's area is not found."""
    for verb in (f"{kind}.read", "evidence.read"):
        demand(actor, verb, Subject(county.jurisdiction_id, label=number), None)
    model = _MODELS[kind]
    matter = session.scalars(_seen(actor, county, kind).where(model.number == number)).first()
    if matter is None:
        raise Refusal("errors_casework.matter_not_found", kind="not_found", number=number, county=county.words)
    linked = select(EvidenceLink.evidence_id).where(EvidenceLink.matter_id == matter)
    query = select(Evidence).where(or_(Evidence.matter_id == matter, Evidence.id.in_(linked)))
    return [evidence_row(row, matter) for row in session.scalars(query.order_by(Evidence.received_at, Evidence.id))]


def get_evidence(session: Session, actor: Actor, county: County, *, key: UUID) -> Row:
    """One file, when a matter that holds or uses it is in the actor's area; else not found, so that a key tells nothing."""
    demand(actor, "evidence.read", Subject(county.jurisdiction_id), None)
    row = session.get(Evidence, key)
    if row is None or row.jurisdiction_id != county.jurisdiction_id or not _may_see(session, actor, county, row):
        raise Refusal("errors_casework.evidence_not_found", kind="not_found", key=str(key))
    return evidence_row(row) | {"erased_at": row.erased_at}


def readable(row: Row) -> Row:
    """The row of a file whose bytes are there; Refusal for one whose time was over and that was erased."""
    if row["erased_at"] is not None:
        day = row["erased_at"].astimezone(CHINA).date().isoformat()
        raise Refusal("errors_evidence.erased", kind="not_found", clause="PI 47", day=day)
    return row


def _may_see(session: Session, actor: Actor, county: County, row: Evidence) -> bool:
    links = select(EvidenceLink.matter_kind, EvidenceLink.matter_id).where(EvidenceLink.evidence_id == row.id)
    places = [
        (row.matter_kind, row.matter_id),
        *((link.matter_kind, link.matter_id) for link in session.execute(links)),
    ]
    return bool(seen_matters(session, actor, county, places))


def seen_matters(session: Session, actor: Actor, county: County, places: Iterable[tuple[str, UUID]]) -> dict[UUID, str]:
    """Numbers by key of those leads and cases, given as kind and key, whose evidence is in the actor's area."""
    found: dict[UUID, str] = {}
    for kind, matter in dict.fromkeys(places):
        model = _MODELS[kind]
        number = session.scalars(
            select(model.number).where(model.id == matter, model.id.in_(_seen(actor, county, kind)))
        ).first()
        if number is not None:
            found[matter] = number
    return found


def _seen(actor: Actor, county: County, kind: str) -> Any:
    """Keys of the leads or cases of which an actor may read both the matter and its evidence."""
    model, place = _MODELS[kind], county.jurisdiction_id
    return select(model.id).where(
        model.jurisdiction_id == place,
        in_scope(actor, f"{kind}.read", place, model.township_code),
        in_scope(actor, "evidence.read", place, model.township_code),
    )
