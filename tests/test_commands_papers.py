"""`case export`: the whole file on disk, told with its purpose; what cannot be written is refused before anything is taken."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import select

from data.casework.papers import make_paper
from data.db import Record
from data.models import Case, Event
from data.settings import settings
from tests.data import cases as c
from tests.data import small
from tests.support.terminal import run_here

PAPERS = ("filing_approval", "prior_notice", "decision")
WHY = ("--reason", "行政复议调卷")


@dataclass(frozen=True)
class Office:
    url: str
    var: Path
    number: str
    bare: str

    def run(self, *words: object, lang: str = "zh") -> subprocess.CompletedProcess[str]:
        return run_here(*words, database=self.url, var=self.var, language=lang)

    def refused(self, *words: object) -> str:
        done = self.run(*words)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    def told(self) -> list[dict]:
        record = Record(self.url)
        with record.read() as session:
            rows = session.scalars(select(Event).where(Event.verb == "take_volume").order_by(Event.sequence))
            found = [json.loads(row.facts) | {"role": row.role, "matter": row.subject_number} for row in rows]
        record.close()
        return found


@pytest.fixture
def office(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A decided case with three documents, and one that has none."""
    file, var = tmp_path / "town.db", tmp_path / "var"
    file.write_bytes(migrated_sqlite.read_bytes())
    monkeypatch.setenv("ONEGRID_VAR", str(var))
    settings.cache_clear()
    record = Record(f"sqlite:///{file}", clock=lambda: small.NOW)
    small.build(record)
    c.with_basis(record)
    actors = c.cast(record)
    case, _ = c.to_served(record, actors, c.propose(record, var, actors), small.NOW)
    for paper in PAPERS:
        record.write(actors["officer"], make_paper, number=case.number, paper=paper)
    bare: Case = c.propose(record, var, actors, shade=2)
    record.close()
    return Office(f"sqlite:///{file}", var, case.number, bare.number)


def test_the_bound_file_and_its_documents_are_written_and_told(office: Office, tmp_path: Path) -> None:
    pdf, packed = tmp_path / "卷.pdf", tmp_path / "卷.zip"
    done = office.run("case", "export", office.number, "--pdf", pdf, "--docx-zip", packed, *WHY, "--format", "json")
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)["files"]
    assert [one["form"] for one in files] == ["pdf", "zip"]
    whole = "".join("".join(page.extract_text().split()) for page in PdfReader(pdf).pages)
    assert "卷内目录" in whole
    assert "罚款人民币叁拾元整" in whole
    with ZipFile(packed) as archive:
        names = archive.namelist()
        assert [name.split("-")[1] for name in names] == ["行政处罚决定书", "立案审批表", "行政处罚事先告知书"]
        text = "\n".join(part.text for part in Document(io.BytesIO(archive.read(names[0]))).paragraphs)
    assert "罚款人民币叁拾元整" in text
    told = office.told()
    assert [(one["form"], one["said_fields"], one["papers"], one["role"], one["matter"]) for one in told] == [
        (form, ["reason"], len(PAPERS), "system", office.number) for form in ("pdf", "zip")
    ]
    assert WHY[1] not in str(told), "what somebody typed stands beside the chain"
    assert [one["sha256"] for one in told] == [one["sha256"] for one in files]


def test_in_words_it_says_what_was_written(office: Office, tmp_path: Path) -> None:
    done = office.run("case", "export", office.bare, "--pdf", tmp_path / "a.pdf", *WHY)
    assert done.returncode == 0, done.stderr
    assert "文书 0 份" in done.stdout
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--pdf"),
        (("--pdf", "卷.pdf"), "PI 51"),
        (("--pdf", "卷.docx", *WHY), ".pdf"),
        (("--docx-zip", "卷.pdf", *WHY), ".zip"),
        (("--pdf", "没有的目录/卷.pdf", *WHY), "没有的目录"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in office.refused("case", "export", office.number, *words)
    assert office.told() == []


def test_a_case_that_is_not_there_or_holds_nothing_to_pack_is_named(office: Office, tmp_path: Path) -> None:
    assert "JD-C-20261120-9999" in office.refused(
        "case", "export", "JD-C-20261120-9999", "--pdf", tmp_path / "a.pdf", *WHY
    )
    assert office.bare in office.refused("case", "export", office.bare, "--docx-zip", tmp_path / "a.zip", *WHY)
    assert office.told() == []


def test_a_document_that_was_altered_is_never_exported(office: Office, tmp_path: Path) -> None:
    for path in (office.var / "papers").rglob("*.docx"):
        path.chmod(0o640)
        path.write_bytes(b"another")
    assert "哈希" in office.refused("case", "export", office.number, "--pdf", tmp_path / "a.pdf", *WHY)
    assert not (tmp_path / "a.pdf").exists()
    assert office.told() == []
