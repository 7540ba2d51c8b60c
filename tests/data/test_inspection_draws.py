"""A draw that anybody can repeat: lists before the seed, a discarded draw stays, and a second implementation agrees."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from data.authority import SYSTEM
from data.db import Record
from data.models import Certificate, InspectionDraw, Party
from data.queries.inspection_draws import draw_file, repeat_draw
from policy.drawing import draw, weight_of
from policy.loader import load_profile
from tests.data import inspecting as i
from tests.data import parties as p
from tests.data import small


@pytest.fixture
def record(database: str, clock: Any) -> Iterator[Record]:
    found = Record(database, clock=clock)
    yield found
    found.close()


@pytest.fixture
def actors(record: Record) -> dict[str, Any]:
    return i.build(record)


@pytest.fixture
def plan(record: Record, actors: dict[str, Any]) -> Any:
    for number in range(4):
        i.enterprise(record, number, risk=("low", "normal", "high", "high")[number], credit="ABCD"[number])
    return i.random_plan(record, actors["west"])


def drawn(record: Record, actors: dict[str, Any], plan: Any, **more: Any) -> InspectionDraw:
    row = i.committed(record, actors["west"], plan)
    return i.step(record, actors["west"], row, "draw", **({"seed_source": "generator"} | more))


def read(record: Record, query: Any, row: Any) -> Any:
    with record.read() as session:
        return query(session, SYSTEM, record.county(), small.NOW, number=row.number)


# -- another hand at it: written from the description alone, as somebody outside would -------------------------------------


def repeated_by_hand(told: dict[str, Any], which: str) -> list[str]:
    """What the file says should come out, worked out with the running sum kept as a list of tickets' ends."""
    lines = {
        part: "".join(f"{code}\t{told[part][code]}\n" for code in sorted(told[part], key=str.encode))
        for part in ("subjects", "inspectors")
    }
    whole = f"subjects\n{lines['subjects']}inspectors\n{lines['inspectors']}"
    assert hashlib.sha256(whole.encode()).hexdigest() == told["population_sha256"]
    left = [(code, told[which][code]) for code in sorted(told[which], key=str.encode)]
    block, out = 0, []
    while left and len(out) < told[f"{which}_wanted"]:
        total = sum(weight for _, weight in left)
        while True:
            head = f"{told['seed']}\n{told['population_sha256']}\n{which}\n{block}"
            number = int(hashlib.sha256(head.encode()).hexdigest(), 16)
            block += 1
            if number < (2**256 // total) * total:
                break
        ends, seen = [], 0
        for _, weight in left:
            seen += weight
            ends.append(seen)
        place = next(place for place, end in enumerate(ends) if number % total < end)
        out.append(left.pop(place)[0])
    return out


def test_the_exported_file_is_repeated_by_another_implementation(record, actors, plan) -> None:
    row = drawn(record, actors, plan)
    told = json.loads(json.dumps(read(record, draw_file, row)))
    assert repeated_by_hand(told, "subjects") == told["drawn_subjects"] == row.drawn_subjects
    assert repeated_by_hand(told, "inspectors") == told["drawn_inspectors"] == row.drawn_inspectors
    assert read(record, repeat_draw, row).holds


# -- the rules --------------------------------------------------------------------------------------------------------


def test_lists_and_hash_stand_in_the_chain_before_the_seed(record, actors, plan) -> None:
    row = i.committed(record, actors["west"], plan)
    assert row.seed is None
    with p.refused("errors_inspections.draw_not_drawn"):
        read(record, repeat_draw, row)
    row = i.step(
        record, actors["west"], row, "draw", seed_source="beacon", beacon="1203 0711", beacon_name="双色球2026133期"
    )
    assert (row.seed, row.beacon_name) == ("1203 0711", "双色球2026133期")
    assert p.verbs(record, row) == ["commit", "draw"]
    with p.refused("errors_matter.no_such_step"):
        i.step(record, actors["west"], row, "draw", seed_source="generator")


def test_a_seed_typed_in_says_where_it_was_published(record, actors, plan) -> None:
    with p.refused("reasons_between.beacon_unnamed"):
        drawn(record, actors, plan, seed_source="beacon", beacon="1203")


def test_only_enterprises_and_certified_officers_of_the_organ_are_drawn(record, actors, plan) -> None:
    row = i.committed(record, actors["west"], plan)
    assert set(row.inspectors) == {"01", "02"}
    weights = {party: row.subjects[party] for party in row.subjects}
    assert sorted(weights.values()) == [1, 4, 18, 36]
    record.write(
        SYSTEM,
        lambda tx: tx.session.execute(
            update(Certificate).where(Certificate.number == "ZJ02").values(valid_to=small.NOW)
        ),
    )
    with p.refused("reasons_between.draw_inspectors_short"):
        i.committed(record, actors["west"], plan)


def test_more_than_there_are_cannot_be_drawn_nor_without_an_approved_random_plan(record, actors, plan) -> None:
    with p.refused("reasons_between.draw_subjects_short"):
        i.committed(record, actors["west"], plan, subjects_wanted="5")
    with p.refused("reasons_between.draw_subjects_short"):
        i.committed(record, actors["west"], plan, of_trade="mining")
    routine = i.plan(record, actors["west"], i.enterprise(record))
    with p.refused("reasons_between.draw_without_plan"):
        i.committed(record, actors["west"], routine)
    with p.refused("errors_inspections.not_own_plan"):
        i.committed(record, actors["market"], plan)


def test_a_discarded_draw_stays_with_its_reason_and_its_result_is_not_used(record, actors, plan) -> None:
    first = drawn(record, actors, plan)
    assert set(p.again(record, plan).subjects) == set(first.drawn_subjects)
    with p.refused("reasons.reason_missing"):
        i.step(record, actors["west"], first, "discard")
    first = i.step(record, actors["west"], first, "discard", reason="抽中的企业已停业")
    assert (first.status, first.drawn_subjects != [], p.again(record, plan).subjects) == ("discarded", True, [])
    assert p.verbs(record, first) == ["commit", "draw", "discard"]
    second = drawn(record, actors, plan)
    assert read(record, repeat_draw, first).holds
    assert second.number != first.number


def test_a_draw_that_led_to_a_visit_is_not_discarded(record, actors, plan) -> None:
    row = drawn(record, actors, plan)
    with record.read() as session:
        subject = session.scalars(select(Party).where(Party.code == row.drawn_subjects[0])).one()
    visit = i.visit(record, actors["west_officer"], subject, inspection_plans=[plan.number])
    assert visit.draws == [row.number]
    with p.refused("reasons_between.draw_has_visits"):
        i.step(record, actors["west"], row, "discard", reason="改主意")


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("drawn_subjects", ["JD-P-20261120-0001"], "subjects"),
        ("seed", "0" * 64, "chain"),
        ("subjects", {"JD-P-20261120-0001": 1, "JD-P-20261120-0002": 1}, "lists"),
    ],
)
def test_whatever_is_altered_afterwards_is_found(record, actors, plan, column, value, check) -> None:
    row = drawn(record, actors, plan)
    record.write(
        SYSTEM,
        lambda tx: tx.session.execute(
            update(InspectionDraw).where(InspectionDraw.id == row.id).values({column: value})
        ),
    )
    found = read(record, repeat_draw, row)
    assert not found.holds
    assert dict(found.checks)[check] is False


# -- the method -------------------------------------------------------------------------------------------------------

POPULATIONS = st.dictionaries(st.text(min_size=1, max_size=6), st.integers(1, 50), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(POPULATIONS, st.integers(0, 15), st.text(max_size=10))
def test_nobody_is_drawn_twice_and_order_of_the_list_does_not_matter(population, count, seed) -> None:
    found = draw(population, count, seed, "x", "subjects")
    assert len(found) == len(set(found)) == min(count, len(population))
    assert found == draw(dict(reversed(population.items())), count, seed, "x", "subjects")


def test_the_first_drawn_follows_the_weights() -> None:
    population, times = {"A": 1, "B": 2, "C": 7}, 6_000
    found = Counter(draw(population, 1, str(seed), "x", "subjects")[0] for seed in range(times))
    expected = {code: times * weight / 10 for code, weight in population.items()}
    chi = sum((found[code] - wanted) ** 2 / wanted for code, wanted in expected.items())
    assert chi < 13.8  # 0.999 quantile of two degrees of freedom


def test_a_known_draw_stays_the_same_for_ever() -> None:
    assert draw({"A": 1, "B": 2, "C": 3, "D": 4}, 3, "seed", "hash", "subjects") == KNOWN


KNOWN = ("C", "A", "B")


@pytest.mark.parametrize(
    ("risk", "credit", "weight"), [("low", "A", 1), ("high", "D", 36), ("normal", None, 2), ("normal", "B", 4)]
)
def test_weights_come_from_the_profile_by_risk_and_credit(risk, credit, weight) -> None:
    value = load_profile("jindong").get("inspection.draw_weights", small.NOW.date())
    assert value is not None
    assert weight_of(value.value, risk, credit) == weight
