"""Subjects of inspection: registered with place, trade, risk and credit; the caps of organs; how often each was visited."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import extract, select
from stdnum.cn import uscc
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.casework.inspection_steps import count_of, day_of, organ_row
from data.casework.organs import own_organ
from data.casework.parties import party_of
from data.db import Tx
from data.events import append_event
from data.models import InspectionCap, InspectionPlan, InspectionVisit, Party
from policy.case_reading import read_form
from policy.errors import Refusal
from policy.inspection_forms import CAP_FORM, SUBJECT_FORM
from policy.vocabulary import Verb
from policy.vocabulary_between import VisitStatus
from policy.vocabulary_inspection import InspectionKind


def register_subject(tx: Tx, *, given: Mapping[str, Any]) -> Party:
    """Register an enterprise with where it lies, its trade, risk and credit; one known by its code is brought up to date."""
    demand(tx.actor, "party.register", Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(Verb.RECORD, given, SUBJECT_FORM)
    cell = told["cell"]
    township = tx.county.township_of(cell) if cell in tx.county.hierarchy.cells else None
    if township is None:
        raise Refusal("errors_inspections.no_such_cell", pointer="/cell", cell=cell[:40], county=tx.county.words)
    demand(tx.actor, "party.register", Subject(tx.county.jurisdiction_id, frozenset({township})), tx.now)
    if not uscc.is_valid(told["credit_code"].upper()):
        raise Refusal("errors_case.credit_code", pointer="/credit_code")
    row = party_of(tx, {"kind": "organisation", "name": told["name"], "credit_code": told["credit_code"]})
    row.township_code, row.cell_code = township, cell
    for name in ("trade", "risk", "credit"):
        if name in told:
            setattr(row, name, str(told[name]))
    facts: dict[str, Any] = {"township": township, "risk": row.risk, "credit": row.credit or ""}
    append_event(tx, matter="party", subject_id=row.id, subject_number=row.code, verb="register", facts=facts)
    return row


def publish_cap(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> InspectionCap:
    """Keep the yearly cap the actor's organ has published: how often it inspects one enterprise at most (E3)."""
    demand(tx.actor, "organ.publish_cap", Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(Verb.PUBLISH, given, CAP_FORM)
    code = sender if tx.actor.system and sender else own_organ(tx, "organ.publish_cap")
    organ = organ_row(tx, code)
    if organ is None:
        raise Refusal("errors_between.organ_unknown", pointer="/organ", organ=code, county=tx.county.words)
    year, cap = count_of(told, "cap_year", 9999), count_of(told, "cap", 366)
    published = day_of(told, "published_on")
    row = InspectionCap(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        organ_code=code,
        year=year,
        cap=cap,
        published_on=published,
        document=told["document"],
        at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    facts: dict[str, Any] = {"year": year, "cap": cap, "document": told["document"]}
    append_event(
        tx, matter="organ", subject_id=organ.id, subject_number=code, verb="publish_cap", facts=facts, clause="EI 要点"
    )
    return row


def find_subject(tx: Tx, code: str, pointer: str = "/inspected") -> Party:
    """The enterprise `code` of this county; raises Refusal for none, and for a person."""
    query = select(Party).where(Party.jurisdiction_id == tx.county.jurisdiction_id, Party.code == code)
    row = tx.session.scalars(query).first()
    if row is None or row.kind != "organisation":
        facts: dict[str, Any] = {"subject": code[:40], "county": tx.county.name}
        raise Refusal("errors_inspections.no_such_subject", kind="not_found", pointer=pointer, **facts)
    return row


def cap_of(tx: Tx, organ: str, year: int) -> int | None:
    """The cap an organ has published for a year; None for none. The newest one holds."""
    query = select(InspectionCap.cap).where(
        InspectionCap.jurisdiction_id == tx.county.jurisdiction_id,
        InspectionCap.organ_code == organ,
        InspectionCap.year == year,
    )
    return tx.session.scalars(query.order_by(InspectionCap.at.desc()).limit(1)).first()


def written_plans(tx: Tx) -> frozenset[str]:
    """Numbers of the plans of written checks, for which nobody goes in (E3)."""
    query = select(InspectionPlan.number).where(
        InspectionPlan.jurisdiction_id == tx.county.jurisdiction_id,
        InspectionPlan.kind == InspectionKind.WRITTEN.value,
    )
    return frozenset(tx.session.scalars(query))


def is_written(row: InspectionVisit, written: Collection[str]) -> bool:
    """Whether a matter is a written check: it serves plans of written checks and no others."""
    return bool(row.plans) and all(number in written for number in row.plans)


def visits_of(
    tx: Tx, subject: Party, year: int, written: Collection[str], besides: InspectionVisit | None = None
) -> Sequence[InspectionVisit]:
    """Visits to an enterprise in a year and the one before: planned ones too, cancelled ones and written checks not."""
    query = select(InspectionVisit).where(
        InspectionVisit.party_id == subject.id,
        InspectionVisit.status != VisitStatus.CANCELLED.value,
        InspectionVisit.status != "",
        extract("year", InspectionVisit.visit_on).in_((year, year - 1)),
    )
    rows = tx.session.scalars(query.order_by(InspectionVisit.visit_on)).all()
    return [row for row in rows if not is_written(row, written) and (besides is None or row.id != besides.id)]


def nearest_cap(tx: Tx, organs: Sequence[str], visits: Sequence[InspectionVisit], on: date) -> tuple[int, int | None]:
    """Visits this year and cap of that organ taking part which has fewest visits left."""
    counted = [
        (sum(code in row.organs and row.visit_on.year == on.year for row in visits), cap_of(tx, code, on.year))
        for code in organs
    ]
    return min(counted, key=lambda pair: (pair[1] is None, (pair[1] or 0) - pair[0], -pair[0]))
