"""Dash keeps its pages and its app in globals: a server built beside another one must put back what it found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dash
from dash import _get_app


@contextmanager
def pages_left_alone() -> Iterator[None]:
    """Build a server inside; afterwards the pages and the app of the one before stand again."""
    pages, app = dict(dash.page_registry), _get_app.APP
    try:
        yield
    finally:
        dash.page_registry.clear()
        dash.page_registry.update(pages)
        _get_app.APP = app
