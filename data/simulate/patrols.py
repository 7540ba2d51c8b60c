"""Patrols of the last thirty days of a demonstration: every village grid planned, rounds walked by grid workers, some left undone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert

from data.events import EventDraft, append_many
from data.models import Counter, Patrol, PatrolLead, PatrolPlan, PatrolVisit
from data.simulate.chance import chance, key_at
from data.simulate.desk import Desk
from data.simulate.interleave import Clerk, Going, Plan
from data.simulate.squads import Squad
from policy.patrol import gap_days, rules_of
from policy.vocabulary import LeadSource, Role
from policy.vocabulary_patrol import PatrolPer, PatrolStatus, PatrolStep, SeenBy
from policy.zone import CHINA

Row = dict[str, Any]
DAYS: Final = 30
ROUNDS: Final = (time(8, 20), time(14, 10))
LEAST, MOST = 0.86, 1.12  # how many of the visits planned a township's workers walk
FORGOTTEN: Final = 0.035  # share of village grids nobody gets to
RAINED_OFF: Final = 0.02
BY_TICK: Final = 0.3
STAY: Final = (14, 31)  # minutes from one village grid to the next


class Patrolling:
    """Plans and rounds of one county, made in memory and written when the chain has come to them."""

    def __init__(self, desk: Desk, begun: date) -> None:
        self.desk, self.county = desk, desk.county
        self.rng = chance(desk.ground.seed, desk.county.code, "patrols")
        last = desk.end.astimezone(CHINA).date()
        self.first = max(begun, last - timedelta(days=DAYS - 1))
        self.days = [self.first + timedelta(days=n) for n in range((last - self.first).days + 1)]
        self.rows: dict[type[Any], list[Row]] = {model: [] for model in (PatrolPlan, Patrol, PatrolVisit, PatrolLead)}
        self.counted: dict[date, int] = {}
        self.drafts: list[EventDraft] = []
        self.covered: dict[UUID, set[str]] = {}
        self.squads = {crew.squad.id: crew.squad for crew in desk.crews.all if crew.squad.kind == "grid_workers"}

    def plans(self) -> list[Plan]:
        """The one course that writes everything; none where nobody patrols."""
        squads = {squad.township: squad for squad in self.squads.values() if squad.township}
        villages = self._villages()
        rounds: list[tuple[datetime, Squad, list[str]]] = []
        for town in sorted(squads):
            gaps = self._planned(squads[town], villages.get(town, []))
            rounds += self._rounds(squads[town], gaps)
        for at, squad, cells in sorted(rounds, key=lambda one: (one[0], one[1].code)):
            self._walk(at, squad, cells)
        self._found()
        self.drafts.sort(key=lambda draft: draft.at)
        return [(self.drafts[0].at, self._write)] if self.drafts else []

    def _villages(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for leaf, town in zip(self.desk.ground.leaves, self.desk.ground.township_of, strict=True):
            found.setdefault(town, []).append(leaf.code)
        return found

    # plans

    def _planned(self, squad: Squad, cells: Sequence[str]) -> dict[str, int]:
        """A plan for each village grid: twice a week in town, else once, and as often as the profile asks at least."""
        at = datetime.combine(self.first, time(0, 30), CHINA)
        cycle = rules_of(self.county.profile, self.first).cycle
        gaps = {}
        for turn, cell in enumerate(cells, start=1):
            times = 2 if self.county.hierarchy[cell].settlement == "urban" else 1
            while cycle is not None and gap_days(times, PatrolPer.WEEK) > cycle:
                times += 1
            gaps[cell] = gap_days(times, PatrolPer.WEEK)
            row: Row = {
                "id": key_at(self.rng, at), "jurisdiction_id": self.county.jurisdiction_id, "cell_code": cell,
                "township_code": squad.township, "times": times, "per": PatrolPer.WEEK.value, "team_id": squad.id,
                "person_id": None, "turn": turn, "valid_from": self.first, "valid_to": None, "reason": None, "version": 1,
            }  # fmt: skip
            self.rows[PatrolPlan].append(row)
            facts = {"cell": cell, "times": times, "per": "week", "turn": turn, "walker": f"team:{squad.code}"}
            self._event(at, "patrol_plan", row["id"], cell, PatrolStep.PLAN, squad, Role.TOWNSHIP_HEAD, facts)
        return gaps

    # rounds

    def _rounds(self, squad: Squad, gaps: dict[str, int]) -> Iterator[tuple[datetime, Squad, list[str]]]:
        """Which village grids each round sets out for: those that have waited longest for their gap."""
        rng = chance(self.desk.ground.seed, squad.code, "rounds")
        pace = rng.uniform(LEAST, MOST) * sum(1 / gap for gap in gaps.values()) / len(ROUNDS)
        walked = [cell for cell in gaps if rng.random() >= FORGOTTEN]
        last = {cell: self.first - timedelta(days=rng.randrange(gaps[cell])) for cell in walked}
        owed = 0.0
        for day in self.days:
            for clock in ROUNDS:
                owed += pace
                if rng.random() < RAINED_OFF or int(owed) < 1 or not walked:
                    continue
                due = sorted(walked, key=lambda cell: (-(day - last[cell]).days / gaps[cell], cell))[: int(owed)]
                owed -= len(due)
                last.update(dict.fromkeys(due, day))
                yield datetime.combine(day, clock, CHINA) + timedelta(minutes=rng.randrange(25)), squad, sorted(due)

    def _walk(self, at: datetime, squad: Squad, cells: list[str]) -> None:
        """One round: started, its village grids covered one after the other, finished; one under way at the end stays so."""
        if at > self.desk.end:
            return
        rng, place = self.rng, self.county.jurisdiction_id
        row: Row = {
            "id": key_at(rng, at), "jurisdiction_id": place, "number": self._number(at), "township_code": squad.township,
            "team_id": squad.id, "person_id": None, "status": PatrolStatus.WALKING.value, "cells": cells, "started_at": at,
            "ended_at": None, "note": None, "reason": None, "version": 1,
        }  # fmt: skip
        self.rows[Patrol].append(row)
        self.covered[row["id"]] = set()
        told = {"cells": cells, "walker": f"team:{squad.code}"}
        self._event(
            at, "patrol", row["id"], row["number"], PatrolStep.START, squad, Role.GRID_WORKER, told, None, "walking"
        )
        moment = at
        for cell in cells:
            moment += timedelta(minutes=rng.randint(*STAY))
            if moment > self.desk.end:
                return
            self._visit(row, cell, moment, SeenBy.TICK if rng.random() < BY_TICK else SeenBy.POSITION)
        moment += timedelta(minutes=rng.randint(3, 12))
        if moment <= self.desk.end:
            row["status"], row["ended_at"] = PatrolStatus.FINISHED.value, moment
            done = {"covered": len(cells), "of": len(cells), "missed": []}
            self._event(moment, "patrol", row["id"], row["number"], PatrolStep.FINISH, squad, Role.GRID_WORKER, done, "walking", "finished")  # fmt: skip

    def _visit(self, row: Row, cell: str, at: datetime, seen_by: SeenBy) -> None:
        self.covered.setdefault(row["id"], set()).add(cell)
        self.rows[PatrolVisit].append(
            {
                "id": key_at(self.rng, at), "jurisdiction_id": self.county.jurisdiction_id, "patrol_id": row["id"],
                "cell_code": cell, "township_code": row["township_code"], "visited_at": at, "seen_by": seen_by.value,
            }
        )  # fmt: skip

    def _number(self, at: datetime) -> str:
        day = at.astimezone(CHINA).date()
        self.counted[day] = self.counted.get(day, 0) + 1
        return f"{self.county.short_code}-Q-{day:%Y%m%d}-{self.counted[day]:04d}"

    # what was found

    def _found(self) -> None:
        """Leads that grid workers reported from a village grid while a round was there belong to the round."""
        by_town: dict[str, list[Row]] = {}
        for row in self.rows[Patrol]:
            by_town.setdefault(row["township_code"], []).append(row)
        for lead in self.desk.leads:
            rounds = by_town.get(lead["township_code"] or "", [])
            if lead["source"] != LeadSource.GRID_PATROL or not rounds:
                continue
            at = lead["received_at"]
            place = bisect_right(rounds, at, key=lambda row: row["started_at"]) - 1
            if place >= 0 and lead["cell_code"] and at <= (rounds[place]["ended_at"] or self.desk.end):
                self._link(rounds[place], lead, at)

    def _link(self, row: Row, lead: Row, at: datetime) -> None:
        """Where the round had not been there, it was: what was found there was seen there."""
        cell = lead["cell_code"]
        if cell not in self.covered[row["id"]]:
            self._visit(row, cell, at, SeenBy.TICK)
        squad = self.squads[row["team_id"]]
        self.rows[PatrolLead].append(
            {
                "id": key_at(self.rng, at), "jurisdiction_id": self.county.jurisdiction_id, "patrol_id": row["id"],
                "lead_id": lead["id"], "at": at,
            }
        )  # fmt: skip
        told = {"lead": lead["number"]}
        self._event(at, "patrol", row["id"], row["number"], PatrolStep.LINK_LEAD, squad, Role.GRID_WORKER, told, "walking", "walking")  # fmt: skip

    # writing

    def _event(
        self, at: datetime, matter: str, key: UUID, number: str, step: PatrolStep, squad: Squad, role: Role,
        facts: Row, before: str | None = None, after: str | None = None,
    ) -> None:  # fmt: skip
        self.drafts.append(
            EventDraft(
                at=at, matter=matter, subject_id=key, verb=step.value, role=role.value, organ=squad.organ,
                subject_number=number, from_state=before, to_state=after, facts=facts,
            )
        )  # fmt: skip

    def _write(self, clerk: Clerk) -> Going:
        """Rows at the first step; events of one moment together, each when the chain has come to it."""
        for model, rows in self.rows.items():
            if rows:
                clerk.connection.execute(insert(model), rows)
        place = self.county.jurisdiction_id
        counters = [
            {"jurisdiction_id": place, "kind": "patrol", "day": day, "last": n} for day, n in self.counted.items()
        ]
        if counters:
            clerk.connection.execute(insert(Counter), counters)
        for at, drafts in groupby(self.drafts, key=lambda draft: draft.at):
            if at > clerk.now:
                yield at
            append_many(clerk.connection, place, list(drafts))
