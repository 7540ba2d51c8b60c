"""The wall: dark, large, glanceable from eight metres; nothing to click (screens.md)."""

from __future__ import annotations

from typing import Any, Final

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.components import map as grid
from dashboard.components.wall_figures import CLOSURE_SIZE, TREND_SIZE
from dashboard.components.wall_fit import fit_of, hours_size
from dashboard.components.wall_head import header
from dashboard.components.wall_map import focus_ids, focus_layers
from dashboard.components.wall_parts import OUTPUTS, changes, look, made_of, share_key
from dashboard.components.wall_words import panel, scale
from dashboard.context import county, run, t
from data.queries.wall_rows import WallState

PATH: Final = "/wall"
NAME_KEY: Final = "wall.name"
VERB: Final = "page.wall"
CHROME: Final = "bare"
BEAT_MS: Final = 30_000  # deadlines pass and days turn without an event
SHARED: Final = {"wall-known.data": share_key}  # walls that have the same get the same bytes
WORDS: Final = ("seconds", "minutes", "hours", "days", "late", "over")


def layout() -> Component:
    """The wall as it is now; from here on only what changes is sent."""
    made = made_of(look())
    return build_wall(made.state, made.parts, made.digests)


def build_wall(state: WallState, parts: dict[str, Any], digests: dict[str, str]) -> html.Div:
    """The whole page from its parts."""
    stores = [
        dcc.Store(id="wall-known", data=digests),
        dcc.Store(id="wall-scenes", data=parts["scenes"]),
        dcc.Store(id="wall-sink"),
        dcc.Interval(id="wall-beat", interval=BEAT_MS),
    ]
    main = html.Main(
        [
            html.Div(
                [_slot("teams", parts), _trend(parts), _slot("response", parts)], className="wall-column wall-left"
            ),
            html.Div([_map(parts), _hours(parts)], className="wall-column wall-middle"),
            html.Div(
                [*(_slot(name, parts) for name in ("newest", "late", "support")), _closure(parts)],
                className="wall-column wall-right",
            ),
        ],
        className="wall-main",
    )
    top = [header(state), html.Div(parts["alarm"], id="wall-alarm"), html.Div(parts["counts"], id="wall-counts")]
    sized = {
        "style": {"--k": f"{scale():g}"},
        "data-fit": fit_of(scale()),
        "data-focus-layers": " ".join(focus_ids(county())),
    }
    return html.Div([*stores, *top, main], id="wall-root", className="wall-root", **sized, **_words())


def _words() -> dict[str, str]:
    """Words the script needs for clock and ages."""
    told = {f"data-{name}": t(f"wall.word.{name}", n="{n}", h="{h}", m="{m}", d="{d}", age="{age}") for name in WORDS}
    return told | {"data-weekdays": t("wall.weekday.names"), "data-sound-off": t("wall.sound_off")}


def _slot(name: str, parts: dict[str, Any]) -> html.Div:
    return html.Div(parts[name], id=OUTPUTS[name][0], className=f"wall-slot wall-slot-{name}")


def _chart(id_: str, source: str, size: tuple[int, int], words: str) -> html.Img:
    """A chart as wide as its panel; as a drawing it is crisp at any scale."""
    return html.Img(
        id=id_, src=source, alt=words, className="wall-chart", style={"aspectRatio": "{} / {}".format(*size)}
    )


def _trend(parts: dict[str, Any]) -> html.Section:
    head = html.Div(parts["trend_head"], id="wall-trend-head")
    body = html.Div([head, _chart("wall-trend", parts["trend"], TREND_SIZE, t("wall.panel.trend"))])
    return panel(t("wall.panel.trend"), t("wall.panel.trend_side"), body, "trend")


def _hours(parts: dict[str, Any]) -> html.Section:
    title, side = (
        html.Span(parts["hours_title"], id="wall-hours-title"),
        html.Span(parts["hours_side"], id="wall-hours-side"),
    )
    return panel(
        title, side, _chart("wall-hours", parts["hours"], hours_size(scale()), t("wall.panel.hours_chart")), "hours"
    )


def _closure(parts: dict[str, Any]) -> html.Section:
    side = html.Span(parts["closure_side"], id="wall-closure-side")
    return panel(
        t("wall.panel.closure"),
        side,
        _chart("wall-closure", parts["closure"], CLOSURE_SIZE, t("wall.panel.closure")),
        "closure",
    )


def _map(parts: dict[str, Any]) -> html.Section:
    drawn = grid.grid_map(
        "wall-map",
        county(),
        wall=True,
        hideout=parts["cells"],
        units=parts["units"],
        leads=parts["leads"],
        more=focus_layers(county()),
    )
    title = html.Div([html.Strong(id="wall-scene-title"), html.Span(id="wall-scene-note")], className="wall-scene")
    legend = html.Div(parts["legend"], id="wall-legend", className="map-legend")
    figures = html.Div(parts["figures"], id="wall-figures")
    scale = html.Div(grid.load_scale(), className="wall-load")
    corner = html.Div([scale, *grid.illustrative_note(county())], className="wall-corner")
    above = html.Div([title, corner], className="wall-over-map")
    return html.Section([drawn, above, legend, figures], className="wall-panel wall-map")


def register(app: Dash) -> None:
    """Pull what changed at every step of the record, and hand the scenes to the script."""
    grid.register(app)
    outputs = {name: Output(*target) for name, target in OUTPUTS.items()} | {"known": Output("wall-known", "data")}

    @app.callback(  # type: ignore[untyped-decorator]
        output=outputs,
        inputs={
            "_tick": Input("tick", "data"),
            "_beat": Input("wall-beat", "n_intervals"),
            "known": State("wall-known", "data"),
        },
        prevent_initial_call=True,
    )
    async def pull(_tick: Any, _beat: Any, known: dict[str, str] | None) -> dict[str, Any]:
        """Only what changed since this wall last asked."""
        return await run(changes, known)

    app.clientside_callback(
        ClientsideFunction("wall", "scenes"), Output("wall-sink", "data"), Input("wall-scenes", "data")
    )
