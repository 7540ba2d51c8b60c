"""Who is told of what: a team that is sent, a department that is called, the duty leader of an emergency, rungs of the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select

from data.casework.notices import PAST, About, Contact, put
from data.db import Tx
from data.models import Account, Deadline, Grant, Lead, Organ, Person, Shift, Task, Team, TeamMember
from policy.vocabulary import OrganKind, Role, Urgency
from policy.vocabulary_notice import NoticeReason

POSTS: Final = ("captain", "deputy")
_ANSWER_FOR: Final = (Role.DEPARTMENT.value, Role.TOWNSHIP_HEAD.value, Role.DISPATCHER.value, Role.SQUADRON_HEAD.value)
_OF_ORGANS: Final = (_ANSWER_FOR, (Role.DEPARTMENT.value,))
_TOLD: Final = {
    "handler": _ANSWER_FOR,
    "township_head": (Role.TOWNSHIP_HEAD.value,),
    "county_office": (Role.COUNTY_OFFICE.value,),
}
MOST: Final = 5  # accounts told of one matter


def tell_team(tx: Tx, task: Task, lead: Lead, team: Team) -> None:
    """Those of a team who go are told; who accepts, answers for all of them."""
    about = About(
        NoticeReason.DISPATCHED,
        "task",
        task.id,
        task.number,
        {"lead": lead.number, "place": lead.township_code or tx.county.code, "team": team.code, "kind": task.kind},
        urgent=task.urgency == Urgency.EMERGENCY,
        acknowledge_by=task.accept_due_at,
    )
    put(tx, about, [Contact(UUID(one)) for one in task.officer_ids])


def tell_department(tx: Tx, row: Any) -> None:
    """A department called out is told: its accounts in the program, and its telephone where nobody answers."""
    about = About(
        NoticeReason.CALLED_OUT,
        "call_out",
        row.id,
        row.number,
        {"lead": row.matter_number, "place": row.township_code or tx.county.code, "organ": row.to_organ},
        urgent=row.urgent,
        acknowledge_by=row.answer_due_at,
    )
    if not tx.session.info.get(PAST):
        people = accounts_of(tx, _ANSWER_FOR, organ=row.to_organ)
        put(tx, about, [Contact(organ_code=row.to_organ), *people])


def tell_emergency(tx: Tx, lead: Lead) -> None:
    """The duty leader of the command centre is told of an emergency at once; who else is on duty there comes next."""
    if lead.urgency != Urgency.EMERGENCY or tx.session.info.get(PAST):
        return
    params = {"lead": lead.number, "place": lead.township_code or tx.county.code}
    about = About(NoticeReason.EMERGENCY, "lead", lead.id, lead.number, params, urgent=True)
    put(tx, about, [Contact(person) for person in on_duty(tx)[:3]])


def on_duty(tx: Tx) -> list[UUID]:
    """Who is on shift at the command centre, its captains and deputies first."""
    query = (
        select(Person.id, TeamMember.post)
        .join(Shift, Shift.person_id == Person.id)
        .join(Organ, Organ.id == Person.organ_id)
        .outerjoin(TeamMember, (TeamMember.person_id == Person.id) & (TeamMember.team_id == Shift.team_id))
        .where(Shift.jurisdiction_id == tx.county.jurisdiction_id, Shift.starts_at <= tx.now, Shift.ends_at > tx.now)
        .where(Organ.kind == OrganKind.COMMAND_CENTRE.value)
        .order_by(Person.code)
    )
    rank = {post: n for n, post in enumerate(POSTS)}
    rows = sorted(tx.session.execute(query).all(), key=lambda row: rank.get(row[1], len(POSTS)))
    return list(dict.fromkeys(person for person, _ in rows))


def tell_rung(tx: Tx, row: Deadline, verb: str, recipient: str, known: dict[Any, list[Contact]]) -> None:
    """A rung of the ladder goes to those it names: only in the program, for a reminder is no alarm. `known`: people found
    for other rungs of the same look."""
    if recipient == "township_head" and row.township_code is None:
        return  # of no township: a complaint must not reach the one it is about
    place = (recipient, row.organ_code, row.township_code)
    if place not in known:
        known[place] = accounts_of(tx, _TOLD.get(recipient, ()), organ=row.organ_code, township=row.township_code)
    people = known[place]
    params = {"deadline": row.kind, "number": row.matter_number or "", "verb": verb, "recipient": recipient}
    about = About(NoticeReason.REMINDED, row.matter, row.matter_id, row.matter_number, params)
    put(tx, about, people, calls=False)


def accounts_of(
    tx: Tx, roles: Sequence[str], *, organ: str | None = None, township: str | None = None
) -> list[Contact]:
    """Accounts that hold one of `roles` for the organ, or, where none is named, in the township."""
    if not roles:
        return []
    query = (
        select(Account.id, Account.person_id, Grant.organ_code, Grant.township_codes)
        .join(Grant, Grant.account_id == Account.id)
        .where(Grant.jurisdiction_id == tx.county.jurisdiction_id, Grant.role.in_(roles), Account.disabled_at.is_(None))
        .where(or_(Grant.valid_to.is_(None), Grant.valid_to > tx.now))
        .order_by(Account.username)
    )
    if organ and tuple(roles) in _OF_ORGANS:
        query = query.where(Grant.organ_code == organ)
    found = [
        Contact(person, account)
        for account, person, _, townships in tx.session.execute(query)
        if township is None or townships is None or township in townships
    ]
    return list(dict.fromkeys(found))[:MOST]
