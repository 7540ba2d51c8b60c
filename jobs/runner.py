"""Runs the table of jobs inside a server process; what must happen once a day is claimed in the record first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from data.db import Record
from data.settings import Settings
from jobs.table import Job, table
from policy.errors import Refusal

LOG: Final = logging.getLogger("onegrid.jobs")
SLOW: Final = 60.0  # seconds after which the length of a run is said
REST: Final = 20  # times as long as it took rests a job that failed
MOST: Final = 600.0  # seconds that it rests at most


def _guarded(job: Job, record: Record, settings: Settings) -> Callable[[], Awaitable[None]]:
    """One run in a thread; a fault is logged with the job's name and the next run still happens. A look that falls into a
    run is left out: what it would find, the next one finds. A run that lasts long is named; one that failed is not tried
    again at once, so that a fault that stays costs little."""
    busy, rests = False, 0.0

    async def run() -> None:
        nonlocal busy, rests
        if busy or monotonic() < rests:
            return
        busy, begun = True, monotonic()
        try:
            await asyncio.to_thread(job.run, record, settings, record.clock())
        except asyncio.CancelledError:
            LOG.info("job %s left off: the server stops; what is due is caught up at the next start", job.name)
        except Exception as fault:
            if isinstance(fault, Refusal) and fault.kind == "unavailable":
                LOG.warning("job %s left off: %s", job.name, fault.sentence("en"))
            else:
                LOG.exception("job %s failed", job.name)
                rests = monotonic() + min(REST * (monotonic() - begun), MOST)
        finally:
            busy = False
            if monotonic() - begun > SLOW:
                LOG.warning("job %s took %.0f s", job.name, monotonic() - begun)

    return run


def start(record: Record, settings: Settings) -> AsyncIOScheduler:
    """Start the jobs on the running event loop; stop them with `.shutdown(wait=False)`."""
    scheduler = AsyncIOScheduler(timezone="Asia/Shanghai")
    for job in table(settings):
        begin = {"next_run_time": datetime.now(UTC)} if job.at_start else {}
        run = _guarded(job, record, settings)
        scheduler.add_job(
            run,
            job.trigger,
            id=job.name,
            name=job.name,
            max_instances=2,  # the second is the look that finds the first at work and leaves
            coalesce=True,
            misfire_grace_time=None,
            **begin,
        )
    scheduler.start()
    return scheduler
