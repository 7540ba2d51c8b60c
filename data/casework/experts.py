"""Experts of the pool in the record: found by what the form says, and whether they must step aside for a case (PL 43)."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Case, LegalExpert, Party

IS_PARTY, DECLARED = "is_party", "declared"
"""Why an expert steps aside: is the party or its representative, belongs to it; has said so."""


def find_expert(session: Session, county: County, told: str) -> LegalExpert | None:
    """The expert by code, or by a name no other expert has."""
    if not told:
        return None
    query = select(LegalExpert).where(
        LegalExpert.jurisdiction_id == county.jurisdiction_id,
        or_(LegalExpert.code == told, LegalExpert.name == told),
    )
    found = session.scalars(query).all()
    by_code = next((one for one in found if one.code == told), None)
    return by_code or (found[0] if len(found) == 1 else None)


def called(expert: LegalExpert) -> str:
    """As the file names an expert: name and organisation."""
    return f"{expert.name}（{expert.organisation}）"


def tie_of(session: Session, expert: LegalExpert, case: Case) -> str:
    """Why the expert must step aside for a case; empty where nothing is known against it."""
    party = session.get(Party, case.party_id) if case.party_id else None
    if party is None:
        return ""
    if expert.name in (party.name, party.representative) or expert.organisation == party.name:
        return IS_PARTY
    return DECLARED if {party.name, party.credit_code} & set(expert.avoids) else ""
