"""Score sheets: by who had no part in the file, every heading with its ground, earlier sheets kept, faults mended once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from data.authority import SYSTEM, Actor, Scope
from data.casework.file_scores import correct_score, give_score, mend_fault
from data.db import Record
from data.models import Account, Case, Event, FileScore, Person
from data.queries.file_draws import drawn_files
from data.queries.file_scores import open_faults, reviewed, sheets_of_case
from policy.errors import Refusal
from policy.file_review import period_of
from policy.profile import Value, freeze
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import reviewing as r
from tests.data import small

pytestmark = pytest.mark.anywhere

DUE = small.NOW.date() + timedelta(days=14)
HEADINGS = [
    {"code": "procedure", "name_zh": "程序", "name_en": "procedure", "points": 60},
    {"code": "papers", "name_zh": "文书", "name_en": "papers", "points": 20},
]


@pytest.fixture
def who(town: Record) -> dict[str, Any]:
    return c.cast(town) | r.supervisors(town)


@pytest.fixture
def files(town: Record, tmp_path: Path, who: dict[str, Any]) -> list[str]:
    return r.closed(town, tmp_path, who)


def refused(town: Record, actor: Any, verb: Any, **facts: Any) -> str:
    with pytest.raises(Refusal) as found:
        town.write(actor, verb, **facts)
    assert found.value.sentence("zh") != found.value.sentence("en")
    return found.value.code


def give(town: Record, actor: Any, case: str, points: str = "86.5", **more: Any) -> FileScore:
    told = {"draw": None, "cycle": "quarter"} | more
    return town.write(actor, give_score, case=case, points=r.overall(points), **told)


def read(town: Record, query: Any, actor: Any = SYSTEM, **facts: Any) -> Any:
    with town.read() as session:
        return query(session, actor, town.county(), small.NOW, **facts)


def test_a_drawn_file_is_scored_once_with_its_ground(town: Record, who, files) -> None:
    draw = r.drawn(town, who["supervisor"])
    row = give(town, who["supervisor"], draw.drawn[0], draw=draw.number)
    assert (row.score, row.cycle, row.reviewer, row.organ_code) == (86.5, "month", "supervisor", "WEST")
    assert row.points == {"overall": {"points": "86.5", "ground": "程序完整"}}
    assert (
        refused(town, who["second"], give_score, case=draw.drawn[0], points=r.overall(), draw=draw.number)
        == "errors_files.scored_already"
    )
    other = next(number for number in files if number not in draw.drawn)
    assert (
        refused(town, who["second"], give_score, case=other, points=r.overall(), draw=draw.number)
        == "errors_files.not_drawn"
    )
    with town.read() as session:
        event = session.scalars(select(Event).where(Event.matter == "file_score")).one()
    facts = json.loads(event.facts)
    assert (facts["case"], facts["score"], facts["points"]) == (draw.drawn[0], "86.50", {"overall": "86.5"})
    assert "程序完整" not in json.dumps(facts, ensure_ascii=False), "what was written stands beside the chain"


def test_headings_are_the_profile_s(town: Record, who, files) -> None:
    value = Value("file_review.headings", freeze(HEADINGS), "none", small.NOW.date().replace(year=2020))
    profile = town.county().profile
    place = replace(town.county(), profile=replace(profile, values={**profile.values, value.key: (value,)}))
    told = {"procedure": {"points": "51", "ground": "告知齐全"}, "papers": {"points": "13", "ground": "缺一份回证"}}
    row = town.write(who["supervisor"], give_score, county=place, case=files[0], points=told, cycle="year")
    assert row.score == 80.0  # 64 of 80
    with pytest.raises(Refusal) as found:
        town.write(who["second"], give_score, county=place, case=files[0], points=r.overall(), cycle="year")
    assert found.value.code == "errors_files.heading_unknown"


def test_nobody_scores_a_file_they_had_a_part_in(town: Record, who, files) -> None:
    """The first file went through real hands: who handled, approved or, by another account, is the same person."""
    scope = (Scope(Role.SUPERVISOR, town.county().jurisdiction_id),)
    case = files[-1] if files[-1].startswith("JD-C-202611") else next(n for n in files if n.startswith("JD-C-202611"))
    handler, head = (replace(who[part], scopes=scope) for part in ("officer", "head"))
    assert refused(town, handler, give_score, case=case, points=r.overall(), cycle="month") == "errors_files.had_part"
    assert refused(town, head, give_score, case=case, points=r.overall(), cycle="month") == "errors_files.had_part"

    def again(tx: Any) -> Actor:
        person = tx.session.scalars(select(Person).where(Person.code == "01")).one()
        account = Account(username="r-other", display_name="other", password_hash="-", password_changed_at=small.NOW,
                          person_id=person.id)  # fmt: skip
        tx.session.add(account)
        tx.session.flush()
        return Actor(account.id, "other", scope, person_id=person.id)

    assert (
        refused(town, town.write(SYSTEM, again), give_score, case=case, points=r.overall(), cycle="month")
        == "errors_files.had_part"
    )
    draw = r.drawn(town, who["supervisor"], wanted=12)
    seen = {one.number: one.part for one in read(town, drawn_files, head, draw=draw)}
    assert seen[case] is not None
    assert give(town, who["supervisor"], case).reviewer == "supervisor"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.TOWNSHIP_HEAD, Role.LEGAL_REVIEWER, Role.DISPATCHER, Role.WALL])
def test_only_supervision_scores(town: Record, files, role: Role) -> None:
    assert (
        refused(town, small.actor(town, role), give_score, case=files[0], points=r.overall(), cycle="month")
        == "errors_access.forbidden"
    )


def test_the_system_scores_nothing(town: Record, files) -> None:
    assert (
        refused(town, SYSTEM, give_score, case=files[0], points=r.overall(), cycle="month")
        == "errors_files.nobody_scores"
    )


def test_an_open_file_is_not_scored_and_a_review_says_which_it_is(town: Record, who, files) -> None:
    town.write(
        SYSTEM, lambda tx: tx.session.execute(update(Case).where(Case.number == files[0]).values(status="decided"))
    )
    assert (
        refused(town, who["supervisor"], give_score, case=files[0], points=r.overall(), cycle="month")
        == "errors_files.not_closed"
    )
    assert (
        refused(town, who["supervisor"], give_score, case=files[1], points=r.overall()) == "errors_files.cycle_missing"
    )


def test_a_correction_is_one_s_own_and_keeps_the_sheet_before(town: Record, who, files) -> None:
    row = give(town, who["supervisor"], files[0], "60")
    told = {"number": row.number, "points": r.overall("75", "补正后复评")}
    assert refused(town, who["second"], correct_score, **told, reason="我看不止") == "errors_files.not_own_sheet"
    assert refused(town, who["supervisor"], correct_score, **told, reason="") == "errors_files.reason_missing"
    row = town.write(who["supervisor"], correct_score, **told, reason="补正后复评")
    assert (row.score, [one["score"] for one in row.earlier], row.earlier[0]["reason"]) == (75.0, [60.0], "补正后复评")
    assert row.earlier[0]["points"]["overall"]["points"] == "60"


def test_a_fault_goes_back_to_whose_file_it_is_and_is_mended_once(town: Record, who, files) -> None:
    row = give(town, who["supervisor"], files[0], "70", faults=[{"words": "缺送达回证", "due_on": DUE}])
    (fault,) = read(town, open_faults, who["head"])
    assert (fault.words, fault.organ, fault.due_on, fault.overdue) == ("缺送达回证", "WEST", DUE, False)
    told = {"number": row.number, "place": 1, "outcome": "已补正"}
    east = Actor(None, "east", (Scope(Role.TOWNSHIP_HEAD, town.county().jurisdiction_id, "EAST"),))
    assert refused(town, east, mend_fault, **told) == "errors_files.fault_of_other"
    assert refused(town, who["supervisor"], mend_fault, **told) == "errors_access.forbidden", (
        "supervision mends nothing"
    )
    assert refused(town, who["head"], mend_fault, **told | {"place": 2}) == "errors_files.fault_not_found"
    town.write(who["head"], mend_fault, **told)
    assert refused(town, who["head"], mend_fault, **told) == "errors_files.fault_mended"
    assert read(town, open_faults, who["head"]) == []
    (sheet,) = read(town, sheets_of_case, who["officer"], number=files[0])
    assert sheet.faults[0]["outcome"] == "已补正"


def test_who_belongs_to_two_organs_mends_for_the_one_it_was_given_to(town: Record, who, files) -> None:
    row = give(town, who["supervisor"], files[0], "70", faults=[{"words": "缺送达回证", "due_on": DUE}])
    place = town.county().jurisdiction_id
    both = Actor(None, "both", tuple(Scope(Role.TOWNSHIP_HEAD, place, organ) for organ in ("EAST", "WEST")))
    town.write(both, mend_fault, number=row.number, place=1, outcome="已补正")
    with town.read() as session:
        assert (
            session.scalars(select(Event.organ).where(Event.matter == "file_score", Event.verb == "mend")).one()
            == "WEST"
        )


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"words": "缺页", "due_on": "2026-11-01"}, "due_past"),
        ({"words": "缺页", "due_on": "下周"}, "due_wrong"),
        ({"words": " ", "due_on": "2026-12-31"}, "fault_words"),
    ],
)
def test_a_fault_says_what_and_by_when(town: Record, who, files, fault, code: str) -> None:
    assert (
        refused(town, who["supervisor"], give_score, case=files[0], points=r.overall(), cycle="month", faults=[fault])
        == f"errors_files.{code}"
    )


def test_best_and_worst_by_hand_and_none_twice(town: Record, who, files) -> None:
    """Twelve files, 70 to 81; two scored again: the last sheet of a file ranks it. Ten best first, the rest are the worst."""
    for place, number in enumerate(files):
        give(town, who["supervisor"], number, str(70 + place))
    give(town, who["second"], files[0], "95")
    found = read(town, reviewed, period=period_of("quarter", small.NOW.date()))
    assert (found.files, len(found.sheets), found.small) == (12, 13, False)
    assert found.mean == pytest.approx((sum(range(70, 82)) + 95) / 13)
    assert [one.row.score for one in found.best] == [95, 81, 80, 79, 78, 77, 76, 75, 74, 73]
    assert [one.row.score for one in found.worst] == [71, 72]
    assert not {one.case for one in found.best} & {one.case for one in found.worst}


def test_too_few_files_are_not_ranked(town: Record, who, files) -> None:
    for number in files[:9]:
        give(town, who["supervisor"], number)
    found = read(town, reviewed, period=period_of("quarter", small.NOW.date()))
    assert (found.small, found.least, found.best, found.worst) == (True, 10, (), ())
    assert [group.small for group in found.townships] == [True]
    empty = read(town, reviewed, period=period_of("month", small.NOW.date()).before())
    assert (empty.mean, empty.files) == (None, 0)


def test_what_was_written_on_a_sheet_goes_when_the_file_is_erased(town: Record, who, files, monkeypatch) -> None:
    from data.casework import erasing_files
    from policy.decision import Decision

    row = give(town, who["supervisor"], files[0], "70", faults=[{"words": "王小明签名缺失", "due_on": DUE}])
    town.write(
        who["supervisor"], correct_score, number=row.number, points=r.overall("71", "王小明已补签"), reason="补签"
    )
    monkeypatch.setattr(erasing_files, "file_kept", lambda *_facts: Decision(()))

    def erase(tx: Any) -> None:
        erasing_files.erase_files(tx, [tx.session.scalars(select(Case).where(Case.number == files[0])).one()])

    town.write(SYSTEM, erase)
    with town.read() as session:
        sheet = session.scalars(select(FileScore).where(FileScore.number == row.number)).one()
        left = json.dumps([sheet.points, sheet.faults, sheet.earlier], ensure_ascii=False)
    assert "王小明" not in left
    assert "程序完整" not in left
    assert (sheet.score, sheet.points["overall"]["points"], sheet.faults[0]["due_on"]) == (71.0, "71", DUE.isoformat())
