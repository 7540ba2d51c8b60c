"""The second factor: who must have it, codes by time, recovery codes, the lock, enrolling and losing it; on both databases."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from data import entering, passwords
from data.accounts import GrantDraft, create_account, disable_account, set_password
from data.authority import SYSTEM, VERBS
from data.db import Record
from data.entering import (
    Entered,
    Waiting,
    begin_login,
    finish_enrolling,
    finish_login,
    go_without,
    login,
    renew_recovery,
    start_enrolling,
    waiting,
)
from data.models import Event, FactorStep, RecoveryCode, RefusedAttempt, SecondFactor, Session
from data.passwords import hash_password
from data.second_factor import GUARDED, RECOVERY, plain_code, reset_factor, state_of
from data.sessions import OVER, PATIENCE, LoginResult, session_actor, sessions_change
from data.settings import settings
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small
from tests.data.conftest import Clock

GOOD = "Right-pass-7"
STEP = timedelta(seconds=30)
LEADER, WORKER = "head", "worker"


@pytest.fixture(autouse=True)
def _light_hashes_and_known_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: light)
    keys = (letter * 32 for letter in "ABCDEFGH")  # so that no wrong code is right by chance
    monkeypatch.setattr(entering, "new_secret", lambda: next(keys))


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """`rule("required")`: what the administrator has set."""

    def choose(word: str) -> None:
        monkeypatch.setenv("ONEGRID_SECOND_FACTOR", word)
        settings.cache_clear()

    yield choose
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def house(town: Record) -> Record:
    """The small county with a head who decides and a grid worker who only reports."""
    for name, role in ((LEADER, Role.TOWNSHIP_HEAD), (WORKER, Role.GRID_WORKER)):
        draft = GrantDraft(role, "WEST", (small.WEST,))
        hashed = hash_password(GOOD, name)
        town.write(SYSTEM, create_account, username=name, display_name=name, password_hash=hashed, grants=[draft])
    return town


def begin(record: Record, who: str = LEADER, password: str = GOOD) -> LoginResult | Waiting:
    return begin_login(record, who, password, address="10.0.0.1", previous_token=None, now=record.clock())


def step_of(record: Record, who: str = LEADER) -> Waiting:
    found = begin(record, who)
    assert isinstance(found, Waiting)
    return found


def finish(record: Record, waits: Waiting, code: str) -> Entered:
    return finish_login(record, waits.token, code, previous_token=None, now=record.clock())


def code_of(record: Record, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(record.clock() + steps * STEP)


def enrolled(record: Record, who: str = LEADER) -> tuple[str, Entered]:
    """The key of an account that has just been let in for the first time."""
    waits = step_of(record, who)
    assert waits.secret is not None
    return waits.secret, finish(record, waits, code_of(record, waits.secret))


def by_hand(record: Record, who: str) -> tuple[str, LoginResult, tuple[str, ...]]:
    """The same of an account that need not have one, on its own page."""
    entered = begin(record, who)
    assert isinstance(entered, LoginResult)
    waits = start_enrolling(record, entered.actor, GOOD, address="", now=record.clock())
    assert waits.secret is not None
    code = code_of(record, waits.secret)
    codes = finish_enrolling(record, entered.actor, waits.token, code, now=record.clock())
    return waits.secret, entered, codes


def refused(work: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value


def count(record: Record, model: type, *conditions: object) -> int:
    with record.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def verbs(record: Record) -> list[str]:
    with record.read() as session:
        query = select(Event.verb).where(Event.matter == "account", Event.verb != "manage").order_by(Event.sequence)
        return list(session.scalars(query))


# -- who must have it -------------------------------------------------------------------------------------------------


def test_who_decides_unmasks_or_manages_accounts_is_read_from_the_table_of_rights() -> None:
    assert set(Role) - GUARDED == {Role.GRID_WORKER, Role.WALL, Role.SYSTEM}  # as docs/operations.md says
    assert VERBS["case.decide"] | VERBS["case.approve_filing"] | VERBS["lead.unmask"] | {Role.ADMIN} <= GUARDED
    assert VERBS["complaint.unmask"] <= GUARDED


def test_real_use_asks_for_it_and_what_anybody_may_enter_only_offers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from data.settings import Settings

    monkeypatch.delenv("ONEGRID_SECOND_FACTOR")
    assert Settings().second_factor == "required"
    assert Settings(demo=True).second_factor == Settings(drill="D-1").second_factor == "offered"
    assert Settings(demo=True, second_factor="required").second_factor == "required"


def test_who_must_have_it_gets_no_session_before_the_first_right_code(house: Record, rule) -> None:
    rule("required")
    waits = step_of(house)
    assert waits.secret is not None
    assert refused(lambda: finish(house, waits, "000000")).code == "errors_access.code_wrong"
    assert count(house, Session) == count(house, SecondFactor) == 0
    entered = finish(house, waits, code_of(house, waits.secret))
    assert session_actor(house, entered.result.token, house.clock()) is not None
    assert len(set(entered.codes)) == RECOVERY
    assert verbs(house) == ["enrol_factor", "log_in"]
    assert count(house, FactorStep) == 0


@pytest.mark.parametrize(("word", "who"), [("offered", LEADER), ("required", WORKER), ("off", LEADER)])
def test_who_need_not_have_it_comes_in_by_password_alone(house: Record, rule, word: str, who: str) -> None:
    rule(word)
    assert isinstance(begin(house, who), LoginResult)


@pytest.mark.parametrize("word", ["offered", "required", "off"])
def test_who_has_it_is_always_asked_whatever_the_role(house: Record, rule, word: str) -> None:
    by_hand(house, WORKER)
    rule(word)
    waits = step_of(house, WORKER)
    assert waits.secret is None


def test_a_session_of_before_the_rule_ends_with_it(house: Record, rule) -> None:
    result = begin(house)
    assert isinstance(result, LoginResult)
    with sessions_change(house):
        rule("required")
    assert session_actor(house, result.token, house.clock()) is None


def test_nobody_sets_one_up_where_none_is_offered(house: Record, rule) -> None:
    rule("off")
    assert refused(lambda: by_hand(house, WORKER)).code == "errors_access.factor_off"


# -- codes by time ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("off", "outcome"), [(-2, "wrong"), (-1, "in"), (0, "in"), (1, "in"), (2, "wrong")])
def test_a_clock_may_be_off_by_one_step(house: Record, clock: Clock, rule, off: int, outcome: str) -> None:
    rule("required")
    secret, _ = enrolled(house)
    clock.now += 10 * STEP
    waits = step_of(house)
    if outcome == "in":
        assert finish(house, waits, code_of(house, secret, off)).codes == ()
    else:
        assert refused(lambda: finish(house, waits, code_of(house, secret, off))).code == "errors_access.code_wrong"


def test_a_code_is_accepted_once_and_so_is_none_before_it(house: Record, clock: Clock, rule) -> None:
    rule("required")
    secret, _ = enrolled(house)
    assert refused(lambda: finish(house, step_of(house), code_of(house, secret))).code == "errors_access.code_used"
    finish(house, step_of(house), code_of(house, secret, 1))
    clock.now += STEP
    for steps in (0, -1):
        assert refused(lambda n=steps: finish(house, step_of(house), code_of(house, secret, n))).code.endswith("_used")
    assert finish(house, step_of(house), code_of(house, secret, 1)).result.actor.name == LEADER


def test_of_many_who_show_one_code_at_once_one_is_let_in(house: Record, clock: Clock, rule) -> None:
    rule("required")
    secret, _ = enrolled(house)
    clock.now += STEP
    waiters = [step_of(house) for _ in range(4)]
    code = code_of(house, secret)

    def shown(waits: Waiting) -> str:
        try:
            return finish(house, waits, code).result.actor.name
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(shown, waiters)) == ["errors_access.code_used"] * 3 + [LEADER]


def test_the_code_is_read_as_it_was_meant() -> None:
    assert plain_code(" １２３ 456 ") == "123456"
    assert plain_code("abcde-fgh23") == "ABCDEFGH23"
    assert plain_code("12345六") == "12345"


def test_a_right_password_waits_ten_minutes_for_its_code(house: Record, clock: Clock, rule) -> None:
    rule("required")
    waits = step_of(house)
    clock.now += PATIENCE - STEP
    assert waiting(house, waits.token, house.clock()) == waits
    clock.now += STEP
    assert waiting(house, waits.token, house.clock()) is None
    assert refused(lambda: finish(house, waits, code_of(house, waits.secret or ""))).code == "errors_access.step_over"
    assert refused(lambda: finish(house, Waiting("made up", waits.account_id, ""), "1")).kind == "unauthenticated"


@pytest.mark.parametrize("change", [set_password, disable_account, reset_factor])
def test_what_ends_sessions_ends_who_waits_for_a_code_too(house: Record, clock: Clock, rule, change) -> None:
    rule("required")
    secret, entered = enrolled(house)
    clock.now += STEP
    waits = step_of(house)
    told = {"password_hash": hash_password("Other-pass-8", LEADER)} if change is set_password else {}
    with sessions_change(house):
        house.write(SYSTEM, change, username=LEADER, **told)
    assert session_actor(house, entered.result.token, house.clock()) is None
    assert refused(lambda: finish(house, waits, code_of(house, secret))).code == "errors_access.step_over"


def between(record: Record, monkeypatch: pytest.MonkeyPatch, change: Callable[..., object]) -> None:
    """Let an administrator change the account after what was shown is looked at, before the session begins."""
    begins = entering.start_session

    def start(*given: object, **how: object) -> LoginResult:
        told = {"password_hash": hash_password("Other-pass-8", "")} if change is set_password else {}
        record.write(SYSTEM, change, username=given[1].username, **told)  # type: ignore[attr-defined]
        return begins(*given, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(entering, "start_session", start)


@pytest.mark.parametrize("change", [set_password, disable_account, reset_factor])
def test_what_is_changed_while_a_code_is_looked_at_lets_nobody_in(
    house: Record, clock: Clock, rule, monkeypatch: pytest.MonkeyPatch, change
) -> None:
    rule("required")
    secret, _ = enrolled(house)
    clock.now += STEP
    waits = step_of(house)
    between(house, monkeypatch, change)
    assert refused(lambda: finish(house, waits, code_of(house, secret))).code == OVER
    assert count(house, Session, Session.revoked_at.is_(None)) == 0


@pytest.mark.parametrize("change", [set_password, disable_account])
def test_nor_does_a_password_that_is_changed_while_it_is_looked_at(
    house: Record, monkeypatch: pytest.MonkeyPatch, change
) -> None:
    between(house, monkeypatch, change)
    assert refused(lambda: begin(house, WORKER)).code == OVER
    assert count(house, Session) == 0


# -- the lock ---------------------------------------------------------------------------------------------------------


def test_wrong_codes_lock_like_wrong_passwords_and_a_right_password_forgives_none(
    house: Record, clock: Clock, rule
) -> None:
    rule("required")
    secret, _ = enrolled(house)
    clock.now += STEP
    for _ in range(settings().lockout_attempts):
        assert refused(lambda: finish(house, step_of(house), "000000")).code == "errors_access.code_wrong"
    assert refused(lambda: begin(house)).code == "errors_access.locked"
    clock.now += timedelta(minutes=settings().lockout_minutes)
    assert finish(house, step_of(house), code_of(house, secret)).result.actor.name == LEADER
    with house.read() as session:
        noted = session.scalars(select(RefusedAttempt).where(RefusedAttempt.verb == "account.second_factor")).one()
    assert (noted.code, noted.times) == ("wrong", settings().lockout_attempts)


def test_who_waits_while_the_account_is_locked_waits_in_vain(house: Record, clock: Clock, rule) -> None:
    rule("required")
    secret, _ = enrolled(house)
    clock.now += STEP
    waits = step_of(house)
    for _ in range(settings().lockout_attempts):
        refused(lambda: finish(house, waits, "000000"))
    assert refused(lambda: finish(house, waits, code_of(house, secret))).code == "errors_access.locked"


def test_a_right_code_forgets_the_wrong_ones(house: Record, clock: Clock, rule) -> None:
    rule("required")
    secret, _ = enrolled(house)
    for _ in range(2):
        clock.now += 2 * STEP
        for _ in range(settings().lockout_attempts - 1):
            refused(lambda: finish(house, step_of(house), "000000"))
        finish(house, step_of(house), code_of(house, secret))


# -- recovery codes ---------------------------------------------------------------------------------------------------


def test_a_recovery_code_lets_in_once_and_is_told(house: Record, rule) -> None:
    rule("required")
    _, first = enrolled(house)
    typed = first.codes[3].lower().replace("-", " ")
    assert finish(house, step_of(house), typed).recovered
    assert refused(lambda: finish(house, step_of(house), typed)).code == "errors_access.code_wrong"
    with house.read() as session:
        state = state_of(session, LEADER, house.clock())
        facts = session.scalars(select(Event.facts).where(Event.verb == "use_recovery_code")).one()
    assert (state.left, state.recovered_at) == (RECOVERY - 1, house.clock())
    assert '"recovery_codes_left":9' in facts.replace(" ", "")


def test_new_recovery_codes_void_the_old_ones_and_ask_the_password(house: Record, rule) -> None:
    rule("required")
    _, first = enrolled(house)
    who = first.result.actor
    wrong = refused(lambda: renew_recovery(house, who, "wrong", address="", now=house.clock()))
    assert wrong.code == "errors_access.wrong_password"
    made = renew_recovery(house, who, GOOD, address="", now=house.clock())
    assert set(made).isdisjoint(first.codes)
    assert refused(lambda: finish(house, step_of(house), first.codes[0])).code == "errors_access.code_wrong"
    assert finish(house, step_of(house), made[0]).recovered
    assert "renew_recovery_codes" in verbs(house)


# -- one's own, and the administrator's -------------------------------------------------------------------------------


def test_setting_it_up_ends_the_other_sessions_and_keeps_this_one(house: Record, rule) -> None:
    other = begin(house)
    assert isinstance(other, LoginResult)
    _, own, codes = by_hand(house, LEADER)
    rule("required")
    assert len(codes) == RECOVERY
    assert session_actor(house, other.token, house.clock()) is None
    assert session_actor(house, own.token, house.clock()) is not None


def test_a_key_offered_to_one_account_is_not_enrolled_by_another(house: Record) -> None:
    one, other = begin(house), begin(house, WORKER)
    assert isinstance(one, LoginResult)
    assert isinstance(other, LoginResult)
    waits = start_enrolling(house, one.actor, GOOD, address="", now=house.clock())
    code = code_of(house, waits.secret or "")
    gone = refused(lambda: finish_enrolling(house, other.actor, waits.token, code, now=house.clock()))
    assert gone.code == "errors_access.step_over"
    finish_enrolling(house, one.actor, waits.token, code, now=house.clock())
    twice = refused(lambda: start_enrolling(house, one.actor, GOOD, address="", now=house.clock()))
    assert twice.code == "errors_access.factor_there"


def test_who_need_not_have_it_removes_it_with_the_password_and_who_must_may_not(house: Record, rule) -> None:
    _, own, _ = by_hand(house, LEADER)
    assert (
        refused(lambda: go_without(house, own.actor, "wrong", address="", now=house.clock())).kind == "unauthenticated"
    )
    rule("required")
    kept = refused(lambda: go_without(house, own.actor, GOOD, address="", now=house.clock()))
    assert kept.code == "errors_access.factor_kept"
    rule("offered")
    go_without(house, own.actor, GOOD, address="", now=house.clock())
    assert isinstance(begin(house), LoginResult)
    assert count(house, SecondFactor) == count(house, RecoveryCode) == 0
    assert verbs(house)[-2:] == ["remove_factor", "log_in"]
    with sessions_change(house):
        rule("required")
    assert session_actor(house, own.token, house.clock()) is None


def test_the_administrator_resets_it_and_it_is_set_up_anew(house: Record, clock: Clock, rule) -> None:
    rule("required")
    secret, _ = enrolled(house)
    desk = small.actor(house, Role.DISPATCHER)
    assert refused(lambda: house.write(desk, reset_factor, username=LEADER)).kind == "forbidden"
    house.write(small.actor(house, Role.ADMIN), reset_factor, username=LEADER)
    again = step_of(house)
    assert again.secret not in (None, secret)
    assert refused(lambda: house.write(SYSTEM, reset_factor, username=WORKER)).code == "errors_access.no_factor"
    assert verbs(house)[-1] == "reset_factor"


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_key_and_codes_are_nowhere_in_plain(house: Record, rule, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rule("required")
    waits = step_of(house)
    secret = waits.secret or ""
    with house.read() as session:
        kept = session.scalars(select(FactorStep.secret_sealed)).one() or b""
        assert secret.encode() not in kept
        assert session.scalars(select(FactorStep.token_hash)).one() != waits.token
    entered = finish(house, waits, code_of(house, secret))
    with house.read() as session:
        factor = session.scalars(select(SecondFactor)).one()
        assert secret.encode() not in (factor.secret_sealed or b"")
        assert factor.secret == secret
        assert all(one.startswith("$argon2id$") for one in session.scalars(select(RecoveryCode.code_hash)))
        facts = "".join(session.scalars(select(Event.facts)))
    told = facts + caplog.text
    assert not any(word in told for word in (secret, *entered.codes))


# -- a program --------------------------------------------------------------------------------------------------------


def test_a_program_gives_password_and_code_at_once(house: Record, clock: Clock, rule) -> None:
    rule("required")

    def enter(code: str = "") -> LoginResult:
        return login(house, LEADER, GOOD, address="", previous_token=None, now=house.clock(), code=code)

    assert refused(enter).code == "errors_access.factor_first"
    secret, _ = enrolled(house)
    clock.now += STEP
    assert refused(enter).code == "errors_access.code_needed"
    assert refused(lambda: enter("000000")).code == "errors_access.code_wrong"
    assert enter(code_of(house, secret)).actor.name == LEADER
