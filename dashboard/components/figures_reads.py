"""What the page of a figure looks at: the view its address names, read once as who asks may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from dashboard.context import actor, county, lang, now, record
from data.queries.figure_definition import Meaning, meaning
from data.queries.figure_groups import DAY, WIDE, asked_group
from data.queries.figure_rows import MOST, PAGE, SourceRows, source_rows
from data.queries.figures import checked_day, figures_on, series
from policy.figures.definitions import definition
from policy.figures.rows import COUNTY

PATH: Final = "/figures"
PERIODS: Final = (1, 7, 30, 90)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """What the address names: figure, day (None: now), measure, the group and one of its codes, how many days, which page."""

    figure: str
    on: date | None = None
    measure: str = ""
    group: str = COUNTY
    code: str = ""
    days: int = 1
    page: int = 1

    @property
    def one(self) -> tuple[str, str]:
        """The group whose value, trend and rows are shown: the county until one is chosen."""
        return (self.group, self.code) if self.code else (COUNTY, "")


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a figure: what it means, its rows in the chosen grouping, the chosen one, the days behind it, its source rows."""

    view: View
    day: date
    meaning: Meaning
    rows: Sequence[Row]
    chosen: Row | None
    days: Sequence[Row]
    sources: SourceRows


def view_of(figure: str, given: Mapping[str, Any]) -> View:
    """The view an address asks for; `Refusal` for a group or day that the figure does not have."""
    known = definition(figure.upper())
    group = asked_group(str(given.get("group") or ""), [known.id]) or COUNTY
    measure = str(given.get("measure") or "")
    return View(
        known.id,
        _day(given.get("date")),
        measure if measure in {one.id for one in known.measures} else known.headline.id,
        group,
        str(given.get("code") or "")[:60],
        _whole(given.get("days"), 366),
        _whole(given.get("page"), MOST),
    )


def _day(text: Any) -> date | None:
    try:
        return checked_day(date.fromisoformat(str(text)[:10]), now()) if text else None
    except ValueError:
        return None


def _whole(text: Any, most: int) -> int:
    held = str(text or "")
    return min(max(int(held), 1), most) if held.isdigit() and len(held) < 9 else 1


def address(view: View, **more: Any) -> str:
    """The address of a view, what is usual left out; a change of anything but the page begins at the first page."""
    changed = replace(view, **({"page": 1} | more))
    return figure_address(
        changed.figure, on=changed.on, measure=changed.measure, group=changed.group, code=changed.code, days=changed.days,
        page=changed.page,
    )  # fmt: skip


def figure_address(
    figure: str,
    *,
    on: date | None = None,
    measure: str = "",
    group: str = "",
    code: str = "",
    days: int = 1,
    page: int = 1,
) -> str:
    """The page of a figure: of a day, a measure, a group and one of its codes."""
    held = {
        "date": on.isoformat() if on else "",
        "measure": "" if measure == definition(figure).headline.id else measure,
        "group": "" if group == COUNTY else group,
        "code": code,
        "days": str(days) if days > 1 else "",
        "page": str(page) if page > 1 else "",
    }
    asked = urlencode({name: value for name, value in held.items() if value})
    return f"{PATH}/{figure}?{asked}" if asked else f"{PATH}/{figure}"


def look(view: View) -> Look:
    """Read everything the page shows."""
    moment, place = now(), county()
    day = checked_day(view.on, moment)
    told = meaning(place, view.figure, day, lang())
    group, code = view.one
    with record().read() as session:
        asked = (session, actor(), place)
        rows = figures_on(
            *asked, on=view.on, now=moment, group_kind=view.group, only=view.figure, days=view.days, lang=lang()
        )
        whole = rows if view.group == COUNTY else figures_on(*asked, on=view.on, now=moment, group_kind=COUNTY, only=view.figure, days=view.days, lang=lang())  # fmt: skip
        kept = (COUNTY, "") if group in (*WIDE, DAY) else (group, code)
        days = series(
            *asked, figure=view.figure, now=moment, measure=view.measure, group_kind=kept[0], group_code=kept[1]
        )
        sources = source_rows(
            *asked, figure=view.figure, now=moment, measure=view.measure, group=group, code=code, on=view.on,
            days=view.days, offset=(view.page - 1) * PAGE, lang=lang(),
        )  # fmt: skip
    mine = [row for row in (rows if view.code else whole) if row["measure"] == view.measure]
    chosen = next((row for row in mine if (row["group_kind"], row["group_code"]) == (group, code)), None)
    return Look(view, day, told, rows, chosen, [row for row in days if row["date"] <= day], sources)


def every_source(view: View) -> SourceRows:
    """All source rows of the view, for a file."""
    group, code = view.one
    with record().read() as session:
        return source_rows(
            session, actor(), county(), figure=view.figure, now=now(), measure=view.measure, group=group, code=code,
            on=view.on, days=view.days, limit=MOST, lang=lang(),
        )  # fmt: skip
