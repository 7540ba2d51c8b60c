"""What the townships of a demonstration work with, where its plan asks for it: trainings, officers of villages, posts,
equipment, “one matter” scenarios, and on what secondments were approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert

from data.events import EventDraft, append_many
from data.models import Equipment, PostHolder, Scenario, Secondment, Training, TrainingResult, VillageOfficer
from data.simulate.catalogue import pools
from data.simulate.chance import among, chance, key_at
from data.simulate.interleave import Clerk, Going, Plan
from data.simulate.people import Person, begin_of
from data.simulate.tables import World
from policy.readiness import equipment_needs, post_needs, training_forms
from policy.staffing_forms import REGISTERS
from policy.vocabulary import PersonKind, Role
from policy.vocabulary_staffing import Register
from policy.zone import CHINA

Row = dict[str, Any]
TRAINED: Final = ("training.forms", "training.per_year", "training.organised_by")
OFFICERS: Final = ("village_officer.share", "target.F04")
BEFORE: Final = timedelta(days=300)  # what stood when the history begins
CLERKS: Final = time(9, 10)


class Staffing:
    """Registers of one county, made in memory and written when the chain has come to them."""

    def __init__(self, world: World, on: date) -> None:
        """`world` is the county with its force and its year up to the day `on`."""
        self.world, self.county, self.on, self.begun = world, world.county, on, world.begun
        self.rng = chance(world.ground.seed, world.county.code, "staffing")
        self.facts: Mapping[str, Any] = pools()["staffing"]
        self.rows: dict[type[Any], list[Row]] = {}
        self.drafts: list[EventDraft] = []
        self.people = {person.id: person for person in world.force.registry.people}
        self.away = {row["person_id"]: row["valid_from"] for row in world.force.postings if row["seconded"]}
        self.absent = {key for key in self.people if self.rng.random() < self.facts["never"]}
        self.crew = {town: list(self._crew(town)) for town in world.ground.townships}

    def plans(self) -> list[Plan]:
        """The one course that writes everything; none where the plan asks for none of it."""
        if self._asks(*TRAINED):
            self._trainings()
        if self._asks(*OFFICERS):
            self._village_officers()
        for town in self.world.ground.townships:
            self._posts(town)
            self._equipment(town)
        self._scenarios()
        self._secondments()
        self.drafts.sort(key=lambda draft: draft.at)
        first = self.drafts[0].at if self.drafts else begin_of(self.begun)
        return [(first, self._write)] if self.rows else []

    def _asks(self, *keys: str) -> bool:
        return any(self.county.profile.get(key, self.on) is not None for key in keys)

    def _crew(self, town: str) -> Iterator[Person]:
        """Officers who work in a township: posted there today, or its own."""
        force = self.world.force
        posted = {
            row["person_id"] for row in force.postings if row["township_code"] == town and row["valid_to"] is None
        }
        for person in force.registry.people:
            own = person.organ == f"town-{town}" and person.kind is PersonKind.OFFICER
            if (own or person.id in posted) and person.id not in self.away:
                yield person

    # trainings

    def _trainings(self) -> None:
        days = (self.on - self.begun).days + 1
        for number in range(round(self.facts["county_trainings"] * days / 365)):
            everybody = list({person.id: person for crew in self.crew.values() for person in crew}.values())
            self._training(f"K{number + 1:03d}", None, self._day(), everybody, self.facts["takes_part"]["county"])
        for town, crew in self.crew.items():
            for number in range(round(self.rng.randint(*self.facts["town_trainings"]) * days / 365)):
                self._training(f"{town[6:9]}-{number + 1:02d}", town, self._day(), crew, self.facts["takes_part"]["township"])  # fmt: skip

    def _day(self) -> date:
        """A working day of the history."""
        day = self.begun + timedelta(days=self.rng.randrange((self.on - self.begun).days + 1))
        while not self.county.calendar.is_workday(day) and day > self.begun:
            day -= timedelta(days=1)
        return day

    def _training(self, code: str, town: str | None, day: date, crew: Sequence[Person], share: float) -> None:
        at = datetime.combine(day, time(9 if self.rng.random() < 0.6 else 14), CHINA)
        if at > self.world.desk.end:
            return
        forms = list(training_forms(self.county.profile, self.on))
        title, form = among(self.rng, self.facts["titles"]), among(self.rng, forms) if forms else None
        key = self._row(Training, at, code=f"PX{code}", title=title, form=form, organ_code=self._host(town),
                        township_code=town, held_at=at, hours=float(among(self.rng, self.facts["hours"])), version=1)  # fmt: skip
        here = (person for person in crew if person.employed_from <= day and person.id not in self.absent)
        known = [person for person in here if self.rng.random() < share]
        for person in known:
            self._row(TrainingResult, at, training_id=key, person_id=person.id, passed=self.rng.random() < self.facts["passed"])  # fmt: skip
        told = {"training_code": f"PX{code}", "form": form, "took_part": len(known)}
        self._event(at + timedelta(hours=4), Register.TRAININGS, key, f"PX{code}", told, town)

    def _host(self, town: str | None) -> str:
        return f"town-{town}" if town else "bureau"

    # officers of villages

    def _village_officers(self) -> None:
        ground, heads = self.world.ground, self.world.force.heads
        for leaf, town in zip(ground.leaves, ground.township_of, strict=True):
            person = heads.get(leaf.code)
            if person is None:
                continue
            since = self.begun - BEFORE + timedelta(days=self.rng.randrange(200))
            if self.rng.random() < self.facts["moved_on"] and len(self.crew[town]) > 1:
                other = among(self.rng, [one for one in self.crew[town] if one is not person])
                changed = self._day()
                self._named(leaf.code, town, other, min(since, changed - timedelta(days=1)), changed - timedelta(days=1))  # fmt: skip
                since = changed
            gone = self.away.get(person.id)
            until = gone - timedelta(days=1) if gone is not None and gone > since else None
            if gone is None or until is not None:
                self._named(leaf.code, town, person, since, until)

    def _named(self, cell: str, town: str, person: Person, since: date, until: date | None) -> None:
        at = datetime.combine(since, CLERKS, CHINA)
        key = self._row(VillageOfficer, at, cell_code=cell, person_id=person.id, valid_from=since, valid_to=until)
        told = {"village": cell, "person": person.code, "valid_from": since.isoformat()}
        self._event(at, Register.VILLAGE_OFFICERS, key, person.code, told, town)

    # posts and equipment

    def _posts(self, town: str) -> None:
        """Posts and offices of the plan: leader and squadron heads first, clerks in the offices, some left empty."""
        staff = iter([person for person in self.crew[town] if person.organ == f"town-{town}"])
        heads = iter([m.person for s in self.world.force.squads if s.township == town and s.kind == "squadron" for m in s.members if m.post != "member"])  # fmt: skip
        leader = self.world.force.heads.get(town)
        for need in post_needs(self.county.profile, self.on, {}):
            post = need.key == "team.posts"
            pool = [leader] if need.code == "captain" and leader else [next(heads if post else staff, None)]
            if not post:
                pool += [next(staff, None) for _ in range(self.rng.randint(*self.facts["office_people"]) - 1)]
            if self.rng.random() < self.facts["vacant"]:
                continue
            for person in pool:
                if person is not None:
                    since = self.begun - timedelta(days=self.rng.randrange(60, 700))
                    self._row(PostHolder, begin_of(since), township_code=town, post=need.code, person_id=person.id, valid_from=since, valid_to=None)  # fmt: skip

    def _equipment(self, town: str) -> None:
        """What the plan lists, but for some things that are not there yet."""
        for need in equipment_needs(self.county.profile, self.on, {}):
            vehicles = need.code in ("vehicle", "pickup")
            several = need.key == "equipment.devices"
            wanted = self.rng.randint(*self.facts["devices"]) if several else need.needed
            if need.code == "vehicle":
                wanted -= 1  # the pickup is one of them
            for number in range(wanted):
                if self.rng.random() >= self.facts["missing"]:
                    self._thing(town, need.code, number + 1, vehicles)

    def _thing(self, town: str, kind: str, number: int, vehicle: bool) -> None:
        since = self.begun - timedelta(days=self.rng.randrange(30, 900))
        name = f"{self.facts['vehicles'][kind == 'pickup'] if vehicle else ''}{number}号"
        code = f"ZB{town[6:9]}-{kind[:2].upper()}{len(self.rows.get(Equipment, [])) + 1:03d}"
        self._row(Equipment, begin_of(since), code=code, township_code=town, kind=kind, name=name, valid_from=since, valid_to=None, version=1)  # fmt: skip

    # scenarios and secondments

    def _scenarios(self) -> None:
        """As many by each of the plan's days as it asks for, in a straight line between them and a little behind."""
        values = self.county.profile.history("target.F16")
        if not values:
            return
        steps = [(values[0].valid_from, 0)] + [(v.reach_by, int(v.value)) for v in values if v.reach_by is not None]
        organs = [row["code"] for row in self.world.made.organs if row["kind"] in ("department", "professional_team", "bureau")]  # fmt: skip
        names = iter(self.facts["scenarios"])
        for (begin, low), (end, high) in pairwise(steps):
            for number in range(low, high):
                straight = begin + (end - begin) * ((number - low + 1) / (high - low))
                since = straight + timedelta(days=self.rng.randrange(self.facts["lag_days"]))
                name = next(names, None)
                if name is not None and since <= self.on:
                    self._scenario(f"YJS{number + 1:03d}", f"{name}“一件事”", among(self.rng, organs), since)

    def _scenario(self, code: str, name: str, organ: str, since: date) -> None:
        at = datetime.combine(since, CLERKS, CHINA)
        key = self._row(Scenario, at, code=code, name=name, organ_code=organ, valid_from=since, valid_to=None, version=1)  # fmt: skip
        told = {"scenario_code": code, "organ": organ, "valid_from": since.isoformat()}
        self._event(at, Register.SCENARIOS, key, code, told, None)

    def _secondments(self) -> None:
        """Who approved the secondments of the year, and where people work meanwhile."""
        if not self._asks("secondment.needs_approval"):
            return
        for row in self.world.force.postings:
            if row["seconded"]:
                at = datetime.combine(row["valid_from"], CLERKS, CHINA)
                told = {"approved_by": among(self.rng, self.facts["approvers"]), "works_at": among(self.rng, self.facts["works_at"])}  # fmt: skip
                self._row(Secondment, at, posting_id=row["id"], document=None, posted_until=None, **told)
                person = self.people[row["person_id"]].code
                facts = {"person": person, "township": row["township_code"], "valid_from": row["valid_from"].isoformat()}  # fmt: skip
                self._event(at, Register.SECONDMENTS, row["id"], person, facts, row["township_code"])

    # writing

    def _row(self, model: type[Any], at: datetime, **facts: Any) -> UUID:
        key = key_at(self.rng, at)
        self.rows.setdefault(model, []).append({"id": key, "jurisdiction_id": self.county.jurisdiction_id, **facts})
        return key

    def _event(self, at: datetime, register: Register, key: UUID, number: str, facts: Row, town: str | None) -> None:
        """The entry as the chain has it; what stood before the history has none."""
        if begin_of(self.begun) <= at <= self.world.desk.end:
            kept = REGISTERS[register]
            role, organ = (Role.TOWNSHIP_HEAD, f"town-{town}") if town else (Role.COUNTY_OFFICE, "bureau")
            self.drafts.append(
                EventDraft(
                    at=at, matter=kept.matter, subject_id=key, verb=kept.verb, role=role.value, organ=organ,
                    subject_number=number, facts=facts,
                )
            )  # fmt: skip

    def _write(self, clerk: Clerk) -> Going:
        """Rows at the first step; events of one moment together, each when the chain has come to it."""
        for model, rows in self.rows.items():
            clerk.connection.execute(insert(model), rows)
        for at, drafts in groupby(self.drafts, key=lambda draft: draft.at):
            if at > clerk.now:
                yield at
            append_many(clerk.connection, self.county.jurisdiction_id, list(drafts))
