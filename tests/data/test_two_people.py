"""Two people, one task: of those who want the same step at once, through one server or two, one wins and the others are told so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data import casework
from data.authority import Actor
from data.casework.cases import case_step
from data.db import Record
from data.events import verify
from data.models import Account, Event, Task
from policy.errors import Refusal
from policy.lifecycle import OPEN_TASKS
from tests.data import small
from tests.data.cases import cast, propose, step, with_basis

Contender = tuple[int, int]
"""Through which server, and how many microseconds after the others."""
Attempt = Callable[[Record, Actor, int], Any]


@dataclass(frozen=True)
class Contest:
    """One step that several want: how it is tried by the n-th, what a loser is told, the step's event."""

    attempt: Attempt
    told: str
    matter: str
    number: str
    verb: str


class House:
    """The small county behind two servers, with two people for every desk."""

    def __init__(self, url: str, clock: Any, folder: Path) -> None:
        self.servers = [Record(url, clock=clock) for _ in range(2)]
        self.record, self.folder, self.shades = self.servers[0], folder, count(1)
        small.build(self.record)
        self.cast = cast(self.record)
        with_basis(self.record)
        with self.record.read() as session:
            self.other = session.scalars(select(Account.id).where(Account.username == "other")).one()

    def people(self, part: str) -> tuple[Actor, Actor]:
        """Two accounts with the rights of one part."""
        return self.cast[part], replace(self.cast[part], account_id=self.other, name="other", person_id=None)

    def lead(self) -> str:
        lon, lat = small.middle(0)
        facts = {"source": "public_report", "summary": "沿街占道经营", "lon": lon, "lat": lat, "item_code": "A1"}
        return str(self.record.write(self.cast["dispatcher"], casework.receive_lead, **facts).number)

    def sent(self, number: str, *teams: str, **more: Any) -> list[Task]:
        return self.record.write(
            self.cast["dispatcher"], casework.dispatch, number=number, team_codes=teams, confirm_busy=True, **more
        )

    def recall_all(self) -> None:
        """Free the teams for the next contest."""
        with self.record.read() as session:
            still = list(session.scalars(select(Task.number).where(Task.status.in_(OPEN_TASKS))))
        for number in still:
            self.record.write(self.cast["dispatcher"], casework.recall, number=number, reason="下一轮")

    def close(self) -> None:
        for server in self.servers:
            server.close()


@pytest.fixture
def house(database: str, clock: Any, tmp_path: Path) -> Iterator[House]:
    found = House(database, clock, tmp_path)
    yield found
    found.close()


def accepts(house: House) -> Contest:
    (task,) = house.sent(house.lead(), "W1")

    def attempt(server: Record, who: Actor, _n: int) -> Any:
        return server.write(who, casework.accept, number=task.number)

    return Contest(attempt, "errors_casework.already_accepted", "task", task.number, "accept")


def dispatches(house: House, told: str, teams: tuple[str, str], **more: Any) -> Contest:
    number = house.lead()

    def attempt(server: Record, who: Actor, n: int) -> Any:
        facts = {"number": number, "team_codes": [teams[n % 2]], "kind": "secure", "confirm_busy": True}
        return server.write(who, casework.dispatch, **facts | more)

    return Contest(attempt, told, "lead", number, "dispatch")


def approvals(house: House) -> Contest:
    case = propose(house.record, house.folder, house.cast, next(house.shades))
    step(house.record, house.cast["officer"], case, "submit_filing")

    def attempt(server: Record, who: Actor, _n: int) -> Any:
        return server.write(who, case_step, number=case.number, step="approve_filing", given={"words": "同意立案"})

    return Contest(attempt, "errors_matter.no_such_step", "case", case.number, "approve_filing")


CONTESTS: dict[str, tuple[str, Callable[[House], Contest]]] = {
    "accept": ("dispatcher", accepts),
    "the same team sent": ("dispatcher", lambda h: dispatches(h, "errors_casework.team_already_sent", ("W1", "W1"))),
    "another team sent": (
        "dispatcher",
        lambda h: dispatches(h, "errors_console.already_sent", ("W1", "E1"), alone=True),
    ),
    "filing approved": ("head", approvals),
}
CONTENDERS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3_000)), min_size=2, max_size=4)


def at_once(house: House, part: str, contest: Contest, contenders: list[Contender]) -> list[tuple[Actor, Any]]:
    """What each of those who try at the same moment is told."""
    ready, answers, people = Barrier(len(contenders)), [], house.people(part)

    def work(n: int, server: int, late: int) -> None:
        who = people[n % 2]
        ready.wait(20)
        time.sleep(late / 1e6)
        try:
            answers.append((who, contest.attempt(house.servers[server], who, n)))
        except Exception as fault:  # noqa: BLE001  # judged below, in the thread of the test
            answers.append((who, fault))

    threads = [Thread(target=work, args=(n, *one)) for n, one in enumerate(contenders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def one_wins(house: House, part: str, contest: Contest, contenders: list[Contender]) -> None:
    answers = at_once(house, part, contest, contenders)
    won = [who for who, answer in answers if not isinstance(answer, Exception)]
    lost = [answer for _, answer in answers if isinstance(answer, Exception)]
    assert len(answers) == len(contenders)
    assert len(won) == 1, answers
    for refusal in lost:
        assert isinstance(refusal, Refusal), refusal
        assert (refusal.code, refusal.kind) == (contest.told, "conflict"), refusal.sentence()
        assert all(contest.number in refusal.sentence(lang) for lang in ("zh", "en"))
    here = (Event.matter == contest.matter, Event.subject_number == contest.number, Event.verb == contest.verb)
    with house.record.read() as session:
        assert list(session.scalars(select(Event.actor_id).where(*here))) == [won[0].account_id]


def play(house: House, name: str, rounds: int) -> None:
    """One kind of contest as often as that, its contenders as Hypothesis draws them: the same ones each time."""
    part, prepare = CONTESTS[name]
    played = []

    @settings(max_examples=rounds, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(CONTENDERS)
    def contest(contenders: list[Contender]) -> None:
        one_wins(house, part, prepare(house), contenders)
        house.recall_all()
        played.append(contenders)

    contest()
    assert len(played) >= rounds


def test_of_several_who_take_one_step_at_once_exactly_one_wins(house: House) -> None:
    for name in CONTESTS:
        play(house, name, 3)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("name", "rounds"), [(name, 1_000 if name == "accept" else 200) for name in CONTESTS])
def test_of_a_thousand_double_accepts_exactly_one_wins_and_so_of_other_steps(
    house: House, name: str, rounds: int
) -> None:
    play(house, name, rounds)
    assert verify(house.record, house.record.county().jurisdiction_id).whole
