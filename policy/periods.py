"""Periods of an appraisal: a month, a quarter, a year, by their codes `2026-09`, `2026-Q3`, `2026`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from policy.errors import Refusal

_CODE: Final = re.compile(r"(?P<year>20[0-9]{2})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A period: its code, its first day, the first day after it."""

    code: str
    first: date
    after: date


def period(code: str) -> Period:
    """The period of a code; `Refusal` for what is none."""
    found = _CODE.fullmatch(code.strip())
    if found is None:
        raise Refusal("errors_conduct.no_period", pointer="/period", given=code[:20])
    year = int(found["year"])
    if found["month"]:
        return Period(found[0], *_months(year, int(found["month"]), 1))
    if found["quarter"]:
        return Period(found[0], *_months(year, 3 * int(found["quarter"]) - 2, 3))
    return Period(found[0], date(year, 1, 1), date(year + 1, 1, 1))


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    years, last = divmod(month - 1 + count, 12)
    return date(year, month, 1), date(year + years, last + 1, 1)


def over_before(on: date) -> list[str]:
    """Codes of the periods that are over on a day and begin within the two years before it, the latest end first."""
    codes = [str(year) for year in (on.year - 1, on.year)]
    codes += [f"{year}-Q{quarter}" for year in (on.year - 1, on.year) for quarter in (1, 2, 3, 4)]
    codes += [f"{year}-{month:02d}" for year in (on.year - 1, on.year) for month in range(1, 13)]
    known = [one for one in map(period, codes) if one.after <= on]
    return [one.code for one in sorted(known, key=lambda one: (one.after, one.first), reverse=True)]
