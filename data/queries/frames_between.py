"""Frames of what passes between organs: transfers, requests for help, joint meetings, and the steps of case work by organ."""

from __future__ import annotations

from typing import Final

import pandas as pd
from sqlalchemy import case, func, literal, select

from data.models import Assistance, Event, Meeting, Transfer
from data.queries.frames_read import Reading, read_frame
from policy.vocabulary import Verb
from policy.vocabulary_between import AssistanceStatus

CASE_WORK: Final = (
    "case", "review", "criminal_referral", "transfer", "assistance", "dispute", "escalation", "inspection_visit",
    "file_draw", "file_score", "card", "complaint",
)  # fmt: skip
"""Matters whose steps are case work and supervision (JD 二(五)14); what is dispatched and patrolled is not."""
BLOCK: Final = '%"block":%'
"""A fact of a decision on the spot whose number was one of the team's paper forms (PL 52)."""


def transfers(reading: Reading) -> pd.DataFrame:
    """Matters handed to another organ: sent, first received, objected to."""
    objected = (
        select(func.min(Event.at))
        .where(Event.subject_id == Transfer.id, Event.verb == Verb.OBJECT.value)
        .scalar_subquery()
    )
    received = func.coalesce(Transfer.first_received_at, Transfer.received_at)
    query = select(
        Transfer.number, Transfer.township_code, Transfer.from_organ, Transfer.to_organ, Transfer.sent_at, received,
        objected,
    ).where(Transfer.jurisdiction_id == reading.county.jurisdiction_id)  # fmt: skip
    return read_frame(reading, query, "transfers")


def assistance(reading: Reading) -> pd.DataFrame:
    """Requests for help between organs, answered or not."""
    refused = case((Assistance.status == AssistanceStatus.REFUSED.value, True), else_=False)
    query = select(
        Assistance.number, Assistance.township_code, Assistance.from_organ, Assistance.to_organ, Assistance.asked_at,
        Assistance.answer_due_at, Assistance.answered_at, refused,
    ).where(Assistance.jurisdiction_id == reading.county.jurisdiction_id)  # fmt: skip
    return read_frame(reading, query, "assistance")


def meetings(reading: Reading) -> pd.DataFrame:
    """Joint meetings that were held."""
    query = select(Meeting.number, Meeting.held_at).where(
        Meeting.jurisdiction_id == reading.county.jurisdiction_id, Meeting.held_at.is_not(None)
    )
    return read_frame(reading, query, "meetings")


def steps(reading: Reading) -> pd.DataFrame:
    """Steps people took in case work and supervision, out of the chain; a decision on a numbered paper form was entered later."""
    on_paper = (Event.verb == Verb.DECIDE_ON_SPOT.value) & Event.facts.like(BLOCK)
    entry = case((on_paper, literal("paper")), else_=literal("online"))
    query = select(Event.subject_number, Event.verb, Event.organ, Event.at, entry).where(
        Event.jurisdiction_id == reading.county.jurisdiction_id,
        Event.matter.in_(CASE_WORK),
        Event.role != "system",
    )
    since = reading.since
    return read_frame(reading, query if since is None else query.where(Event.at >= since), "steps")
