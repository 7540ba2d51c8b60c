"""Settings: declared once, described in both languages, documented from the declaration."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from data.secret import SHORTEST, good_enough, to_verify_with, with_secret
from data.settings import Settings
from data.settings_page import page
from policy.errors import Refusal
from policy.text import LANGUAGES, has, say

ROOT = Path(__file__).parents[2]
GOOD = "kT9-vXq2_mRz7+Lb4=Wd8.Hn3~Yc6!Pf"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("ONEGRID_") or name == "PORT":
            monkeypatch.delenv(name)


def test_the_page_of_settings_is_what_the_declaration_says() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == page(), "run: python -m data.settings_page"


def test_every_setting_is_described_in_both_languages() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert all(has(f"settings.{name}", lang) for lang in LANGUAGES), name
        assert say(f"settings.{name}", "en") == field.description, name


def test_every_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEGRID_DATABASE", "sqlite:///elsewhere.db")
    monkeypatch.setenv("ONEGRID_IDLE_MINUTES", "7")
    monkeypatch.setenv("ONEGRID_DEMO", "1")
    found = Settings()
    assert (found.database, found.idle_minutes, found.demo) == ("sqlite:///elsewhere.db", 7, True)


def test_the_port_is_read_from_both_names_and_ours_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    assert Settings().port == 9000
    monkeypatch.setenv("ONEGRID_PORT", "9001")
    assert Settings().port == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "0"), ("PORT", "a door"), ("LANGUAGE", "fr"), ("HASH", "md5"), ("SNAPSHOT_HOUR", "24")],
)
def test_a_value_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ONEGRID_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("secret", ["", "short", "x" * 64, "changeme" * 8, "0123456789" * 2])
def test_a_missing_short_or_example_secret_is_refused_outside_the_demonstration(secret: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        with_secret(Settings(secret=secret, var=tmp_path))
    assert str(SHORTEST) in caught.value.sentence("zh")
    assert list(tmp_path.iterdir()) == []


def test_a_good_secret_is_used_as_it_is(tmp_path: Path) -> None:
    assert with_secret(Settings(secret=GOOD, var=tmp_path)).secret == GOOD


def test_the_demonstration_makes_one_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first = with_secret(Settings(demo=True, var=tmp_path)).secret
    assert good_enough(first)
    assert with_secret(Settings(demo=True, var=tmp_path)).secret == first
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_a_demonstrations_anchors_are_verified_without_being_told_that_it_is_one(tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        to_verify_with(Settings(var=tmp_path))
    own = with_secret(Settings(demo=True, var=tmp_path)).secret
    assert to_verify_with(Settings(var=tmp_path)).secret == own
    assert to_verify_with(Settings(var=tmp_path, secret=GOOD)).secret == GOOD
    with pytest.raises(Refusal):
        with_secret(Settings(var=tmp_path))


def test_a_bad_secret_is_refused_in_the_demonstration_too(tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        with_secret(Settings(demo=True, secret="x" * 40, var=tmp_path))
