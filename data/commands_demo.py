"""Commands of the demonstration: built by seed, kept alive by invented leads; never on a record of real matters."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from sqlalchemy import select
from sqlalchemy.engine import make_url

from data.terminal import (
    CountyOption,
    DatabaseOption,
    FormatOption,
    address_of,
    complain,
    progress,
    record_of,
    reply,
    reply_table,
    t,
)
from policy.errors import Refusal

if TYPE_CHECKING:
    from data.db import Record
    from data.demonstration import DemonstrationAccount
    from data.simulate import DemoReport

PACE: Final = 2.0  # seconds between two looks of the live mode


def _shown(url: str) -> str:
    return make_url(url).render_as_string()


def _filled(url: str) -> bool:
    """Whether the database holds a jurisdiction."""
    from data.db import open_engine
    from data.migrate import revision_of
    from data.models import Jurisdiction

    if revision_of(url) is None:
        return False
    engine = open_engine(url, writer=False)
    try:
        with engine.connect() as connection:
            return connection.execute(select(Jurisdiction.id).limit(1)).first() is not None
    finally:
        engine.dispose()


def demo(
    profile: Annotated[str, typer.Option("--profile", help="commands.option.profile")] = "jindong",
    days: Annotated[int, typer.Option("--days", help="commands.option.days")] = 365,
    seed: Annotated[int, typer.Option("--seed", help="commands.option.seed")] = 1,
    if_missing: Annotated[bool, typer.Option("--if-missing", help="commands.option.if_missing")] = False,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Build a demonstration county with its history and one account a role; all or nothing."""
    from data.migrate import migrate

    url = address_of(database)
    if _filled(url):
        if not if_missing:
            raise Refusal("errors_record.database_exists", kind="conflict", address=_shown(url))
        migrate(url)  # built by an older release, perhaps
        reply({"database": _shown(url), "built": False}, form, t("commands.demo.kept", address=_shown(url)))
        return
    begun = time.monotonic()
    with progress(t("commands.demo.title")) as step:
        report, accounts = build_aside(url, profile, days, seed, step)
    _report(report, accounts, round(time.monotonic() - begun), form)


def _report(report: DemoReport, accounts: list[DemonstrationAccount], seconds: int, form: Any) -> None:
    rows = [asdict(account) for account in accounts]
    if form == "json":
        reply({**asdict(report), "rows": dict(report.rows), "seconds": seconds, "accounts": rows}, form)
        return
    counts = {"county": report.county, "leads": report.rows["lead"], "events": report.events, "seconds": seconds}
    reply(None, form, t("commands.demo.done", **counts), t("commands.demo.accounts"))
    said = [{**row, "role": t(f"vocabulary.role.{row['role']}")} for row in rows]
    reply_table(said, form, {name: f"commands.column.{name}" for name in ("role", "username", "password")})


def build_aside(
    url: str, profile: str, days: int, seed: int, step: Any
) -> tuple[DemoReport, list[DemonstrationAccount]]:
    """Build into a file beside a new SQLite database and rename it when it is whole; elsewhere one transaction does."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or Path(address.database or "").exists():
        return build_into(url, profile, days, seed, step)
    target = Path(address.database or "")
    aside = target.with_name(f"{target.name}.building")
    for ending in ("", "-wal", "-shm", ".turn"):
        aside.with_name(aside.name + ending).unlink(missing_ok=True)
    made = build_into(f"sqlite:///{aside}", profile, days, seed, step)
    os.replace(aside, target)
    aside.with_name(f"{aside.name}.turn").unlink(missing_ok=True)
    return made


def build_into(
    url: str, profile: str, days: int, seed: int, step: Any
) -> tuple[DemoReport, list[DemonstrationAccount]]:
    """Migrate, build the county, make the accounts and keep them for the login page."""
    from data.authority import SYSTEM
    from data.db import Record
    from data.demonstration import demonstration_accounts, save_demonstration
    from data.migrate import migrate
    from data.settings import settings
    from data.simulate import build_demo
    from data.snapshots import catch_up

    migrate(url)
    report = build_demo(
        url, profile, days, seed, datetime.now(UTC), progress=lambda title, done, total: step(done, total, title)
    )
    record = Record(url)
    try:
        accounts = record.write(SYSTEM, demonstration_accounts, seed=seed)
        title, now = t("commands.figures.title"), record.clock()
        catch_up(
            record,
            profile,
            now,
            hour=settings().snapshot_hour,
            workers=os.cpu_count() or 1,
            progress=lambda done, total: step(done, total, title),
        )
    finally:
        record.close()
    save_demonstration(settings().var, accounts)
    return report, accounts


def is_demonstration(record: Record) -> bool:
    """Whether a record was made by `demo`: it holds the accounts a demonstration offers."""
    from data.models import Account

    with record.read() as session:
        return session.scalars(select(Account.id).where(Account.demonstration).limit(1)).first() is not None


def keep_alive(record: Record, county: str | None, stop: threading.Event) -> None:
    """Go on producing leads and working tasks until `stop`; a step that fails is logged and the next one comes."""
    import logging

    from data.simulate.live import LiveSimulation

    live = LiveSimulation(record, county=county)
    while not stop.wait(PACE):
        try:
            live.step(record.clock())
        except Exception:
            logging.getLogger("onegrid.simulate").exception("a step of the live mode failed")


def simulate(county: CountyOption = None, database: DatabaseOption = None) -> None:
    """Go on producing leads in a demonstration until stopped."""
    with record_of(database) as record:
        if not is_demonstration(record):
            raise Refusal("errors_record.not_a_demonstration", kind="conflict", address=_shown(record.url))
        complain(t("commands.simulate.started"))
        keep_alive(record, county, threading.Event())
