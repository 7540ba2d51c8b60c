"""F03, F04 and F05 on a few officers, villages and posts, worked by hand."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from policy.figures.definitions import meets, target_of_row
from policy.figures.frames import empty
from policy.figures.scope import FigureRules, day_scope
from policy.figures.staffing import certified, posts_and_vehicles, village_officers
from policy.loader import load_profile
from tests.policy.figures.made import frame, parts, pick

ON = date(2026, 3, 2)
SCOPE = day_scope(ON, FigureRules())


def officer(id_: str, township: str | None, until: str | None, **more: object) -> dict[str, object]:
    plain = {"person_id": id_, "kind": "officer", "home_township_code": township, "employed_from": "2019-01-01"}
    return plain | {"certified_from": "2020-01-01" if until else None, "certified_to": until} | more


PEOPLE = frame(
    "people",
    [
        officer("a", "T1", "2027-01-01"),
        officer("b", "T1", "2026-03-02"),  # its last day
        officer("c", "T1", "2026-03-01"),  # expired the day before
        officer("d", None, "2027-01-01"),  # of a county team, posted to T2
        officer("e", "T2", None),  # never had one
        officer("f", "T2", "2027-01-01", employed_to="2025-12-31"),  # has left
        officer("g", "T2", None, kind="grid_worker"),  # needs none
    ],
)
POSTINGS = frame(
    "postings",
    [{"person_id": "d", "mode": "stationed", "township_code": "T2", "valid_from": "2026-01-01", "seconded": False}],
)


def shift(person: str, township: str, starts: str, ends: str) -> dict[str, object]:
    return {"person_id": person, "team_code": "A", "township_code": township, "starts_at": starts, "ends_at": ends}


SHIFTS = frame(
    "shifts",
    [
        shift("a", "T1", "2026-03-02 08:00", "2026-03-02 16:00"),
        shift("a", "T1", "2026-03-02 20:00", "2026-03-02 23:00"),  # the same person, counted once
        shift("c", "T1", "2026-03-01 22:00", "2026-03-02 06:00"),  # the certificate held on the day the shift began
        shift("c", "T1", "2026-03-02 22:00", "2026-03-03 06:00"),  # and no longer on this one: not certified on duty
        shift("e", "T2", "2026-03-02 08:00", "2026-03-02 16:00"),
        shift("d", "T2", "2026-03-03 08:00", "2026-03-03 16:00"),  # tomorrow
        shift("g", "T2", "2026-03-02 08:00", "2026-03-02 16:00"),  # a grid worker
    ],
)


def attended(session: str, person: str, held: str, passed: bool = True) -> dict[str, object]:
    return {"session_code": session, "township_code": "T1", "person_id": person, "held_at": held, "passed": passed}


TRAINING = frame(
    "training",
    [
        attended("s1", "a", "2026-02-10"),
        attended("s1", "b", "2026-02-10", passed=False),
        attended("s0", "c", "2025-12-31 23:59"),  # last year
        attended("s2", "c", "2026-03-03"),  # tomorrow
    ],
)


def test_f03_worked_by_hand() -> None:
    rows = certified(PEOPLE, POSTINGS, SHIFTS, TRAINING, SCOPE)
    assert parts(pick(rows, "on_duty")) == (1, 3)  # a of a, c, e
    assert parts(pick(rows, "on_duty", "township", "T1")) == (1, 2)
    assert parts(pick(rows, "on_duty", "township", "T2")) == (0, 1)
    assert parts(pick(rows, "certified")) == (3, 5)  # a, b, d of a, b, c, d, e
    assert parts(pick(rows, "certified", "township", "T2")) == (1, 2)  # d, who works there, of d, e
    assert parts(pick(rows, "trained")) == (1, 5)  # a; b did not pass
    assert pick(rows, "trainings").value == 1  # s1; s0 was last year, s2 is tomorrow


def test_f03_on_a_past_day() -> None:
    rows = certified(PEOPLE, POSTINGS, SHIFTS, TRAINING, day_scope(date(2025, 12, 31), FigureRules()))
    assert parts(pick(rows, "certified")) == (5, 6)  # f still worked, c was certified, d not yet posted
    assert parts(pick(rows, "certified", "township", "unknown")) == (1, 1)
    assert parts(pick(rows, "trained")) == (1, 6)
    assert parts(pick(rows, "on_duty")) == (0, 0)
    assert pick(rows, "on_duty").value is None


def test_f03_people_are_known_by_their_number_however_it_is_kept() -> None:
    number = UUID(int=10)
    people = PEOPLE.assign(person_id=[str(number) if one == "a" else one for one in PEOPLE["person_id"]])
    shifts = SHIFTS.assign(person_id=[number if one == "a" else one for one in SHIFTS["person_id"]])
    rows = certified(people, POSTINGS, shifts, TRAINING, SCOPE)
    assert parts(pick(rows, "on_duty")) == (1, 3)


def test_f03_targets_of_chengliu_are_everyone_on_duty_and_one_training_a_year() -> None:
    chengliu = load_profile("chengliu")
    rows = certified(PEOPLE, POSTINGS, SHIFTS, TRAINING, SCOPE)
    goal = target_of_row(pick(rows, "on_duty"), chengliu, ON)
    assert goal is not None
    assert (goal.value, goal.clause) == (1.0, "CL 第十五条")
    assert meets(pick(rows, "on_duty"), goal) is False
    trainings = target_of_row(pick(rows, "trainings"), chengliu, ON)
    assert trainings is not None
    assert (trainings.value, trainings.clause) == (1, "CL 第二十一条")
    assert meets(pick(rows, "trainings"), trainings) is True
    assert target_of_row(pick(rows, "certified"), chengliu, ON) is None
    assert target_of_row(pick(rows, "on_duty"), load_profile("jindong"), ON) is None


def village(code: str, township: str, until: str | None = None, begin: str = "2020-01-01") -> dict[str, object]:
    return {"cell_code": code, "township_code": township, "valid_from": begin, "valid_to": until}


VILLAGES = frame(
    "villages",
    [
        village("v1", "T1"),
        village("v2", "T1"),
        village("v3", "T2"),
        village("v4", "T2", until="2025-12-31"),  # merged into another
    ],
)
NAMED = frame(
    "village_officers",
    [
        {"cell_code": "v1", "person_id": "a", "valid_from": "2025-01-01"},
        {"cell_code": "v1", "person_id": "b", "valid_from": "2025-01-01"},  # a second one: the village counts once
        {"cell_code": "v2", "person_id": "a", "valid_from": "2025-01-01", "valid_to": "2026-03-01"},
        {"cell_code": "v3", "person_id": "d", "valid_from": "2026-03-02"},
        {"cell_code": "v4", "person_id": "e", "valid_from": "2025-01-01"},
    ],
)


def test_f04_worked_by_hand() -> None:
    rows = village_officers(VILLAGES, NAMED, SCOPE)
    assert parts(pick(rows, "named")) == (2, 3)  # v1, v3 of v1, v2, v3
    assert parts(pick(rows, "named", "township", "T1")) == (1, 2)
    past = village_officers(VILLAGES, NAMED, day_scope(date(2025, 12, 31), FigureRules()))
    assert parts(pick(past, "named")) == (3, 4)  # v1, v2, v4 of all four; v3 has none yet
    goal = target_of_row(pick(rows, "named", "township", "T1"), load_profile("jindong"), ON)
    assert goal is not None
    assert (goal.value, goal.clause) == (1.0, "JD 二(一)3")


def test_f04_no_villages_no_value() -> None:
    row = pick(village_officers(empty("villages"), NAMED, SCOPE), "named")
    assert (row.value, row.denominator) == (None, 0)


def post(township: str, name: str, needed: int) -> dict[str, object]:
    return {"township_code": township, "post": name, "needed": needed}


def holder(township: str, name: str, person: str, begin: str = "2025-01-01", until: str | None = None) -> dict:
    return {"township_code": township, "post": name, "person_id": person, "valid_from": begin, "valid_to": until}


F05 = {
    "posts": frame("posts", [post("T1", "captain", 1), post("T1", "deputy", 2), post("T2", "captain", 1)]),
    "post_holders": frame(
        "post_holders",
        [
            holder("T1", "captain", "p1"),
            holder("T1", "captain", "p2"),  # two people in a post for one fill one place
            holder("T1", "deputy", "p3"),
            holder("T2", "captain", "p4", until="2026-03-01"),  # left the day before
            holder("T2", "clerk", "p5"),  # a post nobody asks for
        ],
    ),
    "townships": frame("townships", [{"township_code": "T1"}, {"township_code": "T2"}, {"township_code": "T3"}]),
    "equipment": frame(
        "equipment",
        [
            {"township_code": "T1", "kind": "vehicle", "valid_from": "2024-01-01"},
            {"township_code": "T1", "kind": "pickup", "valid_from": "2024-01-01"},
            {"township_code": "T1", "kind": "body_camera", "valid_from": "2024-01-01"},
            {"township_code": "T2", "kind": "vehicle", "valid_from": "2026-03-03"},  # delivered tomorrow
        ],
    ),
}


def test_f05_posts_worked_by_hand() -> None:
    rows = posts_and_vehicles(F05, SCOPE)
    assert parts(pick(rows, "filled")) == (2, 4)  # T1 captain 1/1, deputies 1/2, T2 captain 0/1
    assert parts(pick(rows, "filled", "township", "T1")) == (2, 3)
    assert parts(pick(rows, "filled", "post", "captain")) == (1, 2)
    before = posts_and_vehicles(F05, day_scope(date(2026, 3, 1), FigureRules()))
    assert parts(pick(before, "filled")) == (3, 4)
    goal = target_of_row(pick(rows, "filled", "township", "T1"), load_profile("lanxi"), ON)
    assert goal is not None
    assert goal.value == 1.0


def test_f05_a_pickup_is_a_vehicle_and_a_township_without_any_is_listed() -> None:
    rows = posts_and_vehicles(F05, SCOPE)
    assert {t: pick(rows, "vehicles", "township", t).value for t in ("T1", "T2", "T3")} == {"T1": 2, "T2": 0, "T3": 0}
    assert pick(rows, "pickups", "township", "T1").value == 1
    assert parts(pick(rows, "vehicles")) == (2, 3)  # two vehicles, three townships
    chengliu = load_profile("chengliu")
    row = pick(rows, "vehicles", "township", "T1")
    goal = target_of_row(row, chengliu, ON)
    assert goal is not None
    assert (goal.value, goal.clause, meets(row, goal)) == (2, "CL 第二十二条", True)
    assert target_of_row(pick(rows, "vehicles"), chengliu, ON) is None  # two for each township, not for the county
    assert target_of_row(row, load_profile("lanxi"), ON) is None  # not borrowed


def test_f05_nothing_asked_for_has_no_value() -> None:
    nothing = {name: empty(name) for name in F05}
    assert pick(posts_and_vehicles(nothing, SCOPE), "filled").value is None
