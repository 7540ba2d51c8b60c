"""Goods held for a case: the list with its chains of custody, and a thing handed from one keeper to the next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy.orm import Session

from api.context import AtDesk
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas_evidence import GoodsListOut, GoodsMoveIn, GoodsOut
from data.authority import Actor
from data.casework.goods import hand_on_goods
from data.county import County
from data.db import Tx
from data.queries.case_file import measures_of
from data.queries.case_head import case_row

router = router_at("/cases", tags=["evidence"])


def goods_told(session: Session, actor: Actor, county: County, *, number: str) -> list[Row]:
    """Things held for a case as the interface says them."""
    case = case_row(session, actor, county, number)
    return [_told(thing, one.kind) for one in measures_of(session, case) for thing in one.goods]


def _told(thing: Any, measure: str) -> Row:
    names = [name for name in GoodsOut.model_fields if name != "measure"]
    found = {name: getattr(thing, name) for name in names} | {"measure": measure}
    return GoodsOut.model_validate(found, from_attributes=True).model_dump(mode="json")


@router.get("/{number}/goods", response_model=GoodsListOut)
async def list_goods(number: str, desk: AtDesk) -> GoodsListOut:
    """Things on the lists of a case: who keeps each, where, and how it came there."""
    rows = await desk.ask(goods_told, number=number)
    return GoodsListOut(goods=[GoodsOut.model_validate(row) for row in rows])


@router.post("/{number}/goods/{thing}/moves", status_code=201, response_model=GoodsOut)
async def move(
    number: str, thing: UUID, body: GoodsMoveIn, desk: AtDesk, response: Response, again: Key = None
) -> GoodsOut:
    """Hand a thing to another keeper: a link more in its chain of custody."""
    found = await desk.write(_move, number=number, thing=thing, facts=body.model_dump(), key=again)
    return GoodsOut.model_validate(replied(found, response))


def _move(tx: Tx, *, number: str, thing: UUID, facts: Row, key: str | None) -> tuple[Row, bool]:
    def verb(inner: Tx) -> Row:
        hand_on_goods(inner, number=number, goods=thing, **facts)
        rows = goods_told(inner.session, inner.actor, inner.county, number=number)
        return next(row for row in rows if row["id"] == str(thing))

    return once(tx, work=verb, request={"move_goods": str(thing), "number": number} | facts, key=key, status=201)
