"""Joint meetings 联席会议 for people: the calendar, what is owed, what comes onto the agenda by itself, decisions that come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import VERBS, Actor, Subject, demand
from data.casework.organs import names_of_organs
from data.county import County
from data.db import Tx
from data.deadlines import OPEN
from data.models import Assistance, Deadline, Dispute, Escalation, Meeting, MeetingDecision, Transfer
from policy.errors import Refusal
from policy.text import Name
from policy.vocabulary import Role
from policy.vocabulary_between import AssistanceStatus, DisputeStatus, EscalationStatus, TransferStatus
from policy.vocabulary_conduct import MeetingState, TopicKind
from policy.zone import CHINA

MOST: Final = 200
CLOCK: Final = "joint_meeting"
_COUNTY: Final = frozenset({Role.SUPERVISOR, Role.COUNTY_OFFICE})


@dataclass(frozen=True, slots=True)
class Topic:
    """A point of the agenda: why it is there, of which matter, between which organs, since when."""

    kind: TopicKind
    subject: str
    number: str | None = None
    organs: tuple[str, ...] = ()
    since: str | None = None

    def as_kept(self) -> dict[str, Any]:
        """As the meeting keeps it."""
        return asdict(self) | {"kind": self.kind.value, "organs": list(self.organs)}


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a meeting decided: by whom to be done until when, and what came of it."""

    meeting: str
    position: int
    words: str
    owner: str
    owner_name: Name
    due_on: date
    done_at: datetime | None
    outcome: str | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A joint meeting: when, who, its agenda (of one still to come as it is now), minutes and decisions."""

    number: str
    title: str
    state: MeetingState
    organ: Name
    members: tuple[tuple[str, Name], ...]
    planned_at: datetime
    called_at: datetime
    held_at: datetime | None
    present: tuple[tuple[str, Name], ...]
    minutes: str | None
    reason: str | None
    agenda: tuple[Topic, ...]
    decisions: tuple[DecisionRow, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """What the plan asks for: so many meetings each half-year (None: it gives no number), how many were held, when the next one
    is due at the latest, and whether that is over; by which clause."""

    wanted: int | None
    clause: str | None
    half: str
    held: int
    last: datetime | None
    due_at: datetime | None
    overdue: bool
    coming: datetime | None


# -- what the plan asks for --------------------------------------------------------------------------------------------


def half_year(on: date) -> tuple[str, date, date]:
    """The half-year of a day: its code, its first day, the first day after it."""
    if on.month <= 6:
        return f"{on.year}-H1", date(on.year, 1, 1), date(on.year, 7, 1)
    return f"{on.year}-H2", date(on.year, 7, 1), date(on.year + 1, 1, 1)


def duty(session: Session, county: County, now: datetime) -> Duty:
    """How the duty to meet stands; the next meeting is due when the running deadline is, else when the half-year ends."""
    today = now.astimezone(CHINA).date()
    half, first, after = half_year(today)
    value = county.profile.get("meeting.joint", today) or county.profile.get("meeting.regular", today)
    wanted = int(value.value) if value is not None and value.key == "meeting.joint" else None
    held = list(session.scalars(_held(county, now)))
    here = [at for at in held if first <= at.astimezone(CHINA).date() < after]
    due = session.scalars(
        select(Deadline.due_at).where(
            Deadline.jurisdiction_id == county.jurisdiction_id, Deadline.matter == "meeting", Deadline.kind == CLOCK,
            *OPEN,
        ).order_by(Deadline.due_at.desc())
    ).first()  # fmt: skip
    if due is None and wanted is not None and len(here) < wanted:
        due = datetime.combine(after, time(), CHINA) - timedelta(seconds=1)
    coming = session.scalars(
        select(Meeting.planned_at)
        .where(Meeting.jurisdiction_id == county.jurisdiction_id, *_called(), Meeting.planned_at >= now)
        .order_by(Meeting.planned_at)
    ).first()
    last = held[0] if held else None
    return Duty(wanted, value.clause if value else None, half, len(here), last, due, due is not None and due < now, coming)  # fmt: skip


def _held(county: County, now: datetime) -> Any:
    return (
        select(Meeting.held_at)
        .where(Meeting.jurisdiction_id == county.jurisdiction_id, Meeting.held_at <= now)
        .order_by(Meeting.held_at.desc())
    )


def _called() -> tuple[Any, ...]:
    return Meeting.held_at.is_(None), Meeting.cancelled_at.is_(None)


# -- the agenda --------------------------------------------------------------------------------------------------------


def topics(session: Session, county: County, now: datetime) -> list[Topic]:
    """What comes onto the agenda by itself: decisions not done, files returned a second time, disputes not settled, reviews
    nobody answered, help refused or not answered since the last meeting."""
    last = session.scalars(_held(county, now)).first()
    return [
        *_undone(session, county),
        *_at_meeting(session, county),
        *_disputed(session, county),
        *_unanswered(session, county),
        *_refused(session, county, last),
    ]


def _undone(session: Session, county: County) -> Iterator[Topic]:
    query = select(MeetingDecision, Meeting.number).join(Meeting, Meeting.id == MeetingDecision.meeting_id)
    query = query.where(MeetingDecision.jurisdiction_id == county.jurisdiction_id, MeetingDecision.done_at.is_(None))
    for row, number in session.execute(
        query.order_by(MeetingDecision.due_on, Meeting.number, MeetingDecision.position)
    ):
        yield Topic(TopicKind.DECISION, row.words, number, (row.owner_organ,), row.due_on.isoformat())


def _between(session: Session, county: County, model: Any, kind: TopicKind, since: Any, *which: Any) -> Iterator[Topic]:
    query = select(model).where(model.jurisdiction_id == county.jurisdiction_id, *which).order_by(since, model.number)
    for row in session.scalars(query.limit(MOST)):
        at = getattr(row, since.key)
        begun = at.astimezone(CHINA).date().isoformat() if at else None
        yield Topic(kind, row.subject, row.number, (row.from_organ, row.to_organ), begun)


def _at_meeting(session: Session, county: County) -> Iterator[Topic]:
    held = Transfer.status == TransferStatus.AT_MEETING.value
    return _between(session, county, Transfer, TopicKind.SECOND_RETURN, Transfer.sent_at, held)


def _disputed(session: Session, county: County) -> Iterator[Topic]:
    still = Dispute.status != DisputeStatus.DECIDED.value
    return _between(session, county, Dispute, TopicKind.DISPUTE, Dispute.opened_at, still)


def _unanswered(session: Session, county: County) -> Iterator[Topic]:
    silent = Escalation.status == EscalationStatus.UNANSWERED.value
    return _between(session, county, Escalation, TopicKind.ESCALATION, Escalation.raised_at, silent)


def _refused(session: Session, county: County, last: datetime | None) -> Iterator[Topic]:
    bad = Assistance.status.in_((AssistanceStatus.REFUSED.value, AssistanceStatus.UNANSWERED.value))
    since = (Assistance.asked_at > last,) if last is not None else ()
    return _between(session, county, Assistance, TopicKind.REFUSED, Assistance.asked_at, bad, *since)


# -- meetings ----------------------------------------------------------------------------------------------------------


def sees_all(actor: Actor, county: County) -> bool:
    """Whether who asks holds the county's supervision, and so every meeting."""
    mine = (s for s in actor.scopes if s.jurisdiction_id == county.jurisdiction_id)
    return actor.system or any(s.role in _COUNTY and s.townships is None for s in mine)


def organs_of(actor: Actor, county: County) -> frozenset[str]:
    """Organs for which who asks may see meetings."""
    return frozenset(
        s.organ
        for s in actor.scopes
        if s.organ and s.role in VERBS["meeting.read"] and s.jurisdiction_id == county.jurisdiction_id
    )


def meetings(
    session: Session, actor: Actor, county: County, now: datetime, *, number: str | None = None
) -> list[MeetingRow]:
    """Meetings of the county, or those who asks was invited to, the next one first, then the newest; or the one named."""
    demand(actor, "meeting.read", Subject(county.jurisdiction_id), now)
    query = select(Meeting).where(Meeting.jurisdiction_id == county.jurisdiction_id)
    query = query.where(Meeting.number == number) if number else query
    rows = list(session.scalars(query.order_by(Meeting.planned_at.desc(), Meeting.number.desc()).limit(MOST)))
    rows = rows if sees_all(actor, county) else _own(session, rows, organs_of(actor, county))
    if number and not rows:
        raise Refusal("errors_conduct.meeting_not_found", kind="not_found", number=number[:40], county=county.words)
    names = names_of_organs(Tx(session, actor, now, county))
    decided = _decisions(session, county, {row.id: row.number for row in rows}, names, now)
    ahead = topics(session, county, now) if any(state_of(row) is MeetingState.CALLED for row in rows) else []
    found = [_row(row, names, decided.get(row.id, ()), ahead) for row in rows]
    return sorted(found, key=lambda row: row.state is not MeetingState.CALLED)


def state_of(row: Meeting) -> MeetingState:
    """How a meeting stands."""
    if row.cancelled_at is not None:
        return MeetingState.CANCELLED
    return MeetingState.HELD if row.held_at is not None else MeetingState.CALLED


def may_finish(actor: Actor, county: County, row: DecisionRow) -> bool:
    """Whether a decision is there for who asks to say that it is done: the organ that owns it, and who keeps the meetings."""
    return row.done_at is None and (sees_all(actor, county) or row.owner in organs_of(actor, county))


def _own(session: Session, rows: Sequence[Meeting], organs: frozenset[str]) -> list[Meeting]:
    """Meetings to which one of the organs was invited, and those that gave it something to do."""
    query = select(MeetingDecision.meeting_id).where(
        MeetingDecision.meeting_id.in_([row.id for row in rows]), MeetingDecision.owner_organ.in_(sorted(organs))
    )
    owned = set(session.scalars(query))
    return [row for row in rows if row.id in owned or _invited(row, organs)]


def _invited(row: Meeting, organs: frozenset[str]) -> bool:
    return row.organ_code in organs or bool(organs & {*row.members, *row.present})


def _decisions(
    session: Session, county: County, meetings: Mapping[UUID, str], names: Mapping[str, Name], now: datetime
) -> Mapping[UUID, tuple[DecisionRow, ...]]:
    query = select(MeetingDecision).where(MeetingDecision.meeting_id.in_(meetings)).order_by(MeetingDecision.position)
    found: dict[UUID, list[DecisionRow]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.meeting_id].append(decision_row(row, meetings[row.meeting_id], names, now))
    return {key: tuple(rows) for key, rows in found.items()}


def decision_row(row: MeetingDecision, meeting: str, names: Mapping[str, Name], now: datetime) -> DecisionRow:
    """A decision as it is shown; late when its day is over and it is not done."""
    late = row.done_at is None and row.due_on < now.astimezone(CHINA).date()
    return DecisionRow(meeting, row.position, row.words, row.owner_organ, _name(names, row.owner_organ), row.due_on, row.done_at, row.outcome, late)  # fmt: skip


def open_decisions(session: Session, actor: Actor, county: County, now: datetime) -> list[DecisionRow]:
    """Decisions that are not done, the one due first first: all of them, or those of the organs of who asks."""
    demand(actor, "meeting.read", Subject(county.jurisdiction_id), now)
    query = select(MeetingDecision, Meeting.number).join(Meeting, Meeting.id == MeetingDecision.meeting_id)
    query = query.where(MeetingDecision.jurisdiction_id == county.jurisdiction_id, MeetingDecision.done_at.is_(None))
    if not sees_all(actor, county):
        query = query.where(MeetingDecision.owner_organ.in_(sorted(organs_of(actor, county))))
    names = names_of_organs(Tx(session, actor, now, county))
    rows = session.execute(query.order_by(MeetingDecision.due_on, Meeting.number, MeetingDecision.position))
    return [decision_row(row, number, names, now) for row, number in rows]


def _name(names: Mapping[str, Name], code: str) -> Name:
    return names.get(code, Name(code, code))


def _named(names: Mapping[str, Name], codes: Sequence[str]) -> tuple[tuple[str, Name], ...]:
    return tuple((code, _name(names, code)) for code in codes)


def _row(row: Meeting, names: Mapping[str, Name], decided: Sequence[DecisionRow], ahead: Sequence[Topic]) -> MeetingRow:
    kept = tuple(Topic(TopicKind(one["kind"]), one["subject"], one["number"], tuple(one["organs"]), one["since"]) for one in row.agenda)  # fmt: skip
    state = state_of(row)
    return MeetingRow(
        number=row.number,
        title=row.title,
        state=state,
        organ=_name(names, row.organ_code),
        members=_named(names, row.members),
        planned_at=row.planned_at,
        called_at=row.called_at,
        held_at=row.held_at,
        present=_named(names, row.present),
        minutes=row.minutes,
        reason=row.reason,
        agenda=(*kept, *ahead) if state is MeetingState.CALLED else kept,
        decisions=tuple(decided),
    )
