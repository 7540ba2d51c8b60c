"""What the next shift has to know of, with why; and how a handover keeps it as it stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import CallOut, Organ
from data.queries.wall_live import WAITING, late_ones, open_leads, open_tasks
from data.queries.wall_rows import OpenLead, OpenTask
from policy.text import Name
from policy.vocabulary import Urgency
from policy.vocabulary_between import CallOutStatus
from policy.vocabulary_shift import OpenMark

_NOT_THERE: Final = (CallOutStatus.CALLED, CallOutStatus.ACKNOWLEDGED, CallOutStatus.UNANSWERED)
_URGENT: Final = {Urgency.EMERGENCY: OpenMark.EMERGENCY, Urgency.URGENT: OpenMark.URGENT}
_RANK: Final = {mark: n for n, mark in enumerate(OpenMark)}


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A matter the next shift has to know of, as it stands: codes and numbers, never a name."""

    kind: str
    number: str
    status: str
    marks: tuple[str, ...]
    subject: Name
    township: str | None
    cell: str | None
    since: datetime
    due_at: datetime | None
    who: tuple[Name, ...] = ()

    def frozen(self) -> dict[str, Any]:
        """As it is kept in a handover."""
        return {
            "kind": self.kind, "number": self.number, "status": self.status, "marks": list(self.marks),
            "subject": [self.subject.zh, self.subject.en], "township": self.township, "cell": self.cell,
            "since": self.since.isoformat(), "due_at": self.due_at.isoformat() if self.due_at else None,
            "who": [[one.zh, one.en] for one in self.who],
        }  # fmt: skip


def thawed(kept: Mapping[str, Any]) -> OpenMatter:
    """A matter of a handover as it stood."""
    due = kept["due_at"]
    return OpenMatter(
        kept["kind"], kept["number"], kept["status"], tuple(kept["marks"]), Name(*kept["subject"]), kept["township"],
        kept["cell"], datetime.fromisoformat(kept["since"]), datetime.fromisoformat(due) if due else None,
        tuple(Name(*one) for one in kept["who"]),
    )  # fmt: skip


def open_matters(session: Session, actor: Actor, county: County, now: datetime) -> list[OpenMatter]:
    """What the next shift has to know of: emergencies, urgent, overdue, unacknowledged, unlocated leads; call-outs waiting."""
    demand(actor, "shift.read", Subject(county.jurisdiction_id), now)
    leads, tasks = open_leads(session, actor, county), open_tasks(session, actor, county)
    late: dict[str, datetime] = {}
    for one in late_ones(leads, tasks, now):
        late.setdefault(one.number, one.due_at)
    of_lead: dict[str, list[OpenTask]] = {}
    for task in tasks:
        of_lead.setdefault(task.lead_number, []).append(task)
    found = [_lead(lead, of_lead.get(lead.number, []), late.get(lead.number)) for lead in leads]
    matters = [one for one in found if one.marks] + _call_outs(session, county)
    return sorted(matters, key=lambda one: (min(_RANK[OpenMark(mark)] for mark in one.marks), one.since))


def _lead(lead: OpenLead, tasks: Sequence[OpenTask], overdue: datetime | None) -> OpenMatter:
    """An urgent lead that a case follows, with no team out any more, is not the shift's."""
    urgent = _URGENT.get(Urgency(lead.urgency)) if tasks or lead.status in WAITING else None
    silent = any(task.accepted_at is None for task in tasks) or (urgent is OpenMark.EMERGENCY and not lead.acknowledged)
    told = (
        urgent,
        OpenMark.OVERDUE if overdue else None,
        OpenMark.UNACKNOWLEDGED if silent else None,
        OpenMark.UNLOCATED if lead.township_code is None else None,
    )
    subject = Name(lead.subject.zh, lead.subject.en) if lead.subject else Name("", "")
    who = tuple(dict.fromkeys(Name(task.team.zh, task.team.en) for task in tasks))
    return OpenMatter(
        "lead", lead.number, lead.status, tuple(mark.value for mark in told if mark), subject, lead.township_code,
        lead.cell_code, lead.received_at, overdue or (lead.assign_due_at if lead.assigned_at is None else None), who,
    )  # fmt: skip


def _call_outs(session: Session, county: County) -> list[OpenMatter]:
    query = (
        select(CallOut, Organ)
        .join(Organ, (Organ.code == CallOut.to_organ) & (Organ.jurisdiction_id == CallOut.jurisdiction_id))
        .where(CallOut.jurisdiction_id == county.jurisdiction_id, CallOut.status.in_(_NOT_THERE))
        .order_by(CallOut.called_at)
    )
    found = []
    for row, organ in session.execute(query):
        marks = [OpenMark.CALLED_OUT]
        if row.status == CallOutStatus.UNANSWERED:
            marks.append(OpenMark.UNACKNOWLEDGED)
        lead = row.matter_number or ""
        found.append(OpenMatter("call_out", row.number, row.status, tuple(marks), Name(lead, lead), row.township_code, None, row.called_at, row.answer_due_at, (Name(organ.name, organ.name_en or organ.name),)))  # fmt: skip
    return found
