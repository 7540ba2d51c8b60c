"""Answers to repeated requests are forgotten after a while; younger ones hold, and what was told of stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from data import idempotency
from data.authority import Actor
from data.casework import receive_lead
from data.db import Record, Tx
from data.idempotency import answered, digest
from data.models import Answered, Lead
from jobs.table import forget_old_answers
from policy.errors import Refusal
from policy.vocabulary import LeadSource, Role
from tests.data import small
from tests.data.small import NOW

KEPT: Any = SimpleNamespace(answer_days=30)


@pytest.fixture
def desk(town: Record) -> Actor:
    return small.actor(town, Role.DISPATCHER)


def told(record: Record, desk: Actor, key: str, at: datetime, summary: str = "占道") -> tuple[dict[str, Any], bool]:
    """A lead taken in under a key."""
    lead = {"source": LeadSource.PUBLIC_REPORT, "summary": summary}

    def taken(tx: Tx) -> Mapping[str, Any]:
        return {"number": receive_lead(tx, **lead).number}

    def once(tx: Tx) -> tuple[dict[str, Any], bool]:
        return answered(tx, key=key, request=digest(lead), verb=taken, status=201)

    return record.write(desk, once, now=at)


def test_what_was_answered_long_ago_is_forgotten_in_steps_and_the_rest_holds(town, desk, monkeypatch) -> None:
    monkeypatch.setattr(idempotency, "MOST", 2)
    for n in range(5):
        told(town, desk, f"old-{n}", NOW - timedelta(days=30, seconds=n + 1))
    young, _ = told(town, desk, "young", NOW - timedelta(days=30))
    forget_old_answers(town, KEPT, NOW)
    with town.read() as session:
        assert session.scalars(select(Answered.key)).all() == ["young"]
        assert session.scalar(select(func.count()).select_from(Lead)) == 6
    assert told(town, desk, "young", NOW) == (young, True)
    with pytest.raises(Refusal, match="another body"):
        told(town, desk, "young", NOW, summary="另一件")
    assert told(town, desk, "old-0", NOW)[1] is False
