"""Backups: taken while others write, restored on an empty machine, checked before anything is replaced."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from data.anchors import write_anchor
from data.authority import SYSTEM
from data.backup import Backup, take_backup
from data.casework.parties import party_of
from data.db import Record
from data.events import verify
from data.migrate import head
from data.models import Organ, Party
from data.restore import restore_backup
from data.settings import Settings
from policy.errors import Refusal
from tests.data import small
from tests.data.test_db import found_organ, organs
from tests.support.tampering import unguard

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
COUNTY = "330703000000"
KEY = "k3y-of-the-tests-" + "abcdefghijklmnop"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings of the machine a backup is taken on, with a piece of evidence."""
    evidence = tmp_path / "var" / "evidence" / "ab" / "ab12"
    evidence.parent.mkdir(parents=True)
    evidence.write_bytes(b"a photograph")
    paper = tmp_path / "var" / "papers" / "cd" / "cd34.docx"
    paper.parent.mkdir(parents=True)
    paper.write_bytes(b"a document")
    return Settings(var=tmp_path / "var", secret=KEY)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Settings of an empty machine."""
    return Settings(var=tmp_path / "elsewhere", secret=KEY)


@pytest.fixture
def filled(record: Record, home: Settings) -> Record:
    """A record with a county, three events and an anchor."""
    small.build(record)
    for n in range(3):
        record.write(SYSTEM, found_organ, code=f"o{n}")
    write_anchor(record, COUNTY, home.var, KEY, NOW)
    return record


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, record: Record, tmp_path: Path):
    """Address of an empty database of the record's kind."""
    if record.url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored.db'}"
        return
    server = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


def take(record: Record, home: Settings, file: Path) -> Backup:
    return take_backup(home, record.url, file, NOW)


def reopened(url: str) -> Record:
    return Record(url)


def test_a_backup_restores_on_an_empty_machine(
    filled: Record, home: Settings, elsewhere: Settings, empty_url: str, tmp_path: Path
) -> None:
    made = take(filled, home, tmp_path / "b.tar")
    assert dict(made.events) == {COUNTY: 3}
    back = restore_backup(elsewhere, empty_url, made.file, NOW)
    assert dict(back.events) == {COUNTY: 3}
    assert (elsewhere.var / "evidence" / "ab" / "ab12").read_bytes() == b"a photograph"
    assert (elsewhere.var / "papers" / "cd" / "cd34.docx").read_bytes() == b"a document"
    assert (elsewhere.var / "anchors").is_dir()
    restored = reopened(empty_url)
    assert organs(restored) == {"o0", "o1", "o2"}
    restored.write(SYSTEM, found_organ, code="after")
    assert verify(restored, restored.county().jurisdiction_id).events == 4
    restored.close()


def test_it_is_taken_while_others_write_and_holds_every_event_up_to_one_moment(
    filled: Record, home: Settings, elsewhere: Settings, empty_url: str, tmp_path: Path
) -> None:
    stop, written = threading.Event(), []

    def keep_writing() -> None:
        while not stop.is_set():
            written.append(filled.write(SYSTEM, found_organ, code=f"w{len(written)}").code)
            write_anchor(filled, COUNTY, home.var, KEY, NOW)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        while len(written) < 5:
            pass
        before = len(written)
        made = take(filled, home, tmp_path / "b.tar")
        after = len(written)
    finally:
        stop.set()
        writer.join()
    back = restore_backup(elsewhere, empty_url, made.file, NOW)
    assert before + 3 <= back.events[COUNTY] <= after + 1 + 3
    restored = reopened(empty_url)
    kept = {code for code in organs(restored) if code.startswith("w")}
    assert kept == set(written[: len(kept)])
    restored.close()


def test_the_manifest_names_every_entry_with_its_digest(filled: Record, home: Settings, tmp_path: Path) -> None:
    made = take(filled, home, tmp_path / "b.tar")
    with tarfile.open(made.file) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))
        names = set(archive.getnames())
    assert set(manifest["entries"]) == {
        "database",
        "evidence/ab/ab12",
        "papers/cd/cd34.docx",
        f"anchors/{COUNTY}.jsonl",
    }
    assert names == {"manifest.json", *manifest["entries"]}
    assert manifest["revision"] == head()
    assert all(len(about["sha256"]) == 64 for about in manifest["entries"].values())


def test_a_backup_never_overwrites_an_older_one(filled: Record, home: Settings, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(b"older")
    with pytest.raises(Refusal) as caught:
        take(filled, home, tmp_path / "b.tar")
    assert caught.value.code == "errors_record.backup_exists"
    assert (tmp_path / "b.tar").read_bytes() == b"older"


def test_nothing_half_made_is_left_where_the_disk_is_full(
    filled: Record, home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data.backup._pack", full)
    with pytest.raises(Refusal) as caught:
        take(filled, home, tmp_path / "out" / "b.tar")
    assert caught.value.code == "errors_record.disk_full"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_restore_does_not_overwrite_unless_told_and_keeps_what_was_there(
    filled: Record, home: Settings, tmp_path: Path
) -> None:
    made = take(filled, home, tmp_path / "b.tar")
    filled.write(SYSTEM, found_organ, code="later")
    filled.close()
    with pytest.raises(Refusal) as caught:
        restore_backup(home, filled.url, made.file, NOW)
    assert caught.value.code == "errors_record.backup_target"
    restore_backup(home, filled.url, made.file, NOW, force=True)
    restored = reopened(filled.url)
    assert organs(restored) == {"o0", "o1", "o2"}
    restored.close()
    aside = [path.name for path in home.var.iterdir() if ".before-" in path.name]
    database = [] if filled.url.startswith("sqlite") else ["database.before-20261121T030000Z"]
    assert sorted(aside) == sorted(
        [
            "anchors.before-20261121T030000Z",
            "evidence.before-20261121T030000Z",
            "papers.before-20261121T030000Z",
            *database,
        ]
    )
    if not database:
        former = reopened(f"{filled.url}.before-20261121T030000Z")
        assert "later" in organs(former)
        former.close()


def changed(file: Path, entry: str, content: bytes | None) -> Path:
    """The same archive with one entry of other content, or without it."""
    other = file.with_name("changed.tar")
    with tarfile.open(file) as source, tarfile.open(other, "w") as target:
        for member in source.getmembers():
            body = source.extractfile(member).read()
            if member.name == entry:
                if content is None:
                    continue
                body = content
                member.size = len(content)
            target.addfile(member, io.BytesIO(body))
    return other


@pytest.mark.parametrize("content", [b"forged", None])
def test_a_backup_that_was_changed_is_refused_before_anything_is_touched(
    filled: Record, home: Settings, elsewhere: Settings, tmp_path: Path, content: bytes | None
) -> None:
    made = take(filled, home, tmp_path / "b.tar")
    for entry in ("evidence/ab/ab12", "database", "manifest.json"):
        with pytest.raises(Refusal) as caught:
            restore_backup(elsewhere, filled.url, changed(made.file, entry, content), NOW, force=True)
        assert caught.value.code == "errors_record.backup_broken"
        assert entry in caught.value.sentence("en") or entry == "manifest.json"
    assert organs(filled) == {"o0", "o1", "o2"}


def test_a_cut_file_is_refused(filled: Record, home: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    made = take(filled, home, tmp_path / "b.tar")
    whole = made.file.read_bytes()
    for length in (0, 10, 600, len(whole) // 2):
        (tmp_path / "cut.tar").write_bytes(whole[:length])
        with pytest.raises(Refusal) as caught:
            restore_backup(elsewhere, filled.url, tmp_path / "cut.tar", NOW, force=True)
        assert caught.value.code == "errors_record.backup_broken"


def test_a_name_that_leads_out_of_the_folder_writes_nothing(elsewhere: Settings, tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar"
    entries = {"../../evil": {"size": 1, "sha256": "0"}}
    manifest = json.dumps({"database": "sqlite", "revision": head(), "entries": entries}).encode()
    with tarfile.open(evil, "w") as archive:
        for name, body in (("manifest.json", manifest), ("../../evil", b"x")):
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    with pytest.raises(Refusal):
        restore_backup(elsewhere, f"sqlite:///{tmp_path / 'x.db'}", evil, NOW)
    assert not (tmp_path / "evil").exists()
    assert not (tmp_path.parent / "evil").exists()


def test_a_chain_that_does_not_verify_is_not_put_in_place(
    filled: Record, home: Settings, elsewhere: Settings, empty_url: str, tmp_path: Path
) -> None:
    unguard(filled)
    filled.submit_raw(lambda c: c.exec_driver_sql("UPDATE event SET verb = 'reject' WHERE sequence = 2")).result()
    made = take(filled, home, tmp_path / "b.tar")
    with pytest.raises(Refusal) as caught:
        restore_backup(elsewhere, empty_url, made.file, NOW)
    assert caught.value.code == "errors_record.backup_chain"
    assert "2" in caught.value.sentence("en")
    if empty_url.startswith("sqlite"):
        assert not (tmp_path / "restored.db").exists()
    assert not (elsewhere.var / "evidence").exists()


def test_a_backup_of_the_other_kind_of_database_is_refused(
    filled: Record, home: Settings, elsewhere: Settings, tmp_path: Path, postgres
) -> None:
    made = take(filled, home, tmp_path / "b.tar")
    name = postgres.create()
    sqlite = filled.url.startswith("sqlite")
    other = postgres.url(name) if sqlite else f"sqlite:///{tmp_path / 'other.db'}"
    with pytest.raises(Refusal) as caught:
        restore_backup(elsewhere, other, made.file, NOW)
    assert caught.value.code == "errors_record.backup_kind"
    postgres.drop(name)


def test_a_database_in_use_is_not_replaced(
    migrated_sqlite: Path, home: Settings, tmp_path: Path, elsewhere: Settings
) -> None:
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "used.db"))
    record = Record(f"sqlite:///{file}")
    small.build(record)
    made = take_backup(home, record.url, tmp_path / "b.tar", NOW)
    with record.read() as session:
        session.scalars(select(Organ)).all()
        with pytest.raises(Refusal) as caught:
            restore_backup(elsewhere, record.url, made.file, NOW, force=True)
    assert caught.value.code == "errors_record.database_in_use"
    record.close()
    restore_backup(elsewhere, record.url, made.file, NOW, force=True)


def test_a_missing_file_is_named(elsewhere: Settings, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        restore_backup(elsewhere, f"sqlite:///{tmp_path / 'x.db'}", tmp_path / "none.tar", NOW)
    assert "none.tar" in caught.value.sentence("zh")


def a_party(tx) -> str:
    return party_of(tx, {"kind": "citizen", "name": "欧阳小明", "phone": "13812345678"}).code


def test_personal_data_opens_after_a_restore_with_its_key_and_with_no_other(
    filled: Record, home: Settings, elsewhere: Settings, empty_url: str, tmp_path: Path
) -> None:
    code = filled.write(SYSTEM, a_party)
    made = take(filled, home, tmp_path / "b.tar")
    assert "欧阳小明".encode() not in made.file.read_bytes()
    with pytest.raises(Refusal) as caught:
        restore_backup(elsewhere.model_copy(update={"data_key": KEY[::-1]}), empty_url, made.file, NOW)
    assert caught.value.code == "errors_personal.backup_key"
    assert code in caught.value.sentence("zh")
    assert not (elsewhere.var / "evidence").exists()
    restore_backup(elsewhere, empty_url, made.file, NOW)
    restored = reopened(empty_url)
    with restored.read() as session:
        party = session.scalars(select(Party)).one()
        assert (party.name, party.phone) == ("欧阳小明", "13812345678")
    restored.close()
