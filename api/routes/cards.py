"""Cards on enforcement conduct over the interface: listed, given, withdrawn."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.context import AtDesk
from api.forms import given, model_of, typed
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas import plain
from api.schemas_conduct import CardOut, CardsOut
from data.authority import Actor
from data.casework.cards import give_card, withdraw_card
from data.county import County
from data.db import Tx
from data.queries.cards import CardRow, cards
from policy.conduct_forms import CARD_FORMS
from policy.vocabulary_conduct import CardState, CardStep

router = router_at("/cards", tags=["supervision"])
_SEALED: Final = ("conduct", "statement", "end_reason")


def told(row: CardRow, lang: str) -> CardOut:
    """A card as the interface says it."""
    return CardOut(**plain(row, lang))


@router.get("", response_model=CardsOut)
async def list_cards(
    desk: AtDesk,
    state: CardState | None = None,
    person: Annotated[str | None, Query(max_length=40, description="Staff number")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> CardsOut:
    """Cards in reach of the caller: of the area, of the organ's own people, or one's own (JD 二(五)15)."""
    asked = {"only": state.value if state else "", "person": person, "limit": limit}
    rows = await desk.ask(_cards, now=desk.now, **asked)
    return CardsOut(cards=[told(row, desk.lang) for row in rows])


@router.get("/{number}", response_model=CardOut)
async def read_card(number: str, desk: AtDesk) -> CardOut:
    """One card."""
    return told((await desk.ask(_cards, now=desk.now, number=number))[0], desk.lang)


def _cards(session: Session, actor: Actor, county: County, *, now: Any, **asked: Any) -> list[CardRow]:
    return cards(session, actor, county, now, **asked)


# -- steps -------------------------------------------------------------------------------------------------------------


def _write(tx: Tx, *, number: str | None, facts: Row, key: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        row = give_card(inner, given=facts) if number is None else withdraw_card(inner, number=number, given=facts)
        inner.session.flush()
        return _answer(inner, row.number) | dict.fromkeys(_SEALED)  # an answer is kept in plain

    answer, before = once(tx, work=work, request={"card": number or "give", "given": facts}, key=key)
    now = _answer(tx, answer["number"])
    return answer | {name: now[name] for name in _SEALED}, before


def _answer(tx: Tx, number: str) -> Row:
    found: CardRow = cards(tx.session, tx.actor, tx.county, tx.now, number=number)[0]
    return told(found, tx.actor.language).model_dump(mode="json")


async def _give(desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
    found = await desk.write(_write, number=None, facts=given(body), key=key)
    response.headers["Location"] = f"/api/v1/cards/{found[0]['number']}"
    return replied(found, response)


async def _withdraw(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
    return replied(await desk.write(_write, number=number, facts=given(body), key=key), response)


def _add() -> None:
    give = typed(_give, "give_card", "Give a card to the officer who acted and was heard 给牌 (JD 二(五)15).",
                 body=model_of("CardGiveIn", CARD_FORMS[CardStep.GIVE]))  # fmt: skip
    withdraw = typed(_withdraw, "withdraw_card", "Withdraw a card that is in force 撤销给牌.",
                     body=model_of("CardWithdrawIn", CARD_FORMS[CardStep.WITHDRAW]))  # fmt: skip
    router.add_api_route("", give, methods=["POST"], status_code=201, response_model=CardOut)
    router.add_api_route("/{number}/steps/withdraw", withdraw, methods=["POST"], response_model=CardOut)


_add()
