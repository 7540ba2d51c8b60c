"""Answers to alarms of the console: acknowledged, or put off for the minutes that are set; each person answers alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from data.authority import Subject, demand
from data.casework.notices import acknowledge
from data.db import Tx
from data.events import append_event
from data.models import AlarmAnswer
from data.queries.alarms import Alarm, all_alarms
from data.settings import settings
from policy.errors import Refusal


def acknowledge_alarms(tx: Tx, *, alarms: Sequence[str]) -> int:
    """Say that one knows of these alarms; gives how many."""
    found = _find(tx, alarms, "lead.acknowledge_alarm")
    for one in found:
        if one.kind == "ladder":
            acknowledge(tx, key=one.key.partition(":")[2])
            continue
        _answer(tx, one, None)
        _tell(tx, one, "acknowledge_alarm", {})
    return len(found)


def snooze_alarms(tx: Tx, *, alarms: Sequence[str]) -> datetime:
    """Put these alarms off for the minutes that are set (ONEGRID_ALARM_SNOOZE_MINUTES); gives when they come back."""
    minutes = settings().alarm_snooze_minutes
    until = tx.now + timedelta(minutes=minutes)
    for one in _find(tx, alarms, "lead.snooze_alarm"):
        _answer(tx, one, until)
        _tell(tx, one, "snooze_alarm", {"minutes": minutes})
    return until


def _find(tx: Tx, keys: Sequence[str], verb: str) -> list[Alarm]:
    demand(tx.actor, verb, Subject(tx.county.jurisdiction_id), tx.now)
    known = {one.key: one for one in all_alarms(tx.session, tx.actor, tx.county, tx.now)}
    gone = [key for key in keys if key not in known]
    if gone or not keys:
        raise Refusal("errors_calls.alarm_over", kind="conflict", pointer="/alarms")
    return [known[key] for key in dict.fromkeys(keys)]


def _answer(tx: Tx, one: Alarm, until: datetime | None) -> None:
    if tx.actor.account_id is None:
        raise Refusal("errors_calls.alarm_nobody", kind="forbidden")
    mine = (AlarmAnswer.account_id == tx.actor.account_id, AlarmAnswer.alarm == one.key)
    row = tx.session.scalars(select(AlarmAnswer).where(*mine)).first()
    if row is None:
        place = tx.county.jurisdiction_id
        row = AlarmAnswer(jurisdiction_id=place, account_id=tx.actor.account_id, alarm=one.key, at=tx.now)
        tx.session.add(row)
    row.at, row.until = tx.now, until


def _tell(tx: Tx, one: Alarm, verb: str, more: dict[str, Any]) -> None:
    matter = "notice" if one.kind == "ladder" else "lead" if one.number == one.lead else "task"
    append_event(
        tx,
        matter=matter,
        subject_id=one.matter_id,
        subject_number=one.number,
        verb=verb,
        from_state=None,
        to_state=None,
        facts={"alarm": one.kind, "since": one.since.isoformat(), **more},
    )
