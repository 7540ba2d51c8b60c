"""The closed vocabularies that have a module of their own, in the order in which the catalogue lists them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from policy.vocabulary_between import BETWEEN
from policy.vocabulary_calls import CALLS
from policy.vocabulary_case import CASE_VOCABULARIES
from policy.vocabulary_conduct import CONDUCT
from policy.vocabulary_inspection import INSPECTION
from policy.vocabulary_notice import NOTICE
from policy.vocabulary_patrol import PATROL
from policy.vocabulary_shift import SHIFT
from policy.vocabulary_staffing import STAFFING

PARTS: Final[tuple[type[StrEnum], ...]] = (
    *CASE_VOCABULARIES, *BETWEEN, *INSPECTION, *NOTICE, *PATROL, *CALLS, *SHIFT, *CONDUCT, *STAFFING,
)  # fmt: skip
