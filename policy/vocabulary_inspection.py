"""States and closed lists of inspection plans, of draws and of visits; said as those of `policy.vocabulary`."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class InspectionPlanStatus(StrEnum):
    """States of an inspection plan of an organ 检查计划 (EI)."""

    PLANNED = "planned"
    APPROVED = "approved"
    FILED = "filed"
    CANCELLED = "cancelled"


class InspectionKind(StrEnum):
    """Routine, special 专项, random 双随机 or written 书面 inspection; special ones need the county government, a written one
    is made from documents and shared data and is no visit (EI)."""

    ROUTINE = "routine"
    SPECIAL = "special"
    RANDOM = "random"
    WRITTEN = "written"


class DrawStatus(StrEnum):
    """States of a draw of subjects and inspectors 双随机抽取 (FL 二(五))."""

    COMMITTED = "committed"
    DRAWN = "drawn"
    DISCARDED = "discarded"


class SeedSource(StrEnum):
    """Where the seed of a draw comes from: this machine's generator, or a public number that was typed in."""

    GENERATOR = "generator"
    BEACON = "beacon"


class VisitOutcome(StrEnum):
    """What a visit found; the codes of the profile's `inspection.outcomes` (FL 二(五))."""

    NOTHING_FOUND = "nothing_found"
    PROBLEM_NO_VIOLATION = "problem_no_violation"
    VIOLATION = "violation"
    SERIOUS = "serious"


class SubjectRisk(StrEnum):
    """Risk grade of a subject of inspection."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class SubjectCredit(StrEnum):
    """Credit grade of a subject of inspection."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


INSPECTION: Final[tuple[type[StrEnum], ...]] = (
    InspectionPlanStatus, InspectionKind, DrawStatus, SeedSource, VisitOutcome, SubjectRisk, SubjectCredit,
)  # fmt: skip
