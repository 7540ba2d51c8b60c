"""The rows a figure is made of, for people: the very ones that were counted, as far as the caller may read each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import VERBS, Actor, Subject, demand, townships_of
from data.authority import Scope as Held
from data.county import County
from data.masking import mask_name
from data.models import Complaint, InspectionVisit, Party, Person
from data.queries.complaints import visible_complaints
from data.queries.figure_groups import DAY, WIDE, asked_group, group_word, names_for, widened
from data.queries.figures import checked_day, frames_for, scope_of
from policy.errors import Refusal
from policy.figures.definitions import definition
from policy.figures.rows import COUNTY
from policy.figures.scope import ZONE, Scope
from policy.figures.tracing import Source, sources_of
from policy.text import has, say
from policy.vocabulary import Role

PAGE: Final = 50
MOST: Final = 20_000
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("person_id", "home_organ_code", "kind", "certified_to"),
    "leads": ("lead_id", "township_code", "source", "urgency", "item_code", "received_at", "assigned_at", "resolved_at"),
    "tasks": ("task_id", "lead_id", "team_code", "urgency", "assigned_at", "accepted_at", "arrived_at", "reported_at"),
    "teams": ("team_code", "organ_code", "township_code"),
    "shifts": ("person_id", "team_code", "starts_at", "ends_at"),
    "training": ("session_code", "township_code", "held_at"),
    "townships": ("township_code",),
    "communities": ("cell_code", "township_code"),
    "villages": ("cell_code", "township_code"),
    "posts": ("township_code", "post", "needed"),
    "coverage": ("cell_code", "township_code", "shift", "minutes"),
    "cases": ("case_id", "township_code", "item_code", "procedure", "filed_at", "decision_due_at", "decided_at", "closed_at"),
    "reviews": ("review_id", "case_id", "township_code", "submitted_at", "opinion", "opinion_at"),
    "remedies": ("case_id", "township_code", "item_code", "remedy", "asked_at", "result", "decided_at"),
    "file_reviews": ("case_id", "township_code", "scored_at"),
    "cards": ("card_id", "township_code", "card", "given_at", "ended_at"),
    "deadlines": ("matter_number", "deadline", "organ_code", "township_code", "begun_at", "due_at", "done_at"),
    "transfers": ("transfer_id", "from_organ", "to_organ", "sent_at", "received_at", "objected_at"),
    "assistance": ("request_id", "from_organ", "to_organ", "asked_at", "answer_due_at", "answered_at"),
    "meetings": ("meeting_id", "held_at"),
    "steps": ("matter_number", "verb", "organ_code", "made_at", "entry"),
    "domains": ("domain",),
    "items": ("item_code", "domain", "first_used_at"),
    "scenarios": ("scenario_code", "valid_from"),
    "inspection_items": ("item_code", "organ_code"),
    "inspections": ("visit_id", "organ_code", "township_code", "entered_at", "plans"),
    "subjects": ("subject_id", "credit_code", "known_at"),
}  # fmt: skip
NAMED: Final[Mapping[tuple[str, str], str]] = {
    ("remedies", "remedy"): "kind",
    ("cards", "card"): "kind",
    ("deadlines", "deadline"): "kind",
}
"""Columns that are shown under another name than the frame's."""
READ: Final[Mapping[str, str]] = {
    "leads": "lead.read", "tasks": "task.read", "cases": "case.read", "reviews": "review.read", "remedies": "case.read",
    "file_reviews": "file_score.read", "transfers": "transfer.read", "assistance": "assistance.read", "deadlines": "case.read",
    "people": "team.read", "shifts": "team.read", "teams": "team.read", "inspections": "inspection_visit.read",
    "subjects": "inspection_visit.read", "cards": "card.read", "meetings": "meeting.read", "steps": "event.read",
}  # fmt: skip
"""What a row of a frame is read by; what is not named here is the county's own business and open as the figure is."""
_MIXED: Final = frozenset({"deadlines", "steps"})
"""Frames whose rows belong to matters of several kinds."""
WORDS: Final[Mapping[str, str]] = {
    "urgency": "vocabulary.urgency", "source": "vocabulary.lead_source", "procedure": "vocabulary.procedure",
    "opinion": "vocabulary.review_opinion", "result": "vocabulary.remedy_result", "card": "vocabulary.card_kind",
    "shift": "vocabulary.shift_name", "verb": "vocabulary.verb", "kind": "vocabulary.person_kind",
    "remedy": "figures.remedy", "entry": "figures_page.entry",
}  # fmt: skip
NAMES: Final = ("township_code", "organ_code", "home_organ_code", "from_organ", "to_organ", "team_code", "item_code", "cell_code", "domain", "post")  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row: its columns in words, what it gave to numerator and denominator, the number of the matter it is or belongs to."""

    cells: Mapping[str, str]
    hit: float | None
    of: float
    matter: str | None


@dataclass(frozen=True, slots=True)
class SourceRows:
    """A page of rows; `hidden` were counted and lie outside of what the caller may read."""

    figure: str
    measure: str
    group: str
    code: str
    group_name: str
    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    total: int
    counted: int
    hidden: int


def source_rows(
    session: Session,
    actor: Actor,
    county: County,
    *,
    figure: str,
    now: datetime,
    measure: str | None = None,
    group: str = COUNTY,
    code: str = "",
    on: date | None = None,
    days: int = 1,
    offset: int = 0,
    limit: int = PAGE,
    lang: str = "zh",
) -> SourceRows:
    """The rows a measure was counted from in one group; `Refusal` for a figure, measure or group it does not have.

    What lies outside of the caller's townships is counted but not listed; names of people are masked.
    """
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    checked_day(on, now)
    known = definition(figure)
    kind, asked = asked_group(group, [figure]) or COUNTY, _measure(figure, measure)
    day, scope = _scope(county, now, on, days, kind, code)
    read = frames_for(session, county, scope, now, [figure])
    counted = (COUNTY, "") if kind == DAY else (kind, code)
    found = sources_of(known.id, read, scope, asked, *counted)
    mine = _readable(session, actor, county, found, read)
    shown, names = mine[max(offset, 0) :][: max(0, min(limit, MOST))], names_for(session, county, lang)
    people = _known(session, read, shown)
    rows = tuple(_row(one, read[one.frame], names, people, lang) for one in shown)
    columns = tuple(dict.fromkeys(name for one in shown for name in SHOWN.get(one.frame, ())))
    hits = sum(bool(one.hit) for one in mine)
    name = day.isoformat() if kind == DAY else group_word(kind, code, names, lang)
    return SourceRows(figure, asked, kind, code, name, columns, rows, len(mine), hits, len(found) - len(mine))


def _measure(figure: str, measure: str | None) -> str:
    known = definition(figure)
    wanted = measure or known.headline.id
    every = [one.id for one in known.measures]
    if wanted not in every:
        raise Refusal(
            "errors_matter.unknown_measure", pointer="/measure", given=wanted[:40], figure=figure, known=every
        )
    return wanted


def _scope(county: County, now: datetime, on: date | None, days: int, kind: str, code: str) -> tuple[date, Scope]:
    """The day, and the period its rows were counted in."""
    if kind == DAY and code:
        on = checked_day(_day_of(code), now)
    scope = scope_of(county, now, on, days)
    return scope.on, widened(scope, kind) if kind in WIDE else scope


def _day_of(code: str) -> date:
    try:
        return date.fromisoformat(code)
    except ValueError:
        raise Refusal("errors_matter.no_day", pointer="/group_code", given=code[:40]) from None


def _readable(
    session: Session, actor: Actor, county: County, found: Sequence[Source], read: Mapping[str, pd.DataFrame]
) -> list[Source]:
    """What the caller may read: by each row's own right, within the caller's townships; of complaints only those he knows of."""
    rights = [_right(one.frame, _told(one, read[one.frame], "matter")) for one in found]
    areas = {right: _area(actor, county, right) for right in set(rights)}
    kept = _complaints_kept_from(session, actor, county) if any(one.frame in _MIXED for one in found) else frozenset()

    def may(one: Source, right: str | None) -> bool:
        area, frame = areas[right], read[one.frame]
        inside = area is None or bool(area and _town(one, frame) in area)
        return inside and (not kept or _told(one, frame, "matter_number") not in kept)

    return [one for one, right in zip(found, rights, strict=True) if may(one, right)]


def _right(frame: str, matter: str | None) -> str | None:
    """What a row is read by: a deadline by the right of its matter."""
    own = f"{matter}.read"
    return own if frame == "deadlines" and own in VERBS else READ.get(frame)


def _area(actor: Actor, county: County, right: str | None) -> frozenset[str] | None:
    """Townships whose rows of a right the caller may read; None for all, an empty set for none."""
    if right is None:
        return None
    whole = actor if right != "card.read" else replace(actor, scopes=tuple(filter(_sees_all_cards, actor.scopes)))
    return townships_of(whole, right, county.jurisdiction_id)


def _complaints_kept_from(session: Session, actor: Actor, county: County) -> frozenset[str]:
    """Numbers of complaints the caller may not know of."""
    query = select(Complaint.number).where(
        Complaint.jurisdiction_id == county.jurisdiction_id, ~visible_complaints(actor, county)
    )
    return frozenset(session.scalars(query))


def _sees_all_cards(scope: Held) -> bool:
    """Whether a role reads every card of its area, not only the own ones or those of its people (data/queries/cards.py)."""
    if scope.role in (Role.SUPERVISOR, Role.COUNTY_OFFICE):
        return True
    return scope.role in (Role.TOWNSHIP_HEAD, Role.SQUADRON_HEAD) and scope.townships is not None


def _town(one: Source, frame: pd.DataFrame) -> str | None:
    if one.township is not None:
        return one.township
    name = next((name for name in ("township_code", "home_township_code") if name in frame.columns), None)
    return _told(one, frame, name) if name else None


def _told(one: Source, frame: pd.DataFrame, name: str) -> str | None:
    """What a row holds in a column; None for nothing, or where the frame has no such column."""
    held = frame[name].iloc[one.place] if name in frame.columns else None
    return None if held is None or pd.isna(held) else str(held)


# -- words -------------------------------------------------------------------------------------------------------------


def _row(one: Source, frame: pd.DataFrame, names: Mapping[str, str], people: Mapping[str, str], lang: str) -> SourceRow:
    held = frame.iloc[one.place]
    cells = {
        name: _cell(name, held.get(NAMED.get((one.frame, name), name)), names, people, lang)
        for name in SHOWN.get(one.frame, ())
    }
    numbers = ("case_id", "lead_id", "matter_number", "transfer_id", "request_id")
    matter = next((str(held[name]) for name in numbers if name in frame.columns and not pd.isna(held[name])), None)
    return SourceRow(cells, one.hit, one.of, matter)


def _cell(name: str, value: Any, names: Mapping[str, str], people: Mapping[str, str], lang: str) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        here = value.tz_convert(ZONE)
        whole = name.endswith(("_from", "_to")) or (here.hour, here.minute, here.second) == (0, 0, 0)
        return f"{here:%Y-%m-%d}" if whole else f"{here:%Y-%m-%d %H:%M}"
    text = people.get(str(value), str(value))
    if name == "deadline":
        return group_word("deadline", text, names, lang)
    if name in NAMES:
        return names.get(text, text)
    if isinstance(value, float):
        return f"{value:,.1f}"
    key = f"{WORDS[name]}.{text}" if name in WORDS else ""
    return say(key, lang) if key and has(key, lang) else text


def _known(session: Session, read: Mapping[str, pd.DataFrame], shown: Sequence[Source]) -> Mapping[str, str]:
    """Staff numbers with masked names, numbers of visits and codes of subjects, of the rows that are shown."""
    found: dict[str, str] = {}
    for column, columns in _LOOKED_UP.items():
        keys = set(_held(read, shown, column))
        if keys:
            found |= {
                str(row[0]): _called(row) for row in session.execute(select(*columns).where(columns[0].in_(keys)))
            }
    return found


def _held(read: Mapping[str, pd.DataFrame], shown: Iterable[Source], column: str) -> Iterable[UUID]:
    for one in shown:
        frame = read[one.frame]
        if column in SHOWN.get(one.frame, ()) and column in frame.columns:
            held = frame[column].iloc[one.place]
            if not pd.isna(held):
                yield UUID(str(held))


def _called(row: Any) -> str:
    return str(row[1]) if len(row) == 2 else f"{row[1]} {mask_name(row[2])}"


_LOOKED_UP: Final[Mapping[str, tuple[Any, ...]]] = {
    "person_id": (Person.id, Person.code, Person.name),
    "visit_id": (InspectionVisit.id, InspectionVisit.number),
    "subject_id": (Party.id, Party.code),
}
