"""The whole file of a case taken at once: bound as one .pdf, or its documents as they are; who took it, when and why is told."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy.orm import Session

from data.authority import Actor
from data.casework.evidence import find_matter
from data.casework.papers import allowed_reader, papers_of
from data.county import County
from data.db import Record, Tx
from data.events import append_event
from data.models import Case
from data.papers.bind import bind
from data.papers.store import kept
from data.settings import settings
from policy.errors import Refusal
from policy.text import say

Form = Literal["pdf", "zip"]
UNSAFE: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))


@dataclass(frozen=True, slots=True)
class Volume:
    """A file of a case in one piece: what it is called, its bytes and their hash, how many documents it holds."""

    number: str
    name: str
    content: bytes
    sha256: str
    documents: int


def may_take_volume(tx: Tx, *, number: str, reason: str = "") -> None:
    """Refuse, before anything is bound, who may not take the file of a case or does not say why (PI 51)."""
    allowed_reader(tx, _case(tx, number), reason)


def tell_volume(tx: Tx, *, number: str, reason: str, form: Form, sha256: str, documents: int) -> None:
    """Tell in the chain that the file was taken: what it held then, by its hash, and what for."""
    case = _case(tx, number)
    reader, words = allowed_reader(tx, case, reason)
    append_event(
        reader,
        matter="case",
        subject_id=case.id,
        subject_number=case.number,
        verb="take_volume",
        from_state=case.status,
        to_state=case.status,
        facts={"form": form, "papers": documents, "sha256": sha256},
        words={"reason": words},
        clause="PI 51",
    )


def take_volume(
    record: Record, actor: Actor, county: County, *, number: str, reason: str = "", form: Form = "pdf"
) -> Volume:
    """The file of a case bound as it stands (`pdf`), or its documents as .docx (`zip`); told once it is whole.

    Raises Refusal for who may not, for a document that is gone or was altered, for a file that holds no document (`zip`).
    """
    record.write(actor, may_take_volume, county=county, number=number, reason=reason)
    with record.read() as session:
        tx = Tx(session, actor, record.clock(), county)
        volume = _MADE[form](session, county, _case(tx, number), tx.now)
    record.write(
        actor,
        tell_volume,
        county=county,
        number=number,
        reason=reason,
        form=form,
        sha256=volume.sha256,
        documents=volume.documents,
    )
    return volume


def _case(tx: Tx, number: str) -> Case:
    _, found = find_matter(tx, number)
    if not isinstance(found, Case):
        raise Refusal("errors_papers.no_volume", kind="not_found", number=number)
    return found


def _bound(session: Session, county: County, case: Case, now: datetime) -> Volume:
    content = bind(session, county, case, settings().var, now=now)
    return _volume(case, "pdf", content, len(papers_of(session, case)))


def _zipped(session: Session, county: County, case: Case, now: datetime) -> Volume:
    rows, target = papers_of(session, case), io.BytesIO()
    if not rows:
        raise Refusal("errors_papers.volume_empty", kind="conflict", number=case.number)
    with ZipFile(target, "w", ZIP_DEFLATED) as packed:
        for place, row in enumerate(rows, start=1):
            name = file_name(f"{place:02d}", say(f"papers.kind.{row.template}"), row.number, ending="docx")
            packed.writestr(name, kept(settings().var, row.sha256 or "", row.number))
    return _volume(case, "zip", target.getvalue(), len(rows))


_MADE: Final[dict[Form, Callable[[Session, County, Case, datetime], Volume]]] = {"pdf": _bound, "zip": _zipped}


def _volume(case: Case, ending: str, content: bytes, documents: int) -> Volume:
    name = file_name(case.number, say("papers.volume"), ending=ending)
    return Volume(case.number, name, content, hashlib.sha256(content).hexdigest(), documents)


def file_name(*parts: str, ending: str) -> str:
    """The name of a file for people: its parts joined, without what a disk does not take."""
    return f"{'-'.join(parts).translate(UNSAFE)[:120]}.{ending}"
