"""The fields a template may use, as data/papers/fields.toml declares them; docs/documents.md is written from here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final
from unicodedata import category

from data.papers.catalogue import kinds
from policy.text import say

OR_NOTHING: Final = "or nothing"
LIST: Final = "[]"
PARAGRAPH: Final = "\a"
"""What the filler turns into a new paragraph of the same form."""
UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Cn"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field: an example, what it means, and whether it is left out when it does not apply (else a blank is printed)."""

    sample: str
    zh: str
    en: str
    optional: bool = False


@cache
def declared() -> Mapping[str, Mapping[str, Field]]:
    """Every field by group; the name of a group that is a list ends in `[]`."""
    text = (resources.files(__package__) / "fields.toml").read_text("utf-8")
    return {
        group: {name: Field(row[0], row[1], row[2], OR_NOTHING in row[3:]) for name, row in rows.items()}
        for group, rows in tomllib.loads(text).items()
    }


def sample_fields() -> dict[str, Any]:
    """An example of every field, by which a template is checked."""
    return {
        group.removesuffix(LIST): _listed(group, {name: field.sample for name, field in rows.items()})
        for group, rows in declared().items()
    }


def _listed(group: str, row: dict[str, str]) -> Any:
    return [row] if group.endswith(LIST) else row


def complete(known: Mapping[str, Any]) -> dict[str, Any]:
    """`known` in the declared shape: what is missing is a blank to be filled in by hand, never the word None.

    Raises KeyError for what nobody declared: a field without a place in the list cannot be used by an office.
    """
    strange = [group for group in known if group not in declared() and f"{group}{LIST}" not in declared()]
    if strange:
        raise KeyError(*strange)
    found: dict[str, Any] = {}
    for group, rows in declared().items():
        name = group.removesuffix(LIST)
        if group.endswith(LIST):
            found[name] = [_row(rows, one) for one in known.get(name, ())]
        else:
            found[name] = _row(rows, known.get(name, {}))
    return found


def _row(rows: Mapping[str, Field], known: Mapping[str, Any]) -> dict[str, str]:
    strange = set(known) - set(rows)
    if strange:
        raise KeyError(*sorted(strange))
    return {name: _printed(known.get(name), field) for name, field in rows.items()}


def _printed(value: Any, field: Field) -> str:
    text = clean(str(value)) if value is not None else ""
    if text:
        return text.replace("\n", PARAGRAPH)
    return "" if field.optional else say("papers.blank")


def clean(text: str) -> str:
    """What can be printed: control characters, which a .docx cannot hold, and marks that turn writing round are left out."""
    kept = (mark for mark in text.replace("\r\n", "\n") if mark == "\n" or category(mark) not in UNPRINTABLE)
    return "".join(kept).strip()


# -- the page ---------------------------------------------------------------------------------------------------------

HEAD: Final = """# Documents of a case

Templates are .docx files that an office edits in Word or WPS. Ours lie in `data/papers/templates`; put your own into the folder
named by `ONEGRID_TEMPLATES` under the same file name and it is used instead. A field stands in double braces, `{{ party.name }}`;
a list is walked with `{%p for one in evidence %}` … `{%p endfor %}` (paragraphs) or `{%tr for one in goods %}` … `{%tr endfor %}`
(rows of a table), its fields named `{{ one.name }}`; a sentence that may not apply is tested with `{%p if case.number %}`. A field
that is not listed here is refused with its name when the document is made, never printed empty. What the file does not know yet
prints a blank (＿＿＿＿) to be filled in by hand. Nothing a person typed is taken for markup.

A document is made, corrected and downloaded on the page of its case (`/case/<number>`, panel 文书), over `/api/v1/cases/{number}/papers`
(letters and minutes of a lead that is no case yet: `/api/v1/leads/{number}/papers`), and the whole file is bound there or by
`python app.py case export NUMBER --pdf FILE --reason WHY` (`--docx-zip FILE` packs the documents themselves). What cannot be made yet
says what the file lacks. A correction is another document with the next number; it begins with what the first one was told, which
stays inside the .docx. Every reading is an event; who does not handle the case says why (PI 51). Numbers for decisions on the spot
are taken by a team and brought back under 预留编号 on `/cases`.

The .pdf is set from the paragraphs and tables of the .docx, the same on every machine. Pictures, text boxes, content controls, tables in
tables, heads and feet of an office's own template are beyond that: such a document is converted by LibreOffice, and where that is
not installed the .pdf is refused with this sentence rather than printed without them; in the bound file a line says so.

This page is written from `data/papers/catalogue.toml` and `data/papers/fields.toml` by `python -m data.papers.declared`; our own
templates are made from `data/papers/source` by `python -m data.papers.make`.

## Which documents there are

In the order of a bound file. The standard ones are the 25 of JD 二(三)8 (the plan gives the number, the choice is ours).

| file name | document | | series | clause | standard | what is told when it is made |
|---|---|---|---|---|---|---|
"""
FIELDS: Final = "\n## Fields\n"


def page() -> str:
    """docs/documents.md as Markdown."""
    rows = [
        f"| `{kind.code}.docx` | {kind.name('zh')} | {kind.name('en')} | {kind.word} | {kind.clause} | "
        f"{'yes' if kind.standard else '—'} | {', '.join(f'`{name}`' for name in kind.asks) or '—'} |"
        for kind in kinds().values()
    ]
    return HEAD + "\n".join(rows) + "\n" + FIELDS + "\n".join(_table(group) for group in declared())


def _table(group: str) -> str:
    lines = [f"\n### `{group}`\n", "| field | meaning | | example |", "|---|---|---|---|"]
    for name, field in declared()[group].items():
        left_out = "; left out when it does not apply" if field.optional else ""
        lines.append(f"| `{group}.{name}` | {field.zh} | {field.en}{left_out} | {field.sample} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (Path(__file__).parents[2] / "docs" / "documents.md").write_text(page(), "utf-8")
