"""Keys of personal data: a data key for each row, wrapped by one key that is kept apart from the database (security.md)."""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data.secret import SHORTEST, good_enough, to_verify_with
from data.settings import Settings, settings
from policy.errors import Refusal

FORMAT: Final = b"\x01"
"""First byte of whatever is encrypted: AES-256-GCM, 12 bytes of nonce, ciphertext with its tag."""
NONCE: Final = 12
LENGTH: Final = 32


class SealBroken(Exception):
    """What is stored does not open with this key in this place: another key, another place, or other bytes."""


class Cipher:
    """One key; `bound` is what a ciphertext belongs to, without which it does not open."""

    def __init__(self, key: bytes) -> None:
        """`key` of 32 bytes."""
        self._gcm = AESGCM(key)

    def seal(self, plain: bytes, bound: bytes) -> bytes:
        """Encrypt; the same text never gives the same bytes."""
        nonce = os.urandom(NONCE)
        return FORMAT + nonce + self._gcm.encrypt(nonce, plain, FORMAT + bound)

    def open(self, sealed: bytes, bound: bytes) -> bytes:
        """Decrypt; raises SealBroken."""
        try:
            if sealed[:1] != FORMAT:
                raise SealBroken
            return self._gcm.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], FORMAT + bound)
        except (InvalidTag, ValueError) as why:
            raise SealBroken from why


class Keyring:
    """What is derived from the administrator's secret: the key that wraps data keys, and the key of digests."""

    def __init__(self, secret: str) -> None:
        """`secret` as it is set: long and random, so that no stretching is needed."""
        self._wrapping = Cipher(_derived(secret, b"onegrid data keys"))
        self._digests = _derived(secret, b"onegrid digests")

    def fresh(self, bound: bytes) -> tuple[bytes, Cipher]:
        """A new data key: as it is stored, and ready for use."""
        key = os.urandom(LENGTH)
        return self._wrapping.seal(key, bound), Cipher(key)

    def unwrap(self, stored: bytes, bound: bytes) -> Cipher:
        """A stored data key, ready for use; raises SealBroken."""
        return Cipher(self._wrapping.open(stored, bound))

    def digest(self, kind: str, place: UUID, text: str) -> str:
        """A keyed digest by which an equal text is found again within a jurisdiction, spaces, width and case aside."""
        plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
        words = b"\0".join((kind.encode(), place.bytes, plain.encode()))
        return hmac.new(self._digests, words, hashlib.sha256).hexdigest()


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=LENGTH, salt=None, info=purpose).derive(secret.encode())


def keyring() -> Keyring:
    """The keys of this process; raises Refusal where the administrator has yet to set a secret."""
    return keyring_of(settings())


def keyring_of(chosen: Settings) -> Keyring:
    """The keys that `chosen` names: `ONEGRID_DATA_KEY`, else derived from `ONEGRID_SECRET` or the demonstration's own."""
    told = (chosen.data_key, chosen.secret, chosen.var, chosen.demo)
    if told not in _OPENED:
        _OPENED[told] = Keyring(_secret(chosen))
    return _OPENED[told]


_OPENED: Final[dict[tuple[str, str, Path, bool], Keyring]] = {}


def _secret(chosen: Settings) -> str:
    if not chosen.data_key:
        return to_verify_with(chosen).secret
    if not good_enough(chosen.data_key):
        raise Refusal("errors_personal.key_weak", kind="unavailable", least=SHORTEST)
    return chosen.data_key
