"""The demonstration's year: what must be true of it, whatever the seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from string import ascii_letters

import pytest
import shapely

from data.db import Record
from data.events import verify
from data.models import Base, VillageOfficer
from data.queries.frames import frames
from data.simulate import World, build_demo, imagine
from data.simulate.interleave import Interleave
from data.simulate.staffing import Staffing
from geo.coordinates import diagnose
from policy.errors import Refusal
from policy.figures.definitions import compute
from policy.figures.scope import day_scope, rules_of
from policy.guards import ENFORCEMENT_KINDS
from policy.lifecycle import find, unit_status
from policy.vocabulary import LeadStatus, MatterKind, TaskStatus, Urgency, Verb
from policy.vocabulary_between import PassingStep
from policy.vocabulary_case import CaseStatus
from policy.zone import CHINA

END = datetime(2026, 11, 21, 8, 42, tzinfo=UTC)  # a Saturday afternoon here
SEED = 5


@pytest.fixture(scope="module")
def world() -> World:
    """A year of Jindong with fewer leads than usual."""
    return imagine("jindong", 365, SEED, END, per_year=4_000)


def written(folder: Path, per_year: int) -> Record:
    """A year of Jindong, written."""
    found = Record(f"sqlite:///{folder / 'demo.db'}", clock=lambda: END)
    Base.metadata.create_all(found.write_engine)
    build_demo(found.write_engine, "jindong", 365, SEED, END, per_year=per_year)
    return found


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """A year of Jindong with next to no leads, in which no office takes steps of its own (`Interleave`)."""
    with pytest.MonkeyPatch.context() as patch:
        run = Interleave.run
        patch.setattr(Interleave, "run", lambda chain, _plans, end: run(chain, [], end))
        found = written(tmp_path_factory.mktemp("demo"), 300)
    yield found
    found.close()


# the same again


def test_the_same_seed_and_end_make_the_same_county_to_the_last_row() -> None:
    first, second = (imagine("jindong", 6, 9, END) for _ in range(2))
    assert first.tables == second.tables
    assert first.desk.events == second.desk.events


def test_another_seed_makes_other_people_and_other_leads(world: World) -> None:
    other = imagine("jindong", 6, SEED + 1, END)
    assert other.tables["person"][0]["id"] != world.tables["person"][0]["id"]
    assert other.tables["lead"][0]["summary"] != world.tables["lead"][0]["summary"]


# numbers and times


@pytest.mark.parametrize(
    ("table", "kind", "letter"), [("lead", "lead", "L"), ("task", "task", "T"), ("case_file", "case", "C")]
)
def test_numbers_have_no_gap_on_any_day_and_agree_with_the_counters(world, table, kind, letter) -> None:
    days: dict[str, list[int]] = defaultdict(list)
    for row in world.tables[table]:
        short, mark, day, number = row["number"].split("-")
        assert (short, mark) == ("JD", letter)
        days[day].append(int(number))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in days.values())
    counters = {f"{c['day']:%Y%m%d}": c["last"] for c in world.tables["counter"] if c["kind"] == kind}
    assert counters == {day: len(numbers) for day, numbers in days.items()}


def test_every_lead_goes_forward_in_time_and_never_beyond_the_end(world: World) -> None:
    for row in world.tables["lead"]:
        times = [
            row[n] for n in ("occurred_at", "received_at", "triaged_at", "assigned_at", "resolved_at", "evaluated_at")
        ]
        known = [t for t in times if t is not None]
        assert known == sorted(known), row["number"]
        assert known[-1] <= END


def test_every_task_goes_forward_in_time_and_its_state_says_how_far(world: World) -> None:
    reached = {
        TaskStatus.ASSIGNED: "assigned_at",
        TaskStatus.ACCEPTED: "accepted_at",
        TaskStatus.EN_ROUTE: "departed_at",
        TaskStatus.ON_SCENE: "arrived_at",
        TaskStatus.REPORTED: "reported_at",
    }
    columns = list(reached.values())
    for row in world.tables["task"]:
        known = [row[c] for c in columns if row[c] is not None]
        assert known == sorted(known), row["number"]
        status = TaskStatus(row["status"])
        if status in reached:
            upto = columns.index(reached[status])
            assert all(row[c] is not None for c in columns[: upto + 1]), row["number"]
            assert all(row[c] is None for c in columns[upto + 1 :]), row["number"]
        over = status in (TaskStatus.REPORTED, TaskStatus.DECLINED, TaskStatus.RECALLED, TaskStatus.EXPIRED)
        assert (row["ended_at"] is not None) == over


def test_a_lead_is_resolved_exactly_when_it_has_a_time_for_it(world: World) -> None:
    ended = {LeadStatus.RESOLVED, LeadStatus.EVALUATED, LeadStatus.ARCHIVED}
    for row in world.tables["lead"]:
        assert (row["resolved_at"] is not None) == (LeadStatus(row["status"]) in ended), row["number"]
        assert (row["duplicate_of_id"] is not None) == (row["status"] == LeadStatus.DUPLICATE)


# the chain


STATES = {MatterKind.LEAD: LeadStatus, MatterKind.TASK: TaskStatus, MatterKind.CASE: CaseStatus}


def test_every_event_is_a_step_that_the_tables_of_the_rules_know(world: World) -> None:
    states: dict[object, str | None] = {}
    for event in world.desk.events:
        kind = MatterKind(event.matter) if event.matter in set(MatterKind) else None  # a block of numbers is of a team
        if kind is None or kind not in STATES or event.verb == "add_evidence" or event.verb.endswith("_deadline"):
            continue
        assert states.get(event.subject_id) == event.from_state, event
        if event.verb in set(PassingStep):
            assert event.from_state == event.to_state, event
            continue
        status = STATES[kind]
        step = find(kind, status(event.from_state) if event.from_state else None, Verb(event.verb))
        assert step is not None, event
        assert step.to == event.to_state
        states[event.subject_id] = event.to_state
    rows = [*world.tables["lead"], *world.tables["task"], *world.tables["case_file"]]
    assert states == {row["id"]: row["status"] for row in rows}


def test_events_stand_in_the_order_of_time_and_hold_no_personal_data(world: World) -> None:
    assert all(a.at <= b.at for a, b in pairwise(world.desk.events))
    people = {row["name"] for row in world.tables["person"]}
    parties = {row[column] for row in world.tables["party"] for column in ("name", "identity_number", "phone")}
    reporters = {row["reporter_name"] for row in world.tables["lead"]} - {None}
    for event in world.desk.events[:9_000]:
        said = {str(value) for value in event.facts.values()}
        assert not said & (people | reporters | parties)


@pytest.mark.long
def test_the_written_chain_of_a_year_verifies_from_end_to_end(tmp_path: Path) -> None:
    record = written(tmp_path, 1_500)
    found = verify(record, record.county().jurisdiction_id)
    record.close()
    assert found.whole, found.sentence("en")
    assert found.events > 10_000


# places


def test_townships_and_their_sections_have_an_english_name(world: World) -> None:
    level = {row["code"]: row for row in world.tables["grid_cell"]}
    for town in world.county.townships:
        name = level[town.code]["name_en"]
        assert set(name) <= set(ascii_letters + " "), town.name
        for section in world.county.hierarchy.children(town.code):
            assert level[section.code]["name_en"].startswith(f"{name}, "), section.name


def test_every_point_lies_in_the_cell_it_is_given_and_the_chain_leads_to_the_county(world: World) -> None:
    hierarchy = world.county.hierarchy
    for row in world.tables["lead"]:
        if row["cell_code"] is None:
            continue
        assert row["cell_chain"] == list(hierarchy.chain(row["cell_code"]))
        assert row["township_code"] == row["cell_chain"][world.county.township_level]
        if row["lon"] is not None:
            assert shapely.contains_xy(hierarchy[row["cell_code"]].geometry, row["lon"], row["lat"]), row["number"]


def test_leads_from_outside_stay_without_a_place_and_are_no_mistake_of_datum(world: World) -> None:
    outside = [row for row in world.tables["lead"] if row["location_note"] == "outside"]
    assert len(outside) > 5
    for row in outside:
        assert row["cell_code"] is None
        assert not diagnose(row["lon"], row["lat"], world.county.contains).explained


def test_towns_draw_more_leads_than_their_share_of_villages(world: World) -> None:
    urban = {leaf.code for leaf in world.ground.leaves if leaf.settlement == "urban"}
    placed = [row["cell_code"] for row in world.tables["lead"] if row["cell_code"]]
    assert sum(code in urban for code in placed) / len(placed) > 2 * len(urban) / len(world.ground.leaves)


# season, hour


def _share(world: World, item: str, months: set[int]) -> float:
    key = next(row["id"] for row in world.tables["item"] if row["code"] == item)
    at = [row["received_at"].astimezone(CHINA).month for row in world.tables["lead"] if row["item_id"] == key]
    return sum(month in months for month in at) / len(at)


def test_straw_burns_in_autumn_and_fish_are_caught_in_summer(world: World) -> None:
    assert _share(world, "DQ-119-1", {10, 11}) > 0.25
    assert _share(world, "YE-38-1", {6, 7, 8}) > 0.35


def test_the_day_has_a_morning_and_an_afternoon_peak_and_sunday_is_quieter(world: World) -> None:
    at = [row["received_at"].astimezone(CHINA) for row in world.tables["lead"]]
    hours, days = Counter(t.hour for t in at), Counter(t.weekday() for t in at)
    assert hours[9] > hours[12] < hours[16] > hours[3] * 4
    assert days[6] < days[0]


# force


def test_the_force_has_the_size_of_a_district(world: World) -> None:
    kinds = Counter(organ["kind"] for organ in world.tables["organ"])
    assert kinds["township"] == 11
    assert kinds["professional_team"] == 8
    assert kinds["command_centre"] == kinds["bureau"] == 1
    home = {organ["id"]: organ["kind"] for organ in world.tables["organ"]}
    people = Counter(home[person["organ_id"]] for person in world.tables["person"])
    assert 400 <= people["professional_team"] <= 460
    squadron = [m for s in world.force.squads if s.kind == "squadron" for m in s.members if m.person.kind == "officer"]
    assert 130 <= len(squadron) <= 190
    sendable = [team for team in world.tables["team"] if team["kind"] != "grid_workers"]
    assert 24 <= len(sendable) <= 40


def test_certificates_run_out_and_one_is_held_by_a_card_today(world: World) -> None:
    rows = world.tables["certificate"]
    assert len({row["number"] for row in rows}) == len(rows)
    assert any(row["valid_to"] < END for row in rows)
    assert any(END < row["valid_to"] < END + timedelta(days=31) for row in rows)
    held = [row for row in rows if row["suspended_from"] and row["suspended_from"] <= END < row["suspended_to"]]
    assert len(held) == 1


def test_two_professional_teams_miss_the_target_and_the_shares_have_grown(record: Record) -> None:
    county = record.county()
    with record.read() as session:
        read = frames(session, county, END)

    def shares(days_ago: int) -> dict[str, float]:
        day = (END - timedelta(days=days_ago)).astimezone(CHINA).date()
        scope = day_scope(day, rules_of(county.profile, day))
        return {r.group_code: r.value or 0.0 for r in compute("F02", read, scope)}

    now, then = shares(1), shares(360)
    teams = [value for code, value in now.items() if code]
    assert sum(value < 0.5 for value in teams) == 2
    assert max(teams) <= 0.62
    assert then[""] + 0.03 < now[""] < 0.58


def test_villages_have_an_officer_nearly_everywhere(world: World) -> None:
    villages = {row["code"] for row in world.tables["grid_cell"] if row["level"] == 4}
    staffing = Staffing(world, END.astimezone(CHINA).date())
    staffing.plans()
    named = [row for row in staffing.rows[VillageOfficer] if row["valid_to"] is None]
    assert len(villages) == 361
    assert {row["cell_code"] for row in named} <= villages
    assert len(named) == len({row["cell_code"] for row in named})
    assert 0.85 < len(named) / len(villages) < 1.0
    assert all(row["head_person_id"] for row in world.tables["grid_cell"] if 0 < row["level"] < 4)


def test_who_is_sent_to_enforce_is_two_certified_people_on_duty(world: World) -> None:
    rows = {str(row["person_id"]): row for row in world.tables["certificate"]}

    def fit(person: str, at: datetime) -> bool:
        card = rows.get(person)
        if card is None or not card["valid_from"] <= at <= card["valid_to"]:
            return False
        return not (card["suspended_from"] and card["suspended_from"] <= at < card["suspended_to"])

    for task in world.tables["task"]:
        if task["kind"] in ENFORCEMENT_KINDS:
            assert sum(fit(p, task["assigned_at"]) for p in task["officer_ids"]) >= 2, task["number"]


def test_who_was_sent_in_the_last_month_stands_in_the_roster(world: World) -> None:
    roster = {(str(r["person_id"]), r["team_id"], r["starts_at"]) for r in world.tables["shift"]}
    since = END - timedelta(days=28)
    for task in world.tables["task"]:
        if task["assigned_at"] > since:
            local = task["assigned_at"].astimezone(CHINA)
            begun = local.replace(hour=local.hour // 8 * 8, minute=0, second=0).astimezone(UTC)
            assert all((person, task["team_id"], begun) in roster for person in task["officer_ids"])


def test_nobody_real_is_reachable_by_an_invented_number(world: World) -> None:
    phones = [row["phone"] for row in world.tables["person"]]
    phones += [row["reporter_phone"] for row in world.tables["lead"] if row["reporter_phone"]]
    assert all(phone.startswith("143") and len(phone) == 11 for phone in phones)


# items


def test_fields_and_counts_are_those_of_annex_3(world: World) -> None:
    counts: Counter[str] = Counter()
    for row in world.tables["item_field"]:
        counts[row["enforcing_body"]] += row["item_count"]
    assert counts == {
        "bureau": 1776, "team-transport": 323, "team-agriculture": 343, "team-culture": 131,
        "team-emergency": 353, "team-market": 995, "team-environment": 29,
    }  # fmt: skip
    assert len([row for row in world.tables["item_field"] if row["enforcing_body"] == "bureau"]) == 26


def test_townships_have_taken_on_similar_but_not_identical_items(world: World) -> None:
    held: dict[str, set[object]] = defaultdict(set)
    for row in world.tables["delegation"]:
        held[row["township_code"]].add(row["item_id"])
    lists = list(held.values())
    assert len(lists) == 11
    likeness = [len(a & b) / len(a | b) for a, b in pairwise(lists)]
    assert all(0.5 < one < 1.0 for one in likeness)
    assert {row["kind"] for row in world.tables["delegation"]} >= {"statutory", "delegated_general"}


# today


def test_the_desk_has_work_at_the_end_some_of_it_late(world: World) -> None:
    waiting = [r for r in world.tables["lead"] if r["status"] in (LeadStatus.RECEIVED, LeadStatus.TRIAGED)]
    assert 10 <= len(waiting) <= 22
    urgencies = Counter(row["urgency"] for row in waiting)
    assert urgencies[Urgency.URGENT] >= 2
    assert urgencies[Urgency.EMERGENCY] <= 1
    assert 1 <= sum(row["assign_due_at"] < END for row in waiting) <= 5
    assert any(row["cell_code"] is None for row in waiting)


def test_the_board_follows_the_tasks(world: World) -> None:
    alive = (TaskStatus.ASSIGNED, TaskStatus.ACCEPTED, TaskStatus.EN_ROUTE, TaskStatus.ON_SCENE)
    held: dict[object, list[TaskStatus]] = defaultdict(list)
    for task in world.tables["task"]:
        if task["status"] in alive:
            held[task["team_id"]].append(TaskStatus(task["status"]))
    assert 5 <= sum(map(len, held.values())) <= 40
    for unit in world.tables["unit"]:
        if held[unit["team_id"]]:
            assert unit["status"] == unit_status(held[unit["team_id"]])
            assert unit["task_id"] is not None
        else:
            assert unit["status"] in ("available", "off_duty")
        assert world.county.contains(unit["lon"], unit["lat"])


def test_a_day_old_county_opened_just_after_midnight_has_work_too() -> None:
    midnight = datetime(2026, 11, 21, 16, 0, 5, tzinfo=UTC)
    young = imagine("jindong", 1, 1, midnight)
    waiting = [r for r in young.tables["lead"] if r["status"] in (LeadStatus.RECEIVED, LeadStatus.TRIAGED)]
    assert len(waiting) >= 10
    assert any(row["urgency"] == Urgency.URGENT for row in waiting)


# refusals


def test_a_county_that_is_there_is_never_overwritten(record: Record) -> None:
    with pytest.raises(Refusal) as refused:
        build_demo(record.write_engine, "jindong", 5, 1, END)
    assert refused.value.kind == "conflict"
    assert "金东区" in refused.value.sentence("zh")


@pytest.mark.parametrize(("profile", "days"), [("atlantis", 5), ("jindong", 0), ("jindong", 5_000)])
def test_an_unknown_county_or_an_impossible_span_is_refused(profile: str, days: int) -> None:
    with pytest.raises(Refusal) as refused:
        imagine(profile, days, 1, END)
    assert refused.value.sentence("en")


# databases


def test_a_county_is_built_and_verifies_on_either_database(database: str) -> None:
    report = build_demo(database, "jindong", 4, 3, END)
    found = Record(database, clock=lambda: END)
    try:
        county = found.county("jindong")
        checked = verify(found, county.jurisdiction_id)
    finally:
        found.close()
    assert checked.whole, checked.sentence("en")
    assert (checked.events, checked.head) == (report.events, report.chain_head)


# volume and speed


@pytest.mark.long
def test_a_full_year_has_twenty_thousand_leads_and_takes_seconds(tmp_path: Path) -> None:
    from time import process_time

    found = Record(f"sqlite:///{tmp_path / 'year.db'}")
    Base.metadata.create_all(found.write_engine)
    begun = process_time()
    report = build_demo(found.write_engine, "jindong", 365, 1, END)
    found.close()
    assert report.rows["lead"] >= 20_000
    assert process_time() - begun < 60  # two cores shared; half of it when they are idle
