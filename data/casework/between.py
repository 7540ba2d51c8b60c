"""What every matter between organs shares: found and locked, who acts for which organ, the step, its words, clocks, event."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand, within
from data.casework.cases import find_case
from data.casework.evidence import find_matter
from data.casework.numbers import draw_number
from data.casework.organs import acting_for, own_organ, refusal_in_names, townships_of_organs
from data.casework.steps import find_lead, roles_of
from data.db import Tx
from data.deadlines import end_deadline, meet_deadline, start_deadline
from data.events import append_event
from data.models import Assistance, CallOut, Case, Dispute, Escalation, Lead, Referral, Transfer
from policy.between_forms import BETWEEN_FORMS
from policy.case_forms import Input
from policy.case_reading import read_form
from policy.courses.clocks_between import clocks_of, starts_at
from policy.errors import Refusal
from policy.guards_between import OrganFacts
from policy.lifecycle import advance
from policy.vocabulary import MatterKind, Verb, word
from policy.zone import CHINA

Row = TypeVar("Row", Transfer, Assistance, Dispute, Referral, Escalation, CallOut)
Given = Mapping[str, Any]
Told = dict[str, Any]

_WORDS: Final = ("subject", "reason", "words", "result", "provided", "opinion", "told_by")
_PAPERS: Final = ("document", "receipt", "clause", "ground", "competent", "receiver", "goods_list")
_PLAIN: Final = (
    *_PAPERS, "materials", "urgent", "ongoing", "stopped", "goods", "goods_disposed", "agreed", "penalty", "persons",
    "entered_for",
)  # fmt: skip
"""Inputs that may stand in an event: closed values, references, papers by their number."""

_OWED_BY_RECEIVER: Final = frozenset(
    {
        "transfer_answer",
        "assistance_answer",
        "escalation_answer",
        "callout_acknowledge",
        "criminal_police",
        "criminal_forward",
        "criminal_review",
    }
)
"""Deadlines of the organ that was asked."""


@dataclass(frozen=True, slots=True)
class Course:
    """How the record keeps one kind of matter: its table and states, its facts, what its steps write and what follows.

    `facts` is asked with the row, the step, what it was told, and the organ that acts; `expected` names for whom a step is
    taken; `clause` on what it rests; `own` refuses an organ whose step it is not, where no guard does.
    """

    matter: MatterKind
    model: type[Any]
    states: type[StrEnum]
    number: str
    facts: Callable[[Tx, Any, Verb, Given, str], Any]
    expected: Callable[[Any, Verb], tuple[str, ...]]
    clause: Callable[[Any, Verb], str | None]
    own: Callable[[Tx, Any, Verb], None] = lambda _tx, _row, _verb: None
    resolve: Callable[[Tx, Any, Verb, Given], Given] = lambda _tx, _row, _verb, given: given
    written: Mapping[Verb, Callable[[Tx, Any, Given], None]] = field(default_factory=dict)
    follows: Mapping[Verb, Callable[[Tx, Any, Given], None]] = field(default_factory=dict)

    def name(self, verb: Verb) -> str:
        """The verb as access knows it."""
        return f"{self.matter.value}.{verb.value}"

    def form(self, verb: Verb) -> tuple[Input, ...]:
        """What the step asks for."""
        return BETWEEN_FORMS[self.matter].get(verb, ())


# -- what is acted on --------------------------------------------------------------------------------------------------


def find_row(tx: Tx, course: Course, number: str) -> Any:
    """The matter `number` of this county, locked for the step; raises Refusal for none."""
    model = course.model
    query = select(model).where(model.number == number, model.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal(
            "errors_between.not_found",
            kind="not_found",
            matter=word(course.matter),
            number=number,
            county=tx.county.name,
        )
    return row


def lock_matter(tx: Tx, number: str) -> tuple[str, Lead | Case]:
    """The lead or case a matter is about, locked, with its kind."""
    kind, _ = find_matter(tx, number)
    return kind, find_lead(tx, number) if kind == "lead" else find_case(tx, number)


def subject_of(tx: Tx, row: Any) -> Subject:
    """A matter as an object of access: the township it is about and those of both organs; a new one only the former."""
    townships = frozenset({row.township_code} if row.township_code else ())
    if row.status:
        townships |= townships_of_organs(tx, {row.from_organ, row.to_organ})
    return Subject(tx.county.jurisdiction_id, townships, None, row.number, not townships and bool(row.status))


def on_of(tx: Tx) -> Any:
    """The day of the step here, by which the profile is asked."""
    return tx.now.astimezone(CHINA).date()


def common(tx: Tx, row: Any, given: Given, acting: str) -> dict[str, Any]:
    """What the facts of every such matter hold."""
    return {
        "now": tx.now,
        "number": row.number,
        "township_code": row.township_code or "",
        "profile": tx.county.profile,
        "on": on_of(tx),
        "acting": acting,
        "sender": row.from_organ,
        "receiver": given.get("receiver") or row.to_organ,
        "reason": given.get("reason", ""),
        "clause_given": given.get("clause", ""),
        "document": given.get("document", ""),
    }


# -- the step ----------------------------------------------------------------------------------------------------------


def step(tx: Tx, course: Course, number: str, name: str, given: Given) -> Any:
    """One step of the matter `number` with what its form asks for; raises Refusal with every obstacle and its clause."""
    verb = verb_named(course, name)
    row = find_row(tx, course, number)
    return take(tx, course, row, verb, read_form(verb, given, course.form(verb)))


def verb_named(course: Course, name: str) -> Verb:
    """The step called `name` that people take of a matter already there."""
    allowed = tuple(verb.value for verb in BETWEEN_FORMS[course.matter])
    if name not in allowed:
        raise Refusal(
            "errors_between.unknown_step",
            kind="not_found",
            pointer="/step",
            matter=word(course.matter),
            step=name[:40],
            allowed=allowed,
        )
    return Verb(name)


def admitted(tx: Tx, course: Course, row: Any, verb: Verb) -> tuple[Tx, str]:
    """Refuse who may not take this step here; gives the step as it is taken, and the organ that takes it."""
    subject, name = subject_of(tx, row), course.name(verb)
    demand(tx.actor, name, subject, tx.now)
    expected = course.expected(row, verb)
    tx = acting_for(replace(tx, actor=within(tx.actor, subject, tx.now)), name, expected)
    return tx, (expected[0] if expected else "") if tx.actor.system else tx.actor.organ_for(name) or ""


def take(tx: Tx, course: Course, row: Row, verb: Verb, given: Given) -> Row:
    """Scope, the table with its guards, columns, words, clocks, the event and what follows; all of it or nothing."""
    tx, acting = admitted(tx, course, row, verb)
    course.own(tx, row, verb)
    given = course.resolve(tx, row, verb, given)
    before = course.states(row.status) if row.status else None
    facts = course.facts(tx, row, verb, given, acting)
    row.status = _advanced(tx, course, before, verb, facts)
    _run(course.written, tx, row, verb, given)
    told = plain(given) | _said(tx, row, verb, given, acting)
    _clocks(tx, course, row, verb, facts)
    append_event(
        tx,
        matter=course.matter.value,
        subject_id=row.id,
        subject_number=row.number,
        verb=verb.value,
        from_state=before.value if before else None,
        to_state=row.status,
        facts=told | ({"about": row.matter_number} if before is None and row.matter_number else {}),
        clause=course.clause(facts, verb),
    )
    _run(course.follows, tx, row, verb, given)
    return row


def begin(tx: Tx, course: Course, verb: Verb, given: Given, *, sender: str | None = None, **columns: Any) -> Any:
    """Begin a matter for the actor's organ; `sender` names it where the step follows from another."""
    row = course.model(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number="",
        status="",
        course=[],
        from_organ=sender or "",
        to_organ=given.get("receiver", ""),
        **columns,
    )
    subject = subject_of(tx, row)
    demand(tx.actor, course.name(verb), subject, tx.now)
    here = replace(tx, actor=within(tx.actor, subject, tx.now))
    row.from_organ = sender or own_organ(here, course.name(verb))
    row.number = draw_number(tx, course.number)
    tx.session.add(row)
    tx.session.flush()
    return take(tx, course, row, verb, given)


def about(tx: Tx, number: str | None) -> Told:
    """Columns that say which lead or case a matter is about."""
    if not number:
        return {"matter_kind": None, "matter_id": None, "matter_number": None, "township_code": None}
    kind, matter = lock_matter(tx, number)
    return {
        "matter_kind": kind,
        "matter_id": matter.id,
        "matter_number": matter.number,
        "township_code": matter.township_code,
        "subject": matter.summary,
    }


def _run(steps: Mapping[Verb, Callable[[Tx, Any, Given], None]], tx: Tx, row: Any, verb: Verb, given: Given) -> None:
    work = steps.get(verb)
    if work is not None:
        work(tx, row, given)


def _advanced(tx: Tx, course: Course, before: StrEnum | None, verb: Verb, facts: OrganFacts) -> str:
    try:
        return advance(course.matter, before, verb, roles_of(tx), facts).value
    except Refusal as refusal:
        raise (refusal_in_names(tx, refusal) if refusal.reasons else refusal) from None


def plain(given: Given) -> Told:
    """Inputs as an event may hold them."""
    found = {name: given[name] for name in _PLAIN if given.get(name)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def _said(tx: Tx, row: Any, verb: Verb, given: Given, acting: str) -> Told:
    """What a step said stays with the matter; the event holds the digest of its words, so that they cannot be changed unseen."""
    words = {name: str(given[name]) for name in _WORDS if given.get(name)}
    papers = {name: str(given[name]) for name in _PAPERS if given.get(name)}
    entry = {"verb": verb.value, "at": tx.now.isoformat(), "organ": acting, "by": tx.actor.name, **papers, **words}
    row.course = [*row.course, entry]
    if not words:
        return {}
    digest = hashlib.sha256("\n".join(f"{name}:{text}" for name, text in sorted(words.items())).encode()).hexdigest()
    return {"words_sha256": digest}


def _clocks(tx: Tx, course: Course, row: Any, verb: Verb, facts: OrganFacts) -> None:
    """Let the deadlines follow the step: those it meets, ends and starts."""
    clocks = clocks_of(course.matter, verb, facts)
    for kind in clocks.meets:
        meet_deadline(tx, row.id, kind, tx.now)
    for kind in clocks.ends:
        end_deadline(tx, row.id, kind)
    for kind in clocks.starts:
        started = start_deadline(
            tx,
            matter=course.matter.value,
            matter_id=row.id,
            number=row.number,
            kind=kind,
            begun_at=starts_at(kind, facts) or tx.now,
            township_code=row.township_code,
            organ_code=row.to_organ if kind in _OWED_BY_RECEIVER else row.from_organ,
        )
        if started is not None and hasattr(row, "answer_due_at"):
            row.answer_due_at = started.due_at
