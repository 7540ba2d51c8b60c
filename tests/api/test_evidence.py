"""Files of evidence over the interface: who may is asked first, what lies is refused, what is kept is served shut in."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from PIL import ExifTags, Image

from data.evidence import path_of
from tests.api.test_leads import post, problem
from tests.data import small

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(shade: int, size: tuple[int, int] = (400, 300), kind: str = "JPEG") -> bytes:
    """A photograph whose camera wrote a time and a maker into it."""
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[ExifTags.Base.Make] = "Camera of the squadron"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:20 09:30:00"
    Image.new("RGB", size, (shade % 256, 80, 120)).save(buffer, kind, exif=exif)
    return buffer.getvalue()


def put(call, number, content, name="现场照片.jpg", who="officer", **more):
    place = "cases" if "-C-" in number else "leads"
    query = {"name": name} | more
    return call(who, "POST", f"/{place}/{number}/evidence", params=query, content=content)


@pytest.fixture
def lead(call):
    return post(call).json()["number"]


def test_a_photograph_is_kept_listed_and_served_as_it_came(call, lead, served, tmp_path_factory):
    told = {"note": "摊位占道", "taken_at": "2026-11-20T09:30:00+08:00", "lon": small.middle(0)[0], "lat": 29.22}
    reply = put(call, lead, picture(1), **told)
    assert reply.status_code == 201, reply.text
    kept = reply.json()
    assert (kept["name"], kept["media_type"], kept["kind"]) == ("现场照片.jpg", "image/jpeg", "photograph")
    assert (kept["width"], kept["height"], kept["note"]) == (400, 300, "摊位占道")
    assert (kept["matter"], kept["linked"]) == (lead, False)
    assert kept["claimed_at"].startswith("2026-11-20T0")
    assert kept["size"] == len(picture(1))
    listed = call("officer", "GET", f"/leads/{lead}/evidence").json()["evidence"]
    assert [one["id"] for one in listed] == [kept["id"]]
    read = call("officer", "GET", f"/evidence/{kept['id']}")
    assert read.content == picture(1)
    assert read.headers["content-type"] == "image/jpeg"
    assert read.headers["content-disposition"] == f"inline; filename*=utf-8''{quote('现场照片.jpg')}"
    assert read.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in read.headers["content-security-policy"]
    assert "script-src" not in read.headers["content-security-policy"]
    assert read.headers["cache-control"] == "no-store"
    assert "add_evidence" in [e["verb"] for e in call("dispatcher", "GET", f"/leads/{lead}/events").json()["events"]]


def test_a_thumbnail_is_small_and_says_nothing_of_the_camera(call, lead):
    key = put(call, lead, picture(2, (1600, 1200))).json()["id"]
    reply = call("officer", "GET", f"/evidence/{key}/thumbnail")
    assert reply.headers["content-type"] == "image/jpeg"
    small_one = Image.open(io.BytesIO(reply.content))
    assert max(small_one.size) == 320
    assert not dict(small_one.getexif())
    paper = put(call, lead, PDF, "笔录.pdf").json()
    problem(call("officer", "GET", f"/evidence/{paper['id']}/thumbnail"), 404, "no_thumbnail")


def test_a_document_is_downloaded_and_never_drawn(call, lead):
    key = put(call, lead, PDF, "询问笔录.pdf").json()["id"]
    reply = call("officer", "GET", f"/evidence/{key}")
    assert reply.headers["content-disposition"].startswith("attachment;")
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.content == PDF


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=5-2", 200, slice(None)),
        ("bytes=x", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
        ("bytes=0-1,4-5", 200, slice(None)),
    ],
)
def test_parts_of_a_file_are_served(call, lead, asked, status, part):
    key = put(call, lead, PDF, "a.pdf").json()["id"]
    reply = call("officer", "GET", f"/evidence/{key}", headers={"range": asked})
    assert (reply.status_code, reply.content) == (status, PDF[part])
    if status == 206:
        assert reply.headers["content-range"].endswith(f"/{len(PDF)}")


def test_a_part_beyond_the_end_is_refused_in_words(call, lead):
    key = put(call, lead, PDF, "a.pdf").json()["id"]
    for beyond in (f"bytes={len(PDF)}-", "bytes=-0"):
        found = problem(call("officer", "GET", f"/evidence/{key}", headers={"range": beyond}), 416, "http_416")
        assert str(len(PDF)) in found["detail"]


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (PDF, "现场.jpg", 422, "errors_evidence.content"),
        (picture(3), "现场.pdf", 422, "errors_evidence.content"),
        (b"<script>alert(1)</script>", "现场.png", 422, "errors_evidence.content"),
        (b"<html><script>alert(1)</script></html>", "现场.html", 422, "errors_evidence.ending"),
        (b"", "现场.jpg", 422, "errors_evidence.empty"),
        (picture(4)[:400], "现场.jpg", 422, "errors_evidence.broken"),
        (PDF, "   ", 422, "errors_evidence.name_missing"),
        (PDF, "", 422, "api.body_faults"),
    ],
)
def test_files_that_lie_or_are_broken_are_refused_and_leave_nothing(call, lead, content, name, status, code):
    found = problem(put(call, lead, content, name), status, code)
    assert found.get("pointer", "/file") == "/file"
    assert call("officer", "GET", f"/leads/{lead}/evidence").json()["evidence"] == []


def test_a_name_is_never_a_path(call, lead, served):
    kept = put(call, lead, picture(5), "../../../etc/cron.d/现场.jpg").json()
    assert kept["name"] == "现场.jpg"
    assert path_of(served[0].app.state.store.folder, kept["sha256"]).read_bytes() == picture(5)


def test_more_bytes_than_the_limit_are_refused_at_once_and_while_they_come(call, lead):
    reply = put(call, lead, PDF + b"\0" * (3 * 1024 * 1024), "大.pdf")  # its own word: 3 MB, and the limit is 2
    assert problem(reply, 413, "too_large")["detail"]
    problem(put(call, lead, PDF + b"\0" * (1024 * 1024 + 1), "大.pdf"), 413, "errors_evidence.size")
    pieces = (b"\0" * 100_000 for _ in range(40))  # says nothing of its size
    assert put(call, lead, pieces, "大.mp4").status_code == 413


def test_the_character_nul_in_a_file_is_no_fault_but_in_its_name(call, lead):
    assert put(call, lead, PDF + b"\0\0%00\\u0000", "a.pdf").status_code == 201
    reply = call("officer", "POST", f"/leads/{lead}/evidence?name=a%00.pdf", content=PDF)
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("who", "status"), [(None, 401), ("wall", 403), ("admin", 403), ("finance", 403), ("east", 403)]
)
def test_who_may_not_is_refused_before_a_byte_is_read(lead, served, who, status):
    client, tokens, _ = served
    answer = []

    async def receive():
        raise AssertionError("a byte was read")

    async def send(message):
        answer.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/api/v1/leads/{lead}/evidence",
        "query_string": b"name=a.pdf",
        "headers": [(b"authorization", f"Bearer {tokens[who]}".encode())] if who else [],
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }
    client.portal.call(client.app, scope, receive, send)
    assert answer[0]["status"] == status


def test_the_same_file_twice_is_a_conflict_that_names_the_first(call, lead):
    assert put(call, lead, picture(6), "一.jpg").status_code == 201
    found = problem(put(call, lead, picture(6), "二.jpg"), 409, "evidence_twice")
    assert "一.jpg" in found["detail"]


def test_a_township_reads_only_its_own_files(call, lead):
    key = put(call, lead, picture(7)).json()["id"]
    problem(call("east", "GET", f"/leads/{lead}/evidence"), 404, "matter_not_found")
    for path in (f"/evidence/{key}", f"/evidence/{key}/thumbnail"):
        problem(call("east", "GET", path), 404, "evidence_not_found")
        problem(call("wall", "GET", path), 403, "forbidden")
        problem(call("admin", "GET", path), 403, "forbidden")


def test_a_number_of_another_kind_or_of_nothing_is_not_found(call, lead):
    problem(call("officer", "POST", f"/cases/{lead}/evidence?name=a.pdf", content=PDF), 404, "matter_not_found")
    problem(put(call, "JD-L-20261120-9999", PDF, "a.pdf"), 404, "matter_not_found")
    problem(call("officer", "GET", "/evidence/00000000-0000-7000-8000-000000000000"), 404, "evidence_not_found")
    problem(call("officer", "GET", "/evidence/1"), 422, "body_faults")


def test_a_file_is_linked_to_another_matter_once(call, lead, served):
    key = put(call, lead, picture(8)).json()["id"]
    other = post(call).json()["number"]
    linked = call("officer", "POST", f"/evidence/{key}/link", json={"number": other})
    assert (linked.status_code, linked.json()["linked"]) == (201, True)
    (seen,) = call("officer", "GET", f"/leads/{other}/evidence").json()["evidence"]
    assert (seen["id"], seen["matter"], seen["linked"]) == (key, lead, True)
    problem(call("officer", "POST", f"/evidence/{key}/link", json={"number": other}), 409, "evidence_twice")
    problem(call("officer", "POST", f"/evidence/{key}/link", json={"number": lead}), 409, "evidence_twice")


def test_a_linked_file_is_read_from_the_township_that_uses_it(call, lead):
    key = put(call, lead, picture(9)).json()["id"]
    lon, lat = small.middle(3)
    eastern = post(call, lon=lon, lat=lat).json()["number"]
    problem(call("east", "GET", f"/evidence/{key}"), 404, "evidence_not_found")
    assert call("officer", "POST", f"/evidence/{key}/link", json={"number": eastern}).status_code == 201
    assert call("east", "GET", f"/evidence/{key}").status_code == 200
