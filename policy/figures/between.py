"""F12 transfers, F23 joint meetings, F26 steps done online and requests answered: what passes between organs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.overdue import Clock, on_time, recorded_clock
from policy.figures.rows import COUNTY, FigureRow, numbers, seen, shares
from policy.figures.scope import ZONE, Scope, day_bounds, local_half_years

SENDING = ("transfer", "transfer_urgent")
ANSWERING = ("transfer_answer",)


def transfers(sent: pd.DataFrame, deadlines: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F12 (FL 二(三)): recorded transfer deadlines kept ÷ due in the period, under the organ that had to act; objected to ÷
    received in the period, under the receiver. A plan without these deadlines has nothing due."""
    sent, deadlines = require_columns(sent, "transfers"), require_columns(deadlines, "deadlines")
    rows = [*_kept("sent_in_time", deadlines, SENDING, scope), *_kept("answered_in_time", deadlines, ANSWERING, scope)]
    received = sent[scope.within(sent["received_at"])]
    disputed = scope.happened(received["objected_at"]).notna()
    everyone = pd.Series(True, index=received.index)
    return [*rows, *shares("F12", "disputed", disputed, everyone, {COUNTY: None, "organ": received["to_organ"]})]


def joint_meetings(meetings: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F23 (LX 三(四)4): joint meetings of the six months up to `now`, and of the calendar half-years the period touches and the
    one before. A half-year still running is listed from its first meeting on: before that nothing has been missed."""
    meetings = require_columns(meetings, "meetings")
    held = meetings.loc[meetings["held_at"] <= scope.moment, "held_at"]
    recent = held >= day_bounds(_six_months_before(scope.on))[0]
    rows = list(numbers("F23", "held", recent[recent], recent[recent], {COUNTY: None}))
    halves = _half_years(scope)
    number = local_half_years(held).value_counts().reindex(halves, fill_value=0).astype("float64")
    shown = number[(number > 0) | (number.index != halves[-1])]
    keys = pd.Series(shown.index, index=shown.index, dtype=object)
    every = pd.Series(True, index=held.index)
    seen("F23", "held", every, every, {"half_year": local_half_years(held)})
    return [*rows, *numbers("F23", "held", shown, shown, {"half_year": keys})]


def online_and_answered(steps: pd.DataFrame, assistance: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F26 (JD 二(五)14; FL 三(四)): steps of the period made in the system ÷ all, those entered from paper included; requests of
    the period answered, and refused, ÷ those that were answered or whose answer was due, under the organ asked."""
    steps, asked = require_columns(steps, "steps"), require_columns(assistance, "assistance")
    steps, asked = steps[scope.within(steps["made_at"])], asked[scope.within(asked["asked_at"])]
    everyone = pd.Series(True, index=steps.index)
    online = steps["entry"] == "online"
    rows = list(shares("F26", "online", online, everyone, {COUNTY: None, "organ": steps["organ_code"]}))
    answered = scope.happened(asked["answered_at"]).notna()
    due = answered | asked["answer_due_at"].isna() | (asked["answer_due_at"] <= scope.moment)
    refused = answered & asked["refused"].eq(True)
    groups = {COUNTY: None, "organ": asked.loc[due, "to_organ"]}
    for measure, hit in (("answered", answered), ("refused", refused)):
        rows += shares("F26", measure, hit[due], due[due], groups)
    return rows


def _kept(measure: str, deadlines: pd.DataFrame, kinds: tuple[str, ...], scope: Scope) -> Iterator[FigureRow]:
    clock: Clock = recorded_clock(deadlines[deadlines["kind"].isin(kinds)], scope)
    kept, judged = on_time(clock, scope)
    organ = clock.groups["organ"]
    groups = {COUNTY: None, "organ": None if organ is None else organ[judged]}
    yield from shares("F12", measure, kept[judged], judged[judged], groups)


def _six_months_before(on: date) -> date:
    """The earliest day from which six months reach `on`: of 31 December it is 1 July, for from 30 June they end on the 30th."""
    begin, months = pd.Timestamp(on) - pd.DateOffset(months=6), pd.DateOffset(months=6)
    return (begin if begin + months >= pd.Timestamp(on) else begin + pd.DateOffset(days=1)).date()


def _half_years(scope: Scope) -> list[str]:
    """Codes of the half-years from the one before the period up to that of `now`."""
    begin = pd.Timestamp(min(scope.start, scope.now)).tz_convert(ZONE) - pd.DateOffset(months=6)
    days = pd.date_range(begin, scope.moment.tz_convert(ZONE), freq="D").tz_convert("UTC")
    return list(dict.fromkeys(local_half_years(pd.Series(days.append(pd.DatetimeIndex([scope.moment]))))))
