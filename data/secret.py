"""The secret that signs anchors: set by the administrator; only the demonstration may make its own."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from data.settings import Settings
from policy.errors import Refusal

SHORTEST: Final = 32
VARIETY: Final = 10  # different characters; a row of one letter or "changeme" repeated is an example, not a secret
FILE: Final = "demonstration.secret"


def good_enough(secret: str) -> bool:
    """Whether a secret is long and varied enough to sign with."""
    return len(secret) >= SHORTEST and len(set(secret)) >= VARIETY


def with_secret(settings: Settings) -> Settings:
    """The settings with a secret that may be used; raises Refusal where an administrator has yet to set one."""
    if good_enough(settings.secret):
        return settings
    if settings.secret or not settings.demo:
        raise Refusal("errors_record.secret_missing", kind="unavailable", least=SHORTEST)
    return settings.model_copy(update={"secret": _own(settings.var)})


def to_verify_with(settings: Settings) -> Settings:
    """The settings with the secret that anchors were signed with; a demonstration's own is found without being told."""
    kept = settings.var / FILE
    if not settings.secret and kept.is_file():
        return settings.model_copy(update={"secret": kept.read_text("ascii")})
    return with_secret(settings)


def own_secret(settings: Settings) -> None:
    """A demonstration that was given no secret makes its own, by which its invented personal data is encrypted."""
    if not settings.secret and not settings.data_key:
        _own(settings.var)


def _own(folder: Path) -> str:
    """The demonstration's own secret, made once and kept, so that its anchors fit after a restart."""
    file = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(48))
    return file.read_text("ascii")
