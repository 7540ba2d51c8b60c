"""Still charts as SVG: for the wall, where nothing is clicked and every byte waits, and for paper. Plotly is for desks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from dashboard.figures.style import LETTERS, Scheme, palette
from dashboard.theme import FONT

Point = tuple[float, float]


def number(value: float) -> str:
    """A coordinate with one decimal and no trailing zero."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def rect(x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> str:
    """A filled rectangle; nothing for one without height."""
    if height <= 0 or width <= 0:
        return ""
    pale = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" fill="{fill}"{pale}/>'
    )


def line(points: Sequence[Point], stroke: str, width: float, dash: str = "") -> str:
    """A line through points; nothing for fewer than two."""
    if len(points) < 2:
        return ""
    path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    join = ' stroke-linejoin="round"' if len(points) > 2 else ""
    return f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{number(width)}"{dashed}{join}/>'


def dot(x: float, y: float, radius: float, fill: str) -> str:
    """A filled circle."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"/>'


def text(x: float, y: float, words: str, fill: str, anchor: str = "middle") -> str:
    """Words with their baseline at (x, y); anchor is start, middle or end."""
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{number(x)}" y="{number(y)}" fill="{fill}"{placed}>{escape(words)}</text>'


def document(scheme: Scheme, size: tuple[int, int], parts: Iterable[str]) -> str:
    """The chart in the letters of the scheme; paper gets a white ground."""
    width, height = size
    ground = rect(0, 0, width, height, palette(scheme).panel) if scheme == "print" else ""
    style = f'font-family={quoted(FONT)} font-size="{LETTERS[scheme]}" style="font-variant-numeric:tabular-nums"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {style}>{ground}{"".join(parts)}</svg>'
    )


def quoted(value: str) -> str:
    """A value as an attribute."""
    return f'"{escape(value, quote=True)}"'


def address(drawing: str) -> str:
    """The drawing as an address that an image takes."""
    return f"data:image/svg+xml,{quote(drawing, safe=' =:/;,()')}"
