"""More leads than expected: cells, items and hours (S10), with the leads behind each mark."""

from __future__ import annotations

from dataclasses import asdict

from api import schemas_anomalies as s
from api.context import AtDesk
from api.routing import router_at
from data.queries.anomalies import read_anomalies
from policy.text import say

router = router_at("/anomalies", tags=["leads"])


@router.get("", response_model=s.AnomaliesOut)
async def anomalies(desk: AtDesk) -> s.AnomaliesOut:
    """What of the last 24 hours is more than expected, by the method named; an empty list where nothing is."""
    found = await desk.ask(read_anomalies, now=desk.now)
    method = {"judged": found.judged, "method": say("anomalies.method_name", desk.lang)}
    return s.AnomaliesOut.model_validate(asdict(found) | method)
