"""What every command shares: the language, the record, the reply in words or JSON, a bar over two seconds."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich.console import Console
from rich.table import Table

from policy.text import say

if TYPE_CHECKING:
    from data.db import Record
    from policy.profile_file import ProfileFault

Format = Literal["text", "json"]
DatabaseOption = Annotated[str | None, typer.Option("--database", help="commands.option.database")]
CountyOption = Annotated[str | None, typer.Option("--county", help="commands.option.county")]
FormatOption = Annotated[Format, typer.Option("--format", help="commands.option.format")]
DateOption = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="commands.option.date")]
LANG: Final[ContextVar[str]] = ContextVar("onegrid_terminal_language", default="zh")
ADDRESS: Final[ContextVar[str]] = ContextVar("onegrid_terminal_address", default="—")  # without its password
WIDE: Final = 200  # characters, where the output is read by a program


def t(key: str, /, **params: Any) -> str:
    """A sentence of the catalogue in the language of this terminal."""
    return say(key, LANG.get(), **params)


def complain(*lines: str) -> None:
    """Write lines to standard error, as they are."""
    for line in lines:
        print(line, file=sys.stderr)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def reply(answer: Any, form: Format, *lines: str) -> None:
    """Print the answer: `lines` for people, `answer` as JSON for programs."""
    if form == "json":
        print(json.dumps(answer, ensure_ascii=False, indent=1, default=_plain))
        return
    for line in lines:
        print(line)


def reply_faults(faults: Sequence[ProfileFault], form: Format, *sound: str) -> None:
    """Print faults of files with file, line and key; `sound` is said where there is none."""
    words = [fault.sentence_zh if LANG.get() == "zh" else fault.sentence for fault in faults]
    lines = [f"{f.file}:{f.line}: {f.key}: {said}" for f, said in zip(faults, words, strict=True)]
    reply(faults, form, *(lines or sound))


def reply_table(rows: Sequence[Mapping[str, Any]], form: Format, heads: Mapping[str, str]) -> None:
    """Print rows as a table with `heads` (column → catalogue key), or as JSON."""
    if form == "json":
        reply(rows, form)
        return
    table = Table(box=None, pad_edge=False)
    for key in heads.values():
        table.add_column(t(key), overflow="fold")
    for row in rows:
        table.add_row(*("" if row.get(name) is None else str(row[name]) for name in heads))
    Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, markup=False).print(table)


def address_of(database: str | None) -> str:
    """The database a command works on: the option, else the setting; raises Refusal for what is no address."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    from data.settings import settings
    from policy.errors import Refusal

    address = database or settings().database
    try:
        ADDRESS.set(make_url(address).render_as_string())
    except ArgumentError:
        raise Refusal("errors_record.no_address", given=address) from None
    return address


def check_schema(url: str) -> None:
    """Raises Refusal unless the database holds exactly the schema of this release."""
    from data.migrate import head, revision_of
    from policy.errors import Refusal

    found = revision_of(url)
    if found != head():
        known = found is None or found < head()
        code = "errors_record.schema_older" if known else "errors_record.schema_newer"
        raise Refusal(code, kind="unavailable", found=found or "—", known=head())


@contextmanager
def record_of(database: str | None) -> Iterator[Record]:
    """The record a command works on, closed afterwards; raises Refusal for a schema of another release, and for a drill's."""
    from data.db import Record
    from data.drill.apart import demand_apart
    from data.settings import settings

    url = address_of(database)
    check_schema(url)
    record = Record(url)
    try:
        demand_apart(record, settings())
        yield record
    finally:
        record.close()


@contextmanager
def progress(title: str) -> Iterator[Callable[..., None]]:
    """A bar on standard error for what takes longer than two seconds: call the answer with (done, total[, title])."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def step(done: int, total: int, said: str = title) -> None:
            bar.update(task, completed=done, total=total, description=said)

        yield step


def existing(file: Path) -> Path:
    """The file, or a Refusal that names it."""
    from policy.errors import Refusal

    if not file.is_file():
        raise Refusal("errors_import.file_missing", kind="not_found", file=file)
    return file
