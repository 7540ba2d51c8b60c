"""Verbs of parties: the person or organisation a matter is about; one row however many matters (PI 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from stdnum.cn import ric, uscc
from uuid_utils.compat import uuid7

from data.casework.numbers import draw_number
from data.db import Tx
from data.models import Party
from data.models.party import identity_digest
from policy.errors import Refusal
from policy.vocabulary_case import PartyKind

LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """A party as it is told at the scene; numbers are checked by their own check digits."""

    kind: str
    name: str
    identity_number: str | None = None
    credit_code: str | None = None
    representative: str | None = None
    phone: str | None = None
    address: str | None = None


def party_of(tx: Tx, told: Mapping[str, Any]) -> Party:
    """The party that is meant: the one already known by its number, else a new one; raises Refusal for wrong numbers."""
    draft = _read(told)
    known = _known(tx, draft)
    if known is not None:
        return known
    row = Party(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        code=draw_number(tx, "party"),
        kind=draft.kind,
        name=draft.name,
        identity_number=draft.identity_number,
        credit_code=draft.credit_code,
        representative=draft.representative,
        phone=draft.phone,
        address=draft.address,
    )
    tx.session.add(row)
    tx.session.flush()
    return row


def _read(told: Mapping[str, Any]) -> PartyDraft:
    unknown = sorted(set(told) - set(PartyDraft.__slots__))
    if unknown:
        raise Refusal("errors_case.party_input", pointer=f"/party/{unknown[0]}", input=unknown[0])
    plain = {name: str(value).strip() for name, value in told.items() if value is not None and str(value).strip()}
    for name, text in plain.items():
        if len(text) > LIMIT:
            raise Refusal("errors_case.party_long", pointer=f"/party/{name}", length=len(text), limit=LIMIT)
    if not plain.get("name"):
        raise Refusal("errors_case.party_unnamed", pointer="/party/name")
    if plain.get("kind") not in {kind.value for kind in PartyKind}:
        raise Refusal("errors_case.party_kind", pointer="/party/kind")
    _check_numbers(plain)
    return PartyDraft(**plain)


def _check_numbers(plain: dict[str, str]) -> None:
    if "credit_code" in plain:
        plain["credit_code"] = plain["credit_code"].upper()
        if not uscc.is_valid(plain["credit_code"]):
            raise Refusal("errors_case.credit_code", pointer="/party/credit_code")
    if "identity_number" in plain:
        plain["identity_number"] = plain["identity_number"].upper()
        if plain["kind"] == PartyKind.CITIZEN and not ric.is_valid(plain["identity_number"]):
            raise Refusal("errors_case.identity_number", pointer="/party/identity_number")


def _known(tx: Tx, draft: PartyDraft) -> Party | None:
    """A party of the same kind with the same number; a name alone never makes two people one."""
    query = select(Party).where(Party.jurisdiction_id == tx.county.jurisdiction_id, Party.kind == draft.kind)
    if draft.credit_code:
        query = query.where(Party.credit_code == draft.credit_code)
    elif draft.identity_number:
        digest = identity_digest(tx.county.jurisdiction_id, draft.identity_number)
        query = query.where(Party.identity_digest == digest)
    else:
        return None
    return tx.session.scalars(query.limit(1)).first()
