"""The second factor: who has to have one, codes by time (RFC 6238), recovery codes; enrolled, renewed, removed, reset."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.orm import selectinload

from data.accounts import actor_of, end_sessions, managed
from data.authority import VERBS
from data.db import Tx
from data.events import append_event
from data.models import Account, RecoveryCode, SecondFactor, Session
from data.passwords import CLAUSE, fits, hash_code
from data.refusals import note_refusal
from data.settings import settings
from policy.errors import Refusal
from policy.vocabulary import Role

Outcome = Literal["taken", "used", "wrong"]
PERIOD: Final = 30  # seconds a code lasts
WINDOW: Final = 1  # steps a clock may be off, either way
RECOVERY: Final = 10  # codes made at once
ISSUER: Final = "OneGrid"
ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is misread from paper
WEIGHTY: Final = frozenset({"decide", "approve", "agree", "unmask"})
MANAGING: Final = "account.manage"


def _weighty(verb: str) -> bool:
    """Whether a verb decides, approves or unmasks, or manages the accounts of who does."""
    return verb == MANAGING or verb.partition(".")[2].split("_")[0] in WEIGHTY


GUARDED: Final = frozenset[Role]().union(*(roles for verb, roles in VERBS.items() if _weighty(verb)))
"""Roles that decide or unmask, and who manages accounts: read from the table of who may do what."""


def must_have_factor(roles: Collection[Role]) -> bool:
    """Whether who holds these roles may act only with a second factor."""
    return settings().second_factor == "required" and not GUARDED.isdisjoint(roles)


# -- codes by time ----------------------------------------------------------------------------------------------------


def new_secret() -> str:
    """A key of 160 bits for an authenticator, in base32."""
    return pyotp.random_base32()


def address_of(secret: str, username: str) -> str:
    """What the QR code says: the key, whose it is and for what."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def plain_code(typed: str) -> str:
    """A code as it was meant: full-width digits, spaces, hyphens and small letters are how it was typed."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed[:64]).upper() if c.isalnum() and c.isascii())


def fitting_steps(secret: str, code: str, now: datetime) -> list[int]:
    """Steps around `now` whose code it is; each is compared, in constant time."""
    clock, here = pyotp.TOTP(secret), int(now.timestamp()) // PERIOD
    around = range(here - WINDOW, here + WINDOW + 1)
    return [step for step in around if hmac.compare_digest(clock.generate_otp(step).encode(), code.encode())]


def take_code(tx: Tx, *, account_id: UUID, code: str) -> Outcome:
    """Accept a code of the authenticator once; refused ones are noted."""
    factor = _own(tx, account_id)
    steps = fitting_steps(factor.secret or "", code, tx.now)
    outcome: Outcome = "wrong" if not steps else "used" if max(steps) <= factor.last_step else "taken"
    if outcome == "taken":
        factor.last_step = max(steps)
    else:
        note_refusal(tx, attempt="account.second_factor", why=outcome, subject=str(account_id))
    return outcome


# -- recovery codes ---------------------------------------------------------------------------------------------------


def recovery_codes() -> dict[str, str]:
    """New recovery codes with their hashes: shown once, kept as hashes. Takes half a second: not in a verb."""
    made = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY)]
    return {f"{one[:5]}-{one[5:]}": hash_code(one) for one in made}


def fitting_recovery(session: DbSession, account_id: UUID, code: str) -> UUID | None:
    """The unused recovery code that was typed; None for none. Takes up to half a second: not in a verb."""
    own = select(RecoveryCode).join(SecondFactor, SecondFactor.id == RecoveryCode.factor_id)
    rows = session.scalars(own.where(SecondFactor.account_id == account_id, RecoveryCode.used_at.is_(None))).all()
    return next((row.id for row in rows if fits(row.code_hash, code)), None)


def take_recovery(tx: Tx, *, account_id: UUID, key: UUID) -> Outcome:
    """Use up a recovery code; the event says how many are left."""
    unused = (RecoveryCode.id == key, RecoveryCode.used_at.is_(None))
    done = tx.session.execute(update(RecoveryCode).where(*unused).values(used_at=tx.now).returning(RecoveryCode.id))
    if done.first() is None:
        note_refusal(tx, attempt="account.second_factor", why="used", subject=str(account_id))
        return "used"
    left = len(_unused(tx.session, _own(tx, account_id).id))
    append_event(
        tx, matter="account", subject_id=account_id, verb="use_recovery_code", facts={"recovery_codes_left": left}
    )
    return "taken"


def _unused(session: DbSession, factor_id: UUID) -> Sequence[UUID]:
    mine = (RecoveryCode.factor_id == factor_id, RecoveryCode.used_at.is_(None))
    return session.scalars(select(RecoveryCode.id).where(*mine)).all()


# -- what an account has ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactorState:
    """What an account must and may have; since when it has it, recovery codes left, when one was last used."""

    required: bool
    offered: bool
    enrolled_at: datetime | None = None
    left: int = 0
    recovered_at: datetime | None = None


def factor_of(session: DbSession, account_id: UUID) -> SecondFactor | None:
    """The second factor of an account; None for none."""
    return session.scalars(select(SecondFactor).where(SecondFactor.account_id == account_id)).first()


def _own(tx: Tx, account_id: UUID) -> SecondFactor:
    factor = factor_of(tx.session, account_id)
    if factor is None:
        raise Refusal("errors_access.no_factor", kind="conflict")
    return factor


def _rule(roles: Collection[Role]) -> tuple[bool, bool]:
    return must_have_factor(roles), settings().second_factor != "off"


def factor_state(session: DbSession, account_id: UUID, roles: Collection[Role]) -> FactorState:
    """What an account has and has to have."""
    factor = factor_of(session, account_id)
    if factor is None:
        return FactorState(*_rule(roles))
    used = select(func.max(RecoveryCode.used_at)).where(RecoveryCode.factor_id == factor.id)
    left = len(_unused(session, factor.id))
    return FactorState(*_rule(roles), factor.enrolled_at, left, session.scalar(used))


# -- enrolled, renewed, removed, reset --------------------------------------------------------------------------------


def enrol(tx: Tx, *, account_id: UUID, secret: str, step: int, hashes: Sequence[str]) -> None:
    """Keep a key whose first code was right at `step`; other sessions of the account, opened without it, end."""
    if factor_of(tx.session, account_id) is not None:
        raise Refusal("errors_access.factor_there", kind="conflict")
    if settings().second_factor == "off":
        raise Refusal("errors_access.factor_off", kind="conflict")
    factor = SecondFactor(
        jurisdiction_id=tx.county.jurisdiction_id,
        account_id=account_id,
        secret=secret,
        enrolled_at=tx.now,
        last_step=step,
    )
    tx.session.add(factor)
    tx.session.flush()
    _keep_codes(tx, factor.id, hashes)
    mine = (Session.account_id == account_id, Session.revoked_at.is_(None))
    own = Session.id == tx.actor.session_id
    tx.session.execute(update(Session).where(*mine, ~own).values(revoked_at=tx.now))
    tx.session.execute(update(Session).where(*mine, own).values(two_factors=True))
    append_event(tx, matter="account", subject_id=account_id, verb="enrol_factor", clause=CLAUSE)


def _keep_codes(tx: Tx, factor_id: UUID, hashes: Sequence[str]) -> None:
    tx.session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id == factor_id))
    tx.session.add_all([RecoveryCode(factor_id=factor_id, code_hash=one) for one in hashes])
    tx.session.flush()


def renew_codes(tx: Tx, *, account_id: UUID, hashes: Sequence[str]) -> None:
    """Put new recovery codes in place of the old ones."""
    _keep_codes(tx, _own(tx, account_id).id, hashes)
    append_event(tx, matter="account", subject_id=account_id, verb="renew_recovery_codes")


def _forget(tx: Tx, factor: SecondFactor) -> None:
    tx.session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id == factor.id))
    tx.session.delete(factor)
    tx.session.flush()


def remove_factor(tx: Tx, *, account_id: UUID) -> None:
    """Go without again; refused to who has to have it."""
    factor = _own(tx, account_id)
    if must_have_factor(tx.actor.roles):
        raise Refusal("errors_access.factor_kept", kind="forbidden", clause=CLAUSE)
    _forget(tx, factor)
    tx.session.execute(update(Session).where(Session.account_id == account_id).values(two_factors=False))
    append_event(tx, matter="account", subject_id=account_id, verb="remove_factor")


def reset_factor(tx: Tx, *, username: str) -> None:
    """Take the factor from an account whose person has lost it: sessions end, it is enrolled anew after the next password."""
    account = managed(tx, username)
    _forget(tx, _own(tx, account.id))
    account.failed_attempts, account.locked_until = 0, None
    end_sessions(tx, account.id)
    append_event(tx, matter="account", subject_id=account.id, verb="reset_factor")


def state_of(session: DbSession, username: str, now: datetime) -> FactorState:
    """What the account of that name has; raises Refusal where there is none."""
    account = session.scalars(select(Account).where(Account.username == username).options(selectinload(Account.grants)))
    found = account.first()
    if found is None:
        raise Refusal("errors_access.no_account", kind="not_found", username=username)
    return factor_state(session, found.id, actor_of(found, now).roles)
