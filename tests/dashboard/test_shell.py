"""The frame: navigation by role, words in both languages, colours that can be told apart."""

from __future__ import annotations

import asyncio
import json
import re
from itertools import combinations
from uuid import uuid4

import numpy as np
import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard import bodies, shell
from dashboard.context import Visit, visiting
from dashboard.theme import DARK, DESK, LIGHT, WALL, Palette
from data.authority import SYSTEM, VERBS, Actor, Scope
from policy.errors import Refusal
from policy.text import LANGUAGES, catalogue, has
from policy.vocabulary import Role
from tests.dashboard import tiny
from tests.dashboard.conftest import Running

AREAS = ("common.", "login.", "errors_access.", "reasons_access.", "verbs.")
PALETTES = {"wall": WALL, "light": LIGHT, "dark": DARK}


def _framed(visit: Visit) -> str:
    with visiting(visit):
        return json.dumps(asyncio.run(shell.frame(tiny, [tiny])()), cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_a_page_stands_in_its_frame(running: Running) -> None:
    page = _framed(Visit(running.record, _actor(running, Role.DISPATCHER)))
    assert '"who"' in page
    assert "shell-header" in page
    assert "金东区" in page


def _actor(running: Running, role: Role) -> Actor:
    return Actor(uuid4(), "甲", (Scope(role, running.record.county().jurisdiction_id),))


def test_a_page_that_is_not_permitted_says_why_and_shows_nothing_of_it(running: Running) -> None:
    page = _framed(Visit(running.record, _actor(running, Role.GRID_WORKER), "en"))
    assert '"who"' not in page
    assert "open the dispatch console" in page
    assert "PI 51" in page


def test_a_visitor_without_a_session_sees_no_page(running: Running) -> None:
    page = _framed(Visit(running.record))
    assert '"who"' not in page
    assert "shell-header" not in page


def test_a_fault_in_a_layout_is_a_sentence(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(tiny, "layout", broken)
    page = _framed(Visit(running.record, SYSTEM, request_id="r1"))
    assert "secret" not in page
    assert "r1" in page


def test_every_verb_has_a_name_in_both_languages() -> None:
    missing = [(lang, verb) for lang in LANGUAGES for verb in VERBS if not has(f"verbs.{verb}", lang)]
    assert missing == []


def test_every_verb_that_has_a_name_is_signed_by_the_roles_that_may_do_it() -> None:
    named = {key.removeprefix("verbs.") for key in catalogue("zh") if key.startswith("verbs.")}
    assert named - set(VERBS) == set(), "an event of such a step would say that no role took it"


def test_both_languages_say_the_same_things() -> None:
    def fields(lang: str) -> dict[str, set[str]]:
        mine = {k: v for k, v in catalogue(lang).items() if k.startswith(AREAS)}
        return {key: set(re.findall(r"{(\w+)}", text)) for key, text in mine.items()}

    assert fields("zh") == fields("en")


# -- colours ------------------------------------------------------------------------------------------------------


def _linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    a, b = sorted((float(_linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


SIGHT = {  # Machado, Oliveira and Fernandes 2009, severity 1.0
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def _lab(colour: str, sight: str) -> np.ndarray:
    seen = np.clip(SIGHT[sight] @ _linear(colour), 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = (to_xyz @ seen) / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("name", PALETTES)
def test_words_can_be_read_on_every_ground(name: str) -> None:
    p: Palette = PALETTES[name]
    words = {"text": p.text, "muted": p.muted, "accent": p.accent, "alarm": p.alarm, "warn": p.warn, "good": p.good}
    weak = {
        (word, ground): round(_contrast(colour, getattr(p, ground)), 2)
        for word, colour in words.items()
        for ground in (
            "ground",
            "panel",
            "raised",
            *(("chosen",) if name in DESK else ()),
        )  # no rows are chosen on a wall
        if _contrast(colour, getattr(p, ground)) < 4.5
    }
    assert weak == {}
    assert _contrast(p.on_accent, p.accent) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", PALETTES)
def test_states_stay_apart_for_every_eye(name: str, sight: str) -> None:
    p: Palette = PALETTES[name]
    states = {"alarm": p.alarm, "warn": p.warn, "good": p.good, "on_scene": p.on_scene}
    near = {
        (a, b): round(float(np.linalg.norm(_lab(states[a], sight) - _lab(states[b], sight))), 1)
        for a, b in combinations(states, 2)
        if np.linalg.norm(_lab(states[a], sight) - _lab(states[b], sight)) < 20
    }
    assert near == {}


# -- frames of the socket -----------------------------------------------------------------------------------------

CALLBACKS = {"x": {"callback": print, "inputs": [], "state": [], "no_output": True}}


@pytest.mark.parametrize(
    ("frame", "good"),
    [
        ({"type": "heartbeat"}, True),
        ({"type": "get_props_response", "requestId": "1", "payload": {"data": 1}}, True),
        ({"type": "callback_request", "requestId": "1", "rendererId": "r", "payload": {"output": "x"}}, True),
        ({"type": "callback_request", "requestId": "1", "rendererId": "r", "payload": {"output": "y"}}, False),
        ({"type": "callback_request", "requestId": 1, "rendererId": "r", "payload": {"output": "x"}}, False),
        ({"type": "callback_request", "requestId": "1", "rendererId": "r"}, False),
        ({"type": "other"}, False),
        ([], False),
    ],
)
def test_a_frame_of_the_wrong_shape_goes_no_further(frame: object, good: bool) -> None:
    assert bodies.check_frame(json.dumps(frame), CALLBACKS) is good


def test_what_is_not_json_is_refused() -> None:
    for text in (None, "", "{", "\x00", '"' + "[" * 100_000):
        assert not bodies.check_frame(text, CALLBACKS)
    with pytest.raises(Refusal):
        bodies.parse(b"[" * 100_000)
