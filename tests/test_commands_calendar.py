"""A year's arrangement from the command line: judged strictly, put in place whole, running deadlines counted again."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from data.authority import SYSTEM
from data.db import Record
from data.deadlines import start_deadline
from data.models import Deadline, Event
from policy.zone import CHINA
from tests.policy.test_workdays import WHOLE_2027
from tests.support.terminal import run_here
from tests.test_commands import Town

BEGUN = datetime(2026, 12, 28, 10, 0, tzinfo=CHINA)


@pytest.fixture
def town(tmp_path: Path, migrated_sqlite: Path) -> Town:
    found = Town(tmp_path, migrated_sqlite)
    record = Record(found.url)
    facts = {"matter": "case", "matter_id": uuid4(), "number": "JD-C-20261228-0001"}
    record.write(SYSTEM, start_deadline, now=BEGUN, kind="preservation", begun_at=BEGUN, **facts)
    record.close()
    return found


def notice(folder: Path, text: str = WHOLE_2027, name: str = "2027.toml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def test_a_year_is_loaded_once_and_says_what_it_moved(town: Town, tmp_path: Path) -> None:
    longer = WHOLE_2027.replace("to = 2027-01-03", "to = 2027-01-05")
    answer = town.answer("calendar", "load", notice(tmp_path, longer, "notice.toml"))
    assert (answer["year"], answer["changed"]) == (2027, 1)
    assert (answer["deadlines"][0]["number"], answer["deadlines"][0]["provisional"]) == ("JD-C-20261228-0001", False)
    assert [row.due_at.astimezone(BEGUN.tzinfo).date().isoformat() for row in town.rows(Deadline)] == ["2027-01-11"]
    assert [event.verb for event in town.rows(Event)] == ["start_deadline", "recount_deadline"]
    assert town.answer("calendar", "load", tmp_path / "notice.toml")["changed"] == 0


def test_the_json_of_a_year_takes_the_place_of_its_toml(town: Town, tmp_path: Path) -> None:
    town.said("calendar", "load", notice(tmp_path))
    days = json.loads(town.said("calendar", "show", 2027, "--format", "json"))
    off = [
        {"name": day["name"], "date": day["day"], "isOffDay": day["kind"] == "holiday"}
        for day in days["days"]
        if day["day"] != "2027-10-07"
    ]
    text = json.dumps({"year": 2027, "papers": ["通知"], "days": off})
    said = town.said("calendar", "load", notice(tmp_path, text, "2027.json"))
    assert "2027.json" in said
    again = json.loads(town.said("calendar", "show", 2027, "--format", "json"))
    assert (again["source"], again["working_days"]) == ("通知", days["working_days"] + 1)


def test_a_faulty_file_is_named_line_by_line_and_nothing_is_put_in_place(town: Town, tmp_path: Path) -> None:
    file = notice(
        tmp_path, WHOLE_2027.replace("working = [2027-02-13", "working = [2027-02-12").replace("year", "jear")
    )
    done = town.run("calendar", "load", file)
    assert (done.returncode, "2027.toml:1:" in done.stdout) == (1, True)
    file = notice(tmp_path, WHOLE_2027.replace("working = [2027-02-13", "working = [2027-02-12"))
    done = town.run("calendar", "load", file)
    assert (done.returncode, "2027.toml:13:" in done.stdout) == (1, True)
    assert town.answer("calendar", "show", 2027)["provisional"] is True
    assert "no file" in town.refused("calendar", "load", tmp_path / "none.toml").lower()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_year_is_shown_with_its_holidays(lang: str) -> None:
    done = run_here("calendar", "show", 2026, language=lang)
    assert done.returncode == 0
    assert "2026-10-01" in done.stdout
    assert run_here("calendar", "show", 1812).returncode == 2
