"""How the daily figures stand: what is due, what was taken, what is missing and since when; the watchdog's one question."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.county import County
from data.figures_recount import Recount, newest_recount
from data.models import FigureChange, FigureSnapshot, JobRun
from data.snapshots import JOB, last_due, missing_days
from policy.text import say
from policy.zone import CHINA

GRACE: Final = timedelta(minutes=30)
"""After which a refresh that is due counts as missing; the work of a usual morning is one minute's."""
FRESH, DUE, MISSING = "fresh", "due", "missing"


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest day due and the newest taken, the days missing (oldest first), since when, and why where a run failed."""

    state: str
    due: date
    last: date | None
    last_at: datetime | None
    missing: tuple[date, ...]
    overdue_since: datetime | None
    error: str | None
    waiting_changes: int
    recount: Recount | None

    @property
    def wrong(self) -> bool:
        """Whether somebody must see to it."""
        return self.state == MISSING


def standing(session: Session, county: County, now: datetime, hour: int) -> Standing:
    """How the figures of a county stand at `now`; a county without leads has nothing due."""
    missing = tuple(missing_days(session, county, now, hour))
    since = due_at(missing[0], hour) if missing else None
    state = FRESH if since is None else MISSING if now >= since + GRACE else DUE
    last = session.execute(_newest(county)).first()
    noted = select(func.count()).select_from(FigureChange).where(FigureChange.jurisdiction_id == county.jurisdiction_id)
    return Standing(
        state, last_due(now, hour), last[0] if last else None, last[1] if last else None, missing, since,
        _fault(session, county) if missing else None, session.scalar(noted) or 0, newest_recount(session, county),
    )  # fmt: skip


def due_at(day: date, hour: int) -> datetime:
    """When the snapshot of a business date falls due: at `hour` o'clock of the day after it."""
    return datetime.combine(day + timedelta(days=1), time(hour), CHINA)


def _newest(county: County) -> Any:
    query = select(FigureSnapshot.business_date, FigureSnapshot.taken_at)
    mine = FigureSnapshot.jurisdiction_id == county.jurisdiction_id
    return query.where(mine, FigureSnapshot.restatement == 0).order_by(FigureSnapshot.business_date.desc()).limit(1)


def _fault(session: Session, county: County) -> str | None:
    """Why the last run that failed did so."""
    query = select(JobRun.error).where(
        JobRun.job == JOB, JobRun.jurisdiction_id == county.jurisdiction_id, JobRun.status == "failed"
    )
    return session.scalar(query.order_by(JobRun.business_date.desc()).limit(1))


# -- in words ---------------------------------------------------------------------------------------------------------


def words(found: Standing, lang: str = "zh") -> str:
    """How the figures stand, as people are told."""
    if found.state == FRESH:
        return (
            say("figures_refresh.state.fresh", lang, day=found.last)
            if found.last
            else say("figures_refresh.state.fresh_none", lang)
        )
    if found.state == DUE:
        return say("figures_refresh.state.due", lang, day=found.missing[0])
    at = found.overdue_since.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if found.overdue_since else "—"
    key = "figures_refresh.state.missing_why" if found.error else "figures_refresh.state.missing"
    why = {"why": found.error.splitlines()[0][:200]} if found.error else {}
    return say(key, lang, days=len(found.missing), day=found.missing[0], at=at, **why)


def recount_words(recount: Recount | None, lang: str = "zh") -> str:
    """How far a recount is, as people are told."""
    if recount is None:
        return say("figures_refresh.recount.none", lang)
    key = "stopping" if recount.stopping and recount.going else recount.status
    at = recount.finished_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if recount.finished_at else "—"
    facts = {"done": recount.done, "of": recount.of, "rows": recount.rows, "at": at, "why": recount.error or "—"}
    return say(f"figures_refresh.recount.{key}", lang, **facts)


def as_dict(found: Standing, lang: str = "zh") -> dict[str, Any]:
    """The same for interface, command and health."""
    again = found.recount
    return {
        "state": found.state,
        "due": found.due,
        "last": found.last,
        "last_at": found.last_at,
        "missing": list(found.missing),
        "overdue_since": found.overdue_since,
        "error": found.error,
        "waiting_changes": found.waiting_changes,
        "words": words(found, lang),
        "recount": None if again is None else asdict(again) | {"words": recount_words(again, lang)},
    }
