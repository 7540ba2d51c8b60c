"""Where files of evidence lie: by SHA-256 under the folder of the installation; a name is never a path."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from data.evidence import photographs
from data.evidence.kinds import Group, Limits, plain_name, recognise
from policy.errors import Refusal

PIECE: Final = 1024 * 1024  # bytes read at a time
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is safely on disk, with what its content told."""

    sha256: str
    name: str
    media_type: str
    group: Group
    size: int
    width: int | None = None
    height: int | None = None
    claimed_at: datetime | None = None
    claimed_lon: float | None = None
    claimed_lat: float | None = None


def path_of(folder: Path, sha256: str) -> Path:
    """Where the file with this hash lies; raises ValueError for anything that is not a hash."""
    return folder / "evidence" / checked(sha256)[:2] / sha256


def checked(sha256: str) -> str:
    """The hash itself; raises ValueError for anything that is not one."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return sha256


def store(folder: Path, source: BinaryIO, name: str, limits: Limits) -> StoredFile:
    """Take a file in: size, content and pixels are checked here, then it is synced under its hash.

    Raises Refusal (too large, empty, a kind that is not taken, content that belies its name, a broken photograph); the
    same bytes twice are kept once.
    """
    bare = plain_name(name)
    waiting = folder / "evidence" / "incoming"
    waiting.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=waiting)
    path = Path(aside)
    try:
        with os.fdopen(handle, "wb") as target:
            size, sha256 = _copy(source, target, bare, limits.largest)
        found = _examined(path, bare, size, sha256, limits)
        _put(path, path_of(folder, sha256))
    finally:
        path.unlink(missing_ok=True)
    return found


def _copy(source: BinaryIO, target: BinaryIO, name: str, largest: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        size += len(piece)
        if size > largest:
            raise _too_large(name, largest)
        digest.update(piece)
        target.write(piece)
    if not size:
        raise Refusal("errors_evidence.empty", pointer="/file", name=name)
    target.flush()
    os.fsync(target.fileno())
    return size, digest.hexdigest()


def _too_large(name: str, limit: int) -> Refusal:
    return Refusal("errors_evidence.size", kind="too_large", pointer="/file", name=name, limit=limit // (1024 * 1024))


def _examined(path: Path, name: str, size: int, sha256: str, limits: Limits) -> StoredFile:
    kind = recognise(path, name)
    if size > limits.bytes[kind.group]:
        raise _too_large(name, limits.bytes[kind.group])
    if kind.group != "photograph":
        return StoredFile(sha256, name, kind.media_type, kind.group, size)
    seen = photographs.look(path, name, limits.pixels)
    return StoredFile(
        sha256, name, kind.media_type, kind.group, size, seen.width, seen.height, seen.taken_at, seen.lon, seen.lat
    )


def _put(path: Path, home: Path) -> None:
    """Move into place and sync the folder: what is acknowledged survives a power cut."""
    if home.exists():
        return
    home.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o440)
    os.replace(path, home)
    folder = os.open(home.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def thumbnail_of(folder: Path, sha256: str) -> Path:
    """The thumbnail of a photograph, made when it is first asked for; raises Refusal (not_found) when there is no file."""
    made = folder / "thumbnails" / checked(sha256)[:2] / f"{sha256}.jpg"
    if not made.exists():
        photographs.shrink(there(folder, sha256), made)
    return made


def there(folder: Path, sha256: str) -> Path:
    """Where the file lies; raises Refusal (not_found) when it is not there."""
    path = path_of(folder, sha256)
    if not path.exists():
        raise Refusal("errors_evidence.file_gone", kind="not_found", sha256=sha256[:12])
    return path


def shown_of(folder: Path, sha256: str) -> Path:
    """A photograph as it is shown: large enough to read, the right way up, without what the camera wrote into it."""
    made = folder / "shown" / checked(sha256)[:2] / f"{sha256}.jpg"
    if not made.exists():
        photographs.shrink(there(folder, sha256), made, photographs.SHOWN)
    return made


def verify_file(folder: Path, sha256: str) -> bool:
    """Whether the bytes on disk are still those that were taken in."""
    with there(folder, sha256).open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest() == sha256
