"""Fields of the documents of a visit to an enterprise: approval, notice, record and result, out of the visit itself (E7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Certificate, InspectionVisit, Item, Organ, Party, Person
from data.papers import wording as w
from data.papers.casefile import joined
from data.papers.declared import complete
from policy.text import say
from policy.vocabulary import label
from policy.vocabulary_case import PartyKind
from policy.vocabulary_inspection import VisitOutcome
from policy.zone import CHINA

Known = dict[str, Any]
DAY: Final = timedelta(hours=8, minutes=30), timedelta(hours=17, minutes=30)
"""Between which a visit of a day takes place, as its notice says, while nobody has gone in yet."""


def fields_of_visit(
    session: Session,
    county: County,
    visit: InspectionVisit,
    *,
    now: datetime,
    paper: Mapping[str, str] | None = None,
    ahead: bool = False,
) -> Known:
    """Every field of the documents of a visit, in the declared shape; `paper` is what is known of the document, `ahead`
    says that it speaks of the visit before it takes place, whenever it is made."""
    party = session.get_one(Party, visit.party_id)
    organs, officers = _organs(session, county, visit), _officers(session, county, visit, now)
    lead = organs[visit.organ_code]
    items = _items(session, county, visit.items)
    known: Known = {
        "organ": {"name": lead.name, "acting": lead.name, "county": county.name, "phone": lead.phone},
        "paper": {"day": w.day(now)} | dict(paper or {}),
        "case": {"number": visit.number, "officers": joined((_officer(*one) for one in officers), say("papers.joint"))},
        "party": _party(party),
        "item": {"name": joined((item.name for item in items), say("papers.apart"))},
        "officers": [{"name": name, "certificate": number} for name, number in officers],
        "told": _told(county, visit, party, ahead) | _before(visit, items, officers, ahead) | _merged(visit, organs),
    }
    return complete(known)


def _told(county: County, visit: InspectionVisit, party: Party, ahead: bool) -> Known:
    begun, ended = _span(visit, ahead)
    return {
        "subject": party.name,
        "begun": w.moment(begun),
        "ended": w.moment(ended),
        "place": party.address or _where(county, party),
        "document": visit.notice,
        "result": label(VisitOutcome(visit.outcome)) if visit.outcome else None,
        "reason": _follows(visit),
    }


def _where(county: County, party: Party) -> str | None:
    """Town and village in which an enterprise lies that gave no address."""
    codes = dict.fromkeys(code for code in (party.township_code, party.cell_code) if code)
    return "".join(county.name_of(code) for code in codes) or None


def _before(visit: InspectionVisit, items: Sequence[Item], officers: Sequence[Any], ahead: bool) -> Known:
    """What is inspected and who comes while nobody has been there, what was found after it."""
    found = visit.recorded_at is not None and not ahead
    comes = ahead or visit.entered_at is None
    return {
        "words": w.plain(visit.words) if found else _grounds(items),
        "person": joined((name for name, _ in officers), say("papers.joint")) if comes else None,
    }


def _span(visit: InspectionVisit, ahead: bool) -> tuple[datetime, datetime]:
    """From when to when: as planned for the day, as it was once somebody has gone in."""
    if visit.entered_at is not None and not ahead:
        return visit.entered_at, visit.left_at or visit.entered_at
    day = datetime.combine(visit.visit_on, datetime.min.time(), CHINA)
    return day + DAY[0], day + DAY[1]


def _grounds(items: Sequence[Item]) -> str | None:
    """The items with the articles they rest on."""
    said = (say("papers.inspected", item=item.name, basis=w.basis(item.basis.get("forbids")) or "—") for item in items)
    return joined(said, say("papers.apart"))


def _follows(visit: InspectionVisit) -> str | None:
    """What is to be done after it, by outcome (D13)."""
    if not visit.outcome:
        return None
    facts = {"guidance": visit.guidance or "—", "lead": visit.lead_number or "—", "report": visit.report or "—"}
    return say(f"papers.follows.{visit.outcome}", **facts)


def _merged(visit: InspectionVisit, organs: Mapping[str, Organ]) -> Known:
    others = [organs[code].name for code in visit.organs if code != visit.organ_code and code in organs]
    merged = (
        say("papers.merged", organs=joined(others, say("papers.joint")), plans="、".join(visit.plans))
        if others
        else say("papers.alone")
    )
    return {"merged": merged}


def _officer(name: str, certificate: str | None) -> str:
    return say("papers.officer", name=name, certificate=certificate or say("papers.blank"))


def _party(party: Party) -> Known:
    return {
        "name": party.name,
        "kind": label(PartyKind(party.kind)),
        "number_label": say(f"papers.party_number_{party.kind}"),
        "number": party.credit_code,
        "representative": party.representative,
        "phone": party.phone,
        "address": party.address,
    }


def _organs(session: Session, county: County, visit: InspectionVisit) -> Mapping[str, Organ]:
    codes = {visit.organ_code, *visit.organs}
    query = select(Organ).where(Organ.jurisdiction_id == county.jurisdiction_id, Organ.code.in_(codes))
    return {row.code: row for row in session.scalars(query)}


def _items(session: Session, county: County, codes: Sequence[str]) -> list[Item]:
    query = select(Item).where(Item.jurisdiction_id == county.jurisdiction_id, Item.code.in_(codes))
    found = {row.code: row for row in session.scalars(query)}
    return [found[code] for code in codes if code in found]


def _officers(session: Session, county: County, visit: InspectionVisit, now: datetime) -> list[tuple[str, str | None]]:
    """Who comes, with the certificate that is valid on the day, in the order in which they were named."""
    query = (
        select(Person.code, Person.name, Certificate.number)
        .outerjoin(Certificate, (Certificate.person_id == Person.id) & (Certificate.valid_to > now))
        .where(Person.jurisdiction_id == county.jurisdiction_id, Person.code.in_(visit.inspectors))
    )
    found = {code: (name, number) for code, name, number in session.execute(query)}
    return [found[code] for code in visit.inspectors if code in found]
