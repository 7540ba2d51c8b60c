"""The county in the header: a name, or for those who serve several counties the choice between them."""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.context import actor, county, lang, record, run, t
from data.counties import Place, choose_county, home_of, places_of
from data.sessions import sessions_change
from policy.text import named

SWITCH: Final = "county-switch"


def places() -> tuple[Place, ...]:
    """The counties who asks may choose from; empty when there is no choice."""
    found = places_of(record(), actor()) if len({scope.jurisdiction_id for scope in actor().scopes}) > 1 else ()
    return found if len(found) > 1 else ()


def build_county(target: str) -> Component:
    """The county of the page, or the switch, which leads to `target` in the chosen county."""
    here, choice = county(), places()
    if not choice:
        return html.Span(named(here.words, lang()), className="shell-county")
    select = dmc.Select(
        id=SWITCH,
        data=[{"value": place.code, "label": place.say(lang())} for place in choice],
        value=here.code,
        allowDeselect=False,
        checkIconPosition="right",
        className="shell-switch",
        **{"aria-label": t("common.county_switch")},
    )
    moved = dcc.Location(id="county-moved", refresh=True)
    return html.Div([select, dcc.Store(id="county-target", data=target), moved], className="shell-county")


def choose(code: str) -> None:
    """Work in the county `code` from the next page on; raises Refusal where nothing is held."""
    with sessions_change(record()):
        record().write(actor(), choose_county, county=home_of(record(), actor()), code=code)


def register(app: Dash) -> None:
    """Choosing a county is a verb; the page is opened anew there."""

    @app.callback(
        Output("county-moved", "href"),
        Input(SWITCH, "value"),
        State("county-target", "data"),
        prevent_initial_call=True,
    )  # type: ignore[untyped-decorator]
    async def move(code: str, target: str) -> Any:
        """Choose, then open the page there."""
        if code == (await run(county)).code:
            return no_update
        await run(choose, code)
        return target
