"""An auditor's account has an end: after it nobody logs in, whoever is logged in is out, and both are told why."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from data.accounts import GrantDraft, create_account, create_token, end_of, last_day, set_end
from data.authority import SYSTEM
from data.db import Record
from data.entering import login
from data.passwords import hash_password
from data.queries.auditors import own_end, supervising_accounts
from data.sessions import session_actor, sessions_change, token_actor
from policy.errors import Refusal
from policy.vocabulary import Role
from policy.zone import CHINA
from tests.data import small

pytestmark = pytest.mark.anywhere

WORD = "Audit-2026-season"
LAST = small.NOW.date() + timedelta(days=2)


@pytest.fixture
def auditor(town: Record) -> str:
    grant = GrantDraft(Role.SUPERVISOR, valid_to=end_of(LAST))
    town.write(
        SYSTEM,
        create_account,
        username="auditor",
        display_name="审计人员",
        password_hash=hash_password(WORD, "auditor"),
        grants=[grant],
    )
    return "auditor"


def enter(town: Record, at: datetime) -> Any:
    return login(town, "auditor", WORD, address="127.0.0.1", previous_token=None, now=at)


def test_an_account_holds_to_the_midnight_after_its_last_day() -> None:
    ends = end_of(date(2026, 12, 31))
    assert ends == datetime(2027, 1, 1, tzinfo=CHINA)
    assert last_day(ends) == date(2026, 12, 31)


def test_until_its_last_day_it_is_used_and_knows_its_end(town: Record, auditor: str) -> None:
    found = enter(town, end_of(LAST) - timedelta(seconds=1))
    assert found.actor.roles == {Role.SUPERVISOR}
    assert own_end(found.actor, small.NOW) == LAST
    assert own_end(small.actor(town, Role.SUPERVISOR), small.NOW) is None


def test_after_it_login_is_refused_in_words_that_name_the_day(town: Record, auditor: str) -> None:
    with pytest.raises(Refusal) as refused:
        enter(town, end_of(LAST))
    assert refused.value.code == "errors_files.account_ended"
    for lang in ("zh", "en"):
        assert LAST.isoformat() in refused.value.sentence(lang)
    with pytest.raises(Refusal) as refused:
        login(town, "auditor", "wrong", address="127.0.0.1", previous_token=None, now=end_of(LAST))
    assert refused.value.code == "errors_access.wrong_password", "only who has shown who it is learns it"


def test_a_session_and_a_token_end_with_the_account(town: Record, auditor: str) -> None:
    session = enter(town, end_of(LAST) - timedelta(minutes=1)).token
    bearer = town.write(SYSTEM, create_token, username=auditor, name="test")
    before, after = end_of(LAST) - timedelta(seconds=5), end_of(LAST)
    assert session_actor(town, session, before) is not None
    assert token_actor(town, bearer, before) is not None
    assert session_actor(town, session, after) is None
    assert token_actor(town, bearer, after) is None


def test_the_end_is_moved_and_taken_away(town: Record, auditor: str) -> None:
    later = LAST + timedelta(days=30)
    with sessions_change(town):
        town.write(SYSTEM, set_end, username=auditor, until=later)
    assert enter(town, end_of(LAST)).actor.roles == {Role.SUPERVISOR}
    town.write(SYSTEM, set_end, username=auditor, until=None)
    assert enter(town, end_of(later)).actor.roles == {Role.SUPERVISOR}
    with pytest.raises(Refusal) as refused:
        town.write(SYSTEM, set_end, username=auditor, until=small.NOW.date() - timedelta(days=1))
    assert refused.value.code == "errors_files.end_past"


def test_supervision_sees_who_has_an_end(town: Record, auditor: str) -> None:
    def look(at: datetime) -> Any:
        with town.read() as session:
            return supervising_accounts(session, small.actor(town, Role.COUNTY_OFFICE), town.county(), at)

    (row,) = [one for one in look(small.NOW) if one.username == auditor]
    assert (row.name, row.until, row.ended) == ("审计人员", LAST, False)
    assert next(one for one in look(end_of(LAST)) if one.username == auditor).ended


def test_an_account_of_two_counties_ends_when_all_it_holds_has(town: Record, auditor: str) -> None:
    """A grant without an end keeps the account: only the role that ran out is gone."""
    grants = [GrantDraft(Role.SUPERVISOR, valid_to=end_of(LAST)), GrantDraft(Role.LEGAL_REVIEWER, "WEST")]
    town.write(
        SYSTEM,
        create_account,
        username="both",
        display_name="both",
        password_hash=hash_password(WORD, "both"),
        grants=grants,
    )
    found = login(town, "both", WORD, address="127.0.0.1", previous_token=None, now=end_of(LAST))
    assert found.actor.roles == {Role.LEGAL_REVIEWER}
