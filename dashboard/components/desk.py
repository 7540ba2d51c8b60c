"""A page that opens forms beside what it shows: the drawer, a step taken or refused in words, nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.case_form import given
from dashboard.components.case_reads import beside_field
from dashboard.components.console_parts import build_refusal, digest, only_changed
from dashboard.components.drawer import build_form_drawer
from dashboard.context import run, t
from policy.errors import Refusal

BEAT_MS: Final = 60_000  # deadlines pass without an event

View = Mapping[str, str]
Taken = tuple[str, str | None]
"""What is said of a step that was taken, and the address to go on to; None to stay."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One page of this kind: its parts that change, the form of a step, and the step itself; `name` begins every id,
    `ways` are what can be done instead of a refused step."""

    name: str
    names: tuple[str, ...]
    parts: Callable[[View], dict[str, Any]]
    opened: Callable[[View, str], tuple[str, list[Component]]]
    taken: Callable[[View, str, Mapping[str, Any]], Taken]
    ways: Callable[[View, str, Mapping[str, Any], Refusal], list[Component]] | None = None


# -- building ----------------------------------------------------------------------------------------------------------


def build_stores(desk: Desk, view: View, parts: Mapping[str, Any]) -> list[Component]:
    """What the page remembers of itself."""
    seen = {name: digest(part) for name, part in parts.items()}
    kept = {"view": dict(view), "seen": seen, "asked": None, "opened": None, "done": None}
    stores = [dcc.Store(id=f"{desk.name}-{name}", data=data) for name, data in kept.items()]
    return [*stores, dcc.Location(id=f"{desk.name}-go", refresh="callback-nav"), dcc.Interval(id=f"{desk.name}-beat", interval=BEAT_MS)]  # fmt: skip


def build_drawer(desk: Desk) -> Component:
    """Where a form opens: beside the file on a desk, over it on a phone."""
    go = html.Button(t("case_page.submit"), id=f"{desk.name}-submit", type="button", className="button button-main", n_clicks=0)  # fmt: skip
    return build_form_drawer(desk.name, go, close=t("case_page.close"))


def build_step(desk: str, verb: str, words: str, *, main: bool = False, title: str = "") -> Component:
    """A button that opens the form of a step."""
    return html.Button(
        html.Strong(words),
        id={"type": f"{desk}-step", "verb": verb},
        type="button",
        className=f"button k-step {'button-main' if main else ''}",
        n_clicks=0,
        title=title or None,
    )


# -- told --------------------------------------------------------------------------------------------------------------


def done_note(words: str) -> list[dict[str, Any]]:
    """The notice that a step was taken."""
    return [{"action": "show", "title": t("case_page.done"), "message": words, "color": "green", "autoClose": 6000}]


def refused(refusal: Refusal, names: Sequence[str], ways: Sequence[Component] = ()) -> dict[str, Any]:
    """A refusal beside the field it is about, else below the form."""
    field = (refusal.pointer or "").strip("/").split("/")[0]
    beside = [beside_field(refusal) if name == field else [] for name in names]
    return {"errors": beside, "refusal": [] if field in names else build_refusal(refusal, ways)}


def told(desk: Desk, view: View, verb: str, states: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The answer to a form: done and closed, or refused in words with everything kept."""
    said = given({"amounts": [], "goods": [], **states})
    try:
        words, to = desk.taken(view, verb, said)
    except Refusal as refusal:
        ways = desk.ways(view, verb, said, refusal) if desk.ways is not None else []
        return refused(refusal, names, ways) | dict.fromkeys(
            ("drawer", "done", "notes", "opened", "form", "to"), no_update
        )
    note = done_note(words)
    gone = {"drawer": False, "done": words, "notes": note, "opened": None, "form": [], "to": to or no_update}
    return {"errors": [[] for _ in names], "refusal": [], **gone}


# -- callbacks ---------------------------------------------------------------------------------------------------------


def register(app: Dash, desk: Desk) -> None:
    """The callbacks of a desk: pull what changed, open a form, do what it says."""
    _register_pull(app, desk)
    register_forms(app, desk)


def register_forms(app: Dash, desk: Desk) -> None:
    """The callbacks of the forms alone, for a desk whose parts another page shows."""
    _register_open(app, desk)
    _register_submit(app, desk)


def _register_pull(app: Dash, desk: Desk) -> None:
    async def pull(_tick: Any, _beat: Any, _done: Any, view: View, seen: Any) -> dict[str, Any]:
        return only_changed(await run(desk.parts, view), seen)

    outputs = {name: Output(f"{desk.name}-{name}", "children") for name in desk.names}
    app.callback(
        outputs | {"seen": Output(f"{desk.name}-seen", "data")},
        Input("tick", "data"),
        Input(f"{desk.name}-beat", "n_intervals"),
        Input(f"{desk.name}-done", "data"),
        State(f"{desk.name}-view", "data"),
        State(f"{desk.name}-seen", "data"),
        prevent_initial_call=True,
    )(pull)


def _register_open(app: Dash, desk: Desk) -> None:
    async def open_form(asked: Mapping[str, Any] | None, view: View) -> tuple[Any, ...]:
        if not asked:
            raise PreventUpdate
        title, content = await run(desk.opened, view, asked["verb"])
        return True, title, content, [], {"verb": asked["verb"]}

    app.clientside_callback(
        ClientsideFunction("case", "asked"),
        [Output(f"{desk.name}-asked", "data"), Output(f"{desk.name}-drawer", "opened", allow_duplicate=True)],
        Input({"type": f"{desk.name}-step", "verb": ALL}, "n_clicks"),
        State(f"{desk.name}-opened", "data"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(f"{desk.name}-drawer", "opened"),
        Output(f"{desk.name}-drawer", "title"),
        Output(f"{desk.name}-form", "children"),
        Output(f"{desk.name}-refusal", "children"),
        Output(f"{desk.name}-opened", "data"),
        Input(f"{desk.name}-asked", "data"),
        State(f"{desk.name}-view", "data"),
        prevent_initial_call=True,
    )(open_form)


def _register_submit(app: Dash, desk: Desk) -> None:
    async def submit(clicks: int, view: View, form: Mapping[str, Any] | None, *_values: Any) -> dict[str, Any]:
        if not clicks or not form:
            raise PreventUpdate
        states = {"fields": ctx.states_list[2], "flags": ctx.states_list[3]}
        names = [one["id"]["name"] for one in ctx.outputs_grouping["errors"]]
        return await run(told, desk, view, form["verb"], states, names)

    answer = {
        "errors": Output({"type": f"{desk.name}-error", "name": ALL}, "children"),
        "refusal": Output(f"{desk.name}-refusal", "children", allow_duplicate=True),
        "drawer": Output(f"{desk.name}-drawer", "opened", allow_duplicate=True),
        "done": Output(f"{desk.name}-done", "data"),
        "notes": Output("notices", "sendNotifications", allow_duplicate=True),
        "opened": Output(f"{desk.name}-opened", "data", allow_duplicate=True),
        "form": Output(f"{desk.name}-form", "children", allow_duplicate=True),
        "to": Output(f"{desk.name}-go", "href"),
    }
    app.callback(
        answer,
        Input(f"{desk.name}-submit", "n_clicks"),
        State(f"{desk.name}-view", "data"),
        State(f"{desk.name}-opened", "data"),
        State({"type": f"{desk.name}-field", "name": ALL, "kind": ALL}, "value"),
        State({"type": f"{desk.name}-flag", "name": ALL}, "checked"),
        prevent_initial_call=True,
    )(submit)
