"""Where documents lie: by SHA-256 under the folder of the installation, written before the step is, never altered."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from data.hashed import Altered, place, put, take
from policy.errors import Refusal

FOLDER: Final = "papers"
ENDING: Final = "docx"


def path_of(folder: Path, sha256: str) -> Path:
    """Where the document with this hash lies; raises ValueError for anything that is not a hash."""
    return place(folder / FOLDER, sha256, ENDING)


def keep(folder: Path, content: bytes) -> str:
    """Put a document under its hash: what a committed step names is on disk; gives the hash."""
    return put(folder / FOLDER, content, ENDING)


def kept(folder: Path, sha256: str, number: str) -> bytes:
    """The document with this hash; Refusal when it is gone or its bytes are no longer those that were put there."""
    try:
        return take(folder / FOLDER, sha256, ENDING)
    except FileNotFoundError as fault:
        raise Refusal("errors_papers.gone", kind="unavailable", number=number) from fault
    except Altered as fault:
        raise Refusal("errors_papers.altered", kind="unavailable", number=number) from fault
