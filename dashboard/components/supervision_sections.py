"""Sections of the page of supervision, one tab each, in their order: a line here is all that a further one needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from dash import Dash
from dash.development.base_component import Component


@dataclass(frozen=True, slots=True)
class Section:
    """One tab: its name in the address (`?show=`), the key of its title, what it shows for the address, its callbacks."""

    name: str
    title: str
    build: Callable[[Mapping[str, str]], Component]
    register: Callable[[Dash], None] | None = None


SECTIONS: Final[tuple[Section, ...]] = ()
