"""Pictures of invented evidence: a few neutral drawings, the same bytes for every demonstration, used by many matters."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from data.evidence import Limits, store
from data.settings import settings
from data.simulate.catalogue import pools
from data.simulate.chance import chance

WIDTH, HEIGHT = 480, 360
_SKY: Final = ((196, 214, 230), (214, 216, 220), (184, 200, 214))
_GROUND: Final = ((150, 150, 146), (168, 158, 138), (132, 144, 126))


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as it is stored."""

    name: str
    data: bytes
    sha256: str


@cache
def pictures() -> tuple[Picture, ...]:
    """All drawings; the same on every machine."""
    names, count = pools()["pictures"]["names"], pools()["pictures"]["count"]
    return tuple(_picture(f"{names[n % len(names)]}{n // len(names) + 1}.png", n) for n in range(count))


def _picture(name: str, number: int) -> Picture:
    data = _drawn(number)
    return Picture(name, data, hashlib.sha256(data).hexdigest())


def _drawn(number: int) -> bytes:
    """A street as blocks: houses, a road, something in the way, the corners of a frame."""
    rng = chance(number, "pictures")
    image = Image.new("RGB", (WIDTH, HEIGHT), _SKY[number % 3])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 210, WIDTH, HEIGHT), fill=_GROUND[number // 3 % 3])
    for left in range(0, WIDTH, 80):
        shade = rng.randrange(120, 200)
        pen.rectangle((left, rng.randrange(90, 170), left + 72, 212), fill=(shade, shade - 8, shade - 16))
    for _ in range(rng.randrange(2, 6)):
        left, top, size = rng.randrange(30, 400), rng.randrange(225, 310), rng.randrange(24, 70)
        pen.rectangle((left, top, left + size, top + size // 2), fill=(rng.randrange(90, 190), 96, 70))
    for x, y in ((12, 12), (WIDTH - 13, 12), (12, HEIGHT - 13), (WIDTH - 13, HEIGHT - 13)):
        pen.line((x - 8, y, x + 8, y), fill=(250, 250, 250), width=2)
        pen.line((x, y - 8, x, y + 8), fill=(250, 250, 250), width=2)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def keep_pictures(folder: Path) -> None:
    """Put every drawing into the evidence store in `folder`; those that are there stay as they are."""
    for picture in pictures():
        store(folder, io.BytesIO(picture.data), picture.name, Limits.of(settings()))
