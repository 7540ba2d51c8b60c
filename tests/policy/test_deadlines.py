"""Deadlines as a lawyer would put them: a sentence, the event, the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.deadlines import KINDS, Deadline, Pause, due, due_many, end_of_day, extend, key_of
from policy.errors import Refusal
from policy.loader import load_profile
from policy.workdays import load_calendar
from policy.zone import CHINA as SHANGHAI

JINDONG = load_profile("jindong")
CALENDAR = load_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def ask(kind: str, start: str, **terms: object) -> Deadline:
    return due(kind, at(start), JINDONG, CALENDAR, **terms)  # type: ignore[arg-type]


def local(deadline: Deadline) -> str:
    return deadline.due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


CASES = [
    ("seven working days across the spring festival, both working Saturdays counted", "preservation", "2026-02-12T15:00", "2026-02-28"),
    ("an event on a holiday: the day is not counted anyway", "hearing_request", "2026-10-03T09:00", "2026-10-13"),
    ("a hearing is held at the earliest after seven working days, a working Sunday among them", "hearing_notice", "2026-09-18T10:00", "2026-09-29"),
    ("ninety days for the decision end on Labour Day and do not move", "decision", "2026-01-31T10:00", "2026-05-01"),
    ("thirty days of sealing end on a Sunday and do not move", "sealing", "2026-01-30T10:00", "2026-03-01"),
    ("fifteen days to pay that end on National Day move to the eighth", "payment", "2026-09-16T10:00", "2026-10-08"),
    ("fifteen days to pay that end on a working day stay", "payment", "2026-03-02T10:00", "2026-03-17"),
    ("fifteen days to pay that end on a Saturday move to the Monday", "payment", "2026-03-06T10:00", "2026-03-23"),
    ("sixty days for reconsideration that end in the holiday move behind it", "reconsideration", "2026-08-03T10:00", "2026-10-08"),
    ("six months from the 31st of August end on the last of February, a working Saturday", "suit", "2025-08-31T10:00", "2026-02-28"),
    ("fifteen days to sue after reconsideration", "suit_after_reconsideration", "2026-03-02T10:00", "2026-03-17"),
    ("one year from the 29th of February ends on the 28th", "reconsideration_untold", "2024-02-29T10:00", "2025-02-28"),
    ("two years from the 29th of February end on the 28th, a Saturday that is worked, and would not move", "limitation", "2024-02-29T10:00", "2026-02-28"),
    ("five years for harm to life and health", "limitation_serious", "2021-08-01T10:00", "2026-08-01"),
    ("three days of the head of the organ end within the holiday", "criminal_head", "2026-09-30T10:00", "2026-10-03"),
    ("three days of the police are calendar days", "criminal_police", "2026-03-06T10:00", "2026-03-09"),
    ("three days to ask the police again", "criminal_retry", "2026-03-06T10:00", "2026-03-09"),
    ("three days of the police to review", "criminal_review", "2026-03-06T10:00", "2026-03-09"),
    ("three days to go to the procurator", "criminal_procurator", "2026-03-06T10:00", "2026-03-09"),
    ("three days to hand over the goods", "criminal_goods", "2026-03-06T10:00", "2026-03-09"),
    ("ten working days between reminder and court", "reminder_to_court", "2026-02-12T10:00", "2026-03-04"),
    ("cash collected on a Friday evening is at the organ on Tuesday", "cash_to_organ", "2026-03-13T20:00", "2026-03-17"),
    ("cash at the organ on a Friday is at the bank on Tuesday", "cash_to_bank", "2026-03-13T20:00", "2026-03-17"),
    ("three months for the court from the 30th of November end on the 28th of February", "court_application", "2025-11-30T10:00", "2026-02-28"),
    ("seven working days to serve", "service", "2026-03-09T10:00", "2026-03-18"),
    ("three working days to withdraw a publication", "publication_withdrawal", "2026-03-05T10:00", "2026-03-10"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "kind", "start", "last"), CASES, ids=[case[0] for case in CASES])
def test_a_deadline_in_days_ends_at_the_last_second_of_its_last_day(
    sentence: str, kind: str, start: str, last: str
) -> None:
    found = ask(kind, start)
    assert local(found) == f"{last} 23:59:59", sentence
    assert found.provisional is False
    assert found.clause


CLOCK = [
    ("twenty-four hours run through the holiday", "criminal_send", "2026-09-30T18:00", "2026-10-01 18:00:00"),
    ("twenty-four hours run through the week-end", "compulsion_report", "2026-03-13T23:30", "2026-03-14 23:30:00"),
    ("the police forward within twenty-four hours", "criminal_forward", "2026-12-31T12:00", "2027-01-01 12:00:00"),
    ("five minutes in town", "arrive_urban", "2026-03-13T23:58", "2026-03-14 00:03:00"),
    ("fifteen minutes elsewhere", "arrive_other", "2026-03-13T10:00", "2026-03-13 10:15:00"),
    ("thirty minutes to assign a normal lead", "lead_assign", "2026-03-13T10:00", "2026-03-13 10:30:00"),
    ("two minutes to assign an emergency", "lead_assign_emergency", "2026-03-13T10:00", "2026-03-13 10:02:00"),
    ("one minute to accept an emergency", "task_accept_emergency", "2026-03-13T10:00", "2026-03-13 10:01:00"),
    ("the key of a profile names a deadline too", "task.accept.urgent", "2026-03-13T10:00", "2026-03-13 10:02:00"),
]


@pytest.mark.parametrize(("sentence", "kind", "start", "moment"), CLOCK, ids=[case[0] for case in CLOCK])
def test_hours_and_minutes_are_counted_through(sentence: str, kind: str, start: str, moment: str) -> None:
    found = ask(kind, start)
    assert local(found) == moment, sentence
    assert found.provisional is False


YEAR_END = [
    ("three working days over the year's end", "publication_withdrawal", "2026-12-30T10:00", "2027-01-05", True),
    ("seven working days that end within 2026 are final", "service", "2026-12-21T10:00", "2026-12-30", False),
    ("six months that roll in a year without notice", "suit", "2026-08-31T10:00", "2027-03-01", True),
    ("ninety days of the organ do not depend on any notice", "decision", "2026-12-01T10:00", "2027-03-01", False),
    (
        "three months to the court do not roll and are final",
        "court_application",
        "2026-11-30T10:00",
        "2027-02-28",
        False,
    ),
    (
        "an event on New Year's Eve counts only days of the next year",
        "cash_to_organ",
        "2026-12-31T10:00",
        "2027-01-05",
        True,
    ),
]


@pytest.mark.parametrize(("sentence", "kind", "start", "last", "open_"), YEAR_END, ids=[case[0] for case in YEAR_END])
def test_a_year_not_yet_published_is_provisional_where_it_matters(
    sentence: str, kind: str, start: str, last: str, open_: bool
) -> None:
    found = ask(kind, start)
    assert (local(found), found.provisional) == (f"{last} 23:59:59", open_), sentence


def test_a_notice_that_arrives_makes_it_final_and_may_move_it(tmp_path: Path) -> None:
    notice = 'year = 2027\noff = [{ name = "元旦", from = 2027-01-01, to = 2027-01-04 }]\nworking = []\n'
    (tmp_path / "2027.toml").write_text(notice, "utf-8")
    found = due("publication_withdrawal", at("2026-12-30T10:00"), JINDONG, load_calendar(tmp_path))
    assert (local(found), found.provisional) == ("2027-01-06 23:59:59", False)


def test_the_day_of_the_event_is_the_day_in_shanghai() -> None:
    before, after = datetime(2026, 3, 9, 15, 59, tzinfo=UTC), datetime(2026, 3, 9, 16, 1, tzinfo=UTC)
    assert local(due("service", before, JINDONG, CALENDAR)) == "2026-03-18 23:59:59"
    assert local(due("service", after, JINDONG, CALENDAR)) == "2026-03-19 23:59:59"


class TestPauses:
    testing = Pause(at("2026-03-05T09:00"), at("2026-03-14T17:00"), "testing", "CO 25")

    def test_time_for_testing_is_left_out_of_sealing(self) -> None:
        found = ask("sealing", "2026-03-01T10:00", pauses=[self.testing])
        assert local(found) == "2026-04-10 23:59:59"
        left_out = [note.day for note in found.counted().days if note.kind == "paused"]
        assert (left_out[0], left_out[-1], len(left_out)) == (date(2026, 3, 5), date(2026, 3, 14), 10)

    def test_days_in_two_pauses_at_once_are_left_out_once(self) -> None:
        again = Pause(at("2026-03-10T09:00"), at("2026-03-16T09:00"), "testing")
        assert local(ask("sealing", "2026-03-01T10:00", pauses=[self.testing, again])) == "2026-04-12 23:59:59"

    def test_a_pause_that_falls_into_the_prolonged_end_counts_too(self) -> None:
        later = Pause(at("2026-04-05T09:00"), at("2026-04-06T09:00"), "testing")
        assert local(ask("sealing", "2026-03-01T10:00", pauses=[self.testing, later])) == "2026-04-12 23:59:59"

    def test_a_pause_after_the_end_changes_nothing(self) -> None:
        late = Pause(at("2026-04-05T09:00"), at("2026-04-06T09:00"), "testing")
        assert local(ask("sealing", "2026-03-01T10:00", pauses=[late])) == "2026-03-31 23:59:59"

    def test_while_the_pause_lasts_the_clock_stands_still(self) -> None:
        lasting = replace(self.testing, end=None)
        found = ask("sealing", "2026-03-01T10:00", pauses=[lasting])
        assert found.paused_since == lasting.start
        assert found.remaining(at("2026-03-07T10:00")) == found.remaining(at("2026-05-01T10:00"))
        assert not found.overdue(at("2026-05-01T10:00"))

    def test_a_ground_the_law_does_not_name_stops_nothing(self) -> None:
        with pytest.raises(Refusal) as refused:
            ask("decision", "2026-03-01T10:00", pauses=[self.testing])
        assert refused.value.clause == "PL 60"
        assert "testing" in refused.value.sentence("zh")

    def test_a_pause_cannot_end_before_it_begins(self) -> None:
        backwards = Pause(self.testing.start, at("2026-03-01T09:00"), "testing")
        with pytest.raises(Refusal, match="before it begins"):
            ask("sealing", "2026-03-01T10:00", pauses=[backwards])

    def test_the_party_kept_from_asking_gets_the_lost_days_back(self) -> None:
        flood = Pause(at("2026-03-10T00:00"), at("2026-03-12T23:00"), "force_majeure", "RL 20")
        assert local(ask("reconsideration", "2026-03-02T10:00")) == "2026-05-06 23:59:59"
        assert local(ask("reconsideration", "2026-03-03T10:00", pauses=[flood])) == "2026-05-06 23:59:59"
        assert local(ask("reconsideration", "2026-03-10T10:00", pauses=[flood])) == "2026-05-11 23:59:59"


class TestExtension:
    def test_sealing_is_extended_once_by_thirty_days(self) -> None:
        assert local(ask("sealing", "2026-01-30T10:00", extended=True)) == "2026-03-31 23:59:59"
        assert local(extend(ask("sealing", "2026-01-30T10:00"))) == "2026-03-31 23:59:59"

    def test_a_second_extension_is_refused(self) -> None:
        with pytest.raises(Refusal) as refused:
            extend(extend(ask("sealing", "2026-01-30T10:00")))
        assert refused.value.clause == "CO 25"
        assert "1" in refused.value.sentence("zh")

    def test_what_the_law_does_not_extend_is_not_extended(self) -> None:
        with pytest.raises(Refusal):
            ask("decision", "2026-01-30T10:00", extended=True)


class TestAnswer:
    def test_it_says_how_it_was_counted(self) -> None:
        plain = ask("preservation", "2026-02-12T15:00").as_dict()
        assert plain["due"] == "2026-02-28T23:59:59+08:00"
        assert (plain["clause"], plain["sense"], plain["basis"]) == ("PL 56; PL 85", "latest", "law")
        counted = plain["counted"]["counted"]
        assert counted == [f"2026-02-{day}" for day in (13, 14, 24, 25, 26, 27, 28)]
        assert {note["kind"] for note in plain["counted"]["skipped"]} == {"holiday"}

    def test_it_says_from_which_day_it_rolled_and_on_what_ground(self) -> None:
        found = ask("payment", "2026-09-16T10:00")
        assert found.rolled_from == date(2026, 10, 1)
        moved = [note.kind for note in found.counted().days if note.day > date(2026, 10, 1)]
        assert moved == ["rolled"] * 6 + ["rolled_end"]
        assert found.counted().rolls_ground == "CPL 85"
        assert found.value is not None
        assert found.value.interpreted
        assert len([note for note in found.counted().days if note.counted]) == 15

    def test_remaining_and_overdue(self) -> None:
        found = ask("criminal_send", "2026-03-13T10:00")
        assert found.remaining(at("2026-03-14T09:00")) == timedelta(hours=1)
        assert not found.overdue(at("2026-03-14T10:00"))
        assert found.overdue(at("2026-03-14T10:00:01"))

    def test_an_earliest_time_is_reached_but_never_overdue(self) -> None:
        found = ask("hearing_notice", "2026-09-18T10:00")
        assert not found.reached(at("2026-09-29T12:00"))
        assert found.reached(at("2026-09-30T00:00"))
        assert not found.overdue(at("2027-01-01T00:00"))

    def test_a_time_without_zone_is_refused(self) -> None:
        with pytest.raises(Refusal, match="time zone"):
            ask("sealing", "2026-03-01T10:00", pauses=[Pause(at("2026-03-05T09:00"), datetime(2026, 3, 6), "testing")])  # noqa: DTZ001
        with pytest.raises(Refusal, match="time zone"):
            due("service", datetime(2026, 3, 9), JINDONG, CALENDAR)  # noqa: DTZ001

    @pytest.mark.parametrize("start", ["0001-01-01T00:00", "1206-02-12T15:00", "9999-12-31T23:59"])
    def test_a_year_that_is_a_slip_of_the_pen_is_refused(self, start: str) -> None:
        for kind in ("service", "suit", "criminal_send"):
            with pytest.raises(Refusal, match="1950"):
                ask(kind, start)

    def test_a_silent_plan_gives_no_deadline(self) -> None:
        with pytest.raises(Refusal, match="say nothing"):
            ask("transfer", "2026-03-09T10:00")

    def test_an_unknown_kind_is_named(self) -> None:
        with pytest.raises(Refusal, match="teatime"):
            ask("teatime", "2026-03-09T10:00")

    def test_the_old_penalty_law_is_not_guessed(self) -> None:
        with pytest.raises(Refusal):
            ask("hearing_request", "2021-07-14T10:00")
        assert local(ask("hearing_request", "2021-07-15T10:00")) == "2021-07-22 23:59:59"

    def test_limitation_goes_by_the_day_of_filing_so_an_older_act_has_one(self) -> None:
        assert local(ask("limitation", "2020-03-01T10:00")) == "2022-03-01 23:59:59"
        assert local(ask("limitation", "2020-03-01T10:00", on=date(2022, 1, 1))) == "2022-03-01 23:59:59"

    def test_five_years_reach_only_acts_since_the_new_law(self) -> None:
        with pytest.raises(Refusal):
            ask("limitation_serious", "2021-07-14T10:00")

    def test_every_kind_has_a_key_and_every_kind_of_the_law_an_answer(self) -> None:
        silent = {"transfer", "transfer_urgent", "transfer_answer", "joint_meeting", "filing"}
        for kind in KINDS:
            assert key_of(kind)
            if kind not in silent:
                assert ask(kind, "2026-02-12T15:00").due_at > at("2026-02-12T15:00")


@given(
    st.sampled_from([k for k in KINDS if JINDONG.get(key_of(k), date(2025, 1, 1))]),
    st.lists(st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)), min_size=1, max_size=40),  # noqa: DTZ001
)
@settings(max_examples=150, deadline=None)
def test_a_column_of_deadlines_equals_one_at_a_time(kind: str, moments: list[datetime]) -> None:
    starts = np.array(moments, dtype="datetime64[s]")
    found = due_many(kind, starts, JINDONG, CALENDAR)
    for moment, when, open_ in zip(starts.tolist(), found.due_at.tolist(), found.provisional.tolist(), strict=True):
        single = due(kind, moment.replace(tzinfo=UTC), JINDONG, CALENDAR)
        assert single.due_at == when.replace(tzinfo=UTC)
        assert single.provisional == open_


def test_a_column_with_a_day_on_which_the_profile_is_silent_is_refused() -> None:
    starts = np.array(["2026-01-01T00:00:00", "2020-01-01T00:00:00"], dtype="datetime64[s]")
    with pytest.raises(Refusal, match="2020-01-01"):
        due_many("service", starts, JINDONG, CALENDAR)


def test_the_end_of_a_day_is_its_last_second_in_shanghai() -> None:
    assert end_of_day(date(2026, 2, 28)) == datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC)
