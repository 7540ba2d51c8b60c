"""The command line: thin, quick, in words; a refusal is a sentence and 1, wrong usage is 2, never a traceback."""

from __future__ import annotations

import csv
import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from data.authority import SYSTEM
from data.casework import receive_lead
from data.db import Record
from data.models import Account, Event, FigureSnapshot
from policy.text import LANGUAGES
from tests.data import small
from tests.support.demo import DemoFiles
from tests.support.server import ROOT
from tests.support.tampering import unguard
from tests.support.terminal import run_apart, run_here

COMMANDS = {
    "serve", "demo", "simulate", "migrate", "backup", "restore", "settings",
    "import grid", "import staff", "import items", "import leads", "import experts",
    "import shifts", "import leaves",
    "export grid", "export leads", "export figures", "export template",
    "case export",
    "figures refresh", "figures show", "figures recount", "figures stop", "figures state", "policy show", "policy check", "audit evidence", "audit verify",
    "calendar load", "calendar show", "roads load", "roads show", "draw verify",
    "drill start", "drill serve", "drill list", "drill injects", "drill pause", "drill resume", "drill give", "drill skip",
    "drill stop",
    "user list", "user add", "user token", "user password", "user disable", "user pair", "user until", "user factor", "case seal",
}  # fmt: skip
SECRET = "kT9-vXq2_mRz7+Lb4=Wd8.Hn3~Yc6!Pf"


class Town:
    """The small county as files, and commands run on it."""

    def __init__(self, folder: Path, schema: Path) -> None:
        self.folder = folder
        file = folder / "town.db"
        file.write_bytes(schema.read_bytes())
        self.url = f"sqlite:///{file}"
        with_it = Record(self.url)
        small.build(with_it)
        with_it.close()

    def run(self, *words: object, stdin: str = "", lang: str = "en") -> subprocess.CompletedProcess[str]:
        return run_here(*words, stdin=stdin, database=self.url, var=self.folder / "var", secret=SECRET, language=lang)

    def said(self, *words: object, stdin: str = "") -> str:
        done = self.run(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def answer(self, *words: object) -> dict:
        return json.loads(self.said(*words, "--format", "json"))

    def refused(self, *words: object) -> str:
        done = self.run(*words)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    def rows(self, model: type) -> list:
        record = Record(self.url)
        try:
            with record.read() as session:
                return list(session.scalars(select(model)))
        finally:
            record.close()


@pytest.fixture
def town_files(tmp_path: Path, migrated_sqlite: Path) -> Town:
    return Town(tmp_path, migrated_sqlite)


# -- the frame --------------------------------------------------------------------------------------------------------


def _listed(text: str) -> list[str]:
    below = re.split(r"Commands:\n", text)[1]
    return re.findall(r"^  ([a-z]+)  ", below, flags=re.M)


def test_every_command_is_listed_and_no_other() -> None:
    found = set()
    for name in _listed(run_here("--help").stdout):
        help_text = run_here(name, "--help").stdout
        found |= {f"{name} {below}" for below in _listed(help_text)} if "Commands:" in help_text else {name}
    extra = {name for name in found - COMMANDS if name.split()[0] in {"policy"}}  # the law's own commands
    assert found - extra == COMMANDS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_is_said_in_the_language_asked_for(lang: str) -> None:
    chinese = re.compile(r"[一-鿿]")
    for words in (("--help",), ("import", "grid", "--help"), ("demo", "--help"), ("user", "add", "--help")):
        for done in (run_here(*words, "--lang", lang), run_here(*words, language=lang)):
            assert done.returncode == 0
            assert "commands." not in done.stdout, "a key that nobody translated"
            text = done.stdout.replace("OneGrid 一张网", "")
            assert bool(chinese.search(text)) == (lang == "zh")


def test_it_starts_at_once() -> None:
    def seconds() -> float:
        begun = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        run_apart("--help")
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begun  # of work: others may be busy

    assert min(seconds() for _ in range(3)) < 1.5


def test_help_loads_no_heavy_library() -> None:
    code = "import sys, app; app.build(); print(*sorted(m for m in ('dash','pandas','shapely','sqlalchemy','plotly','uvicorn') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() in ([], ["sqlalchemy"])


@pytest.mark.parametrize("words", [("nonsense",), ("import", "grid"), ("demo", "--days", "many"), ("--nonsense",), ("serve", "x")])  # fmt: skip
def test_wrong_usage_is_two(words: tuple[str, ...]) -> None:
    done = run_apart(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_refusal_is_a_sentence_on_standard_error(tmp_path: Path, lang: str) -> None:
    done = run_apart("figures", "refresh", "--lang", lang, database=f"sqlite:///{tmp_path / 'none.db'}")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "app.py migrate" in done.stderr
    assert bool(re.search(r"[一-鿿]", done.stderr)) == (lang == "zh")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://onegrid:s3cret@/none?host={tmp_path}"
    done = run_here("migrate", database=url, language="en")
    assert done.returncode == 1
    assert "cannot be reached" in done.stderr
    assert "s3cret" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("url", "says"), [("a cupboard", "is no address"), ("sqlite:///{file}", "not a database")])
def test_what_is_no_database_is_named(tmp_path: Path, url: str, says: str) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear Sir or Madam, " * 99)
    asked = url.format(file=file)
    words = ("policy", "who", "GH-65-1", "--profile", "lanxi", "--cell", "330781102000", "--database", asked)
    done = run_here(*words, language="en")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert says in done.stderr
    assert asked in done.stderr


def test_a_setting_that_cannot_be_is_named() -> None:
    done = run_here("settings", port="a door", language="en")
    assert done.returncode == 1
    assert "ONEGRID_PORT" in done.stderr


def test_settings_are_shown_without_their_secrets() -> None:
    rows = json.loads(
        run_here(
            "settings",
            "--format",
            "json",
            secret=SECRET,
            data_key=SECRET[::-1],
            database="postgresql+psycopg://a:pw1@h/x",
        ).stdout
    )
    shown = {row["name"]: row["value"] for row in rows}
    assert "pw1" not in shown["ONEGRID_DATABASE"]
    assert SECRET not in shown["ONEGRID_SECRET"]
    assert SECRET[::-1] not in shown["ONEGRID_DATA_KEY"]
    assert shown["ONEGRID_HASH"] == "sm3"


# -- database ---------------------------------------------------------------------------------------------------------


def test_migrate_says_what_it_did_and_may_be_repeated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    first = json.loads(run_here("migrate", "--database", url, "--format", "json").stdout)
    again = json.loads(run_here("migrate", "--database", url, "--format", "json").stdout)
    assert (first["before"], again["before"]) == (None, first["after"])


def test_backup_and_restore(town_files: Town, tmp_path: Path) -> None:
    made = town_files.answer("backup", tmp_path / "b.tar")
    assert made["entries"] >= 1
    assert "--force" in town_files.refused("restore", tmp_path / "b.tar")
    target = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    assert "verified" in town_files.said("restore", tmp_path / "b.tar", "--database", target)
    assert (tmp_path / "elsewhere.db").exists()


def test_audit_verify_names_the_first_wrong_event(town_files: Town) -> None:
    record = Record(town_files.url)
    for n in range(3):
        record.write(SYSTEM, receive_lead, source="public_report", summary=f"占道 {n}")
    assert "3" in town_files.said("audit", "verify")
    unguard(record)
    record.submit_raw(lambda c: c.exec_driver_sql("UPDATE event SET verb = 'reject' WHERE sequence = 2")).result()
    record.close()
    done = town_files.run("audit", "verify")
    assert done.returncode == 1
    assert "2" in done.stdout
    assert "reject" in done.stdout


# -- files ------------------------------------------------------------------------------------------------------------


def test_a_faulty_file_tells_every_row_and_writes_nothing(town_files: Town, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("来源,内容\n梦,占道\n群众举报,\n", "utf-8")
    told = town_files.refused("import", "leads", file)
    assert "Row 2" in told
    assert "Row 3" in told
    assert town_files.rows(Event) == []


def test_a_template_filled_in_comes_in_and_goes_out_masked(town_files: Town, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    town_files.said("export", "template", "leads", file, "--lang", "zh")
    heads = next(csv.reader(file.read_text("utf-8-sig").splitlines()))
    values = {"来源*": "群众举报", "内容*": "=HYPERLINK(占道)", "举报人": "张三丰", "举报人电话": "13812345678", "外部编号": "X-1"}  # fmt: skip
    with file.open("a", encoding="utf-8", newline="") as out:
        csv.writer(out).writerow([values.get(head, "") for head in heads])
    assert town_files.answer("import", "leads", file)["created"] == 1
    assert "--reason" in town_files.refused("export", "leads", tmp_path / "out.csv")
    assert town_files.answer("export", "leads", tmp_path / "out.csv", "--reason", "monthly report")["rows"] == 1
    about, heads, row = csv.reader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines())
    assert "monthly report" in about[0]
    found = dict(zip(heads, row, strict=True))
    assert found["summary"] == "'=HYPERLINK(占道)"
    assert found["reporter (masked)"] == "张**"
    assert found["reporter's phone (masked)"] == "138****5678"
    (facts,) = [json.loads(event.facts) for event in town_files.rows(Event) if event.matter == "export"]
    assert (facts["kind"], facts["rows"], facts["said_fields"]) == ("leads", 1, ["reason"])
    assert "monthly report" not in str(facts), "what somebody typed stands beside the chain"


def test_leads_go_out_as_a_workbook_between_two_days(town_files: Town, tmp_path: Path) -> None:
    record = Record(town_files.url)
    record.write(SYSTEM, receive_lead, source="public_report", summary="占道")
    record.close()
    town_files.said("export", "leads", tmp_path / "all.xlsx", "--reason", "test")
    town_files.said("export", "leads", tmp_path / "none.xlsx", "--reason", "test", "--to", "2020-01-01")
    rows = [len(list(load_workbook(tmp_path / name).worksheets[0].rows)) for name in ("all.xlsx", "none.xlsx")]
    assert rows == [3, 2]


@pytest.mark.parametrize("ending", ["geojson", "gpkg"])
def test_the_grid_goes_out_and_comes_in_again(town_files: Town, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"grid.{ending}"
    assert town_files.answer("export", "grid", file)["rows"] == len(small.CELLS)
    assert town_files.answer("import", "grid", file)["created"] == len(small.CELLS)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    town_files.said("migrate", "--database", other)
    town_files.said("import", "grid", file, "--profile", "jindong", "--database", other)
    assert town_files.answer("export", "grid", tmp_path / f"again.{ending}", "--database", other)["rows"] == len(
        small.CELLS
    )


def test_a_file_of_another_kind_is_refused(town_files: Town, tmp_path: Path) -> None:
    assert ".geojson" in town_files.refused("export", "grid", tmp_path / "grid.dwg")
    assert "none.geojson" in town_files.refused("import", "grid", tmp_path / "none.geojson")


# -- figures and policy -----------------------------------------------------------------------------------------------


def test_figures_are_taken_exported_and_restated(town_files: Town, tmp_path: Path) -> None:
    record = Record(town_files.url, clock=lambda: small.NOW)
    record.write(SYSTEM, receive_lead, source="public_report", summary="占道")
    record.close()
    taken = town_files.answer("figures", "refresh")["taken"]
    assert taken >= 1
    assert town_files.answer("figures", "refresh")["taken"] == 0
    assert town_files.answer("figures", "refresh", "--date", "2026-11-20")["restated"] == 0
    rows = town_files.answer("export", "figures", tmp_path / "figures.csv")["rows"]
    assert rows == len(town_files.rows(FigureSnapshot)) > 0


def test_policy_show_gives_every_value_with_its_clause() -> None:
    found = json.loads(run_here("policy", "show", "jindong", "--format", "json", "--date", "2026-11-20").stdout)
    assert found["chain"][-1] == "jindong"
    assert found["values"]["grid.levels"]["citations"][0]["document"] == "JD"
    assert "grid.levels" in run_here("policy", "show", "jindong").stdout
    done = run_here("policy", "show", "atlantis", language="en")
    assert (done.returncode, "atlantis" in done.stderr) == (1, True)


def test_policy_check_finds_the_fault_in_a_file(tmp_path: Path) -> None:
    assert run_here("policy", "check").returncode == 0
    broken = tmp_path / "broken.toml"
    broken.write_text("[profile]\ncode = 'broken'\n", "utf-8")
    done = run_here("policy", "check", broken)
    assert done.returncode == 1
    assert "broken.toml:" in done.stdout


def test_policy_check_judges_items_calendars_and_tables_alike(tmp_path: Path) -> None:
    calendar = tmp_path / "2027.toml"
    calendar.write_text("year = 2027\noff = [{ name = '元旦', from = 2027-01-01 }]\n", "utf-8")
    items = tmp_path / "items.toml"
    items.write_text('law = "PL"\ndomain = "no_such_domain"\n[[penalty]]\n', "utf-8")
    table = tmp_path / "items.csv"
    table.write_text("code,name,domain,penalises_law\nX1,乱倒垃圾,environment,无此法\n", "utf-8")
    for file, sign in ((calendar, "2027.toml:1:"), (items, "items.toml:3:"), (table, "items.csv:2:")):
        done = run_here("policy", "check", file, language="en")
        assert (done.returncode, sign in done.stdout) == (1, True), done.stdout
    found = json.loads(run_here("policy", "check", table, "--format", "json").stdout)
    assert {fault["line"] for fault in found} == {2}
    said = run_here("policy", "check", language="en").stdout
    assert "not at hand" in said, "texts that are only cited are flagged"


# -- accounts ---------------------------------------------------------------------------------------------------------


def test_an_account_is_made_given_a_token_and_shut(town_files: Town) -> None:
    said = town_files.said("user", "add", "li", "--role", "dispatcher", "--name", "李", stdin="Str0ng-enough\n")
    assert "Str0ng" not in said
    (account,) = [row for row in town_files.rows(Account) if row.username == "li"]
    assert account.password_hash.startswith("$argon2id$")
    token = town_files.said("user", "token", "li", "--days", "30").strip()
    assert len(token) >= 40
    made = town_files.answer("user", "password", "li")
    assert len(made["password"]) >= 12
    assert town_files.answer("user", "until", "li", "2099-12-31")["until"] == "2099-12-31"
    assert town_files.answer("user", "until", "li")["until"] is None
    told = {"since": None, "recovery_codes": 0, "required": True}
    assert told.items() <= town_files.answer("user", "factor", "li").items()
    assert "has no second factor" in town_files.said("user", "factor", "li")
    assert town_files.answer("user", "disable", "li")["disabled"] is True
    (account,) = [row for row in town_files.rows(Account) if row.username == "li"]
    assert account.disabled_at is not None


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("user", "add", "x", "--role", "wizard"), "wizard"),
        (("user", "add", "dispatcher", "--role", "dispatcher"), "dispatcher"),
        (("user", "add", "y", "--role", "dispatcher", "--township", "123"), "123"),
        (("user", "token", "nobody"), "nobody"),
        (("user", "disable", "nobody"), "nobody"),
        (("user", "factor", "nobody"), "nobody"),
        (("user", "factor", "dispatcher", "--reset"), "no second factor"),
        (("user", "until", "nobody", "2099-12-31"), "nobody"),
        (("user", "until", "dispatcher", "2020-01-01"), "2020-01-01"),
        (("user", "add", "w", "--role", "supervisor", "--until", "2020-01-01"), "2020-01-01"),
        (("user", "pair", "ABC123"), "ABC123"),
    ],
)
def test_what_cannot_be_done_to_an_account_is_said(town_files: Town, words: tuple[str, ...], names: str) -> None:
    assert names in town_files.refused(*words)


def test_a_weak_password_is_refused(town_files: Town) -> None:
    done = town_files.run("user", "add", "z", "--role", "officer", stdin="12345678\n")
    assert done.returncode == 1
    assert not any(row.username == "z" for row in town_files.rows(Account))


# -- the demonstration ------------------------------------------------------------------------------------------------


def test_a_demonstration_is_not_built_over_another(demo_copy: DemoFiles) -> None:
    done = run_here("demo", database=demo_copy.url, var=demo_copy.var, demo=1, language="en")
    assert done.returncode == 1
    assert "not empty" in done.stderr
    kept = run_here("demo", "--if-missing", "--format", "json", database=demo_copy.url, var=demo_copy.var, demo=1)
    assert (kept.returncode, json.loads(kept.stdout)["built"]) == (0, False)


def test_invented_leads_never_enter_a_real_record(town_files: Town) -> None:
    assert "not a demonstration" in town_files.refused("simulate")


@pytest.mark.long
def test_a_demonstration_is_built_whole_with_its_accounts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    done = run_here("demo", "--days", "3", "--format", "json", database=url, var=tmp_path, demo=1)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rows"]["lead"] > 50
    assert {account["role"] for account in found["accounts"]} >= {"dispatcher", "admin", "wall"}
    assert not list(tmp_path.glob("*.building*"))
    assert run_here("audit", "verify", database=url, var=tmp_path, demo=1).returncode == 0
