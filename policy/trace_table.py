"""docs/requirements.md: duty → value of a profile → the cases that test it; written from `requirements.toml`, profiles and cases."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from policy.deadline_terms import key_of, value_for
from policy.loader import load_profile
from policy.profile import Value, thaw
from policy.text import say
from policy.trace import Held, Requirement, held, requirements

CASES: Final = Path(__file__).parents[1] / "tests" / "policy" / "cases"
PAGE: Final = Path(__file__).parents[1] / "docs" / "requirements.md"
HEADS: Final = {
    "G": "Grid and force",
    "I": "Items",
    "D": "Leads and dispatch",
    "C": "Case procedure",
    "X": "Between organs",
    "S": "Supervision and appraisal",
    "E": "Inspecting enterprises",
    "P": "More duties of the plans",
}
INTRO: Final = """# From the plans' duties to values and cases

Written by `python -m policy.trace_table` from `policy/requirements.toml`, the profiles and `tests/policy/cases/`; a test fails when it is not up to
date, when a clause of a duty is cited by no value, or when a value has no case that asks for it. A value of a law or of ours stands once, in the
layer that sets it; every plan above which that layer lies has it too. Cases are named by file and number; where more than three ask for a value,
the first three are named.
"""
COLUMNS: Final = "| id | profile | key | value | clause | from | cases |\n|---|---|---|---|---|---|---|"

Mark = tuple[str, str, date]


def load_cases(folder: Path = CASES) -> list[dict[str, Any]]:
    """Every case with its name, file by file."""
    files = [(path.stem, tomllib.loads(path.read_text("utf-8"))["case"]) for path in sorted(folder.glob("*.toml"))]
    return [case | {"id": f"{stem}-{number}"} for stem, cases in files for number, case in enumerate(cases, 1)]


def asked(case: Mapping[str, Any]) -> Mark | tuple[str, str] | None:
    """The value a case asks for, or (key, profile) of one that is silent; None for a question that rests on no single value."""
    facts = case["facts"]
    if case["question"] == "value":
        found = load_profile(facts["profile"]).get(facts["key"], _day(facts["on"]))
        return _mark(found) if found else (facts["key"], facts["profile"])
    if case["question"] == "deadline":
        return (
            _mark(value_for(facts["kind"], load_profile(facts["profile"]), _day(facts["from"])))
            if _knows(facts)
            else None
        )
    if case["question"] == "ladder":
        return _mark(load_profile(facts["profile"]).require("reminder.ladder", _day(facts["now"])))
    return None


def cases_by_value(cases: Iterable[Mapping[str, Any]]) -> dict[Any, list[str]]:
    """Names of the cases by what they ask for."""
    by_mark: dict[Any, list[str]] = {}
    for case in cases:
        by_mark.setdefault(asked(case), []).append(case["id"])
    return by_mark


def page(cases: Iterable[Mapping[str, Any]] | None = None) -> str:
    """The whole page."""
    by_mark = cases_by_value(load_cases() if cases is None else cases)
    parts = [INTRO]
    for letter, head in HEADS.items():
        rows = [line for row in requirements() if row.id.startswith(letter) for line in _lines(row, by_mark)]
        parts.append("\n".join([f"## {head}", "", COLUMNS, *rows, ""]))
    return "\n".join(parts)


def summary(value: Value) -> str:
    """A value in one cell: figure with its unit, deadline, number of entries with their codes, or the words."""
    plain = thaw(value.value)
    if value.unit == "deadline":
        return f"{plain['amount']} {_unit(plain['unit'])}" + (f" + {_extension(plain)}" if "extension" in plain else "")
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, int | float):
        return f"{plain:.0%}" if value.unit == "share" else f"{plain:g} {_unit(value.unit)}"
    if isinstance(plain, list):
        return f"{len(plain)}: " + _shortened([_entry(node) for node in plain])
    return plain if isinstance(plain, str) else _table(plain)


def _lines(row: Requirement, by_mark: Mapping[Any, list[str]]) -> Iterator[str]:
    shown = f"**{row.id}** {row.what}"
    for key in row.keys:
        for one in held(key):
            yield _line(shown, one, by_mark.get(one.mark, []))
            shown = row.id
        if key in row.silent:
            cases = [name for (mark, names) in by_mark.items() if mark and mark[0] == key for name in names]
            yield _cells(shown, "all", f"`{key}`", f"no value: {row.silent[key]}", row.clause, "—", cases)
            shown = row.id
    for clause, reason in row.duty.items():
        yield _cells(shown, "—", "—", f"no value: {reason}", clause, "—", ["—"])


def _line(shown: str, one: Held, cases: list[str]) -> str:
    value = one.value
    cell = (
        summary(value)
        + (f", by {value.reach_by}" if value.reach_by else "")
        + (" (our reading)" if value.interpreted else "")
    )
    return _cells(shown, one.profile, f"`{value.key}`", cell, value.clause or "ours", str(value.valid_from), cases)


def _cells(shown: str, profile: str, key: str, cell: str, clause: str, begins: str, cases: list[str]) -> str:
    named = ", ".join(cases[:3]) + (" …" if len(cases) > 3 else "")
    clauses = "; ".join(dict.fromkeys(clause.split("; ")))
    return "| " + " | ".join((shown, profile, key, cell.replace("|", "/"), clauses, begins, named)) + " |"


def _table(plain: Mapping[str, Any]) -> str:
    """One record: its Chinese name, or its fields without the English ones."""
    fields = (f"{k} {', '.join(v) if isinstance(v, list) else v}" for k, v in plain.items() if not k.endswith("_en"))
    return str(plain.get("name_zh") or "; ".join(fields))


def _entry(node: Any) -> str:
    if not isinstance(node, Mapping):
        return str(node)
    names = ("code", "organ_zh", "department_zh", "field_zh", "when", "act", "body_zh", "verb")
    words = [str(node[name]) for name in names if name in node]
    return words[0] + (f" {node['verb']}" if "verb" in node and words[0] != node["verb"] else "")


def _shortened(parts: list[str], most: int = 8) -> str:
    return ", ".join(parts[:most]) + (" …" if len(parts) > most else "")


def _unit(unit: str) -> str:
    return say(f"policy.unit.{unit}", "en")


def _extension(terms: Mapping[str, Any]) -> str:
    return f"{terms['extension']['amount']} {_unit(terms['extension']['unit'])}"


def _mark(value: Value) -> Mark:
    return value.key, value.layer, value.valid_from


def _knows(facts: Mapping[str, Any]) -> bool:
    return load_profile(facts["profile"]).get(key_of(facts["kind"]), _day(facts["from"])) is not None


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
