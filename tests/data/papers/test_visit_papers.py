"""Documents of a visit say what the visit says: who is inspected, by whom, for what, when, with what result (E7)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from data.casework.visit_papers import make_visit_paper, open_visit_paper
from data.db import Record
from data.settings import settings
from tests.data import inspecting as i
from tests.data import parties as p
from tests.data import small


@pytest.fixture
def record(database: str, clock: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:

    monkeypatch.setenv("ONEGRID_VAR", str(tmp_path))
    settings.cache_clear()
    found = Record(database, clock=clock)
    yield found
    found.close()
    settings.cache_clear()


@pytest.fixture
def actors(record: Record) -> dict[str, Any]:
    return i.build(record)


def text(record: Record, actor: Any, row: Any, paper: str) -> str:
    made = record.write(actor, make_visit_paper, number=row.number, paper=paper)
    _, content = record.write(actor, open_visit_paper, number=row.number, paper=made.id)
    whole = Document(io.BytesIO(content))
    cells = [cell.text for table in whole.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(one.text for one in whole.paragraphs), *cells])


def test_a_merged_visit_from_its_approval_to_its_result(record, actors, clock) -> None:
    subject = i.enterprise(record)
    plans = [
        i.plan(record, actors["west"], subject).number,
        i.plan(record, actors["market"], subject, inspection_items=["B1"]).number,
    ]
    row = i.visit(record, actors["west_officer"], subject, inspection_plans=plans)
    officer = actors["west_officer"]
    approval = text(record, officer, row, "inspection_approval")
    for said in (subject.name, "甲01", "甲02", "2026年11月20日8时30分", *plans):
        assert said in approval
    with p.refused("errors_inspections.paper_too_early"):
        text(record, officer, row, "inspection_notice")
    i.step(record, actors["market"], row, "agree")
    i.step(record, actors["west"], row, "approve")
    assert "检通〔2026〕1号" in text(record, officer, row, "inspection_notice")
    row = i.step(record, officer, row, "give_notice", document="检通〔2026〕1号")
    i.step(record, officer, row, "enter", scanned=row.token, certificates_shown=True)
    clock.now = small.NOW + timedelta(minutes=50)
    i.step(record, officer, row, "leave")
    assert subject.credit_code in text(record, officer, row, "inspection_record")
    row = i.step(
        record, officer, row, "record", visit_outcome="problem_no_violation", words="标识陈旧。", guidance="更换标识"
    )
    result = text(record, officer, row, "inspection_result")
    for said in (subject.name, "标识陈旧", "更换标识", "有问题但不构成违法"):
        assert said in result
    assert p.verbs(record, row).count("make_paper") == 4
    late = text(record, officer, row, "inspection_approval")
    for said in (*plans, "甲01", "2026年11月20日8时30分", "占道经营（依据"):
        assert said in late  # made afterwards it still says what was to be approved
    assert "标识陈旧" not in late


def test_a_stranger_makes_none(record, actors) -> None:
    row = i.visit(record, actors["west_officer"], i.enterprise(record))
    with p.refused("errors_inspections.paper_of_others"):
        record.write(actors["market"], make_visit_paper, number=row.number, paper="inspection_approval")
    with p.refused("errors_access.forbidden"):
        record.write(actors["grid"], make_visit_paper, number=row.number, paper="inspection_approval")
