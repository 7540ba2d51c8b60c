"""Review of files over the interface: fixed, drawn, verified, scored, corrected, mended, ranked, taken out sealed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from data.settings import settings
from tests.data import cases as c
from tests.data import reviewing as r

PROGRAM = Path(__file__).parents[2] / "docs" / "verify_export.py"
POINTS = {"overall": {"points": "86.5", "ground": "程序完整"}}


pytestmark = pytest.mark.usefixtures("secret")


@pytest.fixture(scope="module")
def files(served) -> list[str]:
    _, _, record = served
    return r.closed(record, settings().var, c.cast(record))


@pytest.fixture(scope="module")
def draw(served, files) -> dict:
    client, tokens, _ = served
    head = {"authorization": f"Bearer {tokens['supervisor']}"}
    made = client.post("/api/v1/file-draws", json={"period": "2026-10", "wanted": 3}, headers=head)
    assert (made.status_code, made.json()["seed"], len(made.json()["files"])) == (201, None, len(files)), made.text
    done = client.post(f"/api/v1/file-draws/{made.json()['number']}/draw", json={}, headers=head)
    assert (done.status_code, done.json()["status"]) == (200, "drawn")
    return done.json()


def test_a_draw_is_listed_verified_and_given_to_others(call, draw) -> None:
    listed = call("supervisor", "GET", "/file-draws?cycle=month").json()["draws"]
    assert draw["number"] in {row["number"] for row in listed}
    found = call("county_office", "GET", f"/file-draws/{draw['number']}/verification").json()
    assert (found["holds"], found["files"]) == (True, draw["drawn"])
    told = call("supervisor", "GET", f"/file-draws/{draw['number']}/file").json()
    assert (told["seed"], told["drawn_files"], told["files_wanted"]) == (draw["seed"], draw["drawn"], 3)
    again = call("supervisor", "POST", "/file-draws", json={"period": "2026-10"})
    assert (again.status_code, again.json()["code"]) == (409, "errors_files.drawn_already")


def test_a_file_is_scored_corrected_and_its_fault_mended(call, draw) -> None:
    case = draw["drawn"][0]
    fault = {"words": "缺送达回证", "due_on": "2026-12-31", "organ": "BUREAU"}
    told = {"case": case, "draw": draw["number"], "points": POINTS, "faults": [fault]}
    made = call("supervisor", "POST", "/file-scores", json=told)
    assert (made.status_code, made.json()["score"], made.json()["cycle"]) == (201, 86.5, "month"), made.text
    number = made.json()["number"]
    better = {"points": {"overall": {"points": "90", "ground": "复核"}}, "reason": "笔误"}
    assert call("county_office", "POST", f"/file-scores/{number}/correct", json=better).status_code == 403
    fixed = call("supervisor", "POST", f"/file-scores/{number}/correct", json=better).json()
    assert (fixed["score"], [one["score"] for one in fixed["earlier"]], len(fixed["faults"])) == (90.0, [86.5], 1)
    waiting = call("officer", "GET", "/file-faults").json()["faults"]
    assert [(one["score"], one["place"]) for one in waiting] == [(number, 1)]
    mended = call("officer", "POST", f"/file-scores/{number}/faults/1/mended", json={"outcome": "已补正"})
    assert (mended.status_code, mended.json()["faults"][0]["outcome"]) == (200, "已补正"), mended.text
    assert call("officer", "GET", f"/cases/{case}/scores").json()["scores"][0]["number"] == number
    review = call("supervisor", "GET", "/file-review?period=2026-Q4").json()
    assert (review["files"], review["small"], review["best"]) == (1, True, [])
    assert call("supervisor", "GET", "/file-review?period=x").json()["code"] == "errors_files.period_wrong"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"points": {"overall": {"points": "101", "ground": "x"}}}, 422),
        ({"points": {"overall": {"points": "viel", "ground": "x"}}}, 422),
        ({"points": {}}, 422),
        ({"case": "JD-C-20990101-0001"}, 404),
        ({"draw": "JD-B-20990101-0001"}, 404),
        ({"surprise": 1}, 422),
    ],
)
def test_a_bad_sheet_is_refused_in_words(call, draw, change, status: int) -> None:
    told = {"case": draw["drawn"][1], "draw": draw["number"], "points": POINTS} | change
    found = call("supervisor", "POST", "/file-scores", json=told)
    assert found.status_code == status, found.text
    assert found.json()["detail"]


def test_a_file_is_taken_out_sealed_and_verifies(call, files, tmp_path: Path) -> None:
    number = next(one for one in files if one.startswith("JD-C-202611"))
    assert call("supervisor", "GET", f"/cases/{number}/sealed").status_code == 422, "what for is not said"
    for query in ("", "&masked=true", "&chain=true"):
        found = call("supervisor", "GET", f"/cases/{number}/sealed?reason=审计{query}")
        assert (found.status_code, found.headers["content-type"]) == (200, "application/zip"), found.text
        file = tmp_path / "sealed.zip"
        file.write_bytes(found.content)
        done = subprocess.run([sys.executable, str(PROGRAM), str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
            assert json.loads(archive.read("manifest.json"))["masked"] is ("masked" in query)
    assert not list((settings().var / "sealed").glob("*")), "nothing is left lying"
    for who in ("finance", "legal_reviewer"):  # the chain tells of complaints about anybody
        assert call(who, "GET", f"/cases/{number}/sealed?reason=审计&chain=true").status_code == 403


def test_every_step_of_review_is_taken_once_under_one_key(call, draw) -> None:
    def twice(who: str, path: str, body: dict) -> dict:
        answers = [call(who, "POST", path, json=body, headers={"Idempotency-Key": f"once{path}"}) for _ in range(2)]
        assert [one.status_code // 100 for one in answers] == [2, 2], [one.text for one in answers]
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["Idempotent-Replay"] == "true"
        return answers[0].json()

    fault = {"words": "缺页码", "due_on": "2026-12-31", "organ": "BUREAU"}
    told = {"case": draw["drawn"][2], "cycle": "quarter", "points": POINTS, "faults": [fault]}
    number = twice("supervisor", "/file-scores", told)["number"]
    assert len(call("supervisor", "GET", f"/cases/{draw['drawn'][2]}/scores").json()["scores"]) == 1
    better = {"points": {"overall": {"points": "90", "ground": "复核"}}, "reason": "笔误"}
    assert len(twice("supervisor", f"/file-scores/{number}/correct", better)["earlier"]) == 1
    twice("officer", f"/file-scores/{number}/faults/1/mended", {"outcome": "已补正"})
