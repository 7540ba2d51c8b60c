"""The daily figures from the command line: refreshed, counted again as a whole, stopped, and how they stand."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from data.terminal import (
    LANG,
    CountyOption,
    DatabaseOption,
    DateOption,
    FormatOption,
    progress,
    record_of,
    reply,
    t,
)

AllOption = Annotated[str | None, typer.Option("--county", help="commands.option.county_or_all")]


def figures_refresh(
    day: DateOption = None, county: AllOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Take every snapshot that is due and count again what changed, in every county; with --date restate that past day."""
    from data.counties import county_codes
    from data.figures_restating import refresh, restate
    from data.settings import settings

    with record_of(database) as record, progress(t("commands.figures.title")) as step:
        places = [record.county(county).code] if county else county_codes(record)
        if day is not None:
            changed = sum(restate(record, code, day.date(), record.clock()) for code in places)
            answer: dict[str, Any] = {"date": day.date().isoformat(), "restated": changed}
            words = t("commands.figures.restated", day=day.date().isoformat(), rows=changed)
        else:
            more: dict[str, Any] = {"hour": settings().snapshot_hour, "again": True, "progress": step}
            done = [refresh(record, code, record.clock(), **more) for code in places]
            taken, rows = (sum(numbers) for numbers in zip(*done, strict=True)) if done else (0, 0)
            answer, words = {"taken": taken, "restated": rows}, t("commands.figures.taken", days=taken, rows=rows)
    reply(answer, form, words)


def figures_recount(county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text") -> None:
    """Count every day of a county again, with progress; broken off by Ctrl-C or `figures stop`, what was kept stays."""
    from data.authority import SYSTEM
    from data.casework.recounting import ask_recount, stop_recount
    from data.figures_recount import run_asked

    with record_of(database) as record, progress(t("figures_refresh.recount.title")) as step:
        place = record.county(county)
        record.write(SYSTEM, ask_recount, county=place)
        try:
            rows = run_asked(record, place.code, record.clock(), progress=step)
        except KeyboardInterrupt:
            record.write(SYSTEM, stop_recount, county=place)
            rows = None
    answer = {"county": place.code, "restated": rows, "stopped": rows is None}
    told = t("commands.figures.recounted", rows=rows) if rows is not None else t("commands.figures.stopped")
    reply(answer, form, told)


def figures_stop(county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text") -> None:
    """Stop the recount that another process is at."""
    from data.authority import SYSTEM
    from data.casework.recounting import stop_recount

    with record_of(database) as record:
        place = record.county(county)
        record.write(SYSTEM, stop_recount, county=place)
    reply({"county": place.code, "stopping": True}, form, t("commands.figures.stopping"))


def figures_state(county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text") -> None:
    """Whether the daily figures are there, what is missing, and how far a recount is; exit code 1 where a refresh is missing."""
    from data.queries.figures_standing import as_dict, recount_words, standing, words
    from data.settings import settings

    with record_of(database) as record, record.read() as session:
        place = record.county(county)
        found = standing(session, place, record.clock(), settings().snapshot_hour)
    lang = LANG.get()
    reply({"county": place.code} | as_dict(found), form, words(found, lang), recount_words(found.recount, lang))
    if found.wrong:
        raise typer.Exit(1)
