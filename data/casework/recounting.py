"""Asking for all figures to be counted again, and stopping it; the work itself is a job's (data/figures_recount.py)."""

from __future__ import annotations

from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.db import Tx
from data.events import append_event
from data.figures_recount import ASKED, RECOUNT, RUNNING, STOPPED, newest_run
from data.models import JobRun
from policy.errors import Refusal
from policy.zone import CHINA

MATTER = "figures"


def ask_recount(tx: Tx) -> JobRun:
    """Ask for every day taken to be counted again; Refusal while one is going."""
    demand(tx.actor, "figures.recount", Subject(tx.county.jurisdiction_id), tx.now)
    row = newest_run(tx.session, tx.county)
    if row is not None and row.status in (ASKED, RUNNING):
        raise Refusal(
            "errors_matter.recount_going", kind="conflict", done=row.result.get("done", 0), of=row.result.get("of", 0)
        )
    today = tx.now.astimezone(CHINA).date()
    if row is None or row.business_date < today:  # a later one is of a clock that was ahead
        row = JobRun(id=uuid7(), job=RECOUNT, jurisdiction_id=tx.county.jurisdiction_id, business_date=today, token=0)
        tx.session.add(row)
    row.status, row.started_at, row.finished_at, row.error = ASKED, tx.now, None, None
    row.lease_until, row.result = None, {"by": str(tx.actor.account_id) if tx.actor.account_id else None}
    append_event(tx, matter=MATTER, subject_id=row.id, verb="recount", to_state=ASKED)
    return row


def stop_recount(tx: Tx) -> JobRun:
    """Stop the recount that waits or runs; what it has kept stays. Refusal where none is going."""
    demand(tx.actor, "figures.stop_recount", Subject(tx.county.jurisdiction_id), tx.now)
    row = newest_run(tx.session, tx.county)
    if row is None or row.status not in (ASKED, RUNNING):
        raise Refusal("errors_matter.no_recount", kind="conflict")
    before = row.status
    if row.status == ASKED:
        row.status, row.finished_at = STOPPED, tx.now
    row.result = {**row.result, "stop": True}
    append_event(tx, matter=MATTER, subject_id=row.id, verb="stop_recount", from_state=before, to_state=STOPPED)
    return row
