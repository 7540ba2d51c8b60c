"""One profile file as it stands: its tables, and the line on which each of them begins."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from policy.text import Name, say

_BLOCK: Final = re.compile(r"^\s*\[\[\s*value\s*\]\]")
_TABLE: Final = re.compile(r"^\s*\[")
_PARSE_LINE: Final = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class ProfileFault:
    """One fault of a profile file: where it is, at which key, and what is wrong in both languages."""

    file: str
    line: int
    key: str
    sentence_zh: str
    sentence: str

    @classmethod
    def of(cls, path: Path, line: int, key: str, fault: str, /, **params: Any) -> ProfileFault:
        """Build a fault; `fault` is its key under `errors_policy.fault` in the catalogue."""
        name = f"errors_policy.fault.{fault}"
        return cls(str(path), line, key, say(name, "zh", key=key, **params), say(name, "en", key=key, **params))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.sentence}"

    @property
    def told(self) -> Name:
        """The fault with its place, as part of a sentence in either language."""
        return Name(f"{self.file}:{self.line}: {self.key}: {self.sentence_zh.rstrip('。')}", str(self))


@dataclass(frozen=True, slots=True)
class Block:
    """One `[[value]]` table, its first line, and the lines of its fields."""

    table: Mapping[str, Any]
    line: int
    field_lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key it sets, or an empty string."""
        key = self.table.get("key", "")
        return key if isinstance(key, str) else ""

    @property
    def cites(self) -> list[Any]:
        """Its citations as a list; a single one may be written as a table."""
        node = self.table.get("cite", [])
        return [node] if isinstance(node, Mapping) else list(node) if isinstance(node, list) else [node]

    def line_of(self, name: str) -> int:
        """Line of the field `name`, or of the block."""
        return self.field_lines.get(name, self.line)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule looks: file, line and key; it builds the faults found there."""

    path: Path
    line: int
    key: str

    def fault(self, fault: str, /, **params: Any) -> ProfileFault:
        """A fault at this place."""
        return ProfileFault.of(self.path, self.line, self.key, fault, **params)


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A parsed file; with a syntax error everything is empty but the fault."""

    path: Path
    meta: Mapping[str, Any]
    documents: Mapping[str, Any]
    blocks: tuple[Block, ...]
    extra: tuple[str, ...]
    lines: tuple[str, ...]
    faults: tuple[ProfileFault, ...] = ()

    def place(self, block: Block, name: str = "") -> Place:
        """The field `name` of a block, or its first line."""
        return Place(self.path, block.line_of(name), block.key or "?")

    def line_containing(self, pattern: str) -> int:
        """First line that matches the regular expression `pattern`, or 1."""
        return next((n for n, line in enumerate(self.lines, 1) if re.search(pattern, line)), 1)


def read_file(path: Path) -> ProfileFile:
    """Read a profile file (again when it has changed); a TOML error becomes a fault with its line."""
    status = path.stat()
    return _read(path, (status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=32)
def _read(path: Path, _stamp: tuple[int, int]) -> ProfileFile:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = ProfileFault.of(path, line_of_byte(error), "", "encoding", name=path.name)
        return ProfileFile(path, {}, {}, (), (), (), (fault,))
    lines = tuple(text.splitlines())
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _PARSE_LINE.search(str(error))
        fault = ProfileFault.of(path, int(found[1]) if found else 1, "", "syntax", error=str(error))
        return ProfileFile(path, {}, {}, (), (), lines, (fault,))
    return _of_tree(path, tree, lines)


def line_of_byte(error: UnicodeDecodeError) -> int:
    """The line of a byte that is not UTF-8."""
    return error.object[: error.start].count(b"\n") + 1


def _of_tree(path: Path, tree: dict[str, Any], lines: tuple[str, ...]) -> ProfileFile:
    tables = tree.get("value", [])
    rows = [row for row in tables if isinstance(row, Mapping)] if isinstance(tables, list) else []
    meta, documents = tree.get("profile", {}), tree.get("documents", {})
    extra = tuple(name for name, node in tree.items() if not _is_known(name, node))
    return ProfileFile(
        path,
        meta if isinstance(meta, Mapping) else {},
        documents if isinstance(documents, Mapping) else {},
        _blocks(rows, lines),
        extra,
        lines,
    )


def _is_known(name: str, node: Any) -> bool:
    """Whether a top-level entry is a table of the format: `[value]` or `value = 3` is none."""
    if name == "value":
        return isinstance(node, list) and all(isinstance(row, Mapping) for row in node)
    return name in ("profile", "documents") and isinstance(node, Mapping)


def _blocks(rows: list[Mapping[str, Any]], lines: tuple[str, ...]) -> tuple[Block, ...]:
    heads = [n for n, line in enumerate(lines, 1) if _BLOCK.match(line)]
    if len(heads) != len(rows):  # written some other way: still loaded, but faults name the file's first line
        return tuple(Block(row, 1) for row in rows)
    return tuple(Block(row, head, _field_lines(row, head, lines)) for row, head in zip(rows, heads, strict=True))


def _field_lines(row: Mapping[str, Any], head: int, lines: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number in range(head + 1, len(lines) + 1):
        line = lines[number - 1]
        if _TABLE.match(line) and not line.startswith((" ", "\t")):
            break
        name = line.split("=", 1)[0].strip().split(".")[0]
        if name in row:
            found.setdefault(name, number)
    return found
