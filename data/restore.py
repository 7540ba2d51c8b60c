"""A backup put back: everything is checked first, what was there is kept beside it."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from data.backup import CHUNK, DATABASE, FOLDERS, MANIFEST, Backup, digest_of, run_tool, verify_all
from data.db import Record
from data.key_check import unreadable
from data.keyring import keyring_of
from data.migrate import head, migrate, revision_of
from data.settings import Settings
from policy.errors import Refusal


def restore_backup(settings: Settings, url: str, file: Path, now: datetime, *, force: bool = False) -> Backup:
    """Put a backup in place of an empty database, or with `force` of any; the former state is kept beside it.

    Every entry is checked against the manifest and the event chain against the anchors before anything is replaced.
    Raises Refusal: backup_missing, backup_broken, backup_kind, backup_target, backup_chain, schema_newer.
    """
    if not file.is_file():
        raise Refusal("errors_record.backup_missing", kind="not_found", file=file)
    address = make_url(url)
    _refuse_overwriting(settings, url, force=force)
    settings.var.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.var, prefix=".restore-") as folder:
        unpacked = Path(folder)
        manifest = _unpack(file, unpacked)
        _refuse_other_kind(file, manifest, address)
        put = _restore_sqlite if address.get_backend_name() == "sqlite" else _restore_postgres
        events = put(settings, url, unpacked, f"before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return Backup(file, file.stat().st_size, len(manifest["entries"]), events)


def _refuse_overwriting(settings: Settings, url: str, *, force: bool) -> None:
    if force:
        return
    if revision_of(url) is not None:
        raise Refusal("errors_record.backup_target", kind="conflict", target=make_url(url).render_as_string())
    for folder in FOLDERS:
        if any((settings.var / folder).glob("*")):
            raise Refusal("errors_record.backup_target", kind="conflict", target=folder)


def _refuse_other_kind(file: Path, manifest: Mapping[str, Any], address: URL) -> None:
    if manifest["database"] != address.get_backend_name():
        kinds = {"found": manifest["database"], "wanted": address.get_backend_name()}
        raise Refusal("errors_record.backup_kind", kind="conflict", file=file.name, **kinds)
    if (manifest["revision"] or "") > head():
        raise Refusal("errors_record.schema_newer", kind="conflict", found=manifest["revision"], known=head())


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack only what the manifest names, and check size and digest of each; gives the manifest."""
    entry = MANIFEST
    try:
        with tarfile.open(file) as archive:
            manifest: dict[str, Any] = json.loads(_member(archive, MANIFEST).read())
            for entry, about in manifest["entries"].items():
                _write_entry(_member(archive, entry), folder, entry)
                target = folder / entry
                if target.stat().st_size != about["size"] or digest_of(target) != about["sha256"]:
                    raise Refusal("errors_record.backup_broken", kind="invalid", file=file.name, entry=entry)
        return manifest if {"database", "revision"} <= manifest.keys() else _incomplete()
    except (tarfile.TarError, KeyError, ValueError, TypeError, AttributeError, EOFError) as why:
        raise Refusal("errors_record.backup_broken", kind="invalid", file=file.name, entry=entry) from why


def _incomplete() -> dict[str, Any]:
    raise KeyError(MANIFEST)


def _member(archive: tarfile.TarFile, name: str) -> Any:
    found = archive.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


def _write_entry(source: Any, folder: Path, name: str) -> None:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise ValueError(name)  # a name that leads out of the folder
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        shutil.copyfileobj(source, out, CHUNK)


def _keep_aside(path: Path, suffix: str) -> None:
    if path.exists():
        path.rename(path.with_name(f"{path.name}.{suffix}"))


def _put_folders(settings: Settings, unpacked: Path, suffix: str) -> None:
    for folder in FOLDERS:
        _keep_aside(settings.var / folder, suffix)
        if (unpacked / folder).exists():
            shutil.move(unpacked / folder, settings.var / folder)


def _restore_sqlite(settings: Settings, url: str, unpacked: Path, suffix: str) -> Mapping[str, int]:
    target = Path(make_url(url).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    _refuse_in_use(target)
    events = _judge(settings, f"sqlite:///{unpacked / DATABASE}", unpacked)
    for name in (target.name, f"{target.name}-wal", f"{target.name}-shm"):
        _keep_aside(target.with_name(name), suffix)
    for ending in ("-wal", "-shm", ".turn"):
        (unpacked / f"{DATABASE}{ending}").unlink(missing_ok=True)
    shutil.move(unpacked / DATABASE, target)
    _put_folders(settings, unpacked, suffix)
    return events


def _refuse_in_use(file: Path) -> None:
    """A server that still has the file open would go on writing into what was put aside."""
    from pysqlite3 import dbapi2

    if not file.is_file():
        return
    with closing(dbapi2.connect(file, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except dbapi2.OperationalError as why:
            raise Refusal("errors_record.database_in_use", kind="conflict", target=file.name) from why
        except dbapi2.DatabaseError:
            return  # damaged: nobody can be using it, and it is put aside


def _restore_postgres(settings: Settings, url: str, unpacked: Path, suffix: str) -> Mapping[str, int]:
    """Restore in one transaction, after a trial in a database that is thrown away again."""
    address = make_url(url)
    trial = address.set(database=f"{address.database}_trial_{os.getpid()}")
    options = ("--no-owner", "--single-transaction", "--exit-on-error", str(unpacked / DATABASE))
    _administer(address, f'CREATE DATABASE "{trial.database}" TEMPLATE template0')
    try:
        run_tool("pg_restore", trial, *options)
        events = _judge(settings, trial.render_as_string(hide_password=False), unpacked)
    finally:
        _administer(address, f'DROP DATABASE "{trial.database}" WITH (FORCE)')
    if revision_of(url) is not None:
        run_tool("pg_dump", address, "--format=custom", "--no-owner", f"--file={settings.var / f'database.{suffix}'}")
    run_tool("pg_restore", address, "--clean", "--if-exists", *options)
    migrate(url)
    _put_folders(settings, unpacked, suffix)
    return events


def _administer(address: URL, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except DBAPIError as why:
        told = str(why.orig).strip().splitlines()[0]
        raise Refusal("errors_record.backup_tool_failed", kind="unavailable", tool="PostgreSQL", why=told) from why


def _judge(settings: Settings, url: str, folder: Path) -> Mapping[str, int]:
    """Migrate the restored copy and verify its chains against its own anchors; raises Refusal for the first fault."""
    migrate(url)
    record = Record(url)
    try:
        with record.read() as session:
            if sealed := unreadable(session, keyring_of(settings)):
                raise Refusal("errors_personal.backup_key", kind="conflict", thing=sealed)
        found = verify_all(record, settings, folder)
    finally:
        record.close()
    for finding in found.values():
        if not finding.whole:
            raise Refusal("errors_record.backup_chain", kind="conflict", finding=finding.word())
    return {code: finding.events for code, finding in found.items()}
