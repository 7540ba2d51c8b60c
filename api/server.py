"""Puts the interface on a FastAPI application; app.py says which record it serves and how it finds who asks."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.routing import BaseRoute

from api import context, docs, operations, problems
from api.operations import Metrics
from api.routes import (
    anomalies,
    appraisals,
    audit,
    batches,
    between,
    call_outs,
    calls,
    cards,
    cases,
    complaints,
    coverage,
    erasing,
    evidence,
    evidence_course,
    experts,
    figures,
    figures_refresh,
    goods,
    grid,
    inspections,
    leads,
    meetings,
    notices,
    papers,
    passing,
    patrols,
    posting_plans,
    reports,
    reviews,
    rosters,
    services,
    shifts,
    staffing,
    supervising_files,
    tasks,
    teams,
    units,
    visit_papers,
)
from data.db import Record
from data.settings import Settings
from data.verifying import know_anchors
from policy.text import say

PARTS: Final = (
    leads,
    batches,
    tasks,
    cases,
    reviews,
    experts,
    between,
    inspections,
    visit_papers,
    patrols,
    call_outs,
    calls,
    services,
    notices,
    shifts,
    rosters,
    staffing,
    posting_plans,
    passing,
    erasing,
    cards,
    complaints,
    meetings,
    appraisals,
    audit,
    supervising_files,
    evidence,
    evidence_course,
    goods,
    papers,
    teams,
    units,
    coverage,
    anomalies,
    figures_refresh,  # before /figures/{figure}
    figures,
    reports,
    grid,
)


def routes() -> list[BaseRoute]:
    """All routes of /api/v1."""
    return [route for part in PARTS for route in part.router.routes]


async def _unknown(request: Request) -> JSONResponse:
    lang = problems.language(request)
    return problems.problem(404, "api.http_404", say("api.http.404", lang, path=request.url.path), lang)


def install(app: FastAPI, record: Record, actor_of: context.ActorOf, build: str, settings: Settings) -> Metrics:
    """Put interface, its page, health and metrics on `app`; gives the metrics for the measuring middleware."""
    context.install(app, record, actor_of, settings)
    know_anchors(record, settings)
    problems.install(app)
    interface = routes()
    app.router.routes.extend(interface)  # as they are: including them would draw up each of them anew, twice
    docs.install(app, interface)
    app.add_api_route(
        "/api/{rest:path}",
        _unknown,
        methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        include_in_schema=False,
    )
    return operations.install(app, build)
