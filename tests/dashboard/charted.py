"""A page with one chart of each kind, for tests in a browser."""

from __future__ import annotations

from dash import Dash, html

from dashboard.charts import chart, gauge, scheme
from dashboard.context import lang
from tests.dashboard.test_charts import every

PATH = "/charted"
NAME_KEY = "charts.axis.count"
VERB = "page.reports"


def layout() -> html.Div:
    found = every(lang(), scheme())
    shown = [chart(made, title=f"图 {name}", note="近 30 天", said=name) for name, made in found.items()]
    return html.Div([*shown, chart(gauge(None, lang=lang()), title="空")], id="charted")


def register(app: Dash) -> None:
    """Nothing happens here."""
