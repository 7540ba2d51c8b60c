"""Secondments 抽调借调 (YY 五(二)): with a reason and an approver, out of the township's force from the first day, back after the last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from uuid_utils.compat import uuid7

from data.db import Tx
from data.importers.staffing_known import Known
from data.importers.staffing_people import DAY, SPAN, in_force, meeting, required
from data.importers.tables import Column, Line
from data.models import Organ, Person, Posting, Secondment, Shift, Team, TeamMember
from policy.vocabulary import PostingMode
from policy.zone import CHINA

SECONDMENTS: Final = (
    Column("person_code", required=True),
    Column("of_town", required=True),
    Column("secondment_reason", required=True),
    Column("approved_by"),
    Column("document_number"),
    Column("works_at"),
    *SPAN,
)


class Secondments:
    """Somebody of a township's force taken away for other work."""

    def __init__(self, known: Known) -> None:
        """`known` is what the lines are checked against."""
        self.known, self.tx = known, known.tx

    def take(self, line: Line) -> None:
        """One line."""
        known, first, last = self.known, line["from_day"], line["to_day"]
        town, ordered = known.township(line), known.in_order(line)
        person = known.person(line, first) if first else None
        approved = self._approved(line)
        if town is None or person is None or not ordered or not approved or not known.whole(line, required(SECONDMENTS)):  # fmt: skip
            return
        rows = postings_of(self.tx, person.id, town, first)
        away = [row for row in meeting(rows, first, last) if row.seconded]
        same = [row for row in away if (row.valid_from, row.valid_to) == (first, last)]
        known.made += same
        known.batch.known += len(same)
        if away and not same:
            known.batch.refuse(line, "seconded_then", "from_day", value=person.code, day=away[0].valid_from)
        elif not same:
            self._send(line, person, town, [row for row in rows if not row.seconded])

    def _approved(self, line: Line) -> bool:
        value = self.known.tx.county.profile.get("secondment.needs_approval", self.known.today)
        if value is None or not value.value or line["approved_by"]:
            return True
        self.known.batch.refuse(line, "approver_missing", "approved_by", ground=value.clause or "—")
        return False

    def _send(self, line: Line, person: Person, town: str, rows: list[Posting]) -> None:
        first, last = line["from_day"], line["to_day"]
        later = next((row for row in meeting(rows, first, last) if row.valid_from >= first), None)
        held = next((row for row in rows if in_force(row, first)), None)
        if later is not None:
            self.known.batch.refuse(line, "posted_later", "from_day", value=person.code, day=later.valid_from)
            return
        if held is None and self._home(person) != town:
            where = self.tx.county.words_of(town)
            self.known.batch.refuse(line, "not_of_township", "person_code", value=person.code, where=where)
            return
        until = held.valid_to if held else None
        row = Posting(
            id=uuid7(), jurisdiction_id=self.known.place, person_id=person.id, township_code=town, seconded=True,
            mode=held.mode if held else PostingMode.STATIONED.value, reason=line["secondment_reason"], valid_from=first,
            valid_to=last,
        )  # fmt: skip
        told = {"approved_by": line["approved_by"], "document": line["document_number"], "works_at": line["works_at"]}
        self.tx.session.add(row)
        self.tx.session.flush()
        self.tx.session.add(Secondment(jurisdiction_id=self.known.place, posting_id=row.id, posted_until=until, **told))
        if held is not None:
            held.valid_to = first - DAY
        self.known.batch.changed += leave_teams(self.tx, row)
        if last is not None:
            bring_back(self.tx, row, until)
        self.known.made.append(row)
        self.known.batch.created += 1

    def _home(self, person: Person) -> str | None:
        return self.tx.session.get_one(Organ, person.organ_id).township_code


def postings_of(tx: Tx, person: UUID, town: str, since: date) -> list[Posting]:
    """Postings of a person to a township that end on a day or later, in order."""
    open_end = or_(Posting.valid_to.is_(None), Posting.valid_to >= since)
    query = select(Posting).where(Posting.person_id == person, Posting.township_code == town, open_end)
    return list(tx.session.scalars(query.order_by(Posting.valid_from)))


def leave_teams(tx: Tx, away: Posting) -> int:
    """Who is away is in no team of the township, and on none of its shifts; gives how many shifts left the roster."""
    for row in _memberships(tx, away):
        if in_force(row, away.valid_from) and row.valid_from < away.valid_from:
            row.valid_to = away.valid_from - DAY
    begin = max(tx.now, datetime.combine(away.valid_from, time(), CHINA))
    mine = select(Shift).join(Team, Team.id == Shift.team_id).where(Team.township_code == away.township_code)
    query = mine.where(Shift.person_id == away.person_id, Shift.starts_at >= begin)
    if away.valid_to is not None:
        query = query.where(Shift.starts_at < datetime.combine(away.valid_to + DAY, time(), CHINA))
    shifts = list(tx.session.scalars(query))
    for shift in shifts:
        tx.session.delete(shift)
    return len(shifts)


def _memberships(tx: Tx, away: Posting) -> Iterator[TeamMember]:
    query = select(TeamMember).join(Team, Team.id == TeamMember.team_id)
    here = (Team.township_code == away.township_code, TeamMember.person_id == away.person_id)
    yield from tx.session.scalars(query.where(*here))


def bring_back(tx: Tx, away: Posting, until: date | None) -> None:
    """From the day after a secondment: the posting it broke off up to its own last day, and the teams that were left."""
    if away.valid_to is None:
        return
    back, before = away.valid_to + DAY, away.valid_from - DAY
    common = {"jurisdiction_id": away.jurisdiction_id, "person_id": away.person_id, "valid_from": back}
    broken = [row for row in postings_of(tx, away.person_id, away.township_code, before) if row.valid_to == before]
    if broken and (until is None or until >= back):
        tx.session.add(Posting(township_code=away.township_code, mode=away.mode, seconded=False, valid_to=until, **common))  # fmt: skip
    for row in list(_memberships(tx, away)):
        if row.valid_to == before:
            tx.session.add(TeamMember(team_id=row.team_id, post=row.post, **common))


def end_secondment(tx: Tx, away: Posting, last_day: date) -> None:
    """A secondment that ends on another day than was planned, or ends at all: back from the day after."""
    told = tx.session.scalars(select(Secondment).where(Secondment.posting_id == away.id)).first()
    if away.valid_to is not None:
        planned: list[Any] = [*postings_of(tx, away.person_id, away.township_code, away.valid_to), *_memberships(tx, away)]  # fmt: skip
        for row in planned:
            if row.valid_from == away.valid_to + DAY:
                tx.session.delete(row)
    away.valid_to = last_day
    tx.session.flush()
    bring_back(tx, away, told.posted_until if told else None)
