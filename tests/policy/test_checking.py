"""What ships as data is sound; one file of any kind is judged with file and line before it is used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from policy import checking
from policy.checking import check_all, check_file, check_library, flags, kind_of
from policy.items import statutes_dir
from policy.library import Library, library
from policy.loader import profiles_dir
from policy.text import LANGUAGES
from tests.policy.test_workdays import WHOLE_2027

STATUTE = "大气污染防治法.toml"


def changed(folder: Path, file: Path, old: str, new: str) -> Path:
    text = file.read_text("utf-8")
    assert old in text
    copy = folder / file.name
    copy.write_text(text.replace(old, new, 1), "utf-8")
    return copy


def test_everything_that_ships_is_sound() -> None:
    assert [str(fault) for fault in check_all()] == []


def test_a_faulty_calendar_of_the_county_is_found_with_the_rest(tmp_path: Path) -> None:
    (tmp_path / "2027.toml").write_text(WHOLE_2027.replace("working = [2027-02-13", "working = [2027-02-12"), "utf-8")
    [fault] = check_all(tmp_path)
    assert (fault.file, fault.line) == (str(tmp_path / "2027.toml"), 13)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('[profile]\ncode = "x"\n', "profile"),
        ('law = "PL"\n[[penalty]]\n', "items"),
        ("year = 2027\noff = []\n", "calendar"),
        ("[[penalty]]\narticle = \n", "items"),
        ("year = \n", "calendar"),
        ("[profile\n", "profile"),
    ],
)
def test_its_content_tells_what_a_file_holds(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_a_fine_that_is_not_the_articles_is_named_with_its_line(tmp_path: Path) -> None:
    path = changed(tmp_path, statutes_dir() / STATUTE, 'fine.any = "500-2000"', 'fine.any = "500-3000"')
    found = check_file(path)
    assert found
    assert {fault.file for fault in found} == {str(path)}
    assert any("3000" in fault.sentence and fault.line > 1 for fault in found)


@pytest.mark.parametrize(
    "lines", ["penalty = 5", "penalty = [1, 2]", "[[penalty]]\nitem = 3", "[[penalty]]\narticle = 5"]
)
def test_items_of_a_wrong_shape_are_faults_not_crashes(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(f'law = "PL"\ndomain = "appearance"\n{lines}\n', "utf-8")
    assert check_file(path)


def test_a_profile_and_a_calendar_are_judged_by_their_own_rules(tmp_path: Path) -> None:
    profile = changed(tmp_path, profiles_dir() / "jindong.toml", 'key = "', 'key = "no_such_')
    assert any("no_such_" in fault.key for fault in check_file(profile))
    calendar = tmp_path / "2027.toml"
    calendar.write_text("year = ", "utf-8")
    assert [fault.key for fault in check_file(calendar)] == ["calendar"]
    blob = tmp_path / "blob.toml"
    blob.write_bytes(b"\xff\xfe\x00")
    assert len(check_file(blob)) == 1


def test_a_text_that_nobody_checked_or_that_is_not_there_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(library().documents)
    known["PL"] = replace(known["PL"], checked_on=None)
    known["CO"] = replace(known["CO"], file="none.md")
    monkeypatch.setattr(checking, "library", lambda: Library(known, library().root))
    found = {(fault.key, fault.line > 1) for fault in check_library()}
    assert found == {("PL", True), ("CO", True)}


def test_texts_that_are_not_whole_and_current_are_flagged_with_what_rests_on_them() -> None:
    flagged = {flag.document.code: flag for flag in flags()}
    assert flagged
    assert all(flag.document.text != "at_hand" for flag in flagged.values())
    assert any(flag.values for flag in flagged.values())
    for flag in flagged.values():
        assert all(str(flag.values) in flag.sentence(lang) for lang in LANGUAGES)
