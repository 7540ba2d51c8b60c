"""`case seal`: the sealed file of a case written to disk, verifiable without this system; who, when and why is told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from data.commands_papers import NumberArgument, ReasonOption, home_of_case
from data.terminal import CountyOption, DatabaseOption, FormatOption, progress, record_of, reply, t

SealedOption = Annotated[Path, typer.Option("--zip", help="commands.option.sealed_zip")]
MaskedOption = Annotated[bool, typer.Option("--masked", help="commands.option.sealed_masked")]
ChainOption = Annotated[bool, typer.Option("--chain", help="commands.option.sealed_chain")]


def case_seal(
    number: NumberArgument,
    file: SealedOption,
    reason: ReasonOption = "",
    masked: MaskedOption = False,
    chain: ChainOption = False,
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Export the sealed file of a case; the purpose is recorded, and the file is bound to an anchor of the chain."""
    from data.authority import SYSTEM
    from data.casework.sealed_export import seal_file

    _check(file, reason)
    with record_of(database) as record, progress(t("commands.case.title", number=number)):
        place = home_of_case(record, number, county)
        made = seal_file(record, SYSTEM, place, number=number, reason=reason, masked=masked, chain=chain)
    shutil.move(made.path, file)
    told = {"file": str(file), "files": made.files, "events": made.events, "sequence": made.sequence, "hash": made.hash}
    reply({"number": number, **told}, form, t("commands.case.sealed", **told), t("commands.case.verify", file=file))


def _check(file: Path, reason: str) -> None:
    """Refuse what cannot be written before anything is taken out."""
    from policy.errors import Refusal

    if file.suffix.lower() != ".zip":
        raise Refusal("errors_export.case_ending", file=file.name, ending=".zip")
    if not file.absolute().parent.is_dir():
        raise Refusal("errors_export.no_folder", kind="not_found", file=file.name, folder=file.absolute().parent)
    if not reason.strip():
        raise Refusal("errors_export.reason_missing", clause="PI 51", file=file.name)
