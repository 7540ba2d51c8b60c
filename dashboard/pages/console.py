"""The dispatch console `/console`: queue, map and units, the chosen lead; everything by keyboard, live by the shell's tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.components import anomalies_view, passing
from dashboard.components import console_batch_acts as batch
from dashboard.components import console_reads as reads
from dashboard.components.console_alarms import build_alarm_line, pull_alarms
from dashboard.components.console_batch import build_frame
from dashboard.components.console_board import build_board
from dashboard.components.console_cover import cover_layers, cover_panel, pull_cover
from dashboard.components.console_forms import CLEARED_FIELDS, FIELDS, build_forms
from dashboard.components.console_layers import layer_switch, layers_from
from dashboard.components.console_parts import digest
from dashboard.components.console_queue import FILTERS, build_queue_panel, filters_from
from dashboard.components.console_voice import voice_choices
from dashboard.components.map import grid_map, legend, load_scale
from dashboard.components.map import register as register_map
from dashboard.components.shift_bar import build_shift_bar
from dashboard.context import county, lang, query, record, run, t, theme
from dashboard.theme import palette
from data.queries.console_hints import read_choices
from data.queries.console_search import village_options
from policy.vocabulary import UnitStatus

PATH: Final = "/console"
NAME_KEY: Final = "console.name"
VERB: Final = "page.console"
MAP: Final = "console-map"
PULLED: Final = {
    "piles": Output("console-piles", "children"),
    "queue": Output("console-queue", "children"),
    "pills": Output("console-pills", "children"),
    "board": Output("console-board", "rowData"),
    "board_head": Output("console-board-head", "children"),
    "leads": Output("console-leads", "data"),
    "units": Output("console-units", "data"),
    "cells": Output("console-cells", "data"),
    "seen": Output("console-seen", "data"),
}
CHOSEN: Final = {
    "head": Output("console-lead-head", "children"),
    "body": Output("console-lead-body", "children"),
    "foot": Output("console-lead-foot", "children"),
    "ranks": Output("console-ranks", "data"),
    "seen": Output("console-lead-seen", "data"),
}
PARTS: Final = ("head", "body", "foot")
DUES: Final = tuple(f"{when}_{what}" for when in ("left", "over") for what in ("assign", "accept", "arrive"))
UNITS_OF_TIME: Final = ("seconds", "minutes", "hours", "days", "ago")
LEGEND: Final = (UnitStatus.AVAILABLE.value, UnitStatus.ASSIGNED.value, UnitStatus.EN_ROUTE.value, UnitStatus.ON_SCENE.value, UnitStatus.BUSY.value, "lead", "lead_urgent", "overdue", "emergency")  # fmt: skip


# -- layout -----------------------------------------------------------------------------------------------------------


def bar() -> list[Component]:
    """The command bar and the counts of the queue, in the header."""
    box = dmc.Select(
        id="console-search",
        data=[],
        searchable=True,
        placeholder=t("console.search"),
        leftSection=html.Kbd("/", className="c-kbd"),
        rightSection=html.I(),
        filter={"function": "consoleAll"},
        nothingFoundMessage=t("console.type_more"),
        maxDropdownHeight=420,
        comboboxProps={"width": 560, "position": "bottom-start"},
        className="c-search",
        **{"aria-label": t("console.search")},
    )
    pills = html.Div(reads.read_pills(query()), id="console-pills", className="c-pills")
    return [box, pills, anomalies_view.link(), *build_shift_bar()]


def _stores(left: Mapping[str, Any], chosen: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Component]:
    parts = {name: left[name] for name in ("leads", "units", "cells")}
    held = {
        "console-view": {name: str(query().get(name, "")) for name in FILTERS},
        "console-chosen": dict(chosen),
        "console-ranks": shown["ranks"],
        "console-layers": layers_from(query()),
        "console-act": None,
        "console-done": None,
        "console-subject": None,
        "console-seen": {name: digest(part) for name, part in left.items()},
        "console-lead-seen": {name: digest(part) for name, part in shown.items()},
        **{f"console-{name}": part for name, part in parts.items()},
    }
    return [dcc.Store(id=id_, data=data) for id_, data in held.items()] + [
        dcc.Store(id=f"console-{name}")
        for name in (
            "heard",
            "pulse",
            "slow-pulse",
            "cover",
            "cover-pulse",
            "cover-seen",
            "batch-ask",
            "batch-wish",
            "alarms-seen",
        )
    ]


def _map_panel() -> Component:
    style = {"color": palette(theme()).accent, "weight": 2, "dashArray": "6 6", "opacity": 0.9}
    lines = dl.GeoJSON(id="console-routes", data=None, style=style, interactive=False)
    picking = html.Div(id="console-picking", className="m-picking", hidden=True)
    scale = html.Div(load_scale(), className="m-scale", id="console-scale", hidden=not layers_from(query())["load"])
    view = grid_map(MAP, county(), more=[*cover_layers(), lines])
    parts = [view, layer_switch(query()), legend(LEGEND), scale, cover_panel(), picking]
    return html.Section(parts, className="panel c-panel c-map", **{"aria-label": t("console.map")})


def _board_panel(left: Mapping[str, Any]) -> Component:
    head = html.Div(left["board_head"], id="console-board-head", className="b-head")
    return html.Section(
        [
            head,
            html.Div(build_board(left["board"]), className="b-body"),
        ],
        className="panel c-panel c-board",
    )


def _lead_panel(shown: Mapping[str, Any]) -> Component:
    return html.Section(
        [
            html.Div(id="console-presence", className="d-presence"),
            html.Div(
                [html.Div(shown[part], id=f"console-lead-{part}", className=f"d-{part}-hold") for part in PARTS],
                id="console-lead",
                className="d-lead",
            ),
            html.Div(id="console-refusal", className="d-refusal"),
        ],
        className="panel c-panel c-lead",
        **{"aria-label": t("console.chosen")},
    )


def _words() -> dict[str, str]:
    """Words of the clocks, for the script."""
    dues = {f"data-{name.replace('_', '-')}": t(f"console.{name}", t="{t}") for name in DUES}
    units = {f"data-{name}": t(f"console.{name}", t="{t}", n="{n}", h="{h}", m="{m}") for name in UNITS_OF_TIME}
    return {**dues, **units, "data-picking": t("console.picking", number="{number}")}


def layout() -> Component:
    """The whole console as it stands now, in the view the address names."""
    chosen = {"lead": query().get("lead") or None, "kind": query().get("kind") or None}
    left, shown = reads.read_left(query()), reads.read_chosen(chosen)
    with record().read() as session:
        choices = read_choices(session, county(), lang())
    queue = build_queue_panel(county(), choices.domains, filters_from(query()), left)
    middle = html.Div([_map_panel(), _board_panel(left)], className="c-middle")
    return html.Div(
        [
            *_stores(left, chosen, shown),
            build_alarm_line(),
            queue,
            middle,
            _lead_panel(shown),
            html.Div(id="console-toast", className="c-toasts"),
            build_frame(),
            *passing.build_frame(str(chosen["lead"] or "")),
            *build_forms(village_options(county(), lang()), choices),
        ],
        id="console-root",
        className="console",
        **_words(),
    )


# -- callbacks --------------------------------------------------------------------------------------------------------


def register(app: Dash) -> None:
    """The callbacks of the page."""
    register_map(app, MAP)
    anomalies_view.register(app)
    _register_pulls(app)
    _register_cover(app)
    _register_desk(app)
    _register_acts(app)
    for form in FIELDS:
        _register_form(app, form)
    _register_batch(app)
    _register_scripts(app)


def _register_pulls(app: Dash) -> None:
    done = Input("console-done", "data")
    left = [Input("console-pulse", "data"), done, Input("console-view", "data"), State("console-seen", "data")]

    @app.callback(PULLED, *left, prevent_initial_call=True)  # type: ignore[untyped-decorator]
    async def pull(_pulse: Any, _done: Any, view: Any, seen: Any) -> dict[str, Any]:
        """Queue, counts, units and map."""
        return await run(reads.pull, view, seen)

    @app.callback(
        CHOSEN,
        Input("console-slow-pulse", "data"),
        done,
        Input("console-chosen", "data"),
        State("console-lead-seen", "data"),
        prevent_initial_call=True,
    )  # type: ignore[untyped-decorator]
    async def pull_lead(_pulse: Any, _done: Any, chosen: Any, seen: Any) -> dict[str, Any]:
        """The chosen lead."""
        return await run(reads.pull_chosen, chosen, seen)

    @app.callback(
        Output(f"{MAP}-cells", "hideout"),
        Input("console-layers", "data"),
        Input(f"{MAP}-level", "value"),
        Input("console-cells", "data"),
        prevent_initial_call=True,
    )  # type: ignore[untyped-decorator]
    async def colour(layers: Any, address: Any, cells: Any) -> dict[str, Any]:
        """The load of the cells, while it is switched on."""
        return await run(reads.cells_hideout, layers, address, cells)

    @app.callback(Output("console-search", "data"), Input("console-search", "searchValue"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    async def find(words: str | None) -> list[dict[str, Any]]:
        """What the command bar offers."""
        return await run(reads.find, words)

    @app.callback(Output("console-presence", "children"), Input("beat", "children"), Input("console-chosen", "data"))  # type: ignore[untyped-decorator]
    async def company(_beat: Any, chosen: Any) -> list[Any]:
        """Who else looks at the lead."""
        return await run(reads.company, chosen)


def _register_cover(app: Dash) -> None:
    told = {
        "cover": Output("console-cover", "data"),
        "panel": Output("console-coverage", "children"),
        "seen": Output("console-cover-seen", "data"),
    }
    asked, seen = Input("console-cover-pulse", "data"), State("console-cover-seen", "data")

    @app.callback(told, asked, seen, prevent_initial_call=True)  # type: ignore[untyped-decorator]
    async def cover(_asked: Any, seen: Any) -> dict[str, Any]:
        """Coverage, while its layer is shown."""
        return await run(pull_cover, seen)

    layers, hears = Input("console-layers", "data"), Output("console-heard", "data", allow_duplicate=True)
    drawn = [Output("console-reach", "data"), Output("console-best", "data")]
    scripts: Sequence[tuple[str, Any, list[Input]]] = (
        ("wanted", Output("console-cover-pulse", "data"), [Input("tick", "data"), layers]),
        ("draw", drawn, [Input("console-cover", "data"), layers]),
        ("unit", hears, [Input(f"{MAP}-units", "clickData")]),
        ("told", hears, [Input("console-coverage", "children")]),
    )
    for name, out, inputs in scripts:
        later = name != "wanted"  # a view that was sent shows its coverage at once
        app.clientside_callback(ClientsideFunction("cover", name), out, *inputs, prevent_initial_call=later)


def _register_desk(app: Dash) -> None:
    line = {"line": Output("console-alarms", "children"), "seen": Output("console-alarms-seen", "data")}
    beats = [Input("beat", "children"), Input("console-pulse", "data"), Input("console-done", "data")]

    @app.callback(line, *beats, State("console-alarms-seen", "data"))  # type: ignore[untyped-decorator]
    async def alarms(_beat: Any, _pulse: Any, _done: Any, seen: Any) -> dict[str, Any]:
        """The alarms of who looks."""
        return await run(pull_alarms, seen)

    choices = {
        "steps": Output("console-voice-step", "data"),
        "step": Output("console-voice-step", "value"),
        "people": Output("console-voice-told_by", "data"),
        "teller": Output("console-voice-told_by", "value"),
    }

    @app.callback(choices, Input("console-subject", "data"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    async def voices(subject: Any) -> dict[str, Any]:
        """Steps and people of the task that the form is opened for."""
        return await run(voice_choices, subject)

    report = ClientsideFunction("console", "reporting")
    app.clientside_callback(report, Output("console-voice-report", "hidden"), Input("console-voice-step", "value"))


def _register_acts(app: Dash) -> None:
    told = {
        "refusal": Output("console-refusal", "children"),
        "toast": Output("console-toast", "children"),
        "done": Output("console-done", "data"),
    }

    @app.callback(told, Input("console-act", "data"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    async def act(wish: Any) -> dict[str, Any]:
        """Do what a button or key asks."""
        return await run(reads.answered, wish)


def _register_form(app: Dash, form: str) -> None:
    told = {
        "refusal": Output(f"console-{form}-refusal", "children"),
        "toast": Output("console-toast", "children", allow_duplicate=True),
        "done": Output("console-done", "data", allow_duplicate=True),
        "opened": Output(f"console-{form}", "opened"),
        "fields": {name: Output(f"console-{form}-{name}", "value") for name in CLEARED_FIELDS[form]},
    }
    values = [State(f"console-{form}-{name}", "value") for name in FIELDS[form]]
    about = [State("console-subject", "data"), State("console-chosen", "data")]

    @app.callback(told, Input(f"console-{form}-go", "n_clicks"), *about, *values, prevent_initial_call=True)  # type: ignore[untyped-decorator]
    async def submit(_clicks: Any, subject: Any, chosen: Any, *given: Any) -> dict[str, Any]:
        """Do what the form asks."""
        return await run(reads.submitted, form, given, subject, chosen)


def _register_batch(app: Dash) -> None:
    proposed = {
        "body": Output("console-batch-body", "children"),
        "title": Output("console-batch", "title"),
        "opened": Output("console-batch", "opened"),
    }
    told = {
        "refusal": Output("console-batch-refusal", "children"),
        "body": Output("console-batch-body", "children", allow_duplicate=True),
        "opened": Output("console-batch", "opened", allow_duplicate=True),
        "toast": Output("console-toast", "children", allow_duplicate=True),
        "done": Output("console-done", "data", allow_duplicate=True),
    }

    @app.callback(
        proposed, Input("console-batch-ask", "data"), State("console-view", "data"), prevent_initial_call=True
    )  # type: ignore[untyped-decorator]
    async def propose(asked: Any, view: Any) -> dict[str, Any]:
        """Who would go where if all normal leads were sent now."""
        return await run(batch.proposal, asked, view)

    @app.callback(told, Input("console-batch-wish", "data"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    async def confirm(wish: Any) -> dict[str, Any]:
        """Send what was confirmed of the batch."""
        return await run(batch.confirmed, wish)


def _register_scripts(app: Dash) -> None:
    heard = Output("console-heard", "data", allow_duplicate=True)
    hears: Sequence[tuple[str, list[Input]]] = (
        ("ticked", [Input("tick", "data")]),
        ("viewed", [Input("console-view", "data"), Input("console-chosen", "data")]),
        ("done", [Input("console-done", "data")]),
        ("layers", [Input("console-layers", "data")]),
        ("filtered", [Input(f"console-by-{name}", "value") for name in ("source", "township", "domain")]),
        ("found", [Input("console-search", "value")]),
        ("leadClicked", [Input(f"{MAP}-leads", "clickData")]),
        ("unitClicked", [Input(f"{MAP}-units", "clickData")]),
        ("mapClicked", [Input(MAP, "clickData")]),
    )
    for name, inputs in hears:
        app.clientside_callback(
            ClientsideFunction("console", name), heard, *inputs, prevent_initial_call="initial_duplicate"
        )
    drawn = [Output(f"{MAP}-leads", "data"), Output(f"{MAP}-units", "data"), Output("console-routes", "data")]
    stores = [Input(f"console-{name}", "data") for name in ("leads", "units", "chosen", "ranks", "layers")]
    app.clientside_callback(ClientsideFunction("console", "draw"), drawn, *stores)
