"""Working days from the command line: take in a year's arrangement, show a year."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.terminal import (
    LANG,
    CountyOption,
    DatabaseOption,
    FormatOption,
    existing,
    record_of,
    reply,
    reply_faults,
    t,
)

if TYPE_CHECKING:
    from data.db import Record
    from data.deadline_watch import Recount
    from policy.workdays import Calendar

FileArgument = Annotated[Path, typer.Argument(help="commands.argument.calendar_file")]
YearArgument = Annotated[int, typer.Argument(min=1900, max=2199, help="commands.argument.year")]


def calendar_load(
    file: FileArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Take in the arrangement of a year and count running deadlines again, each change with its event."""
    from data.settings import settings
    from policy.calendar_files import check_notice

    notice, faults = check_notice(existing(file))
    if notice is None:
        reply_faults(faults, form)
        raise typer.Exit(1)
    with record_of(database) as record:
        placed = place_file(file, settings().calendar_folder, notice.year)
        changed = _recomputed(record, county)
    answer = {"year": notice.year, "file": str(placed), "changed": len(changed), "deadlines": changed}
    words = t("commands.calendar.loaded", year=notice.year, file=placed, changed=len(changed))
    reply(answer, form, words, *(_line(one) for one in changed))


def place_file(file: Path, folder: Path, year: int) -> Path:
    """Copy a calendar file into the folder under its year, whole or not at all; the year's former file gives way."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{year}{file.suffix.lower()}"
    beside = folder / f".{target.name}.part"
    beside.write_bytes(file.read_bytes())
    os.replace(beside, target)
    for former in folder.glob(f"{year}.*"):
        if former != target:
            former.unlink()
    return target


def _recomputed(record: Record, county: str | None) -> list[Recount]:
    from sqlalchemy import select

    from data.deadline_watch import recompute
    from data.models import Jurisdiction

    with record.read() as session:
        codes = [county] if county else list(session.scalars(select(Jurisdiction.code).order_by(Jurisdiction.code)))
    return [one for code in codes for one in recompute(record, record.county(code))]


def _line(one: Recount) -> str:
    from data.deadlines import local
    from policy.deadlines import key_of

    name, state = t(f"policy.key.{key_of(one.kind)}"), t(f"policy_page.{'provisional' if one.provisional else 'final'}")
    number, before, after = one.number or "—", local(one.before), local(one.after)
    return t("commands.calendar.changed", number=number, name=name, before=before, after=after, state=state)


def state_of(calendar: Calendar, year: int) -> str:
    """Whether the days of a year are final, wait for their notice, or are of a year whose notice is not at hand."""
    if year in calendar.years:
        return "final"
    return "unrecorded" if calendar.unrecorded(year) else "provisional"


def calendar_show(year: YearArgument, form: FormatOption = "text") -> None:
    """Show the days off and the week-ends worked of a year, and whether they are final."""
    from data.settings import settings
    from policy.workdays import load_calendar

    calendar = load_calendar(settings().calendar_folder)
    notes = calendar.particular_days(year)
    days = calendar.count_between(date(year - 1, 12, 31), date(year, 12, 31))
    provisional, source = year not in calendar.years, calendar.sources.get(year, "")
    answer: dict[str, Any] = {"year": year, "provisional": provisional, "source": source, "working_days": days}
    answer |= {"days": [note.as_dict(LANG.get()) for note in notes]}
    state = t(f"policy_page.{state_of(calendar, year)}")
    head = t("commands.calendar.year", year=year, state=state, days=days, source=source or "—")
    reply(answer, form, head, *(f"  {note.sentence(LANG.get())}" for note in notes))
