"""Personal data as it is shown by default (PI 51): `张**`, `138****5678`, `3307***********12`."""

from __future__ import annotations

from typing import Final

from policy.text import say


class Erased(str):
    """What is shown in place of personal data whose key was destroyed (PI 47)."""

    __slots__ = ()

    def said(self, lang: str) -> str:
        """In the language of the page."""
        return say("personal.erased", lang)


ERASED: Final = Erased(say("personal.erased"))


def shown(text: str | None, lang: str = "zh") -> str:
    """Personal data as it is kept, what was erased in words of `lang`."""
    return text.said(lang) if isinstance(text, Erased) else text or ""


def _middle(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[len(text) - tail :] if hidden > 0 else "*" * len(text)


def mask_name(name: str | None, lang: str = "zh") -> str:
    """Family name and two stars; nothing for nobody."""
    if isinstance(name, Erased):
        return name.said(lang)
    return f"{name[0]}**" if name else ""


def mask_phone(phone: str | None, lang: str = "zh") -> str:
    """First three and last four digits; a short number keeps its last two."""
    if not phone or isinstance(phone, Erased):
        return shown(phone, lang)
    return _middle(phone, 3, 4) if len(phone) >= 9 else _middle(phone, 0, 2)


def mask_id(number: str | None, lang: str = "zh") -> str:
    """First four and last two characters of an identity or credit code."""
    if not number or isinstance(number, Erased):
        return shown(number, lang)
    return _middle(number, 4, 2)
