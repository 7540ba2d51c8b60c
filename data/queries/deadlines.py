"""Deadlines for people and for figures: those of a matter with how they stand, and all of a county as a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.deadlines import count, local, standing
from data.models import Deadline
from policy import deadlines as law
from policy.text import has, say

State = Literal["running", "paused", "overdue", "possible", "lapsed", "met", "late", "ended"]


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A deadline as a page shows it: `key` leads to its value, `left` is what remains (negative: since when it is over)."""

    id: UUID
    kind: str
    key: str
    name: str
    about: str
    whose: str
    sense: str
    state: State
    begun_at: datetime
    due_at: datetime
    left: timedelta
    provisional: bool
    clause: str | None
    extended: int
    paused_since: datetime | None
    pauses: tuple[Mapping[str, Any], ...]
    reminded: int
    done_at: datetime | None
    ended_at: datetime | None


def deadlines_of(session: Session, matter_id: UUID, now: datetime, lang: str = "zh") -> tuple[DeadlineView, ...]:
    """Every deadline of a matter: those that run first, the next one due on top; then what is over, the latest on top."""
    rows = session.scalars(select(Deadline).where(Deadline.matter_id == matter_id)).all()
    views = [_view(row, now, lang) for row in rows]
    open_ones = sorted((v for v in views if _over(v) is None), key=lambda v: v.due_at)
    over = sorted((v for v in views if _over(v) is not None), key=lambda v: _over(v) or v.due_at, reverse=True)
    return (*open_ones, *over)


def how_counted(county: County, row: Deadline) -> law.Counted | None:
    """How a deadline was counted, day by day; None where the profile no longer knows it."""
    found = count(county, row.kind, row.begun_at, row.pauses, extended=row.extended > 0)
    return found.counted() if found else None


def deadline_event(verb: str, facts: Mapping[str, Any], lang: str = "zh") -> str | None:
    """What happened to a deadline, in the words of a timeline; None for an event of another sort."""
    sentence = f"policy.clock.{verb}"
    if not has(sentence, lang):
        return None
    moments = {name: _minute(facts[name]) for name in ("due", "done", "before") if facts.get(name)}
    ground = f"policy.stop.{facts.get('ground')}"
    step, recipient = f"policy.ladder.{facts.get('step')}", f"policy.recipient.{facts.get('to')}"
    words = {
        "deadline": say(f"policy.key.{law.key_of(facts['kind'])}", lang),
        "from_": _minute(facts["from"]) if facts.get("from") else "",
        "ground": say(ground, lang) if has(ground, lang) else facts.get("ground", ""),
        "step": say(step, lang, recipient=say(recipient, lang)) if has(step, lang) and has(recipient, lang) else "",
    }
    return say(sentence, lang, **words, **moments)


def _minute(iso: str) -> str:
    return local(datetime.fromisoformat(iso))


def _over(view: DeadlineView) -> datetime | None:
    return view.done_at or view.ended_at


def _view(row: Deadline, now: datetime, lang: str) -> DeadlineView:
    since, key = standing(row), law.key_of(row.kind)
    paused = datetime.fromisoformat(since) if since else None
    return DeadlineView(
        id=row.id,
        kind=row.kind,
        key=key,
        name=say(f"policy.key.{key}", lang),
        about=row.about,
        whose=row.whose,
        sense=row.sense,
        state=_state(row, now),
        begun_at=row.begun_at,
        due_at=row.due_at,
        left=row.due_at - (row.done_at or row.ended_at or paused or now),
        provisional=row.provisional,
        clause=row.clause,
        extended=row.extended,
        paused_since=paused,
        pauses=tuple(row.pauses),
        reminded=row.reminded,
        done_at=row.done_at,
        ended_at=row.ended_at,
    )


def _state(row: Deadline, now: datetime) -> State:
    if row.done_at is not None:
        return "late" if row.sense == "latest" and row.done_at > row.due_at else "met"
    if row.ended_at is not None:
        return "ended"
    if standing(row):
        return "paused"
    if now <= row.due_at:
        return "running"
    if row.kind in law.RIGHTS:
        return "lapsed"
    return "overdue" if row.sense == "latest" else "possible"
