"""Passwords: argon2id and the complexity that classified protection asks for; tokens and their hashes."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from policy.errors import Refusal

CLAUSE: Final = "GB/T 22239-2019 8.1.4.1"  # identification and authentication, level three
LENGTH: Final = 8
KINDS: Final = 3  # of lower case, upper case, digits, others
LONGEST: Final = 256  # so that nobody makes the server hash a book
UNUSABLE: Final = "!"  # no password fits: devices and accounts of other systems


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def _kinds(password: str) -> int:
    tests = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    return sum(any(test(c) for c in password) for test in tests)


def check_complexity(password: str, username: str) -> None:
    """Raise a Refusal unless the password is long and mixed enough and does not hold the user name (CLAUSE)."""
    fits = LENGTH <= len(password) <= LONGEST and _kinds(password) >= KINDS
    if not fits or (username and username.lower() in password.lower()):
        raise Refusal("errors_access.weak_password", clause=CLAUSE, length=LENGTH, longest=LONGEST, kinds=KINDS)


def hash_password(password: str, username: str) -> str:
    """Argon2id hash of a password that is complex enough; raises Refusal otherwise. Takes some 50 ms: not in a verb."""
    check_complexity(password, username)
    return _hasher().hash(password)


def hash_code(code: str) -> str:
    """Argon2id hash of a code that we made ourselves. Takes some 50 ms: not in a verb."""
    return _hasher().hash(code)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; takes as long for an account that does not exist (None)."""
    try:
        right = _hasher().verify(password_hash or _nobody(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return right and password_hash is not None


def new_token() -> str:
    """A secret of 256 bits for a cookie or a header."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token: a token is random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
