"""File review of the demonstration: drawn by the schedule, one draw discarded and made anew, scored, faults mended and open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.db import Record
from data.models import Base, FileDraw, FileScore
from data.queries.file_draws import repeat_file_draw
from data.queries.file_scores import reviewed
from data.simulate import build_demo
from data.simulate.interleave import Interleave
from policy.errors import Refusal
from policy.file_review import period_named

END = datetime(2026, 11, 20, 8, 42, tzinfo=UTC)


class Built:
    def __init__(self, record: Record, stood: list[Refusal]) -> None:
        self.record, self.stood = record, stood
        with record.read() as session:
            self.draws = list(session.scalars(select(FileDraw).order_by(FileDraw.committed_at, FileDraw.number)))
            self.sheets = list(session.scalars(select(FileScore)))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    record = Record(f"sqlite:///{tmp_path_factory.mktemp('reviews') / 'demo.db'}", clock=lambda: END)
    Base.metadata.create_all(record.write_engine)
    stood: list[Refusal] = []
    run = Interleave.run

    def running(chain: Interleave, *facts: Any) -> None:
        run(chain, *facts)
        stood.extend(chain.clerk.refused)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Interleave, "run", running)
        build_demo(record.write_engine, "jindong", 170, 1, END, per_year=4_000)
    yield Built(record, stood)
    record.close()


def test_every_month_and_quarter_is_drawn_and_one_draw_is_discarded(built: Built) -> None:
    months = {row.begins_on.isoformat()[:7] for row in built.draws if row.cycle == "month" and row.status == "drawn"}
    assert {"2026-07", "2026-08", "2026-09", "2026-10"} <= months
    assert any(row.cycle == "quarter" and row.status == "drawn" for row in built.draws)
    (gone,) = [row for row in built.draws if row.status == "discarded"]
    assert gone.reason
    assert any(row.begins_on == gone.begins_on and row.cycle == gone.cycle and row.beacon_name for row in built.draws)
    assert not [refusal for refusal in built.stood if refusal.code.startswith("errors_files.")]


def test_every_draw_can_be_repeated(built: Built) -> None:
    with built.record.read() as session:
        for row in built.draws:
            if row.seed:
                assert repeat_file_draw(session, SYSTEM, built.record.county(), END, number=row.number).holds, (
                    row.number
                )


def test_files_are_scored_by_several_with_grounds_and_faults_are_mended_or_wait(built: Built) -> None:
    assert len({row.reviewer_code for row in built.sheets}) > 1
    assert all(one["ground"] for row in built.sheets for one in row.points.values())
    faults = [fault for row in built.sheets for fault in row.faults]
    assert any(fault["mended_at"] for fault in faults)
    scored = {(row.draw_number, row.case_id) for row in built.sheets}
    assert len(scored) == len(built.sheets)


def test_the_best_and_worst_of_the_quarter_are_there(built: Built) -> None:
    period = period_named("2026-Q4")
    assert period is not None
    with built.record.read() as session:
        found = reviewed(session, SYSTEM, built.record.county(), END, period=period)
    assert not found.small
    assert len(found.best) == 10
    assert found.worst
