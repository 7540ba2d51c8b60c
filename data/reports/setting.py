"""From blocks to .pdf by Typst: fonts embedded, charts as vectors, no browser."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from data.papers.mark import drill_words
from data.papers.typeset import font_folders
from policy.errors import Refusal


@cache
def layout() -> bytes:
    """How a report is set; read once: a file exchanged under a running server does not mix with the code that feeds it."""
    return (resources.files(__package__) / "report.typ").read_bytes()


SIZES: Final = {"daily": (9.0, 8.4, 7.8, 7.2, 6.6), "weekly": (8.6,), "monthly": (8.6,)}
"""Sizes of letters in points; a brief is set in the largest that leaves it on one page."""
RESOLUTION: Final = 120  # pixels to an inch of its pictures


@dataclass(frozen=True, slots=True)
class Printed:
    """A report as it was set: the .pdf, and its pages as pictures for the screen."""

    pdf: bytes
    pictures: tuple[bytes, ...]

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return len(self.pictures)


def print_report(kind: str, given: Mapping[str, Any], drawings: Mapping[str, str]) -> Printed:
    """Set a report, a brief in the largest letters that leave it on one page; Refusal where it cannot be set."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "report.typ").write_bytes(layout())
        for name, drawing in drawings.items():
            (home / name).write_text(drawing, encoding="utf-8")
        try:
            return _largest(home, kind, {**given, "mark": drill_words(given["lang"])})
        except RuntimeError as fault:
            raise Refusal(
                "errors_papers.typesetting", kind="unavailable", title=given["title"], fault=str(fault)[:300]
            ) from fault


def _largest(home: Path, kind: str, given: Mapping[str, Any]) -> Printed:
    import typst

    made = Printed(b"", ())
    for size in SIZES[kind]:
        told = json.dumps({**given, "size": size}, ensure_ascii=False, default=str)
        press = typst.Compiler(
            str(home / "report.typ"), root=str(home), font_paths=font_folders(), sys_inputs={"given": told}
        )
        made = Printed(b"", tuple(_each(press.compile(format="png", ppi=RESOLUTION))))
        if made.pages == 1 or size == SIZES[kind][-1]:
            return replace(made, pdf=b"".join(_each(press.compile(format="pdf"))))
    return made


def _each(made: bytes | list[bytes] | None) -> list[bytes]:
    """What the typesetter gives: one file, or one a page."""
    return made if isinstance(made, list) else [made or b""]
