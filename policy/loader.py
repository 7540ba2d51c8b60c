"""TOML → Profile, strictly: all faults are collected and named with file and line before a profile is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from policy.errors import Refusal
from policy.library import DECISIVE, Library, library
from policy.profile import Citation, Document, Profile, Value, freeze, layered
from policy.profile_file import Block, ProfileFault, ProfileFile, read_file
from policy.profile_rules import block_faults, head_faults, overlap_faults

__all__ = ["ProfileFault", "check", "codes", "load_own", "load_profile", "profiles_dir", "register"]

_RANK: Final = {"national": 0, "province": 1, "plan": 2}
_OWN: Final[list[Path]] = []
_DOCUMENT_FIELDS: Final = frozenset(Document.__dataclass_fields__) - {"code"}


@dataclass(frozen=True, slots=True)
class Layer:
    """One file read and judged: what it may cite, the values that are sound, the faults of the rest."""

    file: ProfileFile
    documents: Mapping[str, Document]
    values: tuple[Value, ...]
    faults: tuple[ProfileFault, ...]


@cache
def profiles_dir() -> Path:
    """Folder of the profiles that ship with the product."""
    return Path(str(resources.files("policy") / "profiles"))


def register(folder: Path | None) -> None:
    """Read the profiles in `folder` too, said once at the start; one that bears a shipped name takes its place.

    `Refusal` (`errors_policy.no_folder`) when there is no such folder; None leaves those that ship.
    """
    if folder is not None and not folder.is_dir():
        raise Refusal("errors_policy.no_folder", kind="not_found", folder=str(folder))
    _OWN[:] = [folder.resolve()] if folder else []
    load_profile.cache_clear()


def load_own() -> tuple[Profile, ...]:
    """Every profile of the registered folder, its quotations compared too; the first that has a fault is refused."""
    own = [(code, folder / f"{code}.toml") for folder in _OWN for code in codes(folder)]
    for code, path in own:
        _refuse(code, check(path))
    return tuple(load_profile(code) for code, _ in own)


def codes(folder: Path | None = None) -> tuple[str, ...]:
    """Codes of all profiles in `folder` (default: those that ship and those of one's own), sorted."""
    found = {path.stem for each in _folders(folder) for path in each.glob("*.toml") if path.is_file()}
    return tuple(sorted(found - {"template"}))


@cache
def load_profile(code: str, folder: Path | None = None) -> Profile:
    """The profile `code` with its layers, kept for the life of the process.

    `Refusal` (`errors_policy.unknown_profile`, `errors_policy.faulty_profile`) names the first fault with file and line.
    """
    path = _path_of(code, folder)
    if path is None:
        raise Refusal("errors_policy.unknown_profile", kind="not_found", name=code, known=", ".join(codes(folder)))
    chain = _chain_of_parent(path, _stamp(path))
    _refuse(code, [fault for layer in chain for fault in layer.faults])
    return _assemble(chain)


def _refuse(code: str, faults: Sequence[ProfileFault]) -> None:
    if faults:
        raise Refusal("errors_policy.faulty_profile", name=code, count=len(faults), first=faults[0].told)


def check(path: Path | None = None) -> list[ProfileFault]:
    """All faults of one file and its parents (every profile when None), quotations compared with the texts."""
    paths = [path] if path else [file for code in codes() if (file := _path_of(code))]
    layers = {layer.file.path: layer for each in paths for layer in _chain(each)}
    found = [f for layer in layers.values() for f in (*layer.faults, *_quote_faults(layer))]
    return sorted(found, key=lambda fault: (fault.file, fault.line))


def _folders(folder: Path | None = None) -> tuple[Path, ...]:
    """Where profiles are looked for, the nearer first: the county's own, then those that ship."""
    return (folder,) if folder else (*_OWN, profiles_dir())


def _path_of(code: str, folder: Path | None = None) -> Path | None:
    if code not in codes(folder):
        return None
    return next(path for each in _folders(folder) if (path := each / f"{code}.toml").is_file())


def _chain(path: Path) -> tuple[Layer, ...]:
    """Layers from the nation down to `path`; a parent must stand higher, so the chain ends."""
    file = read_file(path)
    parent = _parent(file)
    above = _chain_of_parent(parent, _stamp(parent)) if parent else ()
    return (*above, _layer(file, above[-1].documents if above else library().documents, parent))


@cache
def _chain_of_parent(path: Path, _stamp: tuple[int, int]) -> tuple[Layer, ...]:
    return _chain(path)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _parent(file: ProfileFile) -> Path | None:
    """The parent's file, beside this one or where profiles are looked for; None when there is none that stands higher."""
    places = (folder / f"{file.meta.get('parent')}.toml" for folder in (file.path.parent, *_folders()))
    return next((p for p in places if p.is_file() and _rank(read_file(p)) < _rank(file)), None)


def _rank(file: ProfileFile) -> int:
    return _RANK.get(str(file.meta.get("level")), -1)


def _layer(file: ProfileFile, inherited: Mapping[str, Document], parent: Path | None) -> Layer:
    documents = dict(inherited) | dict(_own_documents(file))
    judged = [(block, tuple(block_faults(file, block, documents))) for block in file.blocks]
    faults = [*file.faults, *head_faults(file), *overlap_faults(file), *(f for _, found in judged for f in found)]
    if file.meta.get("parent") and parent is None:
        line = file.line_containing(r"^\s*parent\s*=")
        faults.append(ProfileFault.of(file.path, line, "parent", "no_parent", name=file.meta["parent"]))
    sound = [block for block, found in judged if not found]
    begins: dict[str, list[date]] = {}
    for block in sound:
        begins.setdefault(block.key, []).append(block.table["from"])
    code = str(file.meta.get("code"))
    values = tuple(_value(block, documents, code, begins[block.key]) for block in sound)
    return Layer(file, documents, values, tuple(sorted(faults, key=lambda fault: fault.line)))


def _own_documents(file: ProfileFile) -> Iterator[tuple[str, Document]]:
    for code, table in file.documents.items():
        if isinstance(table, Mapping) and "title_zh" in table:
            known = {name: freeze(node) for name, node in table.items() if name in _DOCUMENT_FIELDS}
            beside = file.path.parent / str(known.get("file", ""))
            known |= {"file": str(beside.resolve())} if beside.is_file() else {}
            yield code, Document(code=code, **({"kind": "plan"} | known))


def _value(block: Block, documents: Mapping[str, Document], layer: str, begins: Sequence[date]) -> Value:
    table = block.table
    citations = tuple(Citation(c["doc"], c["clause"], c.get("quote", "")) for c in block.cites)
    return Value(
        key=block.key,
        value=freeze(table["value"]),
        unit=table.get("unit", "none"),
        valid_from=table["from"],
        valid_to=table.get("to") or _superseded(table["from"], begins),
        citations=citations,
        basis=table.get("basis") or documents[citations[0].document].kind,
        layer=layer,
        select=table.get("select", "event"),
        interpreted=table.get("interpreted", False),
        reach_by=table.get("by"),
        note_zh=table.get("note_zh", ""),
        note_en=table.get("note_en", ""),
    )


def _superseded(begun: date, begins: Sequence[date]) -> date | None:
    """The day before the next value of the same key begins."""
    later = [day for day in begins if day > begun]
    return min(later) - timedelta(days=1) if later else None


def _quote_faults(layer: Layer) -> Iterator[ProfileFault]:
    texts = library().with_documents(layer.documents)
    for block in layer.file.blocks:
        for cite in (c for c in block.cites if isinstance(c, Mapping) and c.get("quote")):
            yield from _quote_fault(layer.file, block, cite, texts)


def _quote_fault(file: ProfileFile, block: Block, cite: Mapping[str, Any], texts: Library) -> Iterator[ProfileFault]:
    if texts.too_short(cite["quote"]):
        yield ProfileFault.of(file.path, block.line_of("cite"), block.key, "quote_short", least=DECISIVE)
    elif texts.misquoted(str(cite.get("doc")), str(cite.get("clause")), cite["quote"]):
        where = f"{cite.get('doc')} {cite.get('clause')}"
        yield ProfileFault.of(file.path, block.line_of("cite"), block.key, "misquoted", clause=where)


def _assemble(chain: tuple[Layer, ...]) -> Profile:
    meta = chain[-1].file.meta
    values = layered(layer.values for layer in chain)
    documents = _documents(chain, values)
    return Profile(
        code=meta["code"],
        short_code=meta["short_code"],
        name_zh=meta["name_zh"],
        name_en=meta["name_en"],
        level=meta["level"],
        chain=tuple(layer.file.meta["code"] for layer in chain),
        documents=freeze(documents),
        values=freeze(values),
        digest=_digest(values, documents),
        division=meta.get("division"),
    )


def _documents(chain: tuple[Layer, ...], values: Mapping[str, tuple[Value, ...]]) -> dict[str, Document]:
    """Documents that are cited, and those that some layer declares itself."""
    wanted = {c.document for held in values.values() for value in held for c in value.citations}
    wanted |= {code for layer in chain for code in layer.file.documents}
    return {code: document for code, document in chain[-1].documents.items() if code in wanted}


def _digest(values: Mapping[str, tuple[Value, ...]], documents: Mapping[str, Document]) -> str:
    """SHA-256 over every value and document of all layers: the event of a step carries it."""
    plain = {
        "values": {key: [value.as_dict() for value in held] for key, held in sorted(values.items())},
        "documents": {code: document.as_dict() for code, document in sorted(documents.items())},
    }
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
