"""Every figure of 19 November 2026 worked out by hand on a county of 40 people and 60 cases, and the same value everywhere.

A line of the table: measure, group, numerator, denominator, value, and how it comes about. Half of the lines are of groups, so
that no figure is right in the whole and wrong in its parts. What it is counted from stands in hand_county.py and hand_cases.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from data.db import Record
from data.queries.figures import rows_of
from policy.figures.definitions import DEFINITIONS
from policy.figures.rows import FigureRow
from tests.data import hand_county as hand
from tests.data import small
from tests.support.databases import BOTH, new_database

W, E = small.WEST, small.EAST
ALL = ("county", "")

TABLE: dict[str, list[tuple[str, tuple[str, str], float, float, float | None, str]]] = {
    "F01": [
        ("share", ALL, 21, 31, 21 / 31, "10 bureau, 9 market (20's certificate is over), 4 environment (24 still holds the old "
         "one), 3 West (28 has none), 2 East (31 not yet employed), 3 fire = 31; in townships 7 + 4 + 2 + 3 + 2 + 3"),
        ("contribution", ("township", W), 14, 31, 14 / 31, "1–4, 11–14, 25–27, 32–34"),
        ("contribution", ("township", E), 7, 31, 7 / 31, "5, 6, 7 (covers East first), 21, 22, 29, 30"),
        ("contribution", ("organ", "MARKET"), 4, 31, 4 / 31, "11–14; 15 is posted from tomorrow on"),
        ("organ_share", ("organ", "BUREAU"), 7, 10, 0.7, "8 is seconded away, 9's posting ended yesterday, 10 was never posted"),
        ("people", ("part", "squadron"), 7, 7, 7, "1–7"),
        ("people", ("part", "department"), 6, 6, 6, "11–14, 21, 22"),
        ("people", ("part", "fire"), 3, 3, 3, "32–34"),
        ("people", ("part", "township"), 5, 5, 5, "25–27, 29, 30"),
    ],
    "F02": [
        ("share", ALL, 6, 13, 6 / 13, "market 9 and environment 4, of them 11–14, 21, 22; the bureau is no professional team"),
        ("share", ("organ", "MARKET"), 4, 9, 4 / 9, "11–14 of 11–19"),
        ("share", ("organ", "ENV"), 2, 4, 0.5, "21, 22 of 21–24"),
    ],
    "F03": [
        ("on_duty", ALL, 5, 8, 5 / 8, "1, 2, 5, 6, 24 of those and 11 (suspended), 20 (over), 28 (none); 36 is a grid worker"),
        ("on_duty", ("township", W), 2, 4, 0.5, "1, 2 of 1, 2, 11, 28"),
        ("on_duty", ("township", E), 2, 3, 2 / 3, "5, 6 of 5, 6, 20"),
        ("certified", ALL, 28, 30, 28 / 30, "officers 1–30 but 20 and 28; 31 comes in December, 40 has left"),
        ("certified", ("township", W), 11, 12, 11 / 12, "1–4, 11–14, 25–28 but 28"),
        ("certified", ("township", E), 7, 8, 7 / 8, "5, 6, 7, 20, 21, 22, 29, 30 but 20"),
        ("trained", ALL, 11, 30, 11 / 30, "1–10 in March, 25 in June; 12 was last year, 13 comes in December, 11 failed"),
        ("trained", ("township", W), 5, 12, 5 / 12, "1–4 and 25"),
        ("trainings", ALL, 2, 2, 2, "PX-1 and PX-2"),
        ("trainings", ("township", W), 1, 1, 1, "PX-2"),
    ],
    "F04": [
        ("named", ALL, 2, 4, 0.5, "villages 1 and 4; village 2's officer ended yesterday, village 3's begins tomorrow"),
        ("named", ("township", W), 1, 2, 0.5, "village 1"),
    ],
    "F05": [
        ("filled", ALL, 0, 0, None, "Jindong's plan asks for no posts; Lanxi's does, see below"),
        ("vehicles", ALL, 3, 2, 3, "in two townships SB-1, SB-3, SB-4; SB-2 was given up yesterday, a camera is no vehicle"),
        ("vehicles", ("township", W), 2, 1, 2, "SB-1 and the pickup"),
        ("pickups", ("township", W), 1, 1, 1, "SB-3"),
        ("pickups", ("township", E), 0, 1, 0, "none"),
    ],
    "F06": [
        ("report", ALL, 5, 5, 10, "10, 5, 0, 30, 20 minutes of leads 1–5: the middle one"),
        ("assign", ALL, 3, 5, 10, "10, 20, 4 minutes of leads 1–3; 4 and 5 were not assigned"),
        ("accept", ALL, 3, 5, 2, "2, 10, 1 minutes of tasks 1–3; 4 and 5 were not accepted"),
        ("arrive", ALL, 3, 5, 20, "4, 30, 20 minutes"),
        ("arrive", ("township", W), 2, 3, 17, "4 and 30, half-way; task 5 never"),
        ("arrive", ("urgency", "urgent"), 1, 3, 4, "task 1; 4 and 5 never"),
        ("arrive", ("source", "grid_patrol"), 1, 3, 30, "task 2; 4 and 5 never"),
    ],
    "F07": [
        ("in_time", ALL, 1, 3, 1 / 3, "task 1 after 4 of 5 minutes; 3 after 20 of 15; 4 never; 5 was declined before its time"),
        ("in_time", ("township", E), 0, 2, 0, "tasks 3 and 4"),
        ("in_time", ("settlement", "urban"), 1, 1, 1, "task 1"),
    ],
    "F09": [
        ("resolved", ALL, 2, 5, 0.4, "1 and 3 of 1–5; 2 was resolved the next morning"),
        ("resolved", ("township", W), 1, 3, 1 / 3, "1 of 1, 2, 5"),
        ("resolved", ("source", "hotline_12345"), 1, 2, 0.5, "1 of 1 and 5"),
        ("settled_otherwise", ALL, 1, 5, 0.2, "5 was rejected"),
        ("open_1", ALL, 2, 5, 2, "2 and 4"),
        ("open_3", ALL, 1, 5, 1, "9, a day and a half old"),
        ("open_30", ALL, 1, 5, 1, "6, nine days old"),
        ("open_older", ALL, 1, 5, 1, "8, of 1 October"),
    ],
    "F10": [
        ("lead_closure", ALL, 3, 3, 4, "1, 4 and 54 hours of leads 3, 1 and 7"),
        ("lead_closure", ("item", "A1"), 2, 2, 2.5, "1 and 4 hours"),
        ("lead_closure", ("month", "2026-11"), 3, 3, 4, "no other lead was resolved this month"),
        ("case_decision", ALL, 4, 4, 35, "20, 30, 40, 100 days of cases 53, 54, 51, 52"),
        ("case_decision", ("township", W), 2, 2, 30, "40 and 20 days"),
        ("decided_in_time", ALL, 3, 5, 0.6, "51, 53, 54 of 51–54 and of 50, whose time ran out today"),
        ("decided_in_time", ("township", E), 1, 3, 1 / 3, "54 of 50, 52, 54"),
        ("case_closure", ALL, 1, 1, 120, "case 60"),
        ("undecided_30", ALL, 5, 11, 5, "41–44 and 57, which goes to the police in two days"),
        ("undecided_60", ALL, 3, 11, 3, "45–47"),
        ("undecided_90", ALL, 2, 11, 2, "48, 49"),
        ("undecided_older", ALL, 1, 11, 1, "50"),
        ("unclosed_60", ALL, 11, 15, 11, "41–44, 57, 45–47, 51, 53, 54"),
        ("unclosed_180", ALL, 4, 15, 4, "48, 49, 50, 52"),
    ],
    "F11": [
        ("overdue_assign", ALL, 2, 2, 2, "leads 4 and 8"),
        ("on_time_assign", ALL, 3, 4, 0.75, "1, 2, 3 of 1–4; a rejected lead was not to be assigned"),
        ("overdue_accept", ALL, 1, 1, 1, "task 4"),
        ("on_time_accept", ALL, 3, 4, 0.75, "1, 2, 3 of 1–4; 5 was declined before its time"),
        ("on_time_arrive", ALL, 1, 3, 1 / 3, "1 of 1, 3, 4"),
        ("overdue_recorded", ALL, 2, 12, 2, "case 50 and East's transfer; 41–50, 57 and that transfer run"),
        ("on_time_recorded", ALL, 2, 4, 0.5, "West's transfer and the market team's answer of these, East's transfer and case 50"),
        ("overdue_all", ALL, 6, 16, 6, "2 + 1 + 1 + 2 of 2 + 1 + 1 + 12"),
        ("on_time_all", ALL, 9, 15, 0.6, "3 + 3 + 1 + 2 of 4 + 4 + 3 + 4"),
        ("on_time_recorded", ("organ", "EAST"), 0, 2, 0, "its transfer and case 50"),
    ],
    "F12": [
        ("sent_in_time", ALL, 1, 2, 0.5, "West's of two that were due"),
        ("sent_in_time", ("organ", "EAST"), 0, 1, 0, "not sent"),
        ("answered_in_time", ("organ", "MARKET"), 1, 1, 1, "answered in the morning"),
        ("disputed", ALL, 1, 2, 0.5, "the market team objects to one of two received today"),
        ("disputed", ("organ", "ENV"), 0, 1, 0, "the other; a third was received on 1 November"),
    ],
    "F13": [
        ("without_due_review", ALL, 1, 3, 1, "case 52 was heard after its review; 51 and 54 had theirs, 53 needed none"),
        ("without_due_review", ("township", E), 1, 2, 1, "52 of 52 and 54"),
        ("submitted", ALL, 2, 2, 2, "of cases 41 and 42"),
        ("done", ALL, 1, 2, 0.5, "42"),
        ("returned", ALL, 1, 2, 0.5, "43 of the opinions on 42 and 43"),
        ("opinions", ("opinion", "agree"), 1, 1, 1, "42"),
    ],
    "F14": [("covered", ALL, 2, 3, 2 / 3, "city and environment of three; police and fire do not count; B1 ended, B2 comes")],
    "F15": [
        ("self_selected", ALL, 2, 4, 0.5, "S1 in West, S2 in East, of both in both"),
        ("general", ALL, 3, 4, 0.75, "A1 and A2 in West, A1 in East"),
        ("general", ("township", E), 1, 2, 0.5, "A1"),
    ],
    "F16": [("in_use", ALL, 2, 2, 2, "YJ-1 and YJ-2; YJ-3 ended yesterday, YJ-4 begins tomorrow")],
    "F17": [
        ("covered", ALL, 2, 3, 2 / 3, "A1 and B1 of A1, B1, C1; C1 was inspected last year, B2 is published tomorrow"),
        ("covered", ("organ", "ENV"), 0, 1, 0, "C1"),
        ("credit", ALL, 1, 2, 0.5, "P1 of P1 and P2; P3 is known from tomorrow on"),
        ("saved", ALL, 1, 3, 1, "one visit for two plans, one for one"),
        ("repeated", ALL, 1, 2, 0.5, "the afternoon's follows the morning's; the one before was in March"),
        ("repeated", ("organ", "BUREAU"), 1, 1, 1, "the afternoon's is the bureau's"),
    ],
    "F18": [
        ("patrolled", ALL, 2, 4, 0.5, "village 1 on the seventh day, village 3 today; village 2 on the eighth"),
        ("patrolled", ("township", W), 1, 2, 0.5, "village 1"),
    ],
    "F19": [
        ("simple", ALL, 4, 8, 0.5, "cases 1–4 of 1–4 and 51–54"),
        ("simple", ("item", "A1"), 4, 6, 4 / 6, "1–4 of 1–4, 51, 54"),
        ("fines", ALL, 26400, 7, 26400, "4 × 100 + 5,000 + 20,000 + 1,000; case 53 has none"),
        ("fines", ("township", W), 5200, 3, 5200, "1, 3 and 51"),
        ("paid_in_time", ALL, 1, 2, 0.5, "case 1 of 1 and 2, whose time ends today"),
    ],
    "F20": [
        ("asked", ALL, 2, 2, 2, "of cases 21 and 22"),
        ("asked", ("remedy", "suit"), 1, 1, 1, "22"),
        ("upheld", ALL, 1, 3, 1 / 3, "23 of 23–25"),
        ("changed", ALL, 1, 3, 1 / 3, "24"),
        ("revoked", ("township", W), 1, 2, 0.5, "25 of 23 and 25"),
        ("pending", ALL, 4, 4, 4, "21, 22, 26, and 27, which is upheld in two days"),
    ],
    "F21": [
        ("score", ALL, 265, 3, 265 / 3, "90, 80, 95"),
        ("score", ("township", W), 185, 2, 92.5, "case 21, twice"),
        ("score", ("month", "2026-11"), 335, 4, 83.75, "and 70 of 5 November"),
        ("score", ("quarter", "2026-Q4"), 395, 5, 79, "and 60 of October"),
        ("score", ("year", "2026"), 495, 6, 82.5, "and 100 of March"),
        ("best", ("file", "C-21"), 95, 1, 95, "by its last score"),
        ("best", ("file", "C-22"), 80, 1, 80, "the only other of today"),
    ],
    "F22": [
        ("yellow", ALL, 1, 2, 1, "1's; 5's ended on 1 November"),
        ("orange", ("township", W), 1, 2, 1, "11's"),
        ("red", ALL, 0, 2, 0, "30's is given tomorrow"),
    ],
    "F23": [
        ("held", ALL, 1, 1, 1, "August; March is more than six months ago"),
        ("held", ("half_year", "2026-H1"), 1, 1, 1, "March"),
        ("held", ("half_year", "2026-H2"), 1, 1, 1, "August"),
    ],
    "F24": [
        ("per_officer", ALL, 2, 3, 2 / 3, "tasks 4 and 7 are open at midnight; 5, 11, 28 are on duty"),
        ("per_officer", ("township", W), 1, 2, 0.5, "task 7; 11 and 28"),
        ("per_officer", ("team", "E1"), 1, 1, 1, "task 4; 5"),
        ("gini", ALL, 1, 6, 1 / 6, "loads 0.5 and 1: 2 × 0.5 of 2 × 2 × 1.5"),
        ("hours", ALL, 70, 9, 70 / 9, "eight shifts of 8 hours, and 6 hours of the night before"),
        ("hours", ("township", E), 22, 3, 22 / 3, "8 + 8 + 6"),
    ],
    "F25": [
        ("never_used", ALL, 4, 5, 0.8, "A2, C1, S1, S2 of these and A1"),
        ("never_used", ("item", "C1"), 1, 1, 1, "no case"),
        ("reversed", ALL, 2, 3, 2, "24 was changed, 25 revoked, 23 upheld"),
        ("reversed", ("item", "A1"), 2, 3, 2, "both"),
    ],
    "F26": [
        ("online", ALL, 5, 6, 5 / 6, "five steps of people, one on a paper form; the clock's and the dispatcher's do not count"),
        ("online", ("organ", "EAST"), 1, 2, 0.5, "served here, fined on paper"),
        ("answered", ALL, 2, 3, 2 / 3, "provided, refused, and one whose time is over; a fourth still has time"),
        ("answered", ("organ", "ENV"), 1, 2, 0.5, "refused is answered; the other is silent"),
        ("refused", ALL, 1, 3, 1 / 3, "one"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module", params=BOTH)
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """The county on a record that nobody changes."""
    for url in new_database(request, tmp_path_factory.mktemp("hand")):
        found = hand.build(Record(url, clock=lambda: small.NOW))
        yield found
        found.close()


def rows(record: Record, figure: str, on: date | None = hand.DAY) -> dict[tuple[str, tuple[str, str]], FigureRow]:
    with record.read() as session:
        found = rows_of(session, record.county(), [figure], on=on, now=record.clock())
    return {(row.measure, (row.group_kind, row.group_code)): row for row in found}


@pytest.mark.parametrize("figure", list(TABLE))
def test_worked_by_hand(county: Record, figure: str) -> None:
    found = rows(county, figure)
    for measure, group, numerator, denominator, value, working in TABLE[figure]:
        row = found[measure, group]
        expected = (numerator, denominator, value)
        assert (row.numerator, row.denominator, row.value) == pytest.approx(expected), (measure, group, working)


def test_every_figure_is_in_the_table_but_the_one_that_rests_on_ways() -> None:
    assert set(TABLE) == set(DEFINITIONS) - {"F08"}
