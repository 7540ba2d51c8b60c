"""A compiled network kept in one file: an .npz without compression whose arrays are mapped into memory, not read."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.road_files import RoadError
from geo.road_tags import KINDS
from geo.roads import ARRAYS, RoadNetwork, RoadReport

VERSION: Final = 1
"""Raised whenever the arrays, their meaning or `KINDS` change: a file of another version is made again."""
_ALIGN: Final = 64  # bytes; where the arrays of the file begin
_PADDING: Final = 0xD935  # the extra field that Android's zipalign uses for the same purpose
_LOCAL_HEADER: Final = 30


def keep_network(network: RoadNetwork, path: Path) -> None:
    """Write the network to `path`, whole or not at all."""
    about = {"version": VERSION, "kinds": KINDS, "source": network.source, "sha256": network.sha256}
    text = json.dumps({**about, "report": network.report.as_dict()}, ensure_ascii=False)
    arrays = {name: getattr(network, name) for name in ARRAYS}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "about", np.frombuffer(text.encode(), dtype=np.uint8))
        for name, array in arrays.items():
            _add(archive, name, array)
    os.replace(beside, path)


def _add(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    """Store an array so that its values begin at a multiple of `_ALIGN` bytes: the .npy header is padded to that already."""
    entry = zipfile.ZipInfo(f"{name}.npy")
    begins = archive.start_dir + _LOCAL_HEADER + len(entry.filename) + 4
    padding = -begins % _ALIGN
    entry.extra = struct.pack("<HH", _PADDING, padding) + bytes(padding)
    body = BytesIO()
    np.lib.format.write_array(body, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    archive.writestr(entry, body.getbuffer())


def open_network(path: Path) -> RoadNetwork:
    """The network kept at `path`, its arrays mapped; raises `RoadError`: cache_missing, cache_damaged, cache_version."""
    if not path.is_file():
        raise RoadError("cache_missing", file=path.name)
    try:
        arrays = _mapped(path)
        about = json.loads(arrays.pop("about").tobytes())
        if about["version"] != VERSION or tuple(about["kinds"]) != KINDS:
            raise RoadError("cache_version", file=path.name, found=about["version"], known=VERSION)
        report = RoadReport.of(about["report"])
        kept = {name: arrays[name] for name in ARRAYS}
        _refuse_torn(kept)
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError, struct.error) as why:
        if isinstance(why, RoadError):
            raise
        raise RoadError("cache_damaged", file=path.name) from why
    return RoadNetwork(**kept, report=report, source=str(about["source"]), sha256=str(about["sha256"]))


def _mapped(path: Path) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for entry in archive.infolist():
            file.seek(entry.header_offset)
            header = file.read(_LOCAL_HEADER)
            named, extra = struct.unpack("<HH", header[26:30])
            file.seek(entry.header_offset + _LOCAL_HEADER + named + extra)
            np.lib.format.read_magic(file)
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
            place = file.tell()
            empty = 0 in shape
            found[entry.filename.removesuffix(".npy")] = (
                np.empty(shape, dtype) if empty else np.memmap(path, dtype, "r", place, shape)
            )
    return found


def _refuse_torn(arrays: Mapping[str, NDArray[Any]]) -> None:
    """Raises ValueError for arrays that do not fit together."""
    pieces = len(arrays["tail"])
    same = all(len(arrays[name]) == pieces for name in ("head", "metres", "kind", "limit", "forward", "backward"))
    if not same or len(arrays["first"]) != pieces + 1 or int(arrays["first"][-1]) != len(arrays["points"]):
        raise ValueError("arrays of different roads")
