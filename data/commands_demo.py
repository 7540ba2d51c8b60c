"""Commands of the demonstration: built by seed, kept alive by invented leads; never on a record of real matters."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from sqlalchemy import select
from sqlalchemy.engine import make_url

from data.terminal import (
    LANG,
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

PACE: Final = 2.0  # seconds between two looks of the live mode at one county
BREATH: Final = 0.8  # least seconds between two looks at any: five counties are looked at every few seconds
ALL: Final = "all"
YEAR, SHORT = 365, 90  # days of history: of one county, of each of several
FIGURED, FEW = 92, 35  # days whose figures were taken: a quarter in one county, in several what a month is held against


def _shown(url: str) -> str:
    return make_url(url).render_as_string()


def _counties(url: str) -> tuple[str, ...]:
    """Profiles of the jurisdictions a database holds; none where there is no database yet."""
    from data.db import open_engine
    from data.migrate import revision_of
    from data.models import Jurisdiction

    if revision_of(url) is None:
        return ()
    engine = open_engine(url, writer=False)
    try:
        with engine.connect() as connection:
            return tuple(connection.scalars(select(Jurisdiction.profile).order_by(Jurisdiction.id)))
    finally:
        engine.dispose()


def demo(
    profile: Annotated[str, typer.Option("--profile", help="commands.option.demo_profile")] = "jindong",
    days: Annotated[int | None, typer.Option("--days", help="commands.option.days")] = None,
    seed: Annotated[int, typer.Option("--seed", help="commands.option.seed")] = 1,
    if_missing: Annotated[bool, typer.Option("--if-missing", help="commands.option.if_missing")] = False,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Build a demonstration county, or all of them, with history and one account a role."""
    from data.demo import PLANS
    from data.migrate import migrate

    url = address_of(database)
    wanted = tuple(PLANS) if profile == ALL else (profile,)
    present = _counties(url)
    if present and not if_missing:
        raise Refusal("errors_record.database_exists", kind="conflict", address=_shown(url))
    if present:
        migrate(url)  # built by an older release, perhaps
    missing = _missing(url, wanted, present)
    if not missing:
        reply({"database": _shown(url), "built": False}, form, t("commands.demo.kept", address=_shown(url)))
        return
    begun = time.monotonic()
    with progress(t("commands.demo.title")) as step:
        usual = SHORT if len(missing) > 1 else YEAR
        reports, accounts = build_aside(url, missing, usual if days is None else days, seed, step)
    _report(reports, accounts, round(time.monotonic() - begun), form)


def _missing(url: str, wanted: tuple[str, ...], present: tuple[str, ...]) -> tuple[str, ...]:
    """Counties still to be built; nothing is ever built into a record of real matters."""
    from data.db import Record

    if not present:
        return wanted
    record = Record(url)
    try:
        ours = is_demonstration(record)
    finally:
        record.close()
    return tuple(one for one in wanted if one not in present) if ours else ()


def _report(reports: list[DemoReport], accounts: list[DemonstrationAccount], seconds: int, form: Any) -> None:
    rows = [asdict(account) for account in accounts]
    if form == "json":
        told = [{**asdict(report), "rows": dict(report.rows)} for report in reports]
        reply({**told[0], "counties": told, "seconds": seconds, "accounts": rows}, form)
        return
    for report in reports:
        counts = {"leads": report.rows["lead"], "events": report.events, "since": report.begun.isoformat()}
        reply(None, form, t("commands.demo.done", county=_name(report.profile), **counts))
    reply(None, form, t("commands.demo.took", seconds=seconds), t("commands.demo.accounts"))
    said = [{**row, "role": t(f"vocabulary.role.{row['role']}"), "county": _where(row["counties"])} for row in rows]
    heads = ("county", "role", "username", "password")
    reply_table(said, form, {name: f"commands.column.{name}" for name in heads})


def _name(profile: str) -> str:
    from policy.loader import load_profile

    return load_profile(profile).name(LANG.get())


def _where(profiles: Sequence[str]) -> str:
    return _name(profiles[0]) if len(profiles) == 1 else t("login.all_counties", count=len(profiles))


Built = tuple[list["DemoReport"], list["DemonstrationAccount"]]


def build_aside(url: str, profiles: Sequence[str], days: int, seed: int, step: Any) -> Built:
    """Build into a file beside a new SQLite database and rename it when it is whole; elsewhere a transaction a county."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or Path(address.database or "").exists():
        return build_into(url, profiles, days, seed, step)
    target = Path(address.database or "")
    aside = target.with_name(f"{target.name}.building")
    for ending in ("", "-wal", "-shm", ".turn"):
        aside.with_name(aside.name + ending).unlink(missing_ok=True)
    made = build_into(f"sqlite:///{aside}", profiles, days, seed, step)
    os.replace(aside, target)
    aside.with_name(f"{aside.name}.turn").unlink(missing_ok=True)
    return made


def build_into(url: str, profiles: Sequence[str], days: int, seed: int, step: Any) -> Built:
    """Migrate, build county after county, make the accounts and keep them for the login page."""
    from data.demonstration import load_demonstration, save_demonstration
    from data.migrate import migrate
    from data.settings import settings

    migrate(url)
    folder = settings().var
    accounts = load_demonstration(folder) if _counties(url) else []
    reports = []
    for profile in profiles:
        figured = FIGURED if len(profiles) == 1 else FEW
        report, accounts = _build_county(url, profile, days, seed, step, accounts, figured)
        reports.append(report)
        save_demonstration(folder, accounts)
    return reports, accounts


def _build_county(
    url: str, profile: str, days: int, seed: int, step: Any, known: list[DemonstrationAccount], figured: int
) -> tuple[DemoReport, list[DemonstrationAccount]]:
    """One county up to now, with its accounts and the figures of its days; the bar says which county it is."""
    from data.authority import SYSTEM
    from data.db import Record
    from data.demonstration import demonstration_accounts
    from data.settings import settings
    from data.simulate import build_demo
    from data.snapshots import catch_up

    def told(title: str, done: int, total: int) -> None:
        step(done, total, f"{_name(profile)} {title}")

    report = build_demo(url, profile, days, seed, datetime.now(UTC), progress=told)
    record = Record(url)
    try:
        place = record.county(profile)
        accounts = record.write(SYSTEM, demonstration_accounts, county=place, seed=seed, known=known)
        figures = partial(told, t("commands.figures.title"))
        hour, workers = settings().snapshot_hour, os.cpu_count() or 1
        catch_up(record, profile, record.clock(), hour=hour, workers=workers, progress=figures, newest=figured)
    finally:
        record.close()
    return report, accounts


def demonstration_counties(record: Record) -> list[str]:
    """Codes of the counties made by `demo`, the first built first: those the offered accounts hold something in."""
    from data.models import Account, Grant, Jurisdiction

    offered = select(Grant.jurisdiction_id).join(Account).where(Account.demonstration)
    with record.read() as session:
        query = select(Jurisdiction.code).where(Jurisdiction.id.in_(offered)).order_by(Jurisdiction.id)
        return list(session.scalars(query))


def is_demonstration(record: Record) -> bool:
    """Whether a record was made by `demo`: it holds the accounts a demonstration offers."""
    return bool(demonstration_counties(record))


def keep_alive(record: Record, county: str | None, stop: threading.Event) -> None:
    """Go on producing leads and working tasks until `stop`, in one county or (None) in all of the demonstration's.

    A step that fails is logged and the next one comes.
    """
    import logging

    from data.simulate.live import LiveSimulation

    places = [county] if county else demonstration_counties(record)
    lives = [LiveSimulation(record, county=place) for place in places]
    turns, pause = cycle(lives), max(BREATH, PACE / max(1, len(lives)))
    while lives and not stop.wait(pause):
        live = next(turns)
        try:
            live.step(record.clock())
        except Exception:
            logging.getLogger("onegrid.simulate").exception("a step of the live mode failed in %s", live.code)


def simulate(county: CountyOption = None, database: DatabaseOption = None) -> None:
    """Go on producing leads in a demonstration until stopped."""
    with record_of(database) as record:
        if not is_demonstration(record):
            raise Refusal("errors_record.not_a_demonstration", kind="conflict", address=_shown(record.url))
        complain(t("commands.simulate.started"))
        keep_alive(record, county, threading.Event())
