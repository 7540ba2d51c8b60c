"""The head of a case: what is charged, whose case it is, against whom (masked), who handles it by which certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, authorise, demand, in_scope
from data.county import County
from data.masking import Erased, mask_id, mask_name, mask_phone, shown
from data.models import Account, Case, Item, Lead, Party, Person, Task, Team
from data.queries.competence import competence_at
from data.queries.force import officers_named
from data.queries.named import say_names
from policy.decision import Reason
from policy.eligibility import OfficerFacts
from policy.errors import Refusal
from policy.vocabulary_case import PartyKind
from policy.zone import CHINA

SOON: Final = timedelta(days=60)
"""A certificate that ends within this time is told of."""
Standing = Literal["valid", "soon", "expired", "suspended", "none"]


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party as it is shown; what is personal is masked (PI 51): a person's name, every number, telephone, address."""

    code: str
    kind: str
    name: str
    identity_number: str
    credit_code: str
    representative: str
    phone: str
    address: str
    masked: bool
    erased: bool = False


@dataclass(frozen=True, slots=True)
class OfficerView:
    """Who handles the case: certificate and how it stands now."""

    code: str
    name: str
    certificate: str | None
    valid_to: datetime | None
    standing: Standing
    recused: bool


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What stands at the top of a case."""

    number: str
    status: str
    procedure: str
    summary: str
    item_code: str
    item: str
    item_en: str | None
    domain: str
    articles: tuple[str, ...]
    organ_code: str
    organ: str
    in_name_of: str
    basis: str
    grounds: tuple[Reason, ...]
    place: str | None
    address: str | None
    township_code: str | None
    township: str
    party: PartyView | None
    officers: tuple[OfficerView, ...]
    team: str | None
    act_on: date
    act_ended_on: date | None
    found_at: datetime
    proposed_at: datetime
    filed_at: datetime | None
    decided_at: datetime | None
    decision_number: str | None
    decided_by: str | None
    penalties: tuple[str, ...]
    fine: Decimal | None
    confiscated: Decimal | None
    grade: str | None
    ground: str | None
    remedy: str | None
    archive_number: str | None
    published_at: datetime | None
    lead: str | None
    task: str | None
    may_unmask: bool
    version: int


def case_row(session: Session, actor: Actor, county: County, number: str) -> Case:
    """The case `number` in the actor's area; not there and not the actor's are the same answer."""
    demand(actor, "case.read", Subject(county.jurisdiction_id), None)
    query = select(Case).where(
        Case.jurisdiction_id == county.jurisdiction_id,
        Case.number == number,
        in_scope(actor, "case.read", county.jurisdiction_id, Case.township_code),
    )
    row = session.scalars(query).first()
    if row is None:
        raise Refusal("errors_case.not_found", kind="not_found", number=number[:40], county=county.words)
    return row


def subject_of_case(county: County, case: Case) -> Subject:
    """The case as an object of access."""
    townships = frozenset({case.township_code} if case.township_code else ())
    return Subject(county.jurisdiction_id, townships, None, case.number, not townships)


def read_head(
    session: Session,
    actor: Actor,
    county: County,
    case: Case,
    now: datetime,
    names: Mapping[str, str],
    lang: str = "zh",
) -> CaseHead:
    """The head of `case` as `actor` may see it; `names` are those of organs, domains and cells by code."""
    item = session.get_one(Item, case.item_id)
    party = session.get(Party, case.party_id) if case.party_id else None
    whose = competence_at(session, county, item, case.township_code, now.astimezone(CHINA).date())
    return CaseHead(
        item_code=item.code,
        item=item.name,
        item_en=item.name_en,
        domain=names.get(item.domain, item.domain),
        articles=articles_of(item),
        organ=names.get(case.organ_code, case.organ_code),
        in_name_of=names.get(case.in_name_of, case.in_name_of),
        grounds=tuple(say_names(reason, names) for reason in whose.reasons),
        place=county.place(case.cell_code, lang),
        township=county.name_of(case.township_code, lang),
        party=party_view(party, lang) if party else None,
        officers=_officers(session, case, now),
        team=_one(session, Team, Team.name if lang == "zh" else Team.name_en, case.team_id),
        decided_by=_one(session, Account, Account.display_name, case.decided_by_id),
        penalties=tuple(case.penalties),
        lead=_one(session, Lead, Lead.number, case.lead_id),
        task=_one(session, Task, Task.number, case.task_id),
        may_unmask=party is not None
        and party.erased_at is None
        and authorise(actor, "case.unmask", subject_of_case(county, case), now).allowed,
        **{name: getattr(case, name) for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE: Final = (
    "number", "status", "procedure", "summary", "organ_code", "basis", "address", "township_code", "act_on",
    "act_ended_on", "found_at", "proposed_at", "filed_at", "decided_at", "decision_number", "fine", "confiscated", "grade",
    "ground", "remedy", "archive_number", "published_at", "version",
)  # fmt: skip


def _one(session: Session, model: Any, column: Any, key: UUID | None) -> Any:
    return session.scalar(select(column).where(model.id == key)) if key else None


def articles_of(item: Item) -> tuple[str, ...]:
    """The articles that forbid and that punish, as citations."""
    parts = (item.basis.get(name) for name in ("forbids", "penalises")) if isinstance(item.basis, dict) else ()
    found = (f"{part['law']} {part['clause']}" for part in parts if isinstance(part, dict) and part.get("law"))
    return tuple(dict.fromkeys(found))


# -- party and officers ------------------------------------------------------------------------------------------------


def party_view(party: Party, lang: str = "zh", *, masked: bool = True) -> PartyView:
    """A party, masked unless the unmasking was recorded; an organisation's name and credit code are public."""
    person = party.kind == PartyKind.CITIZEN
    name = mask_name(party.name, lang) if masked and person else shown(party.name, lang)
    personal = {
        "identity_number": (party.identity_number, mask_id),
        "representative": (party.representative, mask_name),
        "phone": (party.phone, mask_phone),
        "address": (party.address, _hidden if person else str),
    }
    told = {
        key: mask(value) if masked and value and not isinstance(value, Erased) else shown(value, lang)
        for key, (value, mask) in personal.items()
    }
    credit = party.credit_code or ""
    return PartyView(
        code=party.code,
        kind=party.kind,
        name=name,
        credit_code=credit,
        masked=masked,
        **told,
        erased=party.erased_at is not None,
    )


def _hidden(_address: str | None) -> str:
    return "***"


def _officers(session: Session, case: Case, now: datetime) -> tuple[OfficerView, ...]:
    named = officers_named(session, [*case.officer_ids, *case.recused_ids], now, recused=case.recused_ids)
    keys = [UUID(who.person_id) for who in named]
    codes = {str(key): code for key, code in session.execute(select(Person.id, Person.code).where(Person.id.in_(keys)))}
    return tuple(
        OfficerView(
            codes.get(who.person_id, ""),
            who.name,
            who.certificate_no,
            who.certificate_valid_to,
            standing(who, now),
            who.recused,
        )
        for who in named
    )


def standing(who: OfficerFacts, now: datetime) -> Standing:
    """How a certificate stands at `now`."""
    if who.certificate_no is None or who.certificate_valid_to is None:
        return "none"
    if who.suspended:
        return "suspended"
    if who.certificate_valid_to < now:
        return "expired"
    return "soon" if who.certificate_valid_to - now < SOON else "valid"
