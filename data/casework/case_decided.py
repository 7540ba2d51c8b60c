"""A decision in the record: its number, its grade, and who took it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data.casework.numbers import draw_serial
from data.casework.spot_numbers import ON_THE_SPOT, claim_number, team_of
from data.db import Tx
from data.models import Case
from policy.case_facts import CaseFacts, review_due
from policy.vocabulary import Verb

DECISION_WORDS: Final = {Verb.DECIDE: "罚决", Verb.NOT_PUNISH: "不罚决", Verb.DECIDE_ON_SPOT: ON_THE_SPOT}
"""The word of the series a decision is numbered in."""

Told = dict[str, Any]
Given = Mapping[str, Any]


def decided(tx: Tx, case: Case, given: Given, facts: CaseFacts) -> Told:
    """A penalty by the ordinary procedure."""
    case.review_required = not review_due(facts).allowed
    case.grade = given.get("grade") or case.grade
    return _numbered(tx, case, Verb.DECIDE)


def spared(tx: Tx, case: Case, given: Given, facts: CaseFacts) -> Told:
    """Not punished, with its ground."""
    case.review_required = not review_due(facts).allowed
    case.ground = str(given["not_punished_ground"])
    return _numbered(tx, case, Verb.NOT_PUNISH)


def decided_on_spot(tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
    """The paper handed over at the scene carries a number of the team's block; else the one that was just drawn (PL 52)."""
    number = given.get("number") or claim_number(
        tx, organ_code=case.in_name_of, team_id=team_of(tx, case), number=given["document"], case_id=case.id
    )
    case.grade, case.decision_number, case.decided_by_id = given.get("grade"), number.printed, tx.actor.account_id
    block = {"block": str(number.block_id)} if number.block_id else {}
    return {"decision": case.decision_number, "document": case.decision_number} | block


def _numbered(tx: Tx, case: Case, verb: Verb) -> Told:
    """A decision gets the next number of the organ's series and says who took it."""
    series = DECISION_WORDS[verb]
    year, serial = draw_serial(tx, case.in_name_of, series)
    case.decision_number = f"{series}〔{year}〕{serial}号"
    case.decided_by_id = tx.actor.account_id
    return {"decision": case.decision_number}
