"""The daily refresh on the page of all figures: whether it came, all days counted again on demand with how far that is, its end."""

from __future__ import annotations

from time import monotonic
from typing import Any, Final

from dash import Dash, Input, Output, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.components.console_parts import build_refusal
from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject, authorise
from data.casework.recounting import ask_recount, stop_recount
from data.queries.figures_standing import DUE, Standing, recount_words, standing, words
from data.settings import settings
from policy.errors import Refusal

BEAT_MS: Final = 2_000
KEPT: Final = 60.0  # seconds for which the sign in the header is not asked for again
_SIGNS: Final[dict[str, tuple[float, str | None]]] = {}


def look() -> Standing:
    """How the figures of the county stand now."""
    with record().read() as session:
        return standing(session, county(), now(), settings().snapshot_hour)


def missing_sign() -> list[str]:
    """A sign for the header of a page or wall while a refresh is missing; asked for once a minute and county."""
    code, here = county().code, monotonic()
    at, day = _SIGNS.get(code, (-KEPT, None))
    if here - at >= KEPT:
        found = look()
        day = found.missing[0].isoformat() if found.wrong else None
        _SIGNS[code] = here, day
    return [t("figures_refresh.state.sign", day=day)] if day else []


def build_refresh() -> Component:
    """The panel; its parts are renewed while a recount is going."""
    found = look()
    beat = dcc.Interval(id="figures-beat", interval=BEAT_MS, disabled=not _going(found))
    return html.Div([beat, html.Div(_parts(found), id="figures-refresh")], className="fig-refresh")


def _going(found: Standing) -> bool:
    return found.recount is not None and found.recount.going


def _parts(found: Standing) -> list[Component]:
    style = "alarm" if found.wrong else "muted" if found.state == DUE else ""
    state = html.P(words(found, lang()), className=style, role="alert" if found.wrong else "status")
    return [state, *(_recount(found) if _may() else [])]


def _recount(found: Standing) -> list[Component]:
    going = _going(found)
    again, bar = found.recount, []
    if going and again is not None and again.of:
        bar = [html.Progress(value=str(again.done), max=str(again.of), className="fig-progress")]
    hidden = {"display": "none"}
    buttons = [
        html.Button(t("figures_refresh.recount.ask"), id="figures-recount", type="button", className="button t-small", style=hidden if going else {}),
        html.Button(t("figures_refresh.recount.stop"), id="figures-stop", type="button", className="button t-small", style={} if going else hidden),
    ]  # fmt: skip
    told = html.P([recount_words(again, lang()), *bar], className="k-small", role="status")
    return [
        html.Div([*buttons, told], className="fig-recount"),
        html.P(t("figures_refresh.recount.how"), className="muted k-small"),
    ]


def _may() -> bool:
    return authorise(actor(), "figures.recount", Subject(county().jurisdiction_id), now()).allowed


def _act(asked: Any, stopped: Any, beat: Any) -> dict[str, Any]:
    """A press, or another look while it goes on."""
    verb = {"figures-recount": ask_recount, "figures-stop": stop_recount}.get(str(ctx.triggered_id))
    pressed = asked if ctx.triggered_id == "figures-recount" else stopped
    refused: list[Component] = []
    if verb is not None and pressed:
        try:
            record().write(actor(), verb, county=county())
        except Refusal as refusal:
            refused = [html.Div(build_refusal(refusal))]
    found = look()
    return {"parts": [*refused, *_parts(found)], "still": not _going(found)}


async def _acted(asked: Any, stopped: Any, beat: Any) -> dict[str, Any]:
    from dashboard.context import run

    if not ctx.triggered_id or (ctx.triggered_id != "figures-beat" and not (asked or stopped)):
        return {"parts": no_update, "still": no_update}
    found: dict[str, Any] = await run(_act, asked, stopped, beat)
    return found


def register(app: Dash) -> None:
    """The callbacks of the panel."""
    app.callback(
        output={"parts": Output("figures-refresh", "children"), "still": Output("figures-beat", "disabled")},
        inputs=[
            Input("figures-recount", "n_clicks"),
            Input("figures-stop", "n_clicks"),
            Input("figures-beat", "n_intervals"),
        ],
        prevent_initial_call=True,
    )(_acted)
