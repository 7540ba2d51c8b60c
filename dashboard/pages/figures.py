"""All figures: what each counts, its newest value, its target here and where that stands."""

from __future__ import annotations

from typing import Final

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.components import figures_refresh
from dashboard.components.case_words import panel
from dashboard.components.figures_list import build_list
from dashboard.context import t

PATH: Final = "/figures"
NAME_KEY: Final = "figures_page.name"
VERB: Final = "page.figures"
UNDER: Final = "/office"  # whoever has no office comes by the name of a figure on a page of his own


def layout() -> Component:
    """The list."""
    refresh = panel(t("figures_refresh.title"), figures_refresh.build_refresh())
    return html.Div([refresh, panel(t("figures_page.title"), build_list())], className="figures")


def register(app: Dash) -> None:
    """The callbacks of the refresh; the list has none."""
    figures_refresh.register(app)
