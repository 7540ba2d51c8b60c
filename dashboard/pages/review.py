"""Legal review: the queue by deadline, the file beside the points of the plan, material asked for once, the opinion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import ALL, Dash, Input, Output, State, ctx, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components import review_reads as reads
from dashboard.components.desk import Desk, build_drawer, build_stores
from dashboard.components.desk import register as register_desk
from dashboard.components.review_form import read_states
from dashboard.components.table_export import build_export, register_export
from dashboard.context import query, run
from dashboard.tables.review import REVIEW

PATH: Final = "/review"
NAME_KEY: Final = "review_page.name"
VERB: Final = "page.review"
DESK: Final = Desk("review", reads.NAMES, reads.parts, reads.opened, reads.taken)


def build_page(view: Mapping[str, str], parts: Mapping[str, Any]) -> Component:
    """The whole page from its parts: queue, file, form."""

    def part(name: str, look: str = "") -> Component:
        return html.Div(parts[name], id=f"review-{name}", className=look)

    tools = html.Div([part("narrow", "k-counts b-narrow"), html.Span(className="k-spacer"), build_export(REVIEW)], className="b-tools")  # fmt: skip
    rows = html.Section([tools, part("queue", "b-list")], className="b-rows")
    top = html.Header(part("head", "b-about"), className="panel b-top")
    body = html.Div([part("changes", "b-stack"), part("file", "b-stack case r-file")], className="b-room")
    side = html.Div([part("next"), part("opinion")], className="b-side r-side")
    matter = html.Section([top, html.Div([body, side], className="b-matter-columns")], className="b-matter")
    look = "b-open" if view["no"] else "b-bare"
    columns = html.Div([rows, matter], className=f"b-columns r-columns {look}")
    return html.Div([*build_stores(DESK, view, parts), columns, build_drawer(DESK)], className="between review")


def layout() -> Component:
    """The page in the view the address names."""
    view = reads.view_of(query())
    return build_page(view, reads.parts(view))


async def _give(clicks: int, view: Mapping[str, str], opinion: str | None, grounds: str | None, *_values: Any) -> dict[str, Any]:  # fmt: skip
    """Give the opinion the form describes."""
    if not clicks:
        raise PreventUpdate
    states = read_states(ctx.states_list[3], ctx.states_list[4])
    return await run(reads.opined, view, states, opinion, grounds)


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_desk(app, DESK)
    register_export(app, REVIEW, State("review-view", "data"))
    app.callback(
        {
            "refusal": Output("review-opinion-refusal", "children"),
            "done": Output("review-done", "data", allow_duplicate=True),
            "notes": Output("notices", "sendNotifications", allow_duplicate=True),
        },
        Input("review-give", "n_clicks"),
        State("review-view", "data"),
        State("review-chosen", "value"),
        State("review-grounds", "value"),
        State({"type": "review-answer", "point": ALL}, "value"),
        State({"type": "review-note", "point": ALL}, "value"),
        prevent_initial_call=True,
    )(_give)
