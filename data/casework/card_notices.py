"""Who is told of a card on enforcement conduct (JD 二(五)15): the officer, and who answers for the officer or the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from data.casework.card_holds import rules_here
from data.casework.notices import PAST, About, Contact, put, recall_notices
from data.casework.notifying import accounts_of
from data.casework.organs import organ_named
from data.db import Tx
from data.models import ConductCard, Organ, Person
from policy.conduct import Hold
from policy.vocabulary import CardKind, Role
from policy.vocabulary_notice import NoticeReason


def tell_card(tx: Tx, row: ConductCard, reason: NoticeReason, hold: Hold | None) -> None:
    """The officer and who answers for him learn of a step of a card with the step itself; what nobody read of the step before
    is taken back. `hold`: what keeps the officer from being sent after the step."""
    if tx.session.info.get(PAST):
        return
    recall_notices(tx, row.id)
    person = tx.session.get_one(Person, row.person_id)
    about = About(reason, "card", row.id, row.number, _params(tx, row, reason, hold))
    reached = bool(put(tx, about, [Contact(person.id)], calls=False))
    told = about if reached else replace(about, params={**about.params, "by_hand": True})
    put(tx, told, _heads(tx, row, person), calls=False)


def _heads(tx: Tx, row: ConductCard, person: Person) -> list[Contact]:
    """Heads of the township of the matter and of that of the officer, and the department whose officer it is."""
    organ = tx.session.get_one(Organ, person.organ_id)
    places = [code for code in (row.township_code, organ.township_code) if code]
    found = [one for code in places for one in accounts_of(tx, (Role.TOWNSHIP_HEAD.value,), township=code)]
    found += accounts_of(tx, (Role.DEPARTMENT.value,), organ=organ.code)
    return [one for one in dict.fromkeys(found) if one.person_id != person.id]


def _params(tx: Tx, row: ConductCard, reason: NoticeReason, hold: Hold | None) -> Mapping[str, Any]:
    giver = organ_named(tx, row.given_by)
    means, until = _means(tx, row, reason, hold)
    return {
        "card": row.kind,
        "about": row.matter_number or "—",
        "clause": row.clause,
        "giver": {"zh": giver.zh, "en": giver.en},
        "means": means,
        "until": until.isoformat() if until else None,
    }


def _means(tx: Tx, row: ConductCard, reason: NoticeReason, hold: Hold | None) -> tuple[str, Any]:
    """What the step means for being sent, and until when: a card that does not bar says so, another one may go on barring."""
    given, blocks = reason is NoticeReason.CARD_GIVEN, CardKind(row.kind) in rules_here(tx).blocking
    if not blocks:
        return ("warned" if given else "ended"), row.ends_at if given else None
    if hold is None:
        return "free", None
    return ("barred" if given else "still"), hold.until
