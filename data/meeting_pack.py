"""The pack of a joint meeting: frozen at a day, what changed since the last one, why and by whom, what was decided and is not done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import JointOperation, Meeting, MeetingDecision, Organ, Person, Posting, PostingPlan, Report
from data.office_tables import Table, heads, lent_table, matrix_table
from data.queries.between import list_matters, unanswered_by_organ
from data.queries.named import names_of
from data.queries.office_changes import cell, change_words, of_words, pairs, reasons, shown_change
from data.queries.office_figures import FigureLine, FigureTable, figure_table, name_of
from data.queries.office_force import sink_down
from policy.citing import spoken
from policy.errors import Refusal
from policy.text import either, has, named, say
from policy.vocabulary import MatterKind
from policy.zone import CHINA

PACK: Final = "meeting_pack"
MONTH: Final = timedelta(days=30)
MOST: Final = 3  # groups named as the reason of a change
BLANK: Final = 6  # empty lines for what the meeting decides
MATTERS: Final = (MatterKind.TRANSFER, MatterKind.DISPUTE, MatterKind.ASSISTANCE, MatterKind.ESCALATION)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack before it is written: the day it is frozen at, the day it is held against, and its tables in their order."""

    as_of: date
    since: date
    title: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]


def meeting_pack(session: Session, actor: Actor, county: County, now: datetime, as_of: date, lang: str) -> Pack:
    """What the meeting is told as of the end of the day `as_of`; Refusal for a day that is not over."""
    demand(actor, "meeting_pack.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    today = now.astimezone(CHINA).date()
    if as_of >= today:
        raise Refusal("errors_office.pack_day", pointer="/as_of", day=as_of, last=today - timedelta(days=1))
    since = last_pack(session, county, as_of) or as_of - MONTH
    made = _Making(session, actor, county, now, as_of, since, lang)
    tables = tuple(table for table in made.tables() if table is not None)
    lines = (
        say("office.pack.as_of", lang, on=as_of, since=since),
        say("office.pack.frozen", lang),
        say("office.pack.edit", lang),
    )
    return Pack(as_of, since, say("office.pack.title", lang, county=_county(county, lang), on=as_of), lines, tables)


def last_pack(session: Session, county: County, before: date) -> date | None:
    """The day of the newest pack older than `before`."""
    query = select(Report.business_date).where(
        Report.jurisdiction_id == county.jurisdiction_id, Report.kind == PACK, Report.business_date < before
    )
    return session.scalar(query.order_by(Report.business_date.desc()).limit(1))


def _county(county: County, lang: str) -> str:
    return named(county.words, lang)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


@dataclass(frozen=True)
class _Making:
    """What every part of the pack needs."""

    session: Session
    actor: Actor
    county: County
    now: datetime
    as_of: date
    since: date
    lang: str

    def tables(self) -> Iterable[Table | None]:
        """The parts in their order; one without rows that nobody would miss is left out."""
        figures = {by: self._figures(self.as_of, by) for by in ("township", "organ")}
        before = {by: self._figures(self.since, by) for by in ("township", "organ")}
        force = sink_down(self.session, self.actor, self.county, self.now, self.as_of)
        yield self._decisions()
        yield self._targets(figures["township"], before["township"])
        yield self._changes(figures, before)
        yield matrix_table(force, self.county, self.lang)
        yield self._postings()
        yield lent_table(force, self.county, self.lang)
        yield self._plans()
        yield self._matters()
        yield self._unanswered()
        yield self._operations()
        yield self._to_decide()

    def _figures(self, on: date, by: str) -> FigureTable:
        return figure_table(self.session, self.actor, self.county, self.now, on=on, by=by)

    def _say(self, key: str, **params: Any) -> str:
        return say(f"office.{key}", self.lang, **params)

    def _table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], note: str = "") -> Table:
        made = tuple(tuple(row) for row in rows)
        told = note or ("" if made else self._say(f"pack.none_{name}"))
        return Table(self._say(f"pack.{name}"), heads("column", columns, self.lang), made, told)

    def _names(self) -> Mapping[str, str]:
        return names_of(self.session, self.county, self.lang)

    # -- what was decided ----------------------------------------------------------------------------------------------

    def _decisions(self) -> Table:
        """Decisions of earlier meetings that are not done, and those done since the last pack."""
        until = _midnight(self.as_of + timedelta(days=1))
        query = (
            select(Meeting.title, Meeting.held_at, MeetingDecision)
            .join(Meeting, Meeting.id == MeetingDecision.meeting_id)
            .where(MeetingDecision.jurisdiction_id == self.county.jurisdiction_id, Meeting.held_at < until)
            .where(or_(MeetingDecision.done_at.is_(None), MeetingDecision.done_at >= _midnight(self.since)))
            .order_by(MeetingDecision.due_on, MeetingDecision.position)
        )
        names = self._names()
        rows = [
            (title, _day(held), row.words, names.get(row.owner_organ, row.owner_organ), row.due_on, self._state(row), row.outcome)
            for title, held, row in self.session.execute(query)
        ]  # fmt: skip
        return self._table("decisions", ("meeting", "held_on", "decision", "owner", "due", "state", "outcome"), rows)

    def _state(self, row: MeetingDecision) -> str:
        done = row.done_at is not None and row.done_at < _midnight(self.as_of + timedelta(days=1))
        return self._say(f"decision.{'done' if done else 'late' if row.due_on < self.as_of else 'open'}")

    def _to_decide(self) -> Table:
        """Empty lines: what this meeting decides is written here, and comes back with the next pack once it is minuted."""
        rows = [(place, None, None, None) for place in range(1, BLANK + 1)]
        columns = ("place", "decision", "owner", "due")
        return self._table("to_decide", columns, rows, self._say("pack.to_decide_how"))

    # -- figures -------------------------------------------------------------------------------------------------------

    def _targets(self, now: FigureTable, before: FigureTable) -> Table:
        """Every measure with a target: held, met or not, by which clause."""
        earlier = {(line.figure, line.measure): line for line in before.lines}
        rows = [
            (
                line.figure,
                name_of(line.figure, line.measure, self.lang),
                *self._values(line, earlier.get((line.figure, line.measure))),
                cell(line.target.value, line.unit) if line.target else None,
                self._say(f"figures.{_met(line)}"),
                spoken(line.target.clause, self.lang, self.county.profile.documents)
                if line.target and line.target.clause
                else None,
            )
            for line in now.lines
            if line.target is not None and line.county is not None
        ]
        columns = ("figure", "measure", "value", "of", "value_before", "change", "target", "met", "clause")
        return self._table("targets", columns, rows)

    def _values(self, line: FigureLine, before: FigureLine | None) -> tuple[Any, Any, Any, Any]:
        held, earlier = line.county, before.county if before else None
        value, past = (one.value if one else None for one in (held, earlier))
        moved = value - past if value is not None and past is not None else None
        return cell(value, line.unit), of_words(line), cell(past, line.unit), change_words(moved, line.unit, self.lang)

    def _changes(self, now: Mapping[str, FigureTable], before: Mapping[str, FigureTable]) -> Table:
        """Headlines that moved: by how much, which townships or organs account for it; the words are left to people."""
        names = self._names()
        rows = [
            (line.figure, name_of(line.figure, line.measure, self.lang), moved, ways, who, None)
            for line, earlier in pairs(now, before)
            if (told := self._why(line, earlier, names)) is not None
            for moved, ways, who in (told,)
        ]
        columns = ("figure", "measure", "change", "direction", "who", "explained")
        return self._table("changes", columns, rows, self._say("pack.changes_how"))

    def _why(self, line: FigureLine, before: FigureLine, names: Mapping[str, str]) -> tuple[str, str, str] | None:
        if line.county is None or before.county is None:
            return None
        value, past = line.county.value, before.county.value
        if value is None or past is None or not shown_change(value - past, line.unit):
            return None
        better = line.better == "none" or (value > past) == (line.better == "up")
        way = "moved" if line.better == "none" else "better" if better else "worse"
        who = [
            self._say(
                "pack.part_of",
                name=names.get(one.code, one.code),
                amount=change_words(one.amount, line.unit, self.lang),
            )
            for one in reasons(line, before)[:MOST]
        ]
        return change_words(value - past, line.unit, self.lang) or "", self._say(f"figures.{way}"), "；".join(who)

    # -- the force -----------------------------------------------------------------------------------------------------

    def _postings(self) -> Table:
        """Postings and secondments that began or ended since the last pack: who, from where to where, why."""
        query = (
            select(Posting, Person, Organ)
            .join(Person, Person.id == Posting.person_id)
            .join(Organ, Organ.id == Person.organ_id)
            .where(Posting.jurisdiction_id == self.county.jurisdiction_id)
            .where(
                or_(
                    (Posting.valid_from > self.since) & (Posting.valid_from <= self.as_of),
                    (Posting.valid_to >= self.since) & (Posting.valid_to < self.as_of),
                )
            )
            .order_by(Posting.valid_from, Person.code)
        )
        rows = []
        for posting, person, organ in self.session.execute(query):
            began = posting.valid_from > self.since
            kind = "lent" if posting.seconded else "posted"
            home = either(organ.name, organ.name_en, self.lang)
            on = posting.valid_from if began else posting.valid_to
            what = self._say(f"pack.{kind}_{'from' if began else 'until'}")
            rows.append(
                (on, person.name, home, what, self.county.name_of(posting.township_code, self.lang), posting.reason)
            )
        return self._table("postings", ("day", "name", "organ", "what", "township", "reason"), rows)

    def _plans(self) -> Table | None:
        """Plans of postings kept or decided since the last pack."""
        until = _midnight(self.as_of + timedelta(days=1))
        query = select(PostingPlan).where(
            PostingPlan.jurisdiction_id == self.county.jurisdiction_id,
            PostingPlan.made_at < until,
            or_(PostingPlan.made_at >= _midnight(self.since), PostingPlan.decided_at >= _midnight(self.since)),
        )
        rows = [
            (row.number, row.title, row.as_of, len(row.moves), self._say(f"plan.{row.status}"), _day(row.decided_at), row.reason)
            for row in self.session.scalars(query.order_by(PostingPlan.number))
        ]  # fmt: skip
        columns = ("number", "title", "as_of", "moves", "state", "decided_on", "reason")
        return self._table("plans", columns, rows) if rows else None

    # -- between organs ------------------------------------------------------------------------------------------------

    def _matters(self) -> Table:
        """Transfers, disputes, assistance and escalations begun since the last pack, or overdue."""
        rows = []
        for kind in MATTERS:
            for row in list_matters(self.session, self.actor, self.county, self.now, kind):
                begun = row.begun_at.astimezone(CHINA).date()
                if begun <= self.as_of and (begun > self.since or row.overdue):
                    late = self._say("figures.late") if row.overdue else None
                    state = _state(kind, row.status, self.lang)
                    organs = (named(row.from_name, self.lang), named(row.to_name, self.lang))
                    rows.append((row.number, self._say(f"matter.{kind.value}"), row.subject, *organs, state, _day(row.due_at), late))  # fmt: skip
        columns = ("number", "matter", "subject", "from", "organ_to", "state", "due", "late")
        return self._table("matters", columns, rows)

    def _unanswered(self) -> Table:
        """Who refuses or does not answer (FL 三(四))."""
        found = unanswered_by_organ(self.session, self.actor, self.county, self.now)
        rows = [
            (named(row.name, self.lang), row.asked, row.refused, row.unanswered, row.late_transfers)
            for row in found
            if row.refused or row.unanswered or row.late_transfers
        ]
        return self._table("unanswered", ("organ", "asked", "refused", "unanswered", "late_transfers"), rows)

    def _operations(self) -> Table:
        """Joint operations planned or run since the last pack."""
        query = select(JointOperation).where(
            JointOperation.jurisdiction_id == self.county.jurisdiction_id,
            JointOperation.planned_at >= _midnight(self.since),
            JointOperation.planned_at < _midnight(self.as_of + timedelta(days=1)),
        )
        names = self._names()
        rows = [
            (
                row.number,
                row.title,
                "、".join(names.get(code, code) for code in row.participants),
                say(f"vocabulary.operation_status.{row.status}", self.lang)
                if has(f"vocabulary.operation_status.{row.status}", self.lang)
                else row.status,
                _day(row.planned_at),
                row.results,
            )
            for row in self.session.scalars(query.order_by(JointOperation.number))
        ]
        return self._table("operations", ("number", "title", "organs", "state", "planned_on", "outcome"), rows)


def _met(line: FigureLine) -> str:
    if line.meets is None:
        return "not_due" if line.target is not None and not line.target.due else "no_value"
    return "met" if line.meets else "missed"


def _state(kind: MatterKind, status: str, lang: str) -> str:
    key = f"vocabulary.{kind.value}_status.{status}"
    return say(key, lang) if has(key, lang) else status


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(CHINA).date() if moment else None
