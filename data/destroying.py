"""Destroying the files an erasure gave up: overwritten, removed, a tombstone with the hash in their place; goes on after a crash."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from data.authority import SYSTEM
from data.county import County
from data.db import Record, Tx
from data.evidence import path_of as evidence_path
from data.models import Doomed, Evidence
from data.papers.store import path_of as paper_path

TOMB: Final = ".erased"
PIECE: Final = 1024 * 1024
MOST: Final = 200
"""Files at a time: what is left is done at the next look."""


def destroy_doomed(record: Record, county: County, folder: Path, now: datetime) -> int:
    """Destroy what erasures gave up and note it; a file that is gone already counts as destroyed. Gives how many."""
    with record.read() as session:
        query = select(Doomed).where(Doomed.jurisdiction_id == county.jurisdiction_id, Doomed.destroyed_at.is_(None))
        rows = session.scalars(query.order_by(Doomed.id).limit(MOST)).all()
    done = 0
    for row in rows:
        if not _taken_in_again(record, row):
            _destroy(row, folder)
        record.write(SYSTEM, _note, county=county, key=row.id, now=now)
        done += 1
    return done


def _note(tx: Tx, *, key: UUID) -> None:
    tx.session.execute(update(Doomed).where(Doomed.id == key).values(destroyed_at=tx.now))


def _taken_in_again(record: Record, row: Doomed) -> bool:
    """Whether somebody put the very bytes to another matter since: these are not the erased file's any more."""
    with record.read() as session:
        query = select(Evidence.id).where(Evidence.sha256 == row.sha256, Evidence.erased_at.is_(None))
        return row.kind == "evidence" and session.scalars(query.limit(1)).first() is not None


def tomb_of(path: Path) -> Path:
    """Where the tombstone of a file stands."""
    return path.with_name(path.name + TOMB)


def _destroy(row: Doomed, folder: Path) -> None:
    home = paper_path(folder, row.sha256) if row.kind == "paper" else evidence_path(folder, row.sha256)
    words = {"sha256": row.sha256, "name": row.name, "erased_at": row.erased_at.isoformat(), "clause": "PI 47"}
    if home.parent.exists():
        _bury(tomb_of(home), json.dumps(words, ensure_ascii=False, sort_keys=True))
    for path in (home, *(_pictures(folder, row.sha256) if row.kind == "evidence" else ())):
        _overwrite(path)


def _bury(tomb: Path, words: str) -> None:
    with tomb.open("w", encoding="utf-8") as target:
        target.write(words)
        target.flush()
        os.fsync(target.fileno())


def _pictures(folder: Path, sha256: str) -> Iterator[Path]:
    """Pictures that were made of a file of evidence."""
    for made in ("thumbnails", "shown", "sheets"):
        yield from (path for path in (folder / made).rglob(f"{sha256}*") if path.is_file())
        for inner in (path for path in (folder / made).rglob(f"{sha256}*") if path.is_dir()):
            yield from (path for path in inner.rglob("*") if path.is_file())


def _overwrite(path: Path) -> None:
    """Zeros over the bytes, synced, then away with it; not there is as good as destroyed."""
    if not path.is_file():
        return
    path.chmod(0o600)
    with path.open("r+b") as target:
        left = path.stat().st_size
        while left > 0:
            left -= target.write(b"\0" * min(PIECE, left))
        target.flush()
        os.fsync(target.fileno())
    path.unlink()
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
