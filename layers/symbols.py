"""The symbols of map, legend and list: one drawing for each, told apart by shape as well as by colour (screens.md).

A symbol is an SVG of 32 × 32 with a light halo outside and a dark outline inside it. `css()` makes the style sheet that the
map's markers, legends and lists share: `<span class="sym sym-available">`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from policy.vocabulary import UnitStatus

Tokens = Mapping[str, str]
"""Colours by token: accent, alarm, warn, good, on_scene, text, muted, panel, outline, halo."""

CIRCLE: Final = "M16 7a9 9 0 1 0 .01 0Z"
PIN: Final = "M16 29.5C11 22.5 7.5 17.8 7.5 12.8a8.5 8.5 0 1 1 17 0c0 5-3.5 9.7-8.5 16.7Z"
RING: Final = "M16 4.6a11.4 11.4 0 1 0 .01 0ZM16 8.4a7.6 7.6 0 1 1-.01 0Z"
OCTAGON: Final = "M10.6 3h10.8L29 10.6v10.8L21.4 29H10.6L3 21.4V10.6Z"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A shape, the token of its fill, whether it is hollow, and what is drawn on it in the outline's (or halo's) colour."""

    path: str
    fill: str
    hollow: bool = False
    mark: str = ""
    mark_in: str = "outline"


SYMBOLS: Final[Mapping[str, Symbol]] = {
    UnitStatus.AVAILABLE.value: Symbol(CIRCLE, "good"),
    UnitStatus.ASSIGNED.value: Symbol(CIRCLE, "accent", mark="M16 7a9 9 0 0 0 0 18Z"),
    UnitStatus.EN_ROUTE.value: Symbol("M16 5.2 27 25.4H5Z", "accent"),
    UnitStatus.ON_SCENE.value: Symbol("M7.5 7.5h17v17h-17Z", "on_scene"),
    UnitStatus.BUSY.value: Symbol("M16 4.6 27.4 16 16 27.4 4.6 16Z", "muted", hollow=True),
    UnitStatus.OFF_DUTY.value: Symbol(CIRCLE, "muted", hollow=True),
    "lead": Symbol(PIN, "text", mark="M16 9.4a3.4 3.4 0 1 0 .01 0Z"),
    "lead_urgent": Symbol(PIN, "warn", mark="M14.6 6.6h2.8l-.5 7.4h-1.8ZM16 15.4a1.5 1.5 0 1 0 .01 0Z"),
    "best_place": Symbol(
        "M16 5a11 11 0 1 0 .01 0ZM16 8a8 8 0 1 1-.01 0ZM14.4 10.4h3.2v4h4v3.2h-4v4h-3.2v-4h-4v-3.2h4Z", "accent"
    ),
    "overdue": Symbol(RING, "alarm", mark="M16 11.6a4.4 4.4 0 1 0 .01 0Z", mark_in="alarm"),
    "emergency": Symbol(OCTAGON, "alarm", mark="M14 7.4h4l-.7 10.4h-2.6ZM16 19.8a2.3 2.3 0 1 0 .01 0Z", mark_in="halo"),
}
"""By kind: the six states of a unit (`policy.vocabulary.UnitStatus`), leads, the ring of what is overdue, the emergency; where a free unit
would help most."""

UNIT_KINDS: Final = tuple(status.value for status in UnitStatus)


def svg(kind: str, tokens: Tokens) -> str:
    """The drawing of `kind` in the colours `tokens`; KeyError for a kind that does not exist."""
    symbol = SYMBOLS[kind]
    colour, halo, outline = tokens[symbol.fill], tokens["halo"], tokens["outline"]
    parts = [f'<path d="{symbol.path}" fill="none" stroke="{halo}" stroke-opacity=".85" stroke-width="5"/>']
    if symbol.hollow:
        parts.append(f'<path d="{symbol.path}" fill="{tokens["panel"]}" stroke="{outline}" stroke-width="3.4"/>')
        parts.append(f'<path d="{symbol.path}" fill="none" stroke="{colour}" stroke-width="2.6"/>')
    else:
        fill = f'fill="{colour}" stroke="{outline}" stroke-width="2" paint-order="stroke"'
        parts.append(f'<path d="{symbol.path}" {fill} fill-rule="evenodd"/>')
    if symbol.mark:
        parts.append(f'<path d="{symbol.mark}" fill="{tokens[symbol.mark_in]}"/>')
    body = "".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" stroke-linejoin="round">{body}</svg>'


def data_uri(kind: str, tokens: Tokens) -> str:
    """The drawing as an address that style sheets and images take."""
    return f"data:image/svg+xml,{quote(svg(kind, tokens), safe=' =:/;,()')}".replace("'", "%27")


BASE: Final = (
    ".sym{display:inline-block;flex:none;width:1.25em;height:1.25em;vertical-align:-.26em;"
    "background:center/contain no-repeat}"
)


def css(palettes: Mapping[str, Tokens]) -> str:
    """The style sheet of all symbols; `palettes` are colours by CSS selector, later ones winning over earlier ones."""
    rules = [BASE, *(f".sym-{kind}{{background-image:var(--sym-{kind})}}" for kind in SYMBOLS)]
    for selector, tokens in palettes.items():
        images = "".join(f'--sym-{kind}:url("{data_uri(kind, tokens)}");' for kind in SYMBOLS)
        rules.append(f"{selector}{{{images}}}")
    return "".join(rules)
