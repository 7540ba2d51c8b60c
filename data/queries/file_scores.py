"""Score sheets for page and interface: a period with its mean, best and worst by the definition of F21; faults that are open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.casework.file_draws import within
from data.county import County
from data.models import Case, FileScore
from policy.errors import Refusal
from policy.figures.review import file_review
from policy.figures.rows import FigureRow
from policy.figures.scope import FigureRules, Scope, rules_of
from policy.file_review import Period
from policy.profile import Value
from policy.zone import CHINA

SMALL_KEY = "figures.small_group"


@dataclass(frozen=True, slots=True)
class Scored:
    """A sheet with the number of its file."""

    case: str
    row: FileScore


@dataclass(frozen=True, slots=True)
class Group:
    """Files of a township that were scored, and their mean; `small`: too few to be held beside others."""

    code: str
    files: int
    mean: float
    small: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A period reviewed: sheets, their mean, best and worst by each file's last sheet, townships; `small`: too few to rank."""

    period: Period
    sheets: tuple[Scored, ...]
    mean: float | None
    files: int
    best: tuple[Scored, ...]
    worst: tuple[Scored, ...]
    best_asked: Value | None
    worst_asked: Value | None
    townships: tuple[Group, ...]
    least: int
    small: bool


def reviewed(session: Session, actor: Actor, county: County, now: datetime, *, period: Period) -> Review:
    """What the review of files scored in a period comes to; the lists are empty where the plan asks for none or too few are scored."""
    demand(actor, "file_draw.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    on = min(period.ends_on, now.astimezone(CHINA).date())
    profile = county.profile
    least = int(profile.require(SMALL_KEY, on).value)
    sheets = _sheets(session, county, period)
    rows = _figure(sheets, period, now, rules_of(profile, on))
    whole = next(row for row in rows if row.measure == "score" and row.group_kind == "county")
    files = len({one.row.case_id for one in sheets})
    by_file = {str(one.row.case_id): one for one in sheets}  # the last sheet of a file stands
    small = files < least
    return Review(
        period=period,
        sheets=tuple(sheets),
        mean=whole.value,
        files=files,
        best=() if small else _listed(rows, "best", by_file, worst=False),
        worst=() if small else _listed(rows, "worst", by_file, worst=True),
        best_asked=profile.get("file_review.best", on),
        worst_asked=profile.get("file_review.worst", on),
        townships=tuple(_group(row, least) for row in rows if row.measure == "score" and row.group_kind == "township"),
        least=least,
        small=small,
    )


def _sheets(session: Session, county: County, period: Period) -> list[Scored]:
    query = select(FileScore, Case.number).join(Case, Case.id == FileScore.case_id)
    query = query.where(FileScore.jurisdiction_id == county.jurisdiction_id, within(period, FileScore.scored_at))
    found = session.execute(query.order_by(FileScore.scored_at, FileScore.number))
    return [Scored(number, row) for row, number in found]


def _figure(sheets: Iterable[Scored], period: Period, now: datetime, rules: FigureRules) -> list[FigureRow]:
    """The rows of F21 for the period."""
    names = ("case_id", "township_code", "score", "scored_at")
    told = [[str(one.row.case_id), one.row.township_code, one.row.score, one.row.scored_at] for one in sheets]
    frame = pd.DataFrame(told, columns=list(names))
    frame["scored_at"] = pd.to_datetime(frame["scored_at"], utc=True)
    begins = datetime.combine(period.begins_on, datetime.min.time(), CHINA)
    ends = datetime.combine(period.next().begins_on, datetime.min.time(), CHINA)
    return file_review(frame, Scope(now, begins, ends, rules))


def _listed(rows: Iterable[FigureRow], measure: str, by_file: dict[str, Scored], *, worst: bool) -> tuple[Scored, ...]:
    found = [by_file[row.group_code] for row in rows if row.measure == measure]
    return tuple(sorted(found, key=lambda one: (one.row.score if worst else -one.row.score, one.case)))


def _group(row: FigureRow, least: int) -> Group:
    files = int(row.denominator or 0)
    return Group(row.group_code, files, float(row.value or 0), files < least)


def sheets_of_case(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> list[FileScore]:
    """Sheets of one file, the newest first; Refusal for a file that is not one's own to see."""
    demand(actor, "file_score.read", Subject(county.jurisdiction_id, label=number), now)
    query = select(Case).where(Case.jurisdiction_id == county.jurisdiction_id, Case.number == number)
    case = session.scalars(
        query.where(in_scope(actor, "file_score.read", county.jurisdiction_id, Case.township_code))
    ).first()
    if case is None:
        raise Refusal("errors_case.not_found", kind="not_found", number=number[:40], county=county.words)
    return list(
        session.scalars(select(FileScore).where(FileScore.case_id == case.id).order_by(FileScore.scored_at.desc()))
    )


def read_score(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> Scored:
    """One sheet; Refusal where there is none, or none of one's own to see."""
    demand(actor, "file_score.read", Subject(county.jurisdiction_id, label=number), now)
    query = select(FileScore, Case.number).join(Case, Case.id == FileScore.case_id)
    query = query.where(FileScore.jurisdiction_id == county.jurisdiction_id, FileScore.number == number)
    query = query.where(in_scope(actor, "file_score.read", county.jurisdiction_id, FileScore.township_code))
    row = session.execute(query).first()
    if row is None:
        raise Refusal("errors_files.score_not_found", kind="not_found", number=number[:40], county=county.words)
    return Scored(row[1], row[0])


# -- faults ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenFault:
    """A fault of a file that is not mended yet."""

    score: str
    case: str
    place: int
    words: str
    organ: str
    due_on: date
    overdue: bool


def open_faults(session: Session, actor: Actor, county: County, now: datetime) -> list[OpenFault]:
    """Faults that wait to be mended, what is due first at the top; of one's own townships."""
    demand(actor, "file_score.read", Subject(county.jurisdiction_id), now)
    query = select(FileScore, Case.number).join(Case, Case.id == FileScore.case_id)
    query = query.where(FileScore.jurisdiction_id == county.jurisdiction_id)
    query = query.where(in_scope(actor, "file_score.read", county.jurisdiction_id, FileScore.township_code))
    today = now.astimezone(CHINA).date()
    found = [
        _fault(row, number, place, fault, today)
        for row, number in session.execute(query)
        for place, fault in enumerate(row.faults, start=1)
        if fault["mended_at"] is None
    ]
    return sorted(found, key=lambda one: (one.due_on, one.score, one.place))


def _fault(row: FileScore, case: str, place: int, told: dict[str, Any], today: date) -> OpenFault:
    due_on = date.fromisoformat(told["due_on"])
    return OpenFault(row.number, case, place, told["words"], told["organ"], due_on, due_on < today)
