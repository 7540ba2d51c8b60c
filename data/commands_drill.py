"""Commands of drills 演练: built beside the real record, steered inject by inject, stopped with a report."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from data.terminal import LANG, FormatOption, record_of, reply, reply_table, t

if TYPE_CHECKING:
    from data.db import Record, Tx
    from data.drill.reporting import DrillReport
    from data.models import Drill

NumberOption = Annotated[str | None, typer.Option("--drill", help="commands.option.drill")]
ScenarioOption = Annotated[str, typer.Option("--scenario", help="commands.option.scenario")]
CellOption = Annotated[str | None, typer.Option("--cell", help="commands.option.drill_cell")]
ReasonOption = Annotated[str, typer.Option("--reason", help="commands.option.drill_reason")]
InjectArgument = Annotated[int, typer.Argument(help="commands.option.inject")]


def build(scenario: str, county: str | None, cell: str | None, form: Any = "text") -> str:
    """Build a drill beside the real record; gives its number."""
    from data.authority import SYSTEM
    from data.drill.building import start_drill
    from data.drill.folders import address_of, folder_of
    from data.drill.loading import load_scenario
    from data.settings import settings

    chosen, written = settings(), load_scenario(scenario)
    with record_of(None) as record:
        number = start_drill(record, SYSTEM, record.county(county), chosen, written, cell=cell)
    told = {"drill": number, "scenario": written.code, "database": address_of(folder_of(chosen, number))}
    named = written.name(LANG.get())
    reply(told, form, t("commands.drill.built", drill=number, scenario=named, n=len(written.injects)))
    return number


def environment(number: str | None) -> Mapping[str, str]:
    """What `ONEGRID_*` says for the process that serves a drill: the one named, else the newest."""
    from data.drill.folders import environment as told
    from data.drill.folders import existing
    from data.settings import settings

    return told(settings(), existing(settings(), number))


def drill_list(form: FormatOption = "text") -> None:
    """List the drills of this installation."""
    from data.drill.folders import numbers
    from data.settings import settings

    rows = [_row(number) for number in numbers(settings())]
    heads = ("drill", "scenario", "started", "stopped")
    reply_table(rows, form, {name: f"commands.column.{name}" for name in heads})


def _row(number: str) -> dict[str, Any]:
    record, drill = _opened(number)
    record.close()
    return {"drill": number, "scenario": drill.scenario, "started": drill.started_at, "stopped": drill.stopped_at}


def _opened(number: str | None) -> tuple[Record, Drill]:
    """The record of a drill and the drill in it; the caller closes it."""
    from sqlalchemy import select

    from data.db import Record
    from data.drill.folders import address_of, existing, folder_of
    from data.models import Drill
    from data.settings import settings
    from data.terminal import check_schema

    known = existing(settings(), number)
    url = address_of(folder_of(settings(), known))
    check_schema(url)
    record = Record(url)
    with record.read() as session:
        return record, session.scalars(select(Drill)).one()


def drill_injects(drill: NumberOption = None, form: FormatOption = "text") -> None:
    """List the injects of a drill and how far each has come."""
    from sqlalchemy import select

    from data.models import DrillInject

    record, _ = _opened(drill)
    with record.read() as session:
        found = session.scalars(select(DrillInject).order_by(DrillInject.place)).all()
    record.close()
    rows = [
        {
            "place": row.place,
            "minute": row.told["minute"],
            "kind": t(f"vocabulary.inject_kind.{row.kind}"),
            "status": t(f"vocabulary.inject_status.{row.status}"),
            "words": row.told["words"],
        }
        for row in found
    ]
    heads = ("place", "minute", "kind", "status", "words")
    reply_table(rows, form, {name: f"drill.column.{name}" for name in heads})


def _controlled(step: str, inject: int, number: str | None, reason: str = "") -> None:
    from data.authority import SYSTEM
    from data.drill.injects import control

    record, drill = _opened(number)
    try:
        row = record.write(SYSTEM, control, place=inject, step=step, reason=reason)
    finally:
        record.close()
    state = t(f"vocabulary.inject_status.{row.status}")
    reply(None, "text", t("commands.drill.controlled", drill=drill.number, inject=inject, state=state))


def drill_pause(inject: InjectArgument, drill: NumberOption = None) -> None:
    """Hold an inject back until it is resumed."""
    _controlled("pause", inject, drill)


def drill_resume(inject: InjectArgument, drill: NumberOption = None) -> None:
    """Let an inject that was held back come."""
    _controlled("resume", inject, drill)


def drill_give(inject: InjectArgument, drill: NumberOption = None) -> None:
    """Bring an inject forward: the server of the drill gives it at once."""
    _controlled("give", inject, drill)


def drill_skip(inject: InjectArgument, reason: ReasonOption, drill: NumberOption = None) -> None:
    """Leave an inject out, and say why."""
    _controlled("skip", inject, drill, reason)


def drill_stop(drill: NumberOption = None, form: FormatOption = "text") -> None:
    """Stop a drill, write its report as .docx and .xlsx, and note both in the real record."""
    from data.authority import SYSTEM
    from data.drill.folders import folder_of
    from data.drill.reporting import report_on, stop_drill
    from data.settings import settings
    from policy.drill import counts

    record, held = _opened(drill)
    try:
        if held.stopped_at is None:
            record.write(SYSTEM, stop_drill)
        record, held = _reopened(record, held.number)
        with record.read() as session:
            report = report_on(session, record.county(), held, record.clock(), LANG.get())
        place = record.county().code
    finally:
        record.close()
    files = _write_report(folder_of(settings(), held.number), report)
    found = counts(report.outcomes)
    with record_of(None) as real:
        facts = {"scenario": report.scenario, **found, **{f"report_{file.suffix[1:]}": _sha256(file) for file in files}}
        real.write(SYSTEM, note_stop, county=real.county(place), key=held.id, number=held.number, facts=facts)
    said = t("commands.drill.stopped", drill=held.number, in_time=found["in_time"], late=found["late"], missed=found["missed"])  # fmt: skip
    reply({"drill": held.number, **found, "files": [str(file) for file in files]}, form, said, *map(str, files))


def _reopened(record: Record, number: str) -> tuple[Record, Drill]:
    record.close()
    return _opened(number)


def note_stop(tx: Tx, *, key: UUID, number: str, facts: Mapping[str, Any]) -> None:
    """Write into the real record that a drill has ended, with the hashes of its report."""
    from data.authority import Subject, demand
    from data.events import append_event

    demand(tx.actor, "drill.control", Subject(tx.county.jurisdiction_id), tx.now)
    append_event(
        tx, matter="drill", subject_id=key, subject_number=number, verb="stop", facts=facts, clause="JD 二(四)12"
    )


def _write_report(folder: Path, report: DrillReport) -> list[Path]:
    from data.drill.loading import known_scenarios, load_scenario
    from data.drill.report_files import docx_of, xlsx_of

    lang = LANG.get()
    name = load_scenario(report.scenario).name(lang) if report.scenario in known_scenarios() else report.scenario
    files = []
    for ending, made in (("docx", docx_of(report, name, lang)), ("xlsx", xlsx_of(report, name, lang))):
        file = folder / f"{t('drill.report.file', number=report.number)}.{ending}"
        file.write_bytes(made)
        files.append(file)
    return files


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
