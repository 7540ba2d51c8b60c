"""The drawer a form opens in: beside the file on a desk, over it on a phone; it stands outside of everything that refreshes."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component


def build_form_drawer(name: str, go: Component, *, close: str, width: int = 540, layer: int = 300) -> Component:
    """A drawer `<name>-drawer` of `width` px with `<name>-form`, `<name>-refusal` and the button `go`; `close` is said of its cross."""
    content = html.Div(
        [
            html.Div(id=f"{name}-form", className="k-form"),
            html.Div(id=f"{name}-refusal", className="k-refusal"),
            html.Div(go, className="k-form-foot"),
        ]
    )
    return dmc.Drawer(
        content,
        id=f"{name}-drawer",
        opened=False,
        keepMounted=True,
        position="right",
        size=f"min({width}px, 100vw)",
        title="",
        withOverlay=False,
        lockScroll=False,
        trapFocus=False,
        closeOnClickOutside=False,
        closeButtonProps={"aria-label": close},
        zIndex=layer,
        className="k-drawer",
    )
