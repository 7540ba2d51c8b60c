"""Draws of subjects and inspectors from the command line: repeated from what was kept, written to a file for others to repeat."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.terminal import LANG, CountyOption, DatabaseOption, FormatOption, record_of, reply, t

NumberArgument = Annotated[str, typer.Argument(help="commands.argument.draw")]
ExportOption = Annotated[Path | None, typer.Option("--export", help="commands.option.draw_export")]


def draw_verify(
    number: NumberArgument,
    export: ExportOption = None,
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Repeat a draw from its lists and its seed; exit code 1 when anything does not agree."""
    import json

    from data.authority import SYSTEM
    from data.queries.inspection_draws import draw_file, repeat_draw

    with record_of(database) as record:
        place, now = record.county(county), record.clock()
        with record.read() as session:
            told = draw_file(session, SYSTEM, place, now, number=number)
            found = repeat_draw(session, SYSTEM, place, now, number=number)
    written = []
    if export is not None:
        export.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
        written = [t("inspections.draw_exported", file=export)]
    facts = {"number": number, "holds": found.holds, "checks": dict(found.checks),
             "subjects": found.subjects, "inspectors": found.inspectors}  # fmt: skip
    verdict = t("inspections.draw_holds" if found.holds else "inspections.draw_fails", number=number)
    reply(facts, form, *found.sentences(LANG.get()), verdict, *written)
    if not found.holds:
        raise typer.Exit(1)
