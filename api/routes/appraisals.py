"""Appraisals over the interface: taken for a period that is over, read with every part explained; the assessment of items."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.context import AtDesk
from api.once import Key, Row, Told, once, replied, told_before
from api.routing import router_at
from api.schemas import Day
from api.schemas_conduct import (
    AppraisalIn,
    AppraisalOut,
    AppraisalsOut,
    AppraisalTakenOut,
    ItemAssessedOut,
    ItemsAssessedOut,
)
from data.authority import Actor
from data.casework.appraisals import take_appraisal
from data.county import County
from data.db import Tx
from data.queries.appraisals import AppraisalRow, appraisals, periods_taken, worked_out
from data.queries.item_assessment import Assessment, assess_items
from policy.appraisal import as_kept
from policy.text import named

router = router_at("/appraisals", tags=["supervision"])
Subjects = Literal["township", "organ"]


def told(row: AppraisalRow, lang: str) -> AppraisalOut:
    """A score as the interface says it."""
    one, place = row.scored, row.standing
    return AppraisalOut(
        kind=one.kind,
        code=one.code,
        name=named(row.name, lang),
        score=one.score,
        low=one.low,
        high=one.high,
        few=one.few,
        best=place.best,
        worst=place.worst,
        of=place.of,
        lacks=one.missing,
        parts=[as_kept(part) for part in one.parts],
        taken_at=row.taken_at,
        restatement=row.restatement,
        before=row.before,
    )


@router.get("", response_model=AppraisalsOut)
async def read_appraisals(
    desk: AtDesk,
    period: Annotated[
        str | None, Query(max_length=7, description="2026, 2026-Q3 or 2026-09; the last one taken")
    ] = None,
    kind: Subjects = "township",
) -> AppraisalsOut:
    """The kept scores of a period with their intervals, whoever lacks most first: places are from–to, never bare ranks."""
    code, periods, rows = await desk.ask(_read, now=desk.now, period=period, kind=kind)
    return AppraisalsOut(period=code, periods=periods, appraisals=[told(row, desk.lang) for row in rows])


def _read(
    session: Session, actor: Actor, county: County, *, now: Any, period: str | None, kind: str
) -> tuple[str | None, list[str], list[AppraisalRow]]:
    periods = periods_taken(session, county)
    code = period or (periods[0] if periods else None)
    rows = appraisals(session, actor, county, now, period_code=code or str(now.year), kind=kind)
    return code, periods, rows


@router.post("", response_model=AppraisalTakenOut)
async def take(desk: AtDesk, body: AppraisalIn, response: Response, key: Key = None) -> Any:
    """Work the scores of a period out from its figures and keep them; a second time, what came out differently stands beside."""
    request = {"appraise": body.period}
    told = await desk.ask(told_before, request=request, key=key)
    if told is None:
        found = await desk.ask(_worked_out, now=desk.now, period=body.period)
        told = await desk.write(_take, period=body.period, found=found, request=request, key=key)
    return replied(told, response)


def _take(tx: Tx, *, period: str, found: Any, request: Row, key: str | None) -> Told:
    def work(inner: Tx) -> Row:
        rows = take_appraisal(inner, period_code=period, found=found)
        return {"period": period, "kept": len(rows), "restatement": rows[0].restatement if rows else 0}

    return once(tx, work=work, request=request, key=key)


def _worked_out(session: Session, actor: Actor, county: County, *, now: Any, period: str) -> Any:
    return worked_out(session, actor, county, now, period_code=period)


@router.get("/items", response_model=ItemsAssessedOut)
async def assess(desk: AtDesk, since: Day | None = None, until: Day | None = None) -> ItemsAssessedOut:
    """Every item townships hold: cases, closures, decisions overturned, days, use by township; never used ones named (PL 24)."""
    found: Assessment = await desk.ask(_assessed, now=desk.now, since=since, until=until)
    items = [
        ItemAssessedOut(
            name=named(name, desk.lang),
            kinds=list(one.kinds),
            used_by=one.used_by,
            by_township=dict(one.by_township),
            **{field: getattr(one, field) for field in _PLAIN},
        )
        for name, one in found.items
    ]
    return ItemsAssessedOut(
        since=found.since,
        until=found.until,
        clauses=list(found.clauses),
        never_used=found.never_used,
        overturned=found.overturned,
        items=items,
    )


_PLAIN = ("code", "domain", "held_by", "cases", "closed", "overturned", "results", "days", "never_used")


def _assessed(
    session: Session, actor: Actor, county: County, *, now: Any, since: date | None, until: date | None
) -> Assessment:
    return assess_items(session, actor, county, now, since=since, until=until)
