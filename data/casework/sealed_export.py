"""A file taken out sealed 密封案卷: everything of it with hashes, bound to one event of the chain and an anchor at that event.

Whoever holds the archive verifies it with `docs/verify_export.py`, which it holds itself, without this system.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from data.anchors import append_anchor
from data.authority import Actor, Subject, demand
from data.casework.cases import subject_of
from data.casework.papers import allowed_reader
from data.casework.sealed_parts import Held, Parcel, as_hashed, between, fill
from data.casework.volumes import file_name
from data.county import County
from data.db import Record, Tx
from data.events import append_event
from data.models import Case, Event
from data.secret import to_verify_with
from data.settings import Settings, settings
from policy.errors import Refusal
from policy.text import say

FORMAT: Final = "onegrid-sealed-file"
VERSION: Final = 1
VERB: Final = "seal_file"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A sealed file on disk: what it is called, where it lies, what it holds, and the event it hangs on."""

    number: str
    name: str
    path: Path
    files: int
    events: int
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: `masked` leaves documents, evidence and words out; `chain` adds the county's chain up to now."""

    number: str
    reason: str
    masked: bool = False
    chain: bool = False


def seal_file(
    record: Record,
    actor: Actor,
    county: County,
    *,
    number: str,
    reason: str,
    masked: bool = False,
    chain: bool = False,
    into: Path | None = None,
) -> SealedFile:
    """Export the file of a case sealed; told in the chain with the hash of its manifest, and anchored there.

    The archive is the caller's: it is written into the folder `into` (our own when left out) and never deleted here.
    Raises Refusal for who may not, who does not say why, or a document that is gone or was altered.
    """
    wish = Wish(number, reason, masked, chain)
    record.write(actor, may_seal, county=county, number=number, reason=reason, chain=chain)
    house = to_verify_with(settings())
    folder = into or house.var / "sealed"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as handle:
        path = Path(handle.name)
    try:
        return _sealed(record, actor, county, wish, house, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def may_seal(tx: Tx, *, number: str, reason: str, chain: bool = False) -> None:
    """Refuse, before anything is bound, who may not take the file out, or the chain with it, or does not say why (PI 51)."""
    allowed_reader(tx, _case(tx, number), reason)
    if not reason.strip():
        raise Refusal("errors_files.reason_missing", pointer="/reason", clause="PI 51")
    if chain:
        place = Subject(tx.county.jurisdiction_id, label=tx.county.name, nowhere=True)
        demand(tx.actor, "event.verify", place, tx.now)


def tell_seal(tx: Tx, *, wish: Wish, manifest: str, held: Held) -> None:
    """Tell in the chain that the file was taken out: what for, and the hash of its manifest."""
    case = _case(tx, wish.number)
    reader, words = allowed_reader(tx, case, wish.reason)
    append_event(
        reader,
        matter="case",
        subject_id=case.id,
        subject_number=case.number,
        verb=VERB,
        from_state=case.status,
        to_state=case.status,
        facts={
            "manifest_sha256": manifest,
            "papers": held.papers,
            "evidence_files": held.evidence,
            "masked": wish.masked,
        },
        words={"reason": words or wish.reason.strip()},
        clause="PI 51",
    )


def _sealed(record: Record, actor: Actor, county: County, wish: Wish, house: Settings, path: Path) -> SealedFile:
    parcel = Parcel(path)
    with parcel.zip as archive:
        held = _filled(record, actor, county, wish, house, parcel)
        manifest = _manifest(record, actor, county, wish, held, parcel)
        archive.writestr("manifest.json", manifest)
        digest = hashlib.sha256(manifest).hexdigest()
        record.write(actor, tell_seal, county=county, wish=wish, manifest=digest, held=held)
        event = _event(record, county, wish.number, digest)
        marks: dict[str, Any] = {"sequence": event.sequence, "digest": event.hash}
        anchor = append_anchor(county.code, house.var, house.secret, record.clock(), **marks)
        seal = {"event": as_hashed(event), "anchor": anchor, "links": _links(record, county, held, event)}
        archive.writestr("seal.json", json.dumps(seal, ensure_ascii=False, indent=1))
    name = file_name(wish.number, say("supervising_files.sealed"), ending="zip")
    return SealedFile(wish.number, name, path, len(parcel.listed), held.events, event.sequence, event.hash)


def _filled(record: Record, actor: Actor, county: County, wish: Wish, house: Settings, parcel: Parcel) -> Held:
    with record.read() as session:
        tx = Tx(session, actor, record.clock(), county)
        return fill(tx, _case(tx, wish.number), parcel, house, masked=wish.masked, chain=wish.chain)


def _manifest(record: Record, actor: Actor, county: County, wish: Wish, held: Held, parcel: Parcel) -> bytes:
    """What is in the archive; who took it out, when, and what for go with it."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "case": wish.number,
        "county": {"code": county.code, "name": county.name},
        "made_at": record.clock().isoformat(),
        "made_by": actor.name,
        "reason": wish.reason.strip(),
        "masked": wish.masked,
        "events": held.events,
        "files": parcel.listed,
        "left_out": held.left_out,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _event(record: Record, county: County, number: str, manifest: str) -> Event:
    query = select(Event).where(
        Event.jurisdiction_id == county.jurisdiction_id, Event.subject_number == number, Event.verb == VERB
    )
    with record.read() as session:
        rows = session.scalars(query.order_by(Event.sequence.desc()).limit(20))
        return next(row for row in rows if json.loads(row.facts)["manifest_sha256"] == manifest)


def _links(record: Record, county: County, held: Held, event: Event) -> list[dict[str, Any]]:
    """Events that came into the chain while the archive was filled, before its own."""
    if not held.linked_to:
        return []
    with record.read() as session:
        rows = between(session, county.jurisdiction_id, held.linked_to + 1, event.sequence - 1)
        return [as_hashed(row) for row in rows]


def _case(tx: Tx, number: str) -> Case:
    query = select(Case).where(Case.jurisdiction_id == tx.county.jurisdiction_id, Case.number == number)
    row = tx.session.scalars(query).first()
    if row is None:
        raise Refusal("errors_case.not_found", kind="not_found", number=number[:40], county=tx.county.words)
    demand(tx.actor, "case.read", subject_of(tx, row), tx.now)
    return row
