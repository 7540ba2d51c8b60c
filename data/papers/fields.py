"""The fields of a document, filled from the record: who, what, by which law, with what result (docs/documents.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data.county import County
from data.models import Case, Lead
from data.papers import wording as w
from data.papers.casefile import CaseFile, joined
from data.papers.catalogue import order_of
from data.papers.declared import complete, sample_fields
from data.papers.fields_around import around
from data.papers.fields_decision import decision_of, result_of, spared_of, told_of
from policy.text import say
from policy.vocabulary import ItemKind, LeadSource, label
from policy.vocabulary_case import CaseStatus, CloseGround, NotPunishedGround, PartyKind, Procedure

__all__ = ["fields_of_case", "fields_of_lead", "sample_fields"]

Known = dict[str, Any]
Told = Mapping[str, str]


def fields_of_case(
    session: Session,
    county: County,
    case: Case,
    *,
    now: datetime | None = None,
    paper: Told | None = None,
    told: Told | None = None,
) -> dict[str, Any]:
    """Every field of the documents of a case; `paper` is what is known of the document itself, `told` what was said for it."""
    return _of(CaseFile(session, county, case, *([now] if now else [])), paper or {}, told or {})


def fields_of_lead(
    session: Session,
    county: County,
    lead: Lead,
    *,
    now: datetime | None = None,
    paper: Told | None = None,
    told: Told | None = None,
) -> dict[str, Any]:
    """The same for a lead without a case: letters between organs, records of a visit."""
    return _of(CaseFile(session, county, lead, *([now] if now else [])), paper or {}, told or {})


def _of(file: CaseFile, paper: Told, told: Told) -> dict[str, Any]:
    """`known` of every group in the declared shape."""
    procedure = file.facts.procedure
    known: Known = {
        "organ": _organ(file),
        "paper": {"day": w.day(file.now)} | dict(paper),
        "case": _case(file),
        "party": _party(file),
        "item": _item(file),
        "officers": [{"name": name, "certificate": number} for name, number in file.officers],
        "remedies": w.remedies(file.county, procedure, file.on),
        "periods": _periods(file),
        "told": {name: w.plain(text) for name, text in told.items()},
        "entries": {step: file.words(step) for step in file.entries if step in _ENTRIES},
        "contents": _contents(file),
        **decision_of(file),
        **spared_of(file),
        **told_of(file),
        **around(file, told),
    }
    return complete(known)


_ENTRIES = frozenset(
    {"record_finding", "approve_filing", "refuse_filing", "conclude_investigation", "give_notice", "decide", "not_punish",
     "defer_payment", "record_execution", "remind", "apply_court", "handle_preserved", "extend_sealing", "release_sealing",
     "record_waiver", "close"}
)  # fmt: skip
"""Steps whose words are fields of their own."""


def _organ(file: CaseFile) -> Known:
    """In whose name; for an entrusted item the organ that entrusts, and who acts for it (PL 20)."""
    case = file.case
    acting_code = case.organ_code if case else _organ_of_place(file)
    name_code = case.in_name_of if case else acting_code
    name, acting = file.organ_name(name_code), file.organ_name(acting_code)
    phone = file.organs[acting_code].phone if acting_code in file.organs else None
    entrusted = case is not None and case.basis == ItemKind.ENTRUSTED and name != acting
    return {
        "name": name,
        "acting": acting,
        "entrustment": say("papers.entrusted", acting=acting, organ=name) if entrusted else None,
        "county": file.county.name,
        "phone": phone,
        "head": file.person_name(file.facts.decider_id),
    }


def _organ_of_place(file: CaseFile) -> str:
    """The township organ where a lead lies; empty where it lies in none."""
    place = file.matter.township_code
    towns = (code for code, organ in file.organs.items() if place and organ.township_code == place)
    return next(towns, "")


def _case(file: CaseFile) -> Known:
    lead, case = file.lead, file.case
    known: Known = {
        "number": file.matter.number,
        "name": say("papers.case_name", party=_party_name(file), item=file.item.name if file.item else ""),
        "summary": w.plain(file.matter.summary),
        "address": file.address,
        "source": label(LeadSource(lead.source)) if lead else None,
        "lead": lead.number if lead else None,
        "found_day": w.day(lead.occurred_at) if lead else None,
        "found_time": w.moment(lead.occurred_at) if lead else None,
        "officers": joined((_officer(*one) for one in file.officers), say("papers.joint")),
        "papers": len(file.papers),
        "files": len(file.evidence),
    }
    return known if case is None else known | _course(file, case)


def _party_name(file: CaseFile) -> str:
    return file.party.name if file.party else say("papers.blank")


def _officer(name: str, certificate: str | None) -> str:
    return say("papers.officer", name=name, certificate=certificate or say("papers.blank"))


def _course(file: CaseFile, case: Case) -> Known:
    days = {
        "proposed_day": case.proposed_at,
        "filed_day": case.filed_at,
        "noticed_day": case.noticed_at,
        "decided_day": case.decided_at,
        "served_day": case.served_at,
        "paid_day": case.paid_at,
        "closed_day": case.closed_at,
        "archived_day": case.archived_at,
        "act_day": case.act_on,
        "act_end_day": case.act_ended_on,
        "found_day": case.found_at,
    }
    return {name: w.day(at) for name, at in days.items()} | {
        "found_time": w.moment(case.found_at),
        "decided_time": w.moment(case.decided_at),
        "procedure": label(Procedure(case.procedure)),
        "status": label(CaseStatus(case.status)) if case.status else None,
        "decision_number": case.decision_number,
        "archive_number": case.archive_number,
        "ground": _ground(case.ground),
        "result": result_of(file),
    }


def _ground(code: str | None) -> str | None:
    """Why a case ended, in words; a ground that was written by hand stays as it is."""
    for vocabulary in (NotPunishedGround, CloseGround):
        if code in {one.value for one in vocabulary}:
            return label(vocabulary(code))
    return code


def _party(file: CaseFile) -> Known:
    party = file.party
    if party is None:
        return {}
    citizen = party.kind == PartyKind.CITIZEN
    return {
        "name": party.name,
        "kind": label(PartyKind(party.kind)),
        "number_label": say(f"papers.party_number_{party.kind}"),
        "number": party.identity_number if citizen else party.credit_code,
        "representative": say("papers.nothing") if citizen else party.representative,
        "phone": party.phone,
        "address": party.address,
    }


def _item(file: CaseFile) -> Known:
    item, case = file.item, file.case
    if item is None:
        return {}
    forbids, penalises = (item.basis.get(part) for part in ("forbids", "penalises"))
    kind = case.basis if case and case.basis in {one.value for one in ItemKind} else None
    return {
        "code": item.code,
        "name": item.name,
        "kind": label(ItemKind(kind)) if kind else None,
        "department": item.department,
        "forbids": w.basis(forbids),
        "forbids_quote": forbids.get("quote") if isinstance(forbids, Mapping) else None,
        "penalises": w.basis(penalises),
        "penalises_quote": penalises.get("quote") if isinstance(penalises, Mapping) else None,
    }


def _periods(file: CaseFile) -> Known:
    kinds = (
        "statement", "hearing_request", "hearing_notice", "preservation", "sealing", "payment", "reconsideration", "suit",
        "reminder_to_court", "transfer_answer", "criminal_police",
    )  # fmt: skip
    found: Known = {kind: w.period(file.county, kind, file.on) for kind in kinds}
    sealing = w.terms(file.county, "sealing", file.on)
    more = sealing.extension if sealing else None
    return found | {"sealing_extension": w.length(more.amount, more.unit) if more else None}


def _contents(file: CaseFile) -> list[Known]:
    papers = sorted(file.papers, key=lambda row: (order_of(row.template), row.made_at))
    return [
        {
            "number": place,
            "name": say(f"papers.kind.{row.template}"),
            "mark": row.number,
            "day": w.day(row.made_at),
        }
        for place, row in enumerate(papers, start=1)
    ]
