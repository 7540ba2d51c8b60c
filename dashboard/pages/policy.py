"""Policy: the profile in force, every value with its date, unit, clause and the sentence around it; two side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.components import policy_calculator, policy_who
from dashboard.components.policy_calculator import build_tool
from dashboard.components.policy_detail import build_detail
from dashboard.components.policy_list import build_list
from dashboard.components.policy_profile import build_profile
from dashboard.components.policy_view import TABS, View, today, topic_of, view_of
from dashboard.components.policy_who import build_who
from dashboard.components.table_export import build_export, register_export
from dashboard.context import county, lang, query, run, t
from dashboard.tables.policy import POLICY
from policy.loader import codes, load_profile

PATH: Final = "/policy"
NAME_KEY: Final = "policy_page.name"
VERB: Final = "page.policy"
TOOLS: Final = ("words", "profile", "versus", "on", "topic")


def _choices(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"value": name, "label": load_profile(name).name(lang())} for name in names]


def _topics(view: View) -> list[dict[str, str]]:
    keys: Sequence[str] = load_profile(view.profile).keys()
    found = sorted({topic_of(key) for key in keys})
    return [{"value": "", "label": t("policy_page.topic_all")}] + [
        {"value": topic, "label": t(f"policy_topic.{topic}")} for topic in found
    ]


def _tools(view: View) -> Component:
    known = [code for code in codes() if load_profile(code).level in ("plan", "province", "national")]
    none = [{"value": "", "label": t("policy_page.versus_none")}]
    return html.Div(
        [
            dmc.TextInput(id="policy-words", value=view.words, label=t("policy_page.search"), debounce=250, w=320),
            dmc.Select(
                id="policy-profile", data=_choices(known), value=view.profile, label=t("policy_page.profile"),
                allowDeselect=False, w=180,
            ),
            dmc.Select(
                id="policy-versus", data=none + _choices(known), value=view.versus, label=t("policy_page.versus"),
                allowDeselect=False, w=180,
            ),
            dmc.DateInput(
                id="policy-on", value=view.on.isoformat(), label=t("policy_page.on"), valueFormat="YYYY-MM-DD", w=150
            ),
            dmc.Select(
                id="policy-topic", data=_topics(view), value=view.topic, label=t("policy_page.topic"),
                allowDeselect=False, searchable=True, nothingFoundMessage=t("policy_page.nothing"), w=220,
            ),
            dmc.Switch(id="policy-diff", checked=view.differences, label=t("policy_page.only_differences")),
            build_export(POLICY),
        ],
        className="policy-tools",
    )  # fmt: skip


def _panels(view: View) -> Component:
    """The chosen entry, the two calculators, and the profile as a whole, each under a tab."""
    inside = {
        "entry": html.Div(build_detail(view), id="policy-detail", className="policy-detail", **{"aria-live": "polite"}),
        "deadline": html.Div(build_tool(view.profile), className="policy-detail"),
        "who": html.Div(build_who(view), className="policy-detail"),
        "profile": html.Div(build_profile(view), id="policy-whole", className="policy-detail"),
    }
    tabs = dmc.TabsList([dmc.TabsTab(t(f"policy_page.tab_{name}"), value=name) for name in TABS])
    panels = [dmc.TabsPanel(inside[name], value=name) for name in TABS]
    return dmc.Tabs([tabs, *panels], id="policy-tab", value=view.tab)


def layout() -> Component:
    """The page as the address asks for it."""
    view = view_of(query(), county().profile.code, today())
    columns = [
        html.Section(build_list(view), id="policy-list", className="panel policy-list"),
        html.Aside(_panels(view), className="panel policy-side"),
    ]
    return html.Div(
        [
            dcc.Location(id="policy-address", refresh=False),
            dcc.Store(id="policy-key", data=view.key),
            dcc.Store(id="policy-shown"),
            _tools(view),
            html.Div(columns, className="policy-columns"),
        ],
        className="policy-page",
    )


async def _choose(_clicks: list[int]) -> dict[str, Any]:
    """The key whose button was pressed, and its tab; a list that was only drawn anew presses nothing."""
    pressed = ctx.triggered_id
    if not (pressed and any(_clicks) and ctx.triggered[0]["value"]):
        return {"key": no_update, "tab": no_update}
    return {"key": pressed["key"], "tab": "entry"}


def _view(given: Sequence[Any], key: str, tab: str = "entry") -> View:
    """The view the tools, the chosen key and the tab hold."""
    held = dict(zip(("q", "profile", "vs", "on", "topic", "diff"), given, strict=True))
    return view_of(held | {"key": key, "tab": tab}, county().profile.code, today())


async def _list(*given: Any) -> dict[str, Any]:
    """The list and the profile as a whole follow the tools."""
    view = _view(given[:-1], given[-1])
    return {"list": await run(build_list, view), "whole": await run(build_profile, view)}


async def _entry(*given: Any) -> dict[str, Any]:
    """The entry and the address follow the tools, the chosen key and the tab."""
    view = _view(given[:-2], *given[-2:])
    return {"detail": await run(build_detail, view), "search": view.address()}


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_export(app, POLICY, State("policy-address", "search"))
    policy_calculator.register(app)
    policy_who.register(app)
    tools = [*(Input(f"policy-{name}", "value") for name in TOOLS), Input("policy-diff", "checked")]
    key = Input("policy-key", "data")
    app.callback(
        output={"key": Output("policy-key", "data"), "tab": Output("policy-tab", "value")},
        inputs=[Input({"type": "policy-key", "key": ALL}, "n_clicks")],
        prevent_initial_call=True,
    )(_choose)
    app.callback(
        output={"list": Output("policy-list", "children"), "whole": Output("policy-whole", "children")},
        inputs=tools,
        state=[State("policy-key", "data")],
        prevent_initial_call=True,
    )(_list)
    app.callback(
        output={"detail": Output("policy-detail", "children"), "search": Output("policy-address", "search")},
        inputs=[*tools, key, Input("policy-tab", "value")],
        prevent_initial_call=True,
    )(_entry)
    app.clientside_callback(ClientsideFunction("policy", "chosen"), Output("policy-shown", "data"), key)
