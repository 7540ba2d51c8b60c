"""The house style of charts: palette, letters, lines, for screen (light, dark, wall) and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from dashboard.theme import DARK, FONT, LIGHT, WALL, Palette

Scheme = Literal["light", "dark", "wall", "print"]
Figure = dict[str, Any]
PRINT: Final = replace(LIGHT, ground="#ffffff", panel="#ffffff", line="#c9ced6", text="#000000", muted="#3f4650")
PALETTES: Final[Mapping[str, Palette]] = {"light": LIGHT, "dark": DARK, "wall": WALL, "print": PRINT}
LETTERS: Final[Mapping[str, int]] = {"light": 13, "dark": 13, "wall": 18, "print": 12}
STILL: Final = {"staticPlot": True, "displayModeBar": False, "responsive": False}
LIVE: Final = {"displaylogo": False, "displayModeBar": "hover", "modeBarButtonsToRemove": ["select2d", "lasso2d"]}


def palette(scheme: Scheme) -> Palette:
    """The colours of a scheme; paper has black letters on white."""
    return PALETTES[scheme]


def layout(scheme: Scheme, *, width: int | None = None, height: int | None = None, **more: Any) -> dict[str, Any]:
    """The common layout: no frame, no ground of its own, tabular letters of the house; `more` wins."""
    colours = palette(scheme)
    base: dict[str, Any] = {
        "paper_bgcolor": "rgba(0,0,0,0)" if scheme != "print" else "#ffffff",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": LETTERS[scheme], "color": colours.text},
        "margin": {"l": 4, "r": 4, "t": 4, "b": 26, "pad": 0},
        "showlegend": False,
        "bargap": 0.28,
        "hovermode": "x unified",
        "separators": ".,",
        "transition": {"duration": 0},
    }
    sizes = {name: value for name, value in (("width", width), ("height", height)) if value is not None}
    return base | sizes | more


def axis(scheme: Scheme, **more: Any) -> dict[str, Any]:
    """A quiet axis: muted letters, no grid, no zero line."""
    letters = {"color": palette(scheme).muted, "size": LETTERS[scheme]}
    return {"showgrid": False, "zeroline": False, "tickfont": letters, "fixedrange": True, "automargin": False} | more


def fade(colour: str, share: float) -> str:
    """A colour of the palette made see-through."""
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"
