"""Files for people and other programs: the grid, leads with personal data masked, daily figures; who, when and why go with them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.db import Record
from data.masking import mask_name, mask_phone
from data.models import FigureSnapshot, Item, Lead
from data.queries.cases import PAGE_LIMIT, CaseFilter, CaseRow, list_cases
from data.sheets import Sheet, book_bytes, marked, neutral, note_export
from data.sheets import about as about_export
from policy.errors import Refusal
from policy.text import JOINTS, has, say
from policy.zone import CHINA

TABLES: Final = (".csv", ".xlsx")
DRIVERS: Final = {".geojson": "GeoJSON", ".gpkg": "GPKG"}
LEAD_COLUMNS: Final = (
    "number", "status", "source", "urgency", "summary", "domain", "item_code", "lon", "lat", "cell_code", "place",
    "address", "occurred_at", "received_at", "assigned_at", "resolved_at", "outcome", "reporter_name",
    "reporter_phone", "external_number",
)  # fmt: skip
CASE_COLUMNS: Final = (
    "number", "status", "procedure", "item_code", "item", "party", "township", "place", "summary", "proposed_at", "filed_at",
    "decided_at", "decision_number", "penalties", "fine", "grade", "due", "due_at", "overdue", "closed_at",
)  # fmt: skip
FIGURE_COLUMNS: Final = (
    "business_date", "figure", "measure", "group_kind", "group_code", "value", "numerator", "denominator", "target",
    "clause", "restatement", "taken_at", "profile_digest",
)  # fmt: skip


def _write_table(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], about: str, lang: str) -> int:
    heads = [say(f"exports.column.{name}", lang) for name in columns]
    told, cells = marked(about, lang), [list(row) for row in rows]
    if file.suffix.lower() == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerows([[neutral(told)], heads, *([neutral(value) for value in row] for row in cells)])
    else:
        file.write_bytes(book_bytes([Sheet("OneGrid", heads, cells)], told))
    return len(cells)


def _refuse_kind(file: Path, kinds: Iterable[str]) -> None:
    if file.suffix.lower() not in kinds:
        raise Refusal("errors_import.file_kind", file=file.name, kinds=", ".join(kinds))


def export_grid(record: Record, actor: Actor, county: County, file: Path) -> int:
    """Write the grid in force as GeoJSON or GeoPackage (WGS-84); gives the number of cells."""
    import pyogrio.raw

    _refuse_kind(file, DRIVERS)
    demand(actor, "grid.read", Subject(county.jurisdiction_id), record.clock())
    cells = list(county.hierarchy)
    fields = ("code", "name", "level", "parent", "settlement", "name_en", "illustrative")
    columns = [np.array([getattr(cell, name) for cell in cells], dtype=object) for name in ("code", "name")]
    columns.append(np.array([cell.level for cell in cells], dtype=np.int32))
    columns.extend(np.array([getattr(cell, name) or "" for cell in cells], dtype=object) for name in fields[3:6])
    columns.append(np.array([cell.illustrative for cell in cells], dtype=bool))
    shapes = [shapely.multipolygons(shapely.get_parts(cell.geometry)) for cell in cells]
    file.unlink(missing_ok=True)
    pyogrio.raw.write(
        str(file),
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=columns,
        fields=list(fields),
        crs="EPSG:4326",
        driver=DRIVERS[file.suffix.lower()],
        geometry_type="MultiPolygon",
    )
    return len(cells)


def _lead_row(county: County, lead: Lead, items: dict[Any, str]) -> tuple[Any, ...]:
    personal = {
        "reporter_name": mask_name(lead.reporter_name) if lead.reporter_name else None,
        "reporter_phone": mask_phone(lead.reporter_phone) if lead.reporter_phone else None,
    }
    made = {"item_code": items.get(lead.item_id), "place": county.place(lead.cell_code), **personal}
    return tuple(made[name] if name in made else getattr(lead, name) for name in LEAD_COLUMNS)


def _leads(session: Session, actor: Actor, county: County, since: date | None, until: date | None) -> list[Lead]:
    query = select(Lead).where(Lead.jurisdiction_id == county.jurisdiction_id).order_by(Lead.received_at, Lead.number)
    query = query.where(in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code))
    if since:
        query = query.where(Lead.received_at >= datetime.combine(since, time(), CHINA))
    if until:
        query = query.where(Lead.received_at < datetime.combine(until + timedelta(days=1), time(), CHINA))
    return list(session.scalars(query))


def export_leads(
    record: Record,
    actor: Actor,
    county: County,
    file: Path,
    *,
    reason: str,
    since: date | None = None,
    until: date | None = None,
    lang: str = "zh",
) -> int:
    """Write leads received from–to as CSV or Excel, personal data masked; the reason is an event. Gives their number."""
    _refuse_kind(file, TABLES)
    if not reason.strip():
        raise Refusal("errors_export.reason_missing", file=file.name)
    now = record.clock()
    demand(actor, "lead.read", Subject(county.jurisdiction_id), now)
    with record.read() as session:
        named = select(Item.id, Item.code).where(Item.jurisdiction_id == county.jurisdiction_id)
        items = {key: code for key, code in session.execute(named)}  # noqa: C416  # rows are not pairs to mypy
        rows = [_lead_row(county, lead, items) for lead in _leads(session, actor, county, since, until)]
    record.write(actor, note_export, county=county, kind="leads", reason=reason.strip(), rows=len(rows))
    return _write_table(file, LEAD_COLUMNS, rows, about_export(actor, now, reason, lang), lang)


def export_figures(
    record: Record,
    actor: Actor,
    county: County,
    file: Path,
    *,
    since: date | None = None,
    until: date | None = None,
    lang: str = "zh",
) -> int:
    """Write the daily figures taken for business dates from–to as CSV or Excel; gives the number of rows."""
    _refuse_kind(file, TABLES)
    now = record.clock()
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    query = select(FigureSnapshot).where(FigureSnapshot.jurisdiction_id == county.jurisdiction_id)
    query = query.where(FigureSnapshot.business_date >= since) if since else query
    query = query.where(FigureSnapshot.business_date <= until) if until else query
    keys = (FigureSnapshot.business_date, FigureSnapshot.figure, FigureSnapshot.measure, FigureSnapshot.group_code)
    with record.read() as session:
        found = session.scalars(query.order_by(*keys)).all()
        rows = [[getattr(row, name) for name in FIGURE_COLUMNS] for row in found]
    return _write_table(file, FIGURE_COLUMNS, rows, about_export(actor, now, say("exports.figures", lang), lang), lang)


def export_cases(
    record: Record,
    actor: Actor,
    county: County,
    file: Path,
    which: CaseFilter,
    *,
    reason: str,
    lang: str = "zh",
) -> int:
    """Write the cases a filter leaves as CSV or Excel, people masked; the reason is an event. Gives their number."""
    _refuse_kind(file, TABLES)
    if not reason.strip():
        raise Refusal("errors_export.reason_missing", pointer="/reason", file=file.name)
    now = record.clock()
    rows: list[list[Any]] = []
    with record.read() as session:
        while page := list_cases(session, actor, county, now, which, limit=PAGE_LIMIT, offset=len(rows), lang=lang):
            rows += [_case_cells(row, lang) for row in page]
    record.write(actor, note_export, county=county, kind="cases", reason=reason.strip(), rows=len(rows))
    return _write_table(file, CASE_COLUMNS, rows, about_export(actor, now, reason, lang), lang)


def _case_cells(row: CaseRow, lang: str) -> list[Any]:
    told = {
        "status": say(f"vocabulary.case_status.{row.status}", lang),
        "procedure": say(f"vocabulary.procedure.{row.procedure}", lang),
        "penalties": JOINTS[lang].join(say(f"vocabulary.penalty_kind.{kind}", lang) for kind in row.penalties),
        "grade": say(f"items.grade.{row.grade}", lang) if has(f"items.grade.{row.grade}", lang) else row.grade,
    }
    return [told.get(name, getattr(row, name)) for name in CASE_COLUMNS]
