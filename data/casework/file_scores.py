"""Score sheets of closed files 案卷评分 (JD 二(五)15; YY 三(五)): by who had no part in the case, every heading with its ground;
faults go back with who mends them by when; a correction keeps the sheet before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import demand
from data.casework.cases import subject_of
from data.casework.file_draws import DONE
from data.casework.numbers import draw_number
from data.casework.organs import acting_for, find_organ
from data.db import Tx
from data.events import append_event
from data.models import Account, Case, CaseReview, Event, FileDraw, FileScore, Person
from policy.errors import Refusal
from policy.file_review import CYCLE_KEY, CYCLES, Sheet, filled, headings
from policy.lifecycle import TABLES
from policy.text import Word
from policy.vocabulary import MatterKind
from policy.vocabulary_inspection import DrawStatus
from policy.zone import CHINA

Given = Mapping[str, Any]
REASON_MOST: Final = 500
MOST_FAULTS: Final = 20
STEPS: Final = frozenset(step.verb.value for matter in (MatterKind.CASE, MatterKind.REVIEW) for step in TABLES[matter])
"""Steps of a case and of its legal review: who took one had a part in it; who only read it had none."""


def give_score(
    tx: Tx,
    *,
    case: str,
    points: Mapping[str, Given],
    draw: str | None = None,
    cycle: str | None = None,
    faults: Sequence[Given] = (),
) -> FileScore:
    """Score a closed file: `points` by heading with points and ground; of a `draw`, or, in a special check, for a `cycle`.

    Raises Refusal for who had a part in the case, a file that was not drawn, is scored already for the draw, or is not closed.
    """
    row = _case(tx, case)
    demand(tx.actor, "file_score.give", subject_of(tx, row), tx.now)
    _closed(row)
    _no_part(tx, row)
    drawn = _drawn(tx, draw, row) if draw else None
    sheet = filled(headings(tx.county.profile, _today(tx)), points)
    code, name = reviewer_of(tx)
    found = FileScore(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number=draw_number(tx, "file_score"),
        case_id=row.id,
        draw_number=drawn.number if drawn else None,
        cycle=drawn.cycle if drawn else _cycle(cycle),
        township_code=row.township_code,
        organ_code=row.in_name_of,
        reviewer_code=code,
        reviewer=name,
        points=dict(sheet.points),
        score=float(sheet.score),
        scored_at=tx.now,
        faults=_faults(tx, faults, row.in_name_of),
        earlier=[],
    )
    tx.session.add(found)
    _event(tx, found, "give", _facts(row, found, sheet), _grounds(found))
    return found


def correct_score(
    tx: Tx, *, number: str, points: Mapping[str, Given], reason: str, faults: Sequence[Given] | None = None
) -> FileScore:
    """Put another sheet in the place of one's own, with the reason; the earlier one is kept beside it."""
    row = find_score(tx, number)
    case = tx.session.get_one(Case, row.case_id)
    demand(tx.actor, "file_score.correct", subject_of(tx, case), tx.now)
    if reviewer_of(tx)[0] != row.reviewer_code:
        raise Refusal("errors_files.not_own_sheet", kind="forbidden", number=number, reviewer=row.reviewer)
    words = _words(reason, "/reason", "reason_missing")
    sheet = filled(headings(tx.county.profile, _today(tx)), points)
    kept = {"points": row.points, "score": row.score, "scored_at": row.scored_at.isoformat(), "faults": row.faults}
    row.earlier = [*row.earlier, kept | {"reason": words, "corrected_at": tx.now.isoformat()}]
    row.points, row.score, row.scored_at = dict(sheet.points), float(sheet.score), tx.now
    if faults is not None:
        row.faults = _faults(tx, faults, row.organ_code)
    _event(tx, row, "correct", _facts(case, row, sheet), _grounds(row) | {"reason": words})
    return row


def mend_fault(tx: Tx, *, number: str, place: int, outcome: str) -> FileScore:
    """Tell that a fault of a file was mended and how; by whose file it is, once."""
    row = find_score(tx, number)
    case = tx.session.get_one(Case, row.case_id)
    demand(tx.actor, "file_score.mend", subject_of(tx, case), tx.now)
    words = _words(outcome, "/outcome", "outcome_missing")
    if not 1 <= place <= len(row.faults):
        raise Refusal("errors_files.fault_not_found", kind="not_found", number=number, place=place)
    fault = row.faults[place - 1]
    tx = acting_for(tx, "file_score.mend", {fault["organ"]})
    _own_fault(tx, fault)
    if fault["mended_at"] is not None:
        raise Refusal("errors_files.fault_mended", kind="conflict", number=number, place=place)
    done = fault | {"mended_at": tx.now.isoformat(), "outcome": words}
    row.faults = [*row.faults[: place - 1], done, *row.faults[place:]]
    _event(tx, row, "mend", {"case": case.number, "place": place}, {"words": words})
    return row


def find_score(tx: Tx, number: str) -> FileScore:
    """The sheet of that number in the county of the step, locked; Refusal where there is none."""
    query = select(FileScore).where(FileScore.jurisdiction_id == tx.county.jurisdiction_id, FileScore.number == number)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal("errors_files.score_not_found", kind="not_found", number=number[:40], county=tx.county.words)
    return row


# -- who ---------------------------------------------------------------------------------------------------------------


def reviewer_of(tx: Tx) -> tuple[str, str]:
    """Staff number and name of who scores; the account's where nobody of the staff stands behind it."""
    person = tx.session.get(Person, tx.actor.person_id) if tx.actor.person_id else None
    if person is not None:
        return person.code, person.name
    account = tx.session.get(Account, tx.actor.account_id) if tx.actor.account_id else None
    if account is None:
        raise Refusal("errors_files.nobody_scores", kind="forbidden")
    return account.username, account.display_name


def part_in(tx: Tx, case: Case) -> str | None:
    """What part who acts had in a case: `handler`, or the first step taken in it; None for none."""
    person = tx.actor.person_id
    if person is not None and str(person) in {*case.officer_ids, *case.recused_ids}:
        return "handler"
    subjects = [case.id, *tx.session.scalars(select(CaseReview.id).where(CaseReview.case_id == case.id))]
    query = select(Event.verb).where(
        Event.subject_id.in_(subjects), Event.verb.in_(STEPS), Event.actor_id.in_(_accounts_of(tx))
    )
    return tx.session.scalars(query.order_by(Event.sequence).limit(1)).first()


def _accounts_of(tx: Tx) -> list[UUID]:
    """Under which keys the person who acts stands in events: another account makes nobody somebody else."""
    own = {key for key in (tx.actor.account_id, tx.actor.person_id) if key is not None}
    if tx.actor.person_id is not None:
        own |= set(tx.session.scalars(select(Account.id).where(Account.person_id == tx.actor.person_id)))
    return sorted(own)


def _no_part(tx: Tx, case: Case) -> None:
    part = part_in(tx, case)
    if part is not None:
        key = "supervising_files.handler" if part == "handler" else f"vocabulary.verb.{part}"
        raise Refusal("errors_files.had_part", kind="forbidden", number=case.number, part=Word(key))


def _own_fault(tx: Tx, fault: Given) -> None:
    """A fault is mended by the organ it was given to."""
    if not tx.actor.system and tx.actor.organ_for("file_score.mend") != fault["organ"]:
        raise Refusal("errors_files.fault_of_other", kind="forbidden", organ=find_organ(tx, fault["organ"]).name)


# -- what is told ------------------------------------------------------------------------------------------------------


def _case(tx: Tx, number: str) -> Case:
    query = select(Case).where(Case.number == number, Case.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query).first()
    if row is None:
        raise Refusal("errors_case.not_found", kind="not_found", number=number[:40], county=tx.county.words)
    return row


def _closed(case: Case) -> None:
    if case.status not in DONE:
        state = Word(f"vocabulary.case_status.{case.status}")
        raise Refusal("errors_files.not_closed", kind="conflict", number=case.number, state=state)


def _drawn(tx: Tx, number: str, case: Case) -> FileDraw:
    query = select(FileDraw).where(FileDraw.jurisdiction_id == tx.county.jurisdiction_id, FileDraw.number == number)
    row = tx.session.scalars(query).first()
    if row is None:
        raise Refusal("errors_files.draw_not_found", kind="not_found", number=number[:40], county=tx.county.words)
    if row.status != DrawStatus.DRAWN.value or case.number not in row.drawn:
        raise Refusal("errors_files.not_drawn", kind="conflict", pointer="/draw", number=case.number, draw=number)
    twice = select(FileScore.number).where(FileScore.draw_number == number, FileScore.case_id == case.id)
    before = tx.session.scalars(twice.limit(1)).first()
    if before is not None:
        raise Refusal("errors_files.scored_already", kind="conflict", number=case.number, draw=number, score=before)
    return row


def _cycle(told: str | None) -> str:
    if told not in CYCLES:
        known = tuple(Word(f"supervising_files.cycle.{one}") for one in CYCLES)
        raise Refusal("errors_files.cycle_missing", pointer="/cycle", known=known)
    return told


def _faults(tx: Tx, told: Sequence[Given], organ: str) -> list[dict[str, Any]]:
    if len(told) > MOST_FAULTS:
        raise Refusal("errors_files.faults_many", pointer="/faults", most=MOST_FAULTS)
    return [_fault(tx, one, organ, place) for place, one in enumerate(told)]


def _fault(tx: Tx, told: Given, organ: str, place: int) -> dict[str, Any]:
    """What is wrong, who mends it (whose file it is, unless another organ is named), by when."""
    owner = str(told.get("organ") or organ)
    find_organ(tx, owner, f"/faults/{place}/organ")
    words = _words(str(told.get("words") or ""), f"/faults/{place}/words", "fault_words")
    return {
        "words": words,
        "organ": owner,
        "due_on": _due(tx, told.get("due_on"), place),
        "mended_at": None,
        "outcome": None,
    }


def _due(tx: Tx, told: Any, place: int) -> str:
    text = told.isoformat() if isinstance(told, date) else str(told or "")
    try:
        on = date.fromisoformat(text)
    except ValueError as fault:
        raise Refusal("errors_files.due_wrong", pointer=f"/faults/{place}/due_on", told=text[:20] or "—") from fault
    if on < _today(tx):
        raise Refusal("errors_files.due_past", pointer=f"/faults/{place}/due_on", told=text)
    return on.isoformat()


def _words(told: str, pointer: str, missing: str) -> str:
    text = told.strip()
    if not text:
        raise Refusal(f"errors_files.{missing}", pointer=pointer)
    if len(text) > REASON_MOST:
        raise Refusal("errors_files.long", pointer=pointer, length=len(text), limit=REASON_MOST)
    return text


def _today(tx: Tx) -> date:
    return tx.now.astimezone(CHINA).date()


def _facts(case: Case, row: FileScore, sheet: Sheet) -> dict[str, Any]:
    said = {"case": case.number, "draw": row.draw_number, "cycle": row.cycle, "score": f"{sheet.score}"}
    told = {"faults": len(row.faults), "points": {code: one["points"] for code, one in sheet.points.items()}}
    return {name: value for name, value in (said | told).items() if value not in (None, 0)}


def _grounds(row: FileScore) -> dict[str, str]:
    """What was written, for beside the chain."""
    grounds = {f"ground_{code}": str(one["ground"]) for code, one in row.points.items()}
    return grounds | {f"fault_{place}": str(one["words"]) for place, one in enumerate(row.faults, start=1)}


def _event(tx: Tx, row: FileScore, verb: str, facts: Given, words: Mapping[str, str]) -> None:
    rule = tx.county.profile.get(CYCLE_KEY, _today(tx))
    append_event(
        tx,
        matter="file_score",
        subject_id=row.id,
        subject_number=row.number,
        verb=verb,
        facts=facts,
        clause=rule.clause if rule is not None else None,
        words=words,
    )
