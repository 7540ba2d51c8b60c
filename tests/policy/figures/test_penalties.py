"""F19, F20 and F22 worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policy.figures.definitions import DEFINITIONS, definition, target, target_of_row
from policy.figures.frames import empty
from policy.figures.penalties import cards, procedures_and_fines, remedies
from policy.figures.scope import FigureRules, Scope, day_scope
from policy.loader import load_profile
from tests.policy.figures.made import at, frame, parts, pick

NOW = at("2026-03-31 12:00").to_pydatetime()
MARCH = Scope(NOW, at("2026-03-01").to_pydatetime(), at("2026-04-01").to_pydatetime())


def case(id_: str, procedure: str, decided: str, fine: object = None, **more: object) -> dict:
    plain = {"case_id": id_, "township_code": "T1", "item_code": "I1", "procedure": procedure, "decided_at": decided}
    return plain | {"fine": fine} | more


CASES = frame(
    "cases",
    [
        case("a", "simple", "2026-03-02", Decimal("50.10"), fine_due_at="2026-03-17", paid_at="2026-03-02"),
        case("b", "simple", "2026-03-03", 0),  # a warning
        case("c", "ordinary", "2026-03-04", Decimal("2000.20"), fine_due_at="2026-03-19", paid_at="2026-03-20"),  # late
        case("d", "ordinary", "2026-03-05", 1000, fine_due_at="2026-03-20", township_code="T2"),  # not paid
        case("e", "ordinary", "2026-03-25", 300, fine_due_at="2026-04-09", paid_at="2026-03-26"),  # not yet due
        case("f", "ordinary", "2026-02-20", 700, fine_due_at="2026-03-07", paid_at="2026-03-07", item_code="I2"),
        case("g", "ordinary", "2026-04-01", 9000),  # tomorrow
    ],
)


def test_f19_worked_by_hand() -> None:
    rows = procedures_and_fines(CASES, MARCH)
    assert parts(pick(rows, "simple")) == (2, 5)  # 2 : 3
    assert parts(pick(rows, "simple", "township", "T2")) == (0, 1)
    fines = pick(rows, "fines")
    assert (fines.value, *parts(fines)) == (3350.3, 3350.3, 4)  # 50.10 + 2000.20 + 1000 + 300, to the fen
    assert parts(pick(rows, "paid_in_time")) == (2, 4)  # a, f of a, c, d, f
    assert parts(pick(rows, "paid_in_time", "item", "I2")) == (1, 1)


def test_f19_nothing_decided() -> None:
    rows = procedures_and_fines(empty("cases"), MARCH)
    assert [pick(rows, m).value for m in ("simple", "fines", "paid_in_time")] == [None, 0, None]


class Greedy:
    """A profile that would set a target for everything."""

    def get(self, key: str, on: date) -> object:
        return load_profile("lanxi").get("target.F01", on)

    def history(self, key: str) -> tuple[object, ...]:
        return ()


def test_money_has_no_target_and_no_better_way_whatever_a_plan_says() -> None:
    money = [one for one in DEFINITIONS.values() if one.money or any(m.unit == "yuan" for m in one.measures)]
    assert [one.id for one in money] == ["F19"]
    assert {m.better for m in definition("F19").measures} == {"none"}
    assert target("F01", Greedy(), MARCH.on) is not None  # type: ignore[arg-type]
    assert target("F19", Greedy(), MARCH.on) is None  # type: ignore[arg-type]
    for row in procedures_and_fines(CASES, MARCH):
        assert target_of_row(row, Greedy(), MARCH.on) is None  # type: ignore[arg-type]


def remedy(
    id_: str, kind: str, asked: str, result: str | None = None, decided: str | None = None, **more: object
) -> dict:
    plain = {"remedy_id": id_, "case_id": id_, "township_code": "T1", "item_code": "I1", "kind": kind}
    return plain | {"asked_at": asked, "result": result, "decided_at": decided} | more


REMEDIES = frame(
    "remedies",
    [
        remedy("1", "reconsideration", "2026-01-10", "upheld", "2026-03-05"),
        remedy("2", "reconsideration", "2026-03-02", "revoked", "2026-03-20", item_code="I2"),
        remedy("3", "suit", "2026-03-03", "changed", "2026-03-30", township_code="T2"),
        remedy("4", "suit", "2026-03-04", "withdrawn", "2026-03-10"),
        remedy("5", "suit", "2026-03-05", "revoked", "2026-04-02"),  # after now: pending
        remedy("6", "reconsideration", "2026-02-01"),  # pending
        remedy("7", "reconsideration", "2026-04-01"),  # tomorrow
    ],
)


def test_f20_worked_by_hand() -> None:
    rows = remedies(REMEDIES, MARCH)
    assert pick(rows, "asked").value == 4  # 2 – 5
    assert pick(rows, "asked", "remedy", "suit").value == 3
    assert parts(pick(rows, "upheld")) == (1, 4)  # of 1, 2, 3, 4
    assert parts(pick(rows, "changed")) == (1, 4)
    assert parts(pick(rows, "revoked")) == (1, 4)
    assert parts(pick(rows, "revoked", "item", "I2")) == (1, 1)
    assert parts(pick(rows, "changed", "township", "T2")) == (1, 1)
    assert pick(rows, "pending").value == 2  # 5, 6


def test_f20_on_a_past_day() -> None:
    rows = remedies(REMEDIES, day_scope(date(2026, 3, 4), FigureRules()))
    assert (pick(rows, "asked").value, pick(rows, "upheld").value) == (1, None)  # 4; nothing decided that day
    assert pick(rows, "pending").value == 5  # 1, 2, 3, 4, 6


def card(person: str, kind: str, given: str, ended: str | None = None, township: str = "T1") -> dict:
    return {"person_id": person, "township_code": township, "kind": kind, "given_at": given, "ended_at": ended}


CARDS = frame(
    "cards",
    [
        card("p1", "yellow", "2026-03-01"),
        card("p2", "yellow", "2026-03-01", township="T2"),
        card("p2", "orange", "2026-02-01", "2026-03-01", "T2"),  # over
        card("p3", "orange", "2026-02-01", "2026-05-01"),
        card("p4", "red", "2026-04-01"),  # tomorrow
    ],
)


def test_f22_worked_by_hand() -> None:
    rows = cards(CARDS, MARCH)
    assert {k: parts(pick(rows, k)) for k in ("yellow", "orange", "red")} == {
        "yellow": (2, 3),
        "orange": (1, 3),
        "red": (0, 3),
    }
    assert pick(rows, "yellow", "township", "T2").value == 1
    past = cards(CARDS, day_scope(date(2026, 2, 15), FigureRules()))
    assert {k: pick(past, k).value for k in ("yellow", "orange", "red")} == {"yellow": 0, "orange": 2, "red": 0}


@pytest.mark.parametrize("kind", ["yellow", "orange", "red"])
def test_f22_no_card_is_nought_and_not_unknown(kind: str) -> None:
    assert pick(cards(empty("cards"), MARCH), kind).value == 0
