"""Documents of a matter for people: those there are, those that can be made now, and why the others cannot; blocks of numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, authorise, demand, in_scope
from data.casework.numbers import LETTERS
from data.casework.papers import handles, obstacle
from data.county import County
from data.db import Tx
from data.models import Account, Case, Lead, Paper
from data.papers.catalogue import ASKED, PaperKind, asked_words, kind_of, kinds, order_of
from data.papers.fields import fields_of_case, fields_of_lead
from data.queries.case_head import case_row
from policy.errors import Refusal
from policy.text import say


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A document: what it is called, its number, when and by whom it was made, what it corrects and by what it was corrected."""

    id: UUID
    kind: str
    name: str
    number: str
    made_at: datetime
    who: str | None
    replaces: str | None
    replaced_by: str | None
    void_reason: str | None

    @property
    def state(self) -> str:
        """`standing`, `replaced` or `void`."""
        return "void" if self.void_reason is not None else "replaced" if self.replaced_by else "standing"


@dataclass(frozen=True, slots=True)
class AskedInput:
    """What a document is told when it is made: several lines (`words`), a `moment`, a `day`, or one line (`text`)."""

    name: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """A document that could be made: how many of it stand, what stands in its way now, what it asks for."""

    kind: str
    name: str
    series: str
    clause: str
    made: int
    obstacle: Refusal | None
    asks: tuple[AskedInput, ...]

    @property
    def open(self) -> bool:
        """Whether it can be made now."""
        return self.obstacle is None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Documents of a matter in the order of a bound file; what who looks may do with them, and whether reading asks why."""

    number: str
    papers: tuple[PaperRow, ...]
    may_make: bool
    may_read: bool
    asks_reason: bool


def matter_row(session: Session, actor: Actor, county: County, number: str) -> Case | Lead:
    """The case or lead `number` in the actor's area; not there and not the actor's are the same answer."""
    if number.split("-")[1:2] == [LETTERS["case"]]:
        return case_row(session, actor, county, number)
    demand(actor, "lead.read", Subject(county.jurisdiction_id, label=number), None)
    place = county.jurisdiction_id
    mine = (Lead.jurisdiction_id == place, in_scope(actor, "lead.read", place, Lead.township_code))
    row = session.scalars(select(Lead).where(Lead.number == number, *mine)).first()
    if row is None:
        raise Refusal("errors_casework.lead_not_found", kind="not_found", number=number[:40], county=county.words)
    return row


def shelf(session: Session, actor: Actor, county: County, *, number: str, now: datetime, lang: str = "zh") -> Shelf:
    """Documents of the matter `number`."""
    matter = matter_row(session, actor, county, number)
    subject = _subject(county, matter)
    return Shelf(
        number=matter.number,
        papers=_rows(session, Paper.matter_id == matter.id, lang=lang),
        may_make=authorise(actor, "paper.make", subject, now).allowed,
        may_read=authorise(actor, "paper.read", subject, now).allowed,
        asks_reason=not handles(actor, matter),
    )


def get_paper(session: Session, actor: Actor, county: County, *, key: UUID, lang: str = "zh") -> PaperRow:
    """One document, where its matter is in the actor's area; else not found, so that a key tells nothing."""
    row = session.get(Paper, key)
    here = row is not None and row.jurisdiction_id == county.jurisdiction_id and row.matter_kind in ("case", "lead")
    demand(actor, "paper.read", Subject(county.jurisdiction_id), None)
    if row is None or not here:
        raise Refusal("errors_papers.not_found", kind="not_found", number=str(key))
    try:
        matter_row(session, actor, county, row.matter_number)
    except Refusal as hidden:
        raise Refusal("errors_papers.not_found", kind="not_found", number=str(key)) from hidden
    return _rows(session, Paper.id == key, lang=lang)[0]


def choices(
    session: Session, actor: Actor, county: County, *, number: str, now: datetime, lang: str = "zh"
) -> tuple[PaperChoice, ...]:
    """Every document, in the order of a bound file, with what stands in its way; Refusal for who may make none here."""
    matter = matter_row(session, actor, county, number)
    demand(actor, "paper.make", _subject(county, matter), now)
    known = fields_of_case if isinstance(matter, Case) else fields_of_lead
    fields: Mapping[str, Any] = known(session, county, matter, now=now)  # type: ignore[arg-type]
    made = Counter(row.kind for row in _rows(session, Paper.matter_id == matter.id) if row.state == "standing")
    tx = Tx(session, actor, now, county)
    return tuple(_choice(tx, matter, kind, fields, made[kind.code], lang) for kind in kinds().values())


def asked(kind: PaperKind, lang: str) -> tuple[AskedInput, ...]:
    """What a document is told when it is made, in words."""
    return tuple(
        AskedInput(name, say(asked_words(kind, name).key, lang), ASKED.get(name, "text")) for name in kind.asks
    )


def asked_of(code: str, lang: str) -> tuple[AskedInput, ...]:
    """The same by the code of the document."""
    return asked(kind_of(code), lang)


def _choice(
    tx: Tx, matter: Case | Lead, kind: PaperKind, fields: Mapping[str, Any], made: int, lang: str
) -> PaperChoice:
    stands = obstacle(tx, matter, kind, fields)
    return PaperChoice(kind.code, kind.name(lang), kind.word, kind.clause, made, stands, asked(kind, lang))


def _subject(county: County, matter: Case | Lead) -> Subject:
    townships = frozenset({matter.township_code} if matter.township_code else ())
    return Subject(county.jurisdiction_id, townships, None, matter.number, not townships)


def _rows(session: Session, which: Any, lang: str = "zh") -> tuple[PaperRow, ...]:
    """Documents as they are told, in the order of a bound file."""
    query = select(Paper, Account.display_name).outerjoin(Account, Account.id == Paper.account_id).where(which)
    found = [(row, who) for row, who in session.execute(query.order_by(Paper.made_at, Paper.id))]
    numbers = _numbers(session, (row.replaces_id for row, _ in found))
    later = select(Paper.replaces_id, Paper.number).where(Paper.replaces_id.in_([row.id for row, _ in found]))
    by = {before: number for before, number in session.execute(later)}  # noqa: C416  # rows are not pairs to mypy
    rows = [_row(row, who, numbers, by, lang) for row, who in found]
    return tuple(sorted(rows, key=lambda one: order_of(one.kind)))


def _numbers(session: Session, keys: Iterable[UUID | None]) -> Mapping[UUID, str]:
    wanted = [key for key in keys if key is not None]
    if not wanted:
        return {}
    rows = session.execute(select(Paper.id, Paper.number).where(Paper.id.in_(wanted)))
    return {key: number for key, number in rows}  # noqa: C416  # rows are not pairs to mypy


def _row(row: Paper, who: str | None, numbers: Mapping[UUID, str], by: Mapping[Any, str], lang: str) -> PaperRow:
    return PaperRow(
        id=row.id,
        kind=row.template,
        name=say(f"papers.kind.{row.template}", lang),
        number=row.number,
        made_at=row.made_at,
        who=who,
        replaces=numbers.get(row.replaces_id) if row.replaces_id else None,
        replaced_by=by.get(row.id),
        void_reason=row.void_reason if row.sha256 is None else None,
    )
