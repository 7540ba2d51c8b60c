"""The mark of a drill around every page: a band, a watermark, a frame."""

from __future__ import annotations

from html import escape
from typing import Final

from data.settings import settings
from policy.text import say

HEADER: Final = "X-OneGrid-Drill"


def drill() -> str:
    """Number of the drill this process serves; empty for the real record."""
    return settings().drill


def attribute() -> str:
    """What the root of a page in a drill carries, so that style sheets know."""
    return ' data-drill="1"' if drill() else ""


def band(lang: str) -> str:
    """The band at the top of a page in a drill; nothing elsewhere."""
    if not drill():
        return ""
    words = escape(say("drill.banner", lang, drill=drill()))
    link = f'<a href="/drill">{escape(say("drill.page", lang))}</a>'
    return f'<div class="drill-band" role="status"><span>{words} {link}</span></div><div class="drill-frame" aria-hidden="true"></div>'
