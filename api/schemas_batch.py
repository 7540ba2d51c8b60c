"""Bodies of a batch: the proposed assignment of all normal leads, and what is confirmed of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.schemas import Body, Short, View
from data.casework.batch import MOST, REASON_LIMIT
from policy.travel import TravelMethod


class ProposalIn(Body):
    """Which leads the proposal is for."""

    township: Short | None = Field(None, description="Leads of this township alone (12 digits); all when left out")


class OfferOut(View):
    """A team that may take a lead."""

    team_code: str
    team_name: str
    minutes: float | None = Field(description="Minutes until it is there; null where a place is unknown")
    method: TravelMethod | None = Field(description="How the minutes are known")
    score: float = Field(description="0–1, the parts of the recommendation at the load it would then have")


class PlacedOut(OfferOut):
    """A lead with the team it would go to, every reason, and who else may take it."""

    number: str
    title: str
    place: str
    pros: list[dict[str, Any]]
    cons: list[dict[str, Any]]
    others: list[OfferOut] = Field(description="Other teams that may take it, the best first")


class LeftOut(View):
    """A lead that goes to nobody, with the reasons."""

    number: str
    title: str
    place: str
    reasons: list[dict[str, Any]]


class TotalsOut(View):
    """What an assignment comes to."""

    placed: int
    minutes: float = Field(description="Minutes of travel of all together, of those that are known")
    unknown: int = Field(description="Leads whose minutes are unknown")
    late: int | None = Field(description="Leads reached later than the response target of their cell; null: no target")
    lightest: int = Field(description="Open tasks of the least loaded team that may take any")
    heaviest: int = Field(description="Open tasks of the most loaded one")
    spread: float = Field(description="Standard deviation of their open tasks")
    cost: float = Field(description="The objective: 1 less the score of each pair")


class SavingOut(View):
    """What the batch saves against one lead after the other."""

    placed: int
    minutes: float | None = Field(description="Null where the two do not place as many leads")
    late: int | None
    spread: float


class ProposalOut(View):
    """The whole assignment, against sending one lead after the other in the order of the queue."""

    sequence: int = Field(description="Last event of the record it was made from; given back on confirmation")
    made_at: datetime
    placed: list[PlacedOut]
    left_out: list[LeftOut]
    totals: TotalsOut
    one_by_one: TotalsOut
    saving: SavingOut


class ChoiceIn(Body):
    """A lead and the team it goes to."""

    number: Short
    team_code: Short
    proposed: Short | None = Field(None, description="The team that was proposed, where there was a proposal")
    reason: Annotated[str, Field(max_length=REASON_LIMIT)] | None = Field(
        None, description="Why another team than the proposed one: must be given then"
    )


class BatchIn(Body):
    """What is confirmed, as a whole; each lead is sent singly."""

    sequence: Annotated[int, Field(ge=0)] | None = Field(None, description="`sequence` of the proposal")
    choices: Annotated[list[ChoiceIn], Field(min_length=1, max_length=MOST)] = Field(
        examples=[[{"number": "JD-L-20261120-0001", "team_code": "W1", "proposed": "W1"}]]
    )


class SentOut(View):
    """What became of one lead: its task, or the problem for which it was not sent."""

    number: str
    task: str | None = None
    problem: dict[str, Any] | None = None


class SentBatchOut(View):
    """Results in the order of the request; `batch` stands in the events of all of them."""

    batch: str
    sent: int
    refused: int
    results: list[SentOut]
