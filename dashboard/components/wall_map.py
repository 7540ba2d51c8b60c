"""The wall's map: units, waiting and late leads, load by township; the scenes it turns through."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.symbols import symbol, symbol_name
from dashboard.components.wall_words import place_of, subject_of
from dashboard.context import county, lang, t
from data.county import County
from data.queries.grid import map_version
from data.queries.travelling import spot_of
from data.queries.wall_live import WAITING
from data.queries.wall_rows import Emergency, OpenLead, Scene, WallState
from data.settings import settings
from layers.cells import address, cells_layer, load_steps
from layers.leads import lead_points
from layers.units import unit_points
from policy.vocabulary import UnitStatus, Urgency

Json = dict[str, Any]
SHOWN_UNITS: Final = tuple(status for status in UnitStatus if status is not UnitStatus.OFF_DUTY)
FOCUSED: Final = ("region", "township")
LIST: Final = {"zh": "、", "en": ", "}
LEAST_TOP: Final = 5.0  # open leads that make the darkest class at least: one lead alone colours nothing


def unit_data(state: WallState) -> Json:
    """Units on duty by place and status."""
    return unit_points({"code": u.code, "lon": u.lon, "lat": u.lat, "status": u.status} for u in state.units)


def shown_leads(state: WallState) -> list[OpenLead]:
    """Leads that need somebody: waiting, overdue or an emergency; those in hand are where their teams are."""
    late = late_numbers(state)
    urgent = Urgency.EMERGENCY
    return [x for x in state.leads if x.status in WAITING or x.number in late or x.urgency == urgent]


def late_numbers(state: WallState) -> set[str]:
    """Numbers of leads with a deadline that has passed."""
    return {one.number for one in state.late}


def lead_data(state: WallState) -> Json:
    """Leads on the map, those placed by name in their cell; those that are overdue with a ring."""
    late = late_numbers(state)
    rows = [
        {"number": x.number, "lon": spot[0], "lat": spot[1], "urgency": x.urgency, "overdue": x.number in late}
        for x in shown_leads(state)
        if (spot := spot_of(county(), x.lon, x.lat, x.cell_code)) is not None
    ]
    return lead_points(rows)


def cell_hideout(state: WallState, townships: tuple[str, ...]) -> Json:
    """Classes of open load by township, in the order of the served geometry; borders are a layer of their own."""
    return {"plain": 1, "steps": load_steps(townships, state.loads, max(LEAST_TOP, *state.loads.values(), 0))}


def legend(state: WallState) -> list[Component]:
    """What the symbols mean, with how many there are of each."""
    units = Counter(u.status for u in state.units if u.lon is not None)
    leads, late = shown_leads(state), late_numbers(state)
    pairs = [
        (kind.value, units[kind.value]) for kind in SHOWN_UNITS if units[kind.value] or kind is not UnitStatus.BUSY
    ]
    pairs += [("lead", sum(x.urgency == Urgency.NORMAL for x in leads))]
    pairs += [("lead_urgent", sum(x.urgency == Urgency.URGENT for x in leads)), ("overdue", len(late))]
    if state.emergencies:
        pairs += [("emergency", len(state.emergencies))]
    shown = [html.Span([symbol(k, ""), symbol_name(k), html.B(str(n), className="num")]) for k, n in pairs]
    return shown


# -- scenes -----------------------------------------------------------------------------------------------------------


def scene_data(state: WallState) -> Json:
    """The scenes in their order with seconds for each, and the emergency that stops them, if any."""
    first = state.emergencies[0] if state.emergencies else None
    return {
        "seconds": settings().scene_seconds,
        "scenes": [_scene(scene) for scene in state.scenes],
        "emergency": _emergency(state, first) if first else None,
    }


def _scene(scene: Scene) -> Json:
    note = "" if scene.kind == "figures" else t(f"wall.scene.{scene.kind}")
    title = t("wall.scene.figures") if scene.kind == "figures" else scene.name.say(lang())
    told = {"key": scene.key, "kind": scene.kind, "title": title, "note": note, "bounds": scene.bounds}
    return told | ({"layer": focus_of(scene), "focus": scene.code} if scene.kind in FOCUSED else {})


def _emergency(state: WallState, one: Emergency) -> Json:
    title = f"{t('wall.scene.emergency')} · {place_of(state, one.lead)} · {subject_of(one.lead)}"
    return {
        "key": f"emergency:{one.lead.number}",
        "kind": "emergency",
        "title": title,
        "note": t("wall.scene.paused"),
        "spoken": spoken(state, one) if settings().wall_voice else "",
        "bounds": one.bounds or state.scenes[0].bounds,
        "waiting": not one.lead.acknowledged,
    }


def spoken(state: WallState, one: Emergency) -> str:
    """What a voice says of an emergency until somebody acknowledges it: where, what, and who is on it."""
    names = LIST[lang()].join(dict.fromkeys(task.team.say(lang()) for task in one.tasks))
    kind = "there" if one.arrived else "sent" if names else "unsent"
    who = t(f"wall.spoken_{kind}", teams=names)
    return t("wall.spoken", place=place_of(state, one.lead), what=subject_of(one.lead), who=who)


# -- where a scene looks ----------------------------------------------------------------------------------------------


def focus_layers(place: County) -> list[Component]:
    """Outlines above the cells, one layer a level: the scene's own cell is framed, the others stand back."""
    version = map_version(place)
    return [
        cells_layer(id_, address(place.code, level, version), "focus", pane="borders")
        for id_, level in focus_ids(place).items()
    ]


def focus_ids(place: County) -> dict[str, int]:
    """The layers of outlines with their levels: regions and townships."""
    return {f"wall-map-focus-{level}": level for level in (1, place.township_level or 1)}


def focus_of(scene: Scene) -> str:
    """The layer of outlines that a scene's cell belongs to."""
    return f"wall-map-focus-{1 if scene.kind == 'region' else county().township_level or 1}"
