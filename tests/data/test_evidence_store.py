"""Files of evidence: told by content, kept under their hash, never altered."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from data.evidence import ACCEPTED, Limits, path_of, store, thumbnail_of, verify_file
from policy.errors import Refusal

LIMITS = Limits({"photograph": 200_000, "document": 200_000, "audio": 300_000, "video": 300_000}, 4_000_000)


def photograph(width: int = 640, height: int = 480, *, exif: bool = False, form: str = "JPEG") -> bytes:
    image, buffer = Image.new("RGB", (width, height), (40, 90, 160)), io.BytesIO()
    told = Image.Exif()
    if exif:
        told.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:02 09:15:00"
        gps = told.get_ifd(ExifTags.IFD.GPSInfo)
        gps.update({1: "N", 2: (29.0, 6.0, 0.0), 3: "E", 4: (119.0, 41.0, 24.0)})
        told[ExifTags.Base.Orientation] = 6
    image.save(buffer, form, exif=told) if exif else image.save(buffer, form)
    return buffer.getvalue()


def keep(folder: Path, content: bytes, name: str):  # type: ignore[no-untyped-def]
    return store(folder, io.BytesIO(content), name, LIMITS)


def test_a_photograph_is_kept_under_its_hash_and_tells_time_and_place(tmp_path: Path) -> None:
    content = photograph(exif=True)
    found = keep(tmp_path, content, "现场.jpg")
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert path_of(tmp_path, found.sha256).read_bytes() == content
    assert (found.media_type, found.group, found.size) == ("image/jpeg", "photograph", len(content))
    assert found.claimed_at is not None
    assert found.claimed_at.isoformat() == "2026-03-02T09:15:00+08:00"
    assert (found.claimed_lon, found.claimed_lat) == (pytest.approx(119.69), pytest.approx(29.1))
    assert verify_file(tmp_path, found.sha256)


def test_the_same_bytes_twice_are_one_file(tmp_path: Path) -> None:
    first, second = keep(tmp_path, photograph(), "a.jpg"), keep(tmp_path, photograph(), "b.jpeg")
    assert first.sha256 == second.sha256
    assert [p.name for p in (tmp_path / "evidence").rglob("*") if p.is_file()] == [first.sha256]


def test_a_thumbnail_stands_upright_and_tells_nothing(tmp_path: Path) -> None:
    found = keep(tmp_path, photograph(exif=True), "a.jpg")
    with Image.open(thumbnail_of(tmp_path, found.sha256)) as small:
        assert small.size == (240, 320)  # turned by its orientation
        assert not dict(small.getexif())


def test_ten_who_ask_for_the_same_thumbnail_at_once_all_get_it(tmp_path: Path) -> None:
    found = keep(tmp_path, photograph(), "a.jpg")
    whole = thumbnail_of(tmp_path, found.sha256).read_bytes()
    thumbnail_of(tmp_path, found.sha256).unlink()
    with ThreadPoolExecutor(10) as crowd:
        paths = list(crowd.map(lambda _: thumbnail_of(tmp_path, found.sha256), range(10)))
    assert {path.read_bytes() for path in paths} == {whole}
    assert [one.name for one in paths[0].parent.iterdir()] == [paths[0].name]


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("现场.jpg", b"MZ" + b"\0" * 200, "errors_evidence.content"),
        ("现场.jpg", photograph(form="PNG"), "errors_evidence.content"),
        ("现场.pdf", photograph(), "errors_evidence.content"),
        ("网页.html", b"<html><script>alert(1)</script></html>", "errors_evidence.ending"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "errors_evidence.ending"),
        ("现场.jpg", b"", "errors_evidence.empty"),
        ("现场.jpg", photograph()[:600], "errors_evidence.broken"),
        ("现场.png", photograph(3000, 3000, form="PNG"), "errors_evidence.pixels"),
        ("", photograph(), "errors_evidence.name_missing"),
        ("../..", photograph(), "errors_evidence.name_missing"),
    ],
)
def test_a_file_that_lies_or_is_broken_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, refusal: str
) -> None:
    with pytest.raises(Refusal) as told:
        keep(tmp_path, content, name)
    assert told.value.code == refusal
    assert told.value.sentence("zh") != told.value.sentence("en")
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]  # nothing of it stays


def test_a_file_over_its_limit_is_refused_and_names_the_limit(tmp_path: Path) -> None:
    wav = b"RIFF\x24\x08\x00\x00WAVEfmt " + b"\0" * 250_000
    assert keep(tmp_path, wav, "询问.wav").group == "audio"
    pdf = b"%PDF-1.7\n" + b"\0" * 250_000  # below the film's limit, above the paper's
    with pytest.raises(Refusal) as told:
        keep(tmp_path, pdf, "案卷.pdf")
    assert told.value.kind == "too_large"
    with pytest.raises(Refusal):
        keep(tmp_path, wav + b"\0" * 100_000, "询问.wav")


def test_a_name_is_never_a_path(tmp_path: Path) -> None:
    found = keep(tmp_path, photograph(), "..\\..\\etc/照片.jpg")
    assert found.name == "照片.jpg"
    with pytest.raises(ValueError, match="etc"):
        path_of(tmp_path, "../../etc/passwd")


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    found = keep(tmp_path, photograph(), "a.jpg")
    path = path_of(tmp_path, found.sha256)
    path.chmod(0o640)
    path.write_bytes(photograph(10, 10))
    assert not verify_file(tmp_path, found.sha256)


def test_every_kind_taken_has_a_safe_type() -> None:
    assert not [a for a in ACCEPTED.values() if a.media_type in ("text/html", "image/svg+xml")]
