"""Where documents lie: by SHA-256 under the folder of the installation, written before the step is, never altered."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from policy.errors import Refusal

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def path_of(folder: Path, sha256: str) -> Path:
    """Where the document with this hash lies; raises ValueError for anything that is not a hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return folder / "papers" / sha256[:2] / f"{sha256}.docx"


def keep(folder: Path, content: bytes) -> str:
    """Put a document under its hash and sync it: what a committed step names is on disk; gives the hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    home = path_of(folder, sha256)
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


def kept(folder: Path, sha256: str, number: str) -> bytes:
    """The document with this hash; Refusal when it is gone or its bytes are no longer those that were put there."""
    home = path_of(folder, sha256)
    if not home.exists():
        raise Refusal("errors_papers.gone", kind="unavailable", number=number)
    content = home.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refusal("errors_papers.altered", kind="unavailable", number=number)
    return content
