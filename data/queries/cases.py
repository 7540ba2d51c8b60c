"""Cases for people and programs: one case with everything its page shows, the table of all of them, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, literal, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.events import Verification
from data.masking import mask_name
from data.models import Case, Deadline, Item, Lead, Party
from data.models.party import identity_digest, name_digest
from data.queries.case_due import OURS, due_first, is_late, late_cases
from data.queries.case_earlier import Earlier, earlier_decisions
from data.queries.case_file import (
    EntryView,
    EvidenceView,
    MeasureView,
    MoneyView,
    RemedyView,
    ReviewView,
    entries_of,
    evidence_of_matter,
    measures_of,
    money_of,
    remedies_of,
    reviews_of,
)
from data.queries.case_head import CaseHead, case_row, read_head
from data.queries.case_history import HappeningView, chain_of, happenings
from data.queries.case_road import Stage, next_steps, stages, standing_of
from data.queries.deadlines import DeadlineView, deadlines_of
from data.queries.named import names_of, say_names
from policy.case_ahead import Ahead
from policy.case_facts import CaseFacts
from policy.courses.case import OPEN_CASES
from policy.deadlines import key_of
from policy.decision import Reason
from policy.errors import Refusal
from policy.text import say
from policy.vocabulary_case import PartyKind

PAGE_LIMIT: Final = 500
Sort = Literal["newest", "oldest", "due", "decided", "fine"]
SORTS: Final[tuple[Sort, ...]] = ("newest", "oldest", "due", "decided", "fine")


# -- one case ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything the page of a case shows; `facts` are what its rules are asked with."""

    id: UUID
    head: CaseHead
    stages: tuple[Stage, ...]
    deadlines: tuple[DeadlineView, ...]
    steps: tuple[Ahead, ...]
    evidence: tuple[EvidenceView, ...]
    entries: tuple[EntryView, ...]
    measures: tuple[MeasureView, ...]
    money: MoneyView
    remedies: tuple[RemedyView, ...]
    reviews: tuple[ReviewView, ...]
    earlier: Earlier
    timeline: tuple[HappeningView, ...]
    chain: Verification
    facts: CaseFacts


def case_view(session: Session, actor: Actor, county: County, number: str, now: datetime, lang: str = "zh") -> CaseView:
    """The case `number` as `actor` may see it at `now`, party masked; `Refusal` (not_found) outside of the actor's area."""
    case = case_row(session, actor, county, number)
    names = names_of(session, county, lang)
    facts = standing_of(session, actor, county, case, now)
    events = happenings(session, county, case, names, lang)
    remedies = remedies_of(session, case)
    steps = next_steps(session, actor, county, case, facts, now)
    return CaseView(
        id=case.id,
        head=read_head(session, actor, county, case, now, names, lang),
        stages=stages(case, facts, events),
        deadlines=deadlines_of(session, case.id, now, lang),
        steps=tuple(_named(step, names) for step in steps),
        evidence=evidence_of_matter(session, case.id),
        entries=entries_of(session, case),
        measures=measures_of(session, case),
        money=money_of(session, county, case, facts, remedies, now),
        remedies=remedies,
        reviews=reviews_of(session, case),
        earlier=earlier_decisions(session, county, case, lang),
        timeline=events,
        chain=chain_of(session, county, case),
        facts=facts,
    )


def _named(step: Ahead, names: Mapping[str, str]) -> Ahead:
    def told(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        return tuple(say_names(reason, names) for reason in reasons)

    return Ahead(step.step, step.form, step.mine, told(step.missing), told(step.asked), step.clocks)


# -- the table ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the table is narrowed to: `party` by its code, `since` by the moment of the proposal; `words` are looked for in
    number, decision number, summary and party (a person only by the whole name or number)."""

    statuses: tuple[str, ...] = ()
    township: str | None = None
    item: str | None = None
    procedure: str | None = None
    overdue: bool = False
    open: bool = False
    lead: str | None = None
    party: str | None = None
    since: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as one row of a table; a person's name is masked; `due_at` is the organ's next running deadline."""

    number: str
    status: str
    procedure: str
    item_code: str
    item: str
    summary: str
    party: str
    township_code: str | None
    township: str
    place: str | None
    organ_code: str
    proposed_at: datetime
    filed_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    decision_number: str | None
    penalties: tuple[str, ...]
    fine: Decimal | None
    grade: str | None
    due_at: datetime | None
    due_kind: str | None
    due: str | None
    provisional: bool
    overdue: bool


def list_cases(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    which: CaseFilter = CaseFilter(),  # frozen: nobody can change it
    *,
    sort: Sort = "newest",
    limit: int = 100,
    before: str | None = None,
    offset: int = 0,
    lang: str = "zh",
) -> list[CaseRow]:
    """Cases of the actor's townships in the order of `sort`, at most 500; `before` is the number after which a page of the
    newest or oldest begins, `offset` skips rows of any order."""
    demand(actor, "case.read", Subject(county.jurisdiction_id), None)
    if sort not in SORTS:
        raise Refusal("errors_case.sort_unknown", pointer="/sort", sort=str(sort)[:40], allowed=SORTS)
    conditions = _conditions(session, actor, county, now, which)
    if before is not None:
        conditions.append(_after(before, sort))
    page = max(offset, 0), max(1, min(limit, PAGE_LIMIT))
    if sort == "due":
        rows = _in_order(session, due_first(session, county, conditions, *page))
    else:
        query = _rows().where(*conditions).order_by(*_order(sort)).offset(page[0]).limit(page[1])
        rows = list(session.execute(query))
    due = _next_due(session, [case.id for case, *_ in rows])
    return [_row(county, case, found, due.get(case.id), now, lang) for case, *found in rows]


def count_cases(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    which: CaseFilter = CaseFilter(),  # frozen
) -> int:
    """How many cases of the actor's townships the filter leaves."""
    demand(actor, "case.read", Subject(county.jurisdiction_id), None)
    query = select(func.count()).select_from(Case).where(*_conditions(session, actor, county, now, which))
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How many cases of the actor's townships there are, by state; how many still wait for something, how many are late."""

    by_status: Mapping[str, int]
    open: int
    overdue: int

    @property
    def all(self) -> int:
        """Every case."""
        return sum(self.by_status.values())


def case_counts(
    session: Session, actor: Actor, county: County, now: datetime, township: str | None = None
) -> CaseCounts:
    """Counts for the head of the table."""
    demand(actor, "case.read", Subject(county.jurisdiction_id), None)
    mine = _conditions(session, actor, county, now, CaseFilter(township=township))
    rows = session.execute(select(Case.status, func.count()).where(*mine).group_by(Case.status))
    by_status = {status: count for status, count in rows}  # noqa: C416  # rows are not pairs to mypy
    late = late_cases(session, actor, county, now, township)
    return CaseCounts(by_status, sum(by_status.get(state, 0) for state in OPEN_CASES), late)


def cases_of_lead(session: Session, actor: Actor, county: County, lead_id: UUID) -> tuple[tuple[str, str], ...]:
    """Number and state of the cases that came of a lead, as far as the actor may see them."""
    mine = in_scope(actor, "case.read", county.jurisdiction_id, Case.township_code)
    rows = session.execute(select(Case.number, Case.status).where(Case.lead_id == lead_id, mine).order_by(Case.number))
    return tuple((number, status) for number, status in rows)


def _rows() -> Select[Case, str, str, str | None, Party]:
    return (
        select(Case, Item.code, Item.name, Item.name_en, Party)
        .join(Item, Item.id == Case.item_id)
        .outerjoin(Party, Party.id == Case.party_id)
    )


def _conditions(
    session: Session, actor: Actor, county: County, now: datetime, which: CaseFilter
) -> list[ColumnElement[bool]]:
    place = county.jurisdiction_id
    found = [Case.jurisdiction_id == place, in_scope(actor, "case.read", place, Case.township_code)]
    if which.statuses:
        found.append(Case.status.in_(which.statuses))
    if which.open:
        found.append(Case.status.in_([state.value for state in OPEN_CASES]))
    if which.township:
        found.append(Case.township_code == which.township)
    if which.procedure:
        found.append(Case.procedure == which.procedure)
    if which.overdue:
        found.append(is_late(county, now))
    if which.since:
        found.append(Case.proposed_at >= which.since)
    return [*found, *_about(session, county, which), *_worded(county, which.words)]


def _about(session: Session, county: County, which: CaseFilter) -> list[ColumnElement[bool]]:
    """Conditions on what a case is of: item, lead, party."""
    found: list[ColumnElement[bool]] = []
    if which.item:
        found.append(Case.item_id == _item_id(session, county, which.item))
    if which.lead:
        found.append(Case.lead_id.in_(_lead_ids(county, which.lead)))
    if which.party:
        found.append(Case.party_id.in_(_party_ids(county, which.party)))
    return found


def _item_id(session: Session, county: County, code: str) -> Any:
    query = select(Item.id).where(Item.code == code, Item.jurisdiction_id == county.jurisdiction_id)
    return session.scalar(query) or literal(None)


def _lead_ids(county: County, number: str) -> Select[Any]:
    return select(Lead.id).where(Lead.number == number, Lead.jurisdiction_id == county.jurisdiction_id)


def _party_ids(county: County, code: str) -> Select[Any]:
    return select(Party.id).where(Party.code == code, Party.jurisdiction_id == county.jurisdiction_id)


def _worded(county: County, words: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in words.split()[:5]:
        part = word[:40]
        like: ColumnElement[bool] = false()
        for column in (Case.number, Case.decision_number, Case.summary):
            like |= column.icontains(part, autoescape=True)
        found.append(like | Case.party_id.in_(_parties_called(county, part)))
    return found


def _parties_called(county: County, word: str) -> Select[Any]:
    """People by the whole name or identity number (both lie encrypted), organisations by part of the name or by code."""
    place = county.jurisdiction_id
    called = Party.public_name.icontains(word, autoescape=True) | (Party.credit_code == word.upper())
    called |= Party.name_digest == name_digest(place, word)
    return select(Party.id).where(
        Party.jurisdiction_id == place, called | (Party.identity_digest == identity_digest(place, word))
    )


def _in_order(session: Session, keys: Sequence[UUID]) -> list[Any]:
    """The rows of these cases, in this order."""
    found = {row[0].id: row for row in session.execute(_rows().where(Case.id.in_(keys)))}
    return [found[key] for key in keys]


def _order(sort: Sort) -> tuple[Any, ...]:
    newest = Case.number.desc()
    return {
        "newest": (newest,),
        "oldest": (Case.number,),
        "decided": (Case.decided_at.desc().nulls_last(), newest),
        "fine": (Case.fine.desc().nulls_last(), newest),
    }[sort]


def _after(before: str, sort: Sort) -> ColumnElement[bool]:
    """Rows after a number; the other orders are paged by `offset`."""
    if sort not in ("newest", "oldest"):
        raise Refusal("errors_case.cursor_unfit", pointer="/before", sort=sort)
    return Case.number < before if sort == "newest" else Case.number > before


def _next_due(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Deadline]:
    query = select(Deadline).where(Deadline.matter_id.in_(ids), *OURS).order_by(Deadline.due_at.desc())
    return {row.matter_id: row for row in session.scalars(query)}


def _row(county: County, case: Case, found: Sequence[Any], due: Deadline | None, now: datetime, lang: str) -> CaseRow:
    code, item, item_en, party = found
    plain = ("number", "status", "procedure", "summary", "township_code", "organ_code", "proposed_at", "filed_at",
             "decided_at", "closed_at", "decision_number", "fine", "grade")  # fmt: skip
    return CaseRow(
        **{name: getattr(case, name) for name in plain},
        item_code=code,
        item=item if lang == "zh" else item_en or item,
        party=_party_name(party, lang) if party else "",
        township=county.name_of(case.township_code, lang),
        place=county.place(case.cell_code, lang),
        penalties=tuple(case.penalties),
        due_at=due.due_at if due else None,
        due_kind=due.kind if due else None,
        due=_due_words(due.kind, lang) if due else None,
        provisional=due.provisional if due else False,
        overdue=due is not None and due.due_at < now,
    )


def _party_name(party: Party, lang: str) -> str:
    """Masked where it is a person; one that does not open spoils no table."""
    try:
        return mask_name(party.name, lang) if party.kind == PartyKind.CITIZEN else party.name
    except Refusal:
        return say("personal.unreadable", lang)


def _due_words(kind: str, lang: str) -> str:
    return say(f"policy.key.{key_of(kind)}", lang)
