"""One file that holds the record, its evidence, its documents and its anchors; taken while the server writes (data/restore.py puts it back)."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.engine import URL, make_url

from data.anchors import read_anchors
from data.db import Record
from data.events import Verification, verify
from data.migrate import revision_of
from data.models import Jurisdiction
from data.settings import Settings
from policy.errors import Refusal

MANIFEST: Final = "manifest.json"
DATABASE: Final = "database"
FOLDERS: Final = ("evidence", "papers", "reports", "anchors")  # of `Settings.var`
PAGES: Final = 2_000  # pages of the database copied at a time, so that writers get their turn
CHUNK: Final = 1 << 20
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written or restored: the file, its size in bytes, entries, and events of each county's chain."""

    file: Path
    size: int
    entries: int
    events: Mapping[str, int]


def digest_of(file: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while block := source.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()


# -- taking -----------------------------------------------------------------------------------------------------------


def take_backup(settings: Settings, url: str, file: Path, now: datetime, progress: Progress | None = None) -> Backup:
    """Write a backup; the database may be in use. Raises Refusal for a file that exists, a full disk, a missing tool."""
    if file.exists():
        raise Refusal("errors_record.backup_exists", kind="conflict", file=file.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            copy = Path(folder) / DATABASE
            # anchors before the database: one that is ahead of it would look like a cut tail
            marks = _copied(settings.var, "anchors", Path(folder))
            _copy_database(make_url(url), copy, progress)
            entries = {DATABASE: copy} | marks
            for kept in ("evidence", "papers", "reports"):
                entries |= dict(_files(settings.var, kept))
            _pack(part, entries, _manifest(url, entries, now))
        os.replace(part, file)
    except OSError as why:
        raise _no_room(why) from why
    finally:
        part.unlink(missing_ok=True)
    return Backup(file, file.stat().st_size, len(entries), _counts(url))


def _no_room(why: OSError) -> Refusal:
    if why.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refusal("errors_record.disk_full", kind="unavailable")
    return Refusal("errors_record.storage", kind="unavailable", fault=type(why).__name__)


def _files(var: Path, folder: str) -> Iterator[tuple[str, Path]]:
    for found in sorted((var / folder).rglob("*")):
        if found.is_file() and not found.is_symlink():
            yield found.relative_to(var).as_posix(), found


def _copied(var: Path, folder: str, into: Path) -> dict[str, Path]:
    copies = {}
    for name, found in _files(var, folder):
        copies[name] = into / name
        copies[name].parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, copies[name])
    return copies


def _manifest(url: str, entries: Mapping[str, Path], now: datetime) -> dict[str, Any]:
    return {
        "product": "onegrid",
        "database": make_url(url).get_backend_name(),
        "revision": revision_of(url),
        "taken_at": now.astimezone(UTC).isoformat(),
        "entries": {name: {"size": path.stat().st_size, "sha256": digest_of(path)} for name, path in entries.items()},
    }


def _pack(part: Path, entries: Mapping[str, Path], manifest: Mapping[str, Any]) -> None:
    words = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    with part.open("wb") as raw, tarfile.open(fileobj=raw, mode="w") as archive:
        about = tarfile.TarInfo(MANIFEST)
        about.size = len(words)
        archive.addfile(about, io.BytesIO(words))
        for name, path in entries.items():
            archive.add(path, arcname=name, recursive=False)
        archive.close()
        raw.flush()
        os.fsync(raw.fileno())


def _copy_database(url: URL, target: Path, progress: Progress | None) -> None:
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(Path(url.database or ""), target, progress)
    else:
        run_tool("pg_dump", url, "--format=custom", "--no-owner", f"--file={target}")


def _copy_sqlite(source: Path, target: Path, progress: Progress | None) -> None:
    from pysqlite3 import dbapi2

    def step(_status: int, remaining: int, total: int) -> None:
        if progress:
            progress(total - remaining, total)

    if not source.is_file():
        raise Refusal("errors_record.unreachable", kind="unavailable", address=source.name, fault="FileNotFoundError")
    with closing(dbapi2.connect(source, timeout=30)) as live:
        live.execute("BEGIN")  # one state of the database, whoever writes meanwhile
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(dbapi2.connect(target)) as copy:
            live.backup(copy, pages=PAGES, progress=step)
            copy.execute("PRAGMA journal_mode=DELETE")
        live.rollback()


def run_tool(program: str, url: URL, *arguments: str) -> None:
    """Run a PostgreSQL client program on the database of `url`; the password goes by the environment, never the line."""
    path = shutil.which(program) or next((str(p) for p in _installed(program)), None)
    if path is None:
        raise Refusal("errors_record.backup_tool", kind="unavailable", tool=program)
    told, password = conninfo(url)
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run(  # noqa: S603  # our own arguments
        [path, f"--dbname={told}", *arguments], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode != 0:
        why = done.stderr.strip().splitlines()[-1:] or [str(done.returncode)]
        raise Refusal("errors_record.backup_tool_failed", kind="unavailable", tool=program, why=why[0])


def conninfo(url: URL) -> tuple[str, str | None]:
    """How libpq's programs reach the database of `url`, with all its hosts and options; the password apart."""
    from psycopg.conninfo import make_conninfo

    _, options = url.get_dialect()().create_connect_args(url)
    password = options.pop("password", None)
    return make_conninfo("", **{name: value for name, value in options.items() if name != "context"}), password


def _installed(program: str) -> list[Path]:
    """Where Debian keeps the programs of each PostgreSQL release, newest first."""
    found = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    return sorted(found, key=lambda path: float(path.parts[-3]), reverse=True)


def verify_all(
    record: Record, settings: Settings, folder: Path, progress: Progress | None = None
) -> dict[str, Verification]:
    """What verification says of every county's chain, held against the anchors under `folder`."""
    with record.read() as session:
        places = session.execute(select(Jurisdiction.code, Jurisdiction.id).order_by(Jurisdiction.code)).all()
    total = sum(_counts_of(record).values())
    done: dict[str, Verification] = {}
    for code, place in places:
        before = sum(finding.events for finding in done.values())
        anchors = read_anchors(folder, code, settings.secret)
        told = (lambda n, before=before: progress(before + n, total)) if progress else None
        done[code] = verify(record, place, anchors=anchors, progress=told)
    return done


def _counts_of(record: Record) -> dict[str, int]:
    from data.models import ChainHead

    with record.read() as session:
        query = select(Jurisdiction.code, func.coalesce(ChainHead.sequence, 0))
        joined = query.outerjoin(ChainHead, ChainHead.jurisdiction_id == Jurisdiction.id)
        return {code: int(sequence) for code, sequence in session.execute(joined)}


def _counts(url: str) -> dict[str, int]:
    record = Record(url)
    try:
        return _counts_of(record)
    finally:
        record.close()
