"""Charts of reports as SVG, in the colours and letters of paper: drawn from the same numbers as the pages', without a browser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

FONTS: Final = "Noto Sans CJK SC, Source Han Sans SC, Noto Sans CJK TC, Microsoft YaHei, sans-serif"
LETTERS: Final = 12
TEXT, MUTED, LINE, GROUND = "#000000", "#3f4650", "#c9ced6", "#ffffff"
ACCENT, WARN, ALARM = "#196bbd", "#9d5d02", "#ad062e"
"""The palette of paper (dashboard.figures.style.PRINT): what is on screen and on paper is told apart by nothing else."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the data of a chart lies: its size, and the edges of the plot within it."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float

    def x(self, share: float) -> float:
        """The place of a share of the way from left to right."""
        return self.left + share * (self.right - self.left)

    def y(self, share: float) -> float:
        """The place of a share of the way from the bottom up."""
        return self.bottom - share * (self.bottom - self.top)


def number(value: float) -> str:
    """A coordinate with one decimal and no trailing zero."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle; nothing for one without size."""
    if width <= 0 or height <= 0:
        return ""
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" fill="{fill}"/>'


def line(points: Sequence[Point], stroke: str, width: float = 1.0, dash: str = "") -> str:
    """A line through points; nothing for fewer than two."""
    if len(points) < 2:
        return ""
    path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{number(width)}" stroke-linejoin="round"{dashed}/>'


def dot(x: float, y: float, radius: float, fill: str, stroke: str = "none") -> str:
    """A filled circle, or a ring."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}" stroke="{stroke}"/>'


def diamond(x: float, y: float, radius: float, stroke: str) -> str:
    """A hollow diamond."""
    places = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
    points = " ".join(f"{number(a)},{number(b)}" for a, b in places)
    return f'<polygon points="{points}" fill="{GROUND}" stroke="{stroke}" stroke-width="1.4"/>'


def text(x: float, y: float, words: str, fill: str = TEXT, anchor: str = "start", size: float = LETTERS) -> str:
    """Words with their baseline at (x, y); anchor is start, middle or end."""
    return f'<text x="{number(x)}" y="{number(y)}" fill="{fill}" font-size="{number(size)}" text-anchor="{anchor}">{escape(words)}</text>'


def document(frame: Frame, parts: Iterable[str]) -> str:
    """The chart as a file of its own."""
    size = f'width="{number(frame.width)}" height="{number(frame.height)}" viewBox="0 0 {number(frame.width)} {number(frame.height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONTS}">{"".join(parts)}</svg>'
