"""Where reports lie: by SHA-256 under the folder of the installation, written before their row is, never altered."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import uuid4

from data.evidence.sheets_work import draw
from policy.errors import Refusal

FOLDER: Final = "reports"
DRAWN: Final = "sheets"  # pictures of pages: made anew when they are gone
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def path_of(folder: Path, sha256: str, ending: str = "pdf") -> Path:
    """Where the report with this hash lies; raises ValueError for anything that is not a hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return folder / FOLDER / sha256[:2] / f"{sha256}.{ending}"


def keep(folder: Path, content: bytes, ending: str = "pdf") -> str:
    """Put a report under its hash and sync it: what a committed row names is on disk; gives the hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    home = path_of(folder, sha256, ending)
    if home.exists():
        return sha256
    home.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=home.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        Path(aside).chmod(0o440)
        os.replace(aside, home)
    finally:
        Path(aside).unlink(missing_ok=True)
    _sync(home.parent)
    return sha256


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def kept(folder: Path, sha256: str, title: str, ending: str = "pdf") -> bytes:
    """The report with this hash; Refusal when it is gone or its bytes are no longer those that were put there."""
    home = path_of(folder, sha256, ending)
    if not home.exists():
        raise Refusal("errors_reports.gone", kind="unavailable", title=title)
    content = home.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refusal("errors_reports.altered", kind="unavailable", title=title)
    return content


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
