"""Steps of a team that somebody else enters for it 代录: the event names who entered it and whose words it was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from data.casework.units import belongs, member_now, shift_now
from data.db import Tx
from data.models import Person, Shift, Team, TeamMember
from policy.errors import Refusal
from policy.vocabulary import Role


def entered(tx: Tx, team: Team, told_by: str | None) -> dict[str, Any]:
    """What the event of a step says of who entered it: nothing where the team did; the team and who told it otherwise."""
    code = (told_by or "").strip()
    if tx.actor.system or _own(tx, team):
        if code:
            raise Refusal("errors_calls.told_by_own", pointer="/told_by", team=team.name)
        return {}
    return {"entered_for": team.code, "told_by": _of_team(tx, team, code) if code else None}


def _own(tx: Tx, team: Team) -> bool:
    """Whether who acts is of the team, or holds a role in the field for it."""
    named = any(scope.role is not Role.DISPATCHER and scope.team == team.code for scope in tx.actor.scopes)
    return named or belongs(tx, team)


def _of_team(tx: Tx, team: Team, code: str) -> str:
    """The person's code, if that person is of the team or on its shift now."""
    here = or_(
        Person.id.in_(select(TeamMember.person_id).where(*member_now(tx, team))),
        Person.id.in_(select(Shift.person_id).where(*shift_now(tx, team))),
    )
    mine = (Person.jurisdiction_id == tx.county.jurisdiction_id, Person.code == code)
    if tx.session.scalars(select(Person.code).where(*mine, here)).first() is None:
        raise Refusal("errors_calls.told_by_unknown", pointer="/told_by", team=team.name, person=code[:40])
    return code
