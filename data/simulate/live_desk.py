"""The desk of the live demonstration: what people leave lying is located, sent, closed and called back, a little at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import SYSTEM
from data.casework import dispatch, evaluate, locate, mark_duplicate, reject, resolve, triage
from data.casework.hotline import reply_hotline
from data.county import County
from data.db import Record
from data.models import ItemField, Lead, Task
from data.queries.console_hints import doubles_of, places_of, suggestions_of
from data.queries.recommending import recommend_teams
from data.simulate.chance import chance
from data.simulate.hotline import ENDED, reply_words
from policy.errors import Refusal
from policy.lifecycle import OPEN_TASKS
from policy.text import say
from policy.vocabulary import LeadStatus, Outcome, TaskKind, Urgency
from policy.zone import CHINA

PATIENCE: Final = {Urgency.NORMAL: (300, 560), Urgency.URGENT: (170, 300), Urgency.EMERGENCY: (80, 140)}
"""Seconds from first to last that a lead is left to people before the simulation takes it."""
BETWEEN: Final = timedelta(seconds=18)  # from one thing done at the desk to the next, unless it presses
SAME: Final = 0.8  # score from which a double is closed without people
AGAIN: Final = timedelta(minutes=3)  # a lead nobody could take is tried again after this
WAITING: Final = (LeadStatus.RECEIVED, LeadStatus.TRIAGED)
FOLLOWED: Final = (Outcome.REFER_UP, Outcome.ASSISTANCE_NEEDED)


class LiveDesk:
    """Takes what has waited longer than people usually let it wait."""

    def __init__(self, record: Record, seed: int) -> None:
        self.record, self.seed = record, seed
        self._retry: dict[str, datetime] = {}
        self._free: datetime | None = None
        self._closing: datetime | None = None

    def patience(self, number: str, urgency: str) -> timedelta:
        """How long a lead is left to people; its own for each lead, the same after a restart."""
        least, most = PATIENCE[Urgency(urgency)]
        return timedelta(seconds=chance(self.seed, number, "patience").uniform(least, most))

    def due(self, leads: Iterable[Lead], now: datetime) -> list[Lead]:
        """Leads that have waited long enough, the most pressing first."""
        rank = {Urgency.EMERGENCY: 0, Urgency.URGENT: 1, Urgency.NORMAL: 2}
        found = [lead for lead in leads if self._over(lead, now)]
        return sorted(found, key=lambda lead: (rank[Urgency(lead.urgency)], lead.received_at))

    def _over(self, lead: Lead, now: datetime) -> bool:
        waited = now - lead.received_at >= self.patience(lead.number, lead.urgency)
        return waited and self._retry.get(lead.number, now) <= now

    def step(self, session: Session, county: County, now: datetime) -> int:
        """Work off the lead that has waited longest, pressing ones before it; gives how many were sent."""
        busy = self._free is not None and now < self._free
        waiting = self.due(_waiting(session, county), now)
        lead = next((one for one in waiting if not busy or one.urgency != Urgency.NORMAL), None)
        if lead is None:
            return 0
        try:
            sent = self._take(session, county, lead, now)
        except Refusal:
            self._retry[lead.number] = now + AGAIN
            return 0
        self._free = now + BETWEEN if sent else self._free
        return sent

    def _take(self, session: Session, county: County, lead: Lead, now: datetime) -> int:
        if lead.township_code is None:
            self._place(county, lead, now)
            return 0
        double = next((d.match for d in doubles_of(session, county, lead, now)), None)
        if double is not None and double.score >= SAME and double.number < lead.number:
            self._write(mark_duplicate, county, now, number=lead.number, original=double.number)
            return 0
        if lead.domain is None:
            self._triage(session, county, lead, now)
            return 0
        return self._send(session, county, lead, now)

    def _place(self, county: County, lead: Lead, now: datetime) -> None:
        """By its address, or turned away: a lead without a place cannot be sent."""
        found = places_of(county, lead) if lead.location_note == "address_only" else ()
        if found:
            self._write(locate, county, now, number=lead.number, cell_code=found[0].place.code)
            return
        outside = lead.location_note == "outside"
        reason = say("simulate.lead_outside" if outside else "simulate.lead_unplaced")
        self._write(reject, county, now, number=lead.number, reason=reason)

    def _triage(self, session: Session, county: County, lead: Lead, now: datetime) -> None:
        """By its words; where they say nothing, the field with most items."""
        found = suggestions_of(session, county, lead, "zh")
        if found:
            chosen: dict[str, Any] = {"item_code": found[0].item_code} if found[0].item_code else {}
            self._write(triage, county, now, number=lead.number, domain=found[0].domain, **chosen)
            return
        largest = select(ItemField.code).where(ItemField.jurisdiction_id == county.jurisdiction_id)
        domain = session.scalars(largest.order_by(ItemField.item_count.desc(), ItemField.code).limit(1)).first()
        self._write(triage, county, now, number=lead.number, domain=domain)

    def _send(self, session: Session, county: County, lead: Lead, now: datetime) -> int:
        for kind in (None, TaskKind.VERIFY):
            found = recommend_teams(session, county, lead, now, kind).candidates
            free = next((c.team.code for c in found if c.team.open_tasks == 0), None)
            if free is not None:
                told = {"number": lead.number, "team_codes": [free], "kind": kind.value if kind else None}
                self._write(dispatch, county, now, **told)
                return 1
        self._retry[lead.number] = now + AGAIN
        return 0

    def _write(self, verb: Callable[..., Any], county: County, now: datetime, **told: Any) -> None:
        self.record.write(SYSTEM, verb, county=county, now=now, **told)

    # what an outcome leaves open

    def close(self, session: Session, county: County, now: datetime) -> int:
        """Close a lead whose re-check is due or whose case is filed, answer an order of 12345, call one reporter back."""
        if self._closing is not None and now < self._closing:
            return 0
        self._closing, done = now + BETWEEN, 0
        for number in _ended(session, county, now):
            done += self._try(resolve, county, now, number=number, note=say("simulate.recheck_passed"))
        for number, words in _unanswered(session, county, now):
            done += self._try(reply_hotline, county, now, number=number, reply=words)
        for number in _uncalled(session, county, now):
            rng = chance(self.seed, number, "score")
            if rng.random() < 0.5:
                score = rng.choices((5, 4, 3, 2, 1), (56, 29, 10, 4, 1))[0]
                done += self._try(evaluate, county, now, number=number, score=score)
        return done

    def _try(self, verb: Callable[..., Any], county: County, now: datetime, **told: Any) -> int:
        more = {"matter_ended": True} if verb is resolve else {}
        try:
            self._write(verb, county, now, **told, **more)
        except Refusal:
            return 0
        return 1


def _waiting(session: Session, county: County) -> list[Lead]:
    """Leads at the desk, and leads in progress that ask for another team."""
    mine = Lead.jurisdiction_id == county.jurisdiction_id
    queue = select(Lead).where(mine, Lead.status.in_(WAITING)).order_by(Lead.received_at).limit(200)
    open_tasks = select(Task.id).where(Task.lead_id == Lead.id, Task.status.in_(OPEN_TASKS))
    followed = select(Lead).where(
        mine, Lead.status == LeadStatus.IN_PROGRESS, Lead.outcome.in_(FOLLOWED), ~open_tasks.exists()
    )
    return [*session.scalars(queue), *session.scalars(followed.limit(20))]


def _ended(session: Session, county: County, now: datetime) -> list[str]:
    """The oldest lead in progress whose re-check day has come, or whose case was proposed yesterday or before."""
    today = now.astimezone(CHINA).date()
    last = select(func.max(Task.reported_at)).where(Task.lead_id == Lead.id).scalar_subquery()
    rechecked = (Lead.outcome == Outcome.ORDERED_CORRECTION) & (Lead.recheck_on <= today)
    filed = (Lead.outcome == Outcome.PROPOSE_CASE) & (last < now - timedelta(days=1))
    query = select(Lead.number).where(
        Lead.jurisdiction_id == county.jurisdiction_id, Lead.status == LeadStatus.IN_PROGRESS, rechecked | filed
    )
    return list(session.scalars(query.order_by(Lead.received_at).limit(1)))


def _unanswered(session: Session, county: County, now: datetime) -> list[tuple[str, str]]:
    """The order of 12345 due next whose lead is over and was not answered, with the words of the answer."""
    query = select(Lead.number, Lead.status, Lead.outcome).where(
        Lead.jurisdiction_id == county.jurisdiction_id,
        Lead.status.in_(ENDED),
        Lead.replied_at.is_(None),
        Lead.hotline_due_at > now,
        Lead.received_at < now - timedelta(minutes=10),
    )
    rows = session.execute(query.order_by(Lead.hotline_due_at).limit(1))
    return [(row.number, reply_words(row.status, row.outcome)) for row in rows]


def _uncalled(session: Session, county: County, now: datetime) -> list[str]:
    """A lead that was resolved between ten and twelve minutes ago and has no evaluation."""
    query = select(Lead.number).where(
        Lead.jurisdiction_id == county.jurisdiction_id,
        Lead.status == LeadStatus.RESOLVED,
        Lead.resolved_at.between(now - timedelta(minutes=12), now - timedelta(minutes=10)),
    )
    return list(session.scalars(query.order_by(Lead.resolved_at).limit(1)))
