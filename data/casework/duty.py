"""The list of the duty: telephones of organs and who leads the duty when; ended, never deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.casework.numbers import local_time
from data.casework.organs import find_organ
from data.db import Tx
from data.events import append_event
from data.keys import row_key
from data.models import DutyContact, Organ, Person
from policy.case_reading import read_form
from policy.errors import Refusal
from policy.shift_forms import SHIFT_FORMS
from policy.vocabulary_shift import DutyKind, ShiftStep

_PHONE: Final = re.compile(r"\+?[0-9][0-9 \-]{1,28}[0-9]")
LAST: Final = 99  # in the order of calling


def set_telephone(tx: Tx, *, given: Mapping[str, Any]) -> DutyContact:
    """Add a telephone on duty to an organ's list."""
    told = _told(tx, ShiftStep.SET_TELEPHONE, given)
    organ = find_organ(tx, told["organ"], "/organ")
    person = _person(tx, told["person"]) if "person" in told else None
    return _add(
        tx,
        kind=DutyKind.TELEPHONE.value,
        organ_code=organ.code,
        label=told["post"],
        person_id=person.id if person else None,
        phone=_phone(told["phone"]),
        rank=_rank(told.get("rank", "1")),
        starts_at=tx.now,
        ends_at=None,
    )


def set_leader(tx: Tx, *, given: Mapping[str, Any]) -> DutyContact:
    """Say who leads the duty from–to; one at a time."""
    told = _told(tx, ShiftStep.SET_LEADER, given)
    person, begin, end = _person(tx, told["person"]), told["starts_at"], told["ends_at"]
    if end <= begin:
        raise Refusal("errors_shift.ends_first", pointer="/ends_at", begin=local_time(begin), end=local_time(end))
    _demand_free(tx, begin, end)
    return _add(
        tx,
        kind=DutyKind.LEADER.value,
        organ_code=tx.session.get_one(Organ, person.organ_id).code,
        label=told["post"],
        person_id=person.id,
        phone=_phone(told["phone"]) if "phone" in told else None,
        rank=1,
        starts_at=begin,
        ends_at=end,
    )


def end_contact(tx: Tx, *, key: str) -> DutyContact:
    """End a row of the list: what was still to begin never will."""
    demand(tx.actor, "duty.end", Subject(tx.county.jurisdiction_id), tx.now)
    row = _find(tx, key)
    row.ends_at = max(tx.now, row.starts_at)
    _event(tx, row, "end")
    return row


def _told(tx: Tx, step: ShiftStep, given: Mapping[str, Any]) -> dict[str, Any]:
    demand(tx.actor, "duty.set", Subject(tx.county.jurisdiction_id), tx.now)
    return read_form(step, given, SHIFT_FORMS[step])


def _add(tx: Tx, **columns: Any) -> DutyContact:
    row = DutyContact(id=uuid7(), jurisdiction_id=tx.county.jurisdiction_id, **columns)
    tx.session.add(row)
    _event(tx, row, "set")
    return row


def _find(tx: Tx, key: str) -> DutyContact:
    query = select(DutyContact).where(
        DutyContact.id == row_key(key),
        DutyContact.jurisdiction_id == tx.county.jurisdiction_id,
        or_(DutyContact.ends_at.is_(None), DutyContact.ends_at > tx.now),
    )
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal("errors_shift.contact_unknown", kind="not_found")
    return row


def _demand_free(tx: Tx, begin: datetime, end: datetime) -> None:
    query = select(DutyContact).where(
        DutyContact.jurisdiction_id == tx.county.jurisdiction_id,
        DutyContact.kind == DutyKind.LEADER.value,
        DutyContact.starts_at < end,
        DutyContact.ends_at > begin,
        DutyContact.ends_at > DutyContact.starts_at,
    )
    other = tx.session.scalars(query.order_by(DutyContact.starts_at).limit(1)).first()
    if other is not None and other.ends_at is not None:
        span: dict[str, Any] = {"begin": local_time(other.starts_at), "end": local_time(other.ends_at)}
        raise Refusal("errors_shift.leader_overlaps", kind="conflict", pointer="/starts_at", **span)


def _person(tx: Tx, code: str) -> Person:
    day = tx.now.date()
    query = select(Person).where(
        Person.jurisdiction_id == tx.county.jurisdiction_id,
        Person.code == code,
        or_(Person.employed_to.is_(None), Person.employed_to >= day),
    )
    row = tx.session.scalars(query).first()
    if row is None:
        raise Refusal("errors_shift.person_unknown", pointer="/person", value=code[:40])
    return row


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise Refusal("errors_shift.phone_wrong", pointer="/phone", value=text[:40])
    return text


def _rank(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LAST):
        raise Refusal("errors_shift.rank_wrong", pointer="/rank", value=text[:40])
    return int(text)


def _event(tx: Tx, row: DutyContact, verb: str) -> None:
    facts = {"kind": row.kind, "organ": row.organ_code, "person": str(row.person_id) if row.person_id else None}
    append_event(tx, matter="duty", subject_id=row.id, subject_number=row.organ_code, verb=verb, facts=facts)
