"""Colours, letters and the Mantine theme: the tokens of the design, once, for Python and for the style sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

FONT: Final = (
    '"Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Microsoft YaHei", '
    '"Noto Sans SC", "WenQuanYi Micro Hei", system-ui, sans-serif'
)
MONO: Final = '"Noto Sans Mono CJK SC", "Cascadia Mono", Consolas, monospace'


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one character and scheme; every text colour has ≥ 4.5:1 on ground and panel.

    Alarm, warn, good and on scene stay ΔE ≥ 20 apart also under protanopia and deuteranopia; the design's tokens are
    shifted by as little as that needs.
    """

    ground: str
    panel: str
    line: str
    text: str
    muted: str
    accent: str
    alarm: str
    warn: str
    good: str
    on_scene: str
    raised: str  # hovered rows, inputs
    chosen: str  # a selected row
    outline: str  # dark outline of symbols
    halo: str  # light halo around the outline
    on_accent: str  # text on a button in the accent colour
    choropleth: tuple[str, str, str, str, str]

    def css(self) -> str:
        """The colours as CSS variables: `--ground`, `--on-scene`, `--choropleth-1` … `--choropleth-5`."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "choropleth"}
        steps = {f"choropleth-{n}": colour for n, colour in enumerate(self.choropleth, start=1)}
        return "".join(f"--{name.replace('_', '-')}:{value};" for name, value in {**plain, **steps}.items())


WALL: Final = Palette(
    ground="#0b1424",
    panel="#0f1b31",
    line="#1b2c4b",
    text="#e8f0fa",
    muted="#8fa8c6",
    accent="#35c2e0",
    alarm="#ff6b61",
    warn="#f2b84b",
    good="#37cd8e",
    on_scene="#b48bff",
    raised="#15243f",
    chosen="#173a63",
    outline="#060c17",
    halo="#ffffff",
    on_accent="#06222b",
    choropleth=("#14233f", "#173a63", "#1b5586", "#2376a6", "#39a0c4"),
)
LIGHT: Final = Palette(
    ground="#f3f6fa",
    panel="#ffffff",
    line="#dbe3ee",
    text="#16233a",
    muted="#586981",
    accent="#196bbd",
    alarm="#ad062e",
    warn="#9d5d02",
    good="#1a7850",
    on_scene="#7952d2",
    raised="#f6f9fd",
    chosen="#e7f1fc",
    outline="#16233a",
    halo="#ffffff",
    on_accent="#ffffff",
    choropleth=("#eef4fb", "#d5e6f5", "#aed0ea", "#7fb3da", "#4f93c5"),
)
DARK: Final = Palette(
    ground="#0e1626",
    panel="#152036",
    line="#293956",
    text="#e6edf7",
    muted="#95a8c3",
    accent="#5fb0f5",
    alarm="#ff7d73",
    warn="#f2b84b",
    good="#4cdba1",
    on_scene="#b99aff",
    raised="#1b2942",
    chosen="#1c3a61",
    outline="#070d18",
    halo="#ffffff",
    on_accent="#08192b",
    choropleth=("#16263f", "#1b3d62", "#225a87", "#2d7bab", "#4aa3cb"),
)
DESK: Final[Mapping[str, Palette]] = {"light": LIGHT, "dark": DARK}


def palette(theme: str, *, wall: bool = False) -> Palette:
    """The palette of a theme (light, dark); a wall has its own, whatever the theme."""
    return WALL if wall else DESK[theme]


def css() -> str:
    """The variables of all three palettes: by the page's colour scheme, and by the class `wall`."""
    common = f"--font:{FONT};--mono:{MONO};"
    return (
        f":root{{{common}{LIGHT.css()}color-scheme:light}}"
        f':root[data-mantine-color-scheme="dark"]{{{DARK.css()}color-scheme:dark}}'
        f":root[data-chrome=bare],.wall{{{WALL.css()}color-scheme:dark}}"
    )


def mantine(clear: str) -> dict[str, Any]:
    """Theme of the MantineProvider: our accent as the primary colour, the system's CJK letters, calm corners; what the cross
    that empties a field is called."""
    return {
        "components": {"InputClearButton": {"defaultProps": {"aria-label": clear}}},
        "fontFamily": FONT,
        "fontFamilyMonospace": MONO,
        "headings": {"fontFamily": FONT, "fontWeight": "650"},
        "primaryColor": "accent",
        "primaryShade": {"light": 6, "dark": 4},
        "colors": {
            "accent": [
                "#e7f1fc", "#cfe2f7", "#a3c9ef", "#7db6ee", "#5fb0f5",
                "#3a8bdb", "#196bbd", "#165ca1", "#114a82", "#0c3862",
            ],
            "dark": [
                "#e6edf7", "#c3cfdf", "#95a8c3", "#5d7192", "#293956",
                "#1b2942", "#152036", "#0e1626", "#0a111e", "#070d18",
            ],
        },
        "defaultRadius": "sm",
        "cursorType": "pointer",
        "respectReducedMotion": True,
        "fontSmoothing": True,
    }  # fmt: skip
