"""Who may take what, for many tasks and all teams at once: the rules of `may_take` over arrays, without the words."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from policy.eligibility import (
    DELEGATED,
    NATIONAL,
    EligibilityRules,
    OfficerFacts,
    TaskFacts,
    TeamFacts,
    is_sunk,
    personal_bar,
)
from policy.guards import ENFORCEMENT_KINDS
from policy.vocabulary import ItemKind, OrganKind, PersonKind, TaskKind, UnitStatus

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Key = TypeVar("Key", bound=Hashable)


def numbered(values: Sequence[Key]) -> tuple[list[Key], Ints]:
    """The different ones of `values` in the order they appear, and which of them each is."""
    numbers: dict[Key, int] = {}
    which = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), np.array(which, dtype=np.int64)


def holding(codes: Sequence[str | None], sets: Sequence[Collection[str]]) -> Bools:
    """Which of the sets (columns) hold which of the codes (rows)."""
    row = {code: number for number, code in enumerate(codes)}
    found = np.zeros((len(codes), len(sets)), dtype=bool)
    for column, held in enumerate(sets):
        for code in held:
            if code in row:
                found[row[code], column] = True
    return found


@dataclass(frozen=True, slots=True)
class _People:
    """Everybody on shift, team by team (team n: `first[n]` up to `first[n + 1]`)."""

    who: list[OfficerFacts]
    first: Ints
    fit: Bools
    sunk: Bools

    @classmethod
    def of(cls, teams: Sequence[TeamFacts], now: datetime) -> _People:
        here = [[who for who in team.members if who.on_shift] for team in teams]
        who = [one for members in here for one in members]
        sunk = [is_sunk(one, team) for team, members in zip(teams, here, strict=True) for one in members]
        fit = [personal_bar(one, now) is None for one in who]
        first = np.cumsum([0, *map(len, here)])
        return cls(who, first, np.array(fit, dtype=bool), np.array(sunk, dtype=bool))

    def counted(self, chosen: Bools) -> Ints:
        """How many of each team are among the chosen, row by row."""
        total = np.zeros((len(chosen), chosen.shape[1] + 1), dtype=np.int64)
        np.cumsum(chosen, axis=1, out=total[:, 1:])
        return np.asarray(total[:, self.first[1:]] - total[:, self.first[:-1]])


def may_take_many(
    tasks: Sequence[TaskFacts], teams: Sequence[TeamFacts], now: datetime, rules: EligibilityRules = NATIONAL
) -> Bools:
    """`may_take` of each task (row) and team (column): allowed or not."""
    people = _People.of(teams, now)
    off = np.array([team.unit_status is UnitStatus.OFF_DUTY for team in teams], dtype=bool)
    there = (np.diff(people.first) > 0) & ~off
    kinds, kind = numbered([task.kind for task in tasks])
    found = np.zeros((len(tasks), len(teams)), dtype=bool)
    for number, one in enumerate(kinds):
        rows = np.flatnonzero(kind == number)
        asked = [tasks[row] for row in rows.tolist()]
        able = _anyone(one, people, rules) if rules.needed(one) == 0 else _officers(one, asked, teams, people, rules)
        found[rows] = able & there
    return found


def _anyone(kind: TaskKind, people: _People, rules: EligibilityRules) -> Bools:
    """Where no certificate is needed: teams with anybody but grid workers whose duties do not reach."""
    reach = kind in rules.grid_worker_may
    fit = np.array([[reach or who.kind is not PersonKind.GRID_WORKER for who in people.who]], dtype=bool)
    return np.asarray(people.counted(fit) > 0)


def _officers(
    kind: TaskKind, tasks: Sequence[TaskFacts], teams: Sequence[TeamFacts], people: _People, rules: EligibilityRules
) -> Bools:
    """Enough certified officers; for enforcement in the team's place, and beside a township officer where that is asked."""
    asked, which = numbered([_asked(task, rules) for task in tasks])
    fit = _fit(asked, people, rules)
    able = (people.counted(fit) >= rules.needed(kind))[which]
    if kind not in ENFORCEMENT_KINDS:
        return np.asarray(able)
    able &= _at_home(tasks, teams)
    if rules.with_township_officer:
        able &= ~_without_township(tasks, teams, people.counted(fit & ~people.sunk)[which])
    return np.asarray(able)


_Asked = tuple[
    str | None, str | None, bool
]  # township; domain and whether it is the township's by law, where it counts


def _asked(task: TaskFacts, rules: EligibilityRules) -> _Asked:
    """What the rules ask of an officer by the task."""
    own = rules.home_items_only
    return task.township_code, task.domain if own else None, own and task.item_kind is ItemKind.STATUTORY


def _fit(asked: Sequence[_Asked], people: _People, rules: EligibilityRules) -> Bools:
    """Who counts among the certified officers, for each thing asked."""
    posted = [who.township_codes for who in people.who]
    anywhere = np.array([not codes for codes in posted], dtype=bool)
    unplaced = np.array([[township is None] for township, _, _ in asked], dtype=bool)
    fit = people.fit & (holding_each([township for township, _, _ in asked], posted) | anywhere | unplaced)
    if rules.home_items_only:
        given = holding_each([domain for _, domain, _ in asked], [who.domains for who in people.who])
        by_law = np.array([[statutory] for _, _, statutory in asked], dtype=bool)
        fit &= ~people.sunk | (given & ~by_law)
    return np.asarray(fit)


def holding_each(codes: Sequence[str | None], sets: Sequence[Collection[str]]) -> Bools:
    """The same for codes that come again."""
    different, which = numbered(codes)
    return np.asarray(holding(different, sets)[which])


def _at_home(tasks: Sequence[TaskFacts], teams: Sequence[TeamFacts]) -> Bools:
    """An enforcing team stays in its own area and its own domains."""
    everywhere = np.array([not team.township_codes for team in teams], dtype=bool)
    everything = np.array([not team.domains for team in teams], dtype=bool)
    untold = np.array([[task.domain is None] for task in tasks], dtype=bool)
    area = holding_each([task.township_code for task in tasks], [team.township_codes for team in teams])
    domain = holding_each([task.domain for task in tasks], [team.domains for team in teams])
    return np.asarray((area | everywhere) & (domain | everything | untold))


def _without_township(tasks: Sequence[TaskFacts], teams: Sequence[TeamFacts], own: Ints) -> Bools:
    """Whether only department people would go; `own` counts those fit who are of the organ or of none."""
    township = np.array([team.organ_kind is OrganKind.TOWNSHIP for team in teams], dtype=bool)
    given = np.array([[task.item_kind in DELEGATED] for task in tasks], dtype=bool)
    serves = holding_each([task.township_code for task in tasks], [team.township_codes for team in teams])
    return np.asarray(np.where(township, own == 0, given & serves))
