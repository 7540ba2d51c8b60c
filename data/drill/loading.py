"""Scenarios of drills: those that ship, and files an office wrote itself."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from policy.drill import Scenario, read_scenario
from policy.errors import Refusal


def known_scenarios() -> list[str]:
    """Codes of the scenarios that ship."""
    folder = resources.files("data.drill") / "scenarios"
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def load_scenario(name: str) -> Scenario:
    """The scenario of this code, or of a file `….toml`; raises Refusal for none, and for one that cannot be read."""
    if name in known_scenarios():
        text = (resources.files("data.drill") / "scenarios" / f"{name}.toml").read_text("utf-8")
    elif name.endswith(".toml") and Path(name).is_file():
        text = Path(name).read_text("utf-8")
    else:
        raise Refusal("errors_drill.no_scenario", kind="not_found", scenario=name[:80], known=tuple(known_scenarios()))
    try:
        return read_scenario(Path(name).name.removesuffix(".toml"), tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise Refusal("errors_drill.scenario", scenario=name[:80], what=str(fault)) from fault
