"""Accounts, passwords, locks, sessions, tokens, walls: what the record promises about who is let in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from data.accounts import GrantDraft, create_account, create_token, disable_account, set_password
from data.authority import SYSTEM, Actor
from data.db import Record
from data.demonstration import ROLES, demonstration_accounts, load_demonstration, save_demonstration
from data.entering import login
from data.models import Account, ApiToken, Base, Event, RefusedAttempt, Session
from data.pairing import VALID, ask_pairing, collect_pairing, confirm_pairing, paired_walls, waiting_code
from data.passwords import check_complexity, fits, hash_password
from data.sessions import LoginResult, find_session, logout, session_actor, sessions_change, token_actor
from data.settings import settings
from policy.errors import Refusal
from policy.library import library, split_citation
from policy.vocabulary import Role
from tests.data import small
from tests.data.small import NOW

GOOD = "Right-pass-7"
HASH = hash_password(GOOD, "zhang")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def record(tmp_path: Path):
    record = Record(f"sqlite:///{tmp_path / 'accounts.db'}", clock=lambda: NOW)
    Base.metadata.create_all(record.write_engine)
    small.build(record)
    record.write(
        SYSTEM,
        create_account,
        username="zhang",
        display_name="张三",
        password_hash=HASH,
        grants=[
            GrantDraft(Role.TOWNSHIP_HEAD, "WEST", (small.WEST,)),
            GrantDraft(Role.DISPATCHER, valid_to=NOW + MINUTE),
        ],
    )
    yield record
    record.close()


def enter(record: Record, password: str = GOOD, at=NOW, previous: str | None = None) -> LoginResult:
    return login(record, "zhang", password, address="10.0.0.1", previous_token=previous, now=at)


def refused(work: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value


def count(record: Record, model: type, *conditions: object) -> int:
    with record.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


@pytest.mark.parametrize("weak", ["", "Ab1-", "alllowercase", "lower123456", "Zhang-2026-x", "A1-" * 100])
def test_a_weak_password_is_refused_with_its_rule(weak: str) -> None:
    clause = refused(lambda: check_complexity(weak, "zhang")).clause
    assert clause == "GB/T 22239-2019 8.1.4.1"
    assert {library().documents[code].text for code, _ in split_citation(clause)} == {"not_at_hand"}


@pytest.mark.parametrize("strong", ["Abcdefg1", "abcdef-1", "Right-pass-7", "汉字密码Aa12"])
def test_three_kinds_of_characters_are_enough(strong: str) -> None:
    check_complexity(strong, "zhang")


def test_a_password_is_kept_as_argon2id_and_fits_only_itself() -> None:
    assert HASH.startswith("$argon2id$")
    assert fits(HASH, GOOD)
    assert not fits(HASH, GOOD + " ")
    assert not fits(None, GOOD)
    assert not fits("!", "!")
    assert not fits(HASH, "x" * 100_000)


def test_the_right_password_gives_a_session_with_every_role_in_force(record: Record) -> None:
    result = enter(record)
    actor = session_actor(record, result.token, NOW)
    assert actor is not None
    assert actor.roles == {Role.TOWNSHIP_HEAD, Role.DISPATCHER}
    assert session_actor(record, result.token, NOW + 2 * MINUTE).roles == {Role.TOWNSHIP_HEAD}


def test_only_the_hash_of_a_token_is_kept(record: Record) -> None:
    result = enter(record)
    with record.read() as session:
        assert result.token not in session.scalars(select(Session.token_hash)).all()


def test_a_login_ends_the_browsers_session_before(record: Record) -> None:
    first = enter(record)
    second = enter(record, previous=first.token)
    assert session_actor(record, first.token, NOW) is None
    assert session_actor(record, second.token, NOW) is not None


def test_the_fifth_wrong_password_locks_for_fifteen_minutes_then_the_right_one_opens(record: Record) -> None:
    for _ in range(settings().lockout_attempts):
        assert refused(lambda: enter(record, "wrong")).code == "errors_access.wrong_password"
    locked = refused(lambda: enter(record))
    assert (locked.code, locked.params["minutes"]) == ("errors_access.locked", 15)
    assert refused(lambda: enter(record, at=NOW + 14.5 * MINUTE)).params["minutes"] == 1
    assert enter(record, at=NOW + 15 * MINUTE).actor.name == "张三"


def test_the_right_password_forgets_the_wrong_ones(record: Record) -> None:
    for _ in range(3):
        for _ in range(settings().lockout_attempts - 1):
            refused(lambda: enter(record, "wrong"))
        enter(record)
    assert count(record, Account, Account.locked_until.is_not(None)) == 0


def test_many_guesses_at_once_get_no_more_than_five_looks(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from data import entering

    looks: list[str | None] = []
    monkeypatch.setattr(entering, "fits", lambda stored, given: looks.append(stored) or False)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda n: refused(lambda: enter(record, f"guess {n}")), range(24)))
    assert len(looks) == settings().lockout_attempts


def test_an_unknown_name_is_refused_like_a_wrong_password(record: Record) -> None:
    unknown = refused(lambda: login(record, "nobody", "x", address="a", previous_token=None, now=NOW))
    assert unknown.sentence() == refused(lambda: enter(record, "wrong")).sentence()


def test_refused_attempts_are_counted_apart_from_the_chain(record: Record) -> None:
    before = count(record, Event)
    for _ in range(4):
        refused(lambda: login(record, "nobody", "x", address="10.9.9.9", previous_token=None, now=NOW))
    assert count(record, Event) == before
    with record.read() as session:
        row = session.scalars(select(RefusedAttempt).where(RefusedAttempt.subject == "10.9.9.9")).one()
    assert row.times == 4


def test_an_idle_session_ends_and_use_keeps_it(record: Record) -> None:
    idle = timedelta(minutes=settings().idle_minutes)
    token = enter(record).token
    assert find_session(record, token, NOW + idle - MINUTE) is not None
    record.write(SYSTEM, lambda tx: None)
    assert find_session(record, token, NOW + 2 * idle - 2 * MINUTE, active=False) is not None
    assert find_session(record, token, NOW + 2 * idle, active=False) is None


def test_a_page_that_pulls_by_itself_keeps_nobody_logged_in(record: Record) -> None:
    token = enter(record).token
    for minutes in range(1, 30):
        assert find_session(record, token, NOW + minutes * MINUTE, active=False) is not None
    assert find_session(record, token, NOW + 30 * MINUTE, active=False) is None


def test_a_session_ended_elsewhere_is_believed_for_two_seconds_at_most(record: Record) -> None:
    token = enter(record).token
    assert session_actor(record, token, NOW) is not None
    other = Record(record.url, clock=lambda: NOW)
    logout(other, token, NOW)
    other.close()
    assert session_actor(record, token, NOW + timedelta(seconds=2)) is None


def test_a_session_has_ended_when_the_step_that_ends_it_is_told(record: Record) -> None:
    """Pages are told of a step the moment it is on disk: what they are sent then must find no session any more."""
    token = enter(record).token
    assert session_actor(record, token, NOW) is not None
    found: list[Actor | None] = []
    leave = record.bus.listen(lambda: found.append(session_actor(record, token, NOW)))
    logout(record, token, NOW)
    leave()
    assert found == [None]


def test_what_was_read_before_a_session_ended_is_not_kept(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    from data import sessions

    token, read = enter(record).token, sessions._read_session

    def slowly(*said: Any) -> sessions.LiveSession | None:
        found = read(*said)
        monkeypatch.undo()
        logout(record, token, NOW)
        return found

    monkeypatch.setattr(sessions, "_read_session", slowly)
    assert session_actor(record, token, NOW) is not None
    assert session_actor(record, token, NOW) is None


def test_logout_and_disabling_end_what_was_open(record: Record) -> None:
    token = enter(record).token
    logout(record, token, NOW)
    assert session_actor(record, token, NOW) is None
    logout(record, token, NOW)
    token = enter(record).token
    bearer = record.write(SYSTEM, create_token, username="zhang", name="gis")
    assert token_actor(record, bearer, NOW) is not None
    with sessions_change(record):
        record.write(SYSTEM, disable_account, username="zhang")
    assert session_actor(record, token, NOW) is None
    assert token_actor(record, bearer, NOW) is None
    assert refused(lambda: enter(record)).code == "errors_access.wrong_password"


def test_a_new_password_ends_sessions_and_the_lock(record: Record) -> None:
    token = enter(record).token
    for _ in range(settings().lockout_attempts):
        refused(lambda: enter(record, "wrong"))
    with sessions_change(record):
        record.write(SYSTEM, set_password, username="zhang", password_hash=hash_password("Other-pass-8", "zhang"))
    assert session_actor(record, token, NOW) is None
    assert enter(record, "Other-pass-8").actor.name == "张三"


def test_a_token_runs_out(record: Record) -> None:
    bearer = record.write(SYSTEM, create_token, username="zhang", name="gis", expires_at=NOW + MINUTE)
    assert token_actor(record, bearer, NOW).name == "张三"
    assert token_actor(record, bearer, NOW + MINUTE) is None
    assert token_actor(record, "made-up", NOW) is None
    assert count(record, ApiToken, ApiToken.token_hash == bearer) == 0


def test_only_an_administrator_manages_accounts(record: Record) -> None:
    desk = small.actor(record, Role.DISPATCHER)
    for verb, facts in (
        (disable_account, {"username": "zhang"}),
        (create_token, {"username": "zhang", "name": "x"}),
        (confirm_pairing, {"code": "ABC234"}),
    ):
        assert refused(lambda verb=verb, facts=facts: record.write(desk, verb, **facts)).kind == "forbidden"


def test_a_name_is_given_once(record: Record) -> None:
    taken = refused(
        lambda: record.write(SYSTEM, create_account, username="zhang", display_name="x", password_hash=HASH, grants=[])
    )
    assert taken.kind == "conflict"


def test_what_happens_to_accounts_is_an_event_without_names(record: Record) -> None:
    admin = small.actor(record, Role.ADMIN)
    record.write(admin, disable_account, username="zhang")
    with record.read() as session:
        events = session.scalars(select(Event).where(Event.matter == "account").order_by(Event.sequence)).all()
    assert [event.verb for event in events] == ["manage", "manage"]
    assert events[-1].role == "admin"
    assert not any("zhang" in event.facts or "张三" in event.facts for event in events)


# -- the demonstration --------------------------------------------------------------------------------------------


def test_a_demonstration_has_one_account_a_role_that_can_log_in(record: Record, tmp_path: Path) -> None:
    made = record.write(SYSTEM, demonstration_accounts_but_dispatcher, seed=3)
    assert {account.role for account in made} == {role.value for role in ROLES}
    file = save_demonstration(tmp_path / "var", made)
    assert file.stat().st_mode & 0o077 == 0
    assert load_demonstration(tmp_path / "var") == made
    one = next(account for account in made if account.role == "officer")
    result = login(record, one.username, one.password, address="", previous_token=None, now=NOW)
    (scope,) = result.actor.scopes
    assert (scope.role, scope.townships, scope.team) == (Role.OFFICER, frozenset({small.WEST}), "W1")
    assert result.actor.person_id is not None


def demonstration_accounts_but_dispatcher(tx, seed: int):
    tx.session.scalars(select(Account).where(Account.username == "dispatcher")).one().username = "first"
    tx.session.flush()
    return demonstration_accounts(tx, seed=seed)


def test_no_file_offers_nobody(tmp_path: Path) -> None:
    assert load_demonstration(tmp_path) == []


# -- walls --------------------------------------------------------------------------------------------------------


def _admin(record: Record) -> Actor:
    return small.actor(record, Role.ADMIN)


def test_a_wall_comes_in_once_by_its_own_code_and_is_never_idle(record: Record) -> None:
    asked = ask_pairing(record, NOW)
    assert waiting_code(record, asked.secret, NOW) == asked.code
    assert collect_pairing(record, asked.secret, NOW) is None
    name = record.write(_admin(record), confirm_pairing, code=asked.code.lower())
    result = collect_pairing(record, asked.secret, NOW)
    assert result is not None
    assert result.actor.device
    assert result.actor.roles == {Role.WALL}
    assert collect_pairing(record, asked.secret, NOW) is None
    assert find_session(record, result.token, NOW + timedelta(days=400), active=False) is not None
    assert [wall.username for wall in paired_walls(record, record.county())] == [name]


def test_a_code_runs_out_and_works_once(record: Record) -> None:
    asked = ask_pairing(record, NOW)
    admin = _admin(record)
    late = refused(lambda: record.write(admin, confirm_pairing, now=NOW + VALID, code=asked.code))
    assert late.code == "errors_access.no_pairing"
    record.write(admin, confirm_pairing, code=asked.code)
    assert refused(lambda: record.write(admin, confirm_pairing, code=asked.code)).kind == "not_found"


def test_somebody_elses_secret_collects_nothing(record: Record) -> None:
    asked, other = ask_pairing(record, NOW), ask_pairing(record, NOW)
    record.write(_admin(record), confirm_pairing, code=asked.code)
    assert collect_pairing(record, other.secret, NOW) is None
    assert collect_pairing(record, "", NOW) is None


def test_waiting_walls_cannot_fill_the_record(record: Record) -> None:
    from data.pairing import WAITING

    for _ in range(WAITING):
        ask_pairing(record, NOW)
    assert refused(lambda: ask_pairing(record, NOW)).kind == "too_many"
    assert ask_pairing(record, NOW + VALID).code
