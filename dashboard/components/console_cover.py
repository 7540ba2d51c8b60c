"""Coverage 5/15 on the console's map (JD 二(四)12): areas reached, shares as n/d, what a unit leaves uncovered, where a free one helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_leaflet as dl
from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import clause
from dashboard.components.console_parts import only_changed
from dashboard.components.symbols import symbol
from dashboard.context import actor, county, lang, now, record, t
from data.county import County
from data.queries.coverage import (
    BestPlaces,
    CoverageView,
    Reach,
    UnitReach,
    coverage_layer,
    read_best_places,
    read_coverage,
)
from layers.points import EMPTY, collection, point, points_layer
from policy.text import named
from policy.travel import TravelMethod

PANE: Final = "reach"
NAMED: Final = 6  # cells told by name; the others by their number
GeoJson = dict[str, Any]


# -- on the map -------------------------------------------------------------------------------------------------------


def cover_layers() -> list[Component]:
    """The areas reached, drawn with patterns below lines and symbols, and the mark of the best place; empty until asked for."""
    areas = dl.GeoJSON(
        id="console-reach", data=EMPTY, style={"variable": "onegrid.cover.reach"}, pane=PANE, interactive=False
    )
    return [dl.Pane(name=PANE, style={"zIndex": 305}), areas, points_layer("console-best")]


def cover_panel() -> Component:
    """The key of the layer, hidden until it is switched on; the script fills in the unit that is pointed at."""
    blank = {name: f"{{{name}}}" for name in ("unit", "cells", "leads", "names")}
    told = {"data-leaves": t("coverage.leaves", **blank), "data-nothing": t("coverage.leaves_nothing", **blank)}
    more = {"data-point": t("coverage.point_at"), "aria-label": t("coverage.title")}
    return html.Section([], id="console-coverage", className="m-cover", hidden=True, **told, **more)


def best_point(best: BestPlaces, place: County) -> GeoJson:
    """Where a free unit would help most, as a mark."""
    return collection(
        point(
            one.code, one.lon, one.lat, "best_place", title=t("coverage.best", place=place.name_of(one.code, lang())),
            lines=[t("coverage.gains", cells=one.cells, leads=one.leads)],
        )
        for one in best.places
        if one.cells
    )  # fmt: skip


def stepped(layer: Mapping[str, Any]) -> GeoJson:
    """The areas with the pattern each is drawn in: the narrowest `near`, wider ones `far`."""
    areas = list(layer["features"])
    drawn = [
        {**area, "properties": {**area["properties"], "step": "near" if n == len(areas) - 1 else "far"}}
        for n, area in enumerate(areas)
    ]
    return {"type": "FeatureCollection", "features": drawn}


def losses_of(units: Sequence[UnitReach], place: County) -> dict[str, Any]:
    """By unit: its cells that nobody else reaches in time, their names, and leads of late in them."""
    return {
        one.code: {"name": one.name, "cells": list(one.cells), "leads": one.leads, "names": _names(one.cells, place)}
        for one in units
    }


def _names(codes: Sequence[str], place: County) -> str:
    said = named(tuple(place.name_of(code, lang()) for code in codes[:NAMED]), lang())
    return t("coverage.and_more", names=said, n=len(codes)) if len(codes) > NAMED else said


# -- the key ----------------------------------------------------------------------------------------------------------


def _share(part: tuple[int, int]) -> Component:
    reached, of = part
    percent = f"{reached / of:.0%}" if of else "—"
    return html.Td([html.B(f"{reached:,}", className="num"), f"/{of:,} ", html.Small(percent)], className="num")


def _row(share: Reach, look: str) -> Component:
    within = t("coverage.within", n=f"{share.minutes:g}") if share.minutes is not None else t("coverage.own_target")
    mark = [html.I(className=f"m-swatch m-swatch-{look}")] if look else []
    return html.Tr([html.Th([*mark, within], scope="row"), _share(share.cells), _share(share.leads)])


def _table(shares: Sequence[Reach]) -> Component:
    limits = [share.minutes for share in shares if share.minutes is not None]
    looks = {limit: "near" if limit == min(limits) else "far" for limit in limits}
    head = html.Tr([html.Th(""), html.Th(t("coverage.cells"), scope="col"), html.Th(t("coverage.leads"), scope="col")])
    ordered = sorted(shares, key=lambda share: share.minutes or 0.0)
    rows = [_row(share, looks.get(share.minutes, "") if share.minutes is not None else "") for share in ordered]
    return html.Table([html.Thead(head), html.Tbody(rows)])


def _basis(view: CoverageView) -> list[Component]:
    """How times are known, an estimate as a warning, and the clause of the targets."""
    look = "warn" if view.method is TravelMethod.ESTIMATE else "muted"
    how = html.P(t(f"coverage.method.{view.method.value}"), className=f"m-cover-how {look}")
    return [how, html.P(clause(view.clause, key="response.urban", away=True), className="m-cover-how")]


def _best(best: BestPlaces, place: County) -> list[Component]:
    found = [one for one in best.places if one.cells]
    if not found:
        return [html.P(t("coverage.best_none"), className="muted")]
    (one, *_) = found
    go = {"data-act": "goto", "data-lon": f"{one.lon:.5f}", "data-lat": f"{one.lat:.5f}"}
    named = [symbol("best_place", ""), t("coverage.best", place=place.name_of(one.code, lang()))]
    gains = html.Span(t("coverage.gains", cells=one.cells, leads=one.leads), className="muted num")
    return [html.P([html.Button(named, type="button", className="b-link", **go), gains], className="m-cover-best")]


def build_cover(view: CoverageView, best: BestPlaces, place: County, *, attributed: bool) -> list[Component]:
    """Shares, what the patterns mean, how times are known, the best place; a silent plan says that it is silent."""
    title = html.H3(t("coverage.title"))
    if not view.shares:
        return [title, html.P(t("coverage.silent"), className="muted")]
    names = {unit.code: unit.name for unit in view.units}
    unplaced = [names.get(code, code) for code in view.unplaced]
    lost = html.P([html.I(className="m-swatch m-swatch-lost"), html.Span(id="console-cover-unit")], className="m-lost")
    return [
        title,
        *_basis(view),
        _table(view.shares),
        *([html.P(t("coverage.nobody"), className="warn")] if not view.units else []),
        *([html.P(t("coverage.unplaced", n=len(unplaced)), title="、".join(unplaced))] if unplaced else []),
        lost,
        *_best(best, place),
        *([html.P(t("roads.attribution"), className="muted m-cover-how")] if attributed else []),
    ]


# -- what is pulled ---------------------------------------------------------------------------------------------------


def read_cover() -> dict[str, Any]:
    """The layer, its marks and its key as things stand now."""
    place, moment = county(), now()
    with record().read() as session:
        view = read_coverage(session, actor(), place, moment, lang=lang())
        best = read_best_places(session, actor(), place, moment)
        layer = coverage_layer(session, actor(), place, moment)
    drawn = {"areas": stepped(layer), "best": best_point(best, place), "units": losses_of(view.units, place)}
    return {"cover": drawn, "panel": build_cover(view, best, place, attributed="attribution" in layer)}


def pull_cover(seen: Mapping[str, str] | None) -> dict[str, Any]:
    """What changed of it since the page last saw it."""
    return only_changed(read_cover(), seen)
