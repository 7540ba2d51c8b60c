"""Facts of a case are told and learnt without losing one, and a fact that is none is refused."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from policy.case_facts import CaseFacts
from policy.case_learning import replace

FACTS = CaseFacts(number="JD-C-20261120-0001", fine=Decimal(200), due={"decision": datetime(2027, 2, 18, tzinfo=UTC)})


def test_a_copy_differs_in_what_changed_alone() -> None:
    changed = {"fine": Decimal(300), "receipt": True}
    assert replace(FACTS, **changed) == dataclasses.replace(FACTS, **changed)
    assert replace(FACTS) == FACTS
    assert FACTS.fine == Decimal(200)


def test_a_copy_stays_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        replace(FACTS, fine=None).fine = Decimal(1)  # type: ignore[misc]


def test_what_is_no_fact_of_a_case_is_refused() -> None:
    with pytest.raises(TypeError, match="fein"):
        replace(FACTS, fein=Decimal(1))
