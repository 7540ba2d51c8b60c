"""Whether a file is still what was taken in: hashed when it was not yet, when it looks another one, or when somebody asks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from data.evidence.store import there, verify_file

MOST: Final = 20_000
"""Files of which a server process remembers that it hashed them."""
_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, when the bytes were last hashed, and whether that was just now."""

    whole: bool
    checked_at: datetime
    anew: bool


_KNOWN: Final[OrderedDict[Path, tuple[_Stamp, Look]]] = OrderedDict()
_LOCK: Final = threading.Lock()


def look(folder: Path, sha256: str, now: datetime, *, again: bool = False) -> Look:
    """Hash the file where its size, times or place on the disk differ from those it was last hashed with, or `again`."""
    path = there(folder, sha256)
    stamp = _stamp(path)
    with _LOCK:
        known = _KNOWN.get(path)
    if known is not None and known[0] == stamp and not again:
        return known[1]
    whole = verify_file(folder, sha256)
    with _LOCK:
        _KNOWN[path] = stamp, Look(whole, now, anew=False)
        _KNOWN.move_to_end(path)
        while len(_KNOWN) > MOST:
            _KNOWN.popitem(last=False)
    return Look(whole, now, anew=True)


def _stamp(path: Path) -> _Stamp:
    """Size, both times and inode: the second time is the file system's own, which nobody sets."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
