"""Review of closed files: drawn by lot, scored, best and worst, faults mended; a file taken out sealed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query, Response
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from api import schemas_files as s
from api.context import AtDesk
from api.once import Key, Row, Told, once, replied
from api.routes.papers import Reason, bound, files
from api.routing import router_at
from data.authority import Actor
from data.casework.file_draws import commit_files, discard_draw, draw_files
from data.casework.file_scores import correct_score, give_score, mend_fault
from data.casework.sealed_export import SealedFile, seal_file
from data.county import County
from data.db import Tx
from data.models import Case, FileDraw, FileScore
from data.queries.file_draws import file_of_draw, list_draws, read_draw, repeat_file_draw
from data.queries.file_scores import Review, open_faults, read_score, reviewed, sheets_of_case
from policy.drawing import FILES
from policy.errors import Refusal
from policy.file_review import period_named, period_of
from policy.zone import CHINA

router = router_at(tags=["files"])
DRAWS, SCORES = "/file-draws", "/file-scores"


def _kept(tx: Tx, *, take: Callable[..., Any], tell: Callable[[Tx, Any], Any], facts: Row, key: str | None, status: int = 200, number: str | None = None) -> Told:  # fmt: skip
    """Take a step and tell what came of it; with a key, once. `number` names what it is taken on."""

    def work(inner: Tx) -> Row:
        row = take(inner, **facts)
        inner.session.flush()
        told: Row = tell(inner, row).model_dump(mode="json")
        return told

    return once(tx, work=work, request={"step": take.__name__, "on": number} | facts, key=key, status=status)


# -- draws -------------------------------------------------------------------------------------------------------------


@router.get(DRAWS, response_model=s.FileDrawsOut)
async def draws(desk: AtDesk, cycle: s.Cycle | None = None) -> s.FileDrawsOut:
    """Draws of closed files, the newest first, discarded ones among them."""
    rows = await desk.ask(list_draws, now=desk.now, cycle=cycle)
    return s.FileDrawsOut(draws=[_draw(row.draw) for row in rows])


@router.post(DRAWS, status_code=201, response_model=s.FileDrawOut)
async def commit(body: s.CommitFilesIn, desk: AtDesk, response: Response, key: Key = None) -> Any:
    """Fix the closed files of a period, with the hash of the list in the chain, before there is a seed 固定待抽案卷."""
    found = await desk.write(_kept, take=commit_files, tell=_drawn, facts=body.model_dump(), key=key, status=201)
    response.headers["Location"] = f"/api/v1{DRAWS}/{found[0]['number']}"
    return replied(found, response)


@router.get(f"{DRAWS}/{{number}}", response_model=s.FileDrawOut)
async def one_draw(number: str, desk: AtDesk) -> s.FileDrawOut:
    """One draw."""
    return _draw(await desk.ask(read_draw, now=desk.now, number=number))


@router.post(f"{DRAWS}/{{number}}/draw", response_model=s.FileDrawOut)
async def draw(number: str, body: s.DrawFilesIn, desk: AtDesk, response: Response, key: Key = None) -> Any:
    """Draw by a seed made now, or by the public number that was named before 抽取案卷."""
    facts = {"number": number, "beacon": body.beacon}
    found = await desk.write(_kept, take=draw_files, tell=_drawn, facts=facts, key=key, number=number)
    return replied(found, response)


@router.post(f"{DRAWS}/{{number}}/discard", response_model=s.FileDrawOut)
async def discard(number: str, body: s.ReasonIn, desk: AtDesk, response: Response, key: Key = None) -> Any:
    """Discard a draw with the reason; it stays in the record 作废一次抽取."""
    facts = {"number": number, "reason": body.reason}
    found = await desk.write(_kept, take=discard_draw, tell=_drawn, facts=facts, key=key, number=number)
    return replied(found, response)


@router.get(f"{DRAWS}/{{number}}/file")
async def file_of(number: str, desk: AtDesk) -> dict[str, Any]:
    """Everything a draw rests on, for anybody to repeat it (policy/drawing.py describes the method)."""
    found: dict[str, Any] = await desk.ask(file_of_draw, now=desk.now, number=number)
    return found


@router.get(f"{DRAWS}/{{number}}/verification", response_model=s.FilesVerifiedOut)
async def verification(number: str, desk: AtDesk) -> s.FilesVerifiedOut:
    """The draw repeated from its list and its seed, and held against the record and the chain."""
    found = await desk.ask(repeat_file_draw, now=desk.now, number=number)
    said = zip(found.checks, found.sentences(desk.lang), strict=True)
    checks = [s.CheckedOut(name=name, held=held, sentence=words) for (name, held), words in said]
    return s.FilesVerifiedOut(number=number, holds=found.holds, checks=checks, files=list(found.drawn[FILES]))


def _draw(row: FileDraw) -> s.FileDrawOut:
    return s.FileDrawOut.model_validate(row)


def _drawn(_tx: Tx, row: FileDraw) -> s.FileDrawOut:
    return _draw(row)


# -- sheets ------------------------------------------------------------------------------------------------------------


def _sheet(row: FileScore, case: str) -> s.ScoreOut:
    names = (name for name in s.ScoreOut.model_fields if name != "case")
    return s.ScoreOut.model_validate({name: getattr(row, name) for name in names} | {"case": case})


@router.post(SCORES, status_code=201, response_model=s.ScoreOut)
async def give(body: s.ScoreIn, desk: AtDesk, response: Response, key: Key = None) -> Any:
    """Score a closed file, every heading with its ground; by who had no part in the case 评查案卷."""
    facts = body.model_dump()
    found = await desk.write(_kept, take=give_score, tell=_scored, facts=facts, key=key, status=201, number=body.case)
    response.headers["Location"] = f"/api/v1{SCORES}/{found[0]['number']}"
    return replied(found, response)


@router.get(f"{SCORES}/{{number}}", response_model=s.ScoreOut)
async def one_score(number: str, desk: AtDesk) -> s.ScoreOut:
    """One sheet."""
    found = await desk.ask(read_score, now=desk.now, number=number)
    return _sheet(found.row, found.case)


@router.post(f"{SCORES}/{{number}}/correct", response_model=s.ScoreOut)
async def correct(number: str, body: s.CorrectIn, desk: AtDesk, response: Response, key: Key = None) -> Any:
    """Put another sheet in the place of one's own; the earlier one is kept 更正评分."""
    facts = {"number": number} | body.model_dump()
    found = await desk.write(_kept, take=correct_score, tell=_scored, facts=facts, key=key, number=number)
    return replied(found, response)


@router.post(f"{SCORES}/{{number}}/faults/{{place}}/mended", response_model=s.ScoreOut)
async def mend(number: str, place: int, body: s.MendIn, desk: AtDesk, response: Response, key: Key = None) -> Any:
    """Tell that a fault was mended, and how; by the organ it was given to 整改评查问题."""
    facts = {"number": number, "place": place, "outcome": body.outcome}
    found = await desk.write(_kept, take=mend_fault, tell=_scored, facts=facts, key=key, number=number)
    return replied(found, response)


def _scored(tx: Tx, row: FileScore) -> s.ScoreOut:
    return _sheet(row, tx.session.get_one(Case, row.case_id).number)


@router.get("/cases/{number}/scores", response_model=s.ScoresOut)
async def scores_of_case(number: str, desk: AtDesk) -> s.ScoresOut:
    """Sheets of one file, the newest first."""
    rows = await desk.ask(sheets_of_case, now=desk.now, number=number)
    return s.ScoresOut(scores=[_sheet(row, number) for row in rows])


@router.get("/file-review", response_model=s.ReviewOut)
async def review(
    desk: AtDesk,
    period: Annotated[str, Query(max_length=10, description="2026-09, 2026-Q3, 2026; this quarter when left out")] = "",
) -> s.ReviewOut:
    """Files scored in a period: their mean, best and worst as the profile asks, townships (F21)."""
    found: Review = await desk.ask(_reviewed, now=desk.now, name=period)
    return _told(found)


def _reviewed(session: Session, actor: Actor, county: County, *, now: datetime, name: str) -> Review:
    period = period_named(name) if name else period_of("quarter", now.astimezone(CHINA).date())
    if period is None:
        raise Refusal("errors_files.period_wrong", pointer="/period", told=name)
    return reviewed(session, actor, county, now, period=period)


def _told(found: Review) -> s.ReviewOut:
    lists = {
        name: [s.RankedOut(case=one.case, number=one.row.number, score=one.row.score) for one in getattr(found, name)]
        for name in ("best", "worst")
    }
    return s.ReviewOut(
        period=found.period.name,
        begins_on=found.period.begins_on,
        ends_on=found.period.ends_on,
        sheets=len(found.sheets),
        files=found.files,
        mean=found.mean,
        least=found.least,
        small=found.small,
        townships=[s.GroupOut.model_validate(one) for one in found.townships],
        **lists,
    )


@router.get("/file-faults", response_model=s.OpenFaultsOut)
async def faults(desk: AtDesk) -> s.OpenFaultsOut:
    """Faults of files that wait to be mended, what is due first at the top."""
    rows = await desk.ask(open_faults, now=desk.now)
    return s.OpenFaultsOut(faults=[s.OpenFaultOut.model_validate(row) for row in rows])


# -- sealed ------------------------------------------------------------------------------------------------------------


@router.get("/cases/{number}/sealed", response_class=FileResponse, responses=files("zip"))
async def sealed(
    number: str,
    desk: AtDesk,
    reason: Reason = "",
    masked: Annotated[bool, Query(description="Without documents, evidence and words")] = False,
    chain: Annotated[bool, Query(description="With the county's chain from the first event of the file on")] = False,
) -> FileResponse:
    """The whole file sealed, to be verified without this system by the program it holds; told as an event 导出密封案卷."""

    def take() -> SealedFile:
        return seal_file(desk.record, desk.actor, desk.county, number=number, reason=reason, masked=masked, chain=chain)

    made = await bound(take)
    headers = {
        "content-disposition": f"attachment; filename=\"file.zip\"; filename*=utf-8''{quote(made.name)}",
        "x-content-type-options": "nosniff",
    }
    gone = BackgroundTask(made.path.unlink, missing_ok=True)
    return FileResponse(made.path, media_type="application/zip", headers=headers, background=gone)
