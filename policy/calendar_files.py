"""Where days off come from: State Council notices (package and files) and, for other years, the statutory holidays."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from policy.profile_file import ProfileFault
from policy.text import Word

LUNAR_YEARS: Final = range(1900, 2099)
DAY: Final = timedelta(days=1)
_LONGEST: Final = 60  # days of one stretch
_PARSE_LINE: Final = re.compile(r"line (\d+)")
_TOML: Final = frozenset({"year", "source", "off", "working"})
_TOML_SPAN: Final = frozenset({"name", "from", "to"})
_JSON: Final = frozenset({"$schema", "$id", "year", "papers", "days"})
_JSON_DAY: Final = frozenset({"name", "date", "isOffDay"})


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


def all_notices(files: Iterable[Path]) -> Notices:
    """Package arrangements, then those of `files` in order; a later one replaces the days it names."""
    years, faults = package_notices(), list[ProfileFault]()
    for path in files:
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
        text = path.read_text("utf-8-sig")
    except OSError:
        return None, [_fault(path, 1, "not_opened")]
    except ValueError:
        return None, [_fault(path, 1, "not_utf8")]
    try:
        notice = _parsed(text, path.suffix)
    except _WrongError as wrong:
        line = wrong.line or _line_of(text, wrong.params.get("given", text))
        return None, [_fault(path, line, wrong.reason, **wrong.params)]
    stray = [_fault(path, _line_of(text, day), reason, day=day.isoformat()) for day, reason in _stray_days(notice)]
    if stray:
        return None, stray
    return (notice if notice.off else None), []


def check_notice(path: Path) -> tuple[Notice | None, list[ProfileFault]]:
    """A calendar file that is to be final for its year, judged strictly: nothing unknown in it, its source named, every
    statutory holiday a day off.
    """
    notice, faults = read_notice(path)
    if faults:
        return None, faults
    text = path.read_text("utf-8-sig")
    tree = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    faults += [_fault(path, _line_of(text, name), "unknown_field", field=name) for name in _strange(tree)]
    if notice is None:
        return None, [*faults, _fault(path, 1, "no_days")]
    if path.stem.isdigit() and int(path.stem) != notice.year:
        faults.append(_fault(path, _line_of(text, "year"), "other_year", year=notice.year))
    if not notice.source:
        faults.append(_fault(path, 1, "no_source"))
    faults += [_fault(path, 1, "statutory", day=d.isoformat(), name=name) for d, name in _missing_days(notice)]
    return (None if faults else notice), faults


def _fault(path: Path, line: int, reason: str, **params: Any) -> ProfileFault:
    return ProfileFault.of(path, line, "calendar", "calendar", reason=Word(f"errors_policy.calendar.{reason}", params))


class _WrongError(Exception):
    """Why the text of a calendar file cannot be used: the reason's name, its line where that is known, what to say of it."""

    def __init__(self, reason: str, line: int = 0, **params: str) -> None:
        super().__init__(reason)
        self.reason, self.line, self.params = reason, line, params


def _parsed(text: str, suffix: str) -> Notice:
    try:
        tree = json.loads(text) if suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        found = _PARSE_LINE.search(str(error))
        raise _WrongError("syntax", int(found[1]) if found else 1, form=suffix.removeprefix(".").upper()) from error
    try:
        return _from_json(tree) if "days" in tree else _from_toml(tree)
    except KeyError as missing:
        raise _WrongError("field_missing", 1, field=str(missing.args[0])) from missing
    except (ValueError, TypeError, AttributeError) as error:
        raise _WrongError("shape", 1) from error


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise _WrongError("no_such_day", given=written) from error


def _line_of(text: str, sign: object) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if str(sign) in line), 1)


def _strange(tree: Mapping[str, Any]) -> Iterator[str]:
    """Fields that no calendar file has."""
    rows, row_fields = (tree["days"], _JSON_DAY) if "days" in tree else (tree["off"], _TOML_SPAN)
    yield from (name for name in tree if name not in (_JSON if "days" in tree else _TOML))
    yield from dict.fromkeys(name for row in rows for name in row if name not in row_fields)


def _missing_days(notice: Notice) -> list[tuple[date, str]]:
    """Statutory holidays on which people would work by this notice."""
    days = statutory_days(notice.year).items()
    worked = [(day, name) for day, name in days if day.weekday() < 5 or day in notice.working]
    return [(day, name) for day, name in sorted(worked) if day not in notice.off]


def _from_json(tree: Mapping[str, Any]) -> Notice:
    days = [(_day(d["date"]), str(d["name"]), bool(d["isOffDay"])) for d in tree["days"]]
    papers = ";".join(tree.get("papers", []))
    off = {day: name for day, name, is_off in days if is_off}
    return Notice(int(tree["year"]), off, frozenset(day for day, _, is_off in days if not is_off), papers)


def _from_toml(tree: Mapping[str, Any]) -> Notice:
    off = {day: str(row["name"]) for row in tree["off"] for day in _span(row["from"], row.get("to", row["from"]))}
    working = frozenset(_plain_day(day) for day in tree.get("working", []))
    return Notice(int(tree["year"]), off, working, str(tree.get("source", "")))


def _span(first: Any, last: Any) -> Iterator[date]:
    days = range(_plain_day(first).toordinal(), _plain_day(last).toordinal() + 1)
    if not 0 < len(days) <= _LONGEST:
        raise ValueError(f"{first} – {last}")
    yield from map(date.fromordinal, days)


def _plain_day(value: Any) -> date:
    if type(value) is not date:  # a datetime is a date as well
        raise TypeError(f"{value!r} is no date")
    return value


def _stray_days(notice: Notice) -> list[tuple[date, str]]:
    """Days that cannot belong to the year's notice, days both off and worked, and working days that were some anyway."""
    near = range(notice.year - 1, notice.year + 2)
    stray = [(d, "other_years_day") for d in (*notice.off, *notice.working) if d.year not in near]
    both = [(d, "both") for d in sorted(set(notice.off) & notice.working)]
    return [*stray, *both, *((d, "no_weekend") for d in sorted(notice.working) if d.weekday() < 5)]


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
