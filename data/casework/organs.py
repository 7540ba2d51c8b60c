"""Organs as those who act: who acts for which, how they are found, and their names in place of codes in every sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from data.authority import VERBS
from data.db import Tx
from data.models import Organ, Team
from policy.decision import Decision, Reason
from policy.errors import Refusal
from policy.text import Name, Word
from policy.vocabulary import OrganKind

_CODED: Final = frozenset({"sender", "receiver", "organ"})


def find_organ(tx: Tx, code: str, pointer: str = "/receiver") -> Organ:
    """The organ `code` of this county; raises Refusal for none."""
    query = select(Organ).where(Organ.code == code, Organ.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query).first()
    if row is None:
        raise Refusal("errors_between.organ_unknown", pointer=pointer, organ=code, county=tx.county.words)
    return row


def organ_named(tx: Tx, code: str | None) -> Name:
    """What an organ is called in both languages; the code itself where the record has no such organ."""
    return names_of_organs(tx).get(code or "", Name(code or "—", code or "—"))


def names_of_organs(tx: Tx) -> Mapping[str, Name]:
    """Names of the county's organs by code."""
    query = select(Organ.code, Organ.name, Organ.name_en).where(Organ.jurisdiction_id == tx.county.jurisdiction_id)
    return {code: Name(name, name_en) for code, name, name_en in tx.session.execute(query)}


def names_of_teams(tx: Tx) -> Mapping[str, Name]:
    """Names of the county's teams by code."""
    query = select(Team.code, Team.name, Team.name_en).where(Team.jurisdiction_id == tx.county.jurisdiction_id)
    return {code: Name(name, name_en) for code, name, name_en in tx.session.execute(query)}


def townships_of_organs(tx: Tx, codes: Collection[str]) -> frozenset[str]:
    """Townships for which some of these organs act."""
    query = select(Organ.township_code).where(
        Organ.jurisdiction_id == tx.county.jurisdiction_id, Organ.code.in_(sorted(codes))
    )
    return frozenset(code for code in tx.session.scalars(query) if code)


def town_organ(tx: Tx, township: str | None) -> str | None:
    """The organ of a township, by code; None where the record has none."""
    query = select(Organ.code).where(
        Organ.jurisdiction_id == tx.county.jurisdiction_id,
        Organ.township_code == township,
        Organ.kind == OrganKind.TOWNSHIP.value,
    )
    return tx.session.scalars(query.order_by(Organ.code)).first() if township else None


def acting_for(tx: Tx, verb: str, expected: Collection[str]) -> Tx:
    """The step as the actor takes it for one of the `expected` organs, where it holds a fitting role there."""
    fitting = tuple(s for s in tx.actor.scopes if s.role in VERBS[verb] and s.organ in expected)
    return replace(tx, actor=replace(tx.actor, scopes=fitting)) if fitting else tx


def own_organ(tx: Tx, verb: str) -> str:
    """The organ for which a new matter is begun; raises Refusal for an account that belongs to none."""
    code = tx.actor.organ_for(verb)
    if not code:
        raise Refusal("errors_between.no_organ", kind="forbidden", verb=Word(f"verbs.{verb}"))
    return code


def reason_in_names(reason: Reason, names: Mapping[str, Name]) -> Reason:
    """The same reason with names for the organs' codes in it."""
    told: dict[str, Any] = {
        key: names.get(value, value) if key in _CODED and isinstance(value, str) else value
        for key, value in reason.params.items()
    }
    return replace(reason, params=told)


def decision_in_names(decision: Decision, names: Mapping[str, Name]) -> Decision:
    """A decision whose reasons name organs."""
    return Decision(tuple(reason_in_names(reason, names) for reason in decision.reasons))


def refusal_in_names(tx: Tx, refusal: Refusal) -> Refusal:
    """A refused step said with the names of the organs."""
    names = names_of_organs(tx)
    reasons = tuple(reason_in_names(reason, names) for reason in refusal.reasons)
    params = refusal.params | {"why": tuple(Word(r.code, r.params) for r in reasons)}
    return Refusal(
        refusal.code, kind=refusal.kind, clause=refusal.clause, reasons=reasons, pointer=refusal.pointer, **params
    )
