"""A figure by day against its target of each day; days without a snapshot are gaps, restated days carry both values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from dashboard.charts.style import Figure, Scheme, empty, figure, palette, safe
from dashboard.charts.units import ticks
from policy.figures.written import goal, parts, said
from policy.text import say

HEIGHT: Final = 240
LEAST_SPAN: Final = 0.10  # of a share: a quiet line stays quiet
MONTHS: Final = 120  # days beyond which the axis names months
SAME: Final = 1e-9
Day = Mapping[str, Any]


def ratio_by_day(
    rows: Sequence[Day],
    *,
    name: str,
    unit: str = "share",
    target_words: str = "",
    lang: str = "zh",
    scheme: Scheme = "light",
    height: int = HEIGHT,
) -> Figure:
    """Rows of `data.queries.figures.series` (date, value, numerator, denominator, target, first), oldest first, as a line.

    `name` is what the measure is called; `target_words` stand at the target's line, else its value.
    """
    days = whole(rows)
    if not any(row.get("value") is not None for row in days):
        return empty(scheme, say("charts.no_days", lang), lang=lang, height=height)
    told = _target_notes(days, target_words, unit, lang, scheme)
    traces = [_targets(days, scheme), _values(days, name, unit, lang, scheme), *_restated(days, unit, lang, scheme)]
    axis = {"type": "date", "tickformat": "%Y-%m" if len(days) > MONTHS else "%m-%d", "nticks": 8, "showline": True}
    return figure(traces, scheme, height=height, annotations=told, hovermode="x", xaxis=axis, yaxis={"range": _span(days, unit), "nticks": 5, **ticks(unit, lang)})  # fmt: skip


def whole(rows: Sequence[Day]) -> list[Day]:
    """The rows with an empty one for each day between the first and the last that has none."""
    by_day = {_day(row): row for row in rows}
    if not by_day:
        return []
    first, last = min(by_day), max(by_day)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [by_day.get(day, {"date": day, "value": None}) for day in days]


def restated(row: Day) -> bool:
    """Whether a day's value was corrected after it was first taken."""
    first, value = row.get("first"), row.get("value")
    if first is None or value is None:
        return (first is None) != (value is None) and "first" in row
    return abs(float(first) - float(value)) > SAME


def _day(row: Day) -> date:
    held = row["date"]
    return held if isinstance(held, date) else date.fromisoformat(str(held))


def _values(days: Sequence[Day], name: str, unit: str, lang: str, scheme: Scheme) -> dict[str, Any]:
    line = {"color": palette(scheme).accent, "width": 2.5}
    values = [row.get("value") for row in days]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [_day(row).isoformat() for row in days],
        "y": values,
        "line": line,
        "marker": {
            "size": [6 if alone else 0 for alone in marked(values)],
            "color": palette(scheme).accent,
            "opacity": 1,
        },
        "connectgaps": False,
        "customdata": [_words(row, name, unit, lang) for row in days],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def marked(values: Sequence[float | None]) -> list[bool]:
    """Days that a line does not show, between two without a value, and the last that has one."""
    last = max((n for n, value in enumerate(values) if value is not None), default=-1)
    around = [None, *values, None]
    alone = [around[n] is None and around[n + 2] is None for n in range(len(values))]
    return [value is not None and (n == last or alone[n]) for n, value in enumerate(values)]


def _words(row: Day, name: str, unit: str, lang: str) -> str:
    made = parts(row.get("numerator"), row.get("denominator"))
    lines = [f"{_day(row):%Y-%m-%d}", f"{name} {said(row.get('value'), unit, lang)}" + (f" ({made})" if made else "")]
    if row.get("target") is not None:
        lines.append(say("charts.target", lang, value=goal(row["target"], unit, lang)))
    if restated(row):
        lines.append(say("charts.restated", lang, first=said(row["first"], unit, lang), now=said(row["value"], unit, lang)))  # fmt: skip
    return "<br>".join(safe(line) for line in lines)


def _targets(days: Sequence[Day], scheme: Scheme) -> dict[str, Any]:
    line = {"color": palette(scheme).text, "width": 1.5, "dash": "6px,4px", "shape": "hv"}
    xs, ys = [_day(row).isoformat() for row in days], _carried([row.get("target") for row in days])
    dash = {"symbol": "line-ew-open", "color": palette(scheme).text, "size": [12 if alone else 0 for alone in marked(ys)], "opacity": 1}  # fmt: skip
    return {"type": "scatter", "mode": "lines+markers", "x": xs, "y": ys, "line": line, "marker": dash, "hoverinfo": "skip"}  # fmt: skip


def _carried(targets: Sequence[float | None]) -> list[float | None]:
    """The target also on a day without a snapshot between two with the same one."""
    made, held = [], None
    for n, one in enumerate(targets):
        ahead = next((later for later in targets[n:] if later is not None), None)
        held = one if one is not None else (held if held == ahead else None)
        made.append(held)
    return made


def _restated(days: Sequence[Day], unit: str, lang: str, scheme: Scheme) -> list[dict[str, Any]]:
    """Both values of each restated day: the first one pale, the one that holds as a hollow diamond, a line between."""
    found = [row for row in days if restated(row)]
    if not found:
        return []
    colours, now = palette(scheme), [row for row in found if row.get("value") is not None]
    pairs = [(_day(row).isoformat(), row.get(key)) for row in found for key in ("first", "value", "gap")]
    between = {"type": "scatter", "mode": "lines", "x": [day for day, _ in pairs], "y": [value for _, value in pairs], "line": {"color": colours.muted, "width": 1}, "hoverinfo": "skip"}  # fmt: skip
    marks = {"symbol": "diamond-open", "size": 9, "color": colours.text, "line": {"width": 1.5}}
    held = {"type": "scatter", "mode": "markers", "x": [_day(row).isoformat() for row in now], "y": [row["value"] for row in now], "marker": marks, "hoverinfo": "skip"}  # fmt: skip
    faint = {"symbol": "x-thin-open", "size": 7, "color": colours.muted}
    before = {"type": "scatter", "mode": "markers", "x": [_day(row).isoformat() for row in found], "y": [row.get("first") for row in found], "marker": faint, "hoverinfo": "skip"}  # fmt: skip
    return [between, before, held]


def _target_notes(days: Sequence[Day], words: str, unit: str, lang: str, scheme: Scheme) -> list[dict[str, Any]]:
    """The target in words above its line where it begins; every change of it is named."""
    notes, before = [], None
    for row in days:
        held = row.get("target")
        if held is not None and held != before:
            told = words if words and before is None else say("charts.target", lang, value=goal(held, unit, lang))
            place = {"x": _day(row).isoformat(), "y": held, "xref": "x", "yref": "y", "xanchor": "left", "yanchor": "bottom"}  # fmt: skip
            notes.append(place | {"text": safe(told), "font": {"size": 12, "color": palette(scheme).text}})
            before = held
    return notes


def _span(days: Sequence[Day], unit: str) -> list[float]:
    seen = [float(row[key]) for row in days for key in ("value", "first", "target") if row.get(key) is not None]
    low, high = min(seen), max(seen)
    if unit != "share":
        return [0.0, (high or 1.0) * 1.15]
    air = max((LEAST_SPAN - (high - low)) / 2, (high - low) * 0.18, 0.01)
    return [max(low - air, 0.0), min(high + air, 1.04)]
