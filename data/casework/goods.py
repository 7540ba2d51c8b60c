"""Goods that are held: handed from one keeper to the next, each time a link of the chain of custody (PL 56, CO 26)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from data.casework.case_written import move_goods
from data.casework.evidence import allowed_here, find_matter, still_open
from data.db import Tx
from data.events import append_event
from data.models import Case, Goods, Measure
from policy.errors import Refusal
from policy.text import Word

LIMIT: Final = 200
PARTY: Final = "party"
"""Who keeps a thing that was given back (data/casework/case_written.py)."""
_CLAUSES: Final = {"preservation": "PL 56"}


def hand_on_goods(tx: Tx, *, number: str, goods: UUID, receiver: str, reason: str, place: str | None = None) -> Goods:
    """Hand a thing on the list of case `number` to another keeper, with where it lies from now on and why."""
    _, case = find_matter(tx, number)
    if not isinstance(case, Case):
        raise Refusal("errors_casework.matter_not_found", kind="not_found", number=number, county=tx.county.words)
    tx = allowed_here(tx, case, "case.move_goods")
    still_open(case)
    thing = tx.session.get(Goods, goods, with_for_update=True)
    if thing is None or thing.case_id != case.id:
        raise Refusal("errors_casework.goods_not_found", kind="not_found", number=number, key=str(goods))
    words = _words(receiver=receiver, reason=reason, **({"place": place} if place else {}))
    _check(thing, words["receiver"])
    giver, thing.place = thing.keeper, words.get("place", thing.place)
    move_goods(tx, thing, giver, words["receiver"], words["reason"])
    tx.session.flush()
    _tell(tx, case, thing, giver, words)
    return thing


def _words(**given: str) -> dict[str, str]:
    words = {name: text.strip() for name, text in given.items()}
    for name, text in words.items():
        if not 1 <= len(text) <= LIMIT:
            field = Word(f"evidence_page.goods_{name}")
            raise Refusal("errors_casework.goods_word", pointer=f"/{name}", field=field, limit=LIMIT)
    return words


def _check(thing: Goods, receiver: str) -> None:
    if thing.keeper == PARTY:
        raise Refusal("errors_casework.goods_released", kind="conflict", name=thing.name)
    if thing.keeper == receiver:
        raise Refusal("errors_casework.goods_same", pointer="/receiver", name=thing.name, keeper=receiver)


def _tell(tx: Tx, case: Case, thing: Goods, giver: str, words: Mapping[str, str]) -> None:
    measure = tx.session.get(Measure, thing.measure_id) if thing.measure_id else None
    append_event(
        tx,
        matter="case",
        subject_id=case.id,
        subject_number=case.number,
        verb="move_goods",
        from_state=case.status,
        to_state=case.status,
        facts={"thing_id": str(thing.id)},
        words={"thing": thing.name, "quantity": thing.quantity, "giver": giver, **words},
        clause=_CLAUSES.get(measure.kind, "CO 26") if measure else None,
    )
