"""What is generated from the declared keys: the editors' schema and the table of keys in docs/policy.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from policy.schema import KEYS, Key
from policy.schema_json import json_schema

BEGIN: Final = "<!-- keys: generated, see policy/schema_table.py -->"
END: Final = "<!-- /keys -->"
_ROOT: Final = Path(__file__).parents[1]


def key_table() -> str:
    """All keys as a Markdown table: key, kind, unit, meaning in both languages, and the fields of tables."""
    rows = [_row(key) for key in sorted(KEYS.values(), key=lambda k: k.name)]
    return "\n".join(["| key | kind | unit | 含义 | meaning | fields |", "|---|---|---|---|---|---|", *rows])


def schema_text() -> str:
    """The JSON Schema as it is shipped."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


def with_table(text: str) -> str:
    """The docs page `text` with a fresh table between its two marks."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{key_table()}\n{END}{rest.partition(END)[2]}"


def write() -> None:
    """Bring the shipped schema and the docs page up to date with the declared keys."""
    page = _ROOT / "docs" / "policy.md"
    page.write_text(with_table(page.read_text("utf-8")), "utf-8")
    (_ROOT / "policy" / "profiles" / "profile.schema.json").write_text(schema_text(), "utf-8")


def _row(key: Key) -> str:
    units = ", ".join(unit for unit in key.units if unit != "none") or "—"
    cells = (f"`{key.name}`", key.kind, units, key.meaning("zh"), key.meaning("en"), _fields(key))
    return "| " + " | ".join(cells) + " |"


def _fields(key: Key) -> str:
    if "*" in key.shape:
        return ", ".join(f"`{word}`" for word in key.shape["*"].removeprefix("[]").split("|"))
    if key.kind == "deadline":
        return "see below"
    return ", ".join(f"`{name}`" + (" (optional)" if kind.startswith("?") else "") for name, kind in key.shape.items())


if __name__ == "__main__":
    write()
