"""The server killed with -9 while clients write, less often than `bench/crash.py` does it: nothing lost, nothing twice, the chain whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bench.crash import Auditor, Known, Plan, built, crash
from data import casework
from data.db import Record
from policy.vocabulary import Role
from tests.data import small
from tests.support.tampering import unguard


@pytest.mark.long
@pytest.mark.timeout(900)
def test_five_kills_lose_nothing_that_was_acknowledged_and_double_nothing(tmp_path: Path) -> None:
    known = crash(Plan(kills=5, writes=300, seed=7, up=1.5, cold=4), tmp_path)
    assert (known.faults, known.lost, known.doubled, known.chain) == ([], set(), set(), "")
    assert known.kills >= 5
    assert known.acknowledged >= 300
    assert len(known.restarts["new"]) >= 1


def _receive(record: Record, tag: str) -> str:
    lon, lat = small.middle(0)
    told = {"source": "public_report", "summary": f"占道经营 {tag}", "item_code": "A1", "lon": lon, "lat": lat}
    return str(record.write(small.actor(record, Role.DISPATCHER), casework.receive_lead, **told).number)


@pytest.mark.long
def test_its_check_sees_what_is_lost_doubled_left_out_and_altered(tmp_path: Path) -> None:
    url, _tokens = built(tmp_path)
    record, known = Record(url), Known()
    auditor = Auditor(url, known)

    def after(statement: str) -> list[str]:
        """What the check says once something was done behind the record's back."""

        def work(connection: Connection) -> None:
            connection.execute(text(statement))

        known.faults.clear()
        record.submit_raw(work).result()
        auditor.check()
        return list(known.faults)

    unguard(record)
    known.leads |= {tag: _receive(record, tag) for tag in ("0-1", "0-2")}
    assert after("SELECT 1") == []
    assert known.good
    known.leads["0-3"], known.steps["JD-T-1", "accept"] = "JD-L-1", "answered"
    assert after("SELECT 1") == []
    assert known.lost == {"0-3", "JD-T-1 accept"}
    _receive(record, "0-1")
    assert after("SELECT 1") == []
    assert known.doubled == {"0-1"}
    assert "drawn 4" in after("UPDATE counter SET last = last + 1")[0]
    assert after("UPDATE counter SET last = last - 1") == []
    _receive(record, "0-4")
    (told,) = after("UPDATE event SET facts = '{}' WHERE sequence = (SELECT max(sequence) FROM event)")
    assert told.startswith("chain after")
    (told,) = after("DELETE FROM event WHERE sequence = (SELECT max(sequence) FROM event)")
    assert told.startswith("chain after")
    auditor.record.close()
    record.close()
