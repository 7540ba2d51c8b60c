"""Call-outs of a lead: several departments called at once; each one's own steps are at `/call-outs/{number}`."""

from __future__ import annotations

from typing import Any

from api.context import AtDesk
from api.routing import router_at
from api.schemas_between import CalledOut, CallOutIn
from data.casework.call_outs import call_out_all
from data.db import Tx

router = router_at("/leads", tags=["call-outs"])


def _called(tx: Tx, *, number: str, facts: dict[str, Any]) -> list[str]:
    return [row.number for row in call_out_all(tx, number=number, **facts)]


@router.post("/{number}/call-outs", response_model=CalledOut, status_code=201)
async def call_departments_out(number: str, body: CallOutIn, desk: AtDesk) -> CalledOut:
    """Call departments out to the lead, all of them or none 吹哨; each has the policy's time to acknowledge."""
    return CalledOut(numbers=await desk.write(_called, number=number, facts=body.model_dump()))
