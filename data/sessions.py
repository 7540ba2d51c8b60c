"""Sessions on the server: revocable, rotated at login, ended when idle (security.md)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload, selectinload

from data.accounts import actor_of, ended_at
from data.authority import Actor
from data.counties import home_of
from data.county import County
from data.db import Record, Tx
from data.events import append_event
from data.models import Account, ApiToken, FactorStep, Session
from data.passwords import new_token, token_hash
from data.second_factor import must_have_factor
from data.settings import settings
from policy.errors import Refusal

REMEMBERED: Final = timedelta(seconds=2)  # how long a session is believed without asking the database
TOUCH: Final = timedelta(seconds=60)  # how exactly the last use is kept
MOST: Final = 5_000  # sessions remembered at once
PATIENCE: Final = timedelta(minutes=10)  # how long a right password waits for its code
OVER: Final = "errors_access.step_over"
ANONYMOUS: Final = Actor(None, "")


@dataclass(frozen=True, slots=True)
class LoginResult:
    """What the browser gets: the token for its cookie, the CSRF value, and who it is now."""

    token: str
    csrf: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that holds, with the value its writes must carry."""

    actor: Actor
    csrf: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class _Remembered:
    until: datetime
    session: LiveSession | None


class _Memory:
    """What was read is kept only where no change began or ended since: a session that ends is not believed
    a moment longer by the process that ended it."""

    def __init__(self) -> None:
        self.entries: dict[str, _Remembered] = {}
        self.lock = Lock()
        self.changes = 0  # begun and ended ones: what was read before the last of them is not kept
        self.under_way = 0

    def get(self, key: str, now: datetime) -> _Remembered | None:
        entry = self.entries.get(key)
        return entry if entry is not None and entry.until - REMEMBERED <= now < entry.until else None

    def put(self, key: str, session: LiveSession | None, now: datetime, changes: int) -> None:
        """Keep what was read when `changes` stood as told."""
        with self.lock:
            if self.under_way or changes != self.changes:
                return
            if len(self.entries) >= MOST:
                self.entries.clear()
            self.entries[key] = _Remembered(now + REMEMBERED, session)

    def forget(self, under_way: int) -> None:
        """Keep nothing of what was read; `under_way` is 1 where a change begins and -1 where it ends."""
        with self.lock:
            self.entries.clear()
            self.changes += 1
            self.under_way += under_way


_memories: WeakKeyDictionary[Record, _Memory] = WeakKeyDictionary()


def _memory(record: Record) -> _Memory:
    return _memories.setdefault(record, _Memory())


@contextmanager
def sessions_change(record: Record) -> Iterator[None]:
    """While an account or session is changed, every request to this process asks the database: the push that tells of the
    change would otherwise still find the session that has just ended. Another process believes it up to two seconds more."""
    memory = _memory(record)
    memory.forget(under_way=1)
    try:
        yield
    finally:
        memory.forget(under_way=-1)


# -- begun and ended --------------------------------------------------------------------------------------------------


def login_over() -> Refusal:
    """What was shown lets nobody in any more: it waited too long, or password or account were changed meanwhile."""
    return Refusal(OVER, kind="unauthenticated", minutes=int(PATIENCE.total_seconds() // 60))


def end_step(tx: Tx, *, token: str) -> bool:
    """End what waits for a code with this token; False where nothing does."""
    mine = FactorStep.token_hash == token_hash(token)
    return tx.session.execute(delete(FactorStep).where(mine).returning(FactorStep.id)).first() is not None


def open_session(
    tx: Tx,
    *,
    account_id: UUID,
    shown: str,
    token: str,
    csrf: str,
    previous: str | None,
    device: bool = False,
    step: str | None = None,
) -> UUID:
    """Start a session, end the browser's earlier one, forget failed attempts; gives the key of the session.

    `shown` is the hash of the password that was right, `step` the token that waited for a code: raises Refusal where either
    holds no more, so that nobody is let in by what was changed while it was looked at.
    """
    account = tx.session.get_one(Account, account_id)
    if account.disabled_at is not None or account.password_hash != shown:
        raise login_over()
    if step is not None and not end_step(tx, token=step):
        raise login_over()
    account.failed_attempts, account.locked_until = 0, None
    if previous:
        _revoke(tx, previous)
    row = Session(
        token_hash=token_hash(token),
        account_id=account_id,
        csrf=csrf,
        device=device,
        two_factors=step is not None,
        created_at=tx.now,
        seen_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    append_event(tx, matter="account", subject_id=account_id, verb="log_in", facts={"session": str(row.id)})
    return row.id


def _revoke(tx: Tx, token: str) -> None:
    open_one = (Session.token_hash == token_hash(token), Session.revoked_at.is_(None))
    tx.session.execute(update(Session).where(*open_one).values(revoked_at=tx.now))


def start_session(
    record: Record,
    account: Account,
    *,
    county: County,
    previous_token: str | None,
    now: datetime,
    device: bool = False,
    step: str | None = None,
) -> LoginResult:
    """Start a session for an account that has shown who it is (grants loaded), by a code where `step` waited for one."""
    token, csrf = new_token(), new_token()
    with sessions_change(record):
        key = record.write(
            actor_of(account, now),
            open_session,
            county=county,
            now=now,
            account_id=account.id,
            shown=account.password_hash,
            token=token,
            csrf=csrf,
            previous=previous_token,
            device=device,
            step=step,
        )
    return LoginResult(token, csrf, actor_of(account, now, session_id=key, device=device))


def _close(tx: Tx, *, token: str) -> None:
    _revoke(tx, token)
    if tx.actor.account_id is not None:
        append_event(tx, matter="account", subject_id=tx.actor.account_id, verb="log_out")


def logout(record: Record, token: str, now: datetime) -> None:
    """End a session; nothing happens for one that has already ended."""
    actor = session_actor(record, token, now)
    if actor is not None:
        with sessions_change(record):
            record.write(actor, _close, county=home_of(record, actor), now=now, token=token)


# -- being logged in --------------------------------------------------------------------------------------------------


def _read_session(record: Record, token: str, now: datetime) -> LiveSession | None:
    with record.read() as session:
        row = session.scalars(
            select(Session)
            .where(Session.token_hash == token_hash(token), Session.revoked_at.is_(None))
            .options(joinedload(Session.account).selectinload(Account.grants))
        ).first()
    if row is None or row.account.disabled_at is not None or ended_at(row.account, now) is not None:
        return None
    if not row.device and now - row.seen_at >= timedelta(minutes=settings().idle_minutes):
        return None
    actor = actor_of(row.account, now, session_id=row.id, county_id=row.jurisdiction_id, device=row.device)
    if not row.device and not row.two_factors and must_have_factor(actor.roles):
        return None  # opened before a code was asked for
    return LiveSession(actor, row.csrf, row.seen_at)


def _touch(tx: Tx, *, session_id: UUID) -> None:
    tx.session.execute(update(Session).where(Session.id == session_id).values(seen_at=tx.now))


def find_session(record: Record, token: str, now: datetime, *, active: bool = True) -> LiveSession | None:
    """The session of a cookie while it holds; `active` says that a person did something, which keeps it alive."""
    key, memory = token_hash(token), _memory(record)
    changes, known = memory.changes, memory.get(key, now)
    found = known.session if known else _read_session(record, token, now)
    if known is None:
        memory.put(key, found, now, changes)
    if found is not None and active and now - found.seen_at >= min(TOUCH, _quarter()):
        record.submit(found.actor, _touch, now=now, session_id=found.actor.session_id)
        memory.put(key, LiveSession(found.actor, found.csrf, now), now, changes)
    return found


def _quarter() -> timedelta:
    return timedelta(minutes=settings().idle_minutes) / 4


def session_actor(record: Record, token: str, now: datetime) -> Actor | None:
    """Who a session cookie is, None when it ended; believed for two seconds without asking the database."""
    found = find_session(record, token, now, active=False)
    return found.actor if found else None


def _read_token(record: Record, bearer: str, now: datetime) -> Actor | None:
    with record.read() as session:
        row = session.execute(
            select(ApiToken, Account)
            .join(Account, Account.id == ApiToken.account_id)
            .where(ApiToken.token_hash == token_hash(bearer), ApiToken.revoked_at.is_(None))
            .options(selectinload(Account.grants))
        ).first()
    if row is None or row.Account.disabled_at is not None or ended_at(row.Account, now) is not None:
        return None
    if row.ApiToken.expires_at is not None and row.ApiToken.expires_at <= now:
        return None
    return actor_of(row.Account, now)


def token_actor(record: Record, bearer: str, now: datetime) -> Actor | None:
    """Who a bearer token is, None when it is unknown, expired or revoked; believed for two seconds."""
    key, memory = "bearer " + token_hash(bearer), _memory(record)
    changes, known = memory.changes, memory.get(key, now)
    if known is not None:
        return known.session.actor if known.session else None
    actor = _read_token(record, bearer, now)
    memory.put(key, LiveSession(actor, "", now) if actor else None, now, changes)
    return actor
