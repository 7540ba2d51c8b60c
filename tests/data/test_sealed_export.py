"""A file taken out sealed: verified by the program it holds, on nothing but Python; every tampering is found and named."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.anchors import anchor_file
from data.authority import SYSTEM
from data.casework.papers import make_paper
from data.casework.sealed_export import SealedFile, seal_file
from data.casework.unmasking import unmask_case, unmask_lead
from data.db import Record
from data.events import hashlib
from data.models import Case, Lead
from data.settings import settings
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import reviewing as r
from tests.data import small

pytestmark = pytest.mark.anywhere

PROGRAM = Path(__file__).parents[2] / "docs" / "verify_export.py"
SECRET = "kT9-vXq2_mRz7+Lb4=Wd8.Hn3~Yc6!Pf"


def program() -> Any:
    """The program as a module: it imports nothing of ours."""
    found = importlib.util.spec_from_file_location("verify_export", PROGRAM)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


VERIFY = program()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ONEGRID_VAR", str(tmp_path))
    monkeypatch.setenv("ONEGRID_SECRET", SECRET)
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def case(town: Record, house: Path) -> str:
    actors = c.cast(town)
    c.with_basis(town)
    found = c.to_notice(town, actors, c.propose(town, house, actors), small.NOW)
    town.write(actors["officer"], make_paper, number=found.number, paper="filing_approval")
    return found.number


def sealed(town: Record, case: str, **more: Any) -> SealedFile:
    return seal_file(town, SYSTEM, town.county(), number=case, reason="送审计复核", **more)


def sentences(path: Path, anchors: Path | None = None) -> tuple[int, str]:
    said: list[str] = []
    asked = [str(path), *(["--anchors", str(anchors)] if anchors else [])]
    return VERIFY.main(asked, said.append), "\n".join(said)


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with its files changed."""
    with zipfile.ZipFile(path) as source:
        files = {name: source.read(name) for name in source.namelist()}
    change(files)
    out = path.with_name("altered.zip")
    with zipfile.ZipFile(out, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return out


def test_a_sealed_file_verifies_with_the_program_it_holds_alone(town: Record, case: str, tmp_path: Path) -> None:
    made = sealed(town, case)
    folder = tmp_path / "elsewhere"
    with zipfile.ZipFile(made.path) as archive:
        archive.extract("verify_export.py", folder)
        names = archive.namelist()
    assert {"manifest.json", "seal.json", "events.jsonl", "words.jsonl", "file.pdf", "case.json", "README.txt"} <= set(
        names
    )
    assert sum(name.startswith("papers/") for name in names) == 1
    assert sum(name.startswith("evidence/") for name in names) == 1
    command = [sys.executable, "-I", str(folder / "verify_export.py"), str(made.path)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env={"PYTHONIOENCODING": "utf-8"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert case in done.stdout
    assert made.hash in done.stdout


def test_who_when_and_why_go_with_it_and_into_the_chain(town: Record, case: str, house: Path) -> None:
    made = sealed(town, case)
    with zipfile.ZipFile(made.path) as archive:
        manifest, seal = (json.loads(archive.read(name)) for name in ("manifest.json", "seal.json"))
        head = json.loads(archive.read("case.json"))
    assert (manifest["made_by"], manifest["reason"], manifest["case"]) == ("system", "送审计复核", case)
    assert "送审计复核" not in seal["event"]["facts"]
    assert head["party"]["masked"] is True
    marks = [json.loads(line) for line in anchor_file(house, town.county().code).read_text().splitlines()]
    assert marks[-1] == seal["anchor"]
    assert (marks[-1]["sequence"], marks[-1]["hash"]) == (made.sequence, made.hash)


def test_the_county_s_own_anchors_are_held_against_it(town: Record, case: str, house: Path, tmp_path: Path) -> None:
    made = sealed(town, case)
    own = anchor_file(house, town.county().code)
    assert sentences(made.path, own)[0] == 0
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"sequence": made.sequence, "hash": "0" * 64}))
    code, words = sentences(made.path, other)
    assert (code, str(made.sequence) in words) == (1, True)
    other.write_text(json.dumps({"sequence": 1, "hash": "0" * 64}))
    assert sentences(made.path, other)[0] == 1


def test_with_the_chain_every_link_is_verified(town: Record, case: str) -> None:
    other = small.actor(town, Role.DISPATCHER)
    from data.casework import receive_lead

    town.write(
        other, receive_lead, source="public_report", summary="别的线索", lon=small.middle(0)[0], lat=small.middle(0)[1]
    )
    made = sealed(town, case, chain=True)
    code, words = sentences(made.path)
    assert code == 0
    assert f"第 {made.sequence} 号" in words

    def drop(files: dict[str, bytes]) -> None:
        lines = files["chain.jsonl"].splitlines(keepends=True)
        files["chain.jsonl"] = b"".join(lines[:3] + lines[4:])
        resealed(files)

    assert_wrong(rewritten(made.path, drop), "seal", "manifest")


def test_masked_it_holds_no_document_and_still_verifies(town: Record, case: str) -> None:
    made = sealed(town, case, masked=True)
    with zipfile.ZipFile(made.path) as archive:
        names, manifest = archive.namelist(), json.loads(archive.read("manifest.json"))
        whole = b"".join(archive.read(name) for name in names).decode("utf-8", "ignore")
    assert not [
        name for name in names if name.startswith(("papers/", "evidence/")) or name in ("file.pdf", "words.jsonl")
    ]
    assert {one["what"] for one in manifest["left_out"]} == {"paper", "evidence"}
    assert "经查，当事人占用人行道经营" not in whole
    assert sentences(made.path)[0] == 0


# -- tampering -----------------------------------------------------------------------------------------------------------


def assert_wrong(path: Path, *keys: str) -> None:
    code, words = sentences(path)
    stems = [VERIFY.SAID[key][0].split("{")[0] for key in keys]
    assert code == 1, words
    assert any(words.startswith(stem) for stem in stems), (words, stems)
    assert len(words.splitlines()) == 2, "in Chinese and in English"


def resealed(files: dict[str, bytes]) -> None:
    """A forger who puts the manifest right as well."""
    manifest = json.loads(files["manifest.json"])
    for entry in manifest["files"]:
        content = files.get(entry["path"])
        if content is not None:
            entry["size"], entry["sha256"] = len(content), hashlib.sha256(content).hexdigest()
    manifest["files"] = [entry for entry in manifest["files"] if entry["path"] in files]
    files["manifest.json"] = json.dumps(manifest, ensure_ascii=False).encode()


def anew(files: dict[str, bytes]) -> None:
    """A forger who makes the event of the export anew too: only an anchor kept elsewhere tells."""
    resealed(files)
    seal = json.loads(files["seal.json"])
    facts = json.loads(seal["event"]["facts"])
    facts["manifest_sha256"] = hashlib.sha256(files["manifest.json"]).hexdigest()
    seal["event"]["facts"] = json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    seal["event"]["hash"] = seal["anchor"]["hash"] = VERIFY.hash_of(seal["event"])
    files["seal.json"] = json.dumps(seal).encode()


def test_every_file_of_it_changed_by_a_byte_is_found(town: Record, case: str) -> None:
    made = sealed(town, case)
    with zipfile.ZipFile(made.path) as archive:
        names = archive.namelist()
    for name in names:

        def flip(files: dict[str, bytes], name: str = name) -> None:
            content = bytearray(files[name] or b"x")
            content[len(content) // 2] ^= 1
            files[name] = bytes(content)

        code, words = sentences(rewritten(made.path, flip))
        assert code == 1, (name, words)
        assert len(words.splitlines()) >= 2


def test_a_file_missing_added_or_renamed_is_found(town: Record, case: str) -> None:
    made = sealed(town, case)
    assert_wrong(rewritten(made.path, lambda files: files.pop("file.pdf")), "missing")
    assert_wrong(rewritten(made.path, lambda files: files.pop("seal.json")), "missing")
    assert_wrong(rewritten(made.path, lambda files: files.update({"papers/extra.docx": b"x"})), "surplus")
    assert_wrong(rewritten(made.path, lambda files: files.update({"../out.txt": b"x"})), "name")


def test_a_manifest_put_right_does_not_help(town: Record, case: str) -> None:
    made = sealed(town, case)

    def swap(files: dict[str, bytes]) -> None:
        files["file.pdf"] = b"%PDF-1.7 another"
        resealed(files)

    assert_wrong(rewritten(made.path, swap), "manifest")


def _event(files: dict[str, bytes], change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    rows = change([json.loads(line) for line in files["events.jsonl"].splitlines()])
    files["events.jsonl"] = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    anew(files)


def _fined(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows[-1]["facts"] = rows[-1]["facts"].replace("{", '{"fine":"1",', 1)
    return rows


def _rehashed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An event in the middle altered with its hash: the next one, right behind it, does not link any more."""
    place = next(n for n in range(len(rows) - 1) if rows[n + 1]["sequence"] == rows[n]["sequence"] + 1)
    rows[place]["role"] = "admin"
    rows[place]["hash"] = VERIFY.hash_of(rows[place])
    return rows


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (_fined, "event"),
        (_rehashed, "link"),
        (lambda rows: rows[:-1], "count"),
        (lambda rows: [*rows[:2], *rows[3:]], "count"),
        (lambda rows: [*rows[:1], rows[2], rows[1], *rows[3:]], "order"),
        (lambda rows: [*rows, rows[-1]], "order"),
    ],
)
def test_events_altered_dropped_or_turned_are_found_although_all_else_was_made_anew(
    town: Record, case: str, change: Any, key: str
) -> None:
    made = sealed(town, case)
    assert_wrong(rewritten(made.path, lambda files: _event(files, change)), key)


def test_words_and_documents_are_held_against_the_events(town: Record, case: str) -> None:
    town.write(r.supervisors(town)["supervisor"], unmask_case, number=case, reason="核对笔录")
    made = sealed(town, case)

    def words(files: dict[str, bytes]) -> None:
        files["entries.jsonl"] = files["entries.jsonl"].replace("同意立案".encode(), "不予立案".encode())
        anew(files)

    def said(files: dict[str, bytes]) -> None:
        files["words.jsonl"] = files["words.jsonl"].replace("核对笔录".encode(), "随便看看".encode())
        anew(files)

    def gone(files: dict[str, bytes]) -> None:
        files["words.jsonl"] = b""
        anew(files)

    def paper(files: dict[str, bytes]) -> None:
        name = next(name for name in files if name.startswith("papers/"))
        files[name] += b" "
        anew(files)

    def photograph(files: dict[str, bytes]) -> None:
        name = next(name for name in files if name.startswith("evidence/"))
        files[name] = b"another"
        anew(files)

    for change in (words, said, gone):
        assert_wrong(rewritten(made.path, change), "words")
    assert_wrong(rewritten(made.path, paper), "untold")
    assert_wrong(rewritten(made.path, photograph), "untold")


def test_one_made_anew_altogether_is_found_by_the_county_s_anchors(town: Record, case: str, house: Path) -> None:
    made = sealed(town, case)

    def all_of_it(files: dict[str, bytes]) -> None:
        files["file.pdf"] = b"%PDF-1.7 another"
        anew(files)

    forged = rewritten(made.path, all_of_it)
    code, words = sentences(forged)
    assert (code, VERIFY.SAID["alone"][0] in words) == (0, True), "what it cannot prove alone is said"
    assert sentences(forged, anchor_file(house, town.county().code))[0] == 1


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(content)
    code, words = sentences(file)
    assert (code, words.startswith("打不开")) == (1, True)
    assert sentences(tmp_path / "none.zip")[0] == 2


def test_sm3_in_plain_python_is_sm3() -> None:
    for length in (0, 1, 55, 56, 63, 64, 65, 119, 120, 500):
        data = bytes(range(256)) * 2
        assert VERIFY.sm3(data[:length]) == hashlib.new("sm3", data[:length]).hexdigest()


# -- who -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.GRID_WORKER, Role.ADMIN, Role.WALL])
def test_who_may_not_read_the_documents_takes_nothing_out(town: Record, case: str, role: Role, house: Path) -> None:
    with pytest.raises(Refusal) as refused:
        seal_file(town, small.actor(town, role), town.county(), number=case, reason="看看")
    assert refused.value.code == "errors_access.forbidden"
    assert not list(house.glob("sealed/*")), "nothing is left lying"


def test_what_was_said_of_the_lead_goes_to_who_may_read_its_events(town: Record, case: str) -> None:
    def reported(tx: Any) -> str:
        lead = tx.session.scalars(select(Lead).join(Case, Case.lead_id == Lead.id).where(Case.number == case)).one()
        lead.reporter_name = "王小明"
        return str(lead.number)

    number = town.write(SYSTEM, reported)
    supervisor = r.supervisors(town)["supervisor"]
    town.write(supervisor, unmask_lead, number=number, reason="回访举报人")
    head = small.actor(town, Role.TOWNSHIP_HEAD, townships=frozenset({small.WEST}))
    for actor, told in ((supervisor, True), (head, False)):
        made = seal_file(town, actor, town.county(), number=case, reason="审计")
        with zipfile.ZipFile(made.path) as archive:
            words = archive.read("words.jsonl").decode()
        assert ("回访举报人" in words, '"left_out": true' in words) == (told, not told)
        assert sentences(made.path)[0] == 0, "it verifies with what was left out"


def test_it_is_said_what_for_and_the_chain_is_for_who_reads_all_of_it(town: Record, case: str) -> None:
    supervisor = r.supervisors(town)["supervisor"]
    with pytest.raises(Refusal) as refused:
        seal_file(town, supervisor, town.county(), number=case, reason=" ")
    assert refused.value.pointer == "/reason"
    assert sentences(seal_file(town, supervisor, town.county(), number=case, reason="审计").path)[0] == 0
    finance = small.actor(town, Role.FINANCE)
    with pytest.raises(Refusal) as refused:
        seal_file(town, finance, town.county(), number=case, reason="审计", chain=True)
    assert refused.value.code == "errors_access.forbidden"


def test_a_document_that_was_altered_on_disk_stops_the_export(town: Record, case: str, house: Path) -> None:
    file = next(house.glob("evidence/??/*"))
    file.chmod(0o600)
    file.write_bytes(b"another")
    with pytest.raises(Refusal) as refused:
        sealed(town, case)
    assert refused.value.code == "errors_files.evidence_altered"
    assert not list(house.glob("sealed/*"))
