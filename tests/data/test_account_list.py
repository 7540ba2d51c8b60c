"""Who may log in: listed with what they hold, and with what they lack."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.account_list import AccountRow, accounts
from data.accounts import GrantDraft, create_account, disable_account
from data.authority import SYSTEM
from data.db import Record
from data.models import Account, SecondFactor
from data.settings import settings
from policy.vocabulary import Role
from tests.data.small import NOW


@pytest.fixture(autouse=True)
def required(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ONEGRID_SECOND_FACTOR", "required")
    settings.cache_clear()
    yield
    settings.cache_clear()


def made(record: Record, username: str, *roles: Role, until=None) -> None:
    grants = [GrantDraft(role, "BUREAU", None, valid_to=until) for role in roles]
    record.write(SYSTEM, create_account, username=username, display_name=username, password_hash="-", grants=grants)


def listed(record: Record) -> dict[str, AccountRow]:
    with record.read() as session:
        return {one.username: one for one in accounts(session, NOW)}


def test_who_must_have_a_second_factor_and_has_none_is_named(town: Record) -> None:
    made(town, "walker", Role.GRID_WORKER)
    made(town, "judge", Role.LEGAL_REVIEWER, Role.DISPATCHER)
    made(town, "gone", Role.ADMIN)
    made(town, "over", Role.SUPERVISOR, until=NOW - timedelta(days=1))
    town.write(SYSTEM, disable_account, username="gone", now=NOW)
    found = listed(town)
    assert {name for name in ("walker", "judge", "gone", "over") if found[name].lacks} == {"judge"}
    assert found["judge"].roles == ("dispatcher", "legal_reviewer")
    assert (found["over"].roles, found["over"].until) == ((), NOW - timedelta(days=1))
    assert (found["walker"].until, found["gone"].disabled) == (None, NOW)


def test_who_has_one_is_told_with_its_day(town: Record) -> None:
    made(town, "judge", Role.LEGAL_REVIEWER)

    def enrolled(tx) -> None:
        account = tx.session.query(Account).filter_by(username="judge").one()
        tx.session.add(SecondFactor(jurisdiction_id=tx.county.jurisdiction_id, account_id=account.id, secret="x", enrolled_at=NOW, last_step=1))  # fmt: skip

    town.write(SYSTEM, enrolled)
    assert (listed(town)["judge"].factor, listed(town)["judge"].lacks) == (NOW, False)


def test_without_a_rule_nobody_lacks_one(town: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEGRID_SECOND_FACTOR", "offered")
    settings.cache_clear()
    made(town, "judge", Role.LEGAL_REVIEWER)
    assert not any(one.lacks for one in listed(town).values())
