"""What the rules are asked with for a visit: who has published what, where it lies, how often it was visited, who comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from data.casework.inspection_steps import body_published, on_of, unpublished
from data.casework.inspection_subjects import is_written, nearest_cap, visits_of, written_plans
from data.casework.organs import refusal_in_names
from data.db import Tx
from data.models import Certificate, InspectionVisit, Item, Organ, Party, Person
from policy.guards_between import clause_of
from policy.guards_inspection import Inspector, VisitFacts, own_area
from policy.lifecycle import refused
from policy.vocabulary import MatterKind, OrganKind, PersonKind, Verb
from policy.vocabulary_between import CapException


def visit_facts(
    tx: Tx, row: InspectionVisit, subject: Party, acting: str, told: Mapping[str, Any], verb: Verb
) -> VisitFacts:
    """A visit at the moment of the step `verb`, taken by the organ `acting`."""
    written = written_plans(tx)
    earlier = visits_of(tx, subject, row.visit_on.year, written, row)
    visits, cap = nearest_cap(tx, row.organs, earlier, row.visit_on)
    hidden, bodies = unpublished(tx, row.items), {code: body_published(tx, code) for code in row.organs}
    return VisitFacts(
        now=tx.now,
        number=row.number,
        profile=tx.county.profile,
        on=on_of(tx),
        acting=next((code for code, known in bodies.items() if not known), acting),
        reason=told.get("reason", ""),
        document=told.get("document", ""),
        item=next(iter(hidden), "") or _item_name(tx, row.items),
        published_body=all(bodies.values()),
        published_item=bool(row.items) and not hidden,
        township_of_subject=row.township_code or "",
        area=_area(tx, row.organs),
        organ_there=organ_there(tx, row.township_code or ""),
        visit_on=row.visit_on,
        visits_this_year=visits,
        organ_cap=cap,
        earlier_visits=tuple(one.visit_on for one in earlier),
        cap_exception=CapException(row.cap_exception) if row.cap_exception else None,
        exception_reason=row.exception_reason or "",
        by_head=acting in (row.organs[1:] if verb is Verb.AGREE else row.organs[:1]),
        heads_awaited=frozenset(row.organs[1:]) - set(row.agreed),
        found=told.get("visit_outcome"),
        guidance=told.get("guidance", ""),
        informed=told.get("informed", ""),
        inspectors=inspectors(tx, told.get("persons") or row.inspectors),
        steps_done=_done(row, told),
        written=is_written(row, written),
    )


def demand_own_area(tx: Tx, subject: Party) -> None:
    """Refuse an account that plans a visit outside its organ's area by that rule, which says whom to ask instead (E6)."""
    acting, town = tx.actor.organ_for("inspection_visit.plan"), subject.township_code or ""
    if tx.actor.system or not acting:
        return
    facts = VisitFacts(
        profile=tx.county.profile,
        on=on_of(tx),
        township_of_subject=town,
        area=_area(tx, [acting]),
        organ_there=organ_there(tx, town),
    )
    decision = own_area(facts)
    if not decision.allowed:
        raise refusal_in_names(tx, refused(MatterKind.INSPECTION_VISIT, Verb.PLAN, "", decision))


def organ_there(tx: Tx, township: str) -> str:
    """Code of the organ of a town; empty where there is none."""
    query = select(Organ.code).where(
        Organ.jurisdiction_id == tx.county.jurisdiction_id,
        Organ.kind == OrganKind.TOWNSHIP.value,
        Organ.township_code == township,
    )
    return tx.session.scalars(query.limit(1)).first() or ""


def _item_name(tx: Tx, codes: Sequence[str]) -> str:
    query = select(Item.name).where(Item.jurisdiction_id == tx.county.jurisdiction_id, Item.code.in_(codes[:1]))
    return tx.session.scalars(query).first() or ""


def _area(tx: Tx, organs: Sequence[str]) -> frozenset[str] | None:
    """Where all organs of a visit are at home; None for the whole county."""
    query = select(Organ.township_code).where(
        Organ.jurisdiction_id == tx.county.jurisdiction_id, Organ.code.in_(organs)
    )
    towns = {code for code in tx.session.scalars(query) if code}
    if not towns:
        return None
    return frozenset(towns) if len(towns) == 1 else frozenset()


def inspectors(tx: Tx, codes: Sequence[str]) -> tuple[Inspector, ...]:
    """Those who come, each with standing and whether the certificate is valid at the moment."""
    valid = select(Certificate.person_id).where(
        Certificate.jurisdiction_id == tx.county.jurisdiction_id,
        Certificate.valid_from <= tx.now,
        Certificate.valid_to > tx.now,
        or_(
            Certificate.suspended_from.is_(None),
            Certificate.suspended_from > tx.now,
            Certificate.suspended_to <= tx.now,
        ),
    )
    query = select(Person.name, Person.kind, Person.id.in_(valid)).where(
        Person.jurisdiction_id == tx.county.jurisdiction_id, Person.code.in_(codes)
    )
    return tuple(Inspector(name, PersonKind(kind), bool(held)) for name, kind, held in tx.session.execute(query))


def _done(row: InspectionVisit, told: Mapping[str, Any]) -> frozenset[str]:
    """Steps of the profile's list that are done, or are done with this one."""
    done = {
        "approval": row.approved_at is not None,
        "notice": row.noticed_at is not None,
        "certificates": bool(told.get("certificates_shown")) or row.entered_at is not None,
        "scan": bool(told.get("scanned")) or row.entered_at is not None,
        "record": bool(str(told.get("words") or row.words or "").strip()),
    }
    return frozenset(code for code, here in done.items() if here)


def clause_of_step(facts: VisitFacts, verb: Verb, merged: bool) -> str | None:
    """On what a step of a visit rests."""
    if verb is Verb.PLAN and merged:
        return clause_of(facts, "inspection.once_for_all", "inspection.steps")
    if verb is Verb.CHECK_IN_WRITING:
        return clause_of(facts, "inspection.instead")
    if verb is Verb.RECORD:
        return clause_of(facts, "inspection.outcomes") or "FL 二(五)"
    return clause_of(facts, "inspection.steps")
