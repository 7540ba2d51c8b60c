"""What a sealed file holds 密封案卷: events as they were hashed, words with their salt, documents, evidence, the bound volume."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.anchors import read_anchors
from data.authority import Subject, authorise
from data.casework.case_written import WORDED
from data.casework.papers import papers_of
from data.casework.volumes import file_name
from data.db import Tx
from data.events import READ
from data.evidence.store import there
from data.models import Case, CaseEntry, Event, Lead
from data.papers.bind import bind
from data.papers.casefile import CaseFile
from data.papers.store import kept
from data.queries.case_head import read_head
from data.queries.case_history import subjects_of
from data.queries.named import names_of
from data.said import KEY, kept_words
from data.settings import Settings
from policy.errors import Refusal
from policy.text import LANGUAGES, say

PIECE: Final = 1 << 20
VERIFIER: Final = Path(__file__).parents[2] / "docs" / "verify_export.py"
PACKED: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".mp4", ".pdf", ".docx", ".zip"})
"""Endings of files that are packed already."""
ENDINGS: Final = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "video/mp4": ".mp4", "application/pdf": ".pdf",
}  # fmt: skip


class Parcel:
    """The archive while it is filled: every file is hashed as it goes in."""

    def __init__(self, path: Path) -> None:
        self.zip = ZipFile(path, "w", ZIP_DEFLATED)
        self.listed: list[dict[str, Any]] = []

    def put(self, name: str, pieces: Iterable[bytes], **about: Any) -> None:
        """One file, told in the manifest with its size and hash."""
        digest, size = hashlib.sha256(), 0
        info = ZipInfo(name)
        info.external_attr = 0o644 << 16
        info.compress_type = ZIP_STORED if Path(name).suffix in PACKED else ZIP_DEFLATED
        with self.zip.open(info, "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self.listed.append({"path": name, "size": size, "sha256": digest.hexdigest(), **about})

    def lines(self, name: str, rows: Iterable[Any]) -> None:
        """A file of JSON, one object a line."""
        self.put(name, (_json(row) + b"\n" for row in rows))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()


@dataclass(frozen=True, slots=True)
class Held:
    """What went into the archive: events of the file, the last event of the whole chain that is in it (0: without it)."""

    events: int
    papers: int
    evidence: int
    left_out: list[dict[str, Any]]
    linked_to: int


def fill(tx: Tx, case: Case, parcel: Parcel, settings: Settings, *, masked: bool, chain: bool) -> Held:
    """Everything of the file but the manifest and the seal; raises Refusal for what is gone or was altered."""
    rows = events_of(tx.session, _subjects(tx.session, case))
    parcel.lines("events.jsonl", (as_hashed(row) for row in rows))
    anchors = list(read_anchors(settings.var, tx.county.code, settings.secret))
    parcel.lines("anchors.jsonl", (one for one in anchors if one["sequence"] >= rows[0].sequence))
    parcel.put("case.json", [_json(_sheet(tx, case))])
    parcel.put("README.txt", ["\n\n".join(say("supervising_files.readme", lang) for lang in LANGUAGES).encode()])
    parcel.put("verify_export.py", [VERIFIER.read_bytes()])
    papers, evidence, left_out = _files(tx, case, parcel, settings.var, masked=masked)
    if not masked:
        parcel.lines("words.jsonl", _words(tx, case, rows))
        parcel.lines("entries.jsonl", _written(tx.session, case, rows))
        parcel.put("file.pdf", [bind(tx.session, tx.county, case, settings.var, now=tx.now)])
    last = _whole_chain(tx, parcel, rows[0].sequence) if chain else 0
    return Held(len(rows), papers, evidence, left_out, last)


def _subjects(session: Session, case: Case) -> list[UUID]:
    """The case with what belongs to it, and the lead it comes from: evidence is often told there."""
    return [*subjects_of(session, case), *([case.lead_id] if case.lead_id else [])]


def events_of(session: Session, subjects: list[UUID]) -> list[Event]:
    """Events of some matters, oldest first."""
    return list(session.scalars(select(Event).where(Event.subject_id.in_(subjects)).order_by(Event.sequence)))


def as_hashed(row: Event) -> dict[str, Any]:
    """An event with its columns in the form in which they are hashed."""
    told = {name: getattr(row, name) for name in READ if name != "position"}
    at = row.at.astimezone(UTC).replace(tzinfo=None).isoformat("T", "microseconds") + "Z"
    return told | {"at": at, "actor_id": str(row.actor_id or ""), "subject_id": str(row.subject_id)}


def _words(tx: Tx, case: Case, rows: list[Event]) -> list[dict[str, Any]]:
    """What was said at the events; what was said at those of the lead is left out, and marked, for who may not read them."""
    lead = tx.session.get(Lead, case.lead_id) if case.lead_id else None
    towns = frozenset({lead.township_code} if lead is not None and lead.township_code else ())
    place = Subject(tx.county.jurisdiction_id, towns, nowhere=not towns)
    hidden = lead is not None and not authorise(tx.actor, "event.read", place, tx.now).allowed
    own = [row for row in rows if not (hidden and row.subject_id == case.lead_id)]
    kept = set(_spoken(own))
    return [
        *kept_words(tx.session, _spoken(own)),
        *({KEY: key, "left_out": True} for key in _spoken(rows) if key not in kept),
    ]


def _spoken(rows: Iterable[Event]) -> list[str]:
    facts = (json.loads(row.facts) for row in rows)
    return [str(fact[KEY]) for fact in facts if KEY in fact]


def _written(session: Session, case: Case, rows: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """What was written into the file, by name, so that each can be held against the digest in its event."""
    facts = [json.loads(row.facts) for row in rows]
    digests = {fact["entry"]: fact["words_sha256"] for fact in facts if "entry" in fact and "words_sha256" in fact}
    erased = case.erased_at.isoformat() if case.erased_at is not None else None
    query = select(CaseEntry).where(CaseEntry.case_id == case.id).order_by(CaseEntry.at, CaseEntry.id)
    for row in session.scalars(query):
        told = {"entry": str(row.id), "kind": row.kind, "at": row.at.isoformat(), "author": row.author}
        yield told | ({"erased_at": erased} if erased else {"words": _named(row, digests.get(str(row.id)))})


def _named(row: CaseEntry, digest: str | None) -> dict[str, str]:
    """The words of an entry by their names; the row keeps the chief one without its own."""
    ways = [{**row.details, name: row.text} for name in WORDED if name not in row.details]
    return next((words for words in ways if _digest(words) == digest), {**row.details, "words": row.text})


def _digest(words: Mapping[str, str]) -> str:
    return hashlib.sha256("\n".join(f"{name}:{text}" for name, text in sorted(words.items())).encode()).hexdigest()


def _sheet(tx: Tx, case: Case) -> dict[str, Any]:
    """The head of the case as its page shows it: the party masked (PI 51)."""
    return asdict(read_head(tx.session, tx.actor, tx.county, case, tx.now, names_of(tx.session, tx.county), "zh"))


# -- documents and evidence --------------------------------------------------------------------------------------------


def _files(tx: Tx, case: Case, parcel: Parcel, folder: Path, *, masked: bool) -> tuple[int, int, list[dict[str, Any]]]:
    """Documents that stand and the evidence of the file; what is masked or was erased is named with its hash instead."""
    left_out: list[dict[str, Any]] = []
    papers, evidence = papers_of(tx.session, case), CaseFile(tx.session, tx.county, case, tx.now).evidence
    for place, paper in enumerate(papers, start=1):
        about = {"what": "paper", "number": paper.number, "template": paper.template}
        name = file_name(f"{place:02d}", say(f"papers.kind.{paper.template}"), paper.number, ending="docx")
        if masked:
            left_out.append(about | {"sha256": paper.sha256, "why": "masked"})
        else:
            parcel.put(f"papers/{name}", [kept(folder, paper.sha256 or "", paper.number)], **about)
    for place, one in enumerate(evidence, start=1):
        about = {"what": "evidence", "kind": one.kind, "received_at": one.received_at.isoformat()}
        if masked or one.erased_at is not None:
            left_out.append(about | {"sha256": one.sha256, "why": "erased" if one.erased_at else "masked"})
        else:
            name = f"evidence/{place:02d}-{one.sha256[:12]}{ENDINGS.get(one.media_type, '.bin')}"
            parcel.put(name, _whole(there(folder, one.sha256), one.sha256), **about)
    return len(papers), len(evidence), left_out


def _whole(path: Path, sha256: str) -> Iterator[bytes]:
    """The bytes of a file of evidence; Refusal where they are no longer those that were taken in."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            digest.update(piece)
            yield piece
    if digest.hexdigest() != sha256:
        raise Refusal("errors_files.evidence_altered", kind="unavailable", sha256=sha256[:12])


# -- the chain ---------------------------------------------------------------------------------------------------------


def _whole_chain(tx: Tx, parcel: Parcel, first: int) -> int:
    """Every event of the county from the first of the file on; gives the last."""
    last = first

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal last
        for row in between(tx.session, tx.county.jurisdiction_id, first, None):
            last = row.sequence
            yield as_hashed(row)

    parcel.lines("chain.jsonl", rows())
    return last


def between(session: Session, place: UUID, first: int, last: int | None) -> Iterator[Event]:
    """Events of the chain from one sequence to another, both included."""
    query = select(Event).where(Event.jurisdiction_id == place, Event.sequence >= first)
    query = query.where(Event.sequence <= last) if last is not None else query
    yield from session.scalars(query.order_by(Event.sequence).execution_options(yield_per=2_000))
