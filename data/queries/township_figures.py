"""A township's figures against its own month before and against the townships of its kind: the same definitions, regrouped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

import pandas as pd
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.queries.frames import frames, frames_of
from data.queries.township import SHOWN_DAYS, admit, today
from data.queries.wall import Kept
from policy.figures.definitions import Target, compute, definition, meets, target
from policy.figures.rows import FigureRow, ratio
from policy.figures.scope import Scope, recent_scope, rules_of

IDS: Final = ("F03", "F04", "F05", "F06", "F07", "F09", "F10", "F11", "F18", "F24")
ALIKE: Final = "alike"
SLOT: Final = 300  # seconds for which one reading of the county serves every township
_frames: Final = Kept(2)
_figures: Final = Kept(64)
_plain: Final = Kept(4)
MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    "F03": ("on_duty", "certified", "trained", "trainings"),
    "F04": ("named",),
    "F05": ("filled", "vehicles", "pickups"),
    "F06": ("arrive", "report", "assign", "accept"),
    "F07": ("in_time",),
    "F09": ("resolved", "settled_otherwise"),
    "F10": (
        "lead_closure", "case_decision", "decided_in_time", "case_closure", "open_1", "open_3", "open_7", "open_30",
        "open_older",
    ),
    "F11": (
        "overdue_all", "overdue_assign", "overdue_accept", "overdue_arrive",
        "on_time_all", "on_time_assign", "on_time_accept", "on_time_arrive",
    ),
    "F18": ("patrolled",),
    "F24": ("per_officer", "hours"),
}  # fmt: skip
SUMMED: Final = ("F03", "F04", "F05", "F18")  # shares and counts alone: counted once for every township
ASKED: Final = frozenset({"F04", "F05"})  # of what a plan lists or does not; all of it is counted, however little it is
REGROUPED: Final = tuple(id_ for id_ in IDS if id_ not in SUMMED)


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
    """One measure: here and now, a month before, in townships of the same kind; with its own target where it has one."""

    measure: str
    unit: str
    better: str
    now: Part
    before: Part
    alike: Part
    goal: Target | None = None


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
    rules, earlier = rules_of(county.profile, today(now)), now - timedelta(days=SHOWN_DAYS)
    slot = (county.jurisdiction_id, county.profile.digest, now)
    scopes = [recent_scope(moment, SHOWN_DAYS, rules) for moment in (now, earlier)]
    here, past = (_rows(regrouped, scope, REGROUPED) for scope in scopes)
    plain = [_plain.get((*slot, scope.now), partial(_rows, read, scope, SUMMED)) for scope in scopes]
    small = _small(county, now)
    here, past = here | _pooled(plain[0], code, alike), past | _pooled(plain[1], code, alike)
    found = (_comparison(county, id_, code, here, past, (small, len(alike)), now) for id_ in IDS)
    shown = tuple(one for one in found if one.lines)
    return Figures(now, kind_of(county, code), alike, shown)


def _regrouped(frame: pd.DataFrame, code: str, alike: Iterable[str]) -> pd.DataFrame:
    """Only rows of the township and of those alike, the latter under one code, so that medians are pooled exactly."""
    if "township_code" not in frame.columns:
        return frame
    groups = dict.fromkeys(alike, ALIKE) | {code: code}
    kept = frame[frame["township_code"].isin(list(groups))]
    return kept.assign(township_code=kept["township_code"].map(groups))


Key = tuple[str, str, str]
Rows = Mapping[Key, FigureRow]


def _rows(read: Mapping[str, pd.DataFrame], scope: Scope, ids: Iterable[str]) -> dict[Key, FigureRow]:
    rows = (row for id_ in ids for row in compute(id_, read, scope) if row.group_kind == "township")
    return {(row.figure, row.measure, row.group_code): row for row in rows}


def _pooled(rows: Rows, code: str, alike: Iterable[str]) -> dict[Key, FigureRow]:
    """The township's rows, and those of the townships alike added up: shares and counts are pooled exactly by their parts."""
    others = set(alike)
    found = {key: row for key, row in rows.items() if key[2] == code}
    for (figure, measure, town), row in rows.items():
        if town in others:
            held = found.get((figure, measure, ALIKE))
            found[figure, measure, ALIKE] = _added(row, held)
    return found


def _added(row: FigureRow, held: FigureRow | None) -> FigureRow:
    n = (row.numerator or 0.0) + ((held.numerator or 0.0) if held else 0.0)
    d = (row.denominator or 0.0) + ((held.denominator or 0.0) if held else 0.0)
    share = definition(row.figure).measure(row.measure).unit == "share"
    return FigureRow(row.figure, row.measure, "township", ALIKE, ratio(n, d) if share else n, n, d)


def _small(county: County, now: datetime) -> float:
    value = county.profile.get("figures.small_group", today(now))
    return float(value.value) if value else 0.0


NOTHING: Final = Part(None, None, None, None)
NOUGHT: Final = Part(0.0, 0.0, 0.0, None)


def _part(row: FigureRow | None, small: float, unit: str) -> Part:
    """A row as a part; where nothing was counted, a count is nought and anything else has no value."""
    if row is None:
        return NOUGHT if unit == "count" else NOTHING
    few = unit in ("share", "minute", "hour", "day") and (row.denominator or 0) < small
    return Part(row.value, row.numerator, row.denominator, row.p90, few)


def _comparison(
    county: County, id_: str, code: str, here: Rows, past: Rows, limits: tuple[float, int], now: datetime
) -> Comparison:
    known, day = definition(id_), today(now)
    goal = target(id_, county.profile, day) if "township" in known.target_groups else None
    head = here.get((id_, known.headline.id, code))
    grounds = [(key, county.profile.get(key, day)) for key in known.rests_on]
    lines = (_line(county, id_, measure, code, here, past, limits, day) for measure in MEASURES[id_])
    return Comparison(
        id_,
        tuple(line for line in lines if id_ not in ASKED or _asked(line)),
        goal.value if goal else None,
        known.target_key if goal else None,
        goal.clause if goal else None,
        meets(head, goal) if head else None,
        tuple((key, value.clause or "") for key, value in grounds if value is not None),
    )


def _asked(line: Line) -> bool:
    """Whether the plan asks for a thing of the registers, or there is any: what nobody asks for and nobody has is no line."""
    return line.goal is not None or any(part.value for part in (line.now, line.before, line.alike))


def _line(
    county: County, id_: str, measure: str, code: str, here: Rows, past: Rows, limits: tuple[float, int], day: date
) -> Line:
    known, (small, alike) = definition(id_).measure(measure), limits
    held = known.target_key is not None or "township" in known.target_groups
    goal = target(id_, county.profile, day, measure) if held else None
    parts = (here.get((id_, measure, code)), past.get((id_, measure, code)), here.get((id_, measure, ALIKE)))
    now, before, others = (_part(row, 0.0 if id_ in ASKED else small, known.unit) for row in parts)
    if id_ in SUMMED and known.unit == "count":  # things, not some out of many
        now, before = (replace(one, numerator=None, denominator=None) for one in (now, before))
    return Line(measure, known.unit, known.better, now, before, _each(others, known.unit, alike), goal)


def _each(part: Part, unit: str, townships: int) -> Part:
    """A count of several townships as their average: only that can be held against one of them."""
    if unit != "count" or part.value is None or not townships:
        return part
    return Part(part.value / townships, None, None, None)
