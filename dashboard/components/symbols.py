"""Symbols in lists and legends: the same drawings as on the map."""

from __future__ import annotations

from typing import Final

from dash import html

from dashboard.context import t
from dashboard.theme import DARK, LIGHT, WALL, Palette
from layers import symbols
from policy.vocabulary import UnitStatus

SELECTORS: Final[dict[str, Palette]] = {
    ":root": LIGHT,
    ':root[data-mantine-color-scheme="dark"]': DARK,
    ":root[data-chrome=bare],.wall": WALL,
}


def tokens(palette: Palette) -> dict[str, str]:
    """The colours of a palette by token, as the drawings ask for them."""
    names = ("accent", "alarm", "warn", "good", "on_scene", "text", "muted", "panel", "outline", "halo")
    return {name: getattr(palette, name) for name in names}


def style_sheet() -> str:
    """The style sheet of all symbols in all palettes."""
    return symbols.css({selector: tokens(palette) for selector, palette in SELECTORS.items()})


def symbol_name(kind: str) -> str:
    """What a symbol means, in the language of the answer."""
    return t(f"vocabulary.unit_status.{kind}" if kind in set(UnitStatus) else f"map.symbol.{kind}")


def symbol(kind: str, title: str | None = None) -> html.Span:
    """A symbol in a line of text, with its meaning for who cannot see it, unless the words beside it say so already (`title`
    empty); KeyError for a kind that does not exist."""
    words = symbol_name(kind) if title is None else title
    known = symbols.SYMBOLS[kind] and kind
    if not words:
        return html.Span(className=f"sym sym-{known}", **{"aria-hidden": "true"})
    return html.Span(className=f"sym sym-{known}", title=words, role="img", **{"aria-label": words})
