"""F01 and F02 on a county of twelve people, worked by hand.

| who | home | certificate | posting on 2026-03-02 | force | in township | part |
|---|---|---|---|---|---|---|
| b1 | bureau | yes | stationed T1 | 1 | T1 | squadron |
| b2 | bureau | yes | – | 1 | – | |
| m1 | market team | yes | stationed T1 | 1 | T1 | department |
| m2 | market team | yes | covering T2, T3 | 1 | T2 | department |
| m3 | market team | yes | ended 2026-03-01 | 1 | – | |
| m4 | market team | expired 2026-03-01 | stationed T2 | 0 | | |
| e1 | environment team | yes | from 2026-03-03 | 1 | – | |
| o1 | town T1 | yes | none needed | 1 | T1 | township |
| o2 | town T2 | yes | seconded away | 1 | – | |
| f1 | fire station T1 | none needed | none needed | 1 | T1 | fire |
| g1 | town T1 | grid worker | – | 0 | | |
| x1 | bureau | yes | left 2025-12-31 | 0 | | |

Force 9, in townships b1, m1, m2, o1, f1 = 5. Market team 3 counted members, 2 sunk; environment team 1, 0 sunk.
"""

from __future__ import annotations

from datetime import date

import pytest

from policy.figures.definitions import compute, meets, target_of_row
from policy.figures.force import force_on, professional_force_share, township_force_share
from policy.figures.frames import empty
from policy.figures.scope import Counting, FigureRules, day_scope
from policy.loader import load_profile
from tests.policy.figures.made import frame, parts, pick

ON = date(2026, 3, 2)
SCOPE = day_scope(ON, FigureRules())


def person(id_: str, organ: str, organ_kind: str, township: str | None = None, **more: object) -> dict[str, object]:
    plain = {
        "person_id": id_,
        "kind": "officer",
        "home_organ_code": organ,
        "home_organ_kind": organ_kind,
        "home_township_code": township,
        "certified_from": "2020-01-01",
        "certified_to": "2027-01-01",
        "employed_from": "2019-01-01",
    }
    return plain | more


PEOPLE = frame(
    "people",
    [
        person("b1", "bureau", "bureau"),
        person("b2", "bureau", "bureau"),
        person("m1", "market", "professional_team", team_field="market"),
        person("m2", "market", "professional_team", team_field="market"),
        person("m3", "market", "professional_team", team_field="market"),
        person("m4", "market", "professional_team", team_field="market", certified_to="2026-03-01"),
        person("e1", "environment", "professional_team", team_field="environment"),
        person("o1", "town1", "township", "T1"),
        person("o2", "town2", "township", "T2"),
        person("f1", "fire1", "fire", "T1", kind="fire", certified_from=None, certified_to=None),
        person("g1", "town1", "township", "T1", kind="grid_worker"),
        person("x1", "bureau", "bureau", employed_to="2025-12-31"),
    ],
)


def posting(id_: str, township: str, since: str = "2025-01-01", until: str | None = None, **more: object) -> dict:
    return {
        "person_id": id_,
        "mode": "stationed",
        "township_code": township,
        "valid_from": since,
        "valid_to": until,
        "seconded": False,
    } | more


POSTINGS = frame(
    "postings",
    [
        posting("b1", "T1"),
        posting("m1", "T1"),
        posting("m2", "T3", "2025-02-01", mode="covering"),
        posting("m2", "T2", "2025-01-01", mode="covering"),
        posting("m3", "T1", until="2026-03-01"),
        posting("m4", "T2"),
        posting("e1", "T2", "2026-03-03"),
        posting("o2", "T2", seconded=True),
        posting("x1", "T1"),
    ],
)


def test_f01_worked_by_hand() -> None:
    rows = township_force_share(PEOPLE, POSTINGS, SCOPE)
    county = pick(rows, "share")
    assert parts(county) == (5, 9)
    assert county.value == pytest.approx(5 / 9)
    townships = {r.group_code: parts(r) for r in rows if (r.measure, r.group_kind) == ("contribution", "township")}
    assert townships == {"T1": (4, 9), "T2": (1, 9)}
    by_part = {r.group_code: r.value for r in rows if (r.measure, r.group_kind) == ("people", "part")}
    assert by_part == {"department": 2, "fire": 1, "squadron": 1, "township": 1}
    assert parts(pick(rows, "organ_share", "organ", "bureau")) == (1, 2)


@pytest.mark.parametrize("kind", ["township", "organ", "part"])
def test_parts_add_up_to_the_whole(kind: str) -> None:
    rows = township_force_share(PEOPLE, POSTINGS, SCOPE)
    total = sum(r.value for r in rows if (r.measure, r.group_kind) == ("contribution", kind) and r.value)
    assert total == pytest.approx(pick(rows, "share").value)


def test_f02_worked_by_hand() -> None:
    rows = professional_force_share(PEOPLE, POSTINGS, SCOPE)
    assert parts(pick(rows, "share", "organ", "market")) == (2, 3)
    assert parts(pick(rows, "share", "organ", "environment")) == (0, 1)
    assert parts(pick(rows, "share")) == (2, 4)
    assert not [r for r in rows if r.group_code == "bureau"]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 3, 1), (7, 10)),  # m3's last day, and m4's certificate's
        (date(2026, 3, 2), (5, 9)),
        (date(2026, 3, 3), (6, 9)),  # e1 begins
        (date(2025, 12, 31), (8, 11)),  # x1's last day
        (date(2018, 1, 1), (0, 0)),  # nobody employed yet
    ],
)
def test_any_date_gives_what_held_on_that_day(on: date, expected: tuple[int, int]) -> None:
    row = pick(township_force_share(PEOPLE, POSTINGS, day_scope(on, FigureRules())), "share")
    assert parts(row) == expected
    assert (row.value is None) is (expected[1] == 0)


def test_the_profile_says_what_counts() -> None:
    def share(counting: Counting) -> tuple[float | None, float | None]:
        return parts(pick(township_force_share(PEOPLE, POSTINGS, day_scope(ON, FigureRules(counting))), "share"))

    no_covering = Counting(postings=frozenset({"stationed", "own", "fire_station"}))
    assert share(no_covering) == (4, 9)
    assert share(Counting(people=frozenset({"certified"}))) == (4, 8)
    assert share(Counting(postings=frozenset({"stationed", "covering"}))) == (3, 9)
    assert share(Counting(home_squadrons=False)) == (4, 9)


def test_one_who_covers_two_townships_counts_once_in_the_first() -> None:
    force = force_on(PEOPLE, POSTINGS, SCOPE).set_index("person_id")
    assert force.loc["m2", "township_code"] == "T2"
    assert len(force) == 9


def test_targets_come_from_the_profile_or_not_at_all() -> None:
    jindong = load_profile("jindong")
    frames = {"people": PEOPLE, "postings": POSTINGS}
    market = pick(compute("F02", frames, SCOPE), "share", "organ", "market")
    goal = target_of_row(market, jindong, ON)
    assert goal is not None
    assert (goal.value, goal.clause) == (0.5, "JD 二(一)2")
    assert meets(market, goal) is True
    environment = pick(compute("F02", frames, SCOPE), "share", "organ", "environment")
    assert meets(environment, target_of_row(environment, jindong, ON)) is False
    assert target_of_row(pick(compute("F02", frames, SCOPE), "share"), jindong, ON) is None
    assert (
        target_of_row(pick(compute("F01", frames, SCOPE), "share"), jindong, ON) is None
    )  # Lanxi's 60 % is not borrowed


def test_empty_frames_give_no_value_and_no_fault() -> None:
    row = pick(township_force_share(empty("people"), empty("postings"), SCOPE), "share")
    assert (row.value, row.numerator, row.denominator) == (None, 0, 0)
    assert township_force_share(PEOPLE, empty("postings"), SCOPE)[0].numerator == 3  # o1, o2 and f1 at home
