"""A notice of a card in words: card, ground, clause, what it means for being sent, what may be said against it. What is sealed
is read from the card."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from data.county import County
from data.models import ConductCard, Notice, Person
from policy.citing import spoken
from policy.text import Word, say
from policy.zone import CHINA

WORDS: Final = 300  # of a ground or a statement; the card has all of it


def card_words(session: Session, county: County, row: Notice, lang: str) -> dict[str, Any]:
    """The parts of the sentence of a card; a part that the card does not have is empty."""
    params, held = row.params, session.get_one(ConductCard, row.matter_id)
    person, statement = session.get_one(Person, held.person_id).name, _short(held.statement)
    giver, until = params["giver"][lang], params["until"]
    at = datetime.fromisoformat(until).astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if until else ""
    cited = spoken(params["clause"], lang, county.profile.documents) if params["clause"] else ""

    def part(name: str, there: Any, **told: Any) -> str:
        return say(f"notices.card.{name}", lang, **told) if there else ""

    return {
        "card": Word(f"vocabulary.card_kind.{params['card']}"),
        "giver": giver,
        "person": person,
        "conduct": _short(held.ground),
        "why": _short(held.end_reason),
        "basis": part("basis", cited, clause=cited),
        "means": say(f"notices.card.{params['means']}{'_until' if at else ''}", lang, until=at),
        "heard": part("heard", statement, statement=statement),
        "answer": part("answer", True, giver=giver),
        "by_hand": part("by_hand", params.get("by_hand"), person=person),
    }


def _short(words: str | None) -> str:
    """The beginning of what was said, without the stop at its end, which the sentence brings."""
    return (words or "")[:WORDS].rstrip("。.； ;")
