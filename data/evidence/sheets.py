"""Pages of a .pdf of evidence: counted and drawn in a process of its own, so that a hostile file harms only itself."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from uuid import uuid4

from data.evidence.store import checked, there
from policy.errors import Refusal

PDF: Final = "application/pdf"
PATIENCE: Final = 30  # seconds for one piece of work
MOST: Final = 300
"""Pages of one document that are shown and bound; a longer one is opened as a file."""
WORK: Final = Path(__file__).with_name("sheets_work.py")
Fault = Literal["locked", "broken", "long"]
_AT_ONCE: Final = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Sheets:
    """How many pages a document has; `fault` says why none of them can be drawn."""

    pages: int
    fault: Fault | None = None


def sheets_of(folder: Path, sha256: str) -> Sheets:
    """Pages of the document with this hash, found once and kept; raises Refusal (not_found) when there is no file."""
    home = _home(folder, sha256)
    kept = home / "sheets.json"
    if not kept.exists():
        told = _work("count", str(there(folder, sha256)), str(MOST))
        if told is None:
            return Sheets(0, "broken")
        _keep(kept, json.dumps(told).encode())
    return Sheets(**json.loads(kept.read_text("utf-8")))


def sheet_of(folder: Path, sha256: str, page: int, name: str) -> Path:
    """One page as a picture, drawn when it is first asked for; raises Refusal for a page that is not there or cannot be."""
    sheets = sheets_of(folder, sha256)
    if sheets.fault:
        raise Refusal(f"errors_evidence.sheets_{sheets.fault}", name=name, limit=MOST)
    if not 1 <= page <= sheets.pages:
        raise Refusal("errors_evidence.no_sheet", kind="not_found", name=name, page=page, pages=sheets.pages)
    made = _home(folder, sha256) / f"{page}.png"
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        if _work("draw", str(there(folder, sha256)), str(page), str(made)) is None:
            raise Refusal("errors_evidence.sheets_broken", name=name)
    return made


def _home(folder: Path, sha256: str) -> Path:
    return folder / "sheets" / checked(sha256)[:2] / sha256


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{uuid4().hex}.part")
    aside.write_bytes(content)
    aside.replace(path)


def _work(*order: str) -> dict[str, int | str | None] | None:
    """What the process said; None where it broke, or took too long or too much."""
    command = [sys.executable, "-P", str(WORK), *order]
    try:
        with _AT_ONCE:
            done = subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603  # our own module
    except (subprocess.SubprocessError, OSError):
        return None
    found: dict[str, int | str | None] = json.loads(done.stdout)
    return found
