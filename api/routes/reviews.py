"""Legal reviews: the queue by deadline, one round, every step, the opinion, material handed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.context import AtDesk, Desk
from api.forms import given, step_name, stepped, told
from api.once import Key, Row, once, replied
from api.routes.between import said
from api.routing import router_at
from api.schemas_case import ObstacleOut
from api.schemas_review import (
    MaterialsIn,
    NamedOut,
    OpinionIn,
    PointOut,
    ReviewOut,
    ReviewRowOut,
    ReviewsOut,
    ReviewStepOut,
)
from data.authority import Actor
from data.casework.reviews import FORMS, give_opinion, hand_in_material, review_step
from data.county import County
from data.db import Tx
from data.models import CaseReview
from data.queries.reviews import StepView, review_queue, review_view
from policy.citing import linked
from policy.vocabulary import Verb
from policy.vocabulary_between import ReviewStatus

router = router_at("/reviews", tags=["reviews"])


@router.get("", response_model=ReviewsOut)
async def look_up(
    desk: AtDesk,
    status: Annotated[list[ReviewStatus] | None, Query(description="Those that wait, when left out")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ReviewsOut:
    """Rounds of review by the time their case has left, the nearest first."""
    rows = await desk.ask(_queue, now=desk.now, statuses=status or [], limit=limit, lang=desk.lang)
    return ReviewsOut(reviews=[ReviewRowOut.model_validate(row) for row in rows])


def _queue(session: Session, actor: Actor, county: County, *, now: datetime, **which: Any) -> Any:
    return review_queue(session, actor, county, now, **which)


def _round(session: Session, actor: Actor, county: County, *, number: str, now: datetime, lang: str) -> ReviewOut:
    seen = review_view(session, actor, county, now, number=number, lang=lang)

    def named(entries: Any) -> list[NamedOut]:
        return [NamedOut(code=one.code, name=said(one.name, lang)) for one in entries]

    plain = ("handed_in", "asked", "new_facts", "page_notes", "grounds", "outside", "expert", "earlier")
    points = [
        PointOut(code=one.code, name=said(one.name, lang), answer=one.answer, note=one.note) for one in seen.points
    ]
    found = ReviewRowOut.model_validate(seen.row).model_dump() | {name: getattr(seen, name) for name in plain}
    return ReviewOut.model_validate(
        found
        | {
            "materials": named(seen.materials),
            "missing": named(seen.missing),
            "awaited": [said(one, lang) for one in seen.awaited],
            "opinions": [NamedOut(code=one.opinion.value, name=said(one.name, lang)) for one in seen.opinions],
            "points": points,
            "changed": list(seen.changes.steps) if seen.changes else None,
            "steps": [_step_told(one, lang) for one in seen.steps],
        }
    )


def _step_told(one: StepView, lang: str) -> ReviewStepOut:
    return ReviewStepOut(
        step=one.verb.value,
        name=step_name("review", one.verb, lang),
        allowed=one.decision.allowed,
        obstacles=[ObstacleOut.model_validate(linked(reason, lang)) for reason in one.decision.obstacles],
        form=told(FORMS.get(one.verb, ()), lang),
    )


@router.get("/{number}", response_model=ReviewOut)
async def read(number: str, desk: AtDesk) -> ReviewOut:
    """One round: its points, its material, what changed since the round before, and what may be done next."""
    found: ReviewOut = await desk.ask(_round, number=number, now=desk.now, lang=desk.lang)
    return found


# -- steps -------------------------------------------------------------------------------------------------------------


def _step(
    tx: Tx, *, how: Callable[..., CaseReview], number: str, facts: Row, key: str | None, lang: str
) -> tuple[Row, bool]:
    """Take the step and tell the round; with a key, once."""

    def verb(inner: Tx) -> Row:
        how(inner, number=number, **facts)
        inner.session.flush()
        seen = _round(inner.session, inner.actor, inner.county, number=number, now=inner.now, lang=lang)
        return seen.model_dump(mode="json")

    return once(tx, work=verb, request={"review": number, "how": how.__name__, "facts": facts}, key=key)


async def _taken(
    desk: Desk, response: Response, how: Callable[..., CaseReview], number: str, facts: Row, key: str | None
) -> ReviewOut:
    found = await desk.write(_step, how=how, number=number, facts=facts, key=key, lang=desk.lang)
    return ReviewOut.model_validate(replied(found, response))


@router.post("/{number}/opinion", response_model=ReviewOut)
async def opinion(number: str, body: OpinionIn, desk: AtDesk, response: Response, key: Key = None) -> ReviewOut:
    """Answer every point and give the opinion; the case follows it."""
    return await _taken(desk, response, give_opinion, number, body.model_dump(), key)


@router.post("/{number}/materials", response_model=ReviewOut)
async def materials(number: str, body: MaterialsIn, desk: AtDesk, response: Response, key: Key = None) -> ReviewOut:
    """Hand in what was asked for, or what was forgotten."""
    return await _taken(desk, response, hand_in_material, number, body.model_dump(), key)


def _stepping(verb: Verb) -> Callable[..., Any]:
    async def step(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> ReviewOut:
        return await _taken(desk, response, review_step, number, {"step": verb.value, "given": given(body)}, key)

    return stepped(step, f"review_{verb.value}", FORMS[verb], partial(step_name, "review", verb))


for _verb in FORMS:
    router.add_api_route(
        f"/{{number}}/steps/{_verb.value}", _stepping(_verb), methods=["POST"], response_model=ReviewOut
    )


@router.post("/{number}/steps/{step}", include_in_schema=False)
async def unknown_step(number: str, step: str, desk: AtDesk) -> None:
    """A step that no review has: refused with the list of those there are."""
    await desk.write(review_step, number=number, step=step)
