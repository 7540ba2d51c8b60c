"""A chart on a page: its title, the drawing with its room held from the first moment, a picture of it to take along."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.charts.style import BRIGHT, PALETTES, Figure, Scheme
from dashboard.context import county, lang, now, t, theme
from dashboard.theme import Palette
from policy.text import named
from policy.zone import CHINA

CONFIG: Final = {"displayModeBar": False, "displaylogo": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}  # fmt: skip


def scheme() -> Scheme:
    """The scheme of the answer."""
    return "dark" if theme() == "dark" else "light"


def chart(
    made: Figure,
    *,
    title: str,
    id: Any = None,  # Dash's own name for it
    note: str = "",
    said: str = "",
    look: str = "",
) -> Component:
    """A figure of this package with its title and a button that saves it as .png; without data its words stand instead.

    `note` stands beside the title and in the picture (period, as-of); `said` is read out in its stead (what it shows, in a
    sentence). With an `id` the drawing stays even while it is empty, for callbacks on `figure`.
    """
    blank, height = (made["layout"].get("meta") or {}).get("empty"), made["layout"]["height"]
    head = [html.Span(title, className="chart-title"), html.Span(note, className="chart-note muted num")]
    if blank and id is None:
        body: Component = html.P(blank, className="empty chart-empty", style={"minHeight": f"{height}px"})
        return html.Figure([html.Figcaption(head), body], className=f"chart {look}")
    known = {} if id is None else {"id": id}
    drawn = dcc.Graph(figure=made, config=CONFIG, className="chart-graph", style={"height": f"{height}px"}, **known)
    held = html.Div(drawn, className="chart-body", role="img", style={"height": f"{height}px"}, **{"aria-label": said or title, "data-loading": t("charts.loading")})  # fmt: skip
    return html.Figure([html.Figcaption([*head, _save(title, note)]), held], className=f"chart {look}", **{"data-print": for_paper(scheme())})  # fmt: skip


def _save(title: str, note: str) -> Component:
    stamp = f"{now().astimezone(CHINA):%Y%m%d}"
    place = named(county().words, lang())
    told = {"data-title": title, "data-note": " · ".join(one for one in (place, note) if one), "data-file": f"{place}-{title}-{stamp}"}  # fmt: skip
    words = {"aria-label": t("charts.save_of", title=title), "title": t("charts.save")}
    return html.Button("↓ .png", type="button", className="chart-png", n_clicks=0, **told, **words)


@cache
def for_paper(name: Scheme) -> str:
    """What each colour of a scheme becomes on paper, as JSON, for the browser when it prints."""
    colours = {BRIGHT: PALETTES["print"].text}
    for before, after in zip(_colours(PALETTES[name]), _colours(PALETTES["print"]), strict=True):
        colours.setdefault(before, after)
    return json.dumps({one: other for one, other in colours.items() if one != other})


def _colours(held: Palette) -> list[str]:
    plain: Mapping[str, str] = {f.name: getattr(held, f.name) for f in fields(held) if f.name != "choropleth"}
    return [plain["text"], *plain.values(), *held.choropleth]
