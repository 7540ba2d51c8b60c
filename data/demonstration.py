"""The accounts a demonstration offers on its login page: one a role and county, some for all, passwords of this database."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from data.accounts import GrantDraft, create_account, find_account
from data.db import Tx
from data.events import append_event
from data.models import Certificate, Grant, Organ, Person, Team, TeamMember
from data.passwords import hash_password
from policy.text import say
from policy.vocabulary import Role

FILE: Final = "demonstration.json"
ROLES: Final = tuple(role for role in Role if role is not Role.SYSTEM)
ORDER: Final = (Role.DISPATCHER, Role.TOWNSHIP_HEAD, Role.COUNTY_OFFICE, Role.SUPERVISOR)
SHARED: Final = frozenset({Role.COUNTY_OFFICE, Role.SUPERVISOR, Role.ADMIN})
"""Roles whose account holds its grants in every county of the demonstration."""


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """An account whose password is shown, because nothing behind it is real."""

    username: str
    password: str
    role: str
    place: str | None = None  # name of the township it is bound to
    counties: tuple[str, ...] = ()  # profiles of the counties in which it holds its role


def _password(chance: random.Random) -> str:
    letters = [chance.choice(pool) for pool in (string.ascii_uppercase, string.digits)]
    letters += [chance.choice(string.ascii_lowercase) for _ in range(8)]
    return "-".join(("".join(letters[:5]), "".join(letters[5:])))


def _team(tx: Tx, *conditions: ColumnElement[bool]) -> Team | None:
    query = select(Team).where(Team.jurisdiction_id == tx.county.jurisdiction_id, *conditions).order_by(Team.code)
    return tx.session.scalars(query.limit(1)).first()


def _member(tx: Tx, team: Team | None, *, captain: bool) -> Person | None:
    if team is None:
        return None
    query = select(Person).join(TeamMember, TeamMember.person_id == Person.id).where(TeamMember.team_id == team.id)
    post = TeamMember.post == "captain" if captain else TeamMember.post == "member"
    certified = select(Certificate.id).where(Certificate.person_id == Person.id, Certificate.valid_to > tx.now).exists()
    return tx.session.scalars(query.where(post).order_by(certified.desc(), Person.code).limit(1)).first()


def _lawyer(tx: Tx) -> Person | None:
    """Somebody qualified in law who is in no team, so that no case is handled by who reviews it (PL 58)."""
    own = Person.jurisdiction_id == tx.county.jurisdiction_id
    sent = select(TeamMember.id).where(TeamMember.person_id == Person.id).exists()
    query = select(Person).where(own, Person.law_qualified).order_by(sent, Person.code)
    return tx.session.scalars(query.limit(1)).first()


def _organ(tx: Tx, kind: str, township: str | None = None) -> str | None:
    query = select(Organ.code).where(Organ.jurisdiction_id == tx.county.jurisdiction_id, Organ.kind == kind)
    if township is not None:
        query = query.where(Organ.township_code == township)
    return tx.session.scalars(query.order_by(Organ.code).limit(1)).first()


ORGANS: Final = {
    Role.TOWNSHIP_HEAD: "township",
    Role.LEGAL_REVIEWER: "township",
    Role.OFFICER: "bureau",
    Role.SQUADRON_HEAD: "bureau",
    Role.DISPATCHER: "command_centre",
    Role.DEPARTMENT: "bureau",
    Role.FINANCE: "bureau",
    Role.GRID_WORKER: "township",
}
TEAMS: Final = {Role.OFFICER: "squadron", Role.SQUADRON_HEAD: "squadron", Role.GRID_WORKER: "grid_workers"}
LOCAL: Final = frozenset(TEAMS) | {Role.TOWNSHIP_HEAD, Role.LEGAL_REVIEWER}


def _post(tx: Tx, role: Role, township: str | None) -> tuple[GrantDraft, Person | None]:
    local = township if role in LOCAL else None
    kind = ORGANS.get(role, "government")
    organ = _organ(tx, kind, local if kind == "township" else None)
    team = _team(tx, Team.kind == TEAMS[role], Team.township_code == local) if role in TEAMS else None
    grant = GrantDraft(role, organ, (local,) if local else None, team.code if team else None)
    if role is Role.LEGAL_REVIEWER:
        return grant, _lawyer(tx)
    return grant, _member(tx, team, captain=role is Role.SQUADRON_HEAD)


def demonstration_accounts(
    tx: Tx, *, seed: int, known: Iterable[DemonstrationAccount] = ()
) -> list[DemonstrationAccount]:
    """Make one account a role for the county, bound to its first township where the role is a township's.

    `known` are the accounts of the counties before: a shared role is given to the account that has it, another account is
    named for the county as well (`dispatcher.lanxi`). Gives all accounts, the known ones first.
    """
    accounts = {account.username: account for account in known}
    chance = random.Random(f"{seed}:{tx.county.code}:accounts")  # noqa: S311  # shown on the page: not a secret
    for role in sorted(ROLES, key=lambda r: (ORDER.index(r) if r in ORDER else len(ORDER), r.value)):
        password = _password(chance)
        before = accounts.get(role.value)
        if before is not None and role in SHARED:
            made = _shared(tx, role, before)
        else:
            made = _own(tx, role, f"{role.value}.{tx.county.profile.code}" if before else role.value, password)
        accounts[made.username] = made
    return list(accounts.values())


def _own(tx: Tx, role: Role, username: str, password: str) -> DemonstrationAccount:
    first = min(tx.county.townships, key=lambda cell: cell.code, default=None)
    grant, person = _post(tx, role, first.code if first else None)
    create_account(
        tx,
        username=username,
        display_name=say(f"vocabulary.role.{role.value}", "zh"),
        password_hash=hash_password(password, username),
        grants=[grant],
        person_id=person.id if person else None,
        demonstration=True,
    )
    place = first.name if first and grant.townships else None
    return DemonstrationAccount(username, password, role.value, place, (tx.county.profile.code,))


def _shared(tx: Tx, role: Role, before: DemonstrationAccount) -> DemonstrationAccount:
    """The same account in one more county."""
    grant, _ = _post(tx, role, None)
    account = find_account(tx, before.username)
    account.grants.append(Grant(jurisdiction_id=tx.county.jurisdiction_id, role=role.value, organ_code=grant.organ))
    tx.session.flush()
    told = {"action": "grant", "roles": role.value}
    append_event(tx, matter="account", subject_id=account.id, verb="manage", facts=told)
    return replace(before, counties=(*before.counties, tx.county.profile.code))


def save_demonstration(folder: Path, accounts: Iterable[DemonstrationAccount]) -> Path:
    """Write the accounts with their passwords into the folder, readable by its owner alone; gives the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    file.touch(mode=0o600)
    file.write_text(json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=1), "utf-8")
    return file


def load_demonstration(folder: Path) -> list[DemonstrationAccount]:
    """The accounts to offer; none when the file is not there."""
    file = folder / FILE
    if not file.exists():
        return []
    return [_read(entry) for entry in json.loads(file.read_text("utf-8"))]


def _read(entry: dict[str, Any]) -> DemonstrationAccount:
    return DemonstrationAccount(**{**entry, "counties": tuple(entry.get("counties", ()))})
