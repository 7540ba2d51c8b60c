"""Making a document without holding the one writer: rendered first, its number and its facts checked in the step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from data.authority import Actor
from data.casework.papers import draft_paper
from data.county import County
from data.db import Record, Tx
from data.papers.draft import Draft, Stale
from policy.errors import Refusal

T = TypeVar("T")
TRIES: Final = 4
"""How often a document is rendered ahead of its step; where others were quicker each time, the step renders it itself."""


def write_paper(
    record: Record, actor: Actor, county: County, work: Callable[..., T], *, asks: Mapping[str, Any], **facts: Any
) -> T:
    """Run `work(tx, draft=…, **facts)`, which makes or corrects a document; `asks` is what its draft is of (`draft_paper`).

    The number a draft bears is the next of its series: who comes second finds it taken and renders again, so that numbers
    stay without gaps. What may not be made is refused by the step, which notes it.
    """
    for _ in range(TRIES):
        try:
            return record.write(actor, work, county=county, draft=_drafted(record, actor, county, asks), **facts)
        except Stale:
            continue
    return record.write(actor, work, county=county, draft=None, **facts)


def _drafted(record: Record, actor: Actor, county: County, asks: Mapping[str, Any]) -> Draft | None:
    with record.read() as session:
        try:
            return draft_paper(Tx(session, actor, record.clock(), county), **asks)
        except Refusal:
            return None
