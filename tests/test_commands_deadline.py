"""`policy deadline`: asked from the command line as a lawyer would, answered with the day, the clause and the days counted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.terminal import run_here

IN_HOURS = ("criminal_send", "criminal_forward", "compulsion_report")
IN_DAYS = (
    "preservation", "sealing", "hearing_request", "hearing_notice", "decision", "service", "payment", "cash_to_organ",
    "cash_to_bank", "publication_withdrawal", "reminder_to_court", "court_application", "reconsideration", "suit",
    "criminal_head", "criminal_police", "criminal_retry", "criminal_review", "criminal_goods", "limitation",
)  # fmt: skip
PROFILES = ("national", "zhejiang", "henan", "chongqing", "lanxi", "jindong", "chengliu", "yunyang", "fuling")
BEFORE_THE_HOLIDAY = "2026-02-12T15:00"


def ask(kind: str, begin: str, profile: str = "jindong", *more: str) -> dict[str, Any]:
    done = run_here("policy", "deadline", kind, "--profile", profile, "--from", begin, "--format", "json", *more)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def told(*words: str, lang: str = "en") -> str:
    done = run_here("policy", "deadline", *words, language=lang)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(*words: str) -> str:
    done = run_here("policy", "deadline", *words, language="en")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "internal" not in done.stderr
    return done.stderr


def test_five_working_days_across_the_spring_festival_with_its_worked_saturday() -> None:
    found = ask("hearing_request", BEFORE_THE_HOLIDAY)
    assert (found["due"], found["provisional"]) == ("2026-02-26T23:59:59+08:00", False)
    assert found["clause"].startswith("PL 64(1)")
    assert found["counted"] == ["2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26"]


@pytest.fixture(scope="module")
def nation() -> dict[str, dict[str, Any]]:
    """What the national profile says, by kind."""
    return {kind: ask(kind, BEFORE_THE_HOLIDAY, "national") for kind in (*IN_HOURS, *IN_DAYS)}


@pytest.mark.parametrize("profile", PROFILES)
def test_what_the_law_fixes_is_the_same_in_every_profile(profile: str, nation: dict[str, dict[str, Any]]) -> None:
    for kind in (*IN_HOURS, *IN_DAYS):
        found = ask(kind, BEFORE_THE_HOLIDAY, profile)
        assert found == nation[kind], kind
        assert found["due"].endswith("T15:00:00+08:00" if kind in IN_HOURS else "T23:59:59+08:00"), kind


@pytest.mark.parametrize("kind", ["transfer", "transfer_urgent", "transfer_answer"])
def test_only_fuling_gives_a_time_for_a_transfer_and_nobody_borrows_it(kind: str) -> None:
    assert ask(kind, BEFORE_THE_HOLIDAY, "fuling")["clause"] == "FL 二(三)"
    for profile in PROFILES[:-1]:
        assert "nothing is borrowed" in refused(kind, "--profile", profile, "--from", BEFORE_THE_HOLIDAY)


@pytest.mark.parametrize("begin", ["2026-02-12", "2026-02-12 15:00", "2026-02-12T07:00Z", "2026-02-13T00:30+09:00"])
def test_the_day_of_the_event_is_the_day_in_china_however_it_is_written(begin: str) -> None:
    assert ask("payment", begin)["due"] == "2026-02-27T23:59:59+08:00"


def test_a_sealing_is_extended_once_and_a_decision_is_not() -> None:
    assert ask("sealing", BEFORE_THE_HOLIDAY, "jindong", "--extended")["due"] == "2026-04-13T23:59:59+08:00"
    assert "PL 60" in refused("decision", "--profile", "jindong", "--from", BEFORE_THE_HOLIDAY, "--extended")


def test_people_read_how_it_was_counted_and_which_day_is_the_earliest() -> None:
    begin = ("--profile", "jindong", "--from", "2026-09-30T17:00")
    assert "counted through by the hour" in told("criminal_send", *begin)
    assert "15 days counted, 0 left out" in told("payment", "--profile", "jindong", "--from", "2026-03-02")
    assert "earliest" in told("hearing_notice", *begin)
    assert "earliest" not in told("payment", *begin)
    assert "顺延" in told("payment", "--profile", "jindong", "--from", "2026-09-16", lang="zh")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("teatime", "--profile", "jindong", "--from", "2026-02-12"), "hearing_request"),
        (("suit", "--profile", "atlantis", "--from", "2026-02-12"), "jindong"),
        (("suit", "--profile", "jindong", "--from", "2026-02-30"), "2026-02-30"),
        (("suit", "--profile", "jindong", "--from", "9999-12-31"), "1950"),
        (("suit", "--profile", "jindong", "--from", "2004-01-05"), "ALL 46"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(words: tuple[str, ...], says: str) -> None:
    assert says in refused(*words)
