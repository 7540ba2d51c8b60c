"""Commands about accounts: made, given tokens and passwords, shut; walls let in."""

from __future__ import annotations

import getpass
import secrets
import string
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from data.terminal import LANG, CountyOption, DatabaseOption, FormatOption, complain, record_of, reply, reply_table, t
from policy.text import Word, named
from policy.vocabulary import Role
from policy.zone import CHINA

if TYPE_CHECKING:
    from data.account_list import AccountRow
    from data.county import County
    from data.db import Record

UserArgument = Annotated[str, typer.Argument(help="commands.argument.username")]
UntilOption = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="commands.option.account_until")
]
ROLES = ", ".join(role.value for role in Role if role is not Role.SYSTEM)
DAY, MINUTE = "%Y-%m-%d", "%Y-%m-%d %H:%M"
MADE = 20  # characters of a password we make


def _new_password(username: str) -> tuple[str, bool]:
    """A password read from the terminal or standard input, or one we make where none is given: (password, made)."""
    if sys.stdin.isatty():
        typed = getpass.getpass(f"{t('commands.user.password')} ")
        return (typed, False) if typed else (_made(username), True)
    typed = sys.stdin.readline().rstrip("\n")
    return (typed, False) if typed else (_made(username), True)


def _made(username: str) -> str:
    from data.passwords import check_complexity
    from policy.errors import Refusal

    while True:
        found = "".join(secrets.choice(string.ascii_letters + string.digits + "-_.:") for _ in range(MADE))
        try:
            check_complexity(found, username)
        except Refusal:
            continue
        return found


def user_add(
    username: UserArgument,
    role: Annotated[list[str], typer.Option("--role", help="commands.option.role")],
    name: Annotated[str, typer.Option("--name", help="commands.option.name")] = "",
    organ: Annotated[str | None, typer.Option("--organ", help="commands.option.organ")] = None,
    township: Annotated[list[str] | None, typer.Option("--township", help="commands.option.township")] = None,
    team: Annotated[str | None, typer.Option("--team", help="commands.option.team")] = None,
    until: UntilOption = None,
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Make an account; the password is read from the terminal or standard input, and made when left empty."""
    from data.accounts import GrantDraft, create_account, end_of
    from data.authority import SYSTEM
    from data.passwords import hash_password

    ends = end_of(_to_come(until)) if until else None
    grants = [GrantDraft(_role(one), organ, tuple(township) if township else None, team, ends) for one in role]
    password, made = _new_password(username)
    hashed = hash_password(password, username)
    with record_of(database) as record:
        place = record.county(county)
        _check_townships(place.hierarchy, township or [])
        record.write(
            SYSTEM,
            create_account,
            county=place,
            username=username,
            display_name=name or username,
            password_hash=hashed,
            grants=grants,
        )
    shown = {"username": username} | ({"password": password} if made else {})
    shown |= {"until": until.date().isoformat()} if until else {}
    lines = [t("commands.user.added", username=username)]
    lines += [t("commands.user.until", username=username, until=until.date().isoformat())] if until else []
    reply(shown, form, *lines, *([t("commands.user.made", password=password)] if made else []))


def _to_come(until: datetime) -> date:
    """The last day of an account that is not past; Refusal for another."""
    from data.accounts import end_of
    from policy.errors import Refusal

    if end_of(until.date()) <= datetime.now(UTC):
        raise Refusal("errors_files.end_past", until=until.date().isoformat())
    return until.date()


def user_until(
    username: UserArgument,
    until: Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"], help="commands.argument.until")] = None,
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Let an account end after a day: an auditor's; without a day it has no end."""
    from data.accounts import set_end
    from data.authority import SYSTEM

    last = until.date() if until else None
    with record_of(database) as record:
        record.write(SYSTEM, set_end, county=_home(record, username, county), username=username, until=last)
    said = t("commands.user.until", username=username, until=last.isoformat()) if last else t("commands.user.endless", username=username)  # fmt: skip
    reply({"username": username, "until": last.isoformat() if last else None}, form, said)


def _role(word: str) -> Role:
    from policy.errors import Refusal

    if word not in ROLES.split(", "):
        raise Refusal("errors_import.not_in_list", value=word, allowed=ROLES)
    return Role(word)


def _check_townships(hierarchy: object, codes: list[str]) -> None:
    from policy.errors import Refusal

    for code in codes:
        if code not in hierarchy:  # type: ignore[operator]
            raise Refusal("errors_casework.cell_unknown", cell=code, county="")


def _home(record: Record, username: str, asked: str | None) -> County:
    """The county whose chain tells of the change: the one named, else the first in which the account holds something."""
    from sqlalchemy import select

    from data.models import Account, Grant, Jurisdiction

    held = select(Jurisdiction.code).join(Grant, Grant.jurisdiction_id == Jurisdiction.id).join(Account)
    with record.read() as session:
        first = session.scalars(held.where(Account.username == username).order_by(Grant.id).limit(1)).first()
    return record.county(asked or first)


def user_token(
    username: UserArgument,
    name: Annotated[str, typer.Option("--name", help="commands.option.token_name")] = "command line",
    days: Annotated[int | None, typer.Option("--days", min=1, help="commands.option.token_days")] = None,
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Make a bearer token for an account; it is shown this once."""
    from data.accounts import create_token
    from data.authority import SYSTEM

    until = datetime.now(UTC) + timedelta(days=days) if days else None
    with record_of(database) as record:
        place = _home(record, username, county)
        token = record.write(SYSTEM, create_token, county=place, username=username, name=name, expires_at=until)
    reply({"username": username, "token": token}, form, token)
    if form == "text":
        complain(t("commands.user.token"))


def user_password(
    username: UserArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Give an account another password; its sessions end."""
    from data.accounts import set_password
    from data.authority import SYSTEM
    from data.passwords import hash_password

    password, made = _new_password(username)
    hashed = hash_password(password, username)
    with record_of(database) as record:
        record.write(
            SYSTEM, set_password, county=_home(record, username, county), username=username, password_hash=hashed
        )
    shown = {"username": username} | ({"password": password} if made else {})
    lines = [t("commands.user.changed", username=username)]
    reply(shown, form, *lines, *([t("commands.user.made", password=password)] if made else []))


def user_disable(
    username: UserArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Shut an account; its sessions and tokens end at once."""
    from data.accounts import disable_account
    from data.authority import SYSTEM

    with record_of(database) as record:
        record.write(SYSTEM, disable_account, county=_home(record, username, county), username=username)
    reply({"username": username, "disabled": True}, form, t("commands.user.disabled", username=username))


def user_pair(
    code: Annotated[str, typer.Argument(help="commands.argument.pairing")],
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Let the wall that shows this code in."""
    from data.authority import SYSTEM
    from data.pairing import confirm_pairing

    with record_of(database) as record:
        username = record.write(SYSTEM, confirm_pairing, county=record.county(county), code=code)
    reply({"username": username}, form, t("commands.user.paired", username=username))


def user_factor(
    username: UserArgument,
    reset: Annotated[bool, typer.Option("--reset", help="commands.option.reset_factor")] = False,
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Show the second factor of an account, or take it away where a phone is lost."""
    from data.authority import SYSTEM
    from data.second_factor import reset_factor, state_of

    with record_of(database) as record:
        if reset:
            record.write(SYSTEM, reset_factor, county=_home(record, username, county), username=username)
        with record.read() as session:
            state = state_of(session, username, record.clock())
    since = _in_china(state.enrolled_at, MINUTE)
    said = t("commands.user.factor", username=username, since=since, left=state.left) if since else t("commands.user.no_factor", username=username)  # fmt: skip
    told = t("commands.user.factor_reset", username=username) if reset else said
    shown = {"username": username, "since": state.enrolled_at, "recovery_codes": state.left, "required": state.required}
    reply(shown | {"reset": reset}, form, told)


def user_list(
    lacking: Annotated[bool, typer.Option("--without-factor", help="commands.option.without_factor")] = False,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """List the accounts: what each holds, until when, when it was last here, and its second factor."""
    from data.account_list import accounts

    with record_of(database) as record, record.read() as session:
        found = [one for one in accounts(session, record.clock()) if one.lacks or not lacking]
    rows = [asdict(one) for one in found]
    if form != "json":
        rows = [row | _said(one) for row, one in zip(rows, found, strict=True)]
    heads = ("username", "name", "roles", "until", "disabled", "seen", "factor")
    reply_table(rows, form, {name: f"commands.column.{name}" for name in heads})


def _said(one: AccountRow) -> dict[str, str | None]:
    """The columns of a row that are not printed as they are."""
    roles = tuple(Word(f"vocabulary.role.{role}") for role in one.roles)
    return {
        "roles": named(roles, LANG.get()),
        "until": _in_china(one.until, DAY),
        "disabled": _in_china(one.disabled, DAY),
        "seen": _in_china(one.seen, MINUTE),
        "factor": t("commands.user.lacks") if one.lacks else _in_china(one.factor, MINUTE),
    }


def _in_china(at: datetime | None, form: str) -> str | None:
    return f"{at.astimezone(CHINA):{form}}" if at else None
