"""Buttons that open a box beside them: the button itself says whether its box is open."""

from __future__ import annotations

from typing import Any


def opener(look: str, **words: str) -> dict[str, Any]:
    """What makes the target of a menu or a popover a button (it is a plain box otherwise, which may say nothing of what it opens)."""
    return {"component": "button", "type": "button", "className": look, **words}
