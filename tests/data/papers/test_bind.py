"""The bound file: cover, contents whose page numbers are right, every document in order, photographs with their hashes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import typst
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select

from data.authority import Actor
from data.casework.evidence import add_evidence
from data.casework.papers import make_paper
from data.db import Record
from data.evidence import path_of as evidence_path
from data.evidence import store
from data.models import Case, Evidence
from data.papers.bind import bind
from data.papers.store import path_of
from policy.errors import Refusal
from tests.data import cases as c

pytestmark = pytest.mark.anywhere
Actors = dict[str, Actor]
MADE = ("filing_approval", "interview_record", "prior_notice", "decision", "service_receipt", "investigation_report")


@pytest.fixture
def filed(town: Record, actors: Actors, decided: Case, home: Path) -> Case:
    for paper in MADE:
        town.write(actors["officer"], make_paper, number=decided.number, paper=paper)
    wav = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x44\xac\x00\x00\x88\x58\x01\x00\x02\x00\x10\x00data\x00\x00\x00\x00"
    for content, name in ((c._picture(77), "夜间.png"), (wav, "通话.wav")):
        file = store(home, io.BytesIO(content), name, c.LIMITS)
        told = {"number": decided.number, "file": file, "note": "补充", "lon": 119.65, "lat": 29.1}
        town.write(actors["officer"], add_evidence, **told)
    return decided


def bound(town: Record, case: Case, home: Path) -> bytes:
    with town.read() as session:
        return bind(session, town.county(), session.get_one(Case, case.id), home)


def pages(content: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_the_contents_have_the_right_page_numbers(town: Record, filed: Case, home: Path) -> None:
    content = bound(town, filed, home)
    read = pages(content)
    listed = next(text for text in read if text.startswith("卷内目录"))
    order = [
        "行政处罚决定书",
        "送达回证",
        "立案审批表",
        "询问笔录",
        "调查终结报告",
        "行政处罚事先告知书",
        "证据照片与视听资料",
    ]
    assert sorted(order, key=listed.index) == order  # the order of a file, not of making
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.outline) == len(order)
    for name, mark in zip(order, reader.outline, strict=True):
        page = reader.get_destination_page_number(mark) + 1  # type: ignore[arg-type]
        found = re.search(rf"{name}[^.]*?\.+{page}(?!\d)", listed) or re.search(rf"{name}.*?{page}", listed)
        assert found, (name, page, listed)
        if name != order[-1]:
            assert name in read[page - 1]
    assert read[0].startswith("西镇人民政府行政处罚案卷")


def test_every_page_says_which_of_how_many_it_is(town: Record, filed: Case, home: Path) -> None:
    read = pages(bound(town, filed, home))
    for number, text in enumerate(read, start=1):
        assert f"—{number}/{len(read)}—" in text
        assert filed.number in text


def test_title_author_photographs_and_recordings(town: Record, filed: Case, home: Path) -> None:
    content = bound(town, filed, home)
    reader = PdfReader(io.BytesIO(content))
    assert reader.metadata is not None
    assert reader.metadata.title == f"{c.COMPANY['name']}占道经营案"
    assert reader.metadata.author == "西镇人民政府"
    assert sum(len(page.images) for page in reader.pages) == 2
    whole = "".join(pages(content))
    with town.read() as session:
        rows = session.scalars(select(Evidence)).all()
        assert len(rows) == 3
        for row in rows:
            assert row.sha256 in whole
    assert "东经119.650000，北纬29.100000" in whole
    assert "通话.wav" in whole


def test_a_photograph_whose_file_is_gone_is_named_as_gone(town: Record, filed: Case, home: Path) -> None:
    with town.read() as session:
        row = session.scalars(select(Evidence).where(Evidence.name == "夜间.png")).one()
    evidence_path(home, row.sha256).unlink()
    whole = "".join(pages(bound(town, filed, home)))
    assert "原始文件不在存储中" in whole
    assert row.sha256 in whole


def test_a_document_that_was_altered_is_never_bound(town: Record, filed: Case, home: Path) -> None:
    from data.casework.papers import papers_of

    with town.read() as session:
        row = papers_of(session, session.get_one(Case, filed.id))[0]
    path = path_of(home, row.sha256 or "")
    path.chmod(0o640)
    path.write_bytes(b"another")
    with pytest.raises(Refusal) as refused:
        bound(town, filed, home)
    assert refused.value.code == "errors_papers.altered"


def test_a_case_without_documents_is_a_cover_and_what_evidence_there_is(
    town: Record, actors: Actors, home: Path
) -> None:
    case = c.propose(town, home, actors)
    read = pages(bound(town, case, home))
    assert len(read) == 3
    assert "None" not in "".join(read)


def put(town: Record, actors: Actors, case: Case, home: Path, content: bytes, name: str) -> None:
    file = store(home, io.BytesIO(content), name, c.LIMITS)
    town.write(actors["officer"], add_evidence, number=case.number, file=file)


def document(*words: str, secret: str = "") -> bytes:
    source = "#pagebreak()\n".join(f"{word}\n" for word in words)
    writer, buffer = PdfWriter(clone_from=PdfReader(io.BytesIO(bytes(typst.compile(source.encode()))))), io.BytesIO()
    if secret:
        writer.encrypt(secret, algorithm="RC4-128")
    writer.write(buffer)
    return buffer.getvalue()


def test_pages_of_a_document_are_bound_with_their_numbers(
    town: Record, actors: Actors, filed: Case, home: Path
) -> None:
    put(town, actors, filed, home, document("alpha", "beta", "gamma"), "lease.pdf")
    put(town, actors, filed, home, document("delta"), "receipt.pdf")
    content = bound(town, filed, home)
    read, reader = pages(content), PdfReader(io.BytesIO(content))
    first = next(n for n, text in enumerate(read) if "alpha" in text)
    assert [word in read[first + n] for n, word in enumerate(("alpha", "beta", "gamma"))] == [True] * 3
    assert "第2页／共3页" in read[first + 1]
    listed = {str(mark.title): reader.get_destination_page_number(mark) for mark in reader.outline}  # type: ignore[union-attr,arg-type]
    lease = next(page for title, page in listed.items() if "lease.pdf" in title)
    assert lease == first
    assert all(f"—{n}/{len(read)}—" in text for n, text in enumerate(read, start=1))
    assert "delta" in read[-1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (document("alpha", secret="secret"), "文件设有密码"),
        (document("alpha")[:400] + b"%%EOF\n", "不是完整的PDF"),
    ],
)
def test_a_document_that_cannot_be_bound_is_a_sheet_that_says_so(
    town: Record, actors: Actors, filed: Case, home: Path, content: bytes, said: str
) -> None:
    put(town, actors, filed, home, content, "lease.pdf")
    read = pages(bound(town, filed, home))
    sheet = next(text for text in read if said in text)
    assert "lease.pdf" in sheet
    assert "SHA-256" in sheet
