"""The house style of the desks' charts: one template a scheme, from the tokens of the theme; letters, numbers, hovers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any, Final

from dashboard.figures.style import LETTERS, PALETTES, Figure, Scheme, fade, palette
from dashboard.theme import FONT
from policy.text import say

__all__ = ["PALETTES", "Figure", "Scheme", "contrast", "empty", "fade", "figure", "palette", "safe", "template"]

MARGIN: Final = {"l": 8, "r": 8, "t": 10, "b": 8, "pad": 2}
HEIGHT: Final = 240
BRIGHT: Final = "#fbfdff"
"""Letters on a ground neither dark nor light, where the palette's own are too weak; on paper they are the paper's."""


@cache
def template(scheme: Scheme) -> Mapping[str, Any]:
    """The Plotly template of a scheme: quiet axes, no frame, nothing that zooms away; paper has a white ground."""
    colours, size = palette(scheme), LETTERS[scheme]
    axis = {
        "color": colours.muted,
        "gridcolor": colours.line,
        "linecolor": colours.line,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "tickfont": {"size": size - 1, "color": colours.muted},
        "title": {"font": {"size": size - 1, "color": colours.muted}},
    }
    letters = {"family": FONT, "size": size, "color": colours.text}
    layout = {
        "font": letters,
        "paper_bgcolor": colours.panel,
        "plot_bgcolor": colours.panel,
        "colorway": [colours.accent, colours.on_scene, colours.good, colours.warn],
        "colorscale": {"sequential": ramp(scheme)},
        "hoverlabel": {"bgcolor": colours.panel, "bordercolor": colours.muted, "font": letters, "align": "left"},
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, "showgrid": True},
        "annotationdefaults": {"showarrow": False, "font": letters},
        "showlegend": False,
        "separators": ".,",
        "margin": MARGIN,
    }
    return {"layout": layout}


def ramp(scheme: Scheme) -> list[list[Any]]:
    """The choropleth's steps as a scale from few to many."""
    steps = palette(scheme).choropleth
    return [[n / (len(steps) - 1), colour] for n, colour in enumerate(steps)]


def figure(data: list[dict[str, Any]], scheme: Scheme, *, height: int = HEIGHT, **more: Any) -> Figure:
    """A figure in the house style; `more` goes into its layout. Zoom and selection outlive a refresh."""
    base = {"template": template(scheme), "height": height, "uirevision": "keep", "transition": {"duration": 0}}
    return {"data": data, "layout": base | {"hovermode": "closest", "dragmode": False} | more}


def empty(scheme: Scheme, words: str = "", *, lang: str = "zh", height: int = HEIGHT) -> Figure:
    """A chart without data says so, and what to do; `layout.meta.empty` tells the component."""
    told = {"text": safe(words or say("charts.empty", lang)), "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    letters = {"color": palette(scheme).muted}
    hidden = {"visible": False}
    return figure([], scheme, height=height, annotations=[told | {"font": letters}], xaxis=hidden, yaxis=hidden, meta={"empty": words or say("charts.empty", lang)})  # fmt: skip


def safe(words: str) -> str:
    """Words that Plotly does not read as markup."""
    return escape(words, quote=False)


def contrast(scheme: Scheme, ground: str) -> str:
    """The letters, light or dark, that read best on a ground."""
    colours = palette(scheme)
    return max(
        (colours.text, colours.outline, *([BRIGHT] if scheme == "dark" else [])), key=lambda one: _ratio(one, ground)
    )


def _ratio(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
