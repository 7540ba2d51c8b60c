"""Definitions of the figures on cases, items and inspections: F13–F17, F19–F22, F25."""

from __future__ import annotations

from typing import Final

from policy.figures import inspections, item_use, penalties, review
from policy.figures.measures import FigureDefinition, Measure
from policy.figures.rows import COUNTY

_CT: Final = (COUNTY, "township")
_CO: Final = (COUNTY, "organ")
_CTI: Final = (COUNTY, "township", "item")
_CTIR: Final = (*_CTI, "remedy")

LAW: Final = (
    FigureDefinition(
        "F13",
        (
            Measure("without_due_review", "count", "down", _CT, target_groups=_CT),
            Measure("submitted", "count", "none", _CT),
            Measure("done", "share", "up", _CT),
            Measure("returned", "share", "down", _CT),
            Measure("opinions", "count", "none", (COUNTY, "opinion")),
        ),
        ("cases", "reviews"),
        lambda f, s: review.legal_review(f["cases"], f["reviews"], s),
        rests_on=("review.required", "review.triggers"),
    ),
    FigureDefinition(
        "F14",
        (Measure("covered", "share", "up", (COUNTY,)),),
        ("domains", "items", "delegations"),
        item_use.domains_covered,
    ),
    FigureDefinition(
        "F15",
        (
            Measure("self_selected", "share", "up", _CT, target_groups=("township",)),
            Measure("general", "share", "up", _CT, target_key="item.taken_on_whole", target_groups=_CT),
        ),
        ("townships", "items", "delegations"),
        item_use.items_taken_on,
    ),
    FigureDefinition("F16", (Measure("in_use", "count", "up", (COUNTY,)),), ("scenarios",), item_use.scenarios_in_use),
    FigureDefinition(
        "F17",
        (
            Measure("covered", "share", "up", _CO, target_groups=_CO, rests_on=("inspection.coverage",)),
            Measure("credit", "share", "up", (COUNTY,), target_key="credit.coverage"),
            Measure("saved", "count", "up", _CO, rests_on=("inspection.once_for_all", "inspection.merge_window")),
            Measure("repeated", "share", "down", _CO, rests_on=("inspection.repeat_window",)),
        ),
        ("inspection_items", "inspected_items", "inspections", "subjects"),
        inspections.inspections,
    ),
    FigureDefinition(
        "F19",
        (
            Measure("simple", "share", "none", _CTI),
            Measure("fines", "yuan", "none", _CTI),
            Measure("paid_in_time", "share", "none", _CTI),
        ),
        ("cases",),
        lambda f, s: penalties.procedures_and_fines(f["cases"], s),
        rests_on=("appraisal.money_counts",),
        money=True,
    ),
    FigureDefinition(
        "F20",
        (
            Measure("asked", "count", "none", _CTIR),
            Measure("upheld", "share", "up", _CTIR),
            Measure("changed", "share", "down", _CTIR),
            Measure("revoked", "share", "down", _CTIR),
            Measure("pending", "count", "none", _CT),
        ),
        ("remedies",),
        lambda f, s: penalties.remedies(f["remedies"], s),
    ),
    FigureDefinition(
        "F21",
        (
            Measure("score", "score", "up", (COUNTY, "township", "month", "quarter", "year")),
            Measure("best", "score", "none", ("file",), rests_on=("file_review.best",)),
            Measure("worst", "score", "none", ("file",), rests_on=("file_review.worst",)),
        ),
        ("file_reviews",),
        lambda f, s: review.file_review(f["file_reviews"], s),
        rests_on=("file_review.cycle",),
    ),
    FigureDefinition(
        "F22",
        tuple(Measure(kind, "count", "down", _CT) for kind in ("yellow", "orange", "red")),
        ("cards",),
        lambda f, s: penalties.cards(f["cards"], s),
        rests_on=("cards",),
    ),
    FigureDefinition(
        "F25",
        (
            Measure("never_used", "share", "down", (COUNTY, "item"), rests_on=("item.assessments",)),
            Measure("reversed", "count", "down", (COUNTY, "item"), rests_on=("item.assessments",)),
        ),
        ("items", "delegations", "remedies"),
        item_use.items_unused_and_reversed,
    ),
)
