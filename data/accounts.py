"""Accounts: who may log in, as what, where; tokens for other systems; the accounts a demonstration offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import selectinload

from data.authority import Actor, Scope, Subject, demand
from data.db import Tx
from data.events import append_event
from data.models import Account, ApiToken, FactorStep, Grant, Session
from data.passwords import new_token, token_hash
from data.settings import settings
from policy.errors import Refusal
from policy.vocabulary import Role
from policy.zone import CHINA


@dataclass(frozen=True, slots=True)
class GrantDraft:
    """A role to be held: for an organ, in some townships (None: the whole county), for one team."""

    role: Role
    organ: str | None = None
    townships: tuple[str, ...] | None = None
    team: str | None = None
    valid_to: datetime | None = None


def _scope(grant: Grant) -> Scope:
    return Scope(
        Role(grant.role),
        grant.jurisdiction_id,
        grant.organ_code,
        frozenset(grant.township_codes) if grant.township_codes is not None else None,
        grant.team_code,
        grant.valid_to,
    )


def actor_of(
    account: Account,
    now: datetime,
    *,
    session_id: UUID | None = None,
    county_id: UUID | None = None,
    device: bool = False,
) -> Actor:
    """The actor an account is at `now`; its grants must be loaded. Grants that ran out are left out."""
    return Actor(
        account.id,
        account.display_name,
        tuple(_scope(g) for g in account.grants if g.valid_to is None or g.valid_to > now),
        person_id=account.person_id,
        device=device,
        language=account.language or settings().language,
        theme=account.theme,
        session_id=session_id,
        county_id=county_id,
    )


def _administer(tx: Tx, label: str) -> None:
    demand(tx.actor, "account.manage", Subject(tx.county.jurisdiction_id, label=label), tx.now)


def _log(tx: Tx, account_id: UUID, action: str, **facts: str | int | None) -> None:
    append_event(tx, matter="account", subject_id=account_id, verb="manage", facts={"action": action, **facts})


def find_account(tx: Tx, username: str) -> Account:
    """The account with its grants; raises Refusal when there is none."""
    query = select(Account).where(Account.username == username).options(selectinload(Account.grants))
    account = tx.session.scalars(query).first()
    if account is None:
        raise Refusal("errors_access.no_account", kind="not_found", username=username)
    return account


def create_account(
    tx: Tx,
    *,
    username: str,
    display_name: str,
    password_hash: str,
    grants: Iterable[GrantDraft],
    person_id: UUID | None = None,
    language: str | None = None,
    demonstration: bool = False,
) -> Account:
    """Make an account with its roles; `password_hash` is from `hash_password`. Raises Refusal for a name in use."""
    _administer(tx, username)
    if not username.strip() or tx.session.scalar(select(func.count()).where(Account.username == username)):
        raise Refusal("errors_access.username_taken", kind="conflict", username=username)
    account = Account(
        username=username,
        display_name=display_name,
        password_hash=password_hash,
        password_changed_at=tx.now,
        person_id=person_id,
        language=language,
        demonstration=demonstration,
    )
    account.grants = [
        Grant(
            jurisdiction_id=tx.county.jurisdiction_id,
            role=draft.role.value,
            organ_code=draft.organ,
            township_codes=list(draft.townships) if draft.townships is not None else None,
            team_code=draft.team,
            valid_to=draft.valid_to,
        )
        for draft in grants
    ]
    tx.session.add(account)
    tx.session.flush()
    _log(tx, account.id, "create", roles=",".join(grant.role for grant in account.grants))
    return account


def managed(tx: Tx, username: str) -> Account:
    """The account, when who acts may manage accounts in every county in which it holds something."""
    _administer(tx, username)
    account = find_account(tx, username)
    for grant in account.grants:
        demand(tx.actor, "account.manage", Subject(grant.jurisdiction_id, label=username), tx.now)
    return account


def set_password(tx: Tx, *, username: str, password_hash: str) -> None:
    """Give an account another password and end its sessions and its lock."""
    account = managed(tx, username)
    account.password_hash, account.password_changed_at = password_hash, tx.now
    account.failed_attempts, account.locked_until = 0, None
    end_sessions(tx, account.id)
    _log(tx, account.id, "set_password")


def disable_account(tx: Tx, *, username: str) -> None:
    """Shut an account: its sessions and tokens end at once; raises Refusal when there is none."""
    account = managed(tx, username)
    account.disabled_at = tx.now
    end_sessions(tx, account.id)
    open_tokens = (ApiToken.account_id == account.id, ApiToken.revoked_at.is_(None))
    tx.session.execute(update(ApiToken).where(*open_tokens).values(revoked_at=tx.now))
    _log(tx, account.id, "disable")


def end_sessions(tx: Tx, account_id: UUID) -> None:
    """End every session of an account, and every login that still waits for a code."""
    tx.session.execute(delete(FactorStep).where(FactorStep.account_id == account_id))
    tx.session.execute(
        update(Session).where(Session.account_id == account_id, Session.revoked_at.is_(None)).values(revoked_at=tx.now)
    )


def create_token(tx: Tx, *, username: str, name: str, expires_at: datetime | None = None) -> str:
    """A bearer token for an account, shown this once; only its hash is kept. Raises Refusal for an unknown account."""
    account = managed(tx, username)
    token = new_token()
    row = ApiToken(
        token_hash=token_hash(token), account_id=account.id, name=name, created_at=tx.now, expires_at=expires_at
    )
    tx.session.add(row)
    tx.session.flush()
    _log(tx, account.id, "create_token", token=str(row.id))
    return token


def end_of(until: date) -> datetime:
    """The moment at which an account that may be used until a day ends: that day's midnight in Asia/Shanghai."""
    return datetime.combine(until + timedelta(days=1), time(), CHINA)


def last_day(ended: datetime) -> date:
    """The last day on which something that ends at a moment holds."""
    return (ended.astimezone(CHINA) - timedelta(microseconds=1)).date()


def ended_at(account: Account, now: datetime) -> datetime | None:
    """When an account ended: all that it held ran out; None while something holds, and for one that holds nothing."""
    ends = [grant.valid_to for grant in account.grants]
    known = [end for end in ends if end is not None and end <= now]
    return max(known) if known and len(known) == len(ends) else None


def set_end(tx: Tx, *, username: str, until: date | None) -> Account:
    """Let an account end after a day, or without an end; raises Refusal for a day that is past."""
    account = managed(tx, username)
    if until is not None and end_of(until) <= tx.now:
        raise Refusal("errors_files.end_past", pointer="/until", until=until.isoformat())
    for grant in account.grants:
        grant.valid_to = end_of(until) if until is not None else None
    _log(tx, account.id, "set_end", until=until.isoformat() if until is not None else None)
    return account


def set_preferences(tx: Tx, *, language: str | None = None, theme: str | None = None) -> None:
    """Keep the language and theme an account chose; not an event, nobody's rights or matters change."""
    chosen = {name: value for name, value in (("language", language), ("theme", theme)) if value is not None}
    if chosen and tx.actor.account_id is not None:
        tx.session.execute(update(Account).where(Account.id == tx.actor.account_id).values(chosen))
