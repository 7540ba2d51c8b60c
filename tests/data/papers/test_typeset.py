"""The .pdf: every document is set, its text can be read, its faces are embedded, and what a party typed stays text."""

from __future__ import annotations

import io
from importlib import resources
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from data.papers import typeset as setter
from data.papers.blocks import blocks_of
from data.papers.catalogue import kinds, template_of
from data.papers.fields import sample_fields
from data.papers.fill import fill
from data.papers.typeset import office, pdf_by_office, pdf_of
from policy.errors import Refusal


def words(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def faces(content: bytes) -> list[tuple[str, bool]]:
    """Names of the faces of a .pdf with whether each is embedded."""
    found = []
    for page in PdfReader(io.BytesIO(content)).pages:
        for face in page["/Resources"].get("/Font", {}).values():
            inner = face.get_object()
            for below in inner.get("/DescendantFonts", [inner]):
                descriptor = below.get_object()["/FontDescriptor"].get_object()
                found.append((str(inner["/BaseFont"]), any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))))
    return found


@pytest.mark.parametrize("code", tuple(kinds()))
def test_every_document_is_set_with_embedded_faces(code: str) -> None:
    content = pdf_of(fill(template_of(code), sample_fields()), kinds()[code].name(), "云溪镇人民政府")
    reader = PdfReader(io.BytesIO(content))
    assert reader.metadata is not None
    assert reader.metadata.title == kinds()[code].name()
    assert reader.metadata.author == "云溪镇人民政府"
    assert "云溪镇人民政府" in words(content)
    assert faces(content)
    assert all(embedded for _, embedded in faces(content)), faces(content)


def test_the_decision_reads_as_the_sample_says() -> None:
    read = words(pdf_of(fill(template_of("decision"), sample_fields()), "决定书"))
    for said in ("罚款人民币叁仟元整", "第十六条第三款", "60日内", "6个月内", "罚决〔2026〕12号", "2026年11月21日"):
        assert said in read, said


def test_typst_marks_in_a_name_stay_text() -> None:
    fields = sample_fields()
    fields["party"]["name"] = "#panic[甲] *乙* $x$ @丙 <lab> \\ `code` {{ a }} & <b>"
    read = words(pdf_of(fill(template_of("reminder"), fields), "催告书"))
    assert "#panic[甲]*乙*$x$@丙<lab>\\`code`{{a}}&<b>" in read


def test_files_exchanged_under_a_running_server_do_not_mix(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "volume.typ").write_text('#panic("the layout of the next build")', "utf-8")
    content, kept = fill(template_of("reminder"), sample_fields()), resources.files
    monkeypatch.setattr(resources, "files", lambda name: tmp_path if name == "data.papers" else kept(name))
    assert "催告" in words(pdf_of(content, "催告书"))


def test_columns_keep_their_widths() -> None:
    (table,) = [part for part in blocks_of(template_of("file_cover").read_bytes()) if part["kind"] == "table"][:1]
    left, right = table["widths"]
    assert right / left == pytest.approx(11.6 / 4.0, rel=0.01)


def test_without_libreoffice_its_rendering_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setter.shutil, "which", lambda _name: None)
    assert office() is None
    with pytest.raises(Refusal) as refused:
        pdf_by_office(b"", "决定书")
    assert refused.value.code == "errors_papers.no_office"
    assert "LibreOffice" in refused.value.sentence("zh")


def test_libreoffice_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "soffice"
    broken.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(setter.shutil, "which", lambda _name: str(broken))
    with pytest.raises(Refusal) as refused:
        pdf_by_office(b"", "决定书")
    assert refused.value.code == "errors_papers.office_failed"


def test_an_empty_document_and_an_empty_table_are_set() -> None:
    paper = Document()
    paper.add_table(rows=1, cols=2)
    target = io.BytesIO()
    paper.save(target)
    assert pdf_of(target.getvalue(), "空").startswith(b"%PDF")
