"""Reports over the interface: made once under one key, listed, read page by page, downloaded; wrong input in sentences."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader


@pytest.fixture
def made(call):
    """One brief, whoever asks first."""
    reply = call("county_office", "POST", "/reports", json={"kind": "daily"}, headers={"Idempotency-Key": "brief-1"})
    assert reply.status_code == 201, reply.text
    return reply


def test_a_report_is_made_at_once_and_once_under_one_key(call, made):
    row = made.json()
    assert (row["kind"], row["language"], row["edition"], row["pages"]) == ("daily", "zh", 1, 1)
    again = call("county_office", "POST", "/reports", json={"kind": "daily"}, headers={"Idempotency-Key": "brief-1"})
    assert again.json()["id"] == row["id"]
    assert again.headers["Idempotent-Replay"] == "true"
    listed = call("supervisor", "GET", "/reports?kind=daily&language=zh").json()["reports"]
    assert [one["id"] for one in listed] == [row["id"]]


def test_a_repeated_request_prepares_nothing(call, made, monkeypatch):
    monkeypatch.setattr("api.routes.reports.prepare", lambda *told, **more: pytest.fail("it is made already"))
    told = {"json": {"kind": "daily"}, "headers": {"Idempotency-Key": "brief-1"}}
    assert call("county_office", "POST", "/reports", **told).json()["id"] == made.json()["id"]
    other = call("county_office", "POST", "/reports", **told | {"json": {"kind": "weekly"}})
    assert (other.status_code, other.json()["code"]) == (409, "errors_casework.key_reused")


def test_it_is_downloaded_under_its_chinese_name_and_read_page_by_page(call, made):
    place = made.headers["Location"].removeprefix("/api/v1")
    file = call("dispatcher", "GET", place)
    assert file.headers["content-type"] == "application/pdf"
    assert "attachment" in file.headers["content-disposition"]
    assert len(PdfReader(io.BytesIO(file.content)).pages) == 1
    page = call("dispatcher", "GET", place.replace("/file", "/pages/1"))
    assert (page.headers["content-type"], page.content[:4]) == ("image/png", b"\x89PNG")
    missing = call("dispatcher", "GET", place.replace("/file", "/pages/2"))
    assert missing.status_code == 404
    assert "第 2 页" in missing.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"kind": "yearly"}, 422), ({"kind": "daily", "day": "2199-01-01"}, 422), ({"kind": "daily", "surprise": 1}, 422), ({}, 422)],
)  # fmt: skip
def test_what_cannot_be_made_is_refused(call, body, status):
    reply = call("county_office", "POST", "/reports", json=body)
    assert reply.status_code == status, reply.text
    assert reply.json()["detail"]


def test_who_looks_after_one_town_reads_none_and_only_the_office_makes_one(call, made):
    assert call("township_head", "GET", "/reports").status_code == 403
    assert call("supervisor", "POST", "/reports", json={"kind": "daily"}).status_code == 403
    assert call("county_office", "GET", "/reports/00000000-0000-0000-0000-000000000000").status_code == 404
