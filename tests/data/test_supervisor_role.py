"""A supervisor reads everything and changes nothing but its own records (YY 三(五)): said of every step there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.authority import VERBS
from data.casework.cases import case_step
from data.db import Record
from data.queries.cases import case_view
from policy.errors import Refusal
from policy.lifecycle import TABLES
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import reviewing as r
from tests.data import small

OWN = {"file_draw", "file_score", "card", "complaint", "appraisal"}
"""Matters that supervision keeps itself."""
TOLD = {"open_paper", "take_volume", "seal_file", "unmask", "note_evidence", "verify", "note", "retain", "acknowledge"}
"""Reading that is told as an event, and remarks beside a file that change nothing in it."""


def test_no_step_of_a_matter_of_others_is_a_supervisor_s() -> None:
    mine = {verb for verb, roles in VERBS.items() if Role.SUPERVISOR in roles}
    changes = {verb for verb in mine if not verb.startswith("page.") and verb.split(".")[1] not in {"read", *TOLD}}
    assert {verb.split(".")[0] for verb in changes} <= OWN, sorted(changes)
    for table in TABLES.values():
        assert not [step for step in table if Role.SUPERVISOR in step.roles]


def test_a_supervisor_reads_every_matter() -> None:
    reads = {verb for verb in VERBS if verb.endswith(".read")}
    assert [verb for verb in sorted(reads) if Role.SUPERVISOR not in VERBS[verb]] == []


def test_a_supervisor_s_step_of_a_case_is_refused_and_the_case_is_read(town: Record, tmp_path: Path) -> None:
    actors = c.cast(town)
    case = c.propose(town, tmp_path, actors)
    supervisor = r.supervisors(town)["supervisor"]
    with pytest.raises(Refusal) as refused:
        town.write(supervisor, case_step, number=case.number, step="submit_filing", given={})
    assert refused.value.kind == "forbidden"
    with town.read() as session:
        assert case_view(session, supervisor, town.county(), case.number, small.NOW).head.number == case.number
