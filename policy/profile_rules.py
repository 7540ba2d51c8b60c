"""What makes a profile file sound: every rule answers with faults, none raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from policy.profile import Document
from policy.profile_file import Block, Place, ProfileFault, ProfileFile
from policy.schema import EXTENSION, KEYS, Key, Shape, fits

META: Final[Shape] = {
    "code": "text",
    "short_code": "text",
    "name_zh": "text",
    "name_en": "text",
    "level": "national|province|plan",
    "parent": "?text",
    "division": "?text",
}
DOCUMENT: Final[Shape] = {
    "title_zh": "text",
    "title_en": "?text",
    "issuer": "?text",
    "kind": "?law|plan",
    "dated": "?date",
    "in_force": "?date",
    "status": "in_force|draft",
    "text": "?at_hand|stale|incomplete|not_at_hand",
    "checked_on": "?date",
    "file": "?text",
    "unnumbered": "?texts",
    "note_zh": "?text",
    "note_en": "?text",
}
BLOCK: Final[Shape] = {
    "key": "text",
    "unit": "?text",
    "from": "date",
    "to": "?date",
    "by": "?date",
    "basis": "?plan|law|ours",
    "select": "?act|filing|decision|event",
    "interpreted": "?flag",
    "note_zh": "?text",
    "note_en": "?text",
}
CITE: Final[Shape] = {"doc": "text", "clause": "text", "quote": "?text"}

Documents = Mapping[str, Document]
Faults = Iterator[ProfileFault]


def head_faults(file: ProfileFile) -> Faults:
    """Faults of `[profile]`, of `[documents.*]` and of tables nobody knows."""
    for name in file.extra:
        yield Place(file.path, file.line_containing(rf"^\s*\[*{name}"), name).fault("unknown_table")
    if not file.faults:
        place = Place(file.path, file.line_containing(r"^\s*\[profile\]"), "profile")
        yield from _shape_faults(place, file.meta, META)
        if file.meta.get("code", file.path.stem) != file.path.stem:
            line = file.line_containing(r"^\s*code\s*=")
            yield Place(file.path, line, "code").fault("code_not_name", code=file.meta["code"], name=file.path.stem)
    for code, table in file.documents.items():
        line = file.line_containing(rf"^\s*\[documents\.\"?{code}\"?\]")
        place = Place(file.path, line, f"documents.{code}")
        yield from _shape_faults(place, table, DOCUMENT)
        if isinstance(table, Mapping) and not _text_found(file, table):
            yield place.fault("no_file", name=table.get("file", "—"))
        elif isinstance(table, Mapping) and table.get("file") and not _in_utf8(file.path.parent / str(table["file"])):
            yield place.fault("encoding", name=table["file"])


def _text_found(file: ProfileFile, table: Mapping[str, Any]) -> bool:
    """Whether a document that says its text is at hand has one, beside the profile."""
    named = str(table.get("file", ""))
    return table.get("text") == "not_at_hand" or bool(named and (file.path.parent / named).is_file())


def _in_utf8(path: Path) -> bool:
    """Whether a text beside the profile is in UTF-8, where there is one."""
    try:
        if path.is_file():
            path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def block_faults(file: ProfileFile, block: Block, documents: Documents) -> Faults:
    """Faults of one `[[value]]` on its own: key, unit, shape, dates, citations."""
    key = KEYS.get(block.key)
    yield from _field_faults(file, block)
    if key is None:
        yield file.place(block, "key").fault("unknown_key")
    else:
        yield from _unit_faults(file, block, key)
        yield from _content_faults(file.place(block, "value"), block.table.get("value"), key, documents)
    yield from _citation_faults(file.place(block, "cite"), block, documents)


def overlap_faults(file: ProfileFile) -> Faults:
    """Two values of one key that begin on the same day, or where one still holds when the next begins."""
    by_key: dict[str, list[Block]] = {}
    for block in file.blocks:
        if block.key and _is_day(block.table.get("from")):
            by_key.setdefault(block.key, []).append(block)
    for blocks in by_key.values():
        for earlier, later in pairwise(sorted(blocks, key=lambda b: (b.table["from"], b.line))):
            yield from _overlap(file, earlier, later)


def _overlap(file: ProfileFile, earlier: Block, later: Block) -> Faults:
    begins, ends = later.table["from"], earlier.table.get("to")
    if begins == earlier.table["from"]:
        yield file.place(later).fault("duplicate", earlier=earlier.line)
    elif _is_day(ends) and ends >= begins:
        yield file.place(earlier, "to").fault("overlap", to=ends, begins=begins)


def _field_faults(file: ProfileFile, block: Block) -> Faults:
    table = {name: node for name, node in block.table.items() if name not in ("value", "cite")}
    for name, fault, params in _shape_errors(table, BLOCK):
        yield file.place(block, name).fault(fault, field=name, **params)
    begins: Any = block.table.get("from")
    ends: Any = block.table.get("to")
    if _is_day(begins) and _is_day(ends) and ends < begins:
        yield file.place(block, "to").fault("ends_before", to=ends, begins=begins)


def _unit_faults(file: ProfileFile, block: Block, key: Key) -> Faults:
    unit = block.table.get("unit", "none")
    value: Any = block.table.get("value")
    if unit not in key.units:
        yield file.place(block, "unit").fault("unit", unit=unit, allowed=", ".join(key.units))
    if fits("number", value) and (value < 0 or (unit == "share" and value > 1)):
        yield file.place(block, "value").fault("range", value=value)


def _content_faults(place: Place, value: Any, key: Key, documents: Documents) -> Faults:
    if value is None:
        yield place.fault("no_value")
    elif key.kind == "records":
        yield from _record_list_faults(place, value, key.shape)
    elif key.kind in ("record", "deadline"):
        yield from _shape_faults(place, value, key.shape)
        if isinstance(value, Mapping) and key.name == "appraisal.weights":
            yield from _weight_faults(place, value)
        if isinstance(value, Mapping) and key.kind == "deadline":
            yield from _deadline_faults(place, value, documents)
    elif not fits(key.shape.get("*", key.kind), value):
        yield place.fault("kind", kind=key.shape.get("*", key.kind), field="value")


def _record_list_faults(place: Place, value: Any, shape: Shape) -> Faults:
    if not isinstance(value, list) or not value:
        yield place.fault("kind", kind="list of tables", field="value")
        return
    for number, row in enumerate(value, 1):
        yield from _shape_faults(place, row, shape, f"value[{number}].")
    codes = Counter(str(row["code"]) for row in value if isinstance(row, Mapping) and "code" in row)
    for code in (code for code, times in codes.items() if times > 1):
        yield place.fault("repeated_code", code=code)


def _deadline_faults(place: Place, value: Mapping[str, Any], documents: Documents) -> Faults:
    ground = str(value.get("rolls_ground", ""))
    if value.get("rolls") and not ground:
        yield place.fault("missing", field="value.rolls_ground")
    if ground and ground.partition(" ")[0] not in documents:
        yield place.fault("no_document", document=ground)
    yield from _length_faults(place, value)
    if "extension" in value:
        yield from _shape_faults(place, value["extension"], EXTENSION, "value.extension.")
        yield from _length_faults(place, value["extension"], "extension.")


def _weight_faults(place: Place, value: Mapping[str, Any]) -> Faults:
    """What may not be weighed in an appraisal: money above all (PL 74)."""
    from policy.appraisal import weight_fault  # figures are heavy to load, and few profiles weigh them

    for name, weight in value.items():
        fault = weight_fault(name, weight)
        if fault is not None:
            yield place.fault(fault, figure=name, value=weight)


def _length_faults(place: Place, terms: Any, prefix: str = "") -> Faults:
    for name in ("amount", "times"):
        length: Any = terms.get(name) if isinstance(terms, Mapping) else None
        if fits("integer", length) and length < 1:
            yield place.fault("length", field=f"value.{prefix}{name}", value=length)


def _citation_faults(place: Place, block: Block, documents: Documents) -> Faults:
    ours = block.table.get("basis") == "ours"
    if not block.cites and not ours:
        yield place.fault("no_citation")
    if block.cites and ours:
        yield place.fault("ours_cites")
    for cite in block.cites:
        yield from _shape_faults(place, cite, CITE, "cite.")
        if isinstance(cite, Mapping):
            yield from _reference_faults(place, cite, documents)


def _reference_faults(place: Place, cite: Mapping[str, Any], documents: Documents) -> Faults:
    document = documents.get(str(cite.get("doc")))
    if document is None:
        yield place.fault("no_document", document=cite.get("doc"))
    elif document.text != "not_at_hand" and not cite.get("quote"):
        yield place.fault("no_quote", document=document.code, clause=cite.get("clause"))


def _shape_faults(place: Place, node: Any, shape: Shape, prefix: str = "") -> Faults:
    if not isinstance(node, Mapping):
        yield place.fault("kind", kind="table", field=prefix.rstrip(".") or "value")
        return
    for name, fault, params in _shape_errors(node, shape):
        yield place.fault(fault, field=prefix + name, **params)


def _shape_errors(node: Mapping[str, Any], shape: Shape) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if shape:
        yield from ((name, "unknown_field", {}) for name in node if name not in shape)
    for name, kind in shape.items():
        if name not in node:
            if not kind.startswith("?"):
                yield name, "missing", {}
        elif not fits(kind, node[name]):
            yield name, "kind", {"kind": kind.removeprefix("?")}


def _is_day(node: Any) -> bool:
    return isinstance(node, date) and not isinstance(node, datetime)
