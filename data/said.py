"""Words of a step beside the chain: sealed and erasable, while the event holds a digest keyed by a salt that goes with them."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from data.keys import row_key
from data.models.said import Said
from policy.errors import Refusal
from policy.text import say
from policy.zone import CHINA

KEY: Final = "said"
"""Fact of an event that names the row of its words."""
ERASED_WORDS: Final = "erased_words"
"""Fact of an erasure that names the rows of words it destroyed."""
_MARK, _ERASES = f'"{KEY}":"', f'"{ERASED_WORDS}":['
_BATCH: Final = 500


def keep_words(
    session: Session, place: UUID, *, matter: str, subject_id: UUID, verb: str, at: datetime, words: Mapping[str, str]
) -> dict[str, Any]:
    """Seal the words of a step; gives what its event holds of them: which row, which words, their digest."""
    salt = secrets.token_hex(32)
    row = Said(id=uuid7(), jurisdiction_id=place, matter=matter, subject_id=subject_id, verb=verb, at=at)
    row.words = json.dumps({"salt": salt, "words": dict(words)}, ensure_ascii=False, sort_keys=True)
    session.add(row)
    return {KEY: str(row.id), "said_digest": _digest(salt, words), "said_fields": sorted(words)}


def _digest(salt: str, words: Mapping[str, str]) -> str:
    text = json.dumps(dict(words), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(bytes.fromhex(salt), text.encode("ascii"), "sha256").hexdigest()


def with_words(session: Session, facts: Sequence[Mapping[str, Any]], lang: str = "zh") -> list[dict[str, Any]]:
    """Facts of events with their words in place, or when these were erased; events of before held them in plain."""
    rows = _rows(session, [fact[KEY] for fact in facts if KEY in fact])
    return [_plain(fact) | _shown(fact, rows.get(fact[KEY]), lang) if KEY in fact else dict(fact) for fact in facts]


def _plain(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fact.items() if name not in (KEY, "said_digest", "said_fields")}


def _shown(fact: Mapping[str, Any], row: Said | None, lang: str) -> dict[str, str]:
    names = [str(name) for name in fact.get("said_fields", ())]
    if row is not None and row.erased_at is not None:
        day = row.erased_at.astimezone(CHINA).date().isoformat()
        return dict.fromkeys(names, say("personal.erased_on", lang, day=day))
    try:
        return _opened(row)[1] if row is not None else dict.fromkeys(names, say("personal.unreadable", lang))
    except (Refusal, ValueError):
        return dict.fromkeys(names, say("personal.unreadable", lang))


def _opened(row: Said) -> tuple[str, dict[str, str]]:
    """Salt and words of a row; raises Refusal for what does not open, ValueError for what is none."""
    try:
        found = json.loads(row.words or "")
        return str(found["salt"]), {str(name): str(text) for name, text in found["words"].items()}
    except (KeyError, TypeError, AttributeError) as why:
        raise ValueError(str(row.id)) from why


def kept_words(session: Session, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of words as they are kept, for an export that somebody else verifies: salt and words, or when they were erased.

    Raises ValueError or Refusal for what does not open: nothing is left out unseen.
    """
    found: list[dict[str, Any]] = []
    for key, row in _rows(session, keys).items():
        if row.erased_at is not None:
            found.append({KEY: key, "erased_at": row.erased_at.isoformat()})
            continue
        salt, words = _opened(row)
        found.append({KEY: key, "salt": salt, "words": words})
    return found


def _rows(session: Session, keys: Iterable[str]) -> dict[str, Said]:
    wanted = [row_key(one) for one in keys]
    found: dict[str, Said] = {}
    for some in _parts(wanted):
        found |= {str(row.id): row for row in session.scalars(select(Said).where(Said.id.in_(some)))}
    return found


def _parts(many: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (many[first : first + _BATCH] for first in range(0, len(many), _BATCH))


# -- erased ------------------------------------------------------------------------------------------------------------


def erase_words(session: Session, subjects: Iterable[UUID], at: datetime) -> list[str]:
    """Destroy the keys of what was said at the steps of some matters; gives the rows, which the erasure's event names."""
    query = select(Said).where(Said.subject_id.in_(list(subjects)), Said.erased_at.is_(None)).order_by(Said.id)
    rows = list(session.scalars(query.with_for_update()))
    return [str(row.id) for row in rows if row.forget(at)]


# -- verified ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spoken:
    """An event whose words stand beside the chain."""

    sequence: int
    verb: str
    subject: str | None
    at: datetime | None
    key: str
    digest: str


@dataclass
class WordsSeen:
    """Words of the events that a verification went over, and those that erasures say they destroyed."""

    spoken: list[Spoken] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)

    def see(self, row: Any) -> None:
        """Note an event that holds the digest of words, or that erased some."""
        if _MARK in row.facts:
            fact = json.loads(row.facts)
            key, digest = str(fact[KEY]), str(fact.get("said_digest", ""))
            self.spoken.append(Spoken(row.sequence, row.verb, row.subject_number, moment(row.at), key, digest))
        if _ERASES in row.facts:
            self.erased |= {str(key) for key in json.loads(row.facts)[ERASED_WORDS]}

    def fault(self, session: Session, *, whole: bool = True) -> tuple[str, Spoken] | None:
        """The first event whose words are not those it holds the digest of; `whole` when every erasure was seen."""
        for some in _parts(self.spoken):
            rows = _rows(session, [one.key for one in some])
            for one in some:
                why = self._wrong(one, rows.get(one.key), whole)
                if why is not None:
                    return why, one
            session.expunge_all()
        return None

    def _wrong(self, one: Spoken, row: Said | None, whole: bool) -> str | None:
        if row is None:
            return "words_missing"
        if row.erased_at is not None:
            return "words_gone" if whole and one.key not in self.erased else None
        try:
            salt, words = _opened(row)
            right = _digest(salt, words) == one.digest
        except (Refusal, ValueError):
            right = False
        return None if right else "words_altered"


def moment(at: datetime | str) -> datetime | None:
    """The time of an event for people; none where what stands there is no time."""
    try:
        return datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at
    except ValueError:
        return None
