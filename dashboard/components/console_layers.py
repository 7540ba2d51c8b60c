"""Layers of the console's map: which are shown stands in the address, so that a view can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.context import t

LAYERS: Final = ("leads", "units", "load", "cover")
USUAL: Final = frozenset({"leads", "units"})


def layers_from(given: Mapping[str, Any] | None) -> dict[str, bool]:
    """Layers out of the address bar; the usual ones where it names none."""
    told = str((given or {}).get("layers") or "")
    named = frozenset(told.split(",")) if told else USUAL
    return {name: name in named for name in LAYERS}


def layer_switch(given: Mapping[str, Any] | None) -> Component:
    """One switch a layer."""
    return html.Div([_one(name, on) for name, on in layers_from(given).items()], className="m-layers")


def _one(name: str, on: bool) -> Component:
    look = f"c-chip{' c-chip-on' if on else ''}"
    pressed = {"data-act": "layer", "data-layer": name, "aria-pressed": str(on).lower()}
    return html.Button(t(f"console.layer_{name}"), type="button", className=look, **pressed)
