#!/usr/bin/env python3
"""核验密封案卷（导出的案卷 .zip）。Verifies a sealed file that OneGrid exported. Needs Python 3.9 or later and nothing else.

    python verify_export.py export.zip [--anchors ANCHORS.jsonl]

退出码 Exit code: 0 全部相符 everything agrees; 1 不符，说出第一处 something is wrong, the first is named; 2 打不开 cannot be read.

`--anchors`：县里另处保存的链首锚点文件，或者打印在日报上的锚点抄成的一行 JSON：{"sequence": …, "hash": "…"}。
The anchors that the county keeps outside its database, or one copied from a printed brief as a line of JSON.

核验什么 What is verified, in this order:

1. manifest.json 列出的每个文件都在，字节和 SHA-256 相符，没有多余的文件。
   Every file that manifest.json lists is there with its bytes and SHA-256, and no other.
2. seal.json 的导出事件记有 manifest.json 的 SHA-256，其哈希重算相符，锚点就在这一事件上。
   The event of the export in seal.json holds the SHA-256 of manifest.json; its hash is recomputed; its anchor is that event.
3. events.jsonl 的每个事件重算哈希：SM3 或 SHA-256(前一哈希 + 各栏的 JSON 列表)；序号相邻的逐个相接。
   The hash of every event: SM3 or SHA-256 of the previous hash and the columns as a JSON list; neighbours link.
4. words.jsonl 是事件中的话：HMAC-SHA256(盐, 话) 与事件所记相符。
   What was said at an event: HMAC-SHA256 of the words under their salt is what the event holds.
   导出人无权查看的线索事件，其话注明略去（left_out）。 Words of the lead's events that the exporter may not read are marked so.
   entries.jsonl 是写进案卷的话：SHA-256 与事件所记相符。 What was written into the file: its SHA-256 is what the event holds.
5. papers/、evidence/ 的每个文件，其 SHA-256 都由某一事件记载。 Every document and piece of evidence is told by an event.
6. chain.jsonl（如有）从案卷第一个事件到导出事件逐个相接。 Where it is there: every link from the first event to the export.
   （清单注明掩码的导出不含文书、证据和原话，第4、5项从略。 A masked export leaves out documents, evidence and words: no 4, 5.）
7. 锚点与事件哈希一致。 Anchors agree with the events.

不能证明什么 What it cannot prove: 当初记入的内容属实；没有县里另存的锚点时，也不能证明整份文件不是另造的。
That what was recorded is true; and without an anchor kept elsewhere, that the whole was not made anew.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

FORMAT, VERSION = "onegrid-sealed-file", 1
MANIFEST, SEAL = "manifest.json", "seal.json"
GENESIS = "0" * 64
HASHED = (
    "sequence", "at", "actor_id", "role", "organ", "certificate", "matter", "subject_id", "subject_number", "verb",
    "from_state", "to_state", "facts", "clause", "profile_digest",
)  # fmt: skip
MOST_BYTES = 8 * 1024**3
SAID = {
    "whole": ("核验通过：案卷 {case}，{files} 个文件、{events} 个事件全部相符；导出事件序号 {sequence}，哈希 {hash}。",
              "Verified: file {case}; {files} files and {events} events agree; export event {sequence}, hash {hash}."),
    "held": ("与另行提供的锚点一致（{anchors} 个）。", "It agrees with the anchors given ({anchors})."),
    "alone": ("未提供县里另存的锚点：请将上面的序号和哈希与县里的锚点或者日报对照，才能确认整份文件不是另造的。",
              "No anchors were given: compare sequence and hash above with the county's anchors or its printed brief to be sure that the whole was not made anew."),
    "linked": ("事件链从第 {first} 号到第 {last} 号逐个相接。", "The chain links without a gap from event {first} to event {last}."),
    "unreadable": ("打不开：{why}", "It cannot be read: {why}"),
    "format": ("不是这一程序能核验的文件：{found}", "This is no file that this program can verify: {found}"),
    "name": ("文件名不安全或重复：{name}", "A name in it is unsafe or there twice: {name}"),
    "missing": ("缺少文件：{name}", "A file is missing: {name}"),
    "surplus": ("有清单外的文件：{name}", "A file is there that the manifest does not list: {name}"),
    "bytes": ("文件与清单不符：{name}", "A file is not the one the manifest lists: {name}"),
    "manifest": ("清单与导出事件所记不符：{name} 被改过，或者不属于这次导出。",
                 "The manifest is not the one the export event tells of: {name} was altered, or belongs to another export."),
    "seal": ("导出事件被改过：第 {sequence} 号事件重算的哈希不符。", "The export event was altered: the hash of event {sequence} does not come out."),
    "sealed_case": ("导出事件说的是另一案卷：{found}", "The export event is about another file: {found}"),
    "anchor": ("第 {sequence} 号锚点与事件不符。", "The anchor at {sequence} does not agree with the event."),
    "no_anchor": ("提供的锚点中没有第 {sequence} 号（导出事件）。", "The anchors given hold none at {sequence}, the export event."),
    "count": ("事件个数与清单不符：应有 {wanted} 个，实有 {found} 个。", "The manifest counts {wanted} events, {found} are there."),
    "order": ("事件次序不对：第 {sequence} 号。", "An event is out of order: number {sequence}."),
    "event": ("第 {sequence} 号事件（{verb}）被改过：重算的哈希不符。", "Event {sequence} ({verb}) was altered: its hash does not come out."),
    "link": ("第 {sequence} 号事件与前一事件不相接。", "Event {sequence} does not link to the one before it."),
    "words": ("第 {sequence} 号事件（{verb}）的话被改过或者缺失。", "The words of event {sequence} ({verb}) were altered or are missing."),
    "untold": ("没有事件记载这份文件：{name}", "No event tells of this file: {name}"),
    "chain_gap": ("链上缺第 {sequence} 号事件。", "The chain lacks event {sequence}."),
    "chain_other": ("第 {sequence} 号事件与链上的不同。", "Event {sequence} is not the one in the chain."),
}  # fmt: skip


class Wrong(Exception):
    """The first thing that does not agree."""

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key, self.facts = key, facts


def said(key: str, **facts: Any) -> str:
    """A sentence in both languages."""
    return "\n".join(words.format(**facts) for words in SAID[key])


# -- hashes ------------------------------------------------------------------------------------------------------------


def _turned(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF


def _p0(word: int) -> int:
    return word ^ _turned(word, 9) ^ _turned(word, 17)


def _p1(word: int) -> int:
    return word ^ _turned(word, 15) ^ _turned(word, 23)


def _spread(block: bytes) -> list[int]:
    words = [int.from_bytes(block[4 * n : 4 * n + 4], "big") for n in range(16)]
    for n in range(16, 68):
        mixed = _p1(words[n - 16] ^ words[n - 9] ^ _turned(words[n - 3], 15))
        words.append(mixed ^ _turned(words[n - 13], 7) ^ words[n - 6])
    return words


def _rounds(state: tuple[int, ...], words: list[int]) -> tuple[int, ...]:
    a, b, c, d, e, f, g, h = state
    for n in range(64):
        late = n >= 16
        t = 0x7A879D8A if late else 0x79CC4519
        ss1 = _turned((_turned(a, 12) + e + _turned(t, n)) & 0xFFFFFFFF, 7)
        ss2 = ss1 ^ _turned(a, 12)
        ff = (a & b) | (a & c) | (b & c) if late else a ^ b ^ c
        gg = (e & f) | (~e & g) if late else e ^ f ^ g
        tt1 = (ff + d + ss2 + (words[n] ^ words[n + 4])) & 0xFFFFFFFF
        tt2 = (gg + h + ss1 + words[n]) & 0xFFFFFFFF
        a, b, c, d, e, f, g, h = tt1, a, _turned(b, 9), c, _p0(tt2), e, _turned(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h)))  # noqa: B905  # Python 3.9


def sm3(data: bytes) -> str:
    """SM3 (GB/T 32905-2016) in plain Python, for a Python that was built without it."""
    state: tuple[int, ...] = (
        0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
    )  # fmt: skip
    padded = data + b"\x80" + b"\x00" * ((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "big")
    for start in range(0, len(padded), 64):
        state = _rounds(state, _spread(padded[start : start + 64]))
    return "".join(f"{word:08x}" for word in state)


def _plain(algorithm: str, data: bytes) -> str:
    if algorithm == "sm3" and "sm3" not in hashlib.algorithms_available:
        return sm3(data)
    return hashlib.new(algorithm, data).hexdigest()


def hash_of(event: dict[str, Any]) -> str:
    """The hash of an event: the hash before it, then its columns as one JSON list without blanks."""
    body = json.dumps([event[name] for name in HASHED], ensure_ascii=True, separators=(",", ":"))
    return _plain(str(event["algorithm"]), (str(event["previous"]) + body).encode("ascii"))


def _true(event: dict[str, Any]) -> bool:
    try:
        return event["algorithm"] in ("sm3", "sha256") and hash_of(event) == event["hash"]
    except (KeyError, TypeError, ValueError):
        return False


# -- the archive -------------------------------------------------------------------------------------------------------


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    if name not in archive.namelist():
        return
    with archive.open(name) as source:
        for line in source:
            if line.strip():
                yield json.loads(line)


def _json(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    if name not in archive.namelist():
        raise Wrong("missing", name=name)
    found = json.loads(archive.read(name))
    if not isinstance(found, dict):
        raise Wrong("format", found=name)
    return found


def _digest(archive: zipfile.ZipFile, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as source:
        while piece := source.read(1 << 20):
            digest.update(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise Wrong("bytes", name=name)
    return digest.hexdigest(), size


def check_names(archive: zipfile.ZipFile) -> None:
    """No name twice, none that leads out of the folder it is unpacked in."""
    seen: set[str] = set()
    for name in archive.namelist():
        parts = name.split("/")
        if name in seen or name.startswith("/") or "\\" in name or ".." in parts or ":" in parts[0]:
            raise Wrong("name", name=name)
        seen.add(name)


def check_files(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Every file of the manifest as it was, and no other."""
    listed = {str(entry["path"]): entry for entry in manifest["files"]}
    names = set(archive.namelist())
    for path, entry in listed.items():
        if path not in names:
            raise Wrong("missing", name=path)
        if _digest(archive, path) != (entry["sha256"], entry["size"]):
            raise Wrong("bytes", name=path)
    for name in sorted(names - set(listed) - {MANIFEST, SEAL}):
        raise Wrong("surplus", name=name)


def check_seal(archive: zipfile.ZipFile, manifest: dict[str, Any], seal: dict[str, Any]) -> dict[str, Any]:
    """The event of the export holds the manifest's hash, and the anchor stands on that event; gives the event."""
    event, anchor = seal["event"], seal["anchor"]
    if not _true(event):
        raise Wrong("seal", sequence=event.get("sequence"))
    facts = json.loads(event["facts"])
    if facts.get("manifest_sha256") != _digest(archive, MANIFEST)[0]:
        raise Wrong("manifest", name=MANIFEST)
    if event["subject_number"] != manifest["case"]:
        raise Wrong("sealed_case", found=event["subject_number"])
    if (anchor["sequence"], anchor["hash"]) != (event["sequence"], event["hash"]):
        raise Wrong("anchor", sequence=anchor["sequence"])
    return dict(event)


# -- events ------------------------------------------------------------------------------------------------------------


def check_events(rows: Iterable[dict[str, Any]], wanted: int, until: int) -> list[dict[str, Any]]:
    """Events in order, each with its hash, neighbours linked, all before the export; gives them."""
    found: list[dict[str, Any]] = []
    for row in rows:
        last = found[-1] if found else None
        if row["sequence"] >= until or (last is not None and row["sequence"] <= last["sequence"]):
            raise Wrong("order", sequence=row["sequence"])
        if not _true(row):
            raise Wrong("event", sequence=row["sequence"], verb=row.get("verb"))
        first = row["sequence"] == 1
        follows = last is not None and row["sequence"] == last["sequence"] + 1
        before = GENESIS if first else last["hash"] if last is not None and follows else row["previous"]
        if row["previous"] != before:
            raise Wrong("link", sequence=row["sequence"])
        found.append(row)
    if len(found) != wanted:
        raise Wrong("count", wanted=wanted, found=len(found))
    return found


def check_words(
    events: list[dict[str, Any]], rows: Iterable[dict[str, Any]], key: str, held: str, digest: Callable[..., str]
) -> None:
    """What was said at events, or written into the file there, is what they hold the digest of; what was erased or left out
    says so and is empty."""
    kept = {str(row[key]): row for row in rows}
    for event in events:
        facts = json.loads(event["facts"])
        if not {key, held} <= set(facts):
            continue
        row = kept.get(str(facts[key]))
        if row is None or not (row.get("erased_at") or row.get("left_out") or digest(row) == facts[held]):
            raise Wrong("words", sequence=event["sequence"], verb=event["verb"])


def _said(row: dict[str, Any]) -> str:
    text = json.dumps(row["words"], ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(bytes.fromhex(row["salt"]), text.encode("ascii"), "sha256").hexdigest()


def _written(row: dict[str, Any]) -> str:
    text = "\n".join(f"{name}:{words}" for name, words in sorted(row["words"].items()))
    return hashlib.sha256(text.encode()).hexdigest()


def check_told(events: list[dict[str, Any]], manifest: dict[str, Any]) -> None:
    """Every document and every piece of evidence is told by an event with its hash."""
    told = {json.loads(event["facts"]).get("sha256") for event in events}
    for entry in manifest["files"]:
        if entry["path"].startswith(("papers/", "evidence/")) and entry["sha256"] not in told:
            raise Wrong("untold", name=entry["path"])


def check_chain(
    rows: Iterable[dict[str, Any]], events: list[dict[str, Any]], seal: dict[str, Any], marks: dict[int, str]
) -> tuple[int, int] | None:
    """The chain from the first event of the file to the export without a gap; gives from where to where, None without it."""
    own = {event["sequence"]: event["hash"] for event in [*events, seal]}
    first, last = None, None
    for row in rows:
        if last is not None and row["sequence"] != last["sequence"] + 1:
            raise Wrong("chain_gap", sequence=last["sequence"] + 1)
        _check_link(row, last)
        if own.pop(row["sequence"], row["hash"]) != row["hash"]:
            raise Wrong("chain_other", sequence=row["sequence"])
        check_anchors([row], marks)
        first, last = first if first is not None else row["sequence"], row
    if last is None or first is None:
        return None
    for sequence in sorted(own):
        raise Wrong("chain_gap", sequence=sequence)
    return first, last["sequence"]


def _check_link(row: dict[str, Any], last: dict[str, Any] | None) -> None:
    if not _true(row):
        raise Wrong("event", sequence=row["sequence"], verb=row.get("verb"))
    if last is not None and row["previous"] != last["hash"]:
        raise Wrong("link", sequence=row["sequence"])


def check_anchors(events: Iterable[dict[str, Any]], marks: dict[int, str]) -> None:
    """Where an anchor stands on an event of the file, it holds that event's hash."""
    for event in events:
        if marks.get(event["sequence"], event["hash"]) != event["hash"]:
            raise Wrong("anchor", sequence=event["sequence"])


def _marks(rows: Iterable[dict[str, Any]]) -> dict[int, str]:
    return {int(row["sequence"]): str(row["hash"]) for row in rows}


# -- all of it ---------------------------------------------------------------------------------------------------------


def verify(path: str, anchors: str | None = None) -> list[str]:
    """Verify an export; gives the sentences of a good one. Raises Wrong with the first thing that does not agree."""
    with zipfile.ZipFile(path) as archive:
        check_names(archive)
        manifest, seal = _json(archive, MANIFEST), _json(archive, SEAL)
        if (manifest.get("format"), manifest.get("version")) != (FORMAT, VERSION):
            raise Wrong("format", found=manifest.get("format"))
        sealed = check_seal(archive, manifest, seal)
        check_files(archive, manifest)
        rows = _lines(archive, "events.jsonl")
        events = check_events(rows, int(manifest["events"]), int(sealed["sequence"]))
        if not manifest["masked"]:
            check_words(events, _lines(archive, "words.jsonl"), "said", "said_digest", _said)
            check_words(events, _lines(archive, "entries.jsonl"), "entry", "words_sha256", _written)
        check_told(events, manifest)
        marks = _marks(_lines(archive, "anchors.jsonl"))
        check_anchors([*events, sealed], marks)
        linked = check_chain(_whole(archive, seal), events, sealed, marks)
    facts = {"case": manifest["case"], "files": len(manifest["files"]), "events": len(events)}
    told = [said("whole", sequence=sealed["sequence"], hash=sealed["hash"], **facts)]
    if linked is not None:
        told.append(said("linked", first=linked[0], last=linked[1]))
    held = _held(anchors, [*events, sealed])
    return [*told, said("held", anchors=held) if held is not None else said("alone")]


def _whole(archive: zipfile.ZipFile, seal: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The chain up to the export where the archive holds it; nothing where it does not."""
    if "chain.jsonl" in archive.namelist():
        yield from _lines(archive, "chain.jsonl")
        yield from seal["links"]
        yield seal["event"]


def _held(anchors: str | None, events: list[dict[str, Any]]) -> int | None:
    """How many anchors of the county were held against the file; None where none were given."""
    if anchors is None:
        return None
    with open(anchors, encoding="utf-8") as source:
        marks = _marks(json.loads(line) for line in source if line.strip())
    check_anchors(events, marks)
    if events[-1]["sequence"] not in marks:
        raise Wrong("no_anchor", sequence=events[-1]["sequence"])
    return len(marks)


def main(arguments: list[str] | None = None, write: Callable[[str], object] = print) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(description="核验密封案卷 Verify a sealed file exported by OneGrid")
    parser.add_argument("export", help="导出的 .zip / the exported .zip")
    parser.add_argument("--anchors", help="县里另存的锚点 / anchors kept by the county (.jsonl)")
    asked = parser.parse_args(arguments)
    try:
        for sentence in verify(asked.export, asked.anchors):
            write(sentence)
    except Wrong as wrong:
        write(said(wrong.key, **wrong.facts))
        return 1
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, RuntimeError, EOFError) as why:
        write(said("unreadable", why=f"{type(why).__name__}: {why}"))
        return 1 if isinstance(why, (zipfile.BadZipFile, ValueError, KeyError, TypeError)) else 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
