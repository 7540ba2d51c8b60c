"""Pairing of walls: the wall shows a code, an administrator confirms it, the wall collects its session."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import selectinload

from data.accounts import actor_of
from data.authority import SYSTEM, Subject, demand
from data.counties import home_of
from data.county import County
from data.db import Record, Tx
from data.events import append_event
from data.models import Account, Grant, Pairing, Session
from data.passwords import UNUSABLE, new_token, token_hash
from data.sessions import LoginResult, start_session
from policy.errors import Refusal
from policy.vocabulary import Role

ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is misread from eight metres
VALID: Final = timedelta(minutes=15)
WAITING: Final = 50  # walls that may wait at once


@dataclass(frozen=True, slots=True)
class PairingAsk:
    """What the wall shows, and what it keeps to collect its session with."""

    code: str
    secret: str


def _ask(tx: Tx, *, secret: str) -> str:
    tx.session.execute(delete(Pairing).where(Pairing.asked_at <= tx.now - VALID))
    if (tx.session.scalar(select(func.count()).select_from(Pairing)) or 0) >= WAITING:
        raise Refusal("errors_access.too_many_pairings", kind="too_many", minutes=int(VALID.total_seconds() // 60))
    code = "".join(secrets.choice(ALPHABET) for _ in range(6))
    tx.session.add(Pairing(code=code, secret_hash=token_hash(secret), asked_at=tx.now))
    return code


def ask_pairing(record: Record, now: datetime) -> PairingAsk:
    """A new code for a wall; raises Refusal when too many walls wait."""
    secret = new_token()
    return PairingAsk(record.write(SYSTEM, _ask, now=now, secret=secret), secret)


def waiting_code(record: Record, secret: str, now: datetime) -> str | None:
    """The code a wall already shows; None when it ran out or was collected."""
    with record.read() as session:
        row = session.scalars(
            select(Pairing).where(Pairing.secret_hash == token_hash(secret), Pairing.asked_at > now - VALID)
        ).first()
    return row.code if row else None


def confirm_pairing(tx: Tx, *, code: str) -> str:
    """Let the wall that shows `code` in, with an account of its own; gives its user name. Raises Refusal."""
    demand(tx.actor, "wall.pair", Subject(tx.county.jurisdiction_id, label=code), tx.now)
    wanted = "".join(c for c in code.upper() if c.isalnum())
    row = tx.session.scalars(
        select(Pairing).where(Pairing.code == wanted, Pairing.asked_at > tx.now - VALID, Pairing.confirmed_at.is_(None))
    ).first()
    if row is None:
        raise Refusal(
            "errors_access.no_pairing", kind="not_found", shown=code, minutes=int(VALID.total_seconds() // 60)
        )
    account = Account(
        username=f"wall-{wanted.lower()}",
        display_name=f"{tx.county.name} {wanted}",
        password_hash=UNUSABLE,
        password_changed_at=tx.now,
    )
    account.grants = [Grant(jurisdiction_id=tx.county.jurisdiction_id, role=Role.WALL.value)]
    tx.session.add(account)
    tx.session.flush()
    row.confirmed_at, row.account_id = tx.now, account.id
    append_event(tx, matter="wall", subject_id=account.id, verb="pair")
    return account.username


def _take(tx: Tx, *, secret: str) -> Account | None:
    mine = (Pairing.secret_hash == token_hash(secret), Pairing.asked_at > tx.now - VALID)
    row = tx.session.scalars(select(Pairing).where(*mine, Pairing.account_id.is_not(None))).first()
    if row is None:
        return None
    tx.session.delete(row)
    query = select(Account).where(Account.id == row.account_id).options(selectinload(Account.grants))
    return tx.session.scalars(query).first()


def collect_pairing(record: Record, secret: str, now: datetime) -> LoginResult | None:
    """The session of a confirmed wall, given once; None while nobody has confirmed it."""
    with record.read() as session:
        mine = (Pairing.secret_hash == token_hash(secret), Pairing.account_id.is_not(None))
        confirmed = session.scalar(select(func.count()).select_from(Pairing).where(*mine))
    account = record.write(SYSTEM, _take, now=now, secret=secret) if confirmed else None
    if account is None:
        return None
    county = home_of(record, actor_of(account, now))
    return start_session(record, account, county=county, previous_token=None, now=now, device=True)


@dataclass(frozen=True, slots=True)
class WallDevice:
    """A paired wall, for the administrator's list."""

    username: str
    paired_at: datetime
    seen_at: datetime | None


def paired_walls(record: Record, county: County) -> list[WallDevice]:
    """Walls that may still show figures of a county, newest first."""
    query = (
        select(Account.username, Account.password_changed_at, func.max(Session.seen_at).label("seen"))
        .join(Grant, Grant.account_id == Account.id)
        .outerjoin(Session, Session.account_id == Account.id)
        .where(Grant.role == Role.WALL.value, Grant.jurisdiction_id == county.jurisdiction_id)
        .where(Account.password_hash == UNUSABLE, Account.disabled_at.is_(None))
        .group_by(Account.id, Account.username, Account.password_changed_at)
        .order_by(Account.password_changed_at.desc())
    )
    with record.read() as session:
        return [WallDevice(row.username, row.password_changed_at, row.seen) for row in session.execute(query)]
