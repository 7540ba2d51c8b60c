"""The county of the page of inspections: plans to merge, a draw, visits."""

from __future__ import annotations

from pathlib import Path

from data.casework.inspection_subjects import publish_cap
from data.db import Record
from tests.data import inspecting as i
from tests.data import small
from tests.support.page_server import County


def furnish(record: Record, folder: Path) -> dict[str, str]:
    """Matters in several states; gives numbers by name."""
    actors = i.build(record)
    subjects = [i.enterprise(record, number) for number in range(3)]
    elsewhere = i.enterprise(record, 3, small.VILLAGES[3])
    today = small.NOW.date()
    period = {"begins_on": today.isoformat(), "ends_on": today.replace(year=today.year + 1, day=1).isoformat()}
    cap = {"cap_year": str(today.year), "cap": "2", "published_on": "2026-01-05", "document": "公告1号"}
    record.write(actors["west"], publish_cap, given=cap)
    i.plan(record, actors["west"], *subjects[:2], **period)
    i.plan(record, actors["market"], *subjects[:2], inspection_items=["B1"], **period)
    visit = i.entered(record, actors, subjects[2], visit_on=today.isoformat())
    draw = i.committed(record, actors["west"], i.random_plan(record, actors["west"], title="双随机抽查", **period))
    i.step(record, actors["west"], draw, "draw", seed_source="generator")
    return {"visit": visit.number, "draw": draw.number, "subject": subjects[2].code,
            "elsewhere": elsewhere.code}  # fmt: skip


COUNTY = County(furnish, seats={"officer": "WEST"})
