"""What a plan of postings is worked out from: the force as F01 counts it, who cannot be moved and why, what each township needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import Certificate, Lead, Leave, Organ, Person, Task
from data.queries.force import suspended
from data.queries.frames import force_frames
from data.queries.named import names_in_both
from policy.errors import Refusal
from policy.figures.force import force_on
from policy.figures.scope import day_scope, rules_of
from policy.posting_plan import Demand, Member, Township
from policy.text import Name
from policy.vocabulary import OrganKind, PersonKind
from policy.zone import CHINA

LOOKED_BACK: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=5 * 365)
BUSY: Final = (
    13  # leads of a field in the days looked back from which on a township should have somebody for it: one a week
)
HOME: Final = frozenset({OrganKind.PROFESSIONAL_TEAM, OrganKind.DEPARTMENT, OrganKind.BUREAU})
"""Organs that post their people; a township's own staff and fire stations are where they are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the county office may change of a question; None: as the profile has it."""

    county: float | None = None
    teams: float | None = None
    left: float | None = None
    people: int | None = None  # in each township at least
    busy: int = BUSY
    reposting: bool = False
    more: Mapping[str, int] = field(default_factory=dict)  # township → people at least
    keep: frozenset[str] = frozenset()  # staff numbers of people who are not to be moved
    on: date | None = None  # the day whose targets, certificates and postings count; None: today


@dataclass(frozen=True, slots=True)
class Question:
    """The force and the demand of a county, with names of `people` by staff number and of organs, townships and fields by code."""

    force: tuple[Member, ...]
    demand: Demand
    people: Mapping[str, str]
    names: Mapping[str, Name | str]
    load: Mapping[str, int]  # township → tasks of the days looked back
    clauses: Mapping[str, str | None]  # of the targets: county, teams, left


def question(session: Session, actor: Actor, county: County, now: datetime, asked: Asked | None = None) -> Question:
    """The question as of `now`; raises Refusal where the actor may not work out plans of postings."""
    demand(actor, "posting_plan.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    asked = asked or Asked()
    on = _day(asked.on, now.astimezone(CHINA).date())
    force = _force(session, county, now, on, asked.keep)
    kinds = dict(session.execute(select(Organ.code, Organ.kind).where(_here(Organ, county))).all())
    places = _townships(county, force)
    load = _load(session, county, now)
    needs = _fields_needed(session, county, now, asked.busy)
    least = asked.people if asked.people is not None else _number(county, "officers.minimum", on)
    return Question(
        force,
        Demand(
            asked.county if asked.county is not None else _number(county, "sink_down.force_share", on),
            _shares(force, kinds, {OrganKind.PROFESSIONAL_TEAM}, asked.teams, county, "sink_down.team_share", on),
            _shares(force, kinds, HOME, asked.left, county, "sink_down.minimum_left", on),
            [
                Township(
                    code, float(load.get(code, 0)), max(int(least or 0), asked.more.get(code, 0)), needs.get(code, {})
                )
                for code in places
            ],
            asked.reposting,
        ),
        dict(session.execute(select(Person.code, Person.name).where(_here(Person, county))).all()),
        names_in_both(session, county),
        load,
        {name: _clause(county, key, on) for name, key in _KEYS.items()},
    )


_KEYS: Final = {
    "county": "sink_down.force_share",
    "teams": "sink_down.team_share",
    "left": "sink_down.minimum_left",
    "people": "officers.minimum",
}


def _day(asked: date | None, today: date) -> date:
    """The day a plan is to hold on: today or one within five years."""
    if asked is None:
        return today
    if not today <= asked <= today + AHEAD:
        raise Refusal("errors_office.day_out_of_reach", pointer="/on", day=asked, today=today, last=today + AHEAD)
    return asked


def _force(session: Session, county: County, now: datetime, on: date, keep: frozenset[str]) -> tuple[Member, ...]:
    """People in the order in which alike ones are taken: whose certificate lasts longest first."""
    read = force_frames(session, county)
    scope = day_scope(on, rules_of(county.profile, on))
    people = force_on(read["people"], read["postings"], scope, read["certificates"])
    lent = _lent(read["postings"], scope)
    codes = {
        str(key): code for key, code in session.execute(select(Person.id, Person.code).where(_here(Person, county)))
    }
    fields, held = _certificates(session, county, now)
    away = _away(session, county, now)
    ordered = people.sort_values(["certified_to", "person_id"], ascending=[False, True], na_position="last")
    return tuple(
        Member(
            codes[key],
            row["home_organ_code"],
            fields.get(key),
            None if pd.isna(row["township_code"]) else row["township_code"],
            lent.get(key),
            _stays(row, codes[key] in keep, key in held, key in away),
        )
        for row in ordered.to_dict("records")
        if (key := row["person_id"])
    )


def _stays(row: Mapping[Any, Any], kept: bool, held: bool, away: bool) -> str | None:
    """Why somebody is not moved: fire staff, a township's own staff, a card on the certificate, away, kept by hand."""
    if row["kind"] == PersonKind.FIRE:
        return "fire"
    if row["home_organ_kind"] not in HOME:
        return "own" if row["home_organ_kind"] == OrganKind.TOWNSHIP else "other"
    return "card" if held else "leave" if away else "kept" if kept else None


def _lent(postings: pd.DataFrame, scope: Any) -> dict[str, str]:
    """Who is lent away 借调 on the day, and which township misses them."""
    now = postings[scope.holds(postings["valid_from"], postings["valid_to"]) & postings["seconded"].astype(bool)]
    return dict(zip(now["person_id"], now["township_code"], strict=True))


def _certificates(
    session: Session, county: County, now: datetime
) -> tuple[dict[str, frozenset[str] | None], frozenset[str]]:
    """Fields of each certificate in force (None: all), and whose is held by a card."""
    rows = session.scalars(_of(Certificate, county).order_by(Certificate.valid_to)).all()
    fields = {
        str(row.person_id): frozenset(row.fields) or None for row in rows if row.valid_from <= now <= row.valid_to
    }
    return fields, frozenset(str(row.person_id) for row in rows if suspended(row, now))


def _away(session: Session, county: County, now: datetime) -> frozenset[str]:
    query = select(Leave.person_id).where(_here(Leave, county), Leave.starts_at <= now, Leave.ends_at > now)
    return frozenset(str(key) for key in session.scalars(query))


def _townships(county: County, force: tuple[Member, ...]) -> list[str]:
    """Codes of the townships of today's grid, and of those that people are still posted to."""
    posted = {code for m in force for code in (m.township, m.seconded_from) if code is not None}
    return sorted({cell.code for cell in county.townships} | posted)


def _load(session: Session, county: County, now: datetime) -> dict[str, int]:
    query = select(Task.township_code, func.count()).where(_here(Task, county), Task.assigned_at > now - LOOKED_BACK)
    return Counter({str(code): count for code, count in session.execute(query.group_by(Task.township_code)) if code})


def _fields_needed(session: Session, county: County, now: datetime, busy: int) -> Mapping[str, Mapping[str, int]]:
    """One person for each field of which a township had `busy` leads or more."""
    query = (
        select(Lead.township_code, Lead.domain, func.count())
        .where(_here(Lead, county), Lead.received_at > now - LOOKED_BACK, Lead.domain.is_not(None))
        .group_by(Lead.township_code, Lead.domain)
    )
    needed: dict[str, dict[str, int]] = defaultdict(dict)
    for township, domain, count in session.execute(query):
        if township and count >= busy:
            needed[township][str(domain)] = 1
    return needed


def _shares(
    force: tuple[Member, ...],
    kinds: Mapping[str, str],
    wanted: frozenset[OrganKind] | set[OrganKind],
    share: float | None,
    county: County,
    key: str,
    on: date,
) -> dict[str, float]:
    """The share asked of each organ of the kinds `wanted` that has people in the force; none where nobody asks for any."""
    value = share if share is not None else _number(county, key, on)
    organs = Counter(member.organ for member in force)
    return {} if value is None else {organ: value for organ in sorted(organs) if kinds.get(organ) in wanted}


def _number(county: County, key: str, on: date) -> float | None:
    value = county.profile.get(key, on)
    return None if value is None else float(value.value)


def _clause(county: County, key: str, on: date) -> str | None:
    value = county.profile.get(key, on)
    return value.clause if value else None


def _here(model: Any, county: County) -> Any:
    return model.jurisdiction_id == county.jurisdiction_id


def _of(model: Any, county: County) -> Any:
    return select(model).where(_here(model, county))
