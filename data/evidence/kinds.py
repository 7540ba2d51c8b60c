"""Which files may be evidence: told by their content; a name that says something else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final, Literal

import puremagic

from data.settings import Settings
from policy.errors import Refusal
from policy.text import Word

Group = Literal["photograph", "video", "audio", "document"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A kind of file that is taken in: what it is served as, and to which group it belongs."""

    media_type: str
    group: Group


ACCEPTED: Final[Mapping[str, Accepted]] = {
    ".jpg": Accepted("image/jpeg", "photograph"),
    ".jpeg": Accepted("image/jpeg", "photograph"),
    ".png": Accepted("image/png", "photograph"),
    ".webp": Accepted("image/webp", "photograph"),
    ".mp4": Accepted("video/mp4", "video"),
    ".mov": Accepted("video/quicktime", "video"),
    ".webm": Accepted("video/webm", "video"),
    ".mp3": Accepted("audio/mpeg", "audio"),
    ".m4a": Accepted("audio/mp4", "audio"),
    ".wav": Accepted("audio/wav", "audio"),
    ".amr": Accepted("audio/amr", "audio"),
    ".pdf": Accepted("application/pdf", "document"),
    ".docx": Accepted("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document"),
    ".xlsx": Accepted("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "document"),
}
NAME_LIMIT: Final = 200  # characters


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest files in bytes by group, and the most pixels of a photograph."""

    bytes: Mapping[str, int]
    pixels: int

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """As the administrator set them."""
        mega = 1024 * 1024
        film = settings.evidence_film_mb * mega
        paper = settings.evidence_file_mb * mega
        return cls(
            {"photograph": paper, "document": paper, "audio": film, "video": film},
            settings.evidence_megapixels * 1_000_000,
        )

    @property
    def largest(self) -> int:
        """Bytes that a file of the most generous group may have."""
        return max(self.bytes.values())


def plain_name(name: str) -> str:
    """The name of the file without any path, at most `NAME_LIMIT` characters; raises Refusal when nothing is left."""
    bare = PurePath(name.replace("\\", "/")).name.strip().replace("\0", "")
    if not bare or bare in (".", ".."):
        raise Refusal("errors_evidence.name_missing", pointer="/file")
    stem, ending = PurePath(bare).stem, PurePath(bare).suffix
    return stem[: NAME_LIMIT - len(ending)] + ending


def recognise(path: Path, name: str) -> Accepted:
    """The kind of the file at `path`, by its content; raises Refusal for one that is not taken or lies about itself."""
    found = _endings(path)
    claimed = PurePath(name).suffix.lower()
    if claimed not in ACCEPTED:
        raise Refusal("errors_evidence.ending", pointer="/file", name=name, allowed=tuple(ACCEPTED))
    if claimed not in _alike(found):
        seems = next(iter(found), "") or Word("errors_evidence.unknown_content")
        raise Refusal("errors_evidence.content", pointer="/file", name=name, claimed=claimed, seems=seems)
    return ACCEPTED[claimed]


def _endings(path: Path) -> tuple[str, ...]:
    try:
        matches = puremagic.magic_file(str(path))
    except (puremagic.PureError, ValueError):
        return ()
    return tuple(dict.fromkeys(match.extension.lower() for match in matches if match.extension))


def _alike(endings: tuple[str, ...]) -> frozenset[str]:
    """Endings that go with those the content speaks for: a photograph is .jpg and .jpeg."""
    types = {ACCEPTED[ending].media_type for ending in endings if ending in ACCEPTED}
    return frozenset(ending for ending, kind in ACCEPTED.items() if kind.media_type in types)
