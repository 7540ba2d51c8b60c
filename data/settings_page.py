"""docs/settings.md out of the declaration; a test holds the two together."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt

from data.settings import Settings

HEAD = """# Settings

Everything an administrator may set, read from the environment. This page is written from the declaration in
`data/settings.py` by `python -m data.settings_page`; `python app.py settings` lists the values in force.

| variable | default | takes | meaning |
|---|---|---|---|
"""
SIGNS = {Ge: ("≥", "ge"), Gt: (">", "gt"), Le: ("≤", "le"), Lt: ("<", "lt")}
WORDS = {bool: "true or false", int: "whole number", float: "number", str: "text", Path: "path"}


def _takes(kind: Any, limits: list[Any]) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    plain = next((WORDS[part] for part in (kind, *get_args(kind)) if part in WORDS), "text")
    bounds = [f"{SIGNS[type(one)][0]} {getattr(one, SIGNS[type(one)][1])}" for one in limits if type(one) in SIGNS]
    return " ".join([plain, *bounds])


def _default(value: Any) -> str:
    if value is None or value == "":
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def page() -> str:
    """The page as Markdown."""
    rows = [
        f"| `ONEGRID_{name.upper()}` | {_default(field.default)} | {_takes(field.annotation, field.metadata)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    (Path(__file__).parents[1] / "docs" / "settings.md").write_text(page(), "utf-8")
