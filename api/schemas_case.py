"""Bodies of the interface for cases; money is text in yuan, `200.00`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field, PlainSerializer

from api.forms import InputOut, model_of
from api.schemas import Body, Day, Degrees, Short, View
from data.casework.cases import ON_THE_SPOT
from policy.vocabulary_case import CaseStatus, PartyKind, Procedure

Money = Annotated[
    Decimal,
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str),
    Field(description="Yuan", examples=["200.00"]),
]
Staff = Annotated[list[Short], Field(max_length=20)]
Summary = Annotated[str, Field(min_length=1, max_length=5_000)]


class PartyIn(Body):
    """Whom a case is against; numbers are checked by their check digits, and a known number is a known party."""

    kind: PartyKind
    name: Short = Field(examples=["金华某某餐饮有限公司"])
    identity_number: Short | None = Field(None, description="Of a citizen (GB 11643)")
    credit_code: Short | None = Field(
        None, description="Of an organisation (GB 32100)", examples=["91330701MA2DB0X8AQ"]
    )
    representative: Short | None = None
    phone: Short | None = None
    address: Short | None = None


class _Opening(Body):
    item: Short = Field(description="Code of the item of enforcement", examples=["A1"])
    summary: Summary = Field(examples=["在人行道摆摊经营"])
    lead: Short | None = Field(None, description="Number of the lead it comes from: place and evidence come with it")
    task: Short | None = Field(None, description="Number of the task on which it was found")
    officers: Staff = Field([], description="Staff numbers of who handles it; those of the task when left out")
    act_on: Day | None = Field(None, description="Day of the act; that of the lead, else today, when left out")
    address: Short | None = None
    lon: Degrees | None = Field(None, description="Degrees, WGS-84")
    lat: Degrees | None = Field(None, description="Degrees, WGS-84")
    cell: Short | None = Field(None, description="Grid cell, where no point is known")


class CaseIn(_Opening):
    """A proposal to file a case."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "item": "A1",
                    "summary": "在人行道摆摊经营",
                    "lead": "JD-L-20261120-0001",
                    "officers": ["01", "02"],
                    "party": {
                        "kind": "organisation",
                        "name": "金华某某餐饮有限公司",
                        "credit_code": "91330701MA2DB0X8AQ",
                    },
                }
            ]
        }
    )

    party: PartyIn | None = None
    act_ended_on: Day | None = Field(None, description="Day on which an act that went on came to its end")


SpotDecision = model_of("SpotDecision", ON_THE_SPOT, "What a decision on the spot is told besides the case (PL 52).")


class OnTheSpotIn(_Opening):
    """A small penalty decided and handed over on the spot (PL 51–52)."""

    party: PartyIn
    decision: SpotDecision  # type: ignore[valid-type]  # made from the form the record declares


class PartyOut(View):
    """A party; what is personal is masked."""

    code: str = Field(description="By which cases of the same party are found", examples=["JD-P-20261120-0001"])
    kind: PartyKind
    name: str
    identity_number: str
    credit_code: str
    representative: str
    phone: str
    address: str
    masked: bool


class OfficerOut(View):
    """Who handles a case, and how the certificate stands now."""

    code: str
    name: str
    certificate: str | None
    valid_to: datetime | None
    standing: str = Field(description="valid, soon (ends within 60 days), expired, suspended or none")
    recused: bool


class DeadlineOut(View):
    """A deadline of a matter."""

    kind: str
    name: str
    whose: str
    state: str
    begun_at: datetime
    due_at: datetime
    provisional: bool = Field(description="Counted without the year's arrangement of working days")
    clause: str | None


class MoneyOut(View):
    """What is owed and paid."""

    owed: Money | None
    paid: Money
    surcharge: Money = Field(description="For a fine paid late, as of now (PL 72), less what was paid of it")
    surcharge_clause: str | None
    due_at: datetime | None
    deferred_until: datetime | None
    refund_owed: Money = Field(description="Paid beyond the decision as it stands now (RL 72; CO 41)")


class CaseOut(View):
    """A case as it stands."""

    number: str = Field(examples=["JD-C-20261120-0001"])
    status: CaseStatus
    procedure: Procedure
    summary: str
    item_code: str
    item: str
    item_en: str | None
    domain: str
    articles: list[str] = Field(description="That forbid and that punish, as citations")
    organ_code: str
    organ: str
    in_name_of: str
    basis: str
    place: str | None
    address: str | None
    township_code: str | None
    township: str
    party: PartyOut | None
    officers: list[OfficerOut]
    team: str | None
    act_on: date
    act_ended_on: date | None
    found_at: datetime
    proposed_at: datetime
    filed_at: datetime | None
    decided_at: datetime | None
    decision_number: str | None
    decided_by: str | None
    penalties: list[str]
    fine: Money | None
    confiscated: Money | None
    grade: str | None
    ground: str | None
    remedy: str | None
    archive_number: str | None
    published_at: datetime | None
    lead: str | None
    task: str | None
    version: int
    money: MoneyOut
    deadlines: list[DeadlineOut]


class CaseRowOut(View):
    """A case as one row of a list; a person's name is masked."""

    number: str
    status: CaseStatus
    procedure: Procedure
    item_code: str
    item: str
    summary: str
    party: str
    township_code: str | None
    township: str
    place: str | None
    organ_code: str
    proposed_at: datetime
    filed_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    decision_number: str | None
    penalties: list[str]
    fine: Money | None
    grade: str | None
    due_at: datetime | None = Field(description="The organ's next running deadline")
    due: str | None
    provisional: bool
    overdue: bool


class CasesOut(View):
    """A page of cases, newest first; `next` is the cursor of the page after."""

    cases: list[CaseRowOut]
    next: str | None = None


class ObstacleOut(View):
    """What stands in the way of a step: the sentence, the clause it rests on, and the page that shows it."""

    code: str
    sentence: str
    clause: str | None
    policy: str | None = None


class StepOut(View):
    """A step that leads on: whether its form may be opened now, what is missing for it, what its form must say."""

    step: str
    name: str
    to: str = Field(description="State after it")
    roles: list[str] = Field(description="Roles that take it")
    allowed: bool
    obstacles: list[ObstacleOut] = Field(description="What is missing whatever the form says")
    asked: list[ObstacleOut] = Field(description="What the form itself has to say")
    form: list[InputOut]
    starts: list[str] = Field(description="Kinds of deadline it starts, as far as is known now")
    href: str


class StepsOut(View):
    """Every next step, those that may be taken first."""

    number: str
    status: str
    steps: list[StepOut]
