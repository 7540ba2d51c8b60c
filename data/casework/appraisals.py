"""The verb of appraisals 考核 (LX 三(五)3; JD 二(五)15): the scores of a period are taken and kept; what comes out differently later
stands beside as restated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.db import Tx
from data.events import append_event
from data.models import Appraisal
from data.queries.appraisals import changed, kept
from policy.appraisal import Scored, as_kept
from policy.errors import Refusal
from policy.periods import period

CLAUSE: Final = "PL 74"


def take_appraisal(tx: Tx, *, period_code: str, found: Sequence[Scored]) -> list[Appraisal]:
    """Keep the scores of a period; a second taking keeps beside them what came out differently. Gives what was kept now."""
    demand(tx.actor, "appraisal.take", Subject(tx.county.jurisdiction_id), tx.now)
    one = period(period_code)
    if not found:
        raise Refusal("errors_conduct.nothing_to_appraise", kind="conflict", pointer="/period", period=one.code)
    before = kept(tx.session, tx.county, one.code)
    last = {key: rows[-1] for key, rows in before.items()}
    fresh = [score for score in found if changed(last.get((score.kind, score.code)), score)]
    number = max((row.restatement for row in last.values()), default=-1) + 1
    rows = [_row(tx, one.code, score, number) for score in fresh]
    if not rows:
        return []
    tx.session.add_all(rows)
    facts = {"period": one.code, "taken": len(rows), "of": len(found), "restatement": number}
    append_event(
        tx, matter="appraisal", subject_id=rows[0].id, subject_number=one.code, verb="take", facts=facts, clause=CLAUSE
    )
    return rows


def _row(tx: Tx, code: str, score: Scored, number: int) -> Appraisal:
    return Appraisal(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        period=code,
        subject_kind=score.kind,
        subject_code=score.code,
        score=score.score,
        low=score.low,
        high=score.high,
        parts=[as_kept(part) for part in score.parts],
        profile_digest=tx.county.profile.digest,
        restatement=number,
        taken_at=tx.now,
    )
