"""Where drills lie, and the settings of a process that serves one: its own database, folder, secret and port, nothing outside."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from data.settings import Settings
from policy.errors import Refusal

FILE: Final = "drill.db"
KEY_FILE: Final = "drill.key"
_NUMBER: Final = re.compile(r"[A-Z]{2,6}-Y-\d{8}-\d{4}")
SILENT: Final = ("sms_url", "sms_account", "sms_secret", "wecom_url", "dingtalk_url", "dingtalk_secret", "tiles")
"""Settings that lead out of the program: a drill has none of them."""


def home(chosen: Settings) -> Path:
    """The folder of all drills."""
    return chosen.var / "drill"


def folder_of(chosen: Settings, number: str) -> Path:
    """The folder of a drill; raises Refusal for what is no number of one."""
    if not _NUMBER.fullmatch(number):
        raise Refusal("errors_drill.unknown", kind="not_found", drill=number[:40])
    return home(chosen) / number


def address_of(folder: Path) -> str:
    """Address of the database of a drill: always a file of its own, whatever the real record lies in."""
    return f"sqlite:///{(folder / FILE).resolve()}"


def numbers(chosen: Settings) -> list[str]:
    """Numbers of all drills, the newest last."""
    found = home(chosen)
    known = [one.name for one in found.iterdir() if (one / FILE).is_file()] if found.is_dir() else []
    return sorted((one for one in known if _NUMBER.fullmatch(one)), key=lambda one: one.split("-", 1)[1])


def existing(chosen: Settings, number: str | None) -> str:
    """The drill `number`, or the newest one; raises Refusal where there is none."""
    known = numbers(chosen)
    if number is None and known:
        return known[-1]
    if number not in known:
        raise Refusal("errors_drill.unknown", kind="not_found", drill=number or "—")
    return number


def own_secret(folder: Path) -> str:
    """The secret of a drill, made once: nothing that is signed or sealed in it opens with the real one."""
    file = folder / KEY_FILE
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
    return file.read_text("ascii")


def environment(chosen: Settings, number: str) -> Mapping[str, str]:
    """What `ONEGRID_*` says for the process that serves the drill."""
    folder = folder_of(chosen, number)
    told = {
        "database": address_of(folder),
        "var": str(folder),
        "port": str(chosen.drill_port),
        "drill": number,
        "secret": own_secret(folder),
        "data_key": "",
        "live": "false",
        "second_factor": "offered",
        "calendars": str(chosen.calendar_folder.resolve()),
        **dict.fromkeys(SILENT, ""),
    }
    return {f"ONEGRID_{name.upper()}": value for name, value in told.items()}
