"""`policy who`: from the profile and the demonstration without a database, from the record where it holds the county."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from data.db import Record
from data.models import Delegation, Item, Lead
from data.simulate.allotment import demonstration_items
from policy.competence import DelegationFacts, ItemFacts, TownshipFacts, competent, rules_of
from policy.loader import load_profile
from policy.vocabulary import ItemKind
from tests.data import small
from tests.support.terminal import run_here

Run = Callable[..., subprocess.CompletedProcess[str]]
VILLAGE = {
    "jindong": "330703101001", "lanxi": "330781102207", "yunyang": "500235105002", "fuling": "500102103001",
    "chengliu": "419001103201",
}  # fmt: skip
LAST = date(2026, 3, 31)
LONE_CHINESE = re.compile(r"[㐀-鿿]{12,}")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def asked(*words: object, lang: str = "zh") -> subprocess.CompletedProcess[str]:
        return run_here("policy", "who", *words, database=f"sqlite:///{tmp_path / 'none.db'}", language=lang)

    return asked


@pytest.fixture
def recorded(tmp_path: Path, migrated_sqlite: Path) -> Callable[..., dict]:
    file = tmp_path / "town.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{file}"
    record = Record(url)
    small.build(record)
    record.close()

    def asked(*words: object) -> dict:
        done = run_here("policy", "who", *words, "--format", "json", database=url, language="zh")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    asked.url = url  # type: ignore[attr-defined]
    return asked


def answer(done: subprocess.CompletedProcess[str]) -> dict:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


# -- the demonstration ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", VILLAGE)
def test_every_plan_answers_for_a_village(run: Run, profile: str) -> None:
    found = answer(run("GH-65-1", "--profile", profile, "--cell", VILLAGE[profile], "--format", "json"))
    town = f"{VILLAGE[profile][:9]}000"
    assert (found["township"], found["cell"], found["source"]) == (town, VILLAGE[profile], "demonstration")
    assert found["allowed"]
    assert found["reasons"][0]["clause"] == found["clause"]
    assert all(reason["sentence"] for reason in found["reasons"])
    wanted = ("organ", "organ_name", "name", "basis", "act", "item", "item_name", "date", "alternatives")
    assert all(found[key] is not None for key in wanted)


@pytest.mark.parametrize("profile", VILLAGE)
def test_it_says_what_the_demonstration_has_delegated(run: Run, profile: str) -> None:
    """One function says what a township has taken on: for each kind of delegation the answer is of that kind."""
    town = f"{VILLAGE[profile][:9]}000"
    items, delegations = demonstration_items(profile, (town,))
    named = {item.code: item for item in items}
    seen: dict[str, str] = {}
    for held in delegations:
        if held.valid_to is None and named[held.item_code].enforcing_body not in ("police", "fire"):
            seen.setdefault(held.kind.value, held.item_code)
    assert len(seen) >= 2
    for kind, code in seen.items():
        words = (code, "--profile", profile, "--cell", town, "--act", "inspect", "--format", "json")
        found = answer(run(*words))
        assert (found["basis"], found["organ"]) == (kind, f"town-{town}")


def test_a_section_is_found_in_the_grid_that_is_drawn(run: Run) -> None:
    found = answer(run("DL-42-1", "--profile", "jindong", "--cell", "330703101S1", "--format", "json"))
    assert (found["township"], found["township_name"]) == ("330703101000", "孝顺镇")


def test_chengliu_is_itself_the_town(run: Run) -> None:
    found = answer(run("GH-65-1", "--profile", "chengliu", "--cell", "419001103000", "--format", "json"))
    assert (found["organ_name"], found["name"], found["unit"]) == ("承留镇人民政府", "承留镇人民政府", "一中队")


def test_an_item_by_its_name_or_by_words_that_stand_in_one_name(run: Run) -> None:
    words = ("--profile", "lanxi", "--cell", "330781102000", "--format", "json")
    by_code = answer(run("DL-42-1", *words))
    assert answer(run("擅自占用或者挖掘城市道路", *words)) == by_code
    assert answer(run("挖掘城市道路", *words)) == by_code
    assert answer(run("dl-42-1", *words)) == by_code


def test_a_penalty_by_its_word_or_its_value(run: Run) -> None:
    words = ("RQ-45-1", "--profile", "lanxi", "--cell", "330781102000", "--format", "json")
    for kind in ("order_closure", "责令关闭"):
        found = answer(run(*words, "--penalty", kind, "--party", "organisation"))
        assert (found["basis"], found["clause"], found["penalties"]) == ("county", "LX 二(一)", ["order_closure"])
        assert [other["instead"] for other in found["alternatives"]] == [False]


def test_lines_for_people_in_both_languages(run: Run) -> None:
    words = ("DL-42-1", "--profile", "yunyang", "--cell", "500235001000")
    chinese, english = run(*words).stdout, run(*words, lang="en").stdout
    assert chinese.startswith("双江街道办事处，以双江街道办事处名义（赋权）")
    assert "（YY 二(一)）" in chinese
    assert "in the name of 双江街道办事处" in english
    assert not LONE_CHINESE.search(english)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ZZZ", "--profile", "lanxi", "--cell", "330781102000"), ("没有事项“ZZZ”", "请改写")),
        (("占道", "--profile", "lanxi", "--cell", "330781102000"), ("相近的有", "占用人行道")),
        (("占用", "--profile", "lanxi", "--cell", "330781102000"), ("DL-42-1",)),
        (("ZSR-16-1", "--profile", "yunyang", "--cell", "500235001000"), ("在云阳县不适用",)),
        (("DL-42-1", "--profile", "nowhere", "--cell", "330781102000"), ("nowhere", "lanxi")),
        (("DL-42-1", "--profile", "zhejiang", "--cell", "330781102000"), ("jindong", "chengliu")),
        (("DL-42-1", "--profile", "lanxi", "--cell", "330781999000"), ("330781001000 兰江街道",)),
        (("DL-42-1", "--profile", "lanxi", "--cell", "330703101000"), ("兰溪市没有网格 330703101000",)),
        (("DL-42-1", "--profile", "lanxi", "--cell", "330781000000"), ("在乡镇（街道）以上",)),
        (("DL-42-1", "--profile", "lanxi", "--cell", "330781102000", "--penalty", "whip"), ("fine 罚款",)),
        (("DL-42-1", "--profile", "lanxi", "--cell", "330781102000", "--act", "sing"), ("penalise",)),
        (("DL-42-1", "--profile", "lanxi", "--cell", "330781102000", "--party", "cat"), ("organisation",)),
        (("DL-42-1", "--profile", "lanxi", "--cell", "330781102000", "--date", "2026-02-30"), ("2026-02-30",)),
        (("DL-42-1", "--profile", "lanxi", "--cell", "330781102000", "--filed", "gestern"), ("gestern",)),
        (
            ("DL-42-1", "--profile", "lanxi", "--cell", "330781102000", "--nature", "major"),
            ("没有按“major”", "ordinary"),
        ),
    ],
)
def test_a_wrong_question_is_told_what_there_is(run: Run, words: tuple[str, ...], says: tuple[str, ...]) -> None:
    said = refusal(run(*words))
    assert [each for each in says if each not in said] == []


def test_jindong_sends_cases_by_their_nature(run: Run) -> None:
    town = "330703101000"
    items, delegations = demonstration_items("jindong", (town,))
    bureau = {item.code for item in items if item.enforcing_body == "bureau"}
    held = next(d.item_code for d in delegations if d.item_code in bureau and d.valid_to is None)
    words = (held, "--profile", "jindong", "--cell", town, "--format", "json")
    ordinary, major = answer(run(*words)), answer(run(*words, "--nature", "major"))
    assert ordinary["organ"] == f"town-{town}"
    assert (major["organ"], major["clause"]) == ("bureau", "JD 二(一)3")


# -- the record -------------------------------------------------------------------------------------------------------


def test_the_record_s_own_items_and_delegations_decide(recorded: Callable[..., dict]) -> None:
    words = ("--profile", "jindong", "--cell", small.VILLAGES[0], "--date", "2026-03-02")
    stalls, unlicensed = recorded("A1", *words), recorded("无照经营", *words)
    assert (stalls["source"], stalls["township"], stalls["township_name"]) == ("record", small.WEST, "西镇")
    assert (stalls["basis"], stalls["organ_name"], stalls["name"]) == (
        "delegated_general",
        "西镇人民政府",
        "西镇人民政府",
    )
    assert (unlicensed["item"], unlicensed["basis"], unlicensed["organ"]) == ("B1", "county", "MARKET")


def test_a_day_before_the_first_grid_is_answered_in_its_cells(recorded: Callable[..., dict]) -> None:
    found = recorded("A1", "--profile", "jindong", "--cell", small.VILLAGES[0], "--date", "2004-01-01")
    assert (found["township"], found["basis"]) == (small.WEST, "county")


def test_cells_and_items_are_those_of_the_record(recorded: Callable[..., dict]) -> None:
    url = recorded.url  # type: ignore[attr-defined]
    for words, says in (
        (("A1", "--cell", "330703999999"), f"{small.WEST} 西镇"),
        (("A1", "--cell", "330703R1"), "在乡镇（街道）以上"),
        (("DL-42-1", "--cell", small.WEST), "import items"),
        (("占道经营吗", "--cell", small.WEST), "A1 占道经营"),
    ):
        done = run_here("policy", "who", *words, "--profile", "jindong", database=url, language="zh")
        assert says in refusal(done)


def test_a_county_the_record_does_not_hold_is_answered_from_the_demonstration(recorded: Callable[..., dict]) -> None:
    found = recorded("GH-65-1", "--profile", "chengliu", "--cell", "419001103201")
    assert found["source"] == "demonstration"


def test_an_item_taken_back_in_the_record(recorded: Callable[..., dict]) -> None:
    record = Record(recorded.url)  # type: ignore[attr-defined]

    def take_back(connection: Connection) -> None:
        connection.execute(update(Delegation).where(Delegation.township_code == small.WEST).values(valid_to=LAST))

    record.submit_raw(take_back).result()
    record.close()
    words = ("A1", "--profile", "jindong", "--cell", small.WEST)
    assert recorded(*words, "--date", "2026-03-31")["basis"] == "delegated_general"
    after = recorded(*words, "--date", "2026-04-01")
    assert after["basis"] == "county"
    assert "2026-04-01" in after["reasons"][0]["sentence"]
    assert recorded(*words, "--date", "2026-04-01", "--filed", "2026-03-01")["basis"] != "county"


def test_a_record_without_items_says_so(tmp_path: Path, migrated_sqlite: Path) -> None:
    file = tmp_path / "bare.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    record = Record(f"sqlite:///{file}")
    small.build(record)
    record.submit_raw(lambda connection: [connection.execute(delete(one)) for one in (Delegation, Lead, Item)]).result()
    record.close()
    words = ("占道经营", "--profile", "jindong", "--cell", small.WEST)
    done = run_here("policy", "who", *words, database=f"sqlite:///{file}", language="zh")
    assert done.returncode != 0
    assert "还没有事项" in done.stderr


@pytest.mark.parametrize(("item", "told"), [("statutory", False), ("entrusted", False), ("delegated_general", True)])
def test_only_delegated_items_are_for_the_staff_of_their_home_department(item: str, told: bool) -> None:
    profile = load_profile("fuling")
    found = competent(
        ItemFacts("A1", "占道经营", "city", "BUREAU"),
        TownshipFacts("500102103", "T1", "某镇"),
        date(2026, 11, 20),
        delegations=[DelegationFacts("A1", "500102103", ItemKind(item), date(2024, 1, 13), None, "BUREAU")],
        rules=rules_of(profile, date(2026, 11, 20)),
    )
    assert any(note.code.startswith("reasons.sunk") for note in found.notes) is told
