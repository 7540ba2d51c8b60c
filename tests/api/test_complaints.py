"""Complaints over the interface: taken once under one key, their words sealed wherever they are kept."""

from __future__ import annotations

from sqlalchemy import select

from data.models import Answered

WORDS = "检查时没有出示证件"
GIVEN = {"channel": "letter", "words": WORDS, "complainant": "王小明", "about_organ": "WEST"}


def test_what_was_said_is_in_no_answer_that_is_kept_under_a_key(call, served) -> None:
    answers = [
        call("supervisor", "POST", "/complaints", json=GIVEN, headers={"Idempotency-Key": "complaint-1"})
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201], answers[0].text
    assert answers[0].json() == answers[1].json(), "it is the same complaint"
    assert (answers[1].json()["words"], answers[1].headers["Idempotent-Replay"]) == (WORDS, "true")
    with served[2].read() as session:
        (kept,) = session.scalars(select(Answered.answer).where(Answered.key == "complaint-1"))
    assert (WORDS in str(kept), kept["number"]) == (False, answers[0].json()["number"])
