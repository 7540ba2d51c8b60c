"""What a photograph says of itself (size, EXIF time and place), and its thumbnail without any of that."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from policy.errors import Refusal
from policy.zone import CHINA

THUMBNAIL: Final = 320  # pixels of the longer side
SHOWN: Final = 2400  # the same, of a photograph on the screen
FORMATS: Final = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Seen:
    """Size in pixels, and time and place (WGS-84) as the camera wrote them; shown as claims, never as proof."""

    width: int
    height: int
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


def look(path: Path, name: str, most_pixels: int) -> Seen:
    """Read a photograph; raises Refusal for one that is broken or has more pixels than allowed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path, formats=FORMATS)
        with image:
            width, height = image.size
            if width * height > most_pixels:
                raise Refusal(
                    "errors_evidence.pixels",
                    kind="too_large",
                    pointer="/file",
                    name=name,
                    megapixels=round(width * height / 1e6),
                    limit=most_pixels // 1_000_000,
                )
            image.load()
            exif = image.getexif()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise Refusal("errors_evidence.broken", pointer="/file", name=name) from fault
    lon, lat = _position(exif.get_ifd(ExifTags.IFD.GPSInfo))
    return Seen(width, height, _moment(exif), lon, lat)


def _moment(exif: Image.Exif) -> datetime | None:
    """When the camera says it was taken; a camera names no zone, and here it is Asia/Shanghai."""
    said = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    try:
        return datetime.strptime(str(said), "%Y:%m:%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError:
        return None


def _position(gps: dict[int, Any]) -> tuple[float | None, float | None]:
    try:
        lat, lon = (_degrees(gps[number]) for number in (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude))
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return None, None
    south, west = gps.get(ExifTags.GPS.GPSLatitudeRef) == "S", gps.get(ExifTags.GPS.GPSLongitudeRef) == "W"
    lon, lat = (-lon if west else lon), (-lat if south else lat)
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 and (lon or lat) else (None, None)


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def shrink(source: Path, target: Path, side: int = THUMBNAIL) -> None:
    """Write a photograph no larger than `side`: the right way up, without the EXIF of the original."""
    with Image.open(source, formats=FORMATS) as image:
        image.draft("RGB", (side * 2, side * 2))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((side, side))
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{uuid4().hex}.part")  # its own: two may ask for the same picture at once
    upright.save(aside, "JPEG", quality=80)
    aside.replace(target)
