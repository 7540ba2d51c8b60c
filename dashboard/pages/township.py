"""The township: for its head with fifteen minutes a day; at most five things to do, everything else one tap deeper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.components import passing, staffing_desk
from dashboard.components import township_reads as reads
from dashboard.components.console_parts import digest, only_changed
from dashboard.components.desk import register_forms
from dashboard.components.opener import opener
from dashboard.components.table_export import build_export, register_export
from dashboard.components.table_import import register_import
from dashboard.components.township_figures import build_figures
from dashboard.components.township_force import build_force
from dashboard.components.township_lead import build_drawer
from dashboard.components.township_open import build_open_grid, chosen
from dashboard.components.township_words import empty, panel
from dashboard.context import actor, county, place_name, query, run, t
from dashboard.figures.style import STILL
from dashboard.tables.township import COMPARED, OPEN, PEOPLE
from data.authority import Actor, Subject, townships_of
from data.queries.township_figures import kind_of

PATH: Final = "/township/<code>"
NAME_KEY: Final = "township.name"
VERB: Final = "page.township"
TABS: Final = ("open", "force", "figures", "villages", "staffing")
ONLY: Final = ("all", "waiting", "in_hand", "overdue")
BEAT_MS: Final = 60_000  # deadlines pass without an event
FIGURES_MS: Final = 300_000

OUTPUTS: Final = {
    "counts": Output("township-counts", "children"),
    "todos": Output("township-todos", "children"),
    "rest": Output("township-rest", "children"),
    "chart": Output("township-days", "figure"),
    "chart_words": Output("township-days-side", "children"),
    "only": Output("township-only", "data"),
    "rows": Output("township-open", "rowData"),
    "cards": Output("township-open-cards", "children"),
    "teams": Output("township-teams", "children"),
    "duties": Output("township-duties", "children"),
    "gaps": Output("township-gaps", "children"),
    "leave": Output("township-leave", "children"),
    "approvals": Output("township-approvals", "children"),
    "registers": Output("township-registers", "children"),
    "modes": Output("township-modes", "children"),
    "people": Output("township-people", "rowData"),
    "people_cards": Output("township-people-cards", "children"),
    "village_head": Output("township-village-head", "children"),
    "villages": Output("township-villages", "children"),
    "seen": Output("township-seen", "data"),
}


# -- which township ---------------------------------------------------------------------------------------------------


def codes(asker: Actor) -> tuple[str, ...]:
    """Townships whose page `asker` may open, in the order of the county."""
    mine = townships_of(asker, VERB, county().jurisdiction_id)
    return tuple(cell.code for cell in county().townships if mine is None or cell.code in mine)


def home(asker: Actor) -> str:
    """The page of the actor's own township; the county's first for who sees them all."""
    return f"/township/{next(iter(codes(asker)), county().code)}"


def subject(code: str) -> Subject | None:
    """What opening the page is asked about; None for a code that is no township of the county."""
    if code not in {cell.code for cell in county().townships}:
        return None
    return Subject(county().jurisdiction_id, frozenset({code}), label=county().words_of(code))


def bar(code: str) -> Component | None:
    """For who may open several townships, a switch between them."""
    mine = codes(actor())
    if len(mine) < 2:
        return None
    items = [
        dcc.Link(
            [place_name(one), html.Span(t(f"township.kind.{kind_of(county(), one)}"), className="muted")],
            href=f"/township/{one}",
            className=f"t-switch-item {'t-switch-here' if one == code else ''}",
        )
        for one in mine
    ]
    look = opener("shell-pill t-switch", **{"aria-label": t("township.switch")})
    target = dmc.PopoverTarget([place_name(code), " ▾"], boxWrapperProps=look)
    box = html.Div(items, className="t-switch-list")
    return dmc.Popover([target, dmc.PopoverDropdown(box)], position="bottom-start", withinPortal=True)  # fmt: skip


# -- building ---------------------------------------------------------------------------------------------------------


def view_of(given: Mapping[str, Any]) -> tuple[str, str]:
    """Section and filter out of the address bar."""
    tab, only = str(given.get("show") or ""), str(given.get("only") or "")
    return tab if tab in TABS else TABS[0], only if only in ONLY else ONLY[0]


def _filter(only: str) -> str:
    return "" if only == "all" else only


def build_open(seen: reads.Look, parts: Mapping[str, Any], only: str) -> list[Component]:
    """The section of what is open."""
    shown = chosen(seen.state.matters, _filter(only), seen.state.now)
    tools = html.Div(
        [
            dmc.SegmentedControl(id="township-only", data=parts["only"], value=only, size="sm", className="t-only"),
            build_export(OPEN, look="button t-small t-only-wide"),
        ],
        className="t-tools",
    )  # fmt: skip
    table = html.Div(build_open_grid(shown, seen.state.now), className="t-only-wide t-table")
    cards = html.Div(parts["cards"], id="township-open-cards", className="t-only-narrow t-cards")
    return [html.Div(parts["approvals"], id="township-approvals"), tools, table, cards]


def _left(parts: Mapping[str, Any]) -> Component:
    graph = dcc.Graph(id="township-days", figure=parts["chart"], config=STILL | {"responsive": True, "staticPlot": False}, className="t-chart", style={"height": "190px"})  # fmt: skip
    today = [
        dmc.Accordion(parts["todos"], id="township-todos", multiple=True, chevronPosition="right", variant="filled", className="t-todos"),
        html.Div(parts["rest"], id="township-rest"),
    ]  # fmt: skip
    return html.Div(
        [
            panel(t("township.today"), today, side=t("township.today_side"), look="t-today"),
            panel(t("township.days"), graph, side=html.Span(parts["chart_words"], id="township-days-side"), look="t-days"),
        ],
        className="t-left",
    )  # fmt: skip


def _sections(seen: reads.Look, parts: Mapping[str, Any], tab: str, only: str, code: str) -> Component:
    bodies: dict[str, Any] = {
        "open": build_open(seen, parts, only),
        "force": build_force(seen.state.force, seen.state.now, build_export(PEOPLE, look="button t-small t-only-wide")),
        "figures": [
            html.Div(build_export(COMPARED, look="button t-small t-only-wide"), className="t-tools"),
            html.Div(_first_figures(code, tab), id="township-figures"),
        ],
        "villages": [
            panel(t("township.village.heads"), html.Div(parts["village_head"], id="township-village-head")),
            panel(t("township.village.all"), html.Div(parts["villages"], id="township-villages")),
        ],
        "staffing": build_registers(seen, parts),
    }
    names = dmc.TabsList([dmc.TabsTab(t(f"township.tab.{name}"), value=name) for name in TABS], className="t-tabs")
    panels = [dmc.TabsPanel(body, value=name, className="t-section") for name, body in bodies.items()]
    return dmc.Tabs([names, *panels], id="township-tabs", value=tab, className="t-right", keepMounted=True)


def build_registers(seen: reads.Look, parts: Mapping[str, Any]) -> list[Component]:
    """The registers of the township, and where a table of one comes in."""
    into = staffing_desk.build_import(seen.state.rights)
    return [html.Div(parts["registers"], id="township-registers"), *([into] if into is not None else [])]


def build_page(code: str, seen: reads.Look, parts: Mapping[str, Any], tab: str, only: str) -> Component:
    """The whole page from its parts."""
    stores = [
        dcc.Location(id="township-address", refresh=False),
        dcc.Store(id="township-code", data=code),
        dcc.Store(id="township-seen", data={name: digest(part) for name, part in parts.items()}),
        dcc.Store(id="township-done"),
        dcc.Store(id="township-asked"),
        dcc.Interval(id="township-beat", interval=BEAT_MS),
        dcc.Interval(id="township-slow", interval=FIGURES_MS),
    ]
    kind = t("township.subtitle", kind=t(f"township.kind.{kind_of(county(), code)}"), villages=len(seen.state.force.villages), people=len(seen.state.force.people))  # fmt: skip
    head = html.Header([html.H1(place_name(code)), html.Span(kind, className="muted num")], className="t-title")
    top = html.Div(parts["counts"], id="township-counts", className="t-counts")
    body = html.Div([_left(parts), _sections(seen, parts, tab, only, code)], className="t-columns")
    return html.Div(
        [*stores, head, top, body, build_drawer(), *staffing_desk.build_frame(code), *passing.build_frame("")],
        className="township",
    )


def layout(code: str) -> Component:
    """The page as it is now; from here on only what changes is sent."""
    tab, only = view_of(query())
    seen = reads.look(code)
    return build_page(code, seen, reads.parts_of(code, seen, _filter(only)), tab, only)


# -- callbacks --------------------------------------------------------------------------------------------------------


async def _pull(_tick: Any, _beat: Any, _done: Any, _entered: Any, only: str, code: str, seen: Any) -> dict[str, Any]:
    """What has changed since the page last looked."""
    return only_changed(await run(reads.parts, code, _filter(only)), seen)


def _first_figures(code: str, tab: str) -> Any:
    """The figures when the page opens on them; else they are read when they are looked at."""
    return build_figures(reads.figures_of(code)) if tab == "figures" else empty(t("common.loading"))


async def _figures(tab: str, _slow: Any, code: str) -> Any:
    """The figures, when they are looked at."""
    if tab != "figures":
        return no_update
    return await run(lambda: build_figures(reads.figures_of(code)))


async def _address(tab: str, only: str) -> str:
    """The address holds the view, so that it can be sent to a colleague."""
    held = {"show": tab if tab != TABS[0] else "", "only": only if only != ONLY[0] and tab == TABS[0] else ""}
    return "?" + urlencode({name: value for name, value in held.items() if value})


async def _open_lead(asked: Mapping[str, Any], code: str) -> tuple[bool, str, list[Component]]:
    """A lead in the drawer; after a team was sent, the same lead as it is now."""
    title, content = await run(reads.lead_parts, code, asked["number"])
    return True, title, content


async def _act(_sends: list[int], _items: list[int]) -> tuple[Any, Any]:
    """Send the team, or take the item, whose button was pressed."""
    pressed = ctx.triggered_id
    if not pressed or not ctx.triggered[0]["value"]:
        return no_update, no_update
    told = await run(_acted, pressed)
    return told, [{"action": "show", "title": t("township.done"), "message": told, "color": "green", "autoClose": 6000}]


def _acted(pressed: Mapping[str, str]) -> str:
    if pressed["type"] == "township-item":
        return reads.name_item(pressed["number"], pressed["item"])
    return reads.send(pressed["number"], pressed["team"], confirmed=pressed["busy"] == "yes")


def register(app: Dash) -> None:
    """The page's callbacks."""
    here = State("township-code", "data")
    tab, only = Input("township-tabs", "value"), Input("township-only", "value")
    pulled = [
        Input("tick", "data"),
        Input("township-beat", "n_intervals"),
        Input("township-done", "data"),
        Input("staffing-done", "data"),
        only,
    ]
    app.callback(OUTPUTS, *pulled, here, State("township-seen", "data"), prevent_initial_call=True)(_pull)
    app.callback(
        Output("township-figures", "children"),
        tab,
        Input("township-slow", "n_intervals"),
        here,
        prevent_initial_call=True,
    )(_figures)
    app.clientside_callback(
        ClientsideFunction("township", "go"),
        Output("township-tabs", "value"),
        Output("township-only", "value"),
        Input({"type": "township-go", "tab": ALL, "only": ALL, "at": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    app.callback(Output("township-address", "search"), tab, only, prevent_initial_call=True)(_address)
    app.clientside_callback(
        ClientsideFunction("township", "asked"),
        Output("township-asked", "data"),
        Input({"type": "township-lead", "number": ALL, "at": ALL}, "n_clicks"),
        Input("township-open", "selectedRows"),
        Input("township-done", "data"),
        State("township-asked", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("township", "release"),
        Input("township-drawer", "opened"),
        prevent_initial_call=True,
    )
    app.callback(
        Output("township-drawer", "opened"),
        Output("township-drawer", "title"),
        Output("township-lead", "children"),
        Input("township-asked", "data"),
        here,
        prevent_initial_call=True,
    )(_open_lead)
    app.callback(
        Output("township-done", "data"),
        Output("notices", "sendNotifications"),
        Input({"type": "township-send", "number": ALL, "team": ALL, "busy": ALL}, "n_clicks"),
        Input({"type": "township-item", "number": ALL, "item": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )(_act)
    register_forms(app, staffing_desk.DESK)
    register_import(app, staffing_desk.IMPORT)
    register_export(app, OPEN, here, State("township-only", "value"))
    register_export(app, PEOPLE, here)
    register_export(app, COMPARED, here)
