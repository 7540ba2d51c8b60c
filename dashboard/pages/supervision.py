"""Supervision: the event chain searched and verified, requests nobody answered, what was found and is not filed."""

from __future__ import annotations

from typing import Any, Final

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components import supervision_chain as chain
from dashboard.components import supervision_duties as duties
from dashboard.components import supervision_events as events
from dashboard.components.case_words import panel
from dashboard.context import query, run, t

PATH: Final = "/supervision"
NAME_KEY: Final = "supervision_page.name"
VERB: Final = "page.supervision"
WATCH_MS: Final = 700
TABS: Final = ("record", "duties")


def build_tabs(here: str) -> Component:
    """What there is to supervise."""
    links = [
        html.Span(
            dcc.Link(t(f"supervision_page.tab.{tab}"), href=PATH if tab == TABS[0] else f"{PATH}?show={tab}", className="b-tab-link"),
            className=f"b-tab {'b-tab-here' if tab == here else ''}",
            **({"aria-current": "page"} if tab == here else {}),
        )
        for tab in TABS
    ]  # fmt: skip
    return html.Nav(links, className="b-tabs", **{"aria-label": t("supervision_page.tabs")})


def build_record(given: dict[str, str]) -> Component:
    """Search beside verification."""
    wish = events.wished(given)
    found = [
        events.build_form(wish),
        html.Div(events.build_events(wish, given.get("before", "")), className="sup-found"),
    ]
    side = [_chain()] if chain.may_verify() else []
    return html.Div(
        [panel(t("supervision_page.events"), found, look="sup-search"), html.Div(side, className="sup-side")],
        className="sup-columns",
    )


def _chain() -> Component:
    last = chain.look()
    content = [
        html.Div(chain.build_buttons(last), id="supervision-buttons", className="pass-steps"),
        html.Div(chain.build_chain(last), id="supervision-chain", className="sup-chain"),
    ]
    return panel(t("supervision_page.chain_title"), content, look="sup-verify")


def build_duties() -> Component:
    """Who does not answer, and what is not filed."""
    return html.Div(
        [
            panel(t("supervision_page.unanswered"), duties.unanswered()),
            panel(t("supervision_page.unfiled"), duties.not_filed()),
        ],
        className="sup-duties",
    )


def layout() -> Component:
    """The page in the view the address names."""
    given = {name: str(value) for name, value in query().items()}
    tab = given.get("show", "") if given.get("show") in TABS else TABS[0]
    body = build_duties() if tab == "duties" else build_record(given)
    stores = [
        dcc.Location(id="supervision-go", refresh="callback-nav"),
        dcc.Interval(id="supervision-watch", interval=WATCH_MS, disabled=not _runs(tab)),
    ]
    return html.Div([*stores, build_tabs(tab), body], className="supervision")


def _runs(tab: str) -> bool:
    """Whether a verification goes on that the page has to watch."""
    last = chain.look() if tab == TABS[0] and chain.may_verify() else None
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
