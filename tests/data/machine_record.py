"""What the record says of cases: their events read again, and everything in the tables held against them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.casework.case_memory import recall, remember
from data.models import Case, CaseEntry, Deadline, Event, Item, Lead, Party, Payment
from policy.case_facts import CaseFacts
from tests.data.machine_law import File, Happened, Past, judge, last, money
from tests.data.machine_people import Cast

BESIDE = ("_deadline", "add_evidence", "link_evidence")
OVER = ("archived", "dropped", "handled_otherwise", "transferred_out")
"""States in which nothing of the organ's own runs on; what the party may still ask for runs on."""


def events_of(session: Session, ids: Collection[UUID]) -> Mapping[UUID, list[Event]]:
    """Every event of these cases, in the order of the chain."""
    found: dict[UUID, list[Event]] = defaultdict(list)
    for row in session.scalars(select(Event).where(Event.subject_id.in_(list(ids))).order_by(Event.position)):
        found[row.subject_id].append(row)
    return found


def entries_of(session: Session, ids: Collection[UUID]) -> Mapping[str, CaseEntry]:
    """Entries of the files of these cases by their key."""
    return {str(row.id): row for row in session.scalars(select(CaseEntry).where(CaseEntry.case_id.in_(list(ids))))}


def happened(cast: Cast, row: Event, entries: Mapping[str, CaseEntry]) -> Happened:
    """One event as it is judged."""
    facts = json.loads(row.facts) if isinstance(row.facts, str) else dict(row.facts)
    written: dict[str, str] = {}
    entry = entries.get(facts.get("entry", ""))
    if entry is not None:
        alone = {"hear_statement": "weighed", "propose_penalty": "grade_reason"}.get(row.verb, "words")
        written = {alone: entry.text, **entry.details}
    return Happened(
        row.verb, row.from_state, row.to_state, row.at, row.position, cast.who(row.actor_id) if row.actor_id else "",
        row.role, row.organ, facts, written,
    )  # fmt: skip


def file_of(session: Session, cast: Cast, case: Case) -> File:
    """What does not change of a case."""
    party = session.get(Party, case.party_id) if case.party_id else None
    lead = session.get(Lead, case.lead_id) if case.lead_id else None
    return File(
        cast=cast, profile=cast.county.profile.code, item=session.get_one(Item, case.item_id).code,
        party=str(case.party_id) if case.party_id else None, citizen=party is not None and party.kind == "citizen",
        act_on=case.act_on, act_end=case.act_ended_on, found_at=case.found_at, organ=case.organ_code,
        transferred_in=lead is not None and lead.source == "transfer_in",
    )  # fmt: skip


def check_cases(session: Session, cast: Cast, ids: Collection[UUID]) -> Counter[str]:
    """Judge every step of these cases and hold their rows against their events; gives verbs taken, states reached."""
    cases = session.scalars(select(Case).where(Case.id.in_(list(ids)))).all()
    events, entries = events_of(session, ids), entries_of(session, ids)
    deadlines: dict[UUID, list[Deadline]] = defaultdict(list)
    for row in session.scalars(select(Deadline).where(Deadline.matter_id.in_(list(ids)))):
        deadlines[row.matter_id].append(row)
    paid: dict[UUID, list[Payment]] = defaultdict(list)
    for payment in session.scalars(select(Payment).where(Payment.case_id.in_(list(ids)))):
        paid[payment.case_id].append(payment)
    seen: Counter[str] = Counter()
    for case in cases:
        mine = events[case.id]
        steps = [happened(cast, row, entries) for row in mine if not row.verb.endswith(BESIDE)]
        try:
            check_case(session, cast, case, steps)
            check_deadlines(case, mine, deadlines[case.id])
            assert sum((one.amount for one in paid[case.id]), money(0)) == sum(
                (money(one.facts["amount"]) for one in steps if "payment" in one.facts), money(0)
            )
        except AssertionError as fault:
            fault.add_note(story(case, mine))
            raise
        seen.update(name for one in steps for name in (one.verb, one.to) if name)
    return seen


def story(case: Case, events: Sequence[Event]) -> str:
    """What happened to a case, to be read when a check fails."""
    lines = [f"{case.number} {case.status}"]
    lines += [
        f"  {row.at:%Y-%m-%d %H:%M} {row.verb} {row.from_state}→{row.to_state} {row.role} {row.organ} {row.facts}"
        for row in events
    ]
    return "\n".join(lines)


def check_case(session: Session, cast: Cast, case: Case, steps: Sequence[Happened]) -> None:
    """Each step by the law; status and columns as the events have them; what is kept can be read again."""
    file = file_of(session, cast, case)
    state = None
    for i, step in enumerate(steps):
        assert step.source == state, (step.verb, step.source, state)
        state = step.to
        judge(file, steps[:i], step)
    assert case.status == state
    check_columns(case, steps)
    course = recall(case.course)
    assert remember(CaseFacts(**course)) == case.course
    assert recall(remember(CaseFacts(**course))) == course


def check_columns(case: Case, steps: Past) -> None:
    """Columns by which cases are looked up, from the events alone."""
    redo = max((i for i, one in enumerate(steps) if one.verb == "redo"), default=-1)
    round_ = steps[redo + 1 :]
    assert case.proposed_at == steps[0].at
    filing = last(steps, "approve_filing")
    assert case.filed_at == (filing.at if filing else None)
    decided = last(round_, "decide", "not_punish", "decide_on_spot")
    assert case.decided_at == (decided.at if decided else None)
    served = last(round_, "serve", "decide_on_spot")
    assert case.served_at == (served.at if served else None)
    ended = last(round_, "close", "drop", "handle_otherwise")
    assert case.closed_at == (ended.at if ended else None)
    archived = last(round_, "archive")
    assert case.archived_at == (archived.at if archived else None)
    check_money(case, round_, decided)


def check_money(case: Case, round_: Past, decided: Happened | None) -> None:
    """What is owed follows from the decision and the payments; a fine stands only where one was decided."""
    if decided is None:
        return
    kinds = set(next((one.facts["penalties"] for one in reversed(round_) if "penalties" in one.facts), ()))
    fined = decided.verb != "not_punish" and "fine" in kinds
    assert bool(case.fine) == fined, (case.fine, decided.verb, kinds)
    if fined:
        assert case.fine == money(next(one.facts["fine"] for one in reversed(round_) if "fine" in one.facts))
    owed = recall(case.course).get("outstanding")
    came = [one for one in round_ if "payment" in one.facts and one.facts.get("paid") != "surcharge"]
    full = (case.fine or 0) + (case.confiscated or 0)
    assert owed == max(money(full) - sum((money(one.facts["amount"]) for one in came), money(0)), money(0))


# -- deadlines -----------------------------------------------------------------------------------------------------------


def check_deadlines(case: Case, events: Sequence[Event], rows: Sequence[Deadline]) -> None:
    """Never two of a kind at once, each started one ended at most once, rows as the events say, none left at the end."""
    running: dict[str, tuple[str, str]] = {}
    over: set[str] = set()
    for row in events:
        if not row.verb.endswith("_deadline"):
            continue
        facts: dict[str, Any] = json.loads(row.facts) if isinstance(row.facts, str) else dict(row.facts)
        key = facts["deadline"]
        if row.verb == "start_deadline":
            about = (facts["kind"], facts.get("about", ""))
            assert about not in running.values(), f"two run: {about}"
            running[key] = about
        if row.verb in ("meet_deadline", "end_deadline"):
            assert key in running, f"ended twice: {facts['kind']}"
            del running[key]
            over.add(key)
    assert {str(row.id) for row in rows if row.done_at is None and row.ended_at is None} == set(running)
    assert {str(row.id) for row in rows} == set(running) | over
    if case.status in OVER:
        left = {row.kind for row in rows if row.done_at is None and row.ended_at is None and row.whose == "organ"}
        assert not left, f"still running in {case.status}: {left}"


def check_once_fined(session: Session) -> None:
    """No act is fined twice: at each decision with a fine no other stands on the same party, item and day (PL 29)."""
    columns = (Case.id, Case.party_id, Case.item_id, Case.act_on)
    acts: dict[Any, set[UUID]] = defaultdict(set)
    for key, *act in session.execute(select(*columns).where(Case.party_id.is_not(None))):
        acts[tuple(act)].add(key)
    twins = {key for group in acts.values() if len(group) > 1 for key in group}
    group_of = {key: act for act, group in acts.items() for key in group}
    standing: dict[Any, set[UUID]] = defaultdict(set)
    meant: dict[UUID, set[str]] = {}
    verbs = ("propose_penalty", "decide", "decide_on_spot", "decide_reconsideration", "decide_suit", "redo")
    query = select(Event.subject_id, Event.subject_number, Event.verb, Event.facts).where(Event.verb.in_(verbs))
    for key, number, verb, told in session.execute(query.order_by(Event.position)):
        if key not in twins:
            continue
        facts = json.loads(told) if isinstance(told, str) else told
        if "penalties" in facts:
            meant[key] = set(facts["penalties"])
        if verb in ("decide", "decide_on_spot") and "fine" in meant.get(key, ()):
            assert not standing[group_of[key]] - {key}, f"fined twice for one act: {number}"
            standing[group_of[key]].add(key)
        if facts.get("result") in ("revoked", "invalid"):
            standing[group_of[key]].discard(key)
