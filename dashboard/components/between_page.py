"""The arrangement of the pages of matters between organs: the list, beside it the one that is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import between_reads as reads
from dashboard.components.desk import Desk, View, build_drawer, build_stores
from dashboard.components.table_export import Export, build_export
from dashboard.context import t


def build_page(desk: Desk, view: View, parts: Mapping[str, Any], begin: list[Component], export: Export) -> Component:
    """The whole page from its parts."""

    def part(name: str, look: str = "") -> Component:
        return html.Div(parts[name], id=f"{desk.name}-{name}", className=look)

    tools = html.Div(
        [part("narrow", "k-counts b-narrow"), html.Span(className="k-spacer"), build_export(export), *begin],
        className="b-tools",
    )
    rows = html.Section([tools, part("list", "b-list")], className="b-rows")
    side = html.Div([part("next"), part("clocks")], className="b-side")
    body = html.Div([part("ladder", "b-stack"), part("matter", "b-stack")], className="b-room")
    top = html.Header([part("head", "b-about"), part("turn")], className="panel b-top")
    matter = html.Section([top, html.Div([body, side], className="b-matter-columns")], className="b-matter")
    whole = reads.kind_of(view) is None
    look = "b-whole" if whole else "b-open" if view["no"] else "b-bare"
    columns = html.Div([rows, matter], className=f"b-columns {look}")
    tabs = html.Nav(parts["tabs"], id=f"{desk.name}-tabs", className="b-tabs", **{"aria-label": t("between_page.tabs")})
    return html.Div([*build_stores(desk, view, parts), tabs, columns, build_drawer(desk)], className="between")
