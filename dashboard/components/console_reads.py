"""What the console pulls: queue, board and map at every tick; the chosen lead; what a search finds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.console_acts import CONFIRMABLE, UNDO, perform
from dashboard.components.console_board import board_data, build_board_head, leads_on_map, units_on_map
from dashboard.components.console_forms import ACT_OF, CLEARED_FIELDS, FIELDS
from dashboard.components.console_lead import build_lead, build_missing, build_nothing
from dashboard.components.console_parts import act, build_refusal, kbd, ms, only_changed
from dashboard.components.console_presence import PRESENCE
from dashboard.components.console_queue import build_piles, build_pills, build_rows, filters_from
from dashboard.components.console_teams import ranks
from dashboard.context import actor, county, lang, now, record, t
from data.county import County
from data.queries.console import read_queue
from data.queries.console_board import read_board
from data.queries.console_lead import read_lead
from data.queries.console_search import Finding, search
from layers.cells import load_steps
from policy.errors import Refusal
from policy.vocabulary import TaskKind

LEVEL: Final = re.compile(r"/(\d+)\.json")


def read_left(view: Mapping[str, Any] | None) -> dict[str, Any]:
    """Everything that a tick may change but the chosen lead: the parts by name, ready for the page."""
    filters, moment = filters_from(view), now()
    with record().read() as session:
        queue = read_queue(session, actor(), county(), filters, moment, lang())
        board = read_board(session, actor(), county(), moment, lang())
    return {
        "piles": build_piles(queue, filters),
        "queue": build_rows(queue, filters, moment),
        "pills": build_pills(queue, filters),
        "board": board_data(board, moment),
        "board_head": build_board_head(board),
        "leads": leads_on_map(queue.on_map),
        "units": units_on_map(board, moment),
        "cells": list(queue.cells),
    }


def read_pills(view: Mapping[str, Any] | None) -> list[Component]:
    """The counts of the queue, for the header."""
    filters = filters_from(view)
    with record().read() as session:
        return build_pills(read_queue(session, actor(), county(), filters, now(), lang()), filters)


def pull(view: Mapping[str, Any] | None, seen: Mapping[str, str] | None) -> dict[str, Any]:
    """What changed on the left and in the middle since the page last saw it."""
    return only_changed(read_left(view), seen)


def read_chosen(chosen: Mapping[str, Any] | None) -> dict[str, Any]:
    """The chosen lead as components, and the numbers of its candidates for the map; a refusal stands in its place."""
    number = str((chosen or {}).get("lead") or "")
    if not number:
        return {**build_nothing(), "ranks": ranks(None)}
    kind = str((chosen or {}).get("kind") or "")
    task = TaskKind(kind) if kind in set(TaskKind) else None
    moment = now()
    try:
        with record().read() as session:
            view = read_lead(session, actor(), county(), number, moment, task, lang())
    except Refusal as refusal:
        return {**build_missing(number, build_refusal(refusal)), "ranks": ranks(None)}
    return {**build_lead(view, moment), "ranks": ranks(view)}


def pull_chosen(chosen: Mapping[str, Any] | None, seen: Mapping[str, str] | None) -> dict[str, Any]:
    """The chosen lead where it changed since the page last saw it."""
    return only_changed(read_chosen(chosen), seen)


def cells_hideout(layers: Mapping[str, Any] | None, address: str | None, cells: Sequence[str] | None) -> dict[str, Any]:
    """Colours of the cells of the level shown: none, until the load is asked for."""
    found = LEVEL.search(address or "")
    if not (layers or {}).get("load") or not found:
        return {"touch": 1}
    return {"touch": 1, "steps": steps_at(county(), int(found[1]), cells or ())}


def steps_at(place: County, level: int, cells: Sequence[str]) -> list[int]:
    """Classes of open load of the cells of `level`, in the order of their codes."""
    known = [code for code in cells if code in place.hierarchy]
    above = [place.hierarchy.ancestor(code, level) for code in known]
    loads = Counter(cell.code for cell in above if cell is not None)
    return load_steps([cell.code for cell in place.hierarchy.at_level(level)], loads)


# -- acts -------------------------------------------------------------------------------------------------------------


def build_toast(words: str, undo: Sequence[str]) -> Component:
    """The notice of what was done, with the way back while there is one."""
    until = ms(now() + UNDO) if undo else ""
    count = html.Span(className="num c-count", **{"data-until": until})
    back = [act([t("console.undo"), " ", kbd("u"), " ", count], "undo", tasks=",".join(undo))] if undo else []
    return html.Div([html.Span("✓", className="c-mark"), html.Span(words), *back], className="c-toast", role="status", **{"data-shown": ms(now())})  # fmt: skip


def _refused(refusal: Refusal) -> Component:
    confirm = [act(t("console.confirm"), "confirm", main=True)] if refusal.code in CONFIRMABLE else []
    return build_refusal(refusal, confirm)


def answered(wish: Any) -> dict[str, Any]:
    """Do an act; either its notice or its refusal, in full, for the page."""
    if not isinstance(wish, Mapping):  # the page has just been made: nobody asked for anything
        raise PreventUpdate
    stamp = wish.get("n")
    try:
        done = perform(wish)
    except Refusal as refusal:
        return {"refusal": _refused(refusal), "toast": no_update, "done": {"ok": False, "n": stamp}}
    told = {"ok": True, "n": stamp, "choose": done.choose}
    return {"refusal": [], "toast": build_toast(done.words, done.undo), "done": told}


def submitted(
    form: str, values: Sequence[Any], subject: Mapping[str, Any] | None, chosen: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Do what a form asks; it closes and empties only when that was done."""
    given = dict(zip(FIELDS[form], values, strict=True))
    about = {name: value for name, value in (subject or {}).items() if name in ("key", "step") and value}
    wish = {**about, **given, "verb": ACT_OF[form], "number": (chosen or {}).get("lead")}
    answer = answered(wish)
    ok = answer["done"]["ok"]
    fields = {name: value if ok else no_update for name, value in CLEARED_FIELDS[form].items()}
    return {**answer, "opened": False if ok else no_update, "fields": fields}


# -- the command bar and company --------------------------------------------------------------------------------------


def _option(found: Finding) -> dict[str, str]:
    label = f"{found.label} — {found.more}" if found.more else found.label
    return {"value": f"{found.kind}:{found.key}:{found.more if found.kind == 'task' else ''}", "label": label}


def find(words: str | None) -> list[dict[str, Any]]:
    """What the command bar offers for `words`, grouped by kind."""
    with record().read() as session:
        found = search(session, actor(), county(), words or "", lang())
    kinds = list(dict.fromkeys(one.kind for one in found))
    return [
        {"group": t(f"console.found_{kind}"), "items": [_option(one) for one in found if one.kind == kind]}
        for kind in kinds
    ]


def company(chosen: Mapping[str, Any] | None) -> list[Any]:
    """The names of the others who look at the chosen lead now."""
    me, number = actor(), (chosen or {}).get("lead")
    if me.account_id is None:
        return []
    others = PRESENCE.look(me.account_id, me.name, str(number) if number else None, now())
    return [t("console.also_here", names=tuple(others))] if others else []
