"""Review of closed files 案卷评查 (JD 二(五)15): periods that are drawn from, headings with their points, what a sheet comes to."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from policy.errors import Refusal
from policy.profile import Profile, Value
from policy.text import Name, Word

CYCLES: Final = ("month", "quarter", "year")
MONTHS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "year": 12}
FULL: Final = 100
"""A sheet is told out of a hundred, whatever the points of its headings add up to: sheets are compared."""
STEP: Final = Decimal("0.5")
"""Half points are given, no finer."""
GROUND_MOST: Final = 500
OVERALL: Final = "overall"
"""The one heading where the plan has none: a score of the whole file, with its ground."""
_NAMED: Final = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")

CYCLE_KEY: Final = "file_review.cycle"
DRAWN_KEY: Final = "file_review.drawn"
HEADINGS_KEY: Final = "file_review.headings"


# -- periods -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, quarter or year, both days included."""

    begins_on: date
    ends_on: date
    cycle: str

    @property
    def name(self) -> str:
        """How it is written: 2026-09, 2026-Q3, 2026."""
        year, month = self.begins_on.year, self.begins_on.month
        told = {"month": f"{year}-{month:02d}", "quarter": f"{year}-Q{(month + 2) // 3}", "year": str(year)}
        return told[self.cycle]

    def next(self) -> Period:
        """The period after it."""
        return period_of(self.cycle, self.ends_on + timedelta(days=1))

    def before(self) -> Period:
        """The period before it."""
        return period_of(self.cycle, self.begins_on - timedelta(days=1))


def period_of(cycle: str, on: date) -> Period:
    """The period of a cycle in which a day lies."""
    length = MONTHS[cycle]
    first = (on.month - 1) // length * length + 1
    last = first + length - 1
    return Period(date(on.year, first, 1), date(on.year, last, monthrange(on.year, last)[1]), cycle)


def period_named(name: str) -> Period | None:
    """The period that is written so; None for what is none."""
    found = _NAMED.fullmatch(name.strip())
    if found is None or not 1900 <= int(found[1]) <= 2999:
        return None
    year, quarter, month = int(found[1]), found[2], found[3]
    if quarter:
        return period_of("quarter", date(year, 3 * int(quarter), 1))
    return period_of("month", date(year, int(month), 1)) if month else period_of("year", date(year, 1, 1))


def cycles(profile: Profile, on: date) -> tuple[str, ...]:
    """Cycles at which the plan has files reviewed; none where it is silent."""
    value = profile.get(CYCLE_KEY, on)
    wanted = {entry["interval"] for entry in value.value} if value is not None else set()
    return tuple(cycle for cycle in CYCLES if cycle in wanted)


def due(cycle: str, on: date, last: Period | None) -> list[Period]:
    """Periods that are over on a day and not drawn from yet: after the last one drawn, or the latest where none was."""
    latest = period_of(cycle, on).before()
    if last is None:
        return [latest]
    found, one = [], last.next()
    while one <= latest:
        found.append(one)
        one = one.next()
    return found


def drawn_count(profile: Profile, cycle: str, on: date) -> int | None:
    """How many files are drawn for a period of the cycle; None where nobody says."""
    value = profile.get(DRAWN_KEY, on)
    return value.value.get(cycle) if value is not None else None


# -- sheets ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the sheet and the points it can get."""

    code: str
    name: Name | None  # None: the whole file, in the catalogue's word
    points: int


WHOLE_FILE: Final = (Heading(OVERALL, None, FULL),)


def headings(profile: Profile, on: date) -> tuple[Heading, ...]:
    """Headings of the sheet by the plan; one for the whole file where the plan has none."""
    return headings_of(profile.get(HEADINGS_KEY, on))


def headings_of(value: Value | None) -> tuple[Heading, ...]:
    """Headings of a value of the profile."""
    if value is None:
        return WHOLE_FILE
    named = [(one, Name(one["name_zh"], one["name_en"])) for one in value.value if one["points"] > 0]
    return tuple(Heading(one["code"], name, one["points"]) for one, name in named) or WHOLE_FILE


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was filled in: points and ground by heading, and what it comes to out of a hundred."""

    points: Mapping[str, Mapping[str, Any]]
    score: Decimal


def filled(asked: Iterable[Heading], told: Mapping[str, Mapping[str, Any]]) -> Sheet:
    """The sheet as it was told; Refusal for a heading without points or ground, or with more points than it has."""
    known = {heading.code: heading for heading in asked}
    strange = sorted(set(told) - set(known))
    if strange:
        raise Refusal("errors_files.heading_unknown", pointer="/points", heading=strange[0][:40], known=tuple(known))
    rows = {code: _row(heading, told.get(code) or {}) for code, heading in known.items()}
    got = sum((Decimal(row["points"]) for row in rows.values()), Decimal(0))
    most = sum(one.points for one in known.values())
    return Sheet(rows, (FULL * got / most).quantize(Decimal("0.01")))


def _row(heading: Heading, told: Mapping[str, Any]) -> dict[str, str]:
    called = _called(heading)
    ground = str(told.get("ground") or "").strip()
    points = _points(heading, told.get("points"))
    if not ground:
        raise Refusal("errors_files.ground_missing", pointer=f"/ground_{heading.code}", heading=called)
    if len(ground) > GROUND_MOST:
        facts: dict[str, Any] = {"length": len(ground), "limit": GROUND_MOST}
        raise Refusal("errors_files.ground_long", pointer=f"/ground_{heading.code}", heading=called, **facts)
    return {"points": f"{points.normalize():f}", "ground": ground}


def _called(heading: Heading) -> Name | Word:
    return heading.name or Word("supervising_files.overall")


def _points(heading: Heading, told: Any) -> Decimal:
    text = str(told if told is not None else "").strip()
    facts: dict[str, Any] = {"heading": _called(heading), "most": heading.points}
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9])?", text):
        raise Refusal("errors_files.points_wrong", pointer=f"/points_{heading.code}", told=text[:20] or "—", **facts)
    points = Decimal(text)
    if points > heading.points or points % STEP:
        raise Refusal("errors_files.points_wrong", pointer=f"/points_{heading.code}", told=text, **facts)
    return points
