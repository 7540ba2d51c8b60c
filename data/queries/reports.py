"""Reports that were made: a list, one of them, its bytes; for who may read what speaks of the whole county."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import Report
from data.reports.periods import KINDS
from data.reports.store import kept, picture
from policy.errors import Refusal
from policy.text import say

MOST: Final = 200


def list_reports(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    *,
    kind: str | None = None,
    language: str | None = None,
    before: date | None = None,
    limit: int = 60,
) -> list[Report]:
    """Reports by their last day, the newest first, every edition; of one kind or language where named."""
    demand(actor, "report.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    query = select(Report).where(Report.jurisdiction_id == county.jurisdiction_id, Report.kind.in_(KINDS))
    query = query.where(Report.kind == kind) if kind else query
    query = query.where(Report.language == language) if language else query
    query = query.where(Report.business_date < before) if before else query
    ordered = query.order_by(
        Report.business_date.desc(), Report.kind, Report.made_at.desc(), Report.edition.desc(), Report.language.desc()
    )
    return list(session.scalars(ordered.limit(min(limit, MOST))))


def one_report(session: Session, actor: Actor, county: County, now: datetime, *, key: UUID) -> Report:
    """A report by its key; Refusal where there is none in this county."""
    demand(actor, "report.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    row = session.get(Report, key)
    if row is None or row.jurisdiction_id != county.jurisdiction_id or row.kind not in KINDS:
        raise Refusal("errors_reports.none", kind="not_found")
    return row


def report_file(
    session: Session, actor: Actor, county: County, now: datetime, *, key: UUID, folder: Path
) -> tuple[str, bytes]:
    """Name and bytes of a report; Refusal where they are gone or are not those that were kept."""
    row = one_report(session, actor, county, now, key=key)
    return file_name(row, county), kept(folder, row.sha256, title_of(row, row.language))


def report_page(
    session: Session, actor: Actor, county: County, now: datetime, *, key: UUID, page: int, folder: Path
) -> bytes:
    """A page of a report as a picture, drawn once; Refusal for a page it does not have."""
    row = one_report(session, actor, county, now, key=key)
    if not 1 <= page <= (row.pages or 0):
        raise Refusal("errors_reports.no_page", kind="not_found", page=page, pages=row.pages or 0)
    return picture(folder, row.sha256, page, title_of(row, row.language))


def may_make(session: Session, actor: Actor, county: County, *, now: datetime) -> None:
    """Refuse who may not make reports."""
    demand(actor, "report.make", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)


def title_of(row: Report, lang: str) -> str:
    """What a report is called: its kind, its day, its edition where it is not the first."""
    again = say("reports.edition", lang, n=row.edition) if row.edition > 1 else ""
    return " ".join(one for one in (say(f"reports.kind.{row.kind}", lang), str(row.business_date), again) if one)


def file_name(row: Report, county: County) -> str:
    """The name a report is saved under, in its own language."""
    place = county.name if row.language == "zh" else county.name_en
    return f"{place}-{title_of(row, row.language).replace(' ', '-')}.pdf"
