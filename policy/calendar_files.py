"""Where days off come from: State Council notices (package and files) and, for other years, the statutory holidays."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from policy.profile_file import ProfileFault

LUNAR_YEARS: Final = range(1900, 2099)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's arrangement: names of the days off, and the week-end days that are worked."""

    year: int
    off: Mapping[date, str]
    working: frozenset[date]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """All arrangements known: by year, with the faults of files that could not be read."""

    years: Mapping[int, Notice]
    faults: tuple[ProfileFault, ...] = field(default=())


def package_notices() -> dict[int, Notice]:
    """The arrangements that the package chinesecalendar carries (2004 onwards), with Chinese names."""
    from chinese_calendar import constants

    names = {holiday.value: str(holiday.chinese) for holiday in constants.Holiday}
    years = sorted({day.year for day in constants.holidays})
    return {
        year: Notice(
            year,
            {day: names.get(name, name) for day, name in constants.holidays.items() if day.year == year},
            frozenset(day for day in constants.workdays if day.year == year),
            "chinesecalendar",
        )
        for year in years
    }


def all_notices(folders: Iterable[Path]) -> Notices:
    """Package arrangements, then the files of `folders` in order; a later one replaces the days it names."""
    years, faults = package_notices(), list[ProfileFault]()
    for path in (path for folder in folders for path in calendar_paths(folder)):
        notice, found = read_notice(path)
        faults += found
        if notice:
            years[notice.year] = notice
    return Notices(years, tuple(faults))


def calendar_paths(folder: Path) -> list[Path]:
    """Calendar files (`<year>.toml`, `<year>.json`) of a folder, sorted; none when there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix in (".toml", ".json") and p.stem.isdigit())


def read_notice(path: Path) -> tuple[Notice | None, list[ProfileFault]]:
    """A calendar file, or the faults that keep it from being used; a file with no days is a year not yet published."""
    try:
        text = path.read_text("utf-8")
        tree = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        notice = _from_json(tree) if "days" in tree else _from_toml(tree)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return None, [ProfileFault.of(path, 1, "calendar", "calendar", reason=repr(error))]
    wrong = _stray_day(notice)
    if wrong:
        return None, [ProfileFault.of(path, 1, "calendar", "calendar", reason=wrong)]
    return (notice if notice.off else None), []


def _from_json(tree: Mapping[str, Any]) -> Notice:
    days = [(date.fromisoformat(d["date"]), str(d["name"]), bool(d["isOffDay"])) for d in tree["days"]]
    papers = ";".join(tree.get("papers", []))
    off = {day: name for day, name, is_off in days if is_off}
    return Notice(int(tree["year"]), off, frozenset(day for day, _, is_off in days if not is_off), papers)


def _from_toml(tree: Mapping[str, Any]) -> Notice:
    off = {day: str(row["name"]) for row in tree["off"] for day in _span(row["from"], row.get("to", row["from"]))}
    return Notice(int(tree["year"]), off, frozenset(tree.get("working", [])), str(tree.get("source", "")))


def _span(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _stray_day(notice: Notice) -> str:
    """A day that cannot belong to the year's notice, or a working day that was one anyway."""
    near = range(notice.year - 1, notice.year + 2)
    stray = [d for d in (*notice.off, *notice.working) if d.year not in near]
    both = sorted(set(notice.off) & notice.working)
    plain = [d for d in notice.working if d.weekday() < 5]
    for days, reason in ((stray, "not of this year"), (both, "both off and working"), (plain, "no week-end day")):
        if days:
            return f"{days[0].isoformat()}: {reason}"
    return ""


@cache
def statutory_days(year: int) -> Mapping[date, str]:
    """Statutory holidays of `year` that can be computed, by the version of 全国年节及纪念日放假办法 in force then."""
    rule = next((r for r in reversed(_rules()) if r["from_year"] <= year), None)
    if rule is None:
        return {}
    days = {date.fromisoformat(f"{year:04d}-{day}"): name for day, name in rule["solar"].items()}
    if rule["qingming"]:
        days[qingming(year)] = "清明节"
    return days | (dict(_lunar_days(year, rule["lunar"])) if year in LUNAR_YEARS else {})


@cache
def _rules() -> list[dict[str, Any]]:
    text = (resources.files("policy") / "calendars" / "statutory.toml").read_text("utf-8")
    rules: list[dict[str, Any]] = tomllib.loads(text)["rule"]
    return rules


def _lunar_days(year: int, days: Mapping[str, str]) -> Iterator[tuple[date, str]]:
    from lunardate import LunarDate

    for day, name in days.items():
        if day == "eve":
            yield LunarDate(year, 1, 1).to_solar_date() - DAY, name
        else:
            month, number = (int(part) for part in day.split("-"))
            yield LunarDate(year, month, number).to_solar_date(), name


def qingming(year: int) -> date:
    """The day of 清明 (solar longitude 15°) by the usual century formula; exact for 1900–2099, within a day beyond."""
    constant = 5.59 if year < 2000 else 4.81
    short = year % 100
    return date(year, 4, int(short * 0.2422 + constant) - short // 4)
