"""Keys of rows as they come from outside."""

from __future__ import annotations

from typing import Final
from uuid import UUID

NIL: Final = UUID(int=0)  # RFC 9562, 5.9: no row has it


def row_key(text: object) -> UUID:
    """The key that `text` says; NIL where it says none, so that who looks for it finds nothing."""
    try:
        return UUID(str(text))
    except ValueError:
        return NIL
