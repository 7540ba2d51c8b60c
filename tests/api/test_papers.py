"""Documents over the interface: what can be made and what is missing, made once with a key, read with a reason, bound, corrected."""

from __future__ import annotations

import io
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from docx import Document
from pypdf import PdfReader

from data.papers import typeset
from data.settings import settings
from tests.api.test_cases import at_ten, lead, parts, propose, served_case
from tests.api.test_leads import post, problem

__all__ = ["at_ten", "lead", "parts"]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TOLD = {"words": "问：何时摆摊？\n答：上午九时。", "person": "赵某"}


@pytest.fixture
def case(call, lead):
    """A case of a party of its own: nobody is fined twice."""
    reply = propose(call, lead, party={"kind": "citizen", "name": f"王{lead[-4:]}"})
    assert reply.status_code == 201, reply.text
    return reply.json()["number"]


@pytest.fixture
def decided(call, case, clock):
    served_case(call, clock, case)
    return case


def make(call, number, paper="interview_record", told=None, who="handler", matter="cases", **headers):
    body = {"paper": paper, "told": TOLD if told is None else told}
    return call(who, "POST", f"/{matter}/{number}/papers", json=body, headers=headers)


def choice(call, number, kind, who="handler", matter="cases", **more):
    found = call(who, "GET", f"/{matter}/{number}/papers", **more).json()
    return next(one for one in found["choices"] if one["kind"] == kind)


def events(call, number, verb):
    rows = call("dispatcher", "GET", f"/cases/{number}/events").json()["events"]
    return [one["facts"] for one in rows if one["verb"] == verb]


# -- listed ------------------------------------------------------------------------------------------------------------


def test_what_can_be_made_and_what_is_missing_is_told_in_the_words_of_the_refusal(call, case):
    found = call("handler", "GET", f"/cases/{case}/papers").json()
    assert (found["papers"], found["may_make"], found["may_read"], found["asks_reason"]) == ([], True, True, False)
    asked = choice(call, case, "interview_record")
    assert asked["allowed"]
    kinds = {one["name"]: one["kind"] for one in asked["asks"]}
    assert (kinds["words"], kinds["begun"], kinds["person"]) == ("words", "moment", "text")
    assert next(one["label"] for one in asked["asks"] if one["name"] == "person") == "被询问人"
    for kind, missing in (
        ("decision", "决定书文号"),
        ("goods_list", "登记在册的物品"),
        ("decision_on_the_spot", "简易程序"),
    ):
        lacks = choice(call, case, kind)
        assert not lacks["allowed"]
        assert missing in lacks["obstacle"]
        refused = problem(make(call, case, kind, {}), 409, lacks["code"])
        assert refused["detail"] == lacks["obstacle"]
    assert "Simple procedure" in choice(call, case, "decision_on_the_spot", params={"lang": "en"})["obstacle"]


def test_every_document_is_judged_as_making_it_is_judged(call, decided):
    for one in call("handler", "GET", f"/cases/{decided}/papers").json()["choices"]:
        reply = make(call, decided, one["kind"], {})
        assert (reply.status_code == 201) == one["allowed"], (one["kind"], reply.text)
        if not one["allowed"]:
            assert reply.json()["detail"] == one["obstacle"]
    again = choice(call, decided, "decision")
    assert (again["made"], again["allowed"], again["code"]) == (1, False, "errors_papers.decided_once")


def test_who_may_make_none_is_told_of_those_there_are_alone(call, decided):
    make(call, decided)
    seen = call("dispatcher", "GET", f"/cases/{decided}/papers").json()
    assert (seen["may_make"], seen["may_read"], seen["choices"]) == (False, False, [])
    assert [one["name"] for one in seen["papers"]] == ["询问笔录"]
    assert "赵某" not in str(seen)
    problem(make(call, decided, who="dispatcher"), 403, "forbidden")
    problem(call("eastern", "GET", f"/cases/{decided}/papers"), 404, "not_found")


# -- made, corrected, read ---------------------------------------------------------------------------------------------


def test_a_document_is_made_once_with_a_key_and_corrected_by_another(call, decided):
    key = {"Idempotency-Key": "a" * 20}
    first, again = (make(call, decided, **key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotent-replay"] == "true"
    paper = first.json()
    assert paper["state"] == "standing"
    problem(make(call, decided, told={"words": "其他"}, **key), 409, "key_reused")
    problem(call("handler", "POST", f"/papers/{paper['id']}/replace", json={"told": TOLD}), 422, "body_faults")
    told = {"reason": "时间笔误", "told": TOLD}
    better = call("handler", "POST", f"/papers/{paper['id']}/replace", json=told)
    assert (better.status_code, better.json()["replaces"]) == (201, paper["number"])
    rows = call("handler", "GET", f"/cases/{decided}/papers").json()["papers"]
    assert [(one["state"], one["replaced_by"]) for one in rows] == [
        ("replaced", better.json()["number"]),
        ("standing", None),
    ]
    problem(call("handler", "POST", f"/papers/{paper['id']}/replace", json=told), 409, "replaced_already")
    assert events(call, decided, "replace_paper")[0]["reason"] == "时间笔误"


def test_a_file_is_saved_under_its_chinese_name_and_never_drawn(call, decided):
    paper = make(call, decided).json()
    docx = call("handler", "GET", paper["docx"].removeprefix("/api/v1"))
    assert docx.headers["content-type"] == DOCX
    assert docx.headers["content-disposition"] == (
        f"attachment; filename=\"file.docx\"; filename*=utf-8''{quote('询问笔录-' + paper['number'] + '.docx')}"
    )
    assert docx.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in docx.headers["content-security-policy"]
    assert docx.headers["cache-control"] == "no-store"
    assert "答：上午九时" in "\n".join(part.text for part in Document(io.BytesIO(docx.content)).paragraphs)
    pdf = call("handler", "GET", paper["pdf"].removeprefix("/api/v1"))
    assert pdf.headers["content-type"] == "application/pdf"
    assert "赵某" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert [one["document"] for one in events(call, decided, "open_paper")] == [paper["number"]] * 2


def test_who_does_not_handle_the_case_says_why(call, decided):
    paper = make(call, decided).json()
    assert call("reviewer", "GET", f"/cases/{decided}/papers").json()["asks_reason"]
    place = paper["docx"].removeprefix("/api/v1")
    refused = problem(call("reviewer", "GET", place), 422, "reason_missing")
    assert "理由" in refused["detail"]
    assert call("reviewer", "GET", f"{place}&reason=法制审核").status_code == 200
    assert [one.get("reason") for one in events(call, decided, "open_paper")] == ["法制审核"]
    problem(call("dispatcher", "GET", f"{place}&reason=看看"), 403, "forbidden")
    problem(call("eastern", "GET", f"{place}&reason=看看"), 404, "not_found")
    problem(call("handler", "GET", "/papers/00000000-0000-7000-8000-000000000000/file"), 404, "not_found")
    problem(call("handler", "GET", f"/papers/{paper['id']}/file?format=exe"), 422, "body_faults")


def test_the_layout_of_word_needs_libreoffice_and_says_so_where_it_is_not(call, decided, monkeypatch):
    monkeypatch.setattr(typeset, "office", lambda: None)
    paper = make(call, decided).json()
    refused = problem(call("handler", "GET", f"/papers/{paper['id']}/file?format=pdf&by=office"), 503, "no_office")
    assert "LibreOffice" in refused["detail"]


def test_a_template_of_the_office_with_a_picture_is_never_printed_without_it(call, decided, monkeypatch, tmp_path):
    from tests.api.test_evidence import picture

    own = Document()
    own.add_picture(io.BytesIO(picture(1)))
    own.add_paragraph("{{ told.words }}")
    own.save(str(tmp_path / "interview_record.docx"))
    monkeypatch.setenv("ONEGRID_TEMPLATES", str(tmp_path))
    monkeypatch.setattr(typeset, "office", lambda: None)
    settings.cache_clear()
    paper = make(call, decided).json()
    monkeypatch.delenv("ONEGRID_TEMPLATES")
    settings.cache_clear()
    problem(call("handler", "GET", f"/papers/{paper['id']}/file?format=pdf"), 503, "no_office")
    bound = call("handler", "GET", f"/cases/{decided}/volume")
    whole = "".join(page.extract_text() for page in PdfReader(io.BytesIO(bound.content)).pages)
    assert "未在此排出" in "".join(whole.split())


# -- the whole file ----------------------------------------------------------------------------------------------------


def test_the_whole_file_is_bound_told_and_named(call, decided):
    make(call, decided, "decision", {})
    reply = call("handler", "GET", f"/cases/{decided}/volume")
    assert reply.headers["content-type"] == "application/pdf"
    assert quote(f"{decided}-案卷.pdf") in reply.headers["content-disposition"]
    read = ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(reply.content)).pages]
    assert any("卷内目录" in text for text in read)
    assert all(f"—{place}/{len(read)}—" in text for place, text in enumerate(read, start=1))
    (told,) = events(call, decided, "take_volume")
    assert (told["form"], told["papers"]) == ("pdf", 1)
    problem(call("reviewer", "GET", f"/cases/{decided}/volume"), 422, "reason_missing")
    packed = call("reviewer", "GET", f"/cases/{decided}/volume?format=zip&reason=评查")
    assert ZipFile(io.BytesIO(packed.content)).namelist()[0].startswith("01-行政处罚决定书-罚决〔2026〕")
    problem(call("dispatcher", "GET", f"/cases/{decided}/volume"), 403, "forbidden")
    assert [one["form"] for one in events(call, decided, "take_volume")] == ["pdf", "zip"]


def test_a_case_without_documents_has_nothing_to_pack(call, case):
    problem(call("handler", "GET", f"/cases/{case}/volume?format=zip"), 409, "volume_empty")
    assert events(call, case, "take_volume") == []


# -- leads, blocks -----------------------------------------------------------------------------------------------------


def test_a_letter_is_made_for_a_lead_and_what_needs_a_case_says_so(call):
    number = post(call).json()["number"]
    assert choice(call, number, "transfer_letter", matter="leads")["allowed"]
    assert choice(call, number, "filing_approval", matter="leads")["code"] == "errors_papers.case_only"
    told = {"receiver": "区水务局", "reason": "不属于本机关管辖。"}
    assert make(call, number, "transfer_letter", told, matter="leads").status_code == 201
    problem(make(call, number, "decision", {}, matter="leads"), 409, "case_only")


def test_a_team_takes_numbers_and_brings_them_back(call):
    key = {"Idempotency-Key": "block-1"}
    first, again = (call("head", "POST", "/teams/W1/blocks", json={"count": 5}, headers=key) for _ in range(2))
    assert first.status_code == 201, first.text
    assert again.json() == first.json()
    block = first.json()
    assert (block["series"], block["left"], block["used"], block["team"]) == ("当罚", 5, [], "W1")
    problem(call("head", "POST", "/teams/W1/blocks", json={"count": 5}), 409, "block_open")
    problem(call("head", "POST", f"/blocks/{block['id']}/return", json={"used": []}), 422, "reason_missing")
    back = call("head", "POST", f"/blocks/{block['id']}/return", json={"used": [], "reason": "换本"})
    assert (back.status_code, back.json()["left"]) == (200, 0)
    assert back.json()["closed_at"]
    listed = call("head", "GET", "/teams/W1/blocks").json()["blocks"]
    assert [one["id"] for one in listed] == [block["id"]]
    problem(call("head", "GET", "/teams/NONE/blocks"), 404, "team_not_found")
    problem(call("handler", "GET", "/teams/W1/blocks"), 403, "forbidden")
    problem(call("east", "POST", "/teams/W1/blocks", json={"count": 5}), 403, "forbidden")
