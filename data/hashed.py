"""Files under their SHA-256: synced before anything names them, never altered, checked when they are read."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Final

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Altered(Exception):
    """The bytes are no longer those that were put there."""


def place(folder: Path, sha256: str, ending: str) -> Path:
    """Where the file with this hash lies in `folder`; raises ValueError for anything that is not a hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return folder / sha256[:2] / f"{sha256}.{ending}"


def put(folder: Path, content: bytes, ending: str) -> str:
    """Put a file under its hash and sync it: what a committed row names is on disk; gives the hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    home = place(folder, sha256, ending)
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


def take(folder: Path, sha256: str, ending: str) -> bytes:
    """The file with this hash; raises FileNotFoundError or Altered."""
    content = place(folder, sha256, ending).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Altered(sha256)
    return content


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
