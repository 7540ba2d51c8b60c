"""`case export`: the whole file of a case written to disk, bound as .pdf or as its documents; who, when and why is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.terminal import CountyOption, DatabaseOption, FormatOption, progress, record_of, reply, t

if TYPE_CHECKING:
    from data.casework.volumes import Form
    from data.county import County
    from data.db import Record

NumberArgument = Annotated[str, typer.Argument(help="commands.argument.case")]
PdfOption = Annotated[Path | None, typer.Option("--pdf", help="commands.option.case_pdf")]
ZipOption = Annotated[Path | None, typer.Option("--docx-zip", help="commands.option.case_zip")]
ReasonOption = Annotated[str, typer.Option("--reason", help="commands.option.reason")]


def case_export(
    number: NumberArgument,
    pdf: PdfOption = None,
    docx_zip: ZipOption = None,
    reason: ReasonOption = "",
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Write the file of a case: bound as one .pdf, or its documents as .docx in a .zip; the purpose is recorded."""
    wanted: list[tuple[Form, Path]] = [("pdf", pdf)] if pdf else []
    wanted += [("zip", docx_zip)] if docx_zip else []
    _check(number, wanted, reason)
    with record_of(database) as record, progress(t("commands.case.title", number=number)) as step:
        place = home_of_case(record, number, county)
        told = []
        for done, (kind, file) in enumerate(wanted):
            step(done, len(wanted))
            told.append(_written(record, place, number, kind, file, reason))
    lines = [t("commands.case.done", file=one["file"], papers=one["papers"], sha256=one["sha256"]) for one in told]
    reply({"number": number, "files": told}, form, *lines)


def _written(record: Record, place: County, number: str, kind: Form, file: Path, reason: str) -> dict[str, object]:
    from data.authority import SYSTEM
    from data.casework.volumes import take_volume

    volume = take_volume(record, SYSTEM, place, number=number, reason=reason, form=kind)
    file.write_bytes(volume.content)
    return {"file": str(file), "form": kind, "papers": volume.documents, "sha256": volume.sha256}


def _check(number: str, wanted: list[tuple[Form, Path]], reason: str) -> None:
    """Refuse what cannot be written before anything is taken: an event tells only of what was given out."""
    from policy.errors import Refusal

    if not wanted:
        raise Refusal("errors_export.case_nothing", number=number)
    for kind, file in wanted:
        if file.suffix.lower() != f".{kind}":
            raise Refusal("errors_export.case_ending", file=file.name, ending=f".{kind}")
        if not file.absolute().parent.is_dir():
            raise Refusal("errors_export.no_folder", kind="not_found", file=file.name, folder=file.absolute().parent)
    if not reason.strip():
        raise Refusal("errors_export.reason_missing", clause="PI 51", file=wanted[0][1].name)


def home_of_case(record: Record, number: str, asked: str | None) -> County:
    """The county the case is of: the one named, else that of the number."""
    from sqlalchemy import select

    from data.models import Case, Jurisdiction

    query = select(Jurisdiction.code).join(Case, Case.jurisdiction_id == Jurisdiction.id).where(Case.number == number)
    with record.read() as session:
        found = session.scalars(query).first()
    return record.county(asked or found)
