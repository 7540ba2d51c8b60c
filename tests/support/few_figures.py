"""Two figures instead of all, so that a day costs milliseconds: how often it is counted is what is tested."""

from __future__ import annotations

from typing import Any, Final

from policy.figures.definitions import DEFINITIONS
from policy.loader import load_profile

FEW: Final = frozenset({"F01", "F02"})  # of people and postings
DEFINED: Any = DEFINITIONS


def others() -> list[str]:
    """The figures that are left out."""
    return [id_ for id_ in DEFINED if id_ not in FEW]


def keep_few() -> None:
    """Leave the others out in this process for good; the profile, which weighs them all, is read before."""
    load_profile("jindong")
    for id_ in others():
        DEFINED.pop(id_)
