"""The loop as a funnel: how many leads came through each stage, with the share of those received."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboard.charts.style import Figure, Scheme, empty, fade, figure, palette, safe
from policy.text import say

ROW: Final = 44
Stage = tuple[str, int]
"""Name of a stage as the profile calls it, and how many came through it."""


def funnel(stages: Sequence[Stage], *, lang: str = "zh", scheme: Scheme = "light", height: int | None = None) -> Figure:
    """Bars that narrow from the first stage to the last; each with its number, its share of the first and of the one before."""
    room = height or 30 + ROW * max(len(stages), 1)
    if not stages or not stages[0][1]:
        return empty(scheme, say("charts.no_leads", lang), lang=lang, height=room)
    colours, first = palette(scheme), stages[0][1]
    befores = [first, *(count for _, count in stages)][: len(stages)]
    shown = [_shown(count, first, n) for n, (_, count) in enumerate(stages)]
    told = [_told(stage, before, first, lang) for stage, before in zip(stages, befores, strict=True)]
    bars = {
        "type": "funnel",
        "orientation": "h",
        "y": list(range(len(stages))),
        "x": [count for _, count in stages],
        "text": shown,
        "texttemplate": "%{text}",
        "textposition": "auto",
        "insidetextfont": {"color": colours.on_accent},
        "outsidetextfont": {"color": colours.text},
        "marker": {"color": colours.accent, "line": {"width": 0}},
        "connector": {"fillcolor": fade(colours.accent, 0.18), "line": {"width": 0}},
        "customdata": told,
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    names = {"tickvals": list(range(len(stages))), "ticktext": [safe(name) for name, _ in stages], "showgrid": False}
    return figure([bars], scheme, height=room, yaxis=names, xaxis={"visible": False}, funnelgap=0.32)


def _shown(count: int, first: int, place: int) -> str:
    return f"{count:,}" if place == 0 else f"{count:,} · {count / first:.1%}"


def _told(stage: Stage, before: int, first: int, lang: str) -> str:
    name, count = stage
    lines = [name, f"{count:,}"]
    lines.append(say("charts.of_first", lang, share=f"{count / first:.1%}"))
    lines += [say("charts.of_before", lang, share=f"{count / before:.1%}")] if before else []
    return "<br>".join(safe(line) for line in lines)
