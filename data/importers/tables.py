"""Tables out of CSV and Excel files: headers in Chinese or English, every cell judged by its column."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from data.importers.faults import Fault, ImportRefused
from policy.text import LANGUAGES, Word, say
from policy.vocabulary import options, word
from policy.zone import CHINA

MOST_ROWS: Final = 200_000
LONGEST: Final = 4_000  # characters in a cell
KINDS: Final = (".csv", ".xlsx")
TRUE: Final = frozenset({"1", "true", "yes", "y", "是", "有"})
FALSE: Final = frozenset({"0", "false", "no", "n", "否", "无"})
SEPARATORS: Final = str.maketrans("、，；;|", ",,,,,")

Values = dict[str, Any]
Parse = Callable[[str], Any]


class Unfit(ValueError):
    """A cell that its column does not take; `code` and `params` make the sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        """`code` without its area: `errors_import.<code>`."""
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key (header words are `imports.column.<key>`), how a cell is read, whether it must be filled.

    `choices`: its closed list, as the template names it; `also`: keys of further header words, their last part as well.
    """

    key: str
    parse: Parse = str
    required: bool = False
    choices: tuple[Word, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Line:
    """A row of the file that was read: its number as a spreadsheet shows it, and its values by column."""

    number: int
    values: Values = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)


def _unfit(kind: str, text: str) -> Unfit:
    return Unfit(f"not_{kind}", value=text)


def a_day(text: str) -> date:
    """A date, ISO or as it is written in China."""
    plain = text.strip().replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    parts = plain.split("T")[0].split(" ")[0].split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError as why:
        raise _unfit("date", text) from why


def a_moment(text: str) -> datetime:
    """A time; without a zone it is Asia/Shanghai."""
    plain = text.strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", " ")
    try:
        moment = datetime.fromisoformat(" ".join(plain.split()))
    except ValueError:
        moment = datetime.combine(a_day(text), time())
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def a_truth(text: str) -> bool:
    """Yes or no."""
    word = text.strip().lower()
    if word not in TRUE | FALSE:
        raise _unfit("truth", text)
    return word in TRUE


def a_number(text: str) -> float:
    """A number with a point."""
    try:
        number = float(text)
    except ValueError as why:
        raise _unfit("number", text) from why
    if not math.isfinite(number):
        raise _unfit("number", text)
    return number


def a_list(text: str) -> list[str]:
    """Words between commas, Chinese or Western."""
    return [word.strip() for word in text.translate(SEPARATORS).split(",") if word.strip()]


def one_of(vocabulary: type[StrEnum]) -> Parse:
    """A member of a closed list, by its code or its word in either language."""

    def parse(text: str) -> str:
        known = {said.lower(): value for lang in LANGUAGES for value, said in options(vocabulary, lang)}
        known |= {member.value: member.value for member in vocabulary}
        found = known.get(text.strip().lower())
        if found is None:
            raise Unfit("not_in_list", value=text, allowed=tuple(word(member) for member in vocabulary))
        return found

    return parse


def a_choice(key: str, vocabulary: type[StrEnum], *, required: bool = False) -> Column:
    """A column of a closed list."""
    return Column(key, one_of(vocabulary), required, tuple(word(member) for member in vocabulary))


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _csv_rows(file: Path) -> Iterator[list[str]]:
    raw = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ImportRefused(file.name, [Fault("errors_import.unreadable", params={"file": file.name})])
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [_plain(cell) for cell in row]


def _xlsx_rows(file: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_plain(cell) for cell in row]
        book.close()
    except Exception as why:  # openpyxl raises whatever its parts raise on a damaged file
        raise ImportRefused(file.name, [Fault("errors_import.unreadable", params={"file": file.name})]) from why


def _rows(file: Path) -> Iterator[list[str]]:
    if not file.is_file():
        raise ImportRefused(file.name, [Fault("errors_import.file_missing", params={"file": file.name})])
    if file.suffix.lower() not in KINDS:
        kinds = ", ".join(KINDS)
        raise ImportRefused(file.name, [Fault("errors_import.file_kind", params={"file": file.name, "kinds": kinds})])
    return _csv_rows(file) if file.suffix.lower() == ".csv" else _xlsx_rows(file)


def _word(header: str) -> str:
    return "".join(header.lower().replace("*", "").replace("＊", "").replace("_", " ").split())


def _header(file: str, cells: Sequence[str], columns: Iterable[Column]) -> dict[int, Column]:
    """Which position holds which column; raises ImportRefused for unknown, doubled and missing ones, all at once."""
    columns = list(columns)
    said = ((c, key) for c in columns for key in (*c.also, f"imports.column.{c.key}"))
    words = {_word(name): c for c, key in said for name in (key.rpartition(".")[2], *(say(key, g) for g in LANGUAGES))}
    found: dict[int, Column] = {}
    faults = []
    for position, cell in enumerate(cells):
        column = words.get(_word(cell))
        if column is None and cell:
            faults.append(Fault("errors_import.column_unknown", 1, params={"name": cell}))
        elif column in found.values():
            faults.append(Fault("errors_import.column_doubled", 1, params={"name": cell}))
        elif column is not None:
            found[position] = column
    missing = [c for c in columns if c.required and c not in found.values()]
    faults.extend(Fault("errors_import.column_missing", 1, c.key) for c in missing)
    if faults:
        raise ImportRefused(file, faults)
    return found


def _cell(number: int, column: Column, text: str, faults: list[Fault]) -> Any:
    if not text:
        if column.required:
            faults.append(Fault("errors_import.empty", number, column.key))
        return None
    if len(text) > LONGEST:
        faults.append(Fault("errors_import.too_long", number, column.key, {"length": len(text), "limit": LONGEST}))
        return None
    try:
        return column.parse(text)
    except Unfit as unfit:
        faults.append(Fault(f"errors_import.{unfit.code}", number, column.key, unfit.params))
        return None


def read_table(file: Path, columns: Sequence[Column], faults: list[Fault]) -> list[Line]:
    """Lines of a CSV or Excel file; faulty cells are added to `faults` and are None in their line.

    Raises ImportRefused at once for a file or a header nothing can be read from.
    """
    rows = iter(_rows(file))
    header = _header(file.name, next(rows, []), columns)
    lines: list[Line] = []
    for number, cells in enumerate(rows, start=2):
        if not any(cells) or _is_example(cells):
            continue
        if len(lines) >= MOST_ROWS:
            raise ImportRefused(file.name, [Fault("errors_import.too_many_rows", params={"limit": MOST_ROWS})])
        given = {header[i]: cell for i, cell in enumerate(cells) if i in header}
        lines.append(Line(number, {c.key: _cell(number, c, given.get(c, ""), faults) for c in columns}))
    if not lines:
        raise ImportRefused(file.name, [Fault("errors_import.no_rows", params={"file": file.name})])
    return lines


def _is_example(cells: Sequence[str]) -> bool:
    """Whether a row is the example of a template, left where it stood."""
    return cells[0].startswith(tuple(f"{say('imports.example', lang)} " for lang in LANGUAGES))


def doubled(lines: Iterable[Line], key: str) -> Iterator[Fault]:
    """Faults of lines that repeat a key of an earlier line."""
    first: dict[Any, int] = {}
    for line in lines:
        value = line[key]
        if value is not None and first.setdefault(value, line.number) != line.number:
            yield Fault("errors_import.doubled", line.number, key, {"value": value, "first": first[value]})


def by_code_or_name(rows: Iterable[Any]) -> dict[str, Any]:
    """Rows found by their code, or by their name where no other row has it."""
    rows = list(rows)
    times = Counter(row.name for row in rows)
    named = {row.name: row for row in rows if times[row.name] == 1}
    return named | {row.code: row for row in rows}
