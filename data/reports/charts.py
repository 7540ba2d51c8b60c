"""The charts of a report: a share by day with its target and what was restated, received and resolved, townships' intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from data.reports import drawing as d
from data.reports.reading import Need
from policy.figures.written import goal, said
from policy.text import named, say

WIDTH, HEIGHT = 480.0, 190.0
ROW: Final = 20.0
LEAST_SPAN: Final = 0.10  # of a share: a quiet line stays quiet
Day = Mapping[str, Any]
Place = Callable[[date, float], d.Point]


def _frame(width: float, top: float = 14, height: float = HEIGHT) -> d.Frame:
    return d.Frame(width, height, left=44, top=top, right=width - 8, bottom=height - 22)


def share_by_day(rows: Sequence[Day], first: date, last: date, lang: str, width: float = WIDTH) -> str | None:
    """SVG of a share by day: gaps where no snapshot was taken, the target dashed with its words, hollow diamonds where a day
    was restated; None without a value."""
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return None
    frame, span = _frame(width), max((last - first).days, 1)
    low, high = _span(rows)

    def place(day: date, value: float) -> d.Point:
        return frame.x((day - first).days / span), frame.y((value - low) / (high - low))

    curves = [d.line([place(row["date"], row["value"]) for row in run], d.ACCENT, 2) for run in _runs(known)]
    ends = [d.dot(*place(known[-1]["date"], known[-1]["value"]), 3.5, d.ACCENT)]
    marks = [mark for row in known if restated(row) for mark in _restated(row, place)]
    goals = [part for run in _targets(rows) for part in _goal(run, place, frame, lang)]
    tip = place(known[-1]["date"], known[-1]["value"])
    value = d.text(
        frame.right,
        tip[1] + (16 if tip[1] < frame.top + 12 else -7),
        said(known[-1]["value"], "share", lang),
        d.ACCENT,
        "end",
    )
    return d.document(frame, [*_grid(frame, low, high), *_days(frame, first, last), *goals, *curves, *marks, *ends, value])  # fmt: skip


def restated(row: Day) -> bool:
    """Whether a day's value was corrected after it was first taken."""
    return None not in (row["first"], row["value"]) and abs(row["first"] - row["value"]) > 1e-9


def _restated(row: Day, place: Place) -> list[str]:
    """Both values of a day: the first one small, the one that holds as a hollow diamond, a line between."""
    (x, first), (_, now) = place(row["date"], row["first"]), place(row["date"], row["value"])
    return [d.line([(x, first), (x, now)], d.MUTED), d.dot(x, first, 2, d.MUTED), d.diamond(x, now, 4, d.TEXT)]


def _span(rows: Sequence[Day]) -> tuple[float, float]:
    seen = [float(row[name]) for row in rows for name in ("value", "first", "target") if row.get(name) is not None]
    low, high = min(seen), max(seen)
    air = max((LEAST_SPAN - (high - low)) / 2, (high - low) * 0.18, 0.01)
    return max(low - air, 0.0), max(min(high + air, 1.0), high)


def _runs(known: Sequence[Day]) -> list[list[Day]]:
    """Days that follow each other without a gap."""
    numbered = [(row["date"].toordinal() - n, row) for n, row in enumerate(known)]
    return [[row for _, row in group] for _, group in groupby(numbered, key=lambda one: one[0])]


def _targets(rows: Sequence[Day]) -> list[list[Day]]:
    """Days with the same target."""
    held = [row for row in rows if row["target"] is not None]
    return [list(group) for _, group in groupby(held, key=lambda row: row["target"])]


def _goal(run: Sequence[Day], place: Place, frame: d.Frame, lang: str) -> list[str]:
    value = run[0]["target"]
    (left, y), (right, _) = place(run[0]["date"], value), place(run[-1]["date"] + timedelta(days=1), value)
    words = say("charts.target", lang, value=goal(value, "share", lang))
    return [d.line([(left, y), (min(right, frame.right), y)], d.TEXT, 1.2, "5 3"), d.text(left + 2, y - 4, words)]


def _grid(frame: d.Frame, low: float, high: float, unit: str = "share") -> list[str]:
    """Three quiet lines with their values."""
    found = []
    for n in range(3):
        value = low + (high - low) * n / 2
        y = frame.y(n / 2)
        word = f"{value:.0%}" if unit == "share" else f"{value:,.0f}"
        found += [d.line([(frame.left, y), (frame.right, y)], d.LINE, 0.7), d.text(frame.left - 5, y + 4, word, d.MUTED, "end")]  # fmt: skip
    return found


def _days(frame: d.Frame, first: date, last: date) -> list[str]:
    """The first day, the last, and the one between."""
    span = max((last - first).days, 1)
    days = sorted({first, first + timedelta(days=span // 2), last})
    anchors = {first: "start", last: "end"}
    return [
        d.text(frame.x((day - first).days / span), frame.height - 5, f"{day:%m-%d}", d.MUTED, anchors.get(day, "middle"))
        for day in days
    ]  # fmt: skip


def received(rows: Sequence[Day], first: date, last: date, lang: str, width: float = WIDTH) -> str | None:
    """SVG of leads by day: a bar for those received, in it those of them resolved by the end of the day; None without any."""
    known = [row for row in rows if row["denominator"]]
    if not known:
        return None
    frame, count = _frame(width, top=28), (last - first).days + 1
    top = max(row["denominator"] for row in known) * 1.12
    step = (frame.right - frame.left) / count
    bars = []
    for row in known:
        x = frame.left + step * (row["date"] - first).days + step * 0.14
        for value, fill in ((row["denominator"], d.LINE), (row["numerator"] or 0.0, d.ACCENT)):
            y = frame.y(value / top)
            bars.append(d.rect(x, y, step * 0.72, frame.bottom - y, fill))
    words = say("reports.chart.received", lang)
    key = [d.rect(frame.left + 2, 1, 10, 10, d.LINE), d.text(frame.left + 16, 10, words, d.TEXT, size=11)]
    other = frame.left + 40 + _wide(words)
    key += [d.rect(other, 1, 10, 10, d.ACCENT), d.text(other + 14, 10, say("reports.chart.resolved", lang), size=11)]
    return d.document(frame, [*_grid(frame, 0.0, top, "count"), *_days(frame, first, last), *bars, *key])


def _wide(words: str) -> float:
    """About how wide words are at the size of a key."""
    return sum(11.0 if ord(one) > 0x2E7F else 6.0 for one in words)


def intervals(needs: Sequence[Need], share: float, lang: str, width: float = WIDTH * 2) -> str | None:
    """SVG of townships' shares with their intervals on one scale, the county's as a line; who needs help by shape and word."""
    if not needs:
        return None
    height = 34 + ROW * len(needs)
    frame = d.Frame(width, height, left=128, top=18, right=width - 168, bottom=height - 16)
    low = max(min(one.share.low for one in needs) - 0.02, 0.0)

    def x(value: float) -> float:
        return frame.x((value - low) / (1.0 - low))

    lines = [d.line([(x(share), frame.top - 4), (x(share), frame.bottom)], d.TEXT, 1.2, "5 3")]
    lines.append(
        d.text(x(share), 11, say("reports.chart.county", lang, share=f"{share:.1%}"), anchor="middle", size=11)
    )
    for n, one in enumerate(needs):
        lines += _interval(one, frame.top + ROW * (n + 0.6), x, frame, lang)
    ticks = [d.text(x(value), height - 2, f"{value:.0%}", d.MUTED, "middle", 11) for value in (low, (low + 1) / 2, 1.0)]
    return d.document(frame, [*lines, *ticks])


def _interval(one: Need, y: float, x: Callable[[float], float], frame: d.Frame, lang: str) -> list[str]:
    colour = d.MUTED if one.few else d.WARN if one.helps else d.ACCENT
    mark = d.diamond(x(one.share.value), y, 4.5, colour) if one.helps else d.dot(x(one.share.value), y, 3.5, colour)
    word = say("reports.help", lang) if one.helps else say("charts.few", lang) if one.few else ""
    told = f"{one.share.value:.1%} ({one.numerator:,.0f}/{one.denominator:,.0f}) {word}".strip()
    return [
        d.text(frame.left - 8, y + 4, named(one.name, lang), d.MUTED if one.few else d.TEXT, "end"),
        d.line([(x(one.share.low), y), (x(one.share.high), y)], colour, 2),
        mark,
        d.text(frame.right + 10, y + 4, told, colour if one.helps or one.few else d.TEXT, size=11),
    ]
