"""Verbs of a case: proposed, decided on the spot, and every step after; one savepoint, one event, one list of guards each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand, on_behalf, within
from data.casework.case_known import known
from data.casework.case_memory import remember
from data.casework.case_written import lasting, write
from data.casework.evidence import evidence_of_lead
from data.casework.fieldwork import certified_now
from data.casework.numbers import draw_number
from data.casework.parties import party_of
from data.casework.placing import of_cell, of_point
from data.casework.results import result_of_case
from data.casework.steps import find_item, find_lead, roles_of
from data.db import Tx
from data.deadlines import end_deadline, meet_deadline, running, start_deadline
from data.events import append_event
from data.models import Case, Lead, Person, Task
from data.queries.competence import competence_at
from policy.case_facts import CaseFacts
from policy.case_forms import FORMS, Input
from policy.case_learning import learn, told
from policy.case_reading import read_form
from policy.courses.case_clauses import clause_of
from policy.courses.case_clocks import GOES_ON, clocks_of
from policy.errors import Refusal
from policy.lifecycle import advance
from policy.vocabulary import LeadSource, MatterKind, PenaltyKind, Verb, word
from policy.vocabulary_case import CaseStatus, Procedure
from policy.zone import CHINA

SUMMARY_LIMIT: Final = 5_000

ON_THE_SPOT: Final = (
    Input("penalties", "choices", required=True, options=PenaltyKind),
    Input("fine", "yuan"),
    Input("grade", "text"),
    Input("stage", "text"),
    Input("amounts", "amounts"),
    Input("grade_reason", "words"),
    Input("words", "words"),
    Input("waived", "flag"),
    Input("facts_clear", "flag", required=True),
    Input("suspected_crime", "flag", required=True),
    Input("document", "text"),
    Input("receipt", "flag", required=True),
)
"""What a decision on the spot is told besides the case itself: `words` is what the party said, `document` the number on
the paper that was handed over; the next of the team's block when left out (PL 52)."""


BY_REVIEW: Final = frozenset({Verb.AGREE_REVIEW, Verb.FAIL_REVIEW, Verb.RETURN_REVIEW})
"""Steps a case takes only with the opinion of its review, which answers every point (data.casework.reviews)."""


def find_case(tx: Tx, number: str) -> Case:
    """The case `number` of this county, locked for the step."""
    query = select(Case).where(Case.number == number, Case.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal("errors_case.not_found", kind="not_found", number=number, county=tx.county.words)
    return row


def subject_of(tx: Tx, case: Case) -> Subject:
    """The case as an object of access: its township, its number."""
    townships = frozenset({case.township_code} if case.township_code else ())
    return Subject(tx.county.jurisdiction_id, townships, None, case.number, not townships and bool(case.status))


def propose_case(
    tx: Tx,
    *,
    item: str,
    summary: str,
    party: Mapping[str, Any] | None = None,
    lead: str | None = None,
    task: str | None = None,
    officers: Sequence[str] = (),
    act_on: date | None = None,
    act_ended_on: date | None = None,
    address: str | None = None,
    lon: float | None = None,
    lat: float | None = None,
    cell: str | None = None,
) -> Case:
    """Propose that a violation be filed as a case (CL 第十二条); what the lead and its task already tell need not be told again.

    `officers` are staff numbers of who handles it (those of the task when left out), `party` as `PartyDraft`.
    """
    opened = {name: value for name, value in locals().items() if name != "tx"}
    case = _opened(tx, Procedure.ORDINARY, **opened)
    return _begin(tx, case, Verb.PROPOSE, {})


def decide_on_spot(
    tx: Tx,
    *,
    item: str,
    summary: str,
    decision: Mapping[str, Any],
    party: Mapping[str, Any],
    lead: str | None = None,
    task: str | None = None,
    officers: Sequence[str] = (),
    act_on: date | None = None,
    address: str | None = None,
    lon: float | None = None,
    lat: float | None = None,
    cell: str | None = None,
) -> Case:
    """Decide and hand over a small penalty on the spot (PL 51–52); `decision` as `ON_THE_SPOT` lists."""
    opened = {name: value for name, value in locals().items() if name not in ("tx", "decision")}
    case = _opened(tx, Procedure.SIMPLE, act_ended_on=None, **opened)
    return _begin(tx, case, Verb.DECIDE_ON_SPOT, read_form(Verb.DECIDE_ON_SPOT, decision, ON_THE_SPOT))


def case_step(tx: Tx, *, number: str, step: str, given: Mapping[str, Any] | None = None) -> Case:
    """Take one step of a case with what its form asks for; raises Refusal with every obstacle and its clause."""
    verb = _verb(step)
    if verb in BY_REVIEW:
        raise Refusal("errors_review.by_review", kind="conflict", pointer="/step", step=word(verb), number=number)
    case = find_case(tx, number)
    return take(tx, case, verb, read_form(verb, given or {}))


def _verb(verb: str) -> Verb:
    allowed = tuple(each.value for each in FORMS)
    if verb not in allowed:
        raise Refusal("errors_case.unknown_step", kind="not_found", pointer="/verb", verb=verb[:40], allowed=allowed)
    return Verb(verb)


# -- the step itself ---------------------------------------------------------------------------------------------------


def take(tx: Tx, case: Case, verb: Verb, given: Mapping[str, Any]) -> Case:
    """Scope, then the table with its guards, then what is known, written and due, and the event; all of it or nothing."""
    subject = subject_of(tx, case)
    demand(tx.actor, f"case.{verb.value}", subject, tx.now)
    tx = replace(tx, actor=on_behalf(within(tx.actor, subject, tx.now), case.organ_code))
    before = CaseStatus(case.status) if case.status else None
    given = _resolved(tx, case, verb, given)
    asked = told(verb, known(tx, case, verb), given, tx.now)
    case.status = advance(MatterKind.CASE, before, verb, roles_of(tx), asked).value
    after = learn(verb, asked, given, tx.now)
    facts = (_begun(case) if before is None else {}) | write(tx, case, verb, given, asked)
    _keep(tx, case, verb, after)
    _clocks(tx, case, verb, asked, facts.get("measure"))
    append_event(
        tx,
        matter="case",
        subject_id=case.id,
        subject_number=case.number,
        verb=verb.value,
        from_state=before.value if before else None,
        to_state=case.status,
        facts=facts,
        clause=clause_of(verb, asked),
    )
    result_of_case(tx, case)
    return case


def _begun(case: Case) -> dict[str, Any]:
    """What the first event says of a case, so that it can be judged from its events: references, never names."""
    named = {"item": case.item_id, "party": case.party_id, "lead": case.lead_id, "task": case.task_id}
    told = {"act_on": case.act_on.isoformat(), "officers": list(case.officer_ids), "procedure": case.procedure}
    return told | {name: str(key) for name, key in named.items() if key is not None}


def _resolved(tx: Tx, case: Case, verb: Verb, given: Mapping[str, Any]) -> dict[str, Any]:
    """People named by staff number become the people of the record; the grade's range comes from the item."""
    found = dict(given)
    for name in ("person", "presider"):
        if name in found:
            found[name] = str(_person(tx, found[name], f"/{name}").id)
    if "persons" in found:
        found["persons"] = tuple(str(_person(tx, code, "/persons").id) for code in found["persons"])
    return found | lasting(tx, case, verb, found)


def _person(tx: Tx, code: str, pointer: str) -> Person:
    query = select(Person).where(Person.code == code, Person.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query).first()
    if row is None:
        raise Refusal("errors_case.person_unknown", pointer=pointer, person=code, county=tx.county.words)
    return row


_COLUMNS: Final[Mapping[str, str]] = {
    "filing_approved_at": "filed_at",
    "reviewed_at": "reviewed_at",
    "notice_at": "noticed_at",
    "hearing_held_at": "hearing_at",
    "served_at": "served_at",
    "published_at": "published_at",
    "fine": "fine",
    "confiscated": "confiscated",
}
"""Facts that are columns too, by which cases are looked up."""


def _keep(tx: Tx, case: Case, verb: Verb, after: CaseFacts) -> None:
    case.course = remember(after)
    for fact, column in _COLUMNS.items():
        setattr(case, column, getattr(after, fact))
    case.penalties = sorted(kind.value for kind in after.penalties)
    moment = _MOMENTS.get(verb)
    if moment:
        setattr(case, moment, tx.now)
    if verb is Verb.REDO:  # taken up again, it is neither decided nor closed; what was, stands in its events
        case.decided_at = case.paid_at = case.closed_at = case.archived_at = None
    if after.outstanding == 0 and case.decided_at is not None and verb in (Verb.RECORD_PAYMENT, Verb.COLLECT_CASH):
        case.paid_at = case.paid_at or tx.now


_MOMENTS: Final[Mapping[Verb, str]] = {
    Verb.DECIDE: "decided_at",
    Verb.NOT_PUNISH: "decided_at",
    Verb.DECIDE_ON_SPOT: "decided_at",
    Verb.CLOSE: "closed_at",
    Verb.DROP: "closed_at",
    Verb.HANDLE_OTHERWISE: "closed_at",
    Verb.ARCHIVE: "archived_at",
    Verb.WITHDRAW_PUBLICATION: "withdrawn_at",
}


def _clocks(tx: Tx, case: Case, verb: Verb, facts: CaseFacts, measure: str | None) -> None:
    """Let the deadlines follow the step: those it meets, ends and starts; each thing held has a clock of its own."""
    clocks = clocks_of(verb, facts)
    for kind in clocks.meets:
        meet_deadline(tx, case.id, kind, tx.now, measure)
    for kind in clocks.ends:
        end_deadline(tx, case.id, kind, measure)
    for kind in clocks.starts:
        if kind in GOES_ON and running(tx.session, tx.county, matter_id=case.id, kinds=(kind,)):
            continue
        start_deadline(
            tx,
            matter="case",
            matter_id=case.id,
            number=case.number,
            kind=kind,
            begun_at=tx.now,
            township_code=case.township_code,
            organ_code=case.organ_code,
            about=measure or "",
        )


# -- how a case begins -------------------------------------------------------------------------------------------------


def _begin(tx: Tx, case: Case, verb: Verb, given: Mapping[str, Any]) -> Case:
    demand(tx.actor, f"case.{verb.value}", subject_of(tx, case), tx.now)
    case.number = draw_number(tx, "case")
    tx.session.add(case)
    tx.session.flush()
    return take(tx, case, verb, given)


def _opened(
    tx: Tx,
    procedure: Procedure,
    *,
    item: str,
    summary: str,
    party: Mapping[str, Any] | None,
    lead: str | None,
    task: str | None,
    officers: Sequence[str],
    act_on: date | None,
    act_ended_on: date | None,
    address: str | None,
    lon: float | None,
    lat: float | None,
    cell: str | None,
) -> Case:
    kind, source, sent = find_item(tx, item), find_lead(tx, lead) if lead else None, _task(tx, task)
    if source is None and sent is not None:
        source = tx.session.get_one(Lead, sent.lead_id)
    place = _place(tx, source, lon, lat, cell)
    act = act_on or (source.occurred_at if source else tx.now).astimezone(CHINA).date()
    _check(tx, summary, act, act_ended_on)
    found = competence_at(tx.session, tx.county, kind, place["township_code"], tx.now.astimezone(CHINA).date())
    case = Case(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number="",
        status="",
        procedure=procedure.value,
        lead_id=source.id if source else None,
        task_id=sent.id if sent else None,
        item_id=kind.id,
        party_id=party_of(tx, party).id if party else None,
        summary=summary.strip(),
        address=address or (source.address if source else None),
        organ_code=found.organ_code,
        in_name_of=found.in_whose_name,
        basis=found.basis,
        team_id=sent.team_id if sent else None,
        officer_ids=_officers(tx, officers, sent),
        recused_ids=[],
        act_on=act,
        act_ended_on=act_ended_on,
        found_at=source.occurred_at if source else tx.now,
        proposed_at=tx.now,
        course=remember(CaseFacts(received_by_transfer=_came(source))),
        penalties=[],
        **place,
    )
    if source is not None:
        evidence_of_lead(tx, source, case)
    return case


def _came(lead: Lead | None) -> bool:
    """What came by transfer is not transferred on (X2)."""
    return lead is not None and lead.source == LeadSource.TRANSFER_IN


def _task(tx: Tx, number: str | None) -> Task | None:
    if number is None:
        return None
    query = select(Task).where(Task.number == number, Task.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query).first()
    if row is None:
        raise Refusal("errors_casework.task_not_found", kind="not_found", number=number, county=tx.county.words)
    return row


def _place(tx: Tx, lead: Lead | None, lon: float | None, lat: float | None, cell: str | None) -> dict[str, Any]:
    """Where the act was: the point or cell that is told, else where the lead lies."""
    if lon is not None and lat is not None:
        place = of_point(tx.county, lon, lat, "wgs84")
    elif cell:
        place = of_cell(tx.county, cell, None, None)
    elif lead is not None and lead.cell_code:
        names = ("lon", "lat", "cell_code", "cell_chain", "township_code")
        return {name: getattr(lead, name) for name in names}
    else:
        raise Refusal("errors_case.place_missing", pointer="/cell")
    if place.cell is None:
        raise Refusal("errors_casework.point_outside", pointer="/lon", lon=lon, lat=lat, county=tx.county.words)
    columns = place.as_columns()
    return {name: columns[name] for name in ("lon", "lat", "cell_code", "cell_chain", "township_code")}


def _check(tx: Tx, summary: str, act_on: date, act_ended_on: date | None) -> None:
    words, today = summary.strip(), tx.now.astimezone(CHINA).date()
    if not words:
        raise Refusal("errors_case.summary_missing", pointer="/summary")
    if len(words) > SUMMARY_LIMIT:
        raise Refusal("errors_casework.summary_long", pointer="/summary", length=len(words), limit=SUMMARY_LIMIT)
    for name, day in (("act_on", act_on), ("act_ended_on", act_ended_on)):
        if day is not None and day > today:
            raise Refusal("errors_case.act_in_future", pointer=f"/{name}", day=day.isoformat(), today=today.isoformat())
    if act_ended_on is not None and act_ended_on < act_on:
        raise Refusal(
            "errors_case.act_ends_first",
            pointer="/act_ended_on",
            begun=act_on.isoformat(),
            ended=act_ended_on.isoformat(),
        )


def _officers(tx: Tx, codes: Sequence[str], task: Task | None) -> list[str]:
    """Who handles the case: the people named, else those of the task who hold a certificate, else the one who proposes."""
    if codes:
        return [str(_person(tx, code, "/officers").id) for code in dict.fromkeys(codes)]
    if task is not None and task.officer_ids:
        return certified_now(tx, task.officer_ids, tx.now) or list(task.officer_ids)
    return [str(tx.actor.person_id)] if tx.actor.person_id else []
