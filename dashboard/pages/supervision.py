"""Supervision: the event chain searched and verified, requests nobody answered, what was found and is not filed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components import supervision_chain as chain
from dashboard.components import supervision_duties as duties
from dashboard.components import supervision_events as events
from dashboard.components.case_words import panel
from dashboard.components.clause import clause
from dashboard.components.supervision_parts import may
from dashboard.components.supervision_sections import SECTIONS, Section
from dashboard.components.table_export import build_export, register_export
from dashboard.context import actor, county, lang, now, query, run, t
from dashboard.tables.supervision import DUTIES, EVENTS
from data.authority import Subject, demand
from policy.errors import Refusal

PATH: Final = "/supervision"
NAME_KEY: Final = "supervision_page.name"
VERB: Final = "page.supervision"
WATCH_MS: Final = 700


def offered() -> tuple[Section, ...]:
    """The sections who looks may read."""
    return tuple(one for one in TABS if may(one.verb))


def build_tabs(here: str) -> Component:
    """What there is to supervise for who looks."""
    mine = offered()
    tabs = [_tab(one, one.name == here, one is mine[0]) for one in mine]
    return html.Nav(tabs, className="b-tabs", **{"aria-label": t("supervision_page.tabs")})


def _tab(one: Section, here: bool, first: bool) -> Component:
    to = PATH if first else f"{PATH}?show={one.name}"
    current = {"aria-current": "page"} if here else {}
    link = dcc.Link(t(one.title), href=to, className="b-tab-link")
    return html.Span(link, className=f"b-tab {'b-tab-here' if here else ''}", **current)


def build_record(given: Mapping[str, str]) -> Component:
    """Search beside verification."""
    wish = events.wished(given)
    found = [
        events.build_form(wish),
        html.Div(events.build_events(wish, given.get("before", "")), className="sup-found"),
    ]
    side = [_chain()] if chain.may_verify() else []
    return html.Div(
        [
            panel(t("supervision_page.events"), found, side=build_export(EVENTS), look="sup-search"),
            html.Div(side, className="sup-side"),
        ],
        className="sup-columns",
    )


def _chain() -> Component:
    last = chain.look()
    content = [
        html.Div(chain.build_buttons(last), id="supervision-buttons", className="pass-steps"),
        html.Div(chain.build_chain(last), id="supervision-chain", className="sup-chain"),
    ]
    return panel(t("supervision_page.chain_title"), content, look="sup-verify")


def build_duties(_given: Mapping[str, str]) -> Component:
    """Who does not answer, and what is not filed."""
    return html.Div(
        [
            panel(t("supervision_page.unanswered"), duties.unanswered(), side=build_export(DUTIES)),
            panel(t("supervision_page.unfiled"), duties.not_filed()),
        ],
        className="sup-duties",
    )


TABS: Final = (
    Section("record", "supervision_page.tab.record", "event.read", build_record),
    Section("duties", "supervision_page.tab.duties", "event.read", build_duties),
    *SECTIONS,
)


def layout() -> Component:
    """The page in the view the address names; a section that is not for who looks is refused in words beside the others."""
    given = {name: str(value) for name, value in query().items()}
    asked = next((one for one in TABS if one.name == given.get("show")), None)
    tab = asked or offered()[0]
    stores = [
        dcc.Location(id="supervision-go", refresh="callback-nav"),
        dcc.Interval(id="supervision-watch", interval=WATCH_MS, disabled=not _runs(tab)),
    ]
    return html.Div([*stores, build_tabs(tab.name), _section(tab, given)], className="supervision")


def _section(tab: Section, given: Mapping[str, str]) -> Component:
    try:
        demand(actor(), tab.verb, Subject(county().jurisdiction_id), now())
    except Refusal as refusal:
        rule = [" ", *clause(refusal.clause)] if refusal.clause else []
        return html.P([refusal.sentence(lang()), *rule], className="warn k-note", role="alert")
    return tab.build(given)


def _runs(tab: Section) -> bool:
    """Whether a verification goes on that the page has to watch."""
    last = chain.look() if tab is TABS[0] and chain.may_verify() else None
    return last is not None and last.running


# -- callbacks ---------------------------------------------------------------------------------------------------------


async def _search(_clicks: int, _number: Any, _actor: Any, *wish: str | None) -> str:
    """The address that looks for it."""
    if not any(one["value"] for one in ctx.triggered):
        raise PreventUpdate
    held = dict(zip(events.FIELDS, (value or "" for value in wish), strict=True))
    return events.address(held)


def _begun() -> tuple[Any, ...]:
    return _shown(chain.begin())


def _stopped() -> tuple[Any, ...]:
    return _shown(chain.stop())


def _watched() -> tuple[Any, ...]:
    return _shown(chain.look())


def _shown(last: Any) -> tuple[Any, ...]:
    return chain.build_buttons(last), chain.build_chain(last), not (last is not None and last.running)


async def _verify(begin: int, stop: int, _watch: int) -> tuple[Any, ...]:
    """Begin, stop or watch a verification; it runs in a thread of its own."""
    pressed = ctx.triggered_id
    if pressed == "supervision-watch":
        return await run(_watched)
    if not (begin if pressed == "supervision-verify" else stop):
        return no_update, no_update, no_update
    return await run(_begun if pressed == "supervision-verify" else _stopped)


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_export(app, EVENTS, State("supervision-go", "search"))
    register_export(app, DUTIES)
    app.callback(
        Output("supervision-go", "href"),
        Input("supervision-search", "n_clicks"),
        Input("supervision-number", "n_submit"),
        Input("supervision-actor", "n_submit"),
        *(State(f"supervision-{name}", "value") for name in events.FIELDS),
        prevent_initial_call=True,
    )(_search)
    app.callback(
        Output("supervision-buttons", "children"),
        Output("supervision-chain", "children"),
        Output("supervision-watch", "disabled"),
        Input("supervision-verify", "n_clicks"),
        Input("supervision-stop", "n_clicks"),
        Input("supervision-watch", "n_intervals"),
        prevent_initial_call=True,
    )(_verify)
    for one in TABS:
        if one.register is not None:
            one.register(app)
