"""Plans of postings: kept with what was asked and what it comes to, changed by hand or as worked out, accepted or dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.casework.numbers import draw_number
from data.db import Tx
from data.events import append_event
from data.models import PostingPlan
from data.queries.posting_question import Asked, Question, question
from policy.errors import Refusal
from policy.posting_plan import Kind, Member, Move, after, needed_people, shares
from policy.text import Word
from policy.zone import CHINA

TITLE_MOST: Final = 60
REASON_MOST: Final = 500
DRAFT, ACCEPTED, DROPPED = "draft", "accepted", "dropped"


def keep_plan(
    tx: Tx, *, title: str, moves: Sequence[Mapping[str, str]], asked: Asked | None = None, by_hand: bool = False
) -> PostingPlan:
    """Keep a plan of postings; `moves` are pairs of person (staff number) and to (township code); `by_hand`: changed after it
    was worked out.

    The plan is measured by the force of this moment. Raises Refusal for a person or township that is not there, somebody who
    cannot be moved, or an organ left with fewer people than it keeps; nothing is kept then.
    """
    demand(
        tx.actor, "posting_plan.keep", Subject(tx.county.jurisdiction_id, label=tx.county.name, nowhere=True), tx.now
    )
    title = _text(title, TITLE_MOST, "/title", "title_missing", "title_long")
    here = question(tx.session, tx.actor, tx.county, tx.now, asked)
    made = moves_of(here, moves)
    row = PostingPlan(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number=draw_number(tx, "posting_plan"),
        title=title,
        status=DRAFT,
        as_of=tx.now.astimezone(CHINA).date(),
        asked=_asked(here),
        moves=[asdict(move) for move in made],
        result=measured(here, made),
        changed_by_hand=by_hand,
        made_at=tx.now,
    )
    tx.session.add(row)
    _event(tx, row, "keep", None, facts={"moves": len(made), "by_hand": row.changed_by_hand})
    return row


def decide_plan(tx: Tx, *, number: str, accept: bool, reason: str) -> PostingPlan:
    """Accept a plan or drop it, with the reason; once."""
    demand(
        tx.actor, "posting_plan.decide", Subject(tx.county.jurisdiction_id, label=tx.county.name, nowhere=True), tx.now
    )
    row = find_plan(tx, number)
    if row.status != DRAFT:
        state = Word(f"office.plan_status.{row.status}")
        raise Refusal("errors_office.plan_decided", kind="conflict", number=number, state=state)
    row.reason = _text(reason, REASON_MOST, "/reason", "reason_missing", "reason_long")
    before, row.status, row.decided_at = row.status, ACCEPTED if accept else DROPPED, tx.now
    _event(tx, row, "decide", before, words={"reason": row.reason})
    return row


def find_plan(tx: Tx, number: str) -> PostingPlan:
    """The plan of that number in the county of the step; Refusal where there is none."""
    query = select(PostingPlan).where(
        PostingPlan.jurisdiction_id == tx.county.jurisdiction_id, PostingPlan.number == number
    )
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal("errors_office.no_plan", kind="not_found", number=number[:40])
    return row


def moves_of(here: Question, told: Sequence[Mapping[str, str]]) -> tuple[Move, ...]:
    """What was asked for as moves; Refusal naming the first that cannot be made, and why."""
    force, places = {m.person: m for m in here.force}, {t.code for t in here.demand.townships}
    twice = [person for person, n in Counter(one["person"] for one in told).items() if n > 1]
    if twice:
        raise Refusal("errors_office.move_twice", pointer="/moves", person=_called(here, twice[0]))
    made = tuple(_move(here, force, places, place, one) for place, one in enumerate(told))
    _demand_kept(here, made)
    return made


def measured(here: Question, moves: Iterable[Move]) -> dict[str, Any]:
    """Shares now and then, of the county, of teams and by township."""
    county, teams, people = shares(here.force, after(here.force, moves), here.demand)
    return {"county": asdict(county), "teams": [asdict(team) for team in teams],
            "people": {code: list(pair) for code, pair in people.items()}}  # fmt: skip


def _move(here: Question, force: Mapping[str, Member], places: set[str], place: int, told: Mapping[str, str]) -> Move:
    person, to, pointer = told["person"], told["to"], f"/moves/{place}"
    member = force.get(person)
    if member is None:
        raise Refusal("errors_office.move_nobody", pointer=f"{pointer}/person", person=person[:40])
    if to not in places:
        raise Refusal("errors_office.move_nowhere", pointer=f"{pointer}/to", township=to[:40])
    who: dict[str, Any] = {"person": _called(here, person)}
    if member.stays is not None:
        raise Refusal("errors_office.move_stays", pointer=pointer, why=Word(f"office.stays.{member.stays}"), **who)
    if member.seconded_from not in (None, to):
        home = here.names.get(member.seconded_from or "", "")
        raise Refusal("errors_office.move_lent", pointer=pointer, township=home, **who)
    if member.township == to:
        raise Refusal("errors_office.move_there", pointer=pointer, township=here.names.get(to, to), **who)
    kind: Kind = "return" if member.seconded_from else "repost" if member.township else "post"
    return Move(person, member.organ, kind, member.township, to)


def _demand_kept(here: Question, moves: Sequence[Move]) -> None:
    """Every home organ keeps its share; one that has less already sends nobody."""
    out = Counter(move.organ for move in moves if move.kind == "post")
    for organ, share in here.demand.left.items():
        mine = [m for m in here.force if m.organ == organ]
        at_home, keeps = sum(m.township is None for m in mine), needed_people(share, len(mine))
        free = max(0, at_home - keeps)
        if out[organ] > free:
            facts: dict[str, Any] = {"organ": here.names.get(organ, organ), "keeps": keeps, "free": free}
            raise Refusal("errors_office.organ_emptied", pointer="/moves", asked=out[organ], **facts)


def _asked(here: Question) -> dict[str, Any]:
    wanted = here.demand
    return {
        "county": wanted.county,
        "teams": dict(wanted.teams),
        "left": dict(wanted.left),
        "townships": [{"code": t.code, "load": t.load, "people": t.people, "fields": dict(t.fields)} for t in wanted.townships],
        "reposting": wanted.reposting,
        "clauses": dict(here.clauses),
    }  # fmt: skip


def _called(here: Question, person: str) -> str:
    return here.people.get(person, person)


def _text(told: str, most: int, pointer: str, missing: str, long: str) -> str:
    text = told.strip()
    if not text:
        raise Refusal(f"errors_office.{missing}", pointer=pointer)
    if len(text) > most:
        raise Refusal(f"errors_office.{long}", pointer=pointer, length=len(text), limit=most)
    return text


def _event(tx: Tx, row: PostingPlan, verb: str, before: str | None, **told: Any) -> None:
    append_event(
        tx,
        matter="posting_plan",
        subject_id=row.id,
        subject_number=row.number,
        verb=verb,
        from_state=before,
        to_state=row.status,
        **told,
    )
