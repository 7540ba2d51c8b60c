"""Logging in: password, then code where one is due; counted and locked in the database; no session before both (security.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from data.accounts import actor_of, ended_at, last_day
from data.authority import Actor
from data.counties import home_of
from data.county import County
from data.db import Record, Tx
from data.models import Account, FactorStep
from data.passwords import CLAUSE, fits, new_token, token_hash
from data.refusals import note_refusal
from data.second_factor import (
    Outcome,
    enrol,
    factor_of,
    fitting_recovery,
    fitting_steps,
    must_have_factor,
    new_secret,
    plain_code,
    recovery_codes,
    remove_factor,
    renew_codes,
    take_code,
    take_recovery,
)
from data.sessions import (
    ANONYMOUS,
    OVER,
    PATIENCE,
    LoginResult,
    end_step,
    login_over,
    sessions_change,
    start_session,
)
from data.settings import settings
from policy.errors import Refusal

DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Waiting:
    """A right password that waits for a code; with the key to be enrolled where there is none yet."""

    token: str
    account_id: UUID
    username: str
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A session after both factors; the recovery codes of a key just enrolled, or that one of them was used."""

    result: LoginResult
    codes: tuple[str, ...] = ()
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """Who has shown a password."""

    account: Account
    actor: Actor
    county: County


# -- counted ----------------------------------------------------------------------------------------------------------


def _locked(until: datetime, now: datetime) -> Refusal:
    minutes = max(1, -int(-(until - now).total_seconds() // 60))
    return Refusal("errors_access.locked", kind="too_many", clause=CLAUSE, minutes=minutes)


def _wrong() -> Refusal:
    return Refusal("errors_access.wrong_password", kind="unauthenticated", clause=CLAUSE)


def count_attempt(tx: Tx, *, account_id: UUID) -> datetime | None:
    """Count an attempt before its password or code is looked at; the last one allowed already locks. Gives a lock in force."""
    account = tx.session.get_one(Account, account_id)
    if account.locked_until is not None:
        if account.locked_until > tx.now:
            note_refusal(tx, attempt="account.log_in", why="locked", subject=str(account_id))
            return account.locked_until
        account.failed_attempts, account.locked_until = 0, None
    account.failed_attempts += 1
    if account.failed_attempts >= settings().lockout_attempts:
        account.locked_until = tx.now + timedelta(minutes=settings().lockout_minutes)
    return None


def _take_back(tx: Tx, *, account_id: UUID) -> None:
    """A right password is no failed attempt, and forgives none: who knows it alone has no more codes to try than others."""
    account = tx.session.get_one(Account, account_id)
    account.failed_attempts = max(0, account.failed_attempts - 1)
    if account.failed_attempts < settings().lockout_attempts:
        account.locked_until = None


def _attempt(record: Record, known: _Known, now: datetime) -> None:
    """Count an attempt; raises Refusal while the account is locked."""
    until = record.write(known.actor, count_attempt, county=known.county, now=now, account_id=known.account.id)
    if until is not None:
        raise _locked(until, now)


# -- the password -----------------------------------------------------------------------------------------------------


def _account(record: Record, *which: object) -> Account | None:
    with record.read() as session:
        return session.scalars(select(Account).where(*which).options(selectinload(Account.grants))).first()  # type: ignore[arg-type]


def _known(record: Record, account: Account, now: datetime) -> _Known:
    actor = actor_of(account, now)
    return _Known(account, actor, home_of(record, actor))


def _demand_password(record: Record, known: _Known, password: str, address: str, now: datetime) -> None:
    """Count the attempt and look at the password; raises Refusal for a wrong one or a locked account."""
    _attempt(record, known, now)
    if not fits(known.account.password_hash, password):
        noted = {"attempt": "account.log_in", "why": "wrong", "subject": address}
        record.write(known.actor, note_refusal, county=known.county, now=now, **noted)
        raise _wrong()


def _refuse_ended(record: Record, known: _Known, now: datetime, address: str) -> None:
    """An account whose time is over is told so, once it has shown who it is."""
    ended = ended_at(known.account, now)
    if ended is None:
        return
    noted = {"attempt": "account.log_in", "why": "ended", "subject": address}
    record.write(known.actor, note_refusal, county=known.county, now=now, **noted)
    told = last_day(ended).isoformat()
    raise Refusal("errors_files.account_ended", kind="unauthenticated", username=known.account.username, ended=told)


def begin_login(
    record: Record, username: str, password: str, *, address: str, previous_token: str | None, now: datetime
) -> LoginResult | Waiting:
    """Check a password: a session where it is enough, else what waits for a code; raises Refusal for a wrong one, a
    locked or a shut account."""
    account = _account(record, Account.username == username.strip())
    if account is None or account.disabled_at is not None:
        fits(None, password)
        record.write(ANONYMOUS, note_refusal, now=now, attempt="account.log_in", why="unknown", subject=address)
        raise _wrong()
    known = _known(record, account, now)
    _demand_password(record, known, password, address, now)
    _refuse_ended(record, known, now, address)
    with record.read() as session:
        factor = factor_of(session, account.id)
    if factor is None and not must_have_factor(known.actor.roles):
        return start_session(record, account, county=known.county, previous_token=previous_token, now=now)
    return _wait(record, known, new_secret() if factor is None else None, now)


def login(
    record: Record,
    username: str,
    password: str,
    *,
    address: str,
    previous_token: str | None,
    now: datetime,
    code: str = "",
) -> LoginResult:
    """Password and code at once, as a program gives them; raises Refusal also where a code is due and none is given."""
    found = begin_login(record, username, password, address=address, previous_token=previous_token, now=now)
    if isinstance(found, LoginResult):
        return found
    if found.secret is not None:
        raise Refusal("errors_access.factor_first", kind="unauthenticated", clause=CLAUSE)
    if not code.strip():
        raise Refusal("errors_access.code_needed", kind="unauthenticated", clause=CLAUSE)
    return finish_login(record, found.token, code, previous_token=previous_token, now=now).result


# -- between password and code ----------------------------------------------------------------------------------------


def _wait(record: Record, known: _Known, secret: str | None, now: datetime) -> Waiting:
    token = new_token()
    told = {"account_id": known.account.id, "token": token, "secret": secret}
    record.write(known.actor, _note_waiting, county=known.county, now=now, **told)
    return Waiting(token, known.account.id, known.account.username, secret)


def _note_waiting(tx: Tx, *, account_id: UUID, token: str, secret: str | None) -> None:
    _take_back(tx, account_id=account_id)
    tx.session.execute(delete(FactorStep).where(FactorStep.asked_at <= tx.now - PATIENCE))
    place = tx.county.jurisdiction_id
    step = FactorStep(jurisdiction_id=place, token_hash=token_hash(token), account_id=account_id, asked_at=tx.now)
    step.secret = secret
    tx.session.add(step)
    tx.session.flush()


def stop_waiting(record: Record, token: str, now: datetime) -> None:
    """Give up what waits for a code with this token: who sits down next begins with a password."""
    with record.read() as session:
        there = session.scalar(select(FactorStep.id).where(FactorStep.token_hash == token_hash(token)))
    if there is not None:
        record.write(ANONYMOUS, end_step, now=now, token=token)


def _waiter(record: Record, token: str, now: datetime) -> tuple[_Known, Waiting]:
    """Who waits with this token, and for what; raises Refusal where nobody does any more."""
    with record.read() as session:
        fresh = (FactorStep.token_hash == token_hash(token), FactorStep.asked_at > now - PATIENCE)
        step = session.scalars(select(FactorStep).where(*fresh)).first()
        secret = step.secret if step is not None else None
    account = _account(record, Account.id == step.account_id) if step is not None else None
    if account is None or account.disabled_at is not None:
        raise login_over()
    return _known(record, account, now), Waiting(token, account.id, account.username, secret)


def waiting(record: Record, token: str, now: datetime) -> Waiting | None:
    """What waits for a code with this token; None where nothing does any more."""
    try:
        return _waiter(record, token, now)[1]
    except Refusal as refusal:
        if refusal.code == OVER:
            return None
        raise


# -- the code ---------------------------------------------------------------------------------------------------------


def _demand_taken(outcome: Outcome) -> None:
    if outcome != "taken":
        raise Refusal(f"errors_access.code_{outcome}", kind="unauthenticated", clause=CLAUSE)


def finish_login(record: Record, token: str, typed: str, *, previous_token: str | None, now: datetime) -> Entered:
    """The session of who waits, once its code is right; raises Refusal for a wrong or used one and for a locked account."""
    known, held = _waiter(record, token, now)
    _attempt(record, known, now)
    codes: tuple[str, ...] = ()
    recovered = False
    if held.secret is not None:
        codes = _enrol(record, known, held.secret, typed, now)
    else:
        recovered = _show_code(record, known, typed, now)
    result = start_session(
        record, known.account, county=known.county, previous_token=previous_token, now=now, step=token
    )
    return Entered(result, codes, recovered)


def _show_code(record: Record, known: _Known, typed: str, now: datetime) -> bool:
    """Take a code of the authenticator or a recovery code; True where it was a recovery code."""
    code, account_id = plain_code(typed), known.account.id
    key = None
    if len(code) > DIGITS:
        with record.read() as session:
            key = fitting_recovery(session, account_id, code)
    if key is not None:
        _demand_taken(
            record.write(known.actor, take_recovery, county=known.county, now=now, account_id=account_id, key=key)
        )
        return True
    _demand_taken(record.write(known.actor, take_code, county=known.county, now=now, account_id=account_id, code=code))
    return False


def _enrol(record: Record, known: _Known, secret: str, typed: str, now: datetime) -> tuple[str, ...]:
    """Keep the key once its first code is right; gives the recovery codes, to be shown this once."""
    steps = fitting_steps(secret, plain_code(typed), now)
    if not steps:
        noted = {"attempt": "account.second_factor", "why": "wrong", "subject": str(known.account.id)}
        record.write(known.actor, note_refusal, county=known.county, now=now, **noted)
        raise Refusal("errors_access.code_wrong", kind="unauthenticated", clause=CLAUSE)
    made = recovery_codes()
    told = {"account_id": known.account.id, "secret": secret, "step": max(steps), "hashes": list(made.values())}
    with sessions_change(record):
        record.write(known.actor, enrol, county=known.county, now=now, **told)
    return tuple(made)


# -- who is logged in already -----------------------------------------------------------------------------------------


def _again(record: Record, actor: Actor, password: str, address: str, now: datetime) -> _Known:
    """Who is logged in, asked for the password once more; raises Refusal for a wrong one."""
    account = _account(record, Account.id == actor.account_id)
    if account is None:
        raise _wrong()
    known = _Known(account, actor, home_of(record, actor))
    _demand_password(record, known, password, address, now)
    return known


def _proven(record: Record, actor: Actor, password: str, address: str, now: datetime) -> _Known:
    known = _again(record, actor, password, address, now)
    record.write(actor, _take_back, county=known.county, now=now, account_id=known.account.id)
    return known


def start_enrolling(record: Record, actor: Actor, password: str, *, address: str, now: datetime) -> Waiting:
    """Offer a key to who is logged in and has none; raises Refusal for a wrong password."""
    known = _again(record, actor, password, address, now)
    waits = _wait(record, known, new_secret(), now)
    with record.read() as session:
        if factor_of(session, known.account.id) is not None:
            raise Refusal("errors_access.factor_there", kind="conflict")
    return waits


def finish_enrolling(record: Record, actor: Actor, token: str, typed: str, *, now: datetime) -> tuple[str, ...]:
    """Keep the key that was offered once its first code is right; gives the recovery codes."""
    known, held = _waiter(record, token, now)
    if known.account.id != actor.account_id or held.secret is None:
        raise login_over()
    known = _Known(known.account, actor, home_of(record, actor))
    _attempt(record, known, now)
    codes = _enrol(record, known, held.secret, typed, now)
    record.write(actor, _proved, county=known.county, now=now, account_id=known.account.id, token=token)
    return codes


def _proved(tx: Tx, *, account_id: UUID, token: str) -> None:
    _take_back(tx, account_id=account_id)
    end_step(tx, token=token)


def renew_recovery(record: Record, actor: Actor, password: str, *, address: str, now: datetime) -> tuple[str, ...]:
    """New recovery codes in place of the old ones; raises Refusal for a wrong password."""
    known = _proven(record, actor, password, address, now)
    made = recovery_codes()
    told = {"account_id": known.account.id, "hashes": list(made.values())}
    record.write(actor, renew_codes, county=known.county, now=now, **told)
    return tuple(made)


def go_without(record: Record, actor: Actor, password: str, *, address: str, now: datetime) -> None:
    """Remove one's own factor; raises Refusal for a wrong password and for who has to have it."""
    known = _proven(record, actor, password, address, now)
    record.write(actor, remove_factor, county=known.county, now=now, account_id=known.account.id)
