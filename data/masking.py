"""Personal data as it is shown by default (PI 51): `张**`, `138****5678`, `3307***********12`."""

from __future__ import annotations


def _middle(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[len(text) - tail :] if hidden > 0 else "*" * len(text)


def mask_name(name: str | None) -> str:
    """Family name and two stars; nothing for nobody."""
    return f"{name[0]}**" if name else ""


def mask_phone(phone: str | None) -> str:
    """First three and last four digits; a short number keeps its last two."""
    if not phone:
        return ""
    return _middle(phone, 3, 4) if len(phone) >= 9 else _middle(phone, 0, 2)


def mask_id(number: str | None) -> str:
    """First four and last two characters of an identity or credit code."""
    return _middle(number, 4, 2) if number else ""
