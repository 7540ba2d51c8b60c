"""Definitions of the figures on the loop and its clocks: F06, F07, F09–F12, F23, F26."""

from __future__ import annotations

from typing import Final

import pandas as pd

from policy.figures import between, case_times, loop, overdue, response
from policy.figures.measures import FigureDefinition, Frames, Measure
from policy.figures.rows import COUNTY, FigureRow
from policy.figures.scope import Scope

_CT: Final = (COUNTY, "township")
_CO: Final = (COUNTY, "organ")
_CTS: Final = (COUNTY, "township", "source")
_TIMES: Final = (COUNTY, "day", "township", "urgency", "source")
_CMTI: Final = (COUNTY, "month", "township", "item")
_PLACES: Final = {
    "all": (COUNTY, "township", "deadline"),
    "assign": _CT,
    "accept": (COUNTY, "township", "organ"),
    "arrive": (COUNTY, "township", "organ"),
    "recorded": (COUNTY, "township", "organ", "deadline"),
}


def _ages() -> tuple[Measure, ...]:
    return tuple(Measure(name, "count", "down", _CT) for name, _, _ in loop.AGES)


def _cases() -> tuple[Measure, ...]:
    open_ones = (*case_times.UNDECIDED, *case_times.UNCLOSED)
    return (
        Measure("case_decision", "day", "down", _CMTI, rests_on=("deadline.decision",)),
        Measure("decided_in_time", "share", "up", _CMTI, rests_on=("deadline.decision",)),
        Measure("case_closure", "day", "down", _CMTI),
        *(Measure(name, "count", "down", _CT) for name, _, _ in open_ones),
    )


def _clocks() -> tuple[Measure, ...]:
    late = (Measure(f"overdue_{kind}", "count", "down", places) for kind, places in _PLACES.items())
    met = (Measure(f"on_time_{kind}", "share", "up", places) for kind, places in _PLACES.items())
    return (*late, *met)


def _closure(frames: Frames, scope: Scope) -> list[FigureRow]:
    cases: pd.DataFrame | None = frames.get("cases")
    of_leads = loop.closure_time(frames["leads"], scope)
    return of_leads if cases is None else [*of_leads, *case_times.case_times(cases, scope)]


LOOP: Final = (
    FigureDefinition(
        "F06",
        tuple(Measure(name, "minute", "down", _TIMES) for name in ("arrive", "report", "assign", "accept")),
        ("leads", "tasks"),
        lambda f, s: response.response_times(f["leads"], f["tasks"], s),
    ),
    FigureDefinition(
        "F07",
        (Measure("in_time", "share", "up", (COUNTY, "day", "township", "settlement")),),
        ("tasks",),
        lambda f, s: response.arrival_in_time(f["tasks"], s),
        rests_on=("response.urban", "response.other"),
    ),
    FigureDefinition(
        "F09",
        (Measure("resolved", "share", "up", _CTS), Measure("settled_otherwise", "share", "none", _CTS), *_ages()),
        ("leads",),
        lambda f, s: loop.closed_loop_rate(f["leads"], s),
    ),
    FigureDefinition(
        "F10",
        (Measure("lead_closure", "hour", "down", _CMTI), *_ages(), *_cases()),
        ("leads",),
        _closure,
        adds=("cases",),
    ),
    FigureDefinition(
        "F11",
        _clocks(),
        ("leads", "tasks"),
        lambda f, s: overdue.overdue(f["leads"], f["tasks"], s, f.get("deadlines")),
        adds=("deadlines",),
    ),
    FigureDefinition(
        "F12",
        (
            Measure("sent_in_time", "share", "up", _CO, target_groups=_CO),
            Measure("answered_in_time", "share", "up", _CO, target_key="target.F12", target_groups=_CO),
            Measure("disputed", "share", "down", _CO),
        ),
        ("transfers", "deadlines"),
        lambda f, s: between.transfers(f["transfers"], f["deadlines"], s),
        rests_on=("deadline.transfer", "deadline.transfer_urgent", "deadline.transfer_answer"),
    ),
    FigureDefinition(
        "F23",
        (Measure("held", "count", "up", (COUNTY, "half_year"), target_groups=(COUNTY, "half_year")),),
        ("meetings",),
        lambda f, s: between.joint_meetings(f["meetings"], s),
    ),
    FigureDefinition(
        "F26",
        (
            Measure("online", "share", "up", _CO, target_groups=_CO),
            Measure("answered", "share", "up", _CO),
            Measure("refused", "share", "none", _CO),
        ),
        ("steps", "assistance"),
        lambda f, s: between.online_and_answered(f["steps"], f["assistance"], s),
    ),
)
