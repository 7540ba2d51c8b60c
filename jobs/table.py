"""One table of jobs: name, trigger, function. What must happen exactly once claims its business date in the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from data.anchors import write_anchor
from data.authority import SYSTEM
from data.casework import expire_due
from data.casework.cards import end_due_cards
from data.casework.figures_missing import tell_missing
from data.casework.file_draws import follow_schedule
from data.casework.unanswered import count_unanswered
from data.counties import county_codes
from data.db import Record
from data.deadline_watch import climb_ladders, recompute
from data.destroying import destroy_doomed
from data.figures_recount import run_asked
from data.figures_restating import refresh
from data.idempotency import forget_answers
from data.jobruns import ticking
from data.outbox.channels import ways
from data.outbox.sender import send_due
from data.reports.making import make_due
from data.settings import Settings

Work = Callable[[Record, Settings, datetime], object]


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its name, when it looks, what it does; `at_start` looks at once when the server starts."""

    name: str
    trigger: BaseTrigger
    run: Work
    at_start: bool = False


def daily_figures(record: Record, settings: Settings, now: datetime) -> None:
    """Take every snapshot that is due and not yet taken, oldest first, and count again what changed since."""
    clock = ticking(now)
    for code in county_codes(record):
        refresh(record, code, clock(), hour=settings.snapshot_hour)


def watch_figures(record: Record, settings: Settings, now: datetime) -> None:
    """Tell who answers for it that a refresh did not come."""
    for code in county_codes(record):
        record.write(SYSTEM, tell_missing, county=record.county(code), now=now, hour=settings.snapshot_hour)


def figures_recount(record: Record, settings: Settings, now: datetime) -> None:
    """Count all figures again where somebody asked for it."""
    clock = ticking(now)
    for code in county_codes(record):
        run_asked(record, code, clock())


def draw_up_reports(record: Record, settings: Settings, now: datetime) -> None:
    """Make every brief and report that is due and not yet made, oldest first."""
    clock = ticking(now)
    for code in county_codes(record):
        make_due(record, record.county(code), settings.var, clock(), hour=settings.snapshot_hour)


def expire_tasks(record: Record, settings: Settings, now: datetime) -> None:
    """Return tasks that nobody accepted in time to the queue."""
    for code in county_codes(record):
        record.write(SYSTEM, expire_due, county=record.county(code), now=now)


def follow_calendar(record: Record, settings: Settings, now: datetime) -> None:
    """Count running deadlines again when a year's arrangement has arrived."""
    for code in county_codes(record):
        recompute(record, record.county(code), now)


def remind(record: Record, settings: Settings, now: datetime) -> None:
    """Remind, urge and escalate where a deadline nears or has passed."""
    for code in county_codes(record):
        climb_ladders(record, record.county(code), now)


def count_silence(record: Record, settings: Settings, now: datetime) -> None:
    """Count requests between organs that nobody answered in time."""
    for code in county_codes(record):
        record.write(SYSTEM, count_unanswered, county=record.county(code), now=now)


def end_cards(record: Record, settings: Settings, now: datetime) -> None:
    """End the cards whose time is over: who held one may be sent again."""
    for code in county_codes(record):
        record.write(SYSTEM, end_due_cards, county=record.county(code), now=now)


def draw_files(record: Record, settings: Settings, now: datetime) -> None:
    """Fix the closed files that the plan has reviewed, and draw from what an earlier look fixed."""
    for code in county_codes(record):
        follow_schedule(record, code, now)


def send_notices(record: Record, settings: Settings, now: datetime) -> None:
    """Send what stands in the outbox, and pass on what nobody acknowledged."""
    found = ways(settings)
    for code in county_codes(record):
        send_due(record, record.county(code), found, now)


def destroy_files(record: Record, settings: Settings, now: datetime) -> None:
    """Destroy the files that erasures gave up; what a crash left is done at the next look."""
    for code in county_codes(record):
        destroy_doomed(record, record.county(code), settings.var, now)


def forget_old_answers(record: Record, settings: Settings, now: datetime) -> None:
    """Forget what was answered to a repeated request so long ago that nobody repeats it."""
    for code in county_codes(record):
        forget_answers(record, record.county(code), now - timedelta(days=settings.answer_days), now)


def anchor_chains(record: Record, settings: Settings, now: datetime) -> None:
    """Write the head of every chain outside the database, signed."""
    for code in county_codes(record):
        write_anchor(record, code, settings.var, settings.secret, now)


def table(settings: Settings) -> tuple[Job, ...]:
    """The jobs of a server process."""
    return (
        Job("daily_figures", IntervalTrigger(seconds=20), daily_figures, at_start=True),
        Job("reports", IntervalTrigger(minutes=5), draw_up_reports),
        Job("watch_figures", IntervalTrigger(minutes=5), watch_figures),
        Job("figures_recount", IntervalTrigger(seconds=5), figures_recount, at_start=True),
        Job("expire_tasks", IntervalTrigger(seconds=5), expire_tasks),
        Job("follow_calendar", IntervalTrigger(minutes=1), follow_calendar, at_start=True),
        Job("remind", IntervalTrigger(minutes=1), remind, at_start=True),
        Job("count_silence", IntervalTrigger(minutes=1), count_silence, at_start=True),
        Job("end_cards", IntervalTrigger(minutes=1), end_cards, at_start=True),
        Job("draw_files", IntervalTrigger(minutes=10), draw_files, at_start=True),
        Job("send_notices", IntervalTrigger(seconds=2), send_notices, at_start=True),
        Job("destroy_files", IntervalTrigger(minutes=1), destroy_files, at_start=True),
        Job("forget_answers", IntervalTrigger(hours=1), forget_old_answers),
        Job("anchor_chains", IntervalTrigger(minutes=settings.anchor_minutes), anchor_chains, at_start=True),
    )
