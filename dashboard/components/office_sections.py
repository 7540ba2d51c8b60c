"""Sections of the county office's page, one tab each, in their order: a line here is all that a further one needs."""

from __future__ import annotations

from typing import Final

from dashboard.components import (
    office_appraisal,
    office_between,
    office_figures,
    office_force,
    office_items,
    office_meetings,
    office_packs,
    office_plans,
)
from dashboard.components.office_words import Section

SECTIONS: Final[tuple[Section, ...]] = (
    office_force.SECTION,
    office_plans.SECTION,
    office_figures.SECTION,
    office_items.SECTION,
    office_between.SECTION,
    office_meetings.SECTION,
    office_appraisal.SECTION,
    office_packs.SECTION,
)
