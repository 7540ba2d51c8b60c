"""All open normal leads and all teams at once: the proposal of a batch, from facts read in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.models import ChainHead, Item, ItemField, Lead, Team
from data.queries.competence import competences
from data.queries.console import FAR, IN_HAND, MOST_COMPARED, WAITING, doubles, short_place, window_of
from data.queries.force import team_facts
from data.queries.named import names_in_both, say_names
from data.queries.recommending import task_facts, usual_kind
from data.queries.travelling import travel_to
from policy.batch import LeftOut, OpenLead, Placed, Proposal, Rules, propose, set_up
from policy.competence import Competence
from policy.decision import Reason, against
from policy.items.fields import field_words
from policy.recommendation import rules_of, weights_of
from policy.text import LANGUAGES, Name
from policy.vocabulary import LeadStatus, Urgency
from policy.zone import CHINA

MOST_LEADS: Final = 2_000


@dataclass(frozen=True, slots=True)
class LeadLine:
    """What is said of a lead beside its team: what it is about and where, and when it is to be assigned."""

    number: str
    title: Name
    summary: str
    place: Name
    due_at: datetime | None
    township: str | None


@dataclass(frozen=True, slots=True)
class BatchProposal:
    """The proposal, made from the record as it stood at `sequence`; what was left out with reasons; names of the teams."""

    made_at: datetime
    sequence: int
    found: Proposal
    left_out: tuple[tuple[str, tuple[Reason, ...]], ...]
    lines: Mapping[str, LeadLine]
    teams: Mapping[str, Name]


def propose_batch(
    session: Session, actor: Actor, county: County, *, now: datetime, township: str | None = None
) -> BatchProposal:
    """Who would go where if all normal leads that wait (of `township`, or all the actor may send) were sent now."""
    demand(actor, "lead.dispatch", Subject(county.jurisdiction_id), now)
    rows = _waiting(session, actor, county, township)
    held = _held_back(session, county, [lead for lead, _, _ in rows], now)
    names = names_in_both(session, county)
    found = _proposed(session, county, [lead for lead, _, _ in rows if lead.number not in held], now, names)
    left = {one.lead.number: one.reasons for one in found.left_out} | held
    return BatchProposal(
        now,
        session.scalar(select(ChainHead.sequence).where(ChainHead.jurisdiction_id == county.jurisdiction_id)) or 0,
        found,
        tuple((lead.number, left[lead.number]) for lead, _, _ in rows if lead.number in left),
        {lead.number: _line(county, lead, item, field) for lead, item, field in rows},
        _team_names(session, county),
    )


_Row = tuple[Lead, Name | None, Name | None]  # a lead, its item and its domain in words


def _waiting(session: Session, actor: Actor, county: County, township: str | None) -> list[_Row]:
    """Normal leads that wait, in the order of the queue."""
    query = (
        select(Lead, Item.name, Item.name_en, ItemField.name)
        .outerjoin(Item, Item.id == Lead.item_id)
        .outerjoin(ItemField, (ItemField.code == Lead.domain) & (ItemField.jurisdiction_id == Lead.jurisdiction_id))
        .where(
            Lead.jurisdiction_id == county.jurisdiction_id,
            in_scope(actor, "lead.dispatch", county.jurisdiction_id, Lead.township_code),
            Lead.status.in_(WAITING),
            Lead.urgency == Urgency.NORMAL,
        )
    )
    query = query.where(Lead.township_code == township) if township else query
    rows = session.execute(query.order_by(Lead.assign_due_at, Lead.number).limit(MOST_LEADS)).all()
    found = [
        (lead, Name(item, item_en or item) if item else None, field_words(field) if field else None)
        for lead, item, item_en, field in rows
    ]
    return sorted(found, key=lambda row: (row[0].assign_due_at or row[0].received_at + FAR, row[0].number))


def _held_back(session: Session, county: County, leads: Sequence[Lead], now: datetime) -> dict[str, tuple[Reason, ...]]:
    """Leads that wait for a decision of a person first: where they are, what they are, whether they are another one."""
    held: dict[str, tuple[Reason, ...]] = {}
    same = _repeated(session, county, now) if leads else {}
    for lead in leads:
        if lead.township_code is None:
            held[lead.number] = (against("reasons.unlocated"),)
        elif not lead.domain:
            held[lead.number] = (against("reasons_batch.to_triage"),)
        elif lead.number in same:
            held[lead.number] = (against("reasons_batch.maybe_same", numbers=same[lead.number]),)
    return held


def _repeated(session: Session, county: County, now: datetime) -> Mapping[str, tuple[str, ...]]:
    """Waiting leads that may repeat an earlier one, with the numbers of those."""
    span = timedelta(minutes=window_of(county, now).minutes)
    query: Select[*tuple[Any, ...]] = (
        select(
            Lead.number, Lead.summary, Lead.occurred_at, Lead.received_at, Lead.domain, Lead.lon, Lead.lat,
            Lead.cell_code, Lead.status,
        )
        .where(
            Lead.jurisdiction_id == county.jurisdiction_id,
            Lead.received_at > now - 2 * span,
            Lead.status.in_((*WAITING, *IN_HAND, LeadStatus.RESOLVED)),
        )
        .order_by(Lead.received_at.desc(), Lead.number.desc())
        .limit(MOST_COMPARED)
    )  # fmt: skip
    rows = session.execute(query).all()
    since = {row.number: (row.received_at, row.number) for row in rows}
    found = {
        number: tuple(one for one in others if since[one] < since[number])
        for number, others in doubles(rows, window_of(county, now)).items()
    }
    return {number: earlier for number, earlier in found.items() if earlier}


def _proposed(
    session: Session, county: County, leads: Sequence[Lead], now: datetime, names: Mapping[str, Name | str]
) -> Proposal:
    townships = {lead.township_code for lead in leads if lead.township_code}
    teams = team_facts(session, county, now, township=townships)
    travel = travel_to(county, leads, teams, now)
    day = now.date()
    rules = Rules(weights_of(county.profile, day), rules_of(county.profile, day), now)
    board = set_up(_open_leads(session, county, leads, now), teams, travel.minutes.T, rules)
    return _named(propose(board, travel.by_road.T), names)


def _open_leads(session: Session, county: County, leads: Sequence[Lead], now: datetime) -> list[OpenLead]:
    pairs = {(lead.item_id, lead.township_code) for lead in leads if lead.item_id is not None}
    known = competences(session, county, pairs, now.astimezone(CHINA).date())
    of = {lead.number: known[lead.item_id, lead.township_code] for lead in leads if lead.item_id is not None}
    return [_open_lead(county, lead, of.get(lead.number)) for lead in leads]


def _open_lead(county: County, lead: Lead, competence: Competence | None) -> OpenLead:
    return OpenLead(lead.number, task_facts(county, lead, usual_kind(lead), None, competence), competence)


def _line(county: County, lead: Lead, item: Name | None, field: Name | None) -> LeadLine:
    place = Name(*(short_place(county, lead.township_code, lead.cell_code, lang) for lang in LANGUAGES))
    title = item or field or Name("", "")
    return LeadLine(lead.number, title, lead.summary, place, lead.assign_due_at, lead.township_code)


def _team_names(session: Session, county: County) -> Mapping[str, Name]:
    query = select(Team.code, Team.name, Team.name_en).where(Team.jurisdiction_id == county.jurisdiction_id)
    return {code: Name(name, name_en or name) for code, name, name_en in session.execute(query)}


def _named(found: Proposal, names: Mapping[str, Name | str]) -> Proposal:
    """The proposal with names for the codes in its reasons."""

    def said(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
        return tuple(say_names(reason, names) for reason in reasons)

    placed: list[Placed] = [replace(one, pros=said(one.pros), cons=said(one.cons)) for one in found.placed]
    left: list[LeftOut] = [replace(one, reasons=said(one.reasons)) for one in found.left_out]
    return replace(found, placed=tuple(placed), left_out=tuple(left))
