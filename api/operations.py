"""Health, readiness and metrics: for the supervisor of the machine, not for people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import func, select

from data.counties import county_codes
from data.db import Record
from data.models import ChainHead, Jurisdiction, Lead
from data.queries.figures_standing import MISSING, standing
from data.settings import settings
from policy.lifecycle import OPEN_LEADS

router = APIRouter(include_in_schema=False)
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The figures of one server process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.requests = Histogram(
            "onegrid_request_seconds",
            "Seconds a request took",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.events = Gauge("onegrid_events", "Events in the chain", ("county",), registry=self.registry)
        self.missing = Gauge(
            "onegrid_figures_missing_days",
            "Days whose figures are due and missing",
            ("county",),
            registry=self.registry,
        )
        self.leads = Gauge("onegrid_open_leads", "Open leads by status", ("county", "status"), registry=self.registry)

    def refresh(self, record: Record) -> None:
        """Read the gauges from the record."""
        for code, one in _figures(record).items():
            self.missing.labels(code).set(one["missing"])
        with record.read() as session:
            counties = dict(session.execute(select(Jurisdiction.id, Jurisdiction.code)).all())
            for row in session.scalars(select(ChainHead)):
                self.events.labels(counties[row.jurisdiction_id]).set(row.sequence)
            query = select(Lead.jurisdiction_id, Lead.status, func.count()).where(Lead.status.in_(OPEN_LEADS))
            for county, status, count in session.execute(query.group_by(Lead.jurisdiction_id, Lead.status)):
                self.leads.labels(counties[county], status).set(count)


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Measured:
    """ASGI middleware: how long each route takes, by the route's own template and never by the raw path."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on and note the seconds of http requests."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self.metrics.requests.labels(scope["method"], route, str(status)).observe(time.perf_counter() - begun)


@router.get("/healthz")
async def healthz(request: Request) -> JSONResponse:
    """The process answers; `build` changes with every release, so that open walls reload."""
    return JSONResponse({"status": "ok", "build": request.app.state.build})


def _ready(record: Record) -> bool:
    with record.read() as session:
        return session.scalar(select(func.count()).select_from(Jurisdiction)) is not None


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """The database answers and holds the schema."""
    try:
        await asyncio.to_thread(_ready, request.app.state.record)
    except Exception as fault:  # noqa: BLE001  # whatever keeps the database from answering, the answer is the same
        return JSONResponse({"status": "unavailable", "fault": type(fault.__cause__ or fault).__name__}, 503)
    return JSONResponse({"status": "ready", "build": request.app.state.build})


@router.get("/healthz/figures")
async def figures(request: Request) -> JSONResponse:
    """The daily figures of every county that are due were taken; 503 with the days missing where a refresh did not come."""
    found = await asyncio.to_thread(_figures, request.app.state.record)
    wrong = [code for code, one in found.items() if one["state"] == MISSING]
    return JSONResponse({"status": "missing" if wrong else "ok", "counties": found}, 503 if wrong else 200)


def _figures(record: Record) -> dict[str, Any]:
    """Without the words of a fault: who asks need not be signed in."""
    told = {}
    for code in county_codes(record):
        with record.read() as session:
            one = standing(session, record.county(code), record.clock(), settings().snapshot_hour)
        days = {"due": one.due.isoformat(), "last": one.last.isoformat() if one.last else None}
        told[code] = {"state": one.state, "missing": len(one.missing)} | days
    return told


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text."""
    found: Metrics = request.app.state.metrics
    await asyncio.to_thread(found.refresh, request.app.state.record)
    return Response(generate_latest(found.registry), media_type=CONTENT_TYPE_LATEST)


def install(app: FastAPI, build: str) -> Metrics:
    """Add health, readiness and metrics to `app`; gives the metrics for the middleware."""
    app.state.build, app.state.metrics = build, Metrics()
    app.include_router(router)
    made: Metrics = app.state.metrics
    return made
