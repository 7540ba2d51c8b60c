"""Definitions of the figures on the force: F01–F05, F08, F18, F24."""

from __future__ import annotations

from typing import Final

from policy.figures import force, reach, staffing, workload
from policy.figures.measures import FigureDefinition, Measure
from policy.figures.rows import COUNTY

_CT: Final = (COUNTY, "township")
_REACH: Final = (COUNTY, "township", "settlement", "shift")

FORCE: Final = (
    FigureDefinition(
        "F01",
        (
            Measure("share", "share", "up", (COUNTY,)),
            Measure("contribution", "share", "none", ("township", "organ", "part")),
            Measure("organ_share", "share", "up", ("organ",)),
            Measure("people", "count", "none", ("township", "part")),
        ),
        ("people", "postings"),
        lambda f, s: force.township_force_share(f["people"], f["postings"], s, f.get("certificates")),
        adds=("certificates",),
        rests_on=("sink_down.force_share", "sink_down.counting"),
    ),
    FigureDefinition(
        "F02",
        (Measure("share", "share", "up", (COUNTY, "organ"), target_groups=("organ",)),),
        ("people", "postings"),
        lambda f, s: force.professional_force_share(f["people"], f["postings"], s, f.get("certificates")),
        adds=("certificates",),
        rests_on=("sink_down.team_share", "sink_down.counting"),
    ),
    FigureDefinition(
        "F03",
        (
            Measure("on_duty", "share", "up", _CT, target_groups=_CT),
            Measure("certified", "share", "up", _CT),
            Measure("trained", "share", "up", _CT),
            Measure("trainings", "count", "up", _CT, target_key="training.per_year"),
        ),
        ("people", "postings", "shifts", "training"),
        lambda f, s: staffing.certified(
            f["people"], f["postings"], f["shifts"], f["training"], s, f.get("certificates")
        ),
        adds=("certificates",),
        rests_on=("officers.certificate_required",),
    ),
    FigureDefinition(
        "F04",
        (Measure("named", "share", "up", _CT, target_groups=_CT),),
        ("communities", "village_officers"),
        lambda f, s: staffing.village_officers(f["communities"], f["village_officers"], s),
        rests_on=("village_officer.share",),
    ),
    FigureDefinition(
        "F05",
        (
            Measure(
                "filled", "share", "up", (*_CT, "post"), target_groups=_CT, rests_on=("team.posts", "team.offices")
            ),
            Measure("vehicles", "count", "up", _CT, target_key="equipment.vehicles", target_groups=("township",)),
            Measure("pickups", "count", "up", _CT, target_key="equipment.pickups", target_groups=("township",)),
        ),
        ("posts", "post_holders", "townships", "equipment"),
        staffing.posts_and_vehicles,
    ),
    FigureDefinition(
        "F08",
        tuple(Measure(name, "share", "up", _REACH) for name in ("area", "leads", "cells")),
        ("coverage",),
        lambda f, s: reach.coverage(f["coverage"], s),
        rests_on=("response.urban", "response.other", "coverage.lead_days"),
    ),
    FigureDefinition(
        "F18",
        (Measure("patrolled", "share", "up", _CT),),
        ("villages", "patrols"),
        lambda f, s: reach.patrolled(f["villages"], f["patrols"], s),
        rests_on=("patrol.cycle",),
    ),
    FigureDefinition(
        "F24",
        (
            Measure("per_officer", "tasks_per_officer", "down", (COUNTY, "township", "team")),
            Measure("gini", "index", "down", (COUNTY,)),
            Measure("hours", "hours_per_person", "none", (COUNTY, "township", "team")),
        ),
        ("teams", "shifts"),
        lambda f, s: workload.workload(f["teams"], f["shifts"], s, f.get("tasks")),
        adds=("tasks",),
    ),
)
