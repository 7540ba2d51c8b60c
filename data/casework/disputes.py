"""Verbs of a dispute over jurisdiction 管辖争议: opened, climbed rung by rung of the plan's ladder, decided (X6, PL 25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from data.authority import SYSTEM
from data.casework.between import Course, Given, about, begin, common, step
from data.casework.organs import find_organ, organ_named
from data.casework.transfers import settle_by_dispute
from data.db import Tx
from data.models import Dispute, Lead, Organ, Transfer
from policy.case_reading import read_form
from policy.dispute import Rung, Scope, ladder_of, next_rung, rung_for, scopes_of, sits
from policy.errors import Refusal
from policy.guards_dispute import VERB_OF, DisputeFacts
from policy.vocabulary import MatterKind, OrganKind, Role, Verb
from policy.vocabulary_between import DisputeStatus, RungVerb
from policy.zone import CHINA

RUNG_OF: Final[Mapping[Verb, RungVerb]] = {verb: rung for rung, verb in VERB_OF.items()}


def open_dispute(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> Dispute:
    """Begin a dispute with another organ over a lead, a case, or a matter that is in no record here."""
    told = read_form(Verb.OPEN_DISPUTE, given, DISPUTE.form(Verb.OPEN_DISPUTE))
    receiver = find_organ(tx, told["receiver"])
    columns = about(tx, told.get("matter")) | {"subject": told["subject"]}
    columns["township_code"] = columns["township_code"] or receiver.township_code
    penalty = bool(told.get("penalty")) or _over_penalty(tx, columns["matter_kind"], columns["matter_id"])
    row: Dispute = _opened(tx, told, sender if tx.actor.system else None, columns, penalty)
    return row


def dispute_over(tx: Tx, transfer: Transfer, given: Given) -> Dispute:
    """The receiver's objection to a transfer opens the dispute, between the same two organs (X2)."""
    names = ("matter_kind", "matter_id", "matter_number", "township_code", "subject", "urgent")
    columns = {name: getattr(transfer, name) for name in names} | {"transfer_id": transfer.id}
    told = {"receiver": transfer.from_organ, "reason": given["reason"], "clause": given.get("clause", "")}
    penalty = _over_penalty(tx, transfer.matter_kind, transfer.matter_id)
    return _opened(tx, told, transfer.to_organ, columns, penalty)


def dispute_step(tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None) -> Dispute:
    """Take one step of a dispute with what its form asks for; raises Refusal with every obstacle and its clause."""
    row: Dispute = step(tx, DISPUTE, number, step_name, given or {})
    return row


def _opened(tx: Tx, told: Given, sender: str | None, columns: Mapping[str, Any], penalty: bool) -> Dispute:
    row: Dispute = begin(
        tx,
        DISPUTE,
        Verb.OPEN_DISPUTE,
        {**told, "penalty": penalty},
        sender=sender,
        reason=told.get("reason"),
        clause=told.get("clause"),
        scopes=[],
        opened_at=tx.now,
        rung=0,
        **columns,
    )
    return row


def _over_penalty(tx: Tx, kind: str | None, matter_id: Any) -> bool:
    """A case is about a penalty, and a lead whose item has one; else whoever opens the dispute says so."""
    if kind == "lead":
        return tx.session.get_one(Lead, matter_id).item_id is not None
    return kind == "case"


# -- what the guards are asked with ------------------------------------------------------------------------------------


def ladder(tx: Tx, row: Dispute) -> tuple[Rung, ...]:
    """The rungs this dispute climbs, by the plan as it was on the day it was opened."""
    return ladder_of(tx.county.profile, row.opened_at.astimezone(CHINA).date(), [Scope(one) for one in row.scopes])


def _facts(tx: Tx, row: Dispute, verb: Verb, given: Given, acting: str) -> DisputeFacts:
    rungs = ladder(tx, row)
    here = _rung(rungs, row.rung, verb)
    stands = here is not None and _stands(tx, here, row, acting)
    known = common(
        tx, row, given, here.organ_zh if here is not None and stands and here.verb is not RungVerb.NEGOTIATE else acting
    )
    return DisputeFacts(
        **known | {"receiver": row.to_organ},
        ladder=rungs,
        tried=row.rung,
        parties=parties(row),
        agreed=bool(given.get("agreed")),
        competent_organ=given.get("competent", ""),
    )


def parties(row: Dispute) -> tuple[str, ...]:
    """The organs that do not agree."""
    return (row.from_organ, row.to_organ)


def _scopes(tx: Tx, row: Dispute, penalty: bool) -> frozenset[Scope]:
    query = select(Organ.kind).where(Organ.jurisdiction_id == tx.county.jurisdiction_id, Organ.code.in_(parties(row)))
    return scopes_of([_side(kind) for kind in tx.session.scalars(query)], penalty)


def _side(kind: str) -> OrganKind:
    """A township on the one side; bureaus, teams and other organs of the county stand on that of the departments."""
    return OrganKind.TOWNSHIP if kind == OrganKind.TOWNSHIP else OrganKind.DEPARTMENT


def _rung(rungs: tuple[Rung, ...], tried: int, verb: Verb) -> Rung | None:
    if verb is Verb.CONCLUDE:
        return next_rung(rungs, tried - 1)
    return rung_for(rungs, tried, RUNG_OF[verb]) if verb in RUNG_OF else None


def _stands(tx: Tx, here: Rung, row: Dispute, acting: str) -> bool:
    """Whether the organ that acts holds the rung."""
    if tx.actor.system:
        return True
    organ = find_organ(tx, acting) if acting else None
    names = (organ.name, organ.name_en) if organ else ()
    return sits(here, acting, organ.kind if organ else "", names, parties(row), Role.COUNTY_OFFICE in tx.actor.roles)


def _expected(row: Dispute, verb: Verb) -> tuple[str, ...]:
    return parties(row) if verb in (Verb.OPEN_DISPUTE, Verb.NEGOTIATE, Verb.AGREE) else ()


def _clause(facts: DisputeFacts, verb: Verb) -> str | None:
    here = _rung(facts.ladder, facts.tried, verb)
    return here.clause if here is not None else "PL 25"


def _own(tx: Tx, row: Dispute, verb: Verb) -> None:
    """Parties agree for themselves, nobody for them."""
    acting = tx.actor.organ_for(DISPUTE.name(verb))
    if verb is Verb.AGREE and not tx.actor.system and acting not in parties(row):
        names = tuple(organ_named(tx, code) for code in parties(row))
        raise Refusal("errors_between.not_a_party", kind="forbidden", number=row.number, organs=names)


def _resolve(tx: Tx, row: Dispute, verb: Verb, given: Given) -> Given:
    """What it is about decides its ladder; the competent organ is one of the record."""
    if verb is Verb.OPEN_DISPUTE:
        row.scopes = sorted(_scopes(tx, row, bool(given.get("penalty"))))
    if given.get("competent"):
        find_organ(tx, given["competent"], "/competent")
    return given


# -- what a step writes, and what follows ------------------------------------------------------------------------------


def _climbed(tx: Tx, row: Dispute, verb: Verb) -> None:
    rungs = ladder(tx, row)
    here = _rung(rungs, row.rung, verb)
    if here is not None:
        row.rung = rungs.index(here) + 1


def _settled(verb: Verb) -> Any:
    def written(tx: Tx, row: Dispute, given: Given) -> None:
        rungs = ladder(tx, row)
        here = _rung(rungs, row.rung, verb)
        row.competent_organ, row.decided_at = given["competent"], tx.now
        row.decided_by = here.organ_zh if here is not None else None
        if verb in RUNG_OF:
            _climbed(tx, row, verb)

    return written


def _rung_begun(verb: Verb) -> Any:
    def written(tx: Tx, row: Dispute, _given: Given) -> None:
        _climbed(tx, row, verb)

    return written


def _ends_transfer(tx: Tx, row: Dispute, given: Given) -> None:
    if row.transfer_id is not None:
        settle_by_dispute(replace(tx, actor=SYSTEM), row.transfer_id, given["competent"], given["document"])


_ENDS: Final = (Verb.AGREE, Verb.CONCLUDE, Verb.DECIDE_COMPETENCE, Verb.DESIGNATE)

DISPUTE: Final = Course(
    MatterKind.DISPUTE,
    Dispute,
    DisputeStatus,
    "dispute",
    _facts,
    _expected,
    _clause,
    _own,
    _resolve,
    {verb: _settled(verb) for verb in _ENDS} | {verb: _rung_begun(verb) for verb in (Verb.NEGOTIATE, Verb.COORDINATE)},
    dict.fromkeys(_ENDS, _ends_transfer),
)
