"""Which team to send: facts from the record, judged by the rules; the same words on page, in the API and in the event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from data.county import County
from data.models import Item, Lead
from data.queries.competence import competence_at
from data.queries.force import team_facts
from data.queries.named import names_in_both, recommendation_named
from data.queries.travelling import method_of, travel_to
from policy.competence import Competence
from policy.eligibility import TaskFacts
from policy.recommendation import Recommendation, recommend, rules_of, weights_of
from policy.vocabulary import ItemKind, TaskKind, Urgency
from policy.zone import CHINA


def usual_kind(lead: Lead) -> TaskKind:
    """What a lead asks for before anyone chooses: make safe, handle where the item is known, else check on the spot."""
    if lead.urgency == Urgency.EMERGENCY:
        return TaskKind.SECURE
    return TaskKind.HANDLE if lead.item_id is not None else TaskKind.VERIFY


def task_facts(
    county: County, lead: Lead, kind: TaskKind, item_code: str | None, competence: Competence | None = None
) -> TaskFacts:
    """The task that a lead would become, as the rules see it."""
    cell = county.hierarchy.get(lead.cell_code) if lead.cell_code else None
    return TaskFacts(
        kind=kind,
        urgency=Urgency(lead.urgency),
        item_code=item_code,
        domain=lead.domain,
        cell_chain=tuple(reversed(lead.cell_chain)),
        township_code=lead.township_code,
        settlement=cell.settlement if cell else "rural",
        lon=lead.lon,
        lat=lead.lat,
        item_kind=_item_kind(competence),
    )


def _item_kind(competence: Competence | None) -> ItemKind | None:
    """Why the township enforces the item; None where the county does."""
    held = competence is not None and competence.basis in set(ItemKind)
    return ItemKind(competence.basis) if competence is not None and held else None


def competence_of(session: Session, county: County, lead: Lead, now: datetime) -> Competence | None:
    """The organ competent to penalise the lead's item where it is; None while no item is chosen."""
    item = session.get(Item, lead.item_id) if lead.item_id else None
    if item is None:
        return None
    return competence_at(session, county, item, lead.township_code, now.astimezone(CHINA).date())


def recommend_teams(
    session: Session, county: County, lead: Lead, now: datetime, kind: TaskKind | None = None
) -> Recommendation:
    """Every team of the county judged and ranked for `lead`; also the excluded ones, with their reasons."""
    chosen = kind or usual_kind(lead)
    teams = team_facts(session, county, now, township=lead.township_code)
    item = session.get(Item, lead.item_id) if lead.item_id else None
    competence = competence_of(session, county, lead, now)
    travel = travel_to(county, [lead], teams, now)
    found = recommend(
        task_facts(county, lead, chosen, item.code if item else None, competence),
        teams,
        weights_of(county.profile, now.date()),
        travel.minutes[:, 0].tolist(),
        now,
        rules=rules_of(county.profile, now.date()),
        competence=competence,
        methods=[method_of(by_road) for by_road in travel.by_road[:, 0].tolist()],
    )
    return recommendation_named(found, names_in_both(session, county))
