"""One drawing for map, legend and list: every state has its own shape, and every colour comes from the palette."""

import re
import xml.etree.ElementTree as ET

import pytest

from layers.symbols import SYMBOLS, UNIT_KINDS, css, svg
from policy.vocabulary import UnitStatus

TOKENS = {
    name: f"#{n:06x}"
    for n, name in enumerate(
        ("accent", "alarm", "warn", "good", "on_scene", "text", "muted", "panel", "outline", "halo"), 1
    )
}


def test_every_state_of_a_unit_has_a_symbol():
    assert set(UNIT_KINDS) == {status.value for status in UnitStatus} <= set(SYMBOLS)


def test_no_two_symbols_differ_by_colour_alone():
    shapes = [(s.path, s.hollow, s.mark) for s in SYMBOLS.values()]
    assert len(set(shapes)) == len(shapes)


def test_amber_is_kept_for_warnings_and_the_octagon_for_emergencies():
    assert {kind for kind, s in SYMBOLS.items() if s.fill == "warn"} == {"lead_urgent"}
    octagon = SYMBOLS["emergency"].path
    assert [kind for kind, s in SYMBOLS.items() if s.path == octagon] == ["emergency"]


@pytest.mark.parametrize("kind", SYMBOLS)
def test_a_symbol_is_well_formed_and_takes_only_the_palettes_colours(kind):
    drawing = svg(kind, TOKENS)
    assert ET.fromstring(drawing).attrib["viewBox"] == "0 0 32 32"  # our own drawing
    assert set(re.findall(r"#[0-9a-f]{6}", drawing)) <= set(TOKENS.values())
    assert TOKENS["halo"] in drawing
    assert TOKENS["outline"] in drawing


def test_an_unknown_symbol_is_refused():
    with pytest.raises(KeyError):
        svg("star", TOKENS)


def test_the_style_sheet_names_every_symbol_in_every_palette():
    sheet = css({":root": TOKENS, ".wall": TOKENS})
    for kind in SYMBOLS:
        assert f".sym-{kind}{{background-image:var(--sym-{kind})}}" in sheet
        assert sheet.count(f'--sym-{kind}:url("data:image/svg+xml,') == 2
    assert "#" not in sheet, "a bare # ends an address in a style sheet"
