"""`policy check`: what ships as data, or one file of it, judged before it is used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.terminal import LANG, FormatOption, existing, reply_faults, t

if TYPE_CHECKING:
    from policy.profile_file import ProfileFault

FileArgument = Annotated[Path | None, typer.Argument(help="commands.argument.checked_file")]


def policy_check(file: FileArgument = None, form: FormatOption = "text") -> None:
    """Check a profile, items, or a calendar; without a file all that ships: every fault with file, line and remedy."""
    faults = _of_everything() if file is None else _of_file(existing(file))
    reply_faults(faults, form, t("commands.policy.sound"))
    if file is None and form == "text":
        _tell_flags()
    if faults:
        raise typer.Exit(1)


def _of_everything() -> list[ProfileFault]:
    from data.settings import settings
    from policy.checking import check_all

    return check_all(settings().calendar_folder)


def _of_file(file: Path) -> list[ProfileFault]:
    if file.suffix.lower() in (".csv", ".xlsx"):
        from data.importers.items import check_sheet

        return check_sheet(file)
    from policy.checking import check_file

    return check_file(file)


def _tell_flags() -> None:
    """Texts of law that are not whole and current: no fault, but whatever rests on them is flagged."""
    from policy.checking import flags
    from policy.errors import Refusal

    try:
        for flag in flags():
            print(flag.sentence(LANG.get()))
    except Refusal:  # the catalogue is faulty, and was told to be
        return
