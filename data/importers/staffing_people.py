"""Registers of people, line by line: trainings and who took part, officers of villages, posts, guidance lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import or_, select

from data.importers.staffing_known import Known
from data.importers.tables import Column, Line, a_choice, a_day, a_list, a_moment, a_number, a_truth
from data.models import Person, PostHolder, Posting, Training, TrainingResult, VillageOfficer
from policy.readiness import posts_listed, training_forms
from policy.vocabulary import PostingMode
from policy.zone import CHINA

DAY: Final = timedelta(days=1)
SPAN: Final = (Column("from_day", a_day, required=True), Column("to_day", a_day))
TRAININGS: Final = (
    Column("training_code", required=True),
    Column("training_title", required=True),
    Column("training_form"),
    Column("training_organ", required=True),
    Column("of_town"),
    Column("trained_at", a_moment, required=True),
    Column("hours", a_number),
    Column("person_code"),
    Column("passed", a_truth),
)
VILLAGE_OFFICERS: Final = (Column("village", required=True), Column("person_code", required=True), *SPAN)
POSTS: Final = (
    Column("of_town", required=True),
    Column("team_post", required=True),
    Column("person_code", required=True),
    *SPAN,
)
GUIDANCE: Final = (
    Column("person_code", required=True),
    a_choice("posting_mode", PostingMode, required=True),
    Column("guided_towns", a_list, required=True),
    *SPAN,
)
LONGEST_HOURS: Final = 400  # of one training


def required(columns: Iterable[Column]) -> list[str]:
    """Keys of the columns that must be filled."""
    return [column.key for column in columns if column.required]


# -- trainings --------------------------------------------------------------------------------------------------------


class Trainings:
    """One row a person and session; a row without a person enters the session alone."""

    def __init__(self, known: Known) -> None:
        """`known` is what the lines are checked against."""
        self.known = known
        self.sessions: dict[str, Training] = {row.code: row for row in known.all(Training)}
        self.results = {(row.training_id, row.person_id): row for row in known.all(TrainingResult)}
        self.fresh: set[str] = set()

    def take(self, line: Line) -> None:
        """One line."""
        known, before = self.known, len(self.known.batch.faults)
        organ, town = known.organ(line, "training_organ"), known.township(line)
        form = known.one_of(line, "training_form", training_forms(known.tx.county.profile, known.today), "training.forms")  # fmt: skip
        self._sensible(line)
        held = line["trained_at"]
        person = known.person(line, held.astimezone(CHINA).date()) if held and line["person_code"] else None
        if len(known.batch.faults) > before or organ is None or not known.whole(line, required(TRAININGS)):
            return
        facts = {"title": line["training_title"], "form": form, "organ_code": organ.code, "township_code": town,
                 "held_at": held, "hours": line["hours"]}  # fmt: skip
        row = self._session(line, facts)
        if row is not None and person is not None:
            self._result(line, row, person)

    def _sensible(self, line: Line) -> None:
        held, hours, refuse = line["trained_at"], line["hours"], self.known.batch.refuse
        if held is not None and held > self.known.tx.now:
            refuse(line, "training_ahead", "trained_at", value=f"{held.astimezone(CHINA):%Y-%m-%d %H:%M}")
        if hours is not None and not 0 < hours <= LONGEST_HOURS:
            refuse(line, "hours_wrong", "hours", value=f"{hours:g}", limit=LONGEST_HOURS)

    def _session(self, line: Line, facts: dict[str, Any]) -> Training | None:
        code, batch = line["training_code"], self.known.batch
        row = self.sessions.get(code)
        if row is None:
            row = Training(jurisdiction_id=self.known.place, code=code, **facts)
            self.known.tx.session.add(row)
            self.known.tx.session.flush()
            self.sessions[code] = row
            self.fresh.add(code)
            self.known.made.append(row)
            batch.created += 1
            return row
        other = [name for name, value in facts.items() if getattr(row, name) != value]
        if other:
            batch.refuse(line, "training_differs", "training_code", value=code, title=row.title)
            return None
        if code not in self.fresh:
            self.known.made.append(row)
            batch.known += line["person_code"] is None
        return row

    def _result(self, line: Line, row: Training, person: Person) -> None:
        passed = line["passed"] is not False
        found = self.results.get((row.id, person.id))
        if found is None:
            key = {"training_id": row.id, "person_id": person.id}
            made = TrainingResult(jurisdiction_id=self.known.place, passed=passed, **key)
            self.known.tx.session.add(made)
            self.results[row.id, person.id] = made
            self.known.batch.created += 1
        elif found.passed != passed:
            found.passed = passed
            self.known.batch.changed += 1
        else:
            self.known.batch.known += 1


# -- who is named for what --------------------------------------------------------------------------------------------


def in_force(row: Any, day: date) -> bool:
    """Whether a row with first and last day holds on a day."""
    return bool(row.valid_from <= day and (row.valid_to is None or row.valid_to >= day))


def meeting(rows: Iterable[Any], first: date, last: date | None) -> list[Any]:
    """Rows that hold on some day of a span."""
    return [row for row in rows if (last is None or row.valid_from <= last) and (row.valid_to is None or row.valid_to >= first)]  # fmt: skip


def make_room(rows: Iterable[Any], first: date, last: date | None) -> Any | None:
    """End what ran before a new row begins; gives the row that begins within the span and stands in the way, if one does."""
    met = meeting(rows, first, last)
    later = next((row for row in met if row.valid_from >= first), None)
    if later is None:
        for row in met:
            row.valid_to = first - DAY
    return later


class VillageOfficers:
    """One officer a village at a time: naming another ends the one before."""

    def __init__(self, known: Known) -> None:
        """`known` is what the lines are checked against."""
        self.known, self.rows = known, known.all(VillageOfficer)

    def take(self, line: Line) -> None:
        """One line."""
        known, first, last = self.known, line["from_day"], line["to_day"]
        cell, ordered = known.village(line), known.in_order(line)
        person = known.person(line, first, officer=True) if first else None
        if cell is None or person is None or not ordered:
            return
        mine = [row for row in self.rows if row.cell_code == cell]
        if self._known(mine, person, first, last):
            return
        later = make_room(mine, first, last)
        if later is not None:
            known.batch.refuse(line, "named_later", "from_day", where=known.tx.county.words_of(cell), day=later.valid_from)  # fmt: skip
            return
        row = VillageOfficer(jurisdiction_id=known.place, cell_code=cell, person_id=person.id, valid_from=first, valid_to=last)  # fmt: skip
        known.tx.session.add(row)
        self.rows.append(row)
        known.made.append(row)
        known.batch.created += 1

    def _known(self, mine: Iterable[VillageOfficer], person: Person, first: date, last: date | None) -> bool:
        """Whether the village has this officer for these days already; then the row is told."""
        same = [row for row in mine if (row.person_id, row.valid_from, row.valid_to) == (person.id, first, last)]
        self.known.made += same
        self.known.batch.known += len(same)
        return bool(same)


class Posts:
    """Who holds a post or works in an office of a township's team; several may, the same person once at a time."""

    def __init__(self, known: Known) -> None:
        """`known` is what the lines are checked against."""
        self.known, self.rows = known, known.all(PostHolder)
        self.listed = posts_listed(known.tx.county.profile, known.today)

    def take(self, line: Line) -> None:
        """One line."""
        known, first, last = self.known, line["from_day"], line["to_day"]
        town, ordered = known.township(line), known.in_order(line)
        post = known.one_of(line, "team_post", self.listed, "team.posts")
        person = known.person(line, first) if first else None
        if town is None or post is None or person is None or not ordered:
            return
        place = (town, post, person.id)
        mine = [row for row in self.rows if (row.township_code, row.post, row.person_id) == place]
        for row in meeting(mine, first, last)[:1]:
            if (row.valid_from, row.valid_to) == (first, last):
                known.made.append(row)
                known.batch.known += 1
                return
            known.batch.refuse(line, "holds_already", "from_day", value=person.code, post=self.listed[post], day=row.valid_from)  # fmt: skip
            return
        made = PostHolder(jurisdiction_id=known.place, township_code=town, post=post, person_id=person.id, valid_from=first, valid_to=last)  # fmt: skip
        known.tx.session.add(made)
        self.rows.append(made)
        known.made.append(made)
        known.batch.created += 1


# -- guidance lists ---------------------------------------------------------------------------------------------------


class Guidance:
    """Which townships a department's person covers or is stationed in (YY 三(二); FL 二(六)): a posting for each."""

    def __init__(self, known: Known) -> None:
        """`known` is what the lines are checked against."""
        self.known = known

    def take(self, line: Line) -> None:
        """One line: every township it names."""
        known, first = self.known, line["from_day"]
        ordered = known.in_order(line)
        person = known.person(line, first) if first else None
        towns = [self._town(line, word) for word in line["guided_towns"] or ()]
        mode = line["posting_mode"]
        if mode == PostingMode.STATIONED and len(set(towns)) > 1:
            known.batch.refuse(line, "stationed_in_several", "guided_towns", value=line["person_code"])
            return
        if person is None or mode is None or not ordered or not towns or None in towns:
            return
        for town in dict.fromkeys(towns):
            self._post(line, person, str(town), mode)

    def _town(self, line: Line, word: str) -> str | None:
        cell = self.known.townships.get(word)
        if cell is None:
            self.known.batch.refuse(line, "township_unknown", "guided_towns", value=word, county=self.known.tx.county.name)  # fmt: skip
        return cell.code if cell else None

    def _post(self, line: Line, person: Person, town: str, mode: str) -> None:
        known, first, last = self.known, line["from_day"], line["to_day"]
        here = (Posting.person_id == person.id, Posting.township_code == town)
        open_end = or_(Posting.valid_to.is_(None), Posting.valid_to >= first)
        rows = list(known.tx.session.scalars(select(Posting).where(*here, open_end).order_by(Posting.valid_from)))
        for row in meeting(rows, first, last):
            if row.seconded:
                known.batch.refuse(line, "seconded_then", "from_day", value=person.code, day=row.valid_from)
                return
            if row.mode == mode:
                known.made.append(row)
                known.batch.known += 1
                return
        later = make_room(rows, first, last)
        if later is not None:
            known.batch.refuse(line, "posted_later", "from_day", value=person.code, day=later.valid_from)
            return
        row = Posting(jurisdiction_id=known.place, person_id=person.id, township_code=town, mode=mode, seconded=False,
                      valid_from=first, valid_to=last)  # fmt: skip
        known.tx.session.add(row)
        known.tx.session.flush()
        known.made.append(row)
        known.batch.created += 1
