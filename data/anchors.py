"""Anchors: the head of a chain written outside the database, signed, so that a cut tail or an old copy shows."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from data.db import Record
from data.models import ChainHead
from policy.errors import Refusal


def anchor_file(folder: Path, county_code: str) -> Path:
    """Where the anchors of a county are written, one JSON object a line."""
    return folder / "anchors" / f"{county_code}.jsonl"


def _signature(key: str, body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def write_anchor(record: Record, county_code: str, folder: Path, key: str, now: datetime) -> int:
    """Append the present head to the anchor file; gives its sequence (0 when the chain is still empty)."""
    county = record.county(county_code)
    with record.read() as session:
        head = session.scalars(select(ChainHead).where(ChainHead.jurisdiction_id == county.jurisdiction_id)).first()
    if head is None:
        return 0
    append_anchor(county_code, folder, key, now, sequence=head.sequence, digest=head.hash)
    return head.sequence


def append_anchor(
    county_code: str, folder: Path, key: str, now: datetime, *, sequence: int, digest: str
) -> dict[str, Any]:
    """Append an anchor at one event of the chain to the anchor file; gives it, signed."""
    body = {"sequence": sequence, "hash": digest, "at": now.astimezone(UTC).isoformat()}
    signed = {**body, "signature": _signature(key, body)}
    file = anchor_file(folder, county_code)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(signed) + "\n")
    return signed


def read_anchors(folder: Path, county_code: str, key: str) -> Iterator[dict[str, Any]]:
    """The anchors of a county; raises Refusal for one whose signature does not fit."""
    file = anchor_file(folder, county_code)
    if not file.exists():
        return
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            body = {name: entry[name] for name in ("sequence", "hash", "at")}
            good = hmac.compare_digest(entry["signature"], _signature(key, body))
        except (ValueError, KeyError, TypeError):
            good, body = False, {}
        if not good:
            raise Refusal("errors_audit.anchor_forged", kind="conflict", line=number, file=file.name)
        yield body
