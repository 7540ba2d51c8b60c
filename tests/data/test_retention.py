"""The report of what evidence is kept until when: an open matter, one that is used, one put away; nothing is destroyed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.authority import SYSTEM, Actor
from data.db import Record
from data.models import Case, Event, Evidence
from data.queries.retention import Retained, retention_report
from tests.data import cases as c
from tests.data import small


@pytest.fixture
def actors(town: Record) -> dict[str, Actor]:
    return c.cast(town)


def report(town: Record) -> dict[str, Retained]:
    with town.read() as session:
        return {one.number: one for one in retention_report(session, SYSTEM, town.county(), now=small.NOW)}


def why(one: Retained) -> list[str]:
    return [reason.code.removeprefix("reasons_case.kept_") for reason in one.decision.reasons]


def test_files_stay_while_their_matter_is_open_or_another_uses_them(
    town: Record, actors: dict[str, Actor], tmp_path: Path
) -> None:
    case = c.propose(town, tmp_path, actors)
    with town.read() as session:
        row = session.scalars(select(Evidence)).one()
        before = session.scalar(select(func.count()).select_from(Event))
    one = report(town)[str(row.matter_number)]
    assert (one.kind, one.files, one.bytes, one.may_destroy) == ("lead", 1, row.size, False)
    assert why(one) == ["open", "used", "silent"]
    assert case.number in one.decision.reasons[1].sentence("zh")
    assert case.number not in report(town)  # it uses the file and took in none of its own
    with town.read() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == before  # a report is no step
        assert session.scalars(select(Case)).one().status == "proposed"
