"""A file of evidence as people work with it: once under its key, seen by page, noted, its course told, its bytes checked."""

from __future__ import annotations

import io
import os

import pytest
import typst
from PIL import Image
from pypdf import PdfReader, PdfWriter

from data.evidence import path_of
from tests.api.test_evidence import PDF, picture, put
from tests.api.test_leads import post, problem


def document(pages: int = 3) -> bytes:
    return bytes(typst.compile("#pagebreak()\n".join(f"= Page {n + 1}\n" for n in range(pages)).encode()))


def locked() -> bytes:
    writer, buffer = PdfWriter(clone_from=PdfReader(io.BytesIO(document(1)))), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(buffer)
    return buffer.getvalue()


@pytest.fixture
def lead(call):
    return post(call).json()["number"]


def test_the_same_key_stores_a_file_once(call, lead):
    key = {"idempotency-key": f"put {lead}"}

    def put_once(content, note="一"):
        query = {"name": "现场照片.jpg", "note": note}
        return call("officer", "POST", f"/leads/{lead}/evidence", params=query, content=content, headers=key)

    first, again = put_once(picture(11)), put_once(picture(11))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    problem(put_once(picture(12)), 409, "key_reused")
    problem(put_once(picture(11), "二"), 409, "key_reused")
    assert len(call("officer", "GET", f"/leads/{lead}/evidence").json()["evidence"]) == 1


def test_a_link_under_its_key_is_made_once(call, lead):
    key, other = put(call, lead, picture(13)).json()["id"], post(call).json()["number"]
    told = {"json": {"number": other}, "headers": {"idempotency-key": f"link {key}"}}
    replies = [call("officer", "POST", f"/evidence/{key}/link", **told) for _ in range(2)]
    assert [one.status_code for one in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()


def test_a_photograph_is_shown_without_what_the_camera_wrote(call, lead):
    key = put(call, lead, picture(14, (3000, 2000))).json()["id"]
    reply = call("officer", "GET", f"/evidence/{key}/shown")
    shown = Image.open(io.BytesIO(reply.content))
    assert max(shown.size) == 2400
    assert not dict(shown.getexif())
    assert "sandbox" in reply.headers["content-security-policy"]
    problem(call("east", "GET", f"/evidence/{key}/shown"), 404, "evidence_not_found")


def test_pages_of_a_document_are_pictures_and_never_the_document(call, lead):
    key = put(call, lead, document(), "合同.pdf").json()["id"]
    assert call("officer", "GET", f"/evidence/{key}/course").json()["pages"] == 3
    reply = call("officer", "GET", f"/evidence/{key}/pages/2")
    assert reply.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(reply.content)).size[0] > 800
    found = problem(call("officer", "GET", f"/evidence/{key}/pages/4"), 404, "no_sheet")
    assert "3 页" in found["detail"]
    problem(call("east", "GET", f"/evidence/{key}/pages/1"), 404, "evidence_not_found")
    photograph = put(call, lead, picture(15)).json()["id"]
    problem(call("officer", "GET", f"/evidence/{photograph}/pages/1"), 404, "not_paged")


@pytest.mark.parametrize(("content", "fault"), [(locked(), "locked"), (PDF, "broken")])
def test_a_document_that_cannot_be_drawn_is_kept_and_says_why(call, lead, content, fault):
    key = put(call, lead, content, "合同.pdf").json()["id"]
    told = call("officer", "GET", f"/evidence/{key}/course").json()
    assert (told["pages"], told["pages_fault"]) == (0, fault)
    problem(call("officer", "GET", f"/evidence/{key}/pages/1"), 422, f"sheets_{fault}")
    assert call("officer", "GET", f"/evidence/{key}").content == content


def test_notes_are_written_by_page_and_told_with_the_course(call, lead):
    key = put(call, lead, document(), "合同.pdf").json()["id"]
    told = {"number": lead, "note": "第二页没有签名", "page": 2}
    again = {"idempotency-key": f"note {key}"}
    made = [call("officer", "POST", f"/evidence/{key}/notes", json=told, headers=again).json() for _ in range(2)]
    assert made[0] == made[1]
    course = call("dispatcher", "GET", f"/evidence/{key}/course").json()
    assert [(one["page"], one["text"], one["who"]) for one in course["notes"]] == [(2, "第二页没有签名", "t-officer")]
    assert [(one["what"], one["number"]) for one in course["course"]] == [("taken_in", lead)]
    events = call("dispatcher", "GET", f"/leads/{lead}/events").json()["events"]
    noted = next(one for one in events if one["verb"] == "note_evidence")
    assert noted["facts"]["page"] == 2
    assert "签名" not in str(noted)  # the chain holds a digest, the file the words


@pytest.mark.parametrize(
    ("name", "more", "code"),
    [
        ("a.pdf", {"page": 4}, "note_beyond"),
        ("a.pdf", {"second": 3}, "note_second"),
        ("a.pdf", {"page": 1, "second": 3}, "note_place"),
        ("a.jpg", {"page": 1}, "note_page"),
        ("a.pdf", {"note": "   "}, "note_empty"),
    ],
)
def test_a_note_at_a_place_that_is_not_there_is_refused(call, lead, name, more, code):
    key = put(call, lead, document() if name.endswith("pdf") else picture(16), name).json()["id"]
    told = {"number": lead, "note": "说明"} | more
    problem(call("officer", "POST", f"/evidence/{key}/notes", json=told), 422, code)
    assert call("officer", "GET", f"/evidence/{key}/course").json()["notes"] == []


def test_a_note_is_for_a_matter_that_has_the_file(call, lead):
    key, other = put(call, lead, picture(17)).json()["id"], post(call).json()["number"]
    told = {"number": other, "note": "见左上角"}
    problem(call("officer", "POST", f"/evidence/{key}/notes", json=told), 404, "not_of_matter")
    call("officer", "POST", f"/evidence/{key}/link", json={"number": other})
    assert call("officer", "POST", f"/evidence/{key}/notes", json=told).status_code == 201
    problem(call("finance", "POST", f"/evidence/{key}/notes", json=told), 403, "forbidden")
    course = call("officer", "GET", f"/evidence/{key}/course").json()["course"]
    assert [(one["what"], one["number"]) for one in course] == [("taken_in", lead), ("linked", other)]


def test_bytes_that_were_altered_on_disk_are_told(call, lead, served):
    kept = put(call, lead, picture(18)).json()
    first = call("officer", "GET", f"/evidence/{kept['id']}/whole").json()
    assert (first["whole"], first["anew"]) == (True, True)
    known = call("officer", "GET", f"/evidence/{kept['id']}/whole").json()
    assert known == first | {"anew": False}, "the file looks as it did when it was hashed"
    asked = call("officer", "GET", f"/evidence/{kept['id']}/whole?again=true").json()
    assert (asked["whole"], asked["anew"]) == (True, True)
    path = path_of(served[0].app.state.store.folder, kept["sha256"])
    path.chmod(0o640)
    before = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    altered = call("officer", "GET", f"/evidence/{kept['id']}/whole").json()
    assert (altered["whole"], altered["anew"]) == (False, True), "also with its time set back, the file system tells"


def test_no_plan_names_a_time_so_nothing_may_be_destroyed(call, lead):
    put(call, lead, picture(19))
    told = call("supervisor", "GET", "/retention").json()
    assert told["clause"] is None
    row = next(one for one in told["matters"] if one["number"] == lead)
    assert (row["files"], row["may_destroy"], row["keep_until"]) == (1, False, None)
    assert {"reasons_case.kept_open", "reasons_case.kept_silent"} <= {one["code"] for one in row["reasons"]}
    problem(call("officer", "GET", "/retention"), 403, "forbidden")
    assert lead not in {one["number"] for one in call("east", "GET", "/retention").json()["matters"]}
