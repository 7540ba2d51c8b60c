"""A draw from the command line: repeated with exit code 0, found altered with 1, written to a file others can repeat."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from data.authority import SYSTEM
from data.db import Record
from data.models import FileDraw, InspectionDraw
from policy.text import LANGUAGES
from tests.data import cases as c
from tests.data import inspecting as i
from tests.data import reviewing as r
from tests.data import small
from tests.data.test_file_draws import by_hand
from tests.data.test_inspection_draws import repeated_by_hand
from tests.support.terminal import run_here


@pytest.fixture
def drawn(tmp_path: Path, migrated_sqlite: Path) -> tuple[str, str]:
    """Address of a record with a draw, and the draw's number."""
    file = tmp_path / "draws.db"
    shutil.copyfile(migrated_sqlite, file)
    record = Record(f"sqlite:///{file}", clock=lambda: small.NOW)
    actors = i.build(record)
    for number in range(4):
        i.enterprise(record, number)
    row = i.committed(record, actors["west"], i.random_plan(record, actors["west"]))
    i.step(record, actors["west"], row, "draw", seed_source="generator")
    record.close()
    return record.url, row.number


def run(drawn: tuple[str, str], tmp_path: Path, *words: object, **more: Any) -> Any:
    return run_here(
        "draw",
        "verify",
        *words,
        database=drawn[0],
        var=tmp_path / "var",
        secret="kT9-vXq2_mRz7+Lb4=Wd8.Hn3~Yc6!Pf",
        **more,
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_draw_is_repeated_and_exported(drawn, tmp_path, lang) -> None:
    out = tmp_path / "draw.json"
    done = run(drawn, tmp_path, drawn[1], "--export", out, language=lang)
    assert (done.returncode, drawn[1] in done.stdout) == (0, True), done.stderr
    told = json.loads(out.read_text("utf-8"))
    assert repeated_by_hand(told, "subjects") == told["drawn_subjects"]


def test_an_altered_draw_ends_with_one_and_says_what_is_wrong(drawn, tmp_path) -> None:
    record = Record(drawn[0], clock=lambda: small.NOW)
    record.write(
        SYSTEM, lambda tx: tx.session.execute(update(InspectionDraw).values(drawn_subjects=["JD-P-20261120-0001"]))
    )
    record.close()
    done = run(drawn, tmp_path, drawn[1], "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["checks"]["subjects"] is False


def test_an_unknown_draw_is_a_sentence(drawn, tmp_path) -> None:
    done = run(drawn, tmp_path, "JD-W-20261120-0099", language="en")
    assert (done.returncode, "JD-W-20261120-0099" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.fixture
def files_drawn(tmp_path: Path, migrated_sqlite: Path) -> tuple[str, str]:
    """Address of a record with a draw of closed files, and the draw's number."""
    file = tmp_path / "files.db"
    shutil.copyfile(migrated_sqlite, file)
    record = Record(f"sqlite:///{file}", clock=lambda: small.NOW)
    small.build(record)
    r.closed(record, tmp_path, c.cast(record))
    number = r.drawn(record, r.supervisors(record)["supervisor"]).number
    record.close()
    return record.url, number


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_draw_of_files_is_repeated_and_exported(files_drawn, tmp_path, lang) -> None:
    out = tmp_path / "draw.json"
    done = run(files_drawn, tmp_path, files_drawn[1], "--export", out, language=lang)
    told = json.loads(out.read_text("utf-8"))
    assert (done.returncode, all(number in done.stdout for number in told["drawn_files"])) == (0, True), done.stderr
    assert by_hand(told) == told["drawn_files"]


def test_an_altered_draw_of_files_ends_with_one(files_drawn, tmp_path) -> None:
    record = Record(files_drawn[0], clock=lambda: small.NOW)
    record.write(SYSTEM, lambda tx: tx.session.execute(update(FileDraw).values(seed="0" * 64)))
    record.close()
    done = run(files_drawn, tmp_path, files_drawn[1], "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["checks"]["files"]) == (1, False)
