"""Draws of closed files 案卷随机抽取 (JD 二(五)15): the list and its hash first, then a seed nobody can choose; every draw stays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.casework.numbers import draw_number
from data.casework.seeds import take_seed, told_of
from data.db import Record, Tx
from data.events import append_event
from data.models import Case, FileDraw, FileScore, Organ
from policy.drawing import ALGORITHM, FILES, digest_of, draw
from policy.errors import Refusal
from policy.file_review import CYCLE_KEY, Period, cycles, drawn_count, due, period_named
from policy.text import Word
from policy.vocabulary import OrganKind
from policy.vocabulary_case import CaseStatus
from policy.vocabulary_inspection import DrawStatus, SeedSource
from policy.zone import CHINA

DONE: Final = (CaseStatus.CLOSED.value, CaseStatus.ARCHIVED.value)
MOST: Final = 500
BEACON_MOST: Final = 200
REASON_MOST: Final = 500
DRAWERS: Final = (OrganKind.JUSTICE, OrganKind.GOVERNMENT, OrganKind.COMMAND_CENTRE)
"""In whose name the schedule draws: the first of these kinds that the county has."""


def commit_files(tx: Tx, *, period: str, wanted: int | None = None, beacon_name: str | None = None) -> FileDraw:
    """Fix the closed files of a period, with their hash in the chain, before there is a seed.

    `wanted`: how many are drawn, as the profile says when left out; `beacon_name`: the public number that will be the seed,
    none: the seed is made here at the draw. Raises Refusal for a period that is not over, is drawn from, or closed no file.
    """
    _allowed(tx, "commit", period)
    asked = _period(tx, period)
    _once(tx, asked)
    files = closed_files(tx, asked)
    if not files:
        raise Refusal("errors_files.nothing_closed", kind="conflict", period=asked.name)
    row = FileDraw(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number=draw_number(tx, "file_draw"),
        status=DrawStatus.COMMITTED.value,
        cycle=asked.cycle,
        begins_on=asked.begins_on,
        ends_on=asked.ends_on,
        organ_code=_organ(tx),
        algorithm=ALGORITHM,
        files=files,
        wanted=min(_wanted(tx, asked, wanted), len(files)),
        population_sha256=digest_of({FILES: population(files)}),
        committed_at=tx.now,
        beacon_name=_short(beacon_name, BEACON_MOST, "/beacon_name"),
        drawn=[],
    )
    tx.session.add(row)
    said = {"period": asked.name, "algorithm": ALGORITHM, "population_sha256": row.population_sha256,
            "files": len(files), "files_wanted": row.wanted, "beacon_name": row.beacon_name}  # fmt: skip
    _event(tx, row, "commit", None, {name: value for name, value in said.items() if value is not None})
    return row


def draw_files(tx: Tx, *, number: str, beacon: str | None = None) -> FileDraw:
    """Draw by a seed made now, or by the public number that was named when the list was committed; once."""
    row = _found(tx, "draw", number)
    _in_state(row, DrawStatus.COMMITTED)
    told = _short(beacon, BEACON_MOST, "/beacon")
    if (row.beacon_name is None) != (told is None):
        raise Refusal("errors_files.beacon_named" if row.beacon_name else "errors_files.beacon_unnamed", pointer="/beacon",
                      number=number, beacon=row.beacon_name or "—")  # fmt: skip
    source = SeedSource.BEACON if told else SeedSource.GENERATOR
    seed = take_seed(row, source, tx.now, told or "", row.beacon_name)
    row.drawn = list(draw(population(row.files), row.wanted, seed, row.population_sha256, FILES))
    row.status = DrawStatus.DRAWN.value
    _event(tx, row, "draw", DrawStatus.COMMITTED.value, told_of(row) | {"drawn": row.drawn})
    return row


def discard_draw(tx: Tx, *, number: str, reason: str) -> FileDraw:
    """Discard a draw with the reason; it stays in the record. Refused once a file of it has its score."""
    row = _found(tx, "discard", number)
    _in_state(row, DrawStatus.COMMITTED, DrawStatus.DRAWN)
    words = reason.strip()
    if not words:
        raise Refusal("errors_files.reason_missing", pointer="/reason")
    scored = tx.session.scalars(select(FileScore.number).where(FileScore.draw_number == number).limit(1)).first()
    if scored is not None:
        raise Refusal("errors_files.draw_scored", kind="conflict", number=number, score=scored)
    before, row.status = row.status, DrawStatus.DISCARDED.value
    row.discarded_at, row.reason = tx.now, _short(words, REASON_MOST, "/reason")
    _event(tx, row, "discard", before, {}, reason=row.reason or "")
    return row


def draw_on_schedule(tx: Tx) -> list[str]:
    """What the schedule does at one look: draws what an earlier look committed, then commits what is due; gives the numbers.

    Lists are committed in one step and drawn in a later one, so that the hash is known before there is a seed. A draw that
    somebody discarded is not made again without somebody asking, and one with a named beacon waits for its number.
    """
    drawn = [draw_files(tx, number=number).number for number in _waiting(tx)]
    return [*drawn, *(commit_files(tx, period=period.name).number for period in _due(tx))]


def follow_schedule(record: Record, code: str, now: datetime) -> list[str]:
    """One look of the schedule at a county; nothing is written where nothing is due."""
    from data.authority import SYSTEM

    found: list[str] = record.write(SYSTEM, draw_on_schedule, county=record.county(code), now=now)
    return found


def closed_files(tx: Tx, period: Period) -> list[str]:
    """Numbers of the files closed in a period, in order; those that were erased cannot be reviewed and are left out."""
    query = select(Case.number).where(
        Case.jurisdiction_id == tx.county.jurisdiction_id,
        Case.status.in_(DONE),
        Case.erased_at.is_(None),
        within(period),
    )
    return list(tx.session.scalars(query.order_by(Case.number)))


def within(period: Period, column: Any = Case.closed_at) -> ColumnElement[bool]:
    """The condition that a moment lies in a period, by days in Asia/Shanghai."""
    return and_(column >= _midnight(period.begins_on), column < _midnight(period.ends_on + timedelta(days=1)))


def population(files: list[str]) -> dict[str, int]:
    """Files as they are drawn: each with the same weight."""
    return dict.fromkeys(files, 1)


# -- checks ------------------------------------------------------------------------------------------------------------


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), CHINA)


def _allowed(tx: Tx, verb: str, label: str) -> None:
    """Files of the whole county are drawn from: by who holds all of it."""
    demand(tx.actor, f"file_draw.{verb}", Subject(tx.county.jurisdiction_id, label=label, nowhere=True), tx.now)


def _period(tx: Tx, name: str) -> Period:
    found = period_named(name)
    if found is None:
        raise Refusal("errors_files.period_wrong", pointer="/period", told=name[:20])
    if found.ends_on >= tx.now.astimezone(CHINA).date():
        raise Refusal("errors_files.period_open", pointer="/period", period=found.name, ends=found.ends_on.isoformat())
    return found


def _once(tx: Tx, period: Period) -> None:
    query = select(FileDraw.number).where(
        FileDraw.jurisdiction_id == tx.county.jurisdiction_id,
        FileDraw.cycle == period.cycle,
        FileDraw.begins_on == period.begins_on,
        FileDraw.status != DrawStatus.DISCARDED.value,
    )
    number = tx.session.scalars(query.limit(1)).first()
    if number is not None:
        raise Refusal("errors_files.drawn_already", kind="conflict", period=period.name, number=number)


def _wanted(tx: Tx, period: Period, told: int | None) -> int:
    on = tx.now.astimezone(CHINA).date()
    wanted = told if told is not None else drawn_count(tx.county.profile, period.cycle, on)
    if wanted is None or not 1 <= wanted <= MOST:
        raise Refusal("errors_files.wanted_wrong", pointer="/wanted", most=MOST)
    return wanted


def _short(told: str | None, most: int, pointer: str) -> str | None:
    text = (told or "").strip()
    if len(text) > most:
        raise Refusal("errors_files.long", pointer=pointer, length=len(text), limit=most)
    return text or None


def _organ(tx: Tx) -> str:
    own = None if tx.actor.system else tx.actor.organ_for("file_draw.commit")
    if own:
        return own
    query = select(Organ.kind, Organ.code).where(Organ.jurisdiction_id == tx.county.jurisdiction_id)
    known: dict[str, str] = {}
    for kind, code in tx.session.execute(query.order_by(Organ.code)):
        known.setdefault(kind, code)
    return next((known[kind.value] for kind in DRAWERS if kind.value in known), "")


def _found(tx: Tx, verb: str, number: str) -> FileDraw:
    _allowed(tx, verb, number)
    return find_draw(tx, number)


def find_draw(tx: Tx, number: str) -> FileDraw:
    """The draw of that number in the county of the step, locked; Refusal where there is none."""
    query = select(FileDraw).where(FileDraw.jurisdiction_id == tx.county.jurisdiction_id, FileDraw.number == number)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal("errors_files.draw_not_found", kind="not_found", number=number[:40], county=tx.county.words)
    return row


def _in_state(row: FileDraw, *states: DrawStatus) -> None:
    if row.status not in {state.value for state in states}:
        state = Word(f"vocabulary.draw_status.{row.status}")
        raise Refusal("errors_files.draw_state", kind="conflict", number=row.number, state=state)


def _waiting(tx: Tx) -> list[str]:
    query = select(FileDraw.number).where(
        FileDraw.jurisdiction_id == tx.county.jurisdiction_id,
        FileDraw.status == DrawStatus.COMMITTED.value,
        FileDraw.beacon_name.is_(None),
        FileDraw.committed_at < tx.now,
    )
    return list(tx.session.scalars(query.order_by(FileDraw.number)))


def _due(tx: Tx) -> list[Period]:
    """Periods whose draw the plan asks for and nobody has committed; a month without a closed file has none."""
    on, profile = tx.now.astimezone(CHINA).date(), tx.county.profile
    asked = [cycle for cycle in cycles(profile, on) if drawn_count(profile, cycle, on)]
    found = [period for cycle in asked for period in due(cycle, on, _last(tx, cycle))]
    return [period for period in found if closed_files(tx, period)]


def _last(tx: Tx, cycle: str) -> Period | None:
    """The latest period of a cycle that was drawn from, whatever became of the draw."""
    query = select(FileDraw.begins_on, FileDraw.ends_on).where(
        FileDraw.jurisdiction_id == tx.county.jurisdiction_id, FileDraw.cycle == cycle
    )
    row = tx.session.execute(query.order_by(FileDraw.begins_on.desc()).limit(1)).first()
    return Period(row.begins_on, row.ends_on, cycle) if row is not None else None


def _event(tx: Tx, row: FileDraw, verb: str, before: str | None, facts: dict[str, Any], **words: str) -> None:
    rule = tx.county.profile.get(CYCLE_KEY, tx.now.astimezone(CHINA).date())
    append_event(
        tx,
        matter="file_draw",
        subject_id=row.id,
        subject_number=row.number,
        verb=verb,
        from_state=before,
        to_state=row.status,
        facts=facts,
        clause=rule.clause if rule is not None else None,
        words=words,
    )
