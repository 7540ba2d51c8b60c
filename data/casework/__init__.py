"""Writes: one verb, one savepoint, one event each."""

from data.casework.fieldwork import accept, arrive, decline, depart, expire, expire_due, report
from data.casework.leads import (
    archive,
    evaluate,
    locate,
    mark_duplicate,
    receive_lead,
    receive_leads,
    reject,
    resolve,
    triage,
)
from data.casework.sending import dispatch, recall
from data.casework.units import report_position, set_status

__all__ = [
    "accept",
    "archive",
    "arrive",
    "decline",
    "depart",
    "dispatch",
    "evaluate",
    "expire",
    "expire_due",
    "locate",
    "mark_duplicate",
    "recall",
    "receive_lead",
    "receive_leads",
    "reject",
    "report",
    "report_position",
    "resolve",
    "set_status",
    "triage",
]
