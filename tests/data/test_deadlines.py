"""Deadlines in the record: they run, stop, are prolonged and met; a year's arrangement recounts them; a ladder tells of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.db import Record
from data.deadline_watch import recompute, remind
from data.deadlines import (
    end_deadline,
    extend_deadline,
    find_deadline,
    meet_deadline,
    pause_deadline,
    resume_deadline,
    running,
    start_deadline,
)
from data.events import verify
from data.models import Deadline, Event
from data.queries.deadlines import deadline_event, deadlines_of, how_counted
from data.queries.frames import frames
from data.settings import settings
from jobs.table import table
from policy.errors import Refusal
from policy.text import LANGUAGES
from policy.zone import CHINA

NOTICE = """
year = 2027
source = "为测试而拟"
off = [{ name = "元旦", from = 2027-01-01, to = 2027-01-05 }]
working = [2027-01-09]
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.fixture
def calendars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "calendars"
    folder.mkdir()
    monkeypatch.setenv("ONEGRID_CALENDARS", str(folder))
    settings.cache_clear()
    yield folder
    monkeypatch.undo()
    settings.cache_clear()


def begin(town: Record, kind: str, begun: str, *, matter: UUID | None = None, about: str = "") -> Deadline:
    moment = at(begun)
    facts = {
        "matter": "case",
        "matter_id": matter or uuid4(),
        "number": "JD-C-20261228-0001",
        "township_code": "330703101000",
    }
    row = town.write(SYSTEM, start_deadline, now=moment, kind=kind, begun_at=moment, about=about, **facts)
    assert row is not None
    return row


def step(town: Record, verb, row: Deadline, *more: object, now: str) -> Deadline:
    return town.write(SYSTEM, lambda tx: verb(tx, find_deadline(tx, row.id), *more), now=at(now))


def kept(town: Record, row: Deadline) -> Deadline:
    with town.read() as session:
        return session.scalars(select(Deadline).where(Deadline.id == row.id)).one()


def due(town: Record, row: Deadline) -> str:
    return kept(town, row).due_at.astimezone(CHINA).isoformat(sep=" ")[:16]


def events(town: Record, row: Deadline) -> list[tuple[str, dict]]:
    with town.read() as session:
        rows = session.scalars(select(Event).where(Event.subject_id == row.matter_id).order_by(Event.sequence)).all()
        return [(event.verb, json.loads(event.facts)) for event in rows]


def told(town: Record, row: Deadline) -> list[int]:
    return [facts["rung"] for verb, facts in events(town, row) if verb == "remind_deadline"]


def whole(town: Record) -> bool:
    return verify(town, town.county().jurisdiction_id).whole


# -- its course -------------------------------------------------------------------------------------------------------


def test_a_deadline_of_the_law_runs_with_its_clause_and_its_event(town: Record) -> None:
    row = begin(town, "hearing_request", "2026-11-20T10:00")
    assert due(town, row) == "2026-11-27 23:59"
    assert (row.clause or "").startswith("PL 64")
    [(verb, facts)] = events(town, row)
    assert verb == "start_deadline"
    assert facts["due"] == "2026-11-27T23:59:59+08:00"
    with town.read() as session:
        event = session.scalars(select(Event).where(Event.sequence == row.begun_by)).one()
        assert (event.matter, event.subject_number, event.clause) == ("case", row.matter_number, row.clause)
        assert [one.id for one in running(session, town.county(), matter_id=row.matter_id)] == [row.id]


def test_where_the_plan_is_silent_no_clock_is_invented(town: Record) -> None:
    facts = {"matter": "case", "matter_id": uuid4(), "number": "1", "begun_at": at("2026-11-20T10:00")}
    assert town.write(SYSTEM, start_deadline, kind="transfer", **facts) is None, "Jindong has no days for a transfer"
    with town.read() as session:
        assert session.scalars(select(Event)).all() == []
    with pytest.raises(Refusal, match="no deadline"):
        town.write(SYSTEM, start_deadline, kind="tranfser", **facts)


def test_a_deadline_does_not_run_twice_but_once_for_each_party(town: Record) -> None:
    first = begin(town, "payment", "2026-11-20T10:00", about="甲")
    begin(town, "payment", "2026-11-21T10:00", about="乙", matter=first.matter_id)
    with pytest.raises(Refusal) as refused:
        begin(town, "payment", "2026-11-22T10:00", about="甲", matter=first.matter_id)
    assert refused.value.code == "errors_policy.deadline_running"
    assert "PL 67" in refused.value.sentence("zh")
    town.write(SYSTEM, meet_deadline, matter_id=first.matter_id, kind="payment", at=at("2026-11-23T09:00"), about="甲")
    with town.read() as session:
        assert [row.about for row in running(session, town.county())] == ["乙"]
    begin(town, "payment", "2026-11-24T10:00", about="甲", matter=first.matter_id)


def test_met_in_time_met_late_and_no_longer_of_matter(town: Record) -> None:
    early, late, gone = (begin(town, "decision", "2026-01-05T10:00") for _ in range(3))
    for row, day in ((early, "2026-04-05T23:59"), (late, "2026-04-06T00:00")):
        town.write(SYSTEM, meet_deadline, matter_id=row.matter_id, kind="decision", at=at(day))
    town.write(SYSTEM, end_deadline, matter_id=gone.matter_id)
    assert [events(town, row)[-1][1].get("late") for row in (early, late, gone)] == [False, True, None]
    assert kept(town, gone).ended_at is not None
    assert town.write(SYSTEM, meet_deadline, matter_id=gone.matter_id, kind="decision", at=at("2026-04-06T00:00")) == []
    with pytest.raises(Refusal) as refused:
        step(town, extend_deadline, early, now="2026-04-06T00:00")
    assert refused.value.code == "errors_policy.deadline_over"


def test_a_pause_moves_the_end_by_the_days_it_lasted(town: Record) -> None:
    row = begin(town, "sealing", "2026-03-02T10:00")
    assert due(town, row) == "2026-04-01 23:59"
    step(town, pause_deadline, row, "testing", "CO 25", now="2026-03-10T09:00")
    assert kept(town, row).remind_at is None, "nobody is urged while the clock stands still"
    with pytest.raises(Refusal) as refused:
        step(town, pause_deadline, row, "testing", "CO 25", now="2026-03-11T09:00")
    assert refused.value.code == "errors_policy.paused_already"
    step(town, resume_deadline, row, now="2026-03-14T18:00")
    assert due(town, row) == "2026-04-06 23:59", "10 to 14 March, five days"
    with pytest.raises(Refusal) as refused:
        step(town, resume_deadline, row, now="2026-03-15T09:00")
    assert refused.value.code == "errors_policy.not_paused"
    assert [verb for verb, _ in events(town, row)] == ["start_deadline", "pause_deadline", "resume_deadline"]


def test_a_pause_needs_a_ground_that_the_law_names(town: Record) -> None:
    row = begin(town, "sealing", "2026-03-02T10:00")
    with pytest.raises(Refusal) as refused:
        step(town, pause_deadline, row, "holiday", "CO 25", now="2026-03-10T09:00")
    assert refused.value.code == "errors_policy.pause_not_allowed"
    assert kept(town, row).pauses == []


def test_sealing_is_extended_once_and_a_second_time_is_refused_with_its_clause(town: Record) -> None:
    row = begin(town, "sealing", "2026-03-02T10:00")
    step(town, extend_deadline, row, now="2026-03-31T10:00")
    assert due(town, row) == "2026-05-01 23:59"
    with pytest.raises(Refusal) as refused:
        step(town, extend_deadline, row, now="2026-04-10T10:00")
    assert refused.value.code == "errors_policy.extended_enough"
    assert "CO 25" in refused.value.sentence("zh")


def test_what_the_law_does_not_extend_or_what_is_over_is_not_extended(town: Record) -> None:
    payment = begin(town, "payment", "2026-03-02T10:00")
    with pytest.raises(Refusal) as refused:
        step(town, extend_deadline, payment, now="2026-03-03T10:00")
    assert (refused.value.code, refused.value.clause) == ("errors_policy.not_extendable", payment.clause)
    sealing = begin(town, "sealing", "2026-03-02T10:00")
    with pytest.raises(Refusal) as refused:
        step(town, extend_deadline, sealing, now="2026-04-02T00:00")
    assert refused.value.code == "errors_policy.extended_late"


# -- a year's arrangement ---------------------------------------------------------------------------------------------


def test_the_arrangement_of_a_year_moves_what_reaches_into_it(town: Record, calendars: Path) -> None:
    across = begin(town, "preservation", "2026-12-28T10:00")  # seven working days
    within = begin(town, "preservation", "2026-12-01T10:00")
    by_days = begin(town, "sealing", "2026-12-28T10:00")
    met = begin(town, "preservation", "2026-12-28T10:00")
    town.write(SYSTEM, meet_deadline, matter_id=met.matter_id, kind="preservation", at=at("2026-12-29T10:00"))
    before = {row.id: due(town, row) for row in (across, within, by_days, met)}
    assert kept(town, across).provisional
    assert before[across.id] == "2027-01-07 23:59"

    (calendars / "2027.toml").write_text(NOTICE, "utf-8")
    [change] = recompute(town, town.county(), at("2026-12-29T12:00"))
    assert due(town, across) == "2027-01-09 23:59", "29, 30, 31, then 6, 7, 8, and Saturday the 9th is worked"
    assert (change.was_provisional, change.provisional) == (True, False)
    assert [due(town, row) for row in (within, by_days, met)] == [before[r.id] for r in (within, by_days, met)]
    verb, facts = events(town, across)[-1]
    assert verb == "recount_deadline"
    assert (facts["before"], facts["due"]) == ("2027-01-07T23:59:59+08:00", "2027-01-09T23:59:59+08:00")
    assert facts["calendar"] == town.county().calendar.digest
    assert [len(events(town, row)) for row in (across, within, by_days, met)] == [2, 1, 1, 2]

    assert recompute(town, town.county(), at("2026-12-29T12:01")) == []
    assert len(events(town, across)) == 2
    assert whole(town)


def test_provisional_becomes_final_with_an_event_also_where_the_day_stays(town: Record, calendars: Path) -> None:
    row = begin(town, "preservation", "2026-12-24T10:00")
    assert (due(town, row), kept(town, row).provisional) == ("2027-01-05 23:59", True)
    (calendars / "2027.toml").write_text(NOTICE.replace("2027-01-05", "2027-01-03"), "utf-8")
    [change] = recompute(town, town.county())
    assert change.before == change.after
    assert not kept(town, row).provisional
    assert events(town, row)[-1][1]["was_provisional"] is True


def test_pause_and_extension_are_kept_when_counted_again(town: Record, calendars: Path) -> None:
    row = begin(town, "sealing", "2026-12-07T10:00")
    step(town, pause_deadline, row, "testing", "CO 25", now="2026-12-10T09:00")
    step(town, resume_deadline, row, now="2026-12-12T18:00")
    step(town, extend_deadline, row, now="2026-12-28T10:00")
    before = due(town, row)
    (calendars / "2027.toml").write_text(NOTICE, "utf-8")
    recompute(town, town.county())
    assert due(town, row) == before == "2027-02-08 23:59", "60 days from 7 December, and three"


def test_a_county_follows_the_files_of_calendars_without_a_restart(town: Record, calendars: Path) -> None:
    before = town.county()
    locator = before.locator
    (calendars / "2027.toml").write_text(NOTICE, "utf-8")
    after = town.county()
    assert after.calendar.digest != before.calendar.digest
    assert after.locator is locator, "the grid is not read again"
    assert town.county("jindong") is after


# -- the ladder -------------------------------------------------------------------------------------------------------


def test_each_rung_is_told_once_to_whom_it_concerns(town: Record) -> None:
    row = begin(town, "payment", "2026-03-02T00:00")  # due 17 March, 23:59:59
    told_by = {day: town.write(SYSTEM, remind, now=at(day)) for day in (
        "2026-03-09T00:00", "2026-03-10T12:00", "2026-03-10T12:01", "2026-03-17T23:59:59", "2026-03-18T00:00", "2026-03-26T00:00"
    )}  # fmt: skip
    heard = {day: [(one.rung, one.verb, one.recipient) for one in rungs] for day, rungs in told_by.items()}
    assert heard == {
        "2026-03-09T00:00": [],
        "2026-03-10T12:00": [(1, "remind", "handler")],
        "2026-03-10T12:01": [],
        "2026-03-17T23:59:59": [(2, "remind", "handler"), (3, "remind", "handler")],
        "2026-03-18T00:00": [(4, "urge", "township_head")],
        "2026-03-26T00:00": [(5, "escalate", "county_office")],
    }
    assert told(town, row) == [1, 2, 3, 4, 5]
    assert kept(town, row).remind_at is None


def test_two_processes_tell_a_rung_once(town: Record) -> None:
    rows = [begin(town, "payment", "2026-03-02T00:00") for _ in range(5)]
    other, together, heard = Record(town.url), Barrier(2), []

    def look(record: Record) -> None:
        together.wait()
        heard.extend(record.write(SYSTEM, remind, now=at("2026-03-10T13:00")))

    threads = [Thread(target=look, args=(record,)) for record in (town, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert len(heard) == 5
    assert [told(town, row) for row in rows] == [[1]] * 5
    assert whole(town)


def test_nobody_is_urged_while_the_clock_stands_still_nor_for_what_is_met(town: Record) -> None:
    paused, met = begin(town, "sealing", "2026-03-02T00:00"), begin(town, "sealing", "2026-03-02T00:00")
    step(town, pause_deadline, paused, "testing", "CO 25", now="2026-03-05T00:00")
    town.write(SYSTEM, meet_deadline, matter_id=met.matter_id, kind="sealing", at=at("2026-03-06T00:00"))
    assert town.write(SYSTEM, remind, now=at("2026-05-01T00:00")) == []
    step(town, resume_deadline, paused, now="2026-05-01T00:00")
    assert town.write(SYSTEM, remind, now=at("2026-05-01T00:01")) == [], "three of thirty days are used"


def test_a_prolonged_deadline_climbs_its_ladder_again(town: Record) -> None:
    row = begin(town, "sealing", "2026-03-02T00:00")
    town.write(SYSTEM, remind, now=at("2026-03-31T00:00"))
    assert told(town, row) == [1, 2]
    step(town, extend_deadline, row, now="2026-03-31T10:00")
    assert town.write(SYSTEM, remind, now=at("2026-03-31T10:01")) == [], "29 of 60 days"
    town.write(SYSTEM, remind, now=at("2026-04-02T00:00"))
    assert told(town, row) == [1, 2, 1]


@pytest.mark.parametrize("kind", ["statement", "hearing_request", "reconsideration", "suit"])
def test_nobody_is_urged_to_use_a_right_of_the_party_and_nobody_is_late(town: Record, kind: str) -> None:
    row = begin(town, kind, "2025-03-03T10:00")
    assert town.write(SYSTEM, remind, now=at("2026-03-03T10:00")) == []
    with town.read() as session:
        seen = next(iter(deadlines_of(session, row.matter_id, at("2026-03-03T10:00"))))
    assert (row.remind_at, seen.state) == (None, "lapsed")


def test_an_earliest_day_has_no_ladder(town: Record) -> None:
    row = begin(town, "hearing_notice", "2026-03-02T00:00")
    assert (row.sense, row.remind_at) == ("earliest", None)


def test_times_are_kept_as_utc(town: Record) -> None:
    row = begin(town, "criminal_send", "2026-12-31T10:00")
    assert kept(town, row).due_at == datetime(2027, 1, 1, 2, 0, tzinfo=UTC)
    assert kept(town, row).due_at - kept(town, row).begun_at == timedelta(hours=24)
    assert not row.provisional


# -- by the clock -----------------------------------------------------------------------------------------------------


def test_the_jobs_of_a_server_count_again_and_tell_without_a_restart(town: Record, calendars: Path) -> None:
    row = begin(town, "preservation", "2026-12-28T10:00")
    (calendars / "2027.toml").write_text(NOTICE, "utf-8")
    named = {job.name: job for job in table(settings())}
    for _ in range(2):
        named["follow_calendar"].run(town, settings(), at("2027-01-04T12:00"))
        named["remind"].run(town, settings(), at("2027-01-04T12:00"))
    assert [verb for verb, _ in events(town, row)] == ["start_deadline", "recount_deadline", "remind_deadline"]
    assert due(town, row) == "2027-01-09 23:59"


# -- as a page and the figures read them ------------------------------------------------------------------------------


def test_a_page_shows_what_runs_first_and_how_each_stands(town: Record) -> None:
    late = begin(town, "payment", "2026-03-02T10:00")
    case = late.matter_id
    paused = begin(town, "sealing", "2026-03-02T10:00", matter=case)
    begin(town, "hearing_notice", "2026-03-02T10:00", matter=case)
    begin(town, "decision", "2026-03-02T10:00", matter=case)
    gone = begin(town, "preservation", "2026-03-02T10:00", matter=case)
    step(town, pause_deadline, paused, "testing", "CO 25", now="2026-03-05T09:00")
    town.write(SYSTEM, end_deadline, matter_id=case, kind=gone.kind, now=at("2026-03-06T09:00"))
    town.write(SYSTEM, meet_deadline, matter_id=case, kind="payment", at=at("2026-03-20T09:00"))
    with town.read() as session:
        seen = deadlines_of(session, case, at("2026-03-20T10:00"), "en")
    assert [(one.kind, one.state) for one in seen] == [
        ("hearing_notice", "possible"), ("sealing", "paused"), ("decision", "running"), ("payment", "late"),
        ("preservation", "ended"),
    ]  # fmt: skip
    assert seen[1].left == paused.due_at - at("2026-03-05T09:00"), "what was left when the clock stopped"
    assert seen[0].key == "deadline.hearing_notice"
    assert sum(note.counted for note in how_counted(town.county(), gone).days) == 7, "seven working days"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_event_of_a_deadline_is_said_in_words(town: Record, calendars: Path, lang: str) -> None:
    row = begin(town, "sealing", "2026-12-21T10:00")
    step(town, pause_deadline, row, "testing", "CO 25", now="2026-12-22T09:00")
    step(town, resume_deadline, row, now="2026-12-23T09:00")
    step(town, extend_deadline, row, now="2026-12-24T09:00")
    town.write(SYSTEM, remind, now=at("2027-02-01T00:00"))
    town.write(SYSTEM, meet_deadline, matter_id=row.matter_id, kind="sealing", at=at("2027-02-02T00:00"))
    ended = begin(town, "preservation", "2026-12-28T10:00", matter=row.matter_id)
    (calendars / "2027.toml").write_text(NOTICE, "utf-8")
    recompute(town, town.county())
    town.write(SYSTEM, end_deadline, matter_id=ended.matter_id)
    said = {verb: deadline_event(verb, facts, lang) for verb, facts in events(town, row)}
    assert len(said) == 8
    assert all(said.values())
    assert "2026-12-22 09:00" in said["pause_deadline"]
    assert "2027-01-09 23:59" in said["recount_deadline"]
    assert deadline_event("receive", {}, lang) is None


def test_the_frame_of_the_figures_holds_what_runs_and_what_was_due(town: Record) -> None:
    old = begin(town, "payment", "2025-03-03T10:00")
    town.write(SYSTEM, meet_deadline, matter_id=old.matter_id, kind="payment", at=at("2025-03-05T09:00"))
    begin(town, "payment", "2025-03-03T10:00")
    begin(town, "decision", "2026-03-02T10:00")
    with town.read() as session:
        whole, recent = (
            frames(session, town.county(), at("2026-03-03T00:00"), days=days, only={"deadlines"})["deadlines"]
            for days in (None, 60)
        )
    assert sorted(whole["kind"]) == ["decision", "payment", "payment"]
    assert whole["done_at"].notna().sum() == 1
    assert sorted(zip(recent["kind"], recent["whose"], strict=True)) == [("decision", "organ"), ("payment", "party")]
