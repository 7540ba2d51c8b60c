"""Cases driven by chance through the real verbs: every step judged by the law from the events, every row held against them.

`machine_life` fills in the forms, `machine_law` knows the articles and no guard, `machine_record` reads the record again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from data.authority import Actor
from data.db import Record
from data.deadlines import running
from data.models import Case, CaseEntry, Deadline, Event
from policy.case_facts import CaseFacts
from policy.case_learning import told
from policy.lifecycle import steps
from policy.vocabulary import MatterKind, Verb
from policy.vocabulary_case import CaseStatus
from tests.data import cases as c
from tests.data import small
from tests.data.machine_drive import Stage
from tests.data.machine_life import Life

PROFILES = ("jindong", "chengliu", "fuling", "lanxi")
TOGETHER = 64
"""Cases that live side by side: one step of each shares a commit."""
LONG = int(os.environ.get("ONEGRID_MACHINE_CASES", "10000"))
"""Cases of the long run, under four plans."""
VERBS = {step.verb.value for state in (None, *CaseStatus) for step in steps(MatterKind.CASE, state)}
STATES = {state.value for state in CaseStatus}
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def traces(stage: Stage) -> tuple[int, ...]:
    """How much the record holds: what a refused step may not change."""
    with stage.record.read() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in (Event, Case, Deadline))


# -- a few at a time, with shrinking -------------------------------------------------------------------------------------


class Cases(RuleBasedStateMachine):
    """Up to three cases of one record; every run begins cases of its own."""

    stage: ClassVar[Stage]

    def __init__(self) -> None:
        super().__init__()
        self.lives: list[Life] = []
        self.last: Life | None = None

    @initialize(profile=st.sampled_from(PROFILES))
    def plan(self, profile: str) -> None:
        self.stage.follow(profile)

    @precondition(lambda self: len(self.lives) < 3)
    @rule(rng=st.randoms(use_true_random=False))
    def begin(self, rng: Random) -> None:
        self.lives.append(self.stage.life(rng))
        self.step(len(self.lives) - 1, rng)

    @precondition(lambda self: self.lives)
    @rule(which=st.integers(0, 2), rng=st.randoms(use_true_random=False))
    def go_on(self, which: int, rng: Random) -> None:
        self.step(which % len(self.lives), rng)

    def step(self, which: int, rng: Random) -> None:
        life = self.lives[which]
        if life.over():
            return
        life.rng, before = rng, traces(self.stage)
        move = life.move()
        self.last = life
        if not self.stage.settle(life, move, self.stage.submit(move)):
            assert traces(self.stage) == before, "refused, and yet something was left behind"

    @invariant()
    def lawful(self) -> None:
        if self.last is not None:
            self.stage.check([self.last])

    def teardown(self) -> None:
        self.stage.whole()


@pytest.fixture
def stage(town: Record, tmp_path: Path) -> Stage:
    return Stage(town, tmp_path, "jindong")


def test_no_step_leads_a_case_where_the_law_forbids(stage: Stage, database: str) -> None:
    examples, steps = (6, 25) if database.startswith("sqlite") else (2, 15)
    run_state_machine_as_test(
        type("CasesHere", (Cases,), {"stage": stage}),
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None, suppress_health_check=CHECKS
        ),
    )


# -- many at once --------------------------------------------------------------------------------------------------------


class Town(RuleBasedStateMachine):
    """Dozens of cases side by side under one plan; every run begins cases of its own in the same record.

    A record that grows cannot be run again from its beginning: the first fault is kept with the story of its case, and
    told when the run is over.
    """

    stage: ClassVar[Stage]
    strides: ClassVar[tuple[int, ...]] = (2, 9)
    enough: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.lives: list[Life] = []
        self.rng = Random(0)

    @initialize(seed=st.integers(0, 2**63))
    def begin(self, seed: int) -> None:
        self.rng = rng = Random(seed)
        if self.stage.cases >= self.enough:  # Hypothesis runs examples of its own besides those it was asked for
            return
        self.stage.follow(rng.choice(PROFILES))
        self.lives = [self.stage.life(Random(rng.random()), rng.choice((0.9, 0.97, 0.99))) for _ in range(TOGETHER)]

    @rule()
    def time_goes_on(self) -> None:
        for _ in range(self.rng.choice(self.strides)):
            with self.stage.first_fault():
                self.stage.stride([life for life in self.lives if not life.over()])

    @invariant()
    def lawful(self) -> None:
        with self.stage.first_fault():
            self.stage.check(self.lives)

    def teardown(self) -> None:
        with self.stage.first_fault():
            self.stage.end(self.lives)


def live(stage: Stage, cases: int, rounds: int = 3, **more: Any) -> None:
    """Let at least so many cases live; the steps come from Hypothesis, and the same ones each time."""
    run_state_machine_as_test(
        type("TownHere", (Town,), {"stage": stage, "enough": cases, **more}),
        settings=settings(
            max_examples=-(-cases // TOGETHER), stateful_step_count=rounds + 1, deadline=None, database=None,
            derandomize=True, suppress_health_check=CHECKS, phases=[Phase.generate],
        ),
    )  # fmt: skip
    if stage.fault is not None:
        raise stage.fault
    stage.whole()


def test_cases_reach_what_they_are_judged_by(stage: Stage, database: str) -> None:
    if not database.startswith("sqlite"):
        live(stage, TOGETHER, rounds=1)
        assert stage.cases
        return
    live(stage, TOGETHER, strides=(8,))
    assert set(stage.seen) >= {"propose", "approve_filing", "give_notice", "decide", "serve", "decide_on_spot"}


@pytest.fixture
def long_stage(migrated_sqlite: Path) -> Iterator[Stage]:
    folder = Path(mkdtemp(prefix="onegrid-machine-"))
    shutil.copyfile(migrated_sqlite, folder / "record.db")
    record = Record(f"sqlite:///{folder / 'record.db'}", clock=lambda: small.NOW)
    small.build(record)
    yield Stage(record, folder, "jindong")
    record.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
@pytest.mark.first
@pytest.mark.timeout(14_400)
def test_ten_thousand_cases(long_stage: Stage) -> None:
    """Each example carries 64 cases; a verb that was never taken or a state never reached fails the run."""
    live(long_stage, LONG)
    seen = long_stage.seen
    print(f"{long_stage.cases} cases, {long_stage.tries} steps tried, {sum(seen[verb] for verb in VERBS)} taken")
    print("taken", {verb: seen[verb] for verb in sorted(VERBS)})
    print("reached", {state: seen[state] for state in sorted(STATES)})
    print("refused", long_stage.refusals.most_common(40))
    assert (VERBS | STATES) - set(seen) == set()
    assert long_stage.cases >= LONG * 0.97, "cases of which not even the proposal was taken"


# -- faults it found -----------------------------------------------------------------------------------------------------


@pytest.fixture
def actors(town: Record) -> dict[str, Actor]:
    c.with_basis(town)
    return c.cast(town)


def test_things_preserved_one_after_another_have_a_clock_each(
    town: Record, actors: dict[str, Actor], tmp_path: Path
) -> None:
    case = c.propose(town, tmp_path, actors)
    later = small.NOW + timedelta(days=5)
    for now, name in ((small.NOW, "账册"), (later, "台秤")):
        goods = [{"name": name, "quantity": "1"}]
        c.step(town, actors["officer"], case, "preserve", now, goods=goods, head_approved=True)
    with town.read() as session:
        first, second = running(session, town.county(), matter_id=case.id, kinds=("preservation",))
    c.step(town, actors["officer"], case, "handle_preserved", later, words="退还", released=True)
    with town.read() as session:
        (left,) = running(session, town.county(), matter_id=case.id, kinds=("preservation",))
    assert (left.id, first.due_at < second.due_at) == (second.id, True)


def test_who_was_let_off_was_not_fined(town: Record, actors: dict[str, Actor], tmp_path: Path) -> None:
    first = c.to_notice(town, actors, c.propose(town, tmp_path, actors), small.NOW)
    later = small.NOW + timedelta(days=6)
    c.step(town, actors["officer"], first, "record_waiver", later, waived="statement", document="弃权书")
    c.step(town, actors["officer"], first, "hear_statement", later)
    given = {"not_punished_ground": "minor_corrected", "words": "不予处罚", "corrected": True, "educated": True}
    first = c.step(town, actors["head"], first, "not_punish", later, **given)
    assert (first.fine, first.penalties) == (None, [])
    second, _ = c.to_served(town, actors, c.propose(town, tmp_path, actors, shade=2), small.NOW)
    assert second.fine == 30


def test_the_first_event_says_who_handles_and_a_reason_stands_in_the_file(
    town: Record, actors: dict[str, Actor], tmp_path: Path
) -> None:
    case = c.propose(town, tmp_path, actors)
    for part, verb, given in (
        ("officer", "submit_filing", {}),
        ("head", "approve_filing", {}),
        ("officer", "start_investigation", {}),
        ("officer", "conclude_investigation", {"words": "经查属实"}),
        ("officer", "propose_penalty", c.PENALTY | {"grade_reason": "主动消除危害后果"}),
    ):
        c.step(town, actors[part], case, verb, **given)
    with town.read() as session:
        events = {row.verb: json.loads(row.facts) for row in session.scalars(select(Event))}
        entry = session.get(CaseEntry, UUID(events["propose_penalty"]["entry"]))
    assert events["propose"]["officers"] == case.officer_ids
    assert events["propose"]["act_on"] == case.act_on.isoformat()
    assert entry is not None
    assert entry.text == "主动消除危害后果"


def test_a_later_notice_must_tell_of_the_hearing_itself() -> None:
    first = told(Verb.GIVE_NOTICE, CaseFacts(), {"words": "拟罚款", "tells_hearing": True}, small.NOW)
    assert first.tells_hearing
    assert not told(Verb.GIVE_NOTICE, first, {"words": "拟罚款", "reason": "变更"}, small.NOW).tells_hearing
