"""The county office: sink-down, what-if on postings, every figure, items, what passes between organs, packs of meetings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from dash import Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.console_parts import build_refusal
from dashboard.components.office_sections import SECTIONS
from dashboard.components.office_words import Section
from dashboard.context import county, lang, now, query, t
from policy.errors import Refusal
from policy.text import named
from policy.zone import CHINA

PATH: Final = "/office"
NAME_KEY: Final = "office.name"
VERB: Final = "page.office"
HELD: Final = ("show", "on", "by", "all", "only", "no")


def view_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The view that the address names."""
    return {name: str(given.get(name) or "")[:80] for name in HELD}


def section_of(view: Mapping[str, str]) -> Section:
    """The section that the address names; the first where it names none."""
    return next((one for one in SECTIONS if one.name == view.get("show")), SECTIONS[0])


def address(view: Mapping[str, str]) -> str:
    """The address of a view."""
    held = {name: value for name, value in view.items() if value and name in HELD}
    return f"{PATH}?{urlencode(held)}" if held else PATH


def build_tabs(here: Section) -> Component:
    """The sections, and the way to paper."""
    links = [_tab(one, one is here) for one in SECTIONS]
    words = html.Button(t("office.print"), type="button", className="button t-small o-print", **{"data-office-print": "1"})  # fmt: skip
    return html.Nav([*links, html.Span(className="k-spacer"), words], className="b-tabs o-screen", **{"aria-label": t("office.tabs")})  # fmt: skip


def _tab(one: Section, here: bool) -> Component:
    current = {"aria-current": "page"} if here else {}
    link = dcc.Link(t(one.title), href=PATH if one is SECTIONS[0] else f"{PATH}?show={one.name}", className="b-tab-link")  # fmt: skip
    return html.Span(link, className=f"b-tab {'b-tab-here' if here else ''}", **current)


def layout() -> Component:
    """The page in the view the address names."""
    view = view_of(query())
    here = section_of(view)
    try:
        body = here.build(view)
    except Refusal as refusal:
        body = html.Div(build_refusal(refusal))
    stores = [
        dcc.Store(id="office-view", data=view),
        dcc.Location(id="office-address", refresh="callback-nav"),
        dcc.Download(id="office-file"),
    ]
    place = named(county().words, lang())
    stamp = f"{place} · {t(here.title)} · {now().astimezone(CHINA):%Y-%m-%d %H:%M}"
    return html.Div([*stores, html.P(stamp, className="o-paper num"), build_tabs(here), body], className="office")


async def _day(day: str | None, view: Mapping[str, str]) -> str:
    """The same section on another day."""
    if not ctx.triggered_id or (day or "")[:10] == view.get("on", ""):
        raise PreventUpdate
    return address({**view, "on": (day or "")[:10]})


def register(app: Dash) -> None:
    """The page's callbacks."""
    app.callback(Output("office-address", "href", allow_duplicate=True), Input("office-on", "value"), State("office-view", "data"), prevent_initial_call=True)(_day)  # fmt: skip
    for section in SECTIONS:
        if section.register is not None:
            section.register(app)
