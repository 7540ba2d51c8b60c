"""Draws by lot from the command line, of inspections and of files: repeated from what was kept, written to a file for others to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from data.terminal import LANG, CountyOption, DatabaseOption, FormatOption, record_of, reply, t
from policy.drawing import FILES

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
    from data.queries import file_draws, inspection_draws

    with record_of(database) as record:
        place, now = record.county(county), record.clock()
        with record.read() as session:
            files = file_draws.is_file_draw(session, place, number)
            read = file_draws.file_of_draw if files else inspection_draws.draw_file
            again = file_draws.repeat_file_draw if files else inspection_draws.repeat_draw
            told = read(session, SYSTEM, place, now, number=number)
            found = again(session, SYSTEM, place, now, number=number)
    written = []
    if export is not None:
        export.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
        written = [t("inspections.draw_exported", file=export)]
    facts = {"number": number, "holds": found.holds, "checks": dict(found.checks), **found.drawn}
    verdict = t("inspections.draw_holds" if found.holds else "inspections.draw_fails", number=number)
    reply(facts, form, *found.sentences(LANG.get()), *_drawn(found.drawn), verdict, *written)
    if not found.holds:
        raise typer.Exit(1)


def _drawn(found: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Files as they are drawn again; subjects and inspectors stand in the exported file."""
    return [t("supervising_files.drawn_again", files=", ".join(found[FILES]))] if FILES in found else []
