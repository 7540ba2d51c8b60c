"""A document rendered before its step: what it was rendered from is held against the record when the step is taken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from policy.zone import CHINA


class Stale(Exception):
    """A draft does not say any more what the record says: it is rendered again."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A rendered document, the number it bears, when it was rendered, and the digest of what it was rendered from."""

    number: str
    at: datetime
    digest: str
    content: bytes

    def still(self, number: str, digest: str, now: datetime) -> bytes:
        """The document, where number, day and everything it prints are those of now; raises Stale."""
        same_day = self.at.astimezone(CHINA).date() == now.astimezone(CHINA).date()
        if (self.number, self.digest) != (number, digest) or not same_day:
            raise Stale(self.number)
        return self.content


def digest_of(template: Path, fields: Mapping[str, Any], told: Mapping[str, str]) -> str:
    """SHA-256 of the template's bytes, of every field, and of what the document was told."""
    words = json.dumps([fields, told], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(template.read_bytes() + b"\0" + words.encode()).hexdigest()
