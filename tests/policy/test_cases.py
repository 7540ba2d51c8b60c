"""Rule cases a lawyer can read: `cases/*.toml`, each a title, facts, a question, the answer and its clause."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from policy.deadlines import Pause, due
from policy.errors import Refusal
from policy.ladder import rung
from policy.loader import load_profile
from policy.workdays import load_calendar
from policy.zone import CHINA
from tests.policy import case_questions, competence_questions

HERE = Path(__file__).parent / "cases"
CALENDAR = load_calendar()


def load() -> list[dict[str, Any]]:
    found = []
    for file in sorted(HERE.glob("*.toml")):
        for number, case in enumerate(tomllib.loads(file.read_text("utf-8"))["case"], start=1):
            found.append(case | {"id": f"{file.stem}-{number}"})
    return found


CASES = load()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def pauses_of(facts: dict[str, Any]) -> list[Pause]:
    return [
        Pause(moment(p["from"]), moment(p["to"]) if "to" in p else None, p["ground"], p.get("clause"))
        for p in facts.get("pauses", [])
    ]


def answer_deadline(facts: dict[str, Any]) -> dict[str, Any]:
    found = due(
        facts["kind"],
        moment(facts["from"]),
        load_profile(facts["profile"]),
        CALENDAR,
        pauses=pauses_of(facts),
        extended=facts.get("extended", False),
    )
    return {
        "due": found.due_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        "provisional": found.provisional,
        "clause": found.clause,
        "sense": found.spec.sense,
    }


def answer_workday(facts: dict[str, Any]) -> dict[str, Any]:
    day = datetime.fromisoformat(facts["day"]).date()
    return {"workday": CALENDAR.is_workday(day), "provisional": CALENDAR.is_provisional(day)}


def answer_ladder(facts: dict[str, Any]) -> dict[str, Any]:
    begun, end, now = (moment(facts[name]) for name in ("from", "due", "now"))
    found = rung(begun, end, now, load_profile(facts["profile"]))
    return {"verb": found.verb, "to": found.recipient, "overdue": found.overdue}


def answer_value(facts: dict[str, Any]) -> dict[str, Any]:
    found = load_profile(facts["profile"]).get(facts["key"], datetime.fromisoformat(facts["on"]).date())
    if found is None:
        return {"silent": True}
    plain = found.as_dict()
    rows = plain["value"] if isinstance(plain["value"], list) else []
    return plain | {
        "clause": found.clause,
        "by": plain["reach_by"],
        "count": len(rows),
        "codes": [row["code"] for row in rows if isinstance(row, dict) and "code" in row],
        "contains": json.dumps(plain["value"], ensure_ascii=False),
        "note": found.note_zh,
    }


def told(given: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Of what was given, what the answer asks for: of `contains` and `note` the words that do occur."""
    words = {
        name: [word for word in answer[name] if word in given[name]] for name in ("contains", "note") if name in answer
    }
    return {name: given.get(name) for name in answer} | words


QUESTIONS = {
    "deadline": answer_deadline,
    "workday": answer_workday,
    "ladder": answer_ladder,
    "value": answer_value,
    **case_questions.QUESTIONS,
    **competence_questions.QUESTIONS,
}


def ask(case: dict[str, Any]) -> dict[str, Any]:
    try:
        return QUESTIONS[case["question"]](case["facts"])
    except Refusal as refusal:
        return {"refused": refusal.code, "clause": refusal.clause}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    given = ask(case)
    assert told(given, case["answer"]) == case["answer"], case["title"]
    if "clause" in case:
        assert case["clause"] in (given.get("clause") or ""), case["title"]


def test_titles_are_sentences_that_stand_once() -> None:
    titles = [case["title"] for case in CASES]
    assert len(titles) == len(set(titles))
    assert all(len(title) >= 8 for title in titles)
