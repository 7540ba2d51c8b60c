"""Matters between organs driven by chance through the real verbs, under each plan's ladder; no second transfer, no rung skipped."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from data.db import Record
from policy.lifecycle import steps
from tests.data import small
from tests.data.machine_passing import BEGIN, Between, Passing

PLANS = ("jindong", "chengliu", "fuling", "lanxi", "yunyang")
TOGETHER = 48
LONG = int(os.environ.get("ONEGRID_MACHINE_MATTERS", "2400"))
"""Matters of the long run, under five plans."""


def everything() -> set[str]:
    """Every verb and state that the tables of these matters know."""
    found: set[str] = set()
    for kind in BEGIN:
        reached: set[object] = {None}
        waiting: list[object] = [None]
        while waiting:
            for step in steps(kind, waiting.pop()):
                found |= {f"{kind.value}:{step.verb.value}", f"{kind.value}:{step.to.value}"}
                if step.to not in reached:
                    reached.add(step.to)
                    waiting.append(step.to)
    return found


class Desks(RuleBasedStateMachine):
    """Dozens of matters side by side under one plan."""

    stages: ClassVar[dict[str, Between]]

    def __init__(self) -> None:
        super().__init__()
        self.lives: list[Passing] = []
        self.stage: Between | None = None
        self.rng = Random(0)

    @initialize(seed=st.integers(0, 2**63))
    def begin(self, seed: int) -> None:
        self.rng = rng = Random(seed)
        self.stage = self.stages[rng.choice(list(self.stages))]
        self.lives = self.stage.begin(rng, TOGETHER)

    @rule()
    def time_goes_on(self) -> None:
        assert self.stage is not None
        for _ in range(self.rng.choice((2, 4, 8))):
            with self.stage.first_fault():
                self.stage.stride(self.lives)

    @invariant()
    def lawful(self) -> None:
        if self.stage is not None:
            with self.stage.first_fault():
                self.stage.check()

    def teardown(self) -> None:
        if self.stage is not None:
            self.stage.matters += sum(life.taken > 0 for life in self.lives)


def live(stages: dict[str, Between], matters: int, rounds: int) -> Counter[str]:
    """Let so many matters live; gives every verb taken and state reached."""
    run_state_machine_as_test(
        type("DesksHere", (Desks,), {"stages": stages}),
        settings=settings(
            max_examples=-(-matters // TOGETHER), stateful_step_count=rounds + 1, deadline=None, database=None,
            derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    seen: Counter[str] = Counter()
    for stage in stages.values():
        if stage.fault is not None:
            raise stage.fault
        stage.whole()
        seen += stage.check()
    return seen


@pytest.mark.parametrize("plan", ["fuling", pytest.param("lanxi", marks=pytest.mark.long)])
def test_no_step_between_organs_leads_where_the_plan_forbids(database: str, plan: str) -> None:
    record = Record(database, clock=lambda: small.NOW)
    few = (2 * TOGETHER, 2) if database.startswith("sqlite") else (TOGETHER, 1)
    seen = live({plan: Between(record, plan)}, *few)
    record.close()
    assert {"transfer:draft", "assistance:ask_help", "dispute:open_dispute", "criminal_referral:approve"} <= set(seen)


@pytest.fixture
def stages(migrated_sqlite: Path, tmp_path: Path) -> Iterator[dict[str, Between]]:
    found = {}
    for plan in PLANS:
        shutil.copyfile(migrated_sqlite, tmp_path / f"{plan}.db")
        found[plan] = Between(Record(f"sqlite:///{tmp_path / plan}.db", clock=lambda: small.NOW), plan)
    yield found
    for stage in found.values():
        stage.record.close()


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_thousands_of_matters_between_organs(stages: dict[str, Between]) -> None:
    """A verb that was never taken or a state never reached fails the run."""
    seen = live(stages, LONG, rounds=3)
    for plan, stage in stages.items():
        print(plan, stage.matters, "matters", stage.tries, "steps tried", stage.refusals.most_common(20))
    print(dict(sorted(seen.items())))
    assert everything() - set(seen) == set()
