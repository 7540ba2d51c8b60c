"""A case: where it stands, what is missing for the next step, its whole file and every event of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import ALL, ClientsideFunction, Dash, Input, Output, Patch, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components import case_papers_form, passing, supervision_files_case
from dashboard.components import case_reads as reads
from dashboard.components.case_form import build_goods_row
from dashboard.components.case_papers import build_frame
from dashboard.components.case_words import panel
from dashboard.components.console_parts import digest, only_changed
from dashboard.components.drawer import build_form_drawer
from dashboard.context import county, run, t
from data.authority import Actor, Subject

PATH: Final = "/case/<no>"
NAME_KEY: Final = "case_page.name"
VERB: Final = "page.case"
UNDER: Final = "/cases"
BEAT_MS: Final = 60_000  # deadlines pass without an event

OUTPUTS: Final = {name: Output(f"case-{name}", "children") for name in reads.PARTS} | {"seen": Output("case-seen", "data")}  # fmt: skip
FIELDS: Final = {
    "fields": {"type": "case-field", "name": ALL, "kind": ALL},
    "flags": {"type": "case-flag", "name": ALL},
    "goods": {"type": "case-goods", "row": ALL, "column": ALL},
    "amounts": {"type": "case-amount", "name": ALL},
}


def home(_actor: Actor) -> str:
    """A case has no page without its number: the table of them."""
    return UNDER


def subject(no: str) -> Subject:
    """What opening the page is asked about; whether the case is there and one's own, its reading decides."""
    return Subject(county().jurisdiction_id, label=no)


# -- building ------------------------------------------------------------------------------------------------------------


def build_drawer() -> Component:
    """Where a form opens: beside the file on a desk, over it on a phone; it stands outside of everything that refreshes."""
    go = html.Button(t("case_page.submit"), id="case-go", type="button", className="button button-main", n_clicks=0)
    return build_form_drawer("case", go, close=t("case_page.close"))


def build_page(no: str, parts: Mapping[str, Any]) -> Component:
    """The whole page from its parts."""
    stores = [
        dcc.Store(id="case-number", data=no),
        dcc.Store(id="case-seen", data={name: digest(part) for name, part in parts.items()}),
        dcc.Store(id="case-asked"),
        dcc.Store(id="case-opened"),
        dcc.Store(id="case-done"),
        dcc.Store(id="case-scrolled"),
        dcc.Interval(id="case-beat", interval=BEAT_MS),
    ]

    def part(name: str, look: str = "") -> Component:
        return html.Div(parts[name], id=f"case-{name}", className=look)

    bar = html.Nav(html.Ol(parts["stages"], id="case-stages", className="k-stages"), className="panel k-bar", **{"aria-label": t("case_page.stages")})  # fmt: skip
    main = html.Div(
        [
            panel(t("case_page.charge"), part("charge"), look="k-charge"),
            part("file", "k-stack"),
            build_frame(no, parts["papers"]),
            *supervision_files_case.build(no),
            panel(t("case_page.timeline"), part("timeline"), side=part("chain"), look="k-timeline", anchor="events"),
        ],
        className="k-main",
    )
    side = html.Div(
        [
            panel(t("case_page.next"), part("next"), look="k-next"),
            panel(t("case_page.deadlines"), part("deadlines"), look="k-clocks"),
            panel(t("case_page.party"), part("party"), look="k-who"),
            panel(t("case_page.officers"), part("officers"), look="k-who"),
            panel(t("case_page.between"), part("between"), look="k-past"),
            part("passing", "k-stack"),
            panel(t("case_page.earlier"), part("earlier"), look="k-past"),
        ],
        className="k-aside",
    )
    head = html.Header(part("head"), className="k-top")
    return html.Div(
        [
            *stores,
            head,
            bar,
            html.Div([main, side], className="k-columns"),
            build_drawer(),
            *case_papers_form.build_drawer(),
            *passing.build_frame(no, reads.lead_of(no)),
        ],
        className="case",
    )


def layout(no: str) -> Component:
    """The page as it is now; from here on only what changes is sent."""
    return build_page(no, reads.parts(no))


# -- callbacks -----------------------------------------------------------------------------------------------------------


async def _pull(_tick: Any, _beat: Any, _done: Any, no: str, seen: Any) -> dict[str, Any]:
    """What has changed since the page last looked."""
    return only_changed(await run(reads.parts, no), seen)


async def _open(asked: Mapping[str, Any] | None, no: str, before: Mapping[str, Any] | None) -> tuple[Any, ...]:
    """The form of a step; one that was closed half filled in comes back as it was."""
    if not asked:
        raise PreventUpdate
    title, content = await run(reads.opened, no, asked["verb"])
    return True, title, content, [], {"verb": asked["verb"]}


async def _submit(clicks: int, no: str, form: Mapping[str, Any] | None, *_values: Any) -> dict[str, Any]:
    """Do what the form asks."""
    if not clicks or not form:
        raise PreventUpdate
    states = dict(zip(FIELDS, ctx.states_list[2:], strict=True))
    return await run(reads.told, no, form["verb"], states, ctx.outputs_grouping["errors"])


async def _more(clicks: int) -> Patch:
    """Another line of the list of goods."""
    if not clicks:
        raise PreventUpdate
    rows = Patch()
    rows.append(await run(build_goods_row, clicks + 1))
    return rows


async def _unmask(clicks: int, reason: str | None, no: str) -> tuple[Any, Any]:
    """The party unmasked, with its reason told in the chain."""
    if not clicks:
        raise PreventUpdate
    return await run(reads.unmasked, no, reason)


def register(app: Dash) -> None:
    """The page's callbacks."""
    case_papers_form.register(app)
    supervision_files_case.register(app)
    number = State("case-number", "data")
    pulled = [Input("tick", "data"), Input("case-beat", "n_intervals"), Input("case-done", "data")]
    app.callback(OUTPUTS, *pulled, number, State("case-seen", "data"), prevent_initial_call=True)(_pull)
    app.clientside_callback(
        ClientsideFunction("case", "asked"),
        [Output("case-asked", "data"), Output("case-drawer", "opened", allow_duplicate=True)],
        Input({"type": "case-step", "verb": ALL}, "n_clicks"),
        State("case-opened", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(ClientsideFunction("case", "scroll"), Output("case-scrolled", "data"), Input("case-stages", "children"))  # fmt: skip
    opened = [Output("case-drawer", "opened"), Output("case-drawer", "title"), Output("case-form", "children"), Output("case-refusal", "children"), Output("case-opened", "data")]  # fmt: skip
    app.callback(*opened, Input("case-asked", "data"), number, State("case-opened", "data"), prevent_initial_call=True)(_open)  # fmt: skip
    app.callback(
        {
            "errors": Output({"type": "case-error", "name": ALL}, "children"),
            "refusal": Output("case-refusal", "children", allow_duplicate=True),
            "opened": Output("case-drawer", "opened", allow_duplicate=True),
            "done": Output("case-done", "data"),
            "notes": Output("notices", "sendNotifications"),
            "form": Output("case-opened", "data", allow_duplicate=True),
        },
        Input("case-go", "n_clicks"),
        number,
        State("case-opened", "data"),
        *(State(key, "checked" if name == "flags" else "value") for name, key in FIELDS.items()),
        prevent_initial_call=True,
    )(_submit)
    app.callback(Output("case-goods-rows", "children"), Input("case-goods-more", "n_clicks"), prevent_initial_call=True)(_more)  # fmt: skip
    app.callback(
        Output("case-party", "children", allow_duplicate=True),
        Output("case-unmask-refusal", "children"),
        Input("case-unmask", "n_clicks"),
        State("case-unmask-reason", "value"),
        number,
        prevent_initial_call=True,
    )(_unmask)
