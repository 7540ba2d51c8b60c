"""People with their certificates, postings and teams, one row a person; organs and teams that a row describes are made."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from data.authority import Actor
from data.county import County
from data.db import Record, Tx
from data.importers.faults import Imported
from data.importers.tables import (
    Column,
    Line,
    Unfit,
    a_choice,
    a_day,
    a_list,
    a_truth,
    by_code_or_name,
    doubled,
    read_table,
)
from data.importers.writing import Batch, Progress, digest_of, take_in
from data.models import Certificate, Organ, Person, Posting, Team, TeamMember, Unit
from policy.vocabulary import OrganKind, PersonKind, PostingMode
from policy.zone import CHINA

TEAM_KINDS: Final = ("squadron", "sunk_down", "professional", "fire", "grid_workers")
POSTS: Final = ("captain", "executive_deputy", "deputy", "member")


def _word_of(*allowed: str) -> Any:
    def parse(text: str) -> str:
        if text.strip() not in allowed:
            raise Unfit("not_in_list", value=text, allowed=", ".join(allowed))
        return text.strip()

    return parse


COLUMNS: Final = (
    Column("person_code", required=True),
    Column("person_name", required=True),
    a_choice("person_kind", PersonKind, required=True),
    Column("organ", required=True),
    a_choice("organ_kind", OrganKind),
    Column("phone"),
    Column("title"),
    Column("law_qualified", a_truth),
    Column("employed_from", a_day, required=True),
    Column("employed_to", a_day),
    Column("certificate_number"),
    Column("certificate_fields", a_list),
    Column("certificate_from", a_day),
    Column("certificate_to", a_day),
    Column("township"),
    a_choice("posting_mode", PostingMode),
    Column("posting_from", a_day),
    Column("team"),
    Column("team_kind", _word_of(*TEAM_KINDS)),
    Column("post", _word_of(*POSTS)),
)


def import_staff(
    record: Record, actor: Actor, county: County, file: Path, *, progress: Progress | None = None
) -> Imported:
    """Take in people; a known staff number is changed, not doubled. Raises ImportRefused with every fault."""
    batch = Batch("staff", file.name, digest_of(file), [], progress=progress)
    batch.lines = read_table(file, COLUMNS, batch.faults)
    batch.faults.extend(doubled(batch.lines, "person_code"))
    batch.faults.extend(doubled(batch.lines, "certificate_number"))
    return take_in(record, actor, county, batch, _write)


def _write(tx: Tx, batch: Batch) -> None:
    writer = _Writer(tx, batch)
    for done, line in enumerate(batch.lines, start=1):
        writer.take(line)
        batch.step(done)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


class _Writer:
    """Puts lines into the session and notes what does not fit the record."""

    def __init__(self, tx: Tx, batch: Batch) -> None:
        self.tx, self.batch, self.place = tx, batch, tx.county.jurisdiction_id
        self.organs = by_code_or_name(self._all(Organ))
        self.teams = by_code_or_name(self._all(Team))
        self.people: dict[str, Person] = {person.code: person for person in self._all(Person)}
        self.certificates: dict[str, Certificate] = {one.number: one for one in self._all(Certificate)}
        self.before = dict(self.certificates)  # what this file itself brings is judged by `doubled`
        self.townships = by_code_or_name(tx.county.townships)

    def _all(self, model: Any) -> list[Any]:
        return list(self.tx.session.scalars(select(model).where(model.jurisdiction_id == self.place)))

    def _add(self, row: Any) -> Any:
        self.tx.session.add(row)
        self.tx.session.flush()
        return row

    def take(self, line: Line) -> None:
        """One person with everything the line says."""
        before = len(self.batch.faults)
        self._check(line)
        organ = self._organ(line)
        if organ is None or len(self.batch.faults) > before or not self._whole(line):
            return
        person = self._person(line, organ)
        self._certificate(line, person)
        self._posting(line, person)
        self._membership(line, person, organ)

    def _whole(self, line: Line) -> bool:
        return all(line[column.key] is not None for column in COLUMNS if column.required)

    def _check(self, line: Line) -> None:
        refuse = self.batch.refuse
        for begin, end in (("employed_from", "employed_to"), ("certificate_from", "certificate_to")):
            if line[begin] and line[end] and line[end] <= line[begin]:
                refuse(line, "ends_before_it_begins", end, begin=line[begin], end=line[end])
        for wanted in ("certificate_from", "certificate_to"):
            if line["certificate_number"] and not line[wanted]:
                refuse(line, "certificate_dates", wanted)
        if line["township"] and line["township"] not in self.townships:
            refuse(line, "township_unknown", "township", value=line["township"], county=self.tx.county.name)
        if line["township"] and not line["posting_mode"]:
            refuse(line, "posting_mode_missing", "posting_mode")
        known = self.before.get(line["certificate_number"])
        owner = self.people.get(line["person_code"])
        if known is not None and (owner is None or known.person_id != owner.id):
            refuse(line, "certificate_taken", "certificate_number", value=line["certificate_number"])

    def _township(self, line: Line) -> str | None:
        cell = self.townships.get(line["township"] or "")
        return cell.code if cell else None

    def _organ(self, line: Line) -> Organ | None:
        word = line["organ"]
        if word is None or word in self.organs:
            return self.organs.get(word) if word else None
        if line["organ_kind"] is None:
            self.batch.refuse(line, "organ_unknown", "organ", value=word)
            return None
        township = self._township(line) if line["organ_kind"] == OrganKind.TOWNSHIP else None
        organ: Organ = self._add(
            Organ(
                jurisdiction_id=self.place,
                code=word,
                name=word,
                name_en=word,
                kind=line["organ_kind"],
                township_code=township,
            )
        )
        self.organs[word] = organ
        return organ

    def _person(self, line: Line, organ: Organ) -> Person:
        person: Person | None = self.people.get(line["person_code"])
        facts = {
            "name": line["person_name"],
            "kind": line["person_kind"],
            "organ_id": organ.id,
            "phone": line["phone"],
            "title": line["title"],
            "law_qualified": bool(line["law_qualified"]),
            "employed_from": line["employed_from"],
            "employed_to": line["employed_to"],
        }
        if person is None:
            self.batch.created += 1
            made: Person = self._add(Person(jurisdiction_id=self.place, code=line["person_code"], **facts))
            self.people[made.code] = made
            return made
        self._change(person, facts)
        return person

    def _change(self, row: Any, facts: dict[str, Any]) -> None:
        different = {name: value for name, value in facts.items() if getattr(row, name) != value}
        for name, value in different.items():
            setattr(row, name, value)
        if isinstance(row, Person):
            self.batch.changed += bool(different)
            self.batch.known += not different

    def _certificate(self, line: Line, person: Person) -> None:
        number = line["certificate_number"]
        if number is None:
            return
        facts = {
            "fields": line["certificate_fields"] or [],
            "valid_from": _begin(line["certificate_from"]),
            "valid_to": _begin(line["certificate_to"] + timedelta(days=1)),  # the last day counts
        }
        if number in self.certificates:
            self._change(self.certificates[number], facts)
            return
        self.certificates[number] = self._add(
            Certificate(jurisdiction_id=self.place, person_id=person.id, number=number, **facts)
        )

    def _posting(self, line: Line, person: Person) -> None:
        township = self._township(line)
        if township is None:
            return
        since = line["posting_from"] or line["employed_from"]
        held = select(Posting).where(Posting.person_id == person.id, Posting.valid_to.is_(None))
        for posting in self.tx.session.scalars(held):
            if (posting.township_code, posting.mode) == (township, line["posting_mode"]):
                return
            posting.valid_to = max(since - timedelta(days=1), posting.valid_from)
        common = {"jurisdiction_id": self.place, "person_id": person.id, "township_code": township}
        self._add(Posting(**common, mode=line["posting_mode"], seconded=False, valid_from=since))

    def _membership(self, line: Line, person: Person, organ: Organ) -> None:
        team = self._team(line, organ)
        if team is None:
            return
        post = line["post"] or "member"
        held = select(TeamMember).where(TeamMember.person_id == person.id, TeamMember.valid_to.is_(None))
        today = self.tx.now.astimezone(CHINA).date()
        for member in self.tx.session.scalars(held):
            if (member.team_id, member.post) == (team.id, post):
                return
            member.valid_to = max(today - timedelta(days=1), member.valid_from)
        common = {"jurisdiction_id": self.place, "team_id": team.id, "person_id": person.id}
        self._add(TeamMember(**common, post=post, valid_from=today))

    def _team(self, line: Line, organ: Organ) -> Team | None:
        word = line["team"]
        if word is None or word in self.teams:
            return self.teams.get(word) if word else None
        if line["team_kind"] is None:
            self.batch.refuse(line, "team_unknown", "team", value=word)
            return None
        team: Team = self._add(
            Team(
                jurisdiction_id=self.place,
                code=word,
                name=word,
                name_en=word,
                kind=line["team_kind"],
                organ_id=organ.id,
                township_code=self._township(line),
            )
        )
        self._add(Unit(jurisdiction_id=self.place, team_id=team.id, since=self.tx.now))
        self.teams[word] = team
        return team
