"""Fields of enforcement, as printed lists of items call them, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from policy.text import Name, catalogue

_AREAS: Final = ("items.domain.", "items.field.")


@cache
def _in_english() -> Mapping[str, str]:
    zh, en = catalogue("zh"), catalogue("en")
    return {zh[key]: en[key] for key in zh if key.startswith(_AREAS)}


def field_words(name: str) -> Name:
    """The field a list calls `name`; one that the catalogue does not know keeps its printed name."""
    return Name(name, _in_english().get(name, name))
