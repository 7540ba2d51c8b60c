"""Personal data lies encrypted under a key of its row, opens nowhere else, and is gone when that key is (PI 47, 51)."""

from __future__ import annotations

import logging
import sqlite3
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from data.authority import SYSTEM
from data.casework import receive_lead
from data.casework.erasing import erase_party, erase_reporter
from data.casework.leads import reject
from data.casework.unmasking import unmask_case
from data.db import Record, open_engine
from data.events import verify
from data.exporters import export_cases, export_leads
from data.key_check import demand_key
from data.keyring import Keyring, SealBroken
from data.migrate import _alone, _config, head, migrate
from data.models import Case, Event, Lead, Party
from data.models.sealed import sealed_row
from data.queries.cases import CaseFilter, case_view, list_cases
from data.settings import Settings
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small

NUMBER = "11010519491231002X"
PERSON = {
    "kind": "citizen", "name": "欧阳小明", "identity_number": NUMBER, "phone": "13812345678", "address": "西镇一村十二号院",
}  # fmt: skip
FIRM = c.COMPANY | {"representative": "司马相如", "phone": "13987654321"}
REPORTER = {"reporter_name": "诸葛小亮", "reporter_phone": "13700001111"}
PLAIN = ("欧阳小明", NUMBER, "13812345678", "西镇一村十二号院", "司马相如", "13987654321", "诸葛小亮", "13700001111")
PAST = small.NOW + timedelta(days=400)


@pytest.fixture
def actors(town: Record) -> dict[str, object]:
    c.with_basis(town)
    return c.cast(town) | {"office": small.actor(town, Role.COUNTY_OFFICE)}


def party_of(town: Record, case: Case) -> Party:
    with town.read() as session:
        return session.get_one(Party, case.party_id)


def lead_told(town: Record, actors, **more: object) -> Lead:
    lon, lat = small.middle(0)
    told = {"source": "public_report", "summary": "占道", "item_code": "A1", "lon": lon, "lat": lat} | REPORTER | more
    return town.write(actors["dispatcher"], receive_lead, **told)


def rewrite(town: Record, statement: str, **values: object) -> None:
    """Write into the database behind the program's back."""
    with town.write_engine.begin() as connection:
        connection.execute(text(statement), values)


def raw(town: Record) -> bytes:
    """Every byte of the database: the files of SQLite, all that PostgreSQL's dump holds."""
    url = make_url(town.url)
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(str(url.database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"".join(
            Path(f"{url.database}{end}").read_bytes() for end in ("", "-wal") if Path(f"{url.database}{end}").exists()
        )
    from data.backup import run_tool

    out = Path(f"/tmp/{uuid4()}.sql")  # noqa: S108
    try:
        run_tool("pg_dump", url, "--format=plain", f"--file={out}")
        return out.read_bytes()
    finally:
        out.unlink(missing_ok=True)


# -- kept encrypted, read as before ----------------------------------------------------------------------------------


def test_a_party_is_read_in_plain_and_no_byte_of_the_database_tells_it(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors, party=PERSON)
    firm = c.propose(town, tmp_path, actors, shade=2, party=FIRM)
    lead = lead_told(town, actors)
    person, company = party_of(town, case), party_of(town, firm)
    assert {name: getattr(person, name) for name in PERSON} == PERSON
    assert (company.name, company.representative, company.phone) == (FIRM["name"], "司马相如", "13987654321")
    with town.read() as session:
        kept = session.get_one(Lead, lead.id)
        assert (kept.reporter_name, kept.reporter_phone) == ("诸葛小亮", "13700001111")
    stored = raw(town)
    assert FIRM["name"].encode() in stored
    for plain in PLAIN:
        assert plain.encode() not in stored, plain


def test_equal_values_are_never_equal_bytes_and_equal_people_are_found_again(
    town: Record, actors, tmp_path: Path
) -> None:
    first = party_of(town, c.propose(town, tmp_path, actors, party=PERSON | {"identity_number": None}))
    second = party_of(town, c.propose(town, tmp_path, actors, shade=2, party=PERSON | {"identity_number": None}))
    assert first.id != second.id
    assert first.name == second.name
    assert first.person_name_sealed != second.person_name_sealed
    assert first.data_key != second.data_key
    third, fourth = (c.propose(town, tmp_path, actors, shade=n, party=PERSON) for n in (3, 4))
    assert third.party_id == fourth.party_id
    row = sealed_row(Party, PERSON | {"id": uuid4(), "jurisdiction_id": uuid4(), "code": "X"})
    assert row["identity_digest"] != party_of(town, third).identity_digest, "another county's digests are others"


def test_cases_are_found_by_the_whole_name_or_number_of_a_person_and_by_part_of_a_firm(
    town: Record, actors, tmp_path: Path
) -> None:
    mine = c.propose(town, tmp_path, actors, party=PERSON).number
    firms = c.propose(town, tmp_path, actors, shade=2, party=FIRM).number

    def found(words: str) -> list[str]:
        with town.read() as session:
            rows = list_cases(session, actors["officer"], town.county(), small.NOW, CaseFilter(words=words))
        return [row.number for row in rows]

    assert found("欧阳小明") == found(NUMBER) == found(NUMBER.lower()) == [mine]
    assert found("欧阳") == []
    assert found("某某餐饮") == found(FIRM["credit_code"]) == [firms]


# -- what does not open is refused in words --------------------------------------------------------------------------


def refused(party: Party, column: str) -> Refusal:
    with pytest.raises(Refusal) as told:
        getattr(party, column)
    for lang in ("zh", "en"):
        assert party.code in told.value.sentence(lang)
    return told.value


def test_an_altered_ciphertext_is_refused_and_spoils_no_table(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors, party=PERSON)
    sealed = bytearray(party_of(town, case).person_name_sealed or b"")
    sealed[-1] ^= 1
    rewrite(town, "UPDATE party SET person_name_sealed = :bytes", bytes=bytes(sealed))
    told = refused(party_of(town, case), "name")
    assert (told.code, "姓名" in told.sentence("zh")) == ("errors_personal.broken", True)
    assert party_of(town, case).phone == PERSON["phone"]
    with town.read() as session:
        assert [row.party for row in list_cases(session, actors["officer"], town.county(), small.NOW)] == ["无法读取"]


def test_a_ciphertext_opens_for_no_other_party_and_in_no_other_column(town: Record, actors, tmp_path: Path) -> None:
    one = c.propose(town, tmp_path, actors, party=PERSON | {"identity_number": None})
    other = party_of(town, c.propose(town, tmp_path, actors, shade=2, party=PERSON | {"identity_number": None}))
    mine = party_of(town, one)
    rewrite(town, "UPDATE party SET phone_sealed = :b WHERE code = :c", b=other.phone_sealed, c=mine.code)
    assert refused(party_of(town, one), "phone").code == "errors_personal.broken"
    rewrite(town, "UPDATE party SET phone_sealed = address_sealed WHERE code = :c", c=mine.code)
    assert refused(party_of(town, one), "phone").code == "errors_personal.broken"
    rewrite(town, "UPDATE party SET data_key = :k, phone_sealed = :b WHERE code = :c",
            k=other.data_key, b=other.phone_sealed, c=mine.code)  # fmt: skip
    assert refused(party_of(town, one), "phone").code == "errors_personal.key"


def test_another_key_is_refused_in_words_before_the_server_serves(town: Record, actors, tmp_path: Path) -> None:
    demand_key(town, Settings())
    c.propose(town, tmp_path, actors, party=PERSON)
    demand_key(town, Settings())
    with pytest.raises(Refusal) as told:
        demand_key(town, Settings(data_key="another-key-of-personal-data-4321"))
    assert "ONEGRID_DATA_KEY" in told.value.sentence("zh")
    with pytest.raises(Refusal) as told:
        demand_key(town, Settings(data_key="short"))
    assert told.value.code == "errors_personal.key_weak"


def test_a_data_key_opens_only_with_the_key_it_was_wrapped_by() -> None:
    ring, other = Keyring("a" * 20 + "bcdefghijklmnopq"), Keyring("z" * 20 + "bcdefghijklmnopq")
    wrapped, cipher = ring.fresh(b"here")
    sealed = cipher.seal("张三".encode(), b"name")
    assert ring.unwrap(wrapped, b"here").open(sealed, b"name") == "张三".encode()
    for wrong in (
        lambda: other.unwrap(wrapped, b"here"),
        lambda: ring.unwrap(wrapped, b"there"),
        lambda: cipher.open(b"", b"name"),
    ):
        with pytest.raises(SealBroken):
            wrong()


# -- erased ----------------------------------------------------------------------------------------------------------


def ended(town: Record, actors, case: Case) -> Case:
    """A case that is dropped: nothing is owed any more."""
    return c.step(town, actors["officer"], case, "drop", reason="违法事实不成立")


def test_an_erased_party_is_shown_in_words_and_rows_and_chain_stay_whole(town: Record, actors, tmp_path: Path) -> None:
    case = ended(town, actors, c.propose(town, tmp_path, actors, party=PERSON))
    before = party_of(town, case)
    town.write(actors["office"], erase_party, code=before.code, reason="PI 47(1)，当事人申请")
    gone = party_of(town, case)
    assert (gone.data_key, gone.identity_digest, gone.name_digest) == (None, None, None)
    assert (gone.name, gone.phone, gone.representative) == ("已删除", "已删除", None)
    with town.read() as session:
        seen = case_view(session, actors["officer"], town.county(), case.number, small.NOW)
        english = case_view(session, actors["officer"], town.county(), case.number, small.NOW, "en").head.party
        rows = list_cases(session, actors["officer"], town.county(), small.NOW)
        last = session.scalars(select(Event).order_by(Event.sequence.desc())).first()
    assert (seen.head.party.name, seen.head.party.identity_number, seen.head.party.address) == ("已删除",) * 3
    assert (english.name, seen.head.party.erased, seen.head.may_unmask) == ("erased", True, False)
    assert [row.party for row in rows] == ["已删除"]
    assert (last.matter, last.verb, last.clause, last.role) == ("party", "erase", "PI 47", "county_office")
    assert verify(town, town.county().jurisdiction_id).whole
    stored = raw(town)
    for bytes_ in (before.data_key, before.identity_digest.encode()):
        assert bytes_ not in stored
        assert bytes_.hex().encode() not in stored


def test_what_is_erased_is_neither_unmasked_nor_written_again_nor_erased_twice(
    town: Record, actors, tmp_path: Path
) -> None:
    case = ended(town, actors, c.propose(town, tmp_path, actors, party=PERSON))
    code = party_of(town, case).code
    town.write(actors["office"], erase_party, code=code, reason="当事人申请")
    for actor, verb, told, wanted, words in (
        (actors["officer"], unmask_case, {"number": case.number, "reason": "核对"}, ("errors_personal.erased", "PI 47"), "密钥已销毁"),
        (actors["office"], erase_party, {"code": code, "reason": "再删一次"}, ("errors_personal.file_kept", "PL 47"), case.number),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refusal:
            town.write(actor, verb, **told)
        assert (refusal.value.code, refusal.value.clause) == wanted
        assert words in refusal.value.sentence("zh")
    with pytest.raises(Refusal):
        party_of(town, case).phone = "13800000000"
    again = c.propose(town, tmp_path, actors, shade=9, party=PERSON)
    assert again.party_id != case.party_id, "nobody can tell any more that it was the same person"


def test_erasing_asks_a_reason_the_right_office_and_closed_cases(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors, party=PERSON)
    code = party_of(town, case).code
    for who, told, wanted in (
        ("officer", {"code": code, "reason": "申请"}, "errors_access.forbidden"),
        ("office", {"code": code, "reason": " "}, "errors_personal.erase_reason"),
        ("office", {"code": "JD-P-0", "reason": "申请"}, "errors_personal.party_not_found"),
        ("office", {"code": code, "reason": "申请"}, "errors_personal.party_open"),
    ):
        with pytest.raises(Refusal) as refusal:
            town.write(actors[who], erase_party, **told)
        assert refusal.value.code == wanted
    assert case.number in refusal.value.sentence("zh")
    assert party_of(town, case).name == "欧阳小明"


def test_a_plan_that_says_how_long_files_are_kept_is_kept_to(
    town: Record, actors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policy.profile import Profile, Value

    case = ended(town, actors, c.propose(town, tmp_path, actors, party=PERSON))
    code, told = party_of(town, case).code, Profile.get
    kept = Value("personal_data.retention", 5, "year", small.FROM)
    monkeypatch.setattr(Profile, "get", lambda self, key, on: kept if key == kept.key else told(self, key, on))
    with pytest.raises(Refusal) as refusal:
        town.write(actors["office"], erase_party, code=code, reason="申请", now=PAST)
    assert refusal.value.code == "errors_personal.party_kept"
    assert "2031-11-20" in refusal.value.sentence("zh")
    town.write(actors["office"], erase_party, code=code, reason="申请", now=small.NOW + timedelta(days=6 * 366))
    assert party_of(town, case).name == "已删除"


def test_a_reporter_is_erased_once_nothing_is_owed(town: Record, actors) -> None:
    lead = lead_told(town, actors)
    with pytest.raises(Refusal) as refusal:
        town.write(actors["office"], erase_reporter, number=lead.number, reason="举报人申请")
    assert refusal.value.code == "errors_personal.lead_open"
    town.write(actors["dispatcher"], reject, number=lead.number, reason="out_of_scope")
    town.write(actors["office"], erase_reporter, number=lead.number, reason="举报人申请")
    with town.read() as session:
        kept = session.get_one(Lead, lead.id)
        assert (kept.reporter_name, kept.reporter_phone, kept.data_key) == ("已删除", "已删除", None)
    unnamed = lead_told(town, actors, reporter_name=None, reporter_phone=None)
    town.write(actors["dispatcher"], reject, number=unnamed.number, reason="out_of_scope")
    with pytest.raises(Refusal) as refusal:
        town.write(actors["office"], erase_reporter, number=unnamed.number, reason="举报人申请")
    assert refusal.value.code == "errors_personal.nothing"


# -- what was plain before -------------------------------------------------------------------------------------------


def test_what_an_earlier_release_kept_in_plain_is_sealed_by_the_upgrade(bare_database: str) -> None:
    engine = open_engine(bare_database)
    with _alone(engine) as connection:
        command.upgrade(_config(connection), "0004")
    place, keys = uuid4(), [uuid4() for _ in range(4)]
    with engine.begin() as connection:
        sqlite = engine.dialect.name == "sqlite"

        def put(table: str, **row: object) -> None:
            told = {name: value.hex if sqlite and isinstance(value, UUID) else value for name, value in row.items()}
            names = ", ".join(f":{name}" for name in told)
            connection.execute(text(f"INSERT INTO {table} ({', '.join(told)}) VALUES ({names})"), told)

        put("jurisdiction", id=place, code="330703000000", profile="jindong", short_code="JD", name="金东区", name_en="J",
            outline=b"", drill=False)  # fmt: skip
        common = {"jurisdiction_id": place, "version": 1}
        put("party", id=keys[0], code="P1", risk="normal", **PERSON, **common)
        put("party", id=keys[1], code="P2", risk="normal", **FIRM, **common)
        for key, number, more in ((keys[2], "L1", REPORTER), (keys[3], "L2", {})):
            put("lead", id=key, number=number, source="grid_patrol", urgency="normal", status="received", summary="x",
                cell_chain="[]", occurred_at=small.NOW, received_at=small.NOW, **more, **common)  # fmt: skip
    engine.dispose()
    assert migrate(bare_database) == ("0004", head())
    record = Record(bare_database)
    with record.read() as session:
        person, firm, lead, other = (
            session.get_one(model, key) for model, key in zip((Party, Party, Lead, Lead), keys, strict=True)
        )
        assert {name: getattr(person, name) for name in PERSON} == PERSON
        assert {name: getattr(firm, name) for name in FIRM} == FIRM
        assert {name: getattr(lead, name) for name in REPORTER} == REPORTER
        assert (other.reporter_name, other.data_key) == (None, None)
        made = sealed_row(Party, PERSON | {"id": keys[0], "jurisdiction_id": place})
        assert (person.name_digest, person.identity_digest) == (made["name_digest"], made["identity_digest"])
    stored = raw(record)
    record.close()
    for plain in PLAIN:
        assert plain.encode() not in stored, plain


# -- nowhere else ----------------------------------------------------------------------------------------------------


def test_neither_chain_nor_exports_nor_log_tell_of_people(
    town: Record, actors, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    case = c.propose(town, tmp_path, actors, party=PERSON)
    lead_told(town, actors)
    c.to_served(town, actors, case, small.NOW)
    town.write(actors["officer"], unmask_case, number=case.number, reason="制作送达回证")
    with pytest.raises(Refusal):
        town.write(actors["reviewer"], unmask_case, number="JD-0", reason="看看")
    with town.read() as session:
        chain = b"".join(repr(tuple(row)).encode() for row in session.execute(text("SELECT * FROM event")))
        facts = "".join(session.scalars(select(Event.facts))).encode()
        attempts = repr(session.execute(text("SELECT * FROM refused_attempt")).all()).encode()
    files = [tmp_path / "cases.csv", tmp_path / "leads.csv"]
    clerk = small.actor(town, Role.SUPERVISOR, Role.DISPATCHER)
    assert export_cases(town, clerk, town.county(), files[0], CaseFilter(), reason="月度核对") == 1
    assert export_leads(town, clerk, town.county(), files[1], reason="月度核对") == 2
    told = b"".join((chain, facts, attempts, caplog.text.encode(), *(file.read_bytes() for file in files)))
    assert len(facts) > 1_000
    for plain in PLAIN:
        assert plain.encode() not in told, plain
        assert plain.encode("unicode_escape") not in told, plain


def test_the_log_of_the_database_layer_tells_no_values_either(town: Record, actors, tmp_path: Path, caplog) -> None:
    caplog.set_level(logging.DEBUG, logger="sqlalchemy.engine")
    c.propose(town, tmp_path, actors, party=PERSON)
    assert "INSERT INTO party" in caplog.text
    assert all(plain not in caplog.text for plain in PLAIN)
    assert town.write(SYSTEM, lambda tx: tx.session.scalars(select(Party.code)).first())
