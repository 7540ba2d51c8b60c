"""Where reports lie: by SHA-256 under the folder of the installation, written before their row is, never altered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import uuid4

from data.evidence.sheets_work import draw
from data.hashed import Altered, place, put, take
from policy.errors import Refusal

FOLDER: Final = "reports"
DRAWN: Final = "sheets"  # pictures of pages: made anew when they are gone


def path_of(folder: Path, sha256: str, ending: str = "pdf") -> Path:
    """Where the report with this hash lies; raises ValueError for anything that is not a hash."""
    return place(folder / FOLDER, sha256, ending)


def keep(folder: Path, content: bytes, ending: str = "pdf") -> str:
    """Put a report under its hash: what a committed row names is on disk; gives the hash."""
    return put(folder / FOLDER, content, ending)


def kept(folder: Path, sha256: str, title: str, ending: str = "pdf") -> bytes:
    """The report with this hash; Refusal when it is gone or its bytes are no longer those that were put there."""
    try:
        return take(folder / FOLDER, sha256, ending)
    except FileNotFoundError as fault:
        raise Refusal("errors_reports.gone", kind="unavailable", title=title) from fault
    except Altered as fault:
        raise Refusal("errors_reports.altered", kind="unavailable", title=title) from fault


def keep_pictures(folder: Path, sha256: str, pictures: Sequence[bytes]) -> None:
    """Put the pages of a report beside it for the screen; they are made anew from it when they are gone."""
    for page, content in enumerate(pictures, start=1):
        home = _picture(folder, sha256, page)
        home.parent.mkdir(parents=True, exist_ok=True)
        aside = home.with_name(f"{uuid4().hex}.part")
        aside.write_bytes(content)
        aside.replace(home)


def picture(folder: Path, sha256: str, page: int, title: str) -> bytes:
    """A page of a kept report as .png."""
    made = _picture(folder, sha256, page)
    if not made.exists():
        kept(folder, sha256, title)
        made.parent.mkdir(parents=True, exist_ok=True)
        draw(path_of(folder, sha256), page, made)
    return made.read_bytes()


def _picture(folder: Path, sha256: str, page: int) -> Path:
    return folder / DRAWN / path_of(folder, sha256).parent.name / sha256 / f"{page}.png"
