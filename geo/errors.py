"""What geometry refuses: a code and its facts; the sentence is said by whoever may read the catalogue."""

from __future__ import annotations

from typing import Any


class GridError(ValueError):
    """A grid that cannot be built; `code` is a key of the catalogue area `errors_geo`, `params` fill its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        """`params` name the cell, the file or the amount at fault."""
        self.code, self.params = code, params
        super().__init__(f"{code}: {params}")
