"""The event chain: one row a step, in the step's own savepoint, hashed to the one before (security.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, String, column, insert, select, table, type_coerce
from sqlalchemy.orm import Session, aliased

from data.authority import Actor
from data.db import Record, Tx
from data.heads import GENESIS, Head, heads_of, store_heads
from data.models import Certificate, ChainHead, Event
from data.said import WordsSeen, keep_words, moment
from data.settings import settings
from policy.text import Word, say

READ: Final = (
    "position", "sequence", "at", "actor_id", "algorithm", "role", "organ", "certificate", "matter", "subject_id",
    "subject_number", "verb", "from_state", "to_state", "facts", "clause", "profile_digest", "previous", "hash",
)  # fmt: skip
"""Columns in the order in which verification takes them: 5–8 and 10–16 are hashed as they stand."""
APPENDED: Final = insert(table("event", *(column(name) for name in (*READ[1:], "jurisdiction_id"))))
"""Without the model's types: what is appended is handed over as the database keeps it."""
_TEXT: Final = frozenset({"at", "actor_id", "subject_id"})
PAGE: Final = 20_000  # events read at a time while verifying


@dataclass(frozen=True, slots=True)
class EventDraft:
    """A step before it has its place in the chain; facts hold references, never personal data."""

    at: datetime
    matter: str
    subject_id: UUID
    verb: str
    role: str = "system"
    actor_id: UUID | None = None
    organ: str | None = None
    certificate: str | None = None
    subject_number: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    clause: str | None = None
    profile_digest: str | None = None


def canonical(facts: Mapping[str, Any]) -> str:
    """Canonical JSON: sorted keys, ASCII escapes, no floats (raises TypeError); the text that is stored and hashed."""
    _no_floats(facts)
    return json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _no_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("events hold no floats: give integers or text (metres, seconds, micro-degrees)")
    if isinstance(value, Mapping):
        for inner in value.values():
            _no_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _no_floats(inner)


def _encode(body: tuple[Any, ...]) -> str:
    """The columns of an event as one JSON list, without blanks."""
    return f"[{','.join([_written(value) for value in body])}]"


def _written(value: str | int | None) -> str:
    if value is None:
        return "null"
    return encode_basestring_ascii(value) if isinstance(value, str) else str(value)


def _instant(at: datetime | str) -> str:
    """An aware UTC time to the microsecond, as it is hashed; text is the time as SQLite keeps it."""
    if isinstance(at, str):
        return f"{at[:10]}T{at[11:]}Z"
    return at.replace(tzinfo=None).isoformat("T", "microseconds") + "Z"


def _key(key: UUID | str | None) -> str:
    """A key as it is hashed, none as nothing; text is the key as SQLite keeps it."""
    if isinstance(key, str):
        return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
    return "" if key is None else str(key)


def _hash(algorithm: str, previous: str, body: tuple[Any, ...]) -> str:
    """Hash of an event: the hash before it, then its columns as one JSON list."""
    return hashlib.new(algorithm, (previous + _encode(body)).encode("ascii")).hexdigest()


def _body(sequence: int, draft: EventDraft, facts: str) -> tuple[Any, ...]:
    return (
        sequence,
        _instant(draft.at.astimezone(UTC)),
        str(draft.actor_id or ""),
        draft.role,
        draft.organ,
        draft.certificate,
        draft.matter,
        str(draft.subject_id),
        draft.subject_number,
        draft.verb,
        draft.from_state,
        draft.to_state,
        facts,
        draft.clause,
        draft.profile_digest,
    )


Kept = Callable[[Any], Any]


def _as_text(value: UUID | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return None if value is None else value.hex


def _kept(connection: Connection) -> Kept:
    """How a key or a moment is handed to the driver: as the types of the model do it, at a fraction of their cost."""
    return _as_text if connection.dialect.name == "sqlite" else (lambda value: value)


def _row(place: Any, algorithm: str, previous: str, sequence: int, draft: EventDraft, kept: Kept) -> dict[str, Any]:
    facts = canonical(draft.facts)
    return {
        "jurisdiction_id": place,
        "sequence": sequence,
        "at": kept(draft.at),
        "actor_id": kept(draft.actor_id),
        "role": draft.role,
        "organ": draft.organ,
        "certificate": draft.certificate,
        "matter": draft.matter,
        "subject_id": kept(draft.subject_id),
        "subject_number": draft.subject_number,
        "verb": draft.verb,
        "from_state": draft.from_state,
        "to_state": draft.to_state,
        "facts": facts,
        "clause": draft.clause,
        "profile_digest": draft.profile_digest,
        "algorithm": algorithm,
        "previous": previous,
        "hash": _hash(algorithm, previous, _body(sequence, draft, facts)),
    }


def append_many(
    connection: Connection,
    jurisdiction_id: UUID,
    drafts: Iterable[EventDraft],
    *,
    algorithm: str | None = None,
    batch: int = 5_000,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Append `drafts` in their order (callers sort by time) and move the head; gives how many were written."""
    algorithm = algorithm or settings().hash
    heads = heads_of(connection)
    if jurisdiction_id not in heads.now:
        heads.now[jurisdiction_id] = _stored_head(connection, jurisdiction_id)
    sequence, previous, _ = heads.now[jurisdiction_id]
    kept = _kept(connection)
    place = kept(jurisdiction_id)
    first, rows, last_at = sequence, [], None
    for draft in drafts:
        sequence += 1
        row = _row(place, algorithm, previous, sequence, draft, kept)
        previous, last_at = row["hash"], draft.at
        rows.append(row)
        if len(rows) >= batch:
            connection.execute(APPENDED, rows)
            if progress:
                progress(len(rows))
            rows = []
    if rows:
        connection.execute(APPENDED, rows)
    if last_at is not None:
        heads.now[jurisdiction_id] = (sequence, previous, last_at)
    if not heads.shared:
        store_heads(connection, heads)
    return sequence - first


def _stored_head(connection: Connection, jurisdiction_id: UUID) -> Head:
    query = select(ChainHead.sequence, ChainHead.hash).where(ChainHead.jurisdiction_id == jurisdiction_id)
    row = connection.execute(query.with_for_update()).first()
    return (row.sequence, row.hash, None) if row else (0, GENESIS, None)


def _certificate_of(tx: Tx, actor: Actor) -> str | None:
    if actor.person_id is None:
        return None
    return tx.session.scalars(
        select(Certificate.number)
        .where(
            Certificate.person_id == actor.person_id, Certificate.valid_from <= tx.now, Certificate.valid_to > tx.now
        )
        .order_by(Certificate.valid_to.desc())
        .limit(1)
    ).first()


def append_event(
    tx: Tx,
    *,
    matter: str,
    subject_id: UUID,
    verb: str,
    subject_number: str | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    facts: Mapping[str, Any] | None = None,
    clause: str | None = None,
    words: Mapping[str, str] | None = None,
) -> None:
    """Write the event of a step into the chain of the step's county, in the step's savepoint; call it last.

    `words` are what somebody typed: they are sealed beside the chain, which holds their digest (PI 47).
    """
    said = {name: text for name, text in (words or {}).items() if text}
    about: dict[str, Any] = {"matter": matter, "subject_id": subject_id, "verb": verb}
    kept = keep_words(tx.session, tx.county.jurisdiction_id, at=tx.now, words=said, **about) if said else {}
    step = EventDraft(
        at=tx.now,
        **about,
        subject_number=subject_number,
        from_state=from_state,
        to_state=to_state,
        facts={**(facts or {}), **kept},
        clause=clause,
    )
    append_steps(tx, [step])


def append_steps(tx: Tx, steps: Iterable[EventDraft]) -> None:
    """Write the events of several steps of one verb, each with who acts, for whom, by which certificate and profile."""
    tx.session.flush()
    certificate = _certificate_of(tx, tx.actor)
    signed = (
        replace(
            step,
            role=tx.actor.acting_role(f"{step.matter}.{step.verb}"),
            actor_id=tx.actor.account_id,
            organ=tx.actor.organ_for(f"{step.matter}.{step.verb}"),
            certificate=certificate,
            profile_digest=tx.county.profile.digest,
        )
        for step in steps
    )
    append_many(tx.session.connection(), tx.county.jurisdiction_id, signed)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a look at the whole chain found; `fault` is a key of the catalogue (`audit.<fault>`), None when whole."""

    events: int
    head: str
    fault: str | None = None
    sequence: int | None = None
    verb: str | None = None
    subject: str | None = None
    at: datetime | None = None

    @property
    def whole(self) -> bool:
        """True when every event and every anchor agrees."""
        return self.fault is None

    def word(self) -> Word:
        """The result as a parameter of another sentence."""
        facts = {"events": self.events, "sequence": self.sequence, "verb": self.verb, "subject": self.subject}
        return Word(f"audit.{self.fault or 'whole'}", {"head": self.head[:16], "at": self.at, **facts})

    def sentence(self, lang: str = "zh") -> str:
        """The result in words, naming the first wrong event."""
        said = self.word()
        return say(said.key, lang, **said.params)


def _columns(connection: Connection) -> list[ColumnElement[Any]]:
    """The columns as they are hashed: SQLite keeps times and keys as text, which need not be made into objects first."""
    columns = [Event.__table__.c[name] for name in READ]
    if connection.dialect.name != "sqlite":
        return list(columns)
    return [type_coerce(one, String).label(one.name) if one.name in _TEXT else one for one in columns]


def _pages(connection: Connection, jurisdiction_id: UUID) -> Iterator[Row[Any]]:
    columns, last = _columns(connection), -1
    while True:
        rows = connection.execute(
            select(*columns)
            .where(Event.jurisdiction_id == jurisdiction_id, Event.sequence > last)
            .order_by(Event.sequence)
            .limit(PAGE)
        ).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].sequence


def _fault_of(row: Any, expected: int, previous: str) -> str | None:
    if row.sequence != expected:
        return "missing"
    if row.previous != previous:
        return "broken_link"
    body = (row.sequence, _instant(row.at), _key(row.actor_id), *row[5:9], _key(row.subject_id), *row[10:17])
    try:
        digest = _hash(row.algorithm, previous, body)
    except ValueError:
        return "altered"
    return None if digest == row.hash else "altered"


def verify(
    record: Record,
    jurisdiction_id: UUID,
    *,
    anchors: Iterable[Mapping[str, Any]] = (),
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Recompute the whole chain and hold it against its head and the anchors; names the first wrong event."""
    marks = {int(anchor["sequence"]): str(anchor["hash"]) for anchor in anchors}
    expected, previous, words = 0, GENESIS, WordsSeen()
    with record.read() as session:
        connection = session.connection()
        for row in _pages(connection, jurisdiction_id):
            expected += 1
            fault = _fault_of(row, expected, previous)
            if fault is None and marks.get(expected, row.hash) != row.hash:
                fault = "anchor_differs"
            if fault is not None:
                at = moment(row.at)
                return Verification(expected - 1, previous, fault, expected, row.verb, row.subject_number, at)
            previous = row.hash
            words.see(row)
            if progress and expected % PAGE == 0:
                progress(expected)
        head = connection.execute(select(ChainHead).where(ChainHead.jurisdiction_id == jurisdiction_id)).first()
        found = _against_head(expected, previous, head.sequence if head else 0, head.hash if head else GENESIS, marks)
        return _with_words(found, words, session)


def verify_subjects(session: Session, jurisdiction_id: UUID, subjects: Sequence[UUID]) -> Verification:
    """Recompute the events of some matters alone and hold each against the event before it: quick, and it says nothing of
    the rest of the chain."""
    before = aliased(Event)
    rows = session.execute(
        select(*(Event.__table__.c[name] for name in READ), before.hash.label("before"))
        .outerjoin(before, (before.jurisdiction_id == jurisdiction_id) & (before.sequence == Event.sequence - 1))
        .where(Event.subject_id.in_(subjects))  # by county too, SQLite would walk its whole chain in order
        .order_by(Event.sequence)
    ).all()
    words = WordsSeen()
    for seen, row in enumerate(rows):
        words.see(row)
        previous = row.before or (GENESIS if row.sequence == 1 else "")
        fault = _fault_of(row, row.sequence, previous)
        if fault is not None:
            return Verification(seen, row.previous, fault, row.sequence, row.verb, row.subject_number, row.at)
    return _with_words(Verification(len(rows), rows[-1].hash if rows else GENESIS), words, session, whole=False)


def _with_words(found: Verification, words: WordsSeen, session: Session, *, whole: bool = True) -> Verification:
    """A chain that is whole, held against the words that stand beside it."""
    wrong = words.fault(session, whole=whole) if found.whole else None
    if wrong is None:
        return found
    fault, at = wrong
    return replace(found, fault=fault, sequence=at.sequence, verb=at.verb, subject=at.subject, at=at.at)


def _against_head(
    events: int, digest: str, head_sequence: int, head_hash: str, marks: Mapping[int, str]
) -> Verification:
    beyond = max(marks, default=0)
    if beyond > events:
        return Verification(events, digest, "cut_tail", events + 1)
    if head_sequence != events or head_hash != digest:
        return Verification(events, digest, "head_differs", events + 1)
    return Verification(events, digest)
