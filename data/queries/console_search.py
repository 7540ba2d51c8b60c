"""What the command bar finds: leads and tasks by number or words, units and places by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.models import DISPATCH_ROOM, Lead, Task, Team
from data.queries.console import short_place
from policy.text import either

EACH: Final = 6  # findings of one kind


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found: its kind (lead, task, team, place), its key, and words for it."""

    kind: str
    key: str
    label: str
    more: str = ""


def search(session: Session, actor: Actor, county: County, words: str, lang: str = "zh") -> tuple[Finding, ...]:
    """Up to six findings of each kind within the actor's area; nothing for less than two characters."""
    demand(actor, "lead.read", Subject(county.jurisdiction_id), None)
    wanted = words.strip()
    if len(wanted) < 2:
        return ()
    found = (
        *_leads(session, actor, county, wanted, lang),
        *_tasks(session, actor, county, wanted),
        *_teams(session, county, wanted, lang),
        *_places(county, wanted, lang),
    )
    return found


def _leads(session: Session, actor: Actor, county: County, words: str, lang: str) -> Iterator[Finding]:
    query = (
        select(Lead.number, Lead.summary, Lead.township_code, Lead.cell_code)
        .where(
            Lead.jurisdiction_id == county.jurisdiction_id,
            in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code),
            or_(
                Lead.number.contains(words.upper(), autoescape=True),
                Lead.summary.contains(words, autoescape=True),
                Lead.address.contains(words, autoescape=True),
                Lead.external_number == words,
            ),
        )
        .order_by(Lead.received_at.desc())
        .limit(EACH)
    )
    for number, summary, township, cell in session.execute(query):
        yield Finding("lead", number, summary, f"{number} · {short_place(county, township, cell, lang)}".rstrip(" ·"))


def _tasks(session: Session, actor: Actor, county: County, words: str) -> Iterator[Finding]:
    if not any(char.isdigit() for char in words):
        return
    query = (
        select(Task.number, Lead.number, Team.name)
        .join(Lead, Lead.id == Task.lead_id)
        .join(Team, Team.id == Task.team_id)
        .where(
            Task.jurisdiction_id == county.jurisdiction_id,
            in_scope(actor, "task.read", county.jurisdiction_id, Task.township_code),
            Task.number.contains(words.upper(), autoescape=True),
        )
        .order_by(Task.assigned_at.desc())
        .limit(EACH)
    )
    for number, lead, team in session.execute(query):
        yield Finding("task", lead, number, team)


def _teams(session: Session, county: County, words: str, lang: str) -> Iterator[Finding]:
    query = (
        select(Team.code, Team.name, Team.name_en)
        .where(
            Team.jurisdiction_id == county.jurisdiction_id,
            Team.kind != DISPATCH_ROOM,
            or_(
                Team.name.contains(words, autoescape=True),
                Team.name_en.icontains(words, autoescape=True),
                Team.code == words,
            ),
        )
        .order_by(Team.code)
        .limit(EACH)
    )
    for code, name, name_en in session.execute(query):
        yield Finding("team", code, either(name, name_en, lang))


def _places(county: County, words: str, lang: str) -> Iterator[Finding]:
    said = words.casefold()
    named = [cell for cell in county.hierarchy if words in cell.name or said in cell.name_en.casefold()]
    cells = [cell for cell in named if cell.level >= county.township_level]
    for cell in sorted(cells, key=lambda cell: (cell.level, cell.code))[:EACH]:
        yield Finding("place", cell.code, county.name_of(cell.code, lang), county.place(cell.code, lang) or "")


def village_options(county: County, lang: str = "zh") -> list[tuple[str, str]]:
    """(code, chain in words) of every cell from the townships down, for choosing a place by name."""
    cells = [cell for cell in county.hierarchy if cell.level >= county.township_level]
    return [(cell.code, short_place(county, county.township_of(cell.code), cell.code, lang)) for cell in cells]
