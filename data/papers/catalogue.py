"""Which documents there are: the standard set (JD 二(三)8), each with its template, its series and the matter it belongs to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from data.settings import settings
from policy.errors import Refusal
from policy.text import Word, has, say

SOURCE: Final = "source"
TEMPLATES: Final = "templates"
ASKED: Final[Mapping[str, str]] = {
    "words": "words", "reason": "words", "begun": "moment", "ended": "moment", "until": "day",
}  # fmt: skip
"""What an input of a document is where it is no single line: several lines, a moment, a day."""


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A document: its code, the word of its series, the matter it is of, its clause, the steps that call for it.

    `matter` is "lead" where a lead without a case has it too, `procedure` the one it belongs to where it belongs to one.
    `needs` are fields that must be known before it can be made, `asks` what is told when it is made, `standard` whether it
    is one of the set of JD 二(三)8.
    """

    code: str
    word: str
    matter: str
    clause: str
    steps: tuple[str, ...]
    needs: tuple[str, ...]
    asks: tuple[str, ...]
    standard: bool
    procedure: str = ""

    def name(self, lang: str = "zh") -> str:
        """Name in `lang`."""
        return say(f"papers.kind.{self.code}", lang)


def asked_words(kind: PaperKind, name: str) -> Word:
    """What an input of a document is called: in its own words where it has any, else in those of all."""
    own = f"papers.told_of.{kind.code}.{name}"
    return Word(own if has(own) else f"papers.told.{name}")


def _read(path: Any) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def order_of(code: str) -> int:
    """Where a document stands in a bound file."""
    return list(kinds()).index(code)


def series() -> tuple[str, ...]:
    """The words of all series."""
    return tuple(kind.word for kind in kinds().values())


@cache
def kinds() -> Mapping[str, PaperKind]:
    """Every document by code, in the order of a file."""
    listed = _read(resources.files(__package__) / "catalogue.toml")["paper"]
    return {
        row["code"]: PaperKind(
            row["code"],
            row["word"],
            row["matter"],
            row["clause"],
            tuple(row.get("steps", ())),
            tuple(row.get("needs", ())),
            tuple(row.get("asks", ())),
            row.get("standard", True),
            row.get("procedure", ""),
        )
        for row in listed
    }


def kind_of(code: str) -> PaperKind:
    """The document `code`; Refusal (not_found) naming those there are."""
    found = kinds().get(code)
    if found is None:
        raise Refusal("errors_papers.unknown", kind="not_found", paper=code, known=tuple(kinds()))
    return found


def template_of(code: str) -> Path:
    """The template of a document: the office's own where its folder holds one, else ours; Refusal where there is none."""
    folder, name = settings().templates, f"{code}.docx"
    if folder is not None and (folder / name).exists():
        return folder / name
    ours = Path(str(resources.files(__package__) / TEMPLATES / name))
    if not ours.exists():
        raise Refusal("errors_papers.no_template", kind="unavailable", paper=Word(f"papers.kind.{code}"), file=name)
    return ours


def source_of(code: str) -> Mapping[str, Any]:
    """The blocks from which our own template is made."""
    return _read(resources.files(__package__) / SOURCE / f"{code}.toml")
