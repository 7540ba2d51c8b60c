"""A notice of a card in words: card, ground, clause, what it means for being sent, what may be said against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from data.casework.numbers import CHINA
from data.county import County
from policy.citing import spoken
from policy.text import Word, say


def card_words(county: County, params: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The parts of the sentence of a card; a part that the card does not have is empty."""
    giver, until = params["giver"][lang], params["until"]
    at = datetime.fromisoformat(until).astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if until else ""
    cited = spoken(params["clause"], lang, county.profile.documents) if params["clause"] else ""

    def part(name: str, there: Any, **told: Any) -> str:
        return say(f"notices.card.{name}", lang, **told) if there else ""

    return {
        "card": Word(f"vocabulary.card_kind.{params['card']}"),
        "giver": giver,
        "conduct": _unstopped(params["conduct"]),
        "why": _unstopped(params["why"]),
        "basis": part("basis", cited, clause=cited),
        "means": say(f"notices.card.{params['means']}{'_until' if at else ''}", lang, until=at),
        "heard": part("heard", params["statement"], statement=_unstopped(params["statement"])),
        "answer": part("answer", True, giver=giver),
        "by_hand": part("by_hand", params.get("by_hand"), person=params["person"]),
    }


def _unstopped(words: str) -> str:
    """Words without the stop at their end, which the sentence brings."""
    return words.rstrip("。.； ;")
