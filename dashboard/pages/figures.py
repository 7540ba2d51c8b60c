"""All figures: what each counts, its newest value, its target here and where that stands."""

from __future__ import annotations

from typing import Final

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.components.case_words import panel
from dashboard.components.figures_list import build_list
from dashboard.context import t

PATH: Final = "/figures"
NAME_KEY: Final = "figures_page.name"
VERB: Final = "page.figures"


def layout() -> Component:
    """The list."""
    return html.Div(panel(t("figures_page.title"), build_list()), className="figures")


def register(app: Dash) -> None:
    """The list has no callbacks."""
