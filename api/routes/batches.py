"""Batches: all normal leads proposed to all teams at once, changed by hand, confirmed as a whole, sent singly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response

from api import schemas_batch as s
from api.context import AtDesk, Desk
from api.once import Key
from api.problems import STATUS
from api.routing import router_at
from data.casework.batch import Choice, send_slice, slices
from data.queries.batch import BatchProposal, propose_batch
from policy.batch import Choice as Offer
from policy.batch import Placed
from policy.decision import Reason
from policy.text import named

router = router_at("/batches", tags=["batches"])


@router.post("/proposal", response_model=s.ProposalOut)
async def propose(desk: AtDesk, body: s.ProposalIn | None = None) -> s.ProposalOut:
    """Who would go where if all normal leads that wait were sent now; nothing is written."""
    found = await desk.ask(propose_batch, now=desk.now, township=body.township if body else None)
    return s.ProposalOut(
        sequence=found.sequence,
        made_at=found.made_at,
        placed=[_placed(found, one, desk.lang) for one in found.found.placed],
        left_out=[
            s.LeftOut(**_lead(found, number, desk.lang), reasons=_said(why, desk.lang))
            for number, why in found.left_out
        ],
        totals=s.TotalsOut.model_validate(found.found.totals),
        one_by_one=s.TotalsOut.model_validate(found.found.one_by_one),
        saving=s.SavingOut.model_validate(found.found.saving),
    )


def _lead(found: BatchProposal, number: str, lang: str) -> dict[str, Any]:
    line = found.lines[number]
    return {"number": number, "title": named(line.title, lang), "place": named(line.place, lang)}


def _said(reasons: Sequence[Reason], lang: str) -> list[dict[str, Any]]:
    return [reason.as_dict(lang) for reason in reasons]


def _offer(found: BatchProposal, one: Offer, lang: str) -> dict[str, Any]:
    name = found.teams[one.team.code]
    return {
        "team_code": one.team.code,
        "team_name": name.zh if lang == "zh" else name.en,
        "minutes": None if one.minutes is None else round(one.minutes, 1),
        "method": one.method,
        "score": round(one.score, 4),
    }


def _placed(found: BatchProposal, one: Placed, lang: str) -> s.PlacedOut:
    return s.PlacedOut(
        **_lead(found, one.lead.number, lang),
        **_offer(found, one.choice, lang),
        pros=_said(one.pros, lang),
        cons=_said(one.cons, lang),
        others=[s.OfferOut(**_offer(found, other, lang)) for other in one.others],
    )


@router.post("", response_model=s.SentBatchOut)
async def confirm(body: s.BatchIn, desk: AtDesk, response: Response, key: Key = None) -> s.SentBatchOut:
    """Send the leads of a batch, each on its own; one that has become impossible meanwhile is refused, the others go."""
    choices = [Choice(**one.model_dump()) for one in body.choices]
    results: list[Mapping[str, Any]] = []
    batch = ""
    for part in slices(desk.actor.account_id, choices, body.sequence, key):
        batch = part.batch
        found, before = await desk.write(send_slice, part=part)
        results += found
        if before:
            response.headers["Idempotent-Replay"] = "true"
    told = [_result(desk, one) for one in results]
    sent = sum(one.task is not None for one in told)
    return s.SentBatchOut(batch=batch, sent=sent, refused=len(told) - sent, results=told)


def _result(desk: Desk, one: Mapping[str, Any]) -> s.SentOut:
    problem = one["problem"]
    if problem is None:
        return s.SentOut(number=one["number"], task=one["task"])
    detail = {"code": problem["code"], "status": STATUS[problem["kind"]], "detail": problem["sentence"][desk.lang]}
    return s.SentOut(
        number=one["number"], problem=detail | {"clause": problem["clause"], "pointer": problem["pointer"]}
    )
