"""Bodies of what is more than expected."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.schemas import Moment, View


class NameOut(View):
    """A name in both languages."""

    zh: str
    en: str


class AnomalyOut(View):
    """More leads than expected in a cell, of an item or in an hour."""

    kind: Literal["cell", "item", "hour"]
    code: str = Field(description="Code of the cell or item; the hour as 2026-11-21T14 (Asia/Shanghai)")
    name: NameOut
    count: int = Field(description="Leads counted", examples=[9])
    usual: float = Field(description="Mean of the same hours on the days compared with", examples=[2.1])
    chance: float = Field(description="How likely so many or more are by chance", examples=[0.00031])
    begins: Moment
    ends: Moment
    leads: tuple[str, ...] = Field(description="Numbers of the leads counted")


class AnomaliesOut(View):
    """One look at the last 24 hours."""

    at: Moment
    days: int = Field(description="Comparable days it rests on; below four nothing is judged")
    judged: bool
    rate: float = Field(description="Share of chance among the marks, at most")
    method: str = Field(description="The method by name, in the language asked for")
    rows: tuple[AnomalyOut, ...] = Field(description="The least likely by chance first")
