"""Erasing personal data: the key of a party or of who reported a lead is destroyed, with a reason (PI 47)."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api import schemas as s
from api.context import AtDesk
from api.routing import router_at
from api.schemas_case import ObstacleOut
from data.casework.erasing import ErasedParty, erase_party, erase_reporter
from policy.citing import linked

router = router_at(tags=["personal data"])


class ErasingIn(s.Body):
    """Why personal data is erased."""

    reason: s.Text = Field(examples=["当事人申请，保存期限已届满"])


class ErasedOut(s.View):
    """Whose personal data can be read no more, and since when."""

    subject: str
    erased_at: datetime
    files: list[str] = Field(default_factory=list, description="Cases whose documents and texts went as well")
    documents: int = Field(default=0, description="How many documents")
    evidence: int = Field(default=0, description="How many files of evidence")
    kept: list[ObstacleOut] = Field(default_factory=list, description="What the law keeps, with the ground of each")


@router.post("/parties/{code}/erase", response_model=ErasedOut)
async def party(code: str, body: ErasingIn, desk: AtDesk) -> ErasedOut:
    """Destroy the key of a party whose cases are archived, and their files where the law keeps them no more."""
    done: ErasedParty = await desk.write(erase_party, code=code, reason=body.reason)
    kept = [ObstacleOut.model_validate(linked(reason, desk.lang)) for reason in done.reached.kept]
    reached = {"files": done.reached.cases, "documents": done.reached.papers, "evidence": done.reached.evidence}
    return ErasedOut.model_validate({"subject": code, "erased_at": done.party.erased_at, "kept": kept} | reached)


@router.post("/leads/{number}/erase-reporter", response_model=ErasedOut)
async def reporter(number: str, body: ErasingIn, desk: AtDesk) -> ErasedOut:
    """Destroy the key of who reported a lead that is done with."""
    row = await desk.write(erase_reporter, number=number, reason=body.reason)
    return ErasedOut.model_validate({"subject": number, "erased_at": row.erased_at})
