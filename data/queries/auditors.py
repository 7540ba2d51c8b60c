"""Accounts of supervisors with the day on which each ends (security.md: an auditor's account has an end date)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from data.accounts import ended_at, last_day
from data.authority import Actor, Subject, demand
from data.county import County
from data.models import Account, Grant
from policy.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Supervising:
    """An account that supervises: until when, whether that is past, for which organ."""

    username: str
    name: str
    organ: str | None
    until: date | None
    ended: bool


def supervising_accounts(session: Session, actor: Actor, county: County, now: datetime) -> list[Supervising]:
    """Supervisors' accounts of the county, those that end first at the top; shut ones are left out."""
    demand(actor, "file_draw.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    held = select(Grant.account_id).where(
        Grant.jurisdiction_id == county.jurisdiction_id, Grant.role == Role.SUPERVISOR.value
    )
    query = select(Account).where(Account.id.in_(held), Account.disabled_at.is_(None))
    rows = session.scalars(query.options(selectinload(Account.grants)).order_by(Account.username))
    found = [_told(row, county, now) for row in rows]
    return sorted(found, key=lambda one: (one.until is None, one.until or date.max, one.username))


def _told(row: Account, county: County, now: datetime) -> Supervising:
    grant = next(
        one for one in row.grants if one.jurisdiction_id == county.jurisdiction_id and one.role == Role.SUPERVISOR.value
    )
    ends = grant.valid_to
    ended = ended_at(row, now) is not None or (ends is not None and ends <= now)
    return Supervising(row.username, row.display_name, grant.organ_code, last_day(ends) if ends else None, ended)


def own_end(actor: Actor, now: datetime) -> date | None:
    """The last day of who acts, where everything held ends; None without an end."""
    ends = [scope.valid_to for scope in actor.scopes]
    known = [end for end in ends if end is not None and end > now]
    return last_day(max(known)) if known and len(known) == len(ends) else None
