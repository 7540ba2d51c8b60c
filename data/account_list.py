"""Who may log in: every account with what it holds, its end, when it was last here, and whether it has the second factor it must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.orm import selectinload

from data.accounts import actor_of
from data.models import Account, SecondFactor, Session
from data.second_factor import must_have_factor


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account. `roles` are those it holds now, `until` the end of the last one (None: no end), times are aware;
    `factor` is when its second factor was set up, `lacks` whether it must have one and has none."""

    username: str
    name: str
    roles: tuple[str, ...]
    until: datetime | None
    disabled: datetime | None
    seen: datetime | None
    factor: datetime | None
    lacks: bool


def accounts(session: DbSession, now: datetime) -> list[AccountRow]:
    """Every account of the record by its name; those that are disabled too."""
    seen = _kept(session, select(Session.account_id, func.max(Session.seen_at)).group_by(Session.account_id))
    factors = _kept(session, select(SecondFactor.account_id, SecondFactor.enrolled_at))
    found = session.scalars(select(Account).options(selectinload(Account.grants)).order_by(Account.username))
    return [_row(one, seen, factors.get(one.id), now) for one in found]


def _kept(session: DbSession, query: Select[UUID, datetime]) -> Mapping[UUID, datetime]:
    return {account: at for account, at in session.execute(query)}  # noqa: C416  # rows are no pairs to mypy


def _row(account: Account, seen: Mapping[UUID, datetime], factor: datetime | None, now: datetime) -> AccountRow:
    roles = actor_of(account, now).roles
    ends = [grant.valid_to for grant in account.grants]
    until = None if None in ends else max((end for end in ends if end), default=None)
    lacks = factor is None and account.disabled_at is None and must_have_factor(roles)
    names = tuple(sorted(role.value for role in roles))
    return AccountRow(
        account.username, account.display_name, names, until, account.disabled_at, seen.get(account.id), factor, lacks
    )
