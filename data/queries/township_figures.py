"""A township's figures against its own month before and against the townships of its kind: the same definitions, regrouped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import FigureSnapshot
from data.queries.frames import frames, frames_of
from data.queries.township import SHOWN_DAYS, admit, today
from data.queries.wall import Kept
from policy.figures.definitions import compute, definition, meets, target
from policy.figures.rows import FigureRow
from policy.figures.scope import Scope, recent_scope, rules_of

IDS: Final = ("F06", "F07", "F09", "F10", "F11", "F24")
ALIKE: Final = "alike"
SLOT: Final = 300  # seconds for which one reading of the county serves every township
_frames: Final = Kept(2)
_figures: Final = Kept(64)
MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    "F06": ("arrive", "report", "assign", "accept"),
    "F07": ("in_time",),
    "F09": ("resolved", "settled_otherwise"),
    "F10": ("lead_closure", "open_1", "open_3", "open_7", "open_30", "open_older"),
    "F11": (
        "overdue_all", "overdue_assign", "overdue_accept", "overdue_arrive",
        "on_time_all", "on_time_assign", "on_time_accept", "on_time_arrive",
    ),
    "F24": ("per_officer", "hours"),
}  # fmt: skip
NOW_ONLY: Final = (("F24", "per_officer"),)  # what stood a month ago is known from that day's snapshot alone


@dataclass(frozen=True, slots=True)
class Part:
    """A value with what it is made of; `small` when it rests on fewer cases than the profile lets be compared."""

    value: float | None
    numerator: float | None
    denominator: float | None
    p90: float | None
    small: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: here and now, a month before, in townships of the same kind."""

    measure: str
    unit: str
    better: str
    now: Part
    before: Part
    alike: Part


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure with its lines, its target and the keys of the profile it rests on (key, clause)."""

    figure: str
    lines: tuple[Line, ...]
    target: float | None
    target_key: str | None
    target_clause: str | None
    meets: bool | None
    grounds: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a township; `alike` are the townships of the same kind it is held against."""

    at: datetime
    settlement: str
    alike: tuple[str, ...]
    figures: tuple[Comparison, ...]


def townships_alike(county: County, code: str) -> tuple[str, ...]:
    """Other townships of the same kind: subdistricts 街道 with subdistricts, towns 镇 and townships 乡 with each other."""
    kind = kind_of(county, code)
    return tuple(cell.code for cell in county.townships if cell.code != code and kind_of(county, cell.code) == kind)


def kind_of(county: County, code: str) -> str:
    """`subdistrict` for a 街道, `town` for a 镇 or 乡."""
    return "subdistrict" if county.name_of(code).endswith("街道") else "town"


def compare(session: Session, actor: Actor, county: County, code: str, now: datetime) -> Figures:
    """The figures of the last 30 days, of the 30 days before, of the townships alike; read anew every five minutes."""
    admit(actor, county, code, now)
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    slot = (county.jurisdiction_id, county.profile.digest, int(now.timestamp()) // SLOT)
    at, read = _frames.get(
        slot, lambda: (now, frames(session, county, now, days=2 * SHOWN_DAYS + 2, only=frames_of(IDS)))
    )
    return _figures.get((code, *slot), lambda: _compared(session, county, code, at, read))


def _compared(session: Session, county: County, code: str, now: datetime, read: Mapping[str, pd.DataFrame]) -> Figures:
    alike = townships_alike(county, code)
    regrouped = {name: _regrouped(frame, code, alike) for name, frame in read.items()}
    rules = rules_of(county.profile, today(now))
    earlier = now - timedelta(days=SHOWN_DAYS)
    here = _rows(regrouped, recent_scope(now, SHOWN_DAYS, rules))
    past = _rows(regrouped, recent_scope(earlier, SHOWN_DAYS, rules)) | _snapshots(session, county, code, earlier)
    small = _small(county, now)
    found = tuple(_comparison(county, id_, code, here, past, (small, len(alike)), now) for id_ in IDS)
    return Figures(now, kind_of(county, code), tuple(county.name_of(one) for one in alike), found)


def _regrouped(frame: pd.DataFrame, code: str, alike: Iterable[str]) -> pd.DataFrame:
    """Only rows of the township and of those alike, the latter under one code, so that medians are pooled exactly."""
    if "township_code" not in frame.columns:
        return frame
    groups = dict.fromkeys(alike, ALIKE) | {code: code}
    kept = frame[frame["township_code"].isin(list(groups))]
    return kept.assign(township_code=kept["township_code"].map(groups))


Key = tuple[str, str, str]


def _rows(read: Mapping[str, pd.DataFrame], scope: Scope) -> dict[Key, FigureRow]:
    rows = (row for id_ in IDS for row in compute(id_, _of(id_, read), scope) if row.group_kind == "township")
    return {(row.figure, row.measure, row.group_code): row for row in rows}


def _of(id_: str, read: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    """Load is what the teams say: tasks are cut here to the place they are in, a team's may be elsewhere."""
    return {name: frame for name, frame in read.items() if name != "tasks"} if id_ == "F24" else read


def _snapshots(session: Session, county: County, code: str, earlier: datetime) -> dict[Key, FigureRow]:
    found: dict[Key, FigureRow] = {}
    for figure, measure in NOW_ONLY:
        query = (
            select(FigureSnapshot)
            .where(
                FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
                FigureSnapshot.business_date == today(earlier),
                FigureSnapshot.figure == figure,
                FigureSnapshot.measure == measure,
                FigureSnapshot.group_kind == "township",
                FigureSnapshot.group_code == code,
            )
            .order_by(FigureSnapshot.restatement.desc())
            .limit(1)
        )
        taken = session.scalars(query).first()
        value = (taken.value, taken.numerator, taken.denominator) if taken else (None, None, None)
        found[figure, measure, code] = FigureRow(figure, measure, "township", code, *value)
    return found


def _small(county: County, now: datetime) -> float:
    value = county.profile.get("figures.small_group", today(now))
    return float(value.value) if value else 0.0


NOTHING: Final = Part(None, None, None, None)
NOUGHT: Final = Part(0.0, 0.0, 0.0, None)


def _part(row: FigureRow | None, small: float, unit: str) -> Part:
    """A row as a part; where nothing was counted, a count is nought and anything else has no value."""
    if row is None:
        return NOUGHT if unit == "count" else NOTHING
    few = unit in ("share", "minute", "hour") and (row.denominator or 0) < small
    return Part(row.value, row.numerator, row.denominator, row.p90, few)


def _comparison(
    county: County,
    id_: str,
    code: str,
    here: Mapping[Key, FigureRow],
    past: Mapping[Key, FigureRow],
    limits: tuple[float, int],
    now: datetime,
) -> Comparison:
    known, day = definition(id_), today(now)
    goal = target(id_, county.profile, day) if "township" in known.target_groups else None
    head = here.get((id_, known.headline.id, code))
    grounds = [(key, county.profile.get(key, day)) for key in known.rests_on]
    return Comparison(
        id_,
        tuple(_line(id_, measure, code, here, past, limits) for measure in MEASURES[id_]),
        goal.value if goal else None,
        known.target_key if goal else None,
        goal.clause if goal else None,
        meets(head, goal) if head else None,
        tuple((key, value.clause or "") for key, value in grounds if value is not None),
    )


def _line(
    id_: str,
    measure: str,
    code: str,
    here: Mapping[Key, FigureRow],
    past: Mapping[Key, FigureRow],
    limits: tuple[float, int],
) -> Line:
    known, (small, alike) = definition(id_).measure(measure), limits
    parts = (here.get((id_, measure, code)), past.get((id_, measure, code)), here.get((id_, measure, ALIKE)))
    now, before, others = (_part(row, small, known.unit) for row in parts)
    return Line(measure, known.unit, known.better, now, before, _each(others, known.unit, alike))


def _each(part: Part, unit: str, townships: int) -> Part:
    """A count of several townships as their average: only that can be held against one of them."""
    if unit != "count" or part.value is None or not townships:
        return part
    return Part(part.value / townships, None, None, None)
